"""The page that a student reads: name, a table of the questions with points and reason in front, the own work below.

Instructions are not repeated, nothing is loaded from elsewhere and no script runs. It is written for small screens and
screen readers; what a hidden test says is in the row of the instructor, not here.
"""

from __future__ import annotations

import base64
import html
import io
import re
from functools import cache
from pathlib import Path

import nbformat

from crmlib.grading.marking.numbering import Number, numbers
from crmlib.language import current_language, message

TEMPLATES = Path(__file__).parent / "templates"
_FORMULA = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$<\n]{1,200}?)(?<=[^\s\\])\$(?![\d$])")
MOST_FORMULAS = 60


def page(nb, row: dict | None, *, assignment: str, student: str, name: str, score: float, points: float, late_penalty: float = 0) -> str:
    """The feedback of one notebook as HTML; ``nb`` holds scores and comments as nbgrader's GetGrades puts them."""
    nb = nbformat.from_dict(nb)
    marks = [cell.metadata.get("nbgrader", {}) for cell in nb.cells]
    graded = [mark.get("grade_id", "") if mark.get("grade") or mark.get("task") else "" for mark in marks]
    titles = numbers((id, cell.cell_type, "" if _is_theirs(cell) else cell.source) for id, cell in zip(graded, nb.cells))
    told = {question["question"]: question["reasons"] for question in (row or {}).get("questions", ())}
    waiting = {question["question"] for question in (row or {}).get("questions", ()) if question["earned"] is None}
    questions = [
        _question(id, titles[id], mark, told.get(id, ()), cell, id in waiting) for id, mark, cell in zip(graded, marks, nb.cells) if id
    ]
    return _template().render(
        language={"zh": "zh-Hans"}.get(current_language(), "en"),
        title=next((heading for cell in nb.cells if not _is_theirs(cell) for heading in re.findall(r"(?m)^#[ \t]+(.+)$", cell.source)), assignment),
        student=student, name=name, score=f"{score:g}", points=f"{points:g}", late_penalty=f"{late_penalty:g}" if late_penalty else "",
        questions=questions, sections=_sections(nb, {question["id"]: question for question in questions}), say=message,
    )  # fmt: skip


def _question(id: str, title: Number, mark: dict, reasons, cell, waits: bool) -> dict:
    earned, points = mark.get("score"), mark.get("points") or 0
    waits = waits and not earned
    seen = " ".join(_texts(cell))
    told = [reason for reason in reasons if " ".join(reason.split()) in " ".join(seen.split())]
    if waits:
        reason = message("page.waits")
    elif (earned or 0) >= points:
        reason = message("page.right")
    else:
        error = next((output.evalue for output in cell.get("outputs", ()) if output.output_type == "error" and output.evalue), "")
        reason = " ".join(told) or re.sub(rf"^{re.escape(title.number)}[:：] ?", "", error) or message("page.see_below")
    return {
        "id": id, "number": title.number, "title": title.title, "earned": "–" if waits else f"{earned or 0:g}", "points": f"{points:g}",
        "reason": reason[:600], "comment": mark.get("comment") or "",
    }  # fmt: skip


def _texts(cell) -> list[str]:
    found = []
    for output in cell.get("outputs", ()):
        found += [output.get("text", ""), output.get("evalue", "")]
    return found


def _is_theirs(cell) -> bool:
    mark = cell.metadata.get("nbgrader", {})
    return bool(mark.get("solution") or mark.get("task") or cell.metadata.get("crmlib", {}).get("added"))


def _sections(nb, questions: dict[str, dict]) -> list[dict]:
    """By exercise: what the student wrote and what came of it."""
    sections: list[dict] = [{"title": "", "parts": []}]
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader", {})
        question = questions.get(mark.get("grade_id"))
        if cell.cell_type == "markdown" and not _is_theirs(cell):
            if cell.id == "repairs":
                sections[-1]["parts"].append({"kind": "note", "html": _markdown(cell)})
            found = re.findall(r"(?m)^#{2,4}[ \t]+(.+)$", cell.source)
            if found:
                sections.append({"title": found[-1], "parts": []})
            continue
        part = {"kind": "text" if cell.cell_type == "markdown" else "code", "question": question, "comment": mark.get("comment") or ""}
        # A table or a picture that the assignment itself shows is part of the instructions.
        kinds = ("stream", "error") if not _is_theirs(cell) and not question else ("stream", "error", "execute_result", "display_data")
        part["outputs"] = [shown for output in cell.get("outputs", ()) if output.output_type in kinds for shown in _output(output)]
        if _is_theirs(cell):
            part["html"] = _markdown(cell) if cell.cell_type == "markdown" else ""
            part["source"] = cell.source if cell.cell_type != "markdown" else ""
        elif not part["outputs"] and not question:
            continue
        if question:
            part["comment"] = ""  # stands beside the question
        sections[-1]["parts"].append(part)
    return [section for section in sections if section["parts"]]


def _output(output) -> list[dict]:
    if output.output_type == "stream":
        return [{"text": output.text}]
    if output.output_type == "error":
        return [{"text": output.evalue if output.ename == "FormError" else "\n".join(output.traceback)}]
    for kind in ("image/png", "image/jpeg"):
        content = re.sub(r"\s", "", str(output.data.get(kind, "")))
        if content and re.fullmatch(r"[A-Za-z0-9+/=]+", content):
            return [{"picture": f"data:{kind};base64,{content}"}]
    text = str(output.data.get("text/plain", ""))
    # The points that a graded cell ends with stand in the table.
    return [{"text": text}] if text and not re.fullmatch(r"-?\d+(\.\d+)?", text) else []


def _markdown(cell) -> str:
    """An essay as HTML without any tag of its own; formulas as pictures that say what they show."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, attachments=cell.get("attachments", {}), exclude_anchor_links=True)
    made = MarkdownWithMath(renderer=renderer).render(cell.source)
    made = re.sub(r"<(/?)h[1-6]\b[^>]*>", r"<\1h3>", made)
    made = re.sub(r"<img(?![^>]*\balt=\"[^\"])", lambda _: f'<img alt="{html.escape(message("page.picture"))}"', made)
    left = [MOST_FORMULAS]

    def drawn(found: re.Match) -> str:
        left[0] -= 1
        return _formula(html.unescape(found[1])) or found[0] if left[0] >= 0 else found[0]

    return _FORMULA.sub(drawn, made)


@cache
def _formula(text: str) -> str:
    """A formula as a picture with its text as the alternative; empty where it cannot be drawn."""
    if not text.isascii():
        return ""
    from matplotlib import mathtext

    content = io.BytesIO()
    try:
        mathtext.math_to_image(f"${text}$", content, dpi=200, format="png")
    except Exception:  # what students type is not always a formula
        return ""
    picture = base64.b64encode(content.getvalue()).decode("ascii")
    return f'<img class="formula" src="data:image/png;base64,{picture}" alt="{html.escape(text)}">'


@cache
def _template():
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("feedback_page.html.j2")
