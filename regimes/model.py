"""A jurisdiction's record as objects: its sources, its dated answers, its gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .codebook import PRIMARY_KINDS, Codebook, Variable
from .dates import ImpossibleDate, LegalDate
from .problems import Problem
from .read import Document, Path_

CODES = {"E301": "Every date is in the calendar."}


Cites = tuple[tuple[str, str], ...]  # source keys with pinpoints


@dataclass(frozen=True)
class Marked:
    """The answer to a multi variable: what is true, and what could not be checked."""

    values: frozenset[str]
    unchecked: frozenset[str] = frozenset()


Answer = "str | int | Marked"


@dataclass(frozen=True)
class Source:
    """A text that was read. ``version`` is the date of the wording read, None where the text gives none."""

    key: str
    title: str
    kind: str
    language: str
    read: str
    read_at: str
    read_on: LegalDate | None
    version: LegalDate | None
    title_en: str = ""
    url: str = ""
    note: str = ""
    newer_version: str = ""  # the ISO day of a later wording that is known and was not read
    acts: tuple[str, ...] = ()

    @property
    def primary(self) -> bool:
        return self.kind in PRIMARY_KINDS

    @property
    def grade(self) -> str:
        """A, B or C of this source alone (DESIGN, section 6)."""
        if not self.primary:
            return "C"
        return "A" if self.read in ("original", "official_translation") else "B"


@dataclass(frozen=True)
class Spell:
    """One answer and the days on which it is true. ``start`` None never happens; ``end`` None means still true."""

    variable: Variable
    value: Any
    start: LegalDate
    end: LegalDate | None
    cites: Cites
    path: Path_
    note: str = ""
    confidence: str = ""
    stated: bool = False
    lent: dict[str, Source] = field(default_factory=dict, compare=False)  # sources of other files, by id

    @property
    def valid_from(self) -> str:
        return self.start.first

    @property
    def valid_until(self) -> str | None:
        return self.end.last if self.end else None

    def covers(self, day: str) -> bool:
        return self.valid_from <= day and (self.end is None or day <= self.end.last)

    @property
    def tokens(self) -> list[str]:
        """Every value this answer names, in codebook order; a number names none."""
        if isinstance(self.value, Marked):
            return [value for value in self.variable.values if value in self.value.values]
        return [self.value] if isinstance(self.value, str) else []


@dataclass(frozen=True)
class Search:
    """That a kind of act was searched (``cites``, ``on``), or that the jurisdiction has none (``absent``)."""

    act: str
    cites: Cites = ()
    on: LegalDate | None = None
    absent: str = ""


@dataclass
class Record:
    """Everything authored about one jurisdiction."""

    document: Document
    code: str
    name: str
    kind: str
    window: LegalDate | None = None
    checked: LegalDate | None = None
    parent: str = ""
    follows: str = ""
    code_standard: str = ""
    names: dict[str, str] = field(default_factory=dict)
    region: str = ""
    subregion: str = ""
    languages: tuple[str, ...] = ()
    legal_tradition: dict[str, str] = field(default_factory=dict)
    status_note: str = ""
    sources: dict[str, Source] = field(default_factory=dict)
    searches: dict[str, Search] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[Spell]] = field(default_factory=dict)
    gaps: dict[str, str] = field(default_factory=dict)

    def spells(self) -> Iterator[Spell]:
        for spells in self.answers.values():
            yield from spells

    def on(self, variable: str, day: str) -> Spell | None:
        """The answer that is true on an ISO day, or None: not coded."""
        return next((spell for spell in self.answers.get(variable, ()) if spell.covers(day)), None)

    def problem(self, path: Path_, code: str, message: str, remedy: str = "", key: bool = False, level: str = "error") -> Problem:
        line, column = self.document.place(path, key=key)
        return Problem(self.document.path, line, column, code, message, remedy, level)


class _Reader:
    """Turns one document, already checked for shape, into a record; notes every impossible date on the way."""

    def __init__(self, document: Document, codebook: Codebook) -> None:
        self.document, self.codebook, self.problems = document, codebook, []

    def date(self, path: Path_) -> LegalDate | None:
        value: Any = self.document.data
        for step in path:
            if not isinstance(value, (dict, list)) or (isinstance(value, dict) and step not in value):
                return None
            value = value[step]
        try:
            return LegalDate.parse(value)
        except ImpossibleDate as error:
            line, column = self.document.place(path)
            self.problems.append(Problem(self.document.path, line, column, "E301", str(error), "Look the date up again in the source."))
            return None

    def source(self, key: str, entry: dict[str, Any]) -> Source:
        return source_from(key, entry, self.date(("sources", key, "version")), self.date(("sources", key, "read_on")))

    def spell(self, variable: Variable, path: Path_, entry: dict[str, Any]) -> Spell | None:
        start = self.date((*path, "from"))
        end = self.date((*path, "until"))
        if start is None or ("until" in entry and end is None):
            return None
        value = entry["value"]
        if variable.type == "multi":
            value = Marked(frozenset(value), frozenset(entry.get("unchecked", ())))
        return Spell(
            variable,
            value,
            start,
            end,
            cites(entry["cite"]),
            path,
            entry.get("note", ""),
            entry.get("confidence", ""),
            entry.get("stated", False),
        )

    def record(self) -> Record:
        data = self.document.data
        record = Record(
            document=self.document,
            code=data["code"],
            name=data["name"],
            kind=data["kind"],
            window=self.date(("coded", "window")),
            checked=self.date(("coded", "checked")),
            languages=tuple(data.get("languages", ())),
            **{key: data.get(key, "") for key in ("parent", "follows", "code_standard", "region", "subregion", "status_note")},
            **{key: data.get(key, {}) for key in ("names", "legal_tradition", "missing", "gaps")},
        )
        record.sources = {key: self.source(key, entry) for key, entry in data.get("sources", {}).items()}
        for act, entry in data.get("searched", {}).items():
            record.searches[act] = Search(act, cites(entry.get("cite", {})), self.date(("searched", act, "on")), entry.get("absent", ""))
        for variable in self.codebook.variables.values():
            entries = data.get(variable.pillar, {}).get(variable.id, [])
            spells = [self.spell(variable, (variable.pillar, variable.id, index), entry) for index, entry in enumerate(entries)]
            if entries:
                record.answers[variable.id] = [spell for spell in spells if spell]
        return record


def cites(entry: dict[str, Any] | str) -> Cites:
    """Source keys with pinpoints, in the order written; a bare key has no pinpoint of its own."""
    if isinstance(entry, str):
        return ((entry, ""),)
    return tuple((key, str(pinpoint)) for key, pinpoint in entry.items())


def source_from(key: str, entry: dict[str, Any], version: LegalDate | None, read_on: LegalDate | None) -> Source:
    """A source as declared, with its dates already read."""
    return Source(
        key=key,
        version=version,
        read_on=read_on,
        acts=tuple(entry.get("acts", ())),
        **{name: entry[name] for name in ("title", "kind", "language", "read", "read_at")},
        **{name: entry.get(name, "") for name in ("title_en", "url", "note", "newer_version")},
    )


def record_from(document: Document, codebook: Codebook) -> tuple[Record | None, list[Problem]]:
    """The record of a document that has the right shape; None where a date cannot be read."""
    reader = _Reader(document, codebook)
    record = reader.record()
    return (None if reader.problems else record), reader.problems
