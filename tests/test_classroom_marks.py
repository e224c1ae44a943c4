"""Marks and feedback leave as they stand in the gradebook: read back by real parsers, never a formula, under the platform's names."""

import copy
import csv
import io
import json
import shutil
import zipfile

import openpyxl
import pandas
import pytest

from crmlib import cli
from crmlib.classroom import cells, collect, exports, feedback, grading, marks, roster
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from tests.support.classroom_course import STEM, packed, small_course, the_class

PEOPLE = [
    Person("0001", "Zhang, San", last="Zhang", first="San", email="zs@x", canvas_id="77", login="zs1", moodle_id="Participant 11"),
    Person("0002", '=HYPERLINK("http://x")', last='=HYPERLINK("http://x")', section="@1"),
    Person("0003", "欧阳娜娜", last="欧阳娜娜", email="oy@x"),
    Person("0004", 'Kate "Kit" O\'Brien', last="O'Brien", first='Kate "Kit"'),
    Person("0005", "Late Lee", last="Lee", first="Late"),
    Person("0006", "Away", last="Away"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Five students with marks: automatic, extra credit, by hand, waiting for a person, late."""
    made = small_course(tmp_path_factory.mktemp("graded") / "course root", "en")
    course = the_class(made, "en")
    roster.enter(course, roster.Roster(people=PEOPLE))
    with grading.book(course) as book:
        book.add_assignment(STEM)
        book.add_notebook(STEM, STEM)
        for name, points in (("a", 4), ("b", 6)):
            book.add_grade_cell(name, STEM, STEM, max_score=points, cell_type="code")
        for number, auto, manual, extra, penalty, waits in (
            ("0001", (4, 2.5), None, None, None, False),
            ("0002", (1, 0), None, 1.5, None, False),
            ("0003", (4, 6), 3, None, None, False),
            ("0004", (4, None), None, None, None, True),
            ("0005", (1, 1), None, None, 5, False),
        ):
            submission = book.add_submission(STEM, number, timestamp="2026-05-04 10:00:00")
            submission.notebooks[0].late_submission_penalty = penalty
            grades = {grade.name: grade for grade in submission.notebooks[0].grades}
            for name, score in zip("ab", auto, strict=True):
                grades[name].auto_score, grades[name].needs_manual_grade = score, waits and score is None
            grades["b"].manual_score, grades["a"].extra_credit = manual, extra
        book.db.commit()
    return made


@pytest.fixture
def root(graded, tmp_path):
    """A copy of that class for one test."""
    return shutil.copytree(graded, tmp_path / "course root")


def table(root):
    return marks.read(the_class(root, "en"), STEM)


def test_totals_are_the_gradebooks_own_with_extra_credit_hand_marks_and_late_penalty(root):
    with grading.book(the_class(root, "en")) as book:
        due = {each.student.id: max(0.0, each.score - each.late_submission_penalty) for each in book.assignment_submissions(STEM)}
    found = {each.person.number: each for each in table(root).students}
    assert (
        {number: each.total for number, each in found.items() if each.total is not None} == due == {"0001": 6.5, "0002": 2.5, "0003": 7, "0004": 4, "0005": 0}
    )
    assert {number: each.status for number, each in found.items()} == {
        "0001": "graded",
        "0002": "graded",
        "0003": "graded",
        "0004": "waits",
        "0005": "graded",
        "0006": "missing",
    }
    assert (found["0002"].extra, found["0005"].penalty, found["0005"].raw) == (1.5, 5, 2)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_for_people_every_question_and_the_total_with_zeros_and_without_a_formula(root, form):
    content = io.BytesIO(exports.content(table(root), form))
    read = pandas.read_csv(content, dtype=str, keep_default_na=False) if form == "csv" else pandas.read_excel(content, dtype=str, keep_default_na=False)
    rows = {row["Student number"]: row for row in read.to_dict("records")}
    assert list(rows) == [someone.number for someone in PEOPLE]
    assert (rows["0001"]["Name"], rows["0001"]["Last name"], rows["0001"]["a [4]"], rows["0001"]["b [6]"], rows["0001"]["Total"]) == (
        "San Zhang",
        "Zhang",
        "4",
        "2.5",
        "6.5",
    )
    assert rows["0002"]["Name"].startswith("'=") and rows["0002"]["Class"] == "'@1"
    assert rows["0004"]["First name"] == 'Kate "Kit"' and rows["0004"]["Status"] == "waits for a person"
    assert rows["0005"]["Late penalty"] == "5" and rows["0005"]["Total"] == "0"
    assert rows["0006"]["Total"] == "" and rows["0006"]["Status"] == "nothing handed in"


def test_csv_begins_with_the_mark_that_excel_knows_utf_8_by_and_xlsx_has_no_formula(root):
    assert exports.content(table(root), "csv").startswith(b"\xef\xbb\xbf")
    sheet = openpyxl.load_workbook(io.BytesIO(exports.content(table(root), "xlsx"))).active
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}
    assert sheet["A2"].value == "0001" and isinstance(sheet.cell(2, 9).value, int)


def test_platforms_get_no_half_mark_and_a_zero_only_when_asked(root):
    rows = list(csv.DictReader(io.StringIO(exports.content(table(root), "moodle").decode())))
    assert {row["ID number"]: row[STEM] for row in rows} == {"0001": "6.5", "0002": "2.5", "0003": "7", "0004": "", "0005": "0", "0006": ""}
    rows = list(csv.DictReader(io.StringIO(exports.content(table(root), "canvas", zero=True, column="Week 9 (123)").decode())))
    assert rows[0]["Student"] == "    Points Possible" and rows[0]["Week 9 (123)"] == "10"
    assert {row["SIS User ID"]: row["Week 9 (123)"] for row in rows[1:]}["0006"] == "0"
    assert (rows[1]["Student"], rows[1]["ID"], rows[1]["SIS Login ID"]) == ("Zhang, San", "77", "zs1")


def test_moodles_own_worksheet_is_filled_and_otherwise_left_as_it_is(root, tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(
        "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
        'Participant 11,"San Zhang",,,Submitted,,10,-,\nParticipant 12,Nana,0003,,Submitted,1,10,-,good\nParticipant 13,Stranger,,,,,10,-,\n',
        encoding="utf-8",
    )
    rows = list(csv.DictReader(io.StringIO(exports.content(table(root), "moodle", template=sheet).decode())))
    assert [row["Grade"] for row in rows] == ["6.5", "7", ""]
    assert rows[1]["Feedback comments"] == "good" and rows[0]["Last modified (grade)"] == "-" and rows[0]["Identifier"] == "Participant 11"


def test_canvas_gradebook_is_filled_where_its_column_is_clear(root, tmp_path):
    book = tmp_path / "gradebook.csv"
    book.write_text(
        f'Student,ID,SIS User ID,SIS Login ID,Section,{STEM} (5),Other (6)\n    Points Possible,,,,,10,5\n"Zhang, San",77,,zs1,A,,3\n', encoding="utf-8"
    )
    rows = list(csv.DictReader(io.StringIO(exports.content(table(root), "canvas", template=book).decode())))
    assert rows[1][f"{STEM} (5)"] == "6.5" and rows[1]["Other (6)"] == "3" and rows[0][f"{STEM} (5)"] == "10"
    with pytest.raises(ClassroomError, match="--column"):
        exports.content(table(root), "canvas", template=book, column="Nothing")


def test_what_is_typed_into_names_never_starts_a_formula():
    for text in ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"):
        assert cells.safe(text).startswith("'")
    assert [cells.safe(text) for text in ("-", "-5", "O'Brien", "a=b")] == ["-", "-5", "O'Brien", "a=b"]


def test_the_command_writes_the_file_and_says_who_waits(root, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call = ["marks", STEM, "--course", "en", "--root", str(root)]
    assert cli.main([*call, "--format", "moodle"]) == 1
    said = capsys.readouterr()
    assert "Graded: 4; wait for a person: 1; handed in, not graded: 0; nothing handed in: 1." in said.out and "0004" in said.err and "half mark" in said.err
    assert (tmp_path / f"marks-{STEM}-en-moodle.csv").exists()
    assert cli.main(["--lang", "zh", *call, "--format", "xlsx", "--output", str(tmp_path / "新 文件夹" / "得分.xlsx")]) == 1
    assert openpyxl.load_workbook(tmp_path / "新 文件夹" / "得分.xlsx").active["A1"].value == "学号"
    assert cli.main([*call, "--template", "x.csv"]) == 1 and "--format moodle" in capsys.readouterr().err
    assert cli.main(["marks", "99-nothing", "--course", "en", "--root", str(root)]) == 1 and "crmlib enter" in capsys.readouterr().err


def test_feedback_goes_back_under_the_names_that_each_platform_gave(root):
    course = the_class(root, "en")
    for number in ("0001", "0002", "0003", "0004", "0005"):
        (course.root / "autograded" / number / STEM).mkdir(parents=True)
        if number != "0005":
            (course.root / "feedback" / number / STEM).mkdir(parents=True)
            (course.root / "feedback" / number / STEM / f"{STEM}.html").write_text(number)
    came = {
        "0001": {"platform": "moodle", "files": [f"Zhang San_11_assignsubmission_file_/{STEM}.ipynb"]},
        "0002": {"platform": "moodle", "files": [f"all/X Y_12_assignsubmission_file_{STEM}.ipynb"]},
        "0003": {"platform": "canvas", "files": ["ouyang_LATE_77_88_data.csv", f"ouyang_LATE_77_89_{STEM}-1.ipynb"]},
    }
    grading.write_json(grading.home(course) / "collected" / f"{STEM}.json", came)
    found = feedback.pack(course, STEM)
    names = {
        platform: {name: zipfile.ZipFile(io.BytesIO(content)).read(name).decode() for name in zipfile.ZipFile(io.BytesIO(content)).namelist()}
        for platform, content in found.zips.items()
    }
    assert names == {
        "moodle": {f"Zhang San_11_assignsubmission_file_/{STEM}.html": "0001", f"X Y_12_assignsubmission_file_{STEM}.html": "0002"},
        "canvas": {f"ouyang_LATE_77_89_{STEM}-1.html": "0003"},
        "files": {f"0004_Kate _Kit_ O'Brien/{STEM}.html": "0004"},
    }
    assert found.without == ["0005"]


def test_a_line_break_in_one_students_folder_costs_nobody_the_page(root, monkeypatch):
    from nbgrader.converters import GenerateFeedback

    course, reached = the_class(root, "en"), []
    monkeypatch.setattr(GenerateFeedback, "init_destination", lambda step, assignment, student: reached.append((assignment, student)))
    for number in ("amy", "b\nob", "zoe"):
        (course.root / "autograded" / number / STEM).mkdir(parents=True)
        (course.root / "autograded" / number / STEM / f"{STEM}.ipynb").write_text("{}")
    assert feedback.write_pages(course, STEM) == ""
    assert reached == [(STEM, "amy"), (STEM, "b\nob"), (STEM, "zoe")]


def test_feedback_before_grading_names_the_command(root):
    with pytest.raises(ClassroomError, match="crmlib grade"):
        feedback.pack(the_class(root, "en"), STEM)


@pytest.mark.slow
def test_from_the_platforms_two_files_to_marks_and_feedback_back_on_the_platform(tmp_path, capsys, monkeypatch):
    """Roster and zip in; graded; marks and pages out, under Moodle's names."""
    from crmlib import assignments
    from tests.support import assignments_data as data
    from tests.support.class_of_students import copy_course, make_class

    monkeypatch.chdir(tmp_path)
    root = copy_course(tmp_path / "course root")
    assignments.generate(STEM, "zh", root, gradebook=True)
    model, untouched = make_class(STEM, "zh", 2)
    (tmp_path / "名单.csv").write_bytes("学号,姓名\n0001,张三\n0002,李四\n0003,王五\n".encode("gbk"))
    handed = {}
    for student, unit in ((model, "张三_11_assignsubmission_file_"), (untouched, "李四_12_assignsubmission_file_")):
        notebook = copy.deepcopy(data.released(STEM, "zh"))
        for cell in notebook["cells"]:
            cell["source"] = student.given.get(cell["id"], cell["source"])
        handed[f"{unit}/{STEM}.ipynb"] = json.dumps(notebook, ensure_ascii=False).encode()
    (tmp_path / "作业.zip").write_bytes(packed(handed))
    where = ["--course", "zh", "--root", str(root)]
    assert cli.main(["roster", str(tmp_path / "名单.csv"), *where]) == 0
    assert cli.main(["collect", str(tmp_path / "作业.zip"), STEM, *where]) == 0
    assert cli.main(["grade", STEM, *where]) == 0
    assert cli.main(["marks", STEM, "--format", "moodle", *where]) == 0
    assert cli.main(["feedback", STEM, *where]) == 0
    rows = list(csv.DictReader((tmp_path / f"marks-{STEM}-zh-moodle.csv").open(encoding="utf-8")))
    assert {row["ID number"]: row[STEM] for row in rows} == {"0001": "40", "0002": "0", "0003": ""}
    pages = zipfile.ZipFile(tmp_path / f"feedback-{STEM}-moodle.zip")
    assert pages.namelist() == [f"张三_11_assignsubmission_file_/{STEM}.html", f"李四_12_assignsubmission_file_/{STEM}.html"]
    assert "张三" in pages.read(pages.namelist()[0]).decode()
    assert collect.collected(the_class(root, "zh"), STEM)["0001"]["platform"] == "moodle"
