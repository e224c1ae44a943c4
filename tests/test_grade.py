"""A class graded by crmlib: the marks due, equal to nbgrader's own; rows, resume, refusals, explanations."""

import json
import shutil

import pytest

from crmlib import assignments, cli
from crmlib.grading.doors import class_run
from crmlib.grading.intake import source
from crmlib.grading.record import rows
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"


@pytest.fixture(scope="module", params=data.LANGUAGES)
def graded(request, tmp_path_factory):
    """Twenty submissions after `crmlib grade`."""
    language = request.param
    root = copy_course(tmp_path_factory.mktemp(f"grade-{language}"))
    students = make_class(STEM, language)
    hand_in(root, STEM, language, students)
    assignments.generate(STEM, language, root, gradebook=True)
    found = class_run.grade(class_run.Class(language, root), STEM)
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
    with Gradebook(class_run.Class(language, root).coursedir.db_url) as gradebook:
        for row in found:
            submission = gradebook.find_submission(STEM, row["student"])
            assert submission.score == pytest.approx(row["earned"], abs=0.001)
            assert not submission.needs_manual_grade


@pytest.mark.slow
def test_a_second_run_grades_nobody_again_and_gives_the_same_rows(graded):
    root, language, _, found = graded
    again = class_run.grade(class_run.Class(language, root), STEM)
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
    course = class_run.Class("en", small_class)
    with Gradebook(course.coursedir.db_url) as gradebook:
        assert {each.student.id: each.score for each in gradebook.assignment_submissions(STEM)} == {"model": 40, "untouched": 0}
    ours = rows.read(course.root, STEM, "model")
    again = class_run.grade(course, STEM, students=["model"], force=True)[0]
    assert again == ours


@pytest.mark.slow
def test_an_unknown_assignment_and_an_empty_class_are_refused_in_words(small_class):
    course = class_run.Class("en", small_class)
    with pytest.raises(source.SourceError, match="99-nothing"):
        class_run.grade(course, "99-nothing")
    shutil.rmtree(small_class / "course" / "en" / "submitted")
    with pytest.raises(source.SourceError, match="Nobody"):
        class_run.grade(course, STEM)


@pytest.mark.slow
def test_work_that_is_odd_by_the_way_it_is_handed_in_is_graded_or_asks_for_a_person(tmp_path, capsys):
    """Through the whole path: what is sure is marked, what is not stands in the gradebook as a person's business."""
    from nbgrader.api import Gradebook

    root = copy_course(tmp_path)
    model, untouched = make_class(STEM, "en", 2)
    ids = ("crowded", "colons", "folder", "two", "half", "empty", "smith[1]", "Jose\u0301")
    hand_in(root, STEM, "en", [type(model)(id, model.given, model.due) for id in ids] + [type(model)("other", untouched.given, untouched.due)])
    handed = root / "course" / "en" / "submitted"
    own = root / "solutions" / "en" / STEM / "own.csv"
    own.write_text("1", encoding="utf-8")
    name = f"{STEM}.ipynb"
    for number in range(600):
        (handed / "crowded" / STEM / f"a{number:03}.png").write_bytes(b"x")
    (handed / "colons" / STEM / "Screenshot 10:30.png").write_bytes(b"x")
    (handed / "folder" / STEM / "own.csv").mkdir()
    (handed / "folder" / STEM / "own.csv" / "x.txt").write_bytes(b"x")
    other = json.loads((handed / "two" / STEM / name).read_text(encoding="utf-8"))
    next(cell for cell in other["cells"] if cell["id"] in model.given)["source"] += "\nmore = 1"
    (handed / "two" / STEM / f"{STEM} (1).ipynb").write_text(json.dumps(other), encoding="utf-8")
    content = (handed / "half" / STEM / name).read_bytes()
    (handed / "half" / STEM / name).write_bytes(content[: len(content) // 3])
    (handed / "empty" / STEM / name).write_bytes(b"")
    (handed / "other" / STEM / "timestamp.txt").write_text("04/05/2026 10:00", encoding="utf-8")
    assignments.generate(STEM, "en", root, gradebook=True)
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(root)]) == 1
    said = capsys.readouterr()
    found = {student: rows.read(root / "course" / "en", STEM, student) for student in (*ids, "other")}
    assert {student: (row["status"], row["earned"]) for student, row in found.items() if student in ("crowded", "colons", "folder", "smith[1]", "Jose\u0301")} == {
        student: ("graded", 40) for student in ("crowded", "colons", "folder", "smith[1]", "Jose\u0301")
    }
    assert "10:30" in found["colons"]["repairs"][0] and "x.txt" in "".join(found["folder"]["repairs"])
    assert found["two"]["status"] == "problem" and f"{STEM} (1).ipynb was marked" in found["two"]["problems"][0] and f": {name}." in found["two"]["problems"][0]
    assert found["half"]["status"] == "problem" and "cells could be read: ask for the file again" in found["half"]["problems"][0] and found["half"]["details"]
    assert found["empty"]["status"] == "problem"
    assert "04/05/2026" in found["other"]["repairs"][0] and found["other"]["late"] is None
    assert "smith[1]" in said.err and "generate_feedback" in said.err and "Traceback" not in said.err
    assert (root / "course" / "en" / "autograded" / "folder" / STEM / "own.csv").read_text(encoding="utf-8") == "1"
    with Gradebook(class_run.Class("en", root).coursedir.db_url) as gradebook:
        waits = {each.student.id: each.needs_manual_grade for each in gradebook.assignment_submissions(STEM)}
    assert waits == {student: student in ("two", "half", "empty") for student in waits}
