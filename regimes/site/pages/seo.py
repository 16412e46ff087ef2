"""What search engines ask for: which addresses to leave alone, and which there are."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from datasette import Response

from ..common import address, database_of, rows_of

# Pages of this kind answer endless combinations of choices; the pages in the site map hold the same facts.
KEPT_OUT = ("/*?", "/regimes?", "/compare", "/find", "/search", "/contribute", "/-/")
EACH = {
    "/jurisdictions/{}": "SELECT code FROM jurisdictions ORDER BY code",
    "/topics/{}": "SELECT id FROM variables ORDER BY position",
    "/treaties/{}": "SELECT id FROM instruments ORDER BY id",
    "/readings/{}": "SELECT id FROM readings WHERE kind <> 'scenarios' ORDER BY position",
    "/scenarios/{}": "SELECT item FROM reading_items JOIN readings ON readings.id = reading WHERE kind = 'scenarios' ORDER BY reading_items.position",
}


async def robots(datasette: Any, request: Any) -> Response:
    """Keep crawlers out of queries and of pages that are made of choices."""
    lines = ["User-agent: *", *(f"Disallow: {datasette.urls.path(path)}" for path in KEPT_OUT)]
    lines += [f"Allow: {datasette.urls.path('/-/static')}", "", f"Sitemap: {address(datasette, request, '/sitemap.xml')}"]
    return Response.text("\n".join(lines) + "\n")


async def sitemap(datasette: Any, request: Any) -> Response:
    """Every page of the site for people, by its real address."""
    lines = [f"  <url><loc>{escape(address(datasette, request, path))}</loc></url>" for path in await paths(database_of(datasette))]
    body = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', *lines, "</urlset>"]
    return Response("\n".join(body) + "\n", content_type="application/xml; charset=utf-8")


async def paths(database: Any) -> list[str]:
    """The paths that the site's routes answer: pages without a choice, then one for each thing."""
    from . import ROUTES  # at the time of asking, when all modules are there

    fixed = [route.removeprefix("^").removesuffix("$") for route, _ in ROUTES]
    found = [path for path in fixed if re.fullmatch(r"/[a-z/]*", path) and not path.startswith(KEPT_OUT[2:])]
    for pattern, query in EACH.items():
        each = [pattern.format(*row.values()) for row in await rows_of(database, query)]
        found += [path for path in each if any(re.match(route, path) for route, _ in ROUTES)]
    return found


ROUTES = [
    (r"^/robots\.txt$", robots),
    (r"^/sitemap\.xml$", sitemap),
]
