"""Check a function by calling it: ordinary cases, cases it must refuse, and the ways it typically goes wrong."""

from __future__ import annotations

import copy
import inspect
import math
from itertools import zip_longest

from crmlib.check.above import NoValue
from crmlib.check.kinds import MISSING, Number, Numbers, _WithOptions
from crmlib.check.reading import Unreadable, as_ordered, carefully, one_line, quiet, shown
from crmlib.check.verdict import FormError, Verdict, misconception, of_part, points_earned
from crmlib.language import message


def function(
    received,
    *,
    example=None,
    cases=None,
    refuses=(),
    wrong=None,
    scaled=None,
    relative=0.005,
    absolute=0.0,
    unit="",
    options=None,
    count=None,
    points=None,
    part="",
):
    """A function that turns named arguments into one number, with ``count`` into so many numbers in order, or, with
    ``options``, into an option or a list of them in order.

    ``example`` (arguments) alone checks the form. ``cases`` is a list of (arguments, result due); ``refuses`` lists
    arguments for which an error, None or infinity is right; ``wrong`` maps misconceptions to the function that
    somebody with that misconception would write; ``scaled`` does so up to a constant factor.
    """
    kind = Labels(options) if options is not None else Several(count, unit, relative, absolute) if count else Number(None, unit, relative, absolute)
    if cases is None:
        return _form(received, example or {}, kind, part)
    if points is None:
        raise TypeError(message("check.points_needed"))
    verdict = judge_function(received, cases, refuses, wrong or {}, scaled or {}, kind)
    return points_earned(verdict, points, received, verdict.due)


class Several(Numbers):
    """What a function gives that answers with several numbers in order."""

    def __init__(self, count, unit, relative, absolute):
        super().__init__(MISSING, count, unit, relative, absolute)

    def same(self, got, due) -> bool:
        return all(one is not None and self.one.same(one, other) for one, other in zip(got, due))

    def mistaken(self, got, bad, due) -> bool:
        return all(one is not None and other is not None and self.one.mistaken(one, other, right) for one, other, right in zip(got, bad, due))


class Labels(_WithOptions):
    """What a function gives that answers with options: one, or a list of them in order."""

    def read(self, received) -> tuple[str, ...]:
        return tuple(self.chosen(received, as_ordered))

    def same(self, got, due) -> bool:
        return got == ((due,) if isinstance(due, str) else tuple(due))

    def mistaken(self, got, bad, due) -> bool:
        return got == bad


def judge_function(received, cases, refuses, wrong, scaled, kind: Number | Several | Labels) -> Verdict:
    """Call the function for every case; each case is worth the same, refusals only beside a right case."""
    if not callable(received) or type(received) is NoValue:
        return Verdict(0.0, (message("check.not_a_function", received=shown(received)),), _due(cases, (), refuses, ()))
    results = [call(received, arguments, kind) for arguments, _ in cases]
    right = [not outcome.failed and kind.same(outcome.number, due) for outcome, (_, due) in zip(results, cases)]
    refused = [_refuses(call(received, arguments, kind)) for arguments in refuses]
    if not any(right):
        refused = [False] * len(refused)  # a function that never answers has not refused anything
    share = (sum(right) + sum(refused)) / (len(cases) + len(refuses))
    due = _due(cases, right, refuses, refused)
    if share >= 1:
        return Verdict(1.0, due=due)
    named = [name for name, other in wrong.items() if _behaves_like(other, cases, results, right, kind)]
    named += [name for name, other in scaled.items() if _is_proportional(other, cases, results)]
    if named:
        return Verdict(share, (misconception(named[0]),), due, named[0])
    return Verdict(share, _reasons(cases, results, right, refuses, refused, kind), due)


def _due(cases, right, refuses, refused) -> str:
    """What the calls should give, with the first that does not; with no results yet that is the first of all."""
    count = len(cases) + len(refuses)
    for (arguments, due), fine in zip(cases, [*right, *[False] * (len(cases) - len(right))]):
        if not fine:
            return message("checks.due_case", count=count, call=_call_shown(arguments), due=shown(due))
    for arguments, fine in zip_longest(refuses, refused, fillvalue=False):
        if not fine:
            return message("checks.due_refusal", count=count, call=_call_shown(arguments))
    return message("checks.due_cases", count=count)


