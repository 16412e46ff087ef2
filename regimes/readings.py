"""Derived readings: ordered rows of conditions over coded answers, and the one evaluator that reads them.

A result is never typed by hand. Each outcome carries its *why*: the row that gave it and the answers that row reads,
or, where it is not coded, the answers that are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .codebook import NOT_CODED, Codebook
from .conditions import Answers, BadCondition, Compiler, Condition
from .model import Marked
from .problems import Problem, listed, near
from .read import Document

CODES = {
    "E311": "A reading's conditions name known variables, values and shorthands.",
    "E312": "A reading's rows give results that it declares.",
}

# Results that every reading may give besides its own.
COMMON_RESULTS = {
    "not_applicable": "Not applicable",
    "see_parent": "See parent",
    NOT_CODED: "Not coded",
}


@dataclass(frozen=True)
class Outcome:
    """A result with its why: the number of the row (0: none) and the variables that decided it."""

    result: str
    row: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    result: str
    condition: Condition | None  # None: otherwise


@dataclass
class Item:
    """One line of a reading: an indicator, a flag, a case, or the label itself."""

    id: str
    title: str
    rows: list[Row]
    inputs: tuple[str, ...]
    source: str = ""
    needs_every_input: bool = False
    value_results: dict[str, str] = field(default_factory=dict)
    case: str = ""
    _known: dict[tuple, Outcome] = field(default_factory=dict, repr=False)

    def outcome(self, answers: Answers) -> Outcome:
        """The result for one set of answers; equal answers are evaluated once."""
        key = tuple(answers.get(variable) for variable in self.inputs)
        if key not in self._known:
            self._known[key] = self._evaluate(answers)
        return self._known[key]

    def _evaluate(self, answers: Answers) -> Outcome:
        missing = tuple(name for name in self.inputs if answers.get(name) is None)
        for value, result in self.value_results.items():
            holders = tuple(name for name in self.inputs if _holds(answers.get(name), value))
            if holders:
                return self._despite(answers, holders) or Outcome(result, 0, holders)
        if missing and self.needs_every_input:
            return Outcome(NOT_CODED, 0, missing)
        return self._first_true(answers)

    def _first_true(self, answers: Answers) -> Outcome:
        """The first row that is true; not coded where one before it cannot be decided."""
        for number, row in enumerate(self.rows, start=1):
            truth = row.condition.test(answers) if row.condition else True
            read = row.condition.inputs if row.condition else self.inputs
            if truth:
                return Outcome(row.result, number, read)
            if truth is None:
                return Outcome(NOT_CODED, 0, tuple(name for name in read if _unsure(answers.get(name))))
        return Outcome(NOT_CODED, 0, self.inputs)

    def _despite(self, answers: Answers, special: tuple[str, ...]) -> Outcome | None:
        """A result that the other answers give whatever the special ones (left to the parts, not applicable) might have been."""
        outcome = self._first_true({name: answer for name, answer in answers.items() if name not in special})
        return outcome if outcome.row and self.rows[outcome.row - 1].condition else None


def _holds(answer: Any, value: str) -> bool:
    return value in answer.values if isinstance(answer, Marked) else answer == value


def _unsure(answer: Any) -> bool:
    return answer is None or (isinstance(answer, Marked) and bool(answer.unchecked))


@dataclass
class Reading:
    """A named set of items with their results, and what limits them."""

    id: str
    title: str
    kind: str
    position: int
    description: str
    limits: tuple[str, ...]
    results: dict[str, str]
    also_called: dict[str, tuple[str, ...]]
    items: dict[str, Item]
    bound_by: str = ""
    shown_with: str = ""
    document: Document | None = field(default=None, repr=False)

    def label(self, result: str) -> str:
        return self.results.get(result) or COMMON_RESULTS[result]


def reading_from(document: Document, codebook: Codebook) -> tuple[Reading | None, list[Problem]]:
    """The reading of a document that has the right shape; None where a condition or result is wrong."""
    data, problems = document.data, []

    def problem(code: str, path: tuple, message: str, remedy: str) -> None:
        problems.append(Problem(document.path, *document.place(path), code, message, remedy))

    try:
        compiler = Compiler(codebook, data.get("shorthands"))
    except BadCondition as error:
        problem("E311", error.path, str(error), error.remedy)
        return None, problems
    results = {id: entry["label"] for id, entry in data["results"].items()}
    items = {}
    for id, entry in data["items"].items():
        rows = []
        for index, row in enumerate(entry["rows"]):
            path = ("items", id, "rows", index)
            if row["result"] not in {**results, **COMMON_RESULTS}:
                known = [*results, *COMMON_RESULTS]
                problem(
                    "E312", (*path, "result"), f"unknown result {row['result']!r}", near(row["result"], known) or f"Known: {listed(known)}."
                )
            try:
                rows.append(Row(row["result"], compiler.compile(row["when"]) if "when" in row else None))
            except BadCondition as error:
                problem("E311", (*path, "when", *error.path), str(error), error.remedy)
        for value, result in _value_results(data, entry).items():
            if result not in {**results, **COMMON_RESULTS}:
                path = ("items", id, "value_results", value) if "value_results" in entry else ("value_results", value)
                problem("E312", path, f"unknown result {result!r}", near(result, [*results, *COMMON_RESULTS]))
        inputs = dict.fromkeys(name for row in rows if row.condition for name in row.condition.inputs)
        items[id] = Item(
            id,
            entry["title"],
            rows,
            tuple(inputs),
            entry.get("source", ""),
            entry.get("needs_every_input", False),
            _value_results(data, entry),
            entry.get("case", ""),
        )
    reading = Reading(
        data["reading"],
        data["title"],
        data["kind"],
        data["position"],
        data["description"],
        tuple(data["limits"]),
        results,
        {id: tuple(entry.get("also_called", ())) for id, entry in data["results"].items()},
        items,
        data.get("bound_by", ""),
        data.get("shown_with", ""),
        document,
    )
    return (None if problems else reading), problems


def _value_results(data: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, str]:
    """An item's own rule for special values, or the reading's."""
    return dict(entry["value_results"] if "value_results" in entry else data.get("value_results", {}))
