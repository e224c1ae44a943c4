"""crmlib check: everything missing or stale is named with its file and remedy, and the READMEs' list is made from the data."""

import pytest

from crmlib import cli, course, state
from crmlib.course import ROOT
from crmlib.language import LANGUAGES
from crmlib.scorecard import table
from tests.class_of_students import copy_course

STEM = "09-loyalty-economics"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy in which nothing is stale, so that only what a test does is found."""
    monkeypatch.setattr(state, "_stale_assignments", lambda root: set())
    monkeypatch.setattr(state, "_scores", lambda stem, root: iter(()))
    return copy_course(tmp_path / "copy")


def found(root):
    return [sentence for sentence in state.findings([STEM], root) if "tests/answers" not in sentence]


@pytest.mark.parametrize("file", [f"solutions/zh/{STEM}/{STEM}.ipynb", f"course/exercises/{STEM}.toml", f"course/questions/{STEM}.toml"])
def test_a_missing_file_is_named_with_what_to_do(copy, file):
    before = found(copy)
    (copy / file).unlink()
    (sentence,) = set(found(copy)) - set(before)
    assert file in sentence and "What to do" in sentence


def test_what_is_stale_names_its_command(copy, monkeypatch):
    monkeypatch.setattr(state, "_stale_assignments", lambda root: {f"assignments/en/{STEM}"})
    assert any(f"assignments/en/{STEM}" in sentence and "crmlib build" in sentence for sentence in found(copy))


def test_a_scorecard_of_other_inputs_is_stale(monkeypatch):
    monkeypatch.setattr(table, "inputs", lambda stem, root: "changed since")
    (sentence,) = state._scores(STEM, ROOT)
    assert sentence.endswith(f"crmlib scorecard {STEM}")


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
