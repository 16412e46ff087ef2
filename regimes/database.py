"""Write the knowledge to one SQLite file: whole, checked and byte-identical, or not at all.

The file is built beside the old one and put in its place in one step. The same records give the same bytes with the
same SQLite; across versions of SQLite compare ``build_info.content_hash``, a hash of all rows in order.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import __version__, tables
from .codebook import Variable
from .derive import Derived
from .history import History
from .load import Knowledge

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
VIEWS = Path(__file__).with_name("views.sql").read_text(encoding="utf-8")
PAGE_SIZE = 4096


class BuildFailed(Exception):
    """The database could not be written; the old one is untouched."""


class Writer:
    """Inserts rows table by table and keeps the running content hash and row counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        import sqlite_utils  # here, because it takes longer to import than `check`, which does not need it, takes to run

        self.db = sqlite_utils.Database(connection)
        self.counts: dict[str, int] = {}
        self.hash = hashlib.sha256()

    def insert(self, table: str, rows: Iterable[tables.Row]) -> None:
        """Insert rows, each a mapping with the table's columns in their order."""
        rows = list(rows)
        columns = list(rows[0]) if rows else []
        values = [list(row.values()) for row in rows]
        self.counts[table] = len(values)
        self.hash.update(json.dumps([table, columns, values], ensure_ascii=False, separators=(",", ":")).encode())
        if values:
            self.db[table].insert_all([columns, *values], batch_size=500)


@contextmanager
def replacing(path: Path) -> Iterator[sqlite3.Connection]:
    """A fresh database beside ``path`` that takes its place only if the block ends well."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    connection = None
    try:
        temporary.unlink(missing_ok=True)
        connection = sqlite3.connect(temporary, isolation_level=None)
        connection.executescript(f"PRAGMA page_size = {PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield connection
        connection.close()
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise BuildFailed(f"{path} was not written ({error}); the file that was there before is untouched") from error
    finally:
        if connection:
            connection.close()
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write(path: Path, knowledge: Knowledge, derived: Derived, history: History) -> dict[str, int]:
    """Build the database at ``path``. Gives the number of rows by table."""
    with replacing(path) as connection:
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        writer = Writer(connection)
        _fill(writer, knowledge, derived)
        _build_info(writer, knowledge, derived, history)
        connection.execute("COMMIT")
        connection.executescript(VIEWS)
        connection.executescript(matrix_view(knowledge.codebook.variables.values()))
        writer.db["search_documents"].enable_fts(["title", "body"], tokenize="unicode61 remove_diacritics 2")
        _verify(connection)
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    return writer.counts


def _fill(writer: Writer, knowledge: Knowledge, derived: Derived) -> None:
    """Every table, in an order in which what is pointed at comes first."""
    tables.codebook(writer, knowledge)
    tables.jurisdictions(writer, knowledge)
    tables.sources(writer, knowledge)
    tables.searches(writer, knowledge)
    tables.answers(writer, [answer for answers in derived.answers.values() for answer in answers], knowledge.second_codings)
    tables.second_codings(writer, knowledge, derived.agreement)
    tables.readings(writer, knowledge, derived.results)
    tables.near_misses(writer, derived.near_misses)
    tables.changes(writer, derived.changes)
    tables.instruments(writer, knowledge, derived.treaty_states)
    tables.assessments(writer, knowledge)
    tables.literature(writer, knowledge)
    tables.summary(writer, knowledge)
    tables.moved(writer, knowledge)
    tables.search(writer, knowledge, derived.answers)


def _build_info(writer: Writer, knowledge: Knowledge, derived: Derived, history: History) -> None:
    """Where the data come from. The history is no part of the content: a copy without git has the same content hash."""
    content = writer.hash.hexdigest()
    writer.insert("record_versions", [row for row in history.versions if row["jurisdiction"] in knowledge.records])
    ids = {answer.id for answers in derived.answers.values() for answer in answers}  # what the parent decides has its own days
    writer.insert("answer_history", [row for row in history.answers if row["answer"] in ids])
    counts = {f"rows.{table}": str(count) for table, count in writer.counts.items()}
    info = {"data_version": __version__, "content_hash": content, **history.commit, **counts}
    writer.insert("build_info", [{"key": key, "value": value} for key, value in sorted(info.items())])


def matrix_view(variables: Iterable[Variable]) -> str:
    """One row a jurisdiction, one column a variable, of the answers in force when the record was last checked."""
    column = """max(CASE WHEN variable = '{0}' THEN value END) AS "{0}\""""
    columns = ",\n       ".join(column.format(one.id) for one in variables)
    return f"CREATE VIEW matrix AS\nSELECT jurisdiction, name,\n       {columns}\n  FROM answers_in_force\n GROUP BY jurisdiction;"


def _verify(connection: sqlite3.Connection) -> None:
    """Foreign keys are declared but not enforced while inserting; here they are proved."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        table, row, parent, _ = broken[0]
        raise BuildFailed(f"row {row} of {table} points at no row of {parent} ({len(broken)} such rows); nothing was written")
    state = connection.execute("PRAGMA quick_check").fetchone()[0]
    if state != "ok":
        raise BuildFailed(f"the new database is damaged ({state}); nothing was written")
