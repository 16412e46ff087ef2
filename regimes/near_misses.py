"""Near misses: the single other answers that would give a jurisdiction another label.

Only labels are asked, and only jurisdictions that have one on the day of their check; every other answer stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .codebook import NOT_CODED, PARENT_DECIDES, PARTS_DECIDE, Codebook
from .model import Record
from .periods import answers_on
from .readings import Item, Reading

LEVELS = (PARENT_DECIDES, PARTS_DECIDE)


@dataclass(frozen=True)
class NearMiss:
    """One question whose other answer changes the label."""

    jurisdiction: str
    reading: str
    item: str
    variable: str
    answer_value: str
    other_value: str
    other_result: str


def near_misses(codebook: Codebook, readings: Iterable[Reading], records: Iterable[Record]) -> Iterator[NearMiss]:
    """The near misses of every coded jurisdiction in every reading that gives a label."""
    labels = [reading for reading in readings if reading.kind == "label"]
    for record in sorted(records, key=lambda record: record.code):
        for reading in labels if record.checked else ():
            for item in reading.items.values():
                yield from _of_item(codebook, reading, item, record)


def _of_item(codebook: Codebook, reading: Reading, item: Item, record: Record) -> Iterator[NearMiss]:
    answers = answers_on(record, item.inputs, record.checked.last)
    result = item.outcome(answers).result
    if result == NOT_CODED:
        return
    for name, answer in answers.items():
        variable = codebook.variables[name]
        for other in variable.tokens if variable.type == "choice" and answer is not None else ():
            if answer in LEVELS or other in LEVELS:  # another level deciding is another law, not another answer
                continue
            changed = item.outcome({**answers, name: other}).result
            if changed not in (result, NOT_CODED):
                yield NearMiss(record.code, reading.id, item.id, name, answer, other, changed)
