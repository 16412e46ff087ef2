"""The strict reader: what is written stays what it is, and every part keeps its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from regimes.read import Document, read


def document(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "one.yml"
    path.write_text(text, encoding="utf-8")
    found, problems = read(path, tmp_path)
    assert not problems
    return found


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "no",
        "on",
        "off",
        "yes",
        "y",
        "6:11",
        "12:30:45",
        "010",
        "004",
        "1e3",
        "1_000",
        "0x1A",
        "1.10",
        "2019-03-01",
        "<=2020-06-19",
        "-0",
        "+5",
        ".5",
        "True",
        "NULL",
        "=",
    ],
)
def test_plain_words_stay_text(tmp_path: Path, word: str) -> None:
    assert document(tmp_path, f"a: {word}\n").data == {"a": word}


def test_norway_as_a_key_stays_text(tmp_path: Path) -> None:
    assert document(tmp_path, "NO: Norway\non: 1\n").data == {"NO": "Norway", "on": 1}


@pytest.mark.parametrize(("word", "value"), [("6", 6), ("0", 0), ("-3", -3), ("true", True), ("false", False), ("null", None), ("~", None)])
def test_the_few_words_with_a_type(tmp_path: Path, word: str, value: object) -> None:
    assert document(tmp_path, f"a: {word}\n").data == {"a": value}
    assert document(tmp_path, f'a: "{word}"\n').data == {"a": word}


def test_places(tmp_path: Path) -> None:
    found = document(tmp_path, "a:\n  - b: x\n    c: {d: y}\n")
    assert found.place(("a", 0, "b")) == (2, 8)
    assert found.place(("a", 0, "c", "d"), key=True) == (3, 9)
    assert found.place(("a", 0, "missing")) == (2, 5)


def test_letters_of_all_scripts_are_kept(tmp_path: Path) -> None:
    text = "a: 売春防止法 第５条\nb: قانون ٢٠٠٥\nc: Прокуратура — § 6:11\n"
    assert document(tmp_path, text).data["a"] == "売春防止法 第５条"


@pytest.mark.parametrize("written", ["\\u202e", "\\0", "\\x07", "\\u00ad"])
def test_characters_that_cannot_be_seen_are_refused_also_when_escaped(tmp_path: Path, written: str) -> None:
    path = tmp_path / "one.yml"
    path.write_text(f'a: "Zed{written}land"\n', encoding="utf-8")
    found, problems = read(path, tmp_path)
    assert found is None and [problem.code for problem in problems] == ["E107"]
