"""The examples of the guides run as they are printed, against a server started as the README says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from regimes import serve

PRINTED = "http://127.0.0.1:8001"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = {"sh": ["sh", "-euc"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}
GUIDES = ("api.md", "buying-by-year.md")
EXAMPLES = [
    pytest.param(language, code, id=f"{guide}-{position}-{language}")
    for guide in GUIDES
    for position, (language, code) in enumerate(FENCE.findall((ROOT / "docs" / guide).read_text(encoding="utf-8")))
    if language in RUN
]


@pytest.fixture(scope="module")
def running(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = shutil.copy(built, tmp_path_factory.mktemp("examples") / "regimes.db")
    with serve.running(Path(database), ROOT / "metadata.yml") as address:
        yield address


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_example(running: str, language: str, code: str) -> None:
    if not shutil.which(RUN[language][0]):
        pytest.skip(f"there is no {RUN[language][0]} on this machine")
    done = subprocess.run([*RUN[language], code.replace(PRINTED, running)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "SE" in done.stdout or "Purchase ban" in done.stdout, done.stdout[:500]
    assert "problem+json" not in done.stdout and "Traceback" not in done.stderr


def test_the_table_of_the_longer_example_is_right(running: str) -> None:
    code = next(
        code for language, code in FENCE.findall((ROOT / "docs" / "buying-by-year.md").read_text(encoding="utf-8")) if language == "python"
    )
    checks = "\nassert table.loc[2016, 'IE'] == False and table.loc[2017, 'IE'] == True and table.loc[2000, 'SE'] == True and table.loc[2020, 'DE'] == False"
    done = subprocess.run([sys.executable, "-c", code.replace(PRINTED, running) + checks], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
