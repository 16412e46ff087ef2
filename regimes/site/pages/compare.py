"""Jurisdictions side by side on a day, or on two days, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from ..common import LABEL, Rows, csv_response, database_of, day_asked, optional_day, page, rows_of
from ..lookups import answers_on, articles, known_jurisdictions, label_spells, pillar_problem, reading_results, unknown_code

FEWEST, MOST = 2, 8  # columns
FLAGS = "sex-work-flags"
INDICATORS = "distinction"
CELL_COLUMNS = ("answer", "value", "since", "since precision", "grade", "articles", "not known either way", "decided by", "note")


async def compare_page(datasette: Any, request: Any) -> Response:
    """The form, and what it asks for side by side."""
    return await page(datasette, request, "compare.html", await comparison(datasette, request))


async def compare_csv(datasette: Any, request: Any) -> Response:
    """What the page shows: one row a question, one group of columns a jurisdiction and day."""
    found = await comparison(datasette, request)
    problem = optional_day(datasette, request, "on")[1] or found["problem"]
    if problem or not found["columns"]:
        return Response.text(problem or "Name jurisdictions, such as ?j=SE,DE", status=400)
    header = ["group", "id", "title", "comparison"]
    header += [f"{column['code']} {column['on']} {name}" for column in found["columns"] for name in CELL_COLUMNS]
    rows = [
        [group["title"], row["id"], row["title"], row["comparison"], *(text for cell in row["cells"] for text in cell_texts(cell))]
        for group in found["groups"]
        for row in group["rows"]
    ]
    return csv_response("compare.csv", header, rows)


async def comparison(datasette: Any, request: Any) -> dict[str, Any]:
    """What a request asks to see side by side; ``problem`` says what is wrong with it."""
    database = database_of(datasette)
    jurisdictions = await known_jurisdictions(database)
    pillars = await rows_of(database, "SELECT id, title FROM pillars ORDER BY position")
    on, day_problem = day_asked(datasette, request)
    second, second_problem = optional_day(datasette, request, "and")
    codes = codes_asked(request)
    pillar = (request.args.get("pillar") or "").strip()
    only_differences = request.args.get("diff") == "1"
    days = [on, second] if second and second != on else [on]
    problem = choice_problem(codes, len(days), jurisdictions) or pillar_problem(pillar, pillars)
    context = {
        "on": on,
        "second": second,
        "codes": codes,
        "pillar": pillar,
        "only_differences": only_differences,
        "pillars": pillars,
        "choices": [one for one in jurisdictions.values() if one["checked"] or one["code"] in codes],
        "problem": " ".join(filter(None, [problem, day_problem, second_problem])),
        "columns": [],
        "groups": [],
        "query": urlencode(
            [("j", ",".join(codes)), ("on", on)]
            + [(name, text) for name, text in (("and", second), ("pillar", pillar), ("diff", "1" if only_differences else "")) if text],
            safe=",",
        ),
    }
    if codes and not problem:
        context["columns"] = [{**jurisdictions[code], "on": day} for code in codes for day in days]
        groups = [await overview(database, context["columns"], whole=not pillar)]
        groups += await questions_by_pillar(database, context["columns"], pillar)
        context["counts"] = counts([row for group in groups[1:] for row in group["rows"]])
        context["groups"] = [shown(group, only_differences) for group in groups]
    return context


def codes_asked(request: Any) -> list[str]:
    """Codes named as j=SE,DE or as j=SE&j=DE, each once, in the order given."""
    parts = [part.strip().upper() for text in request.args.getlist("j") for part in text.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def choice_problem(codes: list[str], days: int, jurisdictions: dict[str, dict[str, Any]]) -> str:
    """What is wrong with the jurisdictions chosen; nothing where none is chosen yet."""
    unknown = [code for code in codes if code not in jurisdictions]
    if unknown:
        return unknown_code(unknown[0], jurisdictions)
    columns = len(codes) * days
    if codes and columns < FEWEST:
        return f"{jurisdictions[codes[0]]['name']} stands alone. Choose one more jurisdiction, or a second day."
    if columns > MOST:
        return f"That is {columns} columns, and {MOST} fit side by side. Choose fewer jurisdictions{' or one day' if days > 1 else ''}."
    return ""


def relation(answers: Iterable[dict[str, Any] | None]) -> str:
    """ "different" where two answers cannot be the same, "same" where all are known and equal, else "not known"."""
    answers = list(answers)
    coded = [answer for answer in answers if answer]
    if any(_apart(one, two) or _apart(two, one) for one, two in combinations(coded, 2)):
        return "different"
    if len(coded) < len(answers) or any(answer["unchecked"] for answer in coded):
        return "not known"
    return "same"


def _apart(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether the first answer names a value that the second rules out."""
    return bool(one["true"] - two["true"] - set(two["unchecked"]))


def counts(rows: Rows) -> dict[str, int]:
    """How many questions are different, the same, or not known to be either."""
    return {name: sum(row["comparison"] == name for row in rows) for name in ("different", "same", "not known")}


def shown(group: dict[str, Any], only_differences: bool) -> dict[str, Any]:
    """The group without the rows that are not known to differ, where only differences are asked for."""
    rows = [row for row in group["rows"] if not only_differences or row["comparison"] in ("different", "")]
    return {**group, "rows": rows}


