"""Everything beside the coded law: instruments with their parties, other people's assessments, figures, claims, terms.

Each file declares the sources it was made from; every row cites one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .dates import ImpossibleDate, LegalDate, months_later
from .model import Cites, Source, cites, source_from
from .problems import Problem
from .read import Document, Path_

CODES = {"E330": "Every date of an instrument, assessment, estimate or source is in the calendar."}


@dataclass
class SourcedFile:
    """A file that declares sources. ``prefix`` begins the ids of its sources, ``file`` is its place under records."""

    document: Document
    prefix: str
    file: str
    sources: dict[str, Source]

    def problem(self, path: Path_, code: str, message: str, remedy: str = "", key: bool = False) -> Problem:
        line, column = self.document.place(path, key=key)
        return Problem(self.document.path, line, column, code, message, remedy)


@dataclass(frozen=True)
class Party:
    """One jurisdiction's relation to an instrument; ``act`` is empty for one that only signed."""

    code: str
    act: str
    on: LegalDate | None
    signed: LegalDate | None
    denounced: LegalDate | None
    in_force: LegalDate | None
    in_force_stated: bool
    territories: str
    note: str
    cites: Cites

    @property
    def bound_on(self) -> str | None:
        """The first ISO day on which it is sure to be bound: the deposit, or the entry into force where only that is known."""
        return self.on.last if self.on else self.in_force.last if self.in_force else None

    @property
    def absent_before(self) -> str | None:
        """The first ISO day on which it may be bound; None where the start is not known ("by that day")."""
        known = self.on or self.in_force
        return None if known is None or known.precision == "by" else known.first

    def is_bound(self, day: str) -> bool:
        return bool(self.act and self.bound_on and self.bound_on <= day and not (self.denounced and self.denounced.first <= day))


@dataclass(frozen=True)
class Provision:
    article: str
    text: str
    variables: tuple[str, ...]
    cites: Cites


@dataclass(frozen=True)
class Count:
    on: LegalDate
    parties: int
    cites: Cites


@dataclass
class Instrument(SourcedFile):
    """A treaty or directive. ``complete_to`` is the day to which its list of parties is complete, None if it is not."""

    id: str = ""
    title: str = ""
    short_title: str = ""
    kind: str = ""
    adopted: LegalDate | None = None
    in_force: LegalDate | None = None
    transposed_by: LegalDate | None = None
    depositary: str = ""
    url: str = ""
    complete_to: LegalDate | None = None
    status_cites: Cites = ()
    status_note: str = ""
    says: list[Provision] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    parties: dict[str, Party] = field(default_factory=dict)
    absent: dict[str, tuple[LegalDate, Cites]] = field(default_factory=dict)

    def party_count(self, day: str) -> int:
        """How many parties the file has on an ISO day."""
        return sum(one.is_bound(day) for one in self.parties.values())


@dataclass
class Assessment(SourcedFile):
    """Somebody else's yearly judgement, kept apart from coded answers."""

    id: str = ""
    title: str = ""
    publisher: str = ""
    about: str = ""
    about_cites: Cites = ()
    values: dict[str, str] = field(default_factory=dict)
    known: dict[int, tuple[bool, str]] = field(default_factory=dict)
    results: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)


class _Dates:
    """Reads dates and notes the impossible ones."""

    def __init__(self, document: Document) -> None:
        self.document, self.problems = document, []

    def read(self, entry: dict[str, Any], key: str, path: Path_) -> LegalDate | None:
        if key not in entry:
            return None
        try:
            return LegalDate.parse(entry[key])
        except ImpossibleDate as error:
            line, column = self.document.place((*path, key))
            self.problems.append(Problem(self.document.path, line, column, "E330", str(error), "Look the date up again in the source."))
            return None


def sources_of(document: Document) -> tuple[dict[str, Source], list[Problem]]:
    """The sources a file declares."""
    dates = _Dates(document)
    found = {
        key: source_from(key, entry, dates.read(entry, "version", ("sources", key)), dates.read(entry, "read_on", ("sources", key)))
        for key, entry in document.data.get("sources", {}).items()
    }
    return found, dates.problems


