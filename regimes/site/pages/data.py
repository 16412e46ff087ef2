"""The data to take away: tables, files, ready queries, licence and citation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette import Response

from ... import matrix
from .. import citation
from ..common import DATABASE, Rows, build_info, csv_response, database_of, day_asked, page, rows_of, unknown_parameter


async def data_page(datasette: Any, request: Any) -> Response:
    """What can be downloaded, under which licence, and how to cite it."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    about = await citation.cited(datasette, request, on)
    build = await build_info(database)
    context = {
        "on": on,
        "problem": problem,
        "build": build,
        "tables": tables(datasette, build),
        "views": await views(datasette, database),
        "queries": list((await datasette.get_canned_queries(DATABASE, request.actor)).values()),
        "file_size": file_size(datasette, database),
        "citations": citation.formats(about),
        "dataset": citation.dataset_json_ld(datasette, request, about),
    }
    return await page(datasette, request, "data.html", context)


async def bibtex_file(datasette: Any, request: Any) -> Response:
    """The citation for BibTeX."""
    return Response.text(citation.bibtex(await citation.cited(datasette, request, day_asked(datasette, request)[0])) + "\n")


async def csl_file(datasette: Any, request: Any) -> Response:
    """The citation for reference managers that read CSL-JSON."""
    return Response.json(citation.csl(await citation.cited(datasette, request, day_asked(datasette, request)[0])))


async def matrix_file(datasette: Any, request: Any) -> Response:
    """The answers of a day as statisticians want them; an export has the same file."""
    database = database_of(datasette)
    on, problem = day_asked(datasette, request)
    problem = problem or unknown_parameter(request, ["on"])
    if problem:
        return Response.text(problem, status=400)
    chosen = matrix.columns(await rows_of(database, matrix.VARIABLES), await rows_of(database, matrix.VALUES))
    answers = await rows_of(database, matrix.ANSWERS, on=on)
    rows = matrix.rows(chosen, await rows_of(database, matrix.JURISDICTIONS), answers, on)
    return csv_response(f"regimes-matrix-{on}.csv", matrix.header(chosen), rows)


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
    (r"^/matrix\.csv$", matrix_file),
    (r"^/data/cite\.bib$", bibtex_file),
    (r"^/data/cite\.json$", csl_file),
]
