"""Inheritance, grades, spells of labels and legal changes, on small records."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from regimes import derive
from regimes.load import Knowledge, load

ZZ = (ROOT / "tests/data/ZZ.yml").read_text(encoding="utf-8")


def knowledge_of(world: Path, **records: str) -> Knowledge:
    for code, text in records.items():
        (world / "jurisdictions" / f"{code.replace('_', '-')}.yml").write_text(text, encoding="utf-8")
    knowledge = load(world)
    assert not knowledge.problems.errors, knowledge.problems.report()
    return knowledge


PART = """
code: ZZ-A
name: Part
kind: subnational
parent: ZZ
coded: {window: 2000-01-01, checked: 2026-11-22}
sources:
  constitution:
    {title: Constitution, kind: constitution, language: en, version: 2000, read: original, read_at: example, read_on: 2026-11-22}
victim_protection:
  residence_permit_basis:
    - value: decided_nationally
      from: 2004-01-01
      cite: {constitution: art. 1}
missing: {criminal_code: Not held., aliens_act: Not held., trafficking_act: Not held., sex_work_act: Not held., child_act: Not held.}
"""


def test_what_the_parent_decides_is_its_answer_inside_the_part_s_days(world: Path) -> None:
    part = (
        PART
        + "gaps: {"
        + ", ".join(
            f"{name}: Not researched."
            for name in ("local_power_over_venues", "seller_registration", "mandatory_health_testing", "support_conditionality")
        )
        + "}\n"
    )
    answers = derive.resolve(knowledge_of(world, ZZ=ZZ, ZZ_A=part))["ZZ-A"]
    found = [(answer.spell.value, answer.valid_from, answer.valid_until, answer.inherited_from) for answer in answers]
    assert found == [("decided_nationally", "2004-01-01", "2007-12-31", ""), ("cooperation_only", "2008-01-01", None, "ZZ")]


HOLES = """  residence_permit_basis:
    - value: cooperation_only
      from: 2006
      until: 2007-06-30
      cite: {aliens: s. 13}
    - value: personal_situation_only
      from: 2010-01-01
      until: 2012-12-31
      cite: {aliens: s. 13}
