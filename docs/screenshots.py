"""Make the pictures in docs/screenshots from the records as they are, with the Chromium of this machine.

.venv/bin/python docs/screenshots.py [--on 2026-11-22]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from regimes import serve

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 300_000  # bytes a picture
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
PICTURES = {
    "front": ("/?on={on}", DESK),
    "jurisdiction": ("/jurisdictions/IE?on={on}", DESK),
    "compare": ("/compare?j=SE,DE&on={on}", DESK),
    "scenario": ("/scenarios/shared-flat?on={on}", DESK),
    "phone-dark": ("/jurisdictions/IE?on={on}", PHONE),
}


def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        sys.exit("No Chromium on this machine. On Debian: apt-get install chromium")
    return path


def take(address: str, on: str) -> None:
    """One picture of each window; a page that does not answer or a picture that is too large stops the work."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for name, (path, window) in PICTURES.items():
            page = browser.new_context(**window).new_page()
            status = page.goto(address + path.format(on=on)).status
            if status != 200:
                sys.exit(f"{path.format(on=on)} answers {status}; {name}.png was not made")
            target = FOLDER / f"{name}.png"
            page.screenshot(path=target)
            size = target.stat().st_size
            print(f"{target.relative_to(ROOT)}  {size / 1000:.0f} KB")
            if size > LARGEST:
                sys.exit(f"{name}.png is larger than {LARGEST / 1000:.0f} KB")
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="2026-11-22", help="the day whose law is shown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "regimes.db"
        subprocess.run([sys.executable, str(ROOT / "build.py"), "--database", str(database)], check=True, stdout=subprocess.DEVNULL)
        with serve.running(database, ROOT / "metadata.yml") as address:
            take(address, arguments.on)


if __name__ == "__main__":
    main()
