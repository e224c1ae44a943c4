"""What universities and platforms write above the columns of a roster, in English and Chinese.

>>> role_of("学 号"), role_of("Student ID:"), role_of("Homework 3")
('number', 'number', None)
"""

from __future__ import annotations

import re
import unicodedata

# In the order in which a column of several that fit is taken.
_WORDS = {
    "number": (
        "学号 學號 学生学号 学员学号 学籍号 学生编号 学员编号 学工号 学号工号 studentid studentnumber studentno studentnr stuid stuno "
        "sisuserid sisid idnumber id号码 idno matriculationnumber matriculationno matriculation matrikelnummer matrikelnr matrnr universityid "
        "campusid enrolmentnumber enrollmentnumber rollnumber rollno orgdefinedid uid sid id 编号 号码 username 用户名 账号"
    ),
    "name": (
        "姓名 学生姓名 学员姓名 中文姓名 中文名 学生 全名 姓名全称 "
        "name fullname studentname nameinchinese chinesename nameinenglish englishname student displayname"
    ),
    "last": "姓 姓氏 lastname last surname familyname nachname nom apellidos",
    "first": "名 名字 firstname first givenname givennames forename vorname prenom nombre",
    "email": "邮箱 电子邮箱 电子邮件 电子邮件地址 邮箱地址 邮件地址 邮件 电邮 email emailaddress mail emailadresse courriel",
    "section": "班级 班 行政班 行政班级 教学班 班级名称 专业班级 所在班级 小组 组别 class classname section sections group groups gruppe",
    "canvas_id": "canvasid canvasuserid",
    "login": "sisloginid loginid login 登录名",
    "moodle_id": "identifier 标识符 标识 識別碼 participant participantid",
}
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split()}
_RANK = {word: rank for words in _WORDS.values() for rank, word in enumerate(words.split())}


def plain(heading: str) -> str:
    """A heading without spaces, punctuation, capitals and accents."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", heading)).casefold()
    return re.sub(r"[\W_]|[\u0300-\u036f]", "", text)


def role_of(heading: str) -> str | None:
    """What a column holds by its heading, or None."""
    return _ROLES.get(plain(heading))


def columns(row: list[str]) -> dict[str, int]:
    """The columns that a row of headings names, each once."""
    found: dict[str, int] = {}
    for place, heading in enumerate(row):
        role = role_of(heading) if len(heading) < 60 else None
        if role and (role not in found or _RANK[plain(heading)] < _RANK[plain(row[found[role]])]):
            found[role] = place
    words = [plain(heading) for heading in row]
    if "id" in words and any(word.startswith("sis") for word in words):  # Canvas: its own number, beside the university's
        found["canvas_id"] = words.index("id")
        if found.get("number") == found["canvas_id"]:
            del found["number"]
    return found


def header(rows: list[list[str]], within: int = 40) -> tuple[int, dict[str, int]] | None:
    """The row of headings and its columns: the first among the best that names students by number or in words."""
    best: tuple[int, dict[str, int]] | None = None
    for place, row in enumerate(rows[:within]):
        found = columns(row)
        person = {"number", "name", "last", "first", "email", "moodle_id"} & found.keys()
        filled = sum(bool(cell) for cell in row)
        # A column of numbers alone will do where its heading can mean nothing else.
        alone = "number" in found and (filled == 1 or _RANK[plain(row[found["number"]])] < _RANK["uid"])
        usable = len(person) >= 2 or alone
        if usable and (best is None or len(found) > len(best[1])):
            best = (place, found)
    return best


def sense(rows: list[list[str]]) -> int:
    """How much of a table makes sense as a roster: the columns that its headings name."""
    found = header(rows)
    return len(found[1]) if found else 0
