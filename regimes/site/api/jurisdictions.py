"""Jurisdictions: the list, and everything about one."""

from __future__ import annotations

from typing import Any

from ..common import LABEL, Rows, rows_of
from ..common import ON as IN_FORCE
from ..lookups import known_jurisdictions, label_spells, moved_to
from ..pages import jurisdiction as page
from .answers import ANSWER, DAYS, NOT_CODED, answers
from .contract import Asked, Column, Endpoint, Moved, NotFound, Parameter
from .readings import BECAUSE, LABEL_STATE, because_of, label_names

PLACE = (
    Column("code", "string", "Code: ISO 3166-1, ISO 3166-2, or as code_standard says."),
    Column("name", "string", "Name in English."),
    Column("kind", "string", "country, territory, subnational or supranational."),
    Column("parent", "string", "Code of the whole it is a part of.", nullable=True),
    Column("region", "string", "Region of the United Nations' list."),
    Column("subregion", "string", "Subregion."),
    Column("coded", "boolean", "Whether its law has been coded."),
    Column("checked", "day", "Day on which its record was last held against its sources; null: not coded.", nullable=True),
    Column("from_secondary_sources", "boolean", "Whether its record rests on secondary sources alone."),
    Column("label_state", "string", "derived: there is a label; not_coded: an answer it needs is missing."),
    Column("label", "string", "Sex work regime on the day, in words; empty where it is not coded."),
    Column("label_id", "string", "The same as an id."),
    Column("answered", "integer", "Law questions answered on the day."),
    Column("answered_core", "integer", "Core questions answered on the day."),
)


async def jurisdictions(database: Any, asked: Asked) -> Rows:
    """Every jurisdiction with how much of its law is coded on the day, and its label."""
    rows = await rows_of(
        database,
        f"""
        SELECT jurisdictions.*, jurisdictions.checked IS NOT NULL AS coded, coalesce(counts.answered, 0) AS answered,
               coalesce(counts.core, 0) AS answered_core, coalesce(label.result, 'not_coded') AS result, coalesce(label.label, '') AS label
          FROM jurisdictions
          LEFT JOIN (SELECT jurisdiction, count(*) AS answered, sum(core) AS core
                       FROM answers JOIN variables ON variables.id = answers.variable
                      WHERE basis = 'law' AND derived_from = '' AND {IN_FORCE.format(table="answers")} GROUP BY jurisdiction) AS counts
                 ON counts.jurisdiction = jurisdictions.code
          LEFT JOIN (SELECT reading_results.jurisdiction, result, reading_labels.label
                       FROM reading_results JOIN reading_labels USING (reading, result)
                      WHERE reading = :reading AND {IN_FORCE.format(table="reading_results")}) AS label
                 ON label.jurisdiction = jurisdictions.code
         WHERE (:coded IS NULL OR (jurisdictions.checked IS NOT NULL) = :coded) AND (:kind IS NULL OR kind = :kind)
           AND (:parent IS NULL OR parent = :parent) AND (:code IS NULL OR jurisdictions.code = :code)
         ORDER BY jurisdictions.code
        """,
        on=asked.on,
        reading=LABEL,
        **{name: asked[name] for name in ("coded", "kind", "parent", "code")},
    )
    return [labelled(row) for row in rows]


def labelled(row: dict[str, Any]) -> dict[str, Any]:
    coded = row["result"] != "not_coded"
    state = {"label_state": "derived" if coded else "not_coded"}
    return {**row, **state, "label_id": row["result"] if coded else "", "label": row["label"] if coded else ""}


NAME = (Column("language", "string", "Language code."), Column("name", "string", "The name in that language."))
RESULT = (
    Column("reading", "string", "Id of the reading."),
    Column("item", "string", "Id of the item."),
    Column("title", "string", "What the item asks."),
    Column("state", "string", LABEL_STATE),
    Column("result", "string", "Id of the result; not_coded where an answer it needs is missing."),
    Column("label", "string", "The result in words."),
    *DAYS,
    Column("because", "array", "The answers that produced it.", columns=BECAUSE),
)
SPELL = (Column("label_id", "string", "Id of the label."), Column("label", "string", "The label in words."), *DAYS)
CHANGE = (
    Column("changed_on", "day", "First day of the new answer."),
    Column("precision", "string", "How exactly that day is known."),
    Column("variable", "string", "Id of the question."),
    Column("title", "string", "Its short title."),
    Column("before_label", "string", "The answer before."),
    Column("after_label", "string", "The answer since."),
)
TREATY = (
    Column("instrument", "string", "Id of the instrument."),
    Column("short_title", "string", "Its usual name."),
    Column("state", "string", "party, not a party, or unknown: no list that was read reaches the day."),
    Column("act", "string", "ratification, accession and the like; empty where there is none."),
    Column("deposited", "day", "Day of the deposit, as far as known.", nullable=True),
    Column("in_force", "day", "Day from which it is bound.", nullable=True),
    Column("note", "string", "Territories, declarations."),
)
ASSESSMENT = (
    Column("assessment", "string", "Id of the assessment."),
    Column("publisher", "string", "Who made it; it is not a finding of Regimes."),
    Column("year", "integer", "Year of publication."),
    Column("label", "string", "What it says."),
)
SOURCE = (
    Column("id", "string", "Id of the text."),
    Column("title", "string", "Title in the language of the text."),
    Column("title_en", "string", "Title in English; empty where it is English."),
    Column("kind", "string", "constitution, statute, regulation, case, official_report and so on."),
    Column("language", "string", "Language code."),
    Column("url", "string", "The official text, where the record names one."),
    Column("version", "day", "Day of the wording that was read.", nullable=True),
    Column("read_form", "string", "original, official_translation, unofficial_translation or quoted_elsewhere."),
    Column("read_at", "string", "Where it was read."),
    Column("read_on", "day", "When it was read."),
    Column("grade", "string", "A, B or C."),
    Column("note", "string", "Limits of the copy."),
)


