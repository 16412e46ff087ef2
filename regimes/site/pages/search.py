"""One search over jurisdictions, questions, terms, treaties, claims, answers and sources."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import Any

from datasette import Response

from ..common import Rows, database_of, page, rows_of

KINDS = {
    "jurisdiction": "Jurisdictions",
    "variable": "Questions",
    "term": "Terms",
    "instrument": "Treaties and directives",
    "claim": "Claims",
    "answer": "Answers and notes",
    "source": "Texts read",
}
NAMED = ("jurisdiction", "variable", "term", "instrument")
SHOWN, SHOWN_OF_ONE_KIND, SUGGESTED = 6, 100, 10
LONGEST, MOST_WORDS = 200, 12
SMALL_WORD = re.compile("a|an|and|are|at|by|can|do|does|for|from|how|if|in|is|it|of|on|or|the|to|what|when|where|which|who|with")
START, END = "\x02", "\x03"
# Treaty states are computed and shown under the treaties, so their answers are no hits of their own.
SHOWN_DOCUMENTS = "(search_documents.variable IS NULL OR search_documents.variable IN (SELECT id FROM variables WHERE derived_from = ''))"


async def search_page(datasette: Any, request: Any) -> Response:
    """What is found for some words, by kind, best first; near words where nothing has them all."""
    database = database_of(datasette)
    asked = (request.args.get("q") or "").strip()
    kind = request.args.get("kind") or ""
    problem = what_is_wrong(asked, kind)
    words = [] if problem else words_of(asked)
    hits, how = await hits_of(database, asked, words) if words else ([], "")
    context = {
        "asked": asked[:LONGEST],
        "kind": "" if problem else kind,
        "kinds": KINDS,
        "problem": problem,
        "how": how,
        "found": len(hits),
        "groups": [] if problem else await groups(database, hits, words, how, kind),
        "near": await near(database, words) if words and how != "all" else [],
    }
    return await page(datasette, request, "search.html", context)


def what_is_wrong(asked: str, kind: str) -> str:
    if len(asked) > LONGEST:
        return f"The search takes up to {LONGEST} characters; this has {len(asked)}."
    if kind and kind not in KINDS:
        return f"“{kind[:40]}” is not a kind of result."
    if asked and not words_of(asked):
        return "There is no letter or digit in what you asked for."
    return ""


def words_of(asked: str) -> list[str]:
    """The words and quoted phrases of a search, without small words and without characters that mean something to the index."""
    clean = "".join(one if one.isprintable() else " " for one in asked)
    found = [(phrase or word).replace('"', " ").strip() for phrase, word in re.findall(r'"([^"]+)"|(\S+)', clean)]
    words = [one for one in found if any(letter.isalnum() for letter in one)]
    return ([one for one in words if not is_small(one)] or words)[:MOST_WORDS]


def is_small(word: str) -> bool:
    """Whether a word says nothing in a search, such as “in”; IN in capitals is the code of India."""
    return bool(SMALL_WORD.fullmatch(word.casefold())) and not (len(word) == 2 and word.isupper())


def match(words: list[str], join: str = " AND ") -> str:
    """The query for the index: every word quoted, and longer ones also as beginnings of words."""
    return join.join(f'"{word}"' + ("*" if len(word) > 2 and " " not in word else "") for word in words)


async def hits_of(database: Any, asked: str, words: list[str]) -> tuple[Rows, str]:
    """The documents that have all words, else those that hold the text as it stands, else those that have any word."""
    if found := await indexed(database, match(words), asked):
        return found, "all"
    if found := await holding(database, asked):
        return found, "holding"
    found = await indexed(database, match(words, " OR "), asked) if len(words) > 1 else []
    return found, "any" if found else ""


async def indexed(database: Any, query: str, asked: str) -> Rows:
    """Documents from the full-text index: titles that are or begin with what was asked, then by words, which weigh more in a title."""
    rows = await rows_of(
        database,
        f"""
        SELECT search_documents.id, search_documents.kind, search_documents.jurisdiction, search_documents.variable
          FROM search_documents_fts JOIN search_documents ON search_documents.id = search_documents_fts.rowid
         WHERE search_documents_fts MATCH :query AND {SHOWN_DOCUMENTS}
         ORDER BY lower(search_documents.title) = lower(:asked) DESC, instr(lower(search_documents.title), lower(:asked)) = 1 DESC,
               bm25(search_documents_fts, 8.0, 1.0), search_documents.id
        """,
        query=query,
        asked=asked,
    )
    return one_an_answer(rows)


async def holding(database: Any, text: str) -> Rows:
    """Documents that hold a text anywhere, also inside a word: the index knows no words in Japanese or Chinese."""
    rows = await rows_of(
        database,
        f"""
        SELECT id, kind, jurisdiction, variable FROM search_documents
         WHERE (instr(lower(title), lower(:text)) OR instr(lower(body), lower(:text))) AND {SHOWN_DOCUMENTS} ORDER BY id
        """,
        text=text,
    )
    return one_an_answer(rows)


def one_an_answer(rows: Rows) -> Rows:
    """One hit for each question of a jurisdiction, though several spells of its answer were found."""
    seen: dict[Any, dict[str, Any]] = {}
    for row in rows:
        seen.setdefault((row["jurisdiction"], row["variable"]) if row["kind"] == "answer" else row["id"], row)
    return list(seen.values())


async def groups(database: Any, hits: Rows, words: list[str], how: str, kind: str) -> Rows:
    """The hits by kind, each group with its number, its best hits and where they lead."""
    found = []
    for one, title in KINDS.items():
        of_kind = [hit for hit in hits if hit["kind"] == one]
        if of_kind and kind in ("", one):
            shown = of_kind[: SHOWN_OF_ONE_KIND if kind else SHOWN]
            found.append({"kind": one, "title": title, "found": len(of_kind), "hits": await details(database, shown, words, how)})
    return found


async def details(database: Any, hits: Rows, words: list[str], how: str) -> Rows:
    """Title, snippet and address of each hit. The index gives snippets only for what it has found itself."""
    numbers = ", ".join(str(hit["id"]) for hit in hits)
    query = match(words, " OR " if how == "any" else " AND ")
    cut = f"snippet(search_documents_fts, 1, '{START}', '{END}', ' … ', 28)"
    found = (
        f"SELECT rowid AS id, {cut} AS snippet FROM search_documents_fts WHERE search_documents_fts MATCH :query AND rowid IN ({numbers})"
    )
    if how == "holding":
        found = f"SELECT id, substr(body, 1, 200) AS snippet FROM search_documents WHERE id IN ({numbers}) AND :query <> ''"
    rows = await rows_of(
        database,
        f"""
        SELECT documents.*, found.snippet, jurisdictions.name,
               coalesce((SELECT id FROM terms WHERE documents.kind = 'term' AND term = documents.title),
                        (SELECT id FROM claims WHERE documents.kind = 'claim' AND claim = documents.title),
                        (SELECT id FROM instruments WHERE documents.kind = 'instrument' AND short_title = documents.title),
                        (SELECT id FROM sources WHERE documents.kind = 'source' AND jurisdiction = documents.jurisdiction
                            AND title = documents.title AND trim(title_en || ' ' || note) = documents.body)) AS item
          FROM ({found}) AS found
          JOIN search_documents AS documents ON documents.id = found.id
          LEFT JOIN jurisdictions ON jurisdictions.code = documents.jurisdiction
        """,
        query=query,
    )
    by_id = {row["id"]: row for row in rows}
    return [{**by_id[hit["id"]], "path": path_of(by_id[hit["id"]]), "parts": marked(by_id[hit["id"]]["snippet"])} for hit in hits]


def path_of(row: dict[str, Any]) -> str:
    """The page, and the place in it, to which a hit leads."""
    return {
        "jurisdiction": f"/jurisdictions/{row['jurisdiction']}",
        "variable": f"/topics/{row['variable']}",
        "answer": f"/jurisdictions/{row['jurisdiction']}#{row['variable']}",
        "source": f"/jurisdictions/{row['jurisdiction']}#source-{row['item']}",
        "instrument": f"/treaties/{row['item']}",
        "term": f"/terms#{row['item']}",
        "claim": f"/figures#{row['item']}",
    }[row["kind"]]


def marked(snippet: str) -> list[tuple[str, bool]]:
    """A snippet as pieces of text, each with whether it is what was looked for."""
    pieces = re.split(f"({START}[^{END}]*{END})", snippet)
    return [(piece.strip(START + END), piece.startswith(START)) for piece in pieces if piece]


async def near(database: Any, words: list[str]) -> list[str]:
    """The search with words that no title has replaced by the nearest that one has, where there is such a word."""
    known = await title_words(database)
    ways: list[list[str]] = []
    for word in words:
        plain = folded(word)
        if any(one.startswith(plain) for one in known):
            ways.append([word])
        else:
            ways.append([known[one] for one in get_close_matches(plain, known, n=3, cutoff=0.7)] or [word])
    replaced = [" ".join(way[min(turn, len(way) - 1)] for way in ways) for turn in range(max(map(len, ways)))]
    return [one for one in dict.fromkeys(replaced) if one != " ".join(words)]


async def title_words(database: Any) -> dict[str, str]:
    """The words of names, questions, terms and treaties, by the same in small letters without accents."""
    rows = await rows_of(
        database,
        "SELECT title FROM search_documents WHERE kind IN ('jurisdiction', 'variable', 'term', 'instrument') "
        "UNION ALL SELECT name FROM jurisdiction_names UNION ALL SELECT also FROM terms",
    )
    return {folded(word): word for row in rows for word in re.findall(r"[^\W\d_]{3,}", row["title"])}


def folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


async def suggestions(datasette: Any, request: Any) -> Response:
    """Titles that go on from what was typed, for the search box: names, questions, terms and treaties."""
    database = database_of(datasette)
    asked = (request.args.get("q") or "").strip()
    words = [] if what_is_wrong(asked, "") else words_of(asked)
    hits = [hit for hit in await indexed(database, f"title : ({match(words)})", asked) if hit["kind"] in NAMED] if words else []
    rows = await details(database, hits[:SUGGESTED], words, "all") if hits else []
    found = [{"title": row["title"], "kind": KINDS[row["kind"]], "path": datasette.urls.path(row["path"])} for row in rows]
    return Response.json({"query": asked[:LONGEST], "suggestions": found})


ROUTES = [
    (r"^/search$", search_page),
    (r"^/search\.json$", suggestions),
]
