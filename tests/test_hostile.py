"""The hostile corpus as one class: every mark is the mark due, and nothing happens that must not happen."""

from __future__ import annotations

import json
import os
import re
from types import SimpleNamespace

import pytest

from crmlib import assignments
from crmlib.grading.doors import class_run, report
from tests.hostile import active, corpus
from tests.hostile import assignment as demo
from tests.support import assignments_data as data

AGAIN = ("a-honest", "王小明", "honest-15", "broken-05", "broken-16", "stopping-09", "cheating-22", "pages-02")
ENTRY = (
    "a-honest", "王小明", "honest-06", "honest-31", "broken-01", "broken-06", "broken-10", "broken-14", "broken-34", "broken-42",
    "stopping-01", "stopping-09", "cheating-01", "cheating-07", "cheating-22", "pages-01", "pages-09",
)  # fmt: skip
_students = pytest.mark.parametrize("student", corpus.CASES, ids=lambda student: f"{student} {corpus.CASES[student].name}")


def test_the_corpus_is_large_and_every_case_is_told_apart():
    names = [case.name for case in corpus.CASES.values()] + [case.name for _, case in corpus.OURS.values()]
    assert len(set(names)) == len(names) >= 120
    assert len(corpus.CASES) == sum(map(len, corpus.FAMILIES.values()))
    assert {*AGAIN, *ENTRY} <= set(corpus.CASES)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class after `crmlib grade` of both assignments and `nbgrader generate_feedback`."""
    folder = tmp_path_factory.mktemp("hostile")
    with corpus.outside(folder) as around:
        root = corpus.build(folder / "school", around, corpus.CASES, corpus.OURS)
        before = corpus.fingerprints(root, around)
        ran = corpus.command(root, around, "crmlib", "grade", demo.STEM, "--course", "en", "--root", str(root), "--json")
        others = corpus.command(root, around, "crmlib", "grade", "09-loyalty-economics", "--course", "en", "--root", str(root), "--json")
        rows = {row["student"]: row for row in json.loads(ran.stdout)}
        again = class_run.grade(class_run.Class("en", root), demo.STEM, students=AGAIN, force=True)
        feedback = corpus.command(root, around, "nbgrader", "generate_feedback", demo.STEM)
        yield SimpleNamespace(
            root=root, course=root / "course" / "en", around=around, before=before, ran=ran, rows=rows, feedback=feedback,
            again={row["student"]: row for row in again},
            ours={row["student"]: row for row in json.loads(others.stdout)},
        )  # fmt: skip


def _marks(row):
    return {question["question"]: question["earned"] for question in row["questions"]}


def _said(row):
    return "\n".join([*row["problems"], *row["repairs"]])


def _finished(graded, student):
    return json.loads((graded.course / "autograded" / student / demo.STEM / f"{demo.STEM}.ipynb").read_text(encoding="utf-8"))


def _page(graded, student):
    return (graded.course / "feedback" / student / demo.STEM / f"{demo.STEM}.html").read_text(encoding="utf-8")


@pytest.mark.slow
@_students
def test_every_question_earns_what_is_due(graded, student):
    case, row = corpus.CASES[student], graded.rows[student]
    assert row["status"] == case.status, _said(row)
    reasons = {question["question"]: question["reasons"] for question in row["questions"]}
    assert _marks(row) == pytest.approx(case.marks, abs=1e-4), (reasons, _said(row))


@pytest.mark.slow
@_students
def test_what_was_repaired_or_refused_is_said_and_nothing_else(graded, student):
    case, row = corpus.CASES[student], graded.rows[student]
    assert [words for words in case.said if words not in _said(row)] == [], _said(row)
    assert bool(row["problems"]) == (case.status == "problem")
    if case.silent:
        assert _said(row) == ""
    reasons = {question["question"]: "\n".join(question["reasons"]) for question in row["questions"]}
    for question, words in case.reasons.items():
        assert reasons[question] and words in reasons[question], reasons
    for question in row["questions"]:
        if question["earned"] is not None and question["earned"] < question["points"] and case.status == "graded" and question["question"].endswith("-test"):
            assert question["reasons"], f"{question['question']} lost marks without a word"


@pytest.mark.slow
@_students
def test_the_finished_notebook_and_the_feedback_show_what_they_should_and_no_more(graded, student):
    case, row = corpus.CASES[student], graded.rows[student]
    page, finished = _page(graded, student), _finished(graded, student)
    outputs = json.dumps([cell.get("outputs") for cell in finished["cells"]], ensure_ascii=False)
    everywhere = page + json.dumps(finished, ensure_ascii=False) + json.dumps(row, ensure_ascii=False)
    secrets = [demo.SOLUTION_SECRET, *corpus.SECRETS.values(), *case.unsaid]
    assert [secret for secret in secrets if secret in everywhere] == []
    assert demo.TEST_SECRET not in page + outputs + json.dumps(row)
    assert [words for words in case.shown if words not in page] == []
    assert active.active(page) - active.active(_page(graded, "a-honest")) == {}


@pytest.mark.slow
def test_the_whole_class_was_graded_and_the_command_says_that_some_rows_have_a_problem(graded):
    assert set(graded.rows) == set(corpus.CASES)
    assert graded.ran.returncode == 1
    assert "Traceback" not in graded.ran.stderr, graded.ran.stderr
    assert graded.feedback.returncode == 0, graded.feedback.stderr[-2000:]
    assert all(row["isolated"] for row in graded.rows.values())


@pytest.mark.slow
def test_a_second_run_gives_the_same_rows(graded):
    assert set(graded.again) == set(AGAIN)
    for student, row in graded.again.items():
        assert row == graded.rows[student], student


@pytest.mark.slow
def test_nothing_outside_the_sandbox_was_touched_called_or_left_behind(graded):
    after = corpus.fingerprints(graded.root, graded.around)
    assert {path for path in after.keys() | graded.before.keys() if after.get(path) != graded.before.get(path)} == set()
    assert graded.around.bystander.poll() is None
    assert not graded.around.was_called()
    assert corpus.left_running() == []
    left = [path for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run") if os.path.isdir(folder) for path in os.listdir(folder)]
    assert [name for name in left if name.startswith("hostile") and ("mark" in name or "pickle" in name)] == []


@pytest.mark.slow
def test_what_is_printed_for_the_instructor_steers_no_terminal(graded):
    steering = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
    kept = "".join(json.dumps(row, ensure_ascii=False) for row in graded.rows.values())
    assert "\\u001b" in kept  # the rows do hold what was handed in
    for student, row in graded.rows.items():
        assert not steering.search(report.line(row)), student
        assert not steering.search(report.explanation(graded.course, student, None, demo.STEM)), student


@pytest.mark.slow
def test_the_gradebook_holds_the_marks_of_the_rows(graded):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded.course}/gradebook.db", "crm-en") as gradebook:
        submissions = {each.student.id: each for each in gradebook.assignment_submissions(demo.STEM)}
        assert set(submissions) == set(corpus.CASES)
        for student, submission in submissions.items():
            assert submission.score == pytest.approx(graded.rows[student]["earned"], abs=1e-4), student


@pytest.mark.slow
@pytest.mark.parametrize("student", corpus.OURS, ids=lambda student: f"{student} {corpus.OURS[student][1].name}")
def test_our_own_assignment_earns_all_or_nothing(graded, student):
    due, case = corpus.OURS[student]
    points = data.points(case.stem)
    assert _marks(graded.ours[student]) == pytest.approx({id: full if due == "full" else 0.0 for id, full in points.items()}), _said(graded.ours[student])
    if case.silent:
        assert _said(graded.ours[student]) == ""


@pytest.mark.slow
def test_files_beside_a_finished_notebook_are_none_that_a_browser_would_run(graded):
    for folder in ("autograded", "feedback"):
        for path in (graded.course / folder).rglob("*"):
            assert not path.is_symlink(), path
            if path.is_file() and path != graded.course / "feedback" / path.parts[-3] / demo.STEM / f"{demo.STEM}.html":
                assert path.suffix.lower() not in (".html", ".htm", ".xhtml", ".svg", ".js", ".mhtml", ".xml", ".pdf", ".db"), path
                if path.suffix != ".txt":
                    assert b"<script" not in path.read_bytes().lower() or path.suffix in (".ipynb", ".json"), path


@pytest.mark.slow
@pytest.mark.parametrize("student", [student for student in corpus.CASES if student.startswith("pages-")], ids=lambda student: f"{student} {corpus.CASES[student].name}")
def test_formgraders_page_of_a_finished_notebook_holds_nothing_active(graded, student):
    """Rendered as formgrader does, without its own extras; what the honest page has is the template's own."""
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(template_name="basic")
    folder = graded.course / "autograded"
    honest, theirs = (exporter.from_filename(str(folder / each / demo.STEM / f"{demo.STEM}.ipynb"))[0] for each in ("a-honest", student))
    assert active.active(theirs) - active.active(honest) == {}
    commands = "".join("".join(cell["source"]) for cell in _finished(graded, student)["cells"] if cell["cell_type"] == "markdown")
    assert not _runs_in_formulas(commands), commands


