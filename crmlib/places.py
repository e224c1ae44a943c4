"""Where things stand: the course's data beside the library in the repository, or inside it where a wheel was installed.

Standard library only, and nothing of ours: ``setup.py`` reads ``DATA`` before anything is installed.
"""

from __future__ import annotations

from pathlib import Path

LIBRARY = Path(__file__).parent
# Of course/ what learning, revising and grading read, as patterns: it goes into a wheel and into a student's zip, and nothing else does.
DATA = (
    "lessons.toml",
    "essay.toml",
    "authors.csv",
    "glossary.csv",
    "references.csv",
    "points/*.toml",
    "exercises/*.toml",
    "questions/*.toml",
    "calculations/*.toml",
    "data/**/*",
)
PACKED = "course_data"  # the name that this data has in a wheel, below crmlib/


def repository() -> Path | None:
    """The repository or student's course that this library is a part of; None where it was installed by itself."""
    return None if (LIBRARY / PACKED).is_dir() else LIBRARY.parent


def course_data() -> Path:
    """The folder of the course's data that belong to this library."""
    return LIBRARY / PACKED if repository() is None else LIBRARY.parent / "course"


def root() -> Path:
    """The folder of notebooks, assignments and classes: the repository, else the course folder one stands in, else where one stands."""
    here = _here()
    return repository() or next((folder for folder in (here, *here.parents) if is_course_folder(folder)), here)


def is_course_folder(folder: Path) -> bool:
    """Whether a class is graded below this folder."""
    return any((folder / "course").glob("*/nbgrader_config.py"))


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder was removed under our feet; commands say so when they need one
        return LIBRARY.parent
