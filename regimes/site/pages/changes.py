"""Legal changes, newest first, with the changes of the regime label, as a page and as CSV."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import groupby, pairwise
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from ..common import LABEL, Rows, csv_response, database_of, day_asked, optional_day, page, rows_of
from ..lookups import articles, citations, known_jurisdictions, label_spells, pillar_problem, unknown_code

PER_PAGE = 200


async def changes_page(datasette: Any, request: Any) -> Response:
    """The changes that the filters leave, by year and day."""
    on, day_problem = day_asked(datasette, request)
    context = await asked(datasette, request)
    rows = context.pop("rows")
    number = page_number(request, len(rows))
    context |= {
        "on": on,
        "problem": " ".join(filter(None, [context["problem"], day_problem])),
        "years": by_year_and_day(rows[(number - 1) * PER_PAGE : number * PER_PAGE]),
        "total": len(rows),
        "number": number,
        "pages": page_count(len(rows)),
    }
    return await page(datasette, request, "changes.html", context)


async def changes_csv(datasette: Any, request: Any) -> Response:
    """All changes that the filters leave, newest first."""
    context = await asked(datasette, request)
    if context["problem"]:
        return Response.text(context["problem"], status=400)
    header = ["day", "precision", "jurisdiction", "name", "kind", "id", "title", "before", "after", "grade", "articles", "note"]
    rows = [
        [
            row["changed_on"],
            row["precision"],
            row["jurisdiction"],
            row["name"],
            row["kind"],
            row["variable"],
            row["title"],
            row["before_label"],
            row["after_label"],
            row.get("grade") or "",
            articles(row.get("citations", [])),
            row.get("note") or "",
        ]
        for row in context["rows"]
    ]
    return csv_response("changes.csv", header, rows)


async def asked(datasette: Any, request: Any, fixed: dict[str, str] | None = None) -> dict[str, Any]:
    """The filters of a request, and those its path has fixed, with what they leave; ``problem`` says what is wrong with them."""
    database = database_of(datasette)
    jurisdictions = await known_jurisdictions(database)
    pillars = await rows_of(database, "SELECT id, title FROM pillars ORDER BY position")
    topics = await rows_of(
        database,
        "SELECT variables.id, variables.title, pillars.title AS pillar_title FROM variables JOIN pillars ON pillars.id = variables.pillar "
        "WHERE basis = 'law' AND derived_from = '' ORDER BY pillars.position, variables.position",
    )
    since, since_problem = optional_day(datasette, request, "since")
    until, until_problem = optional_day(datasette, request, "until")
    filters = {
        "since": since,
        "until": until,
        "j": (request.args.get("j") or "").strip().upper(),
        "variable": (request.args.get("variable") or "").strip(),
        "pillar": (request.args.get("pillar") or "").strip(),
        **(fixed or {}),
    }
    problems = [
        since_problem,
        until_problem,
        f"Since {since} comes after until {until}." if since and until and since > until else "",
        unknown_code(filters["j"], jurisdictions) if filters["j"] and filters["j"] not in jurisdictions else "",
        topic_problem(filters["variable"], topics),
        pillar_problem(filters["pillar"], pillars),
    ]
    problem = " ".join(filter(None, problems))
    return {
        **filters,
        "filters": filters,
        "problem": problem,
        "rows": [] if problem else await all_changes(database, filters),
        "chosen": jurisdictions.get(filters["j"]),
        "choices": [one for one in jurisdictions.values() if one["checked"] or one["code"] == filters["j"]],
        "topics": [(title, list(rows)) for title, rows in groupby(topics, key=lambda row: row["pillar_title"])],
        "pillars": pillars,
        "query": urlencode([(name, text) for name, text in filters.items() if text]),
    }


def topic_problem(id: str, topics: Rows) -> str:
    ids = [topic["id"] for topic in topics]
    if not id or id in ids:
        return ""
    near = get_close_matches(id[:60], ids, n=3, cutoff=0.6)
    return f"No question is called “{id[:60]}”." + (f" Did you mean {' or '.join(near)}?" if near else "")


async def all_changes(database: Any, filters: dict[str, str]) -> Rows:
    """Changes of answers and of the label, newest first; on one day a label stands after the answers that changed it."""
    answers = await answer_changes(database, filters)
    labels = await label_changes(database, answers)
    return sorted(
        answers + labels,
        key=lambda row: (-int(row["changed_on"].replace("-", "")), row["precision"], row["name"], row["jurisdiction"], row["position"]),
    )


async def answer_changes(database: Any, filters: dict[str, str]) -> Rows:
    """Changes of answers that the filters leave, each with what the new answer cites."""
    chosen = """
        changes.after = answers.id
        AND (:since = '' OR changes.changed_on >= :since) AND (:until = '' OR changes.changed_on <= :until)
        AND (:j = '' OR changes.jurisdiction = :j) AND (:variable = '' OR changes.variable = :variable)
        AND (:pillar = '' OR variables.pillar = :pillar)
    """
    rows = await rows_of(
        database,
        f"""
        SELECT changes.*, jurisdictions.name, variables.title, variables.position, answers.grade, answers.note,
               answers.inherited_from, 'answer' AS kind
          FROM changes
          JOIN answers ON answers.id = changes.after
          JOIN jurisdictions ON jurisdictions.code = changes.jurisdiction
          JOIN variables ON variables.id = changes.variable
         WHERE {chosen}
        """,
        **filters,
    )
    inside = f"answers.id IN (SELECT changes.after FROM changes JOIN variables ON variables.id = changes.variable WHERE {chosen})"
    cited = await citations(database, inside, filters)
    for row in rows:
        row["citations"] = cited.get(row["after"], [])
    return rows


async def label_changes(database: Any, answers: Rows) -> Rows:
    """Days on which the sex work regime label became another one through one of the changes given.

    From "not coded" to a label is progress of the coding, not a change of the law.
    """
    inputs = await rows_of(database, "SELECT title, inputs FROM reading_items WHERE reading = :reading", reading=LABEL)
    causes: dict[tuple[str, str], Rows] = {}
    for row in answers:
        if row["variable"] in inputs[0]["inputs"].split(", "):
            causes.setdefault((row["jurisdiction"], row["changed_on"]), []).append(row)
    found = []
    for code, spells in (await label_spells(database, {code for code, _ in causes})).items():
        for before, after in pairwise(spells):
            because = causes.get((code, after["valid_from"]))
            if because and "not_coded" not in (before["result"], after["result"]):
                found.append(
                    {
                        "kind": "label",
                        "jurisdiction": code,
                        "name": because[0]["name"],
                        "variable": LABEL,
                        "title": inputs[0]["title"],
                        "position": max(row["position"] for row in because),
                        "changed_on": after["valid_from"],
                        "precision": because[0]["precision"],
                        "before_label": before["label"],
                        "after_label": after["label"],
                    }
                )
    return found


def by_year_and_day(rows: Rows) -> list[tuple[str, list[tuple[dict[str, str], Rows]]]]:
    """The rows by year, and in each by day."""
    return [
        (
            year,
            [
                ({"on": on, "precision": precision}, list(same_day))
                for (on, precision), same_day in groupby(same_year, key=lambda row: (row["changed_on"], row["precision"]))
            ],
        )
        for year, same_year in groupby(rows, key=lambda row: row["changed_on"][:4])
    ]


def page_count(rows: int) -> int:
    return max(1, -(-rows // PER_PAGE))


def page_number(request: Any, rows: int) -> int:
    """The page asked for, inside those there are."""
    asked = request.args.get("page") or ""
    return min(max(1, int(asked)), page_count(rows)) if asked.isdecimal() and len(asked) < 7 else 1


ROUTES = [
    (r"^/changes$", changes_page),
    (r"^/changes\.csv$", changes_csv),
]
