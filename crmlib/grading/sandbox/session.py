"""One submission's session as the grader sees it: requests, deadlines, and outputs rebuilt from what may be lies."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterable
from typing import Any

from crmlib.grading.wire.codec import Missing, NotPlain
from crmlib.grading.wire.frames import Ended
from crmlib.language import message

GRACE = 1.0  # seconds between asking a cell to stop and killing it
_MIME_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg")
_PICTURES = ("image/png", "image/jpeg")
_OUTPUTS_PER_CELL = 500
_PICTURE_BYTES = 8_000_000

SessionEnded = Ended


@dataclasses.dataclass
class CellOutcome:
    """What a cell showed and how it ended; ``ended`` is None, "time", "cpu", "memory", "output" or "died"."""

    cell_id: str
    outputs: list[dict]
    ok: bool
    ended: str | None = None
    cut: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclasses.dataclass
class CallReply:
    """What a call of a student's function gave back.

    ``result`` is encoded data or NotPlain; ``raised`` is None or a dict with ``nearest`` (the built-in ancestor's name),
    ``name``, ``text`` and ``traceback``; ``arguments`` and ``options`` are the arguments as the call left them, ``names``
    the snapshot's names that have another value since.
    """

    result: object = None
    raised: dict | None = None
    ended: str | None = None
    arguments: list = dataclasses.field(default_factory=list)
    options: dict = dataclasses.field(default_factory=dict)
    names: dict = dataclasses.field(default_factory=dict)
    outputs: list[dict] = dataclasses.field(default_factory=list)
    seconds: float = 0.0


class Session:
    """One child and its namespace. Closing it returns only when its whole tree of processes is dead."""

    def __init__(self, child, settings, seconds: float, folder: str | None):
        self._child, self._settings, self._folder = child, settings, folder
        self.seconds_left = seconds
        self.cpu_seconds = 0.0
        self.alive = True
        self.ended: str | None = None  # why, once it is not alive
        self._number = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    # ------------------------------------------------------------------------------------------ what can be asked
    def put(self, files: dict[str, str]) -> None:
        if files or self._child.starts_slowly:
            left = self.seconds_left
            done = self._exchange({"do": "files", "files": files}, 120, None)
            self.seconds_left = left  # what it takes to get ready is not the submission's time
            if done.get("ended") or done.get("refused"):
                raise ValueError(message("sandbox.bad_file_name", received=repr(_text(done.get("refused"), 200))))

    def run(self, source: str, cell_id: str, *, seconds: float | None = None) -> CellOutcome:
        """Run one cell in the student's namespace."""
        settings = self._settings
        collector = _Collector(settings.output_bytes)
        start, cpu = time.monotonic(), self.cpu_seconds
        limit = min(settings.question_seconds if seconds is None else seconds, self.seconds_left)
        request = {"do": "run", "source": source, "cell": str(cell_id), "seconds": limit}
        request |= {"cpu_seconds": settings.question_cpu_seconds, "output_bytes": settings.output_bytes}
        ok = False
        try:
            if limit <= 0:
                raise Ended("time")
            done = self._exchange(request, limit, collector)
            ended, ok = _reason(done.get("ended")), done.get("ok") is True
            collector.cut |= done.get("cut") is True
        except Ended as stopped:
            ended = stopped.reason
        outputs = collector.finish(ended, limit)
        used = time.monotonic() - start
        return CellOutcome(str(cell_id), outputs, ok and ended is None, ended, collector.cut, used, self.cpu_seconds - cpu)

    run_inside = run  # a foreign test cell that needs a live object; its marks are not tamper-proof, and the row says so

    def replay(self, cells: Iterable[tuple[str, str]]) -> list[CellOutcome]:
        """Run (source, cell_id) pairs again until one ends the session; each that failed before fails again alike."""
        outcomes = []
        for source, cell_id in cells:
            outcomes.append(self.run(source, cell_id))
            if not self.alive:
                break
        return outcomes

    def snapshot(self, names: Iterable[str]) -> dict[str, object]:
        """Name to encoded data, ``Missing`` or ``NotPlain``; functions are references. Raises ``SessionEnded``."""
        names = list(names)
        seconds = self._settings.call_seconds
        done = self._exchange({"do": "snapshot", "names": names, "seconds": seconds}, seconds, None)
        values = done.get("values")
        if type(values) is not dict:
            raise Ended(_reason(done.get("ended")) or "died")
        return {name: _data(values.get(name)) for name in names}

    def call(self, function: int, arguments=(), options=None, *, seconds: float | None = None, more: dict | None = None, call_back=None) -> CallReply:
        """Call a function of a snapshot; arguments are encoded data, as is what comes back.

        ``more`` is what the test changed since (names, replaced builtins, a seed); ``call_back`` answers where the
        student's function calls one of the test's.
        """
        collector = _Collector(self._settings.output_bytes)
        start = time.monotonic()
        limit = min(self._settings.call_seconds if seconds is None else seconds, self.seconds_left)
        request: dict[str, Any] = {"do": "call", "function": function, "seconds": limit}
        request |= {"arguments": list(arguments), "options": dict(options or {}), "more": more or {}}
        reply = CallReply()
        try:
            if limit <= 0:
                raise Ended("time")
            done = self._exchange(request, limit, collector, call_back)
            reply.ended = _reason(done.get("ended"))
            raised = done.get("raised")
            if type(raised) is dict:
                reply.raised = _error(raised)
            elif reply.ended is None:
                reply.result = _data(done.get("result"))
            if type(done.get("arguments")) is list and len(done["arguments"]) == len(request["arguments"]):
                reply.arguments = [_data(item) for item in done["arguments"]]
            if type(done.get("options")) is dict and done["options"].keys() == request["options"].keys():
                reply.options = {name: _data(item) for name, item in done["options"].items()}
            if type(done.get("names")) is dict:
                reply.names = {name: _data(item) for name, item in done["names"].items()}
        except Ended as stopped:
            reply.ended = stopped.reason
        reply.outputs = collector.finish(None, limit)
        reply.seconds = time.monotonic() - start
        return reply

    def close(self) -> None:
        """End the session: nothing of it runs any more when this returns."""
        if self._child is not None:
            self._finish(None)

    # ------------------------------------------------------------------------------------------ how it is asked
    def _exchange(self, request: dict, seconds: float, collector: _Collector | None, call_back=None) -> dict:
        """Send a request and take what comes until it is done; the session is over when it is not done in time."""
        if not self.alive:
            raise Ended(self.ended or "died")
        channel = self._child.channel
        self._number += 1
        number = self._number  # a call back may bring further requests before this one is done
        channel.raw_limit = self._settings.output_bytes if collector is not None else 0
        start = time.monotonic()
        deadline = start + seconds + GRACE
        try:
            channel.send({"number": number, **request}, deadline)
            while True:
                reply = channel.receive(deadline)
                if reply.get("number") != number:  # left over from an earlier request, or made up
                    continue
                if "output" in reply:
                    if collector is not None:
                        collector.add(reply["output"])
                elif "callback" in reply:
                    asked_at = time.monotonic()
                    answer = _answer(reply["callback"], call_back)
                    if self._child is None:  # the call back called again, and that ended the session
                        raise Ended(self.ended or "died")
                    start, deadline = start + time.monotonic() - asked_at, deadline + time.monotonic() - asked_at
                    channel.send({"number": number, "do": "answer", **answer}, deadline)
                elif type(reply.get("done")) is dict:
                    break
            channel.take_raw()
        except Ended as stopped:
            raise Ended(self._finish(stopped.reason) if self._child is not None else self.ended) from None
        finally:
            self.seconds_left -= time.monotonic() - start
            if collector is not None:
                collector.add_raw(channel.raw_text())
        cpu = reply["done"].get("cpu")
        if type(cpu) in (int, float) and 0 <= cpu < 1e6:
            self.cpu_seconds = max(self.cpu_seconds, cpu)
        return reply["done"]

    def _finish(self, reason: str | None) -> str:
        child, self._child, self.alive = self._child, None, False
        try:
            if reason is None:
                child.channel.hang_up(0.2)  # a child that leaves by itself is counted: its CPU time is known exactly
            report = child.end()
        finally:
            child.channel.close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        self.cpu_seconds = max(self.cpu_seconds, report.get("cpu") or 0.0)
        if reason == "died" and report.get("reason"):
            reason = report["reason"]
        self.ended = reason or "closed"
        return self.ended


def _reason(value) -> str | None:
    return value if value in ("time", "cpu", "memory", "output", "died") else None


def _data(item) -> object:
    """One value of a reply: encoded data, Missing or NotPlain. What is inside is checked by whoever decodes it."""
    if type(item) is dict:
        if "value" in item:
            return item["value"]
        if item.get("missing") is True:
            return Missing
        refused = item.get("not_plain")
        if type(refused) is list and len(refused) == 2 and all(type(part) is str for part in refused):
            known = ("type", "class", "function", "cycle", "depth", "size", "integer")
            return NotPlain(refused[0] if refused[0] in known else "broken", refused[1][:100])
    return NotPlain("broken")


def _answer(asked, call_back) -> dict:
    """What the test's side says to a call of one of its functions; one that is not asked for properly gets none."""
    fine = type(asked) is dict and type(asked.get("function")) is int and type(asked.get("arguments")) is list and type(asked.get("options")) is dict
    if call_back is None or not fine:
        return {"raised": {"nearest": "RuntimeError", "name": "RuntimeError", "text": "", "traceback": []}}
    return call_back({"function": asked["function"], "arguments": asked["arguments"], "options": asked["options"]})


def _text(value, limit: int) -> str:
    return value[:limit] if type(value) is str else ""


def _error(raised: dict) -> dict:
    lines = raised.get("traceback")
    lines = [_text(line, 2000) for line in lines[:60]] if type(lines) is list else []
    name = _text(raised.get("name"), 100) or "Exception"
    nearest, text = _text(raised.get("nearest"), 100), _text(raised.get("text"), 2000)
    line = raised.get("line")
    line = [_text(part, 100) for part in line[:20]] if type(line) is list else []
    return {"nearest": nearest, "name": name, "text": text, "traceback": lines, "line": line}


class _Collector:
    """Rebuilds outputs field by field, so that only the four kinds with texts of bounded size get through."""

    def __init__(self, limit: int):
        self.outputs: list[dict] = []
        self.left, self.pictures_left = limit, _PICTURE_BYTES
        self.cut = False

    def add(self, output) -> None:
        if type(output) is not dict or len(self.outputs) >= _OUTPUTS_PER_CELL:
            self.cut = True
            return
        kind = output.get("output_type")
        if kind == "stream":
            self.stream("stderr" if output.get("name") == "stderr" else "stdout", output.get("text"))
        elif kind in ("execute_result", "display_data"):
            self._rich(kind, output)
        elif kind == "error":
            error = _error({**output, "name": output.get("ename"), "text": output.get("evalue")})
            self.error(error["name"], error["text"], error["traceback"])

    def stream(self, name: str, text) -> None:
        text = self._take(text)
        if not text:
            return
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def add_raw(self, text: str) -> None:
        """What programs and C code wrote past Python; its place among the rest is not known, so it comes last."""
        self.stream("stdout", text)

    def error(self, name: str, text: str, lines: list[str]) -> None:
        self.outputs.append({"output_type": "error", "ename": name, "evalue": text, "traceback": lines})

    def _rich(self, kind: str, output: dict) -> None:
        given, data = output.get("data"), {}
        if type(given) is not dict:
            return
        for mime in _MIME_TYPES:
            content = given.get(mime)
            if type(content) is not str:
                continue
            if mime in _PICTURES:
                if len(content) <= self.pictures_left and content.isascii():
                    self.pictures_left -= len(content)
                    data[mime] = content
                else:
                    self.cut = True
            elif mime == "text/plain" or len(content) <= self.left:  # half a table of html is no table
                data[mime] = self._take(content)
            else:
                self.cut = True
        whole: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
        if kind == "execute_result":
            count = output.get("execution_count")
            whole["execution_count"] = count if type(count) is int and 0 <= count < 10**6 else None
        self.outputs.append(whole)

    def _take(self, text) -> str:
        if type(text) is not str:
            return ""
        if len(text) > self.left:
            self.cut = True
            text = text[: self.left]
        self.left -= len(text)
        return text.encode("utf-8", "replace").decode("utf-8")  # a lone half of a character cannot be saved

    def finish(self, ended: str | None, seconds: float) -> list[dict]:
        """The outputs, with the reason in words where the cell was ended."""
        if self.cut:
            note = message("sandbox.cut") + "\n"
            self.outputs.append({"output_type": "stream", "name": "stderr", "text": note})
        if ended is not None:
            words = message(f"sandbox.ended_{ended}", seconds=f"{max(seconds, 0):g}")
            last = self.outputs[-1] if self.outputs else {}
            if last.get("output_type") == "error" and last["ename"] in ("TimeLimit", "MemoryError"):
                last["evalue"], last["traceback"] = words, [*last["traceback"][:-1], words]
            else:
                self.error("Ended", words, [words])
        return self.outputs
