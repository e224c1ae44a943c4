"""The trusted process: runs the instructor's cells beside plain data of a student, and holds no student code.

A warm parent imports what tests use and forks one child per submission. A child has an empty folder as its place,
neither that folder nor a submission on its import path, and no way to a student's function but to ask the grader.
Started by ``checks.py``.
"""

from __future__ import annotations

import builtins
import json
import linecache
import numbers
import os
import random
import signal
import socket
import sys
import threading
import warnings

from crmlib import language
from crmlib.check import verdict
from crmlib.grading.processes import cells, magics, parent
from crmlib.grading.processes import limits as sandbox_limits
from crmlib.grading.processes.stand_ins import Stub, bring_back, error_from
from crmlib.grading.trusted import shared as checks_shared
from crmlib.grading.wire import codec, references
from crmlib.grading.wire.codec import Limits, NotPlain
from crmlib.grading.wire.frames import HEADER, pack
from crmlib.language import message

_ABSENT = object()
_MAIN = sys.modules["__main__"]
# What tests do, with answers that are wrong: a warm parent has then met it, and its children do not meet it first.
_REHEARSAL = (
    "import numpy, pandas\nfrom crmlib import check, show",
    "own_table = pandas.DataFrame({'name': ['a', 'b'], 'number': [1.0, 2.5]})\nown_column = own_table['number']\nshow.table(own_table)",
    "check.number(3.0, expected=2.0, points=1)",
    "check.table(own_table, expected={'a': 1.0, 'b': 2.0}, columns=['name', 'number'], wrong=[({'b': [2.1]}, '9.1/none')], points=1)",
    "check.function(lambda x: x, cases=[({'x': 1}, 2)], refuses=[{'x': 0}], points=1)",
)


class Layer(dict):
    """The builtins of the test cells, below everything that the notebook defines.

    A name that cannot be had raises its reason as soon as it is used, also inside functions and class bodies.
    """

    refused: dict[str, str] = {}

    def __missing__(self, name):
        if name in self.refused:
            raise TypeError(self.refused[name])
        raise KeyError(name)


class Shell(cells.Shell):
    """Runs the instructor's cells. Their lines never show: not in an error, not in a warning."""

    def __init__(self, settings: dict, folder: str):
        super().__init__(self._collect, settings, folder)
        self.outputs: list[dict] = []
        self.hides = False  # whether the cell that runs is one that students did not get
        magics.furnish(self)
        self.layer = Layer(vars(builtins))
        self.names["__builtins__"] = self.layer
        warnings.formatwarning = lambda text, category, *_, **__: f"{category.__name__}: {text}\n"

    def run_cell(self, source: str, cell: str) -> dict:
        self.outputs = []
        self.value: str | None = None
        self.error: list[str] | None = None
        verdict.recorded.clear()
        before = dict(self.names)
        ran = self.run(source, cell, 0)  # no clock in here: the grader ends what takes too long
        bound = [name for name, value in self.names.items() if before.get(name, _ABSENT) is not value]
        modules = [name for name in bound if type(self.names[name]) is type(sys)]
        found = {"ok": ran["ok"], "ended": ran["ended"], "value": self.value, "error": self.error, "outputs": self.outputs}
        return found | {"verdicts": list(verdict.recorded), "bound": bound, "modules": modules}

    def _collect(self, message: dict) -> None:
        self.outputs.append(message["output"])

    def _compile(self, source: str, filename: str):
        compiled = super()._compile(source, filename)
        linecache.cache.pop(filename, None)
        self.sources.pop(filename, None)
        return compiled

    def _show_value(self, value) -> None:
        if value is None:
            return
        # As text: no JSON has a nan, and whoever reads it must see one.
        self.value = _as_points(value)
        self.output.rich("execute_result", {"text/plain": self.value or self._text(value)}, execution_count=self.count)

    def _text(self, value) -> str:
        try:
            return str.__str__(repr(value))[: self.settings["output_bytes"]]
        except Exception as failure:
            return f"<{type(value).__name__}: {type(failure).__name__}>"

    def represent(self, value) -> dict:
        return {"text/plain": self._text(value)}

    def _show_figures(self, *_, **__) -> None:
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is not None and plots.get_fignums():
            plots.close("all")

    def explain(self, error: BaseException) -> tuple[str, str, list[str]]:
        name, text = type(error).__name__[:100], ""
        try:
            text = str.__str__(str(error))[:2000]
        except Exception:  # an error whose own text cannot be made
            pass
        lines = getattr(error, "students_lines", None) or []
        if self.hides:
            if hasattr(error, "students_lines"):
                # Its words may repeat what the hidden test handed over; where it happened does not.
                name, text = getattr(error, "nearest", name), ""
                lines = lines[:-1] + [name]
            elif isinstance(error, AssertionError) and not isinstance(error, verdict.FormError) and not _is_own(error):
                text = ""  # pandas, numpy and unittest write what they expected
        if isinstance(error, verdict.FormError):
            lines = error._render_traceback_()
        elif not lines:
            lines = [f"{name}: {text}" if text else name]
        if isinstance(error, NameError) and error.name:
            lines = [*lines, message("checks.not_defined", name=error.name)]
        self.error = [name, text]
        return name, text, list(lines)


