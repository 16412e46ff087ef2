"""What is wrong with a record, where, and what to do about it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    path: str
    line: int
    column: int
    code: str
    message: str
    remedy: str = ""
    level: str = "error"

    def text(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        lines = [f"{place}: {self.level} {self.code}: {self.message}"]
        if self.remedy:
            lines.append(f"    {self.remedy}")
        return "\n".join(_printable(line) for line in lines)

    def annotation(self) -> str:
        """The same as a workflow command that GitHub shows on the line of the diff."""
        body = self.message + (f" {self.remedy}" if self.remedy else "")
        body = body.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        kind = "error" if self.level == "error" else "warning"
        return f"::{kind} file={_printable(self.path).replace(',', '%2C').replace(':', '%3A')},line={self.line or 1},col={self.column or 1},title={self.code}::{body}"


@dataclass
class Problems:
    """All findings of one run, kept in the order in which a person reads files."""

    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        self.found.extend(problems)

    def under(self, paths: Iterable[Path], records: Path) -> Problems:
        """Only the findings on these files, or on files in these folders."""
        root = records.resolve().parent
        wanted = [path.resolve() for path in paths]
        return Problems([problem for problem in self.found if any((root / problem.path).is_relative_to(path) for path in wanted)])

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(set(self.found)))

    def __len__(self) -> int:
        return len(set(self.found))

    @property
    def errors(self) -> int:
        return sum(problem.level == "error" for problem in set(self.found))

    def report(self) -> str:
        """Every finding, then the counts."""
        lines = [problem.text() for problem in self]
        if os.environ.get("GITHUB_ACTIONS"):
            lines += [problem.annotation() for problem in self]
        lines.append(self.counts())
        return "\n".join(lines)

    def counts(self) -> str:
        files = len({problem.path for problem in self.found})
        warnings = len(self) - self.errors
        where = f" in {_number(files, 'file')}" if files else ""
        return f"{_number(self.errors, 'error')}, {_number(warnings, 'warning')}{where}"


def _printable(text: str) -> str:
    """The text on one line: a file's name must not be able to write lines of its own."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def near(word: str, choices: Iterable[str]) -> str:
    """A hint at the nearest known word, or nothing."""
    matches = difflib.get_close_matches(str(word), [str(choice) for choice in choices], n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(repr(match) for match in matches)}?" if matches else ""


def shown(value: object, limit: int = 60) -> str:
    """A value as an error message shows it: on one line, not too long."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def listed(choices: Iterable[object], limit: int = 12) -> str:
    """The choices in one phrase; a long list is cut with its length."""
    words = [str(choice) for choice in choices]
    if len(words) <= limit:
        return ", ".join(words)
    return ", ".join(words[:limit]) + f", ... ({len(words)} in all)"


def relative(path: Path, root: Path) -> str:
    """The path as the report shows it: from the folder that holds ``records``, with forward slashes."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
