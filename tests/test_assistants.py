"""The tools for assistants, asked with the protocol's own client: in process, and as the command that a program starts."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ON, ROOT, run

mcp = pytest.importorskip("mcp", reason="the library of the Model Context Protocol is not installed")

from regimes import assistants


def call(target: Any, tool: str, **arguments: Any) -> Any:
    async def asked() -> Any:
        async with mcp.Client(target) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(asked())


def text(result: Any) -> str:
    assert not result.is_error, result.content[0].text
    return result.content[0].text


@pytest.fixture(scope="module")
def tools(built: Path) -> Any:
    return assistants.server(built)


def test_every_tool_is_read_only_and_described(tools: Any) -> None:
    async def listed() -> Any:
        async with mcp.Client(tools) as client:
            return (await client.list_tools()).tools

    found = asyncio.run(listed())
    assert len(found) == 10
    for tool in found:
        assert tool.annotations.read_only_hint and len(tool.description) > 20, tool.name
        assert f"`{tool.name}`" in (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")


ASKED = [
    ("list_questions", {"pillar": "sex_work"}),
    ("describe_question", {"question": "buying_status"}),
    ("list_jurisdictions", {"on": ON}),
    ("answers_in_force", {"jurisdictions": ["SE", "DE"], "questions": ["buying_status"], "on": ON}),
    ("jurisdiction_overview", {"jurisdiction": "IE", "on": ON}),
    ("compare", {"jurisdictions": ["SE", "DE"], "pillar": "sex_work", "on": ON}),
    ("find", {"conditions": ["selling_status:not_an_offence", "buying_status:criminal_offence"], "on": ON}),
    ("changes_of_law", {"jurisdiction": "IE", "since": "2010-01-01"}),
    ("search", {"words": "reflection period"}),
]


@pytest.mark.parametrize(("tool", "arguments"), ASKED, ids=[tool for tool, _ in ASKED])
def test_every_result_carries_its_citation_and_what_to_bear_in_mind(tools: Any, tool: str, arguments: dict[str, Any]) -> None:
    found = json.loads(text(call(tools, tool, **arguments)))
    assert found["data"] and "Version" in found["meta"]["citation"] and "Not legal advice" in found["meta"]["notice"]
    if "on" in arguments:
        assert found["meta"]["on"] == ON


def test_what_is_not_coded_is_said(tools: Any) -> None:
    assert "not coded" in text(call(tools, "cite", jurisdiction="MC", question="buying_status", on=ON))
    assert "not_coded" in text(call(tools, "compare", jurisdictions=["SE", "MC"], pillar="sex_work", only_differences=False, on=ON))


def test_a_citation_is_a_sentence_with_article_day_and_grade(tools: Any) -> None:
    said = text(call(tools, "cite", jurisdiction="SE", question="buying_status", on=ON))
    for part in ("Sweden, Buying, law of 2026-11-22: Yes, crime, since 1999-01-01", "Brottsbalk", "6:11", "grade", "Not legal advice"):
        assert part in said


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("describe_question", {"question": "buyin_status"}, "Did you mean buying_status"),
        ("answers_in_force", {"jurisdictions": ["Sweden"]}, "expected the id of a jurisdiction"),
        ("find", {"conditions": ["buying_status:criminal"]}, "No answer to buying_status has the id 'criminal'"),
        ("changes_of_law", {"since": "yesterday"}, "expected a day such as 2015-01-01"),
    ],
)
def test_what_is_wrong_is_told_with_what_was_meant(tools: Any, tool: str, arguments: dict[str, Any], message: str) -> None:
    result = call(tools, tool, **arguments)
    assert result.is_error and message in result.content[0].text


def test_the_command_speaks_with_a_client(built: Path) -> None:
    command = mcp.StdioServerParameters(command=sys.executable, args=[str(ROOT / "build.py"), "--database", str(built), "assistants"])
    assert "Purchase ban" in text(call(command, "list_jurisdictions", on=ON))


def test_the_command_says_that_there_is_no_database(tmp_path: Path) -> None:
    done = run("--database", str(tmp_path / "none.db"), "assistants")
    assert done.returncode == 1 and "build it first" in done.stderr
