"""One submission's way through a marking process, wherever that runs: files in, marks out, and no exception that is lost."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crmlib.grading.doors import model_answer
from crmlib.grading.intake.source import SourceAssignment
from crmlib.grading.marking.submission import Marked, mark
from crmlib.grading.processes.settings import Settings
from crmlib.grading.record import trouble

MODEL_ANSWER = "model answer"


@dataclass(frozen=True)
class Job:
    """What a marking process is told once: the assignment, the limits, the language in which it speaks."""

    assignment: SourceAssignment
    settings: Settings
    language: str


@dataclass(frozen=True)
class Task:
    """A submission to mark; ``student`` is None for the model answer."""

    student: str | None
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Answer:
    """What came of a task: marks, or a sentence on the machine's trouble, or the error that stays with this one submission."""

    student: str | None
    marked: Marked | None = None
    held: list[list[str]] | None = None  # of the model answer: the questions it does not pass
    trouble: str = ""
    failed: str = ""
    details: str = ""
    died: bool = False  # the process itself was lost, twice
    cpu: float = 0.0  # seconds that the marking process and everything it started has used so far


def answer(job: Job, task: Task, sandbox, checker) -> Answer:
    """Mark a task; whatever goes wrong comes back as words."""
    found = _answer(job, task, sandbox, checker)
    return replace(found, cpu=time.process_time() + sandbox.cpu_seconds + checker.cpu_seconds)


def _answer(job: Job, task: Task, sandbox, checker) -> Answer:
    try:
        if task.student is None:
            return Answer(None, held=model_answer.tried(job.assignment, sandbox, checker))
        return Answer(task.student, mark(task.files, job.assignment, sandbox, checker))
    except Exception as error:
        if text := trouble.said(error, writing=False):
            return Answer(task.student, trouble=text)
        return Answer(task.student, failed=f"{type(error).__name__}: {error}", details=traceback.format_exc())
