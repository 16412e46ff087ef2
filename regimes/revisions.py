"""A database for whatever names a state of the data: a database file, a folder of records, or a git revision."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from . import database
from .derive import derive
from .history import History
from .load import load

SHOWN = 5  # errors of a state that cannot be built


class CannotRead(Exception):
    """Why there is no database for what was named, and what to do."""


def database_of(named: str, records: Path, workplace: Path) -> Path:
    """The file named, or a database built in ``workplace`` from a folder or from ``records`` as of a git revision."""
    path = Path(named)
    if path.is_file():
        return path
    if path.is_dir():
        folder = path / "records" if (path / "records").is_dir() else path
        return _built(folder, workplace, named)
    return _built(_checked_out(named, records, workplace), workplace, named)


def _built(folder: Path, workplace: Path, named: str) -> Path:
    knowledge = load(folder)
    if knowledge.problems.errors:
        # By code: a file that cannot be read (E1, E2) is why others find nothing where it should be (E3, E4).
        errors = sorted((one for one in knowledge.problems if one.level == "error"), key=lambda one: one.code)
        shown = [problem.text() for problem in errors[:SHOWN]]
        raise CannotRead(
            f"the records of {named} have {knowledge.problems.errors} errors by the rules of this program:\n"
            + "\n".join(shown)
            + ("\n...\n" if knowledge.problems.errors > SHOWN else "\n")
            + "Mend them, or build that state with its own program and name the database file."
        )
    path = workplace / "regimes.db"
    database.write(path, knowledge, derive(knowledge), History())
    return path


def _checked_out(revision: str, records: Path, workplace: Path) -> Path:
    """The records of a revision, unpacked; the work tree stays as it is."""
    if revision.startswith("-"):
        raise CannotRead(f"{revision!r} is no revision")
    done = subprocess.run(["git", "-C", str(records), "archive", "--format=zip", revision, "--", "."], capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotRead(
            f"{revision!r} is no file, no folder and no git revision with records ({reason[-1] if reason else 'git failed'}).\n"
            "Name a database (regimes.db), a folder of records, or a revision such as HEAD~1 or main."
        )
    folder = workplace / "records"
    with zipfile.ZipFile(BytesIO(done.stdout)) as archive:
        archive.extractall(folder)
    return folder
