"""Questions over several jurisdictions: comparison, changes, profiles, and search by words."""

from __future__ import annotations

from typing import Any

from ..common import Rows, rows_of
from ..lookups import answers_on
from ..pages import changes as change_page
from ..pages import compare as compare_page
from ..pages import find as find_page
from ..pages import search as search_page
from .answers import CITATION, PILLAR, answer_row
from .contract import ON, Asked, Column, Endpoint, NotFound, Parameter

COMPARED = (
    Column("variable", "string", "Id of the question."),
    Column("title", "string", "Its short title."),
    Column("pillar", "string", "Its pillar."),
    Column("comparison", "string", "different, same, or not known: one is not coded or not fully checked."),
    Column("jurisdiction", "string", "Code."),
    Column("on", "day", "The day of the law."),
    Column("state", "string", "answer, finding_of_absence or not_coded."),
    Column("value", "string", "The value; null where it is not coded.", nullable=True),
    Column("label", "string", "The answer in words; empty where it is not coded."),
    Column("valid_from", "day", "First day of the answer; null where it is not coded.", nullable=True),
    Column("from_precision", "string", "How exactly that day is known."),
    Column("grade", "string", "A, B or C; empty where it is not coded."),
    Column("citations", "array", "The texts and articles it rests on.", columns=CITATION),
    Column("note", "string", "What a reader must know beside the answer."),
)
NOTHING = {
    "state": "not_coded",
    "value": None,
    "label": "",
    "valid_from": None,
    "from_precision": "",
    "grade": "",
    "citations": [],
    "note": "",
}


async def compare(database: Any, asked: Asked) -> Rows:
    """One row a question, jurisdiction and day."""
    codes, days = asked["j"], list(dict.fromkeys(filter(None, (asked.on, asked["and"]))))
    questions = await rows_of(
        database,
        "SELECT variables.id, variables.title, pillar FROM variables JOIN pillars ON pillars.id = variables.pillar "
        "WHERE basis = 'law' AND (:pillar IS NULL OR pillar = :pillar) ORDER BY pillars.position, variables.position",
        pillar=asked["pillar"],
    )
    by_day = {on: await answers_on(database, on, codes, [one["id"] for one in questions]) for on in days}
    rows = []
    for question in questions:
        cells = [(code, on, by_day[on].get((code, question["id"]))) for code in codes for on in days]
        comparison = compare_page.relation([cell for _, _, cell in cells])
        if asked["different"] is None or asked["different"] == (comparison == "different"):
            head = {"variable": question["id"], "title": question["title"], "pillar": question["pillar"], "comparison": comparison}
            rows += [{**(answer_row(cell) if cell else NOTHING), **head, "jurisdiction": code, "on": on} for code, on, cell in cells]
    return rows


CHANGE = (
    Column("changed_on", "day", "First day of what is new."),
    Column("precision", "string", "How exactly that day is known: day, month or year."),
    Column("jurisdiction", "string", "Code."),
    Column("name", "string", "Name."),
    Column("kind", "string", "answer: the answer to a question; label: the sex work regime derived from answers."),
    Column("variable", "string", "Id of the question, or of the reading."),
    Column("title", "string", "Its short title."),
    Column("before_label", "string", "Before, in words."),
    Column("after_label", "string", "Since then, in words."),
    Column("citations", "array", "What the new answer rests on; empty for a label.", columns=CITATION),
    Column("note", "string", "What a reader must know beside the new answer."),
)


async def changes(database: Any, asked: Asked) -> Rows:
    """Legal changes, newest first."""
    names = {"since": "since", "until": "until", "j": "jurisdiction", "variable": "variable", "pillar": "pillar"}
    rows = await change_page.all_changes(database, {short: asked[name] or "" for short, name in names.items()})
    return [{"citations": [], **row, "note": row.get("note") or ""} for row in rows]


