"""One zip for students: lessons with their pictures, assignments, crmlib, the course data they need and start.py. Nothing else.

The list says what goes in, so that a new secret elsewhere in the repository stays out without anybody's care.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from crmlib import premade, rooms
from crmlib.assignments import unbuilt
from crmlib.course import ROOT, CourseError
from crmlib.language import message
from crmlib.places import DATA

# Patterns below the repository's root; {language} is filled in.
CONTENTS = (
    "start.py",
    "pyproject.toml",
    "setup.py",
    "requirements.lock.txt",
    "environment.yml",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-CONTENT",
    "assignments/{language}/**/*",
    *(f"course/{pattern}" for pattern in DATA),
)
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
_LONG_AGO = (2020, 1, 1, 0, 0, 0)  # one date for every file: the same course gives the same zip


def files(language: str, root: Path = ROOT) -> Iterator[Path]:
    """Every file that goes in as it is, relative to the root, in order."""
    found = set()
    for pattern in CONTENTS:
        matches = {path for path in root.glob(pattern.format(language=language)) if path.is_file()}
        if not matches:
            raise CourseError(message("handout.missing_file", pattern=pattern.format(language=language)))
        found |= matches
    found |= set(rooms.files(language, root))  # of the library what students run, and nothing for instructors
    relative = (path.relative_to(root) for path in sorted(found))
    yield from (path for path in relative if not LEFT_OUT & set(path.parts) and path.suffix != ".pyc")


def lessons(language: str, root: Path = ROOT) -> Path:
    """The folder of the lessons with their outputs, brought up to date; one that cannot be run is refused."""
    failed = []
    target = premade.folder(language, root)
    premade.make(premade.stale(language, root), target, root, on_done=lambda number, path, reason: failed.append(reason) if reason else None)
    if failed:
        raise CourseError("\n".join(failed))
    return target


def contents(language: str, root: Path = ROOT) -> dict[str, Path]:
    """Every file of the handout: its place in the zip, and where it lies now."""
    found = {path.as_posix(): root / path for path in files(language, root)}
    found |= {f"notebooks/{language}/{path.name}": path for path in sorted(lessons(language, root).glob("*.ipynb"))}
    found["README.md"] = root / "course" / "handout" / f"README.{language}.md"  # a student's, not the repository's
    return dict(sorted(found.items()))


def write(language: str, target: Path | None = None, root: Path = ROOT) -> Path:
    """Write the zip and return its path; everything in it stands in one folder named after it."""
    for stem, state in unbuilt(language, root).items():
        raise CourseError(message(f"handout.{state}", path=f"assignments/{language}/{stem}"))
    wanted = contents(language, root)  # a refusal leaves nothing behind
    name = f"crm-course-{language}"
    target = target or Path.cwd() / f"{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, path in wanted.items():
                entry = zipfile.ZipInfo(f"{name}/{place}", _LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
        unfinished.replace(target)  # a zip that is there is a whole zip
    finally:
        unfinished.unlink(missing_ok=True)
    return target
