"""The commands as a newcomer meets them."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ON, ROOT, run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_build_prints_one_line_a_stage_with_counts(tmp_path: Path) -> None:
    done = run("--database", str(tmp_path / "regimes.db"))
    assert done.returncode == 0 and done.stderr == ""
    stages = [line.split()[0] for line in done.stdout.splitlines()]
    assert stages == ["read", "check", "derive", "write"]
    assert re.search(r"\d+ files: \d+ jurisdictions, 69 variables, \d+ readings", done.stdout)


def test_check_passes_on_the_records() -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings\n")


def test_help_names_every_command() -> None:
    text = run("--help").stdout
    for word in ("check", "serve", "new", "docs", "Without a command"):
        assert word in text
    assert "--on DATE" in run("serve", "--help").stdout


def test_docs_check_tells_which_page_is_old(world: Path) -> None:
    text = (world / "codebook" / "trafficking.yml").read_text(encoding="utf-8")
    (world / "codebook" / "trafficking.yml").write_text(text.replace("title: Movement", "title: Moving"), encoding="utf-8")
    done = run("--records", str(world), "docs", "--check")
    assert done.returncode == 1
    assert "docs/codebook.md is out of date" in done.stdout and "Run: python build.py docs" in done.stderr


def test_a_folder_without_records(tmp_path: Path) -> None:
    done = run("--records", str(tmp_path / "nothing"), "--database", str(tmp_path / "regimes.db"))
    assert done.returncode == 1 and "does not exist" in done.stderr and "Traceback" not in done.stderr


def test_a_record_deleted_from_git_history_still_builds(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")  # no git here
    assert run("--records", str(tmp_path / "records"), "--database", str(tmp_path / "regimes.db")).returncode == 0


@pytest.mark.parametrize(("arguments", "message"), [(["--on", "2015-02-30"], "not a day"), (["--port", "99999"], "not in the range")])
def test_serve_says_what_is_wrong(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run("--database", str(tmp_path / "regimes.db"), "serve", *arguments)
    assert done.returncode != 0 and message in done.stderr and "Traceback" not in done.stderr


def test_serve_says_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--database", str(tmp_path / "regimes.db"), "serve", "--port", str(port))
    assert done.returncode == 1 and f"port {port} cannot be used" in done.stderr


def test_serve_answers_at_the_printed_address_also_during_a_rebuild(tmp_path: Path) -> None:
    database, port = tmp_path / "regimes.db", free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "--database", str(database), "serve", "--port", str(port), "--on", "2010-01-01"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = next(match[0] for line in process.stdout if (match := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        before = fetch(address)
        assert "as it stood on 2010-01-01" in before
        assert run("--database", str(database)).returncode == 0
        assert fetch(address) == before
        assert f"as it stood on {ON}" in fetch(f"{address}?on={ON}")
    finally:
        process.terminate()
        process.wait(10)


def fetch(address: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer")


def test_plain_datasette_shows_the_site(built: Path) -> None:
    """The package is the plugin: the database and metadata.yml are all that Datasette needs."""
    done = subprocess.run(
        [sys.executable, "-m", "datasette", str(built), "-m", str(ROOT / "metadata.yml"), "--get", f"/?on={ON}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "How the law treats trafficking" in done.stdout


def test_new_starts_a_record_that_passes_and_never_overwrites(world: Path) -> None:
    done = run("--records", str(world), "new", "ZZ", "Zed: the land")
    assert done.returncode == 0 and "written" in done.stdout
    assert run("--records", str(world), "new", "ZZ-A", "Part").returncode == 0
    assert "parent: ZZ" in (world / "jurisdictions" / "ZZ-A.yml").read_text(encoding="utf-8")
    assert run("--records", str(world), "check").returncode == 0
    again = run("--records", str(world), "new", "ZZ", "Other")
    assert again.returncode == 1 and "is there already" in again.stderr
    for arguments in (["zz", "Small"], ["YY-A", "Orphan"]):
        assert run("--records", str(world), "new", *arguments).returncode == 1


def test_check_of_a_path_that_is_not_there_is_an_error(world: Path) -> None:
    done = run("--records", str(world), "check", str(world / "jurisdictions" / "SEE.yml"))
    assert done.returncode == 2 and "does not exist" in done.stderr


def test_check_of_the_whole_folder_reports_everything(world: Path) -> None:
    (world / "jurisdictions" / "ZZ.yml").write_text("code: ZZ\n", encoding="utf-8")
    done = run("--records", str(world), "check", ".", cwd=world.parent)
    assert done.returncode == 1 and "E202" in done.stdout


@pytest.mark.parametrize("name", ["true", "6", "null", 'He: "x"', "Côte d'Ivoire", "# not a comment", "- dash"])
def test_new_writes_a_name_that_reads_back(world: Path, name: str) -> None:
    assert run("--records", str(world), "new", "--", "ZZ", name).returncode == 0
    text = (world / "jurisdictions" / "ZZ.yml").read_text(encoding="utf-8")
    assert run("--records", str(world), "check").returncode == 0, text
    assert name.replace('"', '\\"') in text


def test_a_folder_that_is_misspelt_or_missing_is_an_error(world: Path) -> None:
    (world / "jurisdictions").rename(world / "jurisdiction")
    done = run("--records", str(world), "check")
    assert done.returncode == 1
    assert "found a name that records do not have" in done.stdout and "Did you mean 'jurisdictions'" in done.stdout


def test_a_question_that_two_files_describe_is_an_error(world: Path) -> None:
    text = (world / "codebook" / "trafficking.yml").read_text(encoding="utf-8")
    (world / "codebook" / "zz_more.yml").write_text(text.replace("pillar: trafficking", "pillar: more", 1), encoding="utf-8")
    done = run("--records", str(world), "check")
    assert done.returncode == 1 and "'trafficking_acts' stands in records/codebook/trafficking.yml too" in done.stdout
    assert "zz_more.yml:" in done.stdout and "'trafficking' stands" not in done.stdout


def test_a_link_that_leads_nowhere_is_an_error(world: Path) -> None:
    (world / "jurisdictions" / "ZZ.yml").symlink_to(world / "nowhere.yml")
    done = run("--records", str(world), "check")
    assert done.returncode == 1 and "this is not a file that can be read" in done.stdout


def test_a_file_s_name_cannot_write_lines_into_the_report(world: Path) -> None:
    (world / "jurisdictions" / "ZZ\n::notice::x.yml").write_text("code: ZZ\n", encoding="utf-8")
    done = run("--records", str(world), "check", GITHUB_ACTIONS="true")
    assert not [line for line in done.stdout.splitlines() if line.startswith("::notice")]


def test_the_history_of_a_record_is_kept_and_is_no_part_of_the_content(world: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=world.parent, check=True, capture_output=True)

    def facts(sql: str) -> list[tuple]:
        assert run("--records", str(world), "--database", str(world.parent / "one.db")).returncode == 0
        with sqlite3.connect(world.parent / "one.db") as connection:
            return connection.execute(sql).fetchall()

    content = "SELECT value FROM build_info WHERE key = 'content_hash'"
    (world / "jurisdictions" / "ZZ.yml").write_text("code: ZZ\nname: Zed\nkind: country\n", encoding="utf-8")
    before = facts(content)
    assert facts("SELECT * FROM record_versions") == []
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "ZZ: started")
    (world / "jurisdictions" / "ZZ.yml").write_text("code: ZZ\nname: Zedland\nkind: country\n", encoding="utf-8")
    git("commit", "-qam", "ZZ: its whole name, 'Zedland'")
    (world / "jurisdictions" / "ZZ.yml").write_text("code: ZZ\nname: Zed\nkind: country\n", encoding="utf-8")
    versions = facts("SELECT jurisdiction, summary FROM record_versions WHERE jurisdiction = 'ZZ' ORDER BY rowid")
    assert versions == [("ZZ", "ZZ: its whole name, 'Zedland'"), ("ZZ", "ZZ: started")]
    assert facts(content) == before
