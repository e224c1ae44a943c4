"""From solutions/ to assignments/: nbgrader makes the students' version, the same bytes every time."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from crmlib.course import ROOT, CourseError
from crmlib.language import LANGUAGES, message


def available(language: str, root: Path = ROOT) -> list[str]:
    """The assignments that have a source in a language, in order."""
    return sorted(folder.name for folder in (root / "solutions" / language).glob("*-*") if folder.is_dir())


def marked_by_machine(language: str, root: Path = ROOT) -> list[str]:
    """The assignments that have a test; the others a person marks from the first point to the last."""
    return [stem for stem in available(language, root) if _has_a_test(root / "solutions" / language / stem / f"{stem}.ipynb")]


def _has_a_test(source: Path) -> bool:
    if not source.is_file():
        return True  # what is missing is said where it is looked for
    marks = [cell["metadata"].get("nbgrader", {}) for cell in json.loads(source.read_text(encoding="utf-8"))["cells"]]
    return any(mark.get("grade") and not mark.get("solution") for mark in marks)


def course_root(language: str, root: Path = ROOT) -> Path:
    """The folder in which a class of this language is graded."""
    return root / "course" / language


def configuration(language: str, root: Path = ROOT):
    """nbgrader's configuration of a class as its commands would read it there."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(course_root(language, root))).load_config()


def generate(stem: str, language: str, root: Path = ROOT, released: Path | None = None, gradebook: bool = False) -> Path:
    """Write the students' version of one assignment; with ``gradebook=True`` also enter it in the class's gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    if stem not in available(language, root):
        raise CourseError(message("assignments.no_source", stem=stem, language=language, known=", ".join(available(language, root))))
    config = configuration(language, root)
    if released is not None:
        config.CourseDirectory.release_directory = str(released)
    config.CourseDirectory.assignment_id = stem
    config.GenerateAssignment.no_database = not gradebook
    if not gradebook:
        config.GenerateAssignment.preprocessors = [step for step in config.GenerateAssignment.preprocessors if not step.endswith(".SaveCells")]
    with inside(course_root(language, root)):
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        converter.force = True
        converter.log.setLevel(logging.ERROR)
        converter.start()
    return Path(config.CourseDirectory.release_directory if released else root / "assignments" / language) / stem


def unbuilt(language: str, root: Path = ROOT) -> dict[str, str]:
    """The assignments that are not what `crmlib build` would make now: by stem "missing" or "stale"."""
    return {stem: state for stem in available(language, root) if (state := state_of(stem, language, root))}


def state_of(stem: str, language: str, root: Path = ROOT) -> str:
    """Whether an assignment is "missing", "stale", or what `crmlib build` would make now: then empty."""
    released = root / "assignments" / language / stem
    if not (released / f"{stem}.ipynb").is_file():
        return "missing"
    with tempfile.TemporaryDirectory() as folder:
        return "" if _contents(released) == _contents(generate(stem, language, root, released=Path(folder))) else "stale"


def _contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def build(root: Path = ROOT) -> list[str]:
    """Generate every assignment in every language and write the running case's tables; returns what was written."""
    from crmlib import running_case

    written = []
    for language in LANGUAGES:
        for stem in available(language, root):
            generate(stem, language, root)
            written.append(f"assignments/{language}/{stem}")
    running_case.write(root / "course" / "data" / "running_case")
    return [*written, "course/data/running_case"]


@contextmanager
def inside(folder: Path):
    """nbgrader reads relative directories from the working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
