"""TOML is read in one place, fast where tomli is there, and the same without it."""

import subprocess
import sys
import tomllib

import pytest

from crmlib import toml
from crmlib.course import ROOT
from tests.support.catalogue import every
from tests.support.syntax import facts

FILES = [path for folder in ("course", "crmlib", "tests/answers") for path in sorted((ROOT / folder).rglob("*.toml"))]
WITHOUT = "import sys; sys.modules['tomli'] = None; "  # as on a machine where it is not installed


def test_tomli_is_what_reads():
    assert toml.loads.__module__.startswith("tomli")


def test_every_file_reads_the_same_without_tomli():
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    assert len(texts) > 100
    assert [path.name for path, text in zip(FILES, texts) if toml.loads(text) != tomllib.loads(text)] == []


@every("newer", ["a = { b = 1,\n c = 2 }", "a = { b = 1, }", 'a = "\\e"', "a = 07:32"])
def test_what_python_itself_refuses_is_refused_with_tomli_too(newer):
    for reader in (toml, tomllib):
        with pytest.raises(reader.TOMLDecodeError):
            reader.loads(newer)


def test_without_tomli_the_course_loads_and_a_broken_file_is_refused_as_ever():
    code = WITHOUT + "from crmlib import course, toml; assert toml.loads.__module__ == 'tomllib._parser'; print(len(course.questions('09-loyalty-economics')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert int(done.stdout) > 50, done.stderr


def test_one_module_reads_toml():
    named = [path for path in (ROOT / "crmlib").rglob("*.py") if "toml" in path.read_text(encoding="utf-8")]
    assert [path.name for path in named if facts(path).modules & {"tomli", "tomllib"}] == ["toml.py"]
