"""Where nbgrader's own commands and formgrader enter: the same steps, named in course/nbgrader_config.py.

nbgrader converts a notebook twice. The first time our exporter takes the submission through intake, sandbox and
checks and hands back the finished notebook; the second time ``SaveMarks`` puts the marks into the gradebook.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import Exporter as BaseExporter
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from crmlib.grading.doors import model_answer
from crmlib.grading.doors.workers import kept_workers
from crmlib.grading.intake import files as submitted
from crmlib.grading.intake import source, times
from crmlib.grading.marking import feedback, page
from crmlib.grading.marking.submission import Marked, mark
from crmlib.grading.record import enter, gradebook, rows
from crmlib.language import LANGUAGES, current_language, use_language


class Exporter(NotebookExporter):
    """Reads a submitted file as intake does, marks it, and gives the finished notebook."""

    def from_filename(self, filename, resources=None, **kw):
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        with _speaking(self.parent.coursedir.root):
            text = self._finished(Path(filename).parent, resources["nbgrader"])
        return text, {**resources, "output_extension": ".ipynb"}

    def _finished(self, folder: Path, who) -> str:
        coursedir = self.parent.coursedir
        read = source.read(Path(coursedir.root, coursedir.format_path(coursedir.source_directory, ".", who["assignment"])), self.config)
        with gradebook.Gradebook(coursedir, self.config) as opened:
            refusal = source.disagreement(read, opened.book, course=Path(coursedir.root).name)
        if refusal:
            raise source.SourceError(refusal)
        marked = self._marked(folder, read, who["notebook"])
        self._clean(folder, who)
        _store(coursedir, who, marked, self._missing(folder, read))
        return json.dumps(marked.notebooks[0].notebook, ensure_ascii=False, indent=1)

    def _marked(self, folder: Path, read, notebook: str) -> Marked:
        """Only this notebook of the assignment: nbgrader comes back for each of the others."""
        files, left_out = submitted.files(folder, [notebook], read.text)
        _, not_understood = times.timestamp(folder)
        only = source.SourceAssignment(read.name, tuple(each for each in read.notebooks if each.name == notebook), read.files)
        workers = kept_workers(self.config)
        held = model_answer.held(read, Path(self.parent.coursedir.root), *workers)
        marked = model_answer.wait(mark(files, only, *workers), held)
        if held:
            self.parent.log.warning(model_answer.sentence(held))
        marked.repairs += [*left_out, *not_understood]
        self._attachments = marked.attachments
        return marked

    def _missing(self, folder: Path, read) -> Marked:
        """Notebooks that nbgrader gives 0 without asking anybody, because no file has their name."""
        missing = tuple(each for each in read.notebooks if not (folder / f"{each.name}.ipynb").exists())
        return mark({}, source.SourceAssignment(read.name, missing, {}), *kept_workers(self.config))

    def _clean(self, folder: Path, who) -> None:
        """nbgrader has copied every file, links followed: put the safe set in their place."""
        coursedir = self.parent.coursedir
        target = Path(coursedir.root, coursedir.format_path(coursedir.autograded_directory, who["student"], who["assignment"]))
        for path in sorted(target.rglob("*"), reverse=True):
            if path.suffix != ".ipynb" and path.name != times.TIMESTAMP and (path.is_symlink() or path.is_file()):
                path.unlink()
        for name, content in self._attachments.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


class ReleaseExporter(NotebookExporter):
    """For `nbgrader generate_assignment`: whatever can fail does so here, before nbgrader deletes the released assignment."""

    def __init__(self, config=None, **kw):
        super().__init__(config=config, **kw)
        converter = self.parent
        try:
            with _speaking(converter.coursedir.root):
                self._prepare(converter)
        except source.SourceError as refusal:
            raise NbGraderException(str(refusal)) from None

    def _prepare(self, converter) -> None:
        folders = [Path(converter.coursedir.root, folder) for folder in converter.assignments]
        enter.try_out(converter, folders)
        if converter.no_database:
            return
        with gradebook.Gradebook(converter.coursedir, converter.config) as opened:
            for folder in folders:
                enter.migrate(opened.book, source.read(folder, converter.config), course=Path(converter.coursedir.root).name)


class SaveMarks(NbGraderPreprocessor):
    """Put the marks of the row into the gradebook, in one transaction."""

    def preprocess(self, nb, resources):
        who = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        kept = _STORED.pop((os.path.abspath(coursedir.root), who["student"], who["assignment"], who["notebook"]))
        with gradebook.Gradebook(coursedir, self.config) as opened:
            # nbgrader reads a day-first date or an unknown zone as something: what we do not understand counts against nobody.
            folder = Path(coursedir.root, coursedir.format_path(coursedir.submitted_directory, who["student"], who["assignment"]))
            when, not_understood = times.timestamp(folder)
            late = opened.record(who["student"], who["assignment"], kept, when, forget=bool(not_understood))
        row = rows.read(Path(coursedir.root), who["assignment"], who["student"])
        if row is not None:
            rows.write(Path(coursedir.root), rows.with_late(row, late))
        return nb, resources

    def preprocess_cell(self, cell, resources, cell_index):
        return cell, resources


class HideTests(ClearHiddenTests):
    """Take hidden tests out of a marked notebook, from the cells and from the errors that could quote them, and what only markers read."""

    def preprocess_cell(self, cell, resources, cell_index):
        if is_task(cell) and is_locked(cell):
            cell, resources = ClearMarkScheme(parent=self).preprocess_cell(cell, resources, cell_index)
        if cell.cell_type == "code":
            if is_grade(cell) and not is_solution(cell):
                for output in cell.outputs:
                    if output.output_type == "error":
                        output.traceback = [f"{output.ename}: {output.evalue}"]
            cell.outputs = [output for output in feedback.safe_outputs(cell.outputs)]
        return super().preprocess_cell(cell, resources, cell_index)


class FeedbackExporter(BaseExporter):
    """Our page of the feedback in place of nbgrader's; see ``page``."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **kw):
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        who, coursedir = resources["nbgrader"], self.parent.coursedir
        row = rows.read(Path(coursedir.root), who["assignment"], who["student"])
        with _speaking(coursedir.root):
            made = page.page(
                nb, row, assignment=who["assignment"], student=who["student"], name=self._name(coursedir, who["student"]),
                score=who["score"], points=who["max_score"], late_penalty=who["late_penalty"],
            )  # fmt: skip
        return made, resources

    @staticmethod
    def _name(coursedir, student: str) -> str:
        with gradebook.Gradebook(coursedir) as opened:
            person = opened.book.find_student(student)
        family_first = re.search("[\u4e00-\u9fff]", person.last_name or "")
        names = (person.last_name, person.first_name) if family_first else (person.first_name, person.last_name)
        return ("" if family_first else " ").join(name for name in names if name)


