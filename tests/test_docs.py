"""Everything that a user can name stands in the documentation; guides name only what there is; workflows are safe and run."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from test_site import METADATA

from regimes import docs
from regimes.checks import every_code
from regimes.load import Knowledge
from regimes.site import api, pages

GUIDES = [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "GOVERNANCE.md"))]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in GUIDES)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands() -> dict[str, Any]:
    specification = importlib.util.spec_from_file_location("build", ROOT / "build.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.main.commands


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"python build.py {name}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert commands()[name].help


def test_every_check_code_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert all(f"| {code} |" in page for code in every_code())


def test_every_table_column_and_query_is_described(built: Path) -> None:
    """metadata.yml is the page of tables: test_database compares it with the file; here it is the reference that lists them."""
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for name, table in METADATA["databases"]["regimes"]["tables"].items():
        assert f"## `{name}`" in page
        assert all(f"| `{column}` |" in page for column in table.get("columns", {})), name
    for name in METADATA["databases"]["regimes"]["queries"]:
        assert f"`{name}`" in page


def test_every_route_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for route, _ in [*pages.ROUTES, *api.ROUTES]:
        assert f"`{docs.plain_route(route)}`" in page, route


def test_guides_name_only_files_that_there_are() -> None:
    for path in GUIDES:
        for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name} leads to {target}"


def test_guides_name_only_commands_and_options_that_there_are() -> None:
    for name, rest in re.findall(r"build\.py (?:--\w+ \S+ )?([a-z]+)([^`\n]*)", TEXT):
        if name in ("and", "is", "reads", "builds"):
            continue
        assert name in commands(), name
        known = {option for parameter in commands()[name].params for option in parameter.opts} | {"--help"}
        assert {word for word in re.findall(r"--[a-z-]+", rest.split("#")[0].split(" and ")[0])} <= known, (name, rest)


def test_generated_pages_are_current(knowledge: Knowledge) -> None:
    assert docs.update(ROOT, knowledge, write=False) == []


def test_the_schema_of_a_record_explains_each_question_and_value(knowledge: Knowledge) -> None:
    schema = json.loads((ROOT / "docs" / "record.schema.json").read_text(encoding="utf-8"))
    for variable in knowledge.codebook.variables.values():
        if variable.coded_by_hand:
            shown = schema["properties"][variable.pillar]["properties"][variable.id]["description"]
            assert variable.question in shown and all(f"{one.id}: {one.choose_when}" in shown for one in variable.values.values())


def test_the_example_of_a_second_coding_has_the_right_form(knowledge: Knowledge) -> None:
    import jsonschema_rs

    from regimes.shape import second_coding_schema

    text = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "second-coding.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    data = yaml.load(text.replace("corrected: {}", ""), yaml.BaseLoader)
    data["blind"] = True
    jsonschema_rs.Draft7Validator(second_coding_schema(knowledge.codebook)).validate(data)


def steps(path: Path) -> list[dict[str, Any]]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [step for job in document["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_actions_and_interpolate_nothing_of_a_stranger_into_a_shell(path: Path) -> None:
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]), step["uses"]
        assert "${{" not in step.get("run", ""), step
        assert "secrets." not in str(step)


def test_no_stranger_s_code_runs_where_a_comment_may_be_written() -> None:
    document = yaml.safe_load((ROOT / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8"))
    checkout = next(step for step in document["jobs"]["comment"]["steps"] if "checkout" in step.get("uses", ""))
    assert "ref" not in checkout["with"] and not any("run" in step for step in document["jobs"]["comment"]["steps"])
    check = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    assert check["permissions"] == {"contents": "read"} and "pull_request_target" not in check[True]


def test_the_steps_of_the_check_run_on_the_real_repository(tmp_path: Path) -> None:
    """The shell steps of the workflow as written, in a clone in which one record was changed; only the installing ones are left out."""
    clone = tmp_path / "clone"
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    files = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run([*git, *words], cwd=clone, check=True)
    base = subprocess.run([*git, "rev-parse", "HEAD"], cwd=clone, check=True, capture_output=True, text=True).stdout.strip()
    record = clone / "records" / "jurisdictions" / "SE.yml"
    text = record.read_text(encoding="utf-8").replace("code: SE\nname: Sweden\n", "name: Sweden\ncode: SE\n")
    record.write_text(text.replace("    - value: 6\n      from: 1999-01-01", "    - value: 24\n      from: 1999-01-01"), encoding="utf-8")
    subprocess.run([*git, "commit", "-qam", "changed"], cwd=clone, check=True)
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "BASE": base, "NUMBER": "7", "GITHUB_ACTIONS": "true"}
    environment |= {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PYTHONPATH": str(clone), "HOME": str(tmp_path)}
    document = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    printed = ""
    for step in document["jobs"]["records"]["steps"]:
        if "run" in step and step["name"] != "Install":
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=clone, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, (step["name"], done.stdout, done.stderr)
            printed += done.stdout
    assert "::warning file=records/jurisdictions/SE.yml,line=1,col=1,title=W501::" in printed
    told = (clone / "proposed" / "diff.md").read_text(encoding="utf-8")
    assert "6 months" in told and "24 months" in told and "Sweden" in told and told in (tmp_path / "summary").read_text(encoding="utf-8")
    assert (clone / "proposed" / "regimes.db").stat().st_size > 1_000_000
    assert "+name: Sweden" in (clone / "proposed" / "form.patch").read_text(encoding="utf-8")
    assert subprocess.run([*git, "status", "--porcelain", "--", "records"], cwd=clone, capture_output=True, text=True).stdout == ""
    if shutil.which("node"):
        code = "const fs = require('fs'); const {suggestions} = require('./.github/comment.js'); console.log(JSON.stringify(suggestions(fs.readFileSync('proposed/form.patch', 'utf8'))))"
        found = json.loads(subprocess.run(["node", "-e", code], cwd=clone, capture_output=True, text=True, check=True).stdout)
        assert [(one["path"], one["start_line"], one["line"]) for one in found] == [("records/jurisdictions/SE.yml", 1, 3)]
        assert "suggestion\ncode: SE\nname: Sweden\nkind: country\n```" in found[0]["body"]


def test_hooks_and_editor_settings_name_what_there_is() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert all(re.search(r"build\.py ([a-z]+)", hook["entry"])[1] in commands() for hook in hooks)
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert all((ROOT / schema).exists() for schema in settings["yaml.schemas"])
