"""A roster as a university or a platform exports it, read into people and entered in nbgrader's gradebook.

Nothing is guessed: a number that was damaged on its way, or that two people have, is refused with its line and the remedy,
and the others are entered.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from crmlib.classroom import grading, headings, people, tables
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import listing, message
from crmlib.terminal import one_line

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_UNUSABLE = re.compile(r"[\s/\\:*?\"<>|\[\]\x00-\x1f]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SUMMARY = re.compile(r"合计|总计|共计|小计|人数|制表|平均|^(?:total|sum|average|mean)\b", re.IGNORECASE)
_NOBODY = {"pointspossible", "studenttest", "teststudent", "满分", "测试学生"}
LONGEST_NUMBER = 100
SHOWN = 5


@dataclass
class Roster:
    """The people of a class, what was refused line by line, and what a person should know of how it was read."""

    people: list[Person] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(path: Path, *, encoding: str | None = None) -> Roster:
    """The people of a file; raises where no column holds student numbers."""
    roster = Roster()
    lines: list[tuple[str, Person]] = []
    without: list[tables.Sheet] = []
    for sheet in tables.read(path, headings.sense, encoding=encoding):
        found = headings.header(sheet.rows)
        if found is None:
            without.append(sheet)
            continue
        roster.notes.append(_how(sheet, *found))
        lines += _lines(sheet, *found, roster)
    if not lines and not roster.refused:
        filled = [row for sheet in without for row in sheet.rows if any(row)]
        if roster.notes:
            raise ClassroomError(message("classroom.roster_empty", path=path))
        raise ClassroomError(message("classroom.no_header", path=path, first=one_line(listing(cell for row in filled[:1] for cell in row[:8]))))
    _choose(lines, roster)
    _shorter(roster)
    return roster


def _how(sheet: tables.Sheet, place: int, found: dict[str, int]) -> str:
    names = listing(f"{sheet.rows[place][column]} → {message(f'classroom.role_{role}')}" for role, column in found.items())
    return message("classroom.roster_read", how=sheet.read_as, line=place + 1, columns=one_line(names))


def _lines(sheet: tables.Sheet, place: int, found: dict[str, int], roster: Roster) -> list[tuple[str, Person]]:
    """Every line below the header as a person, with the words that name the line."""
    rows = [(number, row) for number, row in enumerate(sheet.rows[place + 1 :], place + 2) if any(row)]
    cells = [{role: _clean(row[column]) if column < len(row) else "" for role, column in found.items()} for _, row in rows]
    if rows and not any(values.get("number") for values in cells):
        instead = next((role for role in ("login", "email") if any(values.get(role) for values in cells)), None)
        if instead is None:
            raise ClassroomError(message("classroom.no_numbers", sheet=sheet.name))
        roster.notes.append(message("classroom.number_from", role=message(f"classroom.role_{instead}")))
        cells = [values | {"number": values[instead]} for values in cells]
    kept = []
    for (line, row), values in zip(rows, cells):
        where = message("classroom.line", sheet=sheet.name, line=line)
        if row == sheet.rows[place] or headings.plain("".join(row[:1])) in _NOBODY or headings.plain(values.get("name", "")) in _NOBODY:
            continue  # a heading printed on every page; Canvas' own lines
        if _SUMMARY.search(values.get("number", "")) or (not values.get("number") and any(_SUMMARY.search(cell) for cell in row)):
            continue
        if not values.get("number"):
            filled = [cell for cell in row if cell]
            if len(filled) > 1:  # a single cell is a remark
                roster.refused.append(message("classroom.no_number", where=where, text=one_line(listing(filled[:5]))))
            continue
        if why := _unusable(values["number"]):
            roster.refused.append(
                message(
                    f"classroom.number_{why}", where=where, number=one_line(values["number"][:60]), name=one_line(values.get("name") or values.get("last", ""))
                )
            )
            continue
        kept.append((where, _person(values)))
    return kept


def _clean(text: str) -> str:
    """A cell as it was meant: full-width digits, ="007" and '007 of spreadsheets, and signs that nobody sees."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()
    if found := re.fullmatch(r'="(.*)"', text):
        text = found[1].strip()
    return re.sub(r"^'(?=\d)", "", text)


def _unusable(number: str) -> str | None:
    if _SCIENTIFIC.fullmatch(number):
        return "damaged"
    if (
        _UNUSABLE.search(number)
        or number.startswith((".", "-", "=", "+", "@"))
        or number.endswith(".")
        or len(number) > LONGEST_NUMBER
        or not re.search("[0-9A-Za-z]", number)
    ):
        return "unusable"
    return None


def _person(values: dict[str, str]) -> Person:
    name, last, first = values.get("name", ""), values.get("last", ""), values.get("first", "")
    if name and not (last or first) and name.count(",") == 1 and not people.is_chinese(name):
        last, first = (part.strip() for part in name.split(","))
        name = ""
    elif name and first and not last and not set(people.parts(first)) <= set(people.parts(name)):
        name, last = "", name  # "Name" beside "Vorname" is the family name
    elif last and first:
        name = ""
    elif (last or first) and not name:
        name = last or first
    if not name and not people.is_chinese(last + first):
        name = f"{first} {last}".strip()
    return people.person(values | {"name": name or f"{last}{first}", "last": last, "first": first})