async def jurisdiction(database: Any, asked: Asked) -> dict[str, Any]:
    """Everything about one jurisdiction on a day."""
    code = asked["code"].upper()
    if await page.jurisdiction(database, code) is None:
        if new := await moved_to(database, "jurisdiction", code):
            raise Moved(f"/jurisdictions/{new}")
        known = await known_jurisdictions(database)
        names = {one["name"].upper(): one["code"] for one in known.values()}
        raise NotFound("jurisdiction", names.get(code, code), known)
    [one] = await jurisdictions(database, Asked(asked.on, asked.on_given, {"code": code}))
    missing = await page.gaps(database, code, asked.on)
    details = {row["id"]: row for row in await rows_of(database, "SELECT id, pillar, core FROM variables")}
    return {
        **one,
        "names": await page.names(database, code),
        "summary": await page.summary(database, code, asked.on) if one["coded"] else [],
        "labels": [
            {**spell, "label_id": spell["result"]}
            for spell in (await label_spells(database, [code])).get(code, [])
            if spell["result"] != "not_coded"
        ],
        "answers": await answers(database, Asked(asked.on, asked.on_given, {"jurisdiction": [code]})),
        "not_coded": [
            {**details[row["id"]], **row, "variable": row["id"], "state": "not_coded", "reason": row["reason"] or ""} for row in missing
        ],
        "readings": await results(database, code, asked.on),
        "changes": await page.timeline(database, code),
        "treaties": [
            {**row, "instrument": row["id"], "act": row["act"] or "", "note": row["note"] or ""}
            for row in await page.treaties_of(database, code, asked.on)
        ],
        "assessments": [
            {**row, "assessment": found["id"], "publisher": found["publisher"]}
            for found in await page.assessments_of(database, code)
            for row in found["years"]
        ],
        "sources": await page.sources(database, code),
    }


async def results(database: Any, code: str, on: str) -> Rows:
    """What every item of the readings gives for a jurisdiction on the day."""
    titles = await label_names(database, code)
    found = []
    for reading in await page.readings(database, code, on):
        for row in reading["items"]:
            state = "not_coded" if row["result"] == "not_coded" else "derived"
            found.append({**row, "state": state, "because": because_of(row["trace"], titles)})
    return found


ENDPOINTS = (
    Endpoint(
        "jurisdictions",
        "/jurisdictions",
        "Every jurisdiction, with its label on a day and how much is coded.",
        PLACE,
        jurisdictions,
        (
            Parameter("coded", "Only those whose law has been coded, or only the others.", "boolean", "true"),
            Parameter("kind", "Kind of jurisdiction.", choices=("country", "territory", "subnational", "supranational")),
            Parameter("parent", "Only the parts of this one.", example="US", known="jurisdiction"),
        ),
        dated=True,
    ),
    Endpoint(
        "jurisdiction",
        "/jurisdictions/{code}",
        "Everything about one jurisdiction on a day: answers with articles, labels with their why, treaties, sources, gaps.",
        (
            *PLACE,
            Column("names", "array", "Its names in other languages.", columns=NAME),
            Column("summary", "array", "Sentences composed from the answers."),
            Column("labels", "array", "Its labels through time.", columns=SPELL),
            Column("answers", "array", "Answers in force.", columns=ANSWER),
            Column("not_coded", "array", "Law questions without an answer.", columns=NOT_CODED),
            Column("readings", "array", "Labels, flags, indicators, checklists and everyday cases.", columns=RESULT),
            Column("changes", "array", "Changes of the law, newest first, of all time.", columns=CHANGE),
            Column("treaties", "array", "Its relation to each instrument.", columns=TREATY),
            Column("assessments", "array", "Assessments by others.", columns=ASSESSMENT),
            Column("sources", "array", "The texts that were read.", columns=SOURCE),
        ),
        jurisdiction,
        many=False,
        dated=True,
    ),
)
