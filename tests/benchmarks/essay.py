"""How long a large class of essays takes: a thousand Word documents checked, and every one held against every other.

    python -m tests.benchmarks.essay                  # 1,000 papers
    python -m tests.benchmarks.essay --papers 200

A twentieth of the papers is copied with every eighth word changed; all of these must be found.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from crmlib.essay import report
from tests.support import essays


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1000)
    size = parser.parse_args().papers
    with tempfile.TemporaryDirectory() as folder:
        copied = {}
        for number in range(size):
            parts = essays.text(number)
            if number % 20 == 19:
                copied[f"{number:04d}.docx"] = f"{number - 1:04d}.docx"
                parts = essays.synonyms(essays.text(number - 1), number)
            essays.save(essays.word(parts), Path(folder) / f"{number:04d}.docx")
        wall, cpu = time.perf_counter(), time.process_time()
        found = report.of_folder(Path(folder))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    pairs = {(alike.pair.other, alike.pair.one) for alike in found.pairs}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(found.rows)} papers: {cpu:.1f} s of CPU, {wall:.1f} s, {memory} MB; {len(pairs & set(copied.items()))} of {len(copied)} copies found, {len(pairs)} pairs")


if __name__ == "__main__":
    main()
