"""Regimes: how the law treats trafficking in persons, adult sex work and the protection of victims.

The stages, in order, one module each: ``read`` (YAML), ``shape`` (form of one file), ``codebook``, ``model`` and
``readings`` (plain data made into objects), ``checks`` (meaning), ``derive`` (everything computable),
``database`` (SQLite) and ``site`` (the Datasette plugin, which knows the database only). ``build.py`` calls them.
"""

__version__ = "0.1.0"
