"""The essay as an assignment: its rubric is the data's, a person marks it, and a folder of documents comes to formgrader."""

import json
import os
import re

import pytest

from crmlib import assignments, cli
from crmlib.essay import hand_in, report, rules
from crmlib.essay.reading_notebook import ANSWER
from crmlib.grading.doors import class_run
from tests.support import assignments_data as data
from tests.support import essays
from tests.support.catalogue import every
from tests.support.class_of_students import copy_assignment
from tests.support.notebook_runner import source

STEM = rules.STEM
PARTS = {seed: essays.text(seed) for seed in range(4)}


def marks(language):
    return {cell["id"]: (cell["metadata"].get("nbgrader", {}), source(cell)) for cell in data.solution(STEM, language)["cells"]}


@pytest.mark.parametrize("language", data.LANGUAGES)
def test_every_part_of_the_rubric_has_a_cell_of_its_own_with_its_points(language):
    found = {id: mark["points"] for id, (mark, _) in marks(language).items() if mark.get("grade") or mark.get("task")}
    due = {ANSWER if criterion.id == "structure" else criterion.id: criterion.points for criterion in rules.criteria()}
    assert found == due and sum(found.values()) == 100
    assert STEM not in assignments.marked_by_machine(language) and STEM in assignments.available(language)


@pytest.mark.parametrize("language", data.LANGUAGES)
def test_students_read_what_earns_the_points_and_markers_find_sentences_to_start_from(language):
    full, released = marks(language), {cell["id"]: source(cell) for cell in data.released(STEM, language)["cells"]}
    for criterion in rules.criteria():
        top, said = criterion.top.in_language(language), [comment.in_language(language) for comment in criterion.comments]
        assert len(said) >= 4 and top in "".join(released.values())
        if criterion.id != "structure":
            assert criterion.title.in_language(language) in released[f"{criterion.id}-text"]
            assert all(comment in full[criterion.id][1] for comment in said)
            assert not any(comment in "".join(released.values()) for comment in said)


@pytest.mark.parametrize("language", data.LANGUAGES)
def test_the_limits_and_the_question_stand_in_the_assignment(language):
    text = "\n".join(text for _, text in marks(language).values())
    limits = rules.limits(language)
    assert f"{limits.least:,}" in text and f"{limits.most:,}" in text
    assert essays.plain_text(rules.data()["quotation"][-1][language])[:20] in essays.plain_text(text)


def test_an_untouched_notebook_is_said_to_be_one(tmp_path):
    path = tmp_path / "13-essay.ipynb"
    path.write_bytes((data.ROOT / "assignments" / "zh" / STEM / f"{STEM}.ipynb").read_bytes())
    (row,) = report.of_file(path).rows
    assert row.status == "unread" and row.refused.reason == "untouched"


