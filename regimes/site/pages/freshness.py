"""How fresh the records are: what was not checked for long, what a newer wording has overtaken, which deadlines have passed."""

from __future__ import annotations

from datetime import date
from typing import Any

from datasette import Response

from ...dates import months_later
from ..common import ON, Rows, database_of, day_asked, page, rows_of

MONTHS, MOST_MONTHS = 12, 240


async def freshness_page(datasette: Any, request: Any) -> Response:
    """The records that need a look, on a day."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    asked = (request.args.get("months") or str(MONTHS)).strip()
    months = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    if not 0 < months <= MOST_MONTHS:
        problem, months = f"“{asked[:20]}” is no number of months from 1 to {MOST_MONTHS}. Shown is {MONTHS}.", MONTHS
    before = months_before(on, months)
    context = {
        "on": on,
        "problem": problem,
        "months": months,
        "before": before,
        "unchecked": await unchecked(database, before),
        "overtaken": await overtaken(database, on),
        "deadlines": await deadlines(database, on),
        "oldest": await oldest(database, on, before),
    }
    return await page(datasette, request, "freshness.html", context)


def months_before(on: str, months: int) -> str:
    """The day so many months earlier, or the first day that there is."""
    day = date.fromisoformat(on)
    return months_later(day, -min(months, (day.year - 1) * 12)).isoformat()


async def unchecked(database: Any, before: str) -> Rows:
    """Coded records that were last held against their sources before a day."""
    return await rows_of(
        database,
        "SELECT code, name, checked FROM jurisdictions WHERE checked IS NOT NULL AND checked < :before ORDER BY checked, name",
        before=before,
    )


async def overtaken(database: Any, on: str) -> Rows:
    """Texts of which a newer wording is known that was not read, with the answers in force that rest on them."""
    return await rows_of(
        database,
        f"""
        SELECT sources.id, sources.title, sources.version, sources.newer_version, jurisdictions.code, jurisdictions.name,
               count(DISTINCT answers.id) AS answers
          FROM sources
          JOIN jurisdictions ON jurisdictions.code = sources.jurisdiction
          JOIN citations ON citations.source = sources.id
          JOIN answers ON answers.id = citations.answer AND {ON.format(table="answers")}
         WHERE sources.newer_version IS NOT NULL AND sources.newer_version <= :on
         GROUP BY sources.id ORDER BY sources.newer_version, jurisdictions.name
        """,
        on=on,
    )


async def deadlines(database: Any, on: str) -> Rows:
    """Coded states bound by a directive whose deadline has passed, no primary text of which was read in a wording of that day or later."""
    return await rows_of(
        database,
        f"""
        SELECT instruments.id, instruments.short_title, instruments.transposed_by, jurisdictions.code, jurisdictions.name,
               max(sources.version) AS newest
          FROM instruments
          JOIN treaty_status ON treaty_status.instrument = instruments.id AND treaty_status.state = 'party' AND {ON.format(table="treaty_status")}
          JOIN jurisdictions ON jurisdictions.code = treaty_status.jurisdiction AND jurisdictions.checked IS NOT NULL
          JOIN sources ON sources.jurisdiction = jurisdictions.code AND sources.grade <> 'C'
         WHERE instruments.transposed_by <= :on
         GROUP BY instruments.id, jurisdictions.code HAVING newest < instruments.transposed_by
         ORDER BY instruments.transposed_by, jurisdictions.name
        """,
        on=on,
    )


async def oldest(database: Any, on: str, before: str) -> Rows:
    """Answers in force by jurisdiction that rest on wordings from before a day, most first."""
    return await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, count(*) AS answers, min(text_version) AS first, max(text_version) AS last,
               sum(variables.core) AS core
          FROM answers
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
          JOIN variables ON variables.id = answers.variable AND basis = 'law' AND derived_from = ''
         WHERE text_version < :before AND inherited_from IS NULL AND {ON.format(table="answers")}
         GROUP BY jurisdictions.code ORDER BY answers DESC, jurisdictions.name
        """,
        on=on,
        before=before,
    )


ROUTES = [
    (r"^/freshness$", freshness_page),
]
