"""What is the machine's, a setting's or a terminal's fault is said as such; no student pays for it, nothing is lost."""

from __future__ import annotations

import dataclasses
import errno
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from traitlets.config import Config

from crmlib import cli, terminal
from crmlib.grading.doors import class_run, command, report, settings
from crmlib.grading.marking.submission import Marked, MarkedNotebook
from crmlib.grading.processes import temporary
from crmlib.grading.record import gradebook, rows, trouble
from tests.support import assignments_data as data
from tests.support.catalogue import every
from tests.support.syntax import facts

# --- B7: output ---


class Narrow(io.TextIOWrapper):
    """A stream as a redirection on Windows gives it."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")

    def text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@every("encoding", ["cp1252", "gbk", "ascii", "cp437", "utf-8"])
@every("name", ["张三", "bob😀", "Jose\u0301", "\udce9", "a\ud800b"])
@every("prepared", [True, False])
def test_no_name_ends_a_run_on_a_stream_that_cannot_show_it(monkeypatch, encoding, name, prepared):
    stream = Narrow(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    if prepared:
        terminal.ready()
    terminal.say(f"before {name} after")
    terminal.say("next")
    first, second = stream.text().splitlines()
    assert first.startswith("before ") and first.endswith(" after") and second == "next"


class Gone:
    encoding = "utf-8"

    def __init__(self, error):
        self.error = error

    def write(self, _):
        raise self.error

    def flush(self):
        raise self.error

    def fileno(self):
        raise ValueError


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(errno.ENOSPC, "full"), ValueError("closed")])
def test_a_stream_that_is_gone_is_let_go(monkeypatch, error):
    monkeypatch.setattr(sys, "stdout", Gone(error))
    terminal.ready()
    terminal.say("x")
    monkeypatch.setattr(sys, "stdout", None)
    terminal.ready()
    terminal.say("x")


def test_a_reader_that_has_gone_leaves_no_traceback():
    code = "from crmlib.terminal import ready, say\nready()\nfor n in range(100000): say('x' * 100)"
    run = subprocess.Popen([sys.executable, "-c", code], cwd=data.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.readline()
    run.stdout.close()
    said = run.stderr.read().decode()
    assert run.wait(60) == 0 and said == ""


def a_row(**values):
    return {"student": "amy", "assignment": "x", "status": "graded", "earned": 1.0, "points": 2.0, "by_hand": [], "isolated": True, "problems": [], "repairs": [], "details": [], "late": None, "questions": []} | values


@every("sign", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2J", "\u202e"])
def test_rows_stay_one_line_whatever_stands_in_them(sign):
    text = report.line(a_row(student=f"a{sign}b", repairs=[f"one{sign}two"], problems=[f"x{sign}y"]))
    assert len(text.splitlines()) == 3 and not any(mark in text for mark in "\x1b\u202e\r")


def test_rows_as_json_can_be_read_from_every_stream(monkeypatch):
    for encoding in ("cp1252", "gbk", "utf-8"):
        stream = Narrow(encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        terminal.ready()
        terminal.say(command.as_json([{"student": "bob😀张三"}]))
        assert json.loads(stream.text()) == [{"student": "bob😀张三"}]


# --- B8: settings ---

WRONG = {
    "a text for a number": ({"question_seconds": "60"}, "without quotation marks"),
    "a misspelt name": ({"question_second": 60}, "Did you mean c.Sandbox.question_seconds?"),
    "capitals": ({"Question_Seconds": 60}, "Did you mean c.Sandbox.question_seconds?"),
    "a name like no other": ({"zzz": 60}, "There are: "),
    "below the range": ({"question_seconds": -1}, "from 0.1"),
    "megabytes for bytes": ({"memory_bytes": 512}, "from 200,000,000"),
    "beyond the range": ({"question_seconds": 1e9}, "604,800"),
    "not a number": ({"call_seconds": float("nan")}, "a number"),
    "without end": ({"submission_seconds": float("inf")}, "a number"),
    "a fraction of a process": ({"processes": 1.5}, "a whole number"),
    "yes for a number": ({"processes": True}, "a whole number"),
    "a text for yes or no": ({"required": "False"}, "True / False"),
    "a text for a list": ({"preload": "numpy"}, "a list"),
    "numbers in a list": ({"preload": [1]}, "a list"),
    "a way out of the course": ({"course_parts": ["../solutions"]}, "a list"),
    "nothing": ({"seed": None}, "a whole number"),
    "an unknown limit of data": ({"data": {"node": 3}}, "Did you mean c.Sandbox.data.nodes?"),
    "a wrong limit of data": ({"data": {"nodes": "many"}}, "c.Sandbox.data.nodes"),
    "a number for the limits of data": ({"data": 3}, "a dict of limits"),
}


@every("case", WRONG)
def test_a_wrong_setting_is_named_with_what_is_allowed(case):
    values, words = WRONG[case]
    with pytest.raises(trouble.SettingsTrouble) as refused:
        settings.settings(Config({"Sandbox": values}))
    assert words in str(refused.value) and "nothing was graded" in str(refused.value) and "c.Sandbox." in str(refused.value)


def test_right_settings_are_taken():
    given = settings.settings(Config({"Sandbox": {"question_seconds": 60, "memory_bytes": 4e8, "preload": ["numpy"], "data": {"nodes": 500_000}, "required": False}}))
    assert (given.question_seconds, given.memory_bytes, given.preload, given.data.nodes, given.required) == (60, 400_000_000, ("numpy",), 500_000, False)
    hash(given)


@every("name", ["SandBox", "Sandox", "Sanbox", "SANDBOX"])
def test_a_misspelt_group_of_settings_is_named(name):
    with pytest.raises(trouble.SettingsTrouble, match="Did you mean c.Sandbox"):
        settings.settings(Config({name: {"required": False}}))


@every("field", dataclasses.fields(settings.settings()), ids=lambda field: field.name)
@every("value", ["60", None, {"x": 1}, -1, object(), [1], float("nan")], ids=lambda value: type(value).__name__)
def test_no_limit_of_the_sandbox_takes_a_value_of_another_kind(field, value):
    with pytest.raises(trouble.SettingsTrouble, match=f"c.Sandbox.{field.name}"):
        settings.settings(Config({"Sandbox": {field.name: value}}))
    with pytest.raises(trouble.SettingsTrouble, match=f"Did you mean c.Sandbox.{field.name}"):
        settings.settings(Config({"Sandbox": {f"{field.name}z": value}}))


def test_a_limit_of_data_can_be_written_with_points():
    config = Config()
    config.Sandbox.data.nodes = 500_000
    assert settings.settings(config).data.nodes == 500_000
    config = Config()
    config.Sandbox.data.node = 500_000
    with pytest.raises(trouble.SettingsTrouble, match="c.Sandbox.data.nodes"):
        settings.settings(config)


OTHER_GROUPS = {
    "c.ClearSolutions.code_stub = 3": "c.ClearSolutions.code_stub", "c.ClearSolutions.code_stub = {'python': 3}": '{"python": "…"}', "c.ClearSolutions.text_stub = None": "of the kind of its default",
    "c.ClearSolutions.enforce_metadata = 'yes'": "default, True", "c.LateSubmissionPlugin.penalty_method = 'half'": "'none' / 'zero'", "c.Autograde.exporter_class = 'nowhere.X'": "can be imported",
    "c.Autograde.autograde_preprocessors = ['nowhere.X']": "nowhere.X", "c.GenerateFeedback.preprocessors = 'x'": "c.GenerateFeedback.preprocessors", "c.GenerateAssignment.preprocessors = 3": "of the kind",
    "c.HTMLExporter.extra_template_basedirs = 3": "of the kind", "c.Exchange.root = 3": "c.Exchange.root", "c.CourseDirectory.db_url = 'gradebook.db'": "sqlite:///", "c.CourseDirectory = 'x'": "must be Config instances",
    "c.CourseDirectory.directory_structure = '{student_id}'": "{nbgrader_step}/{student_id}/{assignment_id}", "c.CourseDirectry.course_id = 'x'": "Did you mean c.CourseDirectory?",
    "c.coursedirectory.course_id = 'x'": "Did you mean c.CourseDirectory?", "c.Autogrd.x = 1": "Did you mean c.Autograde?", "c.ClearSolution.text_stub = 'x'": "Did you mean c.ClearSolutions?",
    "c.LateSubmissonPlugin.penalty_method = 'zero'": "Did you mean c.LateSubmissionPlugin?", "c.AssignLatePenalty.plugin_class = 'x.Y'": "Did you mean c.AssignLatePenalties?",
    "c.GenerateFeeback.x = 1": "Did you mean c.GenerateFeedback?", "c.sandbox.required = False": "Did you mean c.Sandbox?", "raise SystemExit": "SystemExit", "c.Sandbox.required = “False”": "SyntaxError",
}  # fmt: skip


@pytest.mark.parametrize("line", OTHER_GROUPS)
def test_a_setting_of_nbgraders_own_is_looked_at_before_anybody_is_graded(course, line):
    place = course / "course" / "en" / "nbgrader_config.py"
    place.write_text(f"{place.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    with pytest.raises(trouble.SettingsTrouble) as refused:
        class_run.Class("en", course).check()
    assert OTHER_GROUPS[line] in str(refused.value) and "nothing was graded" in str(refused.value) and "nbgrader_config.py" in str(refused.value)


@pytest.mark.parametrize("line", ["c.AutogradeApp.log_level = 10", "c.ExecutePreprocessor.timeout = 60", "c.MyOwn.x = 1", "c.Exchange.timezone = 'Asia/Shanghai'", "c.LateSubmissionPlugin.penalty_method = 'zero'"])
def test_settings_of_others_and_right_ones_pass(course, line):
    place = course / "course" / "en" / "nbgrader_config.py"
    place.write_text(f"{place.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    class_run.Class("en", course).check()


@pytest.fixture
def course(tmp_path):
    """A class with settings and no submissions."""
    for language in data.LANGUAGES:
        (tmp_path / "course" / language).mkdir(parents=True)
        for name in ("nbgrader_config.py", f"{language}/nbgrader_config.py"):
            (tmp_path / "course" / name).write_text((data.ROOT / "course" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


LINES = {
    'c.Sandbox.question_seconds = "60"': "c.Sandbox.question_seconds",
    'c.LateSubmissionPlugin.penalty_metod = "zero"': "Did you mean c.LateSubmissionPlugin.penalty_method",
    'c.LateSubmissionPlugin.penalty_method = "half"': "penalty_method",
    'c.AssignLatePenalties.plugin_class = "nowhere.Plugin"': "nowhere.Plugin",
    "c.CourseDirectory.course_idd = 'x'": "Did you mean c.CourseDirectory.course_id",
    "c.Sandbox.question_seconds = ": "SyntaxError",
    "c.Sandbox.question_seconds = sixty": "sixty",
}


@pytest.mark.parametrize("line", LINES)
def test_a_setting_in_the_way_is_said_instead_of_rows_with_exit_code_2(course, capsys, line):
    place = course / "course" / "nbgrader_config.py"
    place.write_text(f"{place.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    assert cli.main(["grade", "09-loyalty-economics", "--course", "en", "--root", str(course)]) == 2
    said = capsys.readouterr()
    assert LINES[line] in said.err and "nbgrader_config.py" in said.err and "Traceback" not in said.err and said.out == ""


# --- B8: the machine ---


def test_a_locked_gradebook_is_said_before_anybody_is_graded(course, capsys, monkeypatch):
    monkeypatch.setattr(trouble, "SECONDS_FOR_THE_LOCK", 0.2)
    held = sqlite3.connect(course / "course" / "en" / "gradebook.db", isolation_level=None)
    held.execute("create table x (y)")
    held.execute("begin exclusive")
    assert cli.main(["grade", "09-loyalty-economics", "--course", "en", "--root", str(course)]) == 2
    said = capsys.readouterr().err
    assert "Close formgrader" in said and len(said.splitlines()) == 1
    held.close()


def test_a_damaged_gradebook_and_folders_in_the_wrong_places_are_said(course, capsys):
    root = course / "course" / "en"
    for prepare, words in (
        (lambda: (root / "gradebook.db").write_bytes(b"not a database at all" * 100), "damaged"),
        (lambda: ((root / "gradebook.db").unlink(), (root / "gradebook.db").mkdir()), "is a folder"),
        (lambda: ((root / "gradebook.db").rmdir(), (root / "marking").write_text("x")), "is no folder"),
    ):
        prepare()
        assert cli.main(["grade", "09-loyalty-economics", "--course", "en", "--root", str(course)]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", ["grade", "enter"])
@pytest.mark.parametrize("refused", ["gradebook.db", "a folder"])
def test_where_nothing_can_be_written_it_is_said_before_anything_begins(course, capsys, monkeypatch, command, refused):
    """Root may write anywhere, so the refusal of a read-only disk is played."""
    real_open, real_make = os.open, tempfile.mkstemp
    root = course / "course" / "en"
    (root / "gradebook.db").write_bytes(b"x" * 100)

    def refuse_gradebook(path, flags, *more, **named):
        if str(path).endswith("gradebook.db") and flags & os.O_RDWR:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return real_open(path, flags, *more, **named)

    def refuse_folder(*more, dir=None, **named):
        if str(dir) == str(root):
            raise PermissionError(errno.EACCES, "Permission denied", str(dir))
        return real_make(*more, dir=dir, **named)

    monkeypatch.setattr(*(os, "open", refuse_gradebook) if refused == "gradebook.db" else (tempfile, "mkstemp", refuse_folder))
    assert cli.main([command, "09-loyalty-economics", "--course", "en", "--root", str(course)]) == 2
    said = capsys.readouterr()
    assert "does not let you write" in said.err and len(said.err.splitlines()) == 1 and "solutions/" not in said.err and said.out == ""


def test_a_gradebook_that_nothing_reads_is_named_and_the_classes_own_are_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours, other_class = tmp_path / "course" / "en" / "gradebook.db", tmp_path / "course" / "zh" / "gradebook.db"
    for path in (ours, other_class):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"SQLite")
    url = f"sqlite:///{ours}"
    (tmp_path / "gradebook.db").write_bytes(b"")
    assert trouble.other_gradebooks(ours.parent, tmp_path, url) == []
    (tmp_path / "gradebook.db").write_bytes(b"SQLite")
    (tmp_path / "course" / "gradebook.db").write_bytes(b"SQLite")
    assert trouble.other_gradebooks(ours.parent, tmp_path, url) == [tmp_path / "gradebook.db", tmp_path / "course" / "gradebook.db"]
    assert trouble.other_gradebooks(ours.parent, tmp_path, f"sqlite:///{tmp_path}/gradebook.db") == [tmp_path / "course" / "gradebook.db"]


# Where print() is the notebook's own output, which is UTF-8 whatever the terminal is.
_NOTEBOOKS_OWN = {"kernel.py", "check/functions.py", "check/practice.py", "check/kinds.py", "check/verdict.py", "grading/processes/magics.py"}


def test_no_command_prints_past_what_takes_any_text():
    """A bare print() ends a run where standard output cannot show a name: every command says with crmlib.terminal."""
    printing = set()
    for path in sorted((data.ROOT / "crmlib").rglob("*.py")):
        if "print" in facts(path).called:
            printing.add(path.relative_to(data.ROOT / "crmlib").as_posix())
    assert printing <= _NOTEBOOKS_OWN


ERRORS = {
    "a full disk": (OSError(errno.ENOSPC, "No space", "x"), "disk is full"),
    "a full quota": (OSError(errno.EDQUOT, "Quota", "x"), "disk is full"),
    "a read-only folder": (OSError(errno.EROFS, "Read-only", "x"), "does not let you write"),
    "no right": (PermissionError(errno.EACCES, "Permission", "x"), "does not let you write"),
    "too many open files": (OSError(errno.EMFILE, "Too many"), "This computer is in trouble"),
    "a locked gradebook": (sqlite3.OperationalError("database is locked"), "open and locked"),
    "a full gradebook": (sqlite3.OperationalError("database or disk is full"), "disk is full"),
    "a read-only gradebook": (sqlite3.OperationalError("attempt to write a readonly database"), "does not let you write"),
    "a damaged gradebook": (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
    "an old gradebook": (sqlite3.OperationalError("no such column: x"), "nbgrader db upgrade"),
    "a gradebook of another kind": (sqlite3.OperationalError("unable to open database file"), "cannot be used now"),
}


@every("case", ERRORS)
def test_an_error_of_the_machine_is_known_also_behind_others(case):
    error, words = ERRORS[case]
    outer = RuntimeError("(sqlite3) x [SQL: INSERT]")
    outer.__cause__ = error
    assert words in trouble.said(error) and words in trouble.said(outer)
    assert "send us" not in trouble.said(error)


@every("error", [ValueError("x"), RecursionError(), sqlite3.IntegrityError("UNIQUE"), FileNotFoundError(errno.ENOENT, "x")])
def test_an_error_of_a_submission_is_not_the_machines(error):
    assert trouble.said(error) is None


class Book:
    """A gradebook that refuses."""

    def __init__(self, error):
        self.error = error

    def record(self, *_, **__):
        raise self.error


def marked(earned):
    return Marked([MarkedNotebook("x", {"cells": [], "metadata": {"v": earned}, "nbformat": 4, "nbformat_minor": 5}, [], [], [])], {}, [], True)


@every("error", [sqlite3.OperationalError("database is locked"), OSError(errno.ENOSPC, "full")])
@every("before", [True, False])
def test_where_the_gradebook_refuses_everything_is_as_it_was(tmp_path, error, before):
    course = type("Course", (), {"root": tmp_path})()
    done = tmp_path / "autograded" / "amy" / "x"
    if before:
        done.mkdir(parents=True)
        (done / "x.ipynb").write_text("old")
        rows.write(tmp_path, a_row())
    kept = rows.keep(tmp_path, "x", "amy")
    with pytest.raises(type(error)):
        class_run.keep(course, "amy", "x", marked(2), Book(error), None, done)
    assert rows.keep(tmp_path, "x", "amy") == kept
    assert done.exists() == before and [path.name for path in done.parent.iterdir()] == ["x"] * before
    assert not before or (done / "x.ipynb").read_text() == "old"


def test_rows_before_the_trouble_are_kept_and_the_run_stops(course, monkeypatch):
    def some(run, students, workers, scheduler):
        run.found.append(a_row())
        run.on_row(run.found[-1])
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(class_run._Run, "all", some)
    with pytest.raises(trouble.Trouble) as stopped:
        class_run.grade(class_run.Class("en", course), "x", on_row=lambda row: 1 / 0)
    assert [row["student"] for row in stopped.value.rows] == ["amy"]


def test_a_row_that_cannot_be_written_leaves_no_half_of_it(tmp_path, monkeypatch):
    rows.write(tmp_path, a_row())
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError):
        rows.write(tmp_path, a_row(earned=2.0))
    assert [path.name for path in (tmp_path / "marking" / "x").iterdir()] == ["amy.json"]


# --- A6: late penalties ---


def test_a_late_penalty_stands_in_the_row_and_in_the_explanation(tmp_path):
    row = rows.with_late(a_row(), {"seconds": 7200.0, "penalty": 0.5, "trouble": ""})
    assert "2 h 0 min" in report.line(row) and "takes 0.5 points, which leaves 0.5" in report.line(row) and row["status"] == "graded"
    rows.write(tmp_path, row)
    assert "takes 0.5 points" in report.explanation(tmp_path, "amy", None, None)
    failed = rows.with_late(a_row(), {"seconds": 7200.0, "penalty": 0.0, "trouble": "ValueError: x"})
    assert failed["status"] == "problem" and "nothing was taken off" in report.line(failed)


# --- B9: explain ---


@every("student", ["smith[1]", "a*b", "who?", "!x", "Jose\u0301", "张三", "[a-z]"])
def test_explain_takes_an_id_as_it_is(tmp_path, student):
    rows.write(tmp_path, a_row(student="other"))
    rows.write(tmp_path, a_row(student=student, repairs=["mended"], details=["cell 3 is missing"]))
    said = report.explanation(tmp_path, student, None, None)
    assert "mended" in said and "cell 3 is missing" in said
    assert "cell 3" not in report.line(rows.read(tmp_path, "x", student))


@pytest.mark.parametrize("stored, typed", [("Jose\u0301", "Jos\xe9"), ("Jos\xe9", "Jose\u0301")])
def test_explain_finds_an_id_however_its_accents_are_stored(tmp_path, stored, typed):
    rows.write(tmp_path, a_row(student=stored, repairs=["mended"]))
    assert "mended" in report.explanation(tmp_path, typed, None, None)


def test_explain_says_who_comes_near(tmp_path):
    from crmlib.course import CourseError

    rows.write(tmp_path, a_row(student="smith[1]"))
    with pytest.raises(CourseError, match="Did you mean"):
        report.explanation(tmp_path, "smith1", None, None)


# --- what a killed run leaves in the system's temporary folder ---


def test_folders_of_killed_runs_are_removed_and_those_of_living_ones_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = "import tempfile, time\nfrom crmlib.grading.processes import temporary\nprint(temporary.folder('checks'), flush=True)\ntime.sleep(60)"
    runs = [subprocess.Popen([sys.executable, "-c", code], cwd=data.ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    killed, living, noticed_by_nobody = (Path(run.stdout.readline().strip()) for run in runs)
    runs[0].send_signal(signal.SIGKILL)
    runs[0].wait()
    runs[2].send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, runs[2].pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the list of processes
    (tmp_path / "crmlib-checks-1-1-abc_def").mkdir()
    ours, other = Path(temporary.folder("submission")), tmp_path / "somebody-else"
    other.mkdir()
    try:
        temporary.sweep()
        assert not killed.exists() and not noticed_by_nobody.exists() and not (tmp_path / "crmlib-checks-1-1-abc_def").exists()
        assert living.exists() and ours.exists() and other.exists()
    finally:
        runs[1].kill()
        runs[1].wait()
        runs[2].wait()


def test_attachments_that_the_system_refuses_stay_where_they_are(tmp_path):
    made = marked(1)
    made.attachments |= {"x" * 300: b"1", "good.txt": b"2", "nul\0.txt": b"3"}
    folder = gradebook.write_folder(tmp_path / "amy" / "x", made)
    assert {path.name for path in folder.iterdir()} == {"x.ipynb", "good.txt"} and len(made.repairs) == 2