@pytest.mark.parametrize("language", data.LANGUAGES)
def test_of_the_students_notebook_only_the_essay_is_checked(tmp_path, language):
    notebook = json.loads(json.dumps(data.released(STEM, language)))
    next(cell for cell in notebook["cells"] if cell["id"] == ANSWER)["source"] = essays.markdown(PARTS[1])
    (tmp_path / "paper.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (row,) = report.of_file(tmp_path / "paper.ipynb").rows
    assert (row.status, [heading.text for heading in row.checked.headings]) == ("fine", [text for level, text in PARTS[1] if level])


def test_a_notebook_of_ones_own_is_read_whole_whatever_its_cells_are_called(tmp_path):
    texts = {"one": essays.markdown(PARTS[1]), "essay": "结尾的一句话。"}
    cells = [{"cell_type": "markdown", "id": id, "metadata": {}, "source": text} for id, text in texts.items()]
    (tmp_path / "own.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    (row,) = report.of_file(tmp_path / "own.ipynb").rows
    assert row.status == "fine" and row.checked.paper.text.endswith("结尾的一句话。")


@pytest.fixture
def course(tmp_path):
    return copy_assignment(tmp_path / "copy", STEM)


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    essays.save(essays.word(PARTS[1]), folder / "2024001.docx")
    essays.save(essays.markdown(PARTS[2]).encode(), folder / "2024002 张三" / "论文.md")
    essays.save(b"%PDF-1.7", folder / "2024003.pdf")
    essays.save(essays.word(PARTS[1]), folder / "2024004" / "one.docx")
    essays.save(essays.word(PARTS[3]), folder / "2024004" / "two.docx")
    return folder


def put_in(course, folder, capsys, language="zh"):
    cli.main(["essay", str(folder), "--course", language, "--root", str(course)])
    return capsys.readouterr().out


def test_documents_become_notebooks_of_the_class_and_what_does_not_is_said(course, papers, capsys):
    told = put_in(course, papers, capsys)
    submitted = course / "course" / "zh" / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == ["2024001", "2024002 张三"]
    assert re.search("2024003.pdf.*PDF", told) and "2024004/one.docx" in told and "2 份" in told
    notebook = json.loads((submitted / "2024001" / STEM / f"{STEM}.ipynb").read_text(encoding="utf-8"))
    answer = next(source(cell) for cell in notebook["cells"] if cell["id"] == ANSWER)
    assert "## 一、引言" in answer and all(paragraph in answer for level, paragraph in PARTS[1] if not level)
    assert (submitted / "2024001" / STEM / "2024001.docx").is_file()
    form = next(source(cell) for cell in notebook["cells"] if cell["id"] == "form")
    assert "2024004" not in form  # a page for the student names no other


def test_a_students_own_notebook_stays_and_one_made_here_follows_the_paper(course, papers, capsys):
    put_in(course, papers, capsys)
    folder = course / "course" / "zh" / "submitted"
    made = folder / "2024001" / STEM / f"{STEM}.ipynb"
    essays.save(essays.word(PARTS[3]), papers / "2024001.docx")
    own = folder / "2024002 张三" / STEM / f"{STEM}.ipynb"
    notebook = json.loads(own.read_text(encoding="utf-8"))
    del notebook["metadata"]["crmlib"][rules.MADE]
    own.write_text(json.dumps(notebook), encoding="utf-8")
    before = own.read_bytes()
    put_in(course, papers, capsys)
    assert PARTS[3][1][1] in made.read_text(encoding="utf-8") and own.read_bytes() == before
    again = [row["file"] for row in report.of_folder(folder).as_dict()["rows"]]  # the document, not the notebook that shows it
    assert f"2024001/{STEM}/2024001.docx" in again and f"2024001/{STEM}/{STEM}.ipynb" not in again


def test_a_folder_of_the_assignments_notebooks_is_put_in_as_it_is_and_another_notebook_is_shown_by_one(course, tmp_path, capsys):
    own = json.loads(json.dumps(data.released(STEM, "zh")))
    next(cell for cell in own["cells"] if cell["id"] == ANSWER)["source"] = essays.markdown(PARTS[1])
    other = {"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": essays.markdown(PARTS[2])}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, notebook in (("ann", own), ("bob", other)):
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for _ in range(2):  # the second time nothing changes
        assert "2 份" in put_in(course, folder, capsys)
    submitted = course / "course" / "zh" / "submitted"
    assert (submitted / "ann" / STEM / f"{STEM}.ipynb").read_bytes() == (folder / "ann.ipynb").read_bytes()
    assert PARTS[2][1][1] in (submitted / "bob" / STEM / f"{STEM}.ipynb").read_text(encoding="utf-8")
    assert sorted(path.name for path in submitted.glob(f"*/{STEM}/*")) == [f"{STEM}.ipynb"] * 2


def test_who_was_graded_before_the_paper_came_is_named_with_the_command(course, papers, capsys):
    marks = course / "course" / "zh" / "marking" / STEM / "2024001.json"
    marks.parent.mkdir(parents=True)
    marks.write_text("{}", encoding="utf-8")
    assert "--force --student 2024001" in put_in(course, papers, capsys)
    after = (course / "course" / "zh" / "submitted" / "2024001" / STEM / f"{STEM}.ipynb").stat().st_mtime + 5
    os.utime(marks, (after, after))
    assert "--force" not in put_in(course, papers, capsys)


def test_two_papers_of_one_person_are_asked_about_and_not_held_against_each_other(tmp_path):
    for name in ("ann/one.docx", "ann/two.docx", "bob/one.docx"):
        essays.save(essays.word(PARTS[1 if "ann" in name else 2]), tmp_path / name)
    found = report.of_folder(tmp_path)
    assert found.identical == [] and found.pairs == []
    assert {row.name: [finding.name for finding in row.findings] for row in found.rows} == {"ann/one.docx": ["several"], "ann/two.docx": ["several"], "bob/one.docx": []}


@every("name", ["../up", ".hidden", "a/b", "_x", "a*b", ""])
def test_a_name_that_is_no_id_is_refused(name, tmp_path):
    row = report.Row("paper.docx", tmp_path / "paper.docx", name, checked=object(), findings=[])
    assert "cannot be a student's id" in hand_in._enter(row, {}, tmp_path / "submitted") and not list(tmp_path.iterdir())


def test_without_the_class_the_command_says_what_is_missing(tmp_path, papers, capsys):
    assert cli.main(["essay", str(papers), "--course", "en", "--root", str(tmp_path)]) == 1
    assert "course/en/nbgrader_config.py" in capsys.readouterr().err
    assert cli.main(["essay", str(papers / "2024001.docx"), "--course", "en"]) == 1


@pytest.mark.slow
def test_from_a_folder_of_documents_to_formgrader_and_back(course, papers, capsys):
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI

    put_in(course, papers, capsys)
    assignments.generate(STEM, "zh", course, gradebook=True)
    found = class_run.grade(class_run.Class("zh", course), STEM)
    assert [row["status"] for row in found] == ["graded", "graded"] and all(question["earned"] is None for row in found for question in row["questions"])
    url = class_run.Class("zh", course).coursedir.db_url
    with Gradebook(url) as gradebook:
        submission = gradebook.find_submission(STEM, "2024001")
        assert submission.needs_manual_grade and submission.max_score == 100
        for criterion in rules.criteria():
            held = gradebook.find_grade(ANSWER if criterion.id == "structure" else criterion.id, STEM, STEM, "2024001")
            held.manual_score, held.needs_manual_grade = criterion.points / 2, False
        gradebook.find_comment("thesis", STEM, STEM, "2024001").manual_comment = str(rules.criteria()[0].comments[1])
        gradebook.db.commit()
        assert gradebook.find_submission(STEM, "2024001").score == 50
    marked = (course / "course" / "zh" / "autograded" / "2024001" / STEM / f"{STEM}.ipynb").read_text(encoding="utf-8")
    assert "BEGIN MARK SCHEME" in marked and rules.criteria()[0].comments[0].zh in marked  # what the marker reads
    before = os.getcwd()
    os.chdir(course / "course" / "zh")
    try:
        assert NbGraderAPI(config=assignments.configuration("zh", course)).generate_feedback(STEM)["success"]
    finally:
        os.chdir(before)
    page = (course / "course" / "zh" / "feedback" / "2024001" / STEM / f"{STEM}.html").read_text(encoding="utf-8")
    assert "MARK SCHEME" not in page and rules.criteria()[0].comments[0].zh not in page
    assert str(rules.criteria()[0].comments[1]) in page and "13.2a" in page and "得分：50" in page
