"""What every page needs: the database, the day, rows as mappings, and a rendered response."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

DATABASE = "regimes"
LABEL = "sex-work-regime"
ON = "{table}.valid_from <= :on AND ({table}.valid_until IS NULL OR {table}.valid_until >= :on)"

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
    try:
        if len(asked) != 10:
            raise ValueError
        return date.fromisoformat(asked).isoformat(), ""
    except ValueError:
        return default, f"“{asked[:40]}” is not a day. Write it as year-month-day, such as 2015-01-01. Shown is {default}."


async def page(datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 0) -> Response:
    """A page of the site; status 400 where the context names a problem, unless another is given."""
    html = await datasette.render_template(template, {"regimes_page": True, **context}, request=request)
    return Response.html(html, status=status or (400 if context.get("problem") else 200))
