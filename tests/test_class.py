"""A class graded by nbgrader as it is: every mark is the mark due, and feedback shows no hidden test."""

import logging
import os

import pytest

from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"


@pytest.fixture(scope="module", params=data.LANGUAGES)
def graded(request, tmp_path_factory):
    """A course root after generate_assignment, autograde and generate_feedback for twenty students."""
    from nbgrader.apps import NbGraderAPI

    from crmlib import assignments

    language = request.param
    root = copy_course(tmp_path_factory.mktemp(f"class-{language}"))
    students = make_class(STEM, language)
    hand_in(root, STEM, language, students)
    before = os.getcwd()
    os.chdir(root / "course" / language)
    try:
        config = assignments.configuration(language, root)
        del config["Autograde"]  # nbgrader's own steps, without ours
        config.NbGraderAPI.log_level = config.Application.log_level = logging.ERROR
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        api = NbGraderAPI(config=config)
        assert api.generate_assignment(STEM)["success"]
        logs = {student.id: api.autograde(STEM, student.id) for student in students}
        feedback = api.generate_feedback(STEM)
    finally:
        os.chdir(before)
    return root, language, students, api, logs, feedback


@pytest.mark.slow
def test_every_mark_is_the_mark_due(graded):
    root, language, students, api, logs, _ = graded
    assert [(id, log.get("error")) for id, log in logs.items() if not log["success"]] == []
    with api.gradebook as gradebook:
        for student in students:
            grades = gradebook.find_submission_notebook(STEM, STEM, student.id).grades
            earned = {grade.name: grade.auto_score for grade in grades if grade.cell.cell_type == "code"}
            assert earned == pytest.approx(student.due, abs=0.001), student.id


@pytest.mark.slow
def test_feedback_shows_reasons_and_no_hidden_test(graded):
    root, language, students, api, _, feedback = graded
    assert feedback["success"], feedback
    secrets = data.secret_lines(STEM, language, longer_than=12)
    assert len(secrets) > 50
    for student in students:
        page = (root / "course" / language / "feedback" / student.id / STEM / f"{STEM}.html").read_text(encoding="utf-8")
        text = _text_of(page)
        assert [line for line in secrets if line in text] == [], student.id
    wrong = next(student for student in students if student.due["minimum-response-test"] == 0 and student.given)
    page = (root / "course" / language / "feedback" / wrong.id / STEM / f"{STEM}.html").read_text(encoding="utf-8")
    answer = next(each for each in data.answers(STEM) if each.source == wrong.given[each.cell] and each.test == "minimum-response-test")
    from crmlib.language import use_language

    use_language(language)
    assert data.gives_reason(_text_of(page), answer.reason)
    use_language("en")


def _text_of(page):
    import html
    import re

    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)))


@pytest.mark.slow
@pytest.mark.parametrize("language", data.LANGUAGES)
def test_the_released_assignments_are_what_the_sources_generate(language, tmp_path):
    from crmlib import assignments

    for stem in data.ALL:
        fresh = assignments.generate(stem, language, released=tmp_path)
        committed = data.ROOT / "assignments" / language / stem
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
        assert names == sorted(path.relative_to(committed) for path in committed.rglob("*.ipynb"))
        for path in names:
            assert (fresh / path).read_bytes() == (committed / path).read_bytes(), "assignments/ is not fresh; run: crmlib build"


@pytest.mark.slow
@pytest.mark.parametrize("language", data.LANGUAGES)
def test_visible_checks_give_the_same_verdict_under_validate(language, tmp_path):
    """The Validate button runs the released file: it passes where the form is right and fails where nothing stands."""
    from nbgrader.validator import Validator

    root = copy_course(tmp_path)
    students = [student for student in make_class(STEM, language, 3)]
    hand_in(root, STEM, language, students)
    for student in students[:2]:
        path = root / "course" / language / "submitted" / student.id / STEM / f"{STEM}.ipynb"
        result = Validator().validate(str(path))
        failed = result.get("failed", [])
        assert len(failed) == (0 if student.id == "model" else len(data.points(STEM))), result
        assert "tests_changed" not in result
