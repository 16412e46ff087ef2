"""The difference between two states of the data: told by legal date, with what moved because of it, inert in every form."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, build, run
from test_derive import ZZ, knowledge_of

from regimes.diff import Diff, diff
from regimes.diff_report import as_markdown

BUYING = """  buying_status:
    - value: criminal_offence
      from: 2010-01
      cite: {code: 4:2}
  buying_penalty_max:
    - value: 12
      from: 2010-01
      cite: {code: 4:2}
"""
REPEALED = """  buying_status:
    - value: criminal_offence
      from: 2010-01
      until: 2020-12-31
      cite: {code: 4:2}
    - value: not_an_offence
      from: 2021-01-01
      cite: {code: "4:2, repealed"}
  buying_penalty_max:
    - value: 12
      from: 2010-01
      until: 2020-12-31
      cite: {code: 4:2}
    - value: no_offence
      from: 2021-01-01
      cite: {code: "4:2, repealed"}
"""


def compared(world: Path, tmp_path: Path, old: str, new: str) -> Diff:
    before = build(knowledge_of(world, ZZ=old), tmp_path / "old.db")
    return diff(before, build(knowledge_of(world, ZZ=new), tmp_path / "new.db"))


def test_the_same_data_differ_in_nothing(world: Path, tmp_path: Path) -> None:
    found = compared(world, tmp_path, ZZ, ZZ)
    assert found.empty and "same" in as_markdown(found)


def test_a_reform_is_told_by_its_day(world: Path, tmp_path: Path) -> None:
    found = compared(world, tmp_path, ZZ, ZZ.replace(BUYING, REPEALED))
    told = [
        (one.what, one.variable, one.valid_from, one.before and one.before["value"], one.after and one.after["value"])
        for one in found.answers
        if one.variable == "buying_status"
    ]
    assert told == [
        ("days", "buying_status", "2010-01-01", "criminal_offence", "criminal_offence"),
        ("new", "buying_status", "2021-01-01", None, "not_an_offence"),
    ]


def test_a_result_that_moves_names_the_days_and_the_answer(world: Path, tmp_path: Path) -> None:
    found = compared(world, tmp_path, ZZ, ZZ.replace(BUYING, REPEALED))
    moved = {(one.reading, one.item): one for one in found.results}
    one = moved["distinction", "D8 The buyer's liability turns on coercion or age, not on payment"]
    assert (one.valid_from, one.valid_until, one.before, one.because) == ("2021-01-01", None, "No", ("buying_status",))


def test_a_start_that_moved_is_not_an_answer_gone_and_one_come(world: Path, tmp_path: Path) -> None:
    found = compared(world, tmp_path, ZZ, ZZ.replace(BUYING, BUYING.replace("2010-01", "2009-06-01")))
    assert [(one.what, one.before["valid_from"], one.after["valid_from"]) for one in found.answers] == [
        ("days", "2010-01-01", "2009-06-01"),
        ("days", "2010-01-01", "2009-06-01"),
    ]


def test_other_words_and_articles_are_apart_from_other_law(world: Path, tmp_path: Path) -> None:
    found = compared(
        world, tmp_path, ZZ, ZZ.replace(BUYING, BUYING.replace("4:2", "4:2a", 1).replace("4:2a}", "4:2a}\n      note: Or a fine."))
    )
    assert [(one.what, one.aspects) for one in found.answers] == [("text", ("articles", "note"))]
    assert found.results == []


def test_a_new_jurisdiction_is_told(world: Path, tmp_path: Path) -> None:
    before = build(knowledge_of(world, ZZ=ZZ), tmp_path / "old.db")
    after = build(knowledge_of(world, ZZ=ZZ, ZY=ZZ.replace("code: ZZ", "code: ZY")), tmp_path / "new.db")
    found = diff(before, after)
    assert (found.new, found.gone) == (["ZY"], []) and {one.what for one in found.answers} == {"new"}


def test_markup_in_a_record_is_text_in_the_report(world: Path, tmp_path: Path) -> None:

    lines = ZZ.splitlines()
    lines = ["name: '<img src=x> [a](http://x.example) @all #1'" if line.startswith("name:") else line for line in lines]
    report = as_markdown(compared(world, tmp_path, ZZ, "\n".join(lines).replace(BUYING, REPEALED) + "\n"))
    assert "<img" not in report and r"\[a\](" in report and "://" not in report and "@all" not in report and " #1" not in report


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_command_compares_a_revision_with_a_folder(tmp_path: Path, form: str) -> None:
    records = tmp_path / "records"
    shutil.copytree(ROOT / "records", records)
    git = ("git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run([*git[:3], "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    path = records / "jurisdictions" / "SE.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("    - value: 6\n      from: 1999-01-01", "    - value: 24\n      from: 1999-01-01")
    )
    done = run("--records", str(records), "diff", "HEAD", str(records), "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    if form == "json":
        found = json.loads(done.stdout)
        assert [(one["variable"], one["before"]["number"], one["after"]["number"]) for one in found["answers"]] == [
            ("buying_penalty_max", 6, 24)
        ]
    else:
        assert "6 months" in done.stdout and "24 months" in done.stdout and "SE" in done.stdout and "1999-01-01" in done.stdout


@pytest.mark.parametrize("named", ["no-such-thing", "--upload-pack=x", "deadbeef"])
def test_what_cannot_be_compared_is_told_with_a_remedy(tmp_path: Path, named: str) -> None:
    done = run("diff", "--", named, str(ROOT / "records"))
    assert done.returncode == 1 and "revision" in done.stderr and "Traceback" not in done.stderr


def test_a_state_with_errors_is_told_with_its_first(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")
    path = tmp_path / "records" / "jurisdictions" / "SE.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: Sweden", "name: Sweden\nnme: Sweden", 1), encoding="utf-8")
    done = run("diff", str(ROOT / "records"), str(tmp_path / "records"))
    assert done.returncode == 1 and "SE.yml:3:1: error E201" in done.stderr
