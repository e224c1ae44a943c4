"""Each student's page of feedback, packed under the platform's own names, so that one upload gives it back to everybody."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from crmlib.classroom import collect, grading, roster
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import message

_MOODLE = re.compile(r"(.+?_\d+_assignsubmission_(?:file|onlinetext)_?)(.*)", re.DOTALL)
_WHEN = (2000, 1, 1, 0, 0, 0)  # the same pages give the same zip


@dataclass
class Packed:
    """The zips by platform, and who has no page."""

    zips: dict[str, bytes] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)


def write_pages(course: grading.Class, assignment: str) -> str:
    """Write every page anew with nbgrader's own step; returns what went wrong in words, or nothing."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.converters.base import NbGraderException

    class Pages(GenerateFeedback):
        """nbgrader's step, that finds folders by listing them: a name with [ ] * ? is a name and no pattern."""

        def init_notebooks(self):
            self.notebooks, self.assignments = [], {}
            for number in graded(course, assignment):
                folder = self._format_source(assignment, number)
                if notebooks := sorted(str(path) for path in Path(folder).iterdir() if path.suffix == ".ipynb"):
                    self.assignments[folder] = notebooks

        def _format_source(self, assignment_id, student_id, escape=False):
            pattern = super()._format_source(assignment_id, student_id, escape=escape)
            return f"(?s){pattern}" if escape else pattern  # a line break in one name must not cost the others their pages

    course.coursedir.assignment_id, course.coursedir.student_id = assignment, "*"
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    step = Pages(coursedir=course.coursedir, config=course.config)
    step.log = logging.getLogger("crmlib.feedback")
    step.log.propagate = False
    step.log.setLevel(logging.ERROR)
    step.log.addHandler(handler)
    step.force = True
    try:
        step.start()
    except (NbGraderException, SystemExit):
        pass
    finally:
        step.log.removeHandler(handler)
    return said.getvalue().strip()


def graded(course: grading.Class, assignment: str) -> list[str]:
    """Who has a finished folder of an assignment, by name."""
    folder = course.root / "autograded"
    return sorted(path.name for path in folder.iterdir() if (path / assignment).is_dir()) if folder.is_dir() else []


def pack(course: grading.Class, assignment: str) -> Packed:
    """Put the pages of feedback/ into one zip for each platform that submissions were collected from."""
    numbers = graded(course, assignment)
    if not numbers:
        raise ClassroomError(message("marks.nobody_graded", assignment=assignment, course=course.root.name))
    known, found = collect.collected(course, assignment), Packed()
    names = {someone.number: someone for someone in roster.everybody(course)}
    contents: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for number in numbers:
        pages = sorted((course.root / "feedback" / number / assignment).glob("*.html"))
        if not pages:
            found.without.append(number)
            continue
        came = known.get(number, {})
        platform = came.get("platform", "files")
        for page in pages:
            contents[platform].append((_name(platform, came, page.name, names.get(number) or Person(number)), page.read_bytes()))
        found.count[platform] = found.count.get(platform, 0) + 1
    for platform, those in contents.items():
        found.zips[platform] = _zip(those)
    return found


def _name(platform: str, came: dict, page: str, someone: Person) -> str:
    """The name under which the platform knows whose page it is."""
    files = came.get("files") or [""]
    if platform == "moodle":
        for part in PurePosixPath(files[0]).parts:
            if found := _MOODLE.fullmatch(part):
                flat = bool(found[2])  # all files in one folder, as Moodle did it before 3.1
                return f"{found[1]}{page}" if flat else f"{found[0]}/{page}"
    if platform == "canvas":
        main = next((file for file in files if file.lower().endswith(".ipynb")), files[0])
        return re.sub(r"\.[^.]*$", "", PurePosixPath(main).name) + ".html"
    return f"{someone.number}_{_plain(someone.full_name)}/{page}" if someone.full_name else f"{someone.number}/{page}"


def _plain(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .")


def _zip(contents: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    seen: dict[str, int] = {}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents:
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:  # two notebooks of one Canvas attachment
                stem, dot, ending = name.rpartition(".")
                name = f"{stem}-{seen[name]}{dot}{ending}"
            archive.writestr(zipfile.ZipInfo(name, _WHEN), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def target(folder: Path, assignment: str, platform: str) -> Path:
    """Where a platform's zip is written."""
    return folder / f"feedback-{assignment}-{platform}.zip"
