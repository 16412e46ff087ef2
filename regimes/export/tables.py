"""The tables of the database as an export needs them: typed columns, keys, descriptions, rows. Read from the file itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What the site alone needs: text for its search, phrases for its sentences, and facts that datapackage.json has.
LEFT_OUT = {"search_documents", "summary_phrases", "build_info"}
# SQLite knows days as text; these columns hold nothing else.
DAYS = {
    "adopted",
    "changed_on",
    "checked",
    "coded_on",
    "committed_on",
    "complete_to",
    "counted_on",
    "denounced",
    "deposited",
    "in_force",
    "law_of",
    "newer_version",
    "read_on",
    "searched_on",
    "signed",
    "text_version",
    "transposed_by",
    "valid_from",
    "valid_until",
    "version",
    "window_from",
}
ONE_OF = re.compile(r"(\w+) (?:TEXT|INTEGER) NOT NULL CHECK \(\1 IN \(([^)]*)\)\)")


@dataclass(frozen=True)
class Column:
    """``type`` is string, integer, number, boolean or date; ``one_of`` the words it can hold, where the schema lists them."""

    name: str
    type: str
    description: str
    required: bool
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A foreign key: these columns name a row of that table by those."""

    columns: tuple[str, ...]
    table: str
    named: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...]
    rows: list[tuple[Any, ...]]


def tables(connection: sqlite3.Connection, described: Mapping[str, Any]) -> list[Table]:
    """Every table of the data, in the order of the schema; ``described`` is what metadata.yml says of them."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    return [_table(connection, name, sql, described[name]) for name, sql in found if name in described and name not in LEFT_OUT]


def _table(connection: sqlite3.Connection, name: str, sql: str, described: Mapping[str, Any]) -> Table:
    lists = {column: tuple(re.findall(r"'([^']*)'", words)) or ("0", "1") for column, words in ONE_OF.findall(sql)}
    facts = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = tuple(_column(fact, lists.get(fact[1], ()), described["columns"]) for fact in facts)
    rows = [_typed(columns, row) for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')]
    key = tuple(fact[1] for fact in sorted((fact for fact in facts if fact[5]), key=lambda fact: fact[5]))
    return Table(name, described["description"], columns, key, _links(connection, name), rows)


def _column(fact: tuple[Any, ...], one_of: tuple[str, ...], described: Mapping[str, str]) -> Column:
    _, name, declared, required, _, key = fact
    flag = one_of == ("0", "1")
    type = "boolean" if flag else "date" if name in DAYS else {"TEXT": "string", "INTEGER": "integer", "REAL": "number"}[declared]
    # An empty text is a text; where one may stand, a reader of CSV cannot tell it from nothing.
    full = bool(key) or (bool(required) and (type != "string" or (bool(one_of) and "" not in one_of)))
    return Column(name, type, _said(described[name], flag), full, () if flag else tuple(word for word in one_of if word))


def _said(description: str, flag: bool) -> str:
    """The description of a flag names 1 and 0, which is what SQLite has; files have true and false."""
    return description.replace("1: ", "true: ").replace("0: ", "false: ") if flag else description


def _typed(columns: tuple[Column, ...], row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(bool(value) if column.type == "boolean" else value for column, value in zip(columns, row, strict=True))


def _links(connection: sqlite3.Connection, name: str) -> tuple[Link, ...]:
    parts: dict[int, list[tuple[Any, ...]]] = {}
    for part in connection.execute(f'PRAGMA foreign_key_list("{name}")'):
        parts.setdefault(part[0], []).append(part)
    links = [sorted(one, key=lambda part: part[1]) for one in parts.values()]
    return tuple(
        sorted((Link(tuple(p[3] for p in one), one[0][2], tuple(p[4] for p in one)) for one in links), key=lambda one: one.columns)
    )
