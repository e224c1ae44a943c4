"""Check a function by calling it: ordinary cases, cases it must refuse, and the ways it typically goes wrong."""

from __future__ import annotations

import contextlib
import io
import math
import warnings

from crmlib.check.kinds import Number
from crmlib.check.reading import Unreadable, as_number, shown
from crmlib.check.verdict import FormError, Verdict, misconception, points_earned
from crmlib.language import message


def function(received, *, example=None, cases=None, refuses=(), wrong=None, scaled=None, relative=0.005, absolute=0.0, unit="", points=None):
    """A function that turns named arguments into one number.

    ``example`` (arguments) alone checks the form. ``cases`` is a list of (arguments, number due); ``refuses`` lists
    arguments for which an error, None or infinity is right; ``wrong`` maps misconceptions to the function that
    somebody with that misconception would write; ``scaled`` does so up to a constant factor.
    """
    if cases is None:
        return _form(received, example or {}, unit)
    if points is None:
        raise TypeError(message("check.points_needed"))
    kind = Number(None, unit, relative, absolute)
    return points_earned(judge_function(received, cases, refuses, wrong or {}, scaled or {}, kind), points)


def judge_function(received, cases, refuses, wrong, scaled, kind: Number) -> Verdict:
    """Call the function for every case; each case is worth the same, refusals only beside a right case."""
    if not callable(received):
        return Verdict(0.0, (message("check.not_a_function", received=shown(received)),))
    results = [call(received, arguments) for arguments, _ in cases]
    right = [not outcome.failed and kind.same(outcome.number, due) for outcome, (_, due) in zip(results, cases)]
    refused = [_refuses(call(received, arguments)) for arguments in refuses]
    if not any(right):
        refused = [False] * len(refused)  # a function that never answers has not refused anything
    share = (sum(right) + sum(refused)) / (len(cases) + len(refuses))
    if share >= 1:
        return Verdict(1.0)
    named = [name for name, other in wrong.items() if _behaves_like(other, cases, results, right, kind)]
    named += [name for name, other in scaled.items() if _is_proportional(other, cases, results)]
    if named:
        return Verdict(share, (misconception(named[0]),))
    return Verdict(share, _reasons(cases, results, right, refuses, refused, kind))


def _reasons(cases, results, right, refuses, refused, kind):
    for (arguments, _), outcome, fine in zip(cases, results, right):
        if not fine:
            return (message("check.call_wrong", call=_call_shown(arguments), result=outcome.shown),)
    for arguments, fine in zip(refuses, refused):
        if not fine:
            return (message("check.should_refuse", call=_call_shown(arguments)),)
    return ()


def _behaves_like(other, cases, results, right, kind: Number) -> bool:
    """The wrong cases are wrong exactly as the misconception would have them."""
    told = False
    for (arguments, _), outcome, fine in zip(cases, results, right):
        if fine:
            continue
        theirs = call(other, arguments)
        if outcome.failed and theirs.failed:
            continue  # both break here: that neither speaks for nor against the misconception
        if outcome.failed or theirs.failed or not kind.same(outcome.number, theirs.number):
            return False
        told = True
    return told


def _is_proportional(other, cases, results) -> bool:
    """Every result is the same multiple of what the misconception gives."""
    theirs = [call(other, arguments) for arguments, _ in cases]
    if any(outcome.failed for outcome in (*theirs, *results)) or not results[0].number:
        return False
    factor = theirs[0].number / results[0].number
    return all(math.isclose(mine.number * factor, their.number, rel_tol=1e-6) for mine, their in zip(results, theirs))


class Outcome:
    """What a call gave: a number, or a failure that can be shown."""

    def __init__(self, number=math.nan, failed=False, shown="", error=None, nothing=False):
        self.number, self.failed, self.shown, self.error, self.nothing = number, failed, shown, error, nothing


def call(function, arguments) -> Outcome:
    """Call with named arguments; prints and warnings of the function cost nothing."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            result = function(**arguments)
    except (Exception, SystemExit) as error:
        return Outcome(failed=True, error=error, shown=f"{type(error).__name__}: {error}"[:160])
    if result is None:
        return Outcome(failed=True, nothing=True, shown="None")
    try:
        return Outcome(number=as_number(result), shown=shown(result))
    except Unreadable as error:
        return Outcome(failed=True, error=error, shown=shown(result))


def _refuses(outcome: Outcome) -> bool:
    if outcome.nothing or isinstance(outcome.error, (ValueError, ArithmeticError, AssertionError)) and not isinstance(outcome.error, Unreadable):
        return True
    return not outcome.failed and math.isinf(outcome.number)


def _form(received, example, unit) -> None:
    if not callable(received):
        raise FormError(message("check.not_a_function", received=shown(received)))
    outcome = call(received, example)
    if outcome.nothing:
        raise FormError(message("check.returns_nothing", call=_call_shown(example)))
    if outcome.failed:
        raise FormError(message("check.call_fails", call=_call_shown(example), result=outcome.shown))
    print(message("check.form_function", call=_call_shown(example), result=outcome.shown))


def _call_shown(arguments) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
