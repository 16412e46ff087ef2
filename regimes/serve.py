"""Serve the database with Datasette, as the public site does: read-only, with limits, on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from .dates import is_day

HOST = "127.0.0.1"

# Readers may write SQL; these keep one reader from taking the site from the others.
SETTINGS = {
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 5000,
    "default_page_size": 100,
    "facet_time_limit_ms": 200,
    "default_facet_size": 30,
    "suggest_facets": "off",
    "allow_download": "on",
    "num_sql_threads": 3,
    "default_cache_ttl": 60,
}


def settings_in_process() -> dict[str, bool | int]:
    """The same settings as Datasette takes them when it is made in Python instead of started."""
    return {name: value == "on" if isinstance(value, str) else value for name, value in SETTINGS.items()}


class CannotServe(Exception):
    """Why the server did not start, and what to do."""


def serve(database: Path, metadata: Path, port: int, on: str | None = None) -> None:
    """Serve until interrupted. Datasette gets a copy, so that a later build never swaps the file under it."""
    if on is not None:
        _require_day(on)
    _require_free(port)
    with tempfile.TemporaryDirectory(prefix="regimes-") as folder:
        copy = Path(shutil.copy2(database, Path(folder) / "regimes.db"))
        click.echo(f"serve   http://{HOST}:{port}/  (stop with Ctrl+C)")
        environment = {**os.environ, **({"REGIMES_ON": on} if on else {})}
        try:
            done = subprocess.run(command(copy, metadata, port), env=environment, check=False)
        except KeyboardInterrupt:
            return
    if done.returncode not in (0, -2):
        raise CannotServe(f"Datasette stopped with code {done.returncode}; what it printed stands above.")


@contextmanager
def running(database: Path, metadata: Path) -> Iterator[str]:
    """The address of a silent server of this database on a free port, while the block lasts."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(command(database, metadata, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(process: subprocess.Popen, port: int) -> None:
    """Until the server listens; an error where it stops instead."""
    while process.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise CannotServe(f"Datasette stopped with code {process.returncode} before it served.")


def command(database: Path, metadata: Path, port: int) -> list[str]:
    """The command line that serves this file: plain Datasette, with the shipped settings."""
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, str(value))]
    return [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        "--immutable",
        str(database),
        "--metadata",
        str(metadata),
        "--host",
        HOST,
        "--port",
        str(port),
        *settings,
    ]


def _require_day(text: str) -> None:
    if not is_day(text):
        raise CannotServe(f"--on {text}: not a day; write it as year-month-day, such as 2015-01-01")


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(f"port {port} cannot be used ({error.strerror}); choose another: build.py serve --port {port + 1}") from None
