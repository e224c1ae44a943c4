"""The named answers of an assignment: wrong ones with their marks and reasons, alternative right ones, equivalent mutants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmlib import toml
from crmlib.course import ROOT, CourseError
from crmlib.language import message


@dataclass(frozen=True)
class Answer:
    """One named answer to one graded cell."""

    test: str
    cell: str
    name: str
    source: str
    right: bool
    points: float | None
    reason: str


@dataclass(frozen=True)
class Equivalent:
    """A mutant that is right all the same, and why."""

    cell: str
    mutant: str
    reason: str


def path_of(stem: str, root: Path = ROOT) -> Path:
    return root / "tests" / "answers" / f"{stem}.toml"


def read(stem: str, root: Path = ROOT) -> tuple[list[Answer], list[Equivalent]]:
    """The answers and the equivalent mutants of an assignment."""
    path = path_of(stem, root)
    if not path.exists():
        raise CourseError(message("scorecard.no_answers", file=path.relative_to(root).as_posix()))
    entries = toml.read(path)
    answers = [
        Answer(cell["test"], cell["answer"], given["name"], given["source"].strip("\n"), right, given.get("points"), given.get("reason", ""))
        for cell in entries["cell"]
        for right in (True, False)
        for given in cell["right" if right else "wrong"]
    ]
    return answers, [Equivalent(**values) for values in entries.get("equivalent", ())]
