"""The page of one jurisdiction on one day."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from datasette import Response

from .. import citation
from ..common import ON, Rows, database_of, day_asked, page, rows_of
from ..lookups import label_spells, moved_to

LAWS = ("constitution", "statute", "regulation")
OLDEST = 4  # how many of the oldest wordings are named


async def jurisdiction_page(datasette: Any, request: Any) -> Response:
    """One jurisdiction on one day: label with why, pillars with articles and dates, readings, sources, gaps."""
    database = database_of(datasette)
    code = request.url_vars["code"]
    one = await jurisdiction(database, code)
    if one is None and await jurisdiction(database, code.upper()):
        return Response.redirect(datasette.urls.path(f"/jurisdictions/{code.upper()}"), status=301)
    if one is None and (new := await moved_to(database, "jurisdiction", code.upper())):
        return Response.redirect(datasette.urls.path(f"/jurisdictions/{new}"), status=301)
    on, problem = day_asked(datasette, request)
    if one is None:
        return await page(datasette, request, "missing.html", {"code": code, "on": on}, status=404)
    used = await sources(database, code)
    title = f"{one['name']}: trafficking, sex work and victim protection in law"
    about = await citation.cited(datasette, request, on, f"/jurisdictions/{code}", f"{code}_{on}", title)
    context = {
        "on": on,
        "problem": problem,
        "one": one,
        "title": title,
        "citations": citation.formats(about),
        "dataset": citation.laws_json_ld(about, one["name"], [source for source in used if source["kind"] in LAWS]),
        "parts": await parts(database, code),
        "pillars": await pillars(database, code, on),
        "readings": await readings(database, code, on),
        "label_history": (await label_spells(database, [code])).get(code, []),
        "sources": used,
        "searches": await searches(database, code),
        "gaps": await gaps(database, code, on),
        "doubtful": await doubtful(database, code, on),
        "oldest": await oldest_wordings(database, code, on),
        "summary": await summary(database, code, on),
        "similar": await similar(database, code, on),
        "timeline": await timeline(database, code),
        "names": await names(database, code),
        "versions": await versions(database, code),
        "second_coding": await second_coding(database, code),
        "treaties": await treaties_of(database, code, on),
        "assessments": await assessments_of(database, code),
    }
    return await page(datasette, request, "jurisdiction.html", context)


async def jurisdiction(database: Any, code: str) -> dict[str, Any] | None:
    rows = await rows_of(
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
    return await rows_of(database, "SELECT code, name FROM jurisdictions WHERE parent = :code ORDER BY name", code=code)


async def pillars(database: Any, code: str, on: str) -> Rows:
    """The pillars with every question, its answer on the day, what is cited for it, and its other spells."""
    found = await rows_of(database, "SELECT * FROM pillars ORDER BY position")
    variables = await rows_of(
        database,
        "SELECT id, title, pillar, section, question, core, type, unit FROM variables "
        "WHERE basis = 'law' AND derived_from = '' ORDER BY position",
    )
    answers = await rows_of(
        database,
        f"SELECT answers.*, created_on, changed_on, ({ON.format(table='answers')}) AS in_force FROM answers "
        "LEFT JOIN answer_history ON answer_history.answer = answers.id WHERE jurisdiction = :code ORDER BY valid_from",
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
    rows = await rows_of(
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
    found = await rows_of(database, "SELECT * FROM readings ORDER BY position")
    results = await rows_of(
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
    named = await rows_of(database, "SELECT id, label FROM answers WHERE jurisdiction = :code", code=code)
    labels = {row["id"]: row["label"] for row in named}
    titles = {row["id"]: row["title"] for row in await rows_of(database, "SELECT id, title FROM variables")}
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
    return list(Counter(item["label"] for item in items).items())


async def sources(database: Any, code: str) -> Rows:
    return await rows_of(database, "SELECT * FROM sources WHERE jurisdiction = :code ORDER BY kind, title", code=code)


async def searches(database: Any, code: str) -> Rows:
    """The kinds of act searched, absent or not held, one row each."""
    return await rows_of(
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
    return await rows_of(
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


async def doubtful(database: Any, code: str, on: str) -> Rows:
    """Its own answers to questions of law, in force on the day, with low confidence."""
    return await rows_of(
        database,
        f"""
        SELECT variables.id, variables.title
          FROM answers JOIN variables ON variables.id = answers.variable
         WHERE answers.jurisdiction = :code AND variables.basis = 'law' AND answers.confidence = 'low' AND answers.inherited_from IS NULL AND {ON.format(table="answers")}
         ORDER BY variables.position
        """,
        code=code,
        on=on,
    )


async def oldest_wordings(database: Any, code: str, on: str) -> Rows:
    """The primary texts on which answers in force on the day rest alone: the oldest wordings, with the number of answers."""
    return await rows_of(
        database,
        f"""
        SELECT text_version, count(*) AS answers
          FROM answers JOIN variables ON variables.id = answers.variable AND variables.derived_from = ''
         WHERE answers.jurisdiction = :code AND text_version IS NOT NULL AND answers.inherited_from IS NULL AND {ON.format(table="answers")}
         GROUP BY text_version ORDER BY text_version LIMIT {OLDEST}
        """,
        code=code,
        on=on,
    )


async def second_coding(database: Any, code: str) -> Rows:
    """What the second coder answered, in the order of the questions."""
    return await rows_of(
        database,
        """
        SELECT second_codings.*, variables.title
          FROM second_codings JOIN variables ON variables.id = second_codings.variable
         WHERE second_codings.jurisdiction = :code ORDER BY variables.position
        """,
        code=code,
    )


async def names(database: Any, code: str) -> Rows:
    return await rows_of(database, "SELECT language, name FROM jurisdiction_names WHERE jurisdiction = :code ORDER BY rowid", code=code)


async def versions(database: Any, code: str) -> Rows:
    """When the record changed and why, newest first."""
    return await rows_of(
        database, "SELECT committed_on, revision, summary FROM record_versions WHERE jurisdiction = :code ORDER BY rowid", code=code
    )


async def treaties_of(database: Any, code: str, on: str) -> Rows:
    """Every instrument with the jurisdiction's state on the day, and the dates behind it."""
    return await rows_of(
        database,
        f"""
        SELECT instruments.id, instruments.short_title, instruments.kind, treaty_status.state, ratifications.act, ratifications.signed,
               ratifications.deposited, ratifications.deposited_precision, ratifications.in_force, ratifications.in_force_precision, ratifications.in_force_stated,
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
    found = await rows_of(database, "SELECT * FROM assessments ORDER BY id")
    years = await rows_of(
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


async def summary(database: Any, code: str, on: str) -> list[str]:
    """The opening sentences, composed from the answers in force on the day."""
    rows = await rows_of(
        database,
        f"""
        SELECT summary_phrases.sentence, summary_phrases.phrase, answers.number
          FROM summary_phrases
          LEFT JOIN answers ON answers.variable = summary_phrases.variable AND answers.jurisdiction = :code
               AND {ON.format(table="answers")}
         WHERE summary_phrases.value = CASE WHEN answers.id IS NULL THEN 'not_coded'
                                            WHEN answers.number IS NOT NULL THEN 'number' ELSE answers.value END
         ORDER BY summary_phrases.sentence, summary_phrases.position
        """,
        code=code,
        on=on,
    )
    sentences: dict[int, list[str]] = {}
    for row in rows:
        sentences.setdefault(row["sentence"], []).append(row["phrase"].replace("{number}", str(row["number"])))
    return [_sentence(parts) for parts in sentences.values()]


def _sentence(phrases: list[str]) -> str:
    text = "; ".join(phrases)
    return text[0].upper() + text[1:] + "."


async def similar(database: Any, code: str, on: str, most: int = 4) -> Rows:
    """The jurisdictions whose coded answers agree most with this one's, of those with twenty or more to compare."""
    return await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, count(*) AS compared, sum(mine.value = other.value) AS same
          FROM answers AS mine
          JOIN answers AS other ON other.variable = mine.variable AND other.jurisdiction <> mine.jurisdiction
          JOIN variables ON variables.id = mine.variable AND variables.basis = 'law' AND variables.derived_from = ''
          JOIN jurisdictions ON jurisdictions.code = other.jurisdiction AND jurisdictions.checked IS NOT NULL
         WHERE mine.jurisdiction = :code AND {ON.format(table="mine")} AND {ON.format(table="other")}
         GROUP BY jurisdictions.code HAVING compared >= 20
         ORDER BY 1.0 * same / compared DESC, jurisdictions.name LIMIT :most
        """,
        code=code,
        on=on,
        most=most,
    )


async def timeline(database: Any, code: str) -> Rows:
    """The legal changes of a jurisdiction, newest first."""
    return await rows_of(
        database,
        "SELECT changes.*, variables.title FROM changes JOIN variables ON variables.id = changes.variable "
        "WHERE changes.jurisdiction = :code ORDER BY changed_on DESC, variables.position",
        code=code,
    )


ROUTES = [
    (r"^/jurisdictions/(?P<code>[A-Za-z0-9-]{2,6})$", jurisdiction_page),
]
