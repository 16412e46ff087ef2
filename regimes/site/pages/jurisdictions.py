"""All jurisdictions of the world by region."""

from __future__ import annotations

from typing import Any

from datasette import Response

from ..common import Rows, database_of, day_asked, page, rows_of


async def jurisdictions_page(datasette: Any, request: Any) -> Response:
    """Every jurisdiction of the world by region, with its parts."""
    on, problem = day_asked(datasette, request)
    context = {"on": on, "problem": problem, "regions": await world(database_of(datasette))}
    return await page(datasette, request, "jurisdictions.html", context)


async def world(database: Any) -> list[tuple[str, Rows]]:
    """All jurisdictions by region, each with its parts and whether its law has been coded."""
    rows = await rows_of(
        database,
        "SELECT code, name, kind, parent, region, checked IS NOT NULL AS coded FROM jurisdictions ORDER BY region = '', region, name",
    )
    parts: dict[str, Rows] = {}
    for row in rows:
        if row["kind"] == "subnational":
            parts.setdefault(row["parent"], []).append(row)
    regions: dict[str, Rows] = {}
    for row in rows:
        if row["kind"] != "subnational":
            row["parts"] = parts.get(row["code"], [])
            regions.setdefault(row["region"] or "No region", []).append(row)
    return list(regions.items())


ROUTES = [
    (r"^/jurisdictions$", jurisdictions_page),
]
