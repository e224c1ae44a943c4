"""Enter an assignment in the gradebook, also when it has been graded and its cells have changed since.

nbgrader itself refuses then. Here the gradebook's cells follow the source in one transaction: what is unchanged keeps
its automatic and manual marks, a renamed cell is recognised by its text, and a mark that a person gave is never
dropped unasked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from crmlib.grading.intake.source import SourceAssignment, SourceError, SourceNotebook
from crmlib.grading.record import trouble
from crmlib.language import listing, message


@dataclass
class Changes:
    """Names of cells that were entered, dropped, renamed, or have other points or another kind."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)  # removed cells with marks or comments that a person gave
    first: bool = False  # the gradebook knew nothing of the assignment
    too_high: set[str] = field(default_factory=set)  # cells with a person's mark above the points they have now

    def lines(self) -> list[str]:
        if self.first:
            return [message("enter.first", count=len(self.added))]
        told = [message(f"enter.{name}", cells=listing(cells)) for name, cells in vars(self).items() if cells and name not in ("by_hand", "first")]
        return told or [message("enter.nothing")]


def migrate(book, assignment: SourceAssignment, *, course: str, force: bool = False) -> Changes:
    """Bring the gradebook's cells to the source; all of it or nothing."""
    from nbgrader import api

    book.update_or_create_assignment(assignment.name)
    session = book.db
    try:
        known = book.find_assignment(assignment.name)
        changes = Changes()
        stored = {notebook.name: notebook for notebook in known.notebooks}
        changes.first = not stored
        for notebook in assignment.notebooks:
            if notebook.name not in stored:
                made = api.Notebook(name=notebook.name, assignment=known, kernelspec=json.dumps(notebook.metadata.get("kernelspec", {})))
                session.add(made)
                session.flush()
                stored[notebook.name] = made
            _Notebook(session, stored.pop(notebook.name), notebook, changes).follow()
        for left in stored.values():
            _Notebook(session, left, SourceNotebook(left.name, (), {}), changes).follow()
            for submitted in list(left.submissions):
                session.delete(submitted)
            session.flush()
            session.delete(left)
        if changes.by_hand and not force:
            cells = listing(sorted(changes.by_hand))
            raise SourceError(message("enter.would_lose", cells=cells, assignment=assignment.name, course=course))
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return changes


class _Notebook:
    """One notebook of the gradebook on its way to what the source says."""

    def __init__(self, session, known, source: SourceNotebook, changes: Changes):
        self.session, self.known, self.source, self.changes = session, known, source, changes
        self.cells = {cell.id: cell for cell in source.cells if cell.role != "free"}

    def follow(self) -> None:
        self._rename()
        self._base_cells()
        self._source_cells()
        self._submissions()

    def _rename(self) -> None:
        """A name that is gone and a new one with the same text are one cell, where there is no other of that text."""
        stored = {cell.name: cell for cell in self.known.source_cells}
        gone = {name: cell.source for name, cell in stored.items() if name not in self.cells}
        new = {id: cell.full for id, cell in self.cells.items() if id not in stored}
        for name, text in gone.items():
            found = [id for id, full in new.items() if full == text]
            if len(found) != 1 or list(gone.values()).count(text) != 1:
                continue
            for cell in [stored[name], *(cell for cell in self.known._base_cells if cell.name == name)]:
                cell.name = found[0]
            self.changes.renamed.append(f"{name} → {found[0]}")
        self.session.flush()

    def _base_cells(self) -> None:
        from nbgrader import api

        wanted = {(kind, cell.id): cell for cell in self.cells.values() for kind in _kinds(cell.role)}
        stored = {(type(cell).__name__, cell.name): cell for cell in self.known._base_cells}
        new = {}
        for (kind, name), cell in wanted.items():
            kept = stored.get((kind, name))
            if kept is None:
                kept = new[kind, name] = getattr(api, kind)(name=name, notebook=self.known, **_graded(kind, cell))
                self.session.add(kept)
            elif kind != "SolutionCell" and (kept.max_score, kept.cell_type) != (cell.points, cell.kind):
                self._note(self.changes.changed, name)
                kept.max_score, kept.cell_type = cell.points, cell.kind
                given = (grade.manual_score for grade in kept.grades if grade.manual_score is not None)
                self.changes.too_high |= {name} if any(score > cell.points for score in given) else set()
        self.session.flush()
        for kind, name in stored.keys() - wanted.keys():
            self._drop(kind, name, stored[kind, name], new)
        for _, name in new:
            known_before = any(other == name for _, other in stored)
            self._note(self.changes.changed if known_before else self.changes.added, name)

    def _drop(self, kind: str, name: str, cell, new: dict) -> None:
        """Marks of a cell that is of another graded kind now go with it; the others are gone."""
        heir = next((new[other, name] for other in ("GradeCell", "TaskCell") if kind != "SolutionCell" and (other, name) in new), None)
        commented = next((new[other, name] for other in ("SolutionCell", "TaskCell") if (other, name) in new), None)
        for grade in list(getattr(cell, "grades", None) or ()):
            if heir is not None:
                grade.cell = heir
                continue
            self.changes.by_hand |= {name} if grade.manual_score is not None or grade.extra_credit else set()
            self.session.delete(grade)
        for comment in list(getattr(cell, "comments", None) or ()):
            if commented is not None:
                comment.cell = commented
                continue
            self.changes.by_hand |= {name} if comment.manual_comment else set()
            self.session.delete(comment)
        self.session.flush()
        self.session.refresh(cell)
        self.session.delete(cell)
        self.session.flush()
        self._note(self.changes.changed if name in self.cells else self.changes.removed, name)

    def _source_cells(self) -> None:
        from nbgrader import api

        stored = {cell.name: cell for cell in self.known.source_cells}
        for name, cell in self.cells.items():
            kept = stored.pop(name, None)
            if kept is None:
                kept = api.SourceCell(name=name, notebook=self.known)
                self.session.add(kept)
            kept.cell_type, kept.source, kept.checksum = cell.kind, cell.full, cell.metadata["nbgrader"]["checksum"]
            kept.locked = cell.role == "locked" or cell.role in ("test", "task") or bool(cell.metadata["nbgrader"].get("locked"))
        for left in stored.values():
            self.session.delete(left)
        self.session.flush()

    def _submissions(self) -> None:
        """Every submission has an empty mark for a new graded cell, and room for a comment, as a new one would."""
        from nbgrader import api

        self.session.refresh(self.known)
        graded = [cell for cell in self.known._base_cells if isinstance(cell, (api.GradeCell, api.TaskCell))]
        commented = [cell for cell in self.known._base_cells if isinstance(cell, (api.SolutionCell, api.TaskCell))]
        for submitted in self.known.submissions:
            marked, said = {grade.cell_id for grade in submitted.grades}, {comment.cell_id for comment in submitted.comments}
            self.session.add_all(api.Grade(cell_id=cell.id, notebook_id=submitted.id) for cell in graded if cell.id not in marked)
            self.session.add_all(api.Comment(cell_id=cell.id, notebook_id=submitted.id) for cell in commented if cell.id not in said)
        self.session.flush()

    @staticmethod
    def _note(names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)


