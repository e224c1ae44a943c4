"""Where an exam point is taught: the lesson, and the heading of its section."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from crmlib import course
from crmlib.language import current_language


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a lesson: its notebook's name, its heading and the cell in which that stands; both empty where the lesson is not written yet."""

    lesson: str
    heading: str
    cell: str

    @property
    def link(self) -> str:
        """The address seen from the lessons' folder, or nothing where there is no lesson."""
        anchor = f"#cell-id={self.cell}" if self.cell else ""  # as JupyterLab names a place in a notebook
        return f"{self.lesson}.ipynb{anchor}" if course.lesson(self.lesson).notebook(current_language()).exists() else ""


def section(point: str) -> Section:
    """The section that teaches an exam point, in the language in use."""
    stem = course.point(point).lesson
    return Section(stem, *_headings(stem, current_language()).get(point, ("", "")))


@cache
def _headings(stem: str, language: str) -> dict[str, tuple[str, str]]:
    """For every exam point the heading above the cell that teaches it; a cell on few points says more than one on many."""
    try:
        cells = json.loads(course.lesson(stem).notebook(language).read_bytes())["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    found: dict[str, tuple[int, str, str]] = {}
    heading, place = "", ""
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^#{1,4} +(.+?)\s*$", text, flags=re.MULTILINE)
            if headings:
                heading, place = headings[0], cell["id"]
        points = cell["metadata"].get("crmlib", {}).get("points", ())
        for point in points:
            if point not in found or len(points) < found[point][0]:
                found[point] = (len(points), _plain(heading), place)
    return {point: (heading, place) for point, (_, heading, place) in found.items()}


def _plain(heading: str) -> str:
    """A heading as the page shows it, without Markdown's marks."""
    return re.sub(r"[*_`]+|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
