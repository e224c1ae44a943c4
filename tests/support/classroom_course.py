"""A course root that costs next to nothing: settings and one source notebook, for what the classroom does around grading."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

from crmlib.classroom import grading
from tests.support import assignments_data as data

STEM = "09-loyalty-economics"


def small_course(root: Path, language: str = "zh") -> Path:
    """Copy what a class needs to be set up; nobody is on its roster yet."""
    (root / "course" / language).mkdir(parents=True)
    shutil.copy(data.ROOT / "course" / "nbgrader_config.py", root / "course")
    shutil.copy(data.ROOT / "course" / language / "nbgrader_config.py", root / "course" / language)
    for tree in ("solutions", "assignments"):
        shutil.copytree(data.ROOT / tree / language / STEM, root / tree / language / STEM)
    (root / "course" / language / "gradebook.db").write_bytes(_empty_gradebook(language))
    return root


@cache
def _empty_gradebook(language: str) -> bytes:
    """A new gradebook of nbgrader's own making; every course root gets a copy of it."""
    from nbgrader.api import Gradebook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        with newest_gradebook(), Gradebook(f"sqlite:///{path}", f"crm-{language}"):
            pass
        return path.read_bytes()


@contextmanager
def newest_gradebook():
    """nbgrader asks the alembic program which version a new gradebook has, which takes seconds; here alembic says it itself."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    with mock.patch("nbgrader.api.get_alembic_version", ScriptDirectory(ALEMBIC_DIR).get_current_head):
        yield


def the_class(root: Path, language: str = "zh"):
    """The class of such a course root."""
    return grading.Class(language, root)


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 4, 10, 0, 0)), text)
    return content.getvalue()


def with_raw_names(files: dict[bytes, bytes]) -> bytes:
    """A zip whose names are these bytes, unmarked, as Windows writes them: zipfile itself only writes ASCII or UTF-8."""
    content, stand_ins = io.BytesIO(), {}
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, text) in enumerate(files.items()):
            stand_in = f"{number:0{len(name)}d}"
            stand_ins[stand_in.encode()] = name
            archive.writestr(zipfile.ZipInfo(stand_in, (2026, 5, 4, 10, 0, 0)), text)
    made = content.getvalue()
    for stand_in, name in stand_ins.items():
        made = made.replace(stand_in, name)
    return made
