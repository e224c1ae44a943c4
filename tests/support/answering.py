"""What somebody who knows the key of a question answers: on a page, and in a terminal."""

from __future__ import annotations

from crmlib import questions


def right_answer(asked: questions.Asked):
    """What the key of a question says, as the page would send it."""
    question = asked.question
    right = [option.id for option in question.options if option.right]
    return {
        "choice": lambda: right[0],
        "several": lambda: right,
        "true_false": lambda: {"holds": "true" if question.holds else "false", "reason": right[0]},
        "matching": lambda: {str(place): pair.match for place, pair in enumerate(question.pairs)},
        "ordering": lambda: [option.id for option in question.options],
        "list": lambda: "\n".join(str(item.text) for item in question.items[: question.count]),
        "number": lambda: str(question.key),
        "calculation": lambda: repr(question.key),
    }[question.kind]()


def typed(asked: questions.Asked) -> list[str]:
    """The key as somebody types it."""
    shown, given = asked.shown(), right_answer(asked)
    letter = {option["id"]: "abcdefghijklmnopqrstuvwxyz"[place] for place, option in enumerate(shown.get("options", ()))}
    match shown["form"]:
        case "choice":
            return [letter[given].upper()]
        case "several":
            return ["、".join(letter[id] for id in given)]
        case "true_false":
            return [f"{'T' if given['holds'] == 'true' else '错'} {letter[given['reason']]}"]
        case "matching":
            return [" ".join(f"{place}{letter[given[pair['id']]]}" for place, pair in enumerate(shown["pairs"], start=1))]
        case "ordering":
            return [" ".join(letter[id] for id in given)]
        case "list":
            return [*given.splitlines(), ""]
    return [given]