def _reasons(cases, results, right, refuses, refused, kind):
    if all(outcome.unanswered for outcome in results):
        return (message("check.unanswered"),)
    for (arguments, _), outcome, fine in zip(cases, results, right):
        if not fine and outcome.unanswered:
            return (message("check.call_open", call=_call_shown(arguments)),)
        if not fine:
            return (message("check.call_wrong", call=_call_shown(arguments), result=outcome.shown),)
    for arguments, fine in zip(refuses, refused):
        if not fine:
            return (message("check.should_refuse", call=_call_shown(arguments)),)
    return ()


def _behaves_like(other, cases, results, right, kind: Number | Several | Labels) -> bool:
    """The wrong cases are wrong exactly as the misconception would have them."""
    told = False
    for (arguments, due), outcome, fine in zip(cases, results, right):
        if fine:
            continue
        theirs = call(other, arguments, kind)
        if outcome.failed and theirs.failed:
            continue  # both break here: that neither speaks for nor against the misconception
        if outcome.failed or theirs.failed or not kind.mistaken(outcome.number, theirs.number, due):
            return False
        told = True
    return told


def _is_proportional(other, cases, results) -> bool:
    """Every result is the same multiple of what the misconception gives."""
    theirs = [call(other, arguments, Number(None)) for arguments, _ in cases]
    if any(outcome.failed for outcome in (*theirs, *results)) or not results[0].number:
        return False
    factor = theirs[0].number / results[0].number
    return all(math.isclose(mine.number * factor, their.number, rel_tol=1e-6) for mine, their in zip(results, theirs))


class Outcome:
    """What a call gave: a number (or options), or a failure that can be shown; ``unanswered`` where the function's ``...`` still stands."""

    def __init__(self, number=math.nan, failed=False, shown="", error=None, nothing=False, unanswered=False):
        self.number, self.failed, self.shown, self.error = number, failed, shown, error
        self.nothing, self.unanswered = nothing, unanswered


def call(function, arguments, kind) -> Outcome:
    """Call with named arguments; what the function prints, warns of or does to its arguments costs nothing."""
    try:
        with quiet():
            result = function(**copy.deepcopy(arguments))
            if inspect.iscoroutine(result):
                result.close()  # a coroutine that nobody awaits complains on stderr when it goes
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a function may raise SystemExit and worse
        shown_error = _error_shown(error)
        # Where one of the frame's dots still stands, Python stumbles over it by this name.
        return Outcome(failed=True, error=error, shown=shown_error, unanswered=isinstance(error, TypeError) and "ellipsis" in shown_error)
    if result is None:
        return Outcome(failed=True, nothing=True, shown="None")
    if result is Ellipsis or (type(result) is list and any(entry is Ellipsis for entry in result)):
        return Outcome(failed=True, unanswered=True, shown="...")  # "return ..." stands in the frame until the answer takes its place
    try:
        return Outcome(number=carefully(kind.read, result), shown=shown(result))
    except Unreadable as error:
        return Outcome(failed=True, error=error, shown=shown(result))


def _refuses(outcome: Outcome) -> bool:
    if outcome.nothing or isinstance(outcome.error, (ValueError, ArithmeticError, AssertionError)) and not isinstance(outcome.error, Unreadable):
        return True
    return not outcome.failed and isinstance(outcome.number, float) and math.isinf(outcome.number)


def _form(received, example, kind, part) -> None:
    if type(received) is NoValue:
        raise FormError(received.why, part)
    if not callable(received):
        raise FormError(message("check.not_a_function", received=shown(received)), part)
    outcome = call(received, example, kind)
    if outcome.unanswered:
        raise FormError(message("check.call_open", call=_call_shown(example)), part)
    if outcome.nothing:
        raise FormError(message("check.returns_nothing", call=_call_shown(example)), part)
    if outcome.failed:
        raise FormError(_gives_something_else(kind, call=_call_shown(example), result=outcome.shown), part)
    print(of_part(message("check.form_function", call=_call_shown(example), result=outcome.shown), part))


def _gives_something_else(kind, **shown_call) -> str:
    if isinstance(kind, Labels):
        return message("check.call_gives_no_option", options=kind.shown_options(), **shown_call)
    if isinstance(kind, Several):
        return message("check.call_gives_other_numbers", count=kind.count, **shown_call)
    return message("check.call_fails", **shown_call)


def _call_shown(arguments) -> str:
    return one_line(", ".join(f"{name}={shown(value)}" for name, value in arguments.items()), 200)


def _error_shown(error: BaseException) -> str:
    try:
        with quiet():
            text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    return one_line(text, 160)
