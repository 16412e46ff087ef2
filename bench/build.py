"""How long a full build takes, as a ratio to the floor, both measured in the same run.

The floor does the least that gives the same rows: parse the same files with libyaml's safe loader, insert the same rows
with raw ``executemany`` into the same schema, and build the same indexes and full-text index. It checks and derives nothing.

    .venv/bin/python bench/build.py [--synthetic 500] [--repeat 5]
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import yaml

from regimes import database, derive
from regimes.history import History
from regimes.load import load

ROOT = Path(__file__).resolve().parent.parent


def full(records: Path, path: Path) -> None:
    knowledge = load(records)
    assert not knowledge.problems.errors, knowledge.problems.report()
    database.write(path, knowledge, derive.derive(knowledge), History())


def floor(records: Path, path: Path, rows: dict[str, tuple[str, list[tuple]]]) -> None:
    for file in sorted(records.rglob("*.yml")):
        yaml.load(file.read_bytes(), yaml.CSafeLoader)
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    connection.executescript(database.SCHEMA)
    connection.execute("BEGIN")
    for sql, values in rows.values():
        connection.executemany(sql, values)
    connection.execute("COMMIT")
    connection.executescript(database.VIEWS)
    connection.executescript(
        "CREATE VIRTUAL TABLE search_documents_fts USING fts5(title, body, tokenize='unicode61 remove_diacritics 2', content=search_documents);"
        "INSERT INTO search_documents_fts (rowid, title, body) SELECT rowid, title, body FROM search_documents; ANALYZE; VACUUM;"
    )
    connection.close()


def rows_of(path: Path) -> dict[str, tuple[str, list[tuple]]]:
    """Every row of a built database, with the statement that inserts it."""
    with sqlite3.connect(path) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_documents_fts%' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
            )
        ]
        found = {}
        for name in names:
            values = connection.execute(f"SELECT * FROM {name}").fetchall()
            if values:
                found[name] = (f"INSERT INTO {name} VALUES ({', '.join('?' * len(values[0]))})", values)
        return found


def synthetic(folder: Path, count: int) -> Path:
    """A records folder of ``count`` jurisdictions, copies of the real countries under invented codes."""
    for part in ("codebook", "readings"):
        shutil.copytree(ROOT / "records" / part, folder / part)
    (folder / "jurisdictions").mkdir()
    files = sorted((ROOT / "records" / "jurisdictions").glob("??.yml"))
    models = [path for path in files if "\ncoded:" in path.read_text(encoding="utf-8")]
    for number in range(count):
        text = models[number % len(models)].read_text(encoding="utf-8")
        code = f"X{chr(65 + number % 26)}-{number:03d}"
        text = text.replace(f"code: {models[number % len(models)].stem}\n", f"code: {code}\n", 1)
        (folder / "jurisdictions" / f"{code}.yml").write_text(text, encoding="utf-8")
    return folder


def measure(name: str, records: Path, repeat: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, least = Path(folder) / "full.db", Path(folder) / "floor.db"
        full(records, ours)
        rows = rows_of(ours)
        times: dict[str, list[float]] = {"full": [], "floor": []}
        for _ in range(repeat):
            for label, run in (("full", lambda: full(records, ours)), ("floor", lambda: floor(records, least, rows))):
                gc.collect()
                gc.disable()  # as build.py does; the floor gets the same
                start = time.perf_counter()
                run()
                times[label].append(time.perf_counter() - start)
        middle = {label: statistics.median(values) for label, values in times.items()}
        files = sum(1 for _ in records.rglob("*.yml"))
        count = sum(len(values) for _, values in rows.values())
        print(
            f"{name}: {files} files, {count} rows: full {middle['full']:.2f} s, floor {middle['floor']:.2f} s, ratio {middle['full'] / middle['floor']:.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synthetic", type=int, default=500, help="how many invented jurisdictions")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each, interleaved; the median counts")
    arguments = parser.parse_args()
    measure("real", ROOT / "records", arguments.repeat)
    with tempfile.TemporaryDirectory() as place:
        measure(f"synthetic {arguments.synthetic}", synthetic(Path(place) / "records", arguments.synthetic), arguments.repeat)
