"""What a submission costs: nbgrader as it is, crmlib's grading, and the floor. Same submissions, one run.

    python -m tests.benchmarks.grading                 # 60 and 12 submissions; some ten minutes, most of it nbgrader's
    python -m tests.benchmarks.grading --many 15 --few 5

Per submission = (CPU(many) - CPU(few)) / (many - few), children included, so that start-up falls out; wall seconds alike,
ours with two processes. Byte code is compiled before. A third of the answers are wrong. The floor is the same cells in an
already warm forked process.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from tests.support import assignments_data as data
from tests.support.class_of_students import Student, copy_course, hand_in

STEM = "09-loyalty-economics"
ROOT = data.ROOT
TWO = "crmlib grade, two processes"
LESS_CPU, OVER_FLOOR, LESS_WALL = 15, 1.5, 12

PLAIN = """
import logging, sys
from pathlib import Path
from crmlib import assignments
import os
root, language = Path(sys.argv[1]), "en"
config = assignments.configuration(language, root)
del config["Autograde"]
from nbgrader.apps import NbGraderAPI
logging.disable(logging.CRITICAL)
os.chdir(root / "course" / language)
api = NbGraderAPI(config=config)
assert api.generate_assignment(sys.argv[2])["success"]
assert api.autograde(sys.argv[2], "*")["success"]
"""
OURS = """
import json, logging, resource, sys
from pathlib import Path
from crmlib import assignments
from crmlib.grading.doors import class_run, workers
root, language = Path(sys.argv[1]), "en"
assignments.generate(sys.argv[2], language, root, gradebook=True)
kept = []
original = workers.Sandbox.__exit__
def leave(self, *args):
    original(self, *args)
    kept.append(getattr(self, "cpu_seconds", 0.0))
workers.Sandbox.__exit__ = leave
rows = class_run.grade(class_run.Class(language, root), sys.argv[2], workers=WORKERS)
assert all(row["status"] == "graded" for row in rows), [row["problems"] for row in rows]
print(json.dumps({"inside": sum(kept)}))
"""
FLOOR = """
import os, sys
import numpy, pandas, crmlib.check, crmlib.show
from tests.benchmarks.grading import cells_of
from tests.support.notebook_runner import run
for cells in cells_of(int(sys.argv[3])):
    child = os.fork()
    if child == 0:
        run(cells)
        os._exit(0)
    os.waitpid(child, 0)
"""


def students(size: int) -> list[Student]:
    """Everybody answers everything; every third answer is wrong, another one for each student."""
    model = data.model_answers(STEM, "en")
    wrong: dict[str, list] = {}
    for answer in data.answers(STEM):
        if not answer.right:
            wrong.setdefault(answer.test, []).append(answer)
    found = []
    for number in range(size):
        given = dict(model)
        for place, answers in enumerate(wrong.values()):
            if (place + number) % 3 == 0:
                answer = answers[number % len(answers)]
                given[answer.cell] = answer.source
        found.append(Student(f"student{number:03d}", given, {}))
    return found


def cells_of(size: int) -> list[list[tuple[str, str]]]:
    return [data.student_cells(STEM, "en", student.given) for student in students(size)]


def cost(program: str, size: int) -> tuple[float, float]:
    """CPU seconds and wall seconds of a program over a fresh course root with this many submissions."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_course(Path(folder))
        hand_in(root, STEM, "en", students(size))
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        ran = subprocess.run([sys.executable, "-c", program, str(root), STEM, str(size)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise SystemExit(ran.stderr[-2000:])
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
        inside = json.loads(ran.stdout.splitlines()[-1])["inside"] if '"inside"' in ran.stdout else 0.0
        shutil.rmtree(root, ignore_errors=True)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + inside, wall


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int, default=60)
    parser.add_argument("--few", type=int, default=12)
    parser.add_argument("--without-nbgrader", action="store_true", help="only our own figures")
    options = parser.parse_args()
    compileall.compile_dir(sysconfig.get_paths()["purelib"], quiet=2, workers=2)
    compileall.compile_dir(str(ROOT / "crmlib"), quiet=2)
    programs = {"nbgrader": PLAIN, "crmlib grade": OURS, "floor": FLOOR, TWO: OURS.replace("WORKERS", "2")}
    if options.without_nbgrader:
        del programs["nbgrader"]
    processor, wall = {}, {}
    for name, program in programs.items():
        many, few = cost(program.replace("WORKERS", "1"), options.many), cost(program.replace("WORKERS", "1"), options.few)
        processor[name], wall[name] = ((large - small) / (options.many - options.few) for large, small in zip(many, few))
        shown = "" if name == TWO else f"{processor[name]:7.3f} CPU seconds"  # what the sandboxes of other processes used is not seen here
        print(f"{name:<28} {shown:<20} {wall[name]:7.3f} wall seconds per submission", flush=True)
    if options.without_nbgrader:
        return 0
    kept = [
        _kept("CPU, nbgrader over crmlib grade", processor["nbgrader"] / processor["crmlib grade"], at_least=LESS_CPU),
        _kept("CPU, crmlib grade over the floor", processor["crmlib grade"] / processor["floor"], at_most=OVER_FLOOR),
        _kept("wall, nbgrader over two processes", wall["nbgrader"] / wall[TWO], at_least=LESS_WALL),
    ]
    return 0 if all(kept) else 1


def _kept(what: str, ratio: float, *, at_least: float = 0.0, at_most: float = float("inf")) -> bool:
    kept = at_least <= ratio <= at_most
    promise = f"at least {at_least:g}" if at_least else f"at most {at_most:g}"
    print(f"{what:<34} {ratio:5.1f} times (promised: {promise})  {'kept' if kept else 'BROKEN'}")
    return kept


if __name__ == "__main__":
    sys.exit(main())
