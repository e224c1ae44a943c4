"""What every test needs: the tools of this environment on PATH (nbgrader calls alembic by its bare name), and English."""

import os
import sys
from pathlib import Path

import pytest

from crmlib.language import use_language

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


@pytest.fixture(autouse=True)
def english_again():
    """A test may choose a language; the next one begins in English again."""
    use_language("en")
    yield
    use_language("en")
