"""Load a ``records`` folder: every file read, shaped and made into objects, and every problem found on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection
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
COLLECTIONS = ("estimates", "claims", "terms", "namings")
KEEP_ONE = "Keep one of the two."
SINGLE = ("scenarios", "summary", "moved")


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
    moved: Document | None = None
    problems: Problems = field(default_factory=Problems)
    files: int = 0

    def files_with_sources(self) -> list[world.SourcedFile]:
        return [*self.instruments.values(), *self.assessments.values(), *self.collections.values()]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The estimates, claims, terms or namings, each with its id."""
        return self.collections[kind].items() if kind in self.collections else []


def load(records: Path, progress: Progress = lambda name: None, only: Collection[Path] = ()) -> Knowledge:
    """Read and check everything under ``records``; never stops at the first problem.

    With ``only``, files of jurisdictions: read these, what they are compared with (codebook, readings, the wholes they
    are parts of, their second codings) and nothing else.
    """
    return _Loader(records, progress, only).load()


def load_codebook(records: Path) -> Knowledge:
    """The codebook alone, with what is wrong with it."""
    return _Loader(records, lambda name: None, ()).codebook()


class _Loader:
    """One run over the folder: the codebook first, because it says what the other files may hold."""

    def __init__(self, records: Path, progress: Progress, only: Collection[Path]) -> None:
        self.folder, self.progress = records.resolve(), progress
        self.only = {path.resolve() for path in only}
        self.root = self.folder.parent
        self.knowledge = Knowledge()

    def load(self) -> Knowledge:
        knowledge = self.codebook()
        if not knowledge.codebook.variables:
            return knowledge
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
            knowledge.moved,
        )
        knowledge.problems.extend(check_world(everything))
        return knowledge

    def codebook(self) -> Knowledge:
        """The codebook alone, empty where it is not whole."""
        knowledge = self.knowledge
        if not self.folder.is_dir():
            self._problem("this folder does not exist", "Run from the folder that holds `records`.")
            return knowledge
        self._unknown_names()
        documents = self._documents("codebook", shape.codebook_schema())
        self._named_once(documents)
        if not documents:
            self._problem("found no codebook in it", "Add records/codebook/*.yml.")
        elif not knowledge.problems.errors:
            knowledge.codebook = Codebook.from_documents(documents)
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
        if self.only:
            self._read_some(knowledge)
        else:
            self._read_law(knowledge, self._paths("jurisdictions"), self._paths("second_codings"))
            self._read_beside(knowledge)

    def _read_law(self, knowledge: Knowledge, records: list[Path], second_codings: list[Path]) -> None:
        for document in self._files(records, shape.record_schema(knowledge.codebook)):
            self._keep(knowledge.records, record_from(document, knowledge.codebook), document)
        for document in self._files(second_codings, shape.second_coding_schema(knowledge.codebook)):
            self._keep(knowledge.second_codings, second_coding_from(document, knowledge.codebook), document)

    def _read_some(self, knowledge: Knowledge) -> None:
        """The records asked for, then the wholes that they and their wholes are parts of."""
        wanted = sorted(self.only)
        while wanted:
            again = [self.folder / "second_codings" / path.name for path in wanted]
            self._read_law(knowledge, wanted, [path for path in again if path.exists()])
            wholes = {code for one in knowledge.records.values() for code in (one.parent, one.follows) if code} - set(knowledge.records)
            read_already, wanted = set(wanted), [self.folder / "jurisdictions" / f"{code}.yml" for code in sorted(wholes)]
            wanted = [path for path in wanted if path.exists() and path not in read_already]

    def _read_beside(self, knowledge: Knowledge) -> None:
        for document in self._documents("instruments", shape.instrument_schema()):
            self._keep(knowledge.instruments, world.instrument_from(document), document)
        for document in self._documents("external", shape.assessment_schema()):
            self._keep(knowledge.assessments, world.assessment_from(document), document)
        for document in self._files(self._single("summary"), shape.summary_schema()):
            knowledge.summary = document
        for document in self._files(self._single("moved"), shape.moved_schema()):
            knowledge.moved = document
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
        return self._files(self._paths(folder), schema)

    def _paths(self, folder: str) -> list[Path]:
        """Every file of a folder; a folder that cannot be listed is an error, never an empty one."""
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
        return named

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
