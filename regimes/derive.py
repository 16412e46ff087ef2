"""Everything computable from the records: inheritance, grades, spells of readings, legal changes.

Nothing here reads a clock; a result is true from one day to another because the answers are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .codebook import PARENT_DECIDES, Codebook, Variable
from .dates import day_before
from .load import Knowledge
from .model import Marked, Record, Source, Spell
from .periods import answers_by_day
from .readings import Item, Outcome, Reading

FOREVER = "9999-12-31"


@dataclass(frozen=True)
class ResolvedAnswer:
    """One answer of one jurisdiction for the days from ``valid_from`` to ``valid_until`` (None: still true).

    ``spell`` is the authored answer, the parent's where ``inherited_from`` names one.
    """

    jurisdiction: str
    spell: Spell
    owner: Record
    valid_from: str
    valid_until: str | None
    from_precision: str
    until_precision: str
    inherited_from: str = ""

    @property
    def id(self) -> str:
        return f"{self.jurisdiction}-{self.spell.variable.id}-{self.valid_from}"

    @property
    def sources(self) -> list[Source]:
        return [self.owner.sources[key] for key, _ in self.spell.cites]

    @property
    def grade(self) -> str:
        """The weakest cited primary text decides; C where no primary text is cited."""
        primary = [source.grade for source in self.sources if source.primary]
        return max(primary) if primary else "C"

    @property
    def text_version(self) -> str:
        """The day of the newest wording among the primary texts cited (older ones are cited to show a start)."""
        return max((source.version.first for source in self.sources if source.primary and source.version), default="")


@dataclass(frozen=True)
class ReadingSpell:
    """One outcome of one item of a reading, from one day to another, with the answers that produced it."""

    jurisdiction: str
    reading: Reading
    item: Item
    outcome: Outcome
    valid_from: str
    valid_until: str | None
    because: tuple[tuple[str, str], ...]  # variable, id of the answer ("" where not coded)


@dataclass(frozen=True)
class Change:
    """A day on which the law's answer to a question became another one."""

    before: ResolvedAnswer
    after: ResolvedAnswer


def written(variable: Variable, value: Any) -> str:
    """The value as the database and CSV write it: a token, a number, or tokens in codebook order."""
    if isinstance(value, Marked):
        return ", ".join(id for id in variable.values if id in value.values)
    return str(value)


def display(variable: Variable, value: Any) -> str:
    """The value in words."""
    if isinstance(value, Marked):
        return "; ".join(variable.label(id) for id in variable.values if id in value.values)
    if isinstance(value, int):
        return f"{value} {variable.unit.split(' (')[0]}"
    return variable.label(value)


def resolve(knowledge: Knowledge) -> dict[str, list[ResolvedAnswer]]:
    """Every jurisdiction's answers by code, with what the parent decides put in its place."""
    done: dict[str, list[ResolvedAnswer]] = {}

    def answers(record: Record) -> list[ResolvedAnswer]:
        if record.code not in done:
            parent = knowledge.records.get(record.parent or record.follows)
            done[record.code] = list(_resolve(record, knowledge.codebook, answers(parent) if parent else [], parent))
        return done[record.code]

    for record in knowledge.records.values():
        answers(record)
    return {code: done[code] for code in sorted(done)}


def _resolve(record: Record, codebook: Codebook, inherited: list[ResolvedAnswer], parent: Record | None) -> Iterator[ResolvedAnswer]:
    for variable in codebook.variables:
        above = [answer for answer in inherited if answer.spell.variable.id == variable]
        own = record.answers.get(variable, [])
        if not own and record.follows:
            yield from (_inherit(answer, record, answer.valid_from, answer.valid_until) for answer in above)
        for spell in own:
            mine = ResolvedAnswer(
                record.code,
                spell,
                record,
                spell.valid_from,
                spell.valid_until,
                spell.start.precision,
                spell.end.precision if spell.end else "",
            )
            yield from _from_parent(mine, above, record) if PARENT_DECIDES in spell.tokens and parent else [mine]


def _from_parent(mine: ResolvedAnswer, above: list[ResolvedAnswer], record: Record) -> Iterator[ResolvedAnswer]:
    """The parent's answers inside the days of ``decided_nationally``; that answer itself where the parent has none."""
    inside = [
        _inherit(answer, record, max(answer.valid_from, mine.valid_from), min(answer.valid_until or FOREVER, mine.valid_until or FOREVER))
        for answer in above
        if answer.valid_from <= (mine.valid_until or FOREVER) and mine.valid_from <= (answer.valid_until or FOREVER)
    ]
    if not inside:
        yield mine
        return
    if mine.valid_from < inside[0].valid_from:
        yield replace(mine, valid_until=day_before(inside[0].valid_from), until_precision="day")
    yield from inside


def _inherit(answer: ResolvedAnswer, record: Record, valid_from: str, valid_until: str | None) -> ResolvedAnswer:
    until = None if valid_until in (None, FOREVER) else valid_until
    return replace(
        answer,
        jurisdiction=record.code,
        valid_from=valid_from,
        valid_until=until,
        inherited_from=answer.inherited_from or answer.jurisdiction,
    )


def read_all(knowledge: Knowledge) -> Iterator[ReadingSpell]:
    """Every reading of every jurisdiction for every day on which an input changes.

    Readings look at a record's own answers: what the parent decides shows as "see parent".
    """
    for code in sorted(knowledge.records):
        record = knowledge.records[code]
        for reading in knowledge.readings.values():
            if record.answers and reading.reads(code):
                for item in reading.items.values():
                    yield from _item_spells(record, reading, item)


def _item_spells(record: Record, reading: Reading, item: Item) -> Iterator[ReadingSpell]:
    days = list(answers_by_day(record, item.inputs))
    if not days:
        first = min(spell.valid_from for spell in record.spells())
        days = [(first, dict.fromkeys(item.inputs))]
    current: ReadingSpell | None = None
    for day, answers in days:
        outcome = item.outcome(answers)
        because = tuple((name, _answer_id(record, name, day)) for name in outcome.because)
        if current and (current.outcome, current.because) == (outcome, because):
            continue
        if current:
            yield replace(current, valid_until=day_before(day))
        current = ReadingSpell(record.code, reading, item, outcome, day, None, because)
    yield current


def _answer_id(record: Record, variable: str, day: str) -> str:
    spell = record.on(variable, day)
    return f"{record.code}-{variable}-{spell.valid_from}" if spell else ""


def changes(resolved: dict[str, list[ResolvedAnswer]]) -> Iterator[Change]:
    """Answers that follow one another without a gap and differ, oldest first."""
    found = []
    for answers in resolved.values():
        for before, after in pairwise(answers):
            same_question = before.spell.variable.id == after.spell.variable.id
            adjacent = before.valid_until is not None and day_before(after.valid_from) == before.valid_until
            if same_question and adjacent and before.spell.value != after.spell.value:
                found.append(Change(before, after))
    yield from sorted(found, key=lambda change: (change.after.valid_from, change.after.jurisdiction, change.after.spell.variable.position))
