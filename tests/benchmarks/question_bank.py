"""How much CPU the whole question bank costs: parsed alone, and loaded and checked. The best of several, in one run.

    python -m tests.benchmarks.question_bank
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from crmlib import course, toml

PROMISED = 0.150  # CPU seconds for all ten lessons, calculations included
STEMS = [lesson.stem for lesson in course.lessons()]


def parsed() -> None:
    for folder in ("questions", "calculations"):
        for path in (course.COURSE / folder).glob("*.toml"):
            toml.loads(path.read_text(encoding="utf-8"))


def loaded() -> None:
    course.questions.cache_clear()
    for stem in STEMS:
        course.questions(stem)


def cpu(step: Callable[[], None], runs: int = 8) -> float:
    def once() -> float:
        start = time.process_time()
        step()
        return time.process_time() - start

    return min(once() for _ in range(runs))


def main() -> int:
    alone, whole = cpu(parsed), cpu(loaded)
    print(f"parsed alone {alone * 1000:.0f} ms, loaded and checked {whole * 1000:.0f} ms ({whole / alone:.2f} times; promised: {PROMISED * 1000:.0f} ms)")
    return 0 if whole < PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
