"""Marks as files: CSV and xlsx for people, and what Moodle and Canvas take back. No cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from crmlib.classroom import cells, headings, people, tables
from crmlib.classroom.marks import Marks, Table
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import listing, message

ENDINGS = {"csv": ".csv", "xlsx": ".xlsx", "moodle": ".csv", "canvas": ".csv"}
_GRADE = {"grade", "成绩", "分数", "评分", "得分", "score"}


def content(table: Table, form: str, *, zero: bool = False, template: Path | None = None, column: str = "") -> bytes:
    """The file of a format; ``zero`` gives 0 to whoever handed in nothing, where else the cell stays empty."""
    if form == "xlsx":
        return _workbook(table, zero)
    if form == "csv":  # the mark in front is how Excel knows UTF-8
        return _csv([_head(table), *(_row(table, each, zero) for each in table.students)], "utf-8-sig")
    if template is not None:
        return _csv(_filled(table, form, template, column, zero), "utf-8")
    return _csv(_moodle(table, column, zero) if form == "moodle" else _canvas(table, column, zero), "utf-8")


def platform_total(marks: Marks, zero: bool) -> float | str:
    """What a platform is told: nothing where a person still has to mark, so that no half mark is published."""
    if marks.status == "graded":
        return _number(marks.total or 0.0)
    return 0 if zero and marks.status == "missing" else ""


def _head(table: Table) -> list[str]:
    before = [message(f"marks.{name}") for name in ("number", "name", "last", "first", "email", "section", "status", "time")]
    after = [message(f"marks.{name}") for name in ("extra", "raw", "penalty", "total", "points")]
    return [*before, *(f"{question.name} [{question.points:g}]" for question in table.questions), *after]


def _row(table: Table, marks: Marks, zero: bool) -> list:
    someone = marks.person
    own: list = [
        someone.number,
        someone.full_name,
        someone.last,
        someone.first,
        someone.email,
        someone.section,
        message(f"marks.status_{marks.status}"),
        marks.time,
    ]
    if marks.total is None:
        earned: list = [""] * (len(table.questions) + 3) + [0 if zero and marks.status == "missing" else ""]
    else:
        scores = [_number(marks.questions[question.key]) if question.key in marks.questions else "" for question in table.questions]
        earned = [*scores, _number(marks.extra), _number(marks.raw), _number(marks.penalty), _number(marks.total)]
    return [*own, *earned, _number(table.points)]


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 4)


def _csv(rows: Iterable[Iterable], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cells.safe(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode(encoding, "replace")


def _workbook(table: Table, zero: bool) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(message("marks.sheet"))
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 18

    def made(value, bold: bool = False):
        cell = WriteOnlyCell(sheet, value=cells.safe(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type, cell.number_format = "s", "@"  # text stays text: numbers keep their zeros
        if bold:
            cell.font = Font(bold=True)
        return cell

    sheet.append([made(heading, bold=True) for heading in _head(table)])
    for marks in table.students:
        sheet.append([made(value) if value != "" else None for value in _row(table, marks, zero)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _moodle(table: Table, column: str, zero: bool) -> list[list]:
    """For Grades, Import, CSV file: matched there by ID number or e-mail."""
    head = ["ID number", "First name", "Last name", "Email address", column or table.assignment]
    return [
        head,
        *(
            [each.person.number, each.person.first or each.person.full_name, each.person.last, each.person.email, platform_total(each, zero)]
            for each in table.students
        ),
    ]


def _canvas(table: Table, column: str, zero: bool) -> list[list]:
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column or table.assignment]
    possible = ["    Points Possible", "", "", "", "", _number(table.points)]
    return [
        head,
        possible,
        *(
            [_last_first(each.person), each.person.canvas_id, each.person.number, each.person.login, each.person.section, platform_total(each, zero)]
            for each in table.students
        ),
    ]


def _last_first(someone: Person) -> str:
    return f"{someone.last}, {someone.first}" if someone.last and someone.first and not people.is_chinese(someone.last) else someone.full_name


def _filled(table: Table, form: str, template: Path, column: str, zero: bool) -> list[list]:
    """The platform's own export with one column filled in, everything else as it came."""
    sheet = max(tables.read(template, headings.sense), key=lambda sheet: headings.sense(sheet.rows))
    found = headings.header(sheet.rows)
    if found is None:
        raise ClassroomError(message("marks.template_no_header", path=template))
    place, columns = found
    head = list(sheet.rows[place])
    target = _target(head, form, column or table.assignment, template, named=bool(column))
    if target == len(head):
        head.append(column)
    by_key: dict[tuple[str, str], Marks] = {}
    for marks in table.students:
        for role, value in marks.person.as_dict().items():
            if role in ("number", "email", "canvas_id", "login", "moodle_id"):
                by_key[role, value.casefold()] = marks
    filled: list[list] = [*sheet.rows[:place], head]
    for found_row in sheet.rows[place + 1 :]:
        row: list = [*found_row, *[""] * (len(head) - len(found_row))]
        marks = next((by_key[role, row[at].casefold()] for role, at in columns.items() if at < len(row) and (role, row[at].casefold()) in by_key), None)
        if marks is not None:
            total = platform_total(marks, zero)
            row[target] = row[target] if total == "" else total
        filled.append(row)
    return filled


def _target(head: list[str], form: str, column: str, template: Path, *, named: bool) -> int:
    """The column that takes the marks: named by the person, the worksheet's only one, or the assignment's by its name."""
    exact = [at for at, heading in enumerate(head) if heading.strip() == column]
    if exact:
        return exact[0]
    if form == "moodle" and not named:
        grade = [at for at, heading in enumerate(head) if headings.plain(heading) in _GRADE]
        if len(grade) == 1:
            return grade[0]
    begins = [at for at, heading in enumerate(head) if headings.plain(heading).startswith(headings.plain(column))]
    if len(begins) == 1:
        return begins[0]
    raise ClassroomError(message("marks.template_column", path=template, column=column, there=listing(heading for heading in head if heading)))
