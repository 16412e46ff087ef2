"""Security headers for every response, and a strict policy for the site's own pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

COMMON = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
BASE = b"default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; connect-src 'self'; font-src 'self'; "
OWN = BASE + b"img-src 'self'; style-src 'self'; script-src 'self'"
# Datasette's stock pages carry inline scripts and styles; the policy still keeps every request on this host.
STOCK = BASE + b"img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"
STOCK_PATHS = ("/regimes", "/-/", "/_memory")
# The documented embed: a page of links and GET forms only, which other sites may show in a frame.
EMBEDDED = "/map"
FRAMED = OWN.replace(b"frame-ancestors 'self'", b"frame-ancestors *")


def _policy(path: str) -> tuple[bytes, dict[bytes, bytes]]:
    """The policy for a path, with the other headers that go with it."""
    if path == EMBEDDED:
        return FRAMED, {name: value for name, value in COMMON.items() if name != b"x-frame-options"}
    return (STOCK if path.startswith(STOCK_PATHS) else OWN), COMMON


def add_security_headers(app: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap the application so that every response carries the headers."""

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        policy, common = _policy(scope["path"])

        async def send_with_headers(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                extra = {**common, b"content-security-policy": policy}
                kept = [(name, value) for name, value in event.get("headers", []) if name.lower() not in extra]
                event = {**event, "headers": [*kept, *extra.items()]}
            await send(event)

        await app(scope, receive, send_with_headers)

    return wrapped
