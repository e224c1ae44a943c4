"""The report: what stands in gradebook, rows and notebooks comes out as figures, pictures and tables; small classes are warned."""

import json
import random
import re

import pytest

from crmlib import cli, course
from crmlib.classroom import grading, pictures, report, roster
from crmlib.classroom.people import Person
from crmlib.language import LANGUAGES
from tests.support.catalogue import every
from tests.support.classroom_course import STEM, small_course, the_class

QUESTIONS = {"acquisition-cost-function-test": 3, "minimum-response-test": 2, "mixed-lifetime-test": 2}
MISCONCEPTION = course.exercise("9.3").misconceptions


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Forty students with marks, rows and finished notebooks."""
    root = small_course(tmp_path_factory.mktemp("report") / "course root", "en")
    the = the_class(root, "en")
    chance, students = random.Random(1), [f"{number:04d}" for number in range(40)]
    roster.enter(the, roster.Roster(people=[Person(number, f"Student {number}", last=f"Student {number}") for number in [*students, "away"]]))
    text = str(next(iter(MISCONCEPTION.values())).text.en)
    with grading.book(the) as book:
        book.add_assignment(STEM)
        book.add_notebook(STEM, STEM)
        for name, points in QUESTIONS.items():
            book.add_grade_cell(name, STEM, STEM, max_score=points, cell_type="code")
        for place, number in enumerate(students):
            able = chance.random()
            submission = book.add_submission(STEM, number)
            earned = {name: points * (chance.random() < 0.2 + 0.7 * able) for name, points in QUESTIONS.items()}
            for grade in submission.notebooks[0].grades:
                grade.auto_score, grade.needs_manual_grade = earned[grade.name], False
            wrong = [text] if place < 7 else []
            questions = [{"notebook": STEM, "question": name, "points": points, "earned": earned[name], "reasons": wrong, "handed_in": "", "received": {}, "due": [], "tamper_proof": True} for name, points in QUESTIONS.items()]
            grading.write_json(the.root / "marking" / STEM / f"{number}.json", {"student": number, "assignment": STEM, "questions": questions})
            said = "9.1a: right. Received 50.0.\n" if place < 10 else f"9.1a: not right yet. Received 1.\n{text}\n"
            cells = [
                {"cell_type": "code", "source": 'check.practice("9.1a", x)', "outputs": [{"output_type": "stream", "name": "stdout", "text": said}]},
                {"cell_type": "code", "source": 'check.practice("9.1b", x)', "outputs": [{"output_type": "stream", "name": "stdout", "text": "9.1b: not right yet. Received 1.\n"}]},
                {"cell_type": "code", "source": 'check.practice("9.1c", x)', "outputs": [{"output_type": "stream", "name": "stdout", "text": "9.1c: There is no answer here yet.\n"}]},
            ]
            folder = the.root / "autograded" / number / STEM
            folder.mkdir(parents=True)
            (folder / f"{STEM}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        book.db.commit()
    return root


def test_figures_are_those_of_the_gradebook(graded):
    found = report.report(the_class(graded, "en"), STEM)
    assert found.students == 40 and found.points == 7 and found.is_kr_20
    assert [line.number for line in found.lines] == ["9.1d", "9.2c", "9.3c"]
    assert all(0 <= line.item.difficulty <= 1 and line.item.discrimination is not None for line in found.lines)
    assert found.interval[0] < found.alpha < found.interval[1]
    assert found.left_out == {"missing": 1}


def test_misconceptions_and_practice_are_counted_by_student(graded):
    found = report.report(the_class(graded, "en"), STEM)
    assert [(row[0], row[2], row[3]) for row in found.misconceptions] == [("9.3", 7, 30)]
    assert [(row[0], row[2], row[3]) for row in found.practice] == [("9.1a", 40, 10), ("9.1b", 40, 0), ("9.1c", 0, 0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_everything_and_asks_nobody(graded, tmp_path, language, capsys):
    path = tmp_path / "neue Seite" / "r.html"
    assert cli.main(["--lang", language, "report", STEM, "--course", "en", "--root", str(graded), "--output", str(path)]) == 0
    made = path.read_text(encoding="utf-8")
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in made
    assert made.count('<svg viewBox') == 2 and made.count('role="img" aria-label="') == 2 and made.count("<math") == 6
    assert not re.search(r"<script|<link|<img|@import|url\(|(?:src|href)=\"(?!#)", made)
    assert re.findall(r"https?://[^\"' ]+", made.replace("http://www.w3.org/2000/svg", "")) == []
    for sentence in ("Tried and never passed: 9.1b.", "Never tried: 9.1c.") if language == "en" else ("有人作答而无人通过：9.1b。", "无人作答：9.1c。"):
        assert f"<p>{sentence}</p>" in made
    assert "KR-20" in made and ("Feldt" in made)
    assert ("40 students" if language == "en" else "40 名学生") in capsys.readouterr().out


def test_a_small_class_is_warned_and_a_class_of_one_has_no_figures_that_cannot_be(graded, tmp_path):
    import shutil

    root = shutil.copytree(graded, tmp_path / "small")
    the = the_class(root, "en")
    with grading.book(the) as book:
        for number in range(1, 40):
            book.remove_submission(STEM, f"{number:04d}")
    found = report.write(the, STEM, tmp_path / "r.html")
    assert found.students == 1 and found.alpha is None
    made = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "So few students (1)" in made and "Reliability cannot be computed" in made


def test_before_grading_the_command_is_named(tmp_path, capsys):
    root = small_course(tmp_path / "root", "en")
    assert cli.main(["report", STEM, "--course", "en", "--root", str(root)]) == 1
    assert "crmlib enter" in capsys.readouterr().err


@every("points", [0.5, 1, 3, 7, 10, 33, 40, 100, 250])
def test_a_histogram_counts_everybody_once(points):
    chance = random.Random(2)
    totals = [0, points, points * 1.2, *(chance.uniform(0, points) for _ in range(20))]
    made = pictures.histogram(totals, points, title="t", across="a", up="u")
    count, width = pictures.bins(points)
    assert count <= 10 and count * width >= points
    heights = [float(found) for found in re.findall(r'height="([\d.]+)" fill', made)]
    most = max(heights)
    shown = [int(text) for text in re.findall(r'font-size="12" fill="[^"]+">(\d+)</text>', made)]
    assert len(heights) == count and most > 0 and len(totals) <= sum(shown)


def test_numbers_of_dots_at_one_place_are_not_printed_over_each_other():
    made = pictures.scatter([(0.5, 0.3, f"9.{number}") for number in range(4)], title="t", across="a", up="u")
    heights = [float(found) for found in re.findall(r'y="([\d.]+)" text-anchor="middle" font-size="12" fill="#1b1b1b">9\.', made)]
    assert len(set(heights)) == 4 and min(abs(a - b) for a in heights for b in heights if a != b) >= 11
