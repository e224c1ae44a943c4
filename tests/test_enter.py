"""An assignment is entered again after grading: its cells change, the marks of the unchanged ones stay, in one transaction."""

import json
import shutil

import pytest

from crmlib import assignments, cli
from crmlib.grading.intake import source
from crmlib.grading.record import enter, rows
from tests.support.class_of_students import copy_course, hand_in, make_class
from tests.support.classroom_course import newest_gradebook

STEM = "week-1"


def cell(id, text="pass", kind="code", **mark):
    base = {"schema_version": 3, "grade_id": id, "grade": False, "solution": False, "locked": False, "task": False, "cell_type": kind}
    made = {"id": id, "cell_type": kind, "metadata": {"nbgrader": base | mark}, "source": text}
    return made if kind == "markdown" else made | {"outputs": [], "execution_count": None}


def answer(id, text="x = ..."):
    return cell(id, text, solution=True)


def test_cell(id, text="assert x", points=2):
    return cell(id, text, grade=True, locked=True, points=points)


test_cell.__test__ = False


def essay(id, points=3, kind="markdown"):
    return cell(id, f"Write about {id}.", kind, grade=True, solution=True, points=points)


def task(id, points=3):
    return cell(id, f"Write about {id}.", "markdown", task=True, locked=True, points=points)


FIRST = [answer("x"), test_cell("x-test"), answer("y", "y = ..."), test_cell("y-test", "assert y"), essay("why")]


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    """A gradebook that knows the first version, with one graded submission: 2 and 1 by machine, 2.5 by a person."""
    from nbgrader.api import Gradebook

    folder = tmp_path_factory.mktemp("graded")
    with newest_gradebook(), Gradebook(f"sqlite:///{folder}/gradebook.db", "crm-en") as opened:
        enter.migrate(opened, read(folder, FIRST), course="en")
        opened.add_student("ann")
        opened.add_submission(STEM, "ann")
        for name, auto, manual in (("x-test", 2, None), ("y-test", 1, None), ("why", None, 2.5)):
            grade = opened.find_grade(name, STEM, STEM, "ann")
            grade.auto_score, grade.manual_score, grade.needs_manual_grade = auto, manual, False
        opened.find_comment("why", STEM, STEM, "ann").manual_comment = "Well put."
        opened.db.commit()
    return folder / "gradebook.db"


@pytest.fixture
def book(graded_once, tmp_path):
    from nbgrader.api import Gradebook

    shutil.copy(graded_once, tmp_path / "gradebook.db")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "crm-en") as opened:
        yield opened


def read(folder, cells):
    path = folder / STEM / f"{STEM}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return source.read(path.parent)


def marks(book):
    return {grade.cell.name: (grade.auto_score, grade.manual_score) for grade in book.find_submission_notebook(STEM, STEM, "ann").grades}


BEFORE = {"x-test": (2, None), "y-test": (1, None), "why": (None, 2.5)}


def follow(book, tmp_path, cells, **options):
    changed = read(tmp_path, cells)
    changes = enter.migrate(book, changed, course="en", **options)
    assert source.disagreement(changed, book, course="en") is None
    return changes


def test_nothing_changed_changes_nothing(book, tmp_path):
    assert follow(book, tmp_path, FIRST) == enter.Changes()
    assert marks(book) == BEFORE


def test_a_new_test_gets_an_empty_mark_and_the_others_keep_theirs(book, tmp_path):
    changes = follow(book, tmp_path, [*FIRST, test_cell("z-test", "assert x > 1", 1)])
    assert changes.added == ["z-test"] and changes.lines() == ["New: z-test."]
    assert marks(book) == BEFORE | {"z-test": (None, None)}
    assert book.find_submission(STEM, "ann").max_score == 8


def test_a_removed_test_takes_its_automatic_mark_along(book, tmp_path):
    assert follow(book, tmp_path, [each for each in FIRST if each["id"] != "y-test"]).removed == ["y-test"]
    assert marks(book) == {name: mark for name, mark in BEFORE.items() if name != "y-test"}


def test_what_a_person_gave_is_not_dropped_unasked(book, tmp_path):
    without = FIRST[:-1]
    with pytest.raises(source.SourceError, match=f"no longer has why.*crmlib enter {STEM} --course en --force"):
        enter.migrate(book, read(tmp_path, without), course="en")
    assert marks(book) == BEFORE and book.find_comment("why", STEM, STEM, "ann").manual_comment == "Well put."
    follow(book, tmp_path, without, force=True)
    assert "why" not in marks(book)


def test_other_points_keep_the_marks_and_a_mark_above_them_is_named(book, tmp_path):
    changes = follow(book, tmp_path, [FIRST[0], test_cell("x-test", points=4), *FIRST[2:4], essay("why", points=2)])
    assert changes.changed == ["x-test", "why"] and changes.too_high == {"why"}
    assert marks(book) == BEFORE and book.find_submission(STEM, "ann").max_score == 8


def test_a_renamed_cell_keeps_its_marks(book, tmp_path):
    changes = follow(book, tmp_path, [FIRST[0], test_cell("x-check"), *FIRST[2:4], cell("reason", "Write about why.", "markdown", grade=True, solution=True, points=3)])
    assert changes.renamed == ["x-test → x-check", "why → reason"] and not changes.removed
    assert marks(book) == {"x-check": (2, None), "y-test": (1, None), "reason": (None, 2.5)}
    assert book.find_comment("reason", STEM, STEM, "ann").manual_comment == "Well put."


