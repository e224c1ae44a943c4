"""A cell with an error leaves no value behind for the check below it: not that of an earlier run, and not none at all.

In a notebook the check sees only values. So whenever a cell ends with an error, the names that it should have given
a value get one that says so. Names that another cell has given a value keep it, as in a run from the top.
"""

from __future__ import annotations

import sys

from crmlib.check import faults
from crmlib.check.reading import is_unanswered
from crmlib.check.verdict import FormError
from crmlib.language import message

_OPERATORS = "add radd sub rsub mul rmul truediv rtruediv pow rpow neg lt gt le ge call getitem iter len float int"


class NoValue:
    """Stands for a value that its cell could not give; whoever uses it is told why."""

    def __init__(self, why: str):
        self.why = why

    def __repr__(self) -> str:
        return self.why

    def _refuse(self, *_, **__):
        raise FormError(self.why)


for _name in _OPERATORS.split():
    setattr(NoValue, f"__{_name}__", NoValue._refuse)


def watch() -> None:
    """Look at every cell that ends in the notebook where this runs; elsewhere, as in grading, there is nothing to watch."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or not hasattr(shell, "user_ns"):
        return
    givers: dict[str, object] = {}  # name to the cell that gave it its value last
    shell.events.register("post_run_cell", lambda result: _ended(result, shell.user_ns, givers))


def _ended(result, names: dict, givers: dict[str, object]) -> None:
    source = getattr(result.info, "raw_cell", None) or ""
    given = faults.names_given(source)
    cell = getattr(result.info, "cell_id", None) or frozenset(given)
    error = result.error_before_exec or result.error_in_exec
    line = line_of(error)
    lost = faults.names_not_reached(source, line) if error is not None else set()
    givers.update(dict.fromkeys(given - lost, cell))
    # A name that is there, and that another cell gave, stands as it would in a run from the top.
    stale = {name for name in lost if name not in names or givers.get(name) == cell}
    if error is not None:
        stale |= {name for name in given & names.keys() if is_unanswered(names[name])}
    if stale:
        fault = faults.of_cell(source, type(error).__name__, str(error), line)
        names.update(dict.fromkeys(stale, NoValue(message("faults.mend", fault=fault))))
        givers.update(dict.fromkeys(stale, cell))
    for name, fault in faults.without_value(source).items():
        if name not in names or givers.get(name) == cell or type(names[name]) is NoValue:
            names[name] = NoValue(message("faults.mend", fault=fault))
            givers[name] = cell


def line_of(error: BaseException | None) -> int | None:
    """The line of the cell in which an error came, however deep below it was raised."""
    step = error.__traceback__ if error is not None else None
    while step is not None:
        if step.tb_frame.f_code.co_name.startswith(("<module>", "<cell line")):
            return step.tb_lineno
        step = step.tb_next
    return None
