"""A class graded by crmlib: the marks due, equal to nbgrader's own; rows, resume, refusals, explanations."""

import json
import shutil

import pytest

from crmlib import assignments, cli
from crmlib.grading import grade, rows, source
from tests import assignments_data as data
from tests.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"


@pytest.fixture(scope="module", params=data.LANGUAGES)
def graded(request, tmp_path_factory):
    """Twenty submissions after `crmlib grade`."""
    language = request.param
    root = copy_course(tmp_path_factory.mktemp(f"grade-{language}"))
    students = make_class(STEM, language)
    hand_in(root, STEM, language, students)
    assignments.generate(STEM, language, root, gradebook=True)
    found = grade.grade(grade.Class(language, root), STEM)
    return root, language, students, found


@pytest.mark.slow
def test_every_mark_is_the_mark_due(graded):
    root, language, students, found = graded
    due = {student.id: student.due for student in students}
    for row in found:
        assert row["status"] == "graded", row["problems"]
        assert {question["question"]: question["earned"] for question in row["questions"]} == pytest.approx(due[row["student"]], abs=0.001), row["student"]
        assert row["repairs"] == []
        assert row["isolated"] is True


@pytest.mark.slow
def test_the_gradebook_holds_the_same_marks(graded):
    from nbgrader.api import Gradebook

    root, language, students, found = graded
    with Gradebook(grade.Class(language, root).coursedir.db_url) as gradebook:
        for row in found:
            submission = gradebook.find_submission(STEM, row["student"])
            assert submission.score == pytest.approx(row["earned"], abs=0.001)
            assert not submission.needs_manual_grade


@pytest.mark.slow
def test_a_second_run_grades_nobody_again_and_gives_the_same_rows(graded):
    root, language, _, found = graded
    again = grade.grade(grade.Class(language, root), STEM)
    assert all(row.pop("skipped") for row in again)
    assert again == found


@pytest.mark.slow
def test_feedback_of_nbgrader_shows_reasons_and_hides_tests(graded):
    import os

    from nbgrader.apps import NbGraderAPI

    root, language, students, _ = graded
    before = os.getcwd()
    os.chdir(root / "course" / language)
    try:
        assert NbGraderAPI(config=assignments.configuration(language, root)).generate_feedback(STEM)["success"]
    finally:
        os.chdir(before)
    secrets = data.secret_lines(STEM, language, longer_than=25)
    assert secrets
    for student in students:
        page = (root / "course" / language / "feedback" / student.id / STEM / f"{STEM}.html").read_text(encoding="utf-8")
        assert [line for line in secrets if line in page] == []
        assert "http" not in "".join(part.split(">")[0] for part in page.split("<script")[1:]), "scripts from elsewhere"


@pytest.mark.slow
def test_explain_says_what_was_handed_in_received_and_due(graded, capsys):
    root, language, students, found = graded
    row = next(row for row in found if row["student"].startswith("student") and any(question["reasons"] for question in row["questions"]))
    question = next(question for question in row["questions"] if question["reasons"])
    assert cli.main(["explain", row["student"], question["question"], "--course", language, "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert question["handed_in"].splitlines()[0] in said
    assert question["reasons"][0] in said
    assert all(due in said for due in question["due"])


@pytest.fixture
def small_class(tmp_path):
    """Two submissions, not graded yet."""
    root = copy_course(tmp_path)
    hand_in(root, STEM, "en", make_class(STEM, "en", 2))
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


@pytest.mark.slow
def test_where_source_and_gradebook_disagree_nothing_is_graded_and_the_command_is_named(small_class, capsys):
    path = small_class / "solutions" / "en" / STEM / f"{STEM}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("expected=0.026", "expected=0.027"), encoding="utf-8")
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(small_class)]) == 1
    assert f"crmlib enter {STEM} --course en" in capsys.readouterr().err
    assert not (small_class / "course" / "en" / "autograded").exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_read_becomes_one_row_and_the_others_are_graded(small_class, capsys):
    broken = small_class / "course" / "en" / "submitted" / "model" / STEM / f"{STEM}.ipynb"
    broken.write_bytes(b"PK\x03\x04 this is a Word document")
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(small_class), "--json"]) == 1
    found = {row["student"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["model"]["status"] == "problem" and found["model"]["earned"] == 0
    assert found["untouched"]["status"] == "graded"
    shutil.copy(data.ROOT / "solutions" / "en" / STEM / f"{STEM}.ipynb", broken)
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(small_class), "--student", "model", "--force"]) == 0
    assert rows.read(small_class / "course" / "en", STEM, "model")["earned"] == 40


@pytest.mark.slow
def test_nbgraders_own_autograde_gives_the_same_marks_and_messages(small_class):
    import os

    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI

    before = os.getcwd()
    os.chdir(small_class / "course" / "en")
    try:
        api = NbGraderAPI(config=assignments.configuration("en", small_class))
        for student in ("model", "untouched"):
            result = api.autograde(STEM, student)
            assert result["success"], result
    finally:
        os.chdir(before)
    course = grade.Class("en", small_class)
    with Gradebook(course.coursedir.db_url) as gradebook:
        assert {each.student.id: each.score for each in gradebook.assignment_submissions(STEM)} == {"model": 40, "untouched": 0}
    ours = rows.read(course.root, STEM, "model")
    again = grade.grade(course, STEM, students=["model"], force=True)[0]
    assert again == ours


@pytest.mark.slow
def test_an_unknown_assignment_and_an_empty_class_are_refused_in_words(small_class):
    course = grade.Class("en", small_class)
    with pytest.raises(source.SourceError, match="99-nothing"):
        grade.grade(course, "99-nothing")
    shutil.rmtree(small_class / "course" / "en" / "submitted")
    with pytest.raises(source.SourceError, match="Nobody"):
        grade.grade(course, STEM)
