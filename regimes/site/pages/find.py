"""Jurisdictions that match a profile: answers and results of readings that hold together on a day."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from ..common import Rows, database_of, day_asked, page, rows_of
from ..lookups import answers_on, known_jurisdictions, reading_results
from .compare import MOST

MOST_CONDITIONS = 6

Questions = dict[str, dict[str, Any]]


async def find_page(datasette: Any, request: Any) -> Response:
    """The conditions asked for, and where all of them hold on the day."""
    database = database_of(datasette)
    on, day_problem = day_asked(datasette, request)
    questions = await questions_on(database, on)
    conditions, problem = conditions_asked(request, questions)
    whole = [condition for condition in conditions if condition["value"]]
    context = {
        "on": on,
        "problem": " ".join(filter(None, [problem, day_problem])),
        "conditions": conditions,
        "whole": whole,
        "room": len(conditions) < MOST_CONDITIONS,
        "groups": by_group(questions),
        "query": urlencode([*(("q", f"{condition['id']}:{condition['value']}") for condition in whole), ("on", on)], safe=":"),
        "matches": [],
        "near": [],
    }
    if whole and not problem:
        context |= await found(database, whole, on)
        context["compare"] = [one["code"] for one in context["matches"]] if 2 <= len(context["matches"]) <= MOST else []
    return await page(datasette, request, "find.html", context)


async def questions_on(database: Any, on: str) -> Questions:
    """Everything that can be asked, by id, with its answers: law questions, then items of readings as reading:item."""
    rows = await rows_of(
        database,
        """
        SELECT variables.id, variables.title, variables.type, pillars.title AS group_title
          FROM variables JOIN pillars ON pillars.id = variables.pillar
         WHERE variables.basis = 'law' ORDER BY pillars.position, variables.position
        """,
    )
    questions = {row["id"]: {**row, "answers": {}} for row in rows}
    labels = await rows_of(
        database, "SELECT variable, value, label FROM variable_values WHERE value != 'number' ORDER BY variable, position"
    )
    numbers = await rows_of(
        database,
        "SELECT DISTINCT variable, value, label FROM answers WHERE number IS NOT NULL ORDER BY variable, number",
    )
    for row in [*numbers, *labels]:
        if row["variable"] in questions:
            questions[row["variable"]]["answers"][row["value"]] = row["label"]
    return questions | await reading_items(database)


async def reading_items(database: Any) -> Questions:
    """The items of the readings by reading:item, with the results they can have."""
    rows = await rows_of(
        database,
        """
        SELECT reading_items.reading, reading_items.item, reading_items.title, readings.title AS group_title, readings.kind,
               reading_labels.result, reading_labels.label
          FROM reading_items
          JOIN readings ON readings.id = reading_items.reading
          JOIN reading_labels ON reading_labels.reading = reading_items.reading AND reading_labels.result != 'not_coded'
         ORDER BY readings.position, reading_items.position, reading_labels.position
        """,
    )
    items: Questions = {}
    for row in rows:
        id = f"{row['reading']}:{row['item']}"
        title = f"{row['item']} {row['title']}" if row["kind"] in ("flags", "checklist") else row["title"]
        one = items.setdefault(id, {"id": id, "title": title, "type": "reading", "group_title": row["group_title"], "answers": {}})
        one["answers"][row["result"]] = row["label"]
    return items


def by_group(questions: Questions) -> dict[str, Rows]:
    """The questions under the titles of their pillars and readings."""
    groups: dict[str, Rows] = {}
    for question in questions.values():
        groups.setdefault(question["group_title"], []).append(question)
    return groups


def conditions_asked(request: Any, questions: Questions) -> tuple[Rows, str]:
    """The rows of the form, and what is wrong with the first that cannot be understood.

    A row is q=question:answer; a question without an answer is a row still to be filled in, and ``add`` starts one.
    """
    asked = [text.strip() for name in ("q", "add") for text in request.args.getlist(name) if text.strip()]
    conditions: Rows = []
    problems = []
    for id, value in dict.fromkeys(question_and_answer(text, questions) for text in asked):
        problem = condition_problem(id, value, questions)
        if problem:
            problems.append(problem)
        else:
            conditions.append({**questions[id], "value": value})
    if len(conditions) > MOST_CONDITIONS:
        problems.append(
            f"That is {len(conditions)} conditions, and {MOST_CONDITIONS} can be asked together. Those after the sixth are left out."
        )
    return conditions[:MOST_CONDITIONS], problems[0] if problems else ""


def question_and_answer(text: str, questions: Questions) -> tuple[str, str]:
    """The two parts of a condition; the id of a reading's item has a colon of its own."""
    if text in questions or ":" not in text:
        return text, ""
    id, _, value = text.rpartition(":")
    return id, value


def condition_problem(id: str, value: str, questions: Questions) -> str:
    """What is wrong with one condition, with the ids meant perhaps."""
    if id not in questions:
        near = get_close_matches(id[:60], questions, n=3, cutoff=0.7)
        return f"No question is called “{id[:60]}”." + (f" Did you mean {' or '.join(near)}?" if near else " Write question:answer.")
    answers = questions[id]["answers"]
    if value and value not in answers and not (questions[id]["type"] == "integer" and value.isdecimal()):
        return f"“{value[:60]}” is no answer to {id}. Its answers are {', '.join(answers)}."
    return ""


async def found(database: Any, conditions: Rows, on: str) -> dict[str, Any]:
    """Where every condition holds, and where none fails but some cannot be told.

    Only jurisdictions whose law has been coded are near: of the others nothing can be told.
    """
    jurisdictions = await known_jurisdictions(database)
    variables = [condition["id"] for condition in conditions if condition["type"] != "reading"]
    answers = await answers_on(database, on, jurisdictions, variables)
    results = await reading_results(database, on, list(jurisdictions)) if len(variables) < len(conditions) else {}
    matches, near = [], []
    for code, one in jurisdictions.items():
        checks = [
            reading_check(condition, results.get((code, condition["id"].partition(":")[0]), []))
            if condition["type"] == "reading"
            else answer_check(condition, answers.get((code, condition["id"])))
            for condition in conditions
        ]
        states = {check["state"] for check in checks}
        if states == {"holds"}:
            matches.append({**one, "checks": checks})
        elif "fails" not in states and one["checked"]:
            near.append({**one, "checks": checks})
    uncoded = sum(not one["checked"] for one in jurisdictions.values())
    return {"matches": matches, "near": near, "uncoded": uncoded}


def answer_check(condition: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, Any]:
    """Whether an answer is, or names, the value asked for."""
    if answer is None or condition["value"] in answer["unchecked"]:
        state = "not coded"
    else:
        state = "holds" if condition["value"] in answer["true"] else "fails"
    return {"title": condition["title"], "id": condition["id"], "state": state, "answer": answer}


def reading_check(condition: dict[str, Any], items: Rows) -> dict[str, Any]:
    """Whether an item of a reading has the result asked for."""
    item = condition["id"].partition(":")[2]
    one = next((result for result in items if result["item"] == item and result["result"] != "not_coded"), None)
    state = "not coded" if one is None else "holds" if one["result"] == condition["value"] else "fails"
    return {"title": condition["title"], "id": condition["id"], "state": state, "result": one}


ROUTES = [
    (r"^/find$", find_page),
]
