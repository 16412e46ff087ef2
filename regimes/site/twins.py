"""The API address that gives the data of a page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

BASE = "/api/v1"
# Pages whose data have another name in the API; the others are the same below BASE.
NAMES = {"/": "/jurisdictions", "/topics": "/variables", "/treaties": "/instruments", "/figures": "/estimates", "/data": "/build"}
NAMES |= {"/method": "/agreement", "/distinction": "/readings/distinction"}
SAME = ("/jurisdictions", "/readings", "/scenarios", "/compare", "/find", "/changes", "/terms", "/sources", "/search")
# Of these pages what was asked goes along, by its name in the API.
ASKED = {
    "/compare": {"j": "j", "and": "and", "pillar": "pillar", "diff": "different"},
    "/find": {"q": "q"},
    "/changes": {"since": "since", "until": "until", "j": "jurisdiction", "variable": "variable", "pillar": "pillar"},
    "/sources": {"j": "jurisdiction", "kind": "kind"},
    "/search": {"q": "q", "kind": "kind"},
}
NEEDED = {"/compare": "j", "/find": "q", "/search": "q"}
UNDATED = ("/changes", "/terms", "/sources", "/search", "/estimates", "/build", "/agreement", "/variables", "/readings", "/scenarios")


def json_twin(path: str, asked: Sequence[tuple[str, str]], on: str) -> str:
    """The address, with the day and what was asked; "" for a page that has none."""
    folder, _, id = path.strip("/").partition("/")
    head = f"/{folder}"
    if head in NAMES:
        found = NAMES[head] + (f"/{id}" if id else "")
    elif head in SAME:
        found = path
    else:
        return ""
    words = [(ASKED[head][name], "true" if name == "diff" else text) for name, text in asked if text and name in ASKED.get(head, {})]
    if NEEDED.get(head) and NEEDED[head] not in {name for name, _ in words}:
        return ""
    words += [("on", on)] if on and found not in UNDATED else []
    return f"{BASE}{found}" + (f"?{urlencode(words, safe=',:')}" if words else "")
