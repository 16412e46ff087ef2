# ruff: noqa: F401, F811 (site is a fixture)
"""Feeds and the calendar, read by the parsers that readers use, and held against the database and the standards."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import feedparser
import pytest
from conftest import ON
from icalendar import Calendar
from test_derive import ZZ, knowledge_of
from test_site import Client, site
from test_site_compare import rows_of, table

from regimes import database
from regimes.derive import derive
from regimes.history import History
from regimes.load import Knowledge

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/changes.atom",
    "/changes.atom?j=IE&variable=buying_status",
    "/jurisdictions/SE/changes.atom",
    "/topics/buying_status/changes.atom",
    "/jurisdictions/NO/changes.atom",  # no law of it has been coded
    "/records.atom",
    "/jurisdictions/SE/records.atom",
]
VERSIONS = [
    {"jurisdiction": "SE", "committed_on": "2026-11-20", "revision": "1a2b3c4", "summary": "SE: <b>bold</b> & a bell \x07"},
    {"jurisdiction": "DE", "committed_on": "2026-11-20", "revision": "1a2b3c4", "summary": "SE: <b>bold</b> & a bell \x07"},
    {"jurisdiction": "SE", "committed_on": "2026-11-01", "revision": "0f0e0d0", "summary": "SE: started"},
]


@pytest.fixture(scope="module")
def kept(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The site of a database that knows the history of two records."""
    path = tmp_path_factory.mktemp("kept") / "regimes.db"
    commit = {"commit": "1a2b3c4", "commit_date": "2026-11-20"}
    database.write(path, knowledge, derive(knowledge), History(commit, VERSIONS))
    return Client(path)


