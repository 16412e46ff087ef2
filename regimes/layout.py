"""The usual form of a record's text: what ``build.py fix`` writes and ``check`` compares with.

Keys stand in the order of the schema and spells oldest first; long texts are folded and wrapped; dates have dashes and
zeros; what a common YAML reader would take for a number, a date or a truth value is quoted. Comments and everything
else stay byte for byte. A change that would alter what the file says is not made.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import yaml

from .problems import Problem
from .read import _Parser, _scalar, read_text
from .shape import DATE, DAY, PINPOINT

CODES = {"W501": "A file is in the usual form, which `build.py fix` writes."}
WIDTH = 120
LOOSE_DATE = re.compile(r"(<=)?\s*(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?\Z")
_COMMON = yaml.resolver.Resolver()


@dataclass
class Node:
    """A value with its place in the text; ``entries`` of a mapping are (key event, value), ``items`` of a list values."""

    event: Any
    schema: dict[str, Any]
    flow: bool = False
    entries: list[tuple[Any, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.event.start_mark.line

    @property
    def column(self) -> int:
        return self.event.start_mark.column


def usual(text: str, schema: dict[str, Any]) -> str:
    """The text in its usual form; as it was where a change would alter what it says. ``text`` is well-formed."""
    plain = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).rstrip("\n") + "\n"
    said = _says(plain, schema)
    edits = sorted(_edits(plain, _tree(plain, schema)), reverse=True)
    edited = _with(plain, edits)
    if _says(edited, schema) != said:  # one of them is not safe: make those that are
        edited = plain
        for edit in edits:
            changed = _with(edited, [edit])
            edited = changed if _says(changed, schema) == said else edited
    tree, lines = _tree(edited, schema), edited.split("\n")[:-1]
    arranged = "\n".join(_arranged(lines, tree, 0, len(lines), root=True)) + "\n"
    return arranged if _says(arranged, schema) == said else edited


def _with(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with pieces replaced, the last first."""
    for start, end, new in edits:
        text = text[:start] + new + text[end:]
    return text


def problems(document_path: str, text: str, schema: dict[str, Any]) -> Iterator[Problem]:
    """A warning at each run of lines that ``fix`` would change."""
    fixed = usual(text, schema)
    if fixed == text:
        return
    old, new = text.split("\n"), fixed.split("\n")
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        one_by_one = end - start == new_end - new_start
        runs = [(index, index + 1, index + new_start - start) for index in range(start, end)] if one_by_one else [(start, end, new_start)]
        for first, last, other in runs:
            message = _told(old[first:last], new[other : other + last - first] if one_by_one else new[new_start:new_end])
            yield Problem(document_path, first + 1, 1, "W501", message, f"Run: python build.py fix {document_path}", "warning")


def _told(old: list[str], new: list[str]) -> str:
    if len(old) == len(new) == 1 and len(old[0]) <= WIDTH:
        return f"found {old[0].strip()!r}, usually written {new[0].strip()!r}"
    if sorted(map(str.strip, old)) == sorted(map(str.strip, new)) or not old or not new:
        return "these lines usually stand in another order"
    return "this text is usually wrapped otherwise"


def _tree(text: str, schema: dict[str, Any]) -> Node:
    parser = _Parser(text)
    for _ in range(2):  # stream and document start
        parser.get_event()
    return _node(parser, parser.get_event(), schema)


