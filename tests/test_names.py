"""Which names a cell takes from elsewhere: never too few, whatever the cell does; and none that a usual cell makes itself."""

import builtins
import json
import random

import pytest

from crmlib.course import ROOT
from crmlib.grading.wire.names import imports, names
from tests.support import random_cells
from tests.support.catalogue import every, try_each

CELLS = 200  # thousands were run while this was written; these hold what was found then

# Each takes a value that a student gave, in a place where it is easily overlooked; run for real it reads just these.
TAKEN = {
    "del answer": {"answer"},
    "x = x + 1": {"x"},
    "x += 1": {"x"},
    "for row in table:\n    if row:\n        break\n    seen = row": {"table"},
    "for _ in [1, 2]:\n    total\n    total = 1\n    del total": {"total"},
    "from contextlib import suppress\nwith suppress(KeyError):\n    raise KeyError\n    total = 1\ntotal": {"total"},
    "try:\n    raise KeyError\n    total = 1\nexcept KeyError:\n    total": {"total"},
    "try:\n    total = 1\n    del total\n    raise KeyError\nexcept KeyError:\n    total = 2\ntotal": set(),
    "error = 1\ntry:\n    raise KeyError\nexcept KeyError as error:\n    pass\nx": {"x"},
    "False and (total := 1)\ntotal": {"total"},
    "(total := 1) if False else 2\ntotal": {"total"},
    "{1: total, (total := 2): 3}": {"total"},
    "[(total := n) for n in []]\ntotal": {"total"},
    "def helper():\n    return total\nhelper()\ntotal = 3": {"total"},
    "def helper():\n    return total\ngiven = [helper]\ngiven[0]()\ntotal = 3": {"total"},
    "def outer():\n    return inner()\ndef inner():\n    return total\nouter()\ntotal = 3": {"total"},
    "helper = lambda: total\nhelper()\ntotal = 3": {"total"},
    "sorted([1], key=lambda n: n + total)\ntotal = 3": {"total"},
    "total = 1\ndef helper():\n    global total\n    del total\ntotal": set(),
    "class Case:\n    total = 1\n    def read(self):\n        return total\nCase().read()": {"total"},
    "class Case:\n    total = 1\n    both = [total for _ in [1]]": {"total"},
    "class Case:\n    def make():\n        return total\n    made = make()\ntotal = 3": {"total"},
    "class Case:\n    global total\n    total = 2\ntotal": set(),
    "def mark(function):\n    function()\n    return function\n@mark\ndef helper():\n    total\ntotal = 3": {"total"},
    "assert (lambda a, b=x: a + total)(1)": {"x", "total"},
    "while total:\n    total = 0": {"total"},
    "match [1, 2]:\n    case [first, *answer] if x:\n        pass\n    case _:\n        pass\nanswer": {"x"},
    "match 1:\n    case 2:\n        answer = 3\nanswer": {"answer"},
    "assert f'{total!r:>{x}}'": {"total", "x"},
    "if x == 0:\n    total = 1\ntotal": {"x", "total"},
    "late = (total for _ in [1])\nlist(late)\ntotal = 1": {"total"},
}


def values():
    return {name: 10**6 + place for place, name in enumerate(("answer", "error", "row", "table", "total", "x"))} | {"table": [0, 3, 4]}


def asks_for_all_it_takes(cell, given):
    told, space = names(cell), random_cells.run(cell, given)
    assert space.taken <= told.read, f"takes {space.taken - told.read} and asks for {sorted(told.read)}"
    assert space.changed() <= told.bound | told.deleted, f"changes {space.changed()}"
    return space.taken


def test_what_a_cell_takes_when_it_runs_it_has_asked_for():
    def check(cell):
        assert asks_for_all_it_takes(cell, values()) >= TAKEN[cell], "the cell takes what it is said to take"

    try_each(TAKEN, check)


