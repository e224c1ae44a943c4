"""crmlib installed by itself, from a wheel and not beside the course: whole, or one sentence that says what a command needs and where."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crmlib import cli, course, language, places, running_case
from tests.conftest import ROOT
from tests.support import class_of_students
from tests.support.classroom_course import STEM, small_course

NOT_PACKED = shutil.ignore_patterns("__pycache__", "*.pyc", "gradebook.db*", "submitted", "autograded", "feedback", "marking", "classroom", ".ipynb_checkpoints")
IN_A_CLASS = ("enter", "grade", "explain", "roster", "collect", "marks", "feedback", "report", "similarity")


def sources(target: Path) -> Path:
    """What a wheel is built from, without what building it leaves in a repository."""
    for name in ("crmlib", "course"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__") if name == "crmlib" else NOT_PACKED)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "LICENSE-CONTENT"):
        shutil.copy(ROOT / name, target)
    return target


def pip(*words) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built twice from one folder, for what was removed after the first time must not be in the second."""
    folder = sources(tmp_path_factory.mktemp("wheel") / "source")
    left = folder / "build" / "lib" / "crmlib" / "removed.py"
    left.parent.mkdir(parents=True)
    left.write_text("")
    built = pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder.parent, folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.parent.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment of its own with the wheel in it, which borrows every other package from this one; returns its programs' folder."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    done = pip("--python", programs / "python", "install", "--no-deps", "--no-index", wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    (packages,) = [path for path in place.rglob("site-packages") if path.is_dir()]
    borrowed = [path for path in sys.path if path.rstrip("/\\").endswith("site-packages")]
    (packages / "borrowed.pth").write_text("\n".join(borrowed))
    return programs


