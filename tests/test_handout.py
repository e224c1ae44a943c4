"""The students' zip: all they need, no secret, the same bytes every time."""

import contextlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections import defaultdict

import pytest

from crmlib import cli, course, handout, premade, rooms
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course
from tests.support.messages import catalogues

LANGUAGES = ("en", "zh")


UNBUILT = handout.unbuilt


@pytest.fixture(scope="module", autouse=True)
def fresh():
    """That the assignments are fresh is tested with them; making them anew for every zip takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handout, "unbuilt", lambda *_: {})
        yield


@pytest.fixture(scope="module", autouse=True)
def unrun(tmp_path_factory):
    """Running every lesson takes seconds and is a slow test of its own: here a copy is the lesson with its fingerprint."""
    kept = tmp_path_factory.mktemp("lessons")

    def copied(path, root):
        notebook = json.loads(path.read_bytes())
        notebook["metadata"]["crmlib"]["made_from"] = premade.fingerprint(path, root)
        return json.dumps(notebook, ensure_ascii=False).encode()

    folder = premade.folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(premade, "with_outputs", copied)
        patch.setattr(premade, "folder", lambda language, root=course.ROOT: kept / language if root == course.ROOT else folder(language, root))
        yield


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request, tmp_path_factory):
    """The zip of a language as the command writes it, and what it says."""
    archive, said = tmp_path_factory.mktemp("handout") / "handout.zip", io.StringIO()
    with contextlib.redirect_stdout(said):
        code = cli.main(["handout", request.param, "--output", str(archive)])
    return request.param, archive, code, said.getvalue()


@pytest.fixture(scope="module")
def unpacked(written):
    language, archive, *_ = written
    zipfile.ZipFile(archive).extractall(archive.parent)
    return language, archive.parent / f"crm-course-{language}"


def test_the_command_writes_the_zip_where_it_is_told(written):
    language, archive, code, said = written
    assert code == 0 and archive.name in said
    assert zipfile.ZipFile(archive).testzip() is None


def test_it_holds_what_a_student_needs(unpacked):
    language, folder = unpacked
    for name in ("start.py", "crmlib/messages/start.toml", "requirements.lock.txt", "pyproject.toml", "setup.py", "README.md", "LICENSE", f"notebooks/{language}/00-start.ipynb"):
        assert (folder / name).is_file(), name
    for stem in data.ALL:
        assert (folder / "assignments" / language / stem / f"{stem}.ipynb").is_file()


def test_it_holds_no_solutions_tests_or_hidden_keys(unpacked):
    language, folder = unpacked
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert not [name for name in names if re.match(r"(solutions|tests|course/(en|zh)|course/nbgrader_config|requirements-test|\.)", name)]
    wanted = set()
    for stem in data.STEMS:
        # An option's id by itself is no secret: it stands in the data, too.
        secrets = [line for line in data.secret_lines(stem, language, longer_than=30) if not re.fullmatch(r'"[\w-]+",?', line)]
        assert len(secrets) > 30
        wanted.update(secrets)
    by_word = defaultdict(list)  # a text that holds a line holds its inner words: only where the longest one stands is the line looked for
    for line in wanted:
        by_word[max(line.split()[1:-1], key=len, default="")].append(line)
    for path in folder.rglob("*.*"):
        if path.suffix in (".ipynb", ".toml", ".py", ".csv", ".md"):
            text = path.read_text(encoding="utf-8")
            assert not re.search("BEGIN (HIDDEN|SOLUTION)", text) or "crmlib" in path.relative_to(folder).parts, path
            if path.suffix == ".ipynb":
                text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
            assert [line for word in by_word.keys() & {"", *text.split()} for line in by_word[word] if line in text] == [], path


def test_nothing_for_instructors_is_in_it(unpacked):
    language, folder = unpacked
    for name in ("assignments", "grading", "handout", "rooms", "scorecard", "state"):
        assert not (folder / "crmlib" / name).exists() and not (folder / "crmlib" / f"{name}.py").exists(), name
    said = {path.stem for path in (folder / "crmlib" / "messages").rglob("*.toml")}
    assert "check" in said and not said & {"enter", "grade", "intake", "sandbox", "submitted", "trouble"}


@pytest.mark.slow
def test_its_library_lacks_nothing_that_it_uses(unpacked):
    language, folder = unpacked
    assert rooms.needed(language, folder) == rooms.needed(language), "leaving out a room makes no other one superfluous"
    program = (
        "import importlib, pathlib\n"
        "from crmlib.language import _catalogue\n"
        "for path in sorted(pathlib.Path('crmlib').rglob('*.py')):\n"
        "    importlib.import_module('.'.join(path.with_suffix('').parts).removesuffix('.__init__'))\n"
        "from crmlib.figures.picture import Picture\n"
        "def below(kind): return [kind, *(each for child in kind.__subclasses__() for each in below(child))]\n"
        "print(len([_catalogue(each.room) for each in below(Picture)[1:]]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}, check=False)
    assert ran.returncode == 0 and int(ran.stdout) > 20, ran.stderr
    there = {f"{room}.{name}" for room, texts in catalogues(folder / "crmlib" / "messages").items() for name in texts}
    keys = re.compile(r"""(?:message|wording)\(f?["']([a-z_]+)\.([a-z_]+)["']""")
    for path in (folder / "crmlib").rglob("*.py"):
        if path.name != "cli.py":
            for room, name in keys.findall(path.read_text(encoding="utf-8")):
                assert f"{room}.{name}" in there, f"{path}: {room}.{name}"


def run_command(unpacked, *words):
    """The command of an unpacked handout."""
    language, folder = unpacked
    command = [sys.executable, "-m", "crmlib.cli", "--lang", language, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1"}, check=False)


FOR_INSTRUCTORS = [["grade", "09-loyalty-economics", "--course", "zh"], ["check"], ["handout", "zh"]]


@pytest.mark.parametrize("arguments", FOR_INSTRUCTORS)
def test_its_command_says_what_is_for_instructors(unpacked, arguments):
    ran = run_command(unpacked, *arguments)
    assert ran.returncode == 2 and f"crmlib {arguments[0]} " in ran.stderr and "Traceback" not in ran.stderr


def test_its_command_does_not_list_what_is_for_instructors(unpacked):
    helped = run_command(unpacked, "--help")
    listed = helped.stdout.partition("COMMAND")[2]
    assert helped.returncode == 0 and "revise" in listed
    assert [name for name, *_ in FOR_INSTRUCTORS if re.search(rf"\b{name}\b", listed)] == []


@pytest.mark.slow
def test_a_student_checks_an_essay_with_it(unpacked, tmp_path):
    from tests.support import essays

    language, folder = unpacked
    paper = essays.save(essays.word(essays.text(1)), tmp_path / "my essay.docx")
    command = [sys.executable, "-m", "crmlib.cli", "--lang", language, "essay", str(paper)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1"}, check=False, encoding="utf-8")
    assert ran.returncode == 0 and "2,948" in ran.stdout, ran.stderr


def test_the_links_of_its_readme_lead_somewhere(unpacked):
    language, folder = unpacked
    text = (folder / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:\s]+)\)", text) + re.findall(r"\b(LICENSE[\w-]*|[\w-]+\.py)\b", text)
    assert "start.py" in named
    assert [target for target in named if not (folder / target).exists()] == []


def test_its_readme_is_half_a_page_in_the_students_language_and_nothing_is_for_instructors(unpacked):
    language, folder = unpacked
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert len(text) < 2400 and f"my-course/assignments/{language}/" in text
    assert bool(re.search("[\u4e00-\u9fff]", text)) is (language == "zh")
    for name in ("CONTRIBUTING.md", "CHANGELOG.md", "README.zh-CN.md", "course/GRADING.md", "course/scorecard.csv", "course/handout"):
        assert not (folder / name).exists(), name


def test_its_lessons_are_the_copies_with_outputs_and_never_stale(unpacked):
    language, folder = unpacked
    for path in (folder / "notebooks" / language).glob("*.ipynb"):
        assert premade.made_from(path) == premade.fingerprint(course.ROOT / "notebooks" / language / path.name), path.name
    assert premade.stale(language, folder) == [] and premade.lessons(language, folder) == folder / "notebooks" / language


def test_a_lesson_that_cannot_be_run_stops_the_handout(monkeypatch, tmp_path):
    def fails(path, root):
        raise course.CourseError(f"{path.name} fails")

    monkeypatch.setattr(premade, "with_outputs", fails)
    monkeypatch.setattr(premade, "folder", lambda language, root: tmp_path / "kept" / language)
    with pytest.raises(course.CourseError, match="00-start.ipynb fails"):
        handout.write("en", tmp_path / "course.zip")
    assert not (tmp_path / "course.zip").exists()


@pytest.mark.slow
def test_the_same_course_gives_the_same_zip(tmp_path):
    one, other = (handout.write("en", tmp_path / name) for name in ("one.zip", "other.zip"))
    assert one.read_bytes() == other.read_bytes()


def test_a_missing_part_is_named_with_its_remedy(tmp_path):
    with pytest.raises(course.CourseError, match="crmlib build"):
        list(handout.files("en", tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["missing", "stale"])
def test_an_assignment_that_is_missing_or_stale_stops_the_handout_and_names_the_command(tmp_path, monkeypatch, harm):
    monkeypatch.setattr(handout, "unbuilt", UNBUILT)
    root = copy_course(tmp_path / "copy")
    stem = data.STEMS[-1]
    released = root / "assignments" / "en" / stem / f"{stem}.ipynb"
    for other in data.ALL:  # one is enough to look at
        if other != stem:
            shutil.rmtree(root / "solutions" / "en" / other)
    if harm == "missing":
        released.unlink()
    else:
        released.write_text(released.read_text(encoding="utf-8").replace("40 points", "41 points"), encoding="utf-8")
    with pytest.raises(course.CourseError, match=f"assignments/en/{stem}.*crmlib build"):
        handout.write("en", tmp_path / "zip" / "course.zip", root)
    assert not (tmp_path / "zip").exists()


def test_what_fails_while_it_is_written_leaves_no_part_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        handout.write("en", tmp_path / "course.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_unpacked_library_works_from_there(unpacked):
    language, folder = unpacked
    program = (
        "from crmlib import course, show, use_language; "
        f"use_language('{language}'); print(len(course.all_points()), course.check_links()); "
        "from crmlib.questions import ask; print(sum(bool(ask(each).shown()) for stem in course.lessons() for each in course.questions(stem.stem))); "
        "print('href=\"09-loyalty-economics.ipynb\"' in show.lesson_map().source)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}, check=False)
    asked = sum(len(course.questions(lesson.stem)) for lesson in course.lessons())
    assert ran.stdout.split() == [str(len(course.all_points())), "[]", str(asked), "True"], ran.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_a_student_opens_the_unpacked_course_with_start_py(tmp_path):
    """The whole way of a student: unzip, python start.py, JupyterLab answers."""
    from tests.test_start import run_course

    zipfile.ZipFile(handout.write("zh", tmp_path / "handout.zip")).extractall(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code, said = run_course(tmp_path / "crm-course-zh", port, patience=900)
    assert code == 0, said
    assert "Traceback" not in said
