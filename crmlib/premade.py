"""Lessons with their outputs, as a student gets them: tables and first pictures are there before anything has run.

The repository keeps notebooks without outputs; these copies are generated, known by a fingerprint of all they are made
from, and never edited. One process runs all lessons of a language in a few seconds.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from crmlib import whole
from crmlib.course import ROOT, CourseError
from crmlib.language import LANGUAGES, message
from crmlib.terminal import ready, say

# A widget without its kernel is an error message; a picture and its words are what is left of it.
# A PNG by itself would have no text alternative in JupyterLab: it goes into the HTML, which has.
KEPT = ("text/html", "text/markdown", "image/png", "text/plain")
_MADE_FROM = (
    "crmlib/**/*.py", "crmlib/**/*.toml", "crmlib/**/*.js", "crmlib/**/*.otf",
    "course/*.toml", "course/*.csv", "course/*/*.toml", "course/data/**/*.csv", "requirements.lock.txt",
)  # fmt: skip
_NOT_FROM = {"grading", "scorecard", "scorecard.csv", "__pycache__"}


def folder(language: str, root: Path = ROOT) -> Path:
    """Where ``start.py`` keeps the copies of a clone; a handout has them in ``notebooks/`` already."""
    return root / ".venv" / "crmlib-lessons" / language


def sources(language: str, root: Path = ROOT) -> list[Path]:
    return sorted((root / "notebooks" / language).glob("*.ipynb"))


def made_from(notebook: Path) -> str:
    """The fingerprint a copy carries, or nothing where the notebook is none."""
    try:
        return json.loads(notebook.read_bytes())["metadata"]["crmlib"].get("made_from", "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def fingerprint(notebook: Path, root: Path = ROOT) -> str:
    """Changes with the notebook, and with everything its outputs are made from."""
    return hashlib.sha256(_library(root) + notebook.read_bytes()).hexdigest()


@cache
def _library(root: Path) -> bytes:
    digest = hashlib.sha256()
    for pattern in _MADE_FROM:
        for path in sorted(root.glob(pattern)):
            if not _NOT_FROM & set(path.relative_to(root).parts):
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def stale(language: str, root: Path = ROOT) -> list[Path]:
    """The lessons of a clone whose copy with outputs is missing or old; none in a handout, whose lessons are such copies."""
    target = folder(language, root)
    return [path for path in sources(language, root) if not made_from(path) and made_from(target / path.name) != fingerprint(path, root)]


def lessons(language: str, root: Path = ROOT) -> Path:
    """The folder whose notebooks a student should get: those with outputs where there are any."""
    return folder(language, root) if folder(language, root).is_dir() else root / "notebooks" / language


def make(notebooks: Iterable[Path], target: Path, root: Path = ROOT, on_done: Callable[[int, Path, str], None] | None = None) -> None:
    """Run each lesson and write its copy; ``on_done`` hears of each, with the reason where one could not be run."""
    target.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(notebooks, start=1):
        reason = ""
        try:
            made = with_outputs(path, root)
        except CourseError as error:  # a lesson without pictures is better than no lesson
            made, reason = path.read_bytes(), str(error)
        whole.write(target / path.name, made)
        if on_done:
            on_done(number, path, reason)
    for path in target.glob("*.ipynb"):
        if not (root / "notebooks" / target.name / path.name).exists():
            path.unlink()


def with_outputs(path: Path, root: Path = ROOT) -> bytes:
    """The notebook with what its cells show; a cell that fails is refused with its name."""
    notebook = json.loads(path.read_bytes())
    notebook["metadata"].setdefault("crmlib", {})["made_from"] = fingerprint(path, root)
    shell = _shell()
    shell.reset()
    with _nobodys_progress():
        for number, cell in enumerate((cell for cell in notebook["cells"] if cell["cell_type"] == "code"), start=1):
            cell["outputs"] = _run(shell, cell, path)
            cell["execution_count"] = number if cell["outputs"] else None
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = number
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


@contextlib.contextmanager
def _nobodys_progress():
    """Pages for everybody show a learner who has not begun, not what their maker has revised."""
    from crmlib.revision import place

    before = os.environ.get(place.VARIABLE)
    os.environ[place.VARIABLE] = place.NOTHING
    try:
        yield
    finally:
        if before is None:
            del os.environ[place.VARIABLE]
        else:
            os.environ[place.VARIABLE] = before


@cache
def _shell():
    """One IPython without a kernel for all lessons: its displays are collected, its history is not kept."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0  # nobody asks for Out[1]; emptying it before every lesson would look at all objects there are
    return InteractiveShell.instance(config=config)


def _run(shell, cell: dict, path: Path) -> list[dict]:
    shown: list[dict] = []
    printed = io.StringIO()

    def show(kind: str, data: dict) -> None:
        shown.append({"output_type": kind, **_kept(data)})

    shell.display_pub.publish = lambda data, metadata=None, **_: show("display_data", data)
    shell.displayhook.write_output_prompt = lambda: None
    shell.displayhook.write_format_data = lambda data, metadata=None: show("execute_result", data)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        result = shell.run_cell("".join(cell["source"]), store_history=False)
    if not result.success:
        raise CourseError(message("premade.failed", file=path.name, cell=cell["id"], reason=repr(result.error_in_exec or result.error_before_exec)))
    text = printed.getvalue().strip("\n")
    return [*([{"output_type": "stream", "name": "stdout", "text": f"{text}\n"}] if text else []), *(output for output in shown if output["data"])]


def _kept(data: dict) -> dict:
    """What a page shows without a kernel: a picture at its natural size, with its words as the alternative."""
    from crmlib.figures.picture import SHARP, as_html

    found = {kind: data[kind] for kind in KEPT if data.get(kind)}
    picture = found.pop("image/png", None)
    if picture and "text/html" not in found:
        raw = picture if isinstance(picture, bytes) else base64.b64decode(picture)
        width = int.from_bytes(raw[16:20], "big")  # where the format has it
        found["text/html"] = as_html(raw, found.get("text/plain", ""), width // SHARP)
    return {"data": dict(sorted(found.items())), "metadata": {}}


def main(arguments: list[str]) -> int:
    """``python -m crmlib.premade zh en``: bring a language's copies up to date; the second is that of the console."""
    from crmlib.language import use_language

    ready()
    language, console = arguments
    assert language in LANGUAGES
    wanted = stale(language)

    def tell(number: int, path: Path, reason: str) -> None:
        use_language(console)
        if reason:
            say(message("opening.not_drawn", lesson=path.stem, reason=reason))
        say(message("opening.drawn", done=number, count=len(wanted)))

    make(wanted, folder(language), on_done=tell)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
