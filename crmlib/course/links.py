"""Whether every name in the course's data leads somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmlib.course import files
from crmlib.course.bank import Question, questions
from crmlib.course.exam import ExamPoint, all_points, lessons
from crmlib.course.literature import references
from crmlib.course.practice import Exercise, PracticeItem, exercises
from crmlib.language import glossary, message


def check_links() -> list[str]:
    """Every link in the data that leads nowhere, as sentences; empty when all is well."""
    broken = [
        _dangling(f"{folder}/{file.name}", file.stem, file.stem, "lessons.toml")
        for folder in ("points", "exercises", "questions", "calculations")
        for file in sorted((files.COURSE / folder).glob("*.toml"))
        if file.stem not in {each.stem for each in lessons()}
    ]
    broken += [_dangling(f"points/{each.lesson}.toml", each.id, *link) for each in all_points().values() for link in _links_of_point(each)]
    at_home: dict[str, str] = {}
    for stem in (each.stem for each in lessons()):
        for exercise in exercises(stem):
            named = [*exercise.points, *(wrong.read for wrong in exercise.misconceptions.values())]
            where = f"exercises/{stem}.toml"
            broken += [_dangling(where, exercise.number, id, "points/") for id in named if id not in all_points()]
            broken += [_dangling(where, item.id, name, "exercises/") for item in exercise.practice for name in _no_option(exercise, item)]
        for question in questions(stem):
            where = f"{'calculations' if question.calculation else 'questions'}/{stem}.toml"
            if at_home.setdefault(question.id, stem) != stem:
                broken.append(message("course.twice", file=f"course/{where}", place=question.id))
            broken += [_dangling(where, question.id, *link) for link in _links_of_question(question)]
    return broken


def _links_of_point(point: ExamPoint) -> list[tuple[str, str]]:
    """What a point names and does not exist, and where it should stand."""
    missing = [(key, "glossary.csv") for key in point.glossary if key not in glossary()]
    named = [*point.references, *(f"source-{key}" for key in point.sources)]
    return missing + [(key, "references.csv") for key in named if key not in references()]


def _links_of_question(question: Question) -> list[tuple[str, str]]:
    missing = [(id, "points/") for id in question.points if id not in all_points()]
    missing += [(key, "glossary.csv") for item in question.items for key in item.terms if key not in glossary()]
    mistakes = question.calculation.mistakes if question.calculation else question.wrong
    return missing + [(each.misconception, "exercises/") for each in mistakes if each.misconception and not is_misconception(each.misconception)]


def is_misconception(name: str) -> bool:
    """Whether an exercise has a misconception of this name, such as ``"9.1/multiplied"``."""
    number, _, id = name.partition("/")
    return any(id in each.misconceptions for found in lessons() for each in exercises(found.stem) if each.number == number)


def _no_option(exercise: Exercise, item: PracticeItem) -> list[str]:
    """What a practice item names as a set of options, or as an option in its key, although the exercise has none such."""
    sets = [name for name in item.options.split(" -> ") if name]
    missing = [name for name in sets if name not in exercise.options]
    if missing:
        return missing
    if not sets:
        return [] if item.kind in ("number", "numbers", "table") else ["options"]
    known = {option.id for name in sets for option in exercise.options[name]}
    key: Any = item.key
    named = [*key, *key.values()] if isinstance(key, Mapping) else [key] if isinstance(key, str) else key
    return [str(name) for name in named if name not in known]


def _dangling(file: str, place: str, key: str, target: str) -> str:
    return message("course.dangling", file=f"course/{file}", place=place, received=key, target=f"course/{target}")
