"""From the words of a request to what it asks, or to a list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from weakref import WeakKeyDictionary

from ...dates import is_day
from ..common import rows_of
from .contract import ALL_DAYS, TEXT, Asked, Endpoint, Parameter

LONGEST = 200
KNOWN = {
    "jurisdiction": "SELECT code AS id FROM jurisdictions",
    "variable": "SELECT id FROM variables",
    "pillar": "SELECT id FROM pillars",
    "instrument": "SELECT id FROM instruments",
    "reading": "SELECT id FROM readings",
    "assessment": "SELECT id FROM assessments",
    "source kind": "SELECT DISTINCT kind AS id FROM sources",
}
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what was found, what was expected, and what was perhaps meant."""

    parameter: str
    found: str
    expected: str
    near: tuple[str, ...] = ()


class Outdated(Exception):
    """A cursor that was given for other data than those here."""


class BadRequest(Exception):
    """A request that cannot be answered, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{one.parameter}: found {one.found!r}, expected {one.expected}" for one in faults))
        self.faults = tuple(faults)


async def understood(database: Any, endpoint: Endpoint, words: Mapping[str, Sequence[str]], today: str, form: str = "") -> Asked:
    """What is asked of an endpoint; raises BadRequest with every fault. ``today`` is the day where none is named."""
    parameters = {one.name: one for one in endpoint.asked_with(form)}
    faults = [_unknown(name, parameters) for name in words if name not in parameters]
    values = {}
    for name, parameter in parameters.items():
        given = [text for text in words.get(name, ())]
        if not given:
            faults += [Fault(name, "nothing", parameter.description)] if parameter.required else []
            continue
        value, found = await _value(database, parameter, given)
        faults += found
        values[name] = value
    if faults:
        raise BadRequest(faults)
    on = values.pop("on", None)
    return Asked(on or (ALL_DAYS if not endpoint.dated or values.get("since") else today), on is not None, values)


_ids: WeakKeyDictionary[Any, dict[str, list[str]]] = WeakKeyDictionary()


async def ids(database: Any, known: str) -> list[str]:
    """The ids of a kind that the database has, read once: under a running server it never changes."""
    found = _ids.setdefault(database, {})
    if known not in found:
        found[known] = sorted(row["id"] for row in await rows_of(database, KNOWN[known]))
    return found[known]


def _unknown(name: str, parameters: Mapping[str, Parameter]) -> Fault:
    names = ", ".join(parameters) or "none"
    return Fault(name[:LONGEST], "an unknown parameter", f"one of: {names}", tuple(get_close_matches(name[:LONGEST], parameters, n=3)))


async def _value(database: Any, parameter: Parameter, given: Sequence[str]) -> tuple[Any, list[Fault]]:
    if parameter.many:
        parts = [part.strip() for text in given for part in text.split(",")]
    elif len(given) > 1:
        return None, [Fault(parameter.name, f"{len(given)} values", "one value")]
    else:
        parts = [given[0].strip()]
    allowed = await ids(database, parameter.known) if parameter.known else list(parameter.choices)
    if parameter.most and len(set(parts)) > parameter.most:
        return None, [Fault(parameter.name, f"{len(set(parts))} values", f"at most {parameter.most}")]
    read, faults = [], []
    for part in dict.fromkeys(parts):
        value, fault = _read(parameter, part, allowed)
        read.append(value)
        faults += [fault] if fault else []
    return (read if parameter.many else read[0]), faults


def _read(parameter: Parameter, text: str, allowed: list[str]) -> tuple[Any, Fault | None]:
    shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"

    def fault(expected: str, near: Sequence[str] = ()) -> tuple[None, Fault]:
        return None, Fault(parameter.name, shown or "nothing", expected, tuple(near))

    if len(text) > LONGEST or not re.search(parameter.pattern, text, re.DOTALL):
        what = f"a value of at most {LONGEST} characters" if parameter.pattern == TEXT else f"a value like {parameter.pattern}"
        return fault(what + (", without commas" if "," in text else ""))
    if parameter.type == "day":
        good = (text == ALL_DAYS and ALL_DAYS in parameter.choices) or is_day(text)
        return (text, None) if good else fault("a day such as 2015-01-01" + (f", or {ALL_DAYS}" if ALL_DAYS in parameter.choices else ""))
    if parameter.type == "boolean":
        return (BOOLEANS[text], None) if text in BOOLEANS else fault("true or false")
    if parameter.type == "integer":
        return (int(text), None) if text.isascii() and text.isdigit() and len(text) < 10 else fault("a whole number")
    if allowed:
        text = text.upper() if parameter.known == "jurisdiction" else text
        if text not in allowed:
            what = f"the id of a {parameter.known}" if parameter.known else f"one of: {', '.join(allowed)}"
            return fault(what, get_close_matches(text, allowed, n=3))
    return text, None
