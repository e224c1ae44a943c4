"""The house's own rules for code, asked by machine: pyproject.toml says which, and why an exception stands."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def ask(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_linter_finds_nothing():
    found = ask("ruff", "check", "--quiet", "crmlib", "course", "tests", "start.py")
    assert found.returncode == 0, f"mend by hand, or with `ruff check --fix`:\n{found.stdout}{found.stderr}"


@pytest.mark.parametrize("name, code", [("F401", "import os\n"), ("B006", "def f(x=[]):\n    return x\n"), ("RUF100", "x = 1  # noqa: E501\n")])
def test_the_linter_is_asked_for_what_the_house_wants(name, code, tmp_path):
    (tmp_path / "bad.py").write_text(code)
    found = ask("ruff", "check", "--quiet", "--no-cache", "--output-format", "concise", "--config", str(ROOT / "pyproject.toml"), str(tmp_path / "bad.py"))
    assert found.returncode == 1 and name in found.stdout
