"""The rows of every table, from the knowledge and what was derived from it.

Columns stand in the order of ``schema.sql``; every list of rows is sorted as the records are, never by chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol

from .derive import Change, ReadingSpell, ResolvedAnswer, display, written
from .load import Knowledge
from .model import Marked
from .readings import COMMON_RESULTS

Row = list[Any]


class Writer(Protocol):
    """What takes the rows: one call a table."""

    def insert(self, table: str, columns: list[str], rows: Iterable[Row]) -> None: ...


def codebook(writer: Writer, knowledge: Knowledge) -> None:
    book = knowledge.codebook
    writer.insert(
        "pillars",
        ["id", "title", "description", "position"],
        [[pillar.id, pillar.title, pillar.description, pillar.position] for pillar in book.pillars.values()],
    )
    writer.insert(
        "variables",
        [
            "id",
            "title",
            "pillar",
            "position",
            "section",
            "basis",
            "core",
            "applies_to",
            "type",
            "unit",
            "question",
            "coding_rules",
            "why_it_matters",
            "expected_in",
            "anchors",
            "derived_from",
        ],
        [
            [
                one.id,
                one.title,
                one.pillar,
                one.position,
                one.group,
                one.basis,
                int(one.core),
                one.applies_to,
                one.type,
                one.unit,
                one.question,
                one.coding_rules,
                one.why_it_matters,
                ", ".join(one.expected_in),
                "; ".join(one.anchors),
                one.derived_from,
            ]
            for one in book.variables.values()
        ],
    )
    writer.insert(
        "variable_values",
        ["variable", "value", "position", "label", "choose_when", "exclusive", "absence"],
        [
            [variable.id, value.id, position, value.label, value.choose_when, int(value.exclusive), int(value.id in variable.negative)]
            for variable in book.variables.values()
            for position, value in enumerate(variable.values.values(), start=1)
        ],
    )


def records(writer: Writer, knowledge: Knowledge) -> None:
    records = [knowledge.records[code] for code in sorted(knowledge.records)]
    # A parent stands before its parts, so that every reference points at a row that is there.
    records.sort(key=lambda record: (bool(record.parent or record.follows), record.code))
    writer.insert(
        "jurisdictions",
        ["code", "name", "kind", "parent", "follows", "window_from", "checked", "from_secondary_sources"],
        [
            [
                one.code,
                one.name,
                one.kind,
                one.parent or None,
                one.follows or None,
                one.window.first,
                one.checked.last,
                int(bool(one.answers) and not any(source.primary for source in one.sources.values())),
            ]
            for one in records
        ],
    )
    writer.insert(
        "sources",
        [
            "id",
            "jurisdiction",
            "title",
            "title_en",
            "kind",
            "acts",
            "language",
            "url",
            "version",
            "version_precision",
            "read_form",
            "read_at",
            "read_on",
            "grade",
            "note",
        ],
        [
            [
                f"{record.code}-{one.key}",
                record.code,
                one.title,
                one.title_en,
                one.kind,
                ", ".join(one.acts),
                one.language,
                one.url,
                one.version.first if one.version else None,
                one.version.precision if one.version else "",
                one.read,
                one.read_at,
                one.read_on.first,
                one.grade,
                one.note,
            ]
            for record in records
            for one in record.sources.values()
        ],
    )
    searches: list[Row] = []
    for record in records:
        for act, one in record.searches.items():
            on = one.on.last if one.on else None
            searches += [[record.code, act, f"{record.code}-{key}", pinpoint, on, "searched", ""] for key, pinpoint in one.cites]
            searches += [[record.code, act, None, "", on, "no such act", one.absent]] if one.absent else []
        searches += [[record.code, act, None, "", None, "not held", why] for act, why in record.missing.items()]
    writer.insert("searches", ["jurisdiction", "act", "source", "pinpoint", "searched_on", "state", "note"], searches)
    writer.insert(
        "gaps",
        ["jurisdiction", "variable", "reason"],
        [[record.code, variable, reason] for record in records for variable, reason in record.gaps.items()],
    )


def answers(writer: Writer, answers: list[ResolvedAnswer]) -> None:
    writer.insert(
        "answers",
        [
            "id",
            "jurisdiction",
            "variable",
            "value",
            "number",
            "label",
            "valid_from",
            "valid_until",
            "from_precision",
            "until_precision",
            "note",
            "grade",
            "absence",
            "confidence",
            "checked",
            "text_version",
            "inherited_from",
        ],
        [_answer_row(answer) for answer in answers],
    )
    writer.insert("answer_values", ["answer", "variable", "value", "state"], [row for answer in answers for row in _value_rows(answer)])
    writer.insert(
        "citations",
        ["answer", "position", "source", "pinpoint"],
        [
            [answer.id, position, f"{answer.owner.code}-{key}", pinpoint]
            for answer in answers
            for position, (key, pinpoint) in enumerate(answer.spell.cites, start=1)
        ],
    )


def _answer_row(answer: ResolvedAnswer) -> Row:
    spell, variable = answer.spell, answer.spell.variable
    number = spell.value if isinstance(spell.value, int) else None
    absent = int(any(token in variable.negative for token in spell.tokens))
    return [
        answer.id,
        answer.jurisdiction,
        variable.id,
        written(variable, spell.value),
        number,
        display(variable, spell.value),
        answer.valid_from,
        answer.valid_until,
        answer.from_precision,
        answer.until_precision,
        spell.note,
        answer.grade,
        absent,
        spell.confidence,
        answer.owner.checked.last,
        answer.text_version or None,
        answer.inherited_from or None,
    ]


def _value_rows(answer: ResolvedAnswer) -> list[Row]:
    spell = answer.spell
    name = spell.variable.id
    tokens = spell.tokens or ["number"]
    rows = [[answer.id, name, token, "true"] for token in tokens]
    if isinstance(spell.value, Marked):
        rows += [[answer.id, name, token, "unchecked"] for token in spell.variable.values if token in spell.value.unchecked]
    return rows


def readings(writer: Writer, knowledge: Knowledge, results: Iterable[ReadingSpell]) -> None:
    readings = sorted(knowledge.readings.values(), key=lambda reading: reading.position)
    writer.insert(
        "readings",
        ["id", "title", "kind", "position", "description", "limits", "shown_with"],
        [[one.id, one.title, one.kind, one.position, one.description, "\n".join(one.limits), one.shown_with or None] for one in readings],
    )
    writer.insert(
        "reading_items",
        ["reading", "item", "position", "title", "provision", "inputs"],
        [
            [reading.id, one.id, position, one.title, one.source, ", ".join(one.inputs)]
            for reading in readings
            for position, one in enumerate(reading.items.values(), start=1)
        ],
    )
    writer.insert(
        "reading_labels",
        ["reading", "result", "position", "label", "also_called"],
        [
            [reading.id, result, position, label, ", ".join(reading.also_called.get(result, ()))]
            for reading in readings
            for position, (result, label) in enumerate({**reading.results, **COMMON_RESULTS}.items(), start=1)
        ],
    )
    writer.insert(
        "reading_results",
        ["id", "jurisdiction", "reading", "item", "result", "valid_from", "valid_until", "rule_row", "trace"],
        [
            [
                f"{one.jurisdiction}-{one.reading.id}-{one.item.id}-{one.valid_from}",
                one.jurisdiction,
                one.reading.id,
                one.item.id,
                one.outcome.result,
                one.valid_from,
                one.valid_until,
                one.outcome.row,
                _trace(one),
            ]
            for one in results
        ],
    )


def _trace(result: ReadingSpell) -> str:
    """The why as JSON: the variables that decided, each with the id of its answer (null: not coded)."""
    return json.dumps([{"variable": variable, "answer": answer or None} for variable, answer in result.because], separators=(",", ":"))


def changes(writer: Writer, changes: Iterable[Change]) -> None:
    writer.insert(
        "changes",
        ["id", "jurisdiction", "variable", "changed_on", "precision", "before", "after", "before_label", "after_label"],
        [
            [
                one.after.id,
                one.after.jurisdiction,
                one.after.spell.variable.id,
                one.after.valid_from,
                one.after.from_precision,
                one.before.id,
                one.after.id,
                display(one.before.spell.variable, one.before.spell.value),
                display(one.after.spell.variable, one.after.spell.value),
            ]
            for one in changes
        ],
    )


def search(writer: Writer, knowledge: Knowledge, resolved: dict[str, list[ResolvedAnswer]]) -> None:
    rows: list[Row] = [["jurisdiction", code, None, knowledge.records[code].name, code] for code in sorted(knowledge.records)]
    rows += [["variable", None, one.id, one.title, f"{one.question} {one.why_it_matters}"] for one in knowledge.codebook.variables.values()]
    for answers in resolved.values():
        for answer in answers:
            variable = answer.spell.variable
            cited = "; ".join(
                f"{source.title} {pinpoint}" for source, (_, pinpoint) in zip(answer.sources, answer.spell.cites, strict=True)
            )
            name = knowledge.records[answer.jurisdiction].name
            rows.append(
                [
                    "answer",
                    answer.jurisdiction,
                    variable.id,
                    f"{name}: {variable.title}",
                    f"{display(variable, answer.spell.value)}. {answer.spell.note} {cited}",
                ]
            )
    for code in sorted(knowledge.records):
        rows += [
            ["source", code, None, one.title, f"{one.title_en} {one.note}".strip()] for one in knowledge.records[code].sources.values()
        ]
    writer.insert(
        "search_documents",
        ["id", "kind", "jurisdiction", "variable", "title", "body"],
        [[number, *row] for number, row in enumerate(rows, start=1)],
    )
