"""The map: any question or derived reading, on any day, as shapes, a legend and the same thing as a table."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from ...dates import day_after
from ..common import LABEL, ON, Rows, address, database_of, day_asked, default_day, page, rows_of

ATLAS = Path(__file__).resolve().parent.parent / "atlas.json"
FIRST_YEAR = 1990
AREAS = {
    "world": "World",
    "africa": "Africa",
    "asia": "Asia",
    "caribbean": "Caribbean",
    "europe": "Europe",
    "north-america": "North America",
    "oceania": "Oceania",
    "south-america": "South America",
}
# A sheet of its own for each of these, with what its places are called.
PARTS = {
    "AU": ("Australia: states and territories", "states and territories"),
    "CA": ("Canada: provinces and territories", "provinces and territories"),
    "GB": ("United Kingdom: its legal systems", "legal systems (England and Wales are one)"),
    "MX": ("Mexico: states", "states (with Mexico City)"),
    "US": ("United States: states", "states (with the District of Columbia)"),
}
AREAS |= {code: title for code, (title, _) in PARTS.items()}
SORTS = {"name": "Jurisdiction", "value": "Answer", "since": "Since"}
# A place smaller than this, in square pixels of a map 960 pixels wide, is drawn as a dot of fixed size.
DOT_BELOW = 6
# In a view of a part of the world, a place smaller than this can be touched beside its outline.
TOUCH_BELOW = 200
# A place at least this large carries its letter; a very large one also on a narrow screen.
LETTER_FROM, LETTER_ALWAYS_FROM = 60, 1200
COLOURS = 10
# Answers and results that say where to look, not what the rule is: one neutral tone.
ELSEWHERE = {"left_to_subnational", "decided_nationally", "not_applicable", "see_parent", "R1"}
# The highest number of each bin; the last bin has no end.
BINS: dict[str, list[tuple[str, int | None]]] = {
    "months of imprisonment": [
        ("Up to 1 year", 12),
        ("Over 1, up to 5 years", 60),
        ("Over 5, up to 10 years", 120),
        ("Over 10, up to 20 years", 240),
        ("Over 20 years", None),
    ],
    "days": [("Up to 30 days", 30), ("31 to 45 days", 45), ("46 to 90 days", 90), ("Over 90 days", None)],
    "years of age": [("Up to 15", 15), ("16 or 17", 17), ("18", 18), ("19 or more", None)],
}


async def map_page(datasette: Any, request: Any) -> Response:
    """The map of one subject on one day, with its form, legend and table."""
    return await page(datasette, request, "map.html", await asked_map(datasette, request))


async def asked_map(datasette: Any, request: Any) -> dict[str, Any]:
    """The map that a request asks for, with what its forms need; the front page shows it too."""
    database = database_of(datasette)
    asked = {name: (request.args.get(name) or "").strip() for name in ("subject", "value", "area", "sort", "year")}
    on, problem = day_asked(datasette, request)
    if asked["year"] and not request.args.get("on"):
        on, problem = end_of_year(asked["year"], default_day(datasette))
    groups = await subjects(database)
    known = {one["id"]: one for _, members in groups for one in members}
    subject = asked["subject"] or LABEL
    if subject not in known:
        problem = unknown("subject", subject, list(known))
        subject = LABEL
    area = asked["area"] or "world"
    if area not in AREAS:
        problem, area = unknown("area", area, list(AREAS)), "world"
    sort = asked["sort"] or "name"
    if sort.removeprefix("-") not in SORTS:
        problem, sort = unknown("order", sort, list(SORTS)), "name"
    shown = await map_context(database, subject, on, value=asked["value"], area=area, sort=sort)
    if asked["value"] and asked["value"] != shown["value"]:
        problem = unknown("value", asked["value"], [one["value"] for one in shown["picks"]])
    return {
        "on": on,
        "problem": problem,
        "groups": groups,
        "map": shown,
        "areas": AREAS,
        "year": on[:4],
        "years": (FIRST_YEAR, int(default_day(datasette)[:4])),
        "address": address(datasette, request, f"/map?{shown['query']}"),
        "sorts": sort_links(shown, sort),
    }


async def subjects(database: Any) -> list[tuple[str, Rows]]:
    """What can be mapped, in groups: the items of every reading, then the law questions by pillar."""
    items = await rows_of(
        database,
        """
        SELECT readings.id AS reading, readings.title AS title_of_group, readings.kind, reading_items.item, reading_items.title
          FROM readings JOIN reading_items ON reading_items.reading = readings.id
         ORDER BY readings.position, reading_items.position
        """,
    )
    variables = await rows_of(
        database,
        """
        SELECT variables.id, variables.title, pillars.title AS title_of_group
          FROM variables JOIN pillars ON pillars.id = variables.pillar
         WHERE variables.basis = 'law' ORDER BY pillars.position, variables.position
        """,
    )
    named = [
        {"id": row["reading"], **row}
        if row["kind"] == "label"
        else {**row, "id": f"{row['reading']}:{row['item']}", "title": f"{row['item']} {row['title']}"}
        for row in items
    ]
    return [(title, list(members)) for title, members in groupby([*named, *variables], key=lambda one: one["title_of_group"])]


async def map_context(database: Any, subject: str, on: str, value: str = "", area: str = "world", sort: str = "name") -> dict[str, Any]:
    """Everything the macro ``draw`` of ``_map.html`` needs, and the same findings as rows.

    ``subject`` is an id that ``subjects`` lists. Of a question with several answers one value is mapped: ``value``,
    or its first. ``area`` is a key of ``AREAS``.
    """
    about = await reading_subject(database, subject, on) or await variable_subject(database, subject, on, value)
    legend, findings = about["legend"], about["findings"]
    places = await rows_of(
        database,
        """
        SELECT jurisdictions.code, jurisdictions.name, jurisdictions.kind, jurisdictions.parent, parent.name AS parent_name
          FROM jurisdictions LEFT JOIN jurisdictions AS parent ON parent.code = jurisdictions.parent
         ORDER BY jurisdictions.name, jurisdictions.code
        """,
    )
    names = {place["code"]: place["name"] for place in places}
    shapes = draw({code: finding["category"] for code, finding in findings.items()}, legend, area)
    for shape in shapes["shapes"]:
        finding = findings.get(shape["code"])
        shape["name"] = names.get(shape["code"], "")
        shape["text"] = finding["label"] if finding else "Not coded"
    # The order of painting and of the keyboard: the large by name, those with room for a finger beside them, then dots.
    shapes["shapes"].sort(key=lambda shape: (shape["dot"], shape["touch"], shape["name"]))
    drawn = [shape["code"] for shape in drawn_set(area) if shape["code"] in names]
    counted = [findings[code]["category"] for code in drawn if code in findings]
    for entry in legend:
        entry["count"] = counted.count(entry["category"])
    rows = [{**place, **findings[place["code"]]} for place in places if place["code"] in findings and within(place, area)]
    missing = [place for place in places if place["code"] not in findings and within(place, area)]
    return {
        **about,
        **shapes,
        "subject": subject,
        "on": on,
        "area": area,
        "area_title": AREAS[area],
        "query": urlencode({"subject": subject, **({"value": about["value"]} if about["value"] else {}), "area": area, "on": on}),
        "not_coded_count": len(drawn) - len(counted),
        "drawn": len(drawn),
        "rows": ordered(rows, legend, sort),
        "parts": area in PARTS,
        "part_maps": [] if area in PARTS else [(code, title) for code, (title, _) in PARTS.items()],
        "noun": PARTS[area][1] if area in PARTS else "countries and territories of the world",
        "missing": [place for place in missing if place["kind"] != "subnational" or area in PARTS],
        "missing_parts": [] if area in PARTS else count_parts(missing),
    }


def draw(values: dict[str, str], legend: Rows, area: str) -> dict[str, Any]:
    """The shapes of a view, each with the class and letter of its jurisdiction's category."""
    sheet = sheet_of(area)
    left, top, width, height = sheet.get("views", {}).get(area) or (0, 0, sheet["width"], sheet["height"])
    zoom = sheet["width"] / width
    styles = {entry["category"]: entry for entry in legend}
    shapes = []
    for shape in drawn_set(area):
        box = shape.get("box") or [*shape["at"], *shape["at"]]
        if box[2] < left or box[0] > left + width or box[3] < top or box[1] > top + height:
            continue
        style = styles.get(values.get(shape["code"], ""))
        size = shape["area"] * zoom * zoom
        letter = style["letter"] if style and size >= LETTER_FROM else ""
        shapes.append(
            {
                "code": shape["code"],
                "path": shape.get("path", ""),
                "at": shape["at"],
                "dot": size < DOT_BELOW or "path" not in shape,
                "touch": size < (DOT_BELOW if area == "world" else TOUCH_BELOW) or "path" not in shape,
                "css": style["css"] if style else "none",
                "letter": letter,
                "large": size >= LETTER_ALWAYS_FROM,
            }
        )
    return {"view": f"{left} {top} {width} {height}", "width": width, "height": height, "letter_size": round(width / 80), "shapes": shapes}


