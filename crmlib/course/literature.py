"""The works that the course cites, and the Chinese names of their authors."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from crmlib.course import files
from crmlib.course.files import CourseError, by_id
from crmlib.language import message


@dataclass(frozen=True, slots=True)
class Reference:
    """A work or source document the course rests on; ``checked`` says how far we have seen it ourselves."""

    id: str
    authors: str
    year: str
    title: str
    container: str
    checked: str


@cache
def references() -> Mapping[str, Reference]:
    """Every work the course cites, by id."""
    try:
        with (files.COURSE / "references.csv").open(encoding="utf-8-sig", newline="") as file:
            return by_id(("references.csv", _reference(row, place)) for place, row in enumerate(csv.DictReader(file), start=2))
    except FileNotFoundError:
        raise CourseError(message("course.no_file", file="course/references.csv")) from None
    except UnicodeDecodeError as error:
        raise CourseError(message("course.unusable_row", file="course/references.csv", place="?", error=error)) from None


@cache
def authors() -> Mapping[str, str]:
    """The Chinese name of an author as Chinese textbooks write it, by family name.

    >>> authors()["Sheth"]
    '谢斯'
    """
    with (files.COURSE / "authors.csv").open(encoding="utf-8-sig", newline="") as file:
        return MappingProxyType({row["name"]: row["zh"] for row in csv.DictReader(file)})


def _reference(row: dict, place: int) -> Reference:
    try:
        return Reference(**row)
    except TypeError as error:  # a comma too many, or a heading that is none
        raise CourseError(message("course.unusable_row", file="course/references.csv", place=row.get("id") or place, error=error)) from None
