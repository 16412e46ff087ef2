"""Instruments and their parties: party, not a party, and unknown, told apart; and the day a deposit takes effect."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from test_derive import ZZ, knowledge_of

from regimes import treaties
from regimes.derive import resolve
from regimes.load import Knowledge

INSTRUMENT = """
instrument: palermo_protocol
title: Protocol
short_title: Palermo Protocol
kind: treaty
adopted: 2000-11-15
in_force: 2003-12-25
depositary: Secretary-General of the United Nations
enters_into_force_after: {days: 30}
rule_cite: {list: art. 17}
sources:
  list: {title: List, kind: treaty_status, language: en, version: 2013-12-13, read: original, read_at: example, read_on: 2026-11-22}
  news: {title: News, kind: press, language: en, version: 2020, read: original, read_at: example, read_on: 2026-11-22}
says:
  - {article: 3(a), text: Names acts., variables: [trafficking_acts], cite: list}
status: {complete_to: 2013-12-13, cite: {list: whole}}
parties:
  ZZ: {signed: 2000-12-12, act: ratification, on: 2002-05-15, cite: list}
  ZY: {act: accession, on: 2010-06-30, denounced: 2015-01-01, cite: list}
  ZV: {act: accession, on: <=2012-03-01, cite: list}
  ZU: {act: accession, on: 2011, cite: list}
  ZT: {act: accession, on: <=2018-06-01, cite: news}
not_parties:
  ZX: {as_of: 2020, cite: news}
"""
SHORT = "code: {0}\nname: {0}land\nkind: country\n"


@pytest.fixture
def world_of_four(world: Path) -> Knowledge:
    (world / "instruments").mkdir()
    (world / "instruments" / "palermo_protocol.yml").write_text(INSTRUMENT, encoding="utf-8")
    return knowledge_of(world, ZZ=ZZ, **{code: SHORT.format(code) for code in ("ZY", "ZX", "ZW", "ZV", "ZU", "ZT")})


def state(knowledge: Knowledge, code: str, day: str) -> str:
    found = treaties.states(knowledge.instruments["palermo_protocol"], code)
    return next(one.state for one in found if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until))


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("ZZ", "2001-01-01", "not a party"),
        ("ZZ", "2002-05-15", "party"),
        ("ZZ", "2026-01-01", "party"),
        ("ZY", "2010-06-30", "party"),
        ("ZY", "2015-01-01", "not a party"),
        ("ZX", "2020-12-31", "not a party"),
        ("ZX", "2021-01-01", "unknown"),
        ("ZV", "2012-02-29", "unknown"),
        ("ZV", "2012-03-01", "party"),
        ("ZT", "2013-12-13", "not a party"),  # the complete list would have held it
        ("ZT", "2013-12-14", "unknown"),
        ("ZT", "2018-06-01", "party"),
        ("ZU", "2010-12-31", "not a party"),
        ("ZU", "2011-06-01", "unknown"),
        ("ZU", "2012-01-01", "party"),
        ("ZW", "2013-12-13", "not a party"),
        ("ZW", "2013-12-14", "unknown"),
    ],
)
def test_no_entry_is_absence_only_as_far_as_the_list_reaches(world_of_four: Knowledge, code: str, day: str, expected: str) -> None:
    assert state(world_of_four, code, day) == expected


def test_a_deposit_takes_effect_by_the_final_clauses(world_of_four: Knowledge) -> None:
    parties = world_of_four.instruments["palermo_protocol"].parties
    assert parties["ZZ"].in_force.first == "2003-12-25"  # with the protocol itself
    assert parties["ZY"].in_force.first == "2010-07-30"  # thirty days later


def test_treaties_in_force_is_derived_with_its_source_and_its_unknowns(world_of_four: Knowledge) -> None:
    treaties.add_answers(world_of_four)
    answers = resolve(world_of_four)
    found = [(one.spell.tokens, one.valid_from, one.valid_until) for one in answers["ZZ"] if one.spell.variable.id == "treaties_in_force"]
    assert found == [(["palermo_protocol"], "2003-12-25", None)]
    assert answers["ZW"] == []  # nothing is known to be in force, and other treaties are not known not to be
    left = [one for one in answers["ZY"] if one.spell.variable.id == "treaties_in_force"]
    assert (left[0].valid_from, left[0].valid_until) == ("2010-07-30", "2014-12-31")
    assert left[0].cited[0][0] == "palermo_protocol-list"


def test_held_parties_beside_the_published_counts(built: Path) -> None:
    """The depositary's counts stand beside ours; ours is never the larger one."""
    with sqlite3.connect(built) as connection:
        rows = connection.execute("SELECT instrument, counted_on, published, held FROM instrument_counts").fetchall()
    assert rows and all(held <= published for _, _, published, held in rows), rows


def test_every_state_has_a_relation_to_every_instrument_on_every_day(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        (holes,) = connection.execute(
            "SELECT count(*) FROM instruments CROSS JOIN jurisdictions WHERE jurisdictions.kind = 'country' AND instruments.kind = 'treaty' AND "
            "(SELECT count(*) FROM treaty_status WHERE instrument = instruments.id AND jurisdiction = jurisdictions.code "
            "AND valid_from <= '2026-11-22' AND (valid_until IS NULL OR valid_until >= '2026-11-22')) <> 1"
        ).fetchone()
    assert holes == 0


def test_the_world_is_whole(knowledge: Knowledge) -> None:
    codes = set(knowledge.records)
    assert len([code for code in codes if len(code) == 2 and code not in ("XK", "EU")]) == 249
    assert {"XK", "EU", "GB-EAW", "GB-SCT", "GB-NIR", "US-DC", "HK", "TW", "PR"} <= codes
    assert sum(record.kind == "subnational" for record in knowledge.records.values()) >= 140
    for record in knowledge.records.values():
        assert record.region or record.parent or record.code in ("AQ", "BV", "TW", "EU"), record.code
