"""The API: endpoints declared once, answered over HTTP here, and callable without it."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any

from datasette import Response

from ..common import database_of, default_day, page
from ..twins import BASE
from . import answers, jurisdictions, openapi, queries, readings, reference
from .asked import KNOWN, ids, understood
from .contract import Endpoint
from .http import CORS, as_json, build_of, data_of, method_response, problem, respond

ENDPOINTS: dict[str, Endpoint] = {
    one.id: one for one in (*jurisdictions.ENDPOINTS, *answers.ENDPOINTS, *readings.ENDPOINTS, *reference.ENDPOINTS, *queries.ENDPOINTS)
}


def _route(endpoint: Endpoint) -> tuple[str, Any]:
    """The address of an endpoint with the function that answers it."""
    pattern = re.sub(r"\\?\{(\w+)\\?\}", r"(?P<\1>[^/]{1,80}?)", re.escape(BASE + endpoint.path))
    ending = r"(?P<form>\.csv)?" if endpoint.many else "(?P<form>)"

    async def view(datasette: Any, request: Any) -> Response:
        words = dict(request.url_vars)
        form = words.pop("form") or ""
        return await respond(datasette, request, endpoint, form, words)

    return f"^{pattern}{ending}$", view


async def openapi_file(datasette: Any, request: Any) -> Response:
    """The description of all of this for programs."""
    refused = method_response(request)
    if refused:
        return refused
    known = {kind: await ids(database_of(datasette), kind) for kind in KNOWN}
    body = json.dumps(openapi.document(ENDPOINTS.values(), known), ensure_ascii=False, indent=1)
    return Response(body, headers={**CORS, "cache-control": "public, max-age=300"}, content_type="application/json; charset=utf-8")


async def reference_page(datasette: Any, request: Any) -> Response:
    """The same for people."""
    return await page(datasette, request, "api.html", {"endpoints": list(ENDPOINTS.values()), "base": BASE})


async def unknown(datasette: Any, request: Any) -> Response:
    """Anything else below /api: what was perhaps meant."""
    refused = method_response(request)
    if refused:
        return refused
    paths = [BASE + one.path for one in ENDPOINTS.values()]
    near = get_close_matches(request.path[:80], paths, n=3)
    detail = (
        f"Nothing is at {request.path[:80]}. "
        + (f"Did you mean {' or '.join(near)}? " if near else "")
        + f"All addresses: {BASE}/openapi.json"
    )
    return problem(request, 404, "not-found", "There is no such address", detail, near=near)


async def answer(datasette: Any, endpoint: str, variables: dict[str, str] | None = None, **words: str) -> bytes:
    """What an endpoint gives, as the JSON that HTTP gives, without HTTP. Raises BadRequest or NotFound."""
    one, database = ENDPOINTS[endpoint], database_of(datasette)
    asked = await understood(database, one, {name: (text,) for name, text in words.items()}, default_day(datasette))
    data = await data_of(database, one, asked, variables or {})
    path = one.path.replace("{" + one.variable + "}", (variables or {}).get(one.variable, ""))
    return as_json(one, data, asked, await build_of(datasette), BASE + path)


ROUTES = [
    *map(_route, ENDPOINTS.values()),
    (r"^/api/v1/openapi\.json$", openapi_file),
    (r"^/api$", reference_page),
    (r"^/api/.*$", unknown),
]