async def questions_by_pillar(database: Any, columns: Rows, pillar: str) -> Rows:
    """The law questions, one row each, in groups by pillar."""
    questions = await rows_of(
        database,
        """
        SELECT variables.id, variables.title, variables.question, variables.pillar, pillars.title AS pillar_title
          FROM variables JOIN pillars ON pillars.id = variables.pillar
         WHERE variables.basis = 'law' AND (:pillar = '' OR variables.pillar = :pillar)
         ORDER BY pillars.position, variables.position
        """,
        pillar=pillar,
    )
    answers = await on_each_day(columns, lambda on, codes: answers_on(database, on, codes, [one["id"] for one in questions]))
    groups: dict[str, dict[str, Any]] = {}
    for question in questions:
        cells = [answers[column["on"]].get((column["code"], question["id"])) for column in columns]
        group = groups.setdefault(question["pillar"], {"id": question["pillar"], "title": question["pillar_title"], "rows": []})
        group["rows"].append({**question, "cells": cells, "comparison": relation(cells), "topic": True})
    return list(groups.values())


async def on_each_day(columns: Rows, ask: Any) -> dict[str, Any]:
    """What ``ask(day, codes)`` finds, by day."""
    codes = list(dict.fromkeys(column["code"] for column in columns))
    return {on: await ask(on, codes) for on in dict.fromkeys(column["on"] for column in columns)}


async def overview(database: Any, columns: Rows, whole: bool) -> dict[str, Any]:
    """Label, flags, tallies of the checklists and, with the whole codebook, the distinction indicators one by one."""
    readings = await rows_of(
        database, "SELECT id, title, kind FROM readings WHERE kind IN ('label', 'flags', 'checklist') ORDER BY position"
    )
    results = await on_each_day(columns, lambda on, codes: reading_results(database, on, codes))
    labels = await label_spells(database, {column["code"] for column in columns})
    asked = {
        (row["jurisdiction"], row["reading"])
        for row in await rows_of(database, "SELECT DISTINCT jurisdiction, reading FROM reading_results")
    }
    rows = []
    for reading in readings:
        if not any((column["code"], reading["id"]) in asked for column in columns):
            continue
        cells = []
        for column in columns:
            items = results[column["on"]].get((column["code"], reading["id"]), [])
            if column["checked"] and (column["code"], reading["id"]) not in asked:
                cells.append({"label": "Not asked of this jurisdiction"})
            elif reading["id"] == LABEL:
                cells.append(label_cell(labels.get(column["code"], []), column["on"]))
            else:
                cells.append(flags_cell(items) if reading["kind"] == "flags" else tally_cell(items))
        rows.append({"id": reading["id"], "title": reading["title"], "cells": cells, "comparison": ""})
        if reading["id"] == INDICATORS and whole:
            rows += await indicator_rows(database, columns, results)
    return {"id": "overview", "title": "Derived from the answers", "rows": rows}


def label_cell(spells: Rows, on: str) -> dict[str, Any] | None:
    """The label of a day. Where the days before have none, its first day is that of the coding, not of the law."""
    for position, spell in enumerate(spells):
        if spell["valid_from"] <= on <= (spell["valid_until"] or on) and spell["result"] != "not_coded":
            after_another = position > 0 and spells[position - 1]["result"] != "not_coded"
            words = "Since" if after_another else "Derived for days from"
            return {"label": spell["label"], "value": spell["result"], "note": f"{words} {spell['valid_from']}"}
    return None


def flags_cell(items: Rows) -> dict[str, Any] | None:
    """The flags raised, and those that could not be told."""
    coded = [item for item in items if item["result"] != "not_coded"]
    if not coded:
        return None
    raised = [f"{item['item']} {item['title']}" for item in coded if item["result"] == "yes"]
    untold = [item["item"] for item in items if item["result"] == "not_coded"]
    note = f"Not coded: {', '.join(untold)}" if untold else ""
    return {"lines": raised, "label": "; ".join(raised) or "No flag is raised", "note": note}


def tally_cell(items: Rows) -> dict[str, Any] | None:
    """How many items have which result, of those coded; never a total or a share."""
    coded = sorted((item for item in items if item["result"] != "not_coded"), key=lambda item: item["position"])
    if not coded:
        return None
    tally: dict[str, int] = {}
    for item in coded:
        tally[item["label"].lower()] = tally.get(item["label"].lower(), 0) + 1
    counted = ", ".join(f"{number} {label}" for label, number in tally.items())
    return {"label": f"{counted}, of {len(coded)} coded", "note": f"{len(items) - len(coded)} not coded" if len(items) > len(coded) else ""}


async def indicator_rows(database: Any, columns: Rows, results: dict[str, Any]) -> Rows:
    """The distinction indicators, one row each."""
    items = await rows_of(database, "SELECT item, title FROM reading_items WHERE reading = :reading ORDER BY position", reading=INDICATORS)
    rows = []
    for item in items:
        cells = []
        for column in columns:
            found = results[column["on"]].get((column["code"], INDICATORS), [])
            one = next((result for result in found if result["item"] == item["item"] and result["result"] != "not_coded"), None)
            cells.append({"label": one["label"], "value": one["result"], "true": {one["result"]}, "unchecked": {}} if one else None)
        rows.append({"id": item["item"], "title": f"{item['item']} {item['title']}", "cells": cells, "comparison": relation(cells)})
    return rows


def cell_texts(cell: dict[str, Any] | None) -> list[str]:
    """One cell as the CSV writes it, in the order of ``CELL_COLUMNS``."""
    if cell is None:
        return ["not coded", *[""] * (len(CELL_COLUMNS) - 1)]
    return [
        cell["label"],
        cell.get("value") or "",
        cell.get("valid_from") or "",
        cell.get("from_precision") or "",
        cell.get("grade") or "",
        articles(cell.get("citations", [])),
        "; ".join(cell.get("unchecked", {}).values()),
        cell.get("inherited_from") or "",
        cell.get("note") or "",
    ]


ROUTES = [
    (r"^/compare$", compare_page),
    (r"^/compare\.csv$", compare_csv),
]
