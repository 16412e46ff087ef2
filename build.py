#!/usr/bin/env python3
"""Regimes: check the records, build regimes.db, serve it.

This file is the table of contents. Each stage is one module of the package ``regimes``:
read > shape > check > derive > write > publish.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from regimes.load import load

ROOT = Path(__file__).resolve().parent
RECORDS = ROOT / "records"


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Check the records and build the database."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check the records, or only some of them."""
    knowledge = load(RECORDS)
    problems = knowledge.problems
    if paths:
        wanted = {path.resolve().relative_to(ROOT).as_posix() for path in paths}
        problems.found = [problem for problem in problems if problem.path in wanted]
    click.echo(problems.report())
    sys.exit(1 if problems.errors else 0)


if __name__ == "__main__":
    main()