@contextmanager
def _speaking(root: str):
    """The language of the class, whose course root bears its name, as `crmlib grade --course` has it."""
    before, language = current_language(), Path(root).resolve().name
    use_language(language if language in LANGUAGES else before)
    try:
        yield
    finally:
        use_language(before)


# Between nbgrader's two passes over a notebook; both happen in one process, one right after the other.
_STORED: dict[tuple[str, str, str, str], Marked] = {}


# The notebooks of the submission that is being graded, so that its row holds all of them.
_RUN: dict[tuple[str, str, str], dict[str, Marked]] = {}


def _store(coursedir, who, marked: Marked, missing: Marked) -> None:
    """Keep the marks for the gradebook's turn, and write what is known of the whole submission into its row."""
    submission = (os.path.abspath(coursedir.root), who["student"], who["assignment"])
    _STORED[(*submission, who["notebook"])] = marked
    run = _RUN.get(submission, {})
    run = {who["notebook"]: marked} if who["notebook"] in run else {**run, who["notebook"]: marked}
    _RUN.clear()
    _RUN[submission] = run
    notebooks = sorted((notebook for each in [*run.values(), missing] for notebook in each.notebooks), key=lambda notebook: notebook.name)
    whole = Marked(notebooks, marked.attachments, marked.repairs, all(each.isolated for each in run.values()))
    rows.write(Path(coursedir.root), _with_others(coursedir, rows.row(who["student"], who["assignment"], whole)))


def _with_others(coursedir, new: dict) -> dict:
    """The row with what an older one says about notebooks that are not graded this time (`nbgrader autograde --notebook`)."""
    old = rows.read(Path(coursedir.root), new["assignment"], new["student"]) or {"questions": []}
    graded = {question["notebook"] for question in new["questions"]}
    questions = sorted([*new["questions"], *(each for each in old["questions"] if each["notebook"] not in graded)], key=lambda each: each["notebook"])
    return new | {
        "questions": questions,
        "earned": round(sum(question["earned"] or 0 for question in questions), 4),
        "points": round(sum(question["points"] for question in questions), 4),
        "by_hand": [question["question"] for question in questions if question["earned"] is None],
    }
