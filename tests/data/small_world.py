"""A small world with something of everything, so that golden files do not change when a real record does."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SECOND = """
jurisdiction: ZZ
coded: 2026-11-22
on: 2026-11-22
blind: true
drawn: some
answers:
  buying_status: {value: criminal_offence, cite: 4:2}
  selling_status: {value: offence_by_setting, cite: 5:1}
settled:
  selling_status: {first: not_an_offence, kept: first, because: The by-law punishes noise.}
"""
INSTRUMENT = """
instrument: palermo_protocol
title: Protocol
short_title: Palermo Protocol
kind: treaty
adopted: 2000-11-15
in_force: 2003-12-25
depositary: Secretary-General of the United Nations
sources:
  list: {title: List, kind: treaty_status, language: en, version: 2013-12-13, read: original, read_at: example, read_on: 2026-11-22}
says:
  - {article: 3(a), text: Names acts., variables: [trafficking_acts], cite: list}
status: {complete_to: 2013-12-13, cite: {list: whole}}
parties:
  ZZ: {signed: 2000-12-12, act: ratification, on: 2002-05-15, cite: list}
"""
ASSESSMENT = """
assessment: report
title: Report
publisher: A government
about: Tiers by year.
values:
  tier_1: {label: Tier 1}
sources:
  report: {title: Report 2020, kind: official_report, language: en, version: 2020, read: original, read_at: example, read_on: 2026-11-22}
known:
  "2020": {complete: true, cite: report}
results:
  report:
    ZZ: {"2020": tier_1}
"""


def small_world(folder: Path) -> Path:
    """Records with the real codebook, readings and cases, one coded jurisdiction, and one of everything else."""
    records = folder / "records"
    for part in ("codebook", "readings"):
        shutil.copytree(ROOT / "records" / part, records / part, ignore=shutil.ignore_patterns("eu-directive*"))
    for name in ("scenarios", "summary"):
        shutil.copy(ROOT / "records" / f"{name}.yml", records)
    for name in ("estimates", "claims", "terms"):
        _first_of(records, name)
    files = {
        "jurisdictions/ZZ.yml": (ROOT / "tests/data/ZZ.yml").read_text(encoding="utf-8"),
        "jurisdictions/ZY.yml": "code: ZY\nname: Whyland\nkind: country\n",
        "second_codings/ZZ.yml": SECOND,
        "instruments/palermo_protocol.yml": INSTRUMENT,
        "external/report.yml": ASSESSMENT,
    }
    for name, text in files.items():
        (records / name).parent.mkdir(parents=True, exist_ok=True)
        (records / name).write_text(text, encoding="utf-8")
    return records


def _first_of(records: Path, name: str) -> None:
    """The first entry of a real collection, with what it cites."""
    data = yaml.load((ROOT / "records" / f"{name}.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    key, entry = next(iter(data[name].items()))
    entry.pop("estimates", None)
    cited = {*entry["cite"], *(row["cite"] for row in entry.get("instruments", []))}
    part = {"sources": {id: one for id, one in data["sources"].items() if id in cited}, name: {key: entry}}
    (records / f"{name}.yml").write_text(yaml.safe_dump(part, allow_unicode=True, sort_keys=False), encoding="utf-8")
