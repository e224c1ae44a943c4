"""What the course's kernel does for a student: any cell may be run first, and an unknown name is explained.

``start.py`` loads this as an IPython extension; a notebook opened elsewhere works without it, set-up cell first.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from crmlib.language import message

SET_UP = "setup"  # the id of the first code cell of every notebook


def load_ipython_extension(shell) -> None:
    """Called by IPython when the kernel starts."""
    shell.events.register("pre_run_cell", _Beginning(shell))
    shell.set_custom_exc((NameError,), _explain)


class _Beginning:
    """Before the first cell runs, the notebook's set-up cell is run, unless it is the first itself."""

    def __init__(self, shell):
        self.shell = shell

    def __call__(self, info) -> None:
        self.shell.events.unregister("pre_run_cell", self)
        source = set_up_of(Path(os.path.basename(os.environ.get("JPY_SESSION_NAME", ""))))
        if source and getattr(info, "cell_id", None) != SET_UP and info.raw_cell.strip() != source.strip():
            self.shell.run_cell(source, store_history=False, silent=True)


def set_up_of(notebook: Path) -> str:
    """The source of a notebook's set-up cell, or nothing where there is none to be read."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return "".join(next(cell["source"] for cell in cells if cell.get("id") == SET_UP and cell["cell_type"] == "code"))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return ""


def _explain(shell, kind, error, trace, tb_offset=None):
    """What a student reads instead of a traceback, where the name was missing in a cell; else the traceback."""
    last = trace
    while last.tb_next is not None:
        last = last.tb_next
    if not error.name or last.tb_frame.f_globals is not shell.user_ns:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return None
    print(message("opening.unknown_name", name=error.name))  # a sentence, not a red block: nothing is broken
    return []
