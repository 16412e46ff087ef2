"""The readings derived from coded answers, and the page on how the law tells trafficking and adult sex work apart."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

from ..common import ON, Rows, database_of, day_asked, page, rows_of
from .literature import item_citations
from .topics import near

DISTINCTION = "distinction"

# The rules of records/readings in words: of a label by result, of the distinction by indicator.
RULES = {
    "sex-work-regime": {
        "R1": "Whether selling, buying or organising is an offence is left to the law of the parts.",
        "R2": "Selling is penalised in general: as a crime, under a law on something else, or outside criminal law.",
        "R3": "Selling is no offence, and buying is penalised in general.",
        "R4": (
            "Neither selling nor buying is penalised in general, and there is a scheme: selling is lawful only inside it, "
            "sellers must register, venues need a licence made for sex work or are run at public addresses, or localities may "
            "ban sex work from their whole area where organising is not prohibited."
        ),
        "R5": (
            "No rule of its own on selling, buying, soliciting, organising, letting, earnings or procuring, and venues fall "
            "under general business rules."
        ),
        "R6": (
            "There is no scheme. Selling is no offence, buying is none or one in some settings only, soliciting is free, "
            "limited to places and times or left to local law, organising is free, an offence only where it exploits, or asks "
            "for no more than a certificate on the person, and letting is not prohibited."
        ),
        "R7": (
            "There is no scheme. Selling is no offence or one in some settings only, buying likewise or only from adults in a "
            "stated condition, and the law fits neither decriminalisation nor no specific law, as a rule because others are "
            "penalised."
        ),
        "R8": "Combinations that fit none of the others, such as a scheme for sellers beside a general ban on buying.",
    },
    DISTINCTION: {
        "D1": (
            "Yes where every form of the offence against an adult needs a means, such as force, fraud or abuse of a position. "
            "Partly where some forms need none, or payment to the victim is enough. No where none is needed."
        ),
        "D2": (
            "Yes where the text makes consent irrelevant because a means was used. No where consent is irrelevant in every "
            "case, or may exclude liability. Not stated where the law is silent."
        ),
        "D3": (
            "Yes where no means is needed for any victim under 18. No where a means is needed for some or all of them, or the "
            "age is lower or missing."
        ),
        "D4": (
            "Yes where every form needs a means, or the sexual purpose is defined by coercion. Partly where some forms need "
            "none, or payment to the victim is enough. No where none is needed and the purpose is not defined by coercion."
        ),
        "D5": (
            "Yes where coercion defines the purpose. No where profit, or any commercial sex, is enough. Not stated where the "
            "term is not defined or points elsewhere."
        ),
        "D6": (
            "Yes where compelling an adult is an offence of its own. Partly where it is a heavier form of procuring or of "
            "another third-party offence. No where only trafficking or general offences apply."
        ),
        "D7": (
            "Yes where no penalty attaches to selling. Partly where selling is lawful only inside a scheme, or an offence in "
            "the main settings. No where it is penalised in general."
        ),
        "D8": (
            "Yes where buying is not penalised in general and there is an offence of using a victim's services. Partly where "
            "there is no such offence, or buying is an offence because of the seller's condition without coercion. No where "
            "buying is penalised in general."
        ),
        "D9": (
            "The four are organising, letting premises, living on earnings, and procuring. Yes where none is prohibited "
            "whatever the conditions. Partly where some are. No where all four are."
        ),
        "D10": (
            "Yes where victims are not liable or have a defence. Partly where a provision made for victims lets authorities "
            "waive the penalty. No where only general rules apply, or none."
        ),
        "D11": (
            "Yes where selling and soliciting are free, or a statute protects reports of any violent crime. Partly where it "
            "protects reports of listed crimes only, or leaves it to discretion. No where nothing protects the person."
        ),
        "D12": (
            "Yes where no programme is imposed. Partly where one takes the place of a penalty. No where an adult can be held "
            "because they sell sex."
        ),
    },
}


async def readings_page(datasette: Any, request: Any) -> Response:
    """Every label and checklist derived from answers."""
    on, problem = day_asked(datasette, request)
    found = await rows_of(
        database_of(datasette),
        """
        SELECT readings.*, count(reading_items.item) AS items
          FROM readings JOIN reading_items ON reading_items.reading = readings.id
         WHERE readings.kind <> 'scenarios' GROUP BY readings.id ORDER BY readings.position
        """,
    )
    return await page(datasette, request, "readings.html", {"on": on, "problem": problem, "readings": found})


async def reading_page(datasette: Any, request: Any) -> Response:
    """One reading: what it says, its results, its lines, and every coded jurisdiction's results on the day."""
    database = database_of(datasette)
    id = request.url_vars["id"]
    if id == "scenarios":
        return Response.redirect(datasette.urls.path("/scenarios"), status=301)
    on, problem = day_asked(datasette, request)
    context = await shown(database, id, on)
    context |= {
        "problem": problem,
        "flags": await flags_on(database, id, on),
        "groups": by_result(context["one"], context["table"]),
        "near_misses": await near_misses(database, id),
        "namings": await namings(database, id, on),
    }
    return await page(datasette, request, "reading.html", context)


