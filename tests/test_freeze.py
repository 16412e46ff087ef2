"""The frozen site: every link leads somewhere, it says what it cannot do, and it gives the same bytes as the live one."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from conftest import ON, ROOT, build, run
from small_world import small_world
from test_site import Client

from regimes.freeze import FreezeFailed, folder, freeze
from regimes.load import load

QUIET = lambda name: None
LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("small")
    return build(load(small_world(place)), place / "regimes.db")


@pytest.fixture(scope="session")
def frozen(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("frozen") / "site"
    freeze(database, ROOT / "metadata.yml", target, ON, "https://regimes.example", QUIET)
    return target


def file_of(frozen: Path, address: str) -> Path | None:
    """The file that a static host serves at an address."""
    name = address.split("?")[0].split("#")[0].strip("/") or "index"
    return next((frozen / (name + ending) for ending in ("", ".html", ".json") if (frozen / (name + ending)).is_file()), None)


def pages(frozen: Path) -> list[Path]:
    return sorted(frozen.rglob("*.html"))


def test_every_link_of_every_page_leads_to_a_file(frozen: Path) -> None:
    found = pages(frozen)
    assert len(found) > 100
    for path in found:
        for link in map(unescape, LINK.findall(path.read_text(encoding="utf-8"))):
            if link.startswith("/"):
                assert file_of(frozen, link), f"{path.relative_to(frozen)} leads to {link}"


def test_every_kind_of_page_and_answer_is_there(frozen: Path) -> None:
    for address in (
        *("/", "/jurisdictions/ZZ", "/jurisdictions/ZY", "/topics/buying_status", "/readings/sex-work-regime", "/scenarios/shared-flat"),
        *("/treaties/palermo_protocol", "/terms", "/method", "/api", "/changes.atom", "/calendar.ics", "/matrix.csv", "/regimes.db"),
        *(
            "/robots.txt",
            "/sitemap.xml",
            "/api/v1/jurisdictions/ZZ",
            "/api/v1/jurisdictions",
            "/api/v1/answers.csv",
            "/api/v1/openapi.json",
        ),
        *("/jurisdictions/ZZ/changes.atom", "/404.html", "/needs-a-server", "/search-index.json", "/-/static-plugins/regimes/site.css"),
    ):
        assert file_of(frozen, address), address


def test_no_form_is_left_and_a_page_that_had_one_says_why(frozen: Path) -> None:
    for path in pages(frozen):
        assert "<form" not in path.read_text(encoding="utf-8"), path
    for name, words in (("compare", "side by side"), ("find", "profile"), ("search", "titles"), ("jurisdictions/ZZ", "another day")):
        text = (frozen / f"{name}.html").read_text(encoding="utf-8")
        assert "copy of the site as files" in text and words in text and ON in text, name


def test_the_frozen_bytes_are_those_of_the_live_site(frozen: Path, database: Path) -> None:
    """Two hundred files drawn by a fixed seed: data alike to the byte, pages alike but for forms and links."""
    client = Client(database)
    client.datasette._metadata_local["plugins"] = {"regimes": {"on": ON}}
    client.datasette._settings["force_https_urls"] = True
    manifest = json.loads((frozen / folder.MANIFEST).read_text())["files"]
    own = {"needs-a-server.html", "404.html", "search-index.json", "-/static-plugins/regimes/frozen.js"}
    names = random.Random("regimes-frozen").sample(sorted(set(manifest) - own), 200)
    compared = 0
    for name in names:
        address = "/" + re.sub(r"(^index)?\.html$|(?<=\w)\.json$", "", name) if name != "api/v1/openapi.json" else "/" + name
        import asyncio

        live = asyncio.run(client.datasette.client.get(address, headers={"host": "regimes.example", "accept-encoding": "identity"}))
        if live.status_code == 404:
            live = asyncio.run(client.datasette.client.get("/" + name, headers={"host": "regimes.example", "accept-encoding": "identity"}))
        body = (frozen / name).read_bytes()
        if name.endswith(".html"):
            strip = lambda html: re.sub(r"<form.*?</form>|<p class=\"notice\">This is a copy.*?</p>|\"/[^\"]*\"", "", html, flags=re.DOTALL)
            if name != "search.html":
                assert "".join(strip(body.decode()).split()) == "".join(strip(live.text).split()), name
        else:
            assert body == live.content, name
        compared += 1
    assert compared == 200


def test_a_compressed_twin_is_the_same(frozen: Path) -> None:
    twins = sorted(frozen.rglob("*.gz"))
    assert len(twins) > 100
    for twin in twins:
        assert gzip.decompress(twin.read_bytes()) == twin.with_suffix("").read_bytes()


def test_the_manifest_tells_every_file(frozen: Path) -> None:
    manifest = json.loads((frozen / folder.MANIFEST).read_text())
    there = {path.relative_to(frozen).as_posix() for path in frozen.rglob("*") if path.is_file() and path.suffix != ".gz"}
    assert there == {*manifest["files"], folder.MANIFEST}
    assert manifest["on"] == ON and manifest["content_hash"] and manifest["files"]["api/v1/answers.csv"]["type"] == "text/csv"


def test_freezing_again_changes_nothing_and_keeps_dates(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    freeze(database, ROOT / "metadata.yml", target, ON, "http://localhost", QUIET)
    os.utime(target / "terms.html", (1_000_000_000, 1_000_000_000))
    again = freeze(database, ROOT / "metadata.yml", target, ON, "http://localhost", QUIET)
    assert (again.changed, again.removed) == (0, 0)
    assert (target / "terms.html").stat().st_mtime == 1_000_000_000
    other = freeze(database, ROOT / "metadata.yml", target, "2005-01-01", "http://localhost", QUIET)
    assert other.changed > 0 and "2005-01-01" in (target / "jurisdictions" / "ZZ.html").read_text(encoding="utf-8")


def test_what_vanished_is_removed_and_foreign_folders_are_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "site"
    folder.write(target, {"a.html": b"a" * 900, "b/c.json": b"{}"}, {})
    done = folder.write(target, {"a.html": b"a" * 900}, {})
    assert (done.changed, done.removed) == (0, 1) and not (target / "b").exists() and (target / "a.html.gz").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("work")
    with pytest.raises(FreezeFailed, match="neither empty nor an earlier copy"):
        folder.require(mine)
    (tmp_path / "file").write_text("")
    with pytest.raises(FreezeFailed, match="is a file"):
        folder.require(tmp_path / "file")


def test_a_disk_that_fills_leaves_the_old_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "site"
    folder.write(target, {"a.html": b"old"}, {})
    monkeypatch.setattr(folder.gzip, "compress", lambda *a, **k: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(FreezeFailed, match="untouched"):
        folder.write(target, {"a.html": b"new" * 900}, {})
    assert (target / "a.html").read_bytes() == b"old" and sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_a_killed_run_leaves_the_old_copy(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    folder.write(target, {"a.html": b"old"}, {})
    code = f"""
from pathlib import Path
from regimes.freeze import freeze
freeze(Path({str(database)!r}), Path({str(ROOT / "metadata.yml")!r}), Path({str(target)!r}), {ON!r}, "http://localhost", lambda name: print(name, flush=True))
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    for _ in range(30):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    assert (target / "a.html").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--on", "2026-02-30"], "not a day"),
        (["--base-url", "regimes.example"], "not an address"),
        (["--base-url", "https://example.org/law"], "a folder below a host is not possible"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run("--database", str(tmp_path / "regimes.db"), "freeze", str(tmp_path / "site"), *arguments)
    assert done.returncode == 1 and message in done.stderr and not (tmp_path / "site").exists()
