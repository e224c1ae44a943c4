"""What is missing or stale in each lesson, with the file and the command or step that mends it; and the READMEs' list of lessons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crmlib import course
from crmlib.course import ROOT, CourseError, Lesson
from crmlib.language import LANGUAGES, current_language, message, use_language
from crmlib.state import data, notebooks, pictures

READMES = {"en": "README.md", "zh": "README.zh-CN.md"}
BEGIN, END = "<!-- lessons: written by `crmlib check --write` -->", "<!-- end of the lessons -->"


def findings(stems: list[str] | None = None, root: Path = ROOT) -> Iterator[str]:
    """One sentence for everything missing or stale, lesson by lesson, the READMEs last."""
    known = [lesson.stem for lesson in course.lessons()]  # a list of lessons that cannot be used is the end of all looking
    for stem in stems or []:
        if stem not in known:
            raise CourseError(message("state.no_such_lesson", received=stem, known=", ".join(known)))
    for lesson in course.lessons():
        if not stems or lesson.stem in stems:
            yield from _of(lesson, root)
    yield from data.broken_links(stems or [])
    if not stems:
        yield from _beside_the_lessons(known, root)
        for name in READMES.values():
            if readme(name, root) != (root / name).read_text(encoding="utf-8"):
                yield message("state.stale", file=name, command="crmlib check --write")


def _of(lesson: Lesson, root: Path) -> Iterator[str]:
    """A lesson may be without an assignment; a part of one without the others is an oversight."""
    stem = lesson.stem
    expected = [f"course/points/{stem}.toml", f"course/questions/{stem}.toml", *(f"notebooks/{language}/{stem}.ipynb" for language in LANGUAGES)]
    sources = [f"solutions/{language}/{stem}/{stem}.ipynb" for language in LANGUAGES]
    graded = [*sources, f"course/exercises/{stem}.toml", f"tests/answers/{stem}.toml"]
    yield from (message("state.missing", file=file) for file in expected if not (root / file).exists())
    for room in ("", "figures/"):
        module = root / "crmlib" / f"{room}{lesson.module}"
        if not module.is_dir() and not module.with_suffix(".py").exists():
            yield message("state.missing", file=f"crmlib/{room}{lesson.module}.py")
    yield from data.findings(lesson, root)
    yield from notebooks.findings(stem, root)
    yield from pictures.findings(lesson, root)
    there = [file for file in graded if (root / file).exists()]
    if not there:
        yield message("state.no_assignment", stem=stem, file=sources[0])
        return
    yield from (message("state.missing", file=file) for file in graded if file not in there)
    yield from _assignments(stem, root)
    yield from _scores(stem, root)


def _beside_the_lessons(lessons: list[str], root: Path) -> Iterator[str]:
    """An assignment that belongs to no single lesson, such as the essay: its source in both languages, and what is made of it."""
    from crmlib.assignments import available

    for stem in sorted({stem for language in LANGUAGES for stem in available(language, root)} - set(lessons)):
        sources = [f"solutions/{language}/{stem}/{stem}.ipynb" for language in LANGUAGES]
        yield from (message("state.missing", file=file) for file in sources if not (root / file).exists())
        yield from _assignments(stem, root)


def _assignments(stem: str, root: Path) -> Iterator[str]:
    from crmlib.assignments import state_of

    for language in LANGUAGES:
        source = f"solutions/{language}/{stem}/{stem}.ipynb"
        if not (root / source).exists() or not notebooks.code_of(root / source):
            continue  # has been said
        try:
            if state_of(stem, language, root):
                yield message("state.stale", file=f"assignments/{language}/{stem}", command="crmlib build")
        except (Exception, SystemExit) as error:  # nbgrader ends its own programs
            yield message("state.unreadable", file=source, reason=f"{type(error).__name__}: {error}")


def _scores(stem: str, root: Path) -> Iterator[str]:
    from crmlib.scorecard import table

    try:
        fresh = {row["inputs"] for row in table.read(root) if row["assignment"] == stem} == {table.inputs(stem, root)}
    except (OSError, ValueError, KeyError):  # no table, or a source that is not there: measure anew once it is
        fresh = False
    if not fresh:
        yield message("state.stale", file=f"course/scorecard.csv ({stem})", command=f"crmlib scorecard {stem}")


def write(root: Path = ROOT) -> list[str]:
    """Write the list of lessons into both READMEs; returns the files that changed."""
    changed = []
    for name in READMES.values():
        text = readme(name, root)
        if text != (root / name).read_text(encoding="utf-8"):
            (root / name).write_text(text, encoding="utf-8", newline="\n")
            changed.append(name)
    return changed


def readme(name: str, root: Path = ROOT) -> str:
    """A README as it should be: its own text, with the list of lessons between the two marks made from the data."""
    text = (root / name).read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CourseError(message("state.no_marks", file=name, begin=BEGIN, end=END))
    language = next(language for language, file in READMES.items() if file == name)
    return f"{before}{BEGIN}\n{listing(language, root)}\n{END}{after}"


def listing(language: str, root: Path = ROOT) -> str:
    """The table of the lessons in a language: what each has, and what is not there yet."""
    spoken = current_language()
    use_language(language)
    try:
        lines = [message("state.heading"), "|--:|---|--:|--:|---|"]  # numbers stand to the right; the scorecard looks for the plain rule
        for lesson in course.lessons():
            notebook, assignment = (path.relative_to(ROOT).as_posix() for path in (lesson.notebook(language), lesson.assignment(language)))
            title = f"[{lesson.title}]({notebook})" if (root / notebook).exists() else message("state.not_yet", what=lesson.title)
            graded = f"[{message('state.assignment')}]({assignment})" if (root / assignment).exists() else message("state.not_yet", what="").strip()
            asked = len(course.questions(lesson.stem)) if (root / "course" / "questions" / f"{lesson.stem}.toml").exists() else 0
            lines.append(f"| {lesson.number} | {title} | {len(course.points(lesson.stem))} | {asked} | {graded} |")
        return "\n".join(lines)
    finally:
        use_language(spoken)
