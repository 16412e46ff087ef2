# ruff: noqa: F401, F811 (site is a fixture)
"""The export: files that say the same as the database, that programs accept, and that are there whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas
import pytest
import yaml
from conftest import ON, ROOT, build, run
from test_derive import ZZ, knowledge_of
from test_site import Client, site
from test_site_compare import rows_of

from regimes import __version__, about, docs, export
from regimes.export.tables import DAYS, LEFT_OUT
from regimes.load import Knowledge

CODEBOOK = "# Codebook\n"
IN_FORCE = "valid_from <= :on AND (valid_until IS NULL OR valid_until >= :on)"


def newest(database: Path) -> str:
    """The day of the newest check of a record."""
    return rows_of(database, "SELECT max(checked) AS day FROM jurisdictions")[0]["day"]


def write(database: Path, folder: Path, on: str | None = ON) -> Path:
    export.export(database, ROOT / "metadata.yml", CODEBOOK, folder, on)
    return folder


@pytest.fixture(scope="module")
def out(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of the real records."""
    return write(built, tmp_path_factory.mktemp("export") / "data")


@pytest.fixture
def copy(out: Path, tmp_path: Path) -> Path:
    """One to break."""
    return Path(shutil.copytree(out, tmp_path / "copy"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def faults(folder: Path) -> list[tuple[str, str]]:
    report = frictionless.validate(str(folder / "datapackage.json"))
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [("", error.type) for error in report.errors]


def test_frictionless_accepts_the_package(out: Path) -> None:
    assert faults(out) == []


def test_frictionless_finds_what_is_broken(copy: Path) -> None:
    """The acceptance above can fail: links, types, words and hashes are declared."""
    for file, old, new in (
        ("csv/citations.csv", b",SE-brb,", b",SE-lost,"),
        ("csv/answers.csv", b",2026-11-22,", b",2026-11-32,"),
        ("matrix.csv", b",criminal_offence,", b",criminal_offense,"),
        ("parquet/terms.parquet", b"PAR1", b"PAR2"),
    ):
        data = (copy / file).read_bytes()
        assert old in data
        (copy / file).write_bytes(data.replace(old, new, 1))
    assert {fault for fault in faults(copy) if fault[1] != "byte-count"} == {
        ("citations", "foreign-key"),
        ("citations", "hash-count"),
        ("answers", "type-error"),
        ("answers", "hash-count"),
        ("matrix", "constraint-error"),
        ("matrix", "hash-count"),
        ("terms.parquet", "hash-count"),
    }


def whole(folder: Path) -> bool:
    """Whether every file is the one that was summed."""
    sums = (line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines())
    return all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in sums)


def test_every_file_is_described_and_summed(out: Path) -> None:
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {line.split("  ")[1] for line in (out / "SHA256SUMS").read_text().splitlines()} == files - {"SHA256SUMS"} and whole(out)
    assert {resource["path"] for resource in described(out)["resources"]} == files - {
        "SHA256SUMS",
        "README.txt",
        "CITATION.cff",
        "datapackage.json",
    }
    readme = (out / "README.txt").read_text(encoding="utf-8")
    assert all(name.split("/")[0] in readme for name in files - {"README.txt"})


def test_every_table_and_column_is_there_with_its_description(out: Path, built: Path) -> None:
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))["databases"]["regimes"]["tables"]
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_documents%' AND name NOT LIKE 'sqlite_%'"
    tables = {row["name"] for row in rows_of(built, sql)} - LEFT_OUT
    resources = {resource["name"]: resource for resource in described(out)["resources"] if "schema" in resource}
    assert resources.keys() == tables | {"matrix", "panel"}
    for table in tables:
        fields = resources[table]["schema"]["fields"]
        assert [field["name"] for field in fields] == list(metadata[table]["columns"])
        assert all(field["description"] for field in fields) and resources[table]["description"] == metadata[table]["description"]
    keys = [key for resource in resources.values() for key in resource["schema"].get("foreignKeys", [])]
    assert len(keys) > 50
    assert [name for name, resource in resources.items() if not resource["schema"].get("primaryKey")] == ["searches"]


def test_columns_of_days_are_those_that_hold_days(built: Path) -> None:
    """A new column of days must be typed as one, and one that holds something else must not."""
    with sqlite3.connect(built) as connection:
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_documents%'"
        ).fetchall():
            for _, column, declared, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                found = [value for (value,) in connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")]
                if table not in LEFT_OUT and declared == "TEXT" and found:
                    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in found) == (column in DAYS), (table, column)


