"""Load a ``records`` folder: every file read, shaped and made into objects, and every problem found on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .checks import World, check_world
from .codebook import Codebook
from .model import Record, record_from
from .problems import Problem, Problems, relative
from .read import Document, read
from .readings import Reading, reading_from
from .shape import Shape, codebook_schema, reading_schema, record_schema

Progress = Callable[[str], None]


@dataclass
class Knowledge:
    """What the folder holds: the codebook, the readings and the records, with what is wrong with them."""

    codebook: Codebook = field(default_factory=Codebook)
    readings: dict[str, Reading] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    files: int = 0


def load(records: Path, progress: Progress = lambda name: None) -> Knowledge:
    """Read and check everything under ``records``; never stops at the first problem."""
    knowledge = Knowledge()
    root = records.resolve().parent
    if not records.is_dir():
        knowledge.problems.add(
            Problem(relative(records, root), 0, 0, "E101", "this folder does not exist", "Run from the folder that holds `records`.")
        )
        return knowledge
    codebook = _documents(knowledge, records / "codebook", root, Shape(codebook_schema()), progress)
    if not codebook or knowledge.problems.errors:
        if not codebook:
            knowledge.problems.add(Problem(f"{records.name}/codebook", 0, 0, "E101", "found no codebook", "Add records/codebook/*.yml."))
        return knowledge
    knowledge.codebook = Codebook.from_documents(codebook)
    for document in _documents(knowledge, records / "readings", root, Shape(reading_schema()), progress):
        reading, problems = reading_from(document, knowledge.codebook)
        knowledge.problems.extend(problems)
        if reading:
            knowledge.readings[reading.id] = reading
    for document in _documents(knowledge, records / "jurisdictions", root, Shape(record_schema(knowledge.codebook)), progress):
        record, problems = record_from(document, knowledge.codebook)
        knowledge.problems.extend(problems)
        if record:
            knowledge.records[record.code] = record
    knowledge.problems.extend(check_world(World(knowledge.codebook, knowledge.records)))
    return knowledge


def _documents(knowledge: Knowledge, folder: Path, root: Path, shape: Shape, progress: Progress) -> list[Document]:
    """The folder's documents that can be read and have the right shape, in the order of their names."""
    documents = []
    for path in sorted(folder.glob("*")):
        if path.suffix != ".yml":
            if not path.name.startswith("."):
                knowledge.problems.add(
                    Problem(relative(path, root), 0, 0, "E101", "found a file that is not named *.yml", "Rename or remove it.")
                )
            continue
        knowledge.files += 1
        document, problems = read(path, root)
        if document is not None:
            problems = shape.problems(document)
        knowledge.problems.extend(problems)
        if document is not None and not problems:
            documents.append(document)
        progress(path.name)
    return documents
