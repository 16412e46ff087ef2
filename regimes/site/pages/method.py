"""How records are coded, with counts that the database itself gives."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from datasette import Response

from ..common import ON, Rows, database_of, day_asked, page, rows_of
from .sources import language_name

CODED = "SELECT code FROM jurisdictions WHERE checked IS NOT NULL"
OLDEST = 12


async def method_page(datasette: Any, request: Any) -> Response:
    """What an answer is, how it came about, how far it can be relied on, and what is not here."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    pillars = await pillar_counts(database, on)
    context = {
        "on": on,
        "problem": problem,
        "scope": await scope(database),
        "pillars": pillars,
        "total": total(pillars),
        "practice": await practice(database),
        "records": await records(database),
        "kinds": await kinds(database),
        "languages": await languages(database),
        "oldest": await oldest(database, on),
        "undated": await undated(database, on),
        "agreement": await agreement(database),
        "second": await second_codings(database),
        "once": await coded_once(database),
    }
    return await page(datasette, request, "method.html", context)


async def scope(database: Any) -> dict[str, Any]:
    """How many jurisdictions are coded, how many are not, and what was searched."""
    rows = await rows_of(
        database,
        """
        SELECT count(*) AS jurisdictions, sum(checked IS NOT NULL) AS coded, sum(checked IS NOT NULL AND from_secondary_sources) AS secondary,
               min(checked) AS first_checked, max(checked) AS last_checked,
               (SELECT count(*) FROM answers JOIN variables ON variables.id = answers.variable WHERE derived_from = '') AS spells,
               (SELECT count(*) FROM changes) AS changes,
               (SELECT count(*) FROM searches WHERE state = 'searched') AS searched,
               (SELECT count(*) FROM searches WHERE state = 'no such act') AS no_such_act,
               (SELECT count(*) FROM searches WHERE state = 'not held') AS not_held,
               (SELECT count(*) FROM gaps) AS gaps
          FROM jurisdictions
        """,
    )
    return rows[0]


async def pillar_counts(database: Any, on: str) -> Rows:
    """Answers of coded jurisdictions in force on a day, by pillar: how many could be given, were given, and on what evidence."""
    return await rows_of(
        database,
        f"""
        SELECT pillars.title, count(DISTINCT variables.id) AS questions,
               count(DISTINCT variables.id) * (SELECT count(*) FROM ({CODED})) AS asked,
               count(answers.id) AS answered,
               coalesce(sum(answers.grade = 'A'), 0) AS grade_a,
               coalesce(sum(answers.grade = 'B'), 0) AS grade_b,
               coalesce(sum(answers.grade = 'C'), 0) AS grade_c,
               coalesce(sum(answers.absence), 0) AS absence,
               coalesce(sum(answers.confidence = 'medium'), 0) AS medium,
               coalesce(sum(answers.confidence = 'low'), 0) AS low,
               coalesce(sum(answers.inherited_from IS NOT NULL), 0) AS inherited
          FROM pillars
          LEFT JOIN variables ON variables.pillar = pillars.id AND variables.basis = 'law' AND variables.derived_from = ''
          LEFT JOIN answers ON answers.variable = variables.id AND answers.jurisdiction IN ({CODED}) AND {ON.format(table="answers")}
         GROUP BY pillars.id ORDER BY pillars.position
        """,
        on=on,
    )


def total(rows: Rows) -> dict[str, int]:
    """The sums of the numbers of all rows."""
    return {name: sum(row[name] for row in rows) for name in rows[0] if name != "title"}


async def practice(database: Any) -> dict[str, int]:
    """How many questions on practice there are, and how many answers to them."""
    rows = await rows_of(
        database,
        "SELECT count(DISTINCT variables.id) AS questions, count(answers.id) AS answers "
        "FROM variables LEFT JOIN answers ON answers.variable = variables.id WHERE basis = 'practice'",
    )
    return rows[0]