def _is_own(error: BaseException) -> bool:
    """Whether a cell raised this itself, in its own words, and no library did."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and step.tb_frame.f_code.co_filename.startswith("cell ")


def _as_points(value) -> str | None:
    """The last value of a cell as points, where it is a real number; True is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        return repr(float(value))
    except Exception:
        return None


class Child:
    """Serves one examination until there are no more requests."""

    def __init__(self, settings: dict, folder: str):
        self.lock = threading.RLock()
        self.drawn: tuple = ()  # the state of random once the first cells have run
        self.limits = Limits(**settings["data"])
        self.shell = Shell(settings, folder)
        self.table = references.Table()
        checks_shared.notice()
        self.shared = checks_shared.Shared(self.shell, self.table, self._encode)

    def draw_on(self) -> None:
        """In a fork of a branch: random numbers go on from where the first cells left them. Python seeds them anew at every fork."""
        random._inst.setstate(self.drawn)  # the module's own function is watched for a test's seeds

    def serve(self, requests: int, replies: int, folder: str) -> None:
        self.requests, self.replies, self.process, self.shell.folder = requests, replies, os.getpid(), folder
        while (request := self.receive()) is not None:
            done = self.run(request)
            if os.getpid() != self.process:  # a fork that a test made has come out of its cell
                os._exit(0)
            self.send({"done": done})
        os._exit(0)

    def send(self, content: dict) -> None:
        whole = memoryview(pack(content))
        while whole:
            whole = whole[os.write(self.replies, whole[: 1 << 16]) :]

    def receive(self) -> dict | None:
        header = self._exactly(HEADER.size)
        content = self._exactly(HEADER.unpack(header)[0]) if header else None
        return json.loads(content) if content else None

    def _exactly(self, count: int) -> bytes | None:
        content = bytearray()
        while len(content) < count:
            part = os.read(self.requests, min(count - len(content), 1 << 20))
            if not part:
                return None
            content += part
        return bytes(content)

    def run(self, request: dict) -> dict:
        """Run a cell with the student's values put in for as long as it lasts."""
        names, layer = self.shell.names, self.shell.layer
        self.table.forget()  # what an earlier test handed over cannot be called any more
        values, refused = self._decoded(request["values"])
        layer.refused = refused | {name: message("checks.lost", name=name) for name in request["lost"]}
        before = {name: names.pop(name, _ABSENT) for name in request["values"]}
        hidden = {name: layer.pop(name) for name in request["values"] if name in layer}
        names.update(values)
        self.shared.start(values, request.get("shared", ()))
        self.shell.hides = request.get("hides", False)
        try:
            found = self.shell.run_cell(request["source"], request["cell"])
        finally:
            layer.update(hidden)
            layer.refused = {}
            kept = self._take_out(before, values, set(request["drop"]))
            sys.stdin = self.shared.stdin
        # A name that was lent by the student counts as the cell's own only where the cell gave it another value.
        found["bound"] = [name for name in found["bound"] if name not in before or name in kept]
        return found

    def _take_out(self, before: dict, values: dict, drop: set[str]) -> set[str]:
        names, kept = self.shell.names, set()
        for name, own in before.items():
            if name not in drop and names.get(name, _ABSENT) is not values.get(name, _ABSENT):
                kept.add(name)
                continue
            names.pop(name, None)
            if own is not _ABSENT:
                names[name] = own
        return kept

    def _decoded(self, given: dict) -> tuple[dict, dict[str, str]]:
        values, refused = {}, {}
        for name, wired in given.items():
            try:
                if "missing" not in wired:
                    values[name] = self.decode(wired)
            except NotPlain as reason:
                refused[name] = str(reason)
        return values, refused

    def decode(self, wired: dict) -> object:
        if "text" not in wired:
            raise NotPlain(*wired.get("refused", ["broken", ""]))
        try:
            return references.Decoder(self.limits, self.table, self._stub).decode(json.loads(wired["text"]))
        except NotPlain:
            raise
        except MemoryError:
            raise NotPlain("size") from None
        except Exception:  # forged so well that it got this far
            raise NotPlain("broken") from None

    def _stub(self, number: int, name: str, about: dict | None) -> Stub:
        return Stub(name, lambda *call: self.call(number, *call), about)

    def call(self, number: int, name: str, arguments: tuple, options: dict) -> object:
        """Ask the grader, who asks the sandbox."""
        if os.getpid() != self.process:
            raise RuntimeError(message("checks.call_died", name=name))
        sent = [self._sent(name, value) for value in (*arguments, *options.values())]
        asked = {"function": number, "arguments": sent[: len(arguments)], "more": self.shared.more()}
        with self.lock:
            self.send({"call": asked | {"options": dict(zip(options, sent[len(arguments) :]))}})
            while (reply := self.receive()) is not None and "callback" in reply:
                self.send({"called": self._called(reply["callback"])})
        if reply is None:
            os._exit(0)
        self.shared.printed(reply.get("printed", ()))
        for value, data, wired in zip((*arguments, *options.values()), sent, reply["left"]):
            if wired.get("text", "") not in ("", json.dumps(data)):
                try:
                    bring_back(value, self.decode(wired))
                except NotPlain:
                    pass
        self.shared.take(reply.get("names", {}), self.decode)
        if reply["ended"]:
            kind = TimeoutError if reply["ended"] in ("time", "calls") else RuntimeError
            raise kind(message(f"checks.call_{reply['ended']}", name=name))
        if reply["raised"] is not None:
            raise error_from(reply["raised"], self.table)
        try:
            return self.decode(reply["result"])
        except NotPlain as reason:
            raise TypeError(str(reason)) from None

    def _called(self, asked: dict) -> dict:
        """Call a function of the test for the student's."""
        try:
            function = self.table.own[asked["function"]]
            arguments = [self.decode(wired) for wired in asked["arguments"]]
            options = {name: self.decode(wired) for name, wired in asked["options"].items()}
            return {"result": self._encode(function(*arguments, **options))}
        except Exception as error:
            line = references.line_of(type(error))
            return {"raised": {"nearest": line[-1], "name": line[0], "text": str(error)[:2000], "traceback": [], "line": line}}

    def _encode(self, value: object) -> object:
        return references.Encoder(self.limits, self.table).encode(value)

    def _sent(self, name: str, value: object) -> object:
        try:
            return self._encode(value)
        except NotPlain:
            raise TypeError(message("checks.argument", name=name, received=type(value).__name__)) from None


