"""The data to take away: tables, files, ready queries, licence and citation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datasette import Response

from ..common import DATABASE, Rows, build_info, database_of, day_asked, page, rows_of
from .seo import address

TITLE = "Regimes: how the law treats trafficking in persons, adult sex work and the protection of victims"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


async def data_page(datasette: Any, request: Any) -> Response:
    """What can be downloaded, under which licence, and how to cite it."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    about = await edition(datasette, request, on)
    build = await build_info(database)
    context = {
        "on": on,
        "problem": problem,
        "build": build,
        "tables": tables(datasette, build),
        "views": await views(datasette, database),
        "queries": list((await datasette.get_canned_queries(DATABASE, request.actor)).values()),
        "file_size": file_size(datasette, database),
        "citations": [("APA", apa(about)), ("BibTeX", bibtex(about)), ("CSL-JSON", json.dumps(csl(about), indent=2))],
        "dataset": json_ld(about),
    }
    return await page(datasette, request, "data.html", context)


async def bibtex_file(datasette: Any, request: Any) -> Response:
    """The citation for BibTeX."""
    return Response.text(bibtex(await asked_edition(datasette, request)) + "\n")


async def csl_file(datasette: Any, request: Any) -> Response:
    """The citation for reference managers that read CSL-JSON."""
    return Response.json(csl(await asked_edition(datasette, request)))


async def asked_edition(datasette: Any, request: Any) -> dict[str, str]:
    return await edition(datasette, request, day_asked(datasette, request)[0])


async def edition(datasette: Any, request: Any, on: str) -> dict[str, str]:
    """What a citation names: the version, its year, the day of the law, the hash of the content, the address."""
    database = database_of(datasette)
    build = await build_info(database)
    checked = await rows_of(database, "SELECT coalesce(max(checked), '') AS day FROM jurisdictions")
    issued = (build.get("commit_date") or checked[0]["day"] or on)[:10]
    return {
        "version": build["data_version"],
        "issued": issued,
        "year": issued[:4],
        "on": on,
        "hash": build["content_hash"],
        "url": address(datasette, request, "/data"),
        "file": address(datasette, request, f"/{DATABASE}.db"),
        "matrix": address(datasette, request, f"/{DATABASE}/matrix.csv?_size=max"),
    }


def apa(about: dict[str, str]) -> str:
    return f"Regimes. ({about['year']}). {TITLE} (Version {about['version']}; law of {about['on']}) [Data set]. {about['url']}"


def bibtex(about: dict[str, str]) -> str:
    lines = {
        "author": "{Regimes}",
        "title": f"{{{TITLE}}}",
        "year": about["year"],
        "version": about["version"],
        "url": about["url"],
        "note": f"Data set; law of {about['on']}; content hash {about['hash']}; CC BY 4.0",
    }
    fields = ",\n".join(f"  {name:<7} = {{{value}}}" for name, value in lines.items())
    return f"@misc{{regimes_{about['version'].replace('.', '_')},\n{fields}\n}}"


def csl(about: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"regimes-{about['version']}",
            "type": "dataset",
            "title": TITLE,
            "author": [{"literal": "Regimes"}],
            "issued": {"date-parts": [[int(part) for part in about["issued"].split("-")]]},
            "version": about["version"],
            "URL": about["url"],
            "note": f"Law of {about['on']}; content hash {about['hash']}; CC BY 4.0",
        }
    ]


def json_ld(about: dict[str, str]) -> dict[str, Any]:
    """The data set as schema.org describes one, for search engines."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "Regimes",
        "alternateName": TITLE,
        "description": "Answers on trafficking in persons, adult sex work and victim protection in law, jurisdiction by jurisdiction and day "
        "by day, each with the article it rests on, its dates and a grade of evidence.",
        "url": about["url"],
        "identifier": f"sha256:{about['hash']}",
        "version": about["version"],
        "dateModified": about["issued"],
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "Regimes"},
        "keywords": ["trafficking in persons", "sex work", "prostitution law", "victim protection", "comparative law"],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "application/vnd.sqlite3", "contentUrl": about["file"]},
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": about["matrix"]},
        ],
    }


def tables(datasette: Any, build: dict[str, str]) -> Rows:
    """Every table with its number of rows and what it is."""
    names = [key.removeprefix("rows.") for key in build if key.startswith("rows.")]
    return [{"name": name, "rows": int(build[f"rows.{name}"]), "description": described(datasette, name)} for name in sorted(names)]


async def views(datasette: Any, database: Any) -> Rows:
    return [{"name": name, "description": described(datasette, name)} for name in sorted(await database.view_names())]


def described(datasette: Any, name: str) -> str:
    return datasette.table_metadata(DATABASE, name).get("description", "")


def file_size(datasette: Any, database: Any) -> str:
    """The size of the file in megabytes; empty where this server does not hand it out."""
    if database.is_mutable or not datasette.setting("allow_download"):
        return ""
    return f"{Path(database.path).stat().st_size / 1_000_000:.1f} MB"


ROUTES = [
    (r"^/data$", data_page),
    (r"^/data/cite\.bib$", bibtex_file),
    (r"^/data/cite\.json$", csl_file),
]
