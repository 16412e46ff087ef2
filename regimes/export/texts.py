"""The files of an export for people: what is what, and how to cite it."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import yaml

from .. import about, matrix
from ..facts import Facts
from .tables import Table

README = """\
{title}

Version {version}, data of {day}, law of {on}.
{licence}

{citation}

{not_advice} No record has been reviewed by a lawyer of its jurisdiction.

START HERE

matrix.csv      one row a jurisdiction, all law variables as columns, for {on}
panel.csv       one row a jurisdiction and year, the same columns, for 1 July of each year
                (jurisdictions whose law has been coded; all others are not coded)
codebook.md     what each variable asks, its values, and when each is chosen
csv/            every table as CSV; answers.csv has one row for the days on which one answer is true
parquet/        the same tables as Parquet, with types
answers.jsonl   the answers as JSON, one a line, each with its values and what it cites
regimes.db      the whole database (SQLite)

datapackage.json  describes every file and column for programs (frictionless validate datapackage.json)
CITATION.cff      how to cite, for programs
SHA256SUMS        sha256sum -c SHA256SUMS tells whether the files are whole

THREE STATES, NEVER MIXED

An answer; a finding that the law has no such rule (values such as none and silent); and not coded: nobody
has read it. In matrix.csv and panel.csv no cell of a variable is empty:

{words}

These words are declared as missing values in datapackage.json. Tell your program the same: see below.
In the tables a question that is not coded has no row in answers; the table gaps gives reasons.

VARIABLES AS COLUMNS

One answer       one column, with the id of the value
Several answers  one column a value, variable__value: 1 named, 0 not named
Numbers          variable has the number, variable__word what stands for one (no_offence, life, ...)

Values have no order and add up to no score.

BEFORE YOU JOIN

NA in the column jurisdiction is Namibia. Programs that read NA as missing must be told not to:
  pandas   pandas.read_csv("matrix.csv", keep_default_na=False, na_values=["", {quoted}])
  R        read.csv("matrix.csv", na.strings = c("", {quoted}))
A first day may be known to the month or year only, or only as a day by which it was so: see from_precision.
An open end (valid_until) is empty. Answers that a parent decides name it in inherited_from.
In CSV a text that begins with = + - or @ has an apostrophe before it, so that no spreadsheet runs it.

TABLES, with their numbers of rows

{tables}
"""


def readme(facts: Facts, tables: list[Table]) -> str:
    """The text that explains the files to a newcomer."""
    return README.format(
        title=about.TITLE,
        version=facts.version,
        day=facts.day,
        on=facts.on,
        licence=_folded(f"Licence: {about.LICENCE_TITLE} ({about.LICENCE}). Any use is free; name the source, and say what you changed."),
        citation=_folded(f"Cite: {facts.citation}"),
        not_advice=about.NOT_ADVICE,
        words="\n".join(f"{word:<10} {meaning}" for word, meaning in matrix.WORDS.items()),
        quoted=", ".join(f'"{word}"' for word in matrix.WORDS),
        tables="\n".join(f"{table.name} ({len(table.rows)})\n{_folded(table.description, '    ')}" for table in tables),
    )


def _folded(text: str, indent: str = "") -> str:
    return fill(text, 100, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def citation_file(facts: Facts) -> str:
    """``CITATION.cff`` (Citation File Format 1.2.0) of this version."""
    stated: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Please cite the data set with its version and the day whose law you used.",
        "type": "dataset",
        "title": about.TITLE,
        "abstract": about.SUMMARY,
        "authors": [{"name": about.AUTHOR}],
        "version": facts.version,
        "date-released": facts.day,
        "license": about.LICENCE_ID,
        "keywords": about.KEYWORDS,
        "identifiers": [
            {"type": "other", "value": f"sha256:{facts.content_hash}", "description": "Hash of the content, over all rows in order"}
        ],
    }
    return yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=120)
