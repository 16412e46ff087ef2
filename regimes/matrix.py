"""The answers of one day as statisticians want them: one row a jurisdiction, one column a variable or a value of one.

Every cell says something. What is not coded says so, and is neither 0 nor empty. The site and the export share this
module; each asks the database in its own way and brings the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

NOT_CODED = "not_coded"
UNCHECKED = "unchecked"
IN_WORDS = "in_words"
WORDS = {
    NOT_CODED: "nobody has read the law on this; it is neither a no nor an absence of rules",
    UNCHECKED: "the question is answered, but whether this value belongs to the answer could not be checked",
    IN_WORDS: "the answer is no number; the column of the same name that ends in __word has it",
}

JURISDICTIONS = """
    SELECT code, name, kind, coalesce(parent, '') AS parent, window_from, checked, from_secondary_sources
      FROM jurisdictions ORDER BY code
"""
VARIABLES = "SELECT id, title, question, type, unit FROM variables WHERE basis = 'law' ORDER BY position"
VALUES = "SELECT variable, value, label, choose_when FROM variable_values ORDER BY variable, position"
ANSWERS = """
    SELECT answers.jurisdiction, answers.variable, answers.value, answers.number, answer_values.value AS named, answer_values.state
      FROM answers
      JOIN variables ON variables.id = answers.variable AND variables.basis = 'law'
      LEFT JOIN answer_values ON answer_values.answer = answers.id AND variables.type = 'multi'
     WHERE answers.valid_from <= :on AND (answers.valid_until IS NULL OR answers.valid_until >= :on)
"""


@dataclass(frozen=True)
class Column:
    """``kind`` is choice, value (one value of a multi answer), number, or word (what stands for a number)."""

    name: str
    kind: str
    variable: str
    value: str
    description: str
    values: tuple[str, ...] = ()


FIRST = {
    "jurisdiction": "ISO 3166 code. NA is Namibia, not a missing value.",
    "name": "Name in English.",
    "kind": "country, territory, subnational or supranational.",
    "parent": "The jurisdiction it is a part of; empty for one that is no part.",
    "on": "The day whose law the row describes.",
    "window_from": "How far back answers were researched.",
    "checked": "Day on which every open answer was last held against its source.",
    "from_secondary_sources": "1: no primary text was read for this record; 0: primary texts were read.",
}


def columns(variables: Iterable[Row], values: Iterable[Row]) -> list[Column]:
    """The columns of the variables, in codebook order: one, one a value where several can be true, or two for a number."""
    by_variable: dict[str, list[Row]] = {}
    for value in values:
        by_variable.setdefault(value["variable"], []).append(value)
    return [column for variable in variables for column in _columns(variable, by_variable[variable["id"]])]


def _columns(variable: Row, values: list[Row]) -> Iterator[Column]:
    id, asked = variable["id"], f"{variable['title']}: {variable['question']}"
    tokens = tuple(value["value"] for value in values)
    meaning = " ".join(f"{value['value']}: {value['label']}." for value in values)
    if variable["type"] == "multi":
        for value in values:
            yield Column(f"{id}__{value['value']}", "value", id, value["value"], f"{asked} 1 where the answer names: {value['label']}.")
    elif variable["type"] == "integer":
        yield Column(id, "number", id, "", f"{asked} In {variable['unit']}.")
        yield Column(f"{id}__word", "word", id, "", f"{asked} What stands for the number. {meaning}", tokens)
    else:
        yield Column(id, "choice", id, "", f"{asked} {meaning}", tokens)


def header(chosen: list[Column]) -> list[str]:
    return [*FIRST, *(column.name for column in chosen)]


def rows(chosen: list[Column], jurisdictions: Iterable[Row], answers: Iterable[Row], on: str) -> Iterator[list[str]]:
    """One row a jurisdiction: what it is, then its answers."""
    found: dict[tuple[str, str], Row] = {}
    states: dict[tuple[str, str, str], str] = {}
    for answer in answers:
        key = (answer["jurisdiction"], answer["variable"])
        found[key] = answer
        if answer["named"] is not None:
            states[*key, answer["named"]] = answer["state"]
    for one in jurisdictions:
        cells = [_cell(column, found.get((one["code"], column.variable)), states, one["code"]) for column in chosen]
        yield [*_first(one, on), *cells]


def _first(one: Row, on: str) -> list[str]:
    coded = one["checked"] is not None
    facts = (one["window_from"], one["checked"], str(one["from_secondary_sources"]))
    return [one["code"], one["name"], one["kind"], one["parent"], on, *(fact if coded else NOT_CODED for fact in facts)]


def _cell(column: Column, answer: Row | None, states: dict[tuple[str, str, str], str], code: str) -> str:
    """What one column says of an answer."""
    if answer is None:
        return NOT_CODED
    if column.kind == "value":
        return {"true": "1", "unchecked": UNCHECKED}.get(states.get((code, column.variable, column.value), ""), "0")
    if column.kind == "number":
        return IN_WORDS if answer["number"] is None else str(answer["number"])
    if column.kind == "word" and answer["number"] is not None:
        return "number"
    return str(answer["value"])
