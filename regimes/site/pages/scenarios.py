"""Everyday cases, each answered from the coded answers that decide it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

from ..common import ON, Rows, database_of, day_asked, page, rows_of
from .readings import items, reading, uncoded
from .topics import answers_on, near

SCENARIOS = "scenarios"


async def scenarios_page(datasette: Any, request: Any) -> Response:
    """Every case, with the answers of a chosen jurisdiction, or how the answers spread."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    coded = await rows_of(database, "SELECT code, name FROM jurisdictions WHERE checked IS NOT NULL ORDER BY name")
    asked = (request.args.get("j") or "").strip().upper()
    chosen = next((row for row in coded if row["code"] == asked), None)
    if asked and chosen is None and not problem:
        problem = f"No coded law is held under “{asked[:20]}”. Choose a jurisdiction from the list."
    one = await reading(database, SCENARIOS)
    cases = await items(database, SCENARIOS)
    results = await results_with_why(database, on, chosen["code"]) if chosen else []
    for case in cases:
        case["result"] = next((result for result in results if result["item"] == case["item"]), None)
    spread = await spread_on(database, on) if not chosen else {}
    context = {"on": on, "problem": problem, "one": one, "cases": cases, "coded": coded, "chosen": chosen, "spread": spread}
    return await page(datasette, request, "scenarios.html", context)


async def scenario_page(datasette: Any, request: Any) -> Response:
    """One case: every jurisdiction's answer on the day, with the coded answers that gave it and their articles."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    item = request.url_vars["item"]
    cases = await items(database, SCENARIOS)
    case = next((case for case in cases if case["item"] == item), None)
    if case is None:
        known = [case["item"] for case in cases]
        raise NotFound(f"No case has the id {item}.{near(item, known)} The page /scenarios lists all of them.")
    one = await reading(database, SCENARIOS)
    answers = {answer["id"]: answer for answer in await answers_on(database, [question["id"] for question in case["questions"]], on)}
    results = await results_with_why(database, on, item=item)
    for result in results:
        for part in result["because"]:
            part["answer"] = answers.get(part["answer_id"])
    context = {
        "on": on,
        "problem": problem,
        "one": one,
        "case": case,
        "groups": by_result(one, results),
        "uncoded": await uncoded(database, on),
    }
    return await page(datasette, request, "scenario.html", context)


async def results_with_why(database: Any, on: str, code: str = "", item: str = "") -> Rows:
    """The results on the day, of one jurisdiction or of one case, each with the answers that gave it."""
    results = await rows_of(
        database,
        f"""
        SELECT reading_results.*, jurisdictions.name, jurisdictions.parent, reading_labels.label
          FROM reading_results
          JOIN reading_labels ON reading_labels.reading = reading_results.reading AND reading_labels.result = reading_results.result
          JOIN jurisdictions ON jurisdictions.code = reading_results.jurisdiction
         WHERE reading_results.reading = :reading AND {ON.format(table="reading_results")}
           AND (:code = '' OR reading_results.jurisdiction = :code) AND (:item = '' OR reading_results.item = :item)
         ORDER BY reading_labels.position, jurisdictions.name
        """,
        reading=SCENARIOS,
        on=on,
        code=code,
        item=item,
    )
    variables = {row["id"]: row for row in await rows_of(database, "SELECT id, title, question FROM variables")}
    labels = await answer_labels(database, on, code) if code else {}
    for result in results:
        result["because"] = [
            {
                "variable": part["variable"],
                "title": variables[part["variable"]]["title"],
                "question": variables[part["variable"]]["question"],
                "answer_id": part["answer"],
                "label": labels.get(part["answer"]),
            }
            for part in json.loads(result["trace"])
        ]
    return results


async def answer_labels(database: Any, on: str, code: str) -> dict[str, str]:
    """A jurisdiction's answers on the day in words, by id."""
    rows = await rows_of(
        database, f"SELECT id, label FROM answers WHERE jurisdiction = :code AND {ON.format(table='answers')}", code=code, on=on
    )
    return {row["id"]: row["label"] for row in rows}


async def spread_on(database: Any, on: str) -> dict[str, list[tuple[str, int]]]:
    """For each case how many jurisdictions have each result on the day."""
    rows = await rows_of(
        database,
        f"""
        SELECT reading_results.item, reading_labels.label, count(*) AS number
          FROM reading_results
          JOIN reading_labels ON reading_labels.reading = reading_results.reading AND reading_labels.result = reading_results.result
         WHERE reading_results.reading = :reading AND {ON.format(table="reading_results")}
         GROUP BY reading_results.item, reading_labels.position ORDER BY reading_labels.position
        """,
        reading=SCENARIOS,
        on=on,
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        found.setdefault(row["item"], []).append((row["label"], row["number"]))
    return found


def by_result(reading: dict[str, Any], results: Rows) -> list[tuple[str, str, Rows]]:
    """Results grouped, each group with the id of its result and its label, in the order of the reading's results."""
    counts = Counter(result["result"] for result in results)
    return [
        (label["result"], label["label"], [result for result in results if result["result"] == label["result"]])
        for label in reading["labels"]
        if counts[label["result"]]
    ]


ROUTES = [
    (r"^/scenarios$", scenarios_page),
    (r"^/scenarios/(?P<item>[A-Za-z0-9_-]{1,80})$", scenario_page),
]
