"""The site, with real Datasette in process: pages, canned queries, headers, and text that tries to be markup or SQL."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from copy import deepcopy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import ON, ROOT, build
from datasette.app import Datasette
from test_derive import ZZ, knowledge_of

from regimes.load import Knowledge
from regimes.read import read
from regimes.serve import settings_in_process

METADATA = read(ROOT / "metadata.yml", ROOT)[0].data
QUERIES = METADATA["databases"]["regimes"]["queries"]
EXAMPLES = {
    "in_force": {"variable": "selling_status", "on": ON},
    "jurisdiction": {"code": "SE", "on": ON},
    "compare": {"first": "SE", "second": "DE", "on": ON},
    "buyers": {"on": ON},
    "changed_since": {"since": "2000-01-01"},
    "gaps_of": {"code": ""},
    "reading_why": {"reading": "sex-work-regime", "code": "SE", "on": ON},
    "sources_of": {"code": "SE"},
    "find": {
        "first_variable": "selling_status",
        "first_value": "not_an_offence",
        "second_variable": "buying_status",
        "second_value": "criminal_offence",
        "on": ON,
    },
    "parties": {"instrument": "palermo_protocol", "state": "party", "on": "2010-01-01"},
    "treaties_of": {"code": "NO", "on": ON},
    "assessed": {"code": "NO"},
    "search": {"words": "reflection"},
}


class Client:
    """Ask a Datasette for a page, as a browser would."""

    def __init__(self, path: Path) -> None:
        self.datasette = Datasette([], immutables=[str(path)], metadata=deepcopy(METADATA), settings=settings_in_process())

    def get(self, path: str, **arguments: str) -> Any:
        return asyncio.run(self.datasette.client.get(path, params=arguments or None))


@pytest.fixture(scope="session")
def site(built: Path) -> Client:
    return Client(built)


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def codes(built: Path, coded: bool = True) -> list[str]:
    """Jurisdictions whose law has been coded, or those whose law has not."""
    with sqlite3.connect(built) as connection:
        return [code for (code,) in connection.execute("SELECT code FROM jurisdictions WHERE (checked IS NOT NULL) = ?", [coded])]


def test_front_page_lists_every_jurisdiction_with_its_label(site: Client, built: Path, knowledge: Knowledge) -> None:
    page = site.get("/", on=ON)
    assert page.status_code == 200
    for record in knowledge.records.values():
        assert (f">{record.name}</a>" in page.text) == bool(record.checked), record.code
    everything = text_of(site.get("/jurisdictions", on=ON).text)
    assert all(record.name in everything for record in knowledge.records.values())
    assert "Purchase ban" in page.text and "Full criminalisation" in page.text


def test_every_jurisdiction_page_shows_pillars_articles_and_dates(site: Client, built: Path) -> None:
    for code in codes(built):
        page = site.get(f"/jurisdictions/{code}", on=ON)
        assert page.status_code == 200, code
        words = text_of(page.text)
        for heading in ("Trafficking in persons", "Adult sex work", "Victim protection", "Sources", "What is not coded"):
            assert heading in words
        assert re.search(r"(Since|In force by)\s+\d{4}", words) and "grade" in words


def test_a_page_without_coded_law_says_so_and_shows_treaties(site: Client, built: Path) -> None:
    files = len(list((ROOT / "records" / "jurisdictions").glob("*.yml")))
    assert len(codes(built, coded=False)) == files - len(codes(built)) > 0
    for code in codes(built, coded=False)[::23]:
        page = text_of(site.get(f"/jurisdictions/{code}", on=ON).text)
        assert "has been coded yet" in page and "Sex work regime:" not in page
    norway = text_of(site.get("/jurisdictions/NO", on=ON).text)
    assert "Palermo Protocol" in norway and "2003-09-23" in norway


@pytest.mark.parametrize("path", ["/treaties", "/treaties/palermo_protocol", "/figures", "/terms"])
def test_pages_of_the_world_base(site: Client, path: str) -> None:
    page = site.get(path, on=ON)
    assert page.status_code == 200 and "None yet" not in page.text


def test_unknown_is_not_absent(site: Client) -> None:
    """A state without an entry is shown as absent only as far as a list reaches."""
    with_entry = text_of(site.get("/treaties/palermo_protocol", on="2010-01-01").text)
    assert "0 unknown" in with_entry


def test_the_day_decides_what_is_shown(site: Client) -> None:
    assert "Sex work regime: Partial criminalisation" in text_of(site.get("/jurisdictions/IE", on="2010-01-01").text)
    assert "Sex work regime: Purchase ban" in text_of(site.get("/jurisdictions/IE", on=ON).text)


@pytest.mark.parametrize("day", ["2015-02-30", "yesterday", "20150101", "2015-1-1", "'; DROP TABLE answers; --"])
def test_a_day_that_is_none_is_said_so(site: Client, day: str) -> None:
    page = site.get("/jurisdictions/IE", on=day)
    assert page.status_code == 400
    assert "is not a day. Write it as year-month-day" in text_of(page.text)


def test_an_unknown_code_and_a_code_in_small_letters(site: Client) -> None:
    missing = site.get("/jurisdictions/QQ")
    assert missing.status_code == 404 and "No jurisdiction has the code QQ" in text_of(missing.text)
    moved = site.get("/jurisdictions/se")
    assert (moved.status_code, moved.headers["location"]) == (301, "/jurisdictions/SE")


def test_links_of_the_pages_lead_somewhere(site: Client, built: Path) -> None:
    seen = set()
    for start in [
        "/",
        "/treaties",
        "/treaties/palermo_protocol",
        "/figures",
        "/terms",
        *(f"/jurisdictions/{code}" for code in [*codes(built), "NO"]),
    ]:
        html = site.get(start, on=ON).text
        anchors = set(re.findall(r'id="([^"]+)"', html))
        for link in map(unescape, re.findall(r'href="([^"]+)"', html)):
            if link.startswith("#"):
                assert link[1:] in anchors, (start, link)
            elif link.startswith("/") and not link.startswith("//"):
                seen.add(link.split("#")[0])
    assert len(seen) > 10
    for link in sorted(seen):
        assert site.get(link).status_code == 200, link


@pytest.mark.parametrize("name", QUERIES)
def test_every_canned_query_answers(site: Client, name: str) -> None:
    rows = site.get(f"/regimes/{name}.json", _shape="array", **EXAMPLES[name]).json()
    assert isinstance(rows, list) and rows, name
    assert site.get(f"/regimes/{name}", **EXAMPLES[name]).status_code == 200


def test_find_agrees_with_the_label(site: Client) -> None:
    found = {row["code"] for row in site.get("/regimes/find.json", _shape="array", **EXAMPLES["find"]).json()}
    assert {"SE", "IE"} <= found and "DE" not in found


def test_the_matrix_has_a_row_a_jurisdiction(site: Client, built: Path) -> None:
    rows = site.get("/regimes/matrix.json", _shape="array", _size="max").json()
    assert set(codes(built)) <= {row["jurisdiction"] for row in rows}
    assert next(row for row in rows if row["jurisdiction"] == "IE")["buying_status"] == "criminal_offence"


def test_own_pages_have_a_strict_policy_and_stock_pages_stay_on_this_host(site: Client) -> None:
    own, stock = site.get("/", on=ON).headers, site.get("/regimes/answers").headers
    assert "script-src 'self'" in own["content-security-policy"] and "unsafe-inline" not in own["content-security-policy"]
    assert "default-src 'none'" in stock["content-security-policy"] and "http" not in stock["content-security-policy"]
    for headers in (own, stock):
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_own_pages_hold_no_inline_code_and_ask_no_other_host(site: Client) -> None:
    for path in ("/", "/jurisdictions/SE"):
        html = site.get(path, on=ON).text
        assert not re.search(r"<script(?![^>]*\bsrc=|[^>]*ld\+json)|\son[a-z]+=|\sstyle=|<style", html)
        assert not re.findall(r'(?:src|<link(?![^>]*canonical)[^>]*href)="(?:https?:)?//', html)


def test_sql_is_open_but_reads_only_and_has_limits(site: Client) -> None:
    assert site.get("/regimes.json", sql="select count(*) as n from answers", _shape="array").json()[0]["n"] > 100
    assert site.get("/regimes.json", sql="delete from answers").status_code == 400
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    assert site.get("/regimes.json", sql=endless).status_code == 400
    assert site.datasette.setting("suggest_facets") is False


def test_text_from_records_is_data(world: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> \\\"> {{ 7 * 7 }} ' OR 1=1 --"
    text = ZZ.replace("name: Zedland", f'name: "Zed {evil}"').replace(
        "cite: {code: 3:1}", f'cite: {{code: "{evil}"}}\n      note: "{evil}"', 1
    )
    client = Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"))
    for path in ("/", "/jurisdictions/ZZ"):
        page = client.get(path, on=ON)
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)" in page.text
        assert "{{ 7 * 7 }}" in unescape(page.text)


@pytest.mark.parametrize("code", ["SE'--", "SE%27", "SE/x", "%00", "toolongacode"])
def test_a_hostile_code_finds_nothing(site: Client, code: str) -> None:
    assert asyncio.run(site.datasette.client.get(f"/jurisdictions/{code}", follow_redirects=True)).status_code == 404


def test_a_host_that_is_no_host_is_no_fault_of_the_page(site: Client) -> None:
    answer = asyncio.run(site.datasette.client.get("/terms", headers={"host": "[::1"}))
    assert answer.status_code == 200 and '<link rel="canonical" href="http://[::1/terms">' in answer.text


@pytest.mark.parametrize(("asked", "shown"), [({"months": "0240000"}, "is no number of months"), ({"on": "0001-01-01"}, "")])
def test_the_freshness_page_answers_odd_questions(site: Client, asked: dict[str, str], shown: str) -> None:
    answer = site.get("/freshness", **asked)
    assert answer.status_code < 500 and shown in unescape(answer.text)


def test_a_record_tells_what_to_check_next(world: Path, tmp_path: Path) -> None:
    text = ZZ.replace(
        "      cite: {code: 4:2}\n  buying_penalty_max", "      cite: {code: 4:2}\n      confidence: low\n  buying_penalty_max"
    )
    page = text_of(Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db")).get("/jurisdictions/ZZ", on=ON).text)
    told = " ".join(page[page.index("What to check next") :].split())
    assert "The oldest on which answers rest alone: 2026-01-01 (" in told
    assert "Answers with low confidence: Buying" in told and "not at hand: health act" in told
