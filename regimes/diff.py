"""What changed in the data between two databases: answers by legal date, labels that moved because of them, sources.

Inherited answers are left out (they change where the parent's do), and so is what treaties give by themselves.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .dates import FOREVER, day_before
from .whole import opened

Row = dict[str, Any]
NOT_CODED = "Not coded"
DAYS = ("valid_from", "valid_until", "from_precision", "until_precision")
TEXTS = {"articles": "articles", "note": "note", "grade": "grade", "confidence": "confidence", "unchecked": "values not checked"}
SOURCE_TEXTS = ("title", "kind", "version", "read_form", "read_at", "read_on", "url", "note")
# Compared row by row and only counted; what a reader wants to see one by one stands above.
COUNTED = (
    "variables",
    "variable_values",
    "searches",
    "gaps",
    "instruments",
    "instrument_provisions",
    "ratifications",
    "external_assessments",
    "estimates",
    "claims",
    "terms",
    "namings",
    "second_codings",
)


@dataclass(frozen=True)
class AnswerChange:
    """``what`` is new, gone, value, days or text; ``aspects`` names the texts that differ."""

    jurisdiction: str
    variable: str
    title: str
    what: str
    before: Row | None
    after: Row | None
    aspects: tuple[str, ...] = ()

    @property
    def valid_from(self) -> str:
        return (self.after or self.before)["valid_from"]


@dataclass(frozen=True)
class ResultChange:
    """A derived result that differs from one day to another; ``because`` are the changed answers it reads."""

    jurisdiction: str
    reading: str
    item: str
    valid_from: str
    valid_until: str | None
    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class SourceChange:
    jurisdiction: str
    source: str
    title: str
    what: str
    aspects: tuple[str, ...] = ()


@dataclass
class Diff:
    names: dict[str, str]
    new: list[str]
    gone: list[str]
    answers: list[AnswerChange]
    results: list[ResultChange]
    sources: list[SourceChange]
    rows: dict[str, tuple[int, int]]  # rows that came and went, by table

    @property
    def empty(self) -> bool:
        return not (self.new or self.gone or self.answers or self.results or self.sources or self.rows)


def diff(old: Path, new: Path) -> Diff:
    """Everything that a reader of the data would see changed."""
    with closing(_opened(old)) as before, closing(_opened(new)) as after:
        names = {code: name for one in (before, after) for code, name in one.execute("SELECT code, name FROM jurisdictions").fetchall()}
        known, known_now = ({row["code"] for row in _rows(one, "SELECT code FROM jurisdictions")} for one in (before, after))
        answers = list(_answer_changes(before, after))
        return Diff(
            names,
            sorted(known_now - known),
            sorted(known - known_now),
            answers,
            list(_result_changes(before, after, answers)),
            list(_source_changes(before, after)),
            dict(_counted(before, after)),
        )


def _opened(path: Path) -> sqlite3.Connection:
    connection = opened(path)
    connection.row_factory = sqlite3.Row
    return connection


def _rows(connection: sqlite3.Connection, sql: str) -> list[Row]:
    return [dict(row) for row in connection.execute(sql)]


def _answers(connection: sqlite3.Connection) -> dict[tuple[str, str], list[Row]]:
    """Authored answers by jurisdiction and question, oldest first, each with its articles in one text."""
    rows = _rows(
        connection,
        """
        SELECT answers.*, variables.title,
               (SELECT group_concat(sources.title || ' ' || citations.pinpoint, '; ')
                  FROM citations JOIN sources ON sources.id = citations.source WHERE citations.answer = answers.id) AS articles
          FROM answers JOIN variables ON variables.id = answers.variable
         WHERE answers.inherited_from IS NULL AND variables.derived_from = ''
         ORDER BY answers.jurisdiction, variables.position, answers.valid_from
        """,
    )
    found = defaultdict(list)
    for row in rows:
        found[row["jurisdiction"], row["variable"]].append(row)
    return found


def _answer_changes(before: sqlite3.Connection, after: sqlite3.Connection) -> Iterator[AnswerChange]:
    old, new = _answers(before), _answers(after)
    for code, variable in sorted({*old, *new}, key=lambda key: key[0]):
        spells, spells_now = old.get((code, variable), []), new.get((code, variable), [])
        title = (spells_now or spells)[0]["title"]
        for one, two in _paired(spells, spells_now):
            change = _change(one, two)
            if change:
                yield AnswerChange(code, variable, title, change[0], one, two, change[1])


def _paired(old: list[Row], new: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Spells that start on the same day, then those of the same value whose start moved, then those without a partner."""
    by_day = {row["valid_from"]: row for row in old}
    pairs = [(by_day.pop(row["valid_from"], None), row) for row in new]
    for position, (one, two) in enumerate(pairs):
        if one is None:
            moved = next((row for row in by_day.values() if row["value"] == two["value"]), None)
            if moved:
                pairs[position] = (by_day.pop(moved["valid_from"]), two)
    yield from sorted([*pairs, *((row, None) for row in by_day.values())], key=lambda pair: (pair[1] or pair[0])["valid_from"])