class Parent(parent.Parent):
    """Forks the children, and ends them with every process that a test may have started."""

    prepared: Child | None = None  # of a branch: a child that has run the first cells of an examination

    def open(self, request: dict, pipes: list[int]) -> None:
        child = os.fork()
        if child == 0:
            os.setsid()
            try:
                requests, replies, raw = pipes
                begin(requests, replies, raw, self.settings, request["folder"], request["language"], self.prepared)
            finally:
                os._exit(1)
        self.children[request["open"]] = child
        self.say({"opened": request["open"]})

    def rehearse(self) -> None:
        shell = Shell(self.settings, "/")
        for number, source in enumerate(_REHEARSAL):
            shell.run_cell(source, f"rehearsal {number}")  # a test knows that it runs; here it must not stop a class
        for value in (*(value for name, value in shell.names.items() if name.startswith("own_")), [1, 2.5, "a"], {"a": 1}):
            codec.decode(codec.encode(value))
        verdict.recorded.clear()
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        sys.modules["__main__"] = _MAIN

    def prepare(self, request: dict) -> str:
        folder = request["folder"]
        _enter(folder, self.settings, request["language"])
        files, descriptors = _files(folder), os.listdir("/proc/self/fd")
        self.prepared = Child(self.settings, folder)
        for cell in request["cells"]:
            done = self.prepared.run(cell)
            if not done["ok"] or done["ended"]:
                return "a cell failed"
        self.prepared.drawn = random.getstate()
        values = [str(value) for value in self.prepared.shell.names.values() if isinstance(value, (str, os.PathLike))]
        reasons = {
            "a thread": threading.active_count() > 1,
            "a process": bool(sandbox_limits.tree(os.getpid())),
            "an open file": len(os.listdir("/proc/self/fd")) != len(descriptors),
            "a file": _files(folder) != files,
            "another folder": os.getcwd() != os.path.realpath(folder) or any(folder in value for value in values),
        }
        return ", ".join(name for name, found in reasons.items() if found)

    def end(self, session: int) -> dict:
        child = self.children.pop(session)
        for kill, process in ((os.killpg, child), (os.kill, child)):
            try:
                kill(process, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        usage = os.wait4(child, 0)[2]
        own = os.times()
        whole = own.user + own.system + own.children_user + own.children_system
        return {"closed": session, "cpu": usage.ru_utime + usage.ru_stime, "whole": whole}


def begin(requests: int, replies: int, raw: int, settings: dict, folder: str, tongue: str, prepared: Child | None = None) -> None:
    """Become the trusted process of one submission; does not return."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor, target in ((nothing, 0), (raw, 1), (raw, 2)):
        os.dup2(descriptor, target)
    if sys.platform != "win32":
        low, high = sorted((requests, replies))
        for start, end in ((3, low), (low + 1, high), (high + 1, 1024)):
            os.closerange(start, end)
    if prepared is None:
        _enter(folder, settings, tongue)
    else:
        os.chdir(folder)
        prepared.draw_on()
    sandbox_limits.set_limits(settings)
    try:
        (prepared or Child(settings, folder)).serve(requests, replies, folder)
    finally:
        os._exit(1)


def _enter(folder: str, settings: dict, tongue: str) -> None:
    """What stands before the first cell: the place, the seeds, the language."""
    os.chdir(folder)
    sys.path[:] = [path for path in sys.path if path not in ("", ".", folder)]
    random.seed(settings["seed"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(settings["seed"] % 2**32)
    language.use_language(tongue)


def _files(folder: str) -> dict[str, int]:
    """Everything below a folder, with the time of its last change."""
    found = [os.path.join(place, name) for place, folders, names in os.walk(folder) for name in (*folders, *names)]
    return {path: os.stat(path).st_mtime_ns for path in found}


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    Parent(control).serve()


def alone() -> None:
    """One examination in a process of its own, over its standard pipes: where a warm parent cannot fork."""
    requests, replies, raw = os.dup(0), os.dup(1), os.dup(2)
    settings = json.loads(_first_frame(requests))
    parent.preload(settings["preload"])
    settings["mapped_bytes"] = sandbox_limits.mapped_bytes()
    os.write(replies, pack({"ready": True}))  # imports are not counted as a test's time
    begin(requests, replies, raw, settings, settings["folder"], settings["language"])


def _first_frame(requests: int) -> bytes:
    content, count = b"", HEADER.size
    while len(content) < count:
        content += os.read(requests, count - len(content))
        if len(content) == HEADER.size == count:
            count += HEADER.unpack(content)[0]
    return content[HEADER.size :]
