"""From an endpoint's answer to a response: envelope, CSV, problem details, and the headers that caches and browsers need."""

from __future__ import annotations

import gzip
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode
from weakref import WeakKeyDictionary

from datasette import Response

from ...comma_separated import comma_separated
from .. import citation
from ..common import address, build_info, data_day, database_of, default_day
from ..twins import BASE
from .asked import BadRequest, Fault, Outdated, understood
from .contract import ALL_DAYS, Asked, Column, Endpoint, Moved, NotFound, shaped

LARGEST = 5_000_000  # bytes of JSON rows in one response
CACHED, CACHED_BYTES = 256, 64_000_000
SMALLEST = 500  # bytes worth compressing
MOST_PARAMETERS = 50
NOTICE = "Reports the text of the law. Not legal advice. Coded by machine-assisted reading; no record has been reviewed by a lawyer."
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "If-None-Match, If-Modified-Since, Accept",
    "access-control-expose-headers": "ETag, Last-Modified, Link",
    "cross-origin-resource-policy": "cross-origin",
}
METHODS = ("GET", "HEAD", "OPTIONS")


class Cache:
    """Bodies by address, the oldest dropped first; the database under a running server never changes."""

    def __init__(self) -> None:
        self.bodies: OrderedDict[Any, tuple[bytes, str]] = OrderedDict()
        self.size = 0

    def get(self, key: Any) -> tuple[bytes, str] | None:
        """The body with its encoding ("" or "gzip")."""
        if key in self.bodies:
            self.bodies.move_to_end(key)
        return self.bodies.get(key)

    def put(self, key: Any, body: tuple[bytes, str]) -> None:
        self.bodies[key] = body
        self.size += len(body[0])
        while len(self.bodies) > CACHED or self.size > CACHED_BYTES:
            self.size -= len(self.bodies.popitem(last=False)[1][0])


_caches: WeakKeyDictionary[Any, Cache] = WeakKeyDictionary()
_builds: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


async def build_of(datasette: Any) -> dict[str, str]:
    """What the database is, read once."""
    if datasette not in _builds:
        database = database_of(datasette)
        _builds[datasette] = {**await build_info(database), "issued": await data_day(database)}
    return _builds[datasette]


async def respond(datasette: Any, request: Any, endpoint: Endpoint, form: str, variables: Mapping[str, str]) -> Response:
    """Answer one request: what was asked, whether the asker has it already, and the body otherwise."""
    refused = method_response(request)
    if refused:
        return refused
    build = await build_of(datasette)
    try:
        words = {name: tuple(texts) for name, texts in query_of(request).items()}
        asked = await understood(database_of(datasette), endpoint, words, default_day(datasette), form)
        etag = f'"{build["content_hash"][:16]}-{build["data_version"]}-{asked.on}{form}"'
        headers = {**CORS, "etag": etag, "cache-control": "public, max-age=300", "vary": "Accept-Encoding"}
        if _has_it(request, etag):
            return Response("", status=304, headers=headers)
        if build["commit_date"] and (asked.on_given or not endpoint.dated):
            headers["last-modified"] = _http_date(build["commit_date"])
        cache = _caches.setdefault(datasette, Cache())
        gzipped = "gzip" in request.headers.get("accept-encoding", "")
        key = (
            request.scope.get("route_path", request.path),
            tuple(sorted(words.items())),
            asked.on,
            address(datasette, request, ""),
            gzipped,
        )
        body = cache.get(key)
        if body is None:
            body = _encoded(await _body(datasette, request, endpoint, form, asked, variables), gzipped)
            cache.put(key, body)
    except BadRequest as error:
        faults = [
            {"parameter": one.parameter, "found": one.found, "expected": one.expected, "near": list(one.near)} for one in error.faults
        ]
        return problem(request, 400, "invalid-parameter", "The request cannot be understood", str(error), errors=faults)
    except Outdated as error:
        return problem(request, 409, "data-changed", "The data have changed since the list was begun", str(error))
    except Moved as error:
        return Response(
            "", status=308, headers={**CORS, "location": datasette.urls.path(BASE + error.path), "cache-control": "public, max-age=300"}
        )
    except NotFound as error:
        meant = f" Did you mean {' or '.join(error.near)}?" if error.near else ""
        return problem(
            request, 404, "not-found", f"There is no such {error.what}", f"No {error.what} has the id “{error.id}”.{meant}", near=error.near
        )
    content_type = "text/csv; charset=utf-8" if form == ".csv" else "application/json; charset=utf-8"
    if form == ".csv":
        headers["content-disposition"] = f'attachment; filename="{endpoint.id.replace("/", "-")}.csv"'
    return _sent(request, body, headers, content_type)


