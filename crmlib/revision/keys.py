"""The key of a question as the page would send it, and as a reader is told: for papers with a key, and for other programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmlib.course import Question
from crmlib.language import listing, message
from crmlib.questions import Asked

_GIVEN: dict[str, Callable[[Question, list[str]], Any]] = {
    "choice": lambda question, right: right[0],
    "several": lambda question, right: right,
    "true_false": lambda question, right: {"holds": "true" if question.holds else "false", "reason": right[0]},
    "matching": lambda question, right: {str(place): pair.match for place, pair in enumerate(question.pairs)},
    "ordering": lambda question, right: [option.id for option in question.options],
    "list": lambda question, right: "\n".join(str(item.text) for item in question.items[: question.count]),
    "number": lambda question, right: repr(question.key),
    "calculation": lambda question, right: repr(question.key),
}


def given(asked: Asked) -> Any:
    """The right answer as a page sends it.

    >>> from crmlib.revision.cards import all_cards
    >>> given(all_cards()["09-02"].asked())
    'c'
    """
    question = asked.question
    return _GIVEN[question.kind](question, [option.id for option in question.options if option.right])


def said(asked: Asked) -> list[str]:
    """The right answer in words, line by line, without the reasons."""
    question = asked.question
    texts = {option.id: str(option.text) for option in question.options}
    match question.kind:
        case "choice" | "several":
            return [str(option.text) for option in question.options if option.right]
        case "true_false":
            return [
                message("self_check.holds" if question.holds else "self_check.holds_not"),
                *(str(option.text) for option in question.options if option.right),
            ]
        case "matching":
            return [message("revision.pair", text=pair.text, option=texts[pair.match]) for pair in question.pairs]
        case "ordering":
            return [f"{place}. {option.text}" for place, option in enumerate(question.options, start=1)]
        case "list":
            found = [str(item.text) for item in question.items]
            return found if len(found) == question.count else [message("revision.any_of", count=question.count, items=listing(found))]
        case "number" | "calculation":
            return [number(question.key)]
    return [str(part.answer) for part in question.written]


def number(key: float) -> str:
    """A key as it is printed, without digits that nobody types."""
    return f"{key:.10g}"


def why(asked: Asked) -> str:
    """Why the answer is right; empty where the model answer says it."""
    return str(asked.question.why) if asked.question.why else ""
