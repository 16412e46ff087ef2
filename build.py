#!/usr/bin/env python3
"""Regimes: check the records, build regimes.db, serve it.

This file is the table of contents. Each stage is one module of the package ``regimes``:

    read > shape > check > derive > write > publish
    load (read, shape, model, readings, checks)     derive     database     serve, docs, export, freeze
"""

from __future__ import annotations

import gc
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from regimes import database, derive, diff, diff_report, docs, export, fix, history, revisions, scaffold
from regimes import serve as server
from regimes.codebook import JURISDICTION_KINDS
from regimes.dates import is_day
from regimes.load import COLLECTIONS, Knowledge, load, load_codebook

ROOT = Path(__file__).resolve().parent
FOLDER = click.Path(path_type=Path, file_okay=False)
REPORTS = {"text": diff_report.as_text, "markdown": diff_report.as_markdown, "json": diff_report.as_json}
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--records", type=FOLDER, default=ROOT / "records", show_default="records", help="The folder of records.")
@click.option("--database", "path", type=FILE, default=ROOT / "regimes.db", show_default="regimes.db", help="The file to build.")
@click.pass_context
def main(context: click.Context, records: Path, path: Path) -> None:
    """Check the records and build the database.

    Without a command: check every record, derive what can be computed, and write regimes.db. A record with an
    error stops the build, and the database that was there before stays as it was.
    """
    context.obj = (records, path)
    if context.invoked_subcommand is None:
        build(records, path)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def check(places: tuple[Path, Path], paths: tuple[Path, ...]) -> None:
    """Check the records and report every problem with its line; warn of what `fix` would change.

    With PATHS, report only on these files or folders. Of single jurisdictions only what they are compared with is read.
    """
    records = places[0]
    alone = all(path.is_file() and path.resolve().parent == (records / "jurisdictions").resolve() for path in paths)
    knowledge = load(records, only=paths) if paths and alone else checked(records)
    knowledge.problems.extend(fix.warnings(records, knowledge.codebook, paths))
    if paths:
        knowledge.problems = knowledge.problems.under(paths, records)
    click.echo(knowledge.problems.report())
    sys.exit(1 if knowledge.problems.errors else 0)


@main.command("fix")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def put_right(places: tuple[Path, Path], paths: tuple[Path, ...]) -> None:
    """Put records into their usual form: order of keys, folded texts, dates, quotes.

    Comments stay as they are, and nothing that a file says is changed. With PATHS, only these files or folders.
    """
    knowledge = load_codebook(places[0])
    changed, problems = fix.fix(places[0], knowledge.codebook, paths) if not knowledge.problems.errors else ([], knowledge.problems)
    for name in changed:
        click.echo(f"{name} put into the usual form")
    click.echo(f"{count(changed, 'file')} changed")
    if problems:
        fail("\n".join(problem.text() for problem in problems) + "\nWhat cannot be read was left as it is.")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The port to listen on, on this machine only.")
@click.option("--on", metavar="DATE", help="Show the law of this day (year-month-day) instead of today's.")
@click.pass_obj
def serve(places: tuple[Path, Path], port: int, on: str | None) -> None:
    """Build the database and serve it with Datasette."""
    build(*places)
    try:
        server.serve(places[1], ROOT / "metadata.yml", port=port, on=on)
    except server.CannotServe as error:
        fail(str(error))


@main.command()
@click.argument("code")
@click.argument("name", default="")
@click.option("--kind", type=click.Choice(JURISDICTION_KINDS), help="By default country, or subnational where the code has a part.")
@click.option("--parent", help="The jurisdiction it is a part of; by default what stands before the hyphen.")
@click.pass_obj
def new(places: tuple[Path, Path], code: str, name: str, kind: str | None, parent: str | None) -> None:
    """Start coding a jurisdiction: CODE (ISO 3166), and its NAME in English where it has no record yet.

    Writes an outline of the core questions, as comments, into the jurisdiction's record.
    """
    whole = code.split("-")[0] if "-" in code else ""
    knowledge = load_codebook(places[0])
    if knowledge.problems.errors:
        fail(knowledge.problems.report())
    try:
        path = scaffold.new(
            places[0], knowledge.codebook, code, name, kind or ("subnational" if whole else "country"), whole if parent is None else parent
        )
    except scaffold.CannotScaffold as error:
        fail(str(error))
    click.echo(f"{path} written. Fill in its outline (CONTRIBUTING.md says how), then: python build.py check {path}")


@main.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(list(REPORTS)), default="text", show_default=True, help="How to write it.")
@click.pass_obj
def show_diff(places: tuple[Path, Path], old: str, new: str, form: str) -> None:
    """Tell what changed in the data from OLD to NEW.

    Each is a database file, a folder of records, or a git revision. Told are answers by legal date, the labels and
    indicators that moved because of them, and sources.
    """
    try:
        with TemporaryDirectory() as first, TemporaryDirectory() as second:
            found = diff.diff(revisions.database_of(old, places[0], Path(first)), revisions.database_of(new, places[0], Path(second)))
    except (revisions.CannotRead, sqlite3.Error) as error:
        fail(str(error))
    click.echo(REPORTS[form](found), nl=False)


@main.command()
@click.pass_obj
def assistants(places: tuple[Path, Path]) -> None:
    """Serve the database to an assistant by the Model Context Protocol, over standard input and output.

    The assistant's program starts this command; docs/assistants.md says how. Build the database first.
    """
    if not places[1].exists():
        fail(f"{places[1].name} is not there; build it first: python build.py")
    try:
        from regimes import assistants as tools
    except ModuleNotFoundError as error:
        fail(f"this needs the package {error.name}; install it with: pip install 'regimes[assistants]' (or pip install mcp)")
    tools.serve(places[1])