def test_csv_and_parquet_say_what_the_database_says(out: Path, built: Path) -> None:
    schemas = {resource["name"]: resource.get("schema") for resource in described(out)["resources"]}
    for path in sorted((out / "csv").iterdir()):
        stored = rows_of(built, f"SELECT * FROM {path.stem} ORDER BY rowid")
        comma = rows(path)
        frame = pandas.read_parquet(out / "parquet" / f"{path.stem}.parquet")
        types = {field["name"]: field["type"] for field in schemas[path.stem]["fields"]}
        assert len(comma) == len(frame) == len(stored), path.stem
        assert duckdb.sql(f"SELECT count(*) FROM '{out}/parquet/{path.stem}.parquet'").fetchall() == [(len(stored),)]
        for column, type in types.items():
            values = [row[column] for row in stored]
            written = [("true" if value else "false") if type == "boolean" else "" if value is None else str(value) for value in values]
            assert [row[column] for row in comma] == written, (path.stem, column)
            read = [None if pandas.isna(cell) else cell.isoformat() if type == "date" else cell for cell in frame[column]]
            assert read == values, (path.stem, column)


def test_duckdb_reads_days_and_flags_as_such(out: Path) -> None:
    types = duckdb.sql(f"SELECT valid_from, absence, number, label FROM '{out}/parquet/answers.parquet'").types
    assert [str(type) for type in types] == ["DATE", "BOOLEAN", "BIGINT", "VARCHAR"]
    found = duckdb.sql(
        f"SELECT label FROM '{out}/parquet/answers.parquet' WHERE id = 'IE-buying_status-2017-03-27' AND valid_from = DATE '2017-03-27'"
    )
    assert found.fetchall() == [("Yes, crime",)]


