"""crmlib check: everything missing or stale is named with its file and remedy, and the READMEs' list is made from the data."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from crmlib import assignments, cli, course, state
from crmlib.course import ROOT
from crmlib.language import LANGUAGES
from crmlib.scorecard import table
from tests.support.class_of_students import copy_course

STEM = "09-loyalty-economics"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy in which nothing is stale, so that only what a test does is found."""
    monkeypatch.setattr(state, "_assignments", lambda stem, root: iter(()))
    monkeypatch.setattr(state, "_scores", lambda stem, root: iter(()))
    return copy_course(tmp_path / "copy")


def found(root):
    return [sentence for sentence in state.findings([STEM], root) if "tests/answers" not in sentence]


def test_a_missing_file_is_named_with_what_to_do(copy):
    before = found(copy)
    for file in (f"solutions/zh/{STEM}/{STEM}.ipynb", f"course/exercises/{STEM}.toml", f"course/questions/{STEM}.toml"):
        text = (copy / file).read_bytes()
        (copy / file).unlink()
        (sentence,) = set(found(copy)) - set(before)
        assert file in sentence and "What to do" in sentence
        (copy / file).write_bytes(text)


def test_what_is_stale_names_its_command(monkeypatch):
    monkeypatch.setattr(state, "_scores", lambda stem, root: iter(()))
    monkeypatch.setattr(assignments, "state_of", lambda stem, language, root: "stale" if language == "en" else "")
    assert any(f"assignments/en/{STEM}" in sentence and "crmlib build" in sentence for sentence in found(ROOT))


def test_an_assignment_beside_the_lessons_is_looked_at_as_well(tmp_path, monkeypatch):
    copy = copy_course(tmp_path / "copy")
    monkeypatch.setattr(assignments, "state_of", lambda stem, language, root: "stale" if language == "en" else "")
    (copy / "solutions" / "zh" / "13-essay" / "13-essay.ipynb").unlink()
    missing, stale = state._beside_the_lessons([lesson.stem for lesson in course.lessons()], copy)
    assert "solutions/zh/13-essay/13-essay.ipynb" in missing
    assert "assignments/en/13-essay" in stale and "crmlib build" in stale


def test_a_scorecard_of_other_inputs_is_stale(monkeypatch):
    monkeypatch.setattr(table, "inputs", lambda stem, root: "changed since")
    (sentence,) = state._scores(STEM, ROOT)
    assert sentence.endswith(f"crmlib scorecard {STEM}")


NOTEBOOK, SOLUTION = f"notebooks/zh/{STEM}.ipynb", f"solutions/en/{STEM}/{STEM}.ipynb"
PICTURES, WORDS = "crmlib/figures/loyalty_economics.py", f"crmlib/messages/lessons/{STEM}.toml"


def change(old, new):
    """Replace a text of the file, which must be there."""

    def harm(path):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return harm


