"""The form of one file: JSON Schemas, made from the codebook, and their findings in plain words with places.

The same schema serves the validator, editors (completion, hover) and the generated reference page, so the list of
values stands once, in ``records/codebook``. Draft 7, because that is what YAML editors read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jsonschema_rs

from . import dates
from .codebook import ACT_KINDS, JURISDICTION_KINDS, NOT_CODED, READ_FORMS, SOURCE_KINDS, Codebook, Variable
from .problems import Problem, listed, near, shown
from .read import Document, Path_
from .second_codings import KEPT

CODES = {
    "E201": "Only known keys stand in a file.",
    "E202": "Every required key is there.",
    "E203": "A word comes from its list: a value belongs to its variable, a kind to its kinds.",
    "E204": "A value has the right type: text, number, list or mapping.",
    "E205": "Text has the right form: ids, codes, dates.",
    "E206": "Lists and mappings are not empty and hold nothing twice.",
}

TEXT = {"type": "string", "minLength": 1, "pattern": "\\S", "expected": "text"}
PINPOINT = {"type": ["string", "integer", "number"], "minLength": 1, "pattern": "\\S", "expected": "a pinpoint such as 6:11 or § 232(1)"}
DATE = {
    "type": ["string", "integer"],
    "pattern": f"^{dates.FORM}$",
    "minimum": 1000,
    "maximum": 9999,
    "expected": dates.EXPECTED,
}
DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "expected": "a whole day such as 2026-11-22"}
LANGUAGE = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z][A-Za-z]+)?$", "expected": "a language code such as sv"}
CODE = {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$", "expected": "a code such as SE or US-WA"}
ID = "^[a-z][a-z0-9_]*$"
UNCHECKED = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}


def _object(properties: dict[str, Any], required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required), **more}


def _map(value: dict[str, Any], keys: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A mapping whose keys are from a list, or ids where no list is given."""
    names = {"enum": keys} if keys else {"pattern": ID, "expected": "lower-case letters, digits and _"}
    return {"type": "object", "propertyNames": names, "additionalProperties": value, "minProperties": 1, **more}


CITE = {
    "type": "object",
    "propertyNames": {"pattern": ID},
    "additionalProperties": PINPOINT,
    "minProperties": 1,
    "expected": "source keys with pinpoints, such as {brb: 6:11}",
}


SOURCE = _object(
    {
        "title": TEXT,
        "title_en": TEXT,
        "kind": {"enum": list(SOURCE_KINDS)},
        "acts": {"type": "array", "items": {"enum": list(ACT_KINDS)}, "uniqueItems": True, "minItems": 1},
        "language": LANGUAGE,
        "url": {"type": "string", "pattern": "^https?://[^\\s]+$", "expected": "an address that starts with https://"},
        "version": DATE,
        "newer_version": DAY,
        "read": {"enum": list(READ_FORMS)},
        "read_at": TEXT,
        "read_on": DAY,
        "note": TEXT,
    },
    ("title", "kind", "language", "read", "read_at", "read_on"),
)


def record_schema(codebook: Codebook) -> dict[str, Any]:
    """The schema of ``records/jurisdictions/*.yml``."""
    search = _object(
        {"cite": CITE, "on": DAY, "absent": TEXT},
        anyOf=[{"required": ["cite", "on"]}, {"required": ["absent"]}],
        expected="either cite and on (the act was searched) or absent (no such act exists)",
    )
    acts = list(ACT_KINDS)
    pillars = {
        pillar: _object({variable.id: spells_schema(variable) for variable in codebook.of_pillar(pillar) if variable.coded_by_hand})
        for pillar in codebook.pillars
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A jurisdiction's record",
        **_object(
            {
                "code": CODE,
                "name": TEXT,
                "kind": {"enum": list(JURISDICTION_KINDS)},
                "parent": CODE,
                "follows": CODE,
                "code_standard": TEXT,
                "names": {"type": "object", "propertyNames": LANGUAGE, "additionalProperties": TEXT, "minProperties": 1},
                "region": TEXT,
                "subregion": TEXT,
                "languages": {"type": "array", "items": LANGUAGE, "uniqueItems": True, "minItems": 1},
                "legal_tradition": _object({"text": TEXT, "source": TEXT}, ("text", "source")),
                "status_note": TEXT,
                "coded": _object({"window": DATE, "checked": DAY}, ("window", "checked")),
                "sources": _map(SOURCE),
                "searched": _map(search, acts),
                "missing": _map(TEXT, acts),
                **pillars,
                "gaps": _map(TEXT, list(codebook.variables)),
            },
            ("code", "name", "kind"),
        ),
    }


