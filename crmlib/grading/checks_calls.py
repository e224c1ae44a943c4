"""What passes between a test and the student's session by way of the grader: calls, and values as text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

from crmlib.grading.codec import NotPlain
from crmlib.grading.sandbox import Settings
from crmlib.grading.sandbox_session import Missing

CALLS = 20_000  # of a student's functions in one test; all of them together may take a question's time
ENDS = {"time": "time", "cpu": "time", "memory": "memory"}  # why something ended; anything else is "died"


class Calls:
    """The calls of one test: passed to the session, counted, and remembered for a replay."""

    def __init__(self, call: Callable | None, settings: Settings, replies: list[dict]):
        self.call, self.replies = call, replies
        self.left = settings.question_seconds

    def answer(self, asked: dict) -> dict:
        start = time.monotonic()
        if self.call is None or self.left <= 0 or len(self.replies) >= CALLS:
            reply = {"ended": "calls", "raised": None, "left": []}
        else:
            given = self.call(asked["function"], asked["arguments"], asked["options"])
            reply = self._reply(given, asked)
        self.left -= time.monotonic() - start
        self.replies.append(reply)
        return reply

    def _reply(self, given, asked: dict) -> dict:
        left: Iterable = [*given.arguments, *(given.options[name] for name in asked["options"] if name in given.options)]
        ended = None if given.ended is None else ENDS.get(given.ended, "died")
        return {"result": wired(given.result), "raised": given.raised, "ended": ended, "left": [wired(item) for item in left]}


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


def clean(said: object) -> object:
    """The same without halves of characters, which no file can hold."""
    if type(said) is str:
        return said if said.isascii() else said.encode("utf-8", "replace").decode("utf-8")
    if type(said) is dict:
        return {name: clean(value) for name, value in said.items()}
    return [clean(item) for item in said] if type(said) is list else said
