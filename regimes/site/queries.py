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
    """One row a jurisdiction whose law has been coded: label on the day, answers in force by grade, newest wording, day of the check."""
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


async def world(database: Any) -> list[tuple[str, Rows]]:
    """All jurisdictions by region, each with its parts and whether its law has been coded."""
    rows = await _rows(
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


async def names(database: Any, code: str) -> Rows:
    return await _rows(database, "SELECT language, name FROM jurisdiction_names WHERE jurisdiction = :code ORDER BY rowid", code=code)


async def treaties_of(database: Any, code: str, on: str) -> Rows:
    """Every instrument with the jurisdiction's state on the day, and the dates behind it."""
    return await _rows(
        database,
        f"""
        SELECT instruments.id, instruments.short_title, instruments.kind, treaty_status.state, ratifications.act, ratifications.signed,
               ratifications.deposited, ratifications.deposited_precision, ratifications.in_force, ratifications.in_force_stated,
               ratifications.denounced, ratifications.territories, ratifications.note, sources.title AS source, instruments.complete_to
          FROM treaty_status
          JOIN instruments ON instruments.id = treaty_status.instrument
          LEFT JOIN ratifications ON ratifications.instrument = instruments.id AND ratifications.jurisdiction = treaty_status.jurisdiction
          LEFT JOIN sources ON sources.id = treaty_status.source
         WHERE treaty_status.jurisdiction = :code AND {ON.format(table="treaty_status")}
         ORDER BY instruments.kind DESC, instruments.adopted
        """,
        code=code,
        on=on,
    )


async def assessments_of(database: Any, code: str) -> Rows:
    """Other people's assessments with their years, newest first."""
    found = await _rows(database, "SELECT * FROM assessments ORDER BY id")
    years = await _rows(
        database,
        """
        SELECT external_assessments.assessment, year, assessment_values.label, sources.title AS source
          FROM external_assessments
          JOIN assessment_values USING (assessment, value)
          JOIN sources ON sources.id = external_assessments.source
         WHERE external_assessments.jurisdiction = :code ORDER BY year DESC
        """,
        code=code,
    )
    for one in found:
        one["years"] = [row for row in years if row["assessment"] == one["id"]]
    return [one for one in found if one["years"]]


async def instruments(database: Any, on: str) -> Rows:
    """Every instrument with how many states it binds on the day, and of how many that is unknown."""
    return await _rows(
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
    rows = await _rows(database, "SELECT * FROM instruments WHERE id = :id", id=id)
    if not rows:
        return None
    one = rows[0]
    one["provisions"] = await _rows(database, "SELECT * FROM instrument_provisions WHERE instrument = :id ORDER BY position", id=id)
    named = await _rows(
        database,
        "SELECT item_variables.item, variables.id, variables.title FROM item_variables JOIN variables ON variables.id = item_variables.variable "
        "WHERE kind = 'provision' AND item LIKE :id || '-%'",
        id=id,
    )
    for row in one["provisions"]:
        row["named"] = [name for name in named if name["item"] == f"{id}-{row['position']}"]
    one["counts"] = await _rows(database, "SELECT * FROM instrument_counts WHERE instrument = :id ORDER BY counted_on", id=id)
    one["states"] = await _rows(
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
    one["sources"] = await _rows(database, "SELECT * FROM sources WHERE file = 'instruments/' || :id ORDER BY title", id=id)
    return one


async def figures(database: Any) -> tuple[Rows, Rows]:
    """The estimates with their figures, and the claims, each with what it cites."""
    estimates = await _rows(database, "SELECT * FROM estimates ORDER BY published, id")
    rows = await _rows(database, "SELECT * FROM estimate_figures ORDER BY estimate, position")
    cited, checked = await item_citations(database, "estimate"), await item_citations(database, "claim")
    for one in estimates:
        one["figures"] = [row for row in rows if row["estimate"] == one["id"]]
        one["citations"] = cited.get(one["id"], [])
    claims = await _rows(database, "SELECT * FROM claims ORDER BY rowid")
    for one in claims:
        one["citations"] = checked.get(one["id"], [])
    return estimates, claims


async def item_citations(database: Any, kind: str) -> dict[str, Rows]:
    """What estimates, claims or terms cite, by their id."""
    rows = await _rows(
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
    found = await _rows(database, "SELECT * FROM terms ORDER BY term COLLATE NOCASE")
    provisions = await _rows(
        database,
        "SELECT term_provisions.*, sources.title FROM term_provisions JOIN sources ON sources.id = term_provisions.source ORDER BY term, position",
    )
    named = await _rows(
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