def spells_schema(variable: Variable) -> dict[str, Any]:
    """The schema of a variable's dated answers."""
    properties: dict[str, Any] = {
        "value": value_schema(variable),
        **({"unchecked": value_schema(variable)} if variable.type == "multi" else {}),
        "from": DATE,
        "until": DATE,
        "cite": CITE,
        "note": TEXT,
        "confidence": {"enum": ["low", "medium"]},
        "stated": {"type": "boolean"},
    }
    return {
        "type": "array",
        "minItems": 1,
        "items": _object(properties, ("value", "from", "cite")),
        "title": variable.title,
        "description": f"{variable.question}\n\n{_definitions(variable)}\n\n{variable.coding_rules}",
    }


def value_schema(variable: Variable) -> dict[str, Any]:
    """The schema of one answer's value."""
    words = {"enum": list(variable.tokens), "description": _definitions(variable)}
    if variable.type == "multi":
        return {"type": "array", "items": words, "minItems": 1, "uniqueItems": True, "expected": "a list such as [one, two]"}
    if variable.type == "integer":
        number = {"type": "integer", "minimum": 0}
        return {
            "anyOf": [number, words],
            "expected": f"a whole number ({variable.unit}) or one of: {', '.join(variable.tokens)}",
            "words": list(variable.tokens),
        }
    return words


def _definitions(variable: Variable) -> str:
    return "\n".join(f"{value.id}: {value.choose_when}" for value in variable.values.values())


def codebook_schema() -> dict[str, Any]:
    """The schema of ``records/codebook/*.yml``."""
    words = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    variable = _object(
        {
            "title": TEXT,
            "group": TEXT,
            "basis": {"enum": ["law", "practice"]},
            "core": {"type": "boolean"},
            "applies_to": {"enum": ["adult", "child", "any"]},
            "type": {"enum": ["choice", "multi", "integer"]},
            "unit": TEXT,
            "question": TEXT,
            "expected_in": {**words, "items": {"enum": list(ACT_KINDS)}, "minItems": 1},
            "negative": words,
            "values": _map(_object({"label": TEXT, "choose_when": TEXT, "exclusive": {"type": "boolean"}}, ("label", "choose_when"))),
            "coding_rules": TEXT,
            "why_it_matters": TEXT,
            "anchors": {**words, "minItems": 1},
            "derived_from": {"enum": ["instruments"]},
        },
        (
            "title",
            "group",
            "basis",
            "core",
            "applies_to",
            "type",
            "question",
            "expected_in",
            "negative",
            "values",
            "coding_rules",
            "why_it_matters",
            "anchors",
        ),
    )
    fields = {"pillar": TEXT, "title": TEXT, "description": TEXT, "position": {"type": "integer"}, "variables": _map(variable)}
    return _object(fields, tuple(fields))


def reading_schema() -> dict[str, Any]:
    """The schema of ``records/readings/*.yml`` and ``scenarios.yml``; conditions are read by ``conditions``."""
    condition = {"type": "object", "minProperties": 1, "expected": "a condition such as {selling_status: not_an_offence}"}
    row = _object(
        {"result": TEXT, "when": condition, "otherwise": {"enum": [True]}},
        ("result",),
        anyOf=[{"required": ["when"]}, {"required": ["otherwise"]}],
        expected="when (a condition) or otherwise: true",
    )
    rows = {"type": "array", "items": row, "minItems": 1}
    value_results = {"type": "object", "additionalProperties": TEXT}
    item = _object(
        {
            "title": TEXT,
            "source": TEXT,
            "case": TEXT,
            "needs_every_input": {"type": "boolean"},
            "value_results": value_results,
            "rows": rows,
        },
        ("title", "rows"),
    )
    result = _object({"label": TEXT, "also_called": {"type": "array", "items": TEXT}}, ("label",))
    any_key = {"type": "object", "minProperties": 1}
    return _object(
        {
            "reading": TEXT,
            "title": TEXT,
            "kind": {"enum": ["label", "flags", "checklist", "scenarios"]},
            "position": {"type": "integer"},
            "description": TEXT,
            "limits": {"type": "array", "items": TEXT, "minItems": 1},
            "shown_with": TEXT,
            "bound_by": TEXT,
            "value_results": value_results,
            "results": {**any_key, "additionalProperties": result},
            "shorthands": {**any_key, "additionalProperties": condition},
            "items": {**any_key, "additionalProperties": item},
        },
        ("reading", "title", "kind", "position", "description", "limits", "results", "items"),
    )


