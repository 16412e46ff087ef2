"""The usual form: `fix` writes it, `check` tells exactly what `fix` would change, and nothing that a file says is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, run

from regimes import fix, layout
from regimes.load import load_codebook
from regimes.read import read
from regimes.shape import record_schema

BOOK = load_codebook(ROOT / "records").codebook
SCHEMA = record_schema(BOOK)
ZZ = (ROOT / "tests/data/ZZ.yml").read_text(encoding="utf-8")
ALL = sorted((ROOT / "records" / "jurisdictions").glob("*.yml"))


def usual(text: str) -> str:
    return layout.usual(text, SCHEMA)


def test_the_records_are_in_the_usual_form() -> None:
    assert [problem.text() for problem in fix.warnings(ROOT / "records", BOOK, [])] == []


def test_keys_stand_in_the_order_of_the_schema_and_take_their_comments_along() -> None:
    text = "# The first line.\nname: Zed\n# about the kind\nkind: country # not a part\ncode: ZZ\n"
    assert usual(text) == "# The first line.\ncode: ZZ\nname: Zed\n# about the kind\nkind: country # not a part\n"


def test_a_spell_s_first_key_gets_the_dash_and_spells_stand_oldest_first() -> None:
    text = """code: ZZ
sex_work:
  buying_status:
    # the reform
    - from: 2010-01-01
      # of the section
      value: criminal_offence
      cite: {code: "4:2"}
    - value: not_an_offence
      from: 2000-01-01
      until: 2009-12-31
      cite: {code: "4:1"}
"""
    assert (
        usual(text)
        == """code: ZZ
sex_work:
  buying_status:
    - value: not_an_offence
      from: 2000-01-01
      until: 2009-12-31
      cite: {code: "4:1"}
    # the reform
      # of the section
    - value: criminal_offence
      from: 2010-01-01
      cite: {code: "4:2"}
"""
    )


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2019/7/1", "2019-07-01"),
        ("2019.7", "2019-07"),
        ("<= 2019-7-1", "<=2019-07-01"),
        ("2019", "2019"),
        ("2019-07-01", "2019-07-01"),
        ("1.7.2019", "1.7.2019"),
    ],
)
def test_dates_get_dashes_and_zeros_where_they_can_mean_only_one_day(written: str, form: str) -> None:
    text = "code: ZZ\ncoded:\n  window: {}\n  checked: 2026-11-22\n"
    assert usual(text.format(written)) == text.format(form)


@pytest.mark.parametrize("pinpoint", ["6:11", "010", "1.10", "12", "NO", "yes", "2019-07-01", "0x1A", "=", "1e3"])
def test_what_a_common_reader_would_misread_is_quoted(pinpoint: str) -> None:
    text = f"code: ZZ\nsex_work:\n  buying_status:\n    - value: criminal_offence\n      from: 2010-01-01\n      cite: {{code: {pinpoint}, other: s. 1}}\n"
    found = yaml.safe_load(usual(text))["sex_work"]["buying_status"][0]["cite"]["code"]
    assert found == pinpoint


def test_a_language_that_reads_as_no_is_quoted_and_our_own_key_is_not() -> None:
    assert usual("code: NO\nnames:\n  no: Norge\n") == 'code: "NO"\nnames:\n  "no": Norge\n'
    assert usual("code: ZZ\nsearched:\n  civil_code:\n    on: 2026-01-01\n    cite: {code: x}\n").count("    on: ") == 1


def test_a_long_note_is_folded_and_wrapped_and_says_the_same() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    text = f'code: ZZ\nstatus_note: "{words}"\n'
    found = usual(text)
    assert found.startswith("code: ZZ\nstatus_note: >-\n  word0 ") and max(map(len, found.splitlines())) <= layout.WIDTH
    assert yaml.safe_load(found)["status_note"] == words


@pytest.mark.parametrize(
    "text",
    [
        "code: ZZ\nstatus_note: >-\n  one  two\n  three\n",
        "code: ZZ\nstatus_note: |\n  a list\n    kept as it stands\n",
        "code: ZZ\nstatus_note: >-\n  one\n\n  two\n    deeper\n",
        "code: ZZ\nstatus_note: " + "long " * 40 + "text # and a comment\n",
        "code: ZZ\nurl: https://example.org/" + "a" * 150 + "\n",
        "",
        "code: ZZ\n",
        "code: ZZ\nlanguages: [\n  sv, # Swedish\n  en]\n",
        "nonsense: {a: [b, {c: d}]}\ncode: ZZ\n",
    ],
)
def test_what_cannot_be_put_right_safely_is_left(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ZZ.yml"
    path.write_text(text, encoding="utf-8")
    document, _ = read(path, tmp_path)
    if document is None:
        return
    path.write_text(usual(text), encoding="utf-8")
    assert read(path, tmp_path)[0].data == document.data
    assert text.count("#") == usual(text).count("#")


@pytest.mark.parametrize("path", ALL[::13], ids=lambda path: path.stem)
def test_fixing_twice_is_fixing_once(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    text = "\n".join([*lines[:1], "# a comment", *lines[1:]])
    assert usual(usual(text)) == usual(text)
    assert usual(text).count("# a comment") == 1


def test_check_tells_what_fix_changes_and_is_silent_after_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")
    path = tmp_path / "records" / "jurisdictions" / "SE.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("code: SE\nname: Sweden\n", "name: Sweden\ncode: SE\n").replace("window: 1999-01-01", "window: 1999-1-1"))
    arguments = ("--records", str(tmp_path / "records"))
    before = run(*arguments, "check", str(path))
    assert before.returncode == 1  # 1999-1-1 is no date to the reader
    assert "SE.yml:1:1: warning W501" in before.stdout and "usually written 'window: 1999-01-01'" in before.stdout
    assert "Run: python build.py fix" in before.stdout
    fixed = run(*arguments, "fix", str(path))
    assert (fixed.returncode, fixed.stdout) == (0, "records/jurisdictions/SE.yml put into the usual form\n1 file changed\n")
    assert path.read_text(encoding="utf-8") == text
    assert run(*arguments, "check", str(path)).stdout == "0 errors, 0 warnings\n"
    assert run(*arguments, "fix").stdout == "0 files changed\n"


def test_a_file_that_cannot_be_read_is_left_as_it_is_and_told(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")
    path = tmp_path / "records" / "jurisdictions" / "SE.yml"
    path.write_text("code: SE\nname: [Sweden\n", encoding="utf-8")
    done = run("--records", str(tmp_path / "records"), "fix")
    assert done.returncode == 1 and "SE.yml" in done.stderr and "E102" in done.stderr and "was left as it is" in done.stderr
    assert path.read_text(encoding="utf-8") == "code: SE\nname: [Sweden\n"


def test_check_of_one_file_reads_what_it_is_compared_with_and_finds_the_same(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")
    path = tmp_path / "records" / "jurisdictions" / "US-WA.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("parent: US", "parent: UX"))
    (tmp_path / "records" / "jurisdictions" / "SE.yml").write_text("code: [\n")
    arguments = ("--records", str(tmp_path / "records"), "check")
    alone, whole = run(*arguments, str(path)), run(*arguments, str(path), str(tmp_path / "records" / "codebook"))
    assert "US-WA.yml" in alone.stdout and "E317: no record 'UX'" in alone.stdout and "SE.yml" not in alone.stdout
    assert [line for line in alone.stdout.splitlines() if "error" in line] == [
        line for line in whole.stdout.splitlines() if "error" in line
    ]
