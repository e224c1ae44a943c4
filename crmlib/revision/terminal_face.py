"""Revising in the terminal: letters for options, numbers as they are, sentences beside the model answer."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from crmlib import course, yes_or_no
from crmlib.check.reading import Unreadable
from crmlib.language import current_language, message, use_language
from crmlib.revision import exchange
from crmlib.revision.memory import Rating
from crmlib.revision.place import file
from crmlib.revision.progress import Progress
from crmlib.revision.reading import section
from crmlib.revision.session import Session, Turn
from crmlib.terminal import say, shows

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# What old consoles cannot show, by what comes nearest.
_NEAREST = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "×": "x", "÷": "/", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "-", "→": "->", "≥": ">=", "≤": "<="}
)
TRIES = 2
# A judgement may stand close to the letter behind it; "x" can only cross the sentence out here.
_JUDGEMENTS = "|".join(re.escape(word) for word in sorted({*yes_or_no.WORDS, "x"}, key=len, reverse=True))
_JUDGEMENT = re.compile(rf"\s*({_JUDGEMENTS})\W*\s*(\S+)\s*")


class Stopped(Exception):
    """The learner has had enough, or there is nobody to answer."""


def tell(text: object = "") -> None:
    """Print a text; signs that the console does not have become the nearest it has."""
    text = str(text)
    say(text if shows(text) else text.translate(_NEAREST))


def speak_what_can_be_shown() -> None:
    """A console without Chinese characters gets English, and a line that says how to change that."""
    if current_language() == "zh" and not shows(message("revision.name")):
        use_language("en")
        tell(message("revision.no_chinese_here"))


def read(prompt: str) -> str:
    """A line from the learner; the end of the input ends the session."""
    if sys.stdin is None:
        raise Stopped
    if prompt:
        tell(prompt)
    try:
        line = sys.stdin.readline()
    except (UnicodeError, ValueError, OSError):
        raise Stopped from None
    if not line:
        raise Stopped
    text = line.strip()
    if text.casefold() in ("q", "quit", "exit", "退出"):
        raise Stopped
    return text


def run(session: Session) -> int:
    """Ask every card of a session; returns 0 also where the learner stops early: everything answered is kept."""
    try:
        while turn := session.next():
            _ask(session, turn)
    except (Stopped, KeyboardInterrupt):
        tell()
        tell(message("revision.stopped"))
    _end(session)
    return 0


def _ask(session: Session, turn: Turn) -> None:
    asked, card = turn.asked, turn.card
    lesson = course.lesson(card.lesson)
    place = message(
        "revision.again_place" if turn.again else "revision.place", place=len([each for each in session.turns if not each.again]), count=session.count
    )
    tell()
    tell(message("revision.card_head", place=place, number=lesson.number, term=course.point(card.point).term))
    shown = asked.shown()
    tell(shown["text"])
    if turn.written:
        _written(session, turn, shown)
        return
    show, prompt, understand = FORMS[shown["form"]]
    for line in show(shown):
        tell(line)
    tries = 0
    while tries < TRIES:
        text = read(prompt(shown))
        if not text:
            tell(message("revision.type_something"))
            continue
        if shown["form"] == "list":
            text = and_more_lines(text)
        try:
            given = understand(text, shown)
        except Unreadable as error:
            tell(error)
            continue
        before = len(asked.tries)
        reply = session.answer(given)
        tries += len(asked.tries) - before
        tell(" ".join([reply.get("said", ""), *reply.get("lines", ())]))
        if asked.right:
            return


def and_more_lines(first: str) -> str:
    """The entries of a list: the line that was typed and those that follow, until an empty one."""
    lines = [first]
    while lines[-1]:
        lines.append(read(""))
    return "\n".join(lines[:-1])


# ---- ways to answer: what is shown, the prompt, and what a typed line means -------------------------------------------


def _options(shown: dict) -> list[str]:
    return [f"  {LETTERS[place]}  {option['text']}" for place, option in enumerate(shown["options"])]


def _letters(text: str, shown: dict) -> list[str]:
    """The options that letters stand for, however they are written: "ac", "a, c", "A 和 C"."""
    known = [option["id"] for option in shown["options"]]
    wide = unicodedata.normalize("NFKC", text).casefold()
    typed = [letter for letter in wide.replace("和", "").replace(" and ", "") if letter not in " ,;.、。/+&<>-→"]
    places = [LETTERS.find(letter) for letter in typed]
    if not typed or any(not 0 <= place < len(known) for place in places):
        raise Unreadable(message("revision.letters", received=text, last=LETTERS[len(known) - 1]))
    return list(dict.fromkeys(known[place] for place in places))


def _one_letter(text: str, shown: dict) -> str:
    found = _letters(text, shown)
    if len(found) != 1:
        raise Unreadable(message("revision.one_letter", received=text))
    return found[0]


def _judged(text: str, shown: dict) -> dict:
    """A judgement and the letter of its reason: "T b", "对b", "false c"."""
    found = _JUDGEMENT.fullmatch(unicodedata.normalize("NFKC", text).casefold())
    if not found:
        raise Unreadable(message("revision.judge_unreadable", received=text))
    return {"holds": "true" if yes_or_no.WORDS.get(found[1]) else "false", "reason": _one_letter(found[2], shown)}


def _both_sides(shown: dict) -> list[str]:
    left = [f"  {place}  {pair['text']}" for place, pair in enumerate(shown["pairs"], start=1)]
    return [*left, message("self_check.to_match"), *_options(shown)]


def _matched(text: str, shown: dict) -> dict:
    """What belongs to what: "1a 2c 3b", or the letters alone in the order of the numbers."""
    count = len(shown["pairs"])
    wide = unicodedata.normalize("NFKC", text).casefold()
    pairs = re.findall(r"(\d+)\W*([a-z])", wide)
    letters = re.findall(r"[a-z]", wide)
    if not pairs and len(letters) == count:
        pairs = list(enumerate(letters, start=1))
    places = {int(number): _one_letter(letter, shown) for number, letter in pairs}
    if sorted(places) != list(range(1, count + 1)) or len(letters) != count:
        raise Unreadable(message("revision.match_unreadable", received=text, count=count))
    return {shown["pairs"][number - 1]["id"]: option for number, option in places.items()}


def _ordered(text: str, shown: dict) -> list[str]:
    found = _letters(text, shown)
    if len(found) != len(shown["options"]):
        raise Unreadable(message("revision.order_unreadable", received=text, count=len(shown["options"])))
    return found


FORMS: dict[str, tuple[Callable, Callable, Callable]] = {
    "choice": (_options, lambda shown: message("revision.choose_one", last=LETTERS[len(shown["options"]) - 1]), _one_letter),
    "several": (_options, lambda shown: message("revision.choose_several"), _letters),
    "true_false": (_options, lambda shown: message("revision.judge", last=LETTERS[len(shown["options"]) - 1]), _judged),
    "matching": (_both_sides, lambda shown: message("revision.match", count=len(shown["pairs"])), _matched),
    "ordering": (_options, lambda shown: message("revision.order"), _ordered),
    "list": (lambda shown: [], lambda shown: message("revision.type_list", hint=shown["hint"]), lambda text, shown: text),
    "number": (lambda shown: [], lambda shown: message("revision.type_number", hint=shown["hint"]), lambda text, shown: text),
}


def _written(session: Session, turn: Turn, shown: dict) -> None:
    """Model answer and marking points after each part; learners say what their answer has, and how well they knew it."""
    given: dict[str, list[int]] = {}
    for number, part in enumerate(shown["parts"]):
        tell(part)
        read(message("revision.write_first"))
        given[str(number)] = []
        compared = session.answer(given)["parts"][str(number)]
        tell(message("revision.model_answer", text=compared["answer"]))
        for place, text in enumerate(compared["points"], start=1):
            tell(f"  {place}  {text}")
        given[str(number)] = ticked_points(len(compared["points"]))
        tell(session.answer(dict(given))["parts"][str(number)]["earned"])
    try:
        rating = _rated(turn.suggested)
    except (Stopped, KeyboardInterrupt):
        session.rate(turn.suggested)  # what was compared is an answer
        raise
    session.rate(rating)


def _rated(suggested: Rating) -> Rating:
    while True:
        text = unicodedata.normalize("NFKC", read(message("revision.rate", suggested=int(suggested))))
        if not text or text in ("1", "2", "3", "4"):
            return Rating(int(text)) if text else suggested
        tell(message("revision.rate_unreadable", received=text))


def ticked_points(count: int) -> list[int]:
    """The places of the marking points that an answer has."""
    while True:
        text = read(message("revision.tick", count=count))
        parts = re.split(r"[,，、\s]+", unicodedata.normalize("NFKC", text).strip()) if text else []
        if all(part.isdigit() and 1 <= int(part) <= count for part in parts):
            return sorted({int(part) - 1 for part in parts})
        tell(message("revision.tick_unreadable", received=text, count=count))


def tell_what_to_read(points: Iterable[str], notices: Iterable[str]) -> None:
    """The sections that treat these exam points, and what there is to say about the file of progress."""
    for point in points:
        found = section(point)
        where = message("revision.where" if found.heading else "revision.where_lesson", lesson=found.lesson, heading=found.heading)
        tell(message("revision.read_again", term=course.point(point).term, where=where))
    for notice in notices:
        tell(notice)


def _end(session: Session) -> None:
    tell()
    answered = len(session.first_turns)
    if answered:
        tell(message("revision.end", right=session.right, count=answered))
    tell_what_to_read(session.missed_points, session.progress.notices)
    if answered and session.progress.kept and session.progress.flush():
        tell(message("revision.kept", count=answered))
    elif answered and file() is not None:
        tell(_taken_along(session.progress))


def _taken_along(progress: Progress) -> str:
    """What could not be kept where it belongs goes into a file beside the learner."""
    path = Path.cwd() / f"crm-revision-{datetime.now():%Y-%m-%d-%H%M%S}.json"
    try:
        exchange.write(progress, path)
    except exchange.ExchangeError as error:
        return str(error)
    return message("revision.taken_along", path=path)
