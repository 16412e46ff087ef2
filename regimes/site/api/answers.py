"""Answers, and the questions that they answer."""

from __future__ import annotations

import json
from typing import Any

from ..common import ON as IN_FORCE
from ..common import Rows, rows_of
from ..lookups import answers_where, moved_to
from .contract import ALL_DAYS, Asked, Column, Endpoint, Moved, NotFound, Parameter
from .contract import ON as ON_DAY

CITATION = (
    Column("source", "string", "Id of the text, as /sources gives it."),
    Column("title", "string", "Title in the language of the text."),
    Column("title_en", "string", "Title in English; empty where it is English."),
    Column("pinpoint", "string", "Article, section or paragraph."),
    Column("language", "string", "Language code of the text."),
)
DAYS = (
    Column("valid_from", "day", "First day on which it is true."),
    Column("valid_until", "day", "Last day on which it is true; null: it is still true.", nullable=True),
)
ANSWER = (
    Column("id", "string", "Jurisdiction, question and first day."),
    Column("jurisdiction", "string", "Code of the jurisdiction."),
    Column("name", "string", "Its name."),
    Column("variable", "string", "Id of the question."),
    Column("title", "string", "Short title of the question."),
    Column("pillar", "string", "Pillar of the codebook."),
    Column("core", "boolean", "Whether it is asked of every jurisdiction first."),
    Column("state", "string", "answer: a provision states it; finding_of_absence: there is no such rule, after a search."),
    Column("value", "string", "The value: a word of the codebook, a number, or words separated by commas."),
    Column("values", "array", "Every value that the answer names."),
    Column("number", "integer", "The number, where the answer is one.", nullable=True),
    Column("label", "string", "The answer in words."),
    Column("unchecked", "array", "Values that could not be checked: not known either way."),
    *DAYS,
    Column("from_precision", "string", "day, month or year; by: true by that day, start not researched."),
    Column("citations", "array", "The texts and articles it rests on.", columns=CITATION),
    Column("note", "string", "What a reader must know beside the answer."),
    Column(
        "grade", "string", "A: primary text, original or official translation; B: primary text by another way; C: secondary source only."
    ),
    Column("confidence", "string", "low or medium where another coder might well differ; else empty."),
    Column("second_coding", "string", "agreed, settled, or empty: coded once."),
    Column(
        "created_on", "day", "Day on which it was first written into the record; null without the history of the records.", nullable=True
    ),
    Column("changed_on", "day", "Day on which its entry in the record last changed.", nullable=True),
    Column("checked", "day", "Day on which the record was last held against its sources."),
    Column("text_version", "day", "Day of the newest wording among the primary texts; null where none is dated.", nullable=True),
    Column("inherited_from", "string", "Code of the jurisdiction that decides the matter; null: this one.", nullable=True),
)
NOT_CODED = (
    Column("variable", "string", "Id of the question."),
    Column("title", "string", "Short title of the question."),
    Column("pillar", "string", "Pillar of the codebook."),
    Column("core", "boolean", "Whether it is asked of every jurisdiction first."),
    Column("state", "string", "Always not_coded: nobody read it, or what would decide it was not at hand."),
    Column("reason", "string", "Why, where the record says so."),
)
JURISDICTION = Parameter("jurisdiction", "Codes of jurisdictions.", example="SE,DE", known="jurisdiction", many=True)
VARIABLE = Parameter("variable", "Ids of questions.", example="buying_status", known="variable", many=True)
PILLAR = Parameter("pillar", "Id of a pillar.", example="sex_work", known="pillar")


def answer_row(row: dict[str, Any]) -> dict[str, Any]:
    """An answer as the API gives it, from one as the lookups find it."""
    known = row["true"] if row["type"] == "multi" else [row["value"]]
    values = [one for one in row["value"].split(", ") if one in known]
    return {**row, "state": "finding_of_absence" if row["absence"] else "answer", "values": values, "unchecked": list(row["unchecked"])}


async def answers(database: Any, asked: Asked) -> Rows:
    """The answers that the filters leave."""
    lists = {name: asked[name] for name in ("jurisdiction", "variable", "grade") if asked[name]}
    where = ["variables.basis = 'law'"]
    where += [f"answers.{name} IN (SELECT value FROM json_each(:{name}))" for name in lists]
    where += [IN_FORCE.format(table="answers")] if asked.on != ALL_DAYS else []
    where += ["answers.valid_from >= :since AND answers.from_precision <> 'by'"] if asked["since"] else []
    where += ["variables.pillar = :pillar"] if asked["pillar"] else []
    where += ["variables.derived_from = ''"] if not asked["variable"] else []
    if asked["value"]:
        where += ["answers.id IN (SELECT answer FROM answer_values WHERE value = :value AND state = 'true') OR answers.value = :value"]
    bound = {name: json.dumps(codes) for name, codes in lists.items()}
    bound |= {"on": asked.on, **{name: asked[name] for name in ("since", "pillar", "value")}}
    return [answer_row(row) for row in await answers_where(database, " AND ".join(f"({one})" for one in where), bound)]


