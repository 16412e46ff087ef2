"""What other maps call a law: shown beside our label, with the reason where they differ."""

from __future__ import annotations

from pathlib import Path

from conftest import build
from test_derive import ZZ, knowledge_of
from test_site import Client, text_of

NAMINGS = """
sources:
  map: {title: Map of <b>laws</b>, kind: ngo, language: en, read: original, read_at: example, read_on: 2026-11-22}
namings:
  zz-map:
    {jurisdiction: ZZ, map: The Map, as_of: 2005, says: Buyers and sellers are liable., result: R2, because: The law of 2010 came later., cite: {map: Zedland}}
  zz-other: {jurisdiction: ZZ, map: The Other Map, as_of: 2021, says: Only buyers are liable., result: R3, cite: {map: Zedland}}
"""

GATES = """sex_work:
  seller_public_solicitation: [{value: restricted_places_or_times, from: 2010-01-01, cite: {code: "4:4"}}]
  seller_registration: [{value: not_applicable, from: 2010-01-01, cite: {code: "4:4"}}]
  local_power_over_venues: [{value: not_applicable, from: 2010-01-01, cite: {code: "4:4"}}]
"""


def test_other_maps_stand_beside_our_label(world: Path, tmp_path: Path) -> None:
    (world / "namings.yml").write_text(NAMINGS, encoding="utf-8")
    coded, _, gaps = ZZ.replace("sex_work:\n", GATES).partition("gaps:\n")
    left = "".join(line for line in gaps.splitlines(keepends=True) if line.split(":")[0].strip() not in GATES)
    knowledge = knowledge_of(world, ZZ=f"{coded}gaps:\n{left}")
    page = Client(build(knowledge, tmp_path / "regimes.db")).get("/readings/sex-work-regime", on="2026-11-22").text
    assert "<b>laws</b>" not in page
    differs, _, same = text_of(page).partition("The same name as ours (1)")
    assert (
        "Another name than ours (1)" in differs and "The law of 2010 came later." in differs and "Buyers and sellers are liable." in differs
    )
    assert "Only buyers are liable." in same and "The Other Map, law of 2021" in same
