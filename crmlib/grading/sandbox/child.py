"""The child's side of one session: reads the submission's files, runs its cells, hands its values out as data.

Everything here shares a process with student code and is believed by nobody: what it sends are outputs and plain
data, never a verdict. It is written to keep honest work going when a submission breaks things for itself.
"""

from __future__ import annotations

import builtins

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # the checker knows only the module that stands here

import os
import random
import struct
import sys
import threading
from base64 import b64decode

from crmlib.grading.processes import cells, magics, stand_ins, surroundings
from crmlib.grading.processes import limits as sandbox_limits
from crmlib.grading.wire import codec, references
from crmlib.grading.wire.codec import Limits, NotPlain


def _own_copy(name: str):
    """A module of this file's own, so that one which a submission bends afterwards is another."""
    kept = {key: sys.modules.pop(key) for key in list(sys.modules) if key == name or key.startswith(name + ".")}
    module = __import__(name)
    for key in [key for key in sys.modules if key == name or key.startswith(name + ".")]:
        del sys.modules[key]
    sys.modules.update(kept)
    return module


_json = _own_copy("json")
# The parts written in C, held directly: they look nothing up that a submission could have replaced.
_make_encoder, _scan = _json.encoder.c_make_encoder, _json.JSONDecoder().scan_once
_dump = _make_encoder(None, None, _json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False)
_write, _read, _getpid, _exit = os.write, os.read, os.getpid, os._exit
_header = struct.Struct(">I")


class Child:
    """Answers the grader's requests, one after another, until there are no more."""

    def __init__(self, requests: int, replies: int, settings: dict, folder: str):
        self.requests, self.replies, self.settings, self.folder = requests, replies, settings, folder
        self.limits = Limits(**settings["data"])
        self.number = 0
        self.process = _getpid()
        self.lock = threading.RLock()
        self.table = references.Table()
        self.watched = surroundings.Watched()
        self.calling = 0  # how many calls of a test are open: a test's function is there for so long
        self.size = 0  # of what was encoded last
        self.shell = cells.Shell(self.send, settings, folder)
        magics.furnish(self.shell)

    def serve(self) -> None:
        handlers = {"files": self.files, "run": self.run, "snapshot": self.snapshot, "call": self.call}
        while True:
            request = self.receive()
            if request is None:
                _exit(0)
            self.number = request["number"]
            try:
                reply = handlers[request["do"]](request)
            except cells.Stopped as stopped:
                reply = {"ended": str(stopped)}
            except MemoryError:
                reply = {"ended": "memory"}
            except BaseException as failure:
                reply = {"ended": "died", "because": type(failure).__name__[:100]}
            if _getpid() != self.process:  # a fork made by the student came back out of its cell
                _exit(0)
            times = os.times()
            try:
                self.send({"done": {**reply, "cpu": times.user + times.system}})
            except cells.Stopped:
                self.send({"done": {"ended": "time"}})

    def send(self, message: dict) -> None:
        if _getpid() != self.process:
            return
        content = "".join(_dump({"number": self.number, **message}, 0)).encode()
        whole = memoryview(_header.pack(len(content)) + content)
        clock = cells.CLOCK
        with self.lock:
            clock.writing = True
            try:
                while whole:
                    whole = whole[_write(self.replies, whole[: 1 << 16]) :]
            finally:
                clock.written()

    def receive(self) -> dict | None:
        header = self._exactly(4)
        if header is None:
            return None
        content = self._exactly(_header.unpack(header)[0])
        return None if content is None else _scan(content.decode(), 0)[0]

    def _exactly(self, count: int) -> bytes | None:
        parts = []
        while count:
            try:
                part = _read(self.requests, min(count, 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def files(self, request: dict) -> dict:
        for name, content in request["files"].items():
            path = os.path.join(self.folder, *name.split("/"))
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(b64decode(content))
            except OSError:  # a file where another name needs a folder, a name this system does not take
                return {"refused": name}
        return {}

    def run(self, request: dict) -> dict:
        self._allow_cpu(request["cpu_seconds"])
        self.shell.settings["output_bytes"] = request["output_bytes"]
        return self.shell.run(request["source"], request["cell"], request["seconds"])

    def _allow_cpu(self, seconds: float) -> None:
        """Move the soft limit on CPU time; the hard one, set before any student code, stays."""
        try:
            import resource
        except ImportError:
            return
        times = os.times()
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = int(times.user + times.system + seconds) + 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard >= 0 else soft, hard))
        except (ValueError, OSError):
            pass

    def encode(self, value) -> dict:
        encoder = references.Encoder(self.limits, self.table, forgiving=True)
        self.size = 0
        try:
            encoded = {"value": encoder.encode(value)}
            self.size = encoder.bytes * 4 // 3 + encoder.nodes * 4
            return encoded
        except NotPlain as refused:
            return {"not_plain": [refused.reason, refused.detail]}
        except RecursionError:
            return {"not_plain": ["depth", ""]}
        except MemoryError:
            return {"not_plain": ["size", ""]}
        except cells.Stopped:
            raise
        except Exception:  # a value whose own class breaks when it is looked at
            return {"not_plain": ["type", codec.name_of(type(value))]}

    def decode(self, data):
        return references.Decoder(self.limits, self.table, self._stand_in).decode(data)

    def _stand_in(self, number: int, name: str, about):
        """A function of the test: called here, run there."""

        def function(*arguments, **options):
            return self.call_back(number, arguments, options)

        function.__name__ = function.__qualname__ = name
        return function

    def snapshot(self, request: dict) -> dict:
        cells.CLOCK.start(request["seconds"])
        names = self.shell.names
        values, room = {}, self.settings["frame_bytes"] // 2
        self.watched.start()
        for name in request["names"]:
            values[name] = self.encode(names[name]) if name in names else {"missing": True}
            room -= self.size
            if room < 0:  # the message must stay within what the grader takes
                values[name] = {"not_plain": ["size", ""]}
                room += self.size
            elif name in names:
                self.watched.remember(name, names[name], values[name], self.size)
        cells.CLOCK.start(0)
        return {"values": values}

    def call(self, request: dict) -> dict:
        function = self.table.own[request["function"]]
        arguments = [self.decode(argument) for argument in request["arguments"]]
        options = {name: self.decode(option) for name, option in request["options"].items()}
        more = request.get("more") or {}
        self.shell.output.start()
        sys.stdout, sys.stderr = self.shell.streams
        self._allow_cpu(request["seconds"])
        reply: dict = {}
        self.calling += 1
        undo = surroundings.prepare(more, self.decode)
        try:
            self.watched.take(more.get("names") or {}, self.shell.names, self.decode, self.encode)
            cells.CLOCK.start(request["seconds"])
            reply["result"] = self.encode(function(*arguments, **options))
        except (cells.Stopped, MemoryError) as stopped:
            cells.CLOCK.start(0)
            reply["ended"] = "memory" if isinstance(stopped, MemoryError) else str(stopped)
        except BaseException as error:
            cells.CLOCK.start(0)
            reply["raised"] = self._raised(error)
        finally:
            self.calling -= 1
            undo()
        cells.CLOCK.start(0)
        reply["arguments"] = [self.encode(argument) for argument in arguments]
        reply["options"] = {name: self.encode(option) for name, option in options.items()}
        reply["names"] = self.watched.changed(self.shell.names, self.encode, lambda: self.size)
        self.shell.output.flush()
        return reply

    def _raised(self, error: BaseException) -> dict:
        name, text, lines = self.shell.explain(error)
        line = references.line_of(type(error))
        return {"nearest": line[-1], "name": name, "text": text, "traceback": lines, "line": line}

    def call_back(self, number: int, arguments: tuple, options: dict) -> object:
        """Ask the test's side to call a function of its own; while it does, it may call ours."""
        if not self.calling or _getpid() != self.process:
            raise RuntimeError("this function belongs to a test that has ended")
        encoded = [self.encode(value) for value in (*arguments, *options.values())]
        for value in encoded:
            if "not_plain" in value:
                raise TypeError(str(NotPlain(*value["not_plain"])))
        plain = [value["value"] for value in encoded]
        asked = {"function": number, "arguments": plain[: len(arguments)], "options": dict(zip(options, plain[len(arguments) :]))}
        outer, left = self.number, cells.CLOCK.pause()
        self.shell.output.flush()
        self.send({"callback": asked})
        while True:
            request = self.receive()
            if request is None:
                _exit(0)
            if request["do"] == "answer":
                break
            self.number = request["number"]
            try:
                reply = self.call(request)
            except BaseException as failure:
                reply = {"ended": "died", "because": type(failure).__name__[:100]}
            self.send({"done": reply})
            self.number = outer
        self.number = outer
        cells.CLOCK.start(left)
        if request.get("raised"):
            raise stand_ins.error_from(request["raised"], self.table)
        return self.decode(request.get("result"))