@cache
def atlas() -> dict[str, Any]:
    """The outlines, projected and made whole numbers once (docs/atlas.md)."""
    return json.loads(ATLAS.read_text(encoding="utf-8"))


def sheet_of(area: str) -> dict[str, Any]:
    """The sheet of a state's parts, or that of the world."""
    return atlas()[area if area in PARTS else "world"]


def drawn_set(area: str) -> Rows:
    """The shapes of the sheet that an area is on, in the order of their codes."""
    return [{"code": code, **shape} for code, shape in sheet_of(area)["shapes"].items()]


def within(place: dict[str, Any], area: str) -> bool:
    return area not in PARTS or area in (place["code"], place["parent"])


def count_parts(missing: Rows) -> Rows:
    """How many parts of each federal state have no answer, and whether they have a map."""
    parents = sorted((place["parent_name"], place["parent"]) for place in missing if place["kind"] == "subnational")
    return [
        {"name": name, "area": code if code in PARTS else "", "count": len(list(members))} for (name, code), members in groupby(parents)
    ]


async def reading_subject(database: Any, subject: str, on: str) -> dict[str, Any] | None:
    """A derived reading: its legend, and each jurisdiction's result on the day with the answers that produced it."""
    reading, _, item = subject.partition(":")
    found = await rows_of(
        database,
        """
        SELECT readings.id, readings.kind, readings.title AS reading_title, readings.description, reading_items.item, reading_items.title
          FROM readings JOIN reading_items ON reading_items.reading = readings.id
         WHERE readings.id = :reading AND (reading_items.item = :item OR (:item = '' AND readings.kind = 'label'))
        """,
        reading=reading,
        item=item,
    )
    if not found:
        return None
    one = found[0]
    labels = await rows_of(database, "SELECT result, label FROM reading_labels WHERE reading = :reading ORDER BY position", reading=reading)
    results = await rows_of(
        database,
        """
        SELECT reading_results.jurisdiction, reading_results.result AS category, reading_labels.label, reading_results.valid_from,
               reading_results.valid_until, reading_results.trace
          FROM reading_results JOIN reading_labels USING (reading, result)
         WHERE reading = :reading AND item = :item AND reading_results.valid_from <= :on
         ORDER BY jurisdiction, reading_results.valid_from
        """,
        reading=reading,
        item=one["item"],
        on=on,
    )
    titles = {row["id"]: row["title"] for row in await rows_of(database, "SELECT id, title FROM variables")}
    findings = in_force(results, on)
    for finding in findings.values():
        # A result is dated exactly only where it follows another result; else it is where coding begins.
        finding["from_precision"] = "day" if finding["follows"] not in (None, "not_coded") else "by"
        finding["because"] = [{"variable": part["variable"], "title": titles[part["variable"]]} for part in json.loads(finding["trace"])]
    return {
        "title": one["title"] if one["kind"] == "label" else f"{one['item']} {one['title']}",
        "explained": f"{one['reading_title']}. {one['description']}" if one["kind"] != "label" else one["description"],
        "derived": True,
        "value": "",
        "picks": [],
        "legend": legend_of([(row["result"], row["label"]) for row in labels if row["result"] != "not_coded"]),
        "findings": {code: finding for code, finding in findings.items() if finding["category"] != "not_coded"},
    }


