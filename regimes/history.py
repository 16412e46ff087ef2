"""What git knows about the records: the commit that last touched them, the changes of each file, the age of each answer."""

from __future__ import annotations

import subprocess
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .model import Record

NONE = {"commit": "", "commit_date": ""}
DEPTH = 3  # an answer stands under its pillar and question, by its place in the list
# Commits that changed the form of many records and nothing that they say; each with a comment that says so.
MECHANICAL = ".git-blame-ignore-revs"


@dataclass(frozen=True)
class History:
    """``commit``: see :func:`commit`. ``versions``: a row for each change of a jurisdiction's file, newest first.

    ``answers``: for each authored answer the days on which it was first written and last changed.
    """

    commit: dict[str, str] = field(default_factory=lambda: dict(NONE))
    versions: list[dict[str, str]] = field(default_factory=list)
    answers: list[dict[str, str]] = field(default_factory=list)


def history(records: Path, coded: Iterable[Record] = ()) -> History:
    """The history of a folder of records; empty without git."""
    found = commit(records)
    if not found["commit"]:
        return History()
    mechanical = _mechanical(records)
    ages = [row for record in coded if record.answers for row in answers(records, record, mechanical)]
    return History(found, versions(records, mechanical), ages)


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


def versions(records: Path, mechanical: set[str]) -> list[dict[str, str]]:
    """Who reads a record may see when it changed and why."""
    found = []
    for entry in _git(records, "log", "--format=%x01%H%x09%h%x09%cs%x09%s", "--name-only", "--relative", "--", "jurisdictions").split(
        "\x01"
    )[1:]:
        head, *files = entry.split("\n")
        sha, revision, day, summary = head.split("\t", 3)
        if sha not in mechanical:
            found += [
                {"jurisdiction": Path(file).stem, "committed_on": day, "revision": revision, "summary": summary}
                for file in files
                if file.endswith(".yml")
            ]
    return found


def answers(records: Path, record: Record, mechanical: set[str]) -> list[dict[str, str]]:
    """The age of each answer of a record, from the commits that wrote its lines; nothing for lines not yet committed."""
    days = _days_of_lines(records, record, mechanical)
    starts = sorted({line for line, _ in record.document.keys.values()})
    last: dict[tuple, int] = {}  # the last line on which something inside an answer begins
    for path, (line, _) in record.document.keys.items():
        last[path[:DEPTH]] = max(line, last.get(path[:DEPTH], 0))
    found = []
    for spell in record.spells():
        place = record.document.keys.get(spell.path)
        if place is None or spell.lent:
            continue
        following = bisect_right(starts, last[spell.path])
        own = [day for day in days[place[0] - 1 : starts[following] - 1 if following < len(starts) else None] if day]
        if own:
            found.append(
                {"answer": f"{record.code}-{spell.variable.id}-{spell.valid_from}", "created_on": min(own), "changed_on": max(own)}
            )
    return found


def _days_of_lines(records: Path, record: Record, mechanical: set[str]) -> list[str]:
    """For each line of a record the day of the commit that wrote it; "" for one that is not committed."""
    ignored = [word for sha in sorted(mechanical) for word in ("--ignore-rev", sha)]
    text = _git(records, "blame", "--line-porcelain", *ignored, "--", f"jurisdictions/{Path(record.document.path).name}")
    days, sha, day = [], "", ""
    for line in text.split("\n"):
        if line.startswith("\t"):
            days.append("" if sha.startswith("0" * 40) else day)
        elif line.startswith("committer-time "):
            day = _day(int(line.split()[1]))
        elif len(line.split(" ", 1)[0]) == 40:
            sha = line.split(" ", 1)[0]
    return days


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _mechanical(records: Path) -> set[str]:
    """The mechanical commits that this copy of the history has."""
    top = _git(records, "rev-parse", "--show-toplevel")
    path = Path(top) / MECHANICAL
    if not top or not path.is_file():
        return set()
    listed = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return {sha for sha in listed if sha and _git(records, "cat-file", "-t", sha) == "commit"}


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip("\n") if done.returncode == 0 else ""