def _change(one: Row | None, two: Row | None) -> tuple[str, tuple[str, ...]] | None:
    if one is None or two is None:
        return ("new" if one is None else "gone"), ()
    if one["value"] != two["value"]:
        return "value", ()
    if any(one[name] != two[name] for name in DAYS):
        return "days", ()
    aspects = tuple(word for name, word in TEXTS.items() if one[name] != two[name])
    return ("text", aspects) if aspects else None


def _result_changes(before: sqlite3.Connection, after: sqlite3.Connection, answers: Iterable[AnswerChange]) -> Iterator[ResultChange]:
    changed = defaultdict(set)
    for one in answers:
        if one.what != "text":
            changed[one.jurisdiction].add(one.variable)
    inputs = {
        (row["reading"], row["item"]): row["inputs"].split(", ") for row in _rows(after, "SELECT reading, item, inputs FROM reading_items")
    }
    old, new = _results(before), _results(after)
    for key in sorted({*old, *new}):
        code, reading, item, title = key
        for start, end, was, becomes in _segments(old.get(key, []), new.get(key, [])):
            because = tuple(name for name in inputs.get((reading, item), ()) if name in changed[code])
            yield ResultChange(code, reading, title, start, end, was, becomes, because)


def _results(connection: sqlite3.Connection) -> dict[tuple[str, str, str, str], list[Row]]:
    rows = _rows(
        connection,
        """
        SELECT reading_results.jurisdiction, reading_results.reading, reading_results.item, reading_items.title, readings.kind,
               reading_results.valid_from, reading_results.valid_until, reading_labels.label, reading_results.result
          FROM reading_results
          JOIN readings ON readings.id = reading_results.reading
          JOIN reading_items USING (reading, item)
          JOIN reading_labels USING (reading, result)
         ORDER BY reading_results.valid_from
        """,
    )
    found = defaultdict(list)
    for row in rows:
        title = row["title"] if row["kind"] == "label" else f"{row['item']} {row['title']}"
        row["label"] = NOT_CODED if row["result"] == "not_coded" else row["label"]
        found[row["jurisdiction"], row["reading"], row["item"], title].append(row)
    return found


def _segments(old: list[Row], new: list[Row]) -> Iterator[tuple[str, str | None, str, str]]:
    """The runs of days on which two histories of one result differ: first day, last day (None: still), was, becomes."""
    days = sorted({row["valid_from"] for row in (*old, *new)})
    current: list[Any] | None = None
    for day, following in zip(days, [*days[1:], FOREVER], strict=True):
        pair = (_label_on(old, day), _label_on(new, day))
        last = None if following == FOREVER else day_before(following)
        if current and current[2:] == list(pair):
            current[1] = last
            continue
        if current:
            yield tuple(current)
        current = [day, last, *pair] if pair[0] != pair[1] else None
    if current:
        yield tuple(current)


def _label_on(spells: list[Row], day: str) -> str:
    return next((row["label"] for row in spells if row["valid_from"] <= day <= (row["valid_until"] or FOREVER)), NOT_CODED)


def _source_changes(before: sqlite3.Connection, after: sqlite3.Connection) -> Iterator[SourceChange]:
    old, new = ({row["id"]: row for row in _rows(one, "SELECT * FROM sources WHERE jurisdiction IS NOT NULL")} for one in (before, after))
    for id in sorted({*old, *new}):
        one, two = old.get(id), new.get(id)
        aspects = tuple(name for name in SOURCE_TEXTS if one and two and one[name] != two[name])
        if one is None or two is None or aspects:
            row = two or one
            yield SourceChange(row["jurisdiction"], id, row["title"], "new" if one is None else "gone" if two is None else "text", aspects)


def _counted(before: sqlite3.Connection, after: sqlite3.Connection) -> Iterator[tuple[str, tuple[int, int]]]:
    for table in COUNTED:
        old, new = (_row_set(one, table) for one in (before, after))
        came, went = len(new - old), len(old - new)
        if came or went:
            yield table, (came, went)


def _row_set(connection: sqlite3.Connection, table: str) -> set[tuple[Any, ...]]:
    """The rows of a table of ours; none where a database of an earlier program lacks it."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone()
    return {tuple(row) for row in connection.execute(f"SELECT * FROM {table}")} if known else set()
