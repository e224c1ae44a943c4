"""The course in the browser, from the first line to "see you next time": what is prepared, opened, and closed again."""

from __future__ import annotations

import os
import signal
import subprocess
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crmlib import my_course, premade
from crmlib.language import LANGUAGES, current_language, message
from crmlib.opening import jupyter
from crmlib.opening.settings import CannotOpen, View, view

SECONDS_TO_CLOSE = 15


@dataclass(frozen=True, slots=True)
class Setting:
    """What is to be opened, by which Python in which environment, and how a sentence is said."""

    root: Path
    language: str  # of the learner; the console may show only another one
    instructor: bool
    python: str
    base: Mapping[str, str]
    tell: Callable[[str], None]


def open_course(setting: Setting, *, port: int, browser: bool) -> None:
    """Open the course and stay until Ctrl-C, or until the window is closed, which counts as such."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    process = None
    try:
        opened = prepare(setting)
        setting.tell(message("opening.opening"))
        process, address = jupyter.start(opened, python=setting.python, port=port, base=setting.base, tell=setting.tell)
        setting.tell(message("opening.open_browser" if browser else "opening.open_address", address=address))
        if browser:
            webbrowser.open(address)
        code = process.wait()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not break the tidying
        try:
            setting.tell(message("opening.closing"))
        except OSError:  # the window is gone, and with it the place to write to
            pass
        if process:  # jupyter.start ends what it has begun itself
            close(process)
        code = 0
    if code:
        raise CannotOpen(message("opening.jupyter_failed", code=code, log=opened.settings / jupyter.LOG))
    setting.tell(message("opening.goodbye"))


def prepare(setting: Setting) -> View:
    """What is to be opened: the student's own copy of the course brought up to date, or the class."""
    pages = pages_language(setting.root, setting.language)
    found = view(pages, instructor=setting.instructor, root=setting.root)
    if not setting.instructor:
        if premade.stale(pages, setting.root):
            draw_lessons(setting, pages)
        lessons = premade.lessons(pages, setting.root)
        for sentence in my_course.refresh(found.folder, my_course.sources(setting.root, pages, lessons)):
            setting.tell(sentence)
        setting.tell(message("opening.your_copy", folder=found.folder))
    return found


def pages_language(root: Path, wanted: str) -> str:
    """The language of the pages: the learner's, or the only one that this handout has."""
    there = [language for language in LANGUAGES if (root / "notebooks" / language).is_dir()]
    return wanted if wanted in there or not there else there[0]


def draw_lessons(setting: Setting, pages: str) -> None:
    """The lessons with their tables and pictures. Without them the course opens all the same."""
    setting.tell(message("opening.drawing"))
    process = subprocess.Popen(
        [setting.python, "-m", "crmlib.premade", pages, current_language()],
        cwd=setting.root,
        env=dict(setting.base),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def close(process: subprocess.Popen) -> None:
    """End Jupyter and its kernels."""
    if os.name != "nt":
        process.send_signal(signal.SIGTERM)  # on Windows it has seen the Ctrl-C itself
    try:
        process.wait(timeout=SECONDS_TO_CLOSE)
    except subprocess.TimeoutExpired:
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _interrupt(number, frame):
    raise KeyboardInterrupt