def _choose(lines: list[tuple[str, Person]], roster: Roster) -> None:
    """One line for each number; where two people have the same, neither is entered."""
    same: dict[str, list[tuple[str, Person]]] = defaultdict(list)
    for where, someone in lines:
        same[someone.number.casefold()].append((where, someone))
    for those in same.values():
        names = {"".join(sorted(people.parts(someone.full_name))) for _, someone in those}
        numbers = {someone.number for _, someone in those}
        if len(names) == 1 and len(numbers) == 1:
            roster.people.append(_together([someone for _, someone in those]))
            if len(those) > 1:
                roster.notes.append(message("classroom.same_line", number=those[0][1].number, lines=listing(where for where, _ in those)))
        else:
            who = listing(f"{one_line(someone.full_name)} {someone.number} ({where})" for where, someone in those)
            roster.refused.append(message("classroom.doubled", number=those[0][1].number, who=who))
    shown = Counter(someone.full_name for someone in roster.people if someone.full_name)
    if shared := [name for name, count in shown.items() if count > 1]:
        roster.notes.append(message("classroom.same_names", names=one_line(listing(shared[:SHOWN]))))
    if nameless := [someone.number for someone in roster.people if not someone.full_name]:
        roster.notes.append(message("classroom.nameless", count=len(nameless), numbers=listing(nameless[:SHOWN])))


def _together(lines: list[Person]) -> Person:
    """A student who stands in the roster twice, of two classes for instance."""
    values: dict[str, str] = {}
    for someone in lines:
        for name, value in someone.as_dict().items():
            if name == "section" and values.get(name) and value not in values[name].split(", "):
                values[name] = f"{values[name]}, {value}"
            else:
                values.setdefault(name, value)
    return people.person(values)


def _shorter(roster: Roster) -> None:
    """Numbers that are all digits and shorter than nearly all others have probably lost their zeros."""
    digits = [someone.number for someone in roster.people if someone.number.isdigit()]
    if len(digits) < 3:
        return
    length, count = Counter(map(len, digits)).most_common(1)[0]
    short = [number for number in digits if len(number) < length]
    if short and (count * 2 > len(digits) or any(number.startswith("0") for number in digits)):
        roster.notes.append(message("classroom.shorter", count=len(short), numbers=listing(short[:SHOWN]), length=length))


@dataclass
class Entered:
    """What became of a roster in the gradebook."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # in the gradebook, not in this roster


def enter(course: grading.Class, roster: Roster, *, write: bool = True) -> Entered:
    """Put the people into nbgrader's gradebook in one transaction; who is there already keeps every mark."""
    from nbgrader import api

    entered = Entered()
    known = {someone.number: someone for someone in people_of(course)}
    with grading.book(course) as book:
        there = {student.id: student for student in book.db.query(api.Student)}
        for someone in roster.people:
            values = _for_gradebook(someone)
            student = there.get(someone.number)
            if student is None:
                book.db.add(api.Student(id=someone.number, **values))
                entered.new.append(someone.number)
                continue
            before = {name: getattr(student, name) or "" for name in values}
            after = {name: value or before[name] for name, value in values.items()}
            if after == before:
                entered.same.append(someone.number)
                continue
            old = people.person({"number": student.id, "last": student.last_name or "", "first": student.first_name or ""}).full_name
            told = f"{someone.number}: {old or '–'} → {someone.full_name or '–'}" if old != someone.full_name else someone.number
            entered.changed.append(one_line(told))
            for name, value in after.items():
                setattr(student, name, value)
        numbers = {someone.number for someone in roster.people}
        entered.others = sorted(there.keys() - numbers)
        if write:
            book.db.commit()
        else:
            book.db.rollback()
    if write:
        for someone in roster.people:
            old_line = known.get(someone.number)
            known[someone.number] = replace(old_line, **someone.as_dict()) if old_line else someone
        grading.write_json(_kept(course), [someone.as_dict() for someone in known.values()])
    return entered


def _for_gradebook(someone: Person) -> dict[str, str]:
    # A name that the roster does not take apart is not taken apart here either: it stands where nbgrader sorts by.
    whole = not (someone.last and someone.first)
    return {
        "last_name": (someone.full_name if whole else someone.last)[:128],
        "first_name": "" if whole else someone.first[:128],
        "email": someone.email[:128],
        "lms_user_id": someone.canvas_id[:128],
    }


def _kept(course: grading.Class) -> Path:
    return grading.home(course) / "roster.json"


def people_of(course: grading.Class) -> list[Person]:
    """Everybody who was ever on a roster of the class."""
    return [people.person(values) for values in grading.read_json(_kept(course), [])]


def everybody(course: grading.Class) -> list[Person]:
    """Everybody in the gradebook, with what the roster knows of them."""
    known = {someone.number: someone for someone in people_of(course)}
    with grading.book(course) as book:
        for student in book.students:
            if student.id not in known:
                known[student.id] = people.person(
                    {
                        "number": student.id,
                        "last": student.last_name or "",
                        "first": student.first_name or "",
                        "email": student.email or "",
                        "canvas_id": student.lms_user_id or "",
                    }
                )
    return list(known.values())
