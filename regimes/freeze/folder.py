"""A folder of files that is always whole: written beside the old one, and put in its place when it is complete.

Files whose content has not changed keep their date and take no room twice (they are linked). A text has a compressed twin.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..whole import replacing

MANIFEST = "freeze-manifest.json"
SMALLEST = 500  # bytes worth compressing
TEXTS = (".html", ".json", ".csv", ".txt", ".xml", ".css", ".js", ".atom", ".ics", ".bib", ".svg")
TYPES = {".atom": "application/atom+xml", ".ics": "text/calendar", ".bib": "text/plain", ".db": "application/vnd.sqlite3"}


class FreezeFailed(Exception):
    """Why nothing was written, and what to do; the folder is as it was before."""


@dataclass(frozen=True)
class Written:
    files: int
    changed: int
    removed: int
    bytes: int


def require(target: Path) -> None:
    """Only a new or empty folder, or an earlier copy, is written to: anything else may be somebody's work."""
    if target.exists() and not target.is_dir():
        raise FreezeFailed(f"{target} is a file; name a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise FreezeFailed(f"{target} is neither empty nor an earlier copy of the site (it has no {MANIFEST}); name another folder")


def write(target: Path, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Written:
    """Put the files in the place of what was there, all at once. A killed run leaves the old folder as it was."""
    old = _hashes(target)
    new = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    try:
        with replacing(target) as beside:
            for name, body in sorted(files.items()):
                _file(beside / name, body, target / name if old.get(name) == new[name] else None)
            entries = {name: {"sha256": new[name], "bytes": len(body), "type": content_type(name)} for name, body in sorted(files.items())}
            (beside / MANIFEST).write_text(json.dumps({**about, "files": entries}, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise FreezeFailed(f"{target} was not written ({error}); what was there before is untouched") from error
    changed = sum(old.get(name) != hash for name, hash in new.items())
    return Written(len(files), changed, len(old.keys() - new.keys()), sum(map(len, files.values())))


def content_type(name: str) -> str:
    ending = Path(name).suffix
    return TYPES.get(ending) or mimetypes.types_map.get(ending, "application/octet-stream")


def _hashes(target: Path) -> dict[str, str]:
    """What an earlier copy holds; nothing where its manifest cannot be read."""
    try:
        return {name: one["sha256"] for name, one in json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _file(path: Path, body: bytes, same: Path | None) -> None:
    """Write a file with its compressed twin, or link both where an earlier copy has the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    twin = path.with_name(path.name + ".gz")
    zipped = path.suffix in TEXTS and len(body) >= SMALLEST
    if same is not None and same.is_file() and same.read_bytes() == body:
        os.link(same, path)
        if zipped and (old_twin := same.with_name(same.name + ".gz")).is_file():
            os.link(old_twin, twin)
            return
    else:
        path.write_bytes(body)
    if zipped:
        twin.write_bytes(gzip.compress(body, 9, mtime=0))
