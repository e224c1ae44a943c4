"""crmlib.whole: an interrupted write leaves the old file as it was, and nothing beside it."""

import os
import re
from pathlib import Path

import pytest

from crmlib import whole
from tests.support.catalogue import every

CRMLIB = Path(whole.__file__).parent


def test_a_file_and_its_folders_are_written(tmp_path):
    whole.write(tmp_path / "a" / "b.txt", "价值")
    whole.write(tmp_path / "a" / "b.txt", "忠诚")
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "忠诚"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


@every("step", ["write_bytes", "replace"])
@every("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk full", "Ctrl-C"])
def test_what_stops_the_writing_leaves_the_old_file(step, trouble, tmp_path, monkeypatch):
    (tmp_path / "marks.json").write_text("old", encoding="utf-8")

    def stopped(*_):
        raise trouble

    monkeypatch.setattr(*((Path, "write_bytes", stopped) if step == "write_bytes" else (os, "replace", stopped)))
    with pytest.raises(type(trouble)):
        whole.write(tmp_path / "marks.json", b"new")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["marks.json"] and (tmp_path / "marks.json").read_text() == "old"


def test_nobody_else_in_the_library_writes_in_one_step_by_himself():
    own = re.compile(r"\bos\.replace\(|unfinished\.replace\(")
    others = [path.relative_to(CRMLIB).as_posix() for path in sorted(CRMLIB.rglob("*.py")) if own.search(path.read_text(encoding="utf-8"))]
    assert others == ["handout.py", "whole.py"], "use crmlib.whole.write"  # a zip is written piece by piece