def _runs_in_formulas(text):
    """Whether MathJax would meet a command that leads, fetches or defines: an odd number of backslashes before it."""
    return [found[0] for found in re.finditer(r"(?<!\\)(\\++)(href|html|unicode|style|class|cssId|require|def|csname)\b", text) if len(found[1]) % 2]


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    """A part of the class through nbgrader's own autograde, as formgrader's button calls it."""
    from nbgrader.apps import NbGraderAPI

    folder = tmp_path_factory.mktemp("entry")
    with corpus.outside(folder) as around:
        root = corpus.build(folder / "school", around, {student: corpus.CASES[student] for student in ENTRY}, {})
        before, course = os.getcwd(), root / "course" / "en"
        os.chdir(course)
        try:
            api = NbGraderAPI(config=assignments.configuration("en", root))
            results = {student: api.autograde(demo.STEM, student) for student in ENTRY}
        finally:
            os.chdir(before)
        with api.gradebook as gradebook:
            marks = {
                student: {grade.name: grade.auto_score for grade in gradebook.find_submission_notebook(demo.STEM, demo.STEM, student).grades}
                for student, result in results.items()
                if result["success"]
            }
        yield SimpleNamespace(results=results, marks=marks, course=course)


@pytest.mark.slow
@pytest.mark.parametrize("student", ENTRY, ids=lambda student: f"{student} {corpus.CASES[student].name}")
def test_nbgraders_own_autograde_gives_the_same_marks(entered, student):
    result = entered.results[student]
    assert result["success"], result["error"]
    assert entered.marks[student] == pytest.approx(corpus.CASES[student].marks, abs=1e-4)


def test_the_search_for_active_content_finds_it():
    for text in ("<script>x</script>", "<img src=x onerror=x>", '<a href="java\tscript:x">', "<img src=http://x/y.png>", "<iframe>", "<style>@import url(x)</style>", "<b style='background:url(x)'>"):
        assert active.active(text), text
    assert not active.active('<a href="https://example.com/page">x</a><img src="data:image/png;base64,x"><p style="color:red">&lt;script&gt;</p>')
    assert _runs_in_formulas(r"$\href{x}{y}$ $\\\href{x}{y}$") and not _runs_in_formulas(r"$\\href{x}{y}$")
