"""Rosters as universities and platforms export them: whatever the encoding, every number keeps its zeros and nobody is guessed."""

import openpyxl
import pytest

from crmlib import cli
from crmlib.classroom import headings, roster, tables
from crmlib.classroom.trouble import ClassroomError
from tests.support.catalogue import every
from tests.support.classroom_course import small_course, the_class

CHINESE = "学号,姓名,班级,邮箱\r\n0020230001,张三,1班,zs@example.edu\r\n0020230002,欧阳喆,2班,\r\n"


def people_of(path, **options):
    return {someone.number: someone for someone in roster.read(path, **options).people}


def written(tmp_path, content, name="roster.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@every("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@every("separator", [",", ";", "\t", "|"])
def test_every_encoding_and_separator_gives_the_same_people(tmp_path, encoding, separator):
    found = people_of(written(tmp_path, CHINESE.replace(",", separator).encode(encoding)))
    assert {number: (someone.full_name, someone.section) for number, someone in found.items()} == {
        "0020230001": ("张三", "1班"),
        "0020230002": ("欧阳喆", "2班"),
    }
    assert found["0020230001"].email == "zs@example.edu"


def test_traditional_chinese_in_big5_and_accents_in_a_western_code_page(tmp_path):
    assert people_of(written(tmp_path, "學號,姓名\r\n007,陳淑芬\r\n008,劉德華\r\n".encode("big5")))["007"].full_name == "陳淑芬"
    western = "Matrikelnummer;Nachname;Vorname\r\n0123;Müller;Jürgen\r\n0124;Garçon;Zoé\r\n"
    found = people_of(written(tmp_path, western.encode("cp1252")))
    assert (found["0123"].last, found["0123"].first, found["0124"].full_name) == ("Müller", "Jürgen", "Zoé Garçon")


def test_a_named_encoding_is_used_and_a_wrong_one_refused_in_words(tmp_path):
    path = written(tmp_path, CHINESE.encode("gbk"))
    assert people_of(path, encoding="gb18030")["0020230001"].full_name == "张三"
    with pytest.raises(ClassroomError, match="cannot be read as ascii"):
        roster.read(path, encoding="ascii")


def test_names_with_commas_and_quotes(tmp_path):
    content = b'Student ID,Name\n001,"Zhang, San"\n002,"O\'Brien, Kate ""Kit"""\n003,Madonna\n'
    found = people_of(written(tmp_path, content))
    assert (found["001"].last, found["001"].first, found["001"].full_name) == ("Zhang", "San", "San Zhang")
    assert found["002"].first == 'Kate "Kit"'
    assert found["003"].full_name == "Madonna"


def test_title_rows_empty_lines_repeated_headings_and_sums_are_nobody(tmp_path):
    content = "某大学客户关系管理,,\n2026年春,,\n\n序号,学 号,姓　名\n1,0１２,张三\n,,\n序号,学 号,姓　名\n2,013,李四\n,合计,2\n制表人：王老师,,\n".encode()
    read = roster.read(written(tmp_path, content))
    assert [(someone.number, someone.full_name) for someone in read.people] == [("012", "张三"), ("013", "李四")]
    assert read.refused == []


def test_what_spreadsheets_do_to_numbers(tmp_path):
    content = '学号,姓名\n="00701",张三\n\'00702,李四\n\t00703\t,王五\n２０２６,赵六\n2.0231E+11,孙七\n12 34,周八\n'.encode()
    read = roster.read(written(tmp_path, content))
    assert [someone.number for someone in read.people] == ["00701", "00702", "00703", "2026"]
    assert len(read.refused) == 2 and "孙七" in read.refused[0] and "12 34" in read.refused[1]


def test_xlsx_keeps_zeros_of_text_and_of_formats(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["名单"])
    sheet.append(["学号", "姓名", "班级"])
    for number, name in (("0012", "张三"), (34, "李四"), (20230001.0, "王五"), (123456789012345678, "赵六")):
        sheet.append([number, name, "1班"])
    sheet["A4"].number_format = "00000000"
    book.create_sheet("说明").append(["请勿修改"])
    other = book.create_sheet("2班")
    other.append(["学号", "姓名"])
    other.append(["0099", "钱九"])
    book.save(tmp_path / "r.xlsx")
    read = roster.read(tmp_path / "r.xlsx")
    assert [someone.number for someone in read.people] == ["0012", "00000034", "20230001", "0099"]
    assert len(read.refused) == 1 and "1.23457E+17" in read.refused[0]
    assert len([note for note in read.notes if "Excel sheet" in note]) == 2


def test_what_some_systems_call_xls_is_html(tmp_path):
    content = "<html><table><tr><th>学号</th><th>姓名</th></tr><tr><td>0012</td><td>张 三</td></tr></table></html>".encode("gbk")
    assert people_of(written(tmp_path, content, "r.xls"))["0012"].full_name == "张 三"


def test_canvas_and_moodle_exports(tmp_path):
    canvas = b'Student,ID,SIS User ID,SIS Login ID,Section,Homework (7)\n    Points Possible,,,,,10\n"Zhang, San",4711,007,zs1,A,\n"Student, Test",1,,,A,\n'
    someone = people_of(written(tmp_path, canvas))["007"]
    assert (someone.canvas_id, someone.login, someone.full_name) == ("4711", "zs1", "San Zhang")
    moodle = "\ufeffIdentifier,Full name,ID number,Email address,Grade\nParticipant 12345,San Zhang,007,z@x,\n".encode()
    assert people_of(written(tmp_path, moodle))["007"].moodle_id == "Participant 12345"
    first_last = b"First name,Last name,ID number,Email address\nSan,Zhang,007,z@x\n"
    assert people_of(written(tmp_path, first_last))["007"].full_name == "San Zhang"


@every(
    ("content", "names"),
    [
        ("Name;Vorname;Matrikelnummer\nMüller;Jürgen;007\n", ["Jürgen Müller"]),
        ("Name,First name,Student ID\nSan Zhang,San,007\n", ["San Zhang"]),
        ("No.,Student No.,Name in English,Name in Chinese\n1,007,San Zhang,张三\n", ["张三"]),
        ("序号,考号,学生姓名,学生学号\n1,2,张三,007\n", ["张三"]),
        ("No.,Student No.,Remark\n1,007,x\n", [""]),
    ],
)
def test_headings_that_say_more_or_less_than_usual(tmp_path, content, names):
    read = roster.read(written(tmp_path, content.encode()))
    assert [(someone.number, someone.full_name) for someone in read.people] == [("007", name) for name in names]


def test_doubled_numbers_are_refused_with_their_lines_and_the_same_line_twice_is_one_person(tmp_path):
    content = "学号,姓名,班级\n001,张三,1班\n002,李四,1班\n001,王五,2班\n002,李四,2班\nA1,赵六,\na1,钱七,\n003,孙八,\n".encode()
    read = roster.read(written(tmp_path, content))
    assert [(someone.number, someone.section) for someone in read.people] == [("002", "1班, 2班"), ("003", "")]
    assert len(read.refused) == 2
    assert all(part in read.refused[0] for part in ("张三", "王五", "line 2", "line 4"))


@every(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"\xef\xbb\xbf\r\n", "a.csv", "is empty"),
        (b"\xd0\xcf\x11\xe0rest", "a.xls", "old Excel file"),
        (b"PK\x03\x04broken", "a.xlsx", "cannot be opened"),
        (b"%PDF-1.7", "a.pdf", "is no table"),
        ("张三\n李四\n".encode(), "a.csv", "no row of headings"),
        ("学号,姓名\n".encode(), "a.csv", "nobody below"),
        ("姓名,班级,邮箱\n张三,1,\n".encode(), "a.csv", "no column of student numbers"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_remedy(tmp_path, content, name, said):
    with pytest.raises(ClassroomError, match=said):
        roster.read(written(tmp_path, content, name))


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(ClassroomError, match="There is no file"):
        roster.read(tmp_path / "nothing.csv")
    with pytest.raises(ClassroomError, match="is a folder"):
        tables.read(tmp_path)


def test_lost_zeros_and_people_of_one_name_are_said(tmp_path):
    content = "学号,姓名\n0020230001,张三\n0020230002,李四\n20230003,张三\n".encode()
    notes = " ".join(roster.read(written(tmp_path, content)).notes)
    assert "20230003" in notes and "leading zeros" in notes and "same name: 张三" in notes


@every("heading", ["学号", "學號", "学 号：", "Student ID", "student_id", "Matrikel-Nr.", "SIS User ID", "ID number", "（学号）"])
def test_headings_of_numbers(heading):
    assert headings.role_of(heading) == "number"


def test_entering_twice_changes_names_keeps_marks_and_says_who_is_not_in_it(tmp_path, capsys):
    root = small_course(tmp_path / "course root")
    path = written(tmp_path, CHINESE.encode("gbk"))
    assert cli.main(["roster", str(path), "--course", "zh", "--root", str(root)]) == 0
    assert "新增 2" in capsys.readouterr().out
    path.write_bytes(CHINESE.replace("张三", "章三").replace("0020230002", "0020230003").encode())
    assert cli.main(["--lang", "en", "roster", str(path), "--course", "zh", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "张三 → 章三" in said and "1 new, 1 changed, 0 as before" in said and "0020230002" in said
    assert {someone.number: someone.full_name for someone in roster.everybody(the_class(root))} == {
        "0020230001": "章三",
        "0020230002": "欧阳喆",
        "0020230003": "欧阳喆",
    }


def test_one_bad_line_gives_status_1_and_the_others_are_entered(tmp_path, capsys):
    root = small_course(tmp_path / "root", "en")
    path = written(tmp_path, b"Student ID,Name\n1.5E+10,Bad\n0001,Good\n")
    assert cli.main(["roster", str(path), "--course", "en", "--root", str(root), "--dry-run"]) == 1
    assert "nothing was written" in capsys.readouterr().out
    assert roster.everybody(the_class(root, "en")) == []
    assert cli.main(["roster", str(path), "--course", "en", "--root", str(root)]) == 1
    assert [someone.number for someone in roster.everybody(the_class(root, "en"))] == ["0001"]
    assert "Bad" in capsys.readouterr().err
