"""A class of thousands in one go: seconds, memory, what limits it; 1, 2 and 4 processes, two Dask workers, similar work.

    python -m tests.benchmarks.class_run                       # 2,000 submissions, the curve of 1, 2, 4 over 120, Dask, similarity
    python -m tests.benchmarks.class_run --size 10000 --curve 0 --no-dask

Copies of 60 different submissions are handed in, a third of the answers wrong. Wall seconds depend on what else runs; CPU seconds less so.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crmlib import assignments
from tests.benchmarks.grading import STEM, students
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in

KINDS = 60
MOST_MEMORY, MOST_START, MOST_SIMILARITY, MOST_BEHIND = 500, 3.0, 120.0, 1.15

RUN = """
import json, resource, sys, time
sys.modules.setdefault("rfc3987_syntax", None)
from pathlib import Path
from crmlib.grading.doors import class_run
root, workers, scheduler = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
began, memory, ready = time.perf_counter(), [], []
count = [0]
def on_row(row):
    count[0] += 1
    if count[0] % 100 == 0 or count[0] == 20:
        memory.append(int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) // 1024)
def on_start(many, skipped):
    ready.append(time.perf_counter())
rows = class_run.grade(class_run.Class("en", root), "STEM", workers=workers, scheduler=scheduler, slim=True, on_row=on_row, on_start=on_start)
own = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "rows": len(rows), "graded": sum(row["status"] == "graded" for row in rows), "wall": time.perf_counter() - ready[0], "start": ready[0] - began,
    "writer": own.ru_utime + own.ru_stime, "peak": own.ru_maxrss // 1024, "memory": memory,
}))
""".replace("STEM", STEM)


def class_of(folder: Path, size: int) -> Path:
    """A class: real files for the first sixty, hard links to them for the others."""
    root = copy_course(folder / "course root")
    hand_in(root, STEM, "en", students(min(size, KINDS)))
    handed = root / "course" / "en" / "submitted"
    for number in range(KINDS, size):
        target = handed / f"student{number:05d}" / STEM
        target.mkdir(parents=True)
        os.link(handed / f"student{number % KINDS:03d}" / STEM / f"{STEM}.ipynb", target / f"{STEM}.ipynb")
    assignments.generate(STEM, "en", root, gradebook=True)
    return root


def run(root: Path, workers: int, scheduler: str = "") -> dict:
    """One whole run in a process of its own."""
    import json

    environment = os.environ | {"PYTHONPATH": str(data.ROOT)}
    ran = subprocess.run([sys.executable, "-c", RUN, str(root), str(workers), scheduler], cwd=data.ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr[-3000:])
    return json.loads(ran.stdout.splitlines()[-1])


def again(root: Path) -> None:
    """As if nobody had been graded."""
    for part in ("marking", "autograded"):
        shutil.rmtree(root / "course" / "en" / part, ignore_errors=True)


def start_up(root: Path) -> float:
    """CPU seconds of `crmlib grade` where nothing is left to execute: everything before the first submission."""
    from crmlib.grading.doors import workers
    from crmlib.grading.doors.class_run import Class

    with workers.workers(Class("en", root).config) as (sandbox, _):
        inside = sandbox.cpu_seconds  # of the sandbox, which no wait for a child tells
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "crmlib.cli", "grade", STEM, "--course", "en", "--root", str(root)], cwd=data.ROOT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + inside


def similar(size: int) -> float:
    """CPU seconds for similar work of a class."""
    from crmlib.classroom import similarity
    from tests.test_classroom_similarity import GIVEN
    from tests.test_classroom_similarity import class_of as answers_of

    answers = answers_of(size)
    before = time.process_time()
    similarity.compare(answers, GIVEN)
    return time.process_time() - before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--curve", type=int, default=120, help="submissions for the curve of 1, 2, 4 processes and for Dask; 0: none")
    parser.add_argument("--no-dask", action="store_true")
    options = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = []

    def say(text: str, holds: bool = True) -> None:
        kept.append(holds)
        print(text if holds else f"{text}   <-- NOT KEPT", flush=True)

    if options.curve:
        with tempfile.TemporaryDirectory() as folder:
            root = class_of(Path(folder), options.curve)
            walls = {}
            for workers in (1, 2, 4):
                again(root)
                found = run(root, workers)
                walls[workers] = found["wall"]
                share = found["writer"] / found["wall"]
                say(f"{workers} processes: {options.curve / found['wall']:6.2f} submissions a second; the writer was at work {share:.0%} of the time", found["graded"] == options.curve)
            seconds = start_up(root)
            say(f"start-up: {seconds:.2f} CPU seconds before the first submission (promised: {MOST_START:g})", seconds < MOST_START)
            if not options.no_dask:
                again(root)
                from distributed import LocalCluster

                with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50) as cluster:
                    found = run(root, 1, cluster.scheduler_address)
                say(f"2 Dask workers: {found['wall'] / walls[2]:.2f} times the wall time of 2 processes (promised: {MOST_BEHIND:g})", found["wall"] <= MOST_BEHIND * walls[2])
    seconds = similar(2000)
    say(f"similar work of 2,000: {seconds:.1f} CPU seconds (promised: {MOST_SIMILARITY:g})", seconds < MOST_SIMILARITY)
    if options.size:
        with tempfile.TemporaryDirectory() as folder:
            found = run(class_of(Path(folder), options.size), options.workers)
            minutes = found["wall"] / 60
            say(f"{options.size} submissions, {options.workers} processes: {minutes:.1f} minutes, {found['graded']} graded rows of {found['rows']}", found["graded"] == options.size)
            say(f"memory of the parent: {found['memory'][0]} MB after 20, {found['memory'][-1]} MB at the end, peak {found['peak']} MB (promised: {MOST_MEMORY})", found["peak"] < MOST_MEMORY)
            say(f"the writer: {1000 * found['writer'] / options.size:.0f} ms CPU a submission, {found['writer'] / found['wall']:.0%} of the wall time: with more processes it limits at about {found['wall'] / found['writer'] * options.workers:.0f}")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
