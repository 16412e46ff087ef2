"""A feed as Atom 1.0 (RFC 4287). Its ids name things, not places: they are the same on every host and never change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.etree import ElementTree as xml

ATOM = "http://www.w3.org/2005/Atom"
NAMES = UUID("ceaeb815-f828-4c4d-9296-202fc526c24e")  # changing it would make every entry new to every reader
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """``name`` is what the id is made from; ``topics`` are pairs of a term and its words."""

    name: str
    title: str
    day: str
    link: str
    text: str
    topics: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Feed:
    """``day`` is that of the data; ``links`` are pairs of a relation and an address."""

    name: str
    title: str
    subtitle: str
    day: str
    links: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


def identity(name: str) -> UUID:
    """The lasting id of what has this name."""
    return uuid5(NAMES, name)


def atom(feed: Feed) -> bytes:
    """The feed as the bytes of an XML document."""
    root = xml.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(root, "id", identity(feed.name).urn)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", _instant(feed.day))
    _add(xml.SubElement(root, "author"), "name", "Regimes")
    _add(root, "rights", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/")
    for relation, address in feed.links:
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        xml.SubElement(root, "link", {"rel": relation, "type": kind, "href": address})
    root.extend(_entries(feed))
    xml.indent(root)
    return xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _entries(feed: Feed) -> Iterator[xml.Element]:
    for one in feed.entries:
        entry = xml.Element("entry")
        _add(entry, "id", identity(one.name).urn)
        _add(entry, "title", one.title)
        _add(entry, "updated", _instant(one.day))
        xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.link})
        for term, words in one.topics:
            xml.SubElement(entry, "category", {"term": term, "label": _clean(words)})
        _add(entry, "content", one.text)
        yield entry


def _add(parent: xml.Element, tag: str, text: str) -> None:
    """A child that is plain text to its reader: no type means that nothing in it is markup."""
    xml.SubElement(parent, tag).text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that no XML document can hold."""
    return NOT_XML.sub("", text)


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"