QUESTION = (
    Column("id", "string", "Id of the question; it never changes its meaning."),
    Column("title", "string", "Short title."),
    Column("pillar", "string", "Pillar of the codebook."),
    Column("core", "boolean", "Whether it is asked of every jurisdiction first."),
    Column("basis", "string", "law: the text in force; practice: what authorities report."),
    Column("type", "string", "choice: one value; multi: every value that is true; integer: a number or a word."),
    Column("unit", "string", "Unit of a number; else empty."),
    Column("applies_to", "string", "adult, child or any."),
    Column("question", "string", "The question as asked."),
)
VALUE = (
    Column("value", "string", "Id of the value."),
    Column("label", "string", "The value in words."),
    Column("choose_when", "string", "When a coder chooses it."),
    Column("absence", "boolean", "Whether it is a finding of absence."),
)


async def variables(database: Any, asked: Asked) -> Rows:
    return await rows_of(
        database,
        "SELECT variables.* FROM variables JOIN pillars ON pillars.id = variables.pillar "
        "WHERE (:pillar IS NULL OR pillar = :pillar) AND (:core IS NULL OR core = :core) ORDER BY pillars.position, variables.position",
        pillar=asked["pillar"],
        core=asked["core"],
    )


async def variable(database: Any, asked: Asked) -> dict[str, Any]:
    """One question with its values, and the answers of every jurisdiction on the day."""
    known = {row["id"]: row for row in await rows_of(database, "SELECT * FROM variables")}
    id = asked["id"]
    if id not in known:
        if new := await moved_to(database, "variable", id):
            raise Moved(f"/variables/{new}")
        raise NotFound("question", id, known)
    values = await rows_of(database, "SELECT * FROM variable_values WHERE variable = :id ORDER BY position", id=id)
    found = await answers(database, Asked(asked.on, asked.on_given, {"variable": [id]}))
    missing = await rows_of(
        database,
        f"""
        SELECT jurisdictions.code AS jurisdiction, jurisdictions.name, 'not_coded' AS state, coalesce(gaps.reason, '') AS reason
          FROM jurisdictions LEFT JOIN gaps ON gaps.jurisdiction = jurisdictions.code AND gaps.variable = :id
         WHERE jurisdictions.code NOT IN (SELECT jurisdiction FROM answers WHERE variable = :id AND {IN_FORCE.format(table="answers")})
         ORDER BY jurisdictions.code
        """,
        id=id,
        on=asked.on,
    )
    one = known[id]
    split = {"expected_in": ", ", "anchors": "; "}
    lists = {name: [part for part in one[name].split(mark) if part] for name, mark in split.items()}
    return {**one, **lists, "values": values, "answers": found, "not_coded": missing}


ENDPOINTS = (
    Endpoint(
        "answers",
        "/answers",
        "Answers that are true on a day, or through all time.",
        ANSWER,
        answers,
        (
            JURISDICTION,
            VARIABLE,
            Parameter("value", "A value that the answer is or names.", example="criminal_offence"),
            PILLAR,
            Parameter("grade", "Grades of evidence.", example="A,B", choices=("A", "B", "C"), many=True),
            Parameter("on", ON_DAY.description + " `all`: every day.", "day", ON_DAY.example, choices=(ALL_DAYS,)),
            Parameter(
                "since",
                "Only answers that began to be true on this day or later (then on all days unless `on` is given).",
                "day",
                "2020-01-01",
            ),
        ),
        dated=True,
        description="Law questions only. Answers that follow from treaties alone are given where `variable` names their question.",
    ),
    Endpoint(
        "variables",
        "/variables",
        "The questions of the codebook.",
        QUESTION,
        variables,
        (PILLAR, Parameter("core", "Only core questions, or only the others.", "boolean", "true")),
    ),
    Endpoint(
        "variable",
        "/variables/{id}",
        "One question, its values, and every jurisdiction's answer on a day.",
        (
            *QUESTION,
            Column("coding_rules", "string", "How hard cases are decided."),
            Column("why_it_matters", "string", "Why it is asked."),
            Column("expected_in", "array", "Kinds of act in which a rule would stand."),
            Column("anchors", "array", "Instruments and model laws behind the question."),
            Column("values", "array", "The values an answer can have.", columns=VALUE),
            Column("answers", "array", "Answers in force.", columns=ANSWER),
            Column(
                "not_coded",
                "array",
                "Jurisdictions without an answer.",
                columns=(
                    Column("jurisdiction", "string", "Code."),
                    Column("name", "string", "Name."),
                    Column("state", "string", "Always not_coded."),
                    Column("reason", "string", "Why, where the record says so."),
                ),
            ),
        ),
        variable,
        many=False,
        dated=True,
    ),
)