async def variable_subject(database: Any, subject: str, on: str, value: str) -> dict[str, Any]:
    """A question of the codebook: its legend, and each jurisdiction's answer on the day with what it cites."""
    one = (await rows_of(database, "SELECT id, title, type, unit, question FROM variables WHERE id = :id", id=subject))[0]
    values = await rows_of(
        database, "SELECT value, label, exclusive FROM variable_values WHERE variable = :id ORDER BY position", id=subject
    )
    picks = [row for row in values if not row["exclusive"]] if one["type"] == "multi" else []
    picked = next((row for row in picks if row["value"] == value), picks[0] if picks else {"value": "", "label": ""})
    answers = await rows_of(
        database,
        """
        SELECT answers.id, answers.jurisdiction, answers.value, answers.number, answers.label, answers.valid_from, answers.valid_until,
               answers.from_precision, answers.inherited_from, answer_values.state
          FROM answers LEFT JOIN answer_values ON answer_values.answer = answers.id AND answer_values.value = :value
         WHERE answers.variable = :id AND answers.valid_from <= :on
         ORDER BY answers.jurisdiction, answers.valid_from
        """,
        id=subject,
        value=picked["value"],
        on=on,
    )
    for answer in answers:
        answer["category"] = category_of(answer, one)
        if answer["category"] in ("included", "not_included"):
            answer["label"] = {"included": "Included", "not_included": "Not included"}[answer["category"]]
    findings = {code: finding for code, finding in in_force(answers, on).items() if finding["category"]}
    cited = await citations(database, subject, on)
    for finding in findings.values():
        finding["citations"] = cited.get(finding["id"], [])
    if one["type"] == "multi":
        categories = [("included", "Included"), ("not_included", "Not included")]
        categories += [(row["value"], row["label"]) for row in values if row["value"] in ELSEWHERE]
    else:
        categories = [(row["value"], row["label"]) for row in values]
        categories += [(label, label) for label, _ in BINS[one["unit"]]] if one["type"] == "integer" else []
    return {
        "title": f"{one['title']}: {picked['label']}" if picks else one["title"],
        "explained": one["question"],
        "derived": False,
        "value": picked["value"],
        "picks": picks,
        "legend": legend_of(categories),
        "findings": findings,
    }


