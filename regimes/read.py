"""Read one YAML file strictly, with the place of every key and value.

YAML 1.1 as most loaders read it turns ``NO`` into false, ``6:11`` into 371 and ``010`` into 8, lets a second key
replace the first, and expands an alias bomb. Here plain words stay text: only ``true``, ``false``, ``null`` and
whole numbers in canonical form (``6``, not ``06``) get a type, so nothing written can change its meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem, relative

try:  # libyaml; the pure Python parser gives the same result, twenty times slower
    from yaml._yaml import CParser as _Parser
except ImportError:  # pragma: no cover
    from yaml.parser import Parser as _PureParser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, _PureParser):  # type: ignore[no-redef]
        def __init__(self, stream: Any) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            _PureParser.__init__(self)


MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_NODES = 50_000

_WHOLE_NUMBER = re.compile(r"(0|-?[1-9][0-9]{0,14})\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")

CODES = {
    "E101": "The file can be read, is at most 1 MB and is UTF-8 without a byte-order mark.",
    "E102": "The file is well-formed YAML: one document, no tabs for indentation.",
    "E103": "A key stands once in its mapping.",
    "E104": "No anchors, aliases, merge keys or tags: a record says everything where it stands.",
    "E105": "Nesting stays under 12 levels and a file under 50,000 values.",
    "E106": "Keys are text and the file's outermost value is a mapping.",
    "E107": "No invisible or direction-changing characters, which can make a text read differently than it looks.",
}

Path_ = tuple  # a path inside a document: keys and list positions from the root


@dataclass
class Document:
    """A file's plain data (dict, list, str, int, bool, None) and where each part of it stands.

    ``keys`` gives the place of a mapping key or list item, ``values`` of what follows it; both are
    ``(line, column)`` from 1, by path.
    """

    path: str
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path_, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path_, key: bool = False) -> tuple[int, int]:
        """The place of a value (or its key); of its nearest parent where the value itself is missing."""
        table = self.keys if key else self.values
        path = tuple(path)
        while path and path not in table:
            path = path[:-1]
        return table.get(path) or self.values.get(path) or (1, 1)


class _Refused(Exception):
    def __init__(self, code: str, mark: Any, message: str, remedy: str = "") -> None:
        self.code, self.message, self.remedy = code, message, remedy
        self.line, self.column = (mark.line + 1, mark.column + 1) if mark else (0, 0)


def read(path: Path, root: Path) -> tuple[Document | None, list[Problem]]:
    """Read a file. Gives the document, or None where it cannot be trusted, and what is wrong with it."""
    name = relative(path, root)
    try:
        text = _text(path)
    except _Refused as refused:
        return None, [Problem(name, refused.line, refused.column, refused.code, refused.message, refused.remedy)]
    return read_text(text, name)


def read_text(text: str, name: str) -> tuple[Document | None, list[Problem]]:
    """The same of a text that is at hand; ``name`` is what the report calls it."""
    builder = None
    try:
        _visible(text)
        builder = _Builder(name, text)
        builder.build()
    except _Refused as refused:
        problems = builder.problems if builder else []
        return None, [*problems, Problem(name, refused.line, refused.column, refused.code, refused.message, refused.remedy)]
    except yaml.YAMLError as error:
        return None, [*(builder.problems if builder else []), _syntax(name, error, text)]
    return (None if builder.problems else builder.document), builder.problems


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise _Refused("E101", None, "this is not a file that can be read", "Remove it, or mend the link.")
        if path.stat().st_size > MAX_BYTES:
            raise _Refused("E101", None, f"found {path.stat().st_size:,} bytes, expected at most {MAX_BYTES:,}", "Split the file.")
        raw = path.read_bytes()
    except OSError as error:
        raise _Refused("E101", None, f"the file cannot be read: {error.strerror}") from error
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _Refused("E101", None, "found a byte-order mark", "Save the file as UTF-8 without a byte-order mark.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Refused("E101", None, f"byte {error.start + 1} (line {line}) is not UTF-8", "Save the file as UTF-8.") from error
    return text


class _Mark:
    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column


def _visible(text: str) -> None:
    hidden = _HIDDEN.search(text)
    if hidden:
        before = text[: hidden.start()]
        mark = _Mark(before.count("\n"), hidden.start() - before.rfind("\n") - 1)
        raise _Refused("E107", mark, f"found the invisible character U+{ord(hidden.group()):04X}", "Delete it.")


def _syntax(name: str, error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    remedy = "Quote text that holds ': ' or ' #' or starts with one of [ ] { } & * ! | > % @ `, and indent by two spaces."
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if mark and text.splitlines()[mark.line : mark.line + 1] and text.splitlines()[mark.line][mark.column : mark.column + 1] == "\t":
        what, remedy = "found a tab", "Indent with spaces, not tabs."
    return Problem(name, line, column, "E102", f"not well-formed YAML: {what}", remedy)


class _Builder:
    """Builds plain data from libyaml's events, never making the parser's node objects (half the time)."""

    def __init__(self, name: str, text: str) -> None:
        self.document = Document(name)
        self.problems: list[Problem] = []
        self.parser = _Parser(text)
        self.nodes = 0

    def build(self) -> None:
        next_event = self.parser.get_event
        next_event()  # stream start
        if isinstance(next_event(), yaml.StreamEndEvent):
            raise _Refused("E106", _Mark(0, 0), "the file is empty", "Copy another record and change it.")
        event = next_event()
        if not isinstance(event, yaml.MappingStartEvent):
            raise _Refused("E106", event.start_mark, "the file does not start with `key: value`")
        self.document.data = self._value(event, (), 0)
        next_event()  # document end
        event = next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _Refused("E102", event.start_mark, "found a second document", "Put it in a file of its own; delete the `---`.")

    def _value(self, event: Any, path: Path_, depth: int) -> Any:
        self.nodes += 1
        mark = event.start_mark
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _Refused("E105", mark, "found too deep or too large a structure", "Split the file.")
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            raise _Refused("E104", mark, "found an anchor, alias or tag", "Write the value out; quote text that starts with & * or !.")
        self.document.values[path] = (mark.line + 1, mark.column + 1)
        if kind is yaml.ScalarEvent:
            if _HIDDEN.search(event.value):  # written as an escape, such as "\\u202e"
                raise _Refused("E107", mark, "found an invisible or control character", "Delete it.")
            return event.value if event.style else _scalar(event.value)
        return self._mapping(path, depth) if kind is yaml.MappingStartEvent else self._sequence(path, depth)

    def _sequence(self, path: Path_, depth: int) -> list[Any]:
        items: list[Any] = []
        while True:
            event = self.parser.get_event()
            if isinstance(event, yaml.SequenceEndEvent):
                return items
            here = (*path, len(items))
            self.document.keys[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
            items.append(self._value(event, here, depth + 1))

    def _mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while True:
            event = self.parser.get_event()
            if isinstance(event, yaml.MappingEndEvent):
                return result
            key, place = self._key(event), (event.start_mark.line + 1, event.start_mark.column + 1)
            here = (*path, key)
            value_event = self.parser.get_event()
            if key in result:
                first = self.document.keys[here][0]
                self.problems.append(
                    Problem(self.document.path, *place, "E103", f"found {key!r} again, first on line {first}", "Keep one of the two.")
                )
            self.document.keys[here] = place
            result[key] = self._value(value_event, here, depth + 1)

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            if isinstance(event, yaml.AliasEvent):
                raise _Refused("E104", event.start_mark, "found an alias as a key", "Write the key out.")
            raise _Refused("E106", event.start_mark, "found a key that is not text", "Keys are plain words.")
        if event.anchor is not None or event.tag is not None or (event.value == "<<" and not event.style):
            raise _Refused("E104", event.start_mark, "found an anchor, tag or merge key", "Write the value out.")
        return event.value


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE_NUMBER.match(text) else text
