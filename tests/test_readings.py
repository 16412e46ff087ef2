"""The rules: complete and unambiguous, agreeing with the hand test, and never guessing."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from conftest import ROOT

from regimes.codebook import Variable
from regimes.conditions import BadCondition, Compiler, both, either, negation
from regimes.load import Knowledge, load
from regimes.model import Marked
from regimes.read import read
from regimes.readings import Item

CASES = read(ROOT / "tests/data/label-cases.yml", ROOT)[0].data["cases"]


@pytest.fixture(scope="session")
def rules() -> Knowledge:
    return load(ROOT / "records")


def label_of(rules: Knowledge) -> Item:
    return rules.readings["sex-work-regime"].items["regime"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_hand_test_of_the_label(rules: Knowledge, case: dict[str, Any]) -> None:
    assert label_of(rules).outcome(case["answers"]).result == case["label"].split()[0]


def values_of(rules: Knowledge, variable: Variable, reading: str, item: Item) -> list[Any]:
    """One answer of each class of answers that the item's rows cannot tell apart."""
    specs = [spec for node in _raw(reading, item.id) for spec in _specs(node, variable.id)]
    tests = [Compiler(rules.codebook).compile({variable.id: spec}).test for spec in specs]
    classes: dict[tuple, Any] = {}
    for value in _answers(variable, specs):
        key = (*(test({variable.id: value}) for test in tests), *(special for special in item.value_results if _is(value, special)))
        classes.setdefault(key, value)
    return list(classes.values())


def _answers(variable: Variable, specs: list[Any]) -> list[Any]:
    if variable.type == "multi":
        named = [
            word for word in variable.tokens if word in set(itertools.chain(*map(_words, specs))) and not variable.values[word].exclusive
        ]
        alone = [word for word in variable.tokens if variable.values[word].exclusive]
        other = [word for word in variable.tokens if word not in named and word not in alone][:1]
        sets = itertools.chain.from_iterable(itertools.combinations(named, size) for size in range(len(named) + 1))
        return [Marked(frozenset({*chosen, *other})) for chosen in sets] + [Marked(frozenset({word})) for word in alone]
    if variable.type == "integer":
        numbers = [node for node in itertools.chain(*map(_words, specs)) if isinstance(node, int)]
        return [*variable.tokens, *(number + step for number in numbers or [12] for step in (-1, 0, 1))]
    return list(variable.tokens)


def _raw(reading: str, item: str) -> list[Any]:
    path = ROOT / "records" / ("scenarios.yml" if reading == "scenarios" else f"readings/{reading}.yml")
    data = read(path, ROOT)[0].data
    return [data["items"][item]["rows"], data.get("shorthands", {})]


def _specs(node: Any, variable: str) -> list[Any]:
    """What the conditions ask of one variable."""
    if isinstance(node, dict):
        own = [node[variable]] if variable in node else []
        return own + list(itertools.chain(*(_specs(value, variable) for value in node.values())))
    return list(itertools.chain(*(_specs(value, variable) for value in node))) if isinstance(node, list) else []


