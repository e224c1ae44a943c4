"""Every limit of both sides of the wall in one place, and the files that may lie beside a notebook."""

from __future__ import annotations

import dataclasses
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from crmlib.grading.wire.codec import Limits
from crmlib.language import message


@dataclasses.dataclass(frozen=True)
class Settings:
    """Every limit in one place. Seconds are wall time unless they say CPU; sizes are bytes."""

    required: bool = True  # False: where isolation is missing, separate processes with what the system offers
    question_seconds: float = 30
    question_cpu_seconds: float = 20
    submission_seconds: float = 300
    submission_cpu_seconds: int = 180
    call_seconds: float = 5
    memory_bytes: int = 1 << 30
    processes: int = 24
    open_files: int = 256
    file_bytes: int = 50_000_000
    scratch_bytes: int = 100_000_000
    scratch_files: int = 2_000
    output_bytes: int = 100_000  # kept per cell; the rest is dropped as it arrives
    flood_bytes: int = 20_000_000  # dropped per cell before the cell is ended
    frame_bytes: int = 32_000_000
    pictures: bool = True
    seed: int = 2021
    data: Limits = Limits()
    preload: tuple[str, ...] = (
        "numpy",
        "pandas",
        "matplotlib.pyplot",
        "IPython.display",
        "ipywidgets",
        "crmlib.*",
    )
    course_parts: tuple[str, ...] = (
        "points",
        "questions",
        "calculations",
        "exercises",
        "data",
        "authors.csv",
        "glossary.csv",
        "references.csv",
        "lessons.toml",
        "essay.toml",
    )


# Packages for pictures and widgets, half of all that is loaded, and what a text says that may want one of them.
LARGE = ("matplotlib.pyplot", "IPython.display", "ipywidgets", "crmlib.*")
_ASKS = re.compile(
    r"matplotlib|pylab|plot|IPython|[wW]idget|(?:\.|import .*)(?:figures|explorers)|import .*[*]|self_check"
    r"|import_module|__import__|\b(?:hist|style|exec|eval)\b"
)


def asks_for_large(texts: Iterable[str], files: Mapping[str, bytes]) -> bool:
    """Whether code, or a module beside it, may want a large package; too often rather than too seldom."""
    modules = (content.decode("utf-8", "replace") for name, content in files.items() if name.endswith(".py"))
    return any(_ASKS.search(text) for text in (*texts, *modules))


def checked_files(files: Mapping[str, bytes], settings: Settings) -> dict[str, str]:
    """The files in the form that is sent: relative names below the scratch folder, few and small enough."""
    chosen, size = {}, 0
    for name, content in files.items():
        path = PurePosixPath(name)
        parts = path.parts
        strange = any(sign in name for sign in "\\:\0") or len(name.encode("utf-8", "replace")) > 200
        if not parts or path.is_absolute() or ".." in parts or strange:
            raise ValueError(message("sandbox.bad_file_name", received=repr(name[:80])))
        size += len(content)
        if size > settings.scratch_bytes * 0.8 or len(content) > settings.file_bytes:
            raise ValueError(message("sandbox.files_too_large", received=repr(name[:80])))
        chosen["/".join(parts)] = b64encode(content).decode("ascii")
    if len(chosen) > settings.scratch_files // 2:
        raise ValueError(message("sandbox.too_many_files", received=len(chosen)))
    return chosen
