"""Marking in several processes of this machine, each with a sandbox and a checker of its own.

The parent hands out submissions and takes marks; it alone writes. A process that is lost costs the submission it was at a
second try in a new one; a submission that loses its process twice is said to have done so, and the class goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from crmlib.grading.doors.job import Answer, Job, Task, answer
from crmlib.grading.doors.workers import pair
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.language import use_language

AHEAD = 2  # tasks that a process has at a time: one at work, one waiting while the parent writes
TRIES = 2
STARTS = 3  # processes in a row that end before they are ready
_ENDING = 10  # seconds that a process has to end by itself


def serve(job: Job, pipe: Connection, others: list[Connection]) -> None:
    """The life of a marking process: ready, then an answer for each task until nobody sends any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    for other in others:  # inherited: while this process holds them, a sibling would not see that the parent is gone
        other.close()
    use_language(job.language)
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, tasks), daemon=True).start()
    try:
        with pair(job.settings) as (sandbox, checker):
            pipe.send(sandbox.isolated)
            while (task := tasks.get()) is not None:
                pipe.send(answer(job, task, sandbox, checker))
    except SandboxUnavailable as error:
        with contextlib.suppress(OSError):
            pipe.send(error)
    except OSError:  # the parent is gone; its next run takes up where it stopped
        pass


def _listen(pipe: Connection, tasks: queue.SimpleQueue) -> None:
    """Take tasks while another is at work, so that the parent never waits for a full pipe."""
    try:
        while True:
            tasks.put(pipe.recv())
    except (EOFError, OSError):
        tasks.put(None)


class _Worker:
    def __init__(self, job: Job, others: list[Connection]):
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(job, theirs, [*others, self.pipe] if sys.platform == "linux" else []), daemon=False)
        self.process.start()
        theirs.close()
        self.tasks: deque[Task] = deque()
        self.ready = False

    def end(self) -> None:
        """No more tasks; whoever does not end by itself is ended."""
        self.pipe.close()
        self.process.join(_ENDING)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Pool:
    """Some marking processes. The second is started when the first is ready: it finds everything compiled."""

    def __init__(self, job: Job, count: int):
        self.job, self.count, self.isolated = job, count, False
        self._workers: list[_Worker] = []
        self._lost_at_start = 0
        self._stopping = False

    def __enter__(self) -> Pool:
        try:
            self._start()
            while not any(worker.ready for worker in self._workers):
                for worker in self._waited():
                    self._hear(worker)
                if not self._workers:
                    self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.end()
        self._workers = []

    @property
    def processes(self) -> list[int]:
        """The ids of the marking processes."""
        return [worker.process.pid for worker in self._workers if worker.process.pid]

    def run(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """An answer for every task, as they come."""
        coming, more = iter(tasks), True
        again: deque[Task] = deque()
        tries: dict[str, int] = {}
        while True:
            more = self._hand_out(coming, again, more)
            if not more and not again and not any(worker.tasks for worker in self._workers):
                return
            if not self._workers:
                self._start()
            for worker in self._waited():
                found = self._hear(worker)
                if isinstance(found, Answer):
                    worker.tasks.popleft()
                    yield found
                elif found is not None:  # what the lost process had: the first was at work, the others had not begun
                    lost, *waiting = found
                    tries[lost.student] = tries.get(lost.student, 0) + 1
                    again.extend(waiting)
                    if tries[lost.student] < TRIES:
                        again.append(lost)
                    else:
                        yield Answer(lost.student, died=True)

    def _hand_out(self, coming: Iterator[Task], again: deque, more: bool) -> bool:
        """Give every process that is ready what it lacks, each its first before anybody's second."""
        for ahead in range(1, AHEAD + 1):
            for worker in [worker for worker in self._workers if worker.ready and len(worker.tasks) < ahead]:
                task = again.popleft() if again else next(coming, None) if more else None
                if task is None:
                    return False
                worker.tasks.append(task)
                with contextlib.suppress(OSError):  # it is gone: heard when it is waited for
                    worker.pipe.send(task)
        if self._workers and all(worker.ready for worker in self._workers) and len(self._workers) < self.count:
            self._start()
        return more

    def _start(self) -> None:
        self._workers.append(_Worker(self.job, [worker.pipe for worker in self._workers]))

    def _waited(self) -> list[_Worker]:
        there: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        return [there[pipe] for pipe in wait(list(there))]

    def _hear(self, worker: _Worker) -> Answer | list[Task] | None:
        """One word of a process: an answer, that it is ready, or that it is gone with these tasks."""
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            worker.end()
            if not worker.ready:
                self._lost_at_start += 1
                if self._lost_at_start >= STARTS:
                    raise SandboxUnavailable(f"exit status {worker.process.exitcode}") from None
            return list(worker.tasks) or None
        if isinstance(said, SandboxUnavailable):
            raise said
        if isinstance(said, bool):
            worker.ready, self.isolated, self._lost_at_start = True, said, 0
            return None
        return said


def usual() -> int:
    """As many processes as this process may use cores."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)
