"""Questions to the database that several pages ask: answers with articles, results, labels through time, codes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from .common import LABEL, ON, Rows, rows_of


async def known_jurisdictions(database: Any) -> dict[str, dict[str, Any]]:
    """Every jurisdiction by code, in the order of names."""
    rows = await rows_of(
        database,
        """
        SELECT jurisdictions.code, jurisdictions.name, jurisdictions.checked, jurisdictions.from_secondary_sources,
               parent.name AS parent_name
          FROM jurisdictions LEFT JOIN jurisdictions AS parent ON parent.code = jurisdictions.parent
         ORDER BY jurisdictions.name, jurisdictions.code
        """,
    )
    return {row["code"]: row for row in rows}


def pillar_problem(pillar: str, pillars: Rows) -> str:
    ids = [one["id"] for one in pillars]
    return f"“{pillar[:40]}” is no pillar of the codebook. Pillars are {', '.join(ids)}." if pillar and pillar not in ids else ""


def unknown_code(code: str, jurisdictions: dict[str, dict[str, Any]]) -> str:
    """That no jurisdiction has a code, with those meant perhaps: a name for a code, or a misspelling of either."""
    names = {code: code for code in jurisdictions} | {one["name"].upper(): one["code"] for one in jurisdictions.values()}
    near = dict.fromkeys(names[key] for key in get_close_matches(code[:60], names, n=3, cutoff=0.75))
    meant = " or ".join(f"{code} ({jurisdictions[code]['name']})" for code in near)
    return f"No jurisdiction has the code “{code[:40]}”. " + (
        f"Did you mean {meant}?" if meant else "Codes are those of ISO 3166: SE, US-WA."
    )


async def answers_on(database: Any, on: str, codes: Iterable[str], variables: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Answers in force on a day by jurisdiction and question."""
    chosen = f"""
        answers.jurisdiction IN (SELECT value FROM json_each(:codes))
        AND answers.variable IN (SELECT value FROM json_each(:variables)) AND {ON.format(table="answers")}
    """
    rows = await answers_where(database, chosen, {"on": on, "codes": json.dumps(list(codes)), "variables": json.dumps(list(variables))})
    return {(answer["jurisdiction"], answer["variable"]): answer for answer in rows}


async def answers_where(database: Any, chosen: str, bound: dict[str, Any]) -> Rows:
    """Answers that a condition chooses, with what each cites and which values could not be checked.

    ``true`` holds the values that an answer names, ``unchecked`` those not known either way, by label. In order of
    jurisdiction, question and day.
    """
    answers = await rows_of(
        database,
        f"""
        SELECT answers.*, variables.type, variables.title, variables.pillar, variables.core, jurisdictions.name,
               answer_history.created_on, answer_history.changed_on
          FROM answers
          LEFT JOIN answer_history ON answer_history.answer = answers.id
          JOIN variables ON variables.id = answers.variable
          JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
         WHERE {chosen} ORDER BY answers.jurisdiction, variables.position, answers.valid_from
        """,
        **bound,
    )
    values = await rows_of(
        database,
        f"""
        SELECT answer_values.answer, answer_values.value, answer_values.state, variable_values.label
          FROM answers
          JOIN variables ON variables.id = answers.variable
          JOIN answer_values ON answer_values.answer = answers.id
          JOIN variable_values ON variable_values.variable = answer_values.variable AND variable_values.value = answer_values.value
         WHERE {chosen} ORDER BY variable_values.position
        """,
        **bound,
    )
    cited = await citations(database, chosen, bound)
    found = {answer["id"]: answer for answer in answers}
    for answer in answers:
        answer["true"] = set() if answer["type"] == "multi" else {answer["value"]}
        answer["unchecked"] = {}
        answer["citations"] = cited.get(answer["id"], [])
    for row in values:
        answer = found[row["answer"]]
        if row["state"] == "unchecked":
            answer["unchecked"][row["value"]] = row["label"]
        else:
            answer["true"].add(row["value"])
    return answers


