"""The pages in a real browser: no overflow, no error, no request to another host, usable by keyboard."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ON, ROOT

from regimes.serve import running

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
PAGES = ["/", f"/jurisdictions/IE?on={ON}", "/jurisdictions/QQ", "/regimes", f"/regimes/in_force?variable=selling_status&on={ON}"]


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with running(built, ROOT / "metadata.yml") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as _:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        instance = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield instance
        instance.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 820, 1280])
def test_pages_fit_the_window_and_stay_on_this_host(browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" and "404" not in message.text else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else problems.append(request.url))
    for path in PAGES:
        status = page.goto(address + path).status
        assert status == (404 if "QQ" in path else 200)
        assert page.title()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (path, width)
    assert not problems
    context.close()


def test_the_day_form_works_without_javascript(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/jurisdictions/IE?on={ON}")
    page.fill("#on", "2010-01-01")
    page.click("button[type=submit]")
    assert page.url.endswith("/jurisdictions/IE?on=2010-01-01")
    assert "Partial criminalisation" in page.inner_text("#label")
    context.close()


def test_the_first_tab_skips_to_the_content(browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/?on={ON}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")
    page.close()


def test_a_citation_leads_to_its_source(browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/jurisdictions/IE?on={ON}")
    page.click("#buying_status .cited a")
    assert page.evaluate("document.querySelector(':target') !== null")
    page.close()


def test_contrast_of_text_is_enough(browser, address: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, in both schemes."""
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{address}/jurisdictions/IE?on={ON}")
        for selector in ("main p", ".soft", ".not-coded", "main a", ".tag", ".question", ".site-footer"):
            ratio = page.evaluate(CONTRAST, selector)
            assert ratio is None or ratio >= 4.5, (scheme, selector, ratio)
        context.close()


def test_the_years_can_be_played_and_paused(browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/map?year=2015")
    page.click(".map-year button")
    page.locator("#map-shown time", has_text="2017-12-31").wait_for()
    page.click(".map-year button")
    stopped = page.evaluate("document.querySelector('.map-year output').value")
    page.wait_for_url(lambda url: f"year={stopped}" in url)
    assert page.inner_text(".map-year button") == "Play"
    page.close()


def test_a_contribution_from_a_wrong_answer_to_a_file(browser, address: str) -> None:
    """From "this is wrong" beside an answer to a fragment, by keyboard and mouse, without scripts."""
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{address}/jurisdictions/SE?on={ON}")
    page.click("#buying_penalty_max >> text=This is wrong or has changed")
    assert page.url.endswith("/contribute?j=SE&variable=buying_penalty_max")
    page.click("text=Check")
    assert page.locator(".notice").count() > 5
    page.fill("#number", "24")
    for name, text in {
        "from": "2026-07-01",
        "title": "Brottsbalk",
        "pinpoint": "6:11",
        "language": "sv",
        "version": "2026-07-01",
        "read_at": "x",
    }.items():
        page.fill(f"#{name}", text)
    page.fill("#read_on", "2026-11-22")
    page.select_option("#kind", "statute")
    page.select_option("#acts", "criminal_code")
    page.select_option("#read", "original")
    page.click("text=Check")
    assert "value: 24" in page.inner_text("pre") and page.locator(".notice").count() == 0
    with page.expect_download() as download:
        page.click("text=Save it as a file")
    assert download.value.suggested_filename == "SE-buying_penalty_max.yml"
    context.close()


CONTRAST = """selector => {
    const element = document.querySelector(selector);
    if (!element) return null;
    const luminance = text => {
        const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind = element;
    while (behind && /rgba\\(0, 0, 0, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const a = luminance(getComputedStyle(element).color), b = luminance(getComputedStyle(behind || document.body).backgroundColor);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
