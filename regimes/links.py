"""Ask once in a while whether the addresses that records name still answer: slowly, one host at a time, outside any test.

An address that answers is no proof that the text is still there; one that does not is a reason to look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from . import __version__
from .whole import opened

PAUSE = 2.0  # seconds between two requests to one host
TIMEOUT = 20.0
AGENT = f"Regimes-link-check/{__version__} (a few requests a month; see CONTRIBUTING.md of the project)"
GONE = (404, 410)


@dataclass(frozen=True)
class Link:
    address: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """``state`` is ok, moved, gone or unclear (refused, too slow, a fault of the server)."""

    link: Link
    state: str
    detail: str


def links(database: Path) -> list[Link]:
    """Every address that a source names, once, with the sources that name it."""
    with closing(opened(database)) as connection:
        rows = connection.execute("SELECT url, id FROM sources WHERE url <> '' ORDER BY url, id").fetchall()
    found: dict[str, list[str]] = {}
    for address, id in rows:
        found.setdefault(address, []).append(id)
    return [Link(address, tuple(ids)) for address, ids in found.items()]


def host_of(link: Link) -> str:
    return link.address.split("/")[2] if link.address.count("/") > 1 else ""


def in_turns(found: list[Link]) -> list[Link]:
    """The links in an order in which hosts take turns, so that none is asked twice in a row where others wait."""
    hosts: dict[str, list[Link]] = {}
    for link in found:
        hosts.setdefault(host_of(link), []).append(link)
    ordered = []
    while hosts:
        for host in list(hosts):
            ordered.append(hosts[host].pop(0))
            if not hosts[host]:
                del hosts[host]
    return ordered


def check(found: list[Link], sleep: Callable[[float], None] = time.sleep, pause: float = PAUSE) -> Iterator[Finding]:
    """Ask each address, waiting between two requests to one host."""
    last: dict[str, float] = {}
    with httpx.Client(headers={"user-agent": AGENT}, timeout=TIMEOUT, follow_redirects=True, max_redirects=5) as client:
        for link in in_turns(found):
            host = host_of(link)
            sleep(max(0.0, last.get(host, 0.0) + pause - time.monotonic()))
            yield _asked(client, link)
            last[host] = time.monotonic()


def _asked(client: httpx.Client, link: Link) -> Finding:
    try:
        response = client.head(link.address)
        if response.status_code >= 400:  # some servers know no HEAD
            with client.stream("GET", link.address) as response:
                pass
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Finding(link, "unclear", type(error).__name__)
    if response.status_code in GONE:
        return Finding(link, "gone", str(response.status_code))
    if response.status_code >= 400:
        return Finding(link, "unclear", str(response.status_code))
    moved = bool(response.history) and str(response.url) != link.address
    return Finding(link, "moved" if moved else "ok", str(response.url) if moved else str(response.status_code))


def report(findings: list[Finding]) -> str:
    """What to look at, as Markdown; addresses stand as code, so that nothing in them is markup."""
    lines = [
        f"{len(findings)} addresses asked: "
        + ", ".join(f"{sum(one.state == state for one in findings)} {state}" for state in ("ok", "moved", "gone", "unclear"))
        + "."
    ]
    for state, title in (("gone", "Gone"), ("moved", "Moved"), ("unclear", "Unclear: refused, too slow, or a fault of the server")):
        rows = [one for one in findings if one.state == state]
        if rows:
            lines += ["", f"## {title}", ""]
            lines += [
                f"- `{one.link.address.replace('`', '%60')}` ({one.detail.replace('`', '%60')}): {', '.join(one.link.sources)}"
                for one in rows
            ]
    return "\n".join(lines) + "\n"
