"""What every test needs: the tools of this environment on PATH (nbgrader calls alembic by its bare name), and English."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmlib.language import use_language

# As crmlib.server has it: jsonschema would build whole grammars only to look at addresses in notebooks.
sys.modules.setdefault("rfc3987_syntax", None)
gc.disable()  # until everything is collected: thousands of tests are made that stay, and each round would look at all of them
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


ROOT = Path(__file__).resolve().parent.parent
LAST = ("test_the_tests_leave_nothing_behind", "test_the_tests_leave_no_folder_of_ours_in_the_systems_temporary_folder")


def state_of(folder: Path) -> set[str] | None:
    """What git sees as changed or new in a clone; None where there is no clone or no git."""
    try:
        told = subprocess.run(["git", "status", "--porcelain", "--untracked-files=all"], cwd=folder, capture_output=True, text=True)
    except OSError:
        return None
    return set(told.stdout.splitlines()) if told.returncode == 0 else None


@pytest.fixture(scope="session", autouse=True)
def clone_before():
    """The state of the clone before the first test."""
    return state_of(ROOT)


def pytest_collection_modifyitems(items):
    """What looks at all that the others left behind runs last."""
    items.sort(key=lambda item: item.name in LAST)


def pytest_collection_finish():
    """What has been collected stays to the end: no search for unused objects needs to look at it."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_unconfigure():
    """pytest ends with ten searches for unused objects, eight seconds at the end of a round: one finds what there is, the others get nothing to look at."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def learner(tmp_path_factory):
    """Tests revise as a learner of their own; whoever runs them keeps what they have answered themselves."""
    from crmlib.revision import place

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(place.VARIABLE, str(tmp_path_factory.mktemp("learner")))
        yield


@pytest.fixture(autouse=True)
def english_again():
    """A test may choose a language; the next one begins in English again."""
    use_language("en")
    yield
    use_language("en")
