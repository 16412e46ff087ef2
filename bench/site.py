"""What the pages weigh, and how long the server takes for them, as ratios to Datasette's own table page in the same run.

Weights are gzipped, as a server in front sends them: the page with every stylesheet, script and picture it loads. Times are of
the shipped server on this machine, which shares its processors with the clients: the ratios count, the milliseconds do not.

    .venv/bin/python bench/site.py [--requests 40] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import re
import statistics
import subprocess
import sys
import tempfile
import time
from html import unescape
from pathlib import Path

import httpx

from regimes import serve

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "regimes" / "site" / "static"
ON = "2026-11-22"
STOCK = "/regimes/answers?_size=100"
AIMS = {f"/?on={ON}": 120, f"/jurisdictions/IE?on={ON}": 60, f"/compare?j=SE,DE&on={ON}": 80}  # KB gzipped
AIM_SCRIPTS = 40
CLIENTS = (1, 16)
LOADED = re.compile(r'<(?:script|img)\b[^>]*\ssrc="([^"]+)"|<link rel="stylesheet" href="([^"]+)"')

Times = dict[str, list[float]]


def gzipped(content: bytes) -> float:
    """KB after gzip."""
    return len(gzip.compress(content, 6, mtime=0)) / 1000


def weigh(client: httpx.Client) -> list[str]:
    """Print what each page weighs with all it loads, and all scripts together; the pages that are there."""
    there = []
    for path, aim in AIMS.items():
        answer = client.get(path)
        if answer.status_code != 200:
            print(f"weight  {path}: answers {answer.status_code}")
            continue
        there.append(path)
        loads = sorted({unescape(one or other) for one, other in LOADED.findall(answer.text)})
        page, more = gzipped(answer.content), sum(gzipped(client.get(address).raise_for_status().content) for address in loads)
        print(f"weight  {path}: {page + more:.1f} KB, {page:.1f} of them the page ({verdict(page + more, aim)})")
    scripts = sum(gzipped(file.read_bytes()) for file in sorted(STATIC.rglob("*.js")))
    print(f"weight  all scripts: {scripts:.1f} KB ({verdict(scripts, AIM_SCRIPTS)})")
    return there


def verdict(size: float, aim: float) -> str:
    return f"aim {aim}" if size <= aim else f"over the aim of {aim}"


async def ask(address: str, path: str, requests: int, clients: int) -> tuple[float, list[float]]:
    """Ask for a page this often with so many clients at once: seconds in all, and of each request."""
    left = iter(range(requests))
    each: list[float] = []

    async def one_client(client: httpx.AsyncClient) -> None:
        for _ in left:
            start = time.perf_counter()
            (await client.get(path)).raise_for_status()
            each.append(time.perf_counter() - start)

    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        start = time.perf_counter()
        await asyncio.gather(*(one_client(client) for _ in range(clients)))
        return time.perf_counter() - start, each


def measure(address: str, paths: list[str], requests: int, rounds: int, clients: int) -> None:
    """Print each page's time as a ratio to the stock page's; the pages take turns, so that all meet the same machine."""
    totals: Times = {path: [] for path in (STOCK, *paths)}
    each: Times = {path: [] for path in totals}
    for _ in range(rounds):
        for path in totals:
            total, times = asyncio.run(ask(address, path, requests, clients))
            totals[path].append(total / requests)
            each[path].extend(times)
    for path, own in totals.items():
        ratio = statistics.median(ours / stock for ours, stock in zip(own, totals[STOCK], strict=True))
        slow = statistics.quantiles(each[path], n=20)[-1]
        print(
            f"time    {clients:2} clients  {path}: {ratio:.2f} of the stock table page "
            f"({statistics.median(own) * 1000:.0f} ms a request; 95 of 100 wait at most {slow * 1000:.0f} ms)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=40, help="how often each page is asked for in a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in which the pages take turns; the median ratio counts")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "regimes.db"
        subprocess.run([sys.executable, str(ROOT / "build.py"), "--database", str(database)], check=True, stdout=subprocess.DEVNULL)
        with serve.running(database, ROOT / "metadata.yml") as address:
            with httpx.Client(base_url=address) as client:
                there = weigh(client)
                client.get(STOCK).raise_for_status()
            for clients in CLIENTS:
                measure(address, there, arguments.requests, arguments.rounds, clients)


if __name__ == "__main__":
    main()