"""


def test_days_that_the_parent_leaves_open_stay_with_the_part_s_own_answer(world: Path) -> None:
    start = ZZ.index("  residence_permit_basis:")
    parent = ZZ[:start] + HOLES + ZZ[ZZ.index("gaps:") :].replace("gaps:\n", "gaps:\n  residence_permit_basis: Open.\n")
    part = (
        PART.replace("      from: 2004-01-01\n", "      from: 2007-01-01\n      until: 2011-12-31\n")
        + "gaps: {residence_permit_basis: Open., "
        + ", ".join(
            f"{name}: Not researched."
            for name in ("local_power_over_venues", "seller_registration", "mandatory_health_testing", "support_conditionality")
        )
        + "}\n"
    )
    answers = derive.resolve(knowledge_of(world, ZZ=parent, ZZ_A=part))["ZZ-A"]
    found = [(one.spell.value, one.valid_from, one.valid_until, one.from_precision, one.inherited_from) for one in answers]
    assert found == [
        ("cooperation_only", "2007-01-01", "2007-06-30", "day", "ZZ"),
        ("decided_nationally", "2007-07-01", "2009-12-31", "day", ""),
        ("personal_situation_only", "2010-01-01", "2011-12-31", "day", "ZZ"),
    ]


def test_a_chain_of_inheritance_names_who_decided(world: Path) -> None:
    short = "code: {}\nname: Isle\nkind: territory\nfollows: {}\ncoded: {{window: 2000-01-01, checked: 2026-11-22}}\n"
    answers = derive.resolve(knowledge_of(world, ZZ=ZZ, ZT=short.format("ZT", "ZZ"), ZU=short.format("ZU", "ZT")))
    assert {one.inherited_from for one in answers["ZU"]} == {"ZZ"}


def test_what_was_merely_unchecked_is_no_change_of_law(world: Path) -> None:
    spell = "    - value: [force, threat, deception]\n      unchecked: [debt_bondage]\n      from: 2005-07-01\n"
    later = (
        spell.replace("from: 2005-07-01", "from: 2012-01-01").replace("      unchecked: [debt_bondage]\n", "") + "      cite: {code: 3:1}\n"
    )
    text = ZZ.replace(spell + "      cite: {code: 3:1}\n", spell + "      until: 2011-12-31\n      cite: {code: 3:1}\n" + later)
    assert text != ZZ
    changed = [one.after.spell.variable.id for one in derive.changes(derive.resolve(knowledge_of(world, ZZ=text)))]
    assert "trafficking_means_list" not in changed


def test_the_wording_shown_is_the_newest_cited(world: Path) -> None:
    text = ZZ.replace("cite: {aliens: s. 13}", "cite: {aliens: s. 13, code: 3:1}").replace(
        "    version: 2026-01-01\n    read: unofficial", "    version: 2012\n    read: unofficial"
    )
    answers = derive.resolve(knowledge_of(world, ZZ=text))["ZZ"]
    assert next(one for one in answers if one.spell.variable.id == "residence_permit_basis").text_version == "2026-01-01"


def test_a_checked_record_without_answers_can_be_derived(world: Path) -> None:
    empty = "code: ZE\nname: Empty\nkind: country\ncoded: {window: 2000-01-01, checked: 2026-11-22}\n"
    knowledge = knowledge_of(world, ZE=empty)
    assert {one.outcome.result for one in derive.read_all(knowledge)} == {"not_coded"}


def test_a_territory_that_follows_has_its_parent_s_answers(world: Path) -> None:
    territory = "code: ZT\nname: Isle\nkind: territory\nfollows: ZZ\ncoded: {window: 2000-01-01, checked: 2026-11-22}\n"
    answers = derive.resolve(knowledge_of(world, ZZ=ZZ, ZT=territory))
    assert [one.spell.value for one in answers["ZT"]] == [one.spell.value for one in answers["ZZ"]]
    assert {one.inherited_from for one in answers["ZT"]} == {"ZZ"}


@pytest.mark.parametrize(
    ("kind", "form", "grade"),
    [
        ("statute", "original", "A"),
        ("statute", "official_translation", "A"),
        ("case", "quoted_elsewhere", "B"),
        ("regulation", "unofficial_translation", "B"),
        ("official_report", "original", "C"),
        ("ngo", "original", "C"),
    ],
)
def test_grade_of_a_source(world: Path, kind: str, form: str, grade: str) -> None:
    text = ZZ.replace("    kind: statute\n    acts: [aliens_act]", f"    kind: {kind}\n    acts: [aliens_act]").replace(
        "read: unofficial_translation", f"read: {form}"
    )
    answers = derive.resolve(knowledge_of(world, ZZ=text))["ZZ"]
    assert next(one for one in answers if one.spell.variable.id == "residence_permit_basis").grade == grade


def test_the_weakest_primary_text_decides_and_a_report_beside_it_does_not(world: Path) -> None:
    text = ZZ.replace("cite: {aliens: s. 13}", "cite: {aliens: s. 13, code: 3:1}")
    answers = derive.resolve(knowledge_of(world, ZZ=text))["ZZ"]
    assert next(one for one in answers if one.spell.variable.id == "residence_permit_basis").grade == "B"
    report = ZZ.replace("title: Aliens Act\n    kind: statute", "title: Report\n    kind: official_report").replace(
        "cite: {aliens: s. 13}", "cite: {aliens: s. 13, code: 3:1}"
    )
    answers = derive.resolve(knowledge_of(world, ZZ=report))["ZZ"]
    assert next(one for one in answers if one.spell.variable.id == "residence_permit_basis").grade == "A"


def test_a_label_has_spells_and_says_what_is_missing(world: Path) -> None:
    knowledge = knowledge_of(world, ZZ=ZZ)
    spells = [one for one in derive.read_all(knowledge) if one.reading.id == "sex-work-regime"]
    assert {one.outcome.result for one in spells} == {"not_coded"}
    assert {"seller_registration", "local_power_over_venues"} <= {name for name, _ in spells[-1].because}


def test_spells_of_a_result_touch_and_do_not_overlap(knowledge: Knowledge) -> None:
    last: dict[tuple, str | None] = {}
    for one in derive.read_all(knowledge):
        key = (one.jurisdiction, one.reading.id, one.item.id)
        if key in last:
            assert last[key] is not None and derive.day_before(one.valid_from) == last[key]
        last[key] = one.valid_until
    assert set(last.values()) == {None}


def test_a_legal_change_is_two_answers_that_touch(world: Path) -> None:
    changes = list(derive.changes(derive.resolve(knowledge_of(world, ZZ=ZZ))))
    assert [(one.after.valid_from, one.before.spell.value, one.after.spell.value) for one in changes] == [
        ("2010-01-01", "criminal_offence", "not_an_offence")
    ]
    apart = ZZ.replace("until: 2009-12-31", "until: 2009-06-30")
    assert not list(derive.changes(derive.resolve(knowledge_of(world, ZZ=apart))))
