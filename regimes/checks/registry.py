"""The list of checks, and what a check may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..codebook import Codebook
from ..conditions import Compiler, Condition
from ..model import Record
from ..problems import Problem
from ..read import Document
from ..readings import Reading
from ..second_codings import SecondCoding
from ..world import Assessment, Collection, Instrument, SourcedFile


@dataclass
class World:
    """Every record with the codebook: what a check that compares may look at."""

    codebook: Codebook
    records: dict[str, Record]
    instruments: dict[str, Instrument] = field(default_factory=dict)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    summary: Document | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    second_codings: dict[str, SecondCoding] = field(default_factory=dict)
    moved: Document | None = None
    _compiled: dict[str, Condition] = field(default_factory=dict)

    @property
    def files(self) -> list[SourcedFile]:
        """Every file beside the jurisdictions that declares sources."""
        return [*self.instruments.values(), *self.assessments.values(), *self.collections.values()]

    def compiled(self, name: str, condition: dict[str, Any]) -> Condition:
        """A check's condition, made into a test once for all records."""
        if name not in self._compiled:
            self._compiled[name] = Compiler(self.codebook).compile(condition)
        return self._compiled[name]


Run = Callable[[Record, World], Iterable[Problem]]


@dataclass(frozen=True)
class Check:
    code: str
    sentence: str
    run: Run


@dataclass(frozen=True)
class WorldCheck:
    code: str
    sentence: str
    run: Callable[[World], Iterable[Problem]]


CHECKS: dict[str, Check] = {}
WORLD_CHECKS: dict[str, WorldCheck] = {}


def world_check(code: str, sentence: str) -> Callable[[Callable[[World], Iterable[Problem]]], Callable[[World], Iterable[Problem]]]:
    """Register a function as the check of this code on everything beside the jurisdictions."""

    def register(run: Callable[[World], Iterable[Problem]]) -> Callable[[World], Iterable[Problem]]:
        if code in CHECKS or code in WORLD_CHECKS:
            raise ValueError(f"two checks have the code {code}")
        WORLD_CHECKS[code] = WorldCheck(code, sentence, run)
        return run

    return register


def check(code: str, sentence: str) -> Callable[[Run], Run]:
    """Register a function as the check of this code."""

    def register(run: Run) -> Run:
        if code in CHECKS:
            raise ValueError(f"two checks have the code {code}")
        CHECKS[code] = Check(code, sentence, run)
        return run

    return register
