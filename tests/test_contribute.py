"""The form for people without git: it ends in a fragment that the record's own check accepts, and hostile entries stay text."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import ROOT, run
from test_site import Client, site, text_of  # noqa: F401

GOOD = {
    "j": "UY",
    "variable": "work_contract_recognition",
    "check": "1",
    "value": "silent",
    "from": "2003-07-04",
    "pinpoint": "art. 1",
    "title": "Ley 18.000",
    "title_en": "Act 18.000",
    "kind": "statute",
    "acts": "labour_act",
    "language": "es",
    "version": "2026-01-01",
    "read": "original",
    "read_at": "https://example.org/ley",
    "read_on": "2026-11-21",
    "note": "Only the first chapter.",
}


def value_of(site: Client, variable: str) -> str:  # noqa: F811
    values = site.get(f"/api/v1/variables/{variable}").json()["data"]["values"]
    return next(
        one["value"]
        for one in values
        if not one["absence"] and one["value"] not in ("not_applicable", "left_to_subnational", "decided_nationally")
    )


def asked(site: Client, **changed: str) -> Any:  # noqa: F811
    return site.get("/contribute", **{**GOOD, "value": value_of(site, GOOD["variable"]), **changed})


def faults(page: str) -> str:
    return " ".join(text_of(one) for one in re.findall(r'<p class="notice".*?</p>', page))


def test_the_form_shows_the_answer_that_is_there_and_what_can_be_chosen(site: Client) -> None:  # noqa: F811
    page = site.get("/contribute", j="SE", variable="buying_status").text
    assert "Yes, crime" in text_of(page) and "6:11" in page and "Since" in page
    assert page.count('type="radio"') == len(site.get("/api/v1/variables/buying_status").json()["data"]["values"])
    gap = text_of(site.get("/contribute", j="UY", variable="work_contract_recognition").text)
    assert "Not coded." in gap
    assert "/contribute?j=SE&amp;variable=buying_status" in site.get("/jurisdictions/SE").text


def test_the_fragment_is_accepted_by_check(site: Client, tmp_path: Path) -> None:  # noqa: F811
    page = asked(site)
    assert not faults(page.text)
    fragment = site.get("/contribute.yml", **{**GOOD, "value": value_of(site, GOOD["variable"])})
    assert fragment.headers["content-disposition"] == 'attachment; filename="UY-work_contract_recognition.yml"'
    piece = yaml.load(fragment.text, yaml.BaseLoader)
    shutil.copytree(ROOT / "records", tmp_path / "records")
    path = tmp_path / "records" / "jurisdictions" / "UY.yml"
    lines = path.read_text(encoding="utf-8").split("\n")
    source, spell = re.search(r"sources:\n(.*?)(?=^\w)", fragment.text, re.DOTALL | re.MULTILINE)[1], fragment.text.split("sex_work:\n")[1]
    lines.insert(lines.index("sources:") + 1, source.rstrip("\n"))
    lines.insert(lines.index("sex_work:") + 1, spell.rstrip("\n"))
    text = re.sub(r"^  work_contract_recognition: (?!\n).*?(?=^\S|^  \w)", "", "\n".join(lines), flags=re.DOTALL | re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    arguments = ("--records", str(tmp_path / "records"))
    run(*arguments, "fix", str(path))
    done = run(*arguments, "check", str(path))
    assert done.stdout == "0 errors, 0 warnings\n", done.stdout
    assert piece["sources"]["proposed"]["title"] == "Ley 18.000"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"from": "2003-02-30"}, "not in the calendar"),
        ({"from": "last year"}, "expected a day, month or year"),
        ({"until": "2001-01-01"}, "before it starts"),
        ({"value": "nonsense"}, "expected one of"),
        ({"value": ""}, "Answer is missing"),
        ({"pinpoint": ""}, "Article is missing"),
        ({"title": ""}, "Title of the text is missing"),
        ({"language": "Spanish"}, "a language code"),
        ({"version": ""}, "has no version"),
        ({"url": "ftp://example.org"}, "an address that starts with"),
        ({"read_on": "2026"}, "a whole day"),
        ({"note": "x" * 3000}, "2000 are the most"),
        ({"note": "left\u202eright"}, "invisible"),
    ],
)
def test_what_is_wrong_is_told_by_the_rules_of_records(site: Client, changed: dict[str, str], message: str) -> None:  # noqa: F811
    page = asked(site, **changed).text
    assert message in faults(page), faults(page)
    assert "Your piece of the record" not in page
    assert site.get("/contribute.yml", **{**GOOD, **changed}).status_code == 400


HOSTILE = [
    '"><script>alert(1)</script>',
    "</pre><img src=x onerror=alert(1)>",
    "x\n  evil: {a: &a [*a]}",
    "!!python/object/apply:os.system ['id']",
    "'; DROP TABLE answers; --",
    "%{now} `id` $(id) [click](javascript:alert(1))",
    "- a\n- b: [1, 2",
    "a" * 1900,
    '\u2028\u2029 é 漢字 \\u0041 \\ "',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["note", "title", "pinpoint", "read_at"])
def test_a_hostile_entry_comes_out_as_the_text_it_is(site: Client, field: str, text: str) -> None:  # noqa: F811
    words = {**GOOD, "value": value_of(site, GOOD["variable"]), field: text}
    page = site.get("/contribute", **words).text
    assert "<script>alert" not in page and "<img src=x" not in page
    response = site.get("/contribute.yml", **words)
    if response.status_code == 400:
        assert faults(page)
        return
    piece = yaml.safe_load(response.text)
    assert set(piece) == {"sources", "sex_work"} and set(piece["sources"]) == {"proposed"}
    answer = piece["sex_work"]["work_contract_recognition"][0]
    found = {
        "note": answer["note"],
        "pinpoint": answer["cite"]["proposed"],
        **{name: piece["sources"]["proposed"].get(name) for name in ("title", "read_at")},
    }
    assert found[field] == (text.strip() if field == "note" else " ".join(text.split()))


def test_it_can_be_sent_where_the_site_names_an_address(built: Path) -> None:
    client = Client(built)
    client.datasette._metadata_local["plugins"] = {
        "regimes": {"new_issue": "https://forge.example/regimes/issues/new", "contact": "law@example.org"}
    }
    page = client.get("/contribute", **{**GOOD, "value": value_of(client, GOOD["variable"])}).text
    link = unescape(re.search(r'href="(https://forge\.example[^"]*)"', page)[1])
    asked_for = parse_qs(urlsplit(link).query)
    assert asked_for["title"] == ["UY: Contracts for sex work"] and "Ley 18.000" in asked_for["body"][0]
    assert re.search(r'href="mailto:law@example\.org\?subject=UY', page)


def test_without_an_address_it_is_a_file(site: Client) -> None:  # noqa: F811
    page = asked(site).text
    assert "Send it as an issue" not in page and "/contribute.yml?" in page
