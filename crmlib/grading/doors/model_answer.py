"""The instructor's own solution takes the way of a submission first: what it does not pass is no student's fault.

A question whose model answer does not earn its points waits for a person, with the reason, in every submission. The
result is kept beside the rows for as long as source, settings and grader stay the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from crmlib import whole
from crmlib.grading.intake.source import SourceAssignment, SourceNotebook
from crmlib.grading.marking.submission import Marked, mark
from crmlib.language import message
from crmlib.places import LIBRARY

Held = dict[tuple[str, str], str]  # (notebook, question) to the reason why the model answer does not pass


def held(assignment: SourceAssignment, course_root: Path, sandbox, checker) -> Held:
    """The questions that the model answer does not pass."""
    return kept(assignment, course_root, seal(assignment, sandbox.settings, sandbox.isolated), lambda: tried(assignment, sandbox, checker))


def kept(assignment: SourceAssignment, course_root: Path, seal: str, again: Callable[[], list[list[str]]], *, write: bool = True) -> Held:
    """The same, from beside the rows where the seal there is this one, else tried again."""
    place = course_root / "marking" / assignment.name / ".model-answer"
    known = _read(place)
    if known.get("seal") != seal:
        known = {"seal": seal, "held": again()}
        if write:
            whole.write(place, json.dumps(known, ensure_ascii=False, indent=1))
    return {(notebook, question): reason for notebook, question, reason in known["held"]}


def wait(marked: Marked, held: Held) -> Marked:
    """The submission with every such question left to a person."""
    for notebook in marked.notebooks:
        for question in notebook.questions:
            reason = held.get((notebook.name, question.id))
            if reason is not None and question.earned is not None and not notebook.problem:
                question.earned = None
                question.reasons.insert(0, message("grade.model_answer_fails", reason=reason))
    return marked


def sentence(held: Held) -> str:
    """What the run says about all of them."""
    questions = "; ".join(f"{question} ({reason})" for (_, question), reason in held.items())
    return message("grade.model_answer_held", questions=questions)


def solved(notebook: SourceNotebook) -> bytes:
    """The notebook with the model answers, as a student would hand it in."""
    cells = []
    for cell in notebook.cells:
        text = cell.model if cell.takes_answer else cell.text
        code: dict = {"execution_count": None, "outputs": []} if cell.kind == "code" else {}
        cells.append({"cell_type": cell.kind, "id": cell.cell_id, "metadata": cell.metadata, "source": text} | code)
    return json.dumps({"cells": cells, "metadata": notebook.metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def tried(assignment: SourceAssignment, sandbox, checker) -> list[list[str]]:
    """Mark the model answer now: notebook, question and reason of whatever it does not pass."""
    files = {f"{notebook.name}.ipynb": solved(notebook) for notebook in assignment.notebooks}
    tests = {(notebook.name, cell.id) for notebook in assignment.notebooks for cell in notebook.cells if cell.role == "test"}
    found = []
    for notebook in mark(files, assignment, sandbox, checker).notebooks:
        for question in notebook.questions:
            if (notebook.name, question.id) in tests and (question.earned is None or question.earned < question.points - 1e-6):
                earned = "–" if question.earned is None else f"{question.earned:g}"
                why = " ".join(question.reasons) or message("grade.model_answer_earns", earned=earned, points=f"{question.points:g}")
                found.append([notebook.name, question.id, why])
    return found


def seal(assignment: SourceAssignment, settings, isolated: bool) -> str:
    """Changes whenever the source, its files, the limits or the grader itself do."""
    found = hashlib.sha256(repr((settings, isolated, [notebook.cells for notebook in assignment.notebooks])).encode("utf-8", "replace"))
    for name, content in sorted(assignment.files.items()):
        found.update(f"{name}\0{len(content)}\0".encode("utf-8", "replace") + content)
    for path in sorted(LIBRARY.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _read(path: Path) -> dict:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return known if isinstance(known["held"], list) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
