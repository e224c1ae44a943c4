"""Which files of a folder are papers, and whose."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from crmlib.essay.rules import MADE, STEM

# What systems and programs leave beside papers.
NOT_HANDED_IN = {"thumbs.db", "desktop.ini", "timestamp.txt"}
NOT_ENTERED = {"__macosx", "__pycache__"}


@dataclass(frozen=True, slots=True)
class File:
    """A file that was handed in; ``name`` is its place in the folder."""

    name: str
    path: Path

    @property
    def owner(self) -> str:
        """Whose it is: the student's folder, or the file's own name where all lie in one folder."""
        first, *rest = Path(self.name).parts
        return first if rest else Path(first).stem


def papers(folder: Path) -> list[File]:
    """Every file below a folder in order; in a folder of submissions only those of the essay."""
    found = []

    def closed(error: OSError) -> None:
        path = Path(error.filename)
        found.append(File(path.relative_to(folder).as_posix(), path))

    for place, folders, names in os.walk(folder, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name.lower() not in NOT_ENTERED)
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name.lower() not in NOT_HANDED_IN:
                path = Path(place, name)
                found.append(File(path.relative_to(folder).as_posix(), path))
    found.sort(key=lambda file: file.name)
    found = [file for file in found if not _made_here(file.path)]
    submitted = [file for file in found if STEM in Path(file.name).parts[:-1]]
    return submitted or found


def _made_here(path: Path) -> bool:
    """Whether a notebook only shows the document that lies beside it."""
    if path.suffix.lower() != ".ipynb":
        return False
    try:
        document = json.loads(path.read_text(encoding="utf-8"))["metadata"]["crmlib"][MADE]
        return document != path.name and (path.parent / Path(document).name).is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return False
