"""Load a ``records`` folder: every file read, shaped and made into objects, and every problem found on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from . import shape, world
from .checks import World, check_world
from .codebook import Codebook
from .model import Record, record_from
from .problems import Problem, Problems, listed, near, relative
from .read import Document, read
from .readings import Reading, reading_from
from .second_codings import SecondCoding, second_coding_from

Progress = Callable[[str], None]
FOLDERS = ("codebook", "readings", "jurisdictions", "instruments", "external", "second_codings")
OPTIONAL = ("instruments", "external", "second_codings")
COLLECTIONS = ("estimates", "claims", "terms")
KEEP_ONE = "Keep one of the two."
SINGLE = ("scenarios", "summary")


@dataclass
class Knowledge:
    """What the folder holds, and what is wrong with it."""

    codebook: Codebook = field(default_factory=Codebook)
    readings: dict[str, Reading] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    instruments: dict[str, world.Instrument] = field(default_factory=dict)
    assessments: dict[str, world.Assessment] = field(default_factory=dict)
    collections: dict[str, world.Collection] = field(default_factory=dict)
    second_codings: dict[str, SecondCoding] = field(default_factory=dict)
    summary: Document | None = None
    problems: Problems = field(default_factory=Problems)
    files: int = 0

    def files_with_sources(self) -> list[world.SourcedFile]:
        return [*self.instruments.values(), *self.assessments.values(), *self.collections.values()]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The estimates, claims or terms, each with its id."""
        return self.collections[kind].items() if kind in self.collections else []


def load(records: Path, progress: Progress = lambda name: None) -> Knowledge:
    """Read and check everything under ``records``; never stops at the first problem."""
    return _Loader(records, progress).load()


class _Loader:
    """One run over the folder: the codebook first, because it says what the other files may hold."""

    def __init__(self, records: Path, progress: Progress) -> None:
        self.folder, self.progress = records.resolve(), progress
        self.root = self.folder.parent
        self.knowledge = Knowledge()

    def load(self) -> Knowledge:
        knowledge = self.knowledge
        if not self.folder.is_dir():
            self._problem("this folder does not exist", "Run from the folder that holds `records`.")
            return knowledge
        self._unknown_names()
        codebook = self._documents("codebook", shape.codebook_schema())
        self._named_once(codebook)
        if not codebook or knowledge.problems.errors:
            if not codebook:
                self._problem("found no codebook in it", "Add records/codebook/*.yml.")
            return knowledge
        knowledge.codebook = Codebook.from_documents(codebook)
        self._read_all(knowledge)
        everything = World(
            knowledge.codebook,
            knowledge.records,
            knowledge.instruments,
            knowledge.assessments,
            knowledge.collections,
            knowledge.summary,
            knowledge.readings,
            knowledge.second_codings,
        )
        knowledge.problems.extend(check_world(everything))
        return knowledge

    def _named_once(self, codebook: list[Document]) -> None:
        """A pillar or question that is described twice would silently hide the first."""
        seen: dict[tuple[str, ...], str] = {}
        for document in codebook:
            names = {("pillar", document.data["pillar"]): ("pillar",)}
            names |= {("variables", one): ("variables", one) for one in document.data["variables"]}
            for name, path in names.items():
                if name in seen:
                    line, column = document.place(path, key=True)
                    message = f"{name[-1]!r} stands in {seen[name]} too"
                    self.knowledge.problems.add(Problem(document.path, line, column, "E101", message, KEEP_ONE))
                seen[name] = document.path

    def _read_all(self, knowledge: Knowledge) -> None:
        readings = self._documents("readings", shape.reading_schema())
        readings += self._files(self._single("scenarios"), shape.reading_schema())
        for document in readings:
            self._keep(knowledge.readings, reading_from(document, knowledge.codebook), document)
        for document in self._documents("jurisdictions", shape.record_schema(knowledge.codebook)):
            self._keep(knowledge.records, record_from(document, knowledge.codebook), document)
        for document in self._documents("second_codings", shape.second_coding_schema(knowledge.codebook)):
            self._keep(knowledge.second_codings, second_coding_from(document, knowledge.codebook), document)
        for document in self._documents("instruments", shape.instrument_schema()):
            self._keep(knowledge.instruments, world.instrument_from(document), document)
        for document in self._documents("external", shape.assessment_schema()):
            self._keep(knowledge.assessments, world.assessment_from(document), document)
        for document in self._files(self._single("summary"), shape.summary_schema()):
            knowledge.summary = document
        for kind in COLLECTIONS:
            for document in self._files(self._single(kind), shape.collection_schema(kind)):
                self._keep(knowledge.collections, world.collection_from(document, kind), document)

    def _keep(self, place: dict[str, Any], found: tuple[Any, list[Problem]], document: Document) -> None:
        """File what was made under its file's name, so that two files with one id are both checked."""
        one, problems = found
        self.knowledge.problems.extend(problems)
        name = PurePosixPath(document.path).stem
        if name in place:
            self._problem(f"there is already a file for {name!r}", KEEP_ONE, self.root / document.path)
        elif one is not None:
            place[name] = one

    def _documents(self, folder: str, schema: dict[str, Any]) -> list[Document]:
        """Every document of a folder; a folder that cannot be listed is an error, never an empty one."""
        place = self.folder / folder
        if folder not in OPTIONAL and not place.is_dir():
            self._problem("this folder does not exist", "Every set of records has one.", place)
        try:
            paths = sorted(place.iterdir()) if place.exists() else []
        except OSError as error:
            self._problem(f"the folder cannot be read: {error.strerror}", "", place)
            paths = []
        named = []
        for path in paths:
            if path.suffix == ".yml":
                named.append(path)
            elif not path.name.startswith("."):
                self._problem("found a file that is not named *.yml", "Rename or remove it.", path)
        return self._files(named, schema)

    def _files(self, paths: list[Path], schema: dict[str, Any]) -> list[Document]:
        """The documents that can be read and have the right shape, in the order of their names."""
        documents, form = [], shape.Shape(schema)
        for path in paths:
            self.knowledge.files += 1
            document, problems = read(path, self.root)
            if document is not None:
                problems = form.problems(document)
            self.knowledge.problems.extend(problems)
            if document is not None and not problems:
                documents.append(document)
            self.progress(path.name)
        return documents

    def _single(self, name: str) -> list[Path]:
        """One of the files that stand beside the folders, where it is there."""
        return [path for path in [self.folder / f"{name}.yml"] if path.exists()]

    def _unknown_names(self) -> None:
        """A misspelt folder or file would otherwise be left out without a word."""
        known = {*FOLDERS, *(f"{name}.yml" for name in (*COLLECTIONS, *SINGLE))}
        for path in sorted(self.folder.iterdir()):
            if path.name not in known and not path.name.startswith("."):
                self._problem("found a name that records do not have", near(path.name, known) or f"Known: {listed(sorted(known))}.", path)

    def _problem(self, message: str, remedy: str, path: Path | None = None) -> None:
        self.knowledge.problems.add(Problem(relative(path or self.folder, self.root), 0, 0, "E101", message, remedy))
