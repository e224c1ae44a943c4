"""Questions as GIFT, the plain text that Moodle and others read: what the format can say, and essays for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmlib import course
from crmlib.language import message
from crmlib.questions import Asked
from crmlib.revision import keys
from crmlib.revision.cards import Card


def as_text(cards: Iterable[Card]) -> str:
    """The questions in the language in use, a category a lesson."""
    parts, before = [], ""
    for card in cards:
        if card.lesson != before:
            lesson = course.lesson(card.lesson)
            parts.append(f"$CATEGORY: $course$/top/{message('revision.deck')}/{lesson.number:02} {str(lesson.title).replace('/', '//')}")
            before = card.lesson
        asked = card.asked()
        why = f"####{_safe(keys.why(asked))}" if keys.why(asked) else ""
        parts.append(f"::{_safe(card.id)}::{_safe(_text(asked))} {{{_answers(asked)}{why}}}")
    return "\n\n".join(parts) + "\n"


def _text(asked: Asked) -> str:
    return "\n".join([str(asked.question.text), *(asked.shown()["parts"] if asked.question.kind == "case" else ())])


def _answers(asked: Asked) -> str:
    question = asked.question
    match question.kind:
        case "choice":
            return "".join(f"\n{'=' if option.right else '~'}{_safe(option.text)}#{_safe(option.why)}" for option in question.options) + "\n"
        case "several":
            share = 100 / sum(option.right for option in question.options)
            return "".join(f"\n~%{share if option.right else -share:.5f}%{_safe(option.text)}#{_safe(option.why)}" for option in question.options) + "\n"
        case "true_false":
            return "TRUE" if question.holds else "FALSE"
        case "matching":
            texts = {option.id: option.text for option in question.options}
            return "".join(f"\n={_safe(pair.text)} -> {_safe(texts[pair.match])}" for pair in question.pairs) + "\n"
        case "ordering":
            return "".join(f"\n={_safe(option.text)} -> {place}" for place, option in enumerate(question.options, start=1)) + "\n"
        case "number" | "calculation":
            return f"#{keys.number(question.key)}:{keys.number(abs(question.key) * question.relative)}"
    return ""  # an essay


def _safe(text: object) -> str:
    """A text in which no sign steers the format."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", str(text or "")).replace("\n", "\\n")