def second_coding_schema(codebook: Codebook) -> dict[str, Any]:
    """The schema of ``records/second_codings/*.yml``: values as in a record, or ``not_coded``."""
    questions = [variable for variable in codebook.variables.values() if variable.coded_by_hand]
    answers, settled = {}, {}
    for variable in questions:
        value = _or_not_coded(variable)
        fields = {"value": value, "unchecked": UNCHECKED, "cite": PINPOINT, "note": TEXT}
        answers[variable.id] = _object(
            fields, ("value",), title=variable.title, description=f"{variable.question}\n\n{_definitions(variable)}"
        )
        settled[variable.id] = _object(
            {"first": value, "first_unchecked": UNCHECKED, "kept": {"enum": list(KEPT)}, "because": TEXT}, ("first", "kept", "because")
        )
    fields = {
        "jurisdiction": CODE,
        "coded": DAY,
        "on": DAY,
        "blind": {"type": "boolean"},
        "drawn": TEXT,
        "answers": _object(answers, minProperties=1),
        "settled": _object(settled, minProperties=1),
        "corrected": _map(TEXT, [variable.id for variable in questions]),
    }
    return _object(fields, ("jurisdiction", "coded", "on", "blind", "drawn", "answers"))


def _or_not_coded(variable: Variable) -> dict[str, Any]:
    """A value, or the word that says the question could not be answered."""
    words = [*variable.tokens, NOT_CODED]
    expected = f"{'a list of these' if variable.type == 'multi' else 'one of these'} or {NOT_CODED}: {listed(variable.tokens)}"
    if variable.type == "multi":
        values = {"type": "array", "items": {"enum": list(variable.tokens)}, "minItems": 1, "uniqueItems": True}
        return {"anyOf": [values, {"enum": [NOT_CODED]}], "expected": expected, "words": words}
    number = [{"type": "integer", "minimum": 0}] if variable.type == "integer" else []
    return {"anyOf": [*number, {"enum": words}], "expected": expected, "words": words}


CITE_OR_KEY = {"anyOf": [CITE, {"type": "string", "pattern": ID}], "expected": "source keys with pinpoints, or one source key"}
NUMBER = {"type": "integer", "minimum": 0}
WORDS = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
SLUG = "^[a-z0-9][a-z0-9-]*$"


