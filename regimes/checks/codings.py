"""Checks of the second codings against the records they are about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from ..problems import Problem, near
from ..second_codings import AGREED, answer_on, same
from .registry import World, world_check


@world_check("E341", "A second coding is about a coded record, by its file's name.")
def record_exists(world: World) -> Iterable[Problem]:
    for coding in world.second_codings.values():
        stem = PurePosixPath(coding.document.path).stem
        record = world.records.get(coding.code)
        if coding.code != stem:
            yield coding.problem(
                ("jurisdiction",), "E341", f"found {coding.code} in the file {stem}.yml", f"Name the file {coding.code}.yml."
            )
        elif record is None or not record.checked:
            remedy = near(coding.code, world.records) or "Code that record first."
            yield coding.problem(("jurisdiction",), "E341", f"no coded record {coding.code!r}", remedy)


@world_check("E342", "A disagreement is settled, and only a disagreement is.")
def settlements_fit(world: World) -> Iterable[Problem]:
    for coding in world.second_codings.values():
        for name in coding.document.data.get("settled", {}):
            path = ("settled", name)
            if name not in coding.comparisons:
                yield coding.problem(path, "E342", f"{name} is settled but has no second answer", "Give the second answer under `answers`.")
            elif coding.comparisons[name].outcome == AGREED:
                yield coding.problem(path, "E342", f"both answers to {name} are the same", "Take it out of `settled`.")


@world_check("E343", "The record says what both readers answered, or what the settlement kept.")
def record_follows(world: World) -> Iterable[Problem]:
    for coding in world.second_codings.values():
        record = world.records.get(coding.code)
        for name, one in coding.comparisons.items():
            kept = one.settlement.kept if one.settlement else "first"
            if record is None or name in coding.corrected or kept == "neither":
                continue
            found, expected = answer_on(record, name, coding.on.first), coding.expected(name)
            if (found is None and expected is None) or (found is not None and expected is not None and same(found, expected)):
                continue
            yield coding.problem(
                ("settled", name) if one.settlement else ("answers", name),
                "E343",
                f"the record's answer on {coding.on.first} is not the one that {'was kept' if one.settlement else 'the second reader gave'}",
                "Settle it under `settled`; where the record was corrected later, say why under `corrected`.",
            )
