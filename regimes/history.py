"""What git knows about the records: the commit that last touched them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit(records: Path) -> dict[str, str]:
    """The commit and its day, ``+`` where the folder differs from it; empty without git or history.

    The day is the commit's, never the clock's, so that the same records give the same database.
    """
    seen = _git(records, "log", "-1", "--format=%H %cs", "--", ".")
    if not seen:
        return {"commit": "", "commit_date": ""}
    sha, day = seen.split()
    changed = _git(records, "status", "--porcelain", "--", ".")
    return {"commit": sha + ("+" if changed else ""), "commit_date": day}


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