@main.command("export")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--on", metavar="DATE", help="The day of the matrix (year-month-day); by default that of the newest check of a record.")
@click.pass_obj
def write_export(places: tuple[Path, Path], folder: Path, on: str | None) -> None:
    """Build the database and write it to DIR as files: CSV, Parquet, JSON Lines, SQLite, a matrix, and what explains them."""
    try:
        export.require(folder, on)
        codebook = docs.codebook(build(*places), "What is asked, the values an answer can have, and when each is chosen.")
        stated, number = export.export(places[1], ROOT / "metadata.yml", codebook, folder, on)
    except export.ExportFailed as error:
        fail(str(error))
    stage("export", f"{folder}: {number} files, law of {stated.on}; start with {folder / 'README.txt'}")


@main.command("freeze")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--on", metavar="DATE", help="The day whose law is shown (year-month-day); by default that of the newest check of a record.")
@click.option(
    "--base-url", default="http://localhost", show_default=True, help="Where the copy will stand; it is named in citations and feeds."
)
@click.pass_obj
def write_frozen(places: tuple[Path, Path], folder: Path, on: str | None, base_url: str) -> None:
    """Build the database and write the whole site to DIR as files for a static host (docs/deploy.md)."""
    if on is not None and not is_day(on):
        fail(f"--on {on}: not a day; write it as year-month-day, such as 2015-01-01")
    if not re.fullmatch(r"https?://[^/\s]+/?", base_url):
        fail(f"--base-url {base_url}: not an address such as https://regimes.example (a folder below a host is not possible)")
    from regimes import freeze  # it brings the whole server, which the other commands would wait for

    try:
        freeze.folder.require(folder)
        build(*places)
        with progress("freeze ") as heard:
            done = freeze.freeze(places[1], ROOT / "metadata.yml", folder, on, base_url.rstrip("/"), heard)
    except freeze.FreezeFailed as error:
        fail(str(error))
    stage(
        "freeze",
        f"{folder}: {count(range(done.files), 'file')}, {done.bytes // 1_000_000} MB; {done.changed} changed, {done.removed} removed",
    )


@contextmanager
def progress(label: str) -> Iterator[Callable[[str], None]]:
    """A count that a person can watch, and silence in a pipe."""
    seen = 0

    def heard(name: str) -> None:
        nonlocal seen
        seen += 1
        if sys.stderr.isatty():
            click.echo(f"\r{label} {seen} {name[:60]:<60}", err=True, nl=False)

    yield heard
    if sys.stderr.isatty():
        click.echo("\r" + " " * 79 + "\r", err=True, nl=False)


@main.command("links")
@click.option("--most", type=click.IntRange(1), default=100_000, help="Ask at most so many addresses.")
@click.pass_obj
def check_links(places: tuple[Path, Path], most: int) -> None:
    """Ask the addresses that records name whether they still answer, slowly, and report as Markdown.

    It needs the network and takes about two seconds an address of a host; it is made for a monthly job. Exit 1 where one is gone.
    """
    from regimes import links

    build(*places)
    found = list(links.check(links.links(places[1])[:most]))
    click.echo(links.report(found), nl=False)
    sys.exit(1 if any(one.state == "gone" for one in found) else 0)


@main.command("docs")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a page is out of date.")
@click.pass_obj
def write_docs(places: tuple[Path, Path], only_check: bool) -> None:
    """Write the generated reference pages under docs/, and the counts in the README."""
    knowledge = checked(places[0])
    stale = docs.update(ROOT, knowledge, write=not only_check)
    for page in stale:
        click.echo(f"{page} {'is out of date' if only_check else 'written'}")
    if stale and only_check:
        fail("Run: python build.py docs")


def build(records: Path, path: Path) -> Knowledge:
    """The main job: read and check, derive, write. One line a stage."""
    gc.disable()  # one batch whose objects live to the end: looking for garbage would cost a fifth of the time
    knowledge = checked(records)
    stage(
        "read",
        f"{knowledge.files} files: {count(knowledge.records, 'jurisdiction')}, {count(knowledge.codebook.variables, 'variable')}, "
        f"{count(knowledge.readings, 'reading')}, {count(knowledge.instruments, 'instrument')}, "
        + ", ".join(count(knowledge.entries(kind), kind[:-1]) for kind in COLLECTIONS),
    )
    if knowledge.problems.errors:
        click.echo(knowledge.problems.report(), err=True)
        fail(f"{path.name} was not built" + ("; the one that was there before is untouched" if path.exists() else ""))
    stage("check", knowledge.problems.counts())
    derived = derive.derive(knowledge)
    stage(
        "derive",
        f"{sum(map(len, derived.answers.values()))} answers, {len(derived.results)} reading results, "
        f"{len(derived.changes)} legal changes, {len(derived.treaty_states)} treaty states",
    )
    try:
        rows = database.write(path, knowledge, derived, history.history(records, knowledge.records.values()))
    except database.BuildFailed as error:
        fail(str(error))
    stage("write", f"{path.name}: {count(rows, 'table')}, {sum(rows.values())} rows, {path.stat().st_size // 1024} KB")
    return knowledge


def checked(records: Path) -> Knowledge:
    """Read and check, with a progress bar where a person is watching a long run."""
    total = sum(1 for _ in records.rglob("*.yml"))
    if total < 60 or not sys.stderr.isatty():
        return load(records)
    with click.progressbar(length=total, label="read   ", file=sys.stderr) as bar:
        return load(records, progress=lambda name: bar.update(1))


def stage(name: str, text: str) -> None:
    click.echo(f"{name:<8}{text}")


def count(things: object, noun: str) -> str:
    number = len(things)  # type: ignore[arg-type]
    return f"{number} {noun}" + ("" if number == 1 else "s")


def fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