def instrument_from(document: Document) -> tuple[Instrument | None, list[Problem]]:
    """An instrument's file as an object; None where a date cannot be read."""
    data, dates = document.data, _Dates(document)
    sources, problems = sources_of(document)
    status = data.get("status", {})
    rule, begins = data.get("enters_into_force_after"), dates.read(data, "in_force", ())
    parties = {}
    for block in ("parties", "signatories"):
        for code, entry in data.get(block, {}).items():
            path = (block, code)
            on = dates.read(entry, "on", path)
            stated = dates.read(entry, "in_force", path)
            parties[code] = Party(
                code=code,
                act=entry.get("act", ""),
                on=on,
                signed=dates.read(entry, "signed", path),
                denounced=dates.read(entry, "denounced", path),
                in_force=stated or _in_force(on, rule, begins, entry.get("act", "")),
                in_force_stated=stated is not None,
                territories=entry.get("territories", ""),
                note=entry.get("note", ""),
                cites=cites(entry["cite"]),
            )
    instrument = Instrument(
        document,
        prefix=data["instrument"],
        file=f"instruments/{data['instrument']}",
        sources=sources,
        id=data["instrument"],
        in_force=begins,
        adopted=dates.read(data, "adopted", ()),
        transposed_by=dates.read(data, "transposed_by", ()),
        complete_to=dates.read(status, "complete_to", ("status",)),
        status_cites=cites(status.get("cite", {})),
        status_note=status.get("note", ""),
        says=[
            Provision(str(row["article"]), row["text"], tuple(row.get("variables", ())), cites(row["cite"])) for row in data.get("says", [])
        ],
        counts=[
            Count(dates.read(row, "on", ("status", "counts", index)), row["parties"], cites(row["cite"]))
            for index, row in enumerate(status.get("counts", []))
        ],
        parties=dict(sorted(parties.items())),
        absent={
            code: (dates.read(entry, "as_of", ("not_parties", code)), cites(entry["cite"]))
            for code, entry in data.get("not_parties", {}).items()
        },
        **{key: data.get(key, "") for key in ("title", "short_title", "kind", "depositary", "url")},
    )
    problems += dates.problems
    return (None if problems else instrument), problems


def _in_force(on: LegalDate | None, rule: dict[str, Any] | None, begins: LegalDate | None, act: str) -> LegalDate | None:
    """The day a deposit takes effect by the instrument's final clauses; None where the day or the rule is not known."""
    if on is None or on.precision != "day" or not rule or act == "succession":
        return None
    day = date.fromisoformat(on.first)
    if "days" in rule:
        day += timedelta(days=rule["days"])
    elif "months" in rule:
        day = months_later(day, rule["months"])
        if rule.get("first_of_next_month"):  # the first day of the month after those months have run out
            day = months_later(day.replace(day=1), 1)
    return LegalDate.parse(max(day.isoformat(), begins.first if begins else ""))


def assessment_from(document: Document) -> tuple[Assessment | None, list[Problem]]:
    data = document.data
    sources, problems = sources_of(document)
    results = {
        (code, int(year)): (value, key)
        for key, places in data["results"].items()
        for code, years in places.items()
        for year, value in years.items()
    }
    assessment = Assessment(
        document,
        prefix=data["assessment"],
        file=f"external/{data['assessment']}",
        sources=sources,
        id=data["assessment"],
        about_cites=cites(data.get("about_cite", {})),
        values={id: entry["label"] for id, entry in data["values"].items()},
        known={int(year): (entry["complete"], entry.get("note", "")) for year, entry in data["known"].items()},
        results=results,
        **{key: data[key] for key in ("title", "publisher", "about")},
    )
    return (None if problems else assessment), problems


@dataclass
class Collection(SourcedFile):
    """``estimates.yml``, ``claims.yml``, ``terms.yml`` or ``namings.yml``: entries by id, as written."""

    kind: str = ""
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def items(self) -> list[dict[str, Any]]:
        return [{"id": id, **entry} for id, entry in self.entries.items()]


def collection_from(document: Document, kind: str) -> tuple[Collection, list[Problem]]:
    sources, problems = sources_of(document)
    return Collection(document, kind, kind, sources, kind=kind, entries=document.data[kind]), problems
