"""The map: every place drawn once, the colour is the answer of the day, not coded stays apart, bad input is told."""

from __future__ import annotations

import gzip
import re
import sqlite3
from html import unescape
from pathlib import Path

import pytest
from conftest import ON
from test_site import Client, site, text_of  # noqa: F401

from regimes.site.pages.map import BINS, COLOURS, PARTS, atlas, in_force, legend_of


def picture(html: str) -> str:
    return re.search(r'<svg class="map".*?</svg>', html, re.DOTALL).group(0)


def shape(html: str, code: str) -> tuple[str, str]:
    """What the map says of a place, and the class of its colour."""
    link = re.search(rf'<a href="/jurisdictions/{code}\?on=[^"]*"><title>(.*?)</title>(.*?)</a>', picture(html), re.DOTALL)
    return unescape(link.group(1)), re.findall(r'<path class="(?:dot )?(c\d|other|none)"', link.group(2))[-1]


def legend(html: str) -> dict[str, int]:
    items = re.findall(r'<li[^>]*><svg class="swatch".*?</svg> <span[^>]*>(.*?)</span> <span class="number">(\d+)</span>', html, re.DOTALL)
    return {unescape(label): int(count) for label, count in items}


def query(built: Path, sql: str, *values: str) -> list[tuple]:
    with sqlite3.connect(built) as connection:
        return connection.execute(sql, values).fetchall()


def test_every_country_and_territory_has_a_shape(built: Path) -> None:
    world = {code for (code,) in query(built, "SELECT code FROM jurisdictions WHERE kind IN ('country', 'territory')")}
    assert world - {"AQ"} == set(atlas()["world"]["shapes"]) - {"(Siachen)"}


@pytest.mark.parametrize("state", PARTS)
def test_every_part_of_a_state_with_a_sheet_has_a_shape(built: Path, state: str) -> None:
    parts = {code for (code,) in query(built, "SELECT code FROM jurisdictions WHERE parent = ? AND kind = 'subnational'", state)}
    assert parts == {code for code, shape in atlas()[state]["shapes"].items() if shape["path"]}


def test_no_shape_leaves_the_sheet_or_spans_it(built: Path) -> None:
    """A ring that crosses the antimeridian uncut would draw a bar across the map."""
    for part in ("world", *PARTS):
        sheet = atlas()[part]
        for code, one in sheet["shapes"].items():
            for ring in re.findall(r"M(-?\d+) (-?\d+)l([^zM]*)z", one.get("path", "")):
                x, y = int(ring[0]), int(ring[1])
                numbers = [int(number) for number in re.findall(r"-?\d+", ring[2])]
                assert len(numbers) % 2 == 0, code
                xs = [x]
                for dx in numbers[::2]:
                    xs.append(xs[-1] + dx)
                assert max(xs) - min(xs) < sheet["width"] / (3 if part in ("world", "US") else 1), code
                assert -12 <= min(xs) and max(xs) <= sheet["width"] + 12 and 0 <= y <= sheet["height"], code


def test_the_colour_is_the_answer_of_the_day(site: Client) -> None:  # noqa: F811
    then, now = site.get("/map", on="2010-01-01").text, site.get("/map", on=ON).text
    assert shape(then, "IE")[0] == "Ireland: Partial criminalisation"
    assert shape(now, "IE")[0] == "Ireland: Purchase ban"
    assert shape(then, "IE")[1] != shape(now, "IE")[1]
    assert shape(now, "IE")[1] == shape(now, "SE")[1] != shape(now, "DE")[1]


def test_the_year_of_the_slider_is_its_last_day(site: Client) -> None:  # noqa: F811
    assert shape(site.get("/map", year="2016").text, "IE")[0] == "Ireland: Partial criminalisation"
    assert shape(site.get("/map", year="2017").text, "IE")[0] == "Ireland: Purchase ban"


