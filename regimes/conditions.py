"""Conditions over answers, as readings and checks write them, made into functions.

A condition is a mapping; every entry must hold:

- ``variable: value`` or ``variable: [value, value]``: the answer is one of these (for a multi: one is marked);
- ``variable: {at_least: 18}``, ``{at_most: 3}``, ``{is_number: true}``: the answer is such a number;
- ``variable: {has_all: [a, b]}``: all are marked; ``{count_of: [a, b, c], at_least: 2}``: so many are marked;
- ``any: [...]``, ``all: [...]``, ``none: [...]``: of conditions; ``not: condition``; ``is: shorthand``.

Truth has three values: True, False, and None where an answer that decides it is not coded. None never becomes a
guess: ``not None`` is None, and an ``any`` is True only if one part is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .codebook import Codebook, Variable
from .model import Marked
from .problems import near

Answers = Mapping[str, Any]  # variable id -> str, int, Marked or None (not coded)
Truth = "bool | None"
Test = Callable[[Answers], "bool | None"]


class BadCondition(ValueError):
    """A condition that cannot be read. ``path`` says where in the condition, ``remedy`` what might be meant."""

    def __init__(self, path: tuple, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.path, self.remedy = path, remedy


@dataclass(frozen=True)
class Condition:
    """A test with the variables it reads, in the order in which it names them."""

    test: Test
    inputs: tuple[str, ...]


def both(parts: list[Test]) -> Test:
    def test(answers: Answers) -> bool | None:
        unknown = False
        for part in parts:
            truth = part(answers)
            if truth is False:
                return False
            unknown = unknown or truth is None
        return None if unknown else True

    return parts[0] if len(parts) == 1 else test


def either(parts: list[Test]) -> Test:
    def test(answers: Answers) -> bool | None:
        unknown = False
        for part in parts:
            truth = part(answers)
            if truth:
                return True
            unknown = unknown or truth is None
        return None if unknown else False

    return test


def negation(part: Test) -> Test:
    def test(answers: Answers) -> bool | None:
        truth = part(answers)
        return None if truth is None else not truth

    return test


class Compiler:
    """Makes conditions into tests for one codebook and one set of shorthands."""

    def __init__(self, codebook: Codebook, shorthands: Mapping[str, Any] | None = None) -> None:
        self.codebook = codebook
        self.shorthands: dict[str, Condition] = {}
        for name, condition in (shorthands or {}).items():
            try:
                self.shorthands[name] = self.compile(condition)
            except BadCondition as error:
                raise BadCondition(("shorthands", name, *error.path), str(error), error.remedy) from None

    def compile(self, condition: Mapping[str, Any]) -> Condition:
        inputs: dict[str, None] = {}
        test = self._condition(condition, (), inputs)
        return Condition(test, tuple(inputs))

    def _condition(self, condition: Any, path: tuple, inputs: dict[str, None]) -> Test:
        if not isinstance(condition, Mapping) or not condition:
            raise BadCondition(path, "found no condition", "Write one such as {selling_status: not_an_offence}.")
        return both([self._entry(key, value, (*path, key), inputs) for key, value in condition.items()])

    def _entry(self, key: str, value: Any, path: tuple, inputs: dict[str, None]) -> Test:
        if key in ("any", "all", "none"):
            parts = [self._condition(part, (*path, index), inputs) for index, part in enumerate(_list(value))]
            if not parts:
                raise BadCondition(path, f"{key!r} is empty")
            return both(parts) if key == "all" else either(parts) if key == "any" else negation(either(parts))
        if key == "not":
            return negation(self._condition(value, path, inputs))
        if key == "is":
            if not isinstance(value, str) or value not in self.shorthands:
                raise BadCondition(path, f"unknown shorthand {value!r}", near(value, self.shorthands))
            inputs.update(dict.fromkeys(self.shorthands[value].inputs))
            return self.shorthands[value].test
        if key not in self.codebook.variables:
            raise BadCondition(path, f"unknown variable {key!r}", near(key, self.codebook.variables))
        inputs[key] = None
        return self._variable(self.codebook.variables[key], value, path)

    def _variable(self, variable: Variable, value: Any, path: tuple) -> Test:
        if isinstance(value, Mapping):
            return self._measure(variable, value, path)
        wanted = frozenset(self._known(variable, _list(value), path))
        return _any_marked(variable.id, wanted) if variable.type == "multi" else _one_of(variable.id, wanted)

    def _measure(self, variable: Variable, value: Mapping[str, Any], path: tuple) -> Test:
        keys, bounds = set(value), {key: value[key] for key in ("at_least", "at_most") if key in value}
        if variable.type == "multi" and keys == {"has_all"}:
            return _all_marked(variable.id, frozenset(self._known(variable, value["has_all"], path)))
        numbers = all(type(bound) is int for bound in bounds.values())
        if variable.type == "multi" and bounds and numbers and keys == {"count_of", *bounds}:
            wanted = frozenset(self._known(variable, value["count_of"], path))
            return _counted(variable.id, wanted, bounds.get("at_least"), bounds.get("at_most"))
        if variable.type == "integer" and numbers and ((bounds and keys == set(bounds)) or dict(value) == {"is_number": True}):
            return _measured(variable.id, bounds.get("at_least"), bounds.get("at_most"))
        raise BadCondition(path, f"found {dict(value)!r}, which does not fit the {variable.type} variable {variable.id}")

    def _known(self, variable: Variable, values: Iterable[Any], path: tuple) -> list[str]:
        values = _list(values)
        for value in values:
            if value not in variable.tokens:
                raise BadCondition(path, f"{variable.id} has no value {value!r}", near(value, variable.tokens))
        return values


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _one_of(variable: str, wanted: frozenset[str]) -> Test:
    def test(answers: Answers) -> bool | None:
        answer = answers.get(variable)
        return None if answer is None else answer in wanted

    return test


def _any_marked(variable: str, wanted: frozenset[str]) -> Test:
    def test(answers: Answers) -> bool | None:
        answer: Marked | None = answers.get(variable)
        if answer is None:
            return None
        if answer.values & wanted:
            return True
        return None if answer.unchecked & wanted else False

    return test


def _all_marked(variable: str, wanted: frozenset[str]) -> Test:
    def test(answers: Answers) -> bool | None:
        answer: Marked | None = answers.get(variable)
        if answer is None:
            return None
        lacking = wanted - answer.values
        if lacking - answer.unchecked:
            return False
        return None if lacking else True

    return test


def _counted(variable: str, wanted: frozenset[str], at_least: int | None, at_most: int | None) -> Test:
    low, high = at_least if at_least is not None else 0, at_most if at_most is not None else len(wanted)

    def test(answers: Answers) -> bool | None:
        answer: Marked | None = answers.get(variable)
        if answer is None:
            return None
        fewest = len(answer.values & wanted)
        most = fewest + len(answer.unchecked & wanted)
        if low <= fewest and most <= high:
            return True
        return None if fewest <= high and most >= low else False

    return test


def _measured(variable: str, at_least: int | None, at_most: int | None) -> Test:
    def test(answers: Answers) -> bool | None:
        answer = answers.get(variable)
        if answer is None:
            return None
        if not isinstance(answer, int):
            return False
        return (at_least is None or answer >= at_least) and (at_most is None or answer <= at_most)

    return test
