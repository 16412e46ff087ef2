"""The questions of the codebook, each with how the jurisdictions answer it on a day."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

from ..common import ON, Rows, database_of, day_asked, page, rows_of
from ..lookups import moved_to


async def topics_page(datasette: Any, request: Any) -> Response:
    """Every question by pillar and section, with how many jurisdictions have an answer on the day."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    context = {"on": on, "problem": problem, "pillars": await pillars(database, on), "totals": await totals(database)}
    return await page(datasette, request, "topics.html", context)


async def topic_page(datasette: Any, request: Any) -> Response:
    """One question: what it asks, how the answers spread, who gives which by which article, and since when."""
    database = database_of(datasette)
    if new := await moved_to(database, "variable", request.url_vars["id"]):
        return Response.redirect(datasette.urls.path(f"/topics/{new}"), status=301)
    one = await topic(database, request.url_vars["id"])
    on, problem = day_asked(datasette, request)
    answers = [] if one["derived_from"] else await answers_on(database, [one["id"]], on)
    context = {
        "on": on,
        "problem": problem,
        "one": one,
        "values": await values_on(database, one["id"], on),
        "answered": await answered_on(database, one["id"], on),
        "totals": await totals(database),
        "groups": by_answer(one, answers),
        "gaps": [] if one["derived_from"] else await gaps_on(database, one["id"], on),
        "adoption": [] if one["derived_from"] else await adoption(database, one["id"]),
        "readers": await readers(database, one["id"]),
        "provisions": await provisions(database, one["id"]),
        "terms": await terms(database, one["id"]),
    }
    return await page(datasette, request, "topic.html", context)


async def pillars(database: Any, on: str) -> Rows:
    """The pillars with their sections, each with its questions and how many jurisdictions answer them on the day."""
    found = await rows_of(database, "SELECT * FROM pillars ORDER BY position")
    rows = await rows_of(
        database,
        f"""
        SELECT variables.*, count(answers.id) AS answered
          FROM variables
          LEFT JOIN answers ON answers.variable = variables.id AND {ON.format(table="answers")}
         GROUP BY variables.id ORDER BY variables.position
        """,
        on=on,
    )
    for pillar in found:
        sections: dict[str, Rows] = {}
        for row in rows:
            if row["pillar"] == pillar["id"]:
                sections.setdefault(row["section"], []).append(row)
        pillar["sections"] = list(sections.items())
    return found


async def totals(database: Any) -> dict[str, int]:
    """How many jurisdictions there are, and of how many some law has been coded."""
    return (await rows_of(database, "SELECT count(*) AS jurisdictions, count(checked) AS coded FROM jurisdictions"))[0]


async def topic(database: Any, id: str) -> dict[str, Any]:
    """The codebook entry of a question; where no question has the id, an error that names near ones."""
    rows = await rows_of(
        database,
        "SELECT variables.*, pillars.title AS pillar_title FROM variables JOIN pillars ON pillars.id = variables.pillar "
        "WHERE variables.id = :id",
        id=id,
    )
    if not rows:
        known = [row["id"] for row in await rows_of(database, "SELECT id FROM variables")]
        raise NotFound(f"No question has the id {id}.{near(id, known)} The page /topics lists all of them.")
    return rows[0]


def near(id: str, known: list[str]) -> str:
    """The known ids that look most like a misspelt one, as a sentence."""
    matches = get_close_matches(id, known, n=3)
    return f" Near it: {', '.join(matches)}." if matches else ""


async def values_on(database: Any, variable: str, on: str) -> Rows:
    """The answers of a question in codebook order, each with how many jurisdictions give it on the day, and which."""
    return await rows_of(
        database,
        f"""
        SELECT variable_values.*, count(given.code) AS given, group_concat(given.name, ', ') AS names
          FROM variable_values
          LEFT JOIN (SELECT answer_values.value, jurisdictions.code, jurisdictions.name
                       FROM answers
                       JOIN answer_values ON answer_values.answer = answers.id AND answer_values.state = 'true'
                       JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
                      WHERE answers.variable = :variable AND {ON.format(table="answers")}
                      ORDER BY jurisdictions.name) AS given ON given.value = variable_values.value
         WHERE variable_values.variable = :variable
         GROUP BY variable_values.value ORDER BY variable_values.position
        """,
        variable=variable,
        on=on,
    )


async def answered_on(database: Any, variable: str, on: str) -> int:
    """How many jurisdictions have an answer on the day."""
    rows = await rows_of(
        database,
        f"SELECT count(*) AS number FROM answers WHERE variable = :variable AND {ON.format(table='answers')}",
        variable=variable,
        on=on,
    )
    return rows[0]["number"]