MATCH = (
    Column("jurisdiction", "string", "Code."),
    Column("name", "string", "Name."),
    Column("state", "string", "matches: every condition holds; open: none fails, and some cannot be told because they are not coded."),
    Column("open", "array", "Conditions that cannot be told."),
)


async def find(database: Any, asked: Asked) -> Rows:
    """Where all conditions hold, then where some are not coded and none fails."""
    questions = await find_page.questions_on(database, asked.on)
    pairs = [find_page.question_and_answer(text, questions) for text in asked["q"]]
    for id, value in pairs:
        if id not in questions:
            raise NotFound("question", id, questions)
        if find_page.condition_problem(id, value, questions) or not value:
            raise NotFound(f"answer to {id}", value, questions[id]["answers"])
    found = await find_page.found(database, [{**questions[id], "value": value} for id, value in pairs], asked.on)
    rows = []
    for state, places in (("matches", found["matches"]), ("open", found["near"])):
        for one in places:
            unknown = [check["id"] for check in one["checks"] if check["state"] == "not coded"]
            rows.append({"jurisdiction": one["code"], "name": one["name"], "state": state, "open": unknown})
    return rows


HIT = (
    Column("kind", "string", "jurisdiction, variable, term, instrument, claim, answer or source."),
    Column("title", "string", "What was found."),
    Column("jurisdiction", "string", "Code, where it is about one.", nullable=True),
    Column("variable", "string", "Id of the question, where it is about one.", nullable=True),
    Column("snippet", "string", "Words around what was found."),
    Column("path", "string", "Address on this site."),
)


async def search(database: Any, asked: Asked) -> Rows:
    """What is found for some words, best first."""
    words = search_page.words_of(asked["q"])
    hits, how = await search_page.hits_of(database, asked["q"], words) if words else ([], "")
    hits = [hit for hit in hits if asked["kind"] in (None, hit["kind"])][: asked["limit"] or 50]
    rows = await search_page.details(database, hits, words, how) if hits else []
    return [{**row, "snippet": "".join(piece for piece, _ in row["parts"])} for row in rows]


ENDPOINTS = (
    Endpoint(
        "compare",
        "/compare",
        "Up to eight jurisdictions side by side on a day, or on two days.",
        COMPARED,
        compare,
        (
            Parameter(
                "j", "Codes of the jurisdictions.", example="SE,DE", known="jurisdiction", required=True, many=True, most=compare_page.MOST
            ),
            Parameter("and", "A second day.", "day", "2010-01-01"),
            PILLAR,
            Parameter("different", "Only questions with different answers, or only the others.", "boolean", "true"),
        ),
        dated=True,
    ),
    Endpoint(
        "changes",
        "/changes",
        "Legal changes, newest first.",
        CHANGE,
        changes,
        (
            Parameter("jurisdiction", "Code of a jurisdiction.", example="SE", known="jurisdiction"),
            Parameter("variable", "Id of a question.", example="buying_status", known="variable"),
            PILLAR,
            Parameter("since", "On this day or later.", "day", "2015-01-01"),
            Parameter("until", "On this day or earlier.", "day", ON.example),
        ),
    ),
    Endpoint(
        "find",
        "/find",
        "Jurisdictions that match a profile on a day.",
        MATCH,
        find,
        (
            Parameter(
                "q",
                "Conditions, each question:answer or reading:item:result; all must hold.",
                example="selling_status:not_an_offence,buying_status:criminal_offence",
                required=True,
                many=True,
                most=find_page.MOST_CONDITIONS,
            ),
        ),
        dated=True,
    ),
    Endpoint(
        "search",
        "/search",
        "Search by words.",
        HIT,
        search,
        (
            Parameter("q", "Words.", example="reflection period", required=True, pattern=r"^(?=.*\S).{1,200}$"),
            Parameter("kind", "Only this kind.", choices=tuple(search_page.KINDS)),
            Parameter("limit", "At most so many (without it 50).", "integer", "10"),
        ),
    ),
)
