"""Grading through nbgrader's own doors: a foreign assignment, its manual, and the commands of its quickstart.

The assignment has what ours have not: two notebooks, plain asserts, an essay, code that a person marks, a task, a data
file, tests of live objects. Three copies of one class are graded by `crmlib grade`, by `nbgrader autograde` with our
configuration, and by nbgrader's own steps, and what the three gradebooks hold is compared.
"""

import contextlib
import copy
import html
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from crmlib import assignments, cli
from crmlib.grading.record import rows
from crmlib.language import message
from tests.support.class_of_students import copy_course

STEM = "corner-shop"
PARTS = ("part-one", "part-two")
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
SECRET = "a hidden line that no student may read"
pytestmark = pytest.mark.slow


# ------------------------------------------------------------------------------------------------ the assignment
def cell(kind, id, source, *, inside=False, **mark):
    made = {"cell_type": kind, "id": id, "metadata": {}, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    if mark:
        base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": id}
        made["metadata"]["nbgrader"] = base | mark
    if inside:
        made["metadata"]["crmlib"] = {"run_inside": True}
    return made


def answer(id, model, head=""):
    return cell("code", id, f"{head}### BEGIN SOLUTION\n{model}\n### END SOLUTION", solution=True)


def check(id, points, visible, hidden, inside=False):
    text = f"{visible}\n### BEGIN HIDDEN TESTS\n# {SECRET}\n{hidden}\n### END HIDDEN TESTS"
    return cell("code", id, text, grade=True, locked=True, points=points, inside=inside)


SOURCE = {
    "part-one": [
        cell("markdown", "intro", "# Sales of a corner shop", locked=True),
        cell("code", "setup", "import csv\nrate = 0.5\ndef load():\n    with open('sales.csv', encoding='utf-8') as file:\n        return list(csv.DictReader(file))", locked=True),
        answer("total", "    return sum(float(row['amount']) for row in rows)", "def total(rows):\n    "),
        check("total-test", 2, "assert callable(total)", "assert total(load()) == 60, 'the total of all rows'\nassert total([]) == 0"),
        answer("shares", "shares = [float(row['amount']) / 60 for row in load()]"),
        check("shares-test", 3, "assert len(shares) == 3", "float(sum(abs(mine - due / 60) < 0.001 for mine, due in zip(shares, (10, 20, 30))))"),
        cell("markdown", "essay", "The model essay.", grade=True, solution=True, points=4),
        cell("code", "sketch", "### BEGIN SOLUTION\nsketch = 'a bar chart'\n### END SOLUTION", grade=True, solution=True, points=2),
        cell("markdown", "task", "Survey five customers and add what you found below.", task=True, locked=True, points=5),
    ],
    "part-two": [
        cell("code", "names", "### BEGIN SOLUTION\nnames = [line.split(',')[0] for line in open('sales.csv', encoding='utf-8')][1:]\n### END SOLUTION", solution=True),
        check("names-test", 1, "assert isinstance(names, list)", "assert [name.lower() for name in names] == ['tea', 'rice', 'soap']"),
        answer("basket", "class Basket:\n    def __init__(self):\n        self.items = []\n    def add(self, name, price):\n        self.items.append((name, price))\n        return self\n    @property\n    def due(self):\n        return sum(price for _, price in self.items)"),
        check("basket-test", 3, "basket = Basket()", "assert basket.add('tea', 2).add('rice', 3).due == 5\nassert Basket().due == 0", inside=True),
        answer("figure", "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2, 3])"),
        check("figure-test", 2, "assert fig.axes", "assert len(fig.axes[0].lines) == 1", inside=True),
    ],
}  # fmt: skip

MODEL = {
    "part-one": {
        "total": "def total(rows):\n    return sum(float(row['amount']) for row in rows)",
        "shares": "shares = [float(row['amount']) / 60 for row in load()]",
        "essay": "Customers who come back cost less. <script>alert('essay')</script>",
        "sketch": "sketch = 'bars'",
    },
    "part-two": {
        "names": "names = [line.split(',')[0] for line in open('sales.csv', encoding='utf-8')][1:]",
        "basket": "class Basket:\n    def __init__(self):\n        self.items = []\n    def add(self, name, price):\n        self.items.append(price)\n        return self\n    @property\n    def due(self):\n        return sum(self.items)",
        "figure": "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([3, 2, 1])",
    },
}  # fmt: skip
WRONG = copy.deepcopy(MODEL)
WRONG["part-one"] |= {
    "total": "def total(rows):\n    return sum(float(row['price']) for row in rows)",  # no such column
    "shares": "shares = [10 / 60, 20 / 60, 7.0]",  # two of three
    "sketch": None,
}
WRONG["part-two"] |= {
    "names": "names = ['Tea', 'Rice']",
    "figure": "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1]); ax.plot([2])",
}
BROKEN = copy.deepcopy(MODEL)
BROKEN["part-one"] |= {"total": "def total(rows:\n    return", "essay": None}
BROKEN["part-two"] |= {"basket": "class Basket:\n    pass"}
NOTHING = {part: {} for part in PARTS}
STUDENTS = {"ada": MODEL, "ben": WRONG, "cyd": BROKEN, "dot": NOTHING}
DUE = {
    "ada": {"total-test": 2, "shares-test": 3, "essay": None, "sketch": None, "names-test": 1, "basket-test": 3, "figure-test": 2},
    "ben": {"total-test": 0, "shares-test": 2, "essay": None, "sketch": 0, "names-test": 0, "basket-test": 3, "figure-test": 0},
    "cyd": {"total-test": 0, "shares-test": 3, "essay": 0, "sketch": None, "names-test": 1, "basket-test": 0, "figure-test": 2},
    "dot": {"total-test": 0, "shares-test": 0, "essay": 0, "sketch": 0, "names-test": 0, "basket-test": 0, "figure-test": 0},
}
DUE = {student: {**due, "task": None} for student, due in DUE.items()}


def write_source(root: Path) -> None:
    folder = root / "solutions" / "en" / STEM
    folder.mkdir(parents=True)
    (folder / "sales.csv").write_text("name,amount\nTea,10\nRice,20\nSoap,30\n", encoding="utf-8")
    for part, cells in SOURCE.items():
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{part}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def hand_in(root: Path, student: str, given: dict, timestamp: str | None = None, added: str | None = None) -> Path:
    """Put a submission into the class; an answer of None stays the stub, ``added`` is a cell below the task."""
    folder = root / "course" / "en" / "submitted" / student / STEM
    folder.mkdir(parents=True, exist_ok=True)
    released = root / "assignments" / "en" / STEM
    shutil.copy(released / "sales.csv", folder)
    for part, answers in given.items():
        notebook = json.loads((released / f"{part}.ipynb").read_text(encoding="utf-8"))
        for each in notebook["cells"]:
            if answers.get(each["id"]) is not None:
                each["source"] = answers[each["id"]]
        if added and part == "part-one":
            notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": added})
        (folder / f"{part}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp, encoding="utf-8")
    return folder


# ------------------------------------------------------------------------------------------------ the ways in
def with_crmlib(root: Path, *options: str) -> int:
    return cli.main(["grade", STEM, "--course", "en", "--root", str(root), *options])


@contextlib.contextmanager
def nbgrader_api(root: Path, ours: bool = True, language: str = "en"):
    """nbgrader's API in the course root, as formgrader has it; ``ours=False`` takes our settings of Autograde away."""
    from nbgrader.apps import NbGraderAPI

    before = os.getcwd()
    os.chdir(root / "course" / language)
    try:
        config = assignments.configuration(language, root)
        config.NbGraderAPI.log_level = config.Application.log_level = logging.ERROR
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        if not ours:
            del config["Autograde"]
        yield NbGraderAPI(config=config)
    finally:
        os.chdir(before)


def with_nbgrader(root: Path, students=tuple(STUDENTS), ours: bool = True, force: bool = True) -> None:
    with nbgrader_api(root, ours) as api:
        for student in students:
            result = api.autograde(STEM, student, force=force)
            assert result["success"], result


def gradebook(root: Path):
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{root}/course/en/gradebook.db")


def book(root: Path, stem: str = STEM) -> dict:
    """Everything that grading says in the gradebook."""
    found = {}
    with gradebook(root) as opened:
        for submission in opened.assignment_submissions(stem):
            for notebook in submission.notebooks:
                for each in notebook.grades:
                    held = {"auto": each.auto_score, "manual": each.manual_score, "extra": each.extra_credit, "waits": each.needs_manual_grade}
                    found[submission.student.id, notebook.name, each.name] = held | {"score": each.score}
                for each in notebook.comments:
                    found[submission.student.id, notebook.name, each.name, "comment"] = (each.auto_comment, each.manual_comment)
                found[submission.student.id, notebook.name] = (notebook.score, notebook.max_score, notebook.late_submission_penalty)
            found[submission.student.id] = (submission.score, submission.needs_manual_grade, submission.timestamp)
    return found


def finished(root: Path, student: str, stem: str = STEM) -> dict:
    folder = root / "course" / "en" / "autograded" / student / stem
    return {path.name: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course root with the foreign assignment entered in the gradebook; nobody has handed in."""
    root = copy_course(tmp_path_factory.mktemp("foreign"))
    write_source(root)
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


@pytest.fixture(scope="module")
def ways(course, tmp_path_factory):
    """One class, graded in three ways."""
    roots = {}
    for name in ("crmlib", "nbgrader", "stock"):
        roots[name] = shutil.copytree(course, tmp_path_factory.mktemp(name) / "root")
        for student, given in STUDENTS.items():
            hand_in(roots[name], student, given, added="We asked five people." if student == "ada" else None)
    assert with_crmlib(roots["crmlib"]) == 0
    with_nbgrader(roots["nbgrader"])
    with_nbgrader(roots["stock"], ours=False)
    return roots


@pytest.fixture
def root(course, tmp_path):
    """A class of its own for one test, with ada's work handed in."""
    root = shutil.copytree(course, tmp_path / "root")
    hand_in(root, "ada", MODEL)
    return root


ACCOUNT = "class Account:\n    def __init__(self, balance):\n        self.balance = balance\n    def pay(self, amount):\n        self.balance -= amount"
OWN_CLASS = [
    cell("code", "account", f"### BEGIN SOLUTION\n{ACCOUNT}\n### END SOLUTION", solution=True),
    check("account-test", 3, "Account(1)", "mine = Account(5)\nmine.pay(2)\nassert mine.balance == 3"),
    answer("rate", "rate = 0.5"),
    check("rate-test", 1, "rate", "assert rate == 0.5"),
]


def test_a_test_of_a_students_own_class_waits_for_a_person_through_both_doors(tmp_path, capsys):
    """An instance cannot cross: the question is held, said to the instructor with the remedy, and to the student without blame."""
    root, stem = copy_course(tmp_path / "root"), "own-accounts"
    folder = root / "solutions" / "en" / stem
    folder.mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    written = {"cells": OWN_CLASS, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{stem}.ipynb").write_text(json.dumps(written), encoding="utf-8")
    assignments.generate(stem, "en", root, gradebook=True)
    for student, answers in {"ada": {"account": ACCOUNT, "rate": "rate = 0.5"}, "ben": {"rate": "rate = 2"}}.items():
        released = json.loads((root / "assignments" / "en" / stem / f"{stem}.ipynb").read_text(encoding="utf-8"))
        for each in released["cells"]:
            each["source"] = answers.get(each["id"], each["source"])
        place = root / "course" / "en" / "submitted" / student / stem
        place.mkdir(parents=True)
        (place / f"{stem}.ipynb").write_text(json.dumps(released), encoding="utf-8")
    other = shutil.copytree(root, tmp_path / "other")

    assert cli.main(["grade", stem, "--course", "en", "--root", str(root)]) == 1
    said = capsys.readouterr()
    assert "account-test" in said.out + said.err and "run_inside" in said.out + said.err
    assert said.err.count(message("grade.starting")) == 1  # nobody waits for a cold sandbox without a word
    with nbgrader_api(other) as api:
        assert all(api.autograde(stem, student)["success"] for student in ("ada", "ben"))
    assert book(root, stem) == book(other, stem)
    for each in (root, other):
        held = {student: rows.read(each / "course" / "en", stem, student)["questions"] for student in ("ada", "ben")}
        earned = {student: {question["question"]: question["earned"] for question in found} for student, found in held.items()}
        assert earned == {"ada": {"account-test": None, "rate-test": 1}, "ben": {"account-test": None, "rate-test": 0}}
        assert all("Account" in found[0]["reasons"][0] and "a person must mark" in found[0]["reasons"][0] for found in held.values())
        with nbgrader_api(each) as api:
            assert api.generate_feedback(stem, "ada", force=True)["success"]
        page = (each / "course" / "en" / "feedback" / "ada" / stem / f"{stem}.html").read_text(encoding="utf-8")
        assert SECRET not in page and "mine.pay" not in page
    assert cli.main(["explain", "ada", "account-test", "--course", "en", "--root", str(root)]) == 0
    told = capsys.readouterr().out
    assert "a person must mark this question" in told


# ------------------------------------------------------------------------------------------------ the same everywhere
def test_every_mark_is_the_mark_due(ways):
    for student, due in DUE.items():
        row = rows.read(ways["crmlib"] / "course" / "en", STEM, student)
        assert {question["question"]: question["earned"] for question in row["questions"]} == due, student
        assert row["status"] == "graded" and row["repairs"] == [] and row["isolated"] is True
        assert {question["question"] for question in row["questions"] if not question["tamper_proof"]} == {"basket-test", "figure-test"}


@pytest.mark.parametrize("other", ["nbgrader", "stock"])
def test_the_gradebook_is_the_same_whoever_grades(ways, other):
    assert book(ways["crmlib"]) == book(ways[other])


def test_rows_are_the_same_through_both_doors(ways):
    for student in STUDENTS:
        ours, theirs = (rows.read(ways[name] / "course" / "en", STEM, student) for name in ("crmlib", "nbgrader"))
        assert ours == theirs, student


def test_finished_notebooks_are_the_same_through_both_doors(ways):
    for student in STUDENTS:
        ours, theirs = finished(ways["crmlib"], student), finished(ways["nbgrader"], student)
        assert sorted(ours) == [f"{part}.ipynb" for part in PARTS]
        # Python shows some objects by their address, which differs between any two runs.
        assert ADDRESS.sub("", json.dumps(ours, sort_keys=True)) == ADDRESS.sub("", json.dumps(theirs, sort_keys=True)), student
        for notebook in ours.values():
            nbformat.validate(notebook)
    names = [sorted(path.name for path in (ways[name] / "course" / "en" / "autograded" / "ada" / STEM).iterdir()) for name in ("crmlib", "nbgrader")]
    assert names[0] == names[1]


def test_a_missing_notebook_earns_nothing_whoever_grades(root, tmp_path):
    (root / "course" / "en" / "submitted" / "ada" / STEM / "part-two.ipynb").unlink()
    stock = shutil.copytree(root, tmp_path / "stock")
    ours = shutil.copytree(root, tmp_path / "ours")
    assert with_crmlib(root) == 1
    with_nbgrader(ours, ["ada"])
    with_nbgrader(stock, ["ada"], ours=False)
    due = {key: value for key, value in book(stock).items() if key[-1] != "comment"}  # nbgrader leaves the comments empty
    assert {key: value for key, value in book(root).items() if key[-1] != "comment"} == due
    assert {key: value for key, value in book(ours).items() if key[-1] != "comment"} == due
    assert "part-two.ipynb" in rows.read(root / "course" / "en", STEM, "ada")["problems"][0]


def test_repairs_of_every_notebook_stand_in_the_row_through_both_doors(root, tmp_path):
    folder = root / "course" / "en" / "submitted" / "ada" / STEM
    for part, id in (("part-one", "total"), ("part-two", "names")):  # an answer pasted twice, in both
        notebook = json.loads((folder / f"{part}.ipynb").read_text(encoding="utf-8"))
        place = [each["id"] for each in notebook["cells"]].index(id)
        notebook["cells"].insert(place, notebook["cells"][place])
        (folder / f"{part}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "page.html").write_text("<html><script>alert(1)</script>", encoding="utf-8")
    other = shutil.copytree(root, tmp_path / "other")
    assert with_crmlib(root) == 0
    with_nbgrader(other, ["ada"])
    with_nbgrader(other, ["ada"])  # a second time says everything once again, not twice
    ours, theirs = (rows.read(each / "course" / "en", STEM, "ada") for each in (root, other))
    assert len(ours["repairs"]) == 3
    assert ours == theirs
    for each in (root, other):
        kept = each / "course" / "en" / "autograded" / "ada" / STEM
        assert not list(kept.rglob("*.html")) and (kept / "page.html.txt").exists()
    for notebook in finished(root, "ada").values():
        assert notebook["cells"][0]["source"].startswith(f"**{message('feedback.repairs')}**")


# ------------------------------------------------------------------------------------------------ manual grading
def regrade(way: str, root: Path) -> None:
    if way == "crmlib":
        assert with_crmlib(root, "--force") == 0
    else:
        with_nbgrader(root, ["ada"], ours=way == "nbgrader")


def mark_by_hand(root: Path) -> None:
    """What an instructor enters in formgrader."""
    with gradebook(root) as opened:
        for notebook, name, score, extra in (("part-one", "essay", 3.5, None), ("part-one", "sketch", 2.0, 0.5), ("part-one", "total-test", 1.0, None)):
            held = opened.find_grade(name, notebook, STEM, "ada")
            held.manual_score, held.extra_credit, held.needs_manual_grade = score, extra, False
        opened.find_comment("essay", "part-one", STEM, "ada").manual_comment = "Well argued, <b>Ada</b>."
        opened.db.commit()


def test_manual_grades_and_comments_survive_regrading(root, tmp_path):
    found = {}
    for way in ("crmlib", "nbgrader", "stock"):
        own = shutil.copytree(root, tmp_path / way)
        regrade(way, own)
        mark_by_hand(own)
        before = book(own)
        assert before["ada"][:2] == (2 - 1 + 3 + 1 + 3 + 2 + 3.5 + 2.5, True)  # the task still waits
        regrade(way, own)
        found[way] = book(own)
        essay = found[way]["ada", "part-one", "essay"]
        assert (essay["manual"], essay["waits"], essay["score"]) == (3.5, True, 3.5)  # nbgrader: it asks for another look
        assert found[way]["ada", "part-one", "sketch"]["score"] == 2.5
        assert found[way]["ada", "part-one", "total-test"] == {"auto": 2, "manual": 1, "extra": None, "waits": True, "score": 1}
        assert found[way]["ada", "part-one", "essay", "comment"] == (None, "Well argued, <b>Ada</b>.")
        assert found[way]["ada"][0] == before["ada"][0]
    assert found["crmlib"] == found["nbgrader"] == found["stock"]


# ------------------------------------------------------------------------------------------------ late, again, newer
def configure(root: Path, text: str) -> None:
    path = root / "course" / "en" / "nbgrader_config.py"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def due_at_noon(root: Path) -> None:
    with gradebook(root) as opened:
        opened.update_or_create_assignment(STEM, duedate="2026-05-04 12:00:00 UTC")


LATE = "2026-05-04 15:00:00 UTC"  # three hours


@pytest.mark.parametrize(("settings", "penalties"), [
    ("", (None, None)),
    ("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", (5.0, 6.0)),
    ("\nc.AssignLatePenalties.plugin_class = 'late_by_the_hour.SubMarks'\n", (1.5, 1.5)),
])  # fmt: skip
def test_late_penalties_are_those_of_nbgrader(root, tmp_path, settings, penalties):
    plugin = "from nbgrader.plugins import BasePlugin\n\n\nclass SubMarks(BasePlugin):\n    def late_submission_penalty(self, student_id, score, total_seconds_late):\n        return total_seconds_late / 3600 / 2\n"
    (root / "course" / "en" / "late_by_the_hour.py").write_text(plugin, encoding="utf-8")
    configure(root, settings)
    due_at_noon(root)
    hand_in(root, "ada", MODEL, LATE)
    other = shutil.copytree(root, tmp_path / "other")
    assert with_crmlib(root) == 0
    with_nbgrader(other, ["ada"])
    found = book(root)
    assert tuple(found["ada", part][2] for part in PARTS) == penalties
    assert found == book(other)


def test_an_extension_lifts_the_penalty(root):
    configure(root, "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    due_at_noon(root)
    hand_in(root, "ada", MODEL, LATE)
    assert with_crmlib(root) == 0
    assert book(root)["ada", "part-one"][2] == 5
    with gradebook(root) as opened:
        opened.grant_extension(STEM, "ada", hours=4)
    assert with_crmlib(root, "--force") == 0
    assert book(root)["ada", "part-one"][2] is None


def test_what_is_newer_is_graded_again_and_what_is_older_is_not(root, capsys):
    hand_in(root, "ada", WRONG, "2026-05-04 10:00:00 UTC")
    assert with_crmlib(root) == 0
    assert book(root)["ada"][0] == 5
    hand_in(root, "ada", NOTHING, "2026-05-04 09:00:00 UTC")  # older: not looked at
    assert with_crmlib(root) == 0
    assert book(root)["ada"][0] == 5
    assert message("report.skipped") in capsys.readouterr().out
    hand_in(root, "ada", MODEL, "2026-05-04 11:00:00 UTC")
    assert with_crmlib(root) == 0
    found = book(root)
    assert found["ada"][0] == 11 and str(found["ada"][2]) == "2026-05-04 11:00:00"
    with_nbgrader(root, ["ada"], force=False)  # nbgrader, too, sees that all is done
    assert book(root) == found


# ------------------------------------------------------------------------------------------------ the command
def test_chosen_students_an_unknown_one_exit_codes_and_json(root, capsys):
    hand_in(root, "ben", WRONG)
    assert with_crmlib(root, "--student", "ben", "--json") == 0
    said = capsys.readouterr()
    assert [row["student"] for row in json.loads(said.out)] == ["ben"]
    assert not (root / "course" / "en" / "autograded" / "ada").exists()
    assert with_crmlib(root, "--student", "nobody", "ada", "--json") == 1
    found = {row["student"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["ada"]["status"] == "graded" and found["nobody"]["status"] == "problem"
    assert "nobody" in found["nobody"]["problems"][0]
    with gradebook(root) as opened:
        assert sorted(student.id for student in opened.students) == ["ada", "ben"]


# ------------------------------------------------------------------------------------------------ feedback
def test_feedback_has_reasons_repairs_and_comments_and_nothing_hidden_or_active(root):
    folder = hand_in(root, "ada", {**WRONG, "part-one": {**WRONG["part-one"], "essay": MODEL["part-one"]["essay"]}})
    (folder / "page.html").write_text("<html><script>alert('page')</script>", encoding="utf-8")
    (folder / "picture.svg").write_text("<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (folder / "away.csv").symlink_to("/etc/hostname")
    notebook = json.loads((folder / "part-one.ipynb").read_text(encoding="utf-8"))
    place = [each["id"] for each in notebook["cells"]].index("shares")
    notebook["cells"].insert(place, notebook["cells"][place])
    (folder / "part-one.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert with_crmlib(root) == 0
    mark_by_hand(root)
    with nbgrader_api(root) as api:
        result = api.generate_feedback(STEM, "ada")
        assert result["success"], result
    pages = root / "course" / "en" / "feedback" / "ada" / STEM
    assert sorted(path.name for path in pages.iterdir() if path.suffix != ".csv") == ["page.html.txt", "part-one.html", "part-two.html", "picture.svg.txt"]
    for path in pages.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert SECRET not in text and "the total of all rows" not in text and "== 60" not in text
        assert "<script" not in text.lower()
        assert "onload=" not in text and "http-equiv=\"refresh" not in text
    text = (pages / "part-one.html").read_text(encoding="utf-8")
    assert "KeyError" in text
    assert message("feedback.repairs") in text
    assert "Well argued" in text
    assert "alert('essay')" in html.unescape(text), "what the student wrote is shown, as text"
    assert not (pages / "away.csv").exists()


# ------------------------------------------------------------------------------------------------ odd timestamps, cut-off runs
@pytest.mark.parametrize("student", ["li [3]", "[a-z]da", "wu*?"])
def test_our_feedback_reaches_an_id_that_nbgrader_takes_for_a_pattern(root, capsys, student):
    hand_in(root, student, MODEL)
    with_crmlib(root)
    assert "crmlib feedback" in "".join(capsys.readouterr())
    assert cli.main(["feedback", STEM, "--course", "en", "--root", str(root), "--output", str(root)]) == 0
    for each in ("ada", student):
        for part in PARTS:
            page = (root / "course" / "en" / "feedback" / each / STEM / f"{part}.html").read_text(encoding="utf-8")
            assert each in page and SECRET not in page


def test_a_timestamp_that_cannot_be_read_costs_nothing_and_is_said(root):
    configure(root, "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    due_at_noon(root)
    hand_in(root, "ada", MODEL, "yesterday, I think")
    linked, piped = hand_in(root, "ben", MODEL), hand_in(root, "cyd", MODEL)
    (linked / "timestamp.txt").symlink_to("/etc/hostname")
    os.mkfifo(piped / "timestamp.txt")
    hand_in(root, "dot", MODEL, "\ufeff2026-05-04 11:00:00.5 Europe/Berlin")
    assert with_crmlib(root) == 0
    found = book(root)
    assert [found[student][0] for student in STUDENTS] == [11, 11, 11, 11]
    assert str(found["dot"][2]) == "2026-05-04 09:00:00.500000"
    said = {student: rows.read(root / "course" / "en", STEM, student)["repairs"] for student in STUDENTS}
    assert "yesterday" in said["ada"][0] and "timestamp.txt" in said["ben"][0] and "timestamp.txt" in said["cyd"][0] and said["dot"] == []
    assert not os.path.lexists(root / "course" / "en" / "autograded" / "ben" / STEM / "timestamp.txt")


@pytest.mark.parametrize("place", ["record", "_late", "put_into_place"])
def test_a_regrading_that_is_cut_off_is_done_again_without_being_told(root, monkeypatch, place):
    from crmlib.grading.record import gradebook

    assert with_crmlib(root) == 0
    hand_in(root, "ada", WRONG)

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gradebook if place == "put_into_place" else gradebook.Gradebook, place, stop)
        assert with_crmlib(root, "--force") == 130
    assert with_crmlib(root) == 0
    assert book(root)["ada"][0] == rows.read(root / "course" / "en", STEM, "ada")["earned"] == 5
    assert [path.name for path in (root / "course" / "en" / "autograded" / "ada").iterdir()] == [STEM]


# ------------------------------------------------------------------------------------------------ nbgrader's own quickstart
GUIDE = Path(__import__("nbgrader").__file__).parent / "docs" / "source" / "user_guide"


def nbgrader(course_root: Path, *words: str) -> str:
    """A real command line, with our configuration and nothing else on it."""
    command = [str(Path(sys.executable).parent / "nbgrader"), *words]
    done = subprocess.run(command, cwd=course_root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"nbgrader {' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory):
    """A course root with the assignment of nbgrader's quickstart and what its two students sent in."""
    root = copy_course(tmp_path_factory.mktemp("quickstart"))
    course_root = root / "course" / "en"
    shutil.copytree(GUIDE / "source" / "ps1", root / "solutions" / "en" / "ps1")
    # Its students got the stubs that nbgrader writes when nothing is configured.
    settings = course_root / "nbgrader_config.py"
    kept = [line for line in settings.read_text(encoding="utf-8").splitlines() if "code_stub" not in line]
    # How the files of its archive are named, as its chapter on zip_collect has it.
    kept.append(r"c.FileNameCollectorPlugin.named_regexp = r'.*_(?P<student_id>\w+)_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>.*)'")
    settings.write_text("\n".join(kept), encoding="utf-8")
    # One of its tests deletes the student's function to see whether another one calls it: only beside the live objects.
    problem = root / "solutions" / "en" / "ps1" / "problem1.ipynb"
    notebook = json.loads(problem.read_text(encoding="utf-8"))
    for each in notebook["cells"]:
        if each["metadata"].get("nbgrader", {}).get("grade_id") == "sum_of_squares_uses_squares":
            each["metadata"]["crmlib"] = {"run_inside": True}
    problem.write_text(json.dumps(notebook), encoding="utf-8")
    shutil.copytree(GUIDE / "downloaded", course_root / "downloaded")
    return root


def test_the_commands_of_nbgraders_quickstart_run_unchanged(quickstart, tmp_path):
    course_root = quickstart / "course" / "en"
    nbgrader(course_root, "generate_assignment", "ps1")
    released = quickstart / "assignments" / "en" / "ps1"
    assert "NotImplementedError" in (released / "problem1.ipynb").read_text(encoding="utf-8")
    said = nbgrader(course_root, "validate", str(released / "problem1.ipynb"))
    assert "failed" in said.lower()
    said = nbgrader(course_root, "zip_collect", "ps1", "--force")
    collected = {path.parent.parent.name for path in (course_root / "submitted").glob("*/ps1/*.ipynb")}
    assert {"hacker", "bitdiddle"} <= collected, said
    before = shutil.copytree(quickstart, tmp_path / "before")

    nbgrader(course_root, "autograde", "ps1")
    found = book(quickstart, "ps1")
    assert nbgrader(course_root, "db", "student", "list").count("hacker") == 1
    nbgrader(course_root, "generate_feedback", "ps1")
    for student in collected:
        assert list((course_root / "feedback" / student / "ps1").glob("*.html"))
    nbgrader(course_root, "export", "--to", str(tmp_path / "grades.csv"))
    table = (tmp_path / "grades.csv").read_text(encoding="utf-8")
    assert all(f",{student}," in table for student in collected)

    # The same class through crmlib grade, and through nbgrader's own steps.
    ours, stock = before, shutil.copytree(before, tmp_path / "stock")
    assert cli.main(["grade", "ps1", "--course", "en", "--root", str(ours)]) in (0, 1)  # 1 where somebody sent one file of two
    assert without_comments(book(ours, "ps1")) == without_comments(found)
    nbgrader(stock / "course" / "en", "update", ".")  # its own steps stop at files of an older nbgrader; ours read them
    with nbgrader_api(stock, ours=False) as api:
        for student in sorted(collected):
            result = api.autograde("ps1", student)
            assert result["success"], result
    assert without_comments(book(stock, "ps1")) == without_comments(found)
    assert found["hacker", "problem1", "correct_squares"]["score"] == 1
    assert found["hacker", "problem1", "sum_of_squares_uses_squares"]["score"] == 0.5
    assert found["bitdiddle", "problem1", "correct_squares"]["score"] == 0


def without_comments(found: dict) -> dict:
    return {key: value for key, value in found.items() if key[-1] != "comment"}


def test_both_doors_speak_the_language_of_the_class(tmp_path):
    from crmlib.language import use_language
    from tests.support.class_of_students import hand_in as hand_in_ours
    from tests.support.class_of_students import make_class

    stem = "09-loyalty-economics"
    root = copy_course(tmp_path / "one")
    model = make_class(stem, "zh", 1)[0]
    hand_in_ours(root, stem, "zh", [model])
    path = root / "course" / "zh" / "submitted" / model.id / stem / f"{stem}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    place = [each["id"] for each in notebook["cells"]].index(next(iter(model.given)))
    notebook["cells"].insert(place, notebook["cells"][place])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assignments.generate(stem, "zh", root, gradebook=True)
    other = shutil.copytree(root, tmp_path / "other")
    try:
        assert cli.main(["grade", stem, "--course", "zh", "--root", str(root)]) == 0
    finally:
        use_language("en")
    with nbgrader_api(other, language="zh") as api:
        assert api.autograde(stem, model.id)["success"]
    ours, theirs = (rows.read(each / "course" / "zh", stem, model.id) for each in (root, other))
    assert ours == theirs
    assert message("feedback.repairs") == "Put right before marking:"  # this process still speaks English
    assert re.search("[\u4e00-\u9fff]", ours["repairs"][0])
