"""Make a class of submissions out of the named answers, and say what mark is due for every graded cell."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support import assignments_data as data


@dataclass(frozen=True)
class Student:
    """One student: the answers handed in (by cell) and the points due (by test cell)."""

    id: str
    given: dict[str, str]
    due: dict[str, float]


def make_class(stem: str, language: str, size: int = 20) -> list[Student]:
    """Model answers, an untouched file, and mixtures that between them use every named answer."""
    full = data.points(stem)
    model = data.model_answers(stem, language)
    students = [Student("model", model, full), Student("untouched", {}, dict.fromkeys(full, 0.0))]
    by_test = {test: [each for each in data.answers(stem) if each.test == test] for test in full}
    while len(students) < size:
        turn = len(students) - 2
        chosen = [answers[turn % len(answers)] for answers in by_test.values()]
        given = {**model, **{answer.cell: answer.source for answer in chosen}}
        due = {answer.test: full[answer.test] if answer.right else answer.points for answer in chosen}
        students.append(Student(f"student{turn + 1:02d}", given, due))
    return students


def hand_in(root: Path, stem: str, language: str, students: list[Student]) -> None:
    """Write the submissions into the class's course root."""
    for student in students:
        notebook = copy.deepcopy(data.released(stem, language))
        for cell in notebook["cells"]:
            if cell["id"] in student.given:
                cell["source"] = student.given[cell["id"]]
        folder = root / "course" / language / "submitted" / student.id / stem
        folder.mkdir(parents=True)
        (folder / f"{stem}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def copy_course(target: Path) -> Path:
    """A copy of what grading needs, so that no test writes into the repository."""
    for name in ("course", "solutions", "assignments", "crmlib"):
        shutil.copytree(data.ROOT / name, target / name, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    return target


def copy_assignment(target: Path, stem: str) -> Path:
    """The same for one assignment, without the library: a sixth of the files."""
    shutil.copytree(data.ROOT / "course", target / "course", ignore=shutil.ignore_patterns(*_LEFT_OUT, "data", "calculations", "questions"))
    for name in ("solutions", "assignments"):
        for language in data.LANGUAGES:
            shutil.copytree(data.ROOT / name / language / stem, target / name / language / stem, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    return target


_LEFT_OUT = ("__pycache__", "gradebook.db", "submitted", "autograded", "feedback")
