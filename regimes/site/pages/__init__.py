"""The site's pages, one module a kind of page; each lists its routes."""

from __future__ import annotations

from . import front, jurisdiction, jurisdictions, literature, treaties

MODULES = (front, jurisdictions, jurisdiction, treaties, literature)
ROUTES = [route for module in MODULES for route in module.ROUTES]
