"""A way to correct or add an answer without git: from a question to a checked piece of a record. Nothing is stored."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from datasette import Response

from ..common import database_of, day_asked, page, rows_of
from ..lookups import answers_where, known_jurisdictions, unknown_code
from ..proposal import CHOICES, FIELDS, codebook_of, proposal

LONGEST_LINK = 6000  # characters of an address that browsers and forges take


async def contribute_page(datasette: Any, request: Any) -> Response:
    """Choose, see what is there, say what should be there, take away the fragment."""
    context = await asked(datasette, request)
    return await page(datasette, request, "contribute.html", context)


async def fragment_file(datasette: Any, request: Any) -> Response:
    """The fragment as a file to send."""
    context = await asked(datasette, request)
    if not context["fragment"] or context["faults"]:
        return Response.text("Fill in the form first: /contribute\n", status=400)
    name = f"{context['place']['code']}-{context['question']['id']}.yml"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(context["fragment"], headers=headers, content_type="text/plain; charset=utf-8")


async def asked(datasette: Any, request: Any) -> dict[str, Any]:
    """What the form says so far, and what follows from it."""
    database = database_of(datasette)
    on, day_problem = day_asked(datasette, request)
    places, code = await known_jurisdictions(database), (request.args.get("j") or "").strip().upper()
    questions = await rows_of(
        database,
        "SELECT variables.id, variables.title, variables.question, variables.type, variables.unit, pillars.title AS pillar_title FROM variables "
        "JOIN pillars ON pillars.id = variables.pillar WHERE basis = 'law' AND derived_from = '' ORDER BY pillars.position, variables.position",
    )
    chosen = {one["id"]: one for one in questions}.get((request.args.get("variable") or "").strip())
    problem = unknown_code(code, places) if code and code not in places else ""
    problem = problem or ("No question has this id; choose one from the list." if request.args.get("variable") and not chosen else "")
    words = {
        name: " ".join((request.args.get(name) or "").split()) if name != "note" else (request.args.get(name) or "").strip()
        for name in FIELDS
    }
    words["value"] = ", ".join(one.strip() for one in request.args.getlist("value") if one.strip())
    context = {
        "on": on,
        "problem": " ".join(filter(None, [problem, day_problem])),
        "places": places,
        "code": code,
        "questions": questions,
        "question": chosen,
        "fields": FIELDS,
        "choices": CHOICES,
        "said": words,
        "place": None,
        "faults": [],
        "fragment": "",
    }
    if chosen and code in places and not problem:
        context |= await filled(datasette, request, code, chosen, words)
    return context


async def filled(datasette: Any, request: Any, code: str, question: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    """The chosen question's answers as they are, its values, and what was filled in as a fragment."""
    database = database_of(datasette)
    place = (await rows_of(database, "SELECT code, name, kind, parent FROM jurisdictions WHERE code = :code", code=code))[0]
    chosen = "answers.jurisdiction = :code AND answers.variable = :id"
    found = {
        "place": place,
        "present": await answers_where(database, chosen, {"code": code, "id": question["id"]}),
        "gap": await rows_of(
            database, "SELECT reason FROM gaps WHERE jurisdiction = :code AND variable = :id", code=code, id=question["id"]
        ),
        "values": await rows_of(database, "SELECT * FROM variable_values WHERE variable = :id ORDER BY position", id=question["id"]),
    }
    if request.args.get("check"):
        made = proposal(await codebook_of(database, question["id"]), place, words)
        found |= {"faults": made.problems, "fragment": made.fragment, **ways(datasette, place, question, made.fragment)}
    return found


def ways(datasette: Any, place: dict[str, Any], question: dict[str, Any], fragment: str) -> dict[str, str]:
    """Where a fragment can be sent: the forge and the address that metadata.yml names, where it names them."""
    settings = datasette.plugin_config("regimes") or {}
    title = f"{place['code']}: {question['title']}"
    body = f"For `records/jurisdictions/{place['code']}.yml`:\n\n```yaml\n{fragment}```\n"
    links = {}
    if forge := settings.get("new_issue"):
        links["issue"] = f"{forge}{'&' if '?' in forge else '?'}{urlencode({'title': title, 'body': body}, quote_via=quote)}"
    if contact := settings.get("contact"):
        links["mail"] = f"mailto:{contact}?{urlencode({'subject': title, 'body': body}, quote_via=quote)}"
    return {name: link for name, link in links.items() if len(link) <= LONGEST_LINK}


ROUTES = [
    (r"^/contribute$", contribute_page),
    (r"^/contribute\.yml$", fragment_file),
]
