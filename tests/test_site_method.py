"""Method, data, texts read, search, what search engines ask for, and the way out of a page."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import ON, ROOT
from test_browser import CHROMIUM, address, browser  # noqa: F401
from test_site import Client, site, text_of  # noqa: F401

from regimes.site.pages import search

PAGES = ("/method", "/data", "/sources", "/sources?j=SE", "/search", "/search?q=sweden")


def rows(built: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(built) as connection:
        return connection.execute(sql, parameters).fetchall()


def links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', html)]


def hits(page: Any, kind: str) -> list[str]:
    """The addresses of one kind of result."""
    section = re.search(rf'<section aria-labelledby="{kind}">(.*?)</section>', page.text, re.DOTALL)
    return links(section[1]) if section else []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_and_its_anchors(site: Client, path: str) -> None:  # noqa: F811
    page = site.get(path)
    assert page.status_code == 200
    assert len(re.findall(r"<h1[ >]", page.text)) == 1
    anchors = re.findall(r'id="([^"]+)"', page.text)
    assert len(anchors) == len(set(anchors))
    assert {link[1:] for link in links(page.text) if link.startswith("#")} <= {*anchors, "content"}


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_somewhere(site: Client, path: str) -> None:  # noqa: F811
    for link in {link.split("#")[0] for link in links(site.get(path).text) if link.startswith("/") and ".db" not in link}:
        assert site.get(link).status_code == 200, link


def test_the_method_page_says_what_has_not_been_done(site: Client) -> None:  # noqa: F811
    words = " ".join(text_of(site.get("/method", on=ON).text).split())
    for said in ("machine-assisted", "share a blind spot", "No record has been reviewed by a lawyer", "legal advice"):
        assert said in words


def test_the_counts_of_the_method_page_are_those_of_the_database(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/method", on=ON).text
    (coded,) = rows(built, "SELECT count(*) FROM jurisdictions WHERE checked IS NOT NULL")[0]
    answered, grade_a, absence = rows(
        built,
        "SELECT count(*), sum(grade = 'A'), sum(absence) FROM answers JOIN variables ON variables.id = variable "
        "WHERE basis = 'law' AND derived_from = '' AND valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?) "
        "AND jurisdiction IN (SELECT code FROM jurisdictions WHERE checked IS NOT NULL)",
        ON,
        ON,
    )[0]
    (questions,) = rows(built, "SELECT count(*) FROM variables WHERE basis = 'law' AND derived_from = ''")[0]
    total = re.search(r'<th scope="row">All</th>(.*?)</tr>', page)
    assert total
    cells = re.findall(r'class="number">([^<]*)', total[1])
    asked = questions * coded
    assert cells[:4] == [str(questions), f"{answered} of {asked}", str(asked - answered), str(grade_a)]
    assert cells[6] == str(absence)
    assert f"{coded} of 393 jurisdictions have coded law" in text_of(page)


def test_the_method_page_and_the_readme_count_each_record_alike(site: Client, built: Path) -> None:  # noqa: F811
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    counted = {
        code: re.findall(r"\d+", cells)[:7] for code, cells in re.findall(r"\| [^|]+ \((\w\w[^)]*)\) \|(.*?)\| [^|]* \| \d{4}-", readme)
    }
    page = site.get("/method", on=ON).text
    shown = {}
    for code, row in re.findall(r'<tr><th scope="row"><a href="/jurisdictions/([^"]+)">[^<]*</a></th>(.*?)</tr>', page):
        shown[code] = re.findall(r'class="number">(\d+)</td>', row)[:7]
    assert counted == shown and len(counted) == rows(built, "SELECT count(*) FROM jurisdictions WHERE checked IS NOT NULL")[0][0]


def test_counts_follow_the_day(site: Client) -> None:  # noqa: F811
    now, before = (site.get("/method", on=day).text for day in (ON, "1950-01-01"))
    assert re.search(r"<th scope=\"row\">All</th>.*", now)[0] != re.search(r"<th scope=\"row\">All</th>.*", before)[0]  # type: ignore[index]
    assert site.get("/method", on="yesterday").status_code == 400


def test_the_data_page_lists_every_table_and_query(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/data", on=ON).text
    for (name,) in rows(built, "SELECT key FROM build_info WHERE key LIKE 'rows.%'"):
        assert f'href="/regimes/{name.removeprefix("rows.")}"' in page
    assert 'href="/regimes/buyers"' in page and "CC BY 4.0" in page
    (content,) = rows(built, "SELECT value FROM build_info WHERE key = 'content_hash'")[0]
    assert content in page


def test_what_the_data_page_offers_can_be_taken(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/data", on=ON).text
    offered = [link for link in links(page) if ".csv" in link or ".db" in link]
    assert len(offered) > 5
    for link in offered:
        answer = site.get(link)
        assert answer.status_code == 200, link
        assert answer.content[:15] == b"SQLite format 3" if ".db" in link else "," in answer.text.splitlines()[0]
    (answers,) = rows(built, "SELECT count(*) FROM answers")[0]
    assert len(re.findall(r"^[A-Z]{2}", site.get("/regimes/answers.csv?_stream=on").text, re.MULTILINE)) >= answers


def test_a_citation_names_version_day_and_hash(site: Client, built: Path) -> None:  # noqa: F811
    (version,) = rows(built, "SELECT value FROM build_info WHERE key = 'data_version'")[0]
    bibtex = site.get("/data/cite.bib", on="2015-06-01").text
    assert bibtex.startswith("@misc{") and version in bibtex and "law of 2015-06-01" in bibtex
    assert bibtex.count("{") == bibtex.count("}")
    (csl,) = site.get("/data/cite.json", on="2015-06-01").json()
    assert csl["type"] == "dataset" and csl["version"] == version and "2015-06-01" in csl["note"]
    assert "law of 2015-06-01" in text_of(site.get("/data", on="2015-06-01").text)


def test_a_jurisdiction_is_cited_by_its_day_and_names_its_laws(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/jurisdictions/SE", on="2015-06-01").text
    formats = [unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    (csl,) = json.loads(formats[1])
    assert csl["type"] == "webpage" and csl["URL"].endswith("/jurisdictions/SE?on=2015-06-01") and csl["id"] in formats[0]
    laws = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)[0])["about"]
    (held,) = rows(built, "SELECT count(*) FROM sources WHERE jurisdiction = 'SE' AND kind IN ('statute', 'regulation', 'constitution')")[0]
    assert len(laws) == held and {law["@type"] for law in laws} == {"Legislation"}


def test_a_jurisdiction_answers_the_cases(site: Client) -> None:  # noqa: F811
    page = site.get("/jurisdictions/SE", on=ON).text
    cases = text_of(page[page.index('id="scenarios"') : page.index('id="timeline"')])
    assert "A person buys sex from a consenting adult The buyer" in " ".join(cases.split())


def test_the_data_set_is_described_for_search_engines(site: Client) -> None:  # noqa: F811
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', site.get("/data", on=ON).text, re.DOTALL)
    dataset = json.loads(blocks[0])
    assert dataset["@type"] == "Dataset" and dataset["license"].startswith("https://creativecommons.org/")
    assert all(one["contentUrl"].startswith("http://") for one in dataset["distribution"])


def test_sources_are_those_of_the_choice(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/sources", j="se", kind="statute", grade="A")
    titles = {title for (title,) in rows(built, "SELECT title FROM sources WHERE jurisdiction = 'SE' AND kind = 'statute' AND grade = 'A'")}
    shown = text_of(page.text)
    assert page.status_code == 200 and titles and all(title in shown for title in titles)
    assert f"{len(titles)} texts" in shown
    assert set(re.findall(r"/jurisdictions/([A-Z-]+)#", page.text)) == {"SE"}


def test_a_source_shows_how_many_answers_cite_it(site: Client, built: Path) -> None:  # noqa: F811
    source, cited = rows(
        built, "SELECT source, count(DISTINCT answer) AS n FROM citations WHERE source LIKE 'SE-%' GROUP BY source ORDER BY n DESC"
    )[0]
    page = site.get("/sources", j="SE").text
    row = next(row for row in page.split("<tr>") if f'#source-{source}"' in row)
    assert f"{cited} answers" in row


def test_all_texts_are_reached_page_by_page(site: Client, built: Path) -> None:  # noqa: F811
    (number,) = rows(built, "SELECT count(*) FROM sources")[0]
    seen, path = 0, "/sources"
    while path:
        html = site.get(path).text
        seen += html.count('<th scope="row">')
        following = re.search(r'href="([^"]+)" rel="next"', html)
        path = unescape(following[1]) if following else ""
    assert seen == number


@pytest.mark.parametrize(
    "choice, status",
    [
        ({"j": "QQ"}, 404),
        ({"j": "<b>"}, 404),
        ({"kind": "poem"}, 400),
        ({"grade": "D"}, 400),
        ({"page": "0"}, 400),
        ({"page": "²"}, 400),
        ({"page": "-1"}, 400),
        ({"page": "9" * 5000}, 400),
        ({"page": "99999"}, 404),
    ],
)
def test_a_choice_that_is_none_is_said_so(site: Client, choice: dict[str, str], status: int) -> None:  # noqa: F811
    page = site.get("/sources", **choice)
    assert page.status_code == status and 'role="alert"' in page.text and "<b>" not in page.text


@pytest.mark.parametrize(
    "asked, kind, path",
    [
        ("Sweden", "jurisdiction", "/jurisdictions/SE"),
        ("Sverige", "jurisdiction", "/jurisdictions/SE"),
        ("日本", "jurisdiction", "/jurisdictions/JP"),
        ("cote d'ivoire", "jurisdiction", "/jurisdictions/CI"),
        ("buying", "variable", "/topics/buying_status"),
        ("purchase ban", "term", "/terms#purchase-ban"),
        ("Palermo", "instrument", "/treaties/palermo_protocol"),
        ("sweden buying", "answer", "/jurisdictions/SE#buying_status"),
        ("what is buying in Sweden?", "answer", "/jurisdictions/SE#buying_status"),
        ("IN", "jurisdiction", "/jurisdictions/IN"),
        ("Brottsbalk", "source", "/jurisdictions/SE#source-SE-brb"),
    ],
)
def test_search_leads_to_the_right_page(site: Client, asked: str, kind: str, path: str) -> None:  # noqa: F811
    page = site.get("/search", q=asked)
    assert page.status_code == 200 and path in hits(page, kind)[:6]


def test_every_kind_of_hit_leads_to_a_place_that_is_there(site: Client, built: Path) -> None:  # noqa: F811
    """The address of a hit holds the id of a row, and its page the anchor."""
    page = site.get("/search", q="trafficking")
    for kind in ("term", "claim", "answer", "source"):
        for link in hits(page, kind)[:3]:
            path, _, anchor = link.partition("#")
            assert "None" not in link and f'id="{anchor}"' in site.get(path, on=ON).text, link
    ids = {id for (id,) in rows(built, "SELECT id FROM variables UNION SELECT id FROM instruments")}
    for link in [*hits(page, "variable"), *hits(page, "instrument")]:
        assert link.startswith("/search?") or link.rsplit("/", 1)[1] in ids


def test_an_answer_is_found_once_whatever_its_spells(site: Client) -> None:  # noqa: F811
    found = hits(site.get("/search", q="ireland buying", kind="answer"), "answer")
    assert found.count("/jurisdictions/IE#buying_status") == 1


@pytest.mark.parametrize(
    "asked, near", [("Swedne", "Sweden"), ("Gremany", "Germany"), ("traficking", "trafficking"), ("Urugay buying", "Uruguay")]
)
def test_a_misspelt_word_gets_near_ones(site: Client, asked: str, near: str) -> None:  # noqa: F811
    page = site.get("/search", q=asked)
    offered = re.search(r"<p>Did you mean: (.*?)</p>", page.text)
    assert offered and near.casefold() in text_of(offered[1]).casefold()
    assert "Nothing found" not in text_of(site.get(links(offered[1])[0]).text)


def test_nothing_found_is_no_statement_on_the_law(site: Client) -> None:  # noqa: F811
    page = text_of(site.get("/search", q="qqqqxqqqq").text)
    assert "Nothing found" in page and "says nothing about the law" in page


ODD = """
" | "" | "a | a"b"c | * | a* | NEAR(a b) | NEAR | AND | OR NOT | title:x | -x | ^x | {a b}:c | ( | a AND ( | '; DROP TABLE answers
😀 | 👩‍👩‍👧 law | ٣ | ʼ | ½ law | % | _ | § 232 | <script>alert(1)</script> | {{ 7 * 7 }} | ไทย ที่ | स्वीडन | ＳＥ | İ | ﬁ | ①
"""
LONG = ["x" * 10_000, "a " * 5_000, "law " * 49, "\x00", "a\x00b", "\x02law\x03", "\u202elaw", "\u0301", "\ue000"]


@pytest.mark.parametrize("asked", [*re.split(r" \| |\n", ODD.strip()), *LONG])
def test_odd_and_hostile_words_are_only_words(site: Client, asked: str) -> None:  # noqa: F811
    page = site.get("/search", q=asked)
    assert page.status_code == 400 if len(asked) > 200 else page.status_code in (200, 400)
    assert "<script>alert" not in page.text
    assert site.get("/search.json", q=asked).json()["suggestions"] is not None


def test_bytes_that_are_no_text_are_only_words(site: Client) -> None:  # noqa: F811
    for path in ("/search?q=%ff%fe", "/search.json?q=%c3", "/search?q=%00", "/search?q=a&q=b", "/search?kind=answer&q=law", "/search?q"):
        assert site.get(path).status_code in (200, 400), path
    assert site.get("/search", q="law", kind="poem").status_code == 400


def test_what_goes_to_the_index_is_quoted() -> None:
    assert search.match(search.words_of('NEAR(a b) "two words" x*')) == '"NEAR(a"* AND "b)" AND "two words" AND "x*"'
    assert search.words_of('* - "" 😀') == []
    assert search.words_of("Is buying an offence in IN") == ["buying", "offence", "IN"]
    assert search.words_of("is it") == ["is", "it"]


def test_a_snippet_marks_what_was_looked_for(site: Client) -> None:  # noqa: F811
    assert "<mark>reflection</mark>" in site.get("/search", q="reflection").text


def test_suggestions_go_on_from_what_was_typed(site: Client) -> None:  # noqa: F811
    found = site.get("/search.json", q="swe").json()
    assert {"title": "Sweden", "kind": "Jurisdictions", "path": "/jurisdictions/SE"} in found["suggestions"]
    assert len(site.get("/search.json", q="tra").json()["suggestions"]) <= 10
    assert site.get("/search.json").json()["suggestions"] == []


def test_robots_keep_out_of_queries(site: Client) -> None:  # noqa: F811
    lines = site.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /*?", "Disallow: /compare", "Disallow: /find"} <= set(lines)
    assert not [line for line in lines if line in ("Disallow: /", "Disallow: /regimes", "Disallow: /jurisdictions")]
    assert any(re.fullmatch(r"Sitemap: http://\S+/sitemap\.xml", line) for line in lines)


def test_the_site_map_holds_real_addresses(site: Client, built: Path) -> None:  # noqa: F811
    root = ElementTree.fromstring(site.get("/sitemap.xml").content)
    found = [one.text or "" for one in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found))
    paths = [re.sub(r"^http://[^/]+", "", one) for one in found]
    for (code,) in rows(built, "SELECT code FROM jurisdictions"):
        assert f"/jurisdictions/{code}" in paths
    assert {"/", "/method", "/data", "/sources", "/terms", "/treaties/palermo_protocol"} <= set(paths)
    assert not [path for path in paths if "?" in path or path.startswith(("/compare", "/find", "/search"))]
    for path in [path for path in paths if not path.startswith("/jurisdictions/")] + ["/jurisdictions/SE"]:
        assert site.get(path).status_code == 200, path


def test_the_site_map_takes_the_host_of_the_request_as_text(site: Client) -> None:  # noqa: F811
    """A host name that tries to be markup stays text."""
    client = site.datasette.client
    for host in ("regimes.example", 'x"><b>&', "["):
        answer = asyncio.run(client.get("/sitemap.xml", headers={"host": host}))
        root = ElementTree.fromstring(answer.content)
        assert root[0][0].text == f"http://{host}/"


def render(site: Client, template: str, **context: str) -> str:  # noqa: F811
    async def rendered() -> str:
        await site.datasette.invoke_startup()
        return await site.datasette.render_template(template, context)

    with ThreadPoolExecutor(1) as thread:  # a thread of its own, because the browser has a running event loop in this one
        return thread.submit(asyncio.run, rendered()).result()


def test_the_description_of_a_page_is_data(site: Client) -> None:  # noqa: F811
    html = render(site, "_meta.html", meta_title='A "title"', description="<b>&", canonical="http://x/terms")
    assert '<meta name="description" content="&lt;b&gt;&amp;">' in html and '<link rel="canonical" href="http://x/terms">' in html
    assert 'content="A &#34;title&#34;"' in html
    assert "canonical" not in render(site, "_meta.html", meta_title="A")


LEFT = "https://www.wikipedia.org/"


@pytest.fixture
def page_to_leave(request: pytest.FixtureRequest, site: Client) -> Iterator[Any]:  # noqa: F811
    """A page of the site with the way out, in a browser; the outside page is a stub."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    context = request.getfixturevalue("browser").new_context(java_script_enabled=getattr(request, "param", True))
    host = request.getfixturevalue("address")
    html = f'<!DOCTYPE html><html lang="en"><title>Secret</title><body><p>Secret</p>{render(site, "_leave.html")}'
    context.route(f"{host}/leave-test", lambda route: route.fulfill(body=html, content_type="text/html"))
    context.route(f"{LEFT}**", lambda route: route.fulfill(body="<title>Neutral</title>", content_type="text/html"))
    page = context.new_page()
    page.goto(f"{host}/method")
    page.goto(f"{host}/leave-test")
    yield page
    context.close()


def test_leaving_takes_the_page_out_of_the_back_button(page_to_leave: Any) -> None:
    page_to_leave.click("#leave")
    page_to_leave.wait_for_url(LEFT)
    page_to_leave.go_back()
    assert page_to_leave.url.endswith("/method")


def test_escape_twice_leaves_and_once_does_not(page_to_leave: Any) -> None:
    page_to_leave.keyboard.press("Escape")
    page_to_leave.wait_for_timeout(200)
    assert page_to_leave.url.endswith("/leave-test")
    page_to_leave.keyboard.press("Escape")
    page_to_leave.wait_for_url(LEFT)


@pytest.mark.parametrize("page_to_leave", [False], indirect=True)
def test_leaving_works_without_javascript(page_to_leave: Any) -> None:
    page_to_leave.click("#leave")
    page_to_leave.wait_for_url(LEFT)


def test_titles_are_offered_while_typing(request: pytest.FixtureRequest) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    page = request.getfixturevalue("browser").new_page()
    page.goto(f"{request.getfixturevalue('address')}/search")
    page.fill("#q", "swe")
    page.wait_for_selector("#suggestions option", state="attached")
    assert "Sweden" in page.eval_on_selector_all("#suggestions option", "found => found.map(one => one.value)")
    page.close()


def test_the_data_block_breaks_no_rule_of_the_page(request: pytest.FixtureRequest) -> None:
    """The policy forbids inline scripts; a block of data is none, and the browser has nothing to say about it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    page = request.getfixturevalue("browser").new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/data", "/search?q=law", "/method", "/sources"):
        page.goto(request.getfixturevalue("address") + path)
    assert not said
    page.close()
