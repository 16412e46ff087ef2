"""How a page of the site is cited, in the formats that people and reference managers read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..about import KEYWORDS, LICENCE, SUMMARY, TITLE
from .common import DATABASE, address, build_info, data_day, database_of


@dataclass(frozen=True)
class Cited:
    """One page on one day: what every citation format states of it. ``issued`` is the day of the data, ``on`` that of the law."""

    key: str
    title: str
    kind: str  # as CSL names it: "dataset" or "webpage"
    url: str
    on: str
    version: str
    issued: str
    hash: str

    @property
    def year(self) -> str:
        return self.issued[:4]


async def cited(datasette: Any, request: Any, on: str, path: str = "/data", key: str = "", title: str = TITLE) -> Cited:
    """The data set as a whole, or the page at a path with its key and title."""
    database = database_of(datasette)
    build = await build_info(database)
    return Cited(
        key="_".join(filter(None, ("regimes", key.lower(), build["data_version"].replace(".", "_")))),
        title=title,
        kind="webpage" if key else "dataset",
        url=address(datasette, request, f"{path}?on={on}" if key else path),
        on=on,
        version=build["data_version"],
        issued=await data_day(database) or on,
        hash=build["content_hash"],
    )


def formats(one: Cited) -> list[tuple[str, str]]:
    """The citation in every format, each with the format's name."""
    return [("APA", apa(one)), ("BibTeX", bibtex(one)), ("CSL-JSON", json.dumps(csl(one), indent=2, ensure_ascii=False))]


def apa(one: Cited) -> str:
    form = " [Data set]" if one.kind == "dataset" else ""
    within = "" if one.kind == "dataset" else " Regimes."
    return f"Regimes. ({one.year}). {one.title} (Version {one.version}; law of {one.on}){form}.{within} {one.url}"


def bibtex(one: Cited) -> str:
    lines = {
        "author": "{Regimes}",
        "title": "{" + one.title.replace("&", "\\&") + "}",
        "year": one.year,
        "version": one.version,
        "url": one.url,
        "note": _note(one),
    }
    fields = ",\n".join(f"  {name:<7} = {{{value}}}" for name, value in lines.items())
    return f"@misc{{{one.key},\n{fields}\n}}"


def csl(one: Cited) -> list[dict[str, Any]]:
    return [
        {
            "id": one.key,
            "type": one.kind,
            "title": one.title,
            "author": [{"literal": "Regimes"}],
            "issued": {"date-parts": [[int(part) for part in one.issued.split("-")]]},
            "version": one.version,
            "URL": one.url,
            "note": _note(one),
        }
    ]


def _note(one: Cited) -> str:
    form = "Data set; law" if one.kind == "dataset" else "Law"
    return f"{form} of {one.on}; content hash {one.hash}; CC BY 4.0"


def dataset_json_ld(datasette: Any, request: Any, one: Cited) -> dict[str, Any]:
    """The data set as schema.org describes one, for search engines."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "Regimes",
        "alternateName": TITLE,
        "description": SUMMARY,
        "url": one.url,
        "identifier": f"sha256:{one.hash}",
        "version": one.version,
        "dateModified": one.issued,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "Regimes"},
        "keywords": KEYWORDS,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": form, "contentUrl": address(datasette, request, path)}
            for form, path in (("application/vnd.sqlite3", f"/{DATABASE}.db"), ("text/csv", "/matrix.csv"))
        ],
    }


def laws_json_ld(one: Cited, place: str, laws: list[dict[str, Any]]) -> dict[str, Any]:
    """A page on the law of a place, and the acts that it was read from, as schema.org describes them."""
    return {
        "@context": "https://schema.org/",
        "@type": "WebPage",
        "name": one.title,
        "url": one.url,
        "dateModified": one.issued,
        "license": LICENCE,
        "about": [_law(place, law) for law in laws],
    }


def _law(place: str, law: dict[str, Any]) -> dict[str, Any]:
    stated = {"url": law["url"], "alternateName": law["title_en"], "legislationDateVersion": law["version"]}
    return {
        "@type": "Legislation",
        "name": law["title"],
        "inLanguage": law["language"],
        "legislationJurisdiction": place,
        **{key: value for key, value in stated.items() if value},
    }
