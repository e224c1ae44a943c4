"""A running sandbox with short limits for the tests, and short ways to look at what came out of it."""

import textwrap
from pathlib import Path

import pytest

from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.processes.settings import Settings
from crmlib.grading.sandbox.sandbox import Sandbox
from crmlib.grading.wire.codec import decode

REPOSITORY = Path(__file__).parents[2]
QUICK = Settings(question_seconds=1.5, question_cpu_seconds=3, call_seconds=1, memory_bytes=400_000_000)
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox():
    try:
        with Sandbox(QUICK) as running:
            yield running
    except SandboxUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def session(sandbox):
    with sandbox.open({"data/sales.csv": b"a,b\n1,2\n"}) as opened:
        yield opened


def run(session, source, cell="q1"):
    return session.run(textwrap.dedent(source), cell)


def text(outcome, kind="stdout"):
    return "".join(output["text"] for output in outcome.outputs if output.get("name") == kind)


def errors(outcome):
    return [output["ename"] for output in outcome.outputs if output["output_type"] == "error"]


def values(session, *names):
    return {name: decode(value) for name, value in session.snapshot(names).items()}