async def answers_on(database: Any, variables: list[str], on: str) -> Rows:
    """The answers to some questions on the day, by name of the jurisdiction, each with what it cites."""
    wanted = json.dumps(variables)
    answers = await rows_of(
        database,
        f"""
        SELECT answers.*, jurisdictions.name, decider.name AS decided_by
          FROM answers
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
          LEFT JOIN jurisdictions AS decider ON decider.code = answers.inherited_from
         WHERE answers.variable IN (SELECT value FROM json_each(:wanted)) AND {ON.format(table="answers")}
         ORDER BY jurisdictions.name, answers.variable
        """,
        wanted=wanted,
        on=on,
    )
    cited = await rows_of(
        database,
        f"""
        SELECT citations.answer, citations.pinpoint, sources.id AS source, sources.title, sources.title_en, sources.language,
               sources.jurisdiction
          FROM answers
          JOIN citations ON citations.answer = answers.id
          JOIN sources ON sources.id = citations.source
         WHERE answers.variable IN (SELECT value FROM json_each(:wanted)) AND {ON.format(table="answers")}
         ORDER BY citations.answer, citations.position
        """,
        wanted=wanted,
        on=on,
    )
    citations: dict[str, Rows] = {}
    for row in cited:
        citations.setdefault(row["answer"], []).append(row)
    return [{**answer, "citations": citations.get(answer["id"], [])} for answer in answers]


def by_answer(variable: dict[str, Any], answers: Rows) -> list[tuple[str, Rows]]:
    """Answers grouped by their label: tokens by number given, numbers by size; a multi question has one group."""
    if variable["type"] == "multi":
        return [("", answers)] if answers else []
    groups: dict[str, Rows] = {}
    for answer in sorted(answers, key=lambda answer: (answer["number"] is None, answer["number"] or 0)):
        groups.setdefault(answer["label"], []).append(answer)
    numbers = [group for group in groups.items() if group[1][0]["number"] is not None]
    words = [group for group in groups.items() if group[1][0]["number"] is None]
    return numbers + sorted(words, key=lambda group: (-len(group[1]), group[0]))


async def gaps_on(database: Any, variable: str, on: str) -> Rows:
    """Jurisdictions whose law has been coded, but which have no answer to this question on the day, with the reason."""
    return await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, gaps.reason
          FROM jurisdictions
          LEFT JOIN gaps ON gaps.jurisdiction = jurisdictions.code AND gaps.variable = :variable
         WHERE jurisdictions.checked IS NOT NULL
           AND jurisdictions.code NOT IN (SELECT jurisdiction FROM answers WHERE variable = :variable AND {ON.format(table="answers")})
         ORDER BY jurisdictions.name
        """,
        variable=variable,
        on=on,
    )


async def adoption(database: Any, variable: str) -> list[tuple[str, Rows]]:
    """For each value the days on which jurisdictions took it, oldest first: spells before which it did not hold already."""
    rows = await rows_of(
        database,
        """
        SELECT CASE WHEN answers.number IS NULL THEN variable_values.label ELSE answers.label END AS taken,
               answers.jurisdiction, jurisdictions.name, answers.valid_from, answers.from_precision
          FROM answers
          JOIN answer_values ON answer_values.answer = answers.id AND answer_values.state = 'true'
          JOIN variable_values ON variable_values.variable = answers.variable AND variable_values.value = answer_values.value
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
         WHERE answers.variable = :variable AND answers.inherited_from IS NULL
           AND NOT EXISTS (SELECT 1 FROM answers AS before
                             JOIN answer_values AS held ON held.answer = before.id AND held.state = 'true'
                            WHERE before.jurisdiction = answers.jurisdiction AND before.variable = answers.variable
                              AND held.value = answer_values.value AND before.number IS answers.number
                              AND date(before.valid_until, '+1 day') = answers.valid_from)
         ORDER BY variable_values.position, answers.number, answers.valid_from, jurisdictions.name
        """,
        variable=variable,
    )
    taken: dict[str, Rows] = {}
    for row in rows:
        taken.setdefault(row["taken"], []).append(row)
    return list(taken.items())


async def readers(database: Any, variable: str) -> Rows:
    """The lines of readings, and the everyday cases, that read this question."""
    return await rows_of(
        database,
        """
        SELECT readings.id AS reading, readings.kind, readings.title AS reading_title, reading_items.item, reading_items.title
          FROM reading_items JOIN readings ON readings.id = reading_items.reading
         WHERE ', ' || reading_items.inputs || ',' LIKE '%, ' || :variable || ',%'
         ORDER BY readings.position, reading_items.position
        """,
        variable=variable,
    )


async def provisions(database: Any, variable: str) -> Rows:
    """What treaties and directives say that bears on the question."""
    return await rows_of(
        database,
        """
        SELECT instruments.id AS instrument, instruments.short_title, instrument_provisions.article, instrument_provisions.says
          FROM item_variables
          JOIN instrument_provisions
            ON instrument_provisions.instrument || '-' || instrument_provisions.position = item_variables.item
          JOIN instruments ON instruments.id = instrument_provisions.instrument
         WHERE item_variables.kind = 'provision' AND item_variables.variable = :variable
         ORDER BY instruments.adopted, instruments.id, instrument_provisions.position
        """,
        variable=variable,
    )


async def terms(database: Any, variable: str) -> Rows:
    """The terms that the question turns on."""
    return await rows_of(
        database,
        """
        SELECT terms.id, terms.term, terms.definition
          FROM item_variables JOIN terms ON terms.id = item_variables.item
         WHERE item_variables.kind = 'term' AND item_variables.variable = :variable
         ORDER BY terms.term COLLATE NOCASE
        """,
        variable=variable,
    )


ROUTES = [
    (r"^/topics$", topics_page),
    (r"^/topics/(?P<id>[A-Za-z0-9_-]{1,80})$", topic_page),
]
