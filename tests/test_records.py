"""The records themselves: clean, as complete as they were, and described by pages that are up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from conftest import ROOT

from regimes import docs
from regimes.load import Knowledge
from regimes.read import read

FLOORS = read(ROOT / "tests/data/floors.yml", ROOT)[0].data["present_answers"]


def test_records_have_no_errors(knowledge: Knowledge) -> None:
    assert not knowledge.problems.errors, knowledge.problems.report()


def test_no_record_shrinks(built: Path) -> None:
    """A floor under each record's present answers, so that a broken stage cannot lose them quietly."""
    with sqlite3.connect(built) as connection:
        counts = dict(connection.execute("SELECT jurisdiction, sum(answered) FROM coverage GROUP BY jurisdiction"))
    assert {code: count for code, count in counts.items() if count < FLOORS.get(code, 0)} == {}
    assert set(FLOORS) <= set(counts)


def test_every_answer_has_a_pinpoint_a_date_and_a_grade(built: Path) -> None:
    with sqlite3.connect(built) as connection:
        assert connection.execute("SELECT count(*) FROM answers WHERE id NOT IN (SELECT answer FROM citations)").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM citations WHERE trim(pinpoint) = ''").fetchone() == (0,)
        assert connection.execute(
            "SELECT count(*) FROM answers WHERE valid_from NOT GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
        ).fetchone() == (0,)
        assert {grade for (grade,) in connection.execute("SELECT DISTINCT grade FROM answers")} <= {"A", "B", "C"}


def test_every_law_question_is_answered_or_explained(knowledge: Knowledge) -> None:
    for record in knowledge.records.values():
        for variable in knowledge.codebook.variables.values():
            if record.checked and variable.basis == "law" and variable.coded_by_hand:
                assert record.on(variable.id, record.checked.last) or variable.id in record.gaps, (record.code, variable.id)


def test_generated_pages_are_up_to_date(knowledge: Knowledge) -> None:
    assert docs.update(ROOT, knowledge, write=False) == [], "run: python build.py docs"


def test_the_codebook_is_sound(knowledge: Knowledge) -> None:
    variables = knowledge.codebook.variables
    assert sum(variable.core for variable in variables.values()) == 28
    for variable in variables.values():
        assert variable.negative <= set(variable.values), variable.id
        assert (variable.type == "integer") == bool(variable.unit) == ("number" in variable.values), variable.id
        assert all(variable.type == "multi" for value in variable.values.values() if value.exclusive), variable.id


@pytest.mark.parametrize(
    "word",
    [
        "prostituted woman",
        "john ",
        "hooker",
        "child prostitute",
        "child sex worker",
        "rescued",
        "white slavery",
    ],
)
def test_the_voice_of_the_notes(knowledge: Knowledge, word: str) -> None:
    for record in knowledge.records.values():
        texts = [spell.note for spell in record.spells()] + list(record.gaps.values()) + [source.note for source in record.sources.values()]
        assert not [text for text in texts if word in text.lower()], record.code
