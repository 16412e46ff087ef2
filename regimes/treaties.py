"""Who is bound by what, when, and since when that is not known: derived from the instruments' lists of parties.

"No entry" means "not a party" only up to the day to which the list is complete; after it, it means "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .codebook import Variable
from .dates import LegalDate, day_after, day_before, year_after
from .load import Knowledge
from .model import Marked, Record, Source, Spell
from .world import Instrument, Party

PARTY, NOT_PARTY, UNKNOWN = "party", "not a party", "unknown"
WINDOW = "2000-01-01"  # treaty answers reach back to here
VALUES = {"saarc_2002": "regional_other", "actip_2015": "regional_other"}  # others have a value of their own name
NEVER_ABSENT = frozenset({"regional_other"})  # two regional treaties are held, and there are more
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
    """Every state's relation to every instrument that can bind it, from the day that was adopted."""
    for instrument in knowledge.instruments.values():
        for code, record in knowledge.records.items():
            if _can_bind(instrument, record):
                yield from states(instrument, code)


def states(instrument: Instrument, code: str, effective: bool = False) -> Iterator[TreatyState]:
    """One state's relation to one instrument, oldest first, without gaps; by deposit, or by the day it took effect."""
    day = instrument.adopted.first
    party = instrument.parties.get(code)
    if party and party.act and party.bound_on:
        yield from _of_party(instrument, party, day, effective)
        return
    known = _absent_until(instrument, code)
    if known:
        until, source = known
        yield TreatyState(instrument.id, code, NOT_PARTY, day, until, source)
        day = day_after(until)
    yield TreatyState(instrument.id, code, UNKNOWN, day, None, None)


def _of_party(instrument: Instrument, party: Party, day: str, effective: bool) -> Iterator[TreatyState]:
    """Absent before it may have joined, unknown while the day is not sure, party from then; likewise when it left."""
    source = f"{instrument.id}-{party.cites[0][0]}"
    may, since = _effect(instrument, party) if effective else _deposit(instrument, party)
    steps = [(day, NOT_PARTY if may else UNKNOWN), (may or day, UNKNOWN), (since, PARTY)]
    if party.denounced:
        steps += [(party.denounced.first, UNKNOWN), (party.denounced.last, NOT_PARTY)]
    steps = [(max(first, day), state) for first, state in steps]
    for (first, state), (after, _) in zip(steps, [*steps[1:], ("", "")], strict=True):
        if not after or first < after:
            shown = None if state == UNKNOWN else source
            yield TreatyState(instrument.id, party.code, state, first, day_before(after) if after else None, shown)


def _deposit(instrument: Instrument, party: Party) -> tuple[str | None, str]:
    """The first day on which it may have been bound (None: not known), and the first on which it was."""
    listed = instrument.complete_to.last if instrument.complete_to else None
    if party.absent_before is None and listed and listed < party.bound_on:
        return day_after(listed), party.bound_on  # a list complete to a day would have held one that joined before
    return party.absent_before, party.bound_on


def _effect(instrument: Instrument, party: Party) -> tuple[str | None, str]:
    """The same for its effect: a year after the deposit at the latest, where the final clauses were not read."""
    may, since = _deposit(instrument, party)
    if party.in_force:
        may = may if party.in_force.precision == "by" else party.in_force.first
        since = party.in_force.last
    else:
        since = year_after(since)
    begins = instrument.in_force.first if instrument.in_force else ""
    return (max(may or "", begins) or None), max(since, begins)


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
    covered = {id: one for id, one in knowledge.instruments.items() if variable and _value(id) in variable.values}
    for record in knowledge.records.values() if covered else ():
        if record.kind == "country":
            record.answers[variable.id] = list(_spells(variable, record, covered))


def _spells(variable: Variable, record: Record, instruments: dict[str, Instrument]) -> Iterator[Spell]:
    """One spell for every time over which the same treaties are in force and the same are unknown."""
    found = [state for one in instruments.values() if _can_bind(one, record) for state in states(one, record.code, effective=True)]
    days = sorted({WINDOW, *(state.valid_from for state in found if state.valid_from > WINDOW)})
    pending: list[tuple[str, Marked, list[TreatyState]]] = []  # from when, what, shown by
    for day in days:
        now = [state for state in found if state.valid_from <= day and (state.valid_until is None or day <= state.valid_until)]
        bound = [state for state in now if state.state == PARTY]
        marked = frozenset(_value(state.instrument) for state in bound)
        open_ = frozenset(_value(state.instrument) for state in now if state.state == UNKNOWN)
        value = Marked(marked, (open_ | NEVER_ABSENT) - marked)
        if now and (not pending or pending[-1][1] != value):
            pending.append((day, value, bound))
    for (day, value, shown), (after, _, _) in zip(pending, [*pending[1:], ("", None, None)], strict=True):
        if shown:
            yield _spell(variable, record, value, shown, instruments, day, after)


def _value(instrument: str) -> str:
    """The value of the variable that stands for an instrument."""
    return VALUES.get(instrument, instrument)


def _can_bind(instrument: Instrument, record: Record) -> bool:
    """A treaty may bind any state; territories are bound, and by a directive member states, where its list names them."""
    return record.code in instrument.parties or (record.kind in STATES and instrument.kind == "treaty")


def _spell(
    variable: Variable, record: Record, value: Marked, shown: list[TreatyState], instruments: dict[str, Instrument], day: str, after: str
) -> Spell:
    lent: dict[str, Source] = {}
    cites = []
    for state in shown:
        instrument = instruments[state.instrument]
        key, pinpoint = instrument.parties[record.code].cites[0]
        lent[f"{instrument.id}-{key}"] = instrument.sources[key]
        cites.append((f"{instrument.id}-{key}", pinpoint or record.name))
    end = day_before(after) if after else None
    start = LegalDate(day, day, "by" if day == WINDOW else "day")
    return Spell(variable, value, start, LegalDate(end, end, "day") if end else None, tuple(dict.fromkeys(cites)), (), lent=lent)
