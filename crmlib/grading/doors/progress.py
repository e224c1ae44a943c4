"""How a run is told: a bar with the time left on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from crmlib.language import message
from crmlib.terminal import say

EVERY = 60  # seconds between two lines on how far it is, where there is no bar


class Progress:
    """Lines above a bar. Nothing that happens in telling ends the run."""

    def __init__(self, *, bar: bool | None = None, clock: Callable[[], float] = time.monotonic):
        self.done = self.total = 0
        self._bar, self._clock, self._began, self._told = None, clock, clock(), clock()
        self._wanted = sys.stdout is not None and sys.stdout.isatty() if bar is None else bar

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def start(self, total: int) -> None:
        """So many are to be graded; the time that is left is counted from here."""
        self.total, self._began = total, self._clock()
        if self._wanted and total > 1:
            self._bar = _bar(total)

    def line(self, text: str) -> None:
        """A line for the reader."""
        if self._bar is None:
            say(text)
        else:
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1)
            self._bar.refresh()
        elif self.total > self.done and self._clock() - self._told >= EVERY:
            self._told = self._clock()
            say(message("grade.how_far", done=self.done, total=self.total, left=self.left()), error=True)

    def left(self) -> str:
        """The time that is left, in words."""
        if not self.done:
            return "?"
        seconds = (self._clock() - self._began) / self.done * (self.total - self.done)
        return message("grade.minutes", minutes=max(1, round(seconds / 60))) if seconds >= 50 else message("grade.seconds", seconds=max(1, round(seconds)))


def _bar(total: int):
    from rich import progress

    bar = progress.Progress(
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn(message("grade.time_left")),
        progress.TimeRemainingColumn(),
        auto_refresh=False,  # no thread of its own: processes are forked from here
    )
    bar.add_task("", total=total)
    bar.start()
    return bar
