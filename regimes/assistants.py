"""A way in for assistants: the API's functions as tools of the Model Context Protocol, read-only.

An assistant that asks here quotes articles and dates instead of guessing. Every result carries the day of the law, the data
version, a citation and what to bear in mind; what is not coded is said.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from datasette.app import Datasette
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from . import __version__
from .site.api import answer
from .site.api.asked import BadRequest
from .site.api.contract import NotFound

INSTRUCTIONS = """How the law treats trafficking in persons (above all sex trafficking), adult sex work and the protection of victims,
jurisdiction by jurisdiction and day by day, from named provisions. Trafficking and adult sex work are different things; do not use
one word for the other. Say of each statement the article, the day of the law, and the grade of evidence. `not_coded` means that
nobody has read the law on that point: say so, and never turn it into a yes or a no. `finding_of_absence` means that the law has no
such rule. Labels such as "purchase ban" sum up a text and say nothing about practice; give their flags with them. Nothing here is
legal advice."""
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Day = Annotated[str, Field(description="The day of the law, such as 2015-01-01; empty: today.")]
Codes = Annotated[list[str], Field(description="Codes of jurisdictions by ISO 3166, such as SE or US-WA.")]
Questions = Annotated[list[str], Field(description="Ids of questions, as list_questions gives them; empty: all.")]


def serve(database: Path) -> None:
    """Answer an assistant over standard input and output until it leaves."""
    server(database).run("stdio")


def server(database: Path) -> MCPServer:
    """The tools over one database file."""
    datasette = Datasette([], immutables=[str(database)])
    mcp = MCPServer("regimes", title="Regimes", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")

    def tool(function: Any) -> Any:
        return mcp.tool(annotations=READ_ONLY, structured_output=False)(function)

    async def ask(endpoint: str, variables: dict[str, str] | None = None, **words: str) -> dict[str, Any]:
        """An endpoint's answer; what is wrong with a request becomes a message that the assistant can act on."""
        try:
            return json.loads(await answer(datasette, endpoint, variables, **{name: text for name, text in words.items() if text}))
        except BadRequest as error:
            faults = [f"{one.parameter}: found {one.found!r}, expected {one.expected}." + _meant(one.near) for one in error.faults]
            raise ToolError(" ".join(faults)) from None
        except NotFound as error:
            raise ToolError(f"No {error.what} has the id {error.id!r}." + _meant(error.near)) from None

    for function in (*_codebook_tools(ask), *_law_tools(ask)):
        tool(function)
    return mcp


