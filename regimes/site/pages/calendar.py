"""The days to come on which the law changes, as iCalendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from datasette import Response
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from ..atom import identity
from ..common import Rows, address, data_day, database_of, dated, day_asked, rows_of, unknown_parameter
from ..lookups import known_jurisdictions, unknown_code

TITLE = "Regimes: dates to come"
ABOUT = "Days on which the law on trafficking in persons, adult sex work and victim protection changes. Not legal advice. CC BY 4.0."
NEVER = "1970-01-01"  # the stamp of data that has no day
LAW = "variables.basis = 'law' AND variables.derived_from = ''"


async def calendar_file(datasette: Any, request: Any) -> Response:
    """Every date on or after the day asked for, of one jurisdiction where ``j`` names it."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    jurisdictions = await known_jurisdictions(database)
    code = (request.args.get("j") or "").strip().upper()
    problem = (
        problem
        or unknown_parameter(request, ["on", "j"])
        or (unknown_code(code, jurisdictions) if code and code not in jurisdictions else "")
    )
    if problem:
        return Response.text(problem, status=400)
    calendar = empty(f"{TITLE}: {jurisdictions[code]['name']}" if code else TITLE)
    stamp = datetime.fromisoformat(await data_day(database) or NEVER).replace(tzinfo=UTC)
    rows = [*await starts(database, on, code), *await ends(database, on, code), *await instrument_days(database, on, code)]
    for row in sorted(rows, key=lambda row: (row["day"], row["summary"], row["name"])):
        calendar.add_component(event(row, stamp, address(datasette, request, row["path"])))
    if not rows:
        calendar.add_component(nothing())
    return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def empty(title: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Regimes//Dates to come//EN")
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):  # the standard's name (RFC 7986), and the one that programs read
        calendar.add(name, title)
    calendar.add("description", ABOUT)
    return calendar


def event(row: dict[str, Any], stamp: datetime, link: str) -> Event:
    """A whole day that takes nobody's time. The id stays, so that a day that moves is moved in the reader's calendar."""
    found = Event()
    found.add("uid", str(identity(row["name"])))
    found.add("dtstamp", stamp)
    found.add("dtstart", date.fromisoformat(row["day"]))
    found.add("summary", row["summary"])
    inexact = "" if row["precision"] in ("day", "") else f"Known only as {dated(row['day'], row['precision'])}. "
    found.add("description", f"{row['description']} {inexact}Not legal advice.".strip())
    found.add("url", link)
    found.add("transp", "TRANSPARENT")
    return found


def nothing() -> Timezone:
    """What stands in a calendar without dates, because the standard asks for one component at least and this one shows nothing."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))
    for name in ("tzoffsetfrom", "tzoffsetto"):
        standard.add(name, timedelta(0))
    zone.add_component(standard)
    return zone


async def starts(database: Any, on: str, code: str) -> Rows:
    """Answers that begin; not those of which only a day is known by which they were true."""
    return await rows_of(
        database,
        f"""
        SELECT 'start/' || answers.id AS name, answers.valid_from AS day, answers.from_precision AS precision,
               jurisdictions.name || ': ' || variables.title || ': ' || answers.label AS summary,
               'First day of this answer to: ' || variables.question || ' ' || answers.note AS description,
               '/jurisdictions/' || answers.jurisdiction || '?on=' || answers.valid_from || '#' || answers.variable AS path
          FROM answers
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
          JOIN variables ON variables.id = answers.variable
         WHERE {LAW} AND answers.valid_from >= :on AND answers.from_precision <> 'by' AND (:code = '' OR answers.jurisdiction = :code)
        """,
        on=on,
        code=code,
    )


async def ends(database: Any, on: str, code: str) -> Rows:
    """Answers that end with none that follows on the next day."""
    return await rows_of(
        database,
        f"""
        SELECT 'end/' || answers.id AS name, answers.valid_until AS day, answers.until_precision AS precision,
               jurisdictions.name || ': ' || variables.title || ': last day of: ' || answers.label AS summary,
               'Last day of this answer to: ' || variables.question || ' ' || answers.note AS description,
               '/jurisdictions/' || answers.jurisdiction || '?on=' || answers.valid_until || '#' || answers.variable AS path
          FROM answers
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
          JOIN variables ON variables.id = answers.variable
         WHERE {LAW} AND answers.valid_until >= :on AND (:code = '' OR answers.jurisdiction = :code)
           AND NOT EXISTS (SELECT 1 FROM answers AS next
                            WHERE next.jurisdiction = answers.jurisdiction AND next.variable = answers.variable
                              AND next.valid_from = date(answers.valid_until, '+1 day'))
        """,
        on=on,
        code=code,
    )


async def instrument_days(database: Any, on: str, code: str) -> Rows:
    """The entry into force of treaties and directives, and the last day to make a directive national law."""
    return await rows_of(
        database,
        """
        SELECT dates.kind || '/' || instruments.id AS name, dates.day, '' AS precision, instruments.short_title || ': ' || dates.words AS summary,
               instruments.title || '.' AS description, '/treaties/' || instruments.id || '?on=' || dates.day AS path
          FROM instruments
          JOIN (SELECT id, 'in-force' AS kind, in_force AS day, 'entry into force' AS words FROM instruments
                UNION ALL
                SELECT id, 'transposed-by', transposed_by, 'last day to make it national law' FROM instruments) AS dates
            ON dates.id = instruments.id
         WHERE dates.day >= :on
           AND (:code = '' OR EXISTS (SELECT 1 FROM ratifications WHERE ratifications.instrument = instruments.id
                                         AND ratifications.jurisdiction = :code AND ratifications.act <> ''))
        """,
        on=on,
        code=code,
    )


ROUTES = [
    (r"^/calendar\.ics$", calendar_file),
]
