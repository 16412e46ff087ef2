"""Checks of one record: dates, spells, citations, searches, gaps, parents."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePosixPath

from ..codebook import PARENT_DECIDES, PARTS_DECIDE
from ..dates import LegalDate
from ..model import Marked, Record, Spell
from ..problems import Problem, listed, near
from .registry import World, check


@check("E302", "A record's code is its file's name.")
def path_is_code(record: Record, world: World) -> Iterable[Problem]:
    stem = PurePosixPath(record.document.path).stem
    if stem != record.code:
        yield record.problem(
            ("code",), "E302", f"found code {record.code} in the file {stem}.yml", f"Name the file {record.code}.yml, or mend the code."
        )


@check("E303", "A spell ends on or after the day it starts.")
def spell_ends_after_start(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        if spell.end and spell.end.last < spell.start.first:
            yield record.problem((*spell.path, "until"), "E303", f"ends {spell.end.last}, before it starts on {spell.start.first}")
        if spell.end and spell.end.precision == "by":
            yield record.problem(
                (*spell.path, "until"), "E303", "found <= in an end", "Only a start may be not researched; give the last day."
            )


@check("E304", "No answer starts, and no wording is of a day, after the day the record was checked.")
def nothing_after_checked(record: Record, world: World) -> Iterable[Problem]:
    dated: list[tuple[tuple, LegalDate | None, str]] = [((*spell.path, "from"), spell.start, "starts") for spell in record.spells()]
    for key, source in record.sources.items():
        dated.append((("sources", key, "version"), source.version, "is a version of"))  # a text may be read later, for one answer
    dated.append((("coded", "window"), record.window, "the window starts"))
    if record.checked is None:
        return
    for path, date, verb in dated:
        if date and date.first > record.checked.last:
            yield record.problem(
                path,
                "E304",
                f"{verb} {date.first}, after the record was checked on {record.checked.last}",
                "Mend the date, or check the record again.",
            )


@check("E305", "Spells of a variable stand oldest first and do not overlap.")
def spells_in_order(record: Record, world: World) -> Iterable[Problem]:
    for spells in record.answers.values():
        for before, after in pairwise(spells):
            last = before.end.last if before.end else None
            if last is not None and after.start.first <= last:
                remedy = "Let the first end on the day before the second starts."
                yield record.problem(
                    (*after.path, "from"), "E305", f"starts {after.start.first}, while the spell before it ends {last}", remedy
                )


@check("E306", "Only the last spell of a variable is open.")
def only_last_is_open(record: Record, world: World) -> Iterable[Problem]:
    for spells in record.answers.values():
        for spell in spells[:-1]:
            if spell.end is None:
                yield record.problem(
                    spell.path,
                    "E306",
                    "this spell has no `until`, and another follows",
                    "Give the last day on which it was true.",
                    key=True,
                )


@check("E307", "Every citation names a source of the record.")
def citations_resolve(record: Record, world: World) -> Iterable[Problem]:
    places = [((*spell.path, "cite"), spell.cites) for spell in record.spells()]
    places += [(("searched", act, "cite"), search.cites) for act, search in record.searches.items()]
    for path, cites in places:
        for key, _ in cites:
            if key not in record.sources:
                remedy = near(key, record.sources) or f"Declare it under sources; known: {listed(record.sources) or 'none'}."
                yield record.problem((*path, key), "E307", f"no source {key!r}", remedy, key=True)


@check("E308", "Every source is cited by an answer or a search.")
def sources_are_used(record: Record, world: World) -> Iterable[Problem]:
    cited = {key for spell in record.spells() for key, _ in spell.cites}
    cited |= {key for search in record.searches.values() for key, _ in search.cites}
    for key in record.sources:
        if key not in cited:
            yield record.problem(("sources", key), "E308", f"the source {key!r} is not cited", "Cite it or take it out.", key=True)


@check("E309", "A finding of absence names every kind of act that was searched for it, or cites a text that says so itself.")
def absence_was_searched(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        absent = [token for token in spell.tokens if token in spell.variable.negative]
        if not absent or spell.stated:
            continue
        lacking = [act for act in spell.variable.expected_in if act not in record.searches or act in record.missing]
        if lacking:
            remedy = "Search them and list them under `searched`, put `stated: true` if the cited text says so itself, or name the gap."
            yield record.problem(
                (*spell.path, "value"), "E309", f"{absent[0]!r} is a finding of absence, not searched: {', '.join(lacking)}", remedy
            )


@check("E310", "A primary source names the wording that was read, or a note says why it has none.")
def source_says_version(record: Record, world: World) -> Iterable[Problem]:
    for key, source in record.sources.items():
        if source.primary and source.version is None and not source.note:
            yield record.problem(
                ("sources", key),
                "E310",
                f"the source {key!r} has no version",
                "Give the date of the wording read, or say in a note why there is none.",
                key=True,
            )


@check("E313", "An exclusive value stands alone.")
def exclusive_stands_alone(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        if isinstance(spell.value, Marked) and len(spell.value.values) > 1:
            alone = [token for token in spell.tokens if spell.variable.values[token].exclusive]
            if alone:
                yield record.problem(
                    (*spell.path, "value"), "E313", f"{alone[0]!r} stands beside other values", "Keep it alone, or drop it."
                )


@check("E314", "What is listed as unchecked is not marked, and is not an exclusive value.")
def unchecked_is_open(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        if not isinstance(spell.value, Marked):
            continue
        for token in sorted(spell.value.unchecked):
            if token in spell.value.values or spell.variable.values[token].exclusive:
                yield record.problem(
                    (*spell.path, "unchecked"),
                    "E314",
                    f"{token!r} is marked or exclusive, so it cannot be unchecked",
                    "List only values left open.",
                )


@check("E315", "A core variable without a present answer has its reason under gaps, or its act under missing.")
def core_is_answered_or_explained(record: Record, world: World) -> Iterable[Problem]:
    if not record.answers or record.follows or record.checked is None:
        return
    for variable in world.codebook.variables.values():
        if not variable.core or present(record, variable.id) or variable.id in record.gaps:
            continue
        if not set(variable.expected_in) & set(record.missing):
            yield record.problem(
                ("gaps",) if record.gaps else (),
                "E315",
                f"the core variable {variable.id} has no answer and no reason",
                f"Answer it, or say why not: `gaps: {{{variable.id}: ...}}`.",
            )


@check("E316", "A gap has no present answer, and is a question the record could answer.")
def gap_is_open(record: Record, world: World) -> Iterable[Problem]:
    for name in record.gaps:
        if present(record, name):
            yield record.problem(("gaps", name), "E316", f"{name} is listed as a gap and has an answer", "Take it out of gaps.", key=True)
        elif world.codebook.variables[name].derived_from:
            yield record.problem(("gaps", name), "E316", f"{name} is derived, not coded by hand", "Take it out of gaps.", key=True)


@check("E317", "A part names its parent, a country has none, and both exist.")
def parent_exists(record: Record, world: World) -> Iterable[Problem]:
    if record.kind == "subnational" and not record.parent:
        yield record.problem(("kind",), "E317", "a subnational record names no parent", "Add `parent:`.")
    if record.kind in ("country", "supranational") and (record.parent or record.follows):
        yield record.problem(("kind",), "E317", f"a {record.kind} has no parent", "Take `parent` or `follows` out, or mend the kind.")
    for key in ("parent", "follows"):
        code = getattr(record, key)
        if code and code not in world.records:
            yield record.problem((key,), "E317", f"no record {code!r}", near(code, world.records) or "Add that record first.")


@check("E318", "Parents make no circle.")
def no_circle(record: Record, world: World) -> Iterable[Problem]:
    seen, code = [record.code], record.follows or record.parent
    while code in world.records:
        if code in seen:
            path = ("parent",) if record.parent else ("follows",)
            yield record.problem(path, "E318", f"found a circle: {' > '.join([*seen, code])}", "One of them is not a part of the next.")
            return
        seen.append(code)
        code = world.records[code].follows or world.records[code].parent


@check("E320", "A record with answers says when they were checked.")
def answers_were_checked(record: Record, world: World) -> Iterable[Problem]:
    if record.answers and record.checked is None:
        yield record.problem((), "E320", "found answers and no `coded:`", "Add `coded: {window: ..., checked: ...}`.")


@check("E319", "Only a part says that its parent decides; a part that leaves a matter to a lower level says which.")
def levels_fit(record: Record, world: World) -> Iterable[Problem]:
    for spell in record.spells():
        if PARENT_DECIDES in spell.tokens and not record.parent:
            yield record.problem((*spell.path, "value"), "E319", f"{PARENT_DECIDES} needs a parent, and {record.code} names none")
        if PARTS_DECIDE in spell.tokens and record.kind == "subnational" and not spell.note:
            yield record.problem((*spell.path, "value"), "E319", f"{PARTS_DECIDE} in a part needs a note", "Say which lower level decides.")


def present(record: Record, variable: str) -> Spell | None:
    """The answer that is true on the day the record was checked."""
    return record.on(variable, record.checked.last) if record.checked else None
