"""`crmlib revise`: revise in the terminal, see the plan, sit a mock paper, write sheets and decks."""

from __future__ import annotations

import argparse

from crmlib.course import CourseError
from crmlib.language import message
from crmlib.revision import dates, terminal_face
from crmlib.revision.cards import select
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


def _whole(text: str, key: str, *, most: int = 10_000) -> int:
    try:
        found = int(str(text).strip())
    except ValueError:
        found = 0
    if not 1 <= found <= most:
        raise CourseError(message(key, received=text, least=1, most=most))
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


COMMANDS = {}
