"""The files of an export, each written from the database into a folder."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from .. import matrix
from ..comma_separated import comma_separated
from .tables import Column, Table

ANSWERS = """
    SELECT answers.*, jurisdictions.name AS jurisdiction_name, variables.title AS variable_title, variables.question, variables.pillar, variables.basis
      FROM answers
      JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
      JOIN variables ON variables.id = answers.variable
     ORDER BY answers.rowid
"""
CITATIONS = """
    SELECT citations.answer, sources.id AS source, sources.title, sources.title_en, sources.url, sources.grade, citations.pinpoint
      FROM citations JOIN sources ON sources.id = citations.source ORDER BY citations.answer, citations.position
"""


def csv_table(path: Path, table: Table) -> None:
    """The table as CSV: true and false, days as year-month-day, nothing for what is not there."""
    text = comma_separated((column.name for column in table.columns), ([_text(cell) for cell in row] for row in table.rows))
    path.write_text(text, encoding="utf-8", newline="")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


def parquet_table(path: Path, table: Table) -> None:
    """The table as Parquet with real types, its descriptions inside the file."""
    import pyarrow as arrow
    from pyarrow import parquet

    types = {
        "string": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "date": arrow.date32(),
    }
    fields = [arrow.field(one.name, types[one.type], metadata={"description": one.description}) for one in table.columns]
    columns = [_parquet_column(one, [row[place] for row in table.rows]) for place, one in enumerate(table.columns)]
    schema = arrow.schema(fields, metadata={"description": table.description})
    parquet.write_table(arrow.table(columns, schema=schema), path)


def _parquet_column(column: Column, cells: list[Any]) -> list[Any]:
    return [None if cell is None else date.fromisoformat(cell) for cell in cells] if column.type == "date" else cells


def wide(folder: Path, connection: sqlite3.Connection, on: str) -> list[matrix.Column]:
    """``matrix.csv`` of one day and ``panel.csv`` of the first of July of every year; gives their columns."""
    chosen = matrix.columns(_rows(connection, matrix.VARIABLES), _rows(connection, matrix.VALUES))
    places = _rows(connection, matrix.JURISDICTIONS)
    header = matrix.header(chosen)
    rows = matrix.rows(chosen, places, _rows(connection, matrix.ANSWERS, on=on), on)
    (folder / "matrix.csv").write_text(comma_separated(header, rows), encoding="utf-8", newline="")
    coded = [one for one in places if one["checked"] is not None]
    years = [[first, year, *rest] for year, (first, *rest) in _years(connection, chosen, coded, on)]
    panel = comma_separated([header[0], "year", *header[1:]], sorted(years, key=lambda row: (row[0], row[1])))
    (folder / "panel.csv").write_text(panel, encoding="utf-8", newline="")
    return chosen


def _years(
    connection: sqlite3.Connection, chosen: list[matrix.Column], coded: list[matrix.Row], on: str
) -> Iterator[tuple[str, list[str]]]:
    """The matrix of the middle of every year that some record reaches back to, until the day of the law."""
    first = min((one["window_from"] for one in coded), default=on)
    for year in range(int(first[:4]), int(on[:4]) + 1):
        middle = f"{year}-07-01"
        if first <= middle <= on:
            answers = _rows(connection, matrix.ANSWERS, on=middle)
            yield from ((str(year), row) for row in matrix.rows(chosen, coded, answers, middle))


def json_lines(path: Path, connection: sqlite3.Connection) -> None:
    """One answer a line, with the values it names, those not known either way, and what it cites."""
    named: dict[str, dict[str, list[str]]] = {}
    for row in _rows(connection, "SELECT answer, value, state FROM answer_values ORDER BY rowid"):
        named.setdefault(row["answer"], {"true": [], "unchecked": []})[row["state"]].append(row["value"])
    cited: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(connection, CITATIONS):
        cited.setdefault(row["answer"], []).append({key: row[key] for key in row if key != "answer"})
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in _rows(connection, ANSWERS):
            answer = {**row, "absence": bool(row["absence"])}
            answer |= {
                "values": named[row["id"]]["true"],
                "unchecked": named[row["id"]]["unchecked"],
                "citations": cited.get(row["id"], []),
            }
            file.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")


def _rows(connection: sqlite3.Connection, sql: str, **bound: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, bound)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def names(folder: Path) -> list[str]:
    """Every file under the folder, as a path from it, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def checksums(folder: Path) -> str:
    """The lines that ``sha256sum -c`` reads."""
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names(folder))
