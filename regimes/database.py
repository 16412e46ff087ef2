"""Write the knowledge to one SQLite file: whole, checked and byte-identical, or not at all.

The file is built beside the old one and put in its place in one step. The same records give the same bytes with the
same SQLite; across versions of SQLite compare ``build_info.content_hash``, a hash of all rows in order.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from . import __version__
from .codebook import Variable
from .derive import Change, ReadingSpell, ResolvedAnswer, display, written
from .load import Knowledge
from .model import Marked
from .readings import COMMON_RESULTS

SCHEMA = Path(__file__).with_name("schema.sql")
PAGE_SIZE = 4096
Row = list[Any]


class BuildFailed(Exception):
    """The database could not be written; the old one is untouched."""


class Writer:
    """Inserts rows table by table and keeps the running content hash and row counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = sqlite_utils.Database(connection)
        self.counts: dict[str, int] = {}
        self.hash = hashlib.sha256()

    def insert(self, table: str, columns: list[str], rows: Iterable[Row]) -> None:
        """Insert rows given as lists in the order of ``columns``."""
        rows = list(rows)
        self.counts[table] = len(rows)
        self.hash.update(json.dumps([table, columns, rows], ensure_ascii=False, separators=(",", ":")).encode())
        if rows:
            self.db[table].insert_all([columns, *rows], batch_size=500)


