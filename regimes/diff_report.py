"""A difference as text for a terminal, as Markdown for a pull request, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from .diff import AnswerChange, Diff, ResultChange, SourceChange

NOTHING = "The data are the same."
WORDS = {"variables": "questions", "variable_values": "values of questions", "external_assessments": "assessments by others"}


def as_json(found: Diff) -> str:
    return json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n"


def as_text(found: Diff) -> str:
    """One block a jurisdiction; lines start with + (new), - (gone) or ~ (changed)."""
    lines = [] if not found.empty else [NOTHING]
    for code in _codes(found):
        lines += ["", f"{code}  {found.names.get(code, '')}{_state(found, code)}"]
        lines += [f"  {mark} {text}" for mark, text in _lines(found, code)]
    lines += ["", "Other tables", *(f"  {text}" for text in _counts(found))] if found.rows else []
    return "\n".join(lines).strip("\n") + "\n"


def as_markdown(found: Diff) -> str:
    """The same as headings and lists; what comes from records is shown as text, never as markup."""
    lines = [summary(found) if not found.empty else NOTHING]
    for code in _codes(found):
        lines += ["", f"### {_plain(found.names.get(code, code))} ({code}){_state(found, code)}", ""]
        lines += [f"- {MARKS[mark]}: {_plain(text)}" for mark, text in _lines(found, code)]
    lines += ["", "### Other tables", "", *(f"- {text}" for text in _counts(found))] if found.rows else []
    return "\n".join(lines) + "\n"


MARKS = {"+": "new", "-": "gone", "~": "changed", "=": "follows"}


def summary(found: Diff) -> str:
    """How much changed, in one sentence."""
    laws = sum(one.what in ("value", "days") for one in found.answers)
    parts = [
        (len(found.new), "new jurisdiction"),
        (sum(one.what == "new" for one in found.answers), "new answer"),
        (laws, "changed answer"),
        (sum(one.what == "gone" for one in found.answers), "answer removed"),
        (sum(one.what == "text" for one in found.answers), "answer with other words or articles"),
        (len(found.results), "derived result"),
        (len(found.sources), "source"),
    ]
    return ", ".join(_count(number, noun) for number, noun in parts if number) + "."


def _count(number: int, noun: str) -> str:
    first, *rest = noun.split(" ")
    if number == 1:
        return f"1 {noun}"
    plural = {"answer": "answers", "source": "sources"}.get(first)
    return f"{number} {' '.join([plural, *rest])}" if plural else f"{number} {noun}s"


def _codes(found: Diff) -> list[str]:
    parts = (found.answers, found.results, found.sources)
    return sorted({*found.new, *found.gone, *(one.jurisdiction for part in parts for one in part)})


def _state(found: Diff, code: str) -> str:
    return "  (new)" if code in found.new else "  (gone)" if code in found.gone else ""


def _lines(found: Diff, code: str) -> Iterator[tuple[str, str]]:
    for one in found.answers:
        if one.jurisdiction == code:
            yield _answer(one)
    for _, members in groupby((one for one in found.results if one.jurisdiction == code), key=lambda one: (one.reading, one.item)):
        for result in members:
            yield "=", _result(result)
    for source in found.sources:
        if source.jurisdiction == code:
            yield _source(source)


def _answer(one: AnswerChange) -> tuple[str, str]:
    if one.what == "new":
        return "+", f"{one.variable} {_days(one.after)}: {one.after['label']} ({one.after['articles']})"
    if one.what == "gone":
        return "-", f"{one.variable} {_days(one.before)}: {one.before['label']}"
    if one.what == "value":
        return "~", f"{one.variable} {_days(one.after)}: {one.before['label']} → {one.after['label']} ({one.after['articles']})"
    if one.what == "days":
        return "~", f"{one.variable}: {one.after['label']}, {_days(one.before)} → {_days(one.after)}"
    return "~", f"{one.variable} {_days(one.after)}: other {', '.join(one.aspects)}"


def _days(row: dict) -> str:
    start = {"by": f"by {row['valid_from']}", "year": row["valid_from"][:4], "month": row["valid_from"][:7]}
    until = f" until {row['valid_until']}" if row["valid_until"] else ""
    return f"from {start.get(row['from_precision'], row['valid_from'])}{until}"


def _result(one: ResultChange) -> str:
    until = f" until {one.valid_until}" if one.valid_until else ""
    why = f"because of {', '.join(one.because)}" if one.because else "because the rule changed"
    return f"{one.reading}, {one.item}, from {one.valid_from}{until}: {one.before} → {one.after} ({why})"


def _source(one: SourceChange) -> tuple[str, str]:
    mark = {"new": "+", "gone": "-", "text": "~"}[one.what]
    return mark, f"source {one.source}: {one.title}" + (f" (other {', '.join(one.aspects)})" if one.aspects else "")


def _counts(found: Diff) -> list[str]:
    return [f"{WORDS.get(table, table)}: {came} rows came, {went} went" for table, (came, went) in found.rows.items()]


def _plain(text: str) -> str:
    """Text in which no character is markup: neither Markdown's nor HTML's, and no mention or reference of a forge."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped.replace("://", ":\u200b//").replace("@", "@\u200b").replace("#", "#\u200b").replace("\n", " ")
