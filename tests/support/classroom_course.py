"""A course root that costs next to nothing: settings and one source notebook, for what the classroom does around grading."""

from __future__ import annotations

import io
import shutil
import zipfile
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
    # nbgrader asks the alembic program which version a new gradebook has, which takes seconds; here alembic says it itself.
    with mock.patch("nbgrader.api.get_alembic_version", _newest), grading.book(the_class(root, language)):
        return root


@cache
def _newest() -> str:
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


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
