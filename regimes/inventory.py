"""What is coded, counted: by jurisdiction, pillar, grade and second coding, on the day each record was last checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .derive import resolve
from .load import Knowledge
from .second_codings import AGREED


@dataclass(frozen=True)
class Count:
    """Of one coded jurisdiction: answers to questions of law by pillar and by grade, and pairs of a second coding.

    ``twice`` counts the questions that both readers answered, ``alike`` those with the same answer; both 0 where a record was coded once.
    """

    code: str
    name: str
    checked: str
    pillars: Counter[str]
    grades: Counter[str]
    twice: int
    alike: int

    @property
    def answered(self) -> int:
        return self.pillars.total()


def inventory(knowledge: Knowledge) -> list[Count]:
    """One count a coded jurisdiction, by name. What a parent decides counts for the part too."""
    asked = {variable.id for variable in questions(knowledge)}
    answers = resolve(knowledge)
    found = []
    for record in knowledge.records.values():
        if not record.checked:
            continue
        day = record.checked.last
        held = [one for one in answers[record.code] if one.spell.variable.id in asked and one.valid_from <= day <= (one.valid_until or day)]
        coding = knowledge.second_codings.get(record.code)
        pairs = [one for one in coding.comparisons.values() if one.first is not None and one.second is not None] if coding else []
        found.append(
            Count(
                record.code,
                record.name,
                day,
                Counter(one.spell.variable.pillar for one in held),
                Counter(one.grade for one in held),
                len(pairs),
                sum(one.outcome == AGREED for one in pairs),
            )
        )
    return sorted(found, key=lambda count: count.name)


def questions(knowledge: Knowledge) -> list:
    """The questions of law that are coded by hand."""
    return [variable for variable in knowledge.codebook.variables.values() if variable.basis == "law" and variable.coded_by_hand]


def table(knowledge: Knowledge) -> list[str]:
    """The inventory as lines of a Markdown table, with its totals."""
    pillars = [pillar for pillar in knowledge.codebook.pillars.values() if any(one.pillar == pillar.id for one in questions(knowledge))]
    asked = Counter(variable.pillar for variable in questions(knowledge))
    counts = inventory(knowledge)
    head = [f"{pillar.title} ({asked[pillar.id]})" for pillar in pillars]
    lines = ["| " + " | ".join(["Jurisdiction", *head, "Grade A", "B", "C", "Coded twice, alike", "Checked"]) + " |"]
    lines.append("|---" + "|--:" * (len(head) + 4) + "|---|")
    for one in counts:
        twice = f"{one.alike} of {one.twice}" if one.twice else "not yet"
        cells = [f"{one.name} ({one.code})", *(one.pillars[pillar.id] for pillar in pillars), *(one.grades[grade] for grade in "ABC")]
        lines.append("| " + " | ".join(map(str, [*cells, twice, one.checked])) + " |")
    pillar_sums = [sum(one.pillars[pillar.id] for one in counts) for pillar in pillars]
    grade_sums = [sum(one.grades[grade] for one in counts) for grade in "ABC"]
    twice = f"{sum(one.alike for one in counts)} of {sum(one.twice for one in counts)}"
    lines.append("| " + " | ".join(map(str, [f"**{len(counts)} records**", *pillar_sums, *grade_sums, twice, ""])) + " |")
    return lines
