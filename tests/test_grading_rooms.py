"""The rooms of crmlib.grading: arrows point down only, and nothing that a warm parent is told to load fails to load."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.catalogue import try_each
from tests.support.syntax import facts

GRADING = Path(__file__).parents[1] / "crmlib" / "grading"
# From the top: a room may use the rooms below its own line.
FLOORS = (("doors",), ("record",), ("marking",), ("intake", "sandbox", "trusted"), ("processes",), ("wire",))
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path.relative_to(GRADING) for path in GRADING.rglob("*.py"))
# Only where a process begins: the parent's child becomes a student's session.
BEGINNINGS = {("processes/parent.py", "sandbox")}


def arrows(path: Path):
    """The rooms that a file imports from, whether at its top or inside a function."""
    for module, names in facts(GRADING / path).imported:
        if module.startswith("crmlib.grading"):
            rest = module.split(".")[2:]
            yield from [rest[0]] if rest else names


def test_every_file_of_grading_stands_in_a_room():
    assert {path.parts[0] for path in MODULES} == {*FLOOR, "__init__.py"}


@pytest.mark.parametrize("own", FLOOR)
def test_arrows_point_down_only(own):
    def point_down(path):
        for room in arrows(path):
            below = FLOOR[room] > FLOOR[own] or room == own or (path.as_posix(), room) in BEGINNINGS
            assert below, f"{path} uses {room}, which does not stand below {own}"

    try_each((path for path in MODULES if path.parts[0] == own), point_down, shown=str)


def test_what_warm_parents_load_is_there():
    """A name in a string does not follow its file: a renamed one would be left out in silence, and every child load it anew."""
    from crmlib.grading.processes import parent
    from crmlib.grading.processes.settings import Settings

    assert parent.preload([*Settings().preload]) == {}
    for name in parent.OUR_OWN:
        importlib.import_module(name)


@pytest.mark.slow
def test_what_the_trusted_side_rehearses_before_its_first_fork_runs():
    """A rehearsal that fails stops nobody, and would be missed in silence: every child meets what it was to meet."""
    program = (
        "import dataclasses, json, sys\nfrom crmlib.grading.processes.settings import Settings\nfrom crmlib.grading.trusted import child\n"
        "shell = child.Shell(dataclasses.asdict(Settings()), '/')\n"
        "found = [shell.run_cell(source, 'x')['error'] for source in child._REHEARSAL]\nprint(json.dumps(found), file=sys.__stdout__)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=GRADING.parents[1])
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found and found == [None] * len(found)
