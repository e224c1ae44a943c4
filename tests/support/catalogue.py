"""One test for a whole catalogue of cases: thousands of tests of one line each cost more than what they try."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest


def try_each(members: Iterable, check: Callable[[object], object], *, shown: Callable[[object], str] = repr) -> None:
    """Try a check on every member, whatever the others do; the failure names all that did not pass, each with its reason."""
    members, failed = list(members), []
    for member in members:
        try:
            check(member)
        except (Exception, pytest.fail.Exception) as error:
            failed.append(f"{_named(member, shown)}: {type(error).__name__}: {error}")
    assert members, "a catalogue without members tries nothing"
    assert not failed, f"{len(failed)} of {len(members)} fail:\n" + "\n".join(failed)


def _named(member: object, shown: Callable[[object], str]) -> str:
    try:
        return shown(member)
    except Exception:  # a member of a catalogue may be hostile to repr
        return f"{type(member).__name__}(…)"
