"""From a calculation and a seed to a question with numbers: the same seed gives the same numbers, on every machine."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from crmlib import course
from crmlib.calculations.formulas import compute
from crmlib.language import LANGUAGES, Text, message

DRAWS = 200  # of which most tasks need one or two: numbers are drawn again where a mistake would give the right answer
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "!=": operator.ne}


class Degenerate(ValueError):
    """Numbers of which the task cannot be made: no answer, or a mistake that would be marked right."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn and computed: every number by name, the answer unrounded, and each mistake's answer."""

    values: Mapping[str, float]
    answer: float
    mistakes: tuple[float, ...]
    draws: int


def drawn(question: course.Question, seed: int) -> course.Question:
    """The calculation as a question for a number, with the numbers of this seed in its texts.

    >>> from crmlib import course
    >>> [question] = [each for each in course.questions("09-loyalty-economics") if each.id == "09-c01"]
    >>> drawn(question, 7) == drawn(question, 7) != drawn(question, 8)
    True
    """
    task, found = _task(question), draw(question, seed)
    numbers = {**found.values, "answer": found.answer}
    wrong = tuple(
        course.WrongNumber(answer, mistake.misconception, mistake.why and _filled(mistake.why, question, {**numbers, "received": answer}))
        for mistake, answer in zip(task.mistakes, found.mistakes, strict=True)
    )
    return replace(
        question,
        kind="number",
        key=found.answer,
        relative=_tolerance(question, found.answer),
        wrong=wrong,
        calculation=None,
        text=_filled(question.text, question, numbers),
        why=question.why and _filled(question.why, question, numbers),
        hint=question.hint and _filled(question.hint, question, numbers),
    )


def draw(question: course.Question, seed: int) -> Drawn:
    """The numbers of this seed; drawn again until the task has an answer and every mistake another one."""
    task = _task(question)
    chance = random.Random(f"{question.id}/{seed}")
    reason: Exception = Degenerate(question.id)
    choices = {name: each.drawable() for name, each in task.parameters.items()}
    for count in range(1, DRAWS + 1):
        # random() alone is promised to give the same sequence in every version of Python.
        values = {name: some[int(chance.random() * len(some))] for name, some in choices.items()}
        try:
            return _computed(question, values, count)
        except LookupError as error:
            raise course.CourseError(message("calculations.unusable", file=_file(question), place=question.id, reason=error.args[0])) from None
        except (ArithmeticError, ValueError, TypeError) as error:  # a formula may refuse what was drawn
            reason = error
    raise course.CourseError(message("calculations.none", file=_file(question), place=question.id, draws=DRAWS, reason=reason)) from reason


def _file(question: course.Question) -> str:
    return f"course/calculations/{question.lesson}.toml"


def _computed(question: course.Question, values: dict[str, float], count: int) -> Drawn:
    task = _task(question)
    _meet(task, values)
    for name, step in task.steps.items():
        values[name] = compute(step.formula, step.arguments, values)
        _finite(values[name])
    _meet(task, values)
    answer = _finite(compute(task.formula, task.arguments, values))
    mistakes = tuple(_finite(compute(each.formula, each.arguments, values)) for each in task.mistakes)
    last = 10.0 ** -_decimals(task)  # a unit of the last decimal: what is nearer than that may round to the same
    if abs(answer) < last:
        raise Degenerate(message("calculations.zero", place=question.id))
    apart = max(0.999 * last, 2 * _tolerance(question, answer) * abs(answer))
    seen = [answer]
    for mistake in mistakes:
        if any(abs(mistake - other) <= apart for other in seen):
            raise Degenerate(message("calculations.alike", place=question.id, received=_written(mistake, task.show, task.decimals, "en")))
        seen.append(mistake)
    return Drawn(values, answer, mistakes, count)


def _meet(task: course.Calculation, values: Mapping[str, float]) -> None:
    """Refuse numbers that do not meet the task's comparisons; those that name a later step wait for it."""
    for condition in task.require:
        left, sign, right = condition.split()
        one, other = (values.get(side, _constant(side)) for side in (left, right))
        if one is not None and other is not None and not COMPARISONS[sign](one, other):
            raise Degenerate(condition)


def _constant(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _task(question: course.Question) -> course.Calculation:
    if question.calculation is None:
        raise TypeError(message("calculations.none_of_these", received=question.id))
    return question.calculation


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Degenerate(repr(value))
    return value if isinstance(value, int) else float(f"{value:.12g}")  # without the noise of binary fractions


def _tolerance(question: course.Question, answer: float) -> float:
    """The share by which an answer may be off: the question's own, and where it has to be rounded at least half a unit of its last decimal."""
    decimals = _decimals(_task(question))
    if not answer or abs(answer - round(answer, decimals)) < 1e-9 * abs(answer):
        return question.relative
    return max(question.relative, 0.5001 * 10.0**-decimals / abs(answer))


def _decimals(task: course.Calculation) -> int:
    """How many decimals the answer itself has; a per cent with one decimal has three."""
    return task.decimals + 2 * (task.show == "percent")


def _filled(text: Text, question: course.Question, values: Mapping[str, float]) -> Text:
    """A text with its numbers, written as each language does."""
    return Text(*(text.in_language(language).format_map(_words(question, values, language)) for language in LANGUAGES))


def _words(question: course.Question, values: Mapping[str, float], language: str) -> dict[str, str]:
    task, found = _task(question), {}
    for name, value in values.items():
        if name in task.parameters:
            found[name] = _written(value, task.parameters[name].show, 8, language)
        elif name in task.steps:
            found[name] = _written(value, task.steps[name].show, task.steps[name].decimals, language)
        else:
            found[name] = _written(value, task.show, task.decimals, language)
    return found


def _written(value: float, show: str, decimals: int, language: str) -> str:
    """A number as a text writes it: without zeros at its end, a share as a percentage."""
    # Half is rounded up, as on paper: 6.625 % is 6.63 %.
    exact = Decimal(repr(round(float(value * 100 if show == "percent" else value), 10)))
    number = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
    words = f"{number:,.{decimals}f}" if language == "en" else f"{number:.{decimals}f}"
    words = (words.rstrip("0").rstrip(".") if "." in words else words).replace("-", "−")
    return words + {"en": " %", "zh": "%"}[language] if show == "percent" else words
