"""Every address of the site that is the same for every reader: asked of Datasette in process, followed from link to link."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from datasette.app import Datasette

from ..facts import facts
from ..read import read
from ..serve import settings_in_process
from ..site import api
from ..whole import opened
from .folder import FreezeFailed

# Addresses that are not pages of their own: tables, SQL, and Datasette's inside.
DYNAMIC = re.compile(r"/regimes(/|$)|/-/(?!static-plugins/regimes/)|/search\.json$")
LINK = re.compile(r'\b(?:href|src)="([^"]*)"')
SEEDS = ("/", "/robots.txt", "/sitemap.xml", "/compare", "/find", "/search", "/api/v1/openapi.json")


@dataclass(frozen=True)
class Answer:
    """What the site says at an address without a query."""

    address: str
    status: int
    content_type: str
    body: bytes

    @property
    def is_html(self) -> bool:
        return self.content_type.startswith("text/html")


class Site:
    """The site over one database on one day, as it will stand at ``base_url``."""

    def __init__(self, database: Path, metadata: Path, on: str | None, base_url: str) -> None:
        with closing(opened(database)) as connection:
            self.facts = facts(connection, on)
        self.base = urlsplit(base_url)
        described = read(metadata, metadata.parent)[0].data
        described["plugins"] = {"regimes": {"on": self.facts.on}}
        settings = settings_in_process() | {"force_https_urls": self.base.scheme == "https", "sql_time_limit_ms": 20_000}
        self.datasette = Datasette([], immutables=[str(database)], metadata=described, settings=settings)

    def all(self, progress: Callable[[str], None]) -> dict[str, Answer]:
        """Everything that can be reached, by address, in the order in which it was found."""
        return asyncio.run(self._all(progress))

    async def _all(self, progress: Callable[[str], None]) -> dict[str, Answer]:
        waiting = dict.fromkeys([*SEEDS, *_api_seeds()])
        found: dict[str, Answer] = {}
        while waiting:
            address = next(iter(waiting))
            del waiting[address]
            answer = await self._ask(address)
            progress(address)
            if answer.status == 200:
                found[address] = answer
                waiting |= dict.fromkeys(one for one in links_of(answer) if one not in found)
        return found

    async def _ask(self, address: str) -> Answer:
        headers = {"host": self.base.netloc, "accept-encoding": "identity"}
        response: Any = await self.datasette.client.get(address, headers=headers)
        if response.status_code >= 500:
            raise FreezeFailed(f"{address} answers {response.status_code}; nothing was written")
        return Answer(address, response.status_code, response.headers.get("content-type", ""), response.content)


def _api_seeds() -> Iterator[str]:
    """The lists of the API that need no choice; what is in them is found from the pages."""
    for one in api.ENDPOINTS.values():
        if not one.variable and not any(parameter.required for parameter in one.parameters):
            yield f"{api.BASE}{one.path}"
            if one.many:
                yield f"{api.BASE}{one.path}.csv"


def links_of(answer: Answer) -> Iterator[str]:
    """The addresses that a page leads to and that are frozen: on this host, with no choice but the day."""
    if answer.is_html:
        for link in LINK.findall(answer.body.decode()):
            address = frozen_address(unescape(link))
            if address:
                yield address


def frozen_address(link: str) -> str:
    """The address without query and fragment; "" for one that leads elsewhere or asks for a choice."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or DYNAMIC.match(parts.path):
        return ""
    return parts.path if all(name == "on" for name, _ in parse_qsl(parts.query, keep_blank_values=True)) else ""
