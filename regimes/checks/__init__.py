"""The meaning of records: one small function or rule a check, each with a code and a sentence.

``structure`` looks at one record's dates, citations and lists, ``consistency`` at answers that must fit each other,
``files`` at instruments, assessments, estimates, claims and terms, ``codings`` at second codings, ``drift`` at signs that an answer has
drifted from the law.
"""

from __future__ import annotations

from .. import layout, model, read, readings, second_codings, shape
from .. import world as beside
from ..conditions import BadCondition
from ..problems import Problem
from . import codings, consistency, drift, files, structure  # noqa: F401  (importing them registers their checks)
from .registry import CHECKS, WORLD_CHECKS, World

__all__ = ["World", "check_world", "every_code"]


def check_world(world: World) -> list[Problem]:
    """Run every check on every record, then those on the files beside them."""
    try:
        found = [problem for record in world.records.values() for check in CHECKS.values() for problem in check.run(record, world)]
        return found + [problem for check in WORLD_CHECKS.values() for problem in check.run(world)]
    except BadCondition as error:  # a variable or value that the checks name was renamed
        remedy = "The consistency checks name variables and values of the codebook; rename it in both."
        return [Problem("records/codebook", 0, 0, "E311", f"a check asks for what the codebook does not have: {error}", remedy)]


def every_code() -> dict[str, str]:
    """All codes a report can show, with their sentences, by layer: read, shape, then meaning."""
    meaning = {code: check.sentence for code, check in {**CHECKS, **WORLD_CHECKS}.items()}
    return dict(
        sorted(
            {
                **read.CODES,
                **shape.CODES,
                **model.CODES,
                **readings.CODES,
                **beside.CODES,
                **second_codings.CODES,
                **layout.CODES,
                **meaning,
            }.items()
        )
    )
