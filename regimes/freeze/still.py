"""What becomes of a page when there is no server behind it: forms and queries are replaced by words that say so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import urlsplit

from .crawl import LINK, Answer, frozen_address

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
LIVE = "/needs-a-server"
SEARCH = "/search"
SCRIPTS = Path(__file__).parent.parent / "site" / "static"
NOTE = (
    '<p class="notice">This is a copy of the site as files, with the law of {on}. {what} <a href="'
    + LIVE
    + '">What a copy cannot do, and what to do instead</a>.</p>'
)
WHAT = {
    SEARCH: "It finds titles only.",
    "/compare": "It cannot set jurisdictions side by side.",
    "/find": "It cannot look for a profile.",
}
ELSE = "It cannot show another day or another choice."
FINDER = '<div id="frozen-search" data-index="/search-index.json"></div><script src="/-/static-plugins/regimes/frozen.js" defer></script>'
LIVE_TEXT = """<h1>This needs a server</h1>
<p class="lead">You are reading a copy of the site as files. It shows the law of {on} and answers no questions of its own.</p>
<ul>
<li><strong>Another day, a comparison, a profile, full-text search, tables and SQL:</strong> use a live server of Regimes. Anyone can
start one: the project's README has one line for it.</li>
<li><strong>One jurisdiction through all time:</strong> its page lists, under each question, the answers of other days.</li>
<li><strong>Your own comparison:</strong> take <a href="/api/v1/answers.csv">all answers of this day as CSV</a>, the
<a href="/matrix.csv">matrix</a>, or the <a href="/regimes.db">whole database</a>; what the <a href="/api">API</a> says of one
jurisdiction is a file here too, to which the foot of its page leads.</li>
<li><strong>Look something up:</strong> <a href="/jurisdictions">jurisdictions</a>, <a href="/topics">topics</a>, <a href="/terms">terms</a>,
<a href="/search">titles</a>.</li>
</ul>"""
MISSING_TEXT = """<h1>There is no such page</h1>
<p>Try the <a href="/jurisdictions">jurisdictions</a>, the <a href="/topics">topics</a> or the <a href="/search">search by titles</a>.</p>"""


def place(answer: Answer) -> str:
    """The file of an address: pages end in .html and JSON in .json, so that every host knows what they are."""
    name = answer.address.strip("/") or "index"
    if answer.is_html:
        return f"{name}.html"
    return f"{name}.json" if answer.content_type.startswith("application/json") and not name.endswith(".json") else name


def stilled(answer: Answer, found: Mapping[str, Answer], on: str) -> bytes:
    """The file's bytes: a page without its forms, whose links lead to files."""
    if not answer.is_html:
        return answer.body
    html = answer.body.decode()
    note = NOTE.format(on=on, what=WHAT.get(answer.address, ELSE)) + (FINDER if answer.address == SEARCH else "")
    first, *rest = FORM.split(html) if FORM.search(html) else (html,)
    html = first + (note + "".join(rest) if rest else "")
    return LINK.sub(lambda match: f'{match[0].split("=")[0]}="{escape(_led(unescape(match[1]), found))}"', html).encode()


def _led(link: str, found: Mapping[str, Answer]) -> str:
    """Where a link leads in the copy: itself, its page without the query, or the words on what needs a server."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not link.startswith("/") or parts.path == LIVE:
        return link
    address = frozen_address(link)
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return address + fragment if address in found else LIVE


def extra_files(found: Mapping[str, Answer], on: str) -> dict[str, bytes]:
    """What only a copy has: the words on what needs a server, the page of a wrong address, the index of titles."""
    shell = stilled(found["/terms"], found, on).decode()
    pages = [(_title(one), address) for address, one in found.items() if one.is_html]
    index = [{"title": title, "path": address} for title, address in sorted(pages) if title]
    return {
        f"{LIVE.strip('/')}.html": _page(shell, "This needs a server", LIVE_TEXT.format(on=on)),
        "404.html": _page(shell, "There is no such page", MISSING_TEXT),
        "search-index.json": json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode(),
        "-/static-plugins/regimes/frozen.js": (SCRIPTS / "frozen.js").read_bytes(),
    }


def _title(answer: Answer) -> str:
    match = TITLE.search(answer.body.decode())
    return " ".join(unescape(TAG.sub("", match[1])).split()) if match else ""


def _page(shell: str, title: str, content: str) -> bytes:
    """A page with the site's head and foot, and no address of another page in its head."""
    html = re.sub(r"<title>.*?</title>", f"<title>{title}</title>", shell, count=1, flags=re.DOTALL)
    html = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>\s*|<meta (?:property|name)="(?:og:[a-z]+|description)"[^>]*>\s*', "", html)
    html = re.sub(r'<p><a href="[^"]*">The data of this page as JSON</a></p>', "", html)
    return re.sub(r"(<main\b[^>]*>).*?(</main>)", lambda match: f"{match[1]}{content}{match[2]}", html, count=1, flags=re.DOTALL).encode()
