"""The rows of every table, from the knowledge and what was derived from it.

Each row is a mapping with the columns of ``schema.sql`` in their order; rows follow the order of the records, never chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from .agreement import Agreement
from .derive import Change, ReadingSpell, ResolvedAnswer, display, written
from .load import Knowledge
from .model import Cites, Marked, Source, cites
from .near_misses import NearMiss
from .readings import COMMON_RESULTS
from .second_codings import SecondCoding
from .treaties import TreatyState

Row = Mapping[str, Any]


class Writer(Protocol):
    """What takes the rows: one call a table."""

    def insert(self, table: str, rows: Iterable[Row]) -> None: ...


def codebook(writer: Writer, knowledge: Knowledge) -> None:
    book = knowledge.codebook
    writer.insert(
        "pillars",
        [{"id": one.id, "title": one.title, "description": one.description, "position": one.position} for one in book.pillars.values()],
    )
    writer.insert("variables", [_variable(one) for one in book.variables.values()])
    writer.insert(
        "variable_values",
        [
            {
                "variable": variable.id,
                "value": value.id,
                "position": position,
                "label": value.label,
                "choose_when": value.choose_when,
                "exclusive": int(value.exclusive),
                "absence": int(value.id in variable.negative),
            }
            for variable in book.variables.values()
            for position, value in enumerate(variable.values.values(), start=1)
        ],
    )


def _variable(one: Any) -> Row:
    return {
        "id": one.id,
        "title": one.title,
        "pillar": one.pillar,
        "position": one.position,
        "section": one.group,
        "basis": one.basis,
        "core": int(one.core),
        "applies_to": one.applies_to,
        "type": one.type,
        "unit": one.unit,
        "question": one.question,
        "coding_rules": one.coding_rules,
        "why_it_matters": one.why_it_matters,
        "expected_in": ", ".join(one.expected_in),
        "anchors": "; ".join(one.anchors),
        "derived_from": one.derived_from,
    }


def jurisdictions(writer: Writer, knowledge: Knowledge) -> None:
    records = list(knowledge.records.values())
    # A parent stands before its parts, so that every reference points at a row that is there.
    records.sort(key=lambda record: (bool(record.parent or record.follows), record.kind == "subnational", record.code))
    writer.insert(
        "jurisdictions",
        [
            {
                "code": one.code,
                "name": one.name,
                "kind": one.kind,
                "parent": one.parent or None,
                "follows": one.follows or None,
                "code_standard": one.code_standard or ("ISO 3166-2" if "-" in one.code else "ISO 3166-1"),
                "region": one.region or (knowledge.records[one.parent].region if one.parent else ""),
                "subregion": one.subregion or (knowledge.records[one.parent].subregion if one.parent else ""),
                "languages": ", ".join(one.languages),
                "legal_tradition": one.legal_tradition.get("text", ""),
                "legal_tradition_source": one.legal_tradition.get("source", ""),
                "status_note": one.status_note,
                "window_from": one.window.first if one.window else None,
                "checked": one.checked.last if one.checked else None,
                "from_secondary_sources": int(bool(one.checked) and not any(source.primary for source in one.sources.values())),
            }
            for one in records
        ],
    )
    writer.insert(
        "jurisdiction_names",
        [
            {"jurisdiction": record.code, "language": language, "name": name}
            for record in records
            for language, name in record.names.items()
        ],
    )


def sources(writer: Writer, knowledge: Knowledge) -> None:
    """The sources of every file: of jurisdictions, then of instruments, assessments, estimates, claims and terms."""
    writer.insert("sources", _source_rows(knowledge))


def _source_rows(knowledge: Knowledge) -> Iterator[Row]:
    for code, record in knowledge.records.items():
        for one in record.sources.values():
            yield _source(one, f"jurisdictions/{code}", f"{code}-{one.key}", code)
    for file in knowledge.files_with_sources():
        for one in file.sources.values():
            yield _source(one, file.file, f"{file.prefix}-{one.key}", None)


def _source(one: Source, file: str, id: str, jurisdiction: str | None) -> Row:
    return {
        "id": id,
        "file": file,
        "jurisdiction": jurisdiction,
        "title": one.title,
        "title_en": one.title_en,
        "kind": one.kind,
        "acts": ", ".join(one.acts),
        "language": one.language,
        "url": one.url,
        "version": one.version.first if one.version else None,
        "version_precision": one.version.precision if one.version else "",
        "newer_version": one.newer_version or None,
        "read_form": one.read,
        "read_at": one.read_at,
        "read_on": one.read_on.first,
        "grade": one.grade,
        "note": one.note,
    }


def searches(writer: Writer, knowledge: Knowledge) -> None:
    writer.insert("searches", _search_rows(knowledge))
    writer.insert(
        "gaps",
        [
            {"jurisdiction": code, "variable": variable, "reason": reason}
            for code, one in knowledge.records.items()
            for variable, reason in one.gaps.items()
        ],
    )


def _search_rows(knowledge: Knowledge) -> Iterator[Row]:
    for code, record in knowledge.records.items():
        row = {"jurisdiction": code, "act": "", "source": None, "pinpoint": "", "searched_on": None, "state": "", "note": ""}
        for act, one in record.searches.items():
            on = one.on.last if one.on else None
            for key, pinpoint in one.cites:
                yield {**row, "act": act, "source": f"{code}-{key}", "pinpoint": pinpoint, "searched_on": on, "state": "searched"}
            if one.absent:
                yield {**row, "act": act, "searched_on": on, "state": "no such act", "note": one.absent}
        for act, why in record.missing.items():
            yield {**row, "act": act, "state": "not held", "note": why}


def answers(writer: Writer, found: list[ResolvedAnswer], codings: Mapping[str, SecondCoding]) -> None:
    writer.insert("answers", [_answer(one, _coded_again(one, codings)) for one in found])
    writer.insert("answer_values", [row for one in found for row in _values(one)])
    writer.insert(
        "citations",
        [
            {"answer": one.id, "position": position, "source": source, "pinpoint": pinpoint}
            for one in found
            for position, (source, _, pinpoint) in enumerate(one.cited, start=1)
        ],
    )


def _coded_again(answer: ResolvedAnswer, codings: Mapping[str, SecondCoding]) -> str:
    """Whether a second reader gave this answer too, or it came out of settling a disagreement; empty where it was coded once."""
    coding = codings.get(answer.inherited_from or answer.jurisdiction)
    one = coding.comparisons.get(answer.spell.variable.id) if coding and answer.spell.covers(coding.on.first) else None
    return "" if one is None or coding.corrected.get(one.variable.id) else "settled" if one.settlement else "agreed"


def _answer(answer: ResolvedAnswer, second_coding: str) -> Row:
    spell, variable = answer.spell, answer.spell.variable
    return {
        "id": answer.id,
        "jurisdiction": answer.jurisdiction,
        "variable": variable.id,
        "value": written(variable, spell.value),
        "number": spell.value if isinstance(spell.value, int) else None,
        "label": display(variable, spell.value),
        "unchecked": ", ".join(id for id in variable.values if isinstance(spell.value, Marked) and id in spell.value.unchecked),
        "valid_from": answer.valid_from,
        "valid_until": answer.valid_until,
        "from_precision": answer.from_precision,
        "until_precision": answer.until_precision,
        "note": spell.note,
        "grade": answer.grade,
        "absence": int(any(token in variable.negative for token in spell.tokens)),
        "confidence": spell.confidence,
        "second_coding": second_coding,
        "checked": answer.checked,
        "text_version": answer.text_version or None,
        "inherited_from": answer.inherited_from or None,
    }


def second_codings(writer: Writer, knowledge: Knowledge, found: Iterable[Agreement]) -> None:
    """What the second reader answered, and how far the two agree on each question."""
    writer.insert("second_codings", [row for one in knowledge.second_codings.values() for row in _second_coding(one)])
    writer.insert(
        "agreement",
        [
            {
                "variable": one.variable.id,
                "compared": one.compared,
                "agreed": one.agreed,
                "missing": one.missing,
                "share": one.agreed / one.compared if one.compared else None,
                "alpha": one.alpha,
            }
            for one in found
        ],
    )


def _second_coding(coding: SecondCoding) -> Iterator[Row]:
    for name, one in coding.comparisons.items():
        yield {
            "jurisdiction": coding.code,
            "variable": name,
            "law_of": coding.on.first,
            "coded_on": coding.coded.first,
            "blind": int(coding.blind),
            "first_value": None if one.first is None else written(one.variable, one.first),
            "second_value": None if one.second is None else written(one.variable, one.second),
            "outcome": one.outcome,
            "kept": one.settlement.kept if one.settlement else "",
            "because": one.settlement.because if one.settlement else "",
            "cited": one.cited,
            "note": one.note,
            "corrected": coding.corrected.get(name, ""),
        }


MOVED = {"jurisdictions": "jurisdiction", "variables": "variable"}


def moved(writer: Writer, knowledge: Knowledge) -> None:
    """Ids that are no longer used."""
    entries = knowledge.moved.data if knowledge.moved else {}
    writer.insert(
        "moved",
        [
            {"kind": MOVED[kind], "old": old, "new": one["to"], "since": one["since"], "reason": one["reason"]}
            for kind, ids in entries.items()
            for old, one in ids.items()
        ],
    )


def _values(answer: ResolvedAnswer) -> list[Row]:
    spell = answer.spell
    states = [(token, "true") for token in spell.tokens or ["number"]]
    if isinstance(spell.value, Marked):
        states += [(token, "unchecked") for token in spell.variable.values if token in spell.value.unchecked]
    return [{"answer": answer.id, "variable": spell.variable.id, "value": token, "state": state} for token, state in states]


def readings(writer: Writer, knowledge: Knowledge, results: Iterable[ReadingSpell]) -> None:
    found = sorted(knowledge.readings.values(), key=lambda reading: reading.position)
    writer.insert(
        "readings",
        [
            {
                "id": one.id,
                "title": one.title,
                "kind": one.kind,
                "position": one.position,
                "description": one.description,
                "limits": "\n".join(one.limits),
                "shown_with": one.shown_with or None,
            }
            for one in found
        ],
    )
    writer.insert(
        "reading_items",
        [
            {
                "reading": reading.id,
                "item": one.id,
                "position": position,
                "title": one.title,
                "provision": one.source,
                "inputs": ", ".join(one.inputs),
                "case_text": one.case,
            }
            for reading in found
            for position, one in enumerate(reading.items.values(), start=1)
        ],
    )
    writer.insert(
        "reading_labels",
        [
            {
                "reading": reading.id,
                "result": result,
                "position": position,
                "label": label,
                "also_called": ", ".join(reading.also_called.get(result, ())),
            }
            for reading in found
            for position, (result, label) in enumerate({**reading.results, **COMMON_RESULTS}.items(), start=1)
        ],
    )
    writer.insert("reading_results", [_result(one) for one in results])


def _result(one: ReadingSpell) -> Row:
    """``trace`` is the why as JSON: the variables that decided, each with the id of its answer (null: not coded)."""
    trace = [{"variable": variable, "answer": answer or None} for variable, answer in one.because]
    return {
        "id": f"{one.jurisdiction}-{one.reading.id}-{one.item.id}-{one.valid_from}",
        "jurisdiction": one.jurisdiction,
        "reading": one.reading.id,
        "item": one.item.id,
        "result": one.outcome.result,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "rule_row": one.outcome.row,
        "trace": json.dumps(trace, separators=(",", ":")),
    }


def near_misses(writer: Writer, found: Iterable[NearMiss]) -> None:
    """The one other answer that would give a jurisdiction another label."""
    writer.insert(
        "near_misses",
        [
            {
                "jurisdiction": one.jurisdiction,
                "reading": one.reading,
                "item": one.item,
                "variable": one.variable,
                "answer_value": one.answer_value,
                "other_value": one.other_value,
                "other_result": one.other_result,
            }
            for one in found
        ],
    )


def changes(writer: Writer, found: Iterable[Change]) -> None:
    writer.insert(
        "changes",
        [
            {
                "id": one.after.id,
                "jurisdiction": one.after.jurisdiction,
                "variable": one.after.spell.variable.id,
                "changed_on": one.after.valid_from,
                "precision": one.after.from_precision,
                "before": one.before.id,
                "after": one.after.id,
                "before_label": display(one.before.spell.variable, one.before.spell.value),
                "after_label": display(one.after.spell.variable, one.after.spell.value),
            }
            for one in found
        ],
    )


def instruments(writer: Writer, knowledge: Knowledge, states: Iterable[TreatyState]) -> None:
    found = list(knowledge.instruments.values())
    writer.insert(
        "instruments",
        [
            {
                "id": one.id,
                "title": one.title,
                "short_title": one.short_title,
                "kind": one.kind,
                "adopted": one.adopted.first,
                "in_force": one.in_force.first if one.in_force else None,
                "transposed_by": one.transposed_by.last if one.transposed_by else None,
                "depositary": one.depositary,
                "url": one.url,
                "complete_to": one.complete_to.last if one.complete_to else None,
                "status_note": one.status_note,
            }
            for one in found
        ],
    )
    writer.insert(
        "instrument_provisions",
        [
            {"instrument": one.id, "position": position, "article": row.article, "says": row.text, "variables": ", ".join(row.variables)}
            for one in found
            for position, row in enumerate(one.says, start=1)
        ],
    )
    writer.insert(
        "instrument_counts",
        [
            {"instrument": one.id, "counted_on": row.on.first, "published": row.parties, "held": one.party_count(row.on.first)}
            for one in found
            for row in one.counts
        ],
    )
    writer.insert("ratifications", [_ratification(one.id, row) for one in found for row in one.parties.values()])
    writer.insert(
        "treaty_status",
        [
            {
                "instrument": one.instrument,
                "jurisdiction": one.jurisdiction,
                "state": one.state,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "source": one.source,
            }
            for one in states
        ],
    )


def _ratification(instrument: str, one: Any) -> Row:
    return {
        "instrument": instrument,
        "jurisdiction": one.code,
        "signed": one.signed.first if one.signed else None,
        "act": one.act,
        "deposited": one.on.first if one.on else None,
        "deposited_precision": one.on.precision if one.on else "",
        "in_force": one.in_force.last if one.in_force else None,
        "in_force_precision": one.in_force.precision if one.in_force else "",
        "in_force_stated": int(one.in_force_stated),
        "denounced": one.denounced.first if one.denounced else None,
        "territories": one.territories,
        "note": one.note,
        "source": f"{instrument}-{one.cites[0][0]}",
        "pinpoint": one.cites[0][1],
    }


def assessments(writer: Writer, knowledge: Knowledge) -> None:
    found = list(knowledge.assessments.values())
    writer.insert("assessments", [{"id": one.id, "title": one.title, "publisher": one.publisher, "about": one.about} for one in found])
    writer.insert(
        "assessment_values",
        [
            {"assessment": one.id, "value": value, "position": position, "label": label}
            for one in found
            for position, (value, label) in enumerate(one.values.items(), start=1)
        ],
    )
    writer.insert(
        "assessment_years",
        [
            {"assessment": one.id, "year": year, "complete": int(complete), "note": note}
            for one in found
            for year, (complete, note) in sorted(one.known.items())
        ],
    )
    writer.insert(
        "external_assessments",
        [
            {"assessment": one.id, "jurisdiction": code, "year": year, "value": value, "source": f"{one.prefix}-{key}"}
            for one in found
            for (code, year), (value, key) in sorted(one.results.items())
        ],
    )


def literature(writer: Writer, knowledge: Knowledge) -> None:
    """Published estimates, popular claims checked against them, the glossary, and what other maps call a law."""
    writer.insert(
        "estimates",
        [{"id": one["id"], **{key: str(one.get(key, "")) for key in ESTIMATE}} for one in knowledge.entries("estimates")],
    )
    writer.insert(
        "estimate_figures",
        [
            {
                "estimate": one["id"],
                "position": position,
                **{key: figure.get(key) for key in ("measure", "persons", "share", "low", "high")},
                "note": figure.get("note", ""),
            }
            for one in knowledge.entries("estimates")
            for position, figure in enumerate(one["figures"], start=1)
        ],
    )
    writer.insert("claims", [{"id": one["id"], **{key: one.get(key, "") for key in CLAIM}} for one in knowledge.entries("claims")])
    writer.insert(
        "terms",
        [
            {
                "id": one["id"],
                "term": one["term"],
                "also": ", ".join(one.get("also", [])),
                "definition": one["definition"],
                "contested": one.get("contested", ""),
            }
            for one in knowledge.entries("terms")
        ],
    )
    writer.insert(
        "term_provisions",
        [
            {"term": one["id"], "position": position, "article": row["article"], "says": row["says"], "source": f"terms-{row['cite']}"}
            for one in knowledge.entries("terms")
            for position, row in enumerate(one.get("instruments", []), start=1)
        ],
    )
    writer.insert(
        "claim_estimates",
        [{"claim": one["id"], "estimate": estimate} for one in knowledge.entries("claims") for estimate in one.get("estimates", [])],
    )
    writer.insert("namings", [{"id": one["id"], **{key: str(one.get(key, "")) for key in NAMING}} for one in knowledge.entries("namings")])
    writer.insert("item_variables", _item_variables(knowledge))
    writer.insert("item_citations", _item_citations(knowledge))


def _entries(knowledge: Knowledge) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Estimates, claims, terms and namings, each with the name of its kind."""
    for kind in ("estimates", "claims", "terms", "namings"):
        for entry in knowledge.entries(kind):
            yield kind[:-1], entry


