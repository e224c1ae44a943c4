"""What notebooks expect of IPython: ``display``, ``get_ipython()`` and the magics that honest notebooks use."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import time
from typing import Any

from crmlib.grading.processes.cells import Shell, Silent
from crmlib.language import message

_IGNORED = {"matplotlib", "config", "load_ext", "reload_ext", "autoreload", "precision", "pip", "conda", "gui", "colors"}
_IGNORED |= {"xmode", "pdb", "automagic", "pprint", "alias", "logstart", "env", "set_env", "history", "who", "whos", "reset"}


class Interactive:
    """The answer of ``get_ipython()``."""

    kernel = None
    config: dict = {}
    events = Silent()
    display_formatter = Silent()
    display_pub = Silent()

    def __init__(self, shell: Shell):
        self._shell = shell
        self.user_ns = shell.names

    def run_line_magic(self, name: str, line: str = "", *_):
        if name in _IGNORED:
            return None
        if name in ("time", "timeit"):
            words = line.split()
            while name == "timeit" and words and words[0].startswith("-"):
                words.pop(0)
            return self._timed(" ".join(words) if name == "timeit" else line)
        if name in ("cd", "pwd"):
            if name == "cd" and line:
                os.chdir(line.strip())
            return os.getcwd()
        if name in ("ls", "cat", "mkdir", "rm", "cp", "mv"):
            return self.system(f"{name} {line}")
        raise NameError(message("sandbox.no_magic", received=f"%{name}"))

    def run_cell_magic(self, name: str, line: str, cell: str):
        if name in ("time", "timeit", "capture", "prun"):
            if name == "capture":
                kept, self._shell.output.left = self._shell.output.left, 0
                try:
                    return self._run(cell)
                finally:
                    self._shell.output.left, self._shell.output.cut = kept, False
            return self._timed(cell)
        if name in ("bash", "sh", "script"):
            return self.system(cell)
        if name == "writefile":
            with open(line.split()[-1], "a" if "-a" in line.split() else "w", encoding="utf-8") as file:
                file.write(cell)
            return None
        if name in ("html", "markdown", "latex", "svg", "javascript", "js", "HTML"):
            return None
        raise NameError(message("sandbox.no_magic", received=f"%%{name}"))

    magic = run_line_magic

    def _run(self, source: str):
        code, last = self._shell._compile(source, f"cell magic {len(self._shell.sources)}")
        self._shell._execute(code)
        return self._shell._execute(last) if last is not None else None

    def _timed(self, source: str):
        start = time.perf_counter()
        value = self._run(source)
        print(f"{time.perf_counter() - start:.3f} s")
        return value

    def showtraceback(self, *_, **__):
        if sys.exc_info()[1] is not None:  # how widgets report an error in a handler
            self._shell._show_error(sys.exc_info()[1])

    def run_cell(self, source: str, *_, **__):
        return self._run(source)

    ex = ev = run_cell

    def system(self, command: str):
        print(_output_of(command), end="")

    def getoutput(self, command: str):
        return _output_of(command).splitlines()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()


def _output_of(command: str) -> str:
    pipe = subprocess.PIPE
    done = subprocess.run(command, shell=True, stdout=pipe, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace")


def furnish(shell: Shell) -> None:
    """Put the names of a notebook where student code and libraries look for them."""
    interactive = Interactive(shell)

    def no_input(*_):
        raise RuntimeError(message("sandbox.no_input"))

    def publish(data=None, metadata=None, **options):
        shell.show(data if isinstance(data, dict) else {}, raw=True)

    shell.names["get_ipython"] = lambda: interactive
    shell.names["display"] = shell.show
    for name in ("get_ipython", "display"):
        setattr(builtins, name, shell.names[name])
    builtins.input = no_input
    stand_ins = {
        "display": shell.show,
        "publish_display_data": publish,
        "update_display": Silent(),
        "clear_output": Silent(),
    }
    ipython: Any = sys.modules.get("IPython")
    if ipython is not None:
        ipython.get_ipython = shell.names["get_ipython"]
    for name in ("IPython.display", "IPython.core.display_functions", "IPython.core.display", "ipywidgets.widgets.interaction"):
        module = sys.modules.get(name)
        for attribute, stand_in in stand_ins.items():
            if hasattr(module, attribute):
                setattr(module, attribute, stand_in)
    plots: Any = sys.modules.get("matplotlib.pyplot")
    if plots is not None:
        plots.show = shell._show_figures  # Agg would warn that it cannot show anything
