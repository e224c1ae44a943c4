"""Many marking processes and one writer: lost processes, killed runs, regrading that was cut off, dry runs. Same rows as one by one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmlib import assignments, cli
from crmlib.grading.doors import class_run, job, pool
from crmlib.grading.doors.progress import Progress
from crmlib.grading.processes.settings import Settings
from crmlib.grading.record import gradebook, journal, rows
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"
SIZE = 8
linux = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc as Linux has them")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class of eight, not graded yet."""
    root = copy_course(tmp_path_factory.mktemp("many"))
    hand_in(root, STEM, "en", make_class(STEM, "en", SIZE))
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


@pytest.fixture(scope="module")
def one_by_one(handed_in, tmp_path_factory):
    """The same class after an uninterrupted run in one process."""
    root = tmp_path_factory.mktemp("one") / "course root"
    shutil.copytree(handed_in, root)
    found = class_run.grade(class_run.Class("en", root), STEM)
    return root, found


@pytest.fixture
def root(handed_in, tmp_path):
    return Path(shutil.copytree(handed_in, tmp_path / "course root"))


def left_behind(root):
    """Everything of a run that must not outlive it."""
    place = root / "course" / "en"
    return [path for path in [*place.glob("marking/*/.journal/*"), *place.glob("marking/*/.re*"), *place.glob("**/*.part"), *place.glob("**/*.old")]]


def same_as(root, expected):
    for folder in ("marking", "autograded"):
        here, there = root / "course" / "en" / folder, expected / "course" / "en" / folder
        files = {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}
        assert {path.relative_to(here): path.read_bytes() for path in here.rglob("*") if path.is_file()} == files
    from nbgrader.api import Gradebook

    scores = []
    for each in (root, expected):
        with Gradebook(class_run.Class("en", each).coursedir.db_url) as book:
            scores.append({submission.student.id: submission.score for submission in book.assignment_submissions(STEM)})
    assert scores[0] == scores[1]


@pytest.mark.slow
def test_several_processes_give_the_rows_of_one_in_its_order(root, one_by_one):
    expected, found = one_by_one
    told = []
    again = class_run.grade(class_run.Class("en", root), STEM, workers=3, on_row=lambda row: told.append(row["student"]))
    assert again == found and sorted(told) == sorted(row["student"] for row in found)
    same_as(root, expected)
    assert left_behind(root) == []


@linux
@pytest.mark.slow
def test_a_killed_process_costs_a_second_try_and_no_submission(root, one_by_one, monkeypatch):
    expected, found = one_by_one
    once = root / "killed once"
    kept = job.mark

    def killed(files, *rest):
        if not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return kept(files, *rest)

    monkeypatch.setattr(job, "mark", killed)
    assert class_run.grade(class_run.Class("en", root), STEM, workers=2) == found
    once.unlink()
    same_as(root, expected)


@linux
@pytest.mark.slow
def test_a_submission_that_kills_its_process_twice_becomes_a_row_and_not_a_loop(root, monkeypatch, capsys):
    (root / "course" / "en" / "submitted" / "student02" / STEM / "deadly.csv").write_text("x")
    kept = job.mark

    def deadly(files, *rest):
        if "deadly.csv" in files:
            os.kill(os.getpid(), signal.SIGKILL)
        return kept(files, *rest)

    monkeypatch.setattr(job, "mark", deadly)
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(root), "--workers", "2", "--json"]) == 1
    found = {row["student"]: row for row in json.loads(capsys.readouterr().out)}
    assert len(found) == SIZE
    assert {student for student, row in found.items() if row["status"] == "problem"} == {"student02"}
    assert "lost twice" in found["student02"]["problems"][0] and len(found["model"]["questions"]) > 0
    assert rows.read(root / "course" / "en", STEM, "student02") is None


def run(root, *more):
    call = [sys.executable, "-m", "crmlib.cli", "grade", STEM, "--course", "en", "--root", str(root), "--workers", "2", *more]
    return subprocess.Popen(call, cwd=data.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def children(process):
    told = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False).stdout.split()
    return [int(each) for each in told] + [deeper for each in told for deeper in children(int(each))]