def category_of(answer: dict[str, Any], variable: dict[str, Any]) -> str:
    """The class of the legend that an answer falls in; empty where the mapped value was not checked."""
    if variable["type"] == "integer" and answer["number"] is not None:
        return next(label for label, highest in BINS[variable["unit"]] if highest is None or answer["number"] <= highest)
    if variable["type"] != "multi" or answer["value"] in ELSEWHERE:
        return answer["value"]
    return {"true": "included", "unchecked": "", None: "not_included"}[answer["state"]]


def in_force(spells: Rows, on: str) -> dict[str, dict[str, Any]]:
    """By jurisdiction the spell that holds on the day, dated from the first of the unbroken spells that say the same."""
    found = {}
    for code, members in groupby(spells, key=lambda spell: spell["jurisdiction"]):
        last: dict[str, Any] = {}
        for spell in members:
            unbroken = last and last["valid_until"] and day_after(last["valid_until"]) == spell["valid_from"]
            if unbroken and (last["category"], last["label"]) == (spell["category"], spell["label"]):
                kept = {name: last[name] for name in ("valid_from", "from_precision", "follows") if name in last}
                last = {**spell, **kept}
            else:
                last = {**spell, "follows": last["category"] if unbroken else None}
        if last["valid_until"] is None or last["valid_until"] >= on:
            found[code] = last
    return found


def legend_of(categories: list[tuple[str, str]]) -> Rows:
    """Each category with its colour class and its letter: the same on every day and in every view."""
    free = iter(range(COLOURS))
    return [
        {
            "category": category,
            "label": label,
            "letter": chr(ord("A") + position),
            "css": "other" if category in ELSEWHERE else f"c{next(free)}",
        }
        for position, (category, label) in enumerate(categories)
    ]


async def citations(database: Any, variable: str, on: str) -> dict[str, Rows]:
    """What the answers to a question on a day cite, by answer."""
    rows = await rows_of(
        database,
        f"""
        SELECT citations.answer, citations.pinpoint, sources.id AS source, sources.title, sources.jurisdiction
          FROM answers
          JOIN citations ON citations.answer = answers.id
          JOIN sources ON sources.id = citations.source
         WHERE answers.variable = :variable AND {ON.format(table="answers")}
         ORDER BY citations.answer, citations.position
        """,
        variable=variable,
        on=on,
    )
    return {answer: list(members) for answer, members in groupby(rows, key=lambda row: row["answer"])}


def ordered(rows: Rows, legend: Rows, sort: str) -> Rows:
    """The rows by name (as they come), by answer in the order of the legend, or by the day it began."""
    places = {entry["category"]: entry for entry in legend}
    for row in rows:
        row["letter"] = places[row["category"]]["letter"]
    keys = {"value": lambda row: (row["letter"], row.get("number") or 0), "since": lambda row: row["valid_from"]}
    name = sort.removeprefix("-")
    if name in keys:
        rows.sort(key=keys[name], reverse=sort.startswith("-"))
    elif sort == "-name":
        rows.reverse()
    return rows


def sort_links(shown: dict[str, Any], sort: str) -> Rows:
    """A link a sortable column: to its order, or to the reverse where it is the order shown."""
    return [
        {
            "title": title,
            "query": f"{shown['query']}&sort={'-' if sort == name else ''}{name}",
            "aria": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
        }
        for name, title in SORTS.items()
    ]


def end_of_year(asked: str, default: str) -> tuple[str, str]:
    """The last day of a year, or of the year so far."""
    if len(asked) == 4 and asked.isascii() and asked.isdigit() and asked >= "1000":
        return (default if asked == default[:4] else f"{asked}-12-31"), ""
    return default, f"“{asked[:40]}” is not a year. Write four digits, such as 2015. Shown is {default}."


def unknown(what: str, asked: str, known: list[str]) -> str:
    """A sentence on an id that does not exist, with those that look like it."""
    if not known:
        return f"This subject has no {what} to choose, so “{asked[:40]}” was left out."
    near = get_close_matches(asked, known, n=3)
    return f"There is no {what} “{asked[:40]}”." + (
        f" Did you mean {' or '.join(near)}?" if near else f" Known are {', '.join(known[:9])}."
    )


ROUTES = [
    (r"^/map$", map_page),
]
