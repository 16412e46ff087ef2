"""What data say of themselves when they leave the database: version, day of the data, day of the law, hash, citation."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from . import about


@dataclass(frozen=True)
class Facts:
    """``day`` is that of the data: of the records' last commit or, without git, of the newest check. ``on`` is that of the law."""

    version: str
    content_hash: str
    day: str
    on: str

    @property
    def citation(self) -> str:
        return f"Regimes. ({self.day[:4]}). {about.TITLE} (Version {self.version}; law of {self.on}) [Data set]. Content hash {self.content_hash}."


def facts(connection: sqlite3.Connection, on: str | None) -> Facts:
    """The facts of a database; without a day asked for, the law is that of the newest check. Nothing reads the clock."""
    info = dict(connection.execute("SELECT key, value FROM build_info"))
    [checked] = connection.execute("SELECT coalesce(max(checked), '') FROM jurisdictions").fetchone()
    day = info["commit_date"] or checked
    return Facts(info["data_version"], info["content_hash"], day, on or checked or day)
