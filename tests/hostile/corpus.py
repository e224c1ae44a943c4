"""All cases as one class: who hands in what, graded by the real commands, with things around that must stay untouched."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hostile import assignment as demo
from tests.hostile import broken, cheating, honest, ours, pages, reaching, stopping
from tests.hostile.case import Case, write
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course

FAMILIES = {module.__name__.rpartition(".")[2]: module.CASES for module in (honest, broken, stopping, cheating, reaching, pages)}
SECRETS = {"home": "home-secret-90417", "environment": "environment-secret-33172"}
LIMITS = """
c.Sandbox.question_seconds = 1.5
c.Sandbox.question_cpu_seconds = 1.5
c.Sandbox.call_seconds = 1
c.Sandbox.memory_bytes = 400_000_000
"""


def _numbered() -> dict[str, Case]:
    students = {}
    for family, cases in FAMILIES.items():
        for number, case in enumerate(cases, 1):
            students[case.id or f"{family}-{number:02d}"] = case
    return students


def _ours() -> dict[str, tuple[str, Case]]:
    return {f"ours-{number:02d}": pair for number, pair in enumerate(ours.CASES, 1)}


CASES = _numbered()
OURS = _ours()


@dataclasses.dataclass
class Outside:
    """What stands beside a run and must not notice it."""

    home: Path
    port: int
    socket_name: str
    bystander: subprocess.Popen
    listeners: list[socket.socket]

    def was_called(self) -> bool:
        for listener in self.listeners:
            try:
                listener.accept()
                return True
            except BlockingIOError:
                continue
        return False


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    home = folder / "home"
    home.mkdir()
    (home / "canary.txt").write_text(SECRETS["home"])
    (home / ".bashrc").write_text("# " + SECRETS["home"])
    name = f"hostile-{os.getpid()}-{folder.name}"
    port, abstract = socket.socket(), socket.socket(socket.AF_UNIX)
    port.bind(("127.0.0.1", 0))
    abstract.bind("\0" + name)
    for listener in (port, abstract):
        listener.listen()
        listener.setblocking(False)
    bystander = subprocess.Popen(["sleep", "1000"])
    try:
        yield Outside(home, port.getsockname()[1], name, bystander, [port, abstract])
    finally:
        bystander.kill()
        bystander.wait()
        port.close()
        abstract.close()


def build(folder: Path, around: Outside, students: dict[str, Case], ours: dict[str, tuple[str, Case]]) -> Path:
    """A course root with both assignments handed out, and every case handed in."""
    from crmlib import assignments

    root = copy_course(folder)
    demo.write_source(root)
    config = root / "course" / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    for stem in (demo.STEM, *([] if not ours else [next(iter(ours.values()))[1].stem])):
        assignments.generate(stem, "en", root, gradebook=True)
    course = root / "course" / "en"
    names = {
        "ROOT": str(root), "COURSE": str(course), "REPOSITORY": str(data.ROOT), "HOME": str(around.home),
        "PORT": str(around.port), "SOCKET": around.socket_name, "BYSTANDER": str(around.bystander.pid),
    }  # fmt: skip
    released = json.loads((root / "assignments" / "en" / demo.STEM / f"{demo.STEM}.ipynb").read_text(encoding="utf-8"))
    for student, case in students.items():
        write(case, released, demo.HONEST, course / "submitted" / student / case.stem, names)
    for student, (due, case) in ours.items():
        answers = data.model_answers(case.stem, "en") if due == "full" else {}
        write(case, data.released(case.stem, "en"), answers, course / "submitted" / student / case.stem, names)
    return root


def command(root: Path, around: Outside, *words: str, seconds: float = 400) -> subprocess.CompletedProcess:
    """One of the real commands, run where an instructor runs it."""
    program = Path(sys.executable).parent / words[0]
    environment = {**os.environ, "HOME": str(around.home), "HOSTILE_VARIABLE": SECRETS["environment"]}
    return subprocess.run([program, *words[1:]], cwd=root / "course" / "en", env=environment, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)


def fingerprints(root: Path, around: Outside) -> dict[str, str]:
    """Everything that grading has no business to change: sources, what was handed in, settings, home."""
    found = {}
    for folder in (root / "solutions", root / "assignments", root / "course", root / "crmlib", around.home):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if folder.name == "course" and len(parts) > 1 and parts[1] in ("autograded", "feedback", "marking", "classroom", "gradebook.db"):
                continue
            if "__pycache__" in parts or (folder == around.home and parts[0] in (".cache", ".config", ".local", ".jupyter", ".ipython")):
                continue
            status = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found[str(path)] = f"{status.st_mode:o} {hashlib.sha256(content).hexdigest()}"
    return found


def left_running() -> list[str]:
    """Processes that bear the mark of those that try to stay behind."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "comm").read_text() + (process / "cmdline").read_text()
        except OSError:
            continue
        if process.name.isdecimal() and any(mark in words for mark in stopping.LEFT_BEHIND):
            found.append(f"{process.name} {words!r}")
    return found
