"""What an endpoint promises: its parameters and the columns of what it gives. Everything else is made from this.

An endpoint's function takes the database and what was asked, and knows nothing of HTTP, so that other ways in
(the reference page, the assistants' server) call the same one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

ALL_DAYS = "all"
TEXT = r"^(?=.*\S)[^,]{1,200}$"  # not blank; commas part the values of a list


@dataclass(frozen=True)
class Column:
    """A field of a row. ``columns`` are those of an object, or of the items of an array; an array without them holds text."""

    name: str
    type: str  # string, day, integer, number, boolean, object, array
    description: str
    nullable: bool = False
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """One thing that can be asked. ``known`` names a list of ids in the database, ``choices`` a fixed one."""

    name: str
    description: str
    type: str = "string"  # string, day, boolean, integer
    example: str = ""
    known: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    many: bool = False  # a,b or name=a&name=b
    most: int = 0  # values at most; 0: as many as there are
    pattern: str = TEXT


@dataclass(frozen=True)
class Asked:
    """What a request asks: the day of the law (``all``: every day), and the values of the other parameters."""

    on: str
    on_given: bool
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


Run = Callable[[Any, Asked], Awaitable[Any]]


@dataclass(frozen=True)
class Endpoint:
    """``path`` is below /api/v1; ``many``: a list of rows, also as CSV; ``dated``: what it gives depends on a day."""

    id: str
    path: str
    summary: str
    columns: tuple[Column, ...]
    run: Run
    parameters: tuple[Parameter, ...] = ()
    many: bool = True
    dated: bool = False
    description: str = ""

    def asked_with(self, form: str = "") -> tuple[Parameter, ...]:
        """Its own parameters and those that every dated endpoint and every list has; CSV is always whole."""
        day = (ON,) if self.dated and not self.own_day else ()
        return (*self.parameters, *day, *((CURSOR,) if self.many and form != ".csv" else ()))

    @property
    def own_day(self) -> bool:
        return any(one.name == "on" for one in self.parameters)

    @property
    def variable(self) -> str:
        """The name of the path's variable, or nothing."""
        return self.path.partition("{")[2].rstrip("}")


ON = Parameter("on", "The day of the law. Without it: the day of the request.", "day", "2026-11-22")
CURSOR = Parameter("cursor", "Where to go on, as `meta.next` gives it. Lists are whole up to 5 MB.", pattern="^[0-9a-f]{8}-[0-9]{1,9}$")


class NotFound(Exception):
    """Nothing has the id asked for; ``near`` are those of ``known`` that look like it."""

    def __init__(self, what: str, id: str, known: Iterable[str]) -> None:
        super().__init__(f"no {what} {id!r}")
        self.what, self.id, self.near = what, id[:60], get_close_matches(id[:60], list(known), n=3)


class Moved(Exception):
    """The id asked for is no longer used; ``path`` below the API is that of what took its place."""

    def __init__(self, path: str) -> None:
        super().__init__(f"moved to {path}")
        self.path = path


def shaped(columns: tuple[Column, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with exactly the promised fields, in their order and of their types."""
    return {column.name: _typed(column, row[column.name]) for column in columns}


def _typed(column: Column, value: Any) -> Any:
    if column.type == "array":
        return [shaped(column.columns, one) if column.columns else one for one in value]
    if value is None:
        return None
    if column.type == "object":
        return shaped(column.columns, value)
    return bool(value) if column.type == "boolean" else value
