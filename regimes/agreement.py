"""How far two codings agree: the share of equal answers, and Krippendorff's alpha for nominal data.

Alpha is one minus the disagreement seen over the disagreement that chance would give (K. Krippendorff, Content Analysis,
chapter on reliability). A set of values counts as one category, so two answers that differ in one value of many differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from .codebook import Variable
from .model import Marked
from .second_codings import AGREED, DISAGREED, Comparison


@dataclass(frozen=True)
class Agreement:
    """Of one question: ``compared`` pairs of answers, ``agreed`` of them equal; ``missing`` where one reader had none.

    ``alpha`` is None where it is not defined: nothing compared, or every answer the same.
    """

    variable: Variable
    compared: int
    agreed: int
    missing: int
    alpha: float | None


def agreement(variables: Iterable[Variable], comparisons: Sequence[Comparison]) -> list[Agreement]:
    """One row a question that was answered twice somewhere, in the order of the codebook."""
    found = []
    for variable in variables:
        ours = [one for one in comparisons if one.variable.id == variable.id]
        if ours:
            both = [one for one in ours if one.outcome in (AGREED, DISAGREED) and one.first is not None]
            agreed = sum(one.outcome == AGREED for one in both)
            missing = sum(one.outcome not in (AGREED, DISAGREED) for one in ours)
            found.append(Agreement(variable, len(both), agreed, missing, alpha([_pair(one) for one in both])))
    return found


def _pair(one: Comparison) -> tuple[Hashable, Hashable]:
    """Both answers as categories; answers that agree but for unchecked values are one category."""
    first = _category(one.first)
    return (first, first) if one.outcome == AGREED else (first, _category(one.second))


def _category(value: object) -> Hashable:
    return value.values if isinstance(value, Marked) else value


def alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal data; a unit holds the values that the coders gave it, two or more."""
    pairable = [unit for unit in units if len(unit) > 1]
    total: Counter[Hashable] = Counter(value for unit in pairable for value in unit)
    count = sum(total.values())
    expected = sum(number * (count - number) for number in total.values())
    if not expected:
        return None
    seen = sum(sum(a != b for a in unit for b in unit) / (len(unit) - 1) for unit in pairable)
    return 1 - (count - 1) * seen / expected