def _meant(near: Any) -> str:
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _told(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _codebook_tools(ask: Any) -> list[Any]:
    """What is asked of every jurisdiction, and what an answer means."""

    async def list_questions(
        pillar: Annotated[str, Field(description="Only this pillar: trafficking, sex_work, victim_protection.")] = "",
    ) -> str:
        """List the questions asked of every jurisdiction's law, with their ids."""
        found = await ask("variables", pillar=pillar)
        return _told(
            {**found, "data": [{name: one[name] for name in ("id", "title", "pillar", "core", "question")} for one in found["data"]]}
        )

    async def describe_question(question: Annotated[str, Field(description="Id of a question.")]) -> str:
        """Say what a question asks, which answers it can have and when each is chosen, and how hard cases are decided."""
        found = await ask("variable", {"id": question})
        kept = {name: one for name, one in found["data"].items() if name not in ("answers", "not_coded")}
        return _told({**found, "data": kept})

    async def list_jurisdictions(on: Day = "") -> str:
        """List the jurisdictions whose law has been coded, with their label on a day. Of all others nothing is known here."""
        found = await ask("jurisdictions", coded="true", on=on)
        return _told(
            {
                **found,
                "data": [
                    {name: one[name] for name in ("code", "name", "label_state", "label", "answered", "checked")} for one in found["data"]
                ],
            }
        )

    return [list_questions, describe_question, list_jurisdictions]


def _law_tools(ask: Any) -> list[Any]:
    """What the law says, where and when."""

    async def answers_in_force(jurisdictions: Codes, questions: Questions = [], on: Day = "") -> str:  # noqa: B006
        """Give the answers of jurisdictions to questions on a day, each with its articles, first day, grade and note.

        A question that is missing from the result is not coded for that jurisdiction on that day.
        """
        found = await ask("answers", jurisdiction=",".join(jurisdictions), variable=",".join(questions), on=on)
        return _told(found)

    async def jurisdiction_overview(jurisdiction: Annotated[str, Field(description="Code of a jurisdiction.")], on: Day = "") -> str:
        """Sum up one jurisdiction on a day: sentences, label with its why and flags, what is not coded, changes of the law."""
        found = await ask("jurisdiction", {"code": jurisdiction}, on=on)
        data = found["data"]
        kept = {
            name: data[name]
            for name in ("code", "name", "coded", "checked", "summary", "label_state", "label", "labels", "changes", "treaties")
        }
        kept["label_and_flags"] = [
            one for one in data["readings"] if one["reading"] in ("sex-work-regime", "sex-work-flags") and one["label"] != "No"
        ]
        kept["not_coded"] = [{"question": one["variable"], "reason": one["reason"]} for one in data["not_coded"]]
        return _told({**found, "data": kept})

    async def compare(
        jurisdictions: Codes,
        on: Day = "",
        second_day: Annotated[str, Field(description="A second day, to compare two days.")] = "",
        pillar: Annotated[str, Field(description="Only this pillar.")] = "",
        only_differences: bool = True,
    ) -> str:
        """Set up to eight jurisdictions side by side on a day, or on two days, with articles."""
        different = "true" if only_differences else ""
        return _told(await ask("compare", j=",".join(jurisdictions), on=on, **{"and": second_day}, pillar=pillar, different=different))

    async def find(
        conditions: Annotated[list[str], Field(description="Each question:answer, such as buying_status:criminal_offence; all must hold.")],
        on: Day = "",
    ) -> str:
        """Find the jurisdictions whose law matches all conditions on a day, and those of which it cannot be told."""
        return _told(await ask("find", q=",".join(conditions), on=on))

    async def changes_of_law(
        jurisdiction: Annotated[str, Field(description="Code of a jurisdiction; empty: all.")] = "",
        question: Annotated[str, Field(description="Id of a question; empty: all.")] = "",
        since: Annotated[str, Field(description="On this day or later.")] = "",
    ) -> str:
        """List changes of the law, newest first."""
        return _told(await ask("changes", jurisdiction=jurisdiction, variable=question, since=since))

    async def search(words: str) -> str:
        """Search jurisdictions, questions, answers, terms, treaties, claims and texts by words."""
        return _told(await ask("search", q=words, limit="20"))

    async def cite(jurisdiction: str, question: str, on: Day = "") -> str:
        """Give one answer as a sentence that can be quoted: what, where, since when, by which article, on what evidence."""
        found = await ask("answers", jurisdiction=jurisdiction, variable=question, on=on)
        meta = found["meta"]
        if not found["data"]:
            return f"{jurisdiction}, {question}, on {meta['on']}: not coded. Nobody has read the law on this point here. {meta['notice']}"
        one = found["data"][0]
        articles = "; ".join(f"{text['title']} {text['pinpoint']}".strip() for text in one["citations"])
        start = {"by": "at least since "}.get(one["from_precision"], "since ") + one["valid_from"]
        absence = " (a finding of absence after a search)" if one["state"] == "finding_of_absence" else ""
        return (
            f"{one['name']}, {one['title']}, law of {meta['on']}: {one['label']}{absence}, {start}. {articles}. "
            f"{one['note']} Evidence of grade {one['grade']}, record checked {one['checked']}. {meta['citation']} {meta['notice']}"
        ).replace("  ", " ")

    return [answers_in_force, jurisdiction_overview, compare, find, changes_of_law, search, cite]
