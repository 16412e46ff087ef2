"""The site's questions to the database. Every value that comes from a request is a bound parameter."""

from __future__ import annotations

import json
from typing import Any

Rows = list[dict[str, Any]]

ON = "{table}.valid_from <= :on AND ({table}.valid_until IS NULL OR {table}.valid_until >= :on)"
LABEL = "sex-work-regime"


async def _rows(database: Any, sql: str, **parameters: Any) -> Rows:
    return [dict(row) for row in await database.execute(sql, parameters)]


async def overview(database: Any, on: str) -> Rows:
    """One row a jurisdiction: label on the day, answers in force by grade, newest wording, day of the check."""
    return await _rows(
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
               AND answers.variable IN (SELECT id FROM variables WHERE basis = 'law')
          LEFT JOIN variables ON variables.id = answers.variable
         GROUP BY jurisdictions.code
         ORDER BY jurisdictions.name, jurisdictions.code
        """,
        on=on,
        label=LABEL,
    )


async def questions(database: Any) -> dict[str, int]:
    """How many law questions are coded by hand, and how many of them are core."""
    rows = await _rows(
        database,
        "SELECT count(*) AS questions, sum(core) AS core FROM variables WHERE basis = 'law' AND derived_from = ''",
    )
    return rows[0]


async def latest_changes(database: Any, on: str, limit: int) -> Rows:
    """The latest legal changes up to a day."""
    return await _rows(
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


async def build_info(database: Any) -> dict[str, str]:
    return {row["key"]: row["value"] for row in await _rows(database, "SELECT key, value FROM build_info")}


async def jurisdiction(database: Any, code: str) -> dict[str, Any] | None:
    rows = await _rows(
        database,
        """
        SELECT jurisdictions.*, parent.name AS parent_name
          FROM jurisdictions LEFT JOIN jurisdictions AS parent ON parent.code = jurisdictions.parent
         WHERE jurisdictions.code = :code
        """,
        code=code,
    )
    return rows[0] if rows else None


async def parts(database: Any, code: str) -> Rows:
    return await _rows(database, "SELECT code, name FROM jurisdictions WHERE parent = :code ORDER BY name", code=code)


async def pillars(database: Any, code: str, on: str) -> Rows:
    """The pillars with every question, its answer on the day, what is cited for it, and its other spells."""
    found = await _rows(database, "SELECT * FROM pillars ORDER BY position")
    variables = await _rows(
        database,
        "SELECT id, title, pillar, section, question, core, type, unit FROM variables "
        "WHERE basis = 'law' AND derived_from = '' ORDER BY position",
    )
    answers = await _rows(
        database,
        f"SELECT *, ({ON.format(table='answers')}) AS in_force FROM answers WHERE jurisdiction = :code ORDER BY valid_from",
        code=code,
        on=on,
    )
    cited = await citations(database, code)
    for answer in answers:
        answer["citations"] = cited.get(answer["id"], [])
    for variable in variables:
        spells = [answer for answer in answers if answer["variable"] == variable["id"]]
        variable["answer"] = next((answer for answer in spells if answer["in_force"]), None)
        variable["others"] = [answer for answer in spells if not answer["in_force"]]
    for pillar in found:
        pillar["variables"] = [variable for variable in variables if variable["pillar"] == pillar["id"]]
        pillar["answered"] = sum(variable["answer"] is not None for variable in pillar["variables"])
    return found


async def citations(database: Any, code: str) -> dict[str, Rows]:
    """What each answer of a jurisdiction cites, by answer."""
    rows = await _rows(
        database,
        """
        SELECT citations.answer, citations.pinpoint, sources.id AS source, sources.title, sources.jurisdiction
          FROM answers
          JOIN citations ON citations.answer = answers.id
          JOIN sources ON sources.id = citations.source
         WHERE answers.jurisdiction = :code
         ORDER BY citations.answer, citations.position
        """,
        code=code,
    )
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["answer"], []).append(row)
    return found


async def readings(database: Any, code: str, on: str) -> Rows:
    """The readings with each item's result on the day and the answers that produced it."""
    found = await _rows(database, "SELECT * FROM readings ORDER BY position")
    results = await _rows(
        database,
        f"""
        SELECT reading_results.*, reading_items.title, reading_items.provision, reading_items.position, reading_labels.label,
               reading_labels.also_called
          FROM reading_results
          JOIN reading_items USING (reading, item)
          JOIN reading_labels USING (reading, result)
         WHERE reading_results.jurisdiction = :code AND {ON.format(table="reading_results")}
         ORDER BY reading_items.position
        """,
        code=code,
        on=on,
    )
    named = await _rows(database, "SELECT id, label FROM answers WHERE jurisdiction = :code", code=code)
    labels = {row["id"]: row["label"] for row in named}
    titles = {row["id"]: row["title"] for row in await _rows(database, "SELECT id, title FROM variables")}
    for result in results:
        result["because"] = [
            {**part, "title": titles[part["variable"]], "label": labels.get(part["answer"])} for part in json.loads(result["trace"])
        ]
    for reading in found:
        reading["items"] = [result for result in results if result["reading"] == reading["id"]]
        reading["limits"] = reading["limits"].split("\n")
        reading["tally"] = _tally(reading["items"])
    return [reading for reading in found if reading["items"]]


def _tally(items: Rows) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item["label"]] = counts.get(item["label"], 0) + 1
    return list(counts.items())


async def label_history(database: Any, code: str) -> Rows:
    """The regime label's spells, oldest first, joined where only the reasons changed."""
    rows = await _rows(
        database,
        """
        SELECT reading_results.result, reading_labels.label, reading_results.valid_from, reading_results.valid_until
          FROM reading_results JOIN reading_labels USING (reading, result)
         WHERE jurisdiction = :code AND reading = :label
         ORDER BY valid_from
        """,
        code=code,
        label=LABEL,
    )
    joined: Rows = []
    for row in rows:
        if joined and joined[-1]["result"] == row["result"]:
            joined[-1]["valid_until"] = row["valid_until"]
        else:
            joined.append(row)
    return joined


async def sources(database: Any, code: str) -> Rows:
    return await _rows(database, "SELECT * FROM sources WHERE jurisdiction = :code ORDER BY kind, title", code=code)


async def searches(database: Any, code: str) -> Rows:
    """The kinds of act searched, absent or not held, one row each."""
    return await _rows(
        database,
        """
        SELECT act, state, max(searched_on) AS searched_on, max(searches.note) AS note,
               group_concat(coalesce(sources.title, '') || ' ' || pinpoint, '; ') AS cited
          FROM searches LEFT JOIN sources ON sources.id = searches.source
         WHERE searches.jurisdiction = :code
         GROUP BY act, state ORDER BY state DESC, act
        """,
        code=code,
    )


async def gaps(database: Any, code: str, on: str) -> Rows:
    """Law questions with no answer on the day, with the reason where the record gives one."""
    return await _rows(
        database,
        f"""
        SELECT variables.id, variables.title, variables.question, gaps.reason
          FROM variables
          LEFT JOIN gaps ON gaps.variable = variables.id AND gaps.jurisdiction = :code
         WHERE variables.basis = 'law' AND variables.derived_from = ''
           AND variables.id NOT IN (SELECT variable FROM answers WHERE jurisdiction = :code AND {ON.format(table="answers")})
         ORDER BY variables.position
        """,
        code=code,
        on=on,
    )
