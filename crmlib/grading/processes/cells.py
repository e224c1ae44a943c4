"""Runs the cells of one notebook inside the child: ``exec``, displays, plain short tracebacks, the usual magics.

A light shell and not IPython's: no history, no hooks, no coloured tracebacks, which cost more than everything else
in a failing notebook. Comms go nowhere, so widgets are made and shown as their text. What is emitted here is only
ever shown; marks come from elsewhere.
"""

from __future__ import annotations

import builtins

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a submission may replace builtins for itself, not for its runner

import _signal as signal
import ast
import io
import linecache
import sys
import threading
import traceback
import types
from base64 import b64encode

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_REPRESENTATIONS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
}
_PICTURE_BYTES = 2_000_000


class Stopped(BaseException):
    """Raised in a cell whose time is over, so that its traceback can say where it was."""


class Output:
    """Sends outputs on, and cuts them at the limit: what lies beyond is counted and dropped."""

    def __init__(self, send, settings: dict):
        self.send, self.settings = send, settings
        self.lock = threading.RLock()
        self.start()

    def start(self) -> None:
        self.left, self.dropped, self.cut, self.sent = self.settings["output_bytes"], 0, False, 0
        self.pending: dict[str, list[str]] = {}
        self.waiting = 0

    def text(self, name: str, text: str) -> None:
        with self.lock:
            if len(text) > self.left:
                self.dropped += len(text) - self.left
                self.cut = True
                text = text[: self.left]
                if self.dropped > self.settings["flood_bytes"]:
                    self.flush()
                    raise Stopped("output")
            if not text:
                return
            self.left -= len(text)
            if self.pending and name not in self.pending:
                self.flush()
            self.pending.setdefault(name, []).append(text)
            self.waiting += len(text)
            # A print is sent at once, so that it outlives a crash; many prints travel together.
            if self.waiting > 4096 or (self.sent < 100 and text.endswith("\n")):
                self.flush()

    def flush(self) -> None:
        with self.lock:
            pending, self.pending, self.waiting = self.pending, {}, 0
            for name, parts in pending.items():
                self.sent += 1
                self.send({"output": {"output_type": "stream", "name": name, "text": "".join(parts)}})

    def rich(self, kind: str, data: dict, **more) -> None:
        with self.lock:
            self.flush()
            size = sum(len(text) for text in data.values())
            if size > self.left + _PICTURE_BYTES * ("image/png" in data):
                data = {"text/plain": data.get("text/plain", "")[: self.left]}
                self.cut = True
            self.left = max(self.left - len(data.get("text/plain", "")) - len(data.get("text/html", "")), 0)
            self.send({"output": {"output_type": kind, "data": data, "metadata": {}, **more}})


