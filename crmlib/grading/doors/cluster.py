"""Marking on an existing Dask cluster: a task is bytes in and bytes out, no file system is shared, the writer stays here.

Each thread of a worker owns a sandbox and a checker, started with its first submission. A lost worker costs its submissions
a second try elsewhere; one that loses its worker twice is said to have done so.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import pickle
import queue
import re
import threading
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

from crmlib.grading.doors.job import Answer, Job, Task, answer
from crmlib.grading.doors.workers import pair
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.record.trouble import Trouble
from crmlib.language import message, use_language
from crmlib.places import LIBRARY

CONNECTS, HAS_WORKERS = 10, 60  # seconds that are waited
LOOKS_AGAIN = 5
TRIES = 2
STARTED = "crmlib-started"
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss|ucx|ucxx)://)?[^\s/:]+:\d{1,5}|(?:tcp|tls|ws|wss)://\[[0-9a-fA-F:]+\]:\d{1,5}")


class Cluster:
    """The connection to a scheduler for the length of a run."""

    def __init__(self, job: Job, address: str):
        self.job, self.address, self.isolated = job, address, False
        self._content = zlib.compress(pickle.dumps((_code(), job)))
        self._run = uuid.uuid4().hex[:12]
        self._numbers = self._known = 0
        self._looked = float("-inf")

    def __enter__(self) -> Cluster:
        self._client = _connected(self.address)
        try:
            with contextlib.suppress(TimeoutError):
                self._client.wait_for_workers(1, timeout=HAS_WORKERS)
            if not self._places():
                raise Trouble(message("cluster.no_workers", address=self.address))
            self._started: dict[str, int] = {}
            self._client.subscribe_topic(STARTED, self._note)
            (first,) = self.run([Task("", {})], _ready)
            if isinstance(first, Answer):
                raise Trouble(first.trouble or message("cluster.first_lost", reason=first.failed or "–"))
            self.isolated = first
        except BaseException:
            self._client.close(timeout=5)
            raise
        return self

    def __exit__(self, *_) -> None:
        if self._client.status == "running":
            with contextlib.suppress(Exception):  # the workers end what they keep for us; a lost one has ended already
                self._client.run(_end, wait=False)
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    def run(self, tasks: Iterable[Task], program=None) -> Iterator[Answer]:
        """An answer for every task, as they come; only so many are under way as the cluster has threads, and one more each."""
        coming, more = iter(tasks), True
        flying: dict[str, tuple[Any, Task]] = {}
        done: queue.SimpleQueue[str] = queue.SimpleQueue()
        again: list[Task] = []
        tries: dict[str, int] = {}
        while True:
            while more or again:
                if len(flying) >= self._places():
                    break
                task = again.pop() if again else next(coming, None)
                if task is None:
                    more = False
                    break
                self._submit(task, program or _marked, flying, done)
            if not flying:
                return
            try:
                key = done.get(timeout=2)
            except queue.Empty:
                if self._client.status != "running":
                    raise Trouble(message("cluster.scheduler_lost", address=self.address)) from None
                continue
            future, task = flying.pop(key)
            found = self._result(future, key, task)
            if found is None:  # its worker was lost before it had begun, or it is the first time
                tries[task.student] = tries.get(task.student, 0) + 1
                if tries[task.student] <= 2 * TRIES:
                    again.append(task)
                    continue
                found = Answer(task.student, died=True)
            yield cast(Answer, found)

    def _submit(self, task: Task, program, flying: dict, done: queue.SimpleQueue) -> None:
        self._numbers += 1
        key = f"crmlib-{self._run}-{self._numbers}"
        future = self._client.submit(program, self._content, key, zlib.compress(pickle.dumps(task), 1), key=key, pure=False, retries=0)
        flying[key] = future, task
        future.add_done_callback(lambda _: done.put(key))
        with contextlib.suppress(Exception):  # a scheduler that does not let itself be told has a patience of its own
            self._client.run_on_scheduler(_patience(key, TRIES))

    def _result(self, future, key: str, task: Task) -> Answer | bool | None:
        from distributed import KilledWorker

        if future.status in ("cancelled", "lost"):
            if self._client.status != "running":
                raise Trouble(message("cluster.scheduler_lost", address=self.address))
            return None
        error = future.exception()
        if isinstance(error, KilledWorker):  # those that only waited at the lost worker are not to blame
            return Answer(task.student, died=True) if self._started.get(key, 0) >= TRIES else None
        if error is not None:
            raise Trouble(message("cluster.worker_cannot", reason=f"{type(error).__name__}: {error}"[:300]))
        return pickle.loads(zlib.decompress(future.result()))

    def _note(self, event) -> None:
        self._started[event[1]] = self._started.get(event[1], 0) + 1

    def _places(self) -> int:
        """How many submissions are under way at most: one for each thread, and one waiting at each worker."""
        if self._client.status == "running" and time.monotonic() - self._looked > LOOKS_AGAIN:
            threads = self._client.nthreads()
            self._known, self._looked = sum(threads.values()) + len(threads), time.monotonic()
        return self._known


def _connected(address: str):
    try:
        from distributed import Client
    except ImportError:
        raise Trouble(message("cluster.not_installed")) from None
    if not _ADDRESS.fullmatch(address):
        raise Trouble(message("cluster.address", received=address))
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in our own sentences
    try:
        return Client(address, timeout=CONNECTS, set_as_default=False, name="crmlib grade")
    except (OSError, TimeoutError, ValueError, TypeError, ImportError) as error:
        raise Trouble(message("cluster.no_scheduler", address=address, reason=(str(error).splitlines() or [type(error).__name__])[0][:200])) from error


def _patience(key: str, tries: int):
    """What the scheduler is told about one task of ours: it fails when it has lost its worker so often, whatever others may do."""

    def told(dask_scheduler) -> None:  # a function inside a function travels whole: the scheduler need not have crmlib
        task = dask_scheduler.tasks.get(key)
        if task is not None:
            task.suspicious = max(task.suspicious, dask_scheduler.allowed_failures + 1 - tries)

    return told


# --- on the workers ---

_own = threading.local()
_all: list[contextlib.ExitStack] = []
_lock = threading.Lock()


def _ready(content: bytes, key: str, _: bytes) -> bytes:
    """Whether a worker can mark, and in isolation."""
    return _packed(_with_pair(content, lambda job, sandbox, checker: sandbox.isolated))


def _marked(content: bytes, key: str, task: bytes) -> bytes:
    """Mark one submission."""
    _say_started(key)
    submission: Task = pickle.loads(zlib.decompress(task))
    return _packed(_with_pair(content, lambda job, sandbox, checker: answer(job, submission, sandbox, checker)))


def _with_pair(content: bytes, do):
    """Do something with this thread's sandbox and checker; what stands in the way comes back as an answer."""
    code, job = _job(content)
    if code != _code():
        return Answer(None, trouble=message("cluster.other_version"))
    use_language(job.language)
    try:
        return do(job, *_kept(job))
    except SandboxUnavailable as error:
        return Answer(None, trouble=message("cluster.no_sandbox", reason=str(error)))


def _kept(job: Job):
    if getattr(_own, "settings", None) != job.settings or _own.stack not in _all:
        if getattr(_own, "stack", None) in _all:
            _own.stack.close()
        stack = contextlib.ExitStack()
        _own.pair, _own.settings, _own.stack = stack.enter_context(pair(job.settings)), job.settings, stack
        with _lock:
            _all.append(stack)
    return _own.pair


@cache
def _job(content: bytes):
    return pickle.loads(zlib.decompress(content))


@cache
def _code() -> str:
    """A mark of the library's text: here and there must be the same."""
    found = hashlib.sha256()
    for path in sorted(LIBRARY.rglob("*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def _say_started(key: str) -> None:
    from distributed import get_worker

    get_worker().log_event(STARTED, key)


def _packed(values: object) -> bytes:
    return zlib.compress(pickle.dumps(values), 1)


def _end() -> None:
    """End what is kept; the next run starts it anew."""
    with _lock:
        while _all:
            _all.pop().close()
