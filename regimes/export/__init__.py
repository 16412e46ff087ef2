"""Write the database as files that explain themselves: a folder that is there whole or not at all.

The same database and day give the same bytes (with the same pyarrow: a Parquet file names the version that wrote it).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from ..dates import is_day
from ..facts import Facts, facts
from ..read import read
from ..whole import opened, replacing
from . import files, texts
from .package import package
from .tables import tables

SUMS = "SHA256SUMS"


class ExportFailed(Exception):
    """Why nothing was written, and what to do."""


def require(folder: Path, on: str | None) -> None:
    """Say before any work what would stop it."""
    if on is not None and not is_day(on):
        raise ExportFailed(f"--on {on}: not a day; write it as year-month-day, such as 2015-01-01")
    if find_spec("pyarrow") is None:
        raise ExportFailed(
            "The Parquet files need the package pyarrow, which is not installed. Install it with: "
            "python -m pip install pyarrow (or regimes with its extra: regimes[export])"
        )
    _require_free(folder)


def export(database: Path, metadata: Path, codebook: str, folder: Path, on: str | None = None) -> tuple[Facts, int]:
    """Write everything into the folder, in place of an earlier export. Gives what it says of itself, and how many files it has."""
    require(folder, on)
    described = read(metadata, metadata.parent)[0].data["databases"]["regimes"]["tables"]
    try:
        with replacing(folder) as new, closing(opened(database)) as connection:
            stated = facts(connection, on)
            if not stated.day:
                raise ExportFailed(
                    "no record says when it was checked, and there is no git history: the data have no day. Code a jurisdiction first."
                )
            found = tables(connection, described)
            for name, write in (("csv", files.csv_table), ("parquet", files.parquet_table)):
                (new / name).mkdir()
                for table in found:
                    write(new / name / f"{table.name}.{name}", table)
            chosen = files.wide(new, connection, stated.on)
            files.json_lines(new / "answers.jsonl", connection)
            shutil.copyfile(database, new / "regimes.db")
            described_by = {
                "codebook.md": codebook,
                "README.txt": texts.readme(stated, found),
                "CITATION.cff": texts.citation_file(stated),
            }
            for name, text in described_by.items():
                (new / name).write_text(text, encoding="utf-8", newline="\n")
            described_as = json.dumps(package(stated, found, chosen, new), indent=1, ensure_ascii=False)
            (new / "datapackage.json").write_text(f"{described_as}\n", encoding="utf-8", newline="\n")
            (new / SUMS).write_text(files.checksums(new), encoding="utf-8", newline="\n")
            return stated, len(files.names(new))
    except (OSError, sqlite3.Error) as error:
        raise ExportFailed(f"{folder} was not written ({error}); what was there before is untouched") from error


def _require_free(folder: Path) -> None:
    """The folder is not there, is empty, or holds an earlier export and nothing else: what somebody put there is never lost."""
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
        there = files.names(folder)
        own = {SUMS, *(line[66:] for line in (folder / SUMS).read_text(encoding="utf-8").splitlines())}
        strange = [name for name in there if name not in own]
        if json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["name"] != "regimes":
            strange = ["another data package"]
    except (OSError, ValueError, TypeError, KeyError):
        raise ExportFailed(f"{folder} is there already and is no earlier export; nothing was written. Name a new folder.") from None
    if strange:
        raise ExportFailed(
            f"{folder} holds {strange[0]}, which is no part of an export; nothing was written. Move it, or name a new folder."
        )