async def citations(database: Any, chosen: str, bound: dict[str, Any]) -> dict[str, Rows]:
    """What the answers chosen cite, by answer: each text once, with its pinpoints."""
    rows = await rows_of(
        database,
        f"""
        SELECT citations.answer, sources.id AS source, sources.title, sources.title_en, sources.language, sources.file, sources.jurisdiction,
               citations.pinpoint
          FROM answers
          JOIN variables ON variables.id = answers.variable
          JOIN citations ON citations.answer = answers.id
          JOIN sources ON sources.id = citations.source
         WHERE {chosen} ORDER BY citations.answer, citations.position
        """,
        **bound,
    )
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        texts = found.setdefault(row["answer"], {})
        if row["source"] in texts:
            texts[row["source"]]["pinpoint"] += f"; {row['pinpoint']}"
        else:
            texts[row["source"]] = {**row, "path": source_path(row)}
    return {answer: list(texts.values()) for answer, texts in found.items()}


async def moved_to(database: Any, kind: str, id: str) -> str:
    """The id that took the place of one that is no longer used; "" where none did."""
    rows = await rows_of(database, "SELECT new FROM moved WHERE kind = :kind AND old = :id", kind=kind, id=id)
    return rows[0]["new"] if rows else ""


def source_path(source: dict[str, Any]) -> str:
    """The page that shows a text: a jurisdiction's or, for a list of parties, the treaty's."""
    kind, _, id = source["file"].partition("/")
    return f"/treaties/{id}" if kind == "instruments" else f"/jurisdictions/{source['jurisdiction']}"


async def reading_results(database: Any, on: str, codes: list[str]) -> dict[tuple[str, str], Rows]:
    """What every item of the readings gives on a day, by jurisdiction and reading."""
    rows = await rows_of(
        database,
        f"""
        SELECT reading_results.jurisdiction, reading_results.reading, reading_results.item, reading_results.result,
               reading_items.title, reading_labels.label, reading_labels.position
          FROM reading_results
          JOIN reading_items USING (reading, item)
          JOIN reading_labels USING (reading, result)
         WHERE reading_results.jurisdiction IN (SELECT value FROM json_each(:codes)) AND {ON.format(table="reading_results")}
         ORDER BY reading_items.position
        """,
        on=on,
        codes=json.dumps(codes),
    )
    found: dict[tuple[str, str], Rows] = {}
    for row in rows:
        found.setdefault((row["jurisdiction"], row["reading"]), []).append(row)
    return found


async def label_spells(database: Any, codes: Iterable[str] | None = None) -> dict[str, Rows]:
    """Spells of the sex work regime label by jurisdiction, oldest first, joined where only the reasons changed."""
    rows = await rows_of(
        database,
        """
        SELECT reading_results.jurisdiction, reading_results.result, reading_labels.label, reading_results.valid_from,
               reading_results.valid_until
          FROM reading_results JOIN reading_labels USING (reading, result)
         WHERE reading_results.reading = :reading
           AND (:codes IS NULL OR reading_results.jurisdiction IN (SELECT value FROM json_each(:codes)))
         ORDER BY reading_results.jurisdiction, reading_results.valid_from
        """,
        reading=LABEL,
        codes=None if codes is None else json.dumps(sorted(codes)),
    )
    found: dict[str, Rows] = {}
    for row in rows:
        spells = found.setdefault(row["jurisdiction"], [])
        if spells and spells[-1]["result"] == row["result"]:
            spells[-1]["valid_until"] = row["valid_until"]
        else:
            spells.append(row)
    return found


def articles(cited: Rows) -> str:
    """What is cited, in one line."""
    return "; ".join(" ".join(filter(None, [one["title"], one["title_en"] and f"({one['title_en']})", one["pinpoint"]])) for one in cited)
