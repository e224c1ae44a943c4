"""One test for a whole catalogue of cases: thousands of tests of one line each cost more than what they try."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable

import pytest

from crmlib.language import use_language


def try_each(members: Iterable, check: Callable[[object], object], *, shown: Callable[[object], str] = repr) -> None:
    """Try a check on every member, whatever the others do; the failure names all that did not pass, each with its reason."""
    members, failed = list(members), []
    for member in members:
        try:
            check(member)
        except (Exception, pytest.fail.Exception) as error:
            failed.append(f"{_named(member, shown)}: {type(error).__name__}: {error}{_where(error)}")
    assert members, "a catalogue without members tries nothing"
    assert not failed, f"{len(failed)} of {len(members)} fail:\n" + "\n".join(failed)


def every(names: str | Iterable[str], cases: Iterable, *, ids: Iterable[str] | Callable[[object], object] | None = None) -> Callable[[Callable], Callable]:
    """As ``pytest.mark.parametrize``, but all cases are one test: for cases that take a few milliseconds each.

    Each case begins in English, with a folder of its own for ``tmp_path``, nothing patched by ``monkeypatch`` and nothing
    heard by ``capsys`` or ``capfd``, as a test does. Decorators above one another give every combination.
    """
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    cases = list(cases)
    assert not any(isinstance(case, type(pytest.param())) for case in cases), "a case with a mark of its own is a test of its own"
    told = [ids(case) if callable(ids) else None for case in cases] if callable(ids) or ids is None else list(ids)

    def decorate(test: Callable) -> Callable:
        function, axes = getattr(test, "catalogue", (test, []))
        axes = [*axes, [(dict(zip(names, case if len(names) > 1 else [case], strict=True)), name) for case, name in zip(cases, told, strict=True)]]
        asked = {name for axis in axes for name in axis[0][0]} if all(axes) else set()
        signature = inspect.signature(function)

        @functools.wraps(test)
        def all_cases(**fixtures):
            folders = itertools.count()

            def check(combination) -> None:
                use_language("en")
                own = dict(fixtures)
                if "tmp_path" in own:
                    own["tmp_path"] = own["tmp_path"] / str(next(folders))
                    own["tmp_path"].mkdir()
                try:
                    function(**own, **{name: value for values, _ in combination for name, value in values.items()})
                except pytest.skip.Exception as error:
                    raise AssertionError(f"a case of a catalogue cannot be skipped: {error}") from None
                finally:
                    if "monkeypatch" in own:
                        own["monkeypatch"].undo()
                    for heard in own.keys() & {"capsys", "capfd"}:
                        own[heard].readouterr()

            try_each(itertools.product(*reversed(axes)), check, shown=_case)

        all_cases.catalogue = function, axes
        all_cases.__signature__ = signature.replace(parameters=[each for name, each in signature.parameters.items() if name not in asked])
        return all_cases

    return decorate


def _case(combination) -> str:
    return "-".join(str(name) if name is not None else ", ".join(_named(value, repr)[:80] for value in values.values()) for values, name in combination)


def _where(error: BaseException) -> str:
    """The line of the test in which something else than its own assertion failed."""
    trace = error.__traceback__
    lines = []
    while trace is not None:
        if "/tests/" in (file := trace.tb_frame.f_code.co_filename.replace("\\", "/")) and not file.endswith("support/catalogue.py"):
            lines.append(f" ({file.rpartition('/')[2]}, line {trace.tb_lineno})")
        trace = trace.tb_next
    return lines[0] if lines and not isinstance(error, AssertionError) else ""


def _named(member: object, shown: Callable[[object], str]) -> str:
    try:
        return shown(member)
    except Exception:  # a member of a catalogue may be hostile to repr
        return f"{type(member).__name__}(…)"