def parsed(response: Any) -> Any:
    assert response.status_code == 200 and response.headers["content-type"] == "application/atom+xml; charset=utf-8", response.text
    feed = feedparser.parse(response.content)
    assert not feed.bozo and feed.version == "atom10"
    return feed


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_has_what_rfc_4287_asks_for(kept: Client, path: str) -> None:
    parsed(kept.get(path))
    root = xml.fromstring(kept.get(path).content)
    for element in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", element.findtext(f"{ATOM}updated"))
        assert element.findtext(f"{ATOM}title").strip()
        assert [link.get("type") for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"] == ["text/html"]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Regimes"
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert [address.removeprefix("http://localhost") for address in own] == [path]
    ids = [one.text for one in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def all_entries(client: Client, address: str) -> list:
    """The entries of a feed, from its first page to its last."""
    found = []
    while address:
        feed = parsed(client.get(address))
        found += feed.entries
        address = next((link.href.removeprefix("http://localhost") for link in feed.feed.links if link.rel == "next"), "")
    return found


def test_the_feed_of_changes_holds_what_the_page_holds(site: Client) -> None:
    for query in ("", "?j=IE", "?variable=buying_status", "?pillar=trafficking&since=2010-01-01"):
        entries, rows = all_entries(site, f"/changes.atom{query}"), table(site.get(f"/changes.csv{query}"))
        assert [entry.updated[:10] for entry in entries] == [row["day"] for row in rows]
        for entry, row in zip(entries, rows, strict=True):
            assert entry.title.startswith(f"{row['name']}: {row['title']}: ")
            text = entry.content[0].value
            assert row["after"] in text and row["articles"] in text and row["day"][:4] in text
            assert row["jurisdiction"] in [tag.term for tag in entry.tags]
    assert len(parsed(site.get("/changes.atom")).entries) > 50


def test_stable_paths_are_the_same_feed_as_their_filters(site: Client) -> None:
    for path, query in (("/jurisdictions/IE", "j=IE"), ("/topics/buying_status", "variable=buying_status")):
        one, two = parsed(site.get(f"{path}/changes.atom")), parsed(site.get(f"/changes.atom?{query}"))
        assert one.feed.id == two.feed.id and one.entries and [entry.id for entry in one.entries] == [entry.id for entry in two.entries]
    assert parsed(site.get("/changes.atom")).feed.id != one.feed.id


def test_ids_never_change(site: Client, kept: Client) -> None:
    """The ids that readers have seen. Do not renew this list: every entry would be new to them once more."""
    ban = {entry.title: entry.id for entry in parsed(site.get("/jurisdictions/IE/changes.atom")).entries}
    assert ban["Ireland: Buying: Yes, crime"] == "urn:uuid:35391a4c-12fc-5e4c-9d30-74388df69536"
    assert ban["Ireland: Sex work regime: Purchase ban"] == "urn:uuid:f3f65ddb-710d-5995-b125-85fb1e013aec"
    assert parsed(site.get("/changes.atom")).feed.id == "urn:uuid:b8761999-fb7a-5f8f-82c0-f8e080edbfb5"
    started = parsed(kept.get("/jurisdictions/SE/records.atom")).entries[1]
    assert (started.title, started.id) == ("SE: started", "urn:uuid:0db93d18-dd9e-5ec3-83d4-94c21df78958")


def test_changes_of_records_are_apart_and_dated_by_the_repository(kept: Client) -> None:
    feed = parsed(kept.get("/records.atom"))
    assert [(entry.updated, len(entry.tags)) for entry in feed.entries] == [("2026-11-20T00:00:00Z", 2), ("2026-11-01T00:00:00Z", 1)]
    assert "Germany" in feed.entries[0].content[0].value and feed.feed.updated == "2026-11-20T00:00:00Z"
    mine = parsed(kept.get("/jurisdictions/SE/records.atom"))
    assert [entry.updated[:10] for entry in mine.entries] == ["2026-11-20", "2026-11-01"]
    assert all(entry.link.endswith("/jurisdictions/SE#history") for entry in mine.entries)
    assert not {entry.id for entry in mine.entries} & {entry.id for entry in feed.entries}


def test_text_in_a_feed_is_text(kept: Client) -> None:
    """Markup stays as it was written, and a character that XML cannot hold is left out."""
    title = xml.fromstring(kept.get("/records.atom").content).findtext(f"{ATOM}entry/{ATOM}title")
    assert title == "SE: <b>bold</b> & a bell "


def test_a_long_feed_comes_in_pages(kept: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/changes.atom?since=1990-01-01"
    monkeypatch.setattr("regimes.site.pages.changes.PER_PAGE", 30)
    whole = [entry.id for entry in all_entries(kept, address)]
    monkeypatch.setattr("regimes.site.pages.changes.PER_PAGE", 100_000)
    assert len(whole) > 60 and whole == [entry.id for entry in parsed(kept.get(address)).entries]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/changes.atom?jurisdiction=SE", 400, "There is no parameter “jurisdiction” here. There are: since, until, j,"),
        ("/changes.atom?topic=buying_status", 400, "Did you mean variable?"),
        ("/changes.atom?j=SX%27--", 400, "No jurisdiction has the code"),
        ("/changes.atom?since=soon", 400, "is not a day"),
        ("/jurisdictions/SE/changes.atom?j=DE", 400, "There is no parameter “j”"),
        ("/jurisdictions/QQ/changes.atom", 404, "No jurisdiction has the code “QQ”"),
        ("/jurisdictions/QQ/records.atom", 404, "No jurisdiction has the code “QQ”"),
        ("/topics/buying_statu/changes.atom", 404, "Did you mean buying_status"),
        ("/topics/treaties_in_force/changes.atom", 404, "coded by hand"),
        ("/records.atom?on=2020-01-01", 400, "There is no parameter “on”"),
        ("/calendar.ics?on=2020-02-30", 400, "is not a day"),
        ("/calendar.ics?j=QQ", 400, "No jurisdiction has the code"),
        ("/calendar.ics?since=2020-01-01", 400, "There are: on, j."),
    ],
)
def test_what_cannot_be_followed_is_told(site: Client, path: str, status: int, says: str) -> None:
    response = site.get(path)
    assert response.status_code == status and says in unescape(response.text)


def test_a_code_in_small_letters_moves(site: Client) -> None:
    moved = site.get("/jurisdictions/se/changes.atom?since=2000-01-01")
    assert (moved.status_code, moved.headers["location"]) == (301, "/jurisdictions/SE/changes.atom?since=2000-01-01")


@pytest.mark.parametrize("path", ["/changes?j=SE", "/jurisdictions/SE", "/topics/buying_status"])
def test_pages_name_their_feeds_in_the_head_and_in_the_text(site: Client, path: str) -> None:
    html = site.get(path, on=ON).text if "?" not in path else site.get(f"{path}&on={ON}").text
    heads = [
        unescape(href)
        for href in re.findall(r'<link rel="alternate" type="(?:application/atom\+xml|text/calendar)"[^>]* href="([^"]+)"', html)
    ]
    linked = {unescape(href) for href in re.findall(r'<a href="([^"]+)"', html)}
    assert heads and heads[0] in linked
    for address in heads:
        assert site.get(address).status_code == 200, address


def events(response: Any) -> list[Any]:
    assert response.status_code == 200 and response.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and b"\n" not in b"".join(lines)
    calendar = Calendar.from_ical(response.content)
    assert str(calendar["version"]) == "2.0" and calendar["prodid"] and calendar.subcomponents
    for event in calendar.events:
        assert not event.errors
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL"} <= set(event)
        assert type(event.decoded("dtstart")) is date and event.decoded("dtstamp").utcoffset().total_seconds() == 0
    uids = [str(event["uid"]) for event in calendar.events]
    assert len(uids) == len(set(uids))
    return calendar.events


def test_the_calendar_holds_the_days_to_come_and_no_other(site: Client, built: Path) -> None:
    on = "2011-01-01"
    found = events(site.get("/calendar.ics", on=on))
    days = [event.decoded("dtstart").isoformat() for event in found]
    assert days == sorted(days) and days[0] >= on
    law = "SELECT id FROM variables WHERE basis = 'law' AND derived_from = ''"
    starts = rows_of(built, f"SELECT * FROM answers WHERE variable IN ({law}) AND valid_from >= :on AND from_precision <> 'by'", on=on)
    assert len(starts) > 40 and len([event for event in found if "First day of this answer" in event["description"]]) == len(starts)
    summaries = {str(event["summary"]): event.decoded("dtstart").isoformat() for event in found}
    assert summaries["Ireland: Buying: Yes, crime"] == "2017-03-27"
    assert summaries["EU Directive 2011/36: entry into force"] == "2011-04-15"
    assert summaries["EU Directive 2024/1712: last day to make it national law"] == "2026-07-15"
    assert not [summary for summary in summaries if "Treaties in force" in summary]  # computed days of effect are no dates of the law


def test_the_last_day_counts_and_the_next_does_not(site: Client) -> None:
    for on, there in (("2026-07-15", True), ("2026-07-16", False)):
        summaries = [str(event["summary"]) for event in events(site.get("/calendar.ics", on=on))]
        assert ("EU Directive 2024/1712: last day to make it national law" in summaries) == there


def test_an_answer_that_ends_is_told_unless_another_follows(world: Path, tmp_path: Path) -> None:
    text = ZZ.replace(
        "    - value: comprehensive\n      from: 2005-07-01\n", "    - value: comprehensive\n      from: 2005-07-01\n      until: 2027-03\n"
    )
    assert text != ZZ
    path = tmp_path / "regimes.db"
    knowledge = knowledge_of(world, ZZ=text)
    database.write(path, knowledge, derive(knowledge), History())
    client = Client(path)
    [end] = events(client.get("/calendar.ics", on=ON))
    assert "last day of" in end["summary"] and end.decoded("dtstart") == date(2027, 3, 31) and "Known only as 2027-03" in end["description"]
    summaries = [str(event["summary"]) for event in events(client.get("/calendar.ics", on="2009-01-01"))]
    assert [one for one in summaries if one.startswith("Zedland: Selling: ")] == ["Zedland: Selling: Not liable"]


def test_a_calendar_of_one_jurisdiction_has_the_directives_that_bind_it(site: Client) -> None:
    def of(code: str) -> list[str]:
        return [str(event["summary"]) for event in events(site.get("/calendar.ics", on="2010-01-01", j=code))]

    assert "EU Directive 2024/1712: last day to make it national law" in of("SE")
    assert of("SE") and not [one for one in of("SE") if one.startswith("Ireland")]
    assert not [one for one in of("JP") if one.startswith("EU Directive")]


def test_a_calendar_without_dates_is_still_one(site: Client) -> None:
    """The standard asks for a component; one that shows nothing stands there."""
    response = site.get("/calendar.ics", on="2100-01-01")
    assert events(response) == [] and "BEGIN:VTIMEZONE" in response.text


def test_the_stamp_of_a_date_is_the_day_of_the_data(kept: Client) -> None:
    found = events(kept.get("/calendar.ics", on="2011-01-01"))
    assert {event.decoded("dtstamp").date().isoformat() for event in found} == {"2026-11-20"}
