"""Answers through time: on which days something changes, and what is true from each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .dates import day_after
from .model import Record, Spell


def change_days(spells: Iterable[Spell]) -> list[str]:
    """The ISO days on which an answer starts, or the first day after it ends."""
    days = set()
    for spell in spells:
        days.add(spell.valid_from)
        if spell.valid_until:
            days.add(day_after(spell.valid_until))
    return sorted(days)


def answers_on(record: Record, variables: Iterable[str], day: str) -> dict[str, Any]:
    """The values of some variables on one day (None: not coded)."""
    return {variable: _value_on(record.answers.get(variable, ()), day) for variable in variables}


def answers_by_day(record: Record, variables: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each day on which one of the variables changes: the day, and all their values (None: not coded)."""
    spells = {variable: record.answers.get(variable, ()) for variable in variables}
    for day in change_days(spell for list_ in spells.values() for spell in list_):
        yield day, {variable: _value_on(list_, day) for variable, list_ in spells.items()}


def _value_on(spells: Sequence[Spell], day: str) -> Any:
    for spell in spells:
        if spell.covers(day):
            return spell.value
    return None
