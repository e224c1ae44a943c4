"""The instructor's source of an assignment as grading needs it: cleared of solutions, with its hidden tests.

A submission is never run as it came. What runs is built from here: only answer text and added cells are the
student's. Solutions are cleared first, so that a missing answer is the stub and never the model answer.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace

from crmlib.language import message

ROLES = ("answer", "manual", "test", "task", "locked", "free")


class SourceError(ValueError):
    """A source that cannot be graded from; the message names the remedy."""


@dataclass(frozen=True)
class SourceCell:
    """One cell: ``text`` is what students got, ``full`` what grading runs, ``model`` what the instructor wrote."""

    id: str
    cell_id: str
    kind: str
    role: str
    text: str
    full: str
    model: str
    points: float
    metadata: dict

    @property
    def takes_answer(self) -> bool:
        return self.role in ("answer", "manual", "task")

    @property
    def graded(self) -> bool:
        return self.role in ("test", "manual", "task")

    @property
    def hides(self) -> bool:
        """Whether students did not get all of this cell."""
        return self.full != self.text

    @property
    def runs_inside(self) -> bool:
        """Whether the instructor wants this test run in the sandbox, beside the student's live objects."""
        return bool(self.metadata.get("crmlib", {}).get("run_inside"))


@dataclass(frozen=True)
class SourceNotebook:
    """One notebook of an assignment, in the instructor's order."""

    name: str
    cells: tuple[SourceCell, ...]
    metadata: dict

    @cached_property
    def answered_names(self) -> frozenset[str]:
        """Names that the model answers define: only these may hide a builtin of the same name from a test."""
        return frozenset(name for cell in self.cells if cell.takes_answer and cell.kind == "code" for name in defined(cell.model))


    @cached_property
    def answered_functions(self) -> frozenset[str]:
        """Functions that the model answers define."""
        trees = (_tree(cell.model) for cell in self.cells if cell.takes_answer and cell.kind == "code")
        return frozenset(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))

    @cached_property
    def shared_names(self) -> frozenset[str]:
        """Names of the notebook that functions of the model answers read: where a test sets one, they see it."""
        trees = (_tree(cell.model) for cell in self.cells if cell.takes_answer and cell.kind == "code")
        functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)))
        return frozenset(name.id for node in functions for name in ast.walk(node) if isinstance(name, ast.Name) and name.id in self._global_names)

    @cached_property
    def _global_names(self) -> frozenset[str]:
        """Names to which the top level of a model answer or a set-up cell gives a value."""
        from crmlib.grading.wire import names as checks_names

        return frozenset(name for cell in self.cells if cell.kind == "code" and cell.role != "test" for name in checks_names.names(cell.model).bound)


@dataclass(frozen=True)
class SourceAssignment:
    """All notebooks of an assignment and the files beside them."""

    name: str
    notebooks: tuple[SourceNotebook, ...]
    files: dict[str, bytes]

    @property
    def text(self) -> str:
        """Everything that the students read."""
        return "\n".join(cell.text for notebook in self.notebooks for cell in notebook.cells)


def read(folder: Path, config=None) -> SourceAssignment:
    """Read an assignment's source folder; ``config`` is nbgrader's, for its stubs and delimiters."""
    notebooks = tuple(_readable(path, config) for path in sorted(folder.glob("*.ipynb")))
    if not notebooks:
        raise SourceError(message("source.no_notebook", folder=str(folder)))
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts
    }
    return SourceAssignment(folder.name, notebooks, files)


def disagreement(assignment: SourceAssignment, gradebook, *, course: str) -> str | None:
    """Why the gradebook does not know the assignment as its source has it now, or None; ``course`` names the class."""
    from nbgrader.api import MissingEntry

    for notebook in assignment.notebooks:
        try:
            known = gradebook.find_notebook(notebook.name, assignment.name)
        except MissingEntry:
            return message("source.not_in_gradebook", assignment=assignment.name, notebook=notebook.name, course=course)
        stored = {cell.name: cell.source for cell in known.source_cells}
        points = {cell.name: float(cell.max_score) for cell in known.grade_cells} | {cell.name: float(cell.max_score) for cell in known.task_cells}
        here = {cell.id: cell.full for cell in notebook.cells if cell.role != "free"}
        answers = {cell.name for cell in known.solution_cells}, {cell.name for cell in known.task_cells}
        kinds = tuple({cell.id for cell in notebook.cells if cell.role in roles} for roles in (("answer", "manual"), ("task",)))
        if stored != here or answers != kinds or points != {cell.id: cell.points for cell in notebook.cells if cell.graded}:
            return message("source.changed", assignment=assignment.name, notebook=notebook.name, course=course)
    return None


def defined(source: str) -> set[str]:
    """The names that a cell's own top level may define; empty where it is no Python."""
    names = set()
    for node in ast.walk(_tree(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


@cache  # the same few hidden tests for every submission
def replaced(source: str) -> frozenset[str]:
    """Names that a test deletes or gives a new value, such as a function that it mocks.

    >>> sorted(replaced("del squares\\ndef area(n): return 1"))
    ['area', 'squares']
    """
    deleted = {node.id for node in ast.walk(_tree(source)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)}
    return frozenset(deleted | defined(source))


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def _readable(path: Path, config) -> SourceNotebook:
    try:
        return _notebook(path, config)
    except Exception as failure:  # a region that never ends, no JSON, another version of the format
        raise SourceError(message("source.unusable", path=str(path), reason=str(failure))) from None


def _notebook(path: Path, config) -> SourceNotebook:
    import nbformat
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

    from crmlib.grading.intake.stubs import ClearSolutions

    written = nbformat.read(path, as_version=4)
    resources: dict = {"nbgrader": {}}
    cleared, _ = ClearSolutions(config=config).preprocess(_copy(written), resources)
    released, _ = ClearHiddenTests(config=config).preprocess(_copy(cleared), resources)
    released, _ = ClearMarkScheme(config=config).preprocess(released, resources)
    triples = enumerate(zip(written.cells, cleared.cells, released.cells, strict=True), start=1)
    cells = tuple(_cell(number, *triple) for number, triple in triples)
    return SourceNotebook(path.stem, cells, json.loads(json.dumps(written.metadata)))


def _cell(number, written, cleared, released) -> SourceCell:
    from nbgrader.utils import compute_checksum

    mark = SimpleNamespace(**{"grade": False, "solution": False, "locked": False, "task": False, "grade_id": ""} | dict(written.metadata.get("nbgrader", {})))
    if mark.task:
        role = "task"
    elif mark.grade:
        role = "manual" if mark.solution else "test"
    elif mark.solution:
        role = "answer"
    else:
        role = "locked" if mark.grade_id else "free"
    metadata = json.loads(json.dumps(written.metadata))
    if mark.grade_id:
        metadata["nbgrader"]["checksum"] = compute_checksum(cleared)  # as the gradebook has it
    return SourceCell(
        id=mark.grade_id or written.get("id") or f"cell-{number}",
        cell_id=written.get("id", ""),
        kind=written.cell_type,
        role=role,
        text=released.source,
        full=cleared.source,
        model=written.source,
        points=float(getattr(mark, "points", 0) or 0) if role in ("test", "manual", "task") else 0.0,
        metadata=metadata,
    )


def _copy(notebook):
    import nbformat

    return nbformat.from_dict(json.loads(json.dumps(notebook)))
