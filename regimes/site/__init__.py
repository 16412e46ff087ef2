"""The Datasette plugin: the site's pages over the tables and views of ``regimes.db``.

It knows the database's contract only, never the loader. Every page takes ``?on=`` (an ISO day); the default is the
plugin's setting ``on`` or the day of the request. Every query binds its parameters.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from datasette import Response, hookimpl
from datasette.utils.asgi import NotFound

from . import headers, queries

DATABASE = "regimes"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [
        (r"^/$", front),
        (r"^/jurisdictions$", front),
        (r"^/jurisdictions/(?P<code>[A-Za-z0-9-]{2,6})$", jurisdiction),
    ]


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    return headers.add_security_headers


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    return {"words": lambda id: id.replace("_", " ").capitalize()}


async def front(datasette: Any, request: Any) -> Response:
    """All jurisdictions with their regime label, how much is coded and how fresh it is."""
    database = _database(datasette)
    on, problem = _day(datasette, request)
    context = {
        "on": on,
        "problem": problem,
        "rows": await queries.overview(database, on),
        "changes": await queries.latest_changes(database, on, limit=8),
        "build": await queries.build_info(database),
        "questions": await queries.questions(database),
    }
    return await _page(datasette, request, "front.html", context, status=400 if problem else 200)


async def jurisdiction(datasette: Any, request: Any) -> Response:
    """One jurisdiction on one day: label with why, pillars with articles and dates, readings, sources, gaps."""
    database = _database(datasette)
    code = request.url_vars["code"]
    one = await queries.jurisdiction(database, code)
    if one is None and await queries.jurisdiction(database, code.upper()):
        return Response.redirect(datasette.urls.path(f"/jurisdictions/{code.upper()}"), status=301)
    on, problem = _day(datasette, request)
    if one is None:
        return await _page(datasette, request, "missing.html", {"code": code, "on": on}, status=404)
    context = {
        "on": on,
        "problem": problem,
        "one": one,
        "parts": await queries.parts(database, code),
        "pillars": await queries.pillars(database, code, on),
        "readings": await queries.readings(database, code, on),
        "label_history": await queries.label_history(database, code),
        "sources": await queries.sources(database, code),
        "searches": await queries.searches(database, code),
        "gaps": await queries.gaps(database, code, on),
    }
    return await _page(datasette, request, "jurisdiction.html", context, status=400 if problem else 200)


def _database(datasette: Any) -> Any:
    if DATABASE not in datasette.databases:
        raise NotFound("This Datasette does not serve regimes.db. Start it with: datasette regimes.db -m metadata.yml")
    return datasette.get_database(DATABASE)


def _day(datasette: Any, request: Any) -> tuple[str, str]:
    """The day asked for, and what is wrong with it where it is no day."""
    setting = (datasette.plugin_config("regimes") or {}).get("on")
    default = str(setting or datetime.now(UTC).date().isoformat())
    asked = (request.args.get("on") or "").strip()
    if not asked:
        return default, ""
    try:
        if len(asked) != 10:
            raise ValueError
        return date.fromisoformat(asked).isoformat(), ""
    except ValueError:
        return default, f"“{asked[:40]}” is not a day. Write it as year-month-day, such as 2015-01-01. Shown is {default}."


async def _page(datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 200) -> Response:
    html = await datasette.render_template(template, {"regimes_page": True, **context}, request=request)
    return Response.html(html, status=status)