@pytest.mark.parametrize("new", [task("why"), cell("why", "pass", grade=True, locked=True, points=3), essay("why", kind="code")])
def test_another_kind_keeps_the_mark_that_a_person_gave(book, tmp_path, new):
    changes = follow(book, tmp_path, [*FIRST[:-1], new], force=True)
    assert changes.changed == ["why"]
    assert marks(book) == BEFORE


def test_a_test_that_becomes_an_essay_can_be_commented(book, tmp_path):
    assert follow(book, tmp_path, [*FIRST[:3], essay("y-test", points=2), FIRST[4]]).changed == ["y-test"]
    assert marks(book) == BEFORE and book.find_comment("y-test", STEM, STEM, "ann") is not None


def test_a_notebook_more_or_less(book, tmp_path):
    one = read(tmp_path, FIRST)
    other = source.SourceNotebook("second", read(tmp_path, [answer("a"), test_cell("a-test", "assert a")]).notebooks[0].cells, {})
    enter.migrate(book, source.SourceAssignment(STEM, (*one.notebooks, other), {}), course="en")
    assert book.find_assignment(STEM).max_score == 9 and marks(book) == BEFORE
    enter.migrate(book, one, course="en")
    assert [each.name for each in book.find_assignment(STEM).notebooks] == [STEM]


def test_a_failure_half_way_leaves_the_gradebook_as_it_was(book, tmp_path, monkeypatch):
    monkeypatch.setattr(enter._Notebook, "_submissions", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        enter.migrate(book, read(tmp_path, [test_cell("new"), *FIRST[2:]]), course="en")
    assert marks(book) == BEFORE
    assert source.disagreement(read(tmp_path, FIRST), book, course="en") is None


# ------------------------------------------------------------------------------------------------ the commands
LESSON = "09-loyalty-economics"


@pytest.fixture
def graded(tmp_path):
    """A class of the course with one graded submission."""
    root = copy_course(tmp_path)
    hand_in(root, LESSON, "en", make_class(LESSON, "en", 2)[:1])
    assert cli.main(["enter", LESSON, "--course", "en", "--root", str(root)]) == 0
    assert cli.main(["grade", LESSON, "--course", "en", "--root", str(root)]) == 0
    return root


def add_a_test(root):
    path = root / "solutions" / "en" / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    copied = next(each for each in notebook["cells"] if each["id"] == "acquisition-cost-function-test")
    new = json.loads(json.dumps(copied))
    new["id"] = new["metadata"]["nbgrader"]["grade_id"] = "one-more-test"
    new["metadata"]["nbgrader"]["points"] = 1
    new["source"] = "assert callable(acquisition_cost)"
    notebook["cells"].insert(notebook["cells"].index(copied) + 1, new)
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ours", "nbgrader's"])
def test_after_a_new_test_the_named_command_works_and_the_class_is_graded(graded, capsys, command):
    add_a_test(graded)
    grade = ["grade", LESSON, "--course", "en", "--root", str(graded)]
    assert cli.main([*grade, "--force"]) == 1
    assert f"crmlib enter {LESSON} --course en" in capsys.readouterr().err
    if command == "ours":
        assert cli.main(["enter", LESSON, "--course", "en", "--root", str(graded)]) == 0
        said = capsys.readouterr().out
        assert "New: one-more-test." in said and f"crmlib grade {LESSON} --course en --force" in said
    else:
        from nbgrader.apps import NbGraderAPI

        assert NbGraderAPI(config=assignments.configuration("en", graded)).generate_assignment(LESSON, force=True)["success"]
    assert cli.main([*grade, "--force"]) == 0
    assert rows.read(graded / "course" / "en", LESSON, "model")["points"] == 41
    released = (graded / "assignments" / "en" / LESSON / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    assert "one-more-test" in released


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ours", "nbgrader's"])
def test_a_source_that_cannot_be_released_leaves_everything_as_it_was(graded, capsys, command):
    path = graded / "solutions" / "en" / LESSON / f"{LESSON}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("### END SOLUTION", "", 1), encoding="utf-8")
    released = graded / "assignments" / "en" / LESSON / f"{LESSON}.ipynb"
    before, gradebook = released.read_bytes(), (graded / "course" / "en" / "gradebook.db").read_bytes()
    if command == "ours":
        assert cli.main(["enter", LESSON, "--course", "en", "--root", str(graded)]) == 1
        assert "Mend the source" in capsys.readouterr().err
    else:
        from nbgrader.apps import NbGraderAPI

        assert not NbGraderAPI(config=assignments.configuration("en", graded)).generate_assignment(LESSON, force=True)["success"]
    assert released.read_bytes() == before
    assert (graded / "course" / "en" / "gradebook.db").read_bytes() == gradebook


@pytest.mark.slow
def test_each_class_has_a_gradebook_of_its_own(graded):
    assert cli.main(["enter", LESSON, "--course", "zh", "--root", str(graded)]) == 0
    assert (graded / "course" / "zh" / "gradebook.db").exists()
    shutil.rmtree(graded / "course" / "zh")
    assert cli.main(["grade", LESSON, "--course", "en", "--root", str(graded)]) == 0
