"""The API: one contract, told by golden files, and the same data as the database and the site.

To renew the golden files after a wanted change: ``python tests/test_api.py``; then read the difference.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import ON, ROOT, build
from small_world import small_world
from test_site import Client, site  # noqa: F401

from regimes import serve
from regimes.load import load
from regimes.site import api
from regimes.site.api import http

GOLDEN = Path(__file__).parent / "golden" / "api"
IDS = {
    "jurisdiction": "ZZ",
    "variable": "buying_status",
    "reading": "sex-work-regime",
    "scenario": "shared-flat",
    "instrument": "palermo_protocol",
    "term": "trafficking-in-persons",
}
ASKED = {"compare": {"j": "ZZ,ZY"}, "find": {"q": "buying_status:criminal_offence"}, "search": {"q": "buying"}}
WRONG = {
    "unknown-parameter": ("/answers", {"juristiction": "ZZ"}),
    "unknown-ids": ("/answers", {"variable": "buyin_status", "grade": "D", "on": "2026-02-30"}),
    "missing-parameter": ("/compare", {}),
    "no-such-jurisdiction": ("/jurisdictions/ZW", {}),
    "no-such-address": ("/jurisdiction", {}),
    "no-such-answer": ("/find", {"q": "buying_status:criminal"}),
}
MOST = 3  # rows and entries that a golden file shows


def address(endpoint: Any) -> str:
    return http.BASE + endpoint.path.replace("{" + endpoint.variable + "}", IDS.get(endpoint.id, ""))


def shortened(value: Any) -> Any:
    """The value with long lists cut, and what differs from build to build taken out."""
    if isinstance(value, list):
        return [shortened(one) for one in value[:MOST]] + ([f"... {len(value)} in all"] if len(value) > MOST else [])
    if isinstance(value, dict):
        return {key: "(hash)" if key == "content_hash" else shortened(one) for key, one in value.items()}
    return value


def answers(folder: Path) -> dict[str, str]:
    """What each endpoint and each error says, by the name of its golden file."""
    client = Client(build(load(small_world(folder)), folder / "regimes.db"))
    found = {}
    for endpoint in api.ENDPOINTS.values():
        day = {"on": ON} if endpoint.dated else {}
        response = client.get(address(endpoint), **day, **ASKED.get(endpoint.id, {}))
        assert response.status_code == 200, (endpoint.id, response.text)
        found[f"{endpoint.id}.json"] = response.json()
        if endpoint.many:
            rows = client.get(address(endpoint) + ".csv", **day, **ASKED.get(endpoint.id, {})).text.splitlines()
            found[f"{endpoint.id}.csv"] = rows[: MOST + 1]
    for name, (path, words) in WRONG.items():
        response = client.get(http.BASE + path, **words)
        found[f"wrong-{name}.json"] = {"status": response.status_code, "type": response.headers["content-type"], "body": response.json()}
    return {
        name: "\n".join(one) + "\n" if name.endswith(".csv") else json.dumps(shortened(one), indent=1, ensure_ascii=False) + "\n"
        for name, one in found.items()
    }


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return answers(tmp_path_factory.mktemp("api"))


NAMES = sorted(path.name for path in GOLDEN.glob("*")) if GOLDEN.exists() else []


@pytest.mark.parametrize("name", NAMES)
def test_golden(said: dict[str, str], name: str) -> None:
    assert said[name] == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_endpoint_and_error_has_a_golden_file(said: dict[str, str]) -> None:
    assert sorted(said) == NAMES


def test_the_api_the_csv_and_the_database_say_the_same(site: Client, built: Path) -> None:  # noqa: F811
    """Two hundred answers drawn by a fixed seed, by three ways."""
    by_api = {row["id"]: row for row in site.get("/api/v1/answers", on="all").json()["data"]}
    by_csv = {row["id"]: row for row in csv.DictReader(io.StringIO(site.get("/api/v1/answers.csv", on="all").text))}
    with sqlite3.connect(built) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(
            "SELECT answers.* FROM answers JOIN variables ON variables.id = answers.variable WHERE basis = 'law' AND derived_from = '' ORDER BY answers.id"
        ).fetchall()
    assert len(rows) == len(by_api) == len(by_csv)
    for row in random.Random("regimes-api").sample(rows, 200):
        one, line = by_api[row["id"]], by_csv[row["id"]]
        for name in ("jurisdiction", "variable", "value", "label", "valid_from", "valid_until", "note", "grade"):
            assert one[name] == row[name]
            assert line[name].removeprefix("'") == (row[name] or "")
        assert one["number"] == row["number"] and one["state"] == ("finding_of_absence" if row["absence"] else "answer")


def test_what_is_not_coded_is_said_and_never_left_out(site: Client, built: Path) -> None:  # noqa: F811
    one = site.get("/api/v1/jurisdictions/UY", on=ON).json()["data"]
    law = sum(row["basis"] == "law" for row in site.get("/api/v1/variables").json()["data"])
    with sqlite3.connect(built) as connection:
        derived = connection.execute("SELECT count(*) FROM variables WHERE derived_from <> ''").fetchone()[0]
    treaties = [row for row in one["answers"] if row["variable"] == "treaties_in_force"]
    assert len(one["answers"]) - len(treaties) + len(one["not_coded"]) == law - derived
    assert one["not_coded"] and all(row["state"] == "not_coded" and row["reason"] for row in one["not_coded"])
    compared = site.get("/api/v1/compare", j="SE,MC", on=ON).json()["data"]
    assert {row["state"] for row in compared if row["jurisdiction"] == "MC" and row["variable"] != "treaties_in_force"} == {"not_coded"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"jurisdiction": "IE", "variable": "buying_status", "on": "2010-01-01"}, {"offence_by_setting"}),
        ({"jurisdiction": "IE", "variable": "buying_status", "on": ON}, {"criminal_offence"}),
        ({"jurisdiction": "SE", "variable": "buying_penalty_max", "on": "all"}, {"6", "12"}),
        ({"jurisdiction": "SE", "variable": "buying_penalty_max", "since": "2010-01-01"}, {"12"}),
        ({"jurisdiction": "SE", "variable": "buying_penalty_max", "value": "6", "on": "all"}, {"6"}),
        ({"jurisdiction": "SE,DE", "variable": "selling_status", "on": ON, "grade": "C"}, set()),
    ],
)
def test_answers_by_filter(site: Client, words: dict[str, str], expected: set[str]) -> None:  # noqa: F811
    rows = site.get("/api/v1/answers", **words).json()["data"]
    assert {row["value"] for row in rows} == expected


def test_without_a_day_it_is_the_day_of_the_site(built: Path) -> None:
    client = Client(built)
    client.datasette._metadata_local["plugins"] = {"regimes": {"on": "2010-01-01"}}
    body = client.get("/api/v1/answers", jurisdiction="IE", variable="buying_status").json()
    assert body["meta"]["on"] == "2010-01-01" and [row["value"] for row in body["data"]] == ["offence_by_setting"]


def test_a_long_list_goes_on_and_loses_nothing(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    whole = site.get("/api/v1/sources", kind="statute").json()["data"]
    monkeypatch.setattr(http, "LARGEST", 40_000)
    parts, path = (
        [],
        "/api/v1/sources?kind=statute&jurisdiction=" + ",".join(sorted({row["jurisdiction"] for row in whole if row["jurisdiction"]})),
    )
    while path:
        body = site.get(path).json()
        assert body["meta"]["count"] == len(body["data"]) < body["meta"]["total"]
        parts += body["data"]
        path = (body["meta"]["next"] or "").removeprefix("http://localhost")
    assert parts == [row for row in whole if row["jurisdiction"]]
    stale = site.get("/api/v1/sources", cursor="00000000-3")
    assert stale.status_code == 409 and "Start again" in stale.json()["detail"]


def ask(client: Client, method: str, path: str, **headers: str) -> Any:
    import asyncio

    return asyncio.run(client.datasette.client.request(method, path, headers=headers))


def test_the_tag_is_that_of_data_and_day_and_saves_the_body(site: Client) -> None:  # noqa: F811
    path = f"/api/v1/answers?variable=buying_status&on={ON}"
    first = ask(site, "GET", path)
    again = ask(site, "GET", path, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(site, "GET", path, **{"if-none-match": '"other"'}).status_code == 200
    assert ask(site, "GET", path.replace(ON, "2015-01-01"), **{"if-none-match": first.headers["etag"]}).status_code == 200


def test_compressed_is_the_same_and_has_a_tag_that_is_known_again(site: Client) -> None:  # noqa: F811
    path = f"/api/v1/variables/buying_status?on={ON}"
    plain, zipped = ask(site, "GET", path, **{"accept-encoding": "identity"}), ask(site, "GET", path, **{"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip" and zipped.json() == plain.json()
    assert zipped.headers["etag"] != plain.headers["etag"] and "Accept-Encoding" in zipped.headers["vary"]
    assert ask(site, "GET", path, **{"accept-encoding": "gzip", "if-none-match": zipped.headers["etag"]}).status_code == 304
    assert int(zipped.headers["content-length"]) < len(plain.content) / 3
    assert gzip.compress(plain.content, 6, mtime=0)  # the stdlib's own, so any client reads it


def test_other_sites_may_ask(site: Client) -> None:  # noqa: F811
    for path in ("/api/v1/terms", "/api/v1/terms.csv", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/answers?x=1"):
        assert ask(site, "GET", path, origin="https://example.org").headers["access-control-allow-origin"] == "*", path
    asked = ask(site, "OPTIONS", "/api/v1/terms")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    head = ask(site, "HEAD", "/api/v1/terms")
    assert head.status_code == 200 and head.content == b"" and int(head.headers["content-length"]) > 1000
    refused = ask(site, "POST", "/api/v1/terms")
    assert (refused.status_code, refused.headers["content-type"]) == (405, "application/problem+json")


def test_no_cell_of_a_csv_is_a_formula(said: dict[str, str]) -> None:
    for name, text in said.items():
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], name


PAGES = (
    *("/", "/jurisdictions", "/jurisdictions/SE", "/jurisdictions/FR", "/topics", "/topics/buying_status", "/readings", "/distinction"),
    *("/readings/sex-work-regime", "/scenarios", "/scenarios/shared-flat", "/compare?j=SE,DE&and=2010-01-01&pillar=sex_work&diff=1"),
    *("/find?q=selling_status:not_an_offence&q=buying_status:criminal_offence", "/changes?j=IE&since=2010-01-01", "/treaties"),
    *(
        "/treaties/palermo_protocol",
        "/figures",
        "/terms",
        "/sources?j=SE&kind=statute",
        "/method",
        "/data",
        "/search?q=reflection+period&kind=term",
    ),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leads_to_its_data(site: Client, path: str) -> None:  # noqa: F811
    page = site.get(path + ("&" if "?" in path else "?") + "on=2015-06-01").text
    twin = re.search(r'<link rel="alternate" type="application/json" href="([^"]+)">', page)[1]
    response = site.get(unescape(twin))
    assert response.status_code == 200 and f'<a href="{twin}">The data of this page as JSON</a>' in page
    assert response.json()["meta"]["on"] in (None, "2015-06-01")


@pytest.mark.parametrize("path", ["/compare", "/find", "/search", "/map", "/jurisdictions/SWE", "/changes?since=x"])
def test_a_page_without_data_of_its_own_names_none(site: Client, path: str) -> None:  # noqa: F811
    assert 'application/json"' not in site.get(path).text


@pytest.mark.parametrize(
    "words", ["q=%00", "variable=" + "x" * 5000, "jurisdiction=SE&jurisdiction=%27%20OR%201=1--", "&".join(f"a{n}=1" for n in range(80))]
)
def test_hostile_requests_are_refused_in_words(site: Client, words: str) -> None:  # noqa: F811
    response = site.get(f"/api/v1/answers?{words}")
    assert response.status_code == 400 and response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 5000


def test_the_reference_page_names_every_address_parameter_and_field(site: Client) -> None:  # noqa: F811
    page = site.get("/api").text
    for one in api.ENDPOINTS.values():
        assert f"<code>{one.path}</code>" in page
        for thing in (*one.asked_with(), *one.columns):
            assert f"<code>{thing.name}</code>" in page


def test_the_description_is_valid(site: Client) -> None:  # noqa: F811
    from openapi_spec_validator import validate

    document = site.get("/api/v1/openapi.json").json()
    validate(document)
    assert {path for path in document["paths"] if not path.endswith(".csv")} == {http.BASE + one.path for one in api.ENDPOINTS.values()}


def test_the_running_service_keeps_its_description(built: Path, tmp_path: Path) -> None:
    """Schemathesis asks a real server what the description allows and forbids, and compares every answer with it."""
    shutil.copy(built, tmp_path / "regimes.db")
    with serve.running(tmp_path / "regimes.db", ROOT / "metadata.yml") as address:
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "schemathesis"),
                "run",
                f"{address}/api/v1/openapi.json",
                "--phases=examples,fuzzing",
                "--max-examples=6",
                "--generation-deterministic",
                "--no-color",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for old in GOLDEN.glob("*"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in answers(Path(folder)).items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
