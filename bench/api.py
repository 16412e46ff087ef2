"""How many requests a second the API answers, as ratios to stock Datasette's table JSON and to nginx with the same bytes.

Everything is asked for in the same run, in turns, over the loopback, by clients that share the machine with the servers: the
ratios count, the numbers do not. Without nginx its ratio is left out.

    .venv/bin/python bench/api.py [--seconds 2] [--rounds 3]
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

import httpx

from regimes import serve

ROOT = Path(__file__).resolve().parent.parent
ON = "2026-11-22"
STOCK = "/regimes/answers.json"
ASKED = {
    "one jurisdiction": f"/api/v1/jurisdictions/SE?on={ON}",
    "one question": f"/api/v1/answers?variable=buying_status&on={ON}",
    "a comparison": f"/api/v1/compare?j=SE,DE&on={ON}",
}
CLIENTS = 8
AIM = 5
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000; default_type application/json;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


async def ask(address: str, path: str, seconds: float) -> float:
    """Requests a second with eight clients at once, over bare sockets: a fuller client would be slower than what it measures."""
    host, port = address.removeprefix("http://").split(":")
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    end, done = time.perf_counter() + seconds, 0

    async def one_client() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection(host, int(port), limit=2**24)
        while time.perf_counter() < end:
            writer.write(request)
            await read_response(reader)
            done += 1
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return done / (time.perf_counter() - start)


async def read_response(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(head.splitlines()[0].decode())
    if b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))


@contextmanager
def nginx(folder: Path, bodies: dict[str, bytes]) -> Iterator[str]:
    """The address of an nginx that serves these bodies as files; "" where there is none."""
    if not (binary := shutil.which("nginx")):
        yield ""
        return
    folder.chmod(0o755)  # its worker is another user
    (folder / "files").mkdir()
    for name, body in bodies.items():
        (folder / "files" / name).write_bytes(body)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen([binary, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def measure(address: str, floor: str, seconds: float, rounds: int) -> None:
    rates: dict[str, list[float]] = {name: [] for name in ("stock", *ASKED, *(f"nginx {name}" for name in ASKED if floor))}
    for _ in range(rounds):
        rates["stock"].append(asyncio.run(ask(address, STOCK, seconds)))
        for name, path in ASKED.items():
            rates[name].append(asyncio.run(ask(address, path, seconds)))
            if floor:
                rates[f"nginx {name}"].append(asyncio.run(ask(floor, "/" + name.replace(" ", "-"), seconds)))
    for name, path in ASKED.items():
        to_stock = statistics.median(a / b for a, b in zip(rates[name], rates["stock"], strict=True))
        to_floor = statistics.median(a / b for a, b in zip(rates[name], rates[f"nginx {name}"], strict=True)) if floor else None
        met = "aim" if to_stock >= AIM else "under the aim of"
        print(
            f"api  {path}: {to_stock:.1f} times stock table JSON ({met} {AIM})"
            + (f", {to_floor:.2f} of nginx with the same bytes" if to_floor is not None else "")
            + f" ({statistics.median(rates[name]):.0f} requests a second)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="how long each address is asked for in a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in which the addresses take turns; the median ratio counts")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "regimes.db"
        subprocess.run([sys.executable, str(ROOT / "build.py"), "--database", str(database)], check=True, stdout=subprocess.DEVNULL)
        with serve.running(database, ROOT / "metadata.yml") as address:
            with httpx.Client(base_url=address, headers={"accept-encoding": "identity"}, timeout=60) as client:
                bodies = {name.replace(" ", "-"): client.get(path).raise_for_status().content for name, path in ASKED.items()}
            with nginx(folder, bodies) as floor:
                measure(address, floor, arguments.seconds, arguments.rounds)


if __name__ == "__main__":
    main()
