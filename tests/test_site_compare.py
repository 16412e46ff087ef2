# ruff: noqa: F401, F811 (site is a fixture)
"""Compare, find and changes: what a reader sees agrees with the database, gaps stay gaps, and bad input is told so."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from conftest import ON, build
from test_derive import ZZ, knowledge_of
from test_site import Client, codes, site, text_of

from regimes.site.pages.compare import relation

IN_FORCE = "valid_from <= :on AND (valid_until IS NULL OR valid_until >= :on)"


def rows_of(built: Path, sql: str, **bound: Any) -> list[dict[str, Any]]:
    with sqlite3.connect(built) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, bound)]


def table(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/csv"), response.text[:200]
    return list(csv.DictReader(io.StringIO(response.text)))


def by_id(response: Any) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in table(response)}


def listed(html: str, heading: str) -> str:
    """The text under the heading with this id, up to the next heading."""
    return text_of(html.split(f'<h2 id="{heading}"', 1)[1].split("<h2", 1)[0])


def test_compare_shows_every_answer_in_force_with_its_articles(site: Client, built: Path) -> None:
    on = "2015-01-01"
    rows = by_id(site.get("/compare.csv", j="SE,DE", on=on))
    page = text_of(site.get("/compare", j="SE,DE", on=on).text)
    answers = rows_of(
        built,
        f"SELECT answers.*, (SELECT pinpoint FROM citations WHERE answer = answers.id LIMIT 1) AS pinpoint FROM answers "
        f"JOIN variables ON variables.id = variable WHERE basis = 'law' AND jurisdiction IN ('SE', 'DE') AND {IN_FORCE}",
        on=on,
    )
    assert len(answers) > 60
    for answer in answers:
        row, prefix = rows[answer["variable"]], f"{answer['jurisdiction']} {on}"
        assert row[f"{prefix} value"] == answer["value"]
        assert row[f"{prefix} since"] == answer["valid_from"] and row[f"{prefix} grade"] == answer["grade"]
        assert answer["pinpoint"] in row[f"{prefix} articles"], answer["id"]
        assert answer["label"] in page
    questions = rows_of(built, "SELECT id FROM variables WHERE basis = 'law'")
    assert {question["id"] for question in questions} <= set(rows)


def test_what_is_not_coded_is_neither_the_same_nor_different(site: Client, built: Path) -> None:
    answered = {
        (row["jurisdiction"], row["variable"]) for row in rows_of(built, f"SELECT * FROM answers WHERE {IN_FORCE}", on="2003-01-01")
    }
    rows = by_id(site.get("/compare.csv", j="SE,DE", on="2003-01-01"))
    gaps = 0
    for question in rows_of(built, "SELECT id FROM variables WHERE basis = 'law'"):
        row = rows[question["id"]]
        for code in ("SE", "DE"):
            if (code, question["id"]) not in answered:
                gaps += 1
                assert row[f"{code} 2003-01-01 answer"] == "not coded" and row["comparison"] == "not known"
    assert gaps > 5


def test_a_value_that_could_not_be_checked_is_shown_and_decides_nothing(site: Client) -> None:
    row = by_id(site.get("/compare.csv", j="SE,DE", on="2003-01-01"))["trafficking_means_list"]
    assert "Force" in row["SE 2003-01-01 not known either way"]
    assert "Not known either way: Force" in text_of(site.get("/compare", j="SE,DE", on="2003-01-01").text)
    found = site.get("/find", q="trafficking_means_list:force", on="2003-01-01").text
    assert "Sweden" in listed(found, "near") and "Sweden" not in listed(found, "matches")


def answer(*true: str, unchecked: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"true": set(true), "unchecked": dict.fromkeys(unchecked, "")}


def test_two_answers_differ_only_where_what_is_not_known_cannot_make_them_equal() -> None:
    assert relation([answer("force"), answer("force")]) == "same"
    assert relation([answer("force"), answer("force"), None]) == "not known"
    assert relation([answer("force"), answer("threat"), None]) == "different"
    assert relation([answer("force", "fraud"), answer("force", unchecked=("fraud",))]) == "not known"
    assert relation([answer("force", "fraud"), answer("fraud", unchecked=("threat",))]) == "different"


def test_differences_only_and_one_pillar(site: Client) -> None:
    rows = table(site.get("/compare.csv", j="SE,DE", on=ON, diff="1", pillar="sex_work"))
    assert {row["comparison"] for row in rows} == {"", "different"}
    assert {row["group"] for row in rows} == {"Derived from the answers", "Adult sex work"}
    ids = {row["id"] for row in rows}
    assert "buying_status" in ids and "trafficking_offence" not in ids and "D1" not in ids
    page = site.get("/compare", j="SE,DE", on=ON, diff="1", pillar="sex_work")
    assert f'href="/topics/buying_status?on={ON}"' in page.text and "/topics/condom_evidence" not in page.text


def test_labels_flags_indicators_and_tallies_stand_on_top(site: Client, built: Path) -> None:
    rows = by_id(site.get("/compare.csv", j="IE,DE", on=ON))
    assert rows["sex-work-regime"][f"IE {ON} answer"] == "Purchase ban"
    flags = rows_of(
        built,
        f"SELECT item FROM reading_results WHERE reading = 'sex-work-flags' AND jurisdiction = 'DE' AND result = 'yes' AND {IN_FORCE}",
        on=ON,
    )
    assert flags and all(f"{flag['item']} " in rows["sex-work-flags"][f"DE {ON} answer"] for flag in flags)
    assert re.fullmatch(r"(\d+ [a-z ]+, )+of \d+ coded", rows["distinction"][f"DE {ON} answer"])
    assert all(f"D{number}" in rows for number in range(1, 13))
    assert by_id(site.get("/compare.csv", j="IE,JP", on=ON))["eu-directive-2011-36"][f"JP {ON} answer"] == "Not asked of this jurisdiction"


def test_one_jurisdiction_on_two_days(site: Client) -> None:
    row = by_id(site.get("/compare.csv", **{"j": "IE", "on": "2016-01-01", "and": ON, "diff": "1"}))["buying_status"]
    assert row["IE 2016-01-01 value"] == "offence_by_setting" and row[f"IE {ON} value"] == "criminal_offence"
    page = text_of(site.get("/compare", **{"j": "IE", "on": "2016-01-01", "and": ON}).text)
    assert "Partial criminalisation" in page and "Since 2017-03-27" in page


def test_a_label_known_only_since_the_coding_reaches_back_does_not_claim_a_start(site: Client) -> None:
    """Sweden's purchase ban is older than the day from which all ten answers are coded."""
    page = text_of(site.get("/compare", j="SE,DE", on=ON).text)
    assert "Derived for days from 2005-04-01" in page and "Since 2005-04-01;" not in page.split("Trafficking in persons")[0]