@linux
@pytest.mark.slow
def test_a_parent_killed_in_the_middle_leaves_no_process_and_the_next_run_goes_on(root, one_by_one):
    expected, _ = one_by_one
    process = run(root)
    autograded = root / "course" / "en" / "autograded"
    until = time.monotonic() + 120
    while len(list(autograded.glob(f"*/{STEM}"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    theirs = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished = {path.parent.name: path.stat().st_mtime_ns for path in autograded.glob(f"*/{STEM}")}
    assert 3 <= len(finished) < SIZE and len(theirs) >= 2
    until = time.monotonic() + 30
    while any(Path(f"/proc/{each}/stat").exists() and "Z" not in Path(f"/proc/{each}/stat").read_text().split()[2] for each in theirs) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [each for each in theirs if Path(f"/proc/{each}").exists() and "Z" not in Path(f"/proc/{each}/stat").read_text().split()[2]]
    process = run(root)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert {path.parent.name: path.stat().st_mtime_ns for path in autograded.glob(f"*/{STEM}") if path.parent.name in finished} == finished
    same_as(root, expected)
    assert left_behind(root) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["record", "put_into_place"])
def test_what_was_marked_before_a_kill_is_recorded_and_not_executed_again(root, one_by_one, monkeypatch, place):
    """Just before the commit and just after it; a kill is nothing that anybody can catch, so nothing is cleaned up."""
    expected, found = one_by_one
    course = class_run.Class("en", root)
    with monkeypatch.context() as patched:
        target = gradebook.Gradebook if place == "record" else gradebook
        patched.setattr(target, place, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            class_run.grade(course, STEM)
    (student,) = journal.left(course.root, STEM)
    executed = []
    kept = job.mark
    monkeypatch.setattr(job, "mark", lambda files, *rest: executed.append(1) or kept(files, *rest))
    assert class_run.grade(course, STEM) == found
    assert len(executed) == SIZE - 1 and student == found[0]["student"]
    same_as(root, expected)
    assert left_behind(root) == []


@pytest.mark.slow
def test_what_was_marked_before_a_kill_is_executed_again_where_something_else_is_handed_in_since(root, monkeypatch):
    course = class_run.Class("en", root)
    with monkeypatch.context() as patched:
        patched.setattr(gradebook, "put_into_place", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            class_run.grade(course, STEM, students=["model"])
    handed = course.submitted / "model" / STEM / f"{STEM}.ipynb"
    shutil.copy(course.submitted / "untouched" / STEM / f"{STEM}.ipynb", handed)
    assert class_run.grade(course, STEM, students=["model"])[0]["earned"] == 0


@pytest.mark.slow
def test_a_regrading_that_was_cut_off_goes_on_where_it_stopped(root, one_by_one, monkeypatch):
    expected, found = one_by_one
    shutil.rmtree(root)
    shutil.copytree(expected, root)
    course = class_run.Class("en", root)
    told = []

    def stop(row):
        told.append(row["student"])
        if len(told) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(class_run, "_quiet", lambda tell: tell)
    with pytest.raises(KeyboardInterrupt):
        class_run.grade(course, STEM, force=True, on_row=stop)
    executed, said = [], []
    kept = job.mark
    monkeypatch.setattr(job, "mark", lambda files, *rest: executed.append(1) or kept(files, *rest))
    again = class_run.grade(course, STEM, force=True, on_warning=lambda text, lost: said.append(text))
    assert len(executed) == SIZE - 3 and f"{SIZE - 3} still" in " ".join(said)
    assert [{name: row[name] for name in row if name != "skipped"} for row in again] == found
    executed.clear()
    class_run.grade(course, STEM, force=True)
    assert len(executed) == SIZE
    assert left_behind(root) == []


@pytest.mark.slow
def test_a_dry_run_lists_whose_marks_would_change_and_why_and_writes_nothing(root, one_by_one, capsys):
    expected, _ = one_by_one
    shutil.rmtree(root)
    shutil.copytree(expected, root)
    for student in ("model", "untouched"):
        shutil.copy(root / "course/en/submitted" / ("untouched" if student == "model" else "student03") / STEM / f"{STEM}.ipynb", root / f"{student}.ipynb")
    shutil.move(root / "model.ipynb", root / "course/en/submitted/model" / STEM / f"{STEM}.ipynb")
    shutil.copytree(root / "course/en/submitted/student01", root / "course/en/submitted/zz-new")
    before = {path: path.read_bytes() for path in (root / "course" / "en").rglob("*") if path.is_file()}
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(root), "--dry-run", "--workers", "2"]) == 0
    said = capsys.readouterr().out
    assert "model: 40 → 0 of 40" in said and "zz-new: – →" in said and "student04" not in said
    assert "Marks would change: 1 of 9; new: 1. Nothing was written." in said
    assert [line for line in said.splitlines() if line.startswith("    ")][0].rstrip().endswith(".")
    assert {path: path.read_bytes() for path in (root / "course" / "en").rglob("*") if path.is_file()} == before
    assert cli.main(["--lang", "zh", "grade", STEM, "--course", "en", "--root", str(root), "--dry-run", "--student", "student04"]) == 0
    assert "没有得分会改变（1 份提交）" in capsys.readouterr().out


def test_a_number_of_workers_that_is_none_is_refused(capsys):
    for wrong in ("0", "-1", "two", "1.5", "9999"):
        with pytest.raises(SystemExit) as stopped:
            cli.main(["grade", STEM, "--course", "en", "--workers", wrong])
        assert stopped.value.code == 2 and "1 to 256" in capsys.readouterr().err
    assert pool.usual() >= 1


def test_lines_and_time_left_where_there_is_no_terminal(capsys):
    now = [0.0]
    with Progress(bar=False, clock=lambda: now[0]) as progress:
        progress.start(10)
        assert progress.left() == "?"
        for second in (30, 61, 90):
            now[0] = second
            progress.line(f"row {second}")
            progress.step()
        assert progress.left() == "4 min"
    said = capsys.readouterr()
    assert said.out.splitlines() == ["row 30", "row 61", "row 90"]
    assert said.err.strip() == "2 of 10 done, about 4 min left"


def test_a_bar_on_a_terminal_holds_no_thread_and_shows_names_as_they_are():
    import threading

    before = threading.active_count()
    with Progress(bar=True) as progress:
        progress.start(3)
        progress.line("[bold]student[/bold]")
        progress.step()
        assert threading.active_count() == before


def test_a_journal_that_cannot_be_read_is_as_if_there_were_none(tmp_path):
    folder = tmp_path / "marking" / "x" / ".journal"
    folder.mkdir(parents=True)
    (folder / "abc").write_bytes(b"broken")
    assert journal.left(tmp_path, "x") == {} and list(folder.iterdir()) == []


@linux
def test_processes_that_never_start_are_said_and_not_started_for_ever(monkeypatch):
    from crmlib.grading.processes.bubblewrap import SandboxUnavailable

    monkeypatch.setattr(pool, "pair", lambda settings: os._exit(7))
    with pytest.raises(SandboxUnavailable, match="7"):
        pool.Pool(job.Job(None, Settings(), "en"), 2).__enter__()


@pytest.mark.slow
def test_what_only_a_jupyter_server_needs_is_left_out_of_the_commands_own_process_alone():
    program = """
import sys
from crmlib.grading.doors import light
light.light()
import nbgrader.coursedir, nbgrader.api
assert "jupyter_server" not in sys.modules and sys.modules["rfc3987_syntax"] is None
del sys.modules["rfc3987_syntax"]
light.light()
assert "rfc3987_syntax" not in sys.modules, "nbgrader is there: too late, and somebody else's process"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
