"""Atom feeds: changes of the law, dated by the law, and apart from them changes of the records, dated by the repository."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from datasette import Response
from datasette.utils.asgi import NotFound

from ..atom import Entry, Feed, atom
from ..common import Rows, address, data_day, database_of, dated, rows_of, unknown_parameter
from ..lookups import articles, known_jurisdictions, unknown_code
from . import changes

LAW = "Days on which the law's answer to a question became another one, newest first. Not legal advice."
RECORDS = "Changes of the records themselves, with what their authors wrote of them, newest first. The law may be older."
NEVER = "1970-01-01"  # the day of a feed of data that has no day: nothing checked, no history
NAMED = 20


async def changes_feed(datasette: Any, request: Any) -> Response:
    """Changes of the law that the filters leave."""
    return await law_feed(datasette, request, {})


async def jurisdiction_feed(datasette: Any, request: Any) -> Response:
    """Changes of one jurisdiction's law."""
    code = request.url_vars["code"]
    await known(datasette, code)
    if code != code.upper():
        return moved(datasette, f"/jurisdictions/{code.upper()}/changes.atom", request)
    return await law_feed(datasette, request, {"j": code}, f"/jurisdictions/{code}")


async def topic_feed(datasette: Any, request: Any) -> Response:
    """Changes of the answers to one question."""
    id = request.url_vars["id"]
    rows = await rows_of(database_of(datasette), "SELECT id FROM variables WHERE basis = 'law' AND derived_from = ''")
    if problem := changes.topic_problem(id, rows):
        raise NotFound(f"{problem} Feeds are of questions on the law that are coded by hand; /topics lists them.")
    return await law_feed(datasette, request, {"variable": id}, f"/topics/{id}")


async def law_feed(datasette: Any, request: Any, fixed: dict[str, str], page: str = "/changes") -> Response:
    """The feed of the changes that the filters of the request and of its path leave; ``page`` shows the same to people."""
    found = await changes.asked(datasette, request, fixed)
    filters = found["filters"]
    problem = found["problem"] or unknown_parameter(request, [*(name for name in filters if name not in fixed), "page"])
    if problem:
        return Response.text(problem, status=400)
    rows, number = found["rows"], changes.page_number(request, len(found["rows"]))
    query = {name: text for name, text in filters.items() if text and name not in fixed}
    links = [("alternate", address(datasette, request, page + ("" if fixed else asking(query))))]
    links += page_links(datasette, request, query, number, changes.page_count(len(rows)))
    shown = rows[(number - 1) * changes.PER_PAGE : number * changes.PER_PAGE]
    feed = Feed(
        name=f"changes{asking(dict(sorted((name, text) for name, text in filters.items() if text)))}",
        title=": ".join(["Regimes: changes of the law", *titles(found)]),
        subtitle=LAW,
        day=await data_day(database_of(datasette)) or NEVER,
        links=tuple(links),
        entries=tuple(change_entry(datasette, request, row) for row in shown),
    )
    return respond(feed)


def change_entry(datasette: Any, request: Any, row: dict[str, Any]) -> Entry:
    """A change, dated by its day in law; of one known to a month or a year only, the text says so."""
    before, after = (row[side] or "None of those checked" for side in ("before_label", "after_label"))
    known = {"day": "From", "by": "In force"}.get(row["precision"], "Some day in")
    cited = articles(row.get("citations", []))
    parts = [
        f"{known} {dated(row['changed_on'], row['precision'])}: {after}. Before: {before}.",
        f"Grade {row['grade']}: {cited}." if cited else "Derived from the answers that changed on this day.",
        f"Decided by {row['inherited_from']}." if row.get("inherited_from") else "",
        row.get("note") or "",
    ]
    anchor = "label" if row["kind"] == "label" else row["variable"]
    return Entry(
        name=f"{row['kind']}/{row['jurisdiction']}-{row['variable']}-{row['changed_on']}",
        title=f"{row['name']}: {row['title']}: {after}",
        day=row["changed_on"],
        link=address(datasette, request, f"/jurisdictions/{row['jurisdiction']}?on={row['changed_on']}#{anchor}"),
        text=" ".join(filter(None, parts)),
        topics=((row["jurisdiction"], row["name"]), (row["variable"], row["title"])),
    )


async def records_feed(datasette: Any, request: Any) -> Response:
    """Changes of all records, one entry a revision."""
    rows = await versions(database_of(datasette), "")
    entries = (
        record_entry(datasette, request, f"record/{revision[:7]}", list(same))
        for revision, same in groupby(rows, lambda row: row["revision"])
    )
    return await record_feed(datasette, request, "records", "Regimes: changes of the records", "/jurisdictions", entries)