def test_json_lines_hold_every_answer_with_what_it_cites(out: Path, built: Path) -> None:
    answers = [json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    stored = rows_of(
        built, "SELECT answers.*, (SELECT count(*) FROM citations WHERE answer = answers.id) AS cited FROM answers ORDER BY rowid"
    )
    assert [(one["id"], one["value"], len(one["citations"])) for one in answers] == [
        (one["id"], one["value"], one["cited"]) for one in stored
    ]
    several = next(one for one in answers if one["id"].startswith("SE-trafficking_means_list"))
    assert ", ".join(several["values"]) == several["value"] and several["unchecked"]
    assert all(one["pinpoint"] and one["title"] for one in several["citations"])


def test_the_matrix_says_what_the_database_says(out: Path, built: Path) -> None:
    matrix = {row["jurisdiction"]: row for row in rows(out / "matrix.csv")}
    assert matrix.keys() == {row["code"] for row in rows_of(built, "SELECT code FROM jurisdictions")}
    answers = {(row["jurisdiction"], row["variable"]): row for row in rows_of(built, f"SELECT * FROM answers WHERE {IN_FORCE}", on=ON)}
    tokens = {(row["answer"], row["value"]): row["state"] for row in rows_of(built, "SELECT * FROM answer_values")}
    values = rows_of(built, "SELECT * FROM variable_values")
    cells = 0
    for variable in rows_of(built, "SELECT * FROM variables WHERE basis = 'law'"):
        id = variable["id"]
        for code, row in matrix.items():
            answer = answers.get((code, id))
            if variable["type"] == "multi":
                for value in [one["value"] for one in values if one["variable"] == id]:
                    state = (
                        "not_coded"
                        if answer is None
                        else {"true": "1", "unchecked": "unchecked", None: "0"}[tokens.get((answer["id"], value))]
                    )
                    assert row[f"{id}__{value}"] == state
            elif variable["type"] == "integer":
                word, number = row[f"{id}__word"], row[id]
                if answer is None:
                    assert (number, word) == ("not_coded", "not_coded")
                else:
                    assert (number, word) == (("in_words", answer["value"]) if answer["number"] is None else (answer["value"], "number"))
            else:
                assert row[id] == ("not_coded" if answer is None else answer["value"])
            cells += answer is not None
    assert cells > 500
    assert matrix["SE"]["checked"] == ON and matrix["AQ"]["checked"] == "not_coded" and matrix["US-WA"]["parent"] == "US"
    assert not [name for row in matrix.values() for name, cell in row.items() if cell == "" and name != "parent"]


def test_the_site_gives_the_same_matrix(out: Path, site: Client) -> None:
    response = site.get("/matrix.csv", on=ON)
    assert response.content == (out / "matrix.csv").read_bytes()
    assert f"regimes-matrix-{ON}.csv" in response.headers["content-disposition"]
    assert "is not a day" in site.get("/matrix.csv", on="soon").text and site.get("/matrix.csv", on="soon").status_code == 400
    assert site.get("/matrix.csv", day=ON).status_code == 400
    assert f'href="/matrix.csv?on={ON}"' in site.get("/data", on=ON).text


def test_the_panel_has_the_law_of_every_first_of_july(out: Path, built: Path) -> None:
    panel = {(row["jurisdiction"], row["year"]): row for row in rows(out / "panel.csv")}
    coded = {row["code"] for row in rows_of(built, "SELECT code FROM jurisdictions WHERE checked IS NOT NULL")}
    years = [str(year) for year in range(1999, 2027)]
    assert list(panel) == [(code, year) for code in sorted(coded) for year in years]
    assert all(row["on"] == f"{year}-07-01" for (_, year), row in panel.items())
    assert panel["IE", "2016"]["buying_status"] == "offence_by_setting" and panel["IE", "2017"]["buying_status"] == "criminal_offence"
    assert panel["SE", "2003"]["trafficking_means_list__force"] == "unchecked"
    assert panel["SE", "1999"]["buying_status"] == "criminal_offence" and panel["DE", "1999"]["buying_status"] == "not_coded"


def test_an_export_of_an_earlier_day_has_the_law_of_that_day(built: Path, tmp_path: Path) -> None:
    folder = write(built, tmp_path / "early", "2016-06-30")
    assert next(row for row in rows(folder / "matrix.csv") if row["jurisdiction"] == "IE")["buying_status"] == "offence_by_setting"
    assert max(row["year"] for row in rows(folder / "panel.csv")) == "2015"
    assert "law of 2016-06-30" in described(folder)["citation"]


def test_pandas_reads_the_matrix_as_the_readme_says(out: Path) -> None:
    words = re.search(r"na_values=(\[.*?\])\)", (out / "README.txt").read_text(encoding="utf-8"))[1]
    frame = pandas.read_csv(out / "matrix.csv", keep_default_na=False, na_values=json.loads(words)).set_index("jurisdiction")
    assert "NA" in frame.index and frame["buying_penalty_max"].dtype == float and pandas.isna(frame.loc["AQ", "buying_status"])
    assert set(frame["trafficking_acts__recruitment"].dropna()) <= {0, 1}


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "downloads.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(3))
def test_examples_of_the_guide_run(out: Path, number: int) -> None:
    """In a new Python in the folder of the files, as a reader does."""
    assert len(snippets()) == 3
    done = subprocess.run([sys.executable, "-c", snippets()[number]], cwd=out, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    expected = ("criminal_offence", "Brottsbalk", "Washington")[number]
    assert expected in done.stdout, done.stdout


def test_same_records_and_day_same_bytes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "records", tmp_path / "records")  # no git here
    sums = set()
    for environment in (
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8"},
    ):
        folder = tmp_path / environment["PYTHONHASHSEED"]
        done = run("--records", str(tmp_path / "records"), "--database", str(tmp_path / "regimes.db"), "export", str(folder), **environment)
        assert done.returncode == 0, done.stderr
        assert re.fullmatch(
            rf"export  .*: \d+ files, law of {newest(tmp_path / 'regimes.db')}; start with .*README.txt", done.stdout.splitlines()[-1]
        )
        sums.add((folder / "SHA256SUMS").read_text())
        assert (folder / "codebook.md").read_text(encoding="utf-8").startswith("# Codebook\n\nWhat is asked")
    assert len(sums) == 1


def test_text_from_records_is_data(world: Path, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org") <b>, "x"'
    text = ZZ.replace("cite: {code: 3:1}", f"cite: {{code: 3:1}}\n      note: '{evil}'", 1)
    folder = write(build(knowledge_of(world, ZZ=text), tmp_path / "regimes.db"), tmp_path / "data")
    assert faults(folder) == []
    note = next(row["note"] for row in rows(folder / "csv" / "answers.csv") if row["note"])
    assert note == f"'{evil}"
    frame = pandas.read_parquet(folder / "parquet" / "answers.parquet")
    assert evil in set(frame["note"])


def test_an_earlier_export_is_replaced_whole(copy: Path, built: Path) -> None:
    (copy / "csv" / "answers.csv").unlink()
    (copy / "README.txt").write_text("old", encoding="utf-8")
    write(built, copy)
    assert whole(copy) and "START HERE" in (copy / "README.txt").read_text(encoding="utf-8")
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_what_somebody_put_there_is_not_lost(copy: Path, built: Path, tmp_path: Path) -> None:
    (copy / "csv" / "mine.csv").write_text("a,b\n", encoding="utf-8")
    (copy / "README.txt").write_text("old", encoding="utf-8")
    with pytest.raises(export.ExportFailed, match=r"copy holds csv/mine\.csv, which is no part of an export; nothing was written"):
        write(built, copy)
    assert (copy / "README.txt").read_text(encoding="utf-8") == "old" and (copy / "csv" / "mine.csv").exists()
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("words", encoding="utf-8")
    with pytest.raises(export.ExportFailed, match="is no earlier export"):
        write(built, thesis)
    (copy / "csv" / "mine.csv").unlink()
    (copy / "datapackage.json").write_text('{"name": "another"}', encoding="utf-8")
    with pytest.raises(export.ExportFailed, match="another data package"):
        write(built, copy)


def test_an_empty_folder_and_one_that_is_not_there_are_filled(built: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "new" / "folder"):
        assert (write(built, folder) / "SHA256SUMS").is_file()


WRITE = "import sys; from pathlib import Path; from regimes import export; export.export(*map(Path, sys.argv[1:3]), '', Path(sys.argv[3]))"


def test_a_full_disk_leaves_the_earlier_export(copy: Path, built: Path) -> None:
    before = (copy / "SHA256SUMS").read_text()

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(built), str(ROOT / "metadata.yml"), str(copy)],
        preexec_fn=small_files,
        capture_output=True,
        text=True,
    )
    assert "was not written (" in done.stderr and "what was there before is untouched" in done.stderr
    assert (copy / "SHA256SUMS").read_text() == before and whole(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_killed_export_leaves_the_earlier_one(copy: Path, built: Path) -> None:
    before = (copy / "SHA256SUMS").read_text()
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(built), str(ROOT / "metadata.yml"), str(copy)])
    while process.poll() is None and not list(copy.parent.glob(".copy.*.new/csv/answers.csv")):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert (copy / "SHA256SUMS").read_text() == before and whole(copy)
    assert (write(built, copy) / "SHA256SUMS").is_file()