def _words(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(itertools.chain(*map(_words, node.values())))
    return list(itertools.chain(*map(_words, node))) if isinstance(node, list) else [node]


def items() -> list[tuple[str, str]]:
    return [(reading.id, item) for reading in load(ROOT / "records").readings.values() for item in reading.items]


@pytest.mark.parametrize(("reading", "item"), items())
def test_every_combination_meets_exactly_one_row(rules: Knowledge, reading: str, item: str) -> None:
    """All combinations of input values, after merging the values that no row tells apart."""
    one = rules.readings[reading].items[item]
    choices = [values_of(rules, rules.codebook.variables[name], reading, one) for name in one.inputs]
    otherwise = any(row.condition is None for row in one.rows)
    tests = [row.condition.test for row in one.rows if row.condition]
    combinations = 0
    for values in itertools.product(*choices):
        answers = dict(zip(one.inputs, values, strict=True))
        if any(_is(value, special) for value in values for special in one.value_results):
            others = {name: value for name, value in answers.items() if not any(_is(value, special) for special in one.value_results)}
            decided = any(row.condition and row.condition.test(others) for row in one.rows)
            assert decided or one.outcome(answers).result in ("not_applicable", "see_parent", *one.value_results.values())
            continue
        combinations += 1
        true = sum(bool(test(answers)) for test in tests)
        assert true == 1 or (otherwise and true == 0), f"{true} rows are true for {answers}"
    assert combinations > 1


def _is(value: Any, special: str) -> bool:
    return special in value.values if isinstance(value, Marked) else special == value


def test_a_missing_gate_is_named_and_no_label_is_guessed(rules: Knowledge) -> None:
    complete = next(case["answers"] for case in CASES if case["case"] == "Sweden")
    for gate in complete:
        outcome = label_of(rules).outcome({name: value for name, value in complete.items() if name != gate})
        assert (outcome.result, outcome.because) == ("not_coded", (gate,))


def test_a_result_that_no_missing_answer_can_change_is_given(rules: Knowledge) -> None:
    d8 = rules.readings["distinction"].items["D8"]
    assert d8.outcome({"buying_status": "criminal_offence"}).result == "no"
    assert d8.outcome({"buying_status": "not_an_offence"}).result == "not_coded"


def test_an_unchecked_value_is_not_taken_for_false(rules: Knowledge) -> None:
    a9 = rules.readings["palermo-cets-197"].items["A9"]
    held, open_ = (
        Marked(frozenset({"corporate_criminal"})),
        Marked(frozenset({"corporate_criminal"}), frozenset({"confiscation_mandatory"})),
    )
    assert a9.outcome({"trafficking_offender_measures": held}).result == "not_met"
    outcome = a9.outcome({"trafficking_offender_measures": open_})
    assert (outcome.result, outcome.because) == ("not_coded", ("trafficking_offender_measures",))
    a7 = rules.readings["palermo-cets-197"].items["A7"]
    marked, doubt = frozenset({"child_victim"}), frozenset({"public_official"})
    assert a7.outcome({"trafficking_aggravating": Marked(marked)}).result == "not_met"
    assert a7.outcome({"trafficking_aggravating": Marked(marked, doubt)}).result == "not_coded"


def test_the_why_names_the_answers_of_the_row(rules: Knowledge) -> None:
    answers = next(case["answers"] for case in CASES if case["case"] == "Sweden")
    outcome = label_of(rules).outcome(answers)
    assert outcome.row == 3
    assert {"selling_status", "buying_status"} <= set(outcome.because)
    assert "seller_registration" not in outcome.because


def test_a_special_answer_does_not_hide_a_result_that_stands_anyway(rules: Knowledge) -> None:
    f4 = rules.readings["sex-work-flags"].items["F4"]
    both = {"third_party_earnings": "left_to_subnational", "third_party_procuring": "prohibited"}
    assert f4.outcome(both).result == "yes"
    assert f4.outcome({**both, "third_party_procuring": "not_specifically_prohibited"}).result == "not_applicable"


T, F, N = True, False, None


@pytest.mark.parametrize(
    ("one", "two", "any_", "all_", "none_"),
    [(T, T, T, T, F), (T, F, T, F, F), (T, N, T, N, F), (F, F, F, F, T), (F, N, N, F, N), (N, N, N, N, N)],
)
def test_truth_has_three_values(one: bool | None, two: bool | None, any_: bool | None, all_: bool | None, none_: bool | None) -> None:
    for first, second in ((one, two), (two, one)):
        parts = [lambda answers, value=first: value, lambda answers, value=second: value]
        assert (either(parts)({}), both(parts)({}), negation(either(parts))({})) == (any_, all_, none_)
    assert negation(lambda answers: None)({}) is None


def test_what_the_parent_decides_shows_as_see_parent(rules: Knowledge) -> None:
    a15 = rules.readings["palermo-cets-197"].items["A15"]
    assert a15.outcome({"residence_permit_basis": "decided_nationally"}).result == "see_parent"


def test_names_in_a_condition_are_checked(rules: Knowledge) -> None:
    compiler = Compiler(rules.codebook)
    for condition in (
        {"selling_status": {"at_least": 3}},
        {"trafficking_acts": {"count_of": ["recruitment"]}},
        {"trafficking_child_age": {}},
        {"trafficking_child_age": {"is_number": False}},
        {"trafficking_child_age": {"at_least": "x"}},
        {"is": ["x"]},
        {"any": []},
        {},
        {"is": "x"},
    ):
        with pytest.raises(BadCondition):
            compiler.compile(condition)
