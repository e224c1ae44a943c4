"""The feedback page: whose it is, what was earned and why in front, the own work below; nothing active, nothing to scroll sideways."""

import re
from types import SimpleNamespace

import nbformat
import pytest

from crmlib.grading.intake.source import read
from crmlib.grading.marking import page
from crmlib.grading.marking.numbering import Number, numbers
from crmlib.language import LANGUAGES, use_language
from tests.support import assignments_data as data
from tests.support.catalogue import every


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", data.ALL)
def test_every_graded_question_of_the_course_has_a_number_of_its_own(stem, language):
    cells = read(data.ROOT / "solutions" / language / stem).notebooks[0].cells
    found = numbers((cell.id if cell.graded else "", cell.kind, cell.text) for cell in cells)
    assert len({number.number for number in found.values()}) == len(found) > 5
    for id, number in found.items():
        assert re.fullmatch(rf"{int(stem[:2])}\.\d+[a-z]", number.number) and number.title, (id, number)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", data.STEMS)
def test_every_visible_check_names_its_exercise(stem, language):
    cells = read(data.ROOT / "solutions" / language / stem).notebooks[0].cells
    found = numbers((cell.id if cell.graded else "", cell.kind, cell.text) for cell in cells)
    for cell in cells:
        if cell.role == "test":
            assert f'part="{found[cell.id].number}"' in cell.text, f"{cell.id}: write check.…(…, part=\"{found[cell.id].number}\", …) in solutions/, then run crmlib build"


def test_a_question_without_a_number_keeps_its_name():
    assert numbers([("", "markdown", "# Quiz"), ("q1", "code", "assert x")]) == {"q1": Number("q1", "Quiz")}


def cell(kind, text, outputs=(), added=False, **mark):
    made = {"cell_type": kind, "id": mark.get("grade_id", "free"), "source": text, "metadata": {"nbgrader": mark} if mark else {}}
    if added:
        made["metadata"]["crmlib"] = {"added": True}
    return made | ({"outputs": list(outputs), "execution_count": None} if kind == "code" else {})


def error(name, text):
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


CELLS = [
    cell("markdown", "# Week 1\n\nRead all of this instruction.", locked=True, grade_id="title"),
    cell("markdown", "## 1.1 Cost\n\n**Graded a (2 points).** Compute.\n\n**Graded b (1 point).** Compute again.", locked=True, grade_id="text"),
    cell("code", "x = 5", solution=True, grade_id="x"),
    cell("code", "check(x)", [{"output_type": "stream", "name": "stdout", "text": "5 is not right.\n"}], grade=True, grade_id="x-test", score=0.0, points=2),
    cell("code", "y = (", solution=True, grade_id="y"),
    cell("code", "check(y)", [error("FormError", "The answer cell has an error.")], grade=True, grade_id="y-test", score=0.0, points=1),
    cell("markdown", "# Mine\n\n$\\frac{a}{b}$, $5 and $10 <script>alert(1)</script> <img src=x onerror=alert(1)>", added=True),
    cell("markdown", "My essay", grade=True, solution=True, grade_id="essay", score=None, points=3, comment="Good <b>start</b>."),
]
ROW = {"questions": [
    {"question": "x-test", "earned": 0.0, "reasons": ["5 is not right.", "expected 42, said the hidden test"]},
    {"question": "y-test", "earned": 0.0, "reasons": ["The answer cell has an error."]},
    {"question": "essay", "earned": None, "reasons": []},
]}  # fmt: skip


def made(**other):
    given = {"assignment": "week-1", "student": "s1", "name": "Anna Smith", "score": 0, "points": 6} | other
    return page.page(nbformat.from_dict({"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), ROW, **given)


def test_name_language_title_and_points_stand_in_front():
    text = made(late_penalty=1)
    assert '<html lang="en">' in text and "<title>Week 1 – Anna Smith</title>" in text
    assert "Anna Smith (s1)" in text and "Points: 0 of 6" in text and "came late: 1" in text
    use_language("zh")
    assert '<html lang="zh-Hans">' in made(name="") and "学生：s1" in made(name="")


def test_the_table_says_number_title_points_and_reason_and_nothing_of_a_hidden_test():
    table = made().split("</table>")[0]
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in table.split("<tr>")[2:]]
    assert rows[0] == "1.1a Cost 0 of 2 5 is not right."
    assert rows[1] == "1.1b Cost 0 of 1 The answer cell has an error."
    assert "essay" in rows[2] and "– of 3 A person will mark this." in rows[2] and "Good &lt;b&gt;start" in rows[2]
    assert "42" not in made()


def test_instructions_and_test_cells_are_not_repeated():
    text = made()
    assert "instruction" not in text and "Compute" not in text and "check(x)" not in text
    assert "x = 5" in text and "My essay" in text and "<h2>1.1 Cost</h2>" in text


def test_a_formula_is_a_picture_with_its_text_and_money_is_none():
    text = made()
    assert text.count('class="formula"') == 1 and 'alt="\\frac{a}{b}"' in text and "$5 and $10" in text


def test_nothing_in_it_is_active_or_from_elsewhere():
    text = made()
    assert "<script" not in text and "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", text) and not re.search(r"(src|href)=\"(?!data:image|#q-)", text)


@every("formula", ["\\href{javascript:x}{y}", "\\frac{", "x" * 300, "价格", "{" * 150])
def test_what_is_no_formula_stays_as_it_was_typed(formula):
    text = page._markdown(SimpleNamespace(source=f"so ${formula}$ it is", get=lambda *_: {}))
    assert "formula" not in text and formula[:5] in text
