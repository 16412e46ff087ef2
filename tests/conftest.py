"""What the tests share: the repository's records, one built database, one Datasette in process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from regimes import database
from regimes.derive import derive
from regimes.history import History
from regimes.load import Knowledge, load

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "data"))  # the small world
ON = "2026-11-22"  # the day the tests look at; no test reads the clock


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real records."""
    return load(ROOT / "records")


def build(knowledge: Knowledge, path: Path) -> Path:
    database.write(path, knowledge, derive(knowledge), History())
    return path


@pytest.fixture(scope="session")
def built(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the real records."""
    return build(knowledge, tmp_path_factory.mktemp("built") / "regimes.db")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A records folder with the real codebook and readings and no jurisdiction, to put records in."""
    for part in ("codebook", "readings"):
        # The overlay of a directive asks for that directive, which a small world does not have.
        shutil.copytree(ROOT / "records" / part, tmp_path / "records" / part, ignore=shutil.ignore_patterns("eu-directive*"))
    (tmp_path / "records" / "jurisdictions").mkdir()
    return tmp_path / "records"


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``build.py`` as a user does."""
    import os

    keep = {key: value for key, value in os.environ.items() if key not in ("GITHUB_ACTIONS", "REGIMES_ON")}
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *arguments],
        cwd=cwd,
        env={**keep, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
