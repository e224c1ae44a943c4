"""What passes between a test and the student's session by way of the grader: calls, and values as text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from crmlib.grading.processes.settings import Settings
from crmlib.grading.wire.codec import Missing, NotPlain

CALLS = 20_000  # of a student's functions in one test; all of them together may take a question's time
ENDS = {"time": "time", "cpu": "time", "memory": "memory"}  # why something ended; anything else is "died"


class Calls:
    """The calls of one test: passed to the session, counted, and remembered for a replay.

    ``call_back`` asks the test's side to call a function that it handed over; while that runs, it may call again.
    """

    def __init__(self, call: Callable | None, settings: Settings, replies: list[dict], call_back: Callable | None = None):
        self.call, self.replies, self.call_back = call, replies, call_back
        self.left = settings.question_seconds
        self.made = self.depth = 0

    def answer(self, asked: dict) -> dict:
        start, outer = time.monotonic(), self.depth == 0
        self.made += 1
        if self.call is None or self.left <= 0 or self.made > CALLS:
            reply: dict = {"ended": "calls", "raised": None, "left": []}
        else:
            self.depth += 1
            try:
                given = self.call(asked["function"], asked["arguments"], asked["options"], more=asked.get("more"), call_back=self._called_back)
            finally:
                self.depth -= 1
            reply = self._reply(given, asked)
        if outer:
            self.left -= time.monotonic() - start
            self.replies.append(reply)  # what is called within it is not asked for again in a replay
        return reply

    def _called_back(self, asked: dict) -> dict:
        self.made += 1
        if self.made > CALLS or self.call_back is None:
            return {"raised": {"nearest": "RuntimeError", "name": "RuntimeError", "text": "", "traceback": []}}
        arguments = [wired(value) for value in asked["arguments"]]
        return self.call_back(
            {"function": asked["function"], "arguments": arguments, "options": {str(name): wired(value) for name, value in asked["options"].items()}},
            self,
        )

    def _reply(self, given, asked: dict) -> dict:
        left: Iterable = [*given.arguments, *(given.options[name] for name in asked["options"] if name in given.options)]
        ended = None if given.ended is None else ENDS.get(given.ended, "died")
        printed = [[output["name"], output["text"]] for output in given.outputs if output["output_type"] == "stream"]
        names = {name: wired(value) for name, value in given.names.items()}
        reply = {"result": wired(given.result), "raised": given.raised, "ended": ended, "left": [wired(item) for item in left]}
        return reply | {"printed": printed, "names": names}


class Replayed:
    def __init__(self, replies: list[dict]):
        self.replies = iter(replies)

    def answer(self, asked: dict) -> dict:
        return next(self.replies, {"ended": "calls", "raised": None, "left": []})


def wired(value: object) -> dict:
    """One value on its way to the child. As text of its own: one that cannot be written spoils no other."""
    if value is Missing:
        return {"missing": True}
    if isinstance(value, NotPlain):
        return {"refused": [value.reason, value.detail]}
    try:
        return {"text": json.dumps(value)}
    except (ValueError, TypeError, RecursionError):
        return {"refused": ["broken", ""]}


def clean(said: Any) -> Any:
    """The same without halves of characters, which no file can hold."""
    if type(said) is str:
        return said if said.isascii() else said.encode("utf-8", "replace").decode("utf-8")
    if type(said) is dict:
        return {name: clean(value) for name, value in said.items()}
    return [clean(item) for item in said] if type(said) is list else said