def _item_variables(knowledge: Knowledge) -> Iterator[Row]:
    for instrument in knowledge.instruments.values():
        for position, row in enumerate(instrument.says, start=1):
            for variable in row.variables:
                yield {"kind": "provision", "item": f"{instrument.id}-{position}", "variable": variable}
    for kind, entry in _entries(knowledge):
        for variable in entry.get("variables", []):
            yield {"kind": kind, "item": entry["id"], "variable": variable}


def _item_citations(knowledge: Knowledge) -> Iterator[Row]:
    for instrument in knowledge.instruments.values():
        for position, row in enumerate(instrument.says, start=1):
            yield from _citations("provision", f"{instrument.id}-{position}", instrument.prefix, row.cites)
        yield from _citations("instrument", instrument.id, instrument.prefix, instrument.status_cites)
    for assessment in knowledge.assessments.values():
        yield from _citations("assessment", assessment.id, assessment.prefix, assessment.about_cites)
    for kind, entry in _entries(knowledge):
        yield from _citations(kind, entry["id"], f"{kind}s", cites(entry["cite"]))


def _citations(kind: str, item: str, prefix: str, cited: Cites) -> Iterator[Row]:
    for position, (key, pinpoint) in enumerate(cited, start=1):
        yield {"kind": kind, "item": item, "position": position, "source": f"{prefix}-{key}", "pinpoint": pinpoint}


