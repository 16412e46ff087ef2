"""Start the record of a jurisdiction: who it is, and a commented outline of everything that a coder fills in."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from .codebook import ACT_KINDS, PARENT_DECIDES, PARTS_DECIDE, PRIMARY_KINDS, READ_FORMS, Codebook, Variable

PLAIN = re.compile(r"[^\W\d_][\w .,()’'-]*\Z")
CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")
SCHEMA_LINE = "# yaml-language-server: $schema=../../docs/record.schema.json"
OUTLINE = "# Outline:"
NOT_APPLICABLE = "not_applicable"
WIDTH = 118


class CannotScaffold(Exception):
    """Why no file was written, and what to do."""


def new(records: Path, codebook: Codebook, code: str, name: str, kind: str, parent: str) -> Path:
    """Write ``records/jurisdictions/CODE.yml``, or add the outline to one whose law is not coded yet.

    Nothing that stands in a file is lost; a record with coded law is left alone.
    """
    path = records / "jurisdictions" / f"{code}.yml"
    if not CODE.match(code):
        raise CannotScaffold(f"{code!r} is not a code such as SE or US-WA (ISO 3166)")
    if path.exists():
        head = path.read_text(encoding="utf-8")
        if "\ncoded:" in head or OUTLINE in head:
            raise CannotScaffold(f"{path.name} is there already, with law or an outline; edit it instead")
    else:
        head = _head(records, code, name, kind, parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([SCHEMA_LINE, head.rstrip("\n"), "", *outline(codebook)]) + "\n", encoding="utf-8")
    return path


def _head(records: Path, code: str, name: str, kind: str, parent: str) -> str:
    if parent and not (records / "jurisdictions" / f"{parent}.yml").exists():
        raise CannotScaffold(f"the parent {parent} has no record; write that first")
    if not name.strip():
        raise CannotScaffold(f"{code} has no record yet, so its name is needed: python build.py new {code} NAME")
    if not name.isprintable():
        raise CannotScaffold("the name holds characters that cannot be shown")
    return "\n".join([f"code: {code}", f"name: {_quoted(name.strip())}", f"kind: {kind}", *([f"parent: {parent}"] if parent else [])])


def _quoted(text: str) -> str:
    """Plain where YAML reads a plain word or words as text, otherwise quoted."""
    return (
        text if PLAIN.match(text) and text.lower() not in ("true", "false", "null", "no", "yes") else json.dumps(text, ensure_ascii=False)
    )


def outline(codebook: Codebook) -> Iterator[str]:
    """Comment lines that become a record when their # is taken away and their examples are replaced."""
    yield f"{OUTLINE} take away the # of what you fill in. `python build.py check` says what is wrong or missing,"
    yield "# `python build.py fix` puts it in order. How to: CONTRIBUTING.md; every question and value: docs/codebook.md."
    yield "#"
    yield from (
        "# coded:",
        "#   window: 2000-01-01  # answers reach back to this day",
        "#   checked: 2026-01-31  # the day on which you last held every open answer against its source",
        "# sources:",
        "#   penal_code:  # a short key of your own, named under `cite`",
        "#     title: Name of the law in its own language",
        "#     title_en: Name of the law in English",
        "#     kind: statute  # " + ", ".join(PRIMARY_KINDS[:4]) + ", official_report, academic, ngo, press",
        "#     acts: [criminal_code]  # which kinds of act it is, see docs/codebook.md",
        "#     language: fr",
        "#     url: https://example.org/the-official-page",
        "#     version: 2026-01-01  # the day of the wording that you read",
        "#     read: original  # " + ", ".join(READ_FORMS),
        "#     read_at: https://example.org/where-you-read-it",
        "#     read_on: 2026-01-31",
    )
    yield "# searched:  # before an answer that says there is no such rule: each kind of act that you searched"
    yield "#   criminal_code:"
    yield "#     cite: {penal_code: all of it, by words}"
    yield "#     on: 2026-01-31"
    for pillar in codebook.pillars:
        core = [variable for variable in codebook.of_pillar(pillar) if variable.core and variable.coded_by_hand]
        if core:
            yield f"# {pillar}:"
        for variable in core:
            yield from _question(variable)
    yield "# missing:  # kinds of act that exist and that you could not get"
    yield f"#   health_act: Not found.  # of {', '.join(list(ACT_KINDS)[:4])}, ..."
    yield "# gaps:  # core questions that you could not answer, each with its reason"
    yield "#   mandatory_health_testing: The health act was not found."


def _question(variable: Variable) -> Iterator[str]:
    yield from _comment(f"{variable.title}: {variable.question}")
    words = ", ".join(variable.tokens)
    yield from _comment(
        f"A number ({variable.unit}) or {words}"
        if variable.type == "integer"
        else f"{'Any of' if variable.type == 'multi' else 'One of'} {words}"
    )
    example = next(token for token in variable.tokens if token not in (NOT_APPLICABLE, PARTS_DECIDE, PARENT_DECIDES))
    value = f"[{example}]" if variable.type == "multi" else "12" if variable.type == "integer" else example
    yield f"#   {variable.id}:"
    yield f"#     - value: {value}"
    yield "#       from: 2000-01-01  # or <=2000-01-01: true by that day, start not researched"
    yield "#       cite: {penal_code: art. 1}"


def _comment(text: str) -> Iterator[str]:
    """The text as comments inside the outline, which stay comments when the outline's own # is gone."""
    for line in textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False):
        yield f"#   # {line}"