def test_not_coded_is_hatched_listed_and_counted_apart(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/map", subject="selling_status", on=ON).text
    missing = query(built, "SELECT code, name FROM jurisdictions WHERE checked IS NULL AND kind = 'country' AND code <> 'AQ'")
    listed = page[page.index("<details><summary>Not coded on") :]
    for code, name in missing[::17]:
        assert shape(page, code) == (f"{name}: Not coded", "none"), code
        assert f'/jurisdictions/{code}?on={ON}">' in listed
    counts = legend(page)
    assert sum(counts.values()) == len(atlas()["world"]["shapes"]) - 1
    assert counts["Not coded"] >= len(missing)


def test_decided_below_has_a_neutral_tone(site: Client) -> None:  # noqa: F811
    page = site.get("/map", subject="selling_status", on=ON).text
    assert shape(page, "US") == ("United States: Left to sub-national law", "other")


def test_the_states_are_a_view_of_their_own(site: Client) -> None:  # noqa: F811
    page = site.get("/map", subject="selling_status", area="US", on=ON).text
    assert "/jurisdictions/FR" not in picture(page) and picture(page).count("<a href") == 51
    assert shape(page, "US-WA")[1] not in ("none", "other")
    assert shape(page, "US-WA")[0] == "Washington: Yes, crime"


def test_the_parts_of_each_federal_state_are_a_view_that_the_world_leads_to(site: Client) -> None:  # noqa: F811
    world = site.get("/map", subject="selling_status", on=ON).text
    for state, number in (("AU", 8), ("CA", 13), ("GB", 3), ("MX", 32)):
        assert f"subject=selling_status&amp;area={state}&amp;on={ON}" in world
        page = site.get("/map", subject="selling_status", area=state, on=ON).text
        assert picture(page).count("<a href") == number
        assert f"of {number} {PARTS[state][1]} coded" in text_of(page)


def test_a_view_of_a_part_draws_that_part(site: Client) -> None:  # noqa: F811
    page = picture(site.get("/map", area="europe", on=ON).text)
    assert "/jurisdictions/SE?" in page and "/jurisdictions/NZ?" not in page


def test_the_table_says_what_the_map_says_with_article_and_day(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/map", subject="buying_status", on=ON).text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    answers = query(
        built,
        "SELECT jurisdiction, label FROM answers WHERE variable = 'buying_status' AND valid_from <= ? "
        "AND (valid_until IS NULL OR valid_until >= ?)",
        ON,
        ON,
    )
    assert table.count("<tr>") == len(answers) >= 8
    for code, label in answers:
        row = next(row for row in table.split("<tr>") if f'href="/jurisdictions/{code}?on={ON}">' in row)
        assert label in unescape(row) and "#source-" in row
    ireland = text_of(next(row for row in table.split("<tr>") if "/jurisdictions/IE?" in row))
    assert "2017-03-27" in ireland


def test_the_table_is_sorted_by_links(site: Client) -> None:  # noqa: F811
    page = site.get("/map", subject="buying_status", on=ON).text
    link = unescape(re.search(r'href="(/map\?[^"]*sort=since)#table"', page).group(1))
    for address, ordered in ((link, sorted), (link.replace("sort=since", "sort=-since"), lambda days: sorted(days, reverse=True))):
        html = site.get(address).text
        days = re.findall(r'<td class="number">(?:by )?([\d-]+)</td>', html)
        assert len(days) >= 8 and days == ordered(days)
        assert 'aria-sort="' in html


def test_one_value_of_a_question_with_several_answers(site: Client, built: Path) -> None:  # noqa: F811
    page = site.get("/map", subject="treaties_in_force", value="cets_197", on=ON).text
    assert shape(page, "SE")[0] == "Sweden: Included"
    unchecked = query(
        built,
        "SELECT jurisdiction FROM answers JOIN answer_values ON answer = answers.id WHERE answers.variable = 'treaties_in_force' "
        "AND answer_values.value = 'cets_197' AND state = 'unchecked' AND valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)",
        ON,
        ON,
    )
    for (code,) in unchecked[::20]:
        if f"/jurisdictions/{code}?" in picture(page):
            assert shape(page, code)[1] == "none", code


def test_every_subject_can_be_shown(site: Client) -> None:  # noqa: F811
    page = site.get("/map", on=ON).text
    options = re.findall(r'<option value="([a-z0-9_:DFAE-]+)"', page[: page.index("</select>")])
    assert {"selling_status", "sex-work-regime", "sex-work-flags:F4", "distinction:D7", "treaties_in_force"} <= set(options)
    for subject in options:
        shown = site.get("/map", subject=subject, on=ON)
        assert shown.status_code == 200, subject
        assert f'value="{subject}" selected' in shown.text


def test_colours_and_bins_suffice(built: Path) -> None:
    for variable, kind, unit in query(built, "SELECT id, type, unit FROM variables WHERE basis = 'law'"):
        values = query(built, "SELECT value, label FROM variable_values WHERE variable = ?", variable) if kind != "multi" else []
        legend_of([*values, *(BINS[unit] if kind == "integer" else [])])
        assert kind != "integer" or BINS[unit][-1][1] is None
    for (reading,) in query(built, "SELECT id FROM readings"):
        entries = legend_of(query(built, "SELECT result, label FROM reading_labels WHERE reading = ? AND result <> 'not_coded'", reading))
        assert len({entry["letter"] for entry in entries}) == len(entries)
    with pytest.raises((RuntimeError, StopIteration)):
        legend_of([(str(number), "") for number in range(COLOURS + 1)])


def test_a_spell_is_dated_from_the_first_that_says_the_same() -> None:
    def spell(start: str, end: str | None, category: str) -> dict:
        return {"jurisdiction": "ZZ", "valid_from": start, "valid_until": end, "category": category, "label": category}

    unbroken = [spell("2000-01-01", "2004-12-31", "x"), spell("2005-01-01", "2009-12-31", "y"), spell("2010-01-01", None, "y")]
    assert (in_force(unbroken, "2020-01-01")["ZZ"]["valid_from"], in_force(unbroken, "2020-01-01")["ZZ"]["follows"]) == ("2005-01-01", "x")
    gap = [spell("2000-01-01", "2004-12-31", "x"), spell("2010-01-01", None, "x")]
    assert in_force(gap, "2020-01-01")["ZZ"]["valid_from"] == "2010-01-01"
    assert in_force([spell("2000-01-01", "2004-12-31", "x")], "2020-01-01") == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"subject": "seling_status"}, "Did you mean selling_status"),
        ({"subject": "'; DROP TABLE answers; --"}, "There is no subject"),
        ({"area": "atlantis"}, "There is no area"),
        ({"subject": "treaties_in_force", "value": "nothing"}, "There is no value"),
        ({"subject": "selling_status", "value": "silent"}, "has no value to choose"),
        ({"sort": "size"}, "There is no order"),
        ({"year": "20x5"}, "is not a year"),
        ({"year": "٢٠١٥"}, "is not a year"),
        ({"on": "2015-02-30"}, "is not a day"),
    ],
)
def test_bad_input_is_told(site: Client, asked: dict[str, str], said: str) -> None:  # noqa: F811
    page = site.get("/map", **asked)
    assert page.status_code == 400 and said in text_of(page.text)
    assert '<svg class="map"' in page.text


def test_the_map_is_light_and_holds_no_inline_code(site: Client) -> None:  # noqa: F811
    page = site.get("/map", on=ON, subject="treaties_in_force").text
    assert len(gzip.compress(picture(page).encode(), 6)) < 45 * 1024
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style", page)


def test_the_address_of_the_page_shows_the_same_map(site: Client) -> None:  # noqa: F811
    page = site.get("/map", subject="buying_status", on="2012-06-01", area="europe")
    address = unescape(unescape(re.search(r"&lt;iframe src=(?:&#34;|\")(.*?)(?:&#34;|\") title", page.text).group(1)))
    again = site.get(address.split("localhost", 1)[-1])
    assert picture(again.text) == picture(page.text)