@pytest.mark.slow
def test_cells_made_by_chance_ask_for_all_they_take():
    def check(seed):
        cell = random_cells.cell(seed)
        for turn in range(3):
            chance = random.Random(10 * seed + turn)
            asks_for_all_it_takes(cell, {name: random_cells.Anything(chance) for name in random_cells.NAMES})

    try_each(range(CELLS), check, shown=random_cells.cell)


def test_chance_makes_cells_that_take_and_change_names_in_many_ways():
    cells = [random_cells.cell(seed) for seed in range(CELLS)]
    for sign in ("del ", "except", "finally", "with ", "class ", "def ", "global", "lambda", ":=", "for ", "while", "break", "continue", "match", " and "):
        assert sum(sign in cell for cell in cells) >= 5, sign
    taken = [random_cells.run(cell, {name: random_cells.Anything(random.Random(1)) for name in random_cells.NAMES}).taken for cell in cells]
    assert sum(map(bool, taken)) > CELLS / 2


# What a usual cell makes before it reads it is not asked for: a set-up cell would else seem to need the student.
MADE = {
    "due = area(3)\nassert due == 9": "due",
    "import numpy as np\nassert np.isclose(x, 1)": "np",
    "def helper():\n    return due + f(1)\ndue = 3\nassert helper() == 4": "due helper",
    "assert [f(n) for n in numbers] == {k: g for k in keys}": "n k",
    "class Case(Base):\n    due = 3\n    twice = due * factor\nCase": "due twice Case",
    "try:\n    v = f(-1)\nexcept ValueError as error:\n    v = error\nassert v": "v error",
    "try:\n    v = f(3)\nexcept Exception:\n    assert False\nassert v == 9": "v",
    "try:\n    v = f(3)\nfinally:\n    w = 1\nv, w": "v w",
    "if a:\n    x = 1\nelse:\n    x = 2\nx": "x",
    "for row in table:\n    assert row == due": "row",
    "with open(path) as file:\n    text = file.read()\ntext": "file text",
    "import warnings\nwith warnings.catch_warnings():\n    x = f()\nx": "x",
    "match answer:\n    case [first, *rest]:\n        assert rest == due\n    case {'a': b, **more} if b:\n        more": "first rest b more",
    "if (n := len(data)) > 3:\n    n": "n",
    "x: int = 3\nx": "x",
    "(a, [b, *c]), d.e = f()\na, b, c": "a b c",
    "def f(): return __name__": "__name__ f",
    "no python at all": "no python at all",
    "a" + ".a" * 100_000: "a",
}


def test_what_a_usual_cell_makes_itself_is_not_asked_for():
    def check(cell):
        assert not names(cell).read & set(MADE[cell].split())

    try_each(MADE, check, shown=lambda cell: cell[:80])


@every(
    ("cell", "wanted"),
    [
        ("assert 'total' in globals()", "total"),
        ("assert eval('a + b') == 3", "a b"),
        ("%matplotlib inline\nassert x", "x get_ipython"),
        ("class Case:\n    twice = total * 2\n    total = 1", "total"),
    ],
)
def test_names_in_texts_behind_magics_and_in_classes_are_asked_for(cell, wanted):
    assert names(cell).read >= set(wanted.split())


def code_cells():
    for path in sorted((ROOT / "solutions").glob("*/*/*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        yield path, [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_no_cell_of_the_course_asks_for_what_only_it_makes():
    """In an assignment, read from above, a name comes from a cell further up or from Python; whatever else is asked for is asked too much."""

    def check(notebook):
        path, cells = notebook
        there = set(dir(builtins)) | {"get_ipython"}
        for cell in cells:
            told = names("".join(cell["source"]))
            assert told.read <= there, f"{cell['id']}: {told.read - there}"
            there |= told.bound

    try_each(code_cells(), check, shown=lambda notebook: str(notebook[0].relative_to(ROOT)))


def test_imports_are_found_by_the_name_they_give():
    found = imports("import numpy as np, os.path\nfrom math import sqrt as root\nfrom x import *\nfrom . import y")
    assert found == {"np": "import numpy as np, os.path", "os": "import numpy as np, os.path", "root": "from math import sqrt as root"}
