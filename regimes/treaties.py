"""Who is bound by what, when, and since when that is not known: derived from the instruments' lists of parties.

"No entry" means "not a party" only up to the day to which the list is complete; after it, it means "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .dates import LegalDate, day_after, day_before
from .load import Knowledge
from .model import Marked, Record, Source, Spell
from .world import Instrument, Party

PARTY, NOT_PARTY, UNKNOWN = "party", "not a party", "unknown"
WINDOW = "2000-01-01"  # treaty answers reach back to here
VALUES = {"saarc_2002": "regional_other", "actip_2015": "regional_other"}  # others have a value of their own name
STATES = ("country", "supranational")


@dataclass(frozen=True)
class TreatyState:
    """One state's relation to one instrument from one day to another. ``source`` is the id of what shows it."""

    instrument: str
    jurisdiction: str
    state: str
    valid_from: str
    valid_until: str | None
    source: str | None


def all_states(knowledge: Knowledge) -> Iterator[TreatyState]:
    """Every state's relation to every treaty, from the day it was adopted; territories only where a list names them.

    A directive can bind member states only, so it says nothing of states that its list does not name.
    """
    for instrument in knowledge.instruments.values():
        for code, record in knowledge.records.items():
            if code in instrument.parties or (record.kind in STATES and instrument.kind == "treaty"):
                yield from states(instrument, code)


def states(instrument: Instrument, code: str) -> Iterator[TreatyState]:
    """One state's relation to one instrument, oldest first, without gaps."""
    day = instrument.adopted.first
    party = instrument.parties.get(code)
    if party and party.act and party.bound_on:
        yield from _of_party(instrument, party, day)
        return
    known = _absent_until(instrument, code)
    if known:
        until, source = known
        yield TreatyState(instrument.id, code, NOT_PARTY, day, until, source)
        day = day_after(until)
    yield TreatyState(instrument.id, code, UNKNOWN, day, None, None)


def _of_party(instrument: Instrument, party: Party, day: str) -> Iterator[TreatyState]:
    """Absent before it joined, unknown while the day is not sure, party from then, absent after it left."""
    source = f"{instrument.id}-{party.cites[0][0]}"
    before, since = _absent_before(instrument, party), max(day, party.bound_on)
    if before and day < before:
        yield TreatyState(instrument.id, party.code, NOT_PARTY, day, day_before(before), source)
        day = before
    if day < since:
        yield TreatyState(instrument.id, party.code, UNKNOWN, day, day_before(since), None)
    end = day_before(party.denounced.first) if party.denounced else None
    yield TreatyState(instrument.id, party.code, PARTY, since, end, source)
    if end:
        yield TreatyState(instrument.id, party.code, NOT_PARTY, party.denounced.first, None, source)


def _absent_before(instrument: Instrument, party: Party) -> str | None:
    """The first day on which it may have been bound. A list complete to a day would have held one that joined before."""
    listed = instrument.complete_to.last if instrument.complete_to else None
    if party.absent_before is None and listed and listed < party.bound_on:
        return day_after(listed)
    return party.absent_before


def _absent_until(instrument: Instrument, code: str) -> tuple[str, str] | None:
    """The last day on which a source shows that the state was not a party, with that source."""
    shown = []
    if instrument.complete_to and instrument.status_cites:
        shown.append((instrument.complete_to.last, f"{instrument.id}-{instrument.status_cites[0][0]}"))
    if code in instrument.absent:
        as_of, cites = instrument.absent[code]
        shown.append((as_of.last, f"{instrument.id}-{cites[0][0]}"))
    return max(shown) if shown else None


def add_answers(knowledge: Knowledge) -> None:
    """Give every country its derived answer to ``treaties_in_force``, as if its record held it."""
    variable = knowledge.codebook.variables.get("treaties_in_force")
    covered = {id: one for id, one in knowledge.instruments.items() if variable and VALUES.get(id, id) in variable.values}
    for record in knowledge.records.values() if covered else ():
        if record.kind == "country":
            record.answers[variable.id] = list(_spells(variable, record, covered))


def _spells(variable, record: Record, instruments: dict[str, Instrument]) -> Iterator[Spell]:
    days = sorted({WINDOW, *(day for one in instruments.values() for day in _turns(one, record.code) if day > WINDOW)})
    last: tuple | None = None
    pending: list[tuple[str, Marked, list[Instrument]]] = []
    for day in days:
        bound = [one for one in instruments.values() if _in_force(one, record.code, day)]
        marked = frozenset(VALUES.get(one.id, one.id) for one in bound)
        open_ = frozenset(VALUES.get(one.id, one.id) for one in instruments.values() if _unknown(one, record.code, day)) - marked
        if (marked, open_) != last:
            pending.append((day, Marked(marked, open_), bound))
        last = (marked, open_)
    for index, (day, value, bound) in enumerate(pending):
        if value.values:
            end = day_before(pending[index + 1][0]) if index + 1 < len(pending) else None
            yield _spell(variable, record, value, bound, day, end)


def _spell(variable, record: Record, value: Marked, bound: list[Instrument], day: str, end: str | None) -> Spell:
    lent: dict[str, Source] = {}
    cites = []
    for one in bound:
        key, pinpoint = one.parties[record.code].cites[0]
        lent[f"{one.id}-{key}"] = one.sources[key]
        cites.append((f"{one.id}-{key}", pinpoint or record.name))
    precision = "by" if day == WINDOW else "day"
    until = LegalDate(end, end, "day") if end else None
    return Spell(variable, value, LegalDate(day, day, precision), until, tuple(cites), (), lent=lent)


def _turns(instrument: Instrument, code: str) -> list[str]:
    """The days on which the answer for this instrument changes."""
    party = instrument.parties.get(code)
    if party and party.act:
        days = [_since(party), party.denounced.first if party.denounced else None]
        return [day for day in days if day]
    known = _absent_until(instrument, code)
    return [day_after(known[0])] if known else []


def _since(party: Party) -> str | None:
    """In force for the party; its deposit where the day of effect is not known."""
    return party.in_force or party.bound_on


def _in_force(instrument: Instrument, code: str, day: str) -> bool:
    party = instrument.parties.get(code)
    since = _since(party) if party and party.act else None
    return bool(since and since <= day and not (party.denounced and party.denounced.first <= day))


def _unknown(instrument: Instrument, code: str, day: str) -> bool:
    party = instrument.parties.get(code)
    if party and party.act:
        before = _absent_before(instrument, party)
        return not _in_force(instrument, code, day) and (before is None or day >= before) and not party.denounced
    known = _absent_until(instrument, code)
    return instrument.kind == "treaty" and (known is None or day > known[0])
