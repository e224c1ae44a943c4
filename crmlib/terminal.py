"""Printing that never ends a run: a stream that cannot show a character gets its number, a stream that is gone gets nothing."""

from __future__ import annotations

import os
import re
import sys

# What ends a line or steers a terminal, in whatever alphabet.
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\s*[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+\s*")


def ready() -> None:
    """Let standard output and errors take any text: redirected on Windows they know a few hundred characters."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # what cannot is let be, below
        except (AttributeError, ValueError, OSError):  # none at all, closed, or a stream of a test
            pass


def say(text: object, *, error: bool = False) -> None:
    """Print a line; whatever happens in printing stays there."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    text = f"{text}\n"
    try:
        try:
            stream.write(text)
        except UnicodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding, "replace"))
        stream.flush()
    except (OSError, ValueError, UnicodeError, LookupError):
        _let_go(stream)


def shows(text: str) -> bool:
    """Whether standard output can show every character of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def safe(text: str) -> str:
    """A text that moves no cursor and changes no colour where it is printed.

    >>> safe("a\\x1b[31mb")
    'a�[31mb'
    """
    return _STEERS.sub("�", text)


def one_line(text: str) -> str:
    """The same in one line.

    >>> one_line("Amy\\n  of week 2")
    'Amy of week 2'
    """
    return safe(_LINE_ENDS.sub(" ", text))


def _let_go(stream) -> None:
    """The reader has gone (`| head`) or the disk is full: Python must not stumble over the rest when it ends."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
    except (OSError, ValueError, AttributeError):
        pass
