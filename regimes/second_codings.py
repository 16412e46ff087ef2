"""The blind second coding of a record: what another reader answered, and how each disagreement was settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .codebook import NOT_CODED, Codebook, Variable
from .dates import ImpossibleDate, LegalDate
from .model import Marked, Record
from .problems import Problem
from .read import Document, Path_

CODES = {"E340": "Every date of a second coding is in the calendar."}
KEPT = {
    "first": "the first answer",
    "second": "the second answer",
    "neither": "another answer, found when both were held against the text",
    "gap": "no answer: the text did not settle it",
}
AGREED, DISAGREED, ONE_MISSING = "agreed", "disagreed", "one missing"


@dataclass(frozen=True)
class Settlement:
    """How a disagreement ended: ``first`` is what the record said before, ``kept`` a word of ``KEPT``."""

    first: Any
    kept: str
    because: str


@dataclass(frozen=True)
class Comparison:
    """Both answers to one question; a value is None where that reader could not answer."""

    jurisdiction: str
    variable: Variable
    first: Any
    second: Any
    cited: str
    note: str
    settlement: Settlement | None

    @property
    def outcome(self) -> str:
        if self.first is None or self.second is None:
            return ONE_MISSING if self.first != self.second else AGREED
        return AGREED if same(self.first, self.second) else DISAGREED


@dataclass
class SecondCoding:
    """One file of ``records/second_codings``: answers for the law of one day, ``on``, given on the day ``coded``."""

    document: Document
    code: str
    on: LegalDate
    coded: LegalDate
    blind: bool
    drawn: str
    comparisons: dict[str, Comparison] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)

    def problem(self, path: Path_, code: str, message: str, remedy: str = "") -> Problem:
        return Problem(self.document.path, *self.document.place(path, key=True), code, message, remedy)

    def expected(self, variable: str) -> Any:
        """The answer that both gave or the settlement kept; None for a gap. Not for ``neither``."""
        one = self.comparisons[variable]
        kept = one.settlement.kept if one.settlement else "first"
        return {"first": one.first, "second": one.second}.get(kept)


def same(one: Any, two: Any) -> bool:
    """Whether two answers say the same; values that either could not check do not count against that."""
    if isinstance(one, Marked) and isinstance(two, Marked):
        return not (one.values ^ two.values) - one.unchecked - two.unchecked
    return one == two


def second_coding_from(document: Document, codebook: Codebook) -> tuple[SecondCoding | None, list[Problem]]:
    """The second coding of a document that has the right shape; None where a date cannot be read."""
    data, dates, problems = document.data, {}, []
    for key in ("on", "coded"):
        try:
            dates[key] = LegalDate.parse(data[key])
        except ImpossibleDate as error:
            problems.append(Problem(document.path, *document.place((key,)), "E340", str(error), "Look the day up again."))
    if problems:
        return None, problems
    found = SecondCoding(
        document, data["jurisdiction"], **dates, blind=data["blind"], drawn=data["drawn"], corrected=data.get("corrected", {})
    )
    found.comparisons = {one.variable.id: one for one in _comparisons(data, codebook)}
    return found, []


def _comparisons(data: dict[str, Any], codebook: Codebook) -> Iterator[Comparison]:
    for name, entry in data["answers"].items():
        variable = codebook.variables[name]
        second = _value(variable, entry["value"], entry.get("unchecked", ()))
        settled = data.get("settled", {}).get(name)
        first, settlement = second, None
        if settled:
            first = _value(variable, settled["first"], settled.get("first_unchecked", ()))
            settlement = Settlement(first, settled["kept"], settled["because"])
        yield Comparison(data["jurisdiction"], variable, first, second, str(entry.get("cite", "")), entry.get("note", ""), settlement)


def _value(variable: Variable, value: Any, unchecked: Any) -> Any:
    """A value as records have it; None where it says that the question could not be answered."""
    if value in (NOT_CODED, [NOT_CODED]):
        return None
    return Marked(frozenset(value), frozenset(unchecked)) if variable.type == "multi" else value


def answer_on(record: Record, variable: str, day: str) -> Any:
    """The record's own answer on a day; None where there is none."""
    spell = record.on(variable, day)
    return spell.value if spell else None
