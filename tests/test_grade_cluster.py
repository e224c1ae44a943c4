"""Grading on a Dask cluster: a real scheduler and workers on the loopback. Same rows; lost workers, a lost scheduler, none at all."""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from crmlib import assignments, cli
from crmlib.grading.doors import class_run, cluster
from crmlib.grading.doors.job import Job
from crmlib.grading.processes.settings import Settings
from crmlib.grading.record.trouble import Trouble
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"
SIZE = 6
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals as Linux has them")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    root = copy_course(tmp_path_factory.mktemp("cluster"))
    hand_in(root, STEM, "en", make_class(STEM, "en", SIZE))
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


@pytest.fixture
def root(handed_in, tmp_path):
    return Path(shutil.copytree(handed_in, tmp_path / "course root"))


@pytest.fixture
def two_workers():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50) as running:
        yield running


@pytest.mark.slow
def test_the_rows_are_those_of_this_machine_also_when_a_worker_is_killed(root, handed_in, tmp_path, two_workers):
    here = class_run.grade(class_run.Class("en", Path(shutil.copytree(handed_in, tmp_path / "here"))), STEM)
    told = []

    def told_row(row):
        told.append(row["student"])
        if len(told) == 2:
            os.kill(next(iter(two_workers.workers.values())).pid, signal.SIGKILL)

    found = class_run.grade(class_run.Class("en", root), STEM, scheduler=two_workers.scheduler_address, on_row=told_row)
    assert found == here and sorted(told) == sorted(row["student"] for row in here)


@pytest.mark.slow
def test_a_submission_that_kills_its_worker_twice_becomes_a_row(root, two_workers):
    """As want of memory does; the worker finds the deadly one by what is in it."""
    (root / "course" / "en" / "submitted" / "student02" / STEM / "deadly.csv").write_text("x")

    def deadly(dask_worker):
        from crmlib.grading.doors import job

        kept = job.mark

        def mark(files, *rest):
            if "deadly.csv" in files:
                time.sleep(0.3)
                os.kill(os.getpid(), signal.SIGKILL)
            return kept(files, *rest)

        job.mark = mark

    from distributed import Client, WorkerPlugin

    class Deadly(WorkerPlugin):
        def setup(self, worker):
            deadly(worker)

    with Client(two_workers, set_as_default=False) as client:
        client.register_plugin(Deadly())
        began = time.monotonic()
        found = class_run.grade(class_run.Class("en", root), STEM, scheduler=two_workers.scheduler_address)
    assert {row["student"]: row["status"] for row in found if row["status"] == "problem"} == {"student02": "problem"}
    assert "lost twice" in next(row for row in found if row["student"] == "student02")["problems"][0]
    assert len(found) == SIZE and time.monotonic() - began < 300


@pytest.mark.slow
def test_a_scheduler_that_dies_is_said_and_the_run_goes_on_elsewhere(root, capsys):
    import subprocess

    started = subprocess.Popen([sys.executable, "-c", _CLUSTER], stdout=subprocess.PIPE, text=True, start_new_session=True)
    address = started.stdout.readline().strip()
    graded = root / "course" / "en" / "autograded"

    def end():
        while len(list(graded.glob(f"*/{STEM}"))) < 2:
            time.sleep(0.05)
        os.killpg(started.pid, signal.SIGKILL)

    ending = threading.Thread(target=end, daemon=True)
    ending.start()
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(root), "--scheduler", address]) == 2
    ending.join()
    started.wait()
    assert "is gone" in capsys.readouterr().err
    assert cli.main(["grade", STEM, "--course", "en", "--root", str(root), "--workers", "1"]) == 0
    assert "graded before" in capsys.readouterr().out


_CLUSTER = """
import time
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50) as running:
        print(running.scheduler_address, flush=True)
        time.sleep(600)
"""


def opened(address):
    with cluster.Cluster(Job(None, Settings(), "en"), address):
        pass


@pytest.mark.parametrize("address", ["", "nowhere", "http://127.0.0.1:8786", "tcp://", "tcp://host", "tcp://host:port", "; rm -rf"])
def test_what_is_no_address_is_refused_with_an_example(monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECTS", 0.5)  # whatever is asked who "host" is must not be waited for
    with pytest.raises(Trouble, match="tcp://10.0.0.5:8786"):
        opened(address)


def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECTS", 0.5)
    with pytest.raises(Trouble, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        opened("tcp://127.0.0.1:9")


def test_without_the_package_the_remedy_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Trouble, match="needs the package distributed"):
        opened("tcp://127.0.0.1:8786")


@pytest.mark.slow
def test_a_scheduler_without_workers_and_a_worker_with_another_version_are_said(monkeypatch):
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50) as running:
        monkeypatch.setattr(cluster, "HAS_WORKERS", 0.5)
        with pytest.raises(Trouble, match="has no workers"):
            opened(running.scheduler_address)
        running.scale(1)
        monkeypatch.setattr(cluster, "HAS_WORKERS", 60)
        monkeypatch.setattr(cluster, "_code", lambda: "another")
        with pytest.raises(Trouble, match="another version"):
            opened(running.scheduler_address)


@pytest.mark.slow
def test_distributed_is_only_loaded_when_a_cluster_is_asked_for():
    import subprocess

    program = "import sys; from crmlib.grading.doors import class_run, command, pool; print('distributed' in sys.modules, 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]
