"""Published figures and claims, and the glossary."""

from __future__ import annotations

from typing import Any

from datasette import Response

from ..common import Rows, database_of, page, rows_of


async def figures_page(datasette: Any, request: Any) -> Response:
    """Published estimates, and popular claims checked against them."""
    estimates, claims = await figures(database_of(datasette))
    return await page(datasette, request, "figures.html", {"estimates": estimates, "claims": claims})


async def terms_page(datasette: Any, request: Any) -> Response:
    """The glossary."""
    return await page(datasette, request, "terms.html", {"terms": await terms(database_of(datasette))})


async def figures(database: Any) -> tuple[Rows, Rows]:
    """The estimates with their figures, and the claims, each with what it cites."""
    estimates = await rows_of(database, "SELECT * FROM estimates ORDER BY published, id")
    rows = await rows_of(database, "SELECT * FROM estimate_figures ORDER BY estimate, position")
    cited, checked = await item_citations(database, "estimate"), await item_citations(database, "claim")
    for one in estimates:
        one["figures"] = [row for row in rows if row["estimate"] == one["id"]]
        one["citations"] = cited.get(one["id"], [])
    claims = await rows_of(database, "SELECT * FROM claims ORDER BY rowid")
    for one in claims:
        one["citations"] = checked.get(one["id"], [])
    return estimates, claims


async def item_citations(database: Any, kind: str) -> dict[str, Rows]:
    """What estimates, claims or terms cite, by their id."""
    rows = await rows_of(
        database,
        """
        SELECT item_citations.item, item_citations.pinpoint, sources.title, sources.url
          FROM item_citations JOIN sources ON sources.id = item_citations.source
         WHERE item_citations.kind = :kind ORDER BY item_citations.item, item_citations.position
        """,
        kind=kind,
    )
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["item"], []).append(row)
    return found


async def terms(database: Any) -> Rows:
    """The glossary, in alphabetical order, with provisions and the questions that turn on each term."""
    found = await rows_of(database, "SELECT * FROM terms ORDER BY term COLLATE NOCASE")
    provisions = await rows_of(
        database,
        "SELECT term_provisions.*, sources.title FROM term_provisions JOIN sources ON sources.id = term_provisions.source ORDER BY term, position",
    )
    named = await rows_of(
        database,
        "SELECT item_variables.item, variables.id, variables.title FROM item_variables JOIN variables ON variables.id = item_variables.variable "
        "WHERE kind = 'term'",
    )
    cited = await item_citations(database, "term")
    for one in found:
        one["citations"] = cited.get(one["id"], [])
        one["provisions"] = [row for row in provisions if row["term"] == one["id"]]
        one["named"] = [row for row in named if row["item"] == one["id"]]
    return found


ROUTES = [
    (r"^/figures$", figures_page),
    (r"^/terms$", terms_page),
]
