"""What every test needs: the tools of this environment on PATH (nbgrader calls alembic by its bare name), and English."""

import gc
import os
import re
import subprocess
import sys
import tempfile
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


def left_in_the_clone(before: set[str] | None) -> list[str]:
    """What is changed or new since then: left by a test, or edited while the tests ran."""
    return [] if before is None else sorted(state_of(ROOT) - before)


def left_in_the_temporary_folder() -> list[str]:
    """What grading makes there bears the number of its process, so what other runs have there does not count."""
    return [name for name in os.listdir(tempfile.gettempdir()) if re.fullmatch(rf"crmlib-[a-z]+-{os.getpid()}-\d+-\w+", name)]


@pytest.fixture(scope="session", autouse=True)
def clone_before():
    """The state of the clone before the first test."""
    return state_of(ROOT)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """The whole daily round is shared by the cores. Single files, a debugger, or a number given with -n run as asked."""
    if "PYTEST_XDIST_WORKER" in os.environ:  # one of the processes already, or a round within a test: it must not start more
        return
    options = config.option
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS and options.markexpr == "not slow" and not options.keyword
    if whole and hasattr(options, "numprocesses") and options.numprocesses is None and not (options.usepdb or options.collectonly):
        options.numprocesses, options.dist = min(os.cpu_count() or 1, 8), "worksteal"


def pytest_collection_modifyitems(config, items):
    """What looks at all that the others left behind runs last; where several processes test, the first of them looks when all are done."""
    items.sort(key=lambda item: item.name in LAST)
    if hasattr(config, "workerinput"):
        items[:] = [item for item in items if item.name not in LAST]


class Shared:
    """The end of a round that several processes share: the same two looks at what is left behind, as one result."""

    def __init__(self):
        self.before = state_of(ROOT)
        self.left: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        self.left += getattr(node, "workeroutput", {}).get("left", [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self.left += left_in_the_clone(self.before)
        if self.left and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.left:
            terminalreporter.section("left behind by a test, or edited while the tests ran", red=True)
            terminalreporter.line("\n".join(self.left))


def pytest_sessionstart(session):
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Shared())


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = left_in_the_temporary_folder()


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