def cells(harm_cells):
    """Change the cells of a notebook."""

    def harm(path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        harm_cells(notebook["cells"])
        path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")

    return harm


def first_code(found):
    return next(cell for cell in found if cell["cell_type"] == "code" and "explore." in cell["source"][0])


# What is done to a file, and what the sentence must name: the file, and the remedy.
HARMS = {
    "no notebook": (NOTEBOOK, lambda path: path.unlink(), [NOTEBOOK, "write it"]),
    "a damaged notebook": (NOTEBOOK, lambda path: path.write_text("{"), [NOTEBOOK, "git checkout"]),
    "outputs": (NOTEBOOK, cells(lambda found: first_code(found).update(execution_count=3)), [NOTEBOOK, "--clear-output"]),
    "outputs of a solution": (SOLUTION, cells(lambda found: [cell for cell in found if cell["cell_type"] == "code"][1].update(execution_count=3)), [SOLUTION, "--clear-output"]),
    "a cell in one language": (NOTEBOOK, cells(lambda found: found.pop(5)), [NOTEBOOK, "equal ids"]),
    "a last cell in one language": (NOTEBOOK, cells(lambda found: found.pop()), [NOTEBOOK, "the same id"]),
    "other code": (NOTEBOOK, cells(lambda found: first_code(found)["source"].append("\n1 + 1")), [NOTEBOOK, "make it equal"]),
    "other metadata": (NOTEBOOK, cells(lambda found: first_code(found)["metadata"].update(tags=["x"])), [NOTEBOOK, "make them equal"]),
    "a point without section": (NOTEBOOK, change('"profitability-three-analyses"', '"customer-relationship-value-five"'), ["profitability-three-analyses", NOTEBOOK, "write one"]),
    "a section of no point": (NOTEBOOK, change('"profitability-three-analyses"', '"no-such-point"'), ["no-such-point", NOTEBOOK, "correct the cell"]),
    "no points": (f"course/points/{STEM}.toml", lambda path: path.unlink(), [f"course/points/{STEM}.toml", "write it"]),
    "broken points": (f"course/points/{STEM}.toml", lambda path: path.write_text("["), [f"course/points/{STEM}.toml"]),
    "broken questions": (f"course/questions/{STEM}.toml", lambda path: path.write_text("["), [f"course/questions/{STEM}.toml"]),
    "broken exercises": (f"course/exercises/{STEM}.toml", lambda path: path.write_text("["), [f"course/exercises/{STEM}.toml"]),
    "no answers": (f"tests/answers/{STEM}.toml", lambda path: path.unlink(), [f"tests/answers/{STEM}.toml", "write it"]),
    "broken answers": (f"tests/answers/{STEM}.toml", lambda path: path.write_text("["), [f"tests/answers/{STEM}.toml", "line 1", "Mend that line"]),
    "answers in another encoding": (f"tests/answers/{STEM}.toml", lambda path: path.write_bytes(path.read_text(encoding="utf-8").replace("[[cell]]", "# 答案\n[[cell]]", 1).encode("gb18030")), [f"tests/answers/{STEM}.toml", "GBK", "UTF-8"]),
    "a calculation that gives no task": (f"course/calculations/{STEM}.toml", change('arguments = { cost_per_piece = "cost", response_rate = "rate" }', 'arguments = { cost_per_piece = "costs", response_rate = "rate" }'), [f"course/calculations/{STEM}.toml", "09-c01", "Correct the name"]),
    "no picture": (PICTURES, lambda path: path.unlink(), [PICTURES, "write it"]),
    "a picture of another name": (PICTURES, change("class mailing_duel(", "class mailing_contest("), ["explore.mailing_duel", PICTURES]),
    "broken pictures": (PICTURES, lambda path: path.write_text("def"), [PICTURES, "SyntaxError"]),
    "no messages": (WORDS, lambda path: path.unlink(), [WORDS, "write it"]),
    "a message less": (WORDS, change("[figures_loyalty_economics.mailing_duel_question]", "[figures_loyalty_economics.other_question]"), [WORDS, "mailing_duel_question"]),
    "broken messages": (WORDS, lambda path: path.write_text("["), [WORDS, "git checkout"]),
    "half a message": (WORDS, lambda path: path.write_text(re.sub(r"(?m)^zh = .*", 'zh = ""', path.read_text(encoding="utf-8"), count=1), encoding="utf-8"), [WORDS]),
    "not in the list of lessons": ("course/lessons.toml", change(f'"{STEM}"', '"09-other"'), ["09-other", "lessons.toml"]),
    "a stale assignment": (SOLUTION, change("40 points", "41 points"), [f"assignments/en/{STEM}", "crmlib build"]),
    "no assignment": (f"assignments/zh/{STEM}/{STEM}.ipynb", lambda path: path.unlink(), [f"assignments/zh/{STEM}", "crmlib build"]),
    "a stale scorecard": (f"course/exercises/{STEM}.toml", change("[[", "# changed\n[["), [f"crmlib scorecard {STEM}"]),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    root = copy_course(tmp_path_factory.mktemp("repository"))
    for part in ("notebooks", "tests/answers", "README.md", "README.zh-CN.md", "pyproject.toml", "start.py"):
        source = ROOT / part
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, root / part, dirs_exist_ok=True) if source.is_dir() else shutil.copy(source, root / part)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARMS)
def test_what_is_broken_on_purpose_is_said_with_file_and_remedy_and_in_chinese_too(repository, harm):
    file, break_it, named = HARMS[harm]
    path, kept = repository / file, (repository / file).read_bytes()

    def check(language):
        # Making every assignment anew takes seconds: only where it is asked whether it is stale.
        ease = "" if "assignment" in harm else "state._assignments = lambda *_: iter(())"
        words = ["--lang", language, "check", *([] if "list" in harm else [STEM])]
        command = [sys.executable, "-c", f"import sys\nfrom crmlib import cli, state\n{ease}\nsys.exit(cli.main({words}))"]
        return subprocess.run(command, cwd=repository, env={**os.environ, "PYTHONPATH": str(repository), "PYTHONUTF8": "1"}, capture_output=True, text=True)

    try:
        break_it(path)
        done = check("en")
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "Traceback" not in said, said
        assert any(all(word in line for word in named) for line in said.splitlines()), said
        if harm in ("other code", "a message less"):
            assert re.search("[\u4e00-\u9fff]", check("zh").stdout)
    finally:
        path.write_bytes(kept)


def test_an_unknown_lesson_is_refused_with_the_known_ones():
    with pytest.raises(course.CourseError, match=STEM):
        list(state.findings(["99-nothing"]))


def test_the_readmes_list_of_lessons_is_what_the_data_say():
    for name in state.READMES.values():
        assert state.readme(name) == (ROOT / name).read_text(encoding="utf-8"), "run: crmlib check --write"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_links_only_to_what_is_there(language):
    lines = state.listing(language).splitlines()
    assert len(lines) == 2 + len(course.lessons())
    for lesson, line in zip(course.lessons(), lines[2:], strict=True):
        assert (f"](notebooks/{language}/{lesson.stem}.ipynb)" in line) == lesson.notebook(language).exists()
        assert (f"](assignments/{language}/{lesson.stem}/" in line) == lesson.assignment(language).exists()


def test_a_readme_is_written_between_its_marks_only(tmp_path):
    for name in state.READMES.values():
        (tmp_path / name).write_text(f"before\n{state.BEGIN}\nold\n{state.END}\nafter\n", encoding="utf-8")
    assert state.write(tmp_path) == list(state.READMES.values()) and state.write(tmp_path) == []
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    (tmp_path / "README.md").write_text("no marks", encoding="utf-8")
    with pytest.raises(course.CourseError, match="README.md"):
        state.write(tmp_path)


def test_the_command_says_what_it_found_and_fails_then(monkeypatch, capsys):
    monkeypatch.setattr(state, "findings", lambda stems: iter(["x is stale. Run: y"]))
    assert cli.main(["check"]) == 1 and "x is stale" in capsys.readouterr().out
    monkeypatch.setattr(state, "findings", lambda stems: iter(()))
    assert cli.main(["check", STEM]) == 0 and "Nothing" in capsys.readouterr().out
