"""``datapackage.json``: what the files are, for programs (Frictionless Data Package, version 1)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from .. import about, matrix
from ..facts import Facts
from .tables import Column, Table

MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
    "db": "application/vnd.sqlite3",
    "md": "text/markdown",
}
PANEL_DAY = (
    "One row a jurisdiction whose law has been coded and a year, with the answers of 1 July. The middle of the year is taken because "
    "what happened in a year is joined to it: a law of 1 January or 1 July counts from its first year, one of December does not count "
    "for eleven months in which it did not hold."
)


def package(facts: Facts, tables: list[Table], chosen: list[matrix.Column], folder: Path) -> dict[str, Any]:
    """The description of an export whose other files stand in the folder."""
    resources = [
        _wide("matrix", f"One row a jurisdiction, with the answers of {facts.on}.", chosen, []),
        _wide(
            "panel", PANEL_DAY, chosen, [{"name": "year", "type": "year", "description": "The year.", "constraints": {"required": True}}]
        ),
        *(_resource(f"csv/{table.name}.csv", table.name, table.description, schema(table)) for table in tables),
        *(_resource(f"parquet/{table.name}.parquet", f"{table.name}.parquet", f"{table.description} As Parquet.") for table in tables),
        _resource("answers.jsonl", "answers.jsonl", "One JSON object a line and answer, with its values, unchecked values and citations."),
        _resource("codebook.md", "codebook.md", "The questions, their values and when to choose each, to read."),
        _resource("regimes.db", "regimes.db", "The whole database, SQLite, with full-text index and views."),
    ]
    return {
        "profile": "data-package",
        "name": "regimes",
        "id": f"sha256:{facts.content_hash}",
        "title": about.TITLE,
        "description": f"{about.SUMMARY} {about.NOT_ADVICE}",
        "version": facts.version,
        "created": f"{facts.day}T00:00:00Z",
        "on": facts.on,
        "citation": facts.citation,
        "keywords": about.KEYWORDS,
        "licenses": [{"name": about.LICENCE_ID, "path": about.LICENCE, "title": about.LICENCE_TITLE}],
        "contributors": [{"title": about.AUTHOR, "role": "author"}],
        "sources": [{"title": "Constitutions, statutes, treaties and reports, each in the table sources", "path": "csv/sources.csv"}],
        "resources": [_measured(resource, folder) for resource in resources],
    }


def _resource(path: str, name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    described = {"name": name, "path": path, "description": description, "format": form, "mediatype": MEDIA[form]}
    if schema is None:
        return {**described, "type": "file"}
    return {**described, "type": "table", "profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}


def _measured(resource: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The resource with the size and hash of its file."""
    data = (folder / resource["path"]).read_bytes()
    return {**resource, "bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def schema(table: Table) -> dict[str, Any]:
    """The table's schema; an empty cell is a value that is not there."""
    described: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        described["primaryKey"] = list(table.key)
    if table.links:
        described["foreignKeys"] = [
            {
                "fields": list(link.columns),
                "reference": {"resource": "" if link.table == table.name else link.table, "fields": list(link.named)},
            }
            for link in table.links
        ]
    return described


def _field(column: Column) -> dict[str, Any]:
    constraints = {**({"required": True} if column.required else {}), **({"enum": list(column.one_of)} if column.one_of else {})}
    field = {"name": column.name, "type": column.type, "description": column.description}
    return {**field, **({"constraints": constraints} if constraints else {})}


def _wide(name: str, description: str, chosen: list[matrix.Column], extra: list[dict[str, Any]]) -> dict[str, Any]:
    """The matrix or the panel. Words that are no value are missing values to a reader of the schema."""
    words = " ".join(f"{word}: {meaning}." for word, meaning in matrix.WORDS.items())
    fields = [*(_first_field(*one) for one in matrix.FIRST.items()), *map(_wide_field, chosen)]
    described = {
        "fields": [*fields[:1], *extra, *fields[1:]],
        "missingValues": ["", *matrix.WORDS],
        "primaryKey": ["jurisdiction", *(field["name"] for field in extra)],
        "foreignKeys": [{"fields": ["jurisdiction"], "reference": {"resource": "jurisdictions", "fields": ["code"]}}],
    }
    several = (
        "A question with several true answers has a column a value, 1 or 0, because an answer in one cell could not tell no from unchecked."
    )
    return _resource(f"{name}.csv", name, f"{description} Words that are no value: {words} {several}", described)


def _first_field(name: str, description: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": name,
        "type": "date" if name in ("on", "window_from", "checked") else "string",
        "description": description,
    }
    if name == "from_secondary_sources":
        field |= _FLAG
    return {**field, "constraints": {"required": True}} if name in ("jurisdiction", "name", "kind", "on") else field


def _wide_field(column: matrix.Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": "string", "description": column.description}
    if column.kind == "value":
        return {**field, **_FLAG}
    if column.kind == "number":
        return {**field, "type": "integer"}
    return {**field, "constraints": {"enum": list(column.values)}}


_FLAG = {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}
