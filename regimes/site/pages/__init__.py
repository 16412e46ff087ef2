"""The site's pages, one module a kind of page; each lists its routes."""

from __future__ import annotations

from . import (
    calendar,
    changes,
    compare,
    contribute,
    data,
    feeds,
    find,
    freshness,
    front,
    health,
    jurisdiction,
    jurisdictions,
    literature,
    map,
    method,
    readings,
    scenarios,
    search,
    seo,
    sources,
    topics,
    treaties,
)

MODULES = (
    front,
    jurisdictions,
    jurisdiction,
    treaties,
    literature,
    compare,
    find,
    changes,
    method,
    data,
    sources,
    search,
    seo,
    map,
    topics,
    readings,
    scenarios,
    feeds,
    calendar,
    health,
    contribute,
    freshness,
)
ROUTES = [route for module in MODULES for route in module.ROUTES]
