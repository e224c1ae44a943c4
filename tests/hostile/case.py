"""What a case is, and how its submission gets into the class's folder."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

from tests.hostile import assignment as demo


@dataclasses.dataclass(frozen=True)
class Case:
    """One student: how the honest submission is changed, the marks due, and what must not happen.

    ``@COURSE@``, ``@REPOSITORY@``, ``@HOME@``, ``@PORT@``, ``@SOCKET@`` and ``@BYSTANDER@`` in texts become the class's
    folder, the repository, a home folder, a listening port, an abstract socket and a process that must survive.
    """

    name: str
    answers: dict[str, str] = dataclasses.field(default_factory=dict)  # cell -> text, instead of the honest answer
    first: str = ""  # an added cell below the set-up cell
    last: str = ""  # an added cell at the end
    change: Callable[[dict], object] | None = None  # on the notebook
    encode: Callable[[dict], bytes] | None = None  # the notebook to the file's bytes
    place: Callable[[Path, bytes], None] | None = None  # writes the folder; otherwise STEM.ipynb
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    due: dict[str, float | None] = dataclasses.field(default_factory=dict)  # other than full marks
    status: str = "graded"
    said: tuple[str, ...] = ()  # words among repairs and problems
    silent: bool = False  # an honest oddity: no repair, no problem, nothing to mend
    reasons: dict[str, str] = dataclasses.field(default_factory=dict)  # question -> words among its reasons
    unsaid: tuple[str, ...] = ()  # words that must stand in no row, no finished notebook and no feedback of this student
    shown: tuple[str, ...] = ()  # words that the feedback must show
    stem: str = demo.STEM
    id: str = ""

    @property
    def marks(self) -> dict[str, float | None]:
        return {**demo.FULL, **self.due}


def cheat(name: str, code: str, **other) -> Case:
    """Wrong answers everywhere and an added cell that tries to get marks for them: nothing is due."""
    return Case(name, answers=demo.WRONG, first=code, due=other.pop("due", demo.ZERO), **other)


def odd(name: str, *, first: str = "", **other) -> Case:
    """An honest submission that looks strange: full marks, not a word about repairs."""
    return Case(name, first=first, silent=other.pop("silent", True), **other)


def without(*questions: str) -> dict[str, float]:
    """Nothing is due for these questions, full marks for the others."""
    return {f"{question}-test": 0.0 for question in questions}


def write(case: Case, released: dict, honest: dict[str, str], folder: Path, names: dict[str, str]) -> None:
    """Hand the case in."""
    folder.mkdir(parents=True)
    notebook = demo.filled_in(released, honest, {id: fill(text, names) for id, text in case.answers.items()})
    first = next(number for number, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code") + 1
    if case.first:
        notebook["cells"].insert(first, code_cell("extra-first", fill(case.first, names)))
    if case.last:
        notebook["cells"].append(code_cell("extra-last", fill(case.last, names)))
    if case.change is not None:
        notebook = case.change(notebook) or notebook
    content = case.encode(notebook) if case.encode is not None else plain(notebook)
    for name, extra in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(extra)
    if case.place is not None:
        case.place(folder, content)
    else:
        (folder / f"{case.stem}.ipynb").write_bytes(content)


def plain(notebook: dict) -> bytes:
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def code_cell(id: str, text: str) -> dict:
    return {"cell_type": "code", "id": id, "metadata": {}, "execution_count": None, "outputs": [], "source": text}


def fill(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"@{name}@", value)
    return text
