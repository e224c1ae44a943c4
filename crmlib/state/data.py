"""What a lesson's data lack: files that cannot be used, links that lead nowhere, exam points that nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from crmlib import calculations, course, toml
from crmlib.course import CourseError, Lesson
from crmlib.course.syntax import complaint
from crmlib.language import message


def findings(lesson: Lesson, root: Path) -> Iterator[str]:
    """One sentence for every file of the lesson that cannot be used, and for every point that is never asked."""
    stem, unusable = lesson.stem, False
    readers: tuple[tuple[str, Callable], ...] = (("points", course.points), ("questions", course.questions), ("exercises", course.exercises))
    for folder, read in readers:
        if (root / "course" / folder / f"{stem}.toml").exists():
            try:
                read(stem)
            except CourseError as error:  # names file, entry and remedy
                unusable = True
                yield str(error)
    answers = root / "tests" / "answers" / f"{stem}.toml"
    try:
        if answers.exists():
            toml.read(answers)
    except (toml.TOMLDecodeError, UnicodeDecodeError) as error:
        yield complaint(f"tests/answers/{stem}.toml", answers.read_bytes(), error)
    if not unusable:
        yield from _not_drawn(stem)
        yield from _not_asked(stem, root)


def _not_drawn(stem: str) -> Iterator[str]:
    """A calculation whose formula, arguments or ranges give no task; the tests try more seeds."""
    for question in course.questions(stem):
        if question.calculation:
            try:
                calculations.drawn(question, 1)
            except CourseError as error:
                yield str(error)


def _not_asked(stem: str, root: Path) -> Iterator[str]:
    needed = [root / "course" / folder / f"{stem}.toml" for folder in ("points", "questions")]
    if not all(path.exists() for path in needed):
        return  # what is missing has been said
    questions = course.questions(stem)
    asked = {question.point for question in questions} | {point for exercise in course.exercises(stem) for point in exercise.points}
    for point in course.points(stem):
        if point.id not in asked:
            yield message("state.not_asked", point=point.id, file=f"course/questions/{stem}.toml")


def broken_links(stems: list[str]) -> Iterator[str]:
    """Links in the data that lead nowhere; all of them, or those of some lessons. A file that cannot be used is said elsewhere."""
    try:
        found = course.check_links()
    except CourseError:
        return
    yield from (sentence for sentence in found if not stems or any(stem in sentence for stem in stems))