ESTIMATE = ("title", "publisher", "published", "reference_period", "counted", "limits")
NAMING = ("jurisdiction", "map", "as_of", "says", "result", "because")
CLAIM = ("claim", "said_by", "side", "found", "population", "verdict", "reason")


def summary(writer: Writer, knowledge: Knowledge) -> None:
    """The phrases from which a jurisdiction's opening sentences are made."""
    data = knowledge.summary.data if knowledge.summary else {"sentences": [], "phrases": {}}
    writer.insert(
        "summary_phrases",
        [
            {"sentence": number, "position": position, "variable": variable, "value": value, "phrase": phrase}
            for number, sentence in enumerate(data["sentences"], start=1)
            for position, variable in enumerate(sentence["variables"], start=1)
            for value, phrase in data["phrases"][variable].items()
        ],
    )


def search(writer: Writer, knowledge: Knowledge, resolved: dict[str, list[ResolvedAnswer]]) -> None:
    rows = [{"id": number, **row} for number, row in enumerate(_documents(knowledge, resolved), start=1)]
    writer.insert("search_documents", rows)


def _documents(knowledge: Knowledge, resolved: dict[str, list[ResolvedAnswer]]) -> Iterator[Row]:
    """What the full-text search looks through, with where it leads."""
    for code, record in knowledge.records.items():
        yield _document("jurisdiction", code, None, record.name, " ".join([code, *record.names.values()]))
    for one in knowledge.codebook.variables.values():
        yield _document("variable", None, one.id, one.title, f"{one.question} {one.why_it_matters}")
    for code, found in resolved.items():
        name = knowledge.records[code].name
        for answer in found:
            variable = answer.spell.variable
            if not variable.coded_by_hand:
                continue
            cited = "; ".join(f"{source.title} {pinpoint}" for _, source, pinpoint in answer.cited)
            body = f"{display(variable, answer.spell.value)}. {answer.spell.note} {cited}"
            yield _document("answer", code, variable.id, f"{name}: {variable.title}", body)
    for code, record in knowledge.records.items():
        for source in record.sources.values():
            yield _document("source", code, None, source.title, f"{source.title_en} {source.note}".strip())
    for instrument in knowledge.instruments.values():
        yield _document(
            "instrument", None, None, instrument.short_title, " ".join([instrument.title, *(row.text for row in instrument.says)])
        )
    for term in knowledge.entries("terms"):
        yield _document("term", None, None, term["term"], f"{', '.join(term.get('also', []))} {term['definition']}")
    for claim in knowledge.entries("claims"):
        yield _document("claim", None, None, claim["claim"], f"{claim['found']} {claim['reason']}")


def _document(kind: str, jurisdiction: str | None, variable: str | None, title: str, body: str) -> Row:
    return {"kind": kind, "jurisdiction": jurisdiction, "variable": variable, "title": title, "body": body}
