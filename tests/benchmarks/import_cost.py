"""What `import crmlib` costs in processor time beside `import pandas`: run me as a script to see the figures.

Both are measured in processes of their own and include starting Python; the best of several runs counts, because
whatever else the computer does can only add.
"""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def processor_seconds(code: str, runs: int = 5) -> float:
    """User and system seconds of a Python process that runs this code, at best."""
    return min(_once(code) for _ in range(runs))


def _once(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    for code in ("pass", "import crmlib", "import crmlib.course", "import crmlib.check", "import pandas"):
        print(f"{code:24} {processor_seconds(code):.3f} s")
