"""The two warm processes that grading keeps: the sandbox for student code and the trusted process for tests."""

from __future__ import annotations

import atexit
import contextlib

from crmlib.grading.doors.settings import settings
from crmlib.grading.processes.settings import Settings
from crmlib.grading.sandbox.sandbox import Sandbox
from crmlib.grading.trusted.checker import Checker

_kept: dict[Settings, contextlib.ExitStack] = {}
_pairs: dict[Settings, tuple[Sandbox, Checker]] = {}


@contextlib.contextmanager
def workers(config=None):
    """A sandbox and a checker for the length of a run."""
    with pair(settings(config)) as both:
        yield both


@contextlib.contextmanager
def pair(wanted: Settings):
    """The same with limits that were read before."""
    with Checker(wanted) as checker, Sandbox(wanted) as sandbox:  # the first one compiles what the second only reads
        yield sandbox, checker


def kept_workers(config=None) -> tuple[Sandbox, Checker]:
    """The same for a process that grades now and then, such as the server behind formgrader: started once, ended with it."""
    wanted = settings(config)
    if wanted not in _pairs:
        stack = _kept[wanted] = contextlib.ExitStack()
        checker = stack.enter_context(Checker(wanted))
        _pairs[wanted] = (stack.enter_context(Sandbox(wanted)), checker)
        atexit.register(stack.close)
    return _pairs[wanted]