def _kinds(role: str) -> Iterable[str]:
    return {"test": ("GradeCell",), "manual": ("GradeCell", "SolutionCell"), "answer": ("SolutionCell",), "task": ("TaskCell",)}.get(role, ())


def _graded(kind: str, cell) -> dict:
    return {} if kind == "SolutionCell" else {"max_score": cell.points, "cell_type": cell.kind}


def enter(course, assignment: str, *, force: bool = False) -> Changes:
    """Enter an assignment and write its students' version; whatever fails leaves gradebook and released assignment as they were."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    from crmlib.assignments import inside
    from crmlib.grading.record import gradebook

    course.check()
    read = course.source(assignment)
    released = course.folder("release", ".", assignment)
    trouble.try_to_write(next(place for place in (released, *released.parents) if place.is_dir()))
    config = course.config.copy()
    config.CourseDirectory.assignment_id = assignment
    with inside(course.root), gradebook.Gradebook(course.coursedir, course.config) as opened:
        converter = GenerateAssignment(coursedir=type(course.coursedir)(config=config), config=config)
        converter.force = True
        converter.log.setLevel("CRITICAL")
        try_out(converter, [course.folder("source", ".", assignment)])
        changes = migrate(opened.book, read, course=course.root.name, force=force)
        try:
            converter.start()
        except NbGraderException as failure:
            if text := trouble.said(failure):
                raise trouble.Trouble(text) from failure
            raise SourceError(message("enter.not_generated", assignment=assignment, reason=str(failure))) from None
    return changes


def try_out(converter, folders) -> None:
    """Make the students' version without writing anything: what is wrong with the source is said before a file is touched."""
    from nbconvert.exporters import NotebookExporter
    from nbgrader.preprocessors import SaveCells

    exporter = NotebookExporter(config=converter.config)
    exporter._preprocessors = []
    for step in converter.preprocessors:
        if step is not SaveCells and step != "nbgrader.preprocessors.SaveCells":
            exporter.register_preprocessor(step, enabled=True)
    for folder in folders:
        for path in sorted(folder.glob("*.ipynb")):
            known = {"student": ".", "assignment": folder.name, "notebook": path.stem, "db_url": converter.coursedir.db_url}
            try:
                exporter.from_filename(str(path), resources={"unique_key": path.stem, "nbgrader": known})
            except Exception as failure:
                raise SourceError(message("enter.not_generated", assignment=folder.name, reason=f"{path.name}: {failure}")) from None
