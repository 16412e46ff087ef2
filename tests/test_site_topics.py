"""Topics, readings, the distinction and everyday cases, as a reader meets them."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from pathlib import Path

import pytest
from conftest import ON, build
from test_derive import ZZ, knowledge_of
from test_site import Client, site, text_of

from regimes.load import Knowledge
from regimes.site.pages.readings import RULES

__all__ = ["site"]

PAGES = [
    "/topics",
    "/topics/buying_status",
    "/topics/trafficking_acts",
    "/topics/recovery_reflection_period",
    "/topics/treaties_in_force",
    "/readings",
    "/readings/sex-work-regime",
    "/readings/palermo-cets-197",
    "/distinction",
    "/scenarios",
    "/scenarios/false-passport",
]


def plain(html: str) -> str:
    """The words of a page with single spaces."""
    return re.sub(r"\s+", " ", text_of(html))


def rows(built: Path, sql: str, *values: str) -> list[tuple]:
    with sqlite3.connect(built) as connection:
        return connection.execute(sql, values).fetchall()


def section(html: str, id: str) -> str:
    """The words of the section that a heading with this id opens."""
    return plain(re.search(rf'aria-labelledby="{id}".*?</section>', html, re.DOTALL)[0])


def test_topics_lists_every_question_with_its_count(site: Client, knowledge: Knowledge, built: Path) -> None:
    html = site.get("/topics", on=ON).text
    for variable in knowledge.codebook.variables.values():
        assert f"/topics/{variable.id}?on={ON}" in html and variable.question in plain(html)
    assert "none yet" in plain(html)  # practice questions that nobody has read are not counted as nought


@pytest.mark.parametrize("kind", ["choice", "multi", "integer"])
def test_every_topic_answers(site: Client, knowledge: Knowledge, kind: str) -> None:
    for variable in knowledge.codebook.variables.values():
        if variable.type == kind:
            page = site.get(f"/topics/{variable.id}", on=ON)
            assert page.status_code == 200, variable.id
            assert all(value.label in plain(page.text) for value in variable.values.values()), variable.id


def group_of(html: str, code: str) -> str:
    """The answer under which a topic page lists a jurisdiction."""
    bodies = re.findall(r'<tr class="group"><th scope="rowgroup"[^>]*>([^<]*)<.*?</tbody>', html, re.DOTALL)
    rows = re.findall(r'<tr class="group">.*?</tbody>', html, re.DOTALL)
    (label,) = [label.strip() for label, body in zip(bodies, rows, strict=True) if f'href="/jurisdictions/{code}?' in body]
    return label


def test_a_topic_shows_who_answers_what_by_which_article_since_when(site: Client) -> None:
    html = site.get("/topics/buying_status", on=ON).text
    assert (group_of(html, "SE"), group_of(html, "DE")) == ("Yes, crime", "Not liable")
    answers = section(html, "answers")
    assert "1999-01-01" in answers and "6:11" in answers and "2017-03-27" in answers


def test_the_day_moves_a_jurisdiction_to_another_answer(site: Client) -> None:
    before, after = (site.get("/topics/buying_status", on=day).text for day in ("2010-01-01", ON))
    assert (group_of(before, "IE"), group_of(after, "IE")) == ("Liable in some settings", "Yes, crime")


def test_the_spread_counts_every_jurisdiction_once_and_keeps_not_coded_apart(site: Client, built: Path) -> None:
    spread = re.search(r'<table class="spread">.*?</table>', site.get("/topics/buying_status", on=ON).text, re.DOTALL)[0]
    counts = [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', spread)]
    assert sum(counts) == rows(built, "SELECT count(*) FROM jurisdictions")[0][0]
    assert "No law coded on that day" in spread and spread.count('class="not-coded"') == 2


def test_a_gap_says_its_reason(site: Client, built: Path) -> None:
    variable, name, reason = rows(
        built,
        "SELECT gaps.variable, jurisdictions.name, gaps.reason FROM gaps JOIN jurisdictions ON jurisdictions.code = gaps.jurisdiction "
        "JOIN variables ON variables.id = gaps.variable AND variables.basis = 'law' AND variables.derived_from = '' "
        "WHERE gaps.variable NOT IN (SELECT variable FROM answers WHERE answers.jurisdiction = gaps.jurisdiction)",
    )[0]
    gaps = section(site.get(f"/topics/{variable}", on=ON).text, "gaps")
    assert name in gaps and re.sub(r"\s+", " ", reason) in gaps


def test_adoption_is_oldest_first_and_names_each_take_up_once(site: Client) -> None:
    html = site.get("/topics/buying_status", on=ON).text
    crime = plain(re.search(r"<h3>Yes, crime</h3>.*?</ul>", html, re.DOTALL)[0])
    days = re.findall(r"\d{4}-\d{2}-\d{2}", crime)
    assert days == sorted(days) and crime.count("Sweden") == 1
    assert "1999-01-01 Sweden" in crime and "2017-03-27 Ireland" in crime


def test_a_spell_that_goes_on_with_the_same_value_is_no_adoption(world: Path, tmp_path: Path) -> None:
    """Two spells with one value that touch, the later with another note: the value was taken once."""
    text = ZZ.replace("value: not_an_offence\n      from: 2010-01-01", "value: criminal_offence\n      from: 2010-01-01")
    assert text != ZZ
    client = Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"))
    adoption = section(client.get("/topics/selling_status", on=ON).text, "adoption")
    assert adoption.count("Zedland") == 1


def test_a_topic_shows_what_treaties_say_and_which_terms_it_turns_on(site: Client, built: Path) -> None:
    html = site.get("/topics/trafficking_consent", on=ON).text
    assert "Palermo Protocol" in section(html, "provisions")
    term = rows(
        built,
        "SELECT terms.term FROM item_variables JOIN terms ON terms.id = item WHERE kind = 'term' AND variable = ?",
        "trafficking_consent",
    )
    assert term and all(one in section(html, "terms") for (one,) in term)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/topics/buying_statu", "Near it: buying_status"),
        ("/readings/distinctions", "Near it: distinction"),
        ("/scenarios/sharedflat", "Near it: shared-flat"),
        ("/topics/zzzz", "No question has the id zzzz"),
    ],
)
def test_an_unknown_id_is_not_found_and_names_near_ones(site: Client, path: str, words: str) -> None:
    page = site.get(path)
    assert page.status_code == 404 and words in plain(page.text)


def test_the_label_page_groups_jurisdictions_as_the_results_do(site: Client, built: Path) -> None:
    html = site.get("/readings/sex-work-regime", on=ON).text
    held = rows(
        built,
        "SELECT result, name FROM reading_results JOIN jurisdictions ON code = jurisdiction "
        "WHERE reading = 'sex-work-regime' AND valid_from <= ? AND coalesce(valid_until, '9999') >= ?",
        ON,
        ON,
    )
    for result, name in held:
        group = re.search(rf'<article class="answer" id="{result}">.*?</article>', html, re.DOTALL)[0]
        assert f">{name}</a>" in group
    sweden = next(line for line in html.splitlines() if ">Sweden</a>: " in line)
    assert "General ban on benefiting or procuring kept" in sweden  # the flags stand beside the label
    assert "It says nothing on enforcement, safety or health." in section(html, "limits")


def test_near_misses_change_the_label(built: Path, knowledge: Knowledge) -> None:
    """Each row is put to the evaluator again; and one that is known from the law is there."""
    label = knowledge.readings["sex-work-regime"].items["regime"]
    found = rows(built, "SELECT jurisdiction, variable, answer_value, other_value, other_result FROM near_misses")
    assert ("IE", "buying_status", "criminal_offence", "not_an_offence", "R7") in found
    assert not any("left_to_subnational" in row or "decided_nationally" in row for row in found)
    for code, variable, has, other, result in found:
        record = knowledge.records[code]
        answers = {name: record.on(name, record.checked.last).value for name in label.inputs}
        assert answers[variable] == has != other
        assert label.outcome(answers).result != label.outcome({**answers, variable: other}).result == result


def test_near_misses_are_shown_without_those_that_every_jurisdiction_has(site: Client) -> None:
    near = section(site.get("/readings/sex-work-regime", on=ON).text, "near")
    assert "One answer away from: Partial criminalisation" in near and "Ireland" in near
    assert "Left to sub-national law" not in near and "decided below this level" not in near


def test_the_distinction_has_five_sentences_twelve_rules_and_objections_from_both_sides(site: Client, knowledge: Knowledge) -> None:
    html = site.get("/distinction", on=ON).text
    assert re.search(r'<ol class="lead">(.*?)</ol>', html, re.DOTALL)[1].count("<li>") == 5
    assert list(RULES["distinction"]) == list(knowledge.readings["distinction"].items)
    assert list(RULES["sex-work-regime"]) == list(knowledge.readings["sex-work-regime"].results)
    for item, rule in RULES["distinction"].items():
        assert f'id="{item}"' in html and rule in plain(html)
    objections = section(html, "objections")
    assert "exploitation or violence in itself" in objections and "favour decriminalisation" in objections and "From" in objections
    assert "/readings/distinction" in html


def test_the_matrix_of_the_distinction_agrees_with_the_results(site: Client, built: Path) -> None:
    html = site.get("/distinction", on=ON).text
    for name, code in (("Sweden", "SE"), ("Uruguay", "UY"), ("United States", "US")):
        row = re.search(rf'<tr><th scope="row"><a href="/jurisdictions/{code}\?[^<]*>{name}</a></th>(.*?)</tr>', html, re.DOTALL)[1]
        cells = [plain(cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
        expected = rows(
            built,
            "SELECT reading_labels.label FROM reading_results JOIN reading_labels USING (reading, result) JOIN reading_items USING (reading, item) "
            "WHERE reading = 'distinction' AND jurisdiction = ? AND valid_from <= ? AND coalesce(valid_until, '9999') >= ? "
            "ORDER BY reading_items.position",
            code,
            ON,
            ON,
        )
        assert cells == [label for (label,) in expected], code


def test_there_are_at_least_fifteen_cases_each_with_two_sentences(knowledge: Knowledge) -> None:
    cases = knowledge.readings["scenarios"].items.values()
    assert len(cases) >= 15
    for case in cases:
        assert len(re.findall(r"[.?](?: |$)", case.case)) == 2 and case.case.endswith("?"), case.id


@pytest.mark.parametrize(
    ("item", "code", "on", "label"),
    [
        ("alone-at-home", "SE", ON, "Nobody"),
        ("buying", "SE", ON, "The buyer"),
        ("buying", "SE", "1998-12-31", "Not coded"),
        ("buying", "DE", ON, "Nobody"),
        ("alone-at-home", "KR", ON, "The seller"),
        ("shared-flat", "IE", ON, "One or both sellers"),
        ("landlord", "SE", ON, "The landlord"),
        ("pays-victim", "DE", ON, "Depends"),
        ("time-to-think", "DE", ON, "Yes"),
        ("false-passport", "SE", ON, "No"),
        ("no-testimony-permit", "SE", ON, "No"),
        ("street", "US", ON, "Not applicable"),
    ],
)
def test_cases_are_answered_as_the_law_says(site: Client, item: str, code: str, on: str, label: str) -> None:
    html = site.get("/scenarios", j=code, on=on).text
    row = html[html.index(f"/scenarios/{item}?") :].split("</tr>")[0]
    assert f"? {label}" in plain(row)


def test_a_case_names_the_answers_that_gave_it_with_articles(site: Client) -> None:
    words = plain(site.get("/scenarios/shared-flat", on=ON).text)
    ireland = words[words.index("Ireland") :].split("Republic of Korea")[0]
    assert "No, one or both commit an offence" in ireland and "s. 11(a)-(b)" in ireland
    assert words.index("One or both sellers") < words.index("Ireland") < words.index("Depends") < words.index("Germany")


def test_a_case_decided_above_says_so_and_not_that_it_is_not_coded(site: Client) -> None:
    html = site.get("/scenarios/no-testimony-permit", on=ON).text
    washington = html[html.index(">Washington</a>") :].split("</tr>")[0]
    assert "See parent" in html[: html.index(">Washington</a>")].rsplit("<tbody>", 1)[1]
    assert "not coded" not in washington


@pytest.mark.parametrize("arguments", [{"j": "QQ"}, {"j": "AQ"}, {"j": "'; DROP TABLE answers; --"}, {"on": "2015-02-30"}])
def test_a_bad_choice_is_a_clear_400(site: Client, arguments: dict[str, str]) -> None:
    page = site.get("/scenarios", **arguments)
    assert page.status_code == 400 and 'role="alert"' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_one_heading_captions_and_no_inline_code(site: Client, path: str) -> None:
    for day in (ON, "1850-01-01"):
        page = site.get(path, on=day)
        assert page.status_code == 200
        assert page.text.count("<h1") == 1
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"|\sstyle=|<style", page.text)
        assert not [table for table in re.findall(r"<table.*?</table>", page.text, re.DOTALL) if 'scope="col"' not in table]
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), [id for id in ids if ids.count(id) > 1]
    assert site.get(path, on="tomorrow").status_code == 400


def test_links_lead_somewhere(site: Client) -> None:
    seen: dict[str, set[str]] = {}
    for start in [*PAGES, "/scenarios?j=US-WA", "/scenarios/no-testimony-permit"]:
        page = site.get(start if "?" in start else f"{start}?on={ON}")
        anchors = set(re.findall(r'\sid="([^"]+)"', page.text))
        for link in map(unescape, re.findall(r'href="([^"]+)"', page.text)):
            if link.startswith("#"):
                assert link[1:] in anchors, (start, link)
            elif link.startswith("/") and not link.startswith(("//", "/-/")):
                path, _, anchor = link.partition("#")
                seen.setdefault(path, set()).add(anchor)
    for path, wanted in sorted(seen.items()):
        page = site.get(path)
        assert page.status_code == 200, path
        if path.startswith(("/topics", "/readings", "/scenarios", "/jurisdictions/")):
            assert {one for one in wanted if one and f'id="{one}"' not in page.text} == set(), path


def test_text_from_records_is_data(world: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> {{ 7 * 7 }} ' OR 1=1 --"
    text = ZZ.replace("name: Zedland", f'name: "Zed {evil}"').replace(
        "cite: {code: 3:1}", f'cite: {{code: "{evil}"}}\n      note: "{evil}"', 1
    )
    client = Client(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"))
    for path in ("/topics/selling_status", "/readings/sex-work-regime", "/distinction"):
        page = client.get(path, on="2005-01-01")
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)" in page.text and "{{ 7 * 7 }}" in unescape(page.text)
