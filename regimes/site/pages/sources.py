"""All texts that were read, and how much rests on each."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from datasette import Response

from ..common import Rows, database_of, page, rows_of

PAGE_SIZE = 100
GRADES = ("A", "B", "C")
LANGUAGE_NAMES = """
af Afrikaans, am Amharic, ar Arabic, az Azerbaijani, be Belarusian, bg Bulgarian, bn Bengali, bs Bosnian, ca Catalan, cs Czech,
da Danish, de German, dv Maldivian, dz Dzongkha, el Greek, en English, es Spanish, et Estonian, fa Persian, fi Finnish,
fo Faroese, fr French, ga Irish, he Hebrew, hi Hindi, hr Croatian, ht Haitian Creole, hu Hungarian, hy Armenian, id Indonesian,
is Icelandic, it Italian, ja Japanese, ka Georgian, kk Kazakh, kl Greenlandic, km Khmer, ko Korean, ky Kyrgyz, lb Luxembourgish,
lo Lao, lt Lithuanian, lv Latvian, mk Macedonian, mn Mongolian, ms Malay, mt Maltese, my Burmese, nb Norwegian (Bokmål),
ne Nepali, nl Dutch, nn Norwegian (Nynorsk), no Norwegian, pl Polish, ps Pashto, pt Portuguese, ro Romanian, ru Russian,
rw Kinyarwanda, si Sinhala, sk Slovak, sl Slovenian, so Somali, sq Albanian, sr Serbian, sv Swedish, sw Swahili, ta Tamil,
tg Tajik, th Thai, tk Turkmen, tr Turkish, uk Ukrainian, ur Urdu, uz Uzbek, vi Vietnamese, zh Chinese
"""
LANGUAGES = dict(re.findall(r"([a-z]+) ([^,\n]+)", LANGUAGE_NAMES))
PLACES = {"estimates": "/figures", "claims": "/figures", "terms": "/terms", "namings": "/readings/sex-work-regime"}


def language_name(code: str) -> str:
    """The English name of a language, or its code where none is held."""
    return LANGUAGES.get(code.split("-")[0], code)


async def sources_page(datasette: Any, request: Any) -> Response:
    """Every text read, by jurisdiction, kind and grade, with the number of answers that cite it."""
    database = database_of(datasette)
    places, kinds = await jurisdictions(database), await source_kinds(database)
    asked = {name: (request.args.get(name) or "").strip() for name in ("j", "kind", "grade", "page")}
    asked["j"] = asked["j"].upper()
    problem, status = what_is_wrong(asked, places, kinds)
    number = int(asked["page"]) if asked["page"] and not problem else 1
    chosen = {name: "" if problem else asked[name] for name in ("j", "kind", "grade")}
    found = await count(database, chosen)
    pages = max(1, -(-found // PAGE_SIZE))
    if number > pages:
        problem, status, number = f"There are {pages} pages, and this asks for page {number}. Shown is the first.", 404, 1
    context = {
        "problem": problem,
        "places": places,
        "kinds": kinds,
        "grades": GRADES,
        "chosen": chosen,
        "found": found,
        "number": number,
        "pages": pages,
        "rows": await sources(database, chosen, number),
    }
    return await page(datasette, request, "sources.html", context, status)


def what_is_wrong(asked: dict[str, str], places: Rows, kinds: list[str]) -> tuple[str, int]:
    """What is wrong with a choice, in words, and the status that says so; nothing where all is well."""
    codes = {row["code"]: row["name"] for row in places}
    if asked["j"] and asked["j"] not in codes:
        near = get_close_matches(asked["j"], codes, n=3, cutoff=0.5)
        hint = f" Near it: {', '.join(f'{code} ({codes[code]})' for code in near)}." if near else ""
        return f"No text was read for a jurisdiction with the code “{asked['j'][:40]}”.{hint} Shown are all texts.", 404
    if asked["kind"] and asked["kind"] not in kinds:
        return f"“{asked['kind'][:40]}” is not a kind of text. Shown are all texts.", 400
    if asked["grade"] and asked["grade"] not in GRADES:
        return f"“{asked['grade'][:40]}” is not a grade; the grades are A, B and C. Shown are all texts.", 400
    if asked["page"] and not (
        asked["page"].isascii() and asked["page"].isdigit() and 0 < int(asked["page"][:9]) and len(asked["page"]) < 7
    ):
        return f"“{asked['page'][:40]}” is not the number of a page. Shown is the first page of all texts.", 400
    return "", 0


async def jurisdictions(database: Any) -> Rows:
    """The jurisdictions for which a text was read."""
    return await rows_of(
        database, "SELECT code, name FROM jurisdictions WHERE code IN (SELECT jurisdiction FROM sources) ORDER BY name, code"
    )


async def source_kinds(database: Any) -> list[str]:
    return [row["kind"] for row in await rows_of(database, "SELECT DISTINCT kind FROM sources ORDER BY kind")]


CHOSEN = "(:j = '' OR sources.jurisdiction = :j) AND (:kind = '' OR sources.kind = :kind) AND (:grade = '' OR sources.grade = :grade)"


async def count(database: Any, chosen: dict[str, str]) -> int:
    return (await rows_of(database, f"SELECT count(*) AS found FROM sources WHERE {CHOSEN}", **chosen))[0]["found"]


async def sources(database: Any, chosen: dict[str, str], number: int) -> Rows:
    """One page of the texts chosen, each with the answers and the other entries that cite it, and where it is shown."""
    rows = await rows_of(
        database,
        f"""
        WITH entries AS (
            SELECT source, count(*) AS entries
              FROM (SELECT source FROM item_citations UNION ALL SELECT source FROM term_provisions
                    UNION ALL SELECT source FROM ratifications UNION ALL SELECT source FROM external_assessments)
             GROUP BY source)
        SELECT sources.*, jurisdictions.name, coalesce(entries.entries, 0) AS entries,
               (SELECT count(DISTINCT citations.answer)
                  FROM citations
                  JOIN answers ON answers.id = citations.answer
                  JOIN variables ON variables.id = answers.variable AND variables.derived_from = ''
                 WHERE citations.source = sources.id) AS answers
          FROM sources
          LEFT JOIN jurisdictions ON jurisdictions.code = sources.jurisdiction
          LEFT JOIN entries ON entries.source = sources.id
         WHERE {CHOSEN}
         ORDER BY sources.jurisdiction IS NULL, jurisdictions.name, sources.file, sources.kind, sources.title, sources.id
         LIMIT :size OFFSET :before
        """,
        **chosen,
        size=PAGE_SIZE,
        before=(number - 1) * PAGE_SIZE,
    )
    return [{**row, "language_name": language_name(row["language"]), **shown_at(row)} for row in rows]


def shown_at(row: dict[str, Any]) -> dict[str, str]:
    """The page that shows what a text is cited for, and its name."""
    if row["jurisdiction"]:
        return {"place": row["name"], "path": f"/jurisdictions/{row['jurisdiction']}#source-{row['id']}"}
    folder, _, name = row["file"].partition("/")
    if folder == "instruments":
        return {"place": "Treaties and directives", "path": f"/treaties/{name}"}
    return {"place": "Assessments by others" if folder == "external" else folder.capitalize(), "path": PLACES.get(folder, "")}


ROUTES = [
    (r"^/sources$", sources_page),
]