def begin(requests: int, replies: int, raw: int, settings: dict, folder: str) -> None:
    """Become the process of one submission; does not return."""
    nothing = os.open(os.devnull, os.O_RDWR)
    keep = {}
    for name, descriptor in (("requests", requests), ("replies", replies), ("raw", raw), ("nothing", nothing)):
        keep[name] = _above(descriptor)
    os.dup2(keep["nothing"], 0)
    os.dup2(keep["raw"], 1)
    os.dup2(keep["raw"], 2)
    for descriptor in (keep["nothing"], keep["raw"]):
        os.close(descriptor)
    if sys.platform != "win32":
        os.closerange(3, min(keep.values()))  # nothing of the parent's stays open
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    os.environ["PWD"] = folder
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    _seed(settings["seed"])
    sandbox_limits.set_limits(settings)
    if settings["isolated"]:
        sandbox_limits.filter_system_calls()
    try:
        Child(keep["requests"], keep["replies"], settings, folder).serve()
    finally:
        _exit(1)


def _above(descriptor: int) -> int:
    """The same pipe under a high number, out of the way of code that closes 0 to 255 to be tidy."""
    try:
        import fcntl
        import resource
    except ImportError:
        return os.dup(descriptor)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    least = 900 if most < 0 or most > 1000 else max(most - 20, 10)
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, least)


def _seed(seed: int) -> None:
    """The same random numbers whenever this submission is graded."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def alone() -> None:
    """One session in a process of its own, over its standard pipes: where a warm parent cannot fork."""
    requests, replies, raw = os.dup(0), os.dup(1), os.dup(2)
    header = os.read(requests, 4)
    while len(header) < 4:
        header += os.read(requests, 4 - len(header))
    (length,) = _header.unpack(header)
    content = b""
    while len(content) < length:
        content += os.read(requests, length - len(content))
    settings = _scan(content.decode(), 0)[0]
    from crmlib.grading.processes.parent import preload

    preload(settings["preload"])
    settings["mapped_bytes"] = sandbox_limits.mapped_bytes()
    begin(requests, replies, raw, settings, settings["folder"])


