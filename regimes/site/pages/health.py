"""What a load balancer asks: is the process alive, and can it answer from its database?"""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.utils.asgi import NotFound

from ..common import build_info, database_of

NEVER_KEPT = {"cache-control": "no-store"}


async def alive(datasette: Any, request: Any) -> Response:
    """The process answers."""
    return Response.text("alive\n", headers=NEVER_KEPT)


async def ready(datasette: Any, request: Any) -> Response:
    """The database is there and says what it is; 503 where it is not."""
    try:
        build = await build_info(database_of(datasette))
        found = {"ready": True, "data_version": build["data_version"], "content_hash": build["content_hash"]}
    except (NotFound, KeyError, OSError) as error:
        return Response.json({"ready": False, "reason": str(error)}, status=503, headers=NEVER_KEPT)
    return Response.json(found, headers=NEVER_KEPT)


ROUTES = [
    (r"^/-/healthz$", alive),
    (r"^/-/readyz$", ready),
]
