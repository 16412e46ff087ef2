"""Write the short file of a jurisdiction whose law has not been coded yet."""

from __future__ import annotations

import json
import re
from pathlib import Path

PLAIN = re.compile(r"[^\W\d_][\w .,()’'-]*\Z")
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
    if not name.strip() or not name.isprintable():
        raise CannotScaffold("the name is empty or holds characters that cannot be shown")
    lines = [f"code: {code}", f"name: {_quoted(name.strip())}", f"kind: {kind}", *([f"parent: {parent}"] if parent else [])]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    """Plain where YAML reads a plain word or words as text, otherwise quoted."""
    return text if PLAIN.match(text) and text not in ("true", "false", "null") else json.dumps(text, ensure_ascii=False)