def test_both_ways_of_naming_jurisdictions_and_the_permanent_address(site: Client) -> None:
    page = site.get(f"/compare?j=SE&j=de&on={ON}&and=&pillar=")
    assert page.status_code == 200 and f"/compare?j=SE,DE&on={ON}" in text_of(page.text)
    assert table(site.get(f"/compare.csv?j=SE&j=de&on={ON}")) == table(site.get("/compare.csv", j="SE,DE", on=ON))


def test_a_jurisdiction_without_coded_law_is_said_so(site: Client, built: Path) -> None:
    code = codes(built, coded=False)[0]
    name = rows_of(built, "SELECT name FROM jurisdictions WHERE code = :code", code=code)[0]["name"]
    page = site.get("/compare", j=f"SE,{code}", on=ON)
    assert page.status_code == 200 and f"No law of {name} has been coded" in text_of(page.text)
    assert "from secondary sources" not in page.text
    assert by_id(site.get("/compare.csv", j=f"SE,{code}", on=ON))["selling_status"][f"{code} {ON} answer"] == "not coded"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("j=SE", "Sweden stands alone"),
        ("j=SE,DE,IE,JP,KR,US,UY,US-WA,NO", "That is 9 columns"),
        ("j=SE,DE,IE,JP,KR&and=2001-01-01", "That is 10 columns"),
        ("j=sweden,DE", "Did you mean SE (Sweden)?"),
        ("j=SE,QQ", "No jurisdiction has the code “QQ”"),
        ("j=SE,DE&pillar=sexwork", "is no pillar"),
        ("j=SE,DE&on=2015-02-30", "is not a day"),
        ("j=SE&and=tomorrow", "is not a day"),
        ("j=SE'--,DE", "No jurisdiction has the code"),
        ("j=%00", "No jurisdiction has the code"),
    ],
)
def test_compare_tells_what_is_wrong(site: Client, query: str, says: str) -> None:
    for path in ("/compare", "/compare.csv"):
        response = site.get(f"{path}?{query}")
        assert response.status_code == 400 and says in text_of(response.text), path


