"""The second coding: what counts as the same answer, agreement by question, and what reaches the database and its pages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from conftest import build
from test_derive import ZZ, knowledge_of
from test_site import Client, text_of

from regimes.agreement import alpha
from regimes.derive import derive
from regimes.load import Knowledge

SECOND = """
jurisdiction: ZZ
coded: 2026-11-22
on: 2026-11-22
blind: true
drawn: some
answers:
  buying_status: {value: criminal_offence, cite: 4:2}
  trafficking_means_list: {value: [force, threat, deception, debt_bondage], cite: 3:1}
  selling_status: {value: offence_by_setting, cite: 5:1, note: A by-law.}
  selling_penalty_max: {value: not_coded, note: Not found.}
settled:
  selling_status: {first: not_an_offence, kept: first, because: The by-law punishes noise.}
  selling_penalty_max: {first: no_offence, kept: first, because: No section punishes the seller.}
"""


@pytest.fixture
def twice(world: Path) -> Knowledge:
    (world / "second_codings").mkdir()
    (world / "second_codings" / "ZZ.yml").write_text(SECOND, encoding="utf-8")
    return knowledge_of(world, ZZ=ZZ)


# The data of Krippendorff's own example for nominal data (four coders, twelve units, some values missing): alpha is 0.743.
CODERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def test_alpha_is_krippendorff_s() -> None:
    assert alpha([[value for value in unit if value is not None] for unit in zip(*CODERS, strict=True)]) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_nothing_or_of_one_answer_is_not_defined() -> None:
    assert alpha([]) is None
    assert alpha([("a", "a"), ("a", "a")]) is None
    assert alpha([("a", "b"), ("b", "a")]) < 0


def test_a_value_that_one_reader_could_not_check_is_no_disagreement(twice: Knowledge) -> None:
    outcomes = {name: one.outcome for name, one in twice.second_codings["ZZ"].comparisons.items()}
    assert outcomes == {
        "buying_status": "agreed",
        "trafficking_means_list": "agreed",
        "selling_status": "disagreed",
        "selling_penalty_max": "one missing",
    }


def test_agreement_counts_pairs_of_answers_and_keeps_missing_ones_apart(twice: Knowledge) -> None:
    found = {one.variable.id: (one.compared, one.agreed, one.missing) for one in derive(twice).agreement}
    assert found == {
        "buying_status": (1, 1, 0),
        "trafficking_means_list": (1, 1, 0),
        "selling_status": (1, 0, 0),
        "selling_penalty_max": (0, 0, 1),
    }


def test_the_answer_tells_that_it_was_coded_twice(twice: Knowledge, tmp_path: Path) -> None:
    path = build(twice, tmp_path / "regimes.db")
    with sqlite3.connect(path) as connection:
        told = dict(connection.execute("SELECT variable || ' ' || valid_from, second_coding FROM answers WHERE second_coding <> ''"))
        rows = connection.execute(
            "SELECT variable, first_value, second_value, outcome, kept FROM second_codings WHERE kept <> ''"
        ).fetchall()
    assert told == {
        "buying_status 2010-01-01": "agreed",
        "trafficking_means_list 2005-07-01": "agreed",
        "selling_status 2010-01-01": "settled",
        "selling_penalty_max 2010-01-01": "settled",
    }
    assert sorted(rows) == [
        ("selling_penalty_max", "no_offence", None, "one missing", "first"),
        ("selling_status", "not_an_offence", "offence_by_setting", "disagreed", "first"),
    ]


def test_pages_show_agreement_and_every_settlement(twice: Knowledge, tmp_path: Path) -> None:
    site = Client(build(twice, tmp_path / "regimes.db"))
    method = text_of(site.get("/method").text)
    assert "2 of 3 pairs" in method and "The by-law punishes noise." not in method
    page = text_of(site.get("/jurisdictions/ZZ", on="2026-11-22").text)
    assert "coded twice alike" in page and "coded twice, difference settled" in page
    assert "The by-law punishes noise." in page


def test_the_method_page_names_what_was_coded_once(twice: Knowledge, world: Path, tmp_path: Path) -> None:
    method = text_of(Client(build(twice, tmp_path / "regimes.db")).get("/method").text)
    assert "Every coded record has been coded twice." in method
    (world / "second_codings" / "ZZ.yml").unlink()
    once = text_of(Client(build(knowledge_of(world, ZZ=ZZ), tmp_path / "regimes.db")).get("/method").text)
    assert "Coded once and not yet a second time: Zedland." in once
