"""Everything computable from the records: inheritance, grades, spells of readings, legal changes.

Nothing here reads a clock; a result is true from one day to another because the answers are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from . import treaties
from .agreement import Agreement, agreement
from .codebook import PARENT_DECIDES, Codebook, Variable
from .dates import FOREVER, day_after, day_before
from .load import Knowledge
from .model import Marked, Record, Source, Spell
from .near_misses import NearMiss, near_misses
from .periods import answers_by_day
from .readings import Item, Outcome, Reading


@dataclass(frozen=True)
class ResolvedAnswer:
    """One answer of one jurisdiction for the days from ``valid_from`` to ``valid_until`` (None: still true).

    ``spell`` is the authored answer, the parent's where ``inherited_from`` names one.
    """

    jurisdiction: str
    spell: Spell
    cited: tuple[tuple[str, Source, str], ...]  # id of the source, the source, pinpoint
    checked: str
    valid_from: str
    valid_until: str | None
    from_precision: str
    until_precision: str
    inherited_from: str = ""

    @property
    def id(self) -> str:
        return f"{self.jurisdiction}-{self.spell.variable.id}-{self.valid_from}"

    @property
    def grade(self) -> str:
        """The weakest cited primary text decides; C where no primary text is cited."""
        primary = [source.grade for _, source, _ in self.cited if source.primary]
        return max(primary) if primary else "C"

    @property
    def text_version(self) -> str:
        """The day of the newest wording among the primary texts cited (older ones are cited to show a start)."""
        return max((source.version.first for _, source, _ in self.cited if source.primary and source.version), default="")


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


@dataclass
class Derived:
    """Everything computed for one build."""

    answers: dict[str, list[ResolvedAnswer]]
    results: list[ReadingSpell]
    near_misses: list[NearMiss]
    changes: list[Change]
    treaty_states: list[treaties.TreatyState]
    agreement: list[Agreement]


def derive(knowledge: Knowledge) -> Derived:
    """Treaties first, because answers rest on them; then inheritance, readings and changes."""
    treaties.add_answers(knowledge)
    answers = resolve(knowledge)
    missed = near_misses(knowledge.codebook, knowledge.readings.values(), knowledge.records.values())
    comparisons = [one for coding in knowledge.second_codings.values() for one in coding.comparisons.values()]
    return Derived(
        answers,
        list(read_all(knowledge)),
        list(missed),
        list(changes(answers)),
        list(treaties.all_states(knowledge)),
        agreement(knowledge.codebook.variables.values(), comparisons),
    )


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
            parent = knowledge.records.get(record.follows or record.parent)
            done[record.code] = list(_resolve(record, knowledge.codebook, answers(parent) if parent else [], parent))
        return done[record.code]

    for record in knowledge.records.values():
        answers(record)
    return {code: done[code] for code in sorted(done)}


def _resolve(record: Record, codebook: Codebook, inherited: list[ResolvedAnswer], parent: Record | None) -> Iterator[ResolvedAnswer]:
    for variable in codebook.variables.values():
        own = record.answers.get(variable.id, [])
        follows = record.follows or (variable.derived_from and record.kind == "subnational")
        if not own and not follows:
            continue
        above = [answer for answer in inherited if answer.spell.variable.id == variable.id]
        if not own:
            yield from (_inherit(answer, record, answer.valid_from, answer.valid_until) for answer in above)
        for spell in own:
            mine = _authored(record, spell)
            yield from _from_parent(mine, above, record) if PARENT_DECIDES in spell.tokens and parent else [mine]


def _authored(record: Record, spell: Spell) -> ResolvedAnswer:
    """An answer as the record has it; its citations are the record's own, or those of treaty lists."""
    cited = tuple(
        (f"{record.code}-{key}", record.sources[key], pinpoint) if key in record.sources else (key, spell.lent[key], pinpoint)
        for key, pinpoint in spell.cites
    )
    checked = record.checked.last if record.checked else max(source.read_on.last for _, source, _ in cited)
    until = spell.end.precision if spell.end else ""
    return ResolvedAnswer(record.code, spell, cited, checked, spell.valid_from, spell.valid_until, spell.start.precision, until)


