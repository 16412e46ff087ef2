"""Answers that must fit each other: the consistency checks of the coding method.

Most are rules ``when ... must ...`` over conditions, looked at on every day on which one of their answers changes;
a rule is broken only where its ``when`` is true and its ``must`` is false, never where an answer is not coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..model import Marked, Record, Spell
from ..periods import answers_by_day
from ..problems import Problem
from .registry import World, check

BANNED = ["criminal_offence", "punished_under_other_law", "administrative_offence"]
THIRD_PARTY = ("third_party_organising", "third_party_premises", "third_party_earnings", "third_party_procuring")
NO_OFFENCE = {"trafficking_offence": ["none", "left_to_subnational"]}
LENGTHS = {"fine_only": 0, "life": 10**6, "death": 10**7}


def rule(code: str, sentence: str, when: Mapping[str, Any], must: Mapping[str, Any]) -> None:
    """Register the check that ``must`` holds on every day on which ``when`` holds."""

    @check(code, sentence)
    def holds(record: Record, world: World) -> Iterable[Problem]:
        if not record.answers:
            return
        condition, demand = world.compiled(code, when), world.compiled(code + " must", must)
        names = tuple(dict.fromkeys((*condition.inputs, *demand.inputs)))
        reported = set()
        for day, answers in answers_by_day(record, names):
            if condition.test(answers) and demand.test(answers) is False:
                spell = next(spell for name in names if (spell := record.on(name, day)))
                if spell.path not in reported:
                    reported.add(spell.path)
                    yield _unfit(record, code, sentence, day, spell, names, answers)


def _unfit(record: Record, code: str, sentence: str, day: str, spell: Spell, names: tuple[str, ...], answers: Mapping[str, Any]) -> Problem:
    found = ", ".join(f"{name} = {_word(answers[name])}" for name in names if answers.get(name) is not None)
    return record.problem(
        (*spell.path, "value"), code, f"on {day} found {found}", f"{sentence} Read the provisions again; one of them is miscoded."
    )


def _word(answer: Any) -> str:
    return "[" + ", ".join(sorted(answer.values)) + "]" if isinstance(answer, Marked) else str(answer)


rule(
    "E402",
    "Where organising is prohibited, a venue is not possible, or works under another business's licence.",
    when={"third_party_organising": "prohibited"},
    must={"venue_authorisation": ["not_possible", "other_business_licence"]},
)
rule(
    "E403",
    "Where organising needs an authorisation, a venue is licensed, certified or run by the public.",
    when={"third_party_organising": "lawful_only_with_authorisation"},
    must={"venue_authorisation": ["sex_work_licence", "suitability_certificate", "public_operator"]},
)
rule(
    "E404",
    "A scheme for selling needs a registration duty or licensed or public venues.",
    when={"selling_status": "lawful_only_within_scheme"},
    must={
        "any": [
            {"seller_registration": ["required_police", "required_other_authority"]},
            {"venue_authorisation": ["sex_work_licence", "public_operator"]},
        ]
    },
)
rule(
    "E405",
    "Immunity is not needed only where neither selling nor public soliciting can be punished.",
    when={"crime_reporting_immunity": "not_needed"},
    must={"selling_status": "not_an_offence", "seller_public_solicitation": "not_restricted"},
)
rule(
    "E406",
    "Use of a victim's services is caught by a general purchase ban only where there is one.",
    when={"victim_service_use_offence": "general_purchase_ban_only"},
    must={"buying_status": [*BANNED, "lawful_only_within_scheme"]},
)
rule(
    "E407",
    "Exemptions from third-party offences are not applicable only where no third-party variable is prohibited or needs authorisation.",
    when={"third_party_exemptions": "not_applicable"},
    must={"none": [{name: ["prohibited", "lawful_only_with_authorisation"]} for name in THIRD_PARTY]},
)
rule(
    "E409",
    "An age of waiver below 18 goes with a means element dropped for some children only.",
    when={"trafficking_child_age": {"at_most": 17}},
    must={"trafficking_child_means": "partly"},
)
rule(
    "E420",
    "No waiver goes with a means element for children too.",
    when={"trafficking_child_age": "no_waiver"},
    must={"trafficking_child_means": "means_required"},
)
rule(
    "E421",
    "No means for anyone, whatever the age, goes with no means for adults.",
    when={"trafficking_child_age": "all_ages"},
    must={"trafficking_means_adult": "not_required"},
)
rule(
    "E411",
    "The scope of non-punishment is not applicable where there is no rule made for victims.",
    when={"non_punishment": ["general_discretion_only", "none", "left_to_subnational"]},
    must={"non_punishment_scope": "not_applicable"},
)
rule(
    "E422",
    "The scope of non-punishment is answered where there is a rule made for victims.",
    when={"non_punishment_scope": "not_applicable"},
    must={"non_punishment": ["general_discretion_only", "none", "left_to_subnational"]},
)
rule(
    "E415",
    "A user of services is a trafficker exactly where patronising is an act of trafficking.",
    when={"victim_service_use_offence": "part_of_trafficking"},
    must={"trafficking_acts": "patronising"},
)
rule(
    "E423",
    "Where patronising is an act of trafficking, the user of services is a trafficker.",
    when={"trafficking_acts": "patronising"},
    must={"victim_service_use_offence": "part_of_trafficking"},
)
rule(
    "E416",
    "Where buying is no offence there is no penalty for it.",
    when={"buying_status": "not_an_offence"},
    must={"buying_penalty_max": "no_offence"},
)
rule(
    "E424",
    "Where there is no penalty for buying, buying is no offence.",
    when={"buying_penalty_max": "no_offence"},
    must={"buying_status": "not_an_offence"},
)
rule(
    "E417",
    "A child cannot be freed by selling being no offence where selling is one.",
    when={"child_non_criminalisation": "selling_not_an_offence"},
    must={"selling_status": "not_an_offence"},
)
rule(
    "E425",
    "An offence for adults only needs an offence.",
    when={"child_non_criminalisation": "offence_for_adults_only"},
    must={"not": {"selling_status": "not_an_offence", "seller_public_solicitation": "not_restricted"}},
)


@check("E401", "A prison term for selling, while selling is no offence, is explained in a note.")
def penalty_without_offence(record: Record, world: World) -> Iterable[Problem]:
    for day, answers in answers_by_day(record, ("selling_status", "selling_penalty_max")):
        spell = record.on("selling_penalty_max", day)
        if answers.get("selling_status") == "not_an_offence" and isinstance(answers.get("selling_penalty_max"), int) and not spell.note:
            yield record.problem(
                spell.path,
                "E401",
                f"found {spell.value} months while selling_status is not_an_offence",
                "Say in a note which conduct it punishes.",
                key=True,
            )


@check("E408", "Payment to the person stands in the list of means exactly where it suffices as a means, or a note explains.")
def payment_is_a_means(record: Record, world: World) -> Iterable[Problem]:
    for day, answers in answers_by_day(record, ("trafficking_means_adult", "trafficking_means_list")):
        adult, means = answers.get("trafficking_means_adult"), answers.get("trafficking_means_list")
        if adult is None or means is None or "payment_to_victim" in means.unchecked:
            continue
        listed = "payment_to_victim" in means.values
        spell = record.on("trafficking_means_list", day)
        if listed != (adult == "required_payment_to_victim_suffices") and not (
            spell.note or record.on("trafficking_means_adult", day).note
        ):
            yield record.problem(
                (*spell.path, "value"),
                "E408",
                f"on {day} found trafficking_means_adult = {adult} and the list {_word(means)}",
                "Mend one of them, or explain in a note.",
            )


@check("E410", "The gravest term for trafficking a child is not below that for an adult.")
def child_not_below_adult(record: Record, world: World) -> Iterable[Problem]:
    for day, answers in answers_by_day(record, ("trafficking_penalty_max_base", "trafficking_penalty_max_child")):
        adult, child = (_length(answers.get(name)) for name in ("trafficking_penalty_max_base", "trafficking_penalty_max_child"))
        if adult is not None and child is not None and child < adult:
            spell = record.on("trafficking_penalty_max_child", day)
            yield record.problem(
                (*spell.path, "value"),
                "E410",
                f"on {day} the maximum for a child ({_word(spell.value)}) is below that for an adult",
                "The adult offence covers a child too.",
            )


def _length(answer: Any) -> int | None:
    return answer if isinstance(answer, int) else LENGTHS.get(answer)


@check("E414", "A part has no reflection period of its own where its parent decides on residence.")
def period_of_the_parent(record: Record, world: World) -> Iterable[Problem]:
    parent = world.records.get(record.parent)
    for spell in record.answers.get("recovery_reflection_period", ()):
        if parent and isinstance(spell.value, int) and parent.on("residence_permit_basis", spell.valid_until or record.checked.last):
            yield record.problem(
                (*spell.path, "value"),
                "E414",
                f"found {spell.value} days, while {parent.code} decides on residence",
                "Choose decided_nationally.",
            )


@check("E418", "Trafficking variables are not applicable exactly where there is no trafficking offence at this level.")
def not_applicable_without_offence(record: Record, world: World) -> Iterable[Problem]:
    for variable in world.codebook.of_pillar("trafficking"):
        if "not_applicable" not in variable.values or variable.basis != "law":
            continue
        for day, answers in answers_by_day(record, ("trafficking_offence", variable.id)):
            offence, answer = answers.get("trafficking_offence"), answers.get(variable.id)
            if offence is None or answer is None:
                continue
            empty = "not_applicable" in answer.values if isinstance(answer, Marked) else answer == "not_applicable"
            if empty != (offence in NO_OFFENCE["trafficking_offence"]):
                spell = record.on(variable.id, day)
                yield record.problem(
                    (*spell.path, "value"), "E418", f"on {day} found {variable.id} = {_word(answer)} while trafficking_offence is {offence}"
                )
