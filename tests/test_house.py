"""The house's own rules for code, asked by machine: pyproject.toml says which, and why an exception stands."""

import re
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


@pytest.mark.slow
def test_the_type_checker_finds_nothing():
    found = ask("mypy")
    assert found.returncode == 0, f"mend by a true type; an ignore names its code and says why:\n{found.stdout}{found.stderr}"


@pytest.mark.slow
def test_the_type_checker_is_asked_for_what_the_house_wants(tmp_path):
    (tmp_path / "bad.py").write_text("""def half(of: float) -> str:
    return of / 2


word: str = 1  # type: ignore
right: int = 1  # type: ignore[assignment]


def untyped():
    return 1 + "1"
""")
    found = ask("mypy", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache"), str(tmp_path / "bad.py"))
    assert found.returncode == 1
    assert all(code in found.stdout for code in ("[return-value]", "[ignore-without-code]", "[unused-ignore]", "[operator]")), found.stdout


def test_every_exception_says_why():
    """A hushed finding has its reason beside it, which a reader can weigh."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("crmlib", "start.py")
        for path in ([ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py")))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "# type: ignore" in line and not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line)
    ]
    assert not bare, "an ignored type without its code and reason"


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "crmlib" / "py.typed").exists()


@pytest.mark.parametrize("name, code", [("F401", "import os\n"), ("B006", "def f(x=[]):\n    return x\n"), ("RUF100", "x = 1  # noqa: E501\n")])
def test_the_linter_is_asked_for_what_the_house_wants(name, code, tmp_path):
    (tmp_path / "bad.py").write_text(code)
    found = ask("ruff", "check", "--quiet", "--no-cache", "--output-format", "concise", "--config", str(ROOT / "pyproject.toml"), str(tmp_path / "bad.py"))
    assert found.returncode == 1 and name in found.stdout
