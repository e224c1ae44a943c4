"""The files that a notebook finds beside it while it runs. One that cannot be put there is left out, and only that one."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from crmlib.grading.intake.names import listed, shown_name
from crmlib.language import message

SEPARATE = 3
_TELLS_CASES_APART = sys.platform == "linux"


def beside(files: Mapping[str, bytes], notebook: str | None) -> dict[str, bytes]:
    """The files as the notebook sees them that was handed in: those in its own folder stand beside it.

    >>> sorted(beside({"work/data.csv": b"1", "notes.txt": b"2"}, "work/week-1.ipynb"))
    ['data.csv', 'notes.txt']
    """
    folder = PurePosixPath(notebook or "").parent.as_posix()
    if folder == ".":
        return dict(files)
    near = {name.removeprefix(f"{folder}/"): content for name, content in files.items() if name.startswith(f"{folder}/")}
    return {name: content for name, content in files.items() if not name.startswith(f"{folder}/")} | near


def together(
    theirs: Mapping[str, bytes],
    own: Mapping[str, bytes],
    refuses: Callable[[Mapping[str, bytes]], None],
    *,
    cases_apart: bool = _TELLS_CASES_APART,
) -> tuple[dict[str, bytes], list[str]]:
    """The instructor's files and, as far as they go together, the student's; a sentence for what does not.

    ``refuses`` raises ValueError for files that the sandbox does not take.
    """
    kept: dict[str, bytes] = {}
    folded: dict[str, str] = {}  # spelling of a file or folder -> "file" or "folder"
    left: dict[str, list[str]] = {}
    for name, content in [*own.items(), *sorted(theirs.items(), key=lambda each: (each[0].count("/"), len(each[1]), each[0]))]:
        if name in own and content is not own[name]:
            continue  # the instructor's own file stands there
        parents = [_folded(parent.as_posix(), cases_apart) for parent in PurePosixPath(name).parents if parent.as_posix() != "."]
        spelt = _folded(name, cases_apart)
        if spelt in folded or any(folded.get(parent) == "file" for parent in parents):
            left.setdefault("taken", []).append(name)
            continue
        try:
            refuses({name: content})
        except ValueError:
            left.setdefault("refused", []).append(name)
            continue
        kept[name] = content
        folded |= {spelt: "file"} | dict.fromkeys(parents, "folder")
    kept = _few_enough(kept, own, refuses, left)
    return kept, [sentence for kind, names in left.items() for sentence in _sentences(kind, names)]


def _few_enough(kept: dict, own: Mapping, refuses: Callable, left: dict) -> dict:
    """All together as many as the sandbox takes: the instructor's first, then small ones."""
    names = list(kept)
    try:
        refuses(kept)
        return kept
    except ValueError:
        pass
    low, high = len([name for name in names if name in own]), len(names)
    while low < high:  # the largest number of files that goes in
        middle = (low + high + 1) // 2
        try:
            refuses({name: kept[name] for name in names[:middle]})
            low = middle
        except ValueError:
            high = middle - 1
    left["crowded"] = names[low:]
    return {name: kept[name] for name in names[:low]}


def _folded(name: str, cases_apart: bool) -> str:
    return name if cases_apart else unicodedata.normalize("NFC", name).casefold()


def _sentences(kind: str, names: list[str]) -> list[str]:
    if len(names) > SEPARATE or kind == "crowded":
        return [message(f"submission.file_{kind}_many", count=len(names), names=listed(names, SEPARATE))]
    return [message(f"submission.file_{kind}", name=shown_name(name)) for name in names]
