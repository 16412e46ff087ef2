"""A proposed answer: the words of a form as a piece of a record, checked by the rules that records are checked by.

Nothing is stored. Every text becomes a quoted string, so that nothing in it can mean anything to YAML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..checks import World
from ..checks.registry import CHECKS
from ..codebook import ACT_KINDS, PRIMARY_KINDS, READ_FORMS, SOURCE_KINDS, Codebook, Pillar, Value, Variable
from ..model import record_from
from ..read import read_text
from ..shape import Shape, record_schema
from .common import rows_of

LONGEST = 2000  # characters of one field
# The checks that a single answer can be held against; the others compare it with the rest of its record.
HELD = ("E303", "E304", "E307", "E310", "E313", "E314")
FIELDS = {
    "value": "Answer",
    "from": "True from",
    "until": "True until",
    "pinpoint": "Article",
    "note": "Note",
    "title": "Title of the text",
    "title_en": "Title in English",
    "kind": "Kind of text",
    "acts": "Kind of act",
    "language": "Language",
    "url": "Official address",
    "version": "Wording of",
    "read": "Read as",
    "read_at": "Read at",
    "read_on": "Read on",
}
CHOICES = {
    "kind": {one: one.replace("_", " ") for one in SOURCE_KINDS if one not in ("own", "treaty_status")},
    "acts": ACT_KINDS,
    "read": {one: one.replace("_", " ") for one in READ_FORMS},
}
NEEDED = ("value", "from", "pinpoint", "title", "kind", "language", "read", "read_at", "read_on")


@dataclass(frozen=True)
class Proposal:
    """``fragment`` is the piece of a record; ``problems`` says what is wrong with the words, by field."""

    fragment: str
    problems: list[tuple[str, str]]


async def codebook_of(database: Any, variable: str) -> Codebook:
    """One question of the codebook as the loader has it, from the database's own rows."""
    one = (await rows_of(database, "SELECT * FROM variables WHERE id = :id", id=variable))[0]
    values = await rows_of(database, "SELECT * FROM variable_values WHERE variable = :id ORDER BY position", id=variable)
    pillar = (await rows_of(database, "SELECT * FROM pillars WHERE id = :id", id=one["pillar"]))[0]
    question = Variable(
        values={row["value"]: Value(row["value"], row["label"], row["choose_when"], bool(row["exclusive"])) for row in values},
        expected_in=tuple(one["expected_in"].split(", ")),
        negative=frozenset(row["value"] for row in values if row["absence"]),
        anchors=tuple(one["anchors"].split("; ")),
        group=one["section"],
        core=bool(one["core"]),
        **{
            name: one[name]
            for name in ("id", "title", "pillar", "position", "basis", "applies_to", "type", "question", "coding_rules", "why_it_matters")
        },
        **{name: one[name] for name in ("unit", "derived_from")},
    )
    return Codebook({pillar["id"]: Pillar(pillar["id"], pillar["title"], pillar["description"], pillar["position"])}, {variable: question})


def proposal(codebook: Codebook, place: Mapping[str, Any], words: Mapping[str, str]) -> Proposal:
    """The fragment for one question of ``codebook`` in a jurisdiction, from the words of the form."""
    variable = next(iter(codebook.variables.values()))
    problems = [(name, f"{FIELDS[name]} is missing.") for name in NEEDED if not words.get(name)]
    problems += [
        (name, f"{FIELDS[name]} has {len(text)} characters; {LONGEST} are the most.") for name, text in words.items() if len(text) > LONGEST
    ]
    if problems:
        return Proposal("", problems)
    fragment = _fragment(variable, words)
    head = f"code: {place['code']}\nname: {json.dumps(place['name'])}\nkind: {place['kind']}\ncoded: {{window: 1900-01-01, checked: {json.dumps(words['read_on'])}}}\n"
    head += f"parent: {place['parent']}\n" if place["parent"] else ""
    return Proposal(fragment, _problems(codebook, head + fragment))


def _fragment(variable: Variable, words: Mapping[str, str]) -> str:
    quoted = {name: json.dumps(text, ensure_ascii=True) for name, text in words.items() if text}
    key = "proposed"
    source = [
        f"    {name}: {quoted[name]}"
        for name in ("title", "title_en", "kind", "language", "url", "version", "read", "read_at", "read_on")
        if name in quoted
    ]
    acts = [f"    acts: [{quoted['acts']}]"] if "acts" in quoted and words["kind"] in PRIMARY_KINDS else []
    spell = [f"    - value: {_value(variable, words['value'])}", f"      from: {quoted['from']}"]
    spell += [f"      until: {quoted['until']}"] if "until" in quoted else []
    spell += [f"      cite: {{{key}: {quoted['pinpoint']}}}"] + ([f"      note: {quoted['note']}"] if "note" in quoted else [])
    return "\n".join(["sources:", f"  {key}:", *source[:3], *acts, *source[3:], f"{variable.pillar}:", f"  {variable.id}:", *spell]) + "\n"


def _value(variable: Variable, text: str) -> str:
    if variable.type == "multi":
        return "[" + ", ".join(json.dumps(part.strip()) for part in text.split(",") if part.strip()) + "]"
    return str(int(text)) if variable.type == "integer" and text.isascii() and text.isdigit() and len(text) < 10 else json.dumps(text)


def _problems(codebook: Codebook, text: str) -> list[tuple[str, str]]:
    """What the reader, the schema, the calendar and the checks say, by the field that each is about."""
    document, found = read_text(text, "your answer")
    if document is not None:
        found = Shape(record_schema(codebook)).problems(document)
    if document is not None and not found:
        record, found = record_from(document, codebook)
        if record is not None:
            world = World(codebook, {record.code: record})
            found = [problem for code in HELD for problem in CHECKS[code].run(record, world)]
    lines = text.split("\n")
    return [
        (_field(lines[one.line - 1] if one.line else ""), f"{one.message[0].upper()}{one.message[1:]}. {one.remedy}".strip())
        for one in found
    ]


def _field(line: str) -> str:
    name = line.strip().removeprefix("- ").partition(":")[0]
    return "pinpoint" if name == "cite" else name if name in FIELDS else "value"
