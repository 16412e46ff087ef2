"""Signs that an answer has drifted from the law: warnings, each put right by reading again or answered by a note.

None of them shows an error by itself. They point to where errors are found: a number typed in years or days, an answer
older than every text it cites, and two answers in a row that rest on the same words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from ..codebook import PARTS_DECIDE
from ..model import Record, Source, Spell
from ..problems import Problem
from .registry import World, check, world_check

TIMES, LEAST = 10, 3  # how far from the middle a term is an outlier, and of how many records a middle is taken
YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")


@world_check("W601", "A term ten times, or a tenth of, the middle of all records is repeated in its note.")
def no_outlier(world: World) -> Iterable[Problem]:
    terms: dict[str, list[tuple[Record, Spell]]] = defaultdict(list)
    for record in world.records.values():
        for spell in record.spells():
            if spell.variable.unit.startswith("months") and isinstance(spell.value, int) and spell.end is None:
                terms[spell.variable.id].append((record, spell))
    for found in terms.values():
        middle = median(spell.value for _, spell in found)
        for record, spell in found if len(found) >= LEAST else ():
            if not middle / TIMES < spell.value < middle * TIMES and str(spell.value) not in spell.note:
                message = f"found {spell.value} months, while the middle of {len(found)} records is {middle:g}"
                remedy = (
                    f"Read the provision again: months, not years or days. If it holds, say so in the note, with the number {spell.value}."
                )
                yield _warn(record, spell, "value", "W601", message, remedy)


@check("W602", "An answer is not older than every act that it cites.")
def not_before_its_acts(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        years = [_year(record.sources[key]) for key, _ in spell.cites if key in record.sources]
        if years and None not in years and int(spell.start.last[:4]) < min(years):
            message = f"true since {spell.valid_from}, while the oldest text cited is of {min(years)}"
            yield _warn(record, spell, "from", "W602", message, "Cite the text that held then, or mend the day.")


@check("W603", "Answers that follow each other cite different provisions, or the note of the later one names the year of the change.")
def a_change_has_a_source(record: Record, world: World) -> Iterable[Problem]:
    for spells in record.answers.values():
        for before, after in pairwise(spells):
            if before.value != after.value and set(before.cites) == set(after.cites) and not YEAR.search(after.note):
                remedy = "Cite the act that changed the law, or say in the note when it changed."
                yield _warn(record, after, "cite", "W603", "the answer before it is another and cites the same provisions", remedy)


@check("W604", "Where a part answers a question on sex work that its parent answers for the whole, a note says how the two fit.")
def fits_its_parent(record: Record, world: World) -> Iterable[Problem]:
    parent = world.records.get(record.parent)
    for spell in record.spells() if parent else ():
        above = parent.on(spell.variable.id, max(spell.valid_from, parent.window.first)) if parent.checked else None
        if (
            above
            and spell.variable.pillar == "sex_work"
            and PARTS_DECIDE not in above.tokens
            and above.value != spell.value
            and not spell.note
        ):
            message = f"found another answer than {parent.code}, whose law holds here too"
            yield _warn(record, spell, "value", "W604", message, "Read both laws; if both answers hold, say in the note how they fit.")


def _year(source: Source) -> int | None:
    """The first year that an act's title names; None where it names none, or the source is no act."""
    years = [int(year) for year in YEAR.findall(source.title)] if source.primary else []
    return min(years, default=None)


def _warn(record: Record, spell: Spell, key: str, code: str, message: str, remedy: str) -> Problem:
    return record.problem((*spell.path, key), code, message, remedy, level="warning")
