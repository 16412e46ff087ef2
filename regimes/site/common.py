"""What every page needs: the database, the day, rows as mappings, and a rendered response."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response
from datasette.utils.asgi import NotFound

from ..comma_separated import comma_separated
from ..dates import is_day
from .twins import json_twin

DATABASE = "regimes"
LABEL = "sex-work-regime"
# The + keeps SQLite 3.40 from using valid_from through an index behind two lists of IN: it then gives rows of later days too.
ON = "+{table}.valid_from <= :on AND ({table}.valid_until IS NULL OR {table}.valid_until >= :on)"

Rows = list[dict[str, Any]]


def database_of(datasette: Any) -> Any:
    """The database that this site shows."""
    if DATABASE not in datasette.databases:
        raise NotFound("This Datasette does not serve regimes.db. Start it with: datasette regimes.db -m metadata.yml")
    return datasette.get_database(DATABASE)


async def rows_of(database: Any, sql: str, **parameters: Any) -> Rows:
    """The rows of a query as mappings. Every value that comes from a request is a bound parameter."""
    return [dict(row) for row in await database.execute(sql, parameters)]


def default_day(datasette: Any) -> str:
    """The plugin's setting ``on``, or the day of the request."""
    setting = (datasette.plugin_config("regimes") or {}).get("on")
    return str(setting or datetime.now(UTC).date().isoformat())


def day_asked(datasette: Any, request: Any, name: str = "on") -> tuple[str, str]:
    """The day that a request names, and what is wrong with it where it is no day."""
    default = default_day(datasette)
    asked = (request.args.get(name) or "").strip()
    if not asked:
        return default, ""
    if is_day(asked):
        return asked, ""
    return default, f"“{asked[:40]}” is not a day. Write it as year-month-day, such as 2015-01-01. Shown is {default}."


def address(datasette: Any, request: Any, path: str) -> str:
    """The whole address of a path of the site.

    The host is taken as the request names it; Datasette's ``absolute_url`` fails on one that is no host.
    """
    scheme = "https" if datasette.setting("force_https_urls") else request.scheme
    return f"{scheme}://{request.host}{datasette.urls.path(path)}"


async def page(datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 0) -> Response:
    """A page of the site; status 400 where the context names a problem, unless another is given."""
    path = request.scope.get("route_path", request.path)
    sound = not context.get("problem") and status in (0, 200)
    own = {
        "regimes_page": True,
        "canonical": address(datasette, request, path),
        "json_twin": json_twin(path, parse_qsl(request.query_string or ""), context.get("on", "")) if sound else "",
    }
    html = await datasette.render_template(template, {**own, **context}, request=request)
    return Response.html(html, status=status or (400 if context.get("problem") else 200))


def optional_day(datasette: Any, request: Any, name: str) -> tuple[str, str]:
    """A day that a request may leave out (then ""), and what is wrong with it where it is no day."""
    asked = (request.args.get(name) or "").strip()
    if not asked:
        return "", ""
    day, problem = day_asked(datasette, request, name)
    return ("", f"“{asked[:40]}” is not a day. Write it as year-month-day, such as 2015-01-01.") if problem else (day, "")


def unknown_parameter(request: Any, names: list[str]) -> str:
    """That a request names a choice that there is not, for files that programs fetch: they must not get more than was meant."""
    wrong = next((name for name in request.args if name not in names), None)
    if wrong is None:
        return ""
    near = get_close_matches({"jurisdiction": "j", "topic": "variable"}.get(wrong, wrong)[:60], names, n=1, cutoff=0.6)
    return f"There is no parameter “{wrong[:40]}” here. There are: {', '.join(names)}." + (f" Did you mean {near[0]}?" if near else "")


def csv_response(name: str, header: list[str], rows: Iterable[list[str]]) -> Response:
    """Rows as a file of comma-separated values in which no cell is a formula to a spreadsheet."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(comma_separated(header, rows), headers=headers, content_type="text/csv; charset=utf-8")


def dated(day: str, precision: str) -> str:
    """A day as exactly as it is known."""
    return {"year": day[:4], "month": day[:7], "by": f"by {day}"}.get(precision, day)


async def build_info(database: Any) -> dict[str, str]:
    """What the database is: version, hash, commit, counts."""
    return {row["key"]: row["value"] for row in await rows_of(database, "SELECT key, value FROM build_info")}


async def data_day(database: Any) -> str:
    """The day of the data: of the records' last commit or, built without git, of the newest check; never the clock's."""
    checked = await rows_of(database, "SELECT coalesce(max(checked), '') AS day FROM jurisdictions")
    return ((await build_info(database)).get("commit_date") or checked[0]["day"])[:10]
