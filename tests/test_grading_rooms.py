"""The rooms of crmlib.grading: arrows point down only, and nothing that a warm parent is told to load fails to load."""

import importlib
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
