"""A question as it stands on paper or on a card of another program: what is asked, and what the answer is."""

from __future__ import annotations

import html
from collections.abc import Iterable

from crmlib import course
from crmlib.language import message
from crmlib.questions import Asked
from crmlib.questions.asked import with_marks
from crmlib.revision import keys


def asked_as_html(asked: Asked, *, marks: float | None = None) -> str:
    """The text with its options or entries, and nothing of the key."""
    text = str(asked.question.text)
    shown = asked.shown()
    parts = [paragraph(with_marks(text, marks) if marks else text)]
    match shown["form"]:
        case "true_false":
            judgements = " / ".join(each["text"] for each in shown["judgements"])
            parts += [paragraph(f"{judgements}{message('revision.and_why')}"), _options(shown)]
        case "matching":
            parts += [_list("1", (pair["text"] for pair in shown["pairs"])), paragraph(message("self_check.to_match")), _options(shown)]
        case "written":
            parts += [paragraph(part) for part in shown["parts"]] if asked.question.kind == "case" else []
        case "list":
            parts.append(paragraph(message("revision.entries_asked", count=asked.question.count)))
        case _ if shown.get("options"):
            parts.append(_options(shown))
    return "".join(parts)


def answer_as_html(asked: Asked) -> str:
    """The right answer with its reason; of written answers the marking points too."""
    question = asked.question
    if question.written:
        return "".join(
            paragraph(part.answer) + paragraph(message("self_check.points")) + _list("", (with_marks(point.text, point.marks) for point in part.marking))
            for part in question.written
        )
    lines = keys.said(asked)
    right = f"<p><b>{html.escape(lines[0])}</b></p>" if len(lines) == 1 else _list("", lines)
    return right + paragraph(keys.why(asked))


def letters(asked: Asked) -> str:
    """The key as the letters or numbers under which the options stand on paper; empty where there are none."""
    shown, given = asked.shown(), None if asked.question.written else keys.given(asked)
    letter = {option["id"]: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place] for place, option in enumerate(shown.get("options", ()))}
    match shown["form"]:
        case "choice":
            return letter[given]
        case "several":
            return "".join(sorted(letter[id] for id in given))
        case "true_false":
            return f"{message('self_check.true' if given['holds'] == 'true' else 'self_check.false')} {letter[given['reason']]}"
        case "matching":
            return " ".join(f"{place}{letter[given[pair['id']]]}" for place, pair in enumerate(shown["pairs"], start=1))
        case "ordering":
            return "".join(letter[id] for id in given)
    return ""


def where(point: str) -> str:
    """Where to read about an exam point."""
    found = course.point(point)
    return message("revision.read_in", number=course.lesson(found.lesson).number, term=found.term)


def paragraph(text: object) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in str(text).split("\n") if line.strip())


def _options(shown: dict) -> str:
    return _list("A", (option["text"] for option in shown["options"]))


def _list(kind: str, texts: Iterable[str]) -> str:
    entries = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    return f'<ol type="{kind}">{entries}</ol>' if kind else f"<ul>{entries}</ul>"
