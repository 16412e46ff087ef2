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
    found = site.all(progress)
    files = {still.place(answer): still.stilled(answer, found, site.on) for answer in found.values()}
    files |= still.extra_files(found, site.on)
    return folder.write(target, files, {"data_version": site.version, "content_hash": site.hash, "on": site.on, "base_url": base_url})
