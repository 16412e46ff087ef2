"""The check of links, against a server of this machine that moves, loses and refuses pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from regimes import links
from regimes.links import Link

ANSWERS = {"/ok": 200, "/gone": 410, "/lost": 404, "/moved": 301, "/only-get": 200, "/refused": 403, "/broken": 500}


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = 405 if self.command == "HEAD" and self.path == "/only-get" else ANSWERS.get(self.path, 404)
        self.send_response(status)
        if status == 301:
            self.send_header("location", "/ok")
        self.send_header("content-length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_each_address_gets_its_state_and_a_host_is_given_time(address: str) -> None:
    waits: list[float] = []
    found = links.check([Link(address + path, ("SE-brb",)) for path in ANSWERS], sleep=waits.append, pause=2.0)
    states = {one.link.address.removeprefix(address): one.state for one in found}
    assert states == {
        "/ok": "ok",
        "/gone": "gone",
        "/lost": "gone",
        "/moved": "moved",
        "/only-get": "ok",
        "/refused": "unclear",
        "/broken": "unclear",
    }
    assert waits[0] == 0 and all(1.5 < wait <= 2.0 for wait in waits[1:])


def test_what_cannot_be_reached_is_unclear_and_stops_nothing() -> None:
    found = list(links.check([Link("http://127.0.0.1:1/x", ("a",)), Link("http://[bad", ("b",))], sleep=lambda wait: None))
    assert [one.state for one in found] == ["unclear", "unclear"]


def test_hosts_take_turns() -> None:
    found = links.in_turns([Link(f"https://{host}/{n}", ()) for host in ("a", "a", "a", "b", "c") for n in (1,)])
    assert [one.address[8] for one in found] == ["a", "b", "c", "a", "a"]


def test_every_address_of_the_records_is_asked_once(built: Path) -> None:
    found = links.links(built)
    assert len(found) > 50 and len({one.address for one in found}) == len(found) and all(one.sources for one in found)


def test_the_report_lists_what_to_look_at_and_shows_addresses_as_they_are(address: str) -> None:
    found = list(
        links.check(
            [Link(address + "/ok", ("a",)), Link(address + "/gone?`x`[y](z)", ("b",)), Link(address + "/gone", ("c",))],
            sleep=lambda wait: None,
        )
    )
    text = links.report(found)
    assert text.startswith("3 addresses asked: 1 ok, 0 moved, 2 gone, 0 unclear.") and "## Gone" in text and "## Moved" not in text
    assert "`x`" not in text and "(410): c" in text
