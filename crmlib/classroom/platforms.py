"""What a platform writes into the names of the files it hands out in one zip, and what people write themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<attachment>\d+)_(?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clue:
    """What a path says of whose file it is: by a platform's own pattern, or in words anywhere in it."""

    platform: str  # "moodle", "canvas" or "files"
    unit: str  # what belongs to one person: the part of the path by which it is known
    inside: str  # the file's own path below that
    name: str = ""
    moodle_id: str = ""
    canvas_id: str = ""
    attachment: str = ""
    late: bool = False
    kind: str = "file"


def clue(path: str, numbers: frozenset[str] | set[str] = frozenset()) -> Clue:
    """The clue in a path; ``numbers`` are those of the roster, which no platform's own number is taken for.

    >>> clue("San Zhang_12345_assignsubmission_file_/week 1.ipynb").name
    'San Zhang'
    >>> clue("zhangsan_LATE_77_88_week-1-2.ipynb").canvas_id
    '77'
    >>> clue("week1/20230001_Zhang.ipynb").platform
    'files'
    """
    parts = path.split("/")
    for place, part in enumerate(parts):
        below = "/".join(parts[place + 1 :])
        if found := _MOODLE.fullmatch(part):
            rest = found["rest"] or ""
            inside = below or rest or part
            return Clue("moodle", f"{found['name']}_{found['id']}", inside, found["name"].strip(), moodle_id=found["id"], kind=found["plugin"])
        if not below and (found := _CANVAS.fullmatch(part)) and found["user"] not in numbers and found["name"] not in numbers:
            return Clue(
                "canvas",
                f"{found['name']}_{found['user']}",
                found["rest"],
                found["name"],
                canvas_id=found["user"],
                attachment=found["attachment"],
                late=bool(found["late"]),
            )
    return Clue("files", path, parts[-1])


def below(found: Clue, unit: str, inside: str) -> Clue:
    """The same clue with another part of the path as what belongs to one person."""
    return replace(found, unit=unit, inside=inside)
