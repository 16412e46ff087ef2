"""Beyond one machine, as far as one machine allows: the real nginx with the shipped configuration, real replicas, a frozen copy."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, build
from small_world import small_world
from test_freeze import LINK, database, frozen  # noqa: F401

from regimes import serve
from regimes.load import load
from regimes.site.pages import ROUTES

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
needs_nginx = pytest.mark.skipif(
    not NGINX and not os.environ.get("CI"), reason="nginx is not installed (Debian: apt-get install nginx-light)"
)
MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  include {folder}/site.conf;
}}
"""
CLIENTS, REQUESTS = 4, 60  # each
# Between two requests of a client. A response that has begun to leave a replica when that is killed cannot be saved by any proxy;
# with pauses it is rare that one has.
PAUSE = 0.03


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as response:
            return response.status, {name.lower(): text for name, text in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): text for name, text in error.headers.items()}, error.read()


def wait_for(ready: Callable[[], bool]) -> None:
    for _ in range(400):
        with suppress(OSError):
            if ready():
                return
        time.sleep(0.05)
    raise AssertionError("it did not become ready")


@contextmanager
def nginx(folder: Path, configuration: str, places: dict[str, str]) -> Iterator[str]:
    """The shipped configuration with its places changed, as its comments say; gives the address."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    port = free_port()
    text = (DEPLOY / configuration).read_text(encoding="utf-8")
    for old, new in {"listen 80;": f"listen 127.0.0.1:{port};", **places}.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""  # temporary folders belong to whoever runs the tests
    (folder / "nginx.conf").write_text(user + MAIN.format(folder=folder), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: process.poll() is not None or socket.create_connection(("127.0.0.1", port), 1) is not None)
        assert process.poll() is None, process.stderr.read()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


class Replica:
    """The real server of one database on a port of its own."""

    def __init__(self, database: Path, port: int) -> None:  # noqa: F811
        self.database, self.port = database, port
        command = serve.command(database, ROOT / "metadata.yml", port)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready(self) -> bool:
        return get(f"http://127.0.0.1:{self.port}/-/readyz")[0] == 200

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(20)


@contextmanager
def replicas(database: Path, count: int) -> Iterator[list[Replica]]:  # noqa: F811
    found = [Replica(database, free_port()) for _ in range(count)]
    try:
        for one in found:
            wait_for(one.ready)
        yield found
    finally:
        for one in found:
            if one.process.poll() is None:
                one.stop()


def proxied(folder: Path, found: list[Replica]) -> Any:
    places = {f"127.0.0.1:{8001 + index}": f"127.0.0.1:{one.port}" for index, one in enumerate(found)}
    return nginx(folder, "nginx-proxy.conf", {**places, "/var/cache/nginx/regimes": str(folder / "cache")})


def under_load(address: str, meanwhile: Callable[[], None]) -> list[tuple[int, dict[str, str], bytes]]:
    """A bounded number of answers, each asked for once so that none is cached, while something happens."""
    answers: list[tuple[int, dict[str, str], bytes]] = []
    halfway = threading.Event()

    def client(number: int) -> None:
        for request in range(REQUESTS):
            day = f"{1900 + request}-{1 + number:02}-{1 + request % 28:02}"
            try:
                answers.append(get(f"{address}/api/v1/answers?variable=buying_status&on={day}"))
            except (OSError, http.client.HTTPException) as error:
                answers.append((0, {"failed": repr(error)}, b""))
            if request == REQUESTS // 4:
                halfway.set()
            time.sleep(PAUSE)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    halfway.wait(30)
    meanwhile()
    for thread in threads:
        thread.join(120)
    return answers


@needs_nginx
def test_no_answer_fails_when_a_replica_is_killed(database: Path, tmp_path: Path) -> None:  # noqa: F811
    with replicas(database, 3) as three, proxied(tmp_path / "nginx", three) as address:
        answers = under_load(address, lambda: three[0].stop(signal.SIGKILL))
        assert three[0].process.poll() == -signal.SIGKILL
        assert len(answers) == CLIENTS * REQUESTS and [one for one in answers if one[0] != 200] == []


@needs_nginx
def test_a_new_data_version_replaces_the_old_one_without_a_failed_or_mixed_answer(database: Path, tmp_path: Path) -> None:  # noqa: F811
    """Old and new answer side by side while replicas change; each answer is wholly of one version, its tag too."""
    records = small_world(tmp_path / "new")
    path = records / "jurisdictions" / "ZZ.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("from: 2010-01\n      cite: {code: 4:2}", "from: 2011-01\n      cite: {code: 4:2}")
    )
    newer = build(load(records), tmp_path / "new" / "regimes.db")
    old, new = (json.loads(get_build(one))["content_hash"] for one in (database, newer))
    assert old != new
    with replicas(database, 3) as three, proxied(tmp_path / "nginx", three) as address:

        def replaced() -> None:
            for index, one in enumerate(three):
                one.stop()
                three[index] = Replica(newer, one.port)
                wait_for(three[index].ready)

        answers = under_load(address, replaced)
        assert {status for status, _, _ in answers} == {200}
        for _, headers, body in answers:
            told = json.loads(body)["meta"]["content_hash"]
            assert told in (old, new) and headers["etag"].startswith(f'"{told[:16]}')
        assert json.loads(get(f"{address}/-/readyz")[2])["content_hash"] == new
        last = json.loads(get(f"{address}/api/v1/build")[2])
        assert last["data"]["content_hash"] == last["meta"]["content_hash"] == new


def get_build(database: Path) -> str:  # noqa: F811
    with sqlite3.connect(database) as connection:
        return json.dumps(dict(connection.execute("SELECT key, value FROM build_info")))


@needs_nginx
def test_the_proxy_keeps_answers_and_passes_tags(database: Path, tmp_path: Path) -> None:  # noqa: F811
    with replicas(database, 3) as three, proxied(tmp_path / "nginx", three) as address:
        path = f"{address}/api/v1/variables/buying_status?on=2026-11-22"
        first, second = get(path), get(path)
        assert (first[1]["x-cache"], second[1]["x-cache"]) == ("MISS", "HIT") and first[2] == second[2]
        assert get(path, **{"If-None-Match": first[1]["etag"]})[0] == 304
        assert second[1]["access-control-allow-origin"] == "*"
        for one in three:
            one.stop(signal.SIGKILL)
        assert get(path)[0] == 200, "a kept answer outlives the replicas"
        assert get(f"{address}/-/readyz")[0] == 502


@needs_nginx
def test_costly_pages_have_a_limit_and_others_do_not(database: Path, tmp_path: Path) -> None:  # noqa: F811
    with replicas(database, 3) as three, proxied(tmp_path / "nginx", three) as address:
        assert 429 in {get(f"{address}/search?q=word{number}")[0] for number in range(150)}
        assert {get(f"{address}/topics/buying_status?on=2000-01-{day:02}")[0] for day in range(1, 29)} == {200}


@needs_nginx
def test_the_frozen_site_has_no_broken_link_and_says_what_its_files_are(frozen: Path, tmp_path: Path) -> None:  # noqa: F811
    places = {"/srv/regimes/frozen": str(frozen), "/srv/regimes/headers.conf": str(DEPLOY / "headers.conf")}
    for path in (frozen, *frozen.parents):
        with suppress(OSError):
            path.chmod(path.stat().st_mode | 0o055)
    with nginx(tmp_path / "nginx", "nginx-frozen.conf", places) as address:
        waiting, seen = {"/"}, {}
        while waiting:
            path = waiting.pop()
            status, headers, body = get(address + path)
            assert status == 200, path
            seen[path] = headers["content-type"]
            if headers["content-type"].startswith("text/html"):
                assert "default-src 'none'" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff", path
                links = {unescape(link).split("#")[0] for link in LINK.findall(body.decode())}
                waiting |= {link for link in links if link.startswith("/")} - set(seen)
        assert len(seen) > 200
        for path, kind in {
            "/jurisdictions/ZZ": "text/html",
            "/api/v1/jurisdictions/ZZ": "application/json",
            "/api/v1/jurisdictions": "application/json",
            "/changes.csv": "text/csv",
            "/changes.atom": "application/atom+xml",
            "/regimes.db": "application/vnd.sqlite3",
        }.items():
            assert seen.get(path, get(address + path)[1]["content-type"]).startswith(kind), path
        assert get(f"{address}/api/v1/terms", **{"Accept-Encoding": "gzip"})[1].get("content-encoding") == "gzip"
        status, _, body = get(f"{address}/no-such-page")
        assert status == 404 and b"There is no such page" in body
        assert get(f"{address}/api/v1/terms")[1]["access-control-allow-origin"] == "*"
        assert "frame-ancestors *" in get(f"{address}/map")[1]["content-security-policy"]


def test_health_and_readiness_tell_the_truth(database: Path, tmp_path: Path) -> None:  # noqa: F811
    with replicas(database, 1) as (one,):
        assert get(f"http://127.0.0.1:{one.port}/-/healthz")[::2] == (200, b"alive\n")
        body = json.loads(get(f"http://127.0.0.1:{one.port}/-/readyz")[2])
        assert body["ready"] and body["data_version"] and len(body["content_hash"]) == 64
    (tmp_path / "empty").mkdir()
    sqlite3.connect(tmp_path / "empty" / "regimes.db").execute("CREATE TABLE build_info (key, value)").connection.close()
    other = Replica(tmp_path / "empty" / "regimes.db", free_port())
    try:
        wait_for(lambda: get(f"http://127.0.0.1:{other.port}/-/healthz")[0] == 200)
        status, _, body = get(f"http://127.0.0.1:{other.port}/-/readyz")
        assert status == 503 and json.loads(body)["ready"] is False
    finally:
        other.stop()


def test_the_image_serves_with_the_settings_of_the_command() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert dict(re.findall(r"--setting (\w+) (\w+)", text)) == {name: str(value) for name, value in serve.SETTINGS.items()}
    copied = re.search(r"^COPY (requirements.*) \./$", text, re.MULTILINE)[1].split()
    assert all((ROOT / name).exists() for name in copied)
    assert "USER 10001" in text and "--immutable" in text


def test_every_probe_asks_an_address_that_there_is() -> None:
    routes = [re.compile(route) for route, _ in ROUTES]
    documents = [*yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text()), yaml.safe_load((DEPLOY / "cloudrun.yml").read_text())]
    paths = re.findall(r"'path': '([^']+)'", str(documents)) + re.findall(
        r'^\s+path = "([^"]+)"', (DEPLOY / "fly.toml").read_text(), re.MULTILINE
    )
    assert len(paths) >= 6 and all(any(route.match(path) for route in routes) for path in paths)
    deployment = documents[0]["spec"]
    assert deployment["replicas"] == 3 and deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert deployment["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
