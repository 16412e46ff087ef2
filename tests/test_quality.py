"""Every kind of page, held against what readers need of it: axe-core, strict markup, quiet, no overflow, no need of JavaScript.

Datasette's stock pages are left out: their markup is Datasette's. The pages come from a real server; only the markup is looked at
without a browser.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ON
from test_browser import CHROMIUM, address, browser

__all__ = ["address", "browser"]  # fixtures

PAGES = [
    f"/?on={ON}",
    f"/jurisdictions?on={ON}",
    f"/jurisdictions/IE?on={ON}",
    f"/jurisdictions/NO?on={ON}",
    "/jurisdictions/QQ",
    f"/treaties?on={ON}",
    f"/treaties/palermo_protocol?on={ON}",
    "/figures",
    "/terms",
    f"/map?on={ON}",
    f"/compare?j=SE,DE&on={ON}",
    f"/find?on={ON}",
    f"/changes?on={ON}",
    f"/topics?on={ON}",
    f"/topics/buying_status?on={ON}",
    f"/readings?on={ON}",
    f"/readings/sex-work-regime?on={ON}",
    f"/distinction?on={ON}",
    f"/scenarios?on={ON}",
    f"/scenarios/alone-at-home?on={ON}",
    "/method",
    "/data",
    f"/sources?on={ON}",
    "/search?q=reflection",
    "/api",
    "/contribute?j=SE&variable=buying_status&check=1&value=criminal_offence&from=x",
    f"/freshness?on={ON}",
]
BAD = {PAGES[-2]}  # a form filled in wrongly tells so on a page of its own right
MISSING = {"/jurisdictions/QQ"}  # the page for something that there is not

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async tags => {
    const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false});
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# On paper nobody can scroll: a box that hides what is too wide for it loses it.
CUT_OFF = """() => [...document.querySelectorAll("main *")]
    .filter(box => box.scrollWidth > box.clientWidth + 1 && /auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX)
        && box.checkVisibility() && !box.matches("input, select, textarea") && !box.closest("svg") && box.clientWidth > 1)
    .map(box => `${box.tagName} ${box.className || box.id}: ${box.scrollWidth} in ${box.clientWidth}`)"""
UNFOLD = "document.querySelectorAll('details').forEach(box => { box.open = true; })"
A4 = {"width": 718, "height": 1047}  # 210 x 297 mm less margins of 10 mm, at 96 pixels an inch
HEADINGS = "[...document.querySelectorAll('main :is(h1, h2, h3)')].filter(box => box.checkVisibility()).map(box => box.innerText)"

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


class Window:
    """One browser window that is led from page to page, and what went on in it meanwhile."""

    def __init__(self, context: Any, address: str) -> None:
        self.context, self.address = context, address
        self.page, self.shown = context.new_page(), ""
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", lambda request: None if request.url.startswith((address, "data:")) else self.elsewhere.append(request.url))

    def open(self, path: str) -> Any:
        """The page with everything unfolded; it is loaded unless it is the one that is shown."""
        if self.shown != path:
            self.shown = ""
            self.console.clear()
            self.elsewhere.clear()
            require(path, self.page.goto(self.address + path, wait_until="load").status)
            self.page.evaluate(UNFOLD)
            self.shown = path
        return self.page


def require(path: str, status: int) -> None:
    """The page is there, or is rightly missing."""
    assert status == (404 if path in MISSING else 200), path


@pytest.fixture(scope="module", params=PAGES)
def path(request: pytest.FixtureRequest) -> str:
    """A page; all tests of one page come together, so that each window loads it once."""
    return request.param


@pytest.fixture(scope="module")
def windows(browser: Any, address: str) -> Iterator[dict[str, Window]]:
    options: dict[str, dict[str, Any]] = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "no script": {"java_script_enabled": False},
    }
    opened = {name: Window(browser.new_context(viewport={"width": 1280, "height": 900}, **more), address) for name, more in options.items()}
    yield opened
    for window in opened.values():
        window.context.close()


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(windows: dict[str, Window], path: str, scheme: str) -> None:
    page = windows[scheme].open(path)
    page.evaluate(AXE)
    violations = page.evaluate(RUN_AXE, AXE_TAGS)
    assert not violations, "\n".join(violations)


@in_a_browser
def test_a_page_is_quiet(windows: dict[str, Window], path: str) -> None:
    """No error in the console, nothing asked of another host, no cookie."""
    window = windows["light"]
    window.open(path)
    own = [text for text in window.console if path not in MISSING or "404" not in text]  # Chromium notes the 404 that was asked for
    assert (own, window.elsewhere, window.context.cookies()) == ([], [], [])


@in_a_browser
def test_a_page_fits_window_and_paper(windows: dict[str, Window], path: str) -> None:
    page = windows["light"].open(path)
    try:
        for width in (320, 820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0, width
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate("document.getAnimations().length") == 0
        page.set_viewport_size(A4)
        page.emulate_media(media="print")
        assert page.evaluate(OVERFLOW) <= 0, "on paper"
        assert not page.evaluate(CUT_OFF), "on paper"
        assert page.locator("h1").is_visible()
    finally:
        page.emulate_media(media="screen", reduced_motion="no-preference")
        page.set_viewport_size({"width": 1280, "height": 900})


@in_a_browser
def test_a_page_needs_no_javascript(windows: dict[str, Window], path: str) -> None:
    """What a script shows is there without it: every heading, and as much text."""
    plain = windows["no script"].open(path)
    scripted = windows["light"].open(path)
    assert set(scripted.evaluate(HEADINGS)) <= set(plain.evaluate(HEADINGS))
    assert len(plain.inner_text("main")) >= 0.9 * len(scripted.inner_text("main")) > 0


def test_markup(address: str, path: str) -> None:
    """Strict HTML, one h1, no skipped level, no id twice, every reference met, every picture and control named."""
    import html5lib

    answer = httpx.get(address + path)
    require(path, answer.status_code)
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(answer.text)
    lines = answer.text.splitlines()
    assert not [f"{position[0]}: {code} {facts}: {lines[position[0] - 1][:200]}" for position, code, facts in parser.errors]
    assert not list(faults_of(tree))


def faults_of(tree: Any) -> Iterator[str]:
    """What is wrong with a parsed page."""
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = [element.get("id") for element in elements if element.get("id") is not None]
    yield from (f"id {id!r} {ids.count(id)} times" for id in sorted(set(ids)) if ids.count(id) > 1 or not re.fullmatch(r"\S+", id))
    for element in elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
            yield from (f"{element.tag} {name}={id!r}: no such id" for id in (element.get(name) or "").split() if id not in ids)
        if "lang" in element.attrib and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", element.get("lang")):
            yield f"{element.tag} lang={element.get('lang')!r}"
    if not tree.get("lang"):
        yield "html has no lang"
    levels = [int(element.tag[1]) for element in elements if re.fullmatch("h[1-6]", str(element.tag))]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"not one h1 at the head of the headings: {levels}"
    yield from (f"h{after} follows h{before}" for before, after in itertools.pairwise(levels) if after > before + 1)
    yield from (f"no alt: {element.attrib}" for element in elements if element.tag == "img" and "alt" not in element.attrib)
    yield from unnamed_controls(elements)


def unnamed_controls(elements: list[Any]) -> Iterator[str]:
    """Form controls without a label, and buttons and links without words."""
    labelled = {element.get("for") for element in elements if element.tag == "label" and "".join(element.itertext()).strip()}
    wrapped = {id(inner) for element in elements if element.tag == "label" for inner in element.iter()}
    for element in elements:
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.tag in ("select", "textarea") or (element.tag == "input" and element.get("type") not in ("hidden", "submit", "reset")):
            if not (named or element.get("id") in labelled or id(element) in wrapped):
                yield f"no label: {element.tag} {element.attrib}"
        elif element.tag in ("button", "a", "summary") and not named and not "".join(element.itertext()).strip():
            yield f"no words: {element.tag} {element.attrib}"


@pytest.mark.parametrize(
    ("fault", "html"),
    [
        ("id 'x' 2 times", '<h1 id="x">A</h1><p id="x">'),
        ("h3 follows h1", "<h1>A</h1><h3>B</h3>"),
        ("not one h1", "<h1>A</h1><h1>B</h1>"),
        ("no alt", '<h1>A</h1><img src="a.png">'),
        ("no label", '<h1>A</h1><input name="on">'),
        ("no such id", '<h1>A</h1><label for="y">Y</label>'),
        ("lang=''", '<h1>A</h1><p lang="">'),
    ],
)
def test_faults_are_found(fault: str, html: str) -> None:
    """The checks above can fail."""
    import html5lib

    tree = html5lib.parse(f"<!DOCTYPE html><html lang=en><title>A</title>{html}", namespaceHTMLElements=False)
    assert any(fault in found for found in faults_of(tree)), list(faults_of(tree))
