"""How fast nginx serves the frozen site, as a ratio to the floor: nginx with one small file and the same bytes at once.

The copy is served with the shipped configuration; the floor is the same nginx with a plain file of the same size and no rules. In
turns, in one run, by clients that share the machine: the ratios count, the numbers do not.

    .venv/bin/python bench/freeze.py [--seconds 2] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from api import ask  # the same clients as for the API

ROOT = Path(__file__).resolve().parent.parent
PATHS = {"/": "index.html", "/jurisdictions/IE": "jurisdictions/IE.html", "/api/v1/jurisdictions/SE": "api/v1/jurisdictions/SE.json"}
MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  include {folder}/site.conf;
  server {{ listen 127.0.0.1:{floor}; root {folder}/floor; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def nginx(folder: Path, site: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the frozen site and of the floor."""
    folder.chmod(0o755)
    own, floor = free_port(), free_port()
    text = (ROOT / "deploy" / "nginx-frozen.conf").read_text(encoding="utf-8").replace("listen 80;", f"listen 127.0.0.1:{own};")
    text = text.replace("/srv/regimes/frozen", str(site)).replace("/srv/regimes/headers.conf", str(ROOT / "deploy" / "headers.conf"))
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, floor=floor), encoding="utf-8")
    (folder / "floor").mkdir()
    for name in PATHS.values():
        shutil.copy(site / name, folder / "floor" / name.replace("/", "-"))
    process = subprocess.Popen([shutil.which("nginx"), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{own}", f"http://127.0.0.1:{floor}"
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="how long each address is asked for in a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in which the addresses take turns; the median ratio counts")
    arguments = parser.parse_args()
    if not shutil.which("nginx"):
        sys.exit("nginx is not installed (Debian: apt-get install nginx-light)")
    with tempfile.TemporaryDirectory() as name:
        folder, site = Path(name), Path(name) / "frozen"
        build = [sys.executable, str(ROOT / "build.py"), "--database", str(folder / "regimes.db"), "freeze", str(site)]
        start = time.perf_counter()
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        print(f"freeze  {sum(1 for _ in site.rglob('*'))} files and folders in {time.perf_counter() - start:.0f} s")
        with nginx(folder, site) as (own, floor):
            for path, file in PATHS.items():
                pairs = []
                for _ in range(arguments.rounds):
                    ours = asyncio.run(ask(own, path, arguments.seconds))
                    pairs.append((ours, asyncio.run(ask(floor, "/" + file.replace("/", "-"), arguments.seconds))))
                ratio = statistics.median(ours / least for ours, least in pairs)
                print(f"freeze  {path}: {ratio:.2f} of the floor ({statistics.median(ours for ours, _ in pairs):.0f} requests a second)")


if __name__ == "__main__":
    main()
