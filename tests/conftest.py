"""What every test needs: the tools of this environment on PATH (nbgrader calls alembic by its bare name)."""

import os
import sys
from pathlib import Path

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
