"""The front page: what the site is, which law is coded, what changed last."""

from __future__ import annotations

from typing import Any

from datasette import Response

from ..citation import cited, dataset_json_ld
from ..common import LABEL, ON, Rows, build_info, database_of, page, rows_of
from .map import asked_map


async def front_page(datasette: Any, request: Any) -> Response:
    """Jurisdictions whose law has been coded, with their label, how much is coded and how fresh it is."""
    database = database_of(datasette)
    context = await asked_map(datasette, request)
    on = context["on"]
    context |= {
        "dataset": dataset_json_ld(datasette, request, await cited(datasette, request, on)),
        "rows": await overview(database, on),
        "changes": await latest_changes(database, on, limit=8),
        "build": await build_info(database),
        "questions": await questions(database),
    }
    return await page(datasette, request, "front.html", context)


async def overview(database: Any, on: str) -> Rows:
    """One row a jurisdiction whose law has been coded: label on the day, answers in force by grade, newest wording, day of the check."""
    return await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, jurisdictions.kind, jurisdictions.checked,
               jurisdictions.from_secondary_sources, parent.name AS parent_name,
               reading_results.result, reading_labels.label, reading_results.valid_from AS label_since,
               count(answers.id) AS answered,
               coalesce(sum(variables.core), 0) AS core_answered,
               coalesce(sum(answers.grade = 'A'), 0) AS grade_a,
               coalesce(sum(answers.grade = 'B'), 0) AS grade_b,
               coalesce(sum(answers.grade = 'C'), 0) AS grade_c,
               max(answers.text_version) AS newest_text
          FROM jurisdictions
          LEFT JOIN jurisdictions AS parent ON parent.code = jurisdictions.parent
          LEFT JOIN reading_results ON reading_results.jurisdiction = jurisdictions.code
               AND reading_results.reading = :label AND {ON.format(table="reading_results")}
          LEFT JOIN reading_labels ON reading_labels.reading = reading_results.reading
               AND reading_labels.result = reading_results.result
          LEFT JOIN answers ON answers.jurisdiction = jurisdictions.code AND {ON.format(table="answers")}
               AND answers.variable IN (SELECT id FROM variables WHERE basis = 'law' AND derived_from = '')
          LEFT JOIN variables ON variables.id = answers.variable
         WHERE jurisdictions.checked IS NOT NULL
         GROUP BY jurisdictions.code
         ORDER BY jurisdictions.name, jurisdictions.code
        """,
        on=on,
        label=LABEL,
    )


async def questions(database: Any) -> dict[str, int]:
    """How many law questions are coded by hand, and how many of them are core."""
    rows = await rows_of(
        database,
        "SELECT count(*) AS questions, sum(core) AS core FROM variables WHERE basis = 'law' AND derived_from = ''",
    )
    return rows[0]


async def latest_changes(database: Any, on: str, limit: int) -> Rows:
    """The latest legal changes up to a day."""
    return await rows_of(
        database,
        """
        SELECT changes.*, jurisdictions.name, variables.title
          FROM changes
          JOIN jurisdictions ON jurisdictions.code = changes.jurisdiction
          JOIN variables ON variables.id = changes.variable
         WHERE changes.changed_on <= :on
         ORDER BY changes.changed_on DESC, jurisdictions.name, variables.position
         LIMIT :limit
        """,
        on=on,
        limit=limit,
    )


ROUTES = [
    (r"^/$", front_page),
]
