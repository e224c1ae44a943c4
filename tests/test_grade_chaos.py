"""`crmlib grade` is killed at random moments and started again: nothing is lost, doubled, locked or left behind.

Each class is hit four times, at a place in the run and after a delay that a seed decides, and then graded to the end.
What stands there must be, byte for byte, what an uninterrupted run leaves.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from crmlib import assignments
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"
SIZE = 8
SEED = 20260504
# A cell that takes its time and leaves a process behind: a kill hits student code in the middle.
SLOW = (
    "import subprocess, time\n"
    "try:\n    subprocess.Popen(['sleep', '600'], start_new_session=True)\nexcept OSError:\n    pass\n"
    "time.sleep(1.5)\n"
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc as Linux has them")]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class of eight, not graded yet."""
    root = copy_course(tmp_path_factory.mktemp("chaos"))
    students = make_class(STEM, "en", SIZE)
    slow = students[3].given
    first = next(iter(slow))
    slow[first] = SLOW + slow[first]
    hand_in(root, STEM, "en", students)
    for student in students:
        folder = root / "course" / "en" / "submitted" / student.id / STEM
        (folder / "timestamp.txt").write_text("2026-05-04 10:00:00 UTC", encoding="utf-8")
        (folder / "notes.html").write_text("<html>my notes</html>", encoding="utf-8")
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


@pytest.fixture(scope="module")
def undisturbed(handed_in, tmp_path_factory):
    """What a run leaves that nobody interrupts."""
    root = shutil.copytree(handed_in, tmp_path_factory.mktemp("undisturbed") / "root")
    run = start(root)
    assert run.communicate(timeout=300)[0].count("\n") >= SIZE and run.returncode == 0
    return left(root)


def start(root, *options):
    command = [sys.executable, "-m", "crmlib.cli", "grade", STEM, "--course", "en", "--root", str(root), *options]
    temporary(root).mkdir(exist_ok=True)
    env = os.environ | {"TMPDIR": str(temporary(root))}
    return subprocess.Popen(command, cwd=data.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)


def temporary(root):
    """The system's temporary folder of these runs, in which nobody else writes."""
    return root.parent / "temporary"


def left(root) -> dict:
    """Everything that a run writes: rows, finished folders, and what the gradebook says."""
    course = root / "course" / "en"
    written = {path.relative_to(course).as_posix(): path.read_bytes() for part in ("marking", "autograded") for path in (course / part).rglob("*") if path.is_file()}
    return {"files": written, "folders": sorted(path.name for path in (course / "autograded").glob("*/*")) + sorted(path.name for path in (course / "autograded").glob("*/.*")), "gradebook": marks(course)}  # fmt: skip


def marks(course) -> list:
    query = """
        SELECT sa.student_id, sa.timestamp, nb.name, cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade, sn.late_submission_penalty
        FROM grade JOIN submitted_notebook sn ON grade.notebook_id = sn.id JOIN notebook nb ON sn.notebook_id = nb.id
        JOIN submitted_assignment sa ON sn.assignment_id = sa.id JOIN base_cell cell ON grade.cell_id = cell.id
        ORDER BY 1, 3, 4, 5"""
    with sqlite3.connect(course / "gradebook.db", timeout=1) as gradebook:
        comments = gradebook.execute("SELECT count(*), count(auto_comment) FROM comment").fetchall()
        return gradebook.execute(query).fetchall() + comments


def family(process: int) -> dict[int, str]:
    """Every process below this one and when it started, so that a number used again is not taken for it."""
    parents, started = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(name)], started[int(name)] = int(fields[1]), fields[19]
    found, grown = {process}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} | found
        found, grown = more, len(more) > len(found)
    return {each: started.get(each, "") for each in found}


def still_there(known: dict[int, str]) -> list[int]:
    alive = []
    for process, started in known.items():
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[19] == started and fields[0] not in "ZX":
            alive.append(process)
    return alive


def kill(run, rows: int, delay: float, group: bool) -> int:
    """Kill -9 after so many rows and a delay; returns how many processes ran then."""
    for _ in range(rows):
        run.stdout.readline()
        # The lines below a row are indented; what counts here is only that the run goes on.
    time.sleep(delay)
    os.kill(run.pid, signal.SIGSTOP)  # it starts nothing more while its processes are counted
    known = family(run.pid)
    (os.killpg if group else os.kill)(run.pid, signal.SIGKILL)
    run.wait(20)
    run.stdout.close()
    deadline = time.monotonic() + 15
    while still_there(known) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert still_there(known) == [], "processes outlive a killed run"
    return len(known)


def assert_not_locked(root) -> None:
    with sqlite3.connect(root / "course" / "en" / "gradebook.db", timeout=1) as gradebook:
        gradebook.execute("BEGIN IMMEDIATE")
        gradebook.rollback()
        assert gradebook.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(("number", "group", "options"), [(1, False, ()), (2, True, ()), (3, False, ("--force",)), (4, True, ("--force",))])
def test_a_killed_run_is_finished_by_the_next_one_as_if_nothing_had_happened(handed_in, undisturbed, tmp_path, number, group, options):
    root = shutil.copytree(handed_in, tmp_path / "root")
    chance = random.Random(SEED + number)
    counts, graded = [], 0
    for _ in range(4):
        # With --force every run starts at the first student again, without it where the one before was killed.
        rows = chance.randint(0, 6) if options else min(graded + chance.randint(0, 2), SIZE - 1)
        delay = chance.uniform(0, 5) if rows == 0 else chance.uniform(0, 0.4)
        run = start(root, *options)
        counts.append(kill(run, 2 * rows, delay, group))  # every row has a line about notes.html below it
        graded = len(list((root / "course" / "en" / "marking").rglob("*.json")))
        print(f"killed {delay:.2f} s after row {rows} of {SIZE}: {counts[-1]} processes, {graded} rows written")
        assert_not_locked(root)
        for path in (root / "course" / "en" / "marking").rglob("*.json"):
            json.loads(path.read_text(encoding="utf-8"))  # whole, or not there
    assert sum(count > 2 for count in counts) >= 2, "hardly a kill came while something was at work"
    last = start(root)  # also after --force: what was cut off is found without being told
    said = last.communicate(timeout=300)[0]
    assert last.returncode == 0, said
    assert list(temporary(root).iterdir()) == [], "what the killed runs left, the next one removes"
    found = left(root)
    assert found["gradebook"] == undisturbed["gradebook"]
    assert found["folders"] == undisturbed["folders"]
    assert found["files"] == undisturbed["files"]