@contextmanager
def replacing(path: Path) -> Iterator[sqlite3.Connection]:
    """A fresh database beside ``path`` that takes its place only if the block ends well."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    connection = None
    try:
        connection = sqlite3.connect(temporary, isolation_level=None)
        connection.executescript(f"PRAGMA page_size = {PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield connection
        connection.close()
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (sqlite3.Error, OSError) as error:
        raise BuildFailed(f"{path} was not written ({error}); the file that was there before is untouched") from error
    finally:
        if connection:
            connection.close()
        temporary.unlink(missing_ok=True)


def write(path: Path, knowledge: Knowledge, resolved: dict[str, list[ResolvedAnswer]], results: Iterable[ReadingSpell],
          changes: Iterable[Change], commit: dict[str, str]) -> dict[str, int]:
    """Build the database at ``path``. Gives the number of rows by table."""
    with replacing(path) as connection:
        tables, views = SCHEMA.read_text(encoding="utf-8").split("\n-- Queries of the site", 1)
        connection.executescript(tables)
        connection.execute("BEGIN")
        writer = Writer(connection)
        _codebook(writer, knowledge)
        _records(writer, knowledge)
        _answers(writer, [answer for code in resolved for answer in resolved[code]])
        _readings(writer, knowledge, results)
        _changes(writer, changes)
        _search(writer, knowledge, resolved)
        _build_info(writer, commit)
        connection.execute("COMMIT")
        connection.executescript("-- Queries of the site" + views)
        connection.executescript(matrix_view(knowledge.codebook.variables.values()))
        writer.db["search_documents"].enable_fts(["title", "body"], tokenize="unicode61 remove_diacritics 2")
        _verify(connection)
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    return writer.counts


def _codebook(writer: Writer, knowledge: Knowledge) -> None:
    book = knowledge.codebook
    writer.insert("pillars", ["id", "title", "description", "position"],
                  [[pillar.id, pillar.title, pillar.description, pillar.position] for pillar in book.pillars.values()])
    writer.insert(
        "variables",
        ["id", "title", "pillar", "position", "section", "basis", "core", "applies_to", "type", "unit", "question", "coding_rules",
         "why_it_matters", "expected_in", "anchors", "derived_from"],
        [[one.id, one.title, one.pillar, one.position, one.group, one.basis, int(one.core), one.applies_to, one.type, one.unit, one.question,
          one.coding_rules, one.why_it_matters, ", ".join(one.expected_in), "; ".join(one.anchors), one.derived_from]
         for one in book.variables.values()],
    )
    writer.insert(
        "variable_values", ["variable", "value", "position", "label", "choose_when", "exclusive", "absence"],
        [[variable.id, value.id, position, value.label, value.choose_when, int(value.exclusive), int(value.id in variable.negative)]
         for variable in book.variables.values() for position, value in enumerate(variable.values.values(), start=1)],
    )


def _records(writer: Writer, knowledge: Knowledge) -> None:
    records = [knowledge.records[code] for code in sorted(knowledge.records)]
    # A parent stands before its parts, so that every reference points at a row that is there.
    records.sort(key=lambda record: (bool(record.parent or record.follows), record.code))
    writer.insert(
        "jurisdictions", ["code", "name", "kind", "parent", "follows", "window_from", "checked", "from_secondary_sources"],
        [[one.code, one.name, one.kind, one.parent or None, one.follows or None, one.window.first, one.checked.last,
          int(bool(one.answers) and not any(source.primary for source in one.sources.values()))] for one in records],
    )
    writer.insert(
        "sources",
        ["id", "jurisdiction", "title", "title_en", "kind", "acts", "language", "url", "version", "version_precision", "read_form",
         "read_at", "read_on", "grade", "note"],
        [[f"{record.code}-{one.key}", record.code, one.title, one.title_en, one.kind, ", ".join(one.acts), one.language, one.url,
          one.version.first if one.version else None, one.version.precision if one.version else "", one.read, one.read_at,
          one.read_on.first, one.grade, one.note] for record in records for one in record.sources.values()],
    )
    searches: list[Row] = []
    for record in records:
        for act, one in record.searches.items():
            on = one.on.last if one.on else None
            searches += [[record.code, act, f"{record.code}-{key}", pinpoint, on, "searched", ""] for key, pinpoint in one.cites]
            searches += [[record.code, act, None, "", on, "no such act", one.absent]] if one.absent else []
        searches += [[record.code, act, None, "", None, "not held", why] for act, why in record.missing.items()]
    writer.insert("searches", ["jurisdiction", "act", "source", "pinpoint", "searched_on", "state", "note"], searches)
    writer.insert("gaps", ["jurisdiction", "variable", "reason"],
                  [[record.code, variable, reason] for record in records for variable, reason in record.gaps.items()])


def _answers(writer: Writer, answers: list[ResolvedAnswer]) -> None:
    writer.insert(
        "answers",
        ["id", "jurisdiction", "variable", "value", "number", "label", "valid_from", "valid_until", "from_precision",
         "until_precision", "note", "grade", "absence", "confidence", "checked", "text_version", "inherited_from"],
        [_answer_row(answer) for answer in answers],
    )
    writer.insert("answer_values", ["answer", "variable", "value", "state"], [row for answer in answers for row in _value_rows(answer)])
    writer.insert(
        "citations", ["answer", "position", "source", "pinpoint"],
        [[answer.id, position, f"{answer.owner.code}-{key}", pinpoint]
         for answer in answers for position, (key, pinpoint) in enumerate(answer.spell.cites, start=1)],
    )


def _answer_row(answer: ResolvedAnswer) -> Row:
    spell, variable = answer.spell, answer.spell.variable
    number = spell.value if isinstance(spell.value, int) else None
    absent = int(any(token in variable.negative for token in spell.tokens))
    return [answer.id, answer.jurisdiction, variable.id, written(variable, spell.value), number, display(variable, spell.value),
            answer.valid_from, answer.valid_until, answer.from_precision, answer.until_precision, spell.note, answer.grade, absent,
            spell.confidence, answer.owner.checked.last, answer.text_version or None, answer.inherited_from or None]


def _value_rows(answer: ResolvedAnswer) -> list[Row]:
    spell = answer.spell
    name = spell.variable.id
    tokens = spell.tokens or ["number"]
    rows = [[answer.id, name, token, "true"] for token in tokens]
    if isinstance(spell.value, Marked):
        rows += [[answer.id, name, token, "unchecked"] for token in spell.variable.values if token in spell.value.unchecked]
    return rows


def _readings(writer: Writer, knowledge: Knowledge, results: Iterable[ReadingSpell]) -> None:
    readings = sorted(knowledge.readings.values(), key=lambda reading: reading.position)
    writer.insert(
        "readings", ["id", "title", "kind", "position", "description", "limits", "shown_with"],
        [[one.id, one.title, one.kind, one.position, one.description, "\n".join(one.limits), one.shown_with or None] for one in readings],
    )
    writer.insert(
        "reading_items", ["reading", "item", "position", "title", "provision", "inputs"],
        [[reading.id, one.id, position, one.title, one.source, ", ".join(one.inputs)]
         for reading in readings for position, one in enumerate(reading.items.values(), start=1)],
    )
    writer.insert(
        "reading_labels", ["reading", "result", "position", "label", "also_called"],
        [[reading.id, result, position, label, ", ".join(reading.also_called.get(result, ()))]
         for reading in readings for position, (result, label) in enumerate({**reading.results, **COMMON_RESULTS}.items(), start=1)],
    )
    writer.insert(
        "reading_results", ["id", "jurisdiction", "reading", "item", "result", "valid_from", "valid_until", "rule_row", "trace"],
        [[f"{one.jurisdiction}-{one.reading.id}-{one.item.id}-{one.valid_from}", one.jurisdiction, one.reading.id, one.item.id,
          one.outcome.result, one.valid_from, one.valid_until, one.outcome.row, _trace(one)] for one in results],
    )


def _trace(result: ReadingSpell) -> str:
    """The why as JSON: the variables that decided, each with the id of its answer (null: not coded)."""
    return json.dumps([{"variable": variable, "answer": answer or None} for variable, answer in result.because], separators=(",", ":"))


def _changes(writer: Writer, changes: Iterable[Change]) -> None:
    writer.insert(
        "changes", ["id", "jurisdiction", "variable", "changed_on", "precision", "before", "after", "before_label", "after_label"],
        [[one.after.id, one.after.jurisdiction, one.after.spell.variable.id, one.after.valid_from, one.after.from_precision,
          one.before.id, one.after.id, display(one.before.spell.variable, one.before.spell.value),
          display(one.after.spell.variable, one.after.spell.value)] for one in changes],
    )


def _search(writer: Writer, knowledge: Knowledge, resolved: dict[str, list[ResolvedAnswer]]) -> None:
    rows: list[Row] = [["jurisdiction", code, None, knowledge.records[code].name, code] for code in sorted(knowledge.records)]
    rows += [["variable", None, one.id, one.title, f"{one.question} {one.why_it_matters}"] for one in knowledge.codebook.variables.values()]
    for answers in resolved.values():
        for answer in answers:
            variable = answer.spell.variable
            cited = "; ".join(f"{source.title} {pinpoint}" for source, (_, pinpoint) in zip(answer.sources, answer.spell.cites))
            name = knowledge.records[answer.jurisdiction].name
            rows.append(["answer", answer.jurisdiction, variable.id, f"{name}: {variable.title}",
                         f"{display(variable, answer.spell.value)}. {answer.spell.note} {cited}"])
    for code in sorted(knowledge.records):
        rows += [["source", code, None, one.title, f"{one.title_en} {one.note}".strip()] for one in knowledge.records[code].sources.values()]
    writer.insert("search_documents", ["id", "kind", "jurisdiction", "variable", "title", "body"],
                  [[number, *row] for number, row in enumerate(rows, start=1)])


def _build_info(writer: Writer, commit: dict[str, str]) -> None:
    counts = {f"rows.{table}": str(count) for table, count in writer.counts.items()}
    info = {"data_version": __version__, "content_hash": writer.hash.hexdigest(), **commit, **counts}
    writer.insert("build_info", ["key", "value"], [[key, value] for key, value in sorted(info.items())])


def matrix_view(variables: Iterable[Variable]) -> str:
    """One row a jurisdiction, one column a variable, of the answers in force when the record was last checked."""
    columns = ",\n       ".join(f"max(CASE WHEN variable = '{one.id}' THEN value END) AS {one.id}" for one in variables)
    return f"CREATE VIEW matrix AS\nSELECT jurisdiction, name,\n       {columns}\n  FROM answers_in_force\n GROUP BY jurisdiction;"


def _verify(connection: sqlite3.Connection) -> None:
    """Foreign keys are declared but not enforced while inserting; here they are proved."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        table, row, parent, _ = broken[0]
        raise BuildFailed(f"row {row} of {table} points at no row of {parent} ({len(broken)} such rows); nothing was written")
    state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if state != "ok":
        raise BuildFailed(f"the new database is damaged ({state}); nothing was written")
