"""Which files have a usual form, which of them are not in it, and putting them into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import layout
from .codebook import Codebook
from .problems import Problem, relative
from .read import read
from .shape import record_schema, second_coding_schema

SCHEMAS = {"jurisdictions": record_schema, "second_codings": second_coding_schema}


def files(records: Path, codebook: Codebook, paths: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The files with a usual form that are among ``paths`` or below them (all where there are none), with their schemas."""
    wanted = [path.resolve() for path in paths]
    for folder, schema_of in SCHEMAS.items():
        schema = schema_of(codebook)
        for path in sorted((records.resolve() / folder).glob("*.yml")):
            if not wanted or any(path.is_relative_to(one) for one in wanted):
                yield path, schema


def warnings(records: Path, codebook: Codebook, paths: Iterable[Path]) -> Iterator[Problem]:
    """What ``fix`` would change, at its place. A file that cannot be read has an error already."""
    root = records.resolve().parent
    for path, schema in files(records, codebook, paths):
        document, _ = read(path, root)
        if document is not None:
            yield from layout.problems(document.path, path.read_text(encoding="utf-8"), schema)


def fix(records: Path, codebook: Codebook, paths: Iterable[Path]) -> tuple[list[str], list[Problem]]:
    """Put files into their usual form. Gives the names of those that changed, and what is wrong with those that cannot be read."""
    root, changed, problems = records.resolve().parent, [], []
    for path, schema in files(records, codebook, paths):
        document, found = read(path, root)
        if document is None:
            problems += found
            continue
        text = path.read_text(encoding="utf-8")
        fixed = layout.usual(text, schema)
        if fixed != text:
            beside = path.with_name(f".{path.name}.new")  # an interrupted run leaves the old file whole
            beside.write_text(fixed, encoding="utf-8")
            beside.replace(path)
            changed.append(relative(path, root))
    return changed, problems
