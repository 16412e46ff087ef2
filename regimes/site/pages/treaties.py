"""Treaties and directives, and who is bound by each."""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

from ..common import ON, Rows, database_of, day_asked, page, rows_of


async def treaties_page(datasette: Any, request: Any) -> Response:
    """Every instrument with its number of parties on a day."""
    on, problem = day_asked(datasette, request)
    context = {"on": on, "problem": problem, "instruments": await instruments(database_of(datasette), on)}
    return await page(datasette, request, "treaties.html", context)


async def treaty_page(datasette: Any, request: Any) -> Response:
    """One instrument: what it says on our questions, and who is bound on a day."""
    on, problem = day_asked(datasette, request)
    one = await instrument(database_of(datasette), request.url_vars["id"], on)
    if one is None:
        raise NotFound("No instrument has this id. The page /treaties lists all of them.")
    return await page(datasette, request, "treaty.html", {"on": on, "problem": problem, "one": one})


async def instruments(database: Any, on: str) -> Rows:
    """Every instrument with how many states it binds on the day, and of how many that is unknown."""
    return await rows_of(
        database,
        f"""
        SELECT instruments.*, coalesce(sum(treaty_status.state = 'party'), 0) AS parties,
               coalesce(sum(treaty_status.state = 'unknown'), 0) AS unknown
          FROM instruments
          LEFT JOIN treaty_status ON treaty_status.instrument = instruments.id AND {ON.format(table="treaty_status")}
         GROUP BY instruments.id ORDER BY instruments.kind DESC, instruments.adopted
        """,
        on=on,
    )


async def instrument(database: Any, id: str, on: str) -> dict[str, Any] | None:
    """One instrument with what it says, its counts, and every state's relation to it on the day."""
    rows = await rows_of(database, "SELECT * FROM instruments WHERE id = :id", id=id)
    if not rows:
        return None
    one = rows[0]
    one["provisions"] = await rows_of(database, "SELECT * FROM instrument_provisions WHERE instrument = :id ORDER BY position", id=id)
    named = await rows_of(
        database,
        "SELECT item_variables.item, variables.id, variables.title FROM item_variables JOIN variables ON variables.id = item_variables.variable "
        "WHERE kind = 'provision' AND item LIKE :id || '-%'",
        id=id,
    )
    for row in one["provisions"]:
        row["named"] = [name for name in named if name["item"] == f"{id}-{row['position']}"]
    one["counts"] = await rows_of(database, "SELECT * FROM instrument_counts WHERE instrument = :id ORDER BY counted_on", id=id)
    one["states"] = await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, treaty_status.state, ratifications.*, sources.title AS source_title
          FROM treaty_status
          JOIN jurisdictions ON jurisdictions.code = treaty_status.jurisdiction
          LEFT JOIN ratifications ON ratifications.instrument = treaty_status.instrument
               AND ratifications.jurisdiction = treaty_status.jurisdiction
          LEFT JOIN sources ON sources.id = treaty_status.source
         WHERE treaty_status.instrument = :id AND {ON.format(table="treaty_status")} ORDER BY jurisdictions.name
        """,
        id=id,
        on=on,
    )
    one["sources"] = await rows_of(database, "SELECT * FROM sources WHERE file = 'instruments/' || :id ORDER BY title", id=id)
    return one


ROUTES = [
    (r"^/treaties$", treaties_page),
    (r"^/treaties/(?P<id>[a-z0-9_]{2,40})$", treaty_page),
]
