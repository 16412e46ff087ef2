"""The file: the same bytes from the same records, swapped in whole or not at all, described to the last column."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, build, run

from regimes import database, tables
from regimes.load import Knowledge
from regimes.read import read

METADATA = read(ROOT / "metadata.yml", ROOT)[0].data["databases"]["regimes"]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_records_same_bytes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")
    worlds = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "0", "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8"},
    ]
    digests = set()
    for number, environment in enumerate(worlds):
        path = tmp_path / f"{number}.db"
        done = run("--records", str(tmp_path / "records"), "--database", str(path), **environment)
        assert done.returncode == 0, done.stderr
        digests.add(digest(path))
    assert len(digests) == 1


def test_foreign_keys_are_declared_and_hold(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_documents_%'")
        ]
        declared = sum(len(connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()) for table in tables)
        assert declared > 30
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_dangling_reference_is_refused(knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "regimes.db"
    path.write_bytes(b"old")
    monkeypatch.setattr(tables, "codebook", lambda writer, knowledge: None)
    with pytest.raises(database.BuildFailed, match="points at no row of"):
        build(knowledge, path)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "regimes.db"
    path.write_bytes(b"old")

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "--database", str(path)], preexec_fn=small_files, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "was not written" in done.stderr and "Traceback" not in done.stderr
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_killed_build_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "regimes.db"
    path.write_bytes(b"old")
    process = subprocess.Popen([sys.executable, str(ROOT / "build.py"), "--database", str(path)], stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(tmp_path.glob("*.tmp")):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.returncode == -signal.SIGKILL:  # killed while writing
        assert path.read_bytes() == b"old"
    done = run("--database", str(path))
    assert done.returncode == 0
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM jurisdictions").fetchone()[0] > 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "was not written" in run("--database", str(tmp_path / "regimes.db")).stderr


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    done = run("--database", str(tmp_path / "nowhere" / "regimes.db"))
    assert done.returncode == 1 and "was not written" in done.stderr and "Traceback" not in done.stderr


def test_metadata_describes_every_table_and_column(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'search_documents_fts%' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        assert sorted(names) == sorted(METADATA["tables"])
        for name in names:
            assert METADATA["tables"][name]["description"]
            if name != "matrix":  # one column a question; the table of variables describes them
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
                assert columns == list(METADATA["tables"][name]["columns"]), name


def test_the_full_text_finds_notes_titles_and_sources(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        hits = connection.execute(
            "SELECT DISTINCT kind FROM search_documents WHERE id IN "
            "(SELECT rowid FROM search_documents_fts WHERE search_documents_fts MATCH 'reflection OR act')"
        ).fetchall()
        assert {"answer", "variable", "source", "term"} <= {kind for (kind,) in hits}


def test_queries_of_the_site_use_an_index(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        for sql in (
            "SELECT * FROM answers WHERE jurisdiction = 'SE' AND variable = 'x'",
            "SELECT * FROM answers WHERE variable = 'x' AND value = 'y'",
            "SELECT * FROM reading_results WHERE jurisdiction = 'SE' AND reading = 'x'",
            "SELECT * FROM changes WHERE changed_on >= '2020'",
        ):
            plan = " ".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql))
            assert "USING INDEX" in plan or "USING COVERING INDEX" in plan, (sql, plan)
        assert connection.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 5


def test_every_why_names_answers_that_exist(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        named, lost = connection.execute(
            "SELECT count(answers.id), sum(json_extract(part.value, '$.answer') IS NOT NULL AND answers.id IS NULL) "
            "FROM reading_results JOIN json_each(reading_results.trace) AS part "
            "LEFT JOIN answers ON answers.id = json_extract(part.value, '$.answer')"
        ).fetchone()
    assert named > 500 and lost == 0


def test_spells_never_end_before_they_start(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        for table in ("answers", "reading_results", "treaty_status"):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE valid_until < valid_from").fetchone() == (0,), table


def test_build_info_has_counts_and_no_clock(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        info = dict(connection.execute("SELECT key, value FROM build_info"))
        assert len(info["content_hash"]) == 64
        assert int(info["rows.answers"]) == connection.execute("SELECT count(*) FROM answers").fetchone()[0]
        assert set(info) <= {"content_hash", "data_version", "commit", "commit_date"} | {key for key in info if key.startswith("rows.")}