def _from_parent(mine: ResolvedAnswer, above: list[ResolvedAnswer], record: Record) -> Iterator[ResolvedAnswer]:
    """The parent's answers inside the days of ``decided_nationally``; that answer itself for days on which the parent has none."""
    day: str | None = mine.valid_from
    for answer in above:
        if day is None or (answer.valid_until or FOREVER) < day or (mine.valid_until or FOREVER) < answer.valid_from:
            continue
        if day < answer.valid_from:
            yield _clip(mine, day, day_before(answer.valid_from))
        until = min(answer.valid_until or FOREVER, mine.valid_until or FOREVER)
        yield _inherit(answer, record, max(day, answer.valid_from), until)
        day = None if until == FOREVER else day_after(until)
    if day is not None and day <= (mine.valid_until or FOREVER):
        yield _clip(mine, day, mine.valid_until)


def _inherit(answer: ResolvedAnswer, record: Record, valid_from: str, valid_until: str | None) -> ResolvedAnswer:
    clipped = _clip(answer, valid_from, None if valid_until == FOREVER else valid_until)
    return replace(clipped, jurisdiction=record.code, inherited_from=answer.inherited_from or answer.jurisdiction)


def _clip(answer: ResolvedAnswer, valid_from: str, valid_until: str | None) -> ResolvedAnswer:
    """The answer on fewer days; a day that was set here is known to the day."""
    return replace(
        answer,
        valid_from=valid_from,
        valid_until=valid_until,
        from_precision=answer.from_precision if valid_from == answer.valid_from else "day",
        until_precision=answer.until_precision if valid_until == answer.valid_until else "day" if valid_until else "",
    )


def read_all(knowledge: Knowledge) -> Iterator[ReadingSpell]:
    """Every reading of every jurisdiction for every day on which an input changes.

    Readings look at a record's own answers: what the parent decides shows as "see parent".
    """
    for code in sorted(knowledge.records):
        record = knowledge.records[code]
        for reading in knowledge.readings.values():
            if record.checked and _is_read_for(reading, code, knowledge):
                for item in reading.items.values():
                    yield from _item_spells(record, reading, item)


def _differ(before: ResolvedAnswer, after: ResolvedAnswer) -> bool:
    """Whether the law's answer changed: not where a value was merely unchecked, nor where another level began to be coded."""
    one, two = before.spell.value, after.spell.value
    if bool(before.inherited_from) != bool(after.inherited_from):
        return False
    if isinstance(one, Marked) and isinstance(two, Marked):
        return bool((one.values ^ two.values) - one.unchecked - two.unchecked)
    return one != two


def _is_read_for(reading: Reading, code: str, knowledge: Knowledge) -> bool:
    """Every jurisdiction, or the parties of the instrument that a reading is made for."""
    instrument = knowledge.instruments.get(reading.bound_by)
    return not reading.bound_by or (instrument is not None and code in instrument.parties and bool(instrument.parties[code].act))


def _item_spells(record: Record, reading: Reading, item: Item) -> Iterator[ReadingSpell]:
    days = list(answers_by_day(record, item.inputs))
    if not days:
        first = min((spell.valid_from for spell in record.spells()), default=record.window.first)
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
    """Coded answers that follow one another without a gap and differ, oldest first (treaties have dates of their own)."""
    found = []
    for answers in resolved.values():
        for before, after in pairwise(answers):
            same_question = before.spell.variable.id == after.spell.variable.id and after.spell.variable.coded_by_hand
            adjacent = before.valid_until is not None and day_before(after.valid_from) == before.valid_until
            if same_question and adjacent and _differ(before, after):
                found.append(Change(before, after))
    yield from sorted(found, key=lambda change: (change.after.valid_from, change.after.jurisdiction, change.after.spell.variable.position))
