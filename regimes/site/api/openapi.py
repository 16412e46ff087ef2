"""The OpenAPI 3.1 document, made from the endpoints' declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ... import __version__
from ..twins import BASE
from .contract import Column, Endpoint, Parameter
from .http import NOTICE

DAY = {"type": "string", "format": "date"}
TYPES: dict[str, dict[str, Any]] = {"day": DAY, "object": {"type": "object"}, "array": {"type": "array"}}
ABOUT = f"""How the law treats trafficking in persons, adult sex work and the protection of victims, jurisdiction by jurisdiction
and day by day, from named provisions. {NOTICE}

Every list is whole in one response up to 5 MB and goes on with `meta.next` after that; every list is also CSV (add `.csv` to its
path). An unknown parameter is an error. What is not coded is never a bare null: a field beside it says `not_coded`. Responses carry an
ETag that changes with the data and the day; send it back as If-None-Match."""
META = (
    Column("endpoint", "string", "Id of the endpoint."),
    Column("on", "string", "The day of the law, or `all`; null where the answer depends on no day.", nullable=True),
    Column("data_version", "string", "Version of the data."),
    Column("content_hash", "string", "SHA-256 of the content of the data."),
    Column("issued", "string", "Day of the data."),
    Column("licence", "string", "Licence of the data."),
    Column("licence_url", "string", "Its text."),
    Column("citation", "string", "How to cite this answer."),
    Column("notice", "string", "What to bear in mind."),
    Column("count", "integer", "Rows in this response."),
    Column("total", "integer", "Rows in all."),
    Column("next", "string", "Where the list goes on; null: it is whole.", nullable=True),
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "A URN for the kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in one sentence."},
        "instance": {"type": "string"},
        "near": {"type": "array", "items": {"type": "string"}, "description": "What was perhaps meant."},
        "errors": {
            "type": "array",
            "description": "Each fault of the request.",
            "items": {
                "type": "object",
                "required": ["parameter", "found", "expected", "near"],
                "properties": {
                    "parameter": {"type": "string"},
                    "found": {"type": "string"},
                    "expected": {"type": "string"},
                    "near": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


def document(endpoints: Iterable[Endpoint], ids: Mapping[str, list[str]]) -> dict[str, Any]:
    """The whole description. It names no server: the addresses are below the one it was read from.

    ``ids`` are those that the database has, by kind, so that a client knows them before it asks.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM, "Meta": _object(META)}
    for one in endpoints:
        schemas[_name(one)] = _object(one.columns)
        paths[BASE + one.path] = {"get": _operation(one, "json", ids), "parameters": _path_parameters(one)}
        if one.many:
            paths[f"{BASE}{one.path}.csv"] = {"get": _operation(one, "csv", ids), "parameters": []}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Regimes API",
            "version": "1",
            "summary": f"Data version {__version__}.",
            "description": ABOUT,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _name(one: Endpoint) -> str:
    return "".join(word.capitalize() for word in one.id.split("_"))


def _object(columns: Iterable[Column]) -> dict[str, Any]:
    columns = list(columns)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [one.name for one in columns],
        "properties": {one.name: _schema(one) for one in columns},
    }


def _schema(column: Column) -> dict[str, Any]:
    if column.type == "array":
        return {
            "type": "array",
            "description": column.description,
            "items": _object(column.columns) if column.columns else {"type": "string"},
        }
    kind = _object(column.columns) if column.type == "object" else {"type": "string" if column.type == "day" else column.type}
    return {**kind, "description": column.description, **({"type": [kind["type"], "null"]} if column.nullable else {})}


def _path_parameters(one: Endpoint) -> list[dict[str, Any]]:
    if not one.variable:
        return []
    return [{"name": one.variable, "in": "path", "required": True, "schema": {"type": "string"}, "description": f"The {one.variable}."}]


def _operation(one: Endpoint, form: str, ids: Mapping[str, list[str]]) -> dict[str, Any]:
    body: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
    if form == "json":
        row = {"$ref": f"#/components/schemas/{_name(one)}"}
        data = {"type": "array", "items": row} if one.many else row
        envelope = {
            "type": "object",
            "required": ["data", "meta"],
            "additionalProperties": False,
            "properties": {"data": data, "meta": {"$ref": "#/components/schemas/Meta"}},
        }
        body = {"application/json": {"schema": envelope}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": one.id + ("_csv" if form == "csv" else ""),
        "summary": one.summary + (" As CSV." if form == "csv" else ""),
        **({"description": one.description} if one.description else {}),
        "parameters": [_parameter(parameter, ids) for parameter in one.asked_with("" if form == "json" else ".csv")],
        "responses": {
            "200": {"description": "What was asked for.", "content": body},
            "304": {"description": "The asker has it already."},
            "400": {"description": "The request cannot be understood.", "content": problem},
            "404": {"description": "Nothing has this id.", "content": problem},
            **({"409": {"description": "The data have changed since the list was begun.", "content": problem}} if one.many else {}),
        },
    }


def _parameter(one: Parameter, ids: Mapping[str, list[str]]) -> dict[str, Any]:
    kind: dict[str, Any] = {
        "day": DAY,
        "boolean": {"type": "boolean"},
        "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    }.get(one.type, {"type": "string", "pattern": one.pattern})
    if one.type == "string" and (one.choices or one.known):
        kind = {"type": "string", "enum": list(one.choices) or ids[one.known]}
    elif one.type == "day" and one.choices:
        kind = {"anyOf": [DAY, {"enum": list(one.choices)}]}
    most = {"maxItems": one.most} if one.most else {}
    schema = {"type": "array", "items": kind, "minItems": 1, **most} if one.many else kind
    example = one.example.split(",") if one.many else {"true": True, "false": False}.get(one.example, one.example)
    example = int(one.example) if one.type == "integer" and one.example else example
    return {
        "name": one.name,
        "in": "query",
        "required": one.required,
        "description": one.description,
        "schema": schema,
        **({"style": "form", "explode": False} if one.many else {}),
        **({"example": example} if one.example else {}),
    }