async def records(database: Any) -> Rows:
    """Every coded record on the day of its check: answers by pillar (title, answered) and by grade, and how many were given twice and alike."""
    counts = await rows_of(
        database,
        f"""
        SELECT coverage.jurisdiction, coverage.name, coverage.answered, coverage.questions, coverage.grade_a, coverage.grade_b, coverage.grade_c,
               pillars.title, jurisdictions.checked
          FROM coverage JOIN pillars ON pillars.id = coverage.pillar JOIN jurisdictions ON jurisdictions.code = coverage.jurisdiction
         WHERE coverage.jurisdiction IN ({CODED}) AND coverage.questions > 0 ORDER BY coverage.name, pillars.position
        """,
    )
    pairs = await rows_of(
        database,
        """
        SELECT jurisdiction, count(*) AS twice, sum(outcome = 'agreed') AS alike
          FROM second_codings WHERE first_value IS NOT NULL AND second_value IS NOT NULL GROUP BY jurisdiction
        """,
    )
    twice = {row["jurisdiction"]: row for row in pairs}
    found = []
    for (code, name, checked), group in groupby(counts, key=itemgetter("jurisdiction", "name", "checked")):
        pillars = list(group)
        grades = {grade: sum(row[f"grade_{grade}"] for row in pillars) for grade in "abc"}
        found.append({"code": code, "name": name, "checked": checked, "pillars": pillars, "grades": grades, "second": twice.get(code)})
    return found


async def kinds(database: Any) -> Rows:
    """Texts read by kind: those of jurisdictions by grade, and those behind treaties, assessments, figures and terms."""
    return await rows_of(
        database,
        """
        SELECT kind, count(*) AS texts, sum(jurisdiction IS NOT NULL) AS law,
               sum(jurisdiction IS NOT NULL AND grade = 'A') AS grade_a,
               sum(jurisdiction IS NOT NULL AND grade = 'B') AS grade_b,
               sum(jurisdiction IS NOT NULL AND grade = 'C') AS grade_c,
               sum(jurisdiction IS NULL) AS other
          FROM sources GROUP BY kind ORDER BY law DESC, other DESC, kind
        """,
    )


async def languages(database: Any) -> Rows:
    """Texts read by language, with the language's name."""
    rows = await rows_of(
        database,
        "SELECT language, count(*) AS texts, sum(jurisdiction IS NOT NULL) AS law FROM sources GROUP BY language ORDER BY texts DESC, language",
    )
    return [{**row, "name": language_name(row["language"])} for row in rows]


async def oldest(database: Any, on: str) -> Rows:
    """The oldest wordings on which answers in force rest: an answer counts by the newest wording it cites."""
    return await rows_of(
        database,
        f"""
        SELECT jurisdictions.code, jurisdictions.name, answers.text_version, count(*) AS answers
          FROM answers
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
          JOIN variables ON variables.id = answers.variable AND variables.basis = 'law' AND variables.derived_from = ''
         WHERE answers.text_version IS NOT NULL AND answers.inherited_from IS NULL AND {ON.format(table="answers")}
         GROUP BY jurisdictions.code, answers.text_version
         ORDER BY answers.text_version, jurisdictions.name LIMIT {OLDEST}
        """,
        on=on,
    )


async def undated(database: Any, on: str) -> int:
    """How many answers in force cite no primary text whose wording is dated."""
    rows = await rows_of(
        database,
        f"SELECT count(*) AS answers FROM answers JOIN variables ON variables.id = answers.variable "
        f"WHERE variables.basis = 'law' AND variables.derived_from = '' AND text_version IS NULL AND {ON.format(table='answers')}",
        on=on,
    )
    return rows[0]["answers"]


async def agreement(database: Any) -> Rows:
    """How far first and second codings agree on each question, the least agreed first."""
    return await rows_of(
        database,
        """
        SELECT agreement.*, variables.title, variables.core
          FROM agreement JOIN variables ON variables.id = agreement.variable
         ORDER BY share IS NULL, share, variables.position
        """,
    )


async def second_codings(database: Any) -> dict[str, Any]:
    """How many records and answers were coded twice, and what became of the differences."""
    rows = await rows_of(
        database,
        """
        SELECT count(DISTINCT jurisdiction) AS records, count(DISTINCT CASE WHEN blind THEN jurisdiction END) AS blind,
               count(*) AS answers, sum(outcome = 'agreed' AND first_value IS NOT NULL) AS agreed,
               sum(outcome <> 'one missing' AND first_value IS NOT NULL) AS pairs,
               sum(outcome = 'one missing') AS missing, sum(kept = 'first') AS first, sum(kept = 'second') AS second,
               sum(kept = 'neither') AS neither, sum(kept = 'gap') AS gap
          FROM second_codings
        """,
    )
    return rows[0]


async def coded_once(database: Any) -> Rows:
    """The coded records that have no second coding, by name."""
    return await rows_of(
        database,
        "SELECT name FROM jurisdictions WHERE checked IS NOT NULL AND code NOT IN (SELECT jurisdiction FROM second_codings) ORDER BY name",
    )


ROUTES = [
    (r"^/method$", method_page),
]