def _by_code(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": CODE, "additionalProperties": value}


def _by_slug(value: dict[str, Any]) -> dict[str, Any]:
    names = {"pattern": SLUG, "expected": "lower-case words with hyphens"}
    return {"type": "object", "propertyNames": names, "additionalProperties": value, "minProperties": 1}


def instrument_schema() -> dict[str, Any]:
    """The schema of ``records/instruments/*.yml``."""
    party = _object(
        {
            "signed": DATE,
            "act": {"enum": [*ACTS]},
            "on": DATE,
            "in_force": DATE,
            "denounced": DATE,
            "territories": TEXT,
            "note": TEXT,
            "cite": CITE_OR_KEY,
        },
        ("cite",),
    )
    rule = _object(
        {"days": NUMBER, "months": NUMBER, "first_of_next_month": {"type": "boolean"}, "on_deposit": {"type": "boolean"}}, minProperties=1
    )
    count = _object({"on": DATE, "parties": NUMBER, "signatories": NUMBER, "cite": CITE_OR_KEY}, ("on", "parties", "cite"))
    says = _object({"article": PINPOINT, "variables": WORDS, "text": TEXT, "cite": CITE_OR_KEY}, ("article", "text", "cite"))
    return _object(
        {
            "instrument": TEXT,
            "title": TEXT,
            "short_title": TEXT,
            "kind": {"enum": ["treaty", "directive"]},
            "adopted": DATE,
            "in_force": DATE,
            "transposed_by": DATE,
            "depositary": TEXT,
            "url": SOURCE["properties"]["url"],
            "enters_into_force_after": rule,
            "rule_cite": CITE_OR_KEY,
            "sources": _map(SOURCE),
            "says": {"type": "array", "items": says, "minItems": 1},
            "status": _object(
                {"complete_to": DATE, "cite": CITE_OR_KEY, "note": TEXT, "counts": {"type": "array", "items": count}}, ("cite",)
            ),
            "parties": _by_code(party),
            "signatories": _by_code(party),
            "not_parties": _by_code(_object({"as_of": DATE, "cite": CITE_OR_KEY, "note": TEXT}, ("as_of", "cite"))),
        },
        ("instrument", "title", "short_title", "kind", "adopted", "depositary", "sources", "says", "status", "parties"),
    )


ACTS = ("ratification", "accession", "succession", "acceptance", "approval", "formal_confirmation", "definitive_signature", "bound")


def assessment_schema() -> dict[str, Any]:
    """The schema of ``records/external/*.yml``."""
    year = {"pattern": "^[0-9]{4}$", "expected": "a year"}
    years = {"type": "object", "propertyNames": year, "additionalProperties": TEXT, "minProperties": 1}
    known = _object({"complete": {"type": "boolean"}, "note": TEXT, "cite": CITE_OR_KEY}, ("complete", "cite"))
    disagreement = _object(
        {"code": CODE, "year": {"type": "integer"}, "values": WORDS, "kept": TEXT, "why": TEXT}, ("code", "year", "values", "kept", "why")
    )
    fields = {
        "assessment": TEXT,
        "title": TEXT,
        "publisher": TEXT,
        "about": TEXT,
        "about_cite": CITE_OR_KEY,
        "values": _map(_object({"label": TEXT}, ("label",))),
        "sources": _map(SOURCE),
        "known": {"type": "object", "propertyNames": year, "additionalProperties": known, "minProperties": 1},
        "results": _map(_by_code(years)),
        "disagreements": {"type": "array", "items": disagreement},
    }
    return _object(fields, tuple(key for key in fields if key != "disagreements"))


def collection_schema(kind: str) -> dict[str, Any]:
    """The schema of ``records/estimates.yml``, ``claims.yml``, ``terms.yml`` or ``namings.yml``."""
    amount = {"type": ["integer", "number", "string"], "pattern": "^[0-9]+([.][0-9]+)?$", "expected": "a number"}
    figure = _object({"measure": TEXT, "persons": NUMBER, "share": amount, "low": amount, "high": amount, "note": TEXT}, ("measure",))
    provision = _object(
        {"article": TEXT, "says": TEXT, "cite": {"type": "string", "pattern": ID, "expected": "a source key"}}, ("article", "says", "cite")
    )
    entries = {
        "estimates": _object(
            {
                "title": TEXT,
                "publisher": TEXT,
                "published": DATE,
                "reference_period": {"type": ["string", "integer"]},
                "counted": TEXT,
                "figures": {"type": "array", "items": figure, "minItems": 1},
                "limits": TEXT,
                "cite": CITE,
            },
            ("title", "publisher", "published", "reference_period", "counted", "figures", "limits", "cite"),
        ),
        "claims": _object(
            {
                "claim": TEXT,
                "said_by": TEXT,
                "side": {"enum": ["against_sex_work", "for_sex_work", "neutral"]},
                "found": TEXT,
                "population": TEXT,
                "verdict": {"enum": ["supported", "overstated", "miscounts", "not_measurable", "contested"]},
                "reason": TEXT,
                "variables": WORDS,
                "estimates": WORDS,
                "cite": CITE,
            },
            ("claim", "said_by", "side", "found", "population", "verdict", "reason", "cite"),
        ),
        "terms": _object(
            {
                "term": TEXT,
                "also": WORDS,
                "definition": TEXT,
                "instruments": {"type": "array", "items": provision, "minItems": 1},
                "contested": TEXT,
                "variables": WORDS,
                "cite": CITE,
            },
            ("term", "definition", "cite"),
        ),
        "namings": _object(
            {"jurisdiction": CODE, "map": TEXT, "as_of": DATE, "says": TEXT, "result": TEXT, "because": TEXT, "cite": CITE},
            ("jurisdiction", "map", "as_of", "says", "result", "cite"),
        ),
    }
    return _object({"sources": _map(SOURCE), kind: _by_slug(entries[kind])}, ("sources", kind))


def moved_schema() -> dict[str, Any]:
    """The schema of ``records/moved.yml``: ids that are no longer used, and what took their place."""
    entry = _object({"to": TEXT, "since": DAY, "reason": TEXT}, ("to", "since", "reason"))
    by_code = {"type": "object", "propertyNames": CODE, "additionalProperties": entry, "minProperties": 1}
    return _object({"jurisdictions": by_code, "variables": _map(entry)})


def summary_schema() -> dict[str, Any]:
    """The schema of ``records/summary.yml``."""
    phrases = {"type": "object", "additionalProperties": _map(TEXT), "minProperties": 1}
    sentences = {"type": "array", "items": _object({"variables": WORDS}, ("variables",)), "minItems": 1}
    return _object({"sentences": sentences, "phrases": phrases}, ("sentences", "phrases"))


class Shape:
    """A schema, ready to say what is wrong with documents."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.validator = jsonschema_rs.Draft7Validator(schema)

    def problems(self, document: Document) -> list[Problem]:
        """Every finding on one document, at the key or value it is about."""
        found: list[Problem] = []
        for error in self.validator.iter_errors(document.data):
            found.extend(self._explain(document, error))
        return found

    def _node(self, error: Any) -> dict[str, Any]:
        node: Any = self.schema
        for step in list(error.schema_path)[:-1]:
            node = node[step if isinstance(node, list) else str(step)]
        return node if isinstance(node, dict) else {}

    def _explain(self, document: Document, error: Any) -> list[Problem]:
        path, name, detail, node = _steps(document.data, error.instance_path), error.kind.name, error.kind.value, self._node(error)
        value = _at(document.data, path)

        def problem(code: str, message: str, remedy: str = "", where: Path_ = path, key: bool = False) -> list[Problem]:
            line, column = document.place(where, key=key)
            return [Problem(document.path, line, column, code, message, remedy)]

        if name == "additionalProperties":
            known = list(node.get("properties", {}))
            return [
                one
                for word in detail
                for one in problem(
                    "E201", f"unknown key {word!r}", near(word, known) or f"Known here: {listed(known)}.", (*path, word), True
                )
            ]
        if name == "required":
            return problem("E202", f"the key {detail!r} is missing", f"Add `{detail}:`.", key=bool(path))
        if name == "propertyNames":
            return self._key_problem(document, path, detail, node)
        if name == "enum":
            return problem("E203", f"found {shown(value)}, expected one of {listed(detail)}", near(value, detail))
        if name == "anyOf" and "words" in node:
            return problem("E203", f"found {shown(value)}, expected {node['expected']}", near(value, node["words"]))
        if name in ("minItems", "minProperties", "minLength"):
            return problem(
                "E206", f"found nothing here, expected {node.get('expected', 'at least one entry')}", "Fill it in or delete the key."
            )
        if name == "uniqueItems":
            return problem("E206", f"found the same entry twice in {shown(value)}", "Keep it once.")
        code = "E204" if name in ("type", "anyOf") else "E205"
        return problem(code, f"found {shown(value)}, expected {node.get('expected') or _types(detail)}", _quote_hint(value, detail))

    def _key_problem(self, document: Document, path: Path_, inner: Any, names: dict[str, Any]) -> list[Problem]:
        word = inner.instance if isinstance(inner.instance, str) else str(inner.instance)
        line, column = document.place((*path, word), key=True)
        known = names.get("enum")
        message = f"unknown key {word!r}" if known else f"found the key {word!r}, expected {names.get('expected', 'an id')}"
        remedy = (near(word, known) or f"Known here: {listed(known)}.") if known else ""
        return [Problem(document.path, line, column, "E201" if known else "E205", message, remedy)]


def _steps(data: Any, path: Iterable[Any]) -> Path_:
    """The path with keys as the file has them: the validator gives a key of digits as a number."""
    steps = []
    for step in path:
        step = str(step) if isinstance(data, dict) else step
        steps.append(step)
        data = data[step]
    return tuple(steps)


def _at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data[step]
    return data


def _types(detail: Any) -> str:
    names = {"string": "text", "integer": "a whole number", "object": "a mapping", "array": "a list", "boolean": "true or false"}
    return " or ".join(names.get(name, str(name)) for name in detail) if isinstance(detail, (list, tuple)) else "another form"


def _quote_hint(value: Any, detail: Any) -> str:
    if isinstance(value, (bool, int)) and isinstance(detail, list) and "string" in detail:
        return f'Quote it to make it text: "{str(value).lower()}".'
    if value is None:
        return "Fill it in or delete the key."
    if isinstance(value, str) and isinstance(detail, list) and "array" in detail:
        return f"Write it as a list: [{value}]."
    return ""
