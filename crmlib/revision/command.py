"""`crmlib revise`: revise in the terminal, see the plan, sit a mock paper, write sheets and decks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from crmlib import course, whole
from crmlib.course import CourseError
from crmlib.language import current_language, message
from crmlib.revision import dates, terminal_face
from crmlib.revision.cards import Card, lesson_of, select
from crmlib.revision.progress import Progress, mine
from crmlib.revision.session import USUAL, begin, more
from crmlib.revision.terminal_face import tell

MOST_MINUTES = 600


def run(options: argparse.Namespace) -> int:
    """Run what was asked for; 0 when it went well."""
    terminal_face.speak_what_can_be_shown()
    progress = mine()
    _tell_notices(progress)
    word, *rest = options.about or [""]
    _remember(progress, options, mock=word == "mock" or word == "paper")
    return COMMANDS.get(word, _revise)(progress, options, rest if word in COMMANDS else options.about)


def _remember(progress: Progress, options: argparse.Namespace, *, mock: bool) -> None:
    """Settings that are given once: the day of the exam, minutes a day, and whether self-checks count."""
    if options.exam is not None:
        progress.set("exam", dates.exam_day(options.exam).isoformat())
    if options.minutes is not None and not mock:
        progress.set("minutes", _whole(options.minutes, "revision.minutes_wrong", most=MOST_MINUTES))
    if options.count_self_checks:
        progress.set("self_checks", options.count_self_checks)
    _tell_notices(progress)


def _whole(text: str, key: str, *, least: int = 1, most: int = 10_000) -> int:
    try:
        found = int(str(text).strip())
    except ValueError:
        found = 0
    if not least <= found <= most:
        raise CourseError(message(key, received=text, least=least, most=most))
    return found


def _revise(progress: Progress, options: argparse.Namespace, about: list[str]) -> int:
    n = _whole(options.n, "revision.count_wrong") if options.n is not None else None
    session = begin(progress, *about, n=n)
    if about and not select(*about):
        raise CourseError(message("revision.no_cards"))
    if not session.queue and not about:
        session = more(progress, n or USUAL)
        tell(message("revision.nothing_due" if session.queue else "revision.nothing_left"))
    if not session.queue:
        return 0
    tell(message("revision.opening_one" if session.count == 1 else "revision.opening", count=session.count))
    return terminal_face.run(session)


def _tell_notices(progress: Progress) -> None:
    for notice in progress.notices:
        tell(notice)
    progress.notices.clear()


def _plan(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    """The plan to the exam date and what comes due; a date may also stand alone behind the word."""
    from crmlib.revision import tables, views

    if rest:
        progress.set("exam", dates.exam_day(" ".join(rest)).isoformat())
        _tell_notices(progress)
    plan = views.plan_of(progress)
    for sentence in views.plan_sentences(progress, plan):
        tell(sentence)
    if plan and plan.days:
        tables.show(views.plan_table(plan))
        if plan.left_out:
            tables.show(views.left_out_table(plan))
    if progress.memories():
        tables.show(views.forecast_table(progress))
    return 0


def _weak(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    """What is known of every lesson, and the exam points that cost most marks with where to read about them."""
    from crmlib.revision import mastery, tables, views
    from crmlib.revision.reading import section

    points = mastery.of_points(progress.memories())
    if rest:
        wanted = {point for card in select(*rest) for point in card.points}
        points = [each for each in points if each.point in wanted]
    tables.show(views.lesson_table(points))
    weakest = mastery.weakest(points, _whole(options.n, "revision.count_wrong") if options.n is not None else 10)
    rows = tuple((*views.point_row(each), course.lesson(each.lesson).number, section(each.point).heading) for each in weakest)
    headings = (*views.point_headings(), message("revision.column_lesson"), message("revision.column_section"))
    tables.show(views.Table(message("revision.spots"), headings, rows))
    tell(message("revision.spots_note"))
    if weakest:
        tell(message("revision.quiz_call", point=weakest[0].point))
    return 0


def _sheet(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    """The cheat sheets of the lessons named, or of all."""
    from crmlib.revision import sheet

    for stem in dict.fromkeys([lesson_of(name) for name in rest] or [each.stem for each in course.lessons()]):
        _write(_target(options, f"sheet-{sheet.name(stem)}", one=len(rest) == 1), sheet.page(stem))
    return 0


def _paper(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    """A mock paper to print, and its key in a file of its own."""
    from crmlib.revision import paper, printed

    drawn = paper.draw(minutes=_mock_minutes(options), seed=options.seed, cards=select(*rest) if rest else None)
    language = current_language()
    _write(_target(options, f"paper-{drawn.file_name}-{language}.html"), printed.paper_page(drawn))
    _write(_target(options, f"paper-{drawn.file_name}-{language}-key.html"), printed.key_page(drawn))
    return 0


def _mock_minutes(options: argparse.Namespace) -> int:
    from crmlib.revision import paper

    return (
        paper.FULL_MINUTES if options.minutes is None else _whole(options.minutes, "revision.mock_minutes", least=paper.LEAST_MINUTES, most=paper.MOST_MINUTES)
    )


def _deck(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import export_anki

    path, about = _file_and_about(options, rest, f"crm-course-{current_language()}.apkg")
    cards = _some(about)
    try:
        count = export_anki.write(cards, path)
    except OSError as error:
        raise CourseError(message("revision.cannot_write", path=path, reason=error.strerror or error)) from None
    tell(message("revision.written", path=path, count=count))
    return 0


def _moodle(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import export_moodle

    path, about = _file_and_about(options, rest, f"crm-course-{current_language()}.xml")
    _write(path, export_moodle.as_xml(_some(about)))
    return 0


def _gift(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import export_gift

    path, about = _file_and_about(options, rest, f"crm-course-{current_language()}.gift.txt")
    _write(path, export_gift.as_text(_some(about)))
    return 0


def _some(about: list[str]) -> list[Card]:
    found = select(*about)
    if not found:
        raise CourseError(message("revision.no_cards"))
    return found


def _export(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import exchange

    path, _ = _file_and_about(options, rest, f"crm-revision-{dates.today().isoformat()}.json")
    tell(message("revision.exported", count=exchange.write(progress, path), path=path))
    return 0


def _import(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import exchange

    if not rest:
        raise CourseError(message("revision.import_what"))
    for name in rest:
        tell(message("revision.imported", count=exchange.read(progress, Path(name)), path=name))
    _tell_notices(progress)
    return 0


def _file_and_about(options: argparse.Namespace, rest: list[str], usual: str) -> tuple[Path, list[str]]:
    """Where to write, and about what: the first word is a file where it has an ending or a folder."""
    if rest and (Path(rest[0]).suffix or len(Path(rest[0]).parts) > 1):
        return Path(rest[0]), rest[1:]
    return _target(options, usual, one=True), rest


def _target(options: argparse.Namespace, usual: str, *, one: bool = False) -> Path:
    """The file that is named, or a file of the usual name in the folder that is named."""
    wanted = options.output
    if wanted is None:
        return Path(usual)
    return wanted if one and wanted.suffix and not wanted.is_dir() else wanted / usual


def _write(path: Path, content: str | bytes) -> None:
    """In one step: a file that is there is a whole file."""
    try:
        whole.write(path, content)
    except OSError as error:
        raise CourseError(message("revision.cannot_write", path=path, reason=error.strerror or error)) from None
    tell(message("cli.wrote", path=path))


def _mock(progress: Progress, options: argparse.Namespace, rest: list[str]) -> int:
    from crmlib.revision import paper, terminal_mock

    drawn = paper.draw(minutes=_mock_minutes(options), seed=options.seed, cards=select(*rest) if rest else None)
    return terminal_mock.run(progress, drawn)


COMMANDS: dict[str, Callable[[Progress, argparse.Namespace, list[str]], int]] = {
    "plan": _plan,
    "weak": _weak,
    "mock": _mock,
    "sheet": _sheet,
    "paper": _paper,
    "deck": _deck,
    "moodle": _moodle,
    "gift": _gift,
    "export": _export,
    "import": _import,
}