class Stream(io.TextIOBase):
    """``sys.stdout`` and ``sys.stderr`` of the cells."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, output: Output, name: str, descriptor: int):
        self._output, self.name, self._descriptor = output, f"<{name}>", descriptor
        self._stream = name

    def write(self, text) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._output.text(self._stream, str.__str__(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self._output.flush()

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:  # a submission that closes its output still gets its tracebacks
        pass

    @property
    def buffer(self):
        self._output.flush()
        return io.FileIO(self._descriptor, "wb", closefd=False)


class Shell:
    """The namespace of one notebook and how its cells run."""

    def __init__(self, send, settings: dict, folder: str):
        self.settings, self.folder = settings, folder
        self.output = Output(send, settings)
        self.streams = Stream(self.output, "stdout", 1), Stream(self.output, "stderr", 2)
        self.module = types.ModuleType("__main__", "The notebook")
        self.names = self.module.__dict__
        self.names["__builtins__"] = builtins
        self.count = 0
        self.sources: dict[str, list[str]] = {}

    def run(self, source: str, cell: str, seconds: float) -> dict:
        """Run one cell; what it shows has been sent when this returns."""
        self.output.start()
        self.count += 1
        sys.stdout, sys.stderr = self.streams
        sys.modules["__main__"] = self.module
        filename = f"cell {cell}"
        ended: str | None = None
        error: BaseException | None = None
        ok = False
        try:
            try:
                CLOCK.start(seconds)
                code, last = self._compile(source, filename)
                self._execute(code)
                if last is not None:
                    self._show_value(self._execute(last))
                ok = True
            except Stopped as stopped:
                ended, error = str(stopped.args[0] if stopped.args else "time"), stopped
            except MemoryError as failure:
                ended, error = "memory", failure
            except BaseException as failure:  # SystemExit and KeyboardInterrupt end a cell, not the session
                error = failure
            if error is not None:
                self._show_error(error)
            if ended is None:
                self._show_figures()
        except Stopped:  # the clock rang while a traceback or a picture was being made
            ended, ok = ended or "time", ok and ended is None
        except BaseException:
            ok = False
        finally:
            CLOCK.start(0)
        try:
            self.output.flush()
        except BaseException:
            pass
        return {"ok": ok, "ended": ended, "cut": self.output.cut}

    def _compile(self, source: str, filename: str):
        try:
            tree = _parse(source, filename)
        except SyntaxError:
            if not any(sign in source for sign in "%!?"):
                raise
            from IPython.core.inputtransformer2 import TransformerManager

            source = TransformerManager().transform_cell(source)
            tree = _parse(source, filename)
        lines = source.splitlines(keepends=True)
        self.sources[filename] = lines
        linecache.cache[filename] = (len(source), None, lines, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
            last = compile(ast.Expression(tree.body.pop().value), filename, "eval", _AWAIT, True)
        return compile(tree, filename, "exec", _AWAIT, True), last

    def _execute(self, code):
        result = eval(code, self.names)
        if code.co_flags & 0x80:  # top-level await made it a coroutine
            import asyncio

            return asyncio.run(result)
        return result

    def _show_value(self, value) -> None:
        if value is None:
            return
        self.names["_"] = value
        self.output.rich("execute_result", self.represent(value), execution_count=self.count)

    def represent(self, value) -> dict:
        """The mime types of a value. A representation that fails is left out: it must not cost the cell."""
        limit = self.settings["output_bytes"]
        data: dict[str, str] = {}
        kind = type(value)
        if self.settings["pictures"] and kind.__module__.startswith("matplotlib.") and kind.__name__ == "Figure":
            data["image/png"] = picture(value)
        methods = _REPRESENTATIONS.items() if not isinstance(value, type) else ()
        bundle = self._attempt(value, "_repr_mimebundle_") if methods else None
        if isinstance(bundle, tuple):
            bundle = bundle[0]
        if isinstance(bundle, dict):
            data |= {str(mime): _as_text(content) for mime, content in bundle.items() if isinstance(content, (str, bytes))}
        for mime, method in methods:
            if mime not in data and hasattr(kind, method):
                content = self._attempt(value, method)
                content = content[0] if isinstance(content, tuple) else content
                if isinstance(content, (str, bytes)):
                    data[mime] = _as_text(content)
        if "text/plain" not in data:
            try:
                data["text/plain"] = str.__str__(repr(value))
            except Exception as failure:
                data["text/plain"] = f"<{kind.__name__}: {type(failure).__name__}>"
        data["text/plain"] = data["text/plain"][:limit]
        return data

    def _attempt(self, value, method):
        try:
            found = getattr(type(value), method, None)
            return found(value) if found is not None else None
        except Exception:
            return None

    def show(self, *values, **options):
        """What ``display`` does; handles for later updates are given and lead nowhere."""
        for value in values:
            data = value if options.get("raw") and isinstance(value, dict) else self.represent(value)
            self.output.rich("display_data", {str(mime): _as_text(content) for mime, content in data.items()})
        return Silent() if options.get("display_id") else None

    def _show_figures(self, *_, **__) -> None:
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is None:
            return
        try:
            for number in plots.get_fignums():
                if self.settings["pictures"]:
                    figure = plots.figure(number)
                    self.output.rich("display_data", {"image/png": picture(figure), "text/plain": repr(figure)})
            plots.close("all")
        except Exception as failure:
            self._show_error(failure)

    def _show_error(self, error: BaseException) -> None:
        name, text, lines = self.explain(error)
        self.output.flush()
        self.output.send({"output": {"output_type": "error", "ename": name, "evalue": text, "traceback": lines}})

    def explain(self, error: BaseException) -> tuple[str, str, list[str]]:
        """Name, message and the student's own lines of an error, most recent last."""
        name = type(error).__name__[:100] if not isinstance(error, Stopped) else "TimeLimit"
        try:
            text = str.__str__(str(error))[:2000]
        except Exception:
            text = ""
        lines = ["Traceback:"]
        if isinstance(error, SyntaxError):
            lines += "".join(traceback.format_exception_only(error))[:2000].splitlines()[:-1]
        steps = [(step, line) for step, line in traceback.walk_tb(error.__traceback__) if self._is_own(step)]
        hidden = len(steps) - 12
        for step, line in steps[:6] + steps[-6:] if hidden > 0 else steps:
            code = step.f_code
            lines.append(f"  {code.co_filename}, line {line}" + (f", in {code.co_name}" if code.co_name != "<module>" else ""))
            own = self.sources.get(code.co_filename)
            source = own[line - 1].strip() if own and 0 < line <= len(own) else ""
            if source:
                lines.append(f"    {source[:200]}")
        return name, text, [*lines, f"{name}: {text}" if text else name]

    def _is_own(self, step) -> bool:
        return step.f_code.co_filename in self.sources or step.f_code.co_filename.startswith(self.folder)


def _parse(source: str, filename: str):
    return compile(source, filename, "exec", ast.PyCF_ONLY_AST | _AWAIT, True)


def _as_text(content) -> str:
    if isinstance(content, bytes):
        return b64encode(content).decode("ascii")
    return content if isinstance(content, str) else ""


def picture(figure) -> str:
    """The figure as the png that a notebook shows, with little effort spent on compressing it."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=72, pil_kwargs={"compress_level": 1})
    return b64encode(content.getvalue()).decode("ascii")


class Clock:
    """Asks a running cell to stop when its time is over; whoever is deaf to it meets the grader's own clock."""

    def __init__(self):
        self.writing, self.rung = False, None

    def start(self, seconds: float) -> None:
        """Ring after so many seconds; 0 is never."""
        self.rung = None
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, lambda *_: self._ring("time"))
            signal.signal(signal.SIGXCPU, lambda *_: self._ring("cpu"))
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 0))

    def pause(self) -> float:
        """Stop, and say how many seconds were left; 0 is never, as in ``start``."""
        if not hasattr(signal, "setitimer"):
            return 0
        left = signal.getitimer(signal.ITIMER_REAL)[0]
        self.start(0)
        return left

    def _ring(self, reason: str) -> None:
        self.rung = reason
        if not self.writing:  # half a message would confuse everything after it
            raise Stopped(reason)

    def written(self) -> None:
        self.writing = False
        if self.rung and threading.current_thread() is threading.main_thread():
            reason, self.rung = self.rung, None
            raise Stopped(reason)


CLOCK = Clock()


class Silent:
    """Stands for anything of IPython that a notebook may touch and that leads nowhere here."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()

    def __call__(self, *arguments, **options):
        return None