@pytest.fixture
def run(installed, tmp_path):
    """Run a program of that environment in an empty folder, where neither the repository nor its path is known."""
    away = tmp_path / "away"
    away.mkdir()

    def run(program, *words, cwd=away, **variables):
        known = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        known |= {"PYTHONUTF8": "1", "CRMLIB_DATA": str(tmp_path / "learner"), **variables}
        return subprocess.run([installed / program, *map(str, words)], cwd=cwd, env=known, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8")

    return run


PROGRAM = """
import importlib, json, pathlib, pkgutil, tomllib
import crmlib
from crmlib import course, language, places, rooms, running_case, use_language
from crmlib.questions import ask
use_language("zh")
packed = pathlib.Path(crmlib.__file__).parent
for room in pkgutil.walk_packages([str(packed)], "crmlib."):
    if not room.name.endswith("__main__"):
        importlib.import_module(room.name)
from crmlib.explorers import page
from crmlib.figures import style
print(json.dumps({
    "repository": str(places.repository()),
    "inside": packed in course.COURSE.parents,
    "lessons": len(course.lessons()),
    "points": len(course.all_points()),
    "questions": sum(bool(ask(each).shown()) for lesson in course.lessons() for each in course.questions(lesson.stem)),
    "calculations": sum(1 for _ in (course.COURSE / "calculations").glob("*.toml")),
    "term": str(language.term("customer_lifetime_value")),
    "messages": sum(len(language._catalogue(room)) for room in language.rooms()),
    "tables": {name: len(running_case.load(name)) for name in running_case.TABLES},
    "links": course.check_links(),
    "page": page._SHARED.is_file(),
    "font": style.FONT_FILE.is_file(),
}))
"""


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_library_and_the_data_of_the_course_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    library = {path.relative_to(ROOT).as_posix() for path in (ROOT / "crmlib").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    data = {f"crmlib/{places.PACKED}/{path.relative_to(ROOT / 'course').as_posix()}" for each in places.DATA for path in (ROOT / "course").glob(each) if path.is_file()}
    assert names == library | data
    assert "crmlib/py.typed" in names and len(data) > 50
    # What an instructor or author keeps is no student's business, and a student may install the wheel.
    assert not [name for name in data if re.search(r"nbgrader_config|scorecard\.csv|GRADING|coverage|people", name)]


@pytest.mark.slow
def test_the_installed_library_has_the_whole_course_and_every_room_of_it_is_importable(run):
    done = run("python", "-W", "error::UserWarning", "-c", PROGRAM)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    language.use_language("zh")
    expected = {
        "repository": "None",
        "inside": True,
        "lessons": len(course.lessons()),
        "points": len(course.all_points()),
        "questions": sum(len(course.questions(lesson.stem)) for lesson in course.lessons()),
        "calculations": sum(1 for _ in (course.COURSE / "calculations").glob("*.toml")),
        "term": str(language.term("customer_lifetime_value")),
        "messages": sum(len(language._catalogue(room)) for room in language.rooms()),
        "tables": {name: len(running_case.load(name)) for name in running_case.TABLES},
        "links": [],
        "page": True,
        "font": True,
    }
    assert told == expected


@pytest.mark.slow
@pytest.mark.parametrize("words, file", [("sheet 9", "*.html"), ("deck", "*.apkg"), ("paper --seed 7", "*.html")])
def test_the_installed_command_revises(run, tmp_path, words, file):
    target = tmp_path / "made" / ("made.apkg" if words == "deck" else "")
    done = run("crmlib", "--lang", "zh", "revise", *words.split(), "--output", target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "made").glob(file)), done.stdout


@pytest.mark.slow
def test_the_installed_command_grades_in_a_course_folder_from_any_folder_below_it(run, tmp_path):
    root = small_course(tmp_path / "class", "en")
    class_of_students.hand_in(root, STEM, "en", class_of_students.make_class(STEM, "en", 2))
    below = root / "course" / "en"
    entered = run("crmlib", "enter", STEM, "--course", "en", cwd=below)
    assert entered.returncode == 0, entered.stdout + entered.stderr
    graded = run("crmlib", "grade", STEM, "--course", "en", cwd=below)
    assert graded.returncode == 0 and "model: 40 of 40" in graded.stdout and "untouched: 0 of 40" in graded.stdout, graded.stdout + graded.stderr
    paged = run("crmlib", "feedback", STEM, "--course", "en", "--output", tmp_path / "pages", cwd=below)
    assert paged.returncode == 0 and list((tmp_path / "pages").iterdir()), paged.stderr
    released = root / "assignments" / "en" / STEM / f"{STEM}.ipynb"
    before = released.read_bytes()
    released.unlink()
    assert run("crmlib", "build", cwd=below).returncode == 0
    assert released.read_bytes() == before


def parsed(command):
    """Some arguments with which the command is understood."""
    needed = {"explain": ["student"], "roster": ["list.csv"], "collect": ["all.zip", STEM]}.get(command, [STEM])
    return [command, *needed]


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """This library as if it had been installed by itself, asked in an empty folder."""
    folder = tmp_path / "package"
    (folder / places.PACKED).mkdir(parents=True)
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.setattr(places, "LIBRARY", folder)
    monkeypatch.chdir(away)
    monkeypatch.setattr(cli, "ROOT", places.root())
    monkeypatch.setattr("crmlib.classroom.commands.ROOT", places.root())
    return away


@pytest.mark.parametrize("speak", ["en", "zh"])
@pytest.mark.parametrize("command", [*IN_A_CLASS, "build", "check", "handout", "scorecard"])
def test_a_command_that_needs_a_folder_says_in_one_sentence_what_and_where(alone, capsys, command, speak):
    words = [*parsed(command), "--course", speak] if command in IN_A_CLASS else [command, *(["zh"] if command == "handout" else [])]
    assert cli.main(["--lang", speak, *words]) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and f"`crmlib {command}`" in said.err
    assert bool(re.search("[一-鿿]", said.err)) == (speak == "zh")
    assert ("start.py" in said.err) == (command in ("check", "handout", "scorecard"))
    assert (str(alone) in said.err) == (command not in ("check", "handout", "scorecard"))
    assert list(alone.iterdir()) == []


def test_every_command_that_asks_for_a_class_is_refused_without_one(alone):
    """A command added later is refused, too, since what counts is that it names a class."""
    commands = cli._parser()._subparsers._group_actions[0].choices
    named = {name for name, parser in commands.items() if any("--course" in action.option_strings and action.required for action in parser._actions)}
    assert named == set(IN_A_CLASS)


def test_a_course_folder_is_found_from_below_and_the_repository_comes_first(alone, monkeypatch, tmp_path):
    assert places.root() == alone and places.course_data() == places.LIBRARY / places.PACKED
    (alone / "course" / "zh" / "submitted").mkdir(parents=True)
    (alone / "course" / "zh" / "nbgrader_config.py").touch()
    monkeypatch.chdir(alone / "course" / "zh" / "submitted")
    assert places.root() == alone
    monkeypatch.setattr(places, "LIBRARY", ROOT / "crmlib")
    assert places.root() == ROOT and places.course_data() == ROOT / "course"


def test_a_folder_that_is_gone_does_not_stop_the_library(alone, monkeypatch):
    monkeypatch.setattr(Path, "cwd", lambda: (_ for _ in ()).throw(FileNotFoundError()))
    assert places.root() == places.LIBRARY.parent


@pytest.mark.slow
def test_without_the_course_no_wheel_is_built_and_the_reason_is_said(tmp_path):
    folder = sources(tmp_path / "source")
    shutil.rmtree(folder / "course" / "questions")
    built = pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", tmp_path, folder)
    assert built.returncode != 0 and "course/questions/*.toml is missing" in built.stdout + built.stderr
    assert not list(tmp_path.glob("*.whl"))
