"""A newcomer's way from "this law is not coded" to a record that the site shows and a review that tells exactly what is new."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conftest import ROOT, run
from test_site import Client, text_of

WRITTEN = {
    "Name of the law in its own language": "Code pénal",
    "Name of the law in English": "Penal Code",
    "https://example.org/the-official-page": "https://example.org/code",
    "checked: 2026-01-31": "checked: 2026-1-31",
    "value: comprehensive": "value: comprehensiv",
    "from: 2000-01-01  # or": "from: 2003-03-19  # or",
    "cite: {penal_code: art. 1}": "cite: {penal_code: art. 225-4-1}",
}


def uncommented(text: str) -> str:
    """The outline as a newcomer fills it in: the source and the first question, with two slips; the rest as gaps."""
    head, outline = text.split("# Outline:")
    lines = [line.removeprefix("# ") for line in outline.splitlines()]
    start, searched = lines.index("coded:"), next(index for index, line in enumerate(lines) if line.startswith("searched:"))
    first = lines.index("trafficking:")
    second = next(index for index, line in enumerate(lines[first:], first) if line.startswith("  # Means needed for adults"))
    questions = [match[1] for line in lines if (match := re.fullmatch(r"  ([a-z_]+):", line))]
    core = questions[questions.index("trafficking_offence") : questions.index("support_conditionality") + 1]
    gaps = ["gaps:", *(f"  {name}: Not read yet." for name in core if name != "trafficking_offence")]
    filled = "\n".join([*lines[start:searched], *gaps, *lines[first:second]])  # gaps before answers: not the usual order
    for old, new in WRITTEN.items():
        assert old in filled, old
        filled = filled.replace(old, new)
    return head + filled + "\n"


def test_from_new_to_a_page_and_a_review(tmp_path: Path) -> None:
    old, records, database = tmp_path / "old", tmp_path / "records", tmp_path / "regimes.db"
    shutil.copytree(ROOT / "records", records)
    path = records / "jurisdictions" / "MC.yml"
    shutil.copytree(records, old)
    arguments = ("--records", str(records), "--database", str(database))

    started = run(*arguments, "new", "MC")
    assert started.returncode == 0 and "MC.yml written" in started.stdout, started.stderr
    outline = path.read_text(encoding="utf-8")
    assert run(*arguments, "check", str(path)).stdout == "0 errors, 0 warnings\n"
    assert run(*arguments, "new", "MC").returncode == 1 and path.read_text(encoding="utf-8") == outline

    path.write_text(uncommented(outline), encoding="utf-8")
    first = run(*arguments, "check", str(path))
    assert first.returncode == 1
    assert "error E203: found 'comprehensiv'" in first.stdout and "Did you mean 'comprehensive'?" in first.stdout
    assert "error E205: found '2026-1-31'" in first.stdout and "usually written 'checked: 2026-01-31" in first.stdout

    path.write_text(path.read_text(encoding="utf-8").replace("comprehensiv\n", "comprehensive\n"), encoding="utf-8")
    assert run(*arguments, "fix", str(path)).stdout.endswith("1 file changed\n")
    assert run(*arguments, "check", str(path)).stdout == "0 errors, 0 warnings\n"
    assert "# or <=2000-01-01" in path.read_text(encoding="utf-8")

    assert run(*arguments).returncode == 0
    page = text_of(Client(database).get("/jurisdictions/MC", on="2026-02-01").text)
    assert "Yes, sexual and other exploitation" in page and "Code pénal" in page and "art. 225-4-1" in page and "Not read yet." in page

    told = run("diff", str(old), str(database)).stdout
    lines = [line for line in told.splitlines() if line.startswith("  ")]
    assert [line for line in lines if line.startswith(("  +", "  -", "  ~"))] == [
        "  + trafficking_offence from 2003-03-19: Yes, sexual and other exploitation (Code pénal art. 225-4-1)",
        "  + source MC-penal_code: Code pénal",
    ]
    assert re.findall(r"^([A-Z-]+)  ", told, re.MULTILINE) == ["MC"]
