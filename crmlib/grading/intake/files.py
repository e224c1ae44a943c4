"""The bytes of a submission: its regular files, what matters first. Links and devices are never followed.

The limits come last: first whatever may be the notebook, then what the assignment's text asks for by name, then the
rest, near and small files before deep and large ones. What is left out is counted and named in one sentence a kind.
"""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from crmlib.grading.intake.names import depth, inside_name, listed, may_be_notebook, shown_name
from crmlib.language import message

MOST_FILES = 500
MOST_BYTES = 50_000_000
MOST_ENTRIES = 100_000  # looked at in a submission's folders
MOST_NOTEBOOK_BYTES = 3 * MOST_BYTES
SEPARATE = 5  # up to so many of a kind get a sentence each
PACKED = (
    ".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".tzst",
    ".lz4", ".lz", ".lzma", ".lzh", ".lha", ".cab", ".arj", ".ace", ".alz", ".egg",
)  # fmt: skip
CHECKPOINTS = ".ipynb_checkpoints"
# Folders that tools make and that hold no work of anybody: environments, histories, caches.
_SILENT = {"__pycache__", "__macosx"}
_CROWDS = {
    ".venv", "node_modules", ".git", ".svn", ".hg", "site-packages", ".conda", "conda-meta", ".tox", ".nox", ".cache", ".npm",
    ".pytest_cache", ".mypy_cache", ".ruff_cache", ".idea", ".vscode", ".vs", ".eggs", ".trash", ".trashes", "$recycle.bin", ".spyproject",
}  # fmt: skip
_INSIDE_AN_ENVIRONMENT = {
    "bin",
    "conda-meta",
    "dlls",
    "etc",
    "include",
    "lib",
    "lib64",
    "libs",
    "library",
    "man",
    "pkgs",
    "scripts",
    "share",
    "ssl",
    "tcl",
    "tools",
}


def files(folder: Path, notebooks: Iterable[str] = (), asked: str = "") -> tuple[dict[str, bytes], list[str]]:
    """Relative name to content of the regular files, and a sentence for whatever was left out.

    ``notebooks`` are the names of the assignment's notebooks, ``asked`` is its text: a file that it names comes early.
    """
    left_out: dict[str, list[tuple[str, int]]] = defaultdict(list)
    found: dict[str, bytes] = {}
    names, total = list(notebooks), 0
    sizes = _sizes(folder, left_out)
    for name in sorted(sizes, key=lambda name: (_place(name, names, asked), depth(name), sizes[name], name)):
        room = MOST_NOTEBOOK_BYTES if may_be_notebook(name) else MOST_BYTES
        size = min(sizes[name], MOST_BYTES + 1)  # of a notebook beyond the limit so much that intake can say so
        if len(found) >= MOST_FILES or total + size > room + (not found):
            left_out["too_much"].append((name, sizes[name]))
            continue
        try:
            found[name] = read_regular(folder / name)
            total += len(found[name])
        except OSError:
            left_out["unreadable"].append((name, 0))
    return found, [sentence for kind, those in left_out.items() for sentence in _sentences(kind, those)]


def _place(name: str, notebooks: list[str], asked: str) -> int:
    """How early a file is looked at: the notebook by its name, what is asked for, archives, other notebooks, the rest."""
    path = PurePosixPath(name)
    if CHECKPOINTS in path.parts:
        return 5
    if any(inside_name(name, notebook) for notebook in notebooks) and (may_be_notebook(name) or path.suffix.lower() in ("", ".json", ".txt")):
        return 0
    if len(path.name) > 3 and re.search(rf"(?<![\w.]){re.escape(path.name)}(?!\w)", asked):
        return 1
    if path.suffix.lower() in PACKED:
        return 2
    return 3 if may_be_notebook(name) else 4


def _sentences(kind: str, those: list[tuple[str, int]]) -> list[str]:
    names = [name for name, _ in those]
    if kind == "too_much":
        size = sum(size for _, size in those) / 1_000_000
        return [message("submitted.too_much", count=len(those), megabytes=f"{size:.1f}", names=listed(names, SEPARATE))]
    if kind == "crowds" or len(those) > SEPARATE:
        return [message(f"submitted.{kind}_many", count=len(those), names=listed(names, SEPARATE))]
    return [message(f"submitted.{kind}", name=shown_name(name)) for name in names]


def _sizes(folder: Path, left_out: dict) -> dict[str, int]:
    """The size of every regular file that is looked at; folders without anybody's work only where no notebook is elsewhere."""
    sizes: dict[str, int] = {}
    crowds: list[Path] = []
    seen = 0
    for path, kind, size in _walk(folder, crowds, left_out):
        name = path.relative_to(folder).as_posix()
        seen += 1
        if seen > MOST_ENTRIES:
            left_out["too_many"].append((name, 0))
            break
        if kind == "file":
            sizes[name] = size
        else:
            left_out[kind].append((name, 0))
    if crowds and not any(may_be_notebook(name) for name in sizes):
        for crowd in crowds:  # somebody may have worked in there
            for path, kind, size in _walk(crowd, [], defaultdict(list)):
                seen += 1
                if seen > MOST_ENTRIES:
                    break
                if kind == "file" and path.suffix.lower() == ".ipynb":
                    sizes[path.relative_to(folder).as_posix()] = size
    left_out["crowds"] += [(crowd.relative_to(folder).as_posix(), 0) for crowd in crowds]
    if not left_out["crowds"]:
        del left_out["crowds"]
    return sizes


def _walk(folder: Path, crowds: list[Path], left_out: dict) -> Iterator[tuple[Path, str, int]]:
    """Everything in a folder, near things first, with what it is and its size."""
    waiting = deque([folder])
    while waiting:
        here = waiting.popleft()
        try:
            with os.scandir(here) as opened:
                entries = sorted(opened, key=lambda entry: entry.name)
        except OSError:
            left_out["unreadable"].append((here.relative_to(folder).as_posix(), 0))
            continue
        names = {entry.name.lower() for entry in entries}
        environment = "pyvenv.cfg" in names or "conda-meta" in names
        for entry in entries:
            path, name = Path(entry.path), entry.name.lower()
            try:
                information = entry.stat(follow_symlinks=False)
            except OSError:
                left_out["unreadable"].append((path.relative_to(folder).as_posix(), 0))
                continue
            if entry.is_symlink() or _is_junction(path):
                yield path, "link", 0
            elif stat.S_ISDIR(information.st_mode):
                if name in _CROWDS or (environment and name in _INSIDE_AN_ENVIRONMENT):
                    crowds.append(path)
                elif name not in _SILENT:
                    waiting.append(path)
            elif stat.S_ISREG(information.st_mode):
                yield path, "file", information.st_size
            else:
                yield path, "special", 0


def _is_junction(path: Path) -> bool:
    """Windows' other kind of link; Python knows it from 3.12 on."""
    return getattr(os.path, "isjunction", lambda path: False)(path)


def read_regular(path: Path) -> bytes:
    """The content of a regular file, a little more than the limit at most."""
    # Not following a link that took the file's place since it was looked at, and not waiting for a pipe.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MOST_BYTES + 1)