async def distinction_page(datasette: Any, request: Any) -> Response:
    """How the law tells trafficking and adult sex work apart, indicator by indicator."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    context = await shown(database, DISTINCTION, on)
    return await page(datasette, request, "distinction.html", {**context, "problem": problem})


async def shown(database: Any, id: str, on: str) -> dict[str, Any]:
    """What a page of any reading shows: its lines with their spread, and every coded jurisdiction's results on the day."""
    one = await reading(database, id)
    table = await results_on(database, id, on)
    return {
        "on": on,
        "one": one,
        "items": with_spread(one, await items(database, id), table),
        "table": table,
        "rules": RULES.get(id, {}),
        "uncoded": await uncoded(database, on),
    }


async def reading(database: Any, id: str) -> dict[str, Any]:
    """A reading with the labels of its results; where none has the id, an error that names near ones."""
    rows = await rows_of(database, "SELECT * FROM readings WHERE id = :id", id=id)
    if not rows:
        known = [row["id"] for row in await rows_of(database, "SELECT id FROM readings")]
        raise NotFound(f"No reading has the id {id}.{near(id, known)} The page /readings lists all of them.")
    labels = await rows_of(database, "SELECT * FROM reading_labels WHERE reading = :id ORDER BY position", id=id)
    return {
        **rows[0],
        "limits": rows[0]["limits"].split("\n"),
        "labels": labels,
        "label_of": {row["result"]: row["label"] for row in labels},
    }


async def items(database: Any, reading: str) -> Rows:
    """The lines of a reading, each with the questions it reads."""
    found = await rows_of(database, "SELECT * FROM reading_items WHERE reading = :reading ORDER BY position", reading=reading)
    variables = {row["id"]: row for row in await rows_of(database, "SELECT id, title, question FROM variables")}
    for one in found:
        one["questions"] = [variables[id] for id in one["inputs"].split(", ")]
    return found


async def results_on(database: Any, reading: str, on: str) -> Rows:
    """One row a jurisdiction that has results on the day, with its result for each line."""
    rows = await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, json_group_object(reading_results.item, reading_results.result) AS results
          FROM reading_results JOIN jurisdictions ON jurisdictions.code = reading_results.jurisdiction
         WHERE reading_results.reading = :reading AND {ON.format(table="reading_results")}
         GROUP BY jurisdictions.code ORDER BY jurisdictions.name
        """,
        reading=reading,
        on=on,
    )
    return [{**row, "results": json.loads(row["results"])} for row in rows]


def with_spread(reading: dict[str, Any], items: Rows, table: Rows) -> Rows:
    """The lines with how many jurisdictions have each result, in the order of the reading's results."""
    for one in items:
        counts = Counter(row["results"].get(one["item"], "not_coded") for row in table)
        one["spread"] = [(label["label"], counts[label["result"]]) for label in reading["labels"] if counts[label["result"]]]
    return items


