"""The codebook as objects: which questions are asked, and which answers exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .read import Document

ACT_KINDS = {
    "constitution": "Constitution",
    "criminal_code": "Criminal code: liberty, trafficking, sexual and prostitution offences",
    "general_part": "General part: terms, classes of offence, confiscation, legal persons",
    "trafficking_act": "Trafficking act",
    "sex_work_act": "Act or chapter that governs or punishes adult prostitution",
    "public_order_act": "Police and petty offences",
    "local_government_act": "Local government act",
    "licensing_act": "Entertainment, hospitality and trade licensing",
    "aliens_act": "Aliens act",
    "labour_act": "Labour act",
    "social_welfare_act": "Social welfare act",
    "health_act": "Health act",
    "victim_act": "Victim act",
    "child_act": "Child protection and juvenile justice",
    "procedure_code": "Procedure code, with evidence law",
    "civil_code": "Civil code",
    "media_act": "Advertising and communications",
    "compensation_act": "Compensation act",
    "records_act": "Criminal records act",
    "treaty_register": "Treaty register",
    "published_policy": "Published policy",
    "official_statistics": "Official statistics",
}
PRIMARY_KINDS = ("constitution", "statute", "regulation", "case", "treaty", "treaty_status")
SOURCE_KINDS = (*PRIMARY_KINDS, "official_report", "academic", "ngo", "press", "own")
READ_FORMS = ("original", "official_translation", "unofficial_translation", "quoted_elsewhere")
JURISDICTION_KINDS = ("country", "territory", "subnational", "supranational")
PARENT_DECIDES = "decided_nationally"
PARTS_DECIDE = "left_to_subnational"
NOT_CODED = "not_coded"


@dataclass(frozen=True)
class Value:
    """One answer a variable can take."""

    id: str
    label: str
    choose_when: str
    exclusive: bool = False


@dataclass(frozen=True)
class Variable:
    """One question. ``values`` holds every answer by id; an integer variable also takes numbers in ``unit``."""

    id: str
    title: str
    pillar: str
    position: int
    group: str
    basis: str
    core: bool
    applies_to: str
    type: str
    question: str
    values: dict[str, Value]
    expected_in: tuple[str, ...]
    negative: frozenset[str]
    coding_rules: str
    why_it_matters: str
    anchors: tuple[str, ...]
    unit: str = ""
    derived_from: str = ""

    @property
    def coded_by_hand(self) -> bool:
        return not self.derived_from

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words a record may use as a value (``number`` stands for a number, it is not a word)."""
        return tuple(value for value in self.values if not (self.type == "integer" and value == "number"))

    def label(self, value: Any) -> str:
        return self.values[value].label if value in self.values else str(value)


@dataclass(frozen=True)
class Pillar:
    id: str
    title: str
    description: str
    position: int


@dataclass
class Codebook:
    """All pillars and variables, in the order in which they are shown."""

    pillars: dict[str, Pillar] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)

    @classmethod
    def from_documents(cls, documents: list[Document]) -> Codebook:
        book = cls()
        for document in sorted(documents, key=lambda document: document.data["position"]):
            data = document.data
            book.pillars[data["pillar"]] = Pillar(data["pillar"], data["title"], data["description"], data["position"])
            for name, entry in data["variables"].items():
                book.variables[name] = _variable(name, data["pillar"], len(book.variables) + 1, entry)
        return book

    def of_pillar(self, pillar: str) -> list[Variable]:
        return [variable for variable in self.variables.values() if variable.pillar == pillar]


def _variable(name: str, pillar: str, position: int, entry: dict[str, Any]) -> Variable:
    values = {id: Value(id, value["label"], value["choose_when"], value.get("exclusive", False)) for id, value in entry["values"].items()}
    return Variable(
        id=name,
        pillar=pillar,
        position=position,
        values=values,
        expected_in=tuple(entry["expected_in"]),
        negative=frozenset(entry["negative"]),
        anchors=tuple(entry["anchors"]),
        unit=entry.get("unit", ""),
        derived_from=entry.get("derived_from", ""),
        **{
            key: entry[key]
            for key in ("title", "group", "basis", "core", "applies_to", "type", "question", "coding_rules", "why_it_matters")
        },
    )
