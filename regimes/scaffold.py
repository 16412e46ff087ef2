"""Write the short file of a jurisdiction whose law has not been coded yet."""

from __future__ import annotations

import re
from pathlib import Path

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")


class CannotScaffold(Exception):
    """Why no file was written, and what to do."""


def new(records: Path, code: str, name: str, kind: str, parent: str) -> Path:
    """Write ``records/jurisdictions/CODE.yml``; never over a file that is there."""
    path = records / "jurisdictions" / f"{code}.yml"
    if not CODE.match(code):
        raise CannotScaffold(f"{code!r} is not a code such as SE or US-WA (ISO 3166)")
    if path.exists():
        raise CannotScaffold(f"{path.name} is there already; edit it instead")
    if parent and not (records / "jurisdictions" / f"{parent}.yml").exists():
        raise CannotScaffold(f"the parent {parent} has no record; write that first")
    lines = [f"code: {code}", f"name: {_quoted(name)}", f"kind: {kind}", *([f"parent: {parent}"] if parent else [])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r": | #|^[\[\]{}&*!|>%@`'\"#,?:-]|:$", text) else text