async def jurisdiction_records_feed(datasette: Any, request: Any) -> Response:
    """Changes of one jurisdiction's record."""
    code = request.url_vars["code"]
    one = await known(datasette, code)
    if code != code.upper():
        return moved(datasette, f"/jurisdictions/{code.upper()}/records.atom", request)
    rows = await versions(database_of(datasette), code)
    entries = (record_entry(datasette, request, f"record/{code}-{row['revision'][:7]}", [row]) for row in rows)
    title = f"Regimes: changes of the record: {one['name']}"
    return await record_feed(datasette, request, f"records?j={code}", title, f"/jurisdictions/{code}", entries)


async def record_feed(datasette: Any, request: Any, name: str, title: str, page: str, entries: Iterable[Entry]) -> Response:
    if problem := unknown_parameter(request, ["page"]):
        return Response.text(problem, status=400)
    found = tuple(entries)
    number, count = changes.page_number(request, len(found)), changes.page_count(len(found))
    links = (("alternate", address(datasette, request, page)), *page_links(datasette, request, {}, number, count))
    day = await data_day(database_of(datasette)) or NEVER
    shown = found[(number - 1) * changes.PER_PAGE : number * changes.PER_PAGE]
    return respond(Feed(name, title, RECORDS, day, links, shown))


def record_entry(datasette: Any, request: Any, name: str, rows: Rows) -> Entry:
    """A revision, dated by its commit, with the records it changed. Seven figures of its name stay, however git shortens it."""
    names = [row["name"] for row in rows]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    page = f"/jurisdictions/{rows[0]['jurisdiction']}#history" if len(rows) == 1 else "/jurisdictions"
    return Entry(
        name=name,
        title=rows[0]["summary"] or f"Revision {rows[0]['revision']}",
        day=rows[0]["committed_on"],
        link=address(datasette, request, page),
        text=f"Revision {rows[0]['revision']} changed {'the record' if len(names) == 1 else 'the records'} of {', '.join(names[:NAMED])}{more}.",
        topics=tuple((row["jurisdiction"], row["name"]) for row in rows[:NAMED]),
    )


async def versions(database: Any, code: str) -> Rows:
    """Changes of records in the order of the repository, newest first."""
    return await rows_of(
        database,
        """
        SELECT record_versions.*, jurisdictions.name
          FROM record_versions JOIN jurisdictions ON jurisdictions.code = record_versions.jurisdiction
         WHERE :code = '' OR record_versions.jurisdiction = :code ORDER BY record_versions.rowid
        """,
        code=code,
    )


async def known(datasette: Any, code: str) -> dict[str, Any]:
    """The jurisdiction of a path."""
    jurisdictions = await known_jurisdictions(database_of(datasette))
    if code.upper() not in jurisdictions:
        raise NotFound(unknown_code(code.upper(), jurisdictions))
    return jurisdictions[code.upper()]


def moved(datasette: Any, path: str, request: Any) -> Response:
    """The one address of a feed whose code was written in small letters."""
    return Response.redirect(datasette.urls.path(path + (f"?{request.query_string}" if request.query_string else "")), status=301)


def titles(found: dict[str, Any]) -> list[str]:
    """What the filters name, in words."""
    chosen = [found["chosen"]["name"]] if found["chosen"] else []
    chosen += [one["title"] for _, rows in found["topics"] for one in rows if one["id"] == found["variable"]]
    chosen += [one["title"] for one in found["pillars"] if one["id"] == found["pillar"]]
    return chosen + [f"{word} {found[word]}" for word in ("since", "until") if found[word]]


def page_links(datasette: Any, request: Any, query: dict[str, str], number: int, count: int) -> list[tuple[str, str]]:
    """The feed's own address, and those of its newer and older pages (RFC 5005)."""
    pages = {"self": number, "previous": number - 1, "next": number + 1}
    return [
        (relation, address(datasette, request, request.path + asking({**query, **({"page": str(page)} if page > 1 else {})})))
        for relation, page in pages.items()
        if 1 <= page <= count
    ]


def asking(query: dict[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""


def respond(feed: Feed) -> Response:
    return Response(atom(feed), content_type="application/atom+xml; charset=utf-8")


ROUTES = [
    (r"^/changes\.atom$", changes_feed),
    (r"^/records\.atom$", records_feed),
    (r"^/jurisdictions/(?P<code>[A-Za-z0-9-]{2,6})/changes\.atom$", jurisdiction_feed),
    (r"^/jurisdictions/(?P<code>[A-Za-z0-9-]{2,6})/records\.atom$", jurisdiction_records_feed),
    (r"^/topics/(?P<id>[A-Za-z0-9_-]{1,80})/changes\.atom$", topic_feed),
]
