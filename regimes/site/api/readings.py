"""Readings and everyday cases: what is derived from the answers, with the answers that produced it."""

from __future__ import annotations

import json
from typing import Any

from ..common import ON as IN_FORCE
from ..common import Rows, rows_of
from .answers import DAYS
from .contract import Asked, Column, Endpoint, NotFound

SCENARIOS = "scenarios"
LABEL_STATE = "derived, or not_coded: an answer it needs is missing."
BECAUSE = (
    Column("variable", "string", "Id of the question."),
    Column("state", "string", "answer, or not_coded."),
    Column("label", "string", "The answer in words; empty where it is not coded."),
)
READING = (
    Column("id", "string", "Id of the reading."),
    Column("title", "string", "Its title."),
    Column("kind", "string", "label, flags, checklist or scenarios."),
    Column("description", "string", "What it computes."),
    Column("limits", "array", "What limits it; to be shown wherever it is shown."),
)
ITEM = (
    Column("item", "string", "Id of the item."),
    Column("title", "string", "What it asks."),
    Column("provision", "string", "The provision behind it, where it has one."),
    Column("inputs", "array", "The questions it reads."),
)
LABELS = (
    Column("result", "string", "Id of the result."),
    Column("label", "string", "The result in words."),
    Column("also_called", "array", "What others call it."),
)
RESULT = (
    Column("jurisdiction", "string", "Code."),
    Column("name", "string", "Name."),
    Column("item", "string", "Id of the item."),
    Column("state", "string", LABEL_STATE),
    Column("result", "string", "Id of the result."),
    Column("label", "string", "The result in words."),
    *DAYS,
    Column("because", "array", "The answers that produced it.", columns=BECAUSE),
)
NEAR = (
    Column("jurisdiction", "string", "Code."),
    Column("item", "string", "Id of the item."),
    Column("variable", "string", "The one question."),
    Column("answer_value", "string", "Its answer."),
    Column("other_value", "string", "The other answer."),
    Column("other_result", "string", "The result it would give, all else unchanged."),
)


async def label_names(database: Any, code: str = "") -> dict[str, str]:
    """The labels of answers by id, of one jurisdiction or of all."""
    rows = await rows_of(database, "SELECT id, label FROM answers WHERE :code = '' OR jurisdiction = :code", code=code)
    return {row["id"]: row["label"] for row in rows}


def because_of(trace: str, labels: dict[str, str]) -> Rows:
    """The why of a result: questions with the answers they had."""
    parts = json.loads(trace)
    return [
        {
            "variable": part["variable"],
            "state": "answer" if part["answer"] in labels else "not_coded",
            "label": labels.get(part["answer"], ""),
        }
        for part in parts
    ]


async def readings(database: Any, asked: Asked) -> Rows:
    rows = await rows_of(database, "SELECT * FROM readings ORDER BY position")
    return [{**row, "limits": row["limits"].split("\n")} for row in rows]


async def reading(database: Any, asked: Asked) -> dict[str, Any]:
    """One reading with its items, results and near misses."""
    known = {row["id"]: row for row in await readings(database, asked)}
    id = asked["id"]
    if id not in known:
        raise NotFound("reading", id, known)
    items = await rows_of(database, "SELECT * FROM reading_items WHERE reading = :id ORDER BY position", id=id)
    labels = await rows_of(database, "SELECT * FROM reading_labels WHERE reading = :id ORDER BY position", id=id)
    near = await rows_of(
        database, "SELECT * FROM near_misses WHERE reading = :id ORDER BY jurisdiction, item, variable, other_value", id=id
    )
    return {
        **known[id],
        "items": [{**row, "inputs": row["inputs"].split(", ")} for row in items],
        "labels": [{**row, "also_called": [name for name in row["also_called"].split(", ") if name]} for row in labels],
        "results": await results(database, id, asked.on),
        "near_misses": near,
    }


async def results(database: Any, reading: str, on: str, item: str = "") -> Rows:
    """Every jurisdiction's results on the day, those that are not coded too, each with its why."""
    rows = await rows_of(
        database,
        f"""
        SELECT reading_results.*, jurisdictions.name, reading_labels.label
          FROM reading_results
          JOIN jurisdictions ON jurisdictions.code = reading_results.jurisdiction
          JOIN reading_items USING (reading, item)
          JOIN reading_labels USING (reading, result)
         WHERE reading_results.reading = :reading AND (:item = '' OR reading_results.item = :item) AND {IN_FORCE.format(table="reading_results")}
         ORDER BY reading_results.jurisdiction, reading_items.position
        """,
        reading=reading,
        item=item,
        on=on,
    )
    labels = await label_names(database)
    states = {"not_coded": "not_coded"}
    return [{**row, "state": states.get(row["result"], "derived"), "because": because_of(row["trace"], labels)} for row in rows]


CASE = (
    Column("id", "string", "Id of the case."),
    Column("title", "string", "The case in a few words."),
    Column("case", "string", "The case."),
    Column("inputs", "array", "The questions whose answers decide it."),
)


async def scenarios(database: Any, asked: Asked) -> Rows:
    rows = await rows_of(database, "SELECT * FROM reading_items WHERE reading = :reading ORDER BY position", reading=SCENARIOS)
    return [{**row, "id": row["item"], "case": row["case_text"], "inputs": row["inputs"].split(", ")} for row in rows]


async def scenario(database: Any, asked: Asked) -> dict[str, Any]:
    known = {row["id"]: row for row in await scenarios(database, asked)}
    id = asked["id"]
    if id not in known:
        raise NotFound("case", id, known)
    return {**known[id], "results": await results(database, SCENARIOS, asked.on, id)}


ENDPOINTS = (
    Endpoint("readings", "/readings", "The readings: labels, flags and checklists derived from answers.", READING, readings),
    Endpoint(
        "reading",
        "/readings/{id}",
        "One reading: its items, every jurisdiction's results on a day with their why, and near misses.",
        (
            *READING,
            Column("items", "array", "Its items.", columns=ITEM),
            Column("labels", "array", "The results it can have.", columns=LABELS),
            Column("results", "array", "Results on the day.", columns=RESULT),
            Column(
                "near_misses",
                "array",
                "The one other answer that would give another label, on the day of each record's check.",
                columns=NEAR,
            ),
        ),
        reading,
        many=False,
        dated=True,
    ),
    Endpoint("scenarios", "/scenarios", "Everyday cases.", CASE, scenarios),
    Endpoint(
        "scenario",
        "/scenarios/{id}",
        "One everyday case and how each jurisdiction's law answers it on a day.",
        (*CASE, Column("results", "array", "Results on the day.", columns=RESULT)),
        scenario,
        many=False,
        dated=True,
    ),
)
