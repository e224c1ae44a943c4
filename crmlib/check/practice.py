"""Practice: right or wrong at once, the misconception by name, and where to read. Keys are open; nothing is graded."""

from __future__ import annotations

from dataclasses import replace

from crmlib import course
from crmlib.check import near_misses
from crmlib.check.above import NoValue
from crmlib.check.kinds import Choice, Items, Matching, Number, Numbers, Ordering, Table, judge, unanswered
from crmlib.check.reading import Unreadable, carefully, is_unanswered, shown
from crmlib.check.verdict import Verdict
from crmlib.language import listing, message


def practice(id: str, received: object) -> None:
    """Say whether the answer to a practice item such as ``"9.1a"`` is right, and if not, why; TypeError where the item is no text."""
    if not isinstance(id, str):
        raise TypeError(message("check.practice_item", received=shown(id)))
    if type(received) is NoValue:
        print(f"{id}: {received.why}")
        return
    verdict = judge_practice(id, received)
    if _unanswered(received) or verdict.reasons[:1] == (message("check.unanswered"),):
        print(f"{id}: {unanswered()}" if unanswered() != message("check.unanswered") else message("check.practice_unanswered", id=id))
    elif verdict.right:
        print(message("check.practice_right", id=id, received=shown(received)))
    else:
        print("\n".join([message("check.practice_wrong", id=id, received=shown(received)), *verdict.reasons]))


def _unanswered(received: object) -> bool:
    try:
        return carefully(is_unanswered, received)
    except Unreadable:
        return False


def judge_practice(id: str, received: object) -> Verdict:
    """The verdict on an answer to a practice item; where no misconception is known, what is asked for and where to read."""
    exercise, item = course.practice_item(id)
    wrong = [(answer, f"{exercise.number}/{name}") for answer, name in item.wrong]
    verdict = judge(_kind(exercise, item), received, wrong)
    if verdict.right or verdict.named:
        return verdict
    kind = _kind(exercise, item)
    if slip := near_misses.of_answer(kind, received):
        # In place of the general sentence; of several numbers it still says which ones are not right.
        verdict = replace(verdict, reasons=(slip,) if isinstance(kind, Number) else (*verdict.reasons[:1], slip))
    asked = (message("check.asked", asks=item.asks),) if item.asks else ()
    terms = listing(message("check.quoted", term=course.point(point).term) for point in exercise.points)
    read = message("check.where_to_read", lesson=course.lesson(exercise.lesson).number, terms=terms)
    return replace(verdict, reasons=(*verdict.reasons, *asked, read))


def options(name: str):
    """A table of the options of a set such as ``"9.8/meaning"``: write the id that stands before your choice."""
    from crmlib.show import rows

    number, _, set_name = name.partition("/")
    return rows([(option.id, str(option.text)) for option in course.exercise(number).options[set_name]])


def _kind(exercise: course.Exercise, item: course.PracticeItem):
    if item.kind == "number":
        return Number(item.key, item.unit, item.relative, item.absolute)
    if item.kind == "numbers":
        return Numbers(item.key, None, item.unit, item.relative, item.absolute)
    if item.kind == "table":
        columns = tuple(item.key)
        return Table({name: list(column) for name, column in item.key.items()}, columns, item.relative, item.absolute)
    if item.kind == "matching":
        keys, _, values = item.options.partition(" -> ")
        return Matching(item.key, exercise.options[keys], exercise.options[values])
    return {"choice": Choice, "several": Items, "ordering": Ordering}[item.kind](item.key, exercise.options[item.options])
