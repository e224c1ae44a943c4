"""Papers handed in as documents become notebooks of the class, so that formgrader shows each with its rubric.

The student's own notebook is never touched; a notebook that was made here is made anew when the paper has changed.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from crmlib.course import ROOT, CourseError
from crmlib.essay.paper import Paper
from crmlib.essay.reading_notebook import ANSWER
from crmlib.essay.report import Report, Row
from crmlib.essay.rules import MADE, STEM
from crmlib.essay.words import facts
from crmlib.language import message

_SPECIAL = re.compile(r"([\\`*_\[\]#|~<>])")


def enter(report: Report, language: str, root: Path = ROOT) -> Iterator[tuple[Row, str]]:
    """Put every readable paper into the class; gives each row with "" or the reason why it was not put in."""
    settings = root / "course" / language / "nbgrader_config.py"
    released = root / "assignments" / language / STEM / f"{STEM}.ipynb"
    for needed in (settings, released):
        if not needed.is_file():
            raise CourseError(message("essay.no_class", course=language, file=needed.relative_to(root).as_posix()))
    notebook, submitted = json.loads(released.read_text(encoding="utf-8")), settings.parent / "submitted"
    for row in report.rows:
        if row.checked is None:
            yield row, str(row.refused)
        elif row.checked.paper.kind == "ipynb" and submitted.resolve() in row.path.resolve().parents:
            yield row, ""  # it lies where nbgrader looks for it
        else:
            yield row, _enter(row, notebook, submitted)


def _enter(row: Row, released: dict, submitted: Path) -> str:
    several = next((finding.text for finding in row.findings if finding.name == "several"), "")
    if several:
        return several
    if not re.fullmatch(r"[^\W_][\w .@()（）+-]*", row.owner) or row.owner != row.owner.strip():
        return message("essay.no_id", name=row.owner)
    target = submitted / row.owner / STEM / f"{STEM}.ipynb"
    content, is_own = _notebook(row, released)
    if target.exists() and target.read_bytes() == content:
        return ""
    if target.exists() and not _may_be_replaced(target, released):
        return message("essay.has_a_notebook")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    beside = target.parent / row.path.name
    if not is_own and row.checked.paper.kind != "ipynb" and beside.resolve() != row.path.resolve():
        beside.write_bytes(row.path.read_bytes())
    return ""


def _notebook(row: Row, released: dict) -> tuple[bytes, bool]:
    """The notebook that shows a paper, and whether it is the student's own, which is taken as it is."""
    if row.checked.paper.kind == "ipynb":
        content = row.path.read_bytes()
        names = {str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") or cell.get("id")) for cell in json.loads(content)["cells"]}
        if {ANSWER, "rubric"} <= names:
            return content, True
    notebook = copy.deepcopy(released)
    notebook["metadata"].setdefault("crmlib", {})[MADE] = row.path.name
    place = next(place for place, cell in enumerate(notebook["cells"]) if cell["id"] == ANSWER)
    notebook["cells"][place]["source"] = markdown(row.checked.paper).splitlines(keepends=True)
    notebook["cells"].insert(place + 1, {"cell_type": "markdown", "id": "form", "metadata": {}, "source": _form(row).splitlines(keepends=True)})
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode(), False


def graded_before(rows: Iterable[Row], language: str, root: Path = ROOT) -> list[str]:
    """The students whose marks are older than the notebook that now shows their paper."""
    found = []
    for row in rows:
        marks = root / "course" / language / "marking" / STEM / f"{row.owner}.json"
        notebook = root / "course" / language / "submitted" / row.owner / STEM / f"{STEM}.ipynb"
        if marks.is_file() and notebook.is_file() and marks.stat().st_mtime_ns < notebook.stat().st_mtime_ns:
            found.append(row.owner)
    return found


def _may_be_replaced(target: Path, released: dict) -> bool:
    """A notebook that was made here, or the assignment's own with nothing written in it."""
    try:
        there = json.loads(target.read_text(encoding="utf-8"))
        made = MADE in there["metadata"].get("crmlib", {})
        stubs = ["".join(cell["source"]).strip() for cell in released["cells"] if cell["id"] == ANSWER]
        answers = ["".join(cell["source"]).strip() for cell in there["cells"] if cell.get("id") == ANSWER]
        return made or (answers == stubs and len(there["cells"]) == len(released["cells"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def markdown(paper: Paper) -> str:
    """A paper as formgrader shows it: headings as headings, every paragraph as it was written."""
    lines = [_line(paragraph.text, paragraph.level) for paragraph in paper.paragraphs]
    notes = ["---", *paper.notes.split("\n")] if paper.notes else []
    boxes = ["---", *paper.boxed.split("\n")] if paper.boxed else []
    return "\n\n".join([*lines, *boxes, *notes])


def _line(text: str, level: int | None) -> str:
    said = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", _plain(re.sub(r"[\t\n]+", " ", text)))
    said = re.sub(r"^\s*([-+=])", r"\\\1", said)
    return f"{'#' * min(level + 1, 6)} {said}" if level else said


def _form(row: Row) -> str:
    """The findings on form: none that name another student."""
    said = [finding.text for finding in row.findings if finding.weight in ("form", "note")]
    lines = [f"- {_plain(text)}" for text in (said or [message("essay.fine")])]
    return "\n".join([f"**{message('essay.form_heading', file=_plain(row.path.name))}**", "", facts(row), "", *lines])


def _plain(text: str) -> str:
    """A text in which no mark means anything to Markdown."""
    return _SPECIAL.sub(r"\\\1", text)