BARE = "import runpy, sys; sys.modules['pyarrow'] = None; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"


def test_without_pyarrow_the_remedy_is_told_before_any_work(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        BARE,
        str(ROOT / "build.py"),
        "--database",
        str(tmp_path / "regimes.db"),
        "export",
        str(tmp_path / "data"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stdout == ""
    assert "python -m pip install pyarrow" in done.stderr and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"), [(["--on", "2015-02-30"], "--on 2015-02-30: not a day"), (["--on", "20150101"], "such as 2015-01-01")]
)
def test_a_day_that_is_none_is_told_before_any_work(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run("--database", str(tmp_path / "regimes.db"), "export", str(tmp_path / "data"), *arguments)
    assert done.returncode == 1 and says in done.stderr and list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(built: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(export.ExportFailed, match="was not written"):
        write(built, tmp_path / "file" / "data")


def test_data_without_a_day_are_told(world: Path, tmp_path: Path) -> None:
    with pytest.raises(export.ExportFailed, match="the data have no day"):
        write(build(knowledge_of(world), tmp_path / "regimes.db"), tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".data", "data"))] == []


def test_citations_agree(out: Path, built: Path) -> None:
    """Of the repository, of an export, and of the package."""
    own, given = (yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8")) for folder in (ROOT, out))
    assert own["version"] == given["version"] == described(out)["version"] == __version__
    assert own["title"] == given["title"] == described(out)["title"] == about.TITLE
    assert own["license"] == given["license"] == described(out)["licenses"][0]["name"] == "CC-BY-4.0"
    assert given["identifiers"][0]["value"] == described(out)["id"] and given["date-released"] == newest(built)
    assert {"cff-version", "message", "authors"} <= own.keys() & given.keys()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="without git, what is not part of the repository cannot be told")
def test_every_file_has_a_licence() -> None:
    done = subprocess.run([sys.executable, "-m", "reuse", "--root", str(ROOT), "lint"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
