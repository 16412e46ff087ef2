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
        (r"^/jurisdictions$", jurisdictions),
        (r"^/jurisdictions/(?P<code>[A-Za-z0-9-]{2,6})$", jurisdiction),
        (r"^/treaties$", treaties),
        (r"^/treaties/(?P<id>[a-z0-9_]{2,40})$", treaty),
        (r"^/figures$", figures),
        (r"^/terms$", terms),
    ]


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    return headers.add_security_headers


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    return {"words": lambda id: id.replace("_", " ").capitalize()}


async def front(datasette: Any, request: Any) -> Response:
    """Jurisdictions whose law has been coded, with their label, how much is coded and how fresh it is."""
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


async def jurisdictions(datasette: Any, request: Any) -> Response:
    """Every jurisdiction of the world by region, with its parts."""
    on, problem = _day(datasette, request)
    context = {"on": on, "problem": problem, "regions": await queries.world(_database(datasette))}
    return await _page(datasette, request, "jurisdictions.html", context, status=400 if problem else 200)


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
        "names": await queries.names(database, code),
        "treaties": await queries.treaties_of(database, code, on),
        "assessments": await queries.assessments_of(database, code),
    }
    return await _page(datasette, request, "jurisdiction.html", context, status=400 if problem else 200)


async def treaties(datasette: Any, request: Any) -> Response:
    """Every instrument with its number of parties on a day."""
    on, problem = _day(datasette, request)
    context = {"on": on, "problem": problem, "instruments": await queries.instruments(_database(datasette), on)}
    return await _page(datasette, request, "treaties.html", context, status=400 if problem else 200)


async def treaty(datasette: Any, request: Any) -> Response:
    """One instrument: what it says on our questions, and who is bound on a day."""
    on, problem = _day(datasette, request)
    one = await queries.instrument(_database(datasette), request.url_vars["id"], on)
    if one is None:
        raise NotFound("No instrument has this id. The page /treaties lists all of them.")
    return await _page(datasette, request, "treaty.html", {"on": on, "problem": problem, "one": one}, status=400 if problem else 200)


async def figures(datasette: Any, request: Any) -> Response:
    """Published estimates, and popular claims checked against them."""
    estimates, claims = await queries.figures(_database(datasette))
    return await _page(datasette, request, "figures.html", {"estimates": estimates, "claims": claims})


async def terms(datasette: Any, request: Any) -> Response:
    """The glossary."""
    return await _page(datasette, request, "terms.html", {"terms": await queries.terms(_database(datasette))})


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