def by_result(reading: dict[str, Any], table: Rows) -> list[tuple[str, Rows]]:
    """For a label: its results, each with the jurisdictions that have it."""
    if reading["kind"] != "label":
        return []
    groups: dict[str, Rows] = {label["result"]: [] for label in reading["labels"]}
    for row in table:
        for result in row["results"].values():
            groups[result].append(row)
    return list(groups.items())


async def flags_on(database: Any, reading: str, on: str) -> dict[str, list[str]]:
    """For a label with flags beside it: the flags that are raised on the day, by jurisdiction."""
    rows = await rows_of(
        database,
        f"""
        SELECT reading_results.jurisdiction, reading_items.title
          FROM reading_results
          JOIN readings ON readings.id = reading_results.reading AND readings.kind = 'flags' AND readings.shown_with = :reading
          JOIN reading_items ON reading_items.reading = reading_results.reading AND reading_items.item = reading_results.item
         WHERE reading_results.result = 'yes' AND {ON.format(table="reading_results")}
         ORDER BY reading_items.position
        """,
        reading=reading,
        on=on,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["jurisdiction"], []).append(row["title"])
    return found


async def namings(database: Any, reading: str, on: str) -> Rows:
    """What other maps call the law of coded jurisdictions, with our label on the day; first where the two differ."""
    found = await rows_of(
        database,
        f"""
        SELECT namings.*, jurisdictions.name, theirs.label AS their_label, ours.label AS our_label, ours.result AS our_result
          FROM namings
          JOIN jurisdictions ON jurisdictions.code = namings.jurisdiction
          JOIN reading_labels AS theirs ON theirs.reading = :reading AND theirs.result = namings.result
          LEFT JOIN reading_results
            ON reading_results.reading = :reading AND reading_results.jurisdiction = namings.jurisdiction AND {ON.format(table="reading_results")}
          LEFT JOIN reading_labels AS ours ON ours.reading = :reading AND ours.result = reading_results.result
         ORDER BY namings.because = '', jurisdictions.name, namings.map
        """,
        reading=reading,
        on=on,
    )
    cited = await item_citations(database, "naming")
    return [{**row, "citations": cited.get(row["id"], [])} for row in found]


async def near_misses(database: Any, reading: str) -> list[tuple[str, Rows]]:
    """By label: the jurisdictions one answer away from it on the day of their check, and which answer.

    That a matter might be left to the law of the parts is left out: it is true of every jurisdiction.
    """
    rows = await rows_of(
        database,
        """
        SELECT missed.jurisdiction, jurisdictions.name, jurisdictions.checked, variables.id AS variable, variables.question,
               has.label AS has_label, reading_labels.label AS other_label, group_concat(missed.label, '; ') AS others
          FROM (SELECT near_misses.*, variable_values.label
                  FROM near_misses
                  JOIN variable_values
                    ON variable_values.variable = near_misses.variable AND variable_values.value = near_misses.other_value
                 WHERE near_misses.reading = :reading AND near_misses.other_value <> 'left_to_subnational'
                 ORDER BY variable_values.position) AS missed
          JOIN jurisdictions ON jurisdictions.code = missed.jurisdiction
          JOIN variables ON variables.id = missed.variable
          JOIN variable_values AS has ON has.variable = missed.variable AND has.value = missed.answer_value
          JOIN reading_labels ON reading_labels.reading = missed.reading AND reading_labels.result = missed.other_result
         GROUP BY reading_labels.position, missed.jurisdiction, missed.variable
         ORDER BY reading_labels.position, jurisdictions.name, variables.position
        """,
        reading=reading,
    )
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["other_label"], []).append(row)
    return list(found.items())


async def uncoded(database: Any, on: str) -> int:
    """How many jurisdictions have no reading on the day."""
    rows = await rows_of(
        database,
        f"""
        SELECT count(*) AS number FROM jurisdictions
         WHERE code NOT IN (SELECT jurisdiction FROM reading_results WHERE {ON.format(table="reading_results")})
        """,
        on=on,
    )
    return rows[0]["number"]


ROUTES = [
    (r"^/readings$", readings_page),
    (r"^/readings/(?P<id>[A-Za-z0-9_-]{1,80})$", reading_page),
    (r"^/distinction$", distinction_page),
]
