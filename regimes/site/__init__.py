"""The Datasette plugin: the site's pages over the tables and views of ``regimes.db``.

It knows the database's contract only, never the loader. Every page takes ``?on=`` (an ISO day); the default is the
plugin's setting ``on`` or the day of the request. Every query binds its parameters.
"""

from __future__ import annotations

from typing import Any

from datasette import handle_exception, hookimpl

from . import api, headers, pages


@hookimpl
def startup(datasette: Any) -> None:
    """Where the package rich is installed, Datasette prints every 404 with all local variables: half a second a wrong address."""
    handle_exception.rich = None


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [*pages.ROUTES, *api.ROUTES]


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    return headers.add_security_headers


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    return {"words": lambda id: id.replace("_", " ").capitalize()}