def _node(parser: Any, event: Any, schema: dict[str, Any]) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Node(event, schema)
    node = Node(event, schema, flow=event.flow_style)
    while True:
        one = parser.get_event()
        if isinstance(one, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            return node
        if isinstance(event, yaml.MappingStartEvent):
            node.entries.append((one, _node(parser, parser.get_event(), _of_key(schema, one.value))))
        else:
            node.items.append(_node(parser, one, schema.get("items", {})))


def _of_key(schema: dict[str, Any], key: str) -> dict[str, Any]:
    more = schema.get("additionalProperties")
    return schema.get("properties", {}).get(key) or (more if isinstance(more, dict) else {})


def _order(schema: dict[str, Any]) -> list[str]:
    return list(schema.get("properties", {})) or schema.get("propertyNames", {}).get("enum", [])


# What is written inside a line or a text.


def _edits(text: str, node: Node, flow: bool = False) -> Iterator[tuple[int, int, str]]:
    """Replacements of pieces of the text: quotes, dates, folded texts."""
    for key, value in node.entries:
        if not key.style and key.value not in node.schema.get("properties", {}) and _misread(key.value):
            yield key.start_mark.index, key.end_mark.index, f'"{key.value}"'
        yield from _edits(text, value, flow or node.flow)
        if not (flow or node.flow) and not value.entries and not value.items:
            yield from _wrapped(text, key, value)
    for item in node.items:
        yield from _edits(text, item, flow or node.flow)
    if isinstance(node.event, yaml.ScalarEvent) and not node.event.style:
        yield from _scalar_edit(node)


def _scalar_edit(node: Node) -> Iterator[tuple[int, int, str]]:
    start, end, value = node.event.start_mark.index, node.event.end_mark.index, node.event.value
    if node.schema is DATE or node.schema is DAY:
        if normal := _normal_date(value):
            yield start, end, normal
    elif value and "\n" not in value and (_misread(value) if node.schema is not PINPOINT else _resolves(value)):
        yield start, end, f'"{value}"'


def _normal_date(text: str) -> str:
    match = LOOSE_DATE.match(text)
    if not match:
        return ""
    normal = (match[1] or "") + "-".join([match[2], *(part.zfill(2) for part in match.groups()[2:] if part)])
    return "" if normal == text else normal


def _resolves(value: str) -> bool:
    """Whether a common YAML reader takes these bare characters for something that is not text."""
    return _COMMON.resolve(yaml.ScalarNode, value, (True, False)) != "tag:yaml.org,2002:str"


def _misread(value: str) -> bool:
    """Whether they are text to us and something else to a common reader (NO, 6:11, 010, 1.10)."""
    return isinstance(_scalar(value), str) and _resolves(value)


def _wrapped(text: str, key: Any, value: Node) -> Iterator[tuple[int, int, str]]:
    """A folded text wrapped anew, or a text that is too long for its line folded."""
    event, indent = value.event, " " * (key.start_mark.column + 2)
    start, end = event.start_mark.index, event.end_mark.index
    region = text[start:end]
    if event.style == ">":
        header, _, body = region.partition("\n")
        lines = [line for line in body.split("\n") if line.strip()]
        if re.match(r">-?( +#.*)?\Z", header) and len({len(line) - len(line.lstrip()) for line in lines}) == 1:
            tail = re.search(r"\n*\Z", body)[0]
            yield start, end, f"{header}\n{_folded(event.value, indent)}{tail}"
    elif event.style != "|" and _too_long(text, key, region, end) and " " in event.value and event.value == event.value.strip():
        yield start, end, f">-\n{_folded(event.value, indent)}"


def _too_long(text: str, key: Any, region: str, end: int) -> bool:
    line_end = text.find("\n", end)
    alone = text[end:line_end].strip() == ""  # a comment behind the text would have no place
    return alone and ("\n" in region or key.end_mark.column + 2 + len(region) > WIDTH)


def _folded(value: str, indent: str) -> str:
    wrap = textwrap.TextWrapper(WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n\n".join(wrap.fill(paragraph) for paragraph in value.strip("\n").split("\n"))


# In which order lines stand.


def _arranged(lines: list[str], node: Node, start: int, end: int, root: bool = False) -> list[str]:
    """The lines of a block from ``start`` up to ``end``, with its parts in order."""
    parts = node.entries or [(None, item) for item in node.items]
    if node.flow or not parts:
        return lines[start:end]
    column = parts[0][0].start_mark.column if node.entries else _dash(lines, parts[0][1])
    first_lines = [(key.start_mark if key else value.event.start_mark).line for key, value in parts]
    tops = [line if root and index == 0 else _top(lines, line, column, start) for index, line in enumerate(first_lines)]
    blocks = []
    for index, (key, value) in enumerate(parts):
        top, bottom = tops[index], tops[index + 1] if index + 1 < len(parts) else end
        blocks.append(lines[top : first_lines[index]] + _part(lines, key, value, first_lines[index], bottom))
    ranks = [_rank(node, key, value, index) for index, (key, value) in enumerate(parts)]
    return lines[start : tops[0]] + [
        line for _, block in sorted(zip(ranks, blocks, strict=True), key=lambda pair: pair[0]) for line in block
    ]


def _part(lines: list[str], key: Any, value: Node, start: int, end: int) -> list[str]:
    """One entry or item from its first line on; the dash of an item stays with whatever key comes first."""
    if key is not None:
        return lines[start : start + 1] + _arranged(lines, value, start + 1, end) if value.line > start else lines[start:end]
    if not value.entries or value.flow:
        return lines[start:end]
    dash = _dash(lines, value)
    undashed = [*lines[:start], lines[start][:dash] + " " + lines[start][dash + 1 :], *lines[start + 1 :]]
    arranged = _arranged(undashed, value, start, end)
    first = next(index for index, line in enumerate(arranged) if line.strip() and not line.lstrip().startswith("#"))
    arranged[first] = arranged[first][:dash] + "-" + arranged[first][dash + 1 :]
    return arranged


def _dash(lines: list[str], item: Node) -> int:
    return lines[item.line].rfind("-", 0, item.column) if item.column else 0


def _top(lines: list[str], line: int, column: int, least: int) -> int:
    """The first of the comment and blank lines above that belong to the part that starts on ``line``."""
    while line > least and (not lines[line - 1].strip() or (lines[line - 1].startswith(" " * column + "#"))):
        line -= 1
    return line


def _rank(node: Node, key: Any, value: Node, index: int) -> tuple[Any, ...]:
    """Keys in the schema's order, unknown ones last as they stand; dated spells by their start; anything else as it stands."""
    if key is not None:
        order = _order(node.schema)
        return (order.index(key.value) if key.value in order else len(order), index)
    starts = [one.event.value for name, one in value.entries if name.value == "from" and isinstance(one.event, yaml.ScalarEvent)]
    return (starts[0].removeprefix("<=") if starts else "", index)


# What a text says, whatever its form.


def _says(text: str, schema: dict[str, Any]) -> Any:
    document, _ = read_text(text, "")
    if document is None:  # a change that the reader cannot read is one that is not made
        return object()
    return _meaning(document.data, schema)


def _meaning(value: Any, schema: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _meaning(one, _of_key(schema, key)) for key, one in value.items()}
    if isinstance(value, list):
        found = [_meaning(one, schema.get("items", {})) for one in value]
        return sorted(found, key=repr) if found and isinstance(value[0], dict) else found
    if schema is DATE or schema is DAY:
        return _normal_date(str(value)) or str(value)
    return str(value) if schema is PINPOINT else value
