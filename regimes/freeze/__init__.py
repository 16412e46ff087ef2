"""The site as files that any static host serves under the same addresses.

crawl (render every page, answer, feed and file)  >  still (what a file cannot do is said)  >  folder (write, swap)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import crawl, folder, still
from .folder import FreezeFailed

__all__ = ["FreezeFailed", "freeze"]


def freeze(database: Path, metadata: Path, target: Path, on: str | None, base_url: str, progress: Callable[[str], None]) -> folder.Written:
    """Write the whole site of one day to a folder. ``base_url`` is where it will stand; ``progress`` hears of each address."""
    folder.require(target)
    site = crawl.Site(database, metadata, on, base_url)
    found, stated = site.all(progress), site.facts
    files = {still.place(answer): still.stilled(answer, found, stated.on) for answer in found.values()}
    files |= still.extra_files(found, stated.on)
    about = {"data_version": stated.version, "content_hash": stated.content_hash, "on": stated.on, "base_url": base_url}
    return folder.write(target, files, about)