def test_find_lists_matches_with_articles_and_agrees_with_the_database(site: Client, built: Path) -> None:
    page = site.get(f"/find?q=selling_status:not_an_offence&q=buying_status:criminal_offence&on={ON}")
    matches = listed(page.text, "matches")
    expected = rows_of(
        built,
        f"SELECT name FROM jurisdictions WHERE code IN (SELECT jurisdiction FROM answers WHERE variable = 'selling_status' "
        f"AND value = 'not_an_offence' AND {IN_FORCE}) AND code IN (SELECT jurisdiction FROM answers WHERE "
        f"variable = 'buying_status' AND value = 'criminal_offence' AND {IN_FORCE})",
        on=ON,
    )
    assert {"Sweden", "Ireland"} <= {row["name"] for row in expected}
    assert all(row["name"] in matches for row in expected) and "Germany" not in matches
    assert "s. 7A" in matches and "Yes, crime" in matches
    assert 'href="/compare?j=' in page.text


def test_what_fails_is_not_near(site: Client) -> None:
    near = listed(site.get(f"/find?q=buying_status:criminal_offence&q=migrant_sex_work_bar:none&on={ON}").text, "near")
    assert "Ireland" in near and "Buying : Yes, crime" in re.sub(r"\s+", " ", near)
    assert "Germany" not in near and "Sweden" not in near


def test_find_takes_results_of_readings_and_another_day(site: Client) -> None:
    ban = "/find?q=sex-work-regime:regime:R3"
    assert "Ireland" in listed(site.get(f"{ban}&on={ON}").text, "matches")
    before = site.get(f"{ban}&on=2010-01-01").text
    assert "Ireland" not in listed(before, "matches") and "Germany" in listed(before, "near")


def test_find_without_javascript_grows_by_one_row(site: Client) -> None:
    first = site.get("/find", on=ON).text
    assert '<option value="buying_status">' in first and '<option value="distinction:D1">' in first
    second = site.get("/find", add="buying_status", on=ON).text
    assert '<option value="buying_status:criminal_offence">' in second and "Choose an answer where none is chosen yet" in second
    third = site.get(f"/find?q=buying_status:criminal_offence&add=distinction:D1&on={ON}").text
    assert '<option value="buying_status:criminal_offence" selected>' in third and '<option value="distinction:D1:yes">' in third
    assert "Sweden" in listed(third, "matches")
    full = "&".join(
        f"q={id}:" for id in ("selling_status", "buying_status", "condom_duty", "trafficking_consent", "non_punishment", "rape_law_basis")
    )
    assert 'name="add"' not in site.get(f"/find?{full}").text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=selling_statu:not_an_offence", "Did you mean selling_status"),
        ("q=selling_status:legal", "is no answer to selling_status. Its answers are"),
        ("q=sex-work-regime:regime:not_coded", "is no answer to sex-work-regime:regime"),
        ("q=x", "No question is called “x”"),
        ("q=%3Cscript%3E:1", "No question is called"),
        (
            "q=selling_status:&q=buying_status:&q=condom_duty:&q=trafficking_consent:&q=non_punishment:&q=rape_law_basis:&q=distinction:D1:",
            "That is 7",
        ),
        ("on=soon", "is not a day"),
    ],
)
def test_find_tells_what_is_wrong(site: Client, query: str, says: str) -> None:
    response = site.get(f"/find?{query}")
    assert response.status_code == 400 and says in text_of(response.text)
    assert "<script>" not in response.text.split("<main", 1)[1].split("</main", 1)[0]


def test_changes_are_all_there_newest_first(site: Client, built: Path) -> None:
    rows = [row for row in table(site.get("/changes.csv")) if row["kind"] == "answer"]
    expected = rows_of(built, "SELECT * FROM changes")
    assert len(rows) == len(expected) > 50
    assert [row["day"] for row in rows] == sorted((row["day"] for row in rows), reverse=True)
    assert all(row["articles"] for row in rows)
    page = text_of(site.get("/changes", on=ON).text)
    assert "Partial criminalisation → Purchase ban" in re.sub(r"\s+", " ", page)


def test_a_label_change_is_marked_and_the_start_of_coding_is_none(site: Client) -> None:
    labels = [row for row in table(site.get("/changes.csv")) if row["kind"] == "label"]
    irish = [(row["day"], row["before"], row["after"]) for row in labels if row["jurisdiction"] == "IE"]
    assert irish == [("2017-03-27", "Partial criminalisation", "Purchase ban")]
    assert all("Not coded" not in (row["before"], row["after"]) and row["before"] != row["after"] for row in labels)
    assert '<span class="tag">label</span>' in site.get("/changes", j="IE").text


