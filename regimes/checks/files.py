"""Checks of the files beside the jurisdictions: instruments, assessments, estimates, claims, terms and namings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from ..codebook import NOT_CODED
from ..model import Record
from ..periods import answers_on
from ..problems import Problem, listed, near
from ..read import Path_
from ..readings import Reading
from ..world import Assessment, Collection, SourcedFile
from .registry import World, world_check

REGIME = "sex-work-regime"
CITES = ("cite", "rule_cite", "about_cite")


@world_check("E331", "A file's id is its file's name.")
def id_is_name(world: World) -> Iterable[Problem]:
    for file in world.files:
        stem = PurePosixPath(file.document.path).stem
        if not isinstance(file, Collection) and file.prefix not in (stem, stem.replace("-", "_")):
            key = "instrument" if "instrument" in file.document.data else "assessment"
            yield file.problem(
                (key,), "E331", f"found {file.prefix} in the file {stem}.yml", f"Name the file {file.prefix}.yml, or mend the id."
            )


@world_check("E332", "Every citation names a source of its file, and every source is cited.")
def citations_resolve(world: World) -> Iterable[Problem]:
    for file in world.files:
        cited = list(_cited(file.document.data, ()))
        if isinstance(file, Assessment):
            cited += [(("results", key), key) for key in file.document.data["results"]]
        for path, name in cited:
            if name not in file.sources:
                remedy = near(name, file.sources) or f"Declare it under sources; known: {listed(file.sources) or 'none'}."
                yield file.problem(path, "E332", f"no source {name!r}", remedy, key=path[-1] == name)
        for key in file.sources.keys() - {name for _, name in cited}:
            yield file.problem(("sources", key), "E332", f"the source {key!r} is not cited", "Cite it or take it out.", key=True)


def _cited(node: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Every citation, wherever it stands: its path and the source it names."""
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from _cited(value, (*path, index))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in CITES:
                names = [((*path, key, name), name) for name in value] if isinstance(value, dict) else [((*path, key), value)]
                yield from names
            elif (*path, key) != ("sources",):
                yield from _cited(value, (*path, key))


@world_check("E333", "Every party, and every place that is assessed, has a record.")
def codes_exist(world: World) -> Iterable[Problem]:
    for instrument in world.instruments.values():
        for block in ("parties", "signatories", "not_parties"):
            for code in instrument.document.data.get(block, {}):
                if code not in world.records:
                    yield instrument.problem(
                        (block, code), "E333", f"no record {code!r}", near(code, world.records) or "Add that record first.", key=True
                    )
    for assessment in world.assessments.values():
        for key, places in assessment.document.data["results"].items():
            for code in places:
                if code not in world.records:
                    yield assessment.problem(
                        ("results", key, code),
                        "E333",
                        f"no record {code!r}",
                        near(code, world.records) or "Add that record first.",
                        key=True,
                    )


@world_check("E334", "Every variable named is in the codebook, and every estimate named exists.")
def names_exist(world: World) -> Iterable[Problem]:
    estimates = world.collections["estimates"].entries if "estimates" in world.collections else {}
    for file in world.files:
        for path, kind, name in _named(file):
            known = world.codebook.variables if kind == "variables" else estimates
            if name not in known:
                yield file.problem(path, "E334", f"unknown {kind[:-1]} {name!r}", near(name, known))


def _named(file: SourcedFile) -> Iterator[tuple[Path_, str, str]]:
    data = file.document.data
    rows = [(("says", index), row) for index, row in enumerate(data.get("says", []))]
    if isinstance(file, Collection):
        rows += [((file.kind, id), entry) for id, entry in file.entries.items()]
    for path, row in rows:
        for kind in ("variables", "estimates"):
            for index, name in enumerate(row.get(kind, [])):
                yield (*path, kind, index), kind, name


@world_check("E335", "A party signs before it is bound, is bound before it withdraws, and has a day or year.")
def party_dates_fit(world: World) -> Iterable[Problem]:
    for instrument in world.instruments.values():
        for code, party in instrument.parties.items():
            block = "parties" if party.act else "signatories"
            if party.signed and party.on and party.signed.first > party.on.last:
                yield instrument.problem(
                    (block, code, "signed"), "E335", f"signed {party.signed.first}, after it was bound on {party.on.first}"
                )
            if party.denounced and party.bound_on and party.denounced.first <= party.bound_on:
                yield instrument.problem(
                    (block, code, "denounced"), "E335", f"withdrew {party.denounced.first}, before it was bound on {party.bound_on}"
                )
            if party.act and party.bound_on is None:
                yield instrument.problem(
                    (block, code),
                    "E335",
                    f"{code} is a party without a date",
                    "Give the day or year of the deposit (`on:`), or of the entry into force (`in_force:`).",
                    key=True,
                )
            if not party.act and (party.on or code in instrument.document.data.get("parties", {})):
                yield instrument.problem(
                    (block, code), "E335", f"{code} has no act", "Say how it was bound (`act:`), or list it under signatories.", key=True
                )


@world_check("E336", "A list that is complete to a day does not leave out the states it names as absent.")
def absent_is_no_party(world: World) -> Iterable[Problem]:
    for instrument in world.instruments.values():
        for code, (as_of, _) in instrument.absent.items():
            party = instrument.parties.get(code)
            if party and as_of and party.is_bound(as_of.first):
                yield instrument.problem(
                    ("not_parties", code),
                    "E336",
                    f"{code} is listed as absent on {as_of.first} and as bound since {party.bound_on}",
                    "Keep the one the source supports.",
                    key=True,
                )


