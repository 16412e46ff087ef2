"""What git knows about the records: the commit that last touched them, and the changes of each jurisdiction's file."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

NONE = {"commit": "", "commit_date": ""}


@dataclass(frozen=True)
class History:
    """``commit``: see :func:`commit`. ``versions``: a row for each change of a jurisdiction's file, newest first."""

    commit: dict[str, str] = field(default_factory=lambda: dict(NONE))
    versions: list[dict[str, str]] = field(default_factory=list)


def history(records: Path) -> History:
    return History(commit(records), versions(records))


def commit(records: Path) -> dict[str, str]:
    """The commit and its day, ``+`` where the folder differs from it; empty without git or history.

    The day is the commit's, never the clock's, so that the same records give the same database.
    """
    seen = _git(records, "log", "-1", "--format=%H %cs", "--", ".")
    if not seen:
        return dict(NONE)
    sha, day = seen.split()
    changed = _git(records, "status", "--porcelain", "--", ".")
    return {"commit": sha + ("+" if changed else ""), "commit_date": day}


def versions(records: Path) -> list[dict[str, str]]:
    """Who reads a record may see when it changed and why; empty without git or history."""
    found = []
    for entry in _git(records, "log", "--format=%x01%h%x09%cs%x09%s", "--name-only", "--relative", "--", "jurisdictions").split("\x01")[1:]:
        head, *files = entry.split("\n")
        revision, day, summary = head.split("\t", 2)
        found += [
            {"jurisdiction": Path(file).stem, "committed_on": day, "revision": revision, "summary": summary}
            for file in files
            if file.endswith(".yml")
        ]
    return found


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
