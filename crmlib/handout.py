"""One zip for students: lessons, assignments, crmlib, the course data they need and start.py. Nothing else.

The list says what goes in, so that a new secret elsewhere in the repository stays out without anybody's care.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from crmlib.assignments import unbuilt
from crmlib.course import ROOT, CourseError
from crmlib.language import message

# Patterns below the repository's root; {language} is filled in.
CONTENTS = (
    "start.py",
    "pyproject.toml",
    "requirements.lock.txt",
    "environment.yml",
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-CONTENT",
    "crmlib/**/*",
    "notebooks/{language}/*.ipynb",
    "assignments/{language}/**/*",
    "course/lessons.toml",
    "course/authors.csv",
    "course/glossary.csv",
    "course/references.csv",
    "course/scorecard.csv",
    "course/GRADING*.md",
    "course/points/*.toml",
    "course/exercises/*.toml",
    "course/questions/*.toml",
    "course/data/**/*",
)
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
_LONG_AGO = (2020, 1, 1, 0, 0, 0)  # one date for every file: the same course gives the same zip


def files(language: str, root: Path = ROOT) -> Iterator[Path]:
    """Every file of the handout, relative to the root, in order."""
    found = set()
    for pattern in CONTENTS:
        matches = {path for path in root.glob(pattern.format(language=language)) if path.is_file()}
        if not matches:
            raise CourseError(message("handout.missing_file", pattern=pattern.format(language=language)))
        found |= matches
    relative = (path.relative_to(root) for path in sorted(found))
    yield from (path for path in relative if not LEFT_OUT & set(path.parts) and path.suffix != ".pyc")


def write(language: str, target: Path | None = None, root: Path = ROOT) -> Path:
    """Write the zip and return its path; everything in it stands in one folder named after it."""
    for stem, state in unbuilt(language, root).items():
        raise CourseError(message(f"handout.{state}", path=f"assignments/{language}/{stem}"))
    listed = list(files(language, root))  # a refusal leaves nothing behind
    name = f"crm-course-{language}"
    target = target or Path.cwd() / f"{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in listed:
                entry = zipfile.ZipInfo(f"{name}/{path.as_posix()}", _LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, (root / path).read_bytes())
        unfinished.replace(target)  # a zip that is there is a whole zip
    finally:
        unfinished.unlink(missing_ok=True)
    return target