@world_check("E337", "An assessment's results have declared values, of years that it says are known.")
def results_are_declared(world: World) -> Iterable[Problem]:
    for assessment in world.assessments.values():
        seen: dict[tuple[str, str], str] = {}
        for key, places in assessment.document.data["results"].items():
            for code, years in places.items():
                for year, value in years.items():
                    path = ("results", key, code, year)
                    if seen.setdefault((code, year), key) != key:
                        yield assessment.problem(
                            path, "E337", f"{code} {year} stands under {seen[code, year]!r} too", "Keep the better source.", key=True
                        )
                    if value not in assessment.values:
                        yield assessment.problem(
                            path,
                            "E337",
                            f"unknown value {value!r}",
                            near(value, assessment.values) or f"Known: {listed(assessment.values)}.",
                        )
                    if int(year) not in assessment.known:
                        yield assessment.problem(
                            path, "E337", f"{year} is not under `known`", "Say there whether that year is complete.", key=True
                        )


@world_check("E346", "What another map calls a law is one of our labels, and where our label is another, the reason is given.")
def namings_are_explained(world: World) -> Iterable[Problem]:
    label = world.readings.get(REGIME)
    if "namings" not in world.collections or label is None:
        return
    file = world.collections["namings"]
    for id, entry in file.entries.items():
        path, record = ("namings", id), world.records.get(entry["jurisdiction"])
        if entry["result"] not in label.results:
            yield file.problem((*path, "result"), "E346", f"no result {entry['result']!r}", f"Known: {listed(label.results)}.")
        elif record is None or not record.checked:
            remedy = near(entry["jurisdiction"], world.records) or "Code that record first."
            yield file.problem((*path, "jurisdiction"), "E346", f"no coded record {entry['jurisdiction']!r}", remedy)
        elif (ours := _label(record, label)) != entry["result"] and "because" not in entry:
            yield file.problem(
                path, "E346", f"our label is {ours}, this map's fits {entry['result']}", "Say why under `because`.", key=True
            )
        elif ours == entry["result"] and "because" in entry:
            yield file.problem((*path, "because"), "E346", f"our label is {ours} too", "Take `because` out.", key=True)


def _label(record: Record, reading: Reading) -> str:
    """The result of a label on the day the record was checked."""
    (item,) = reading.items.values()
    return item.outcome(answers_on(record, item.inputs, record.checked.last)).result


@world_check("E338", "A summary has a phrase for every answer its variables can have, and none besides.")
def summary_is_whole(world: World) -> Iterable[Problem]:
    if world.summary is None:
        return
    data, document = world.summary.data, world.summary

    def problem(path: Path_, message: str, remedy: str, key: bool = True) -> Problem:
        return Problem(document.path, *document.place(path, key=key), "E338", message, remedy)

    for number, sentence in enumerate(data["sentences"]):
        for index, name in enumerate(sentence["variables"]):
            if name not in data["phrases"]:
                yield problem(
                    ("sentences", number, "variables", index),
                    f"no phrases for {name!r}",
                    near(name, data["phrases"]) or "Add them under phrases.",
                )
    for name, phrases in data["phrases"].items():
        if name not in world.codebook.variables:
            yield problem(("phrases", name), f"unknown variable {name!r}", near(name, world.codebook.variables))
            continue
        wanted = {*world.codebook.variables[name].values, NOT_CODED}
        for value in wanted ^ set(phrases):
            what = f"{name} has no phrase for {value!r}" if value in wanted else f"{name} has no value {value!r}"
            yield problem(("phrases", name, value), what, "Add it." if value in wanted else near(value, wanted))


@world_check("E345", "An id that moved is no longer used, and leads to one that is.")
def moves_lead_somewhere(world: World) -> Iterable[Problem]:
    if world.moved is None:
        return
    known = {"jurisdictions": world.records, "variables": world.codebook.variables}
    for kind, entries in world.moved.data.items():
        for old, entry in entries.items():
            place = world.moved.place((kind, old), key=True)
            if old in known[kind]:
                yield Problem(world.moved.path, *place, "E345", f"{old} moved and is still there", "Take one of the two out.")
            if entry["to"] not in known[kind]:
                place = world.moved.place((kind, old, "to"))
                yield Problem(
                    world.moved.path, *place, "E345", f"{old} leads to {entry['to']!r}, which is not there", near(entry["to"], known[kind])
                )


@world_check("E339", "A reading names an instrument and a reading that exist, and has its own id.")
def readings_point_somewhere(world: World) -> Iterable[Problem]:
    ids = [reading.id for reading in world.readings.values()]
    for reading in world.readings.values():
        document = reading.document
        for key, known in (("bound_by", world.instruments), ("shown_with", ids)):
            name = getattr(reading, key)
            if name and known and name not in known:  # records without any instrument are on their way
                yield Problem(document.path, *document.place((key,)), "E339", f"no {key} {name!r}", near(name, known))
        if ids.count(reading.id) > 1:
            yield Problem(document.path, *document.place(("reading",)), "E339", f"two readings have the id {reading.id!r}", "Rename one.")


@world_check("E344", "Only a directive is to be made national law by a day, and that day follows its adoption.")
def transposition_fits(world: World) -> Iterable[Problem]:
    for instrument in world.instruments.values():
        due = instrument.transposed_by
        if due and instrument.kind != "directive":
            yield instrument.problem(("transposed_by",), "E344", "a treaty is not transposed", "Take it out, or mend `kind:`.", key=True)
        if due and instrument.adopted and due.last < instrument.adopted.first:
            message = f"due by {due.last}, before it was adopted on {instrument.adopted.first}"
            yield instrument.problem(("transposed_by",), "E344", message, "Look both days up again.")
