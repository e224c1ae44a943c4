"""What a lesson's notebooks lack: each by itself, beside its twin in the other language, and beside the lesson's exam points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from crmlib import course
from crmlib.language import LANGUAGES, message


def findings(stem: str, root: Path) -> Iterator[str]:
    """One sentence for everything that is wrong with the lesson's and the assignment's sources."""
    for pattern in (f"notebooks/{{}}/{stem}.ipynb", f"solutions/{{}}/{stem}/{stem}.ipynb"):
        pair = [file for file in map(pattern.format, LANGUAGES) if (root / file).is_file()]
        read = {}
        for file in pair:
            try:
                read[file] = _cells(root / file)
            except (OSError, ValueError, KeyError, TypeError) as error:
                yield message("state.unreadable", file=file, reason=_one_line(error))
        for file, cells in read.items():
            yield from _stored(file, cells)
        if len(read) == len(LANGUAGES):
            yield from _twins(*read.items())
        if pattern.startswith("notebooks"):
            for file, cells in read.items():
                yield from _sections(file, cells, stem)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _cells(path: Path) -> list[dict]:
    """The cells, each with its id, its kind, its text and its metadata; an error where it is no notebook of ours."""
    cells = [{**cell, "source": "".join(cell["source"])} for cell in json.loads(path.read_bytes())["cells"]]
    if not all({"id", "cell_type", "metadata"} <= cell.keys() for cell in cells):
        raise ValueError("id, cell_type, metadata")
    return cells


def code_of(path: Path) -> dict[str, str]:
    """The code cells of a notebook by id; none where it cannot be read, which is said elsewhere."""
    try:
        return {cell["id"]: cell["source"] for cell in _cells(path) if cell["cell_type"] == "code"}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _stored(file: str, cells: list[dict]) -> Iterator[str]:
    with_outputs = [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count") is not None]
    if with_outputs:
        yield message("state.outputs", file=file, cells=", ".join(with_outputs[:5]), command=f"jupyter nbconvert --clear-output --inplace {file}")


def _twins(one: tuple[str, list[dict]], other: tuple[str, list[dict]]) -> Iterator[str]:
    """The first place at which the two languages part, and code that differs; answers carry words, so solutions may."""
    (file, cells), (twin, twins) = one, other
    for cell, counterpart in zip(cells, twins):
        if (cell["id"], cell["cell_type"]) != (counterpart["id"], counterpart["cell_type"]):
            yield message("state.not_paired", cell=cell["id"], file=file, other=counterpart["id"], twin=twin)
            return
    if len(cells) != len(twins):
        longer, shorter, left = (file, twin, cells) if len(cells) > len(twins) else (twin, file, twins)
        yield message("state.no_twin", cell=left[min(len(cells), len(twins))]["id"], file=longer, twin=shorter)
        return
    for cell, counterpart in zip(cells, twins):
        if cell["metadata"] != counterpart["metadata"]:
            yield message("state.metadata_differ", cell=cell["id"], file=file, twin=twin)
        same = cell["source"].replace('use_language("en")', 'use_language("zh")') == counterpart["source"]
        if cell["cell_type"] == "code" and not same and file.startswith("notebooks"):
            yield message("state.code_differs", cell=cell["id"], file=file, twin=twin)


def _sections(file: str, cells: list[dict], stem: str) -> Iterator[str]:
    try:
        points = {point.id for point in course.points(stem)}
    except course.CourseError:  # is said where the data are looked at
        return
    named = {id: cell["id"] for cell in cells for id in cell["metadata"].get("crmlib", {}).get("points", ())}
    yield from (message("state.no_section", point=id, file=file) for id in sorted(points - named.keys()))
    yield from (message("state.no_such_point", point=id, file=file, cell=named[id], data=f"course/points/{stem}.toml") for id in sorted(named.keys() - points))