def query_of(request: Any) -> dict[str, list[str]]:
    try:
        return parse_qs(request.query_string or "", keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise BadRequest([Fault("", f"more than {MOST_PARAMETERS} parameters", f"at most {MOST_PARAMETERS}")]) from None


def method_response(request: Any) -> Response | None:
    """What to say to a method that brings no data."""
    if request.method == "OPTIONS":
        return Response("", status=204, headers={**CORS, "allow": ", ".join(METHODS), "access-control-max-age": "86400"})
    if request.method not in METHODS:
        refused = problem(
            request, 405, "method-not-allowed", "The data can only be read", f"{request.method} is not one of {', '.join(METHODS)}."
        )
        refused.headers["allow"] = ", ".join(METHODS)
        return refused
    return None


def problem(request: Any, status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """Problem details (RFC 9457)."""
    body = {"type": f"urn:regimes:problem:{kind}", "title": title, "status": status, "detail": detail, "instance": request.path, **more}
    headers = {**CORS, "cache-control": "no-store"}
    return Response(json.dumps(body, ensure_ascii=False), status=status, headers=headers, content_type="application/problem+json")


async def _body(datasette: Any, request: Any, endpoint: Endpoint, form: str, asked: Asked, variables: Mapping[str, str]) -> bytes:
    data = await data_of(database_of(datasette), endpoint, asked, variables)
    if form == ".csv":
        return as_csv(endpoint.columns, data).encode()
    path = request.scope.get("route_path", request.path)
    query = [(name, text) for name, texts in query_of(request).items() if name != "cursor" for text in texts]
    own = address(datasette, request, path + (f"?{urlencode(query)}" if query else ""))
    return as_json(endpoint, data, asked, await build_of(datasette), own)


async def data_of(database: Any, endpoint: Endpoint, asked: Asked, variables: Mapping[str, str]) -> Any:
    """The promised fields of what the endpoint gives."""
    found = await endpoint.run(database, Asked(asked.on, asked.on_given, {**asked.values, **variables}))
    return [shaped(endpoint.columns, row) for row in found] if endpoint.many else shaped(endpoint.columns, found)


def as_json(endpoint: Endpoint, data: Any, asked: Asked, build: Mapping[str, str], url: str) -> bytes:
    """The envelope with data and meta. A list that is too large is cut, and ``next`` goes on."""
    total = len(data) if endpoint.many else 1
    start, following = _start(asked["cursor"], build), None
    if endpoint.many:
        data, end = _within(data, start)
        if end < total:
            following = f"{url}{'&' if '?' in url else '?'}cursor={build['content_hash'][:8]}-{end}"
    meta = {**meta_of(endpoint, asked, build, url), "count": len(data) if endpoint.many else 1, "total": total, "next": following}
    return json.dumps({"data": data, "meta": meta}, ensure_ascii=False, separators=(",", ":")).encode()


def meta_of(endpoint: Endpoint, asked: Asked, build: Mapping[str, str], url: str) -> dict[str, Any]:
    """What every answer says of itself."""
    title = f"Regimes API, {endpoint.summary[0].lower()}{endpoint.summary[1:].rstrip('.')}"
    version, issued = build["data_version"], build["issued"]
    law = f"; law of {asked.on}" if endpoint.dated and asked.on != ALL_DAYS else ""
    return {
        "endpoint": endpoint.id,
        "on": asked.on if endpoint.dated else None,
        "data_version": version,
        "content_hash": build["content_hash"],
        "issued": issued,
        "licence": "CC BY 4.0",
        "licence_url": citation.LICENCE,
        "citation": f"Regimes. ({issued[:4]}). {title} (Version {version}{law}) [Data set]. {url}",
        "notice": NOTICE,
    }


def _start(cursor: str | None, build: Mapping[str, str]) -> int:
    """The row at which a cursor goes on; an error where the data are no longer those it was given for."""
    if not cursor:
        return 0
    version, _, number = cursor.partition("-")
    if version != build["content_hash"][:8]:
        raise Outdated(f"The cursor {cursor} was given for other data than these. Start again without one.")
    return int(number)


def _within(rows: list[Any], start: int) -> tuple[list[Any], int]:
    """The rows from ``start`` that fit one response, and the row after them."""
    size, end = 0, start
    for row in rows[start:]:
        size += len(json.dumps(row, ensure_ascii=False))
        if size > LARGEST and end > start:
            break
        end += 1
    return rows[start:end], end


def as_csv(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as CSV: one column a field; lists joined by |, objects by their texts; no cell is a formula."""
    return comma_separated((column.name for column in columns), ([_cell(row[column.name]) for column in columns] for row in rows))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(_cell(one) for one in value)
    if isinstance(value, dict):
        return " ".join(filter(None, map(_cell, value.values())))
    return {None: "", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)


def _has_it(request: Any, etag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or any(one.strip().removeprefix("W/").replace("-gzip", "") == etag for one in known.split(","))


def _http_date(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC), usegmt=True)


def _encoded(body: bytes, gzipped: bool) -> tuple[bytes, str]:
    return (gzip.compress(body, 6, mtime=0), "gzip") if gzipped and len(body) > SMALLEST else (body, "")


def _sent(request: Any, body: tuple[bytes, str], headers: dict[str, str], content_type: str) -> Response:
    content, encoding = body
    if encoding:
        headers = {**headers, "content-encoding": encoding, "etag": f'{headers["etag"][:-1]}-{encoding}"'}
    headers = {**headers, "content-length": str(len(content))}
    return Response(b"" if request.method == "HEAD" else content, headers=headers, content_type=content_type)
