"""Every way in which a record can be wrong: the report names file, line and column, and what to do.

Each folder of ``tests/broken`` lies over the real codebook and readings; ``report.txt`` is what a contributor reads.
To renew the reports after a wanted change: ``python tests/test_broken_records.py``; then read the difference.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT, run

from regimes import fix
from regimes.checks import every_code
from regimes.load import load

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path.name for path in BROKEN.iterdir())


def report(case: str, folder: Path) -> str:
    records = folder / "records"
    for part in ("codebook", "readings"):
        shutil.copytree(ROOT / "records" / part, records / part, ignore=shutil.ignore_patterns("eu-directive*"))
    (records / "jurisdictions").mkdir()
    shutil.copy(ROOT / "tests/data/ZZ.yml", records / "jurisdictions" / "ZZ.yml")
    shutil.copytree(BROKEN / case, records, dirs_exist_ok=True, ignore=shutil.ignore_patterns("report.txt"))
    knowledge = load(records)
    if case.startswith("W5"):
        knowledge.problems.extend(fix.warnings(records, knowledge.codebook, [records / "jurisdictions" / "ZZ.yml"]))
    return knowledge.problems.report() + "\n"


@pytest.mark.parametrize("case", CASES)
def test_report(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    found = report(case, tmp_path)
    assert found == (BROKEN / case / "report.txt").read_text(encoding="utf-8")
    assert f" {case[:4]}: " in found, "the report does not show the code that the case is about"


def test_every_code_has_a_case() -> None:
    assert {case[:4] for case in CASES} == set(every_code())


def test_a_broken_record_stops_the_build_and_keeps_the_old_database(world: Path, tmp_path: Path) -> None:
    database = tmp_path / "regimes.db"
    database.write_bytes(b"the old one")
    shutil.copy(BROKEN / "E203-unknown-value" / "jurisdictions" / "ZZ.yml", world / "jurisdictions" / "ZZ.yml")
    done = run("--records", str(world), "--database", str(database))
    assert done.returncode == 1
    assert "records/jurisdictions/ZZ.yml:87:14: error E203: found 'criminal_ofence'" in done.stderr
    assert "Did you mean 'criminal_offence'" in done.stderr
    assert "regimes.db was not built; the one that was there before is untouched" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == b"the old one"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["regimes.db"]


def test_all_files_are_reported_in_one_run(world: Path) -> None:
    for case, name in (("E203-unknown-value", "ZZ"), ("E103-duplicate-key", "ZY"), ("E102-not-yaml", "ZX")):
        shutil.copy(BROKEN / case / "jurisdictions" / "ZZ.yml", world / "jurisdictions" / f"{name}.yml")
    done = run("--records", str(world), "check")
    for name in ("ZZ", "ZY", "ZX"):
        assert f"records/jurisdictions/{name}.yml:" in done.stdout
    assert done.returncode == 1


def test_annotations_for_the_forge(world: Path) -> None:
    shutil.copy(BROKEN / "E203-unknown-value" / "jurisdictions" / "ZZ.yml", world / "jurisdictions" / "ZZ.yml")
    done = run("--records", str(world), "check", GITHUB_ACTIONS="true")
    assert "::error file=records/jurisdictions/ZZ.yml,line=87,col=14,title=E203::" in done.stdout


def test_check_of_one_path_reports_only_that(world: Path) -> None:
    for case, name in (("E203-unknown-value", "ZZ"), ("E103-duplicate-key", "ZY")):
        shutil.copy(BROKEN / case / "jurisdictions" / "ZZ.yml", world / "jurisdictions" / f"{name}.yml")
    done = run("--records", str(world), "check", str(world / "jurisdictions" / "ZZ.yml"))
    assert "ZZ.yml" in done.stdout and "ZY.yml" not in done.stdout


@pytest.mark.parametrize("text", ["a: " + "[" * 50_000, "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "a: " + "- " * 30_000])
def test_hostile_yaml_is_refused_quickly(world: Path, text: str) -> None:
    (world / "jurisdictions" / "ZZ.yml").write_text(text)
    problems = load(world).problems
    assert problems.errors == 1
    assert next(iter(problems)).code in ("E102", "E104", "E105")


def test_a_large_file_is_refused(world: Path) -> None:
    (world / "jurisdictions" / "ZZ.yml").write_text("a: " + "x" * 1_000_000)
    assert [problem.code for problem in load(world).problems] == ["E101"]


if __name__ == "__main__":
    for name in CASES:
        with tempfile.TemporaryDirectory() as folder:
            (BROKEN / name / "report.txt").write_text(report(name, Path(folder)), encoding="utf-8")
