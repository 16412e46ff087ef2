"""Record time: when a record and each answer was written and changed, from git; and ids that moved."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from conftest import build, run
from test_derive import ZZ, knowledge_of
from test_site import Client

from regimes.history import History, history
from regimes.load import load


@pytest.fixture
def kept(world: Path) -> Path:
    """Records in a repository of their own: written, then one answer changed, then all of it put into another form."""
    knowledge_of(world, ZZ=ZZ)
    path = world / "jurisdictions" / "ZZ.yml"
    commit(world, "2020-01-01", "ZZ: first")
    path.write_text(ZZ.replace("value: 12\n      from: 2010-01", "value: 24\n      from: 2010-01"), encoding="utf-8")
    commit(world, "2021-02-02", "ZZ: the penalty")
    path.write_text(path.read_text(encoding="utf-8").replace("cite: {code: 4:2}", 'cite: {code: "4:2"}'), encoding="utf-8")
    sha = commit(world, "2022-03-03", "Quotes")
    (world.parent / ".git-blame-ignore-revs").write_text(f"# form only\n{sha}\n{'0' * 39}1\n", encoding="utf-8")
    return world


def commit(world: Path, day: str, message: str) -> str:
    git = ["git", "-C", str(world.parent), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    when = {**os.environ, "GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    if not (world.parent / ".git").exists():
        subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", message], check=True, env=when)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def test_an_answer_has_its_own_age_and_mechanical_commits_do_not_count(kept: Path) -> None:
    found = {row["answer"]: (row["created_on"], row["changed_on"]) for row in history(kept, load(kept).records.values()).answers}
    assert found["ZZ-selling_status-2010-01-01"] == ("2020-01-01", "2020-01-01")
    assert found["ZZ-buying_penalty_max-2010-01-01"] == ("2020-01-01", "2021-02-02")
    assert found["ZZ-buying_status-2010-01-01"] == ("2020-01-01", "2020-01-01")


def test_the_versions_of_a_record_leave_out_mechanical_commits(kept: Path) -> None:
    assert [(row["committed_on"], row["summary"]) for row in history(kept, []).versions] == [
        ("2021-02-02", "ZZ: the penalty"),
        ("2020-01-01", "ZZ: first"),
    ]


def test_lines_not_yet_committed_have_no_age(kept: Path) -> None:
    path = kept / "jurisdictions" / "ZZ.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "  buying_status:\n    - value: criminal_offence", "  buying_status:\n    - value: administrative_offence"
        )
    )
    found = {row["answer"]: row["changed_on"] for row in history(kept, load(kept).records.values()).answers}
    assert found["ZZ-buying_status-2010-01-01"] == "2020-01-01" and load(kept).problems.errors == 0


def test_without_git_there_is_no_history_and_the_content_is_the_same(kept: Path, tmp_path: Path) -> None:
    arguments = ("--records", str(kept), "--database")
    assert run(*arguments, str(tmp_path / "with.db")).returncode == 0
    (kept.parent / ".git").rename(kept.parent / "no-git")
    assert run(*arguments, str(tmp_path / "without.db")).returncode == 0
    assert history(kept, load(kept).records.values()) == History()
    hashes, ages = [], []
    for name in ("with", "without"):
        with sqlite3.connect(tmp_path / f"{name}.db") as connection:
            hashes += connection.execute("SELECT value FROM build_info WHERE key = 'content_hash'").fetchone()
            ages += connection.execute("SELECT count(*) FROM answer_history").fetchone()
    assert hashes[0] == hashes[1] and ages[0] > 10 and ages[1] == 0


def test_pages_and_api_tell_both_clocks(kept: Path, tmp_path: Path) -> None:
    run("--records", str(kept), "--database", str(tmp_path / "regimes.db"))
    site = Client(tmp_path / "regimes.db")
    page = site.get("/jurisdictions/ZZ", on="2026-11-22").text
    assert "recorded 2020-01-01, changed 2021-02-02" in page
    row = site.get("/api/v1/answers", variable="buying_penalty_max", on="2026-11-22").json()["data"][0]
    assert (row["valid_from"], row["created_on"], row["changed_on"]) == ("2010-01-01", "2020-01-01", "2021-02-02")


MOVED = """
jurisdictions:
  ZX: {to: ZZ, since: 2026-11-22, reason: Renamed.}
variables:
  buying: {to: buying_status, since: 2026-11-22, reason: Renamed.}
"""


@pytest.mark.parametrize(
    ("old", "status", "new"),
    [
        ("/jurisdictions/ZX", 301, "/jurisdictions/ZZ"),
        ("/jurisdictions/zx", 301, "/jurisdictions/ZZ"),
        ("/topics/buying", 301, "/topics/buying_status"),
        ("/api/v1/jurisdictions/ZX", 308, "/api/v1/jurisdictions/ZZ"),
        ("/api/v1/variables/buying", 308, "/api/v1/variables/buying_status"),
    ],
)
def test_an_id_that_moved_leads_to_its_successor(world: Path, tmp_path: Path, old: str, status: int, new: str) -> None:
    (world / "moved.yml").write_text(MOVED, encoding="utf-8")
    site = Client(build(knowledge_of(world, ZZ=ZZ), tmp_path / "regimes.db"))
    response = site.get(old)
    assert (response.status_code, response.headers["location"]) == (status, new)
    assert site.get(new).status_code == 200