def test_the_first_label_of_a_jurisdiction_is_no_change_of_its_law(world: Path, tmp_path: Path) -> None:
    text = re.sub(r"  seller_public_solicitation: .*\n", "", ZZ)
    for variable, value in (
        ("seller_public_solicitation", "prohibited_generally"),
        ("seller_registration", "required_police"),
        ("local_power_over_venues", "may_prohibit_entirely"),
    ):
        added = f"sex_work:\n  {variable}:\n    - value: {value}\n      from: 2010-01-01\n      cite: {{code: 4:4}}\n"
        text = text.replace("sex_work:\n", added, 1)
    client = Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"))
    assert "Purchase ban" in text_of(client.get("/compare", **{"j": "ZZ", "on": "2005-01-01", "and": ON}).text)
    assert [(row["id"], row["day"]) for row in table(client.get("/changes.csv"))] == [("selling_status", "2010-01-01")]


def test_filters_of_changes(site: Client, built: Path) -> None:
    pillar_of = {row["id"]: row["pillar"] for row in rows_of(built, "SELECT id, pillar FROM variables")}
    rows = table(site.get("/changes.csv", since="2010-01-01", until="2020-12-31", pillar="sex_work"))
    assert rows and all("2010-01-01" <= row["day"] <= "2020-12-31" for row in rows)
    assert {pillar_of[row["id"]] for row in rows if row["kind"] == "answer"} == {"sex_work"}
    buying = table(site.get("/changes.csv", j="ie", variable="buying_status"))
    assert {row["id"] for row in buying} == {"buying_status", "sex-work-regime"} and {row["jurisdiction"] for row in buying} == {"IE"}
    assert not any(row["kind"] == "label" for row in table(site.get("/changes.csv", pillar="trafficking")))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=2020", "is not a day"),
        ("until=never", "is not a day"),
        ("since=2020-01-01&until=2010-01-01", "comes after"),
        ("j=swedn", "Did you mean SE (Sweden)?"),
        ("variable=buying", "Did you mean buying_status"),
        ("pillar=1' OR 1=1", "is no pillar"),
    ],
)
def test_changes_tells_what_is_wrong(site: Client, query: str, says: str) -> None:
    for path in ("/changes", "/changes.csv"):
        response = site.get(f"{path}?{query}")
        assert response.status_code == 400 and says in text_of(response.text), path


def test_a_change_after_the_day_is_marked(site: Client) -> None:
    assert "not yet in force on 2010-01-01" in text_of(site.get("/changes", on="2010-01-01", j="IE").text)
    assert "not yet in force" not in text_of(site.get("/changes", on=ON, j="IE").text)


def test_text_from_records_is_data_and_no_formula(world: Path, tmp_path: Path) -> None:
    evil = "=HYPERLINK(1)<script>alert(1)</script> {{ 7 * 7 }}"
    text = ZZ.replace("name: Zedland", f'name: "{evil}"').replace("cite: {code: 3:1}", f'cite: {{code: 3:1}}\n      note: "{evil}"', 1)
    client = Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"))
    query = {"j": "ZZ", "on": "2001-01-01", "and": ON}
    for path in ("/compare", "/find", "/changes"):
        page = client.get(path, **query, q="selling_status:not_an_offence")
        assert page.status_code == 200 and "<script>alert" not in page.text, path
    page = client.get("/compare", **query).text
    assert "&lt;script&gt;alert(1)" in page and "{{ 7 * 7 }}" in page
    cells = [cell for row in csv.reader(io.StringIO(client.get("/compare.csv", **query).text)) for cell in row]
    assert f"'{evil}" in cells and not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_links_inside_these_pages_lead_somewhere(site: Client) -> None:
    seen = set()
    for path in (f"/compare?j=SE,DE&on={ON}", f"/find?q=buying_status:criminal_offence&on={ON}", f"/changes?j=IE&on={ON}"):
        html = site.get(path).text
        assert html.count("<h1") == 1 and not re.search(r"\sstyle=|\son[a-z]+=", html)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for link in re.findall(r'href="(/[^"]*)"', html.split("<main", 1)[1]):
            seen.add(link.replace("&amp;", "&").split("#")[0])
    for link in sorted(seen):
        assert site.get(link).status_code == 200, link
