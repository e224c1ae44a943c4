"""A student's own copy: nothing written in it is ever lost, and nothing unchanged stays old."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from crmlib import my_course

PLACE = "assignments/en/09-loyalty-economics/09-loyalty-economics.ipynb"


def notebook(*texts, outputs=(), as_lines=False):
    cells = [{"cell_type": "code", "source": text.splitlines(True) if as_lines else text, "outputs": list(outputs)} for text in texts]
    return json.dumps({"cells": cells, "metadata": {}})


@pytest.fixture
def course(tmp_path):
    """Gives a version of one notebook; returns what was said."""
    source, folder = tmp_path / "source.ipynb", tmp_path / "my-course"

    def give(text):
        source.write_text(text, encoding="utf-8")
        return my_course.refresh(folder, {PLACE: source})

    give.file, give.folder, give.source = folder / PLACE, folder, source
    give.beside = give.file.with_name("09-loyalty-economics.new.ipynb")
    return give


def test_a_missing_file_is_given_and_given_again_after_it_was_deleted(course):
    assert course(notebook("a")) == [] and course.file.read_text() == notebook("a")
    course.file.unlink()
    assert course(notebook("a")) == [] and course.file.exists()
    shutil.rmtree(course.folder)
    assert course(notebook("a")) == [] and course.file.read_text() == notebook("a")


def test_an_unchanged_file_is_brought_up_to_date_also_after_its_cells_were_run(course):
    course(notebook("a"))
    course.file.write_text(notebook("a", outputs=[{"output_type": "stream", "text": "ran"}], as_lines=True))
    assert course(notebook("b")) == [] and course.file.read_text() == notebook("b")
    assert not course.beside.exists()


def test_results_of_a_run_stay_as_long_as_the_course_is_the_same(course):
    course(notebook("a"))
    ran = notebook("a", outputs=[{"output_type": "stream", "text": "ran"}])
    course.file.write_text(ran)
    course(notebook("a"))
    assert course.file.read_text() == ran


def test_new_pictures_reach_an_unchanged_lesson(course):
    course(notebook("a"))
    drawn = notebook("a", outputs=[{"output_type": "stream", "text": "drawn anew"}])
    assert course(drawn) == [] and course.file.read_text() == drawn


def test_a_changed_file_is_kept_and_the_new_version_lies_beside_it_with_one_sentence(course):
    course(notebook("a"))
    course.file.write_text(notebook("my answer"))
    assert course(notebook("a")) == []
    (sentence,) = course(notebook("b"))
    assert PLACE in sentence and course.beside.name in sentence
    assert course.file.read_text() == notebook("my answer") and course.beside.read_text() == notebook("b")
    assert course(notebook("b")) == [], "it is said once"
    assert len(course(notebook("c"))) == 1 and course.beside.read_text() == notebook("c")


def test_work_in_the_new_version_is_kept_too(course):
    course(notebook("a"))
    course.file.write_text(notebook("my answer"))
    course(notebook("b"))
    course.beside.write_text(notebook("my answer in b"))
    course(notebook("c"))
    assert course.beside.read_text() == notebook("my answer in b")
    assert course.beside.with_name("09-loyalty-economics.new2.ipynb").read_text() == notebook("c")


@pytest.mark.parametrize("record", [None, "", "{", "[]", f'{{"{PLACE}": 3}}'])
def test_without_a_record_a_differing_file_counts_as_changed(course, record):
    course(notebook("a"))
    course.file.write_text(notebook("mine"))
    (course.folder / my_course.RECORD).unlink()
    if record is not None:
        (course.folder / my_course.RECORD).write_text(record)
    assert len(course(notebook("a"))) == 1 and course.file.read_text() == notebook("mine")


@pytest.mark.parametrize("damaged", ["", "not json", '{"cells": 3}', '{"cells": [{}]}', "[]"])
def test_a_damaged_notebook_is_somebodys_work(course, damaged):
    course(notebook("a"))
    course.file.write_text(damaged)
    course(notebook("b"))
    assert course.file.read_text() == damaged and course.beside.read_text() == notebook("b")


def test_a_language_switch_leaves_the_other_language_alone(tmp_path):
    lessons = {}
    for language in ("en", "zh"):
        lessons[language] = tmp_path / language
        lessons[language].mkdir()
        (lessons[language] / "00-start.ipynb").write_text(notebook(language))
        my_course.refresh(tmp_path / "mine", my_course.sources(tmp_path, language, lessons[language]))
    assert {path.parent.name for path in (tmp_path / "mine").rglob("00-start.ipynb")} == {"en", "zh"}


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(course, monkeypatch):
    course(notebook("a"))
    write = Path.write_bytes

    def full(path, data):
        write(path, data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        course(notebook("b"))
    monkeypatch.undo()
    assert course.file.read_text() == notebook("a") and list(course.folder.rglob("*.part")) == []
    assert course(notebook("b")) == [] and course.file.read_text() == notebook("b")


def test_an_interrupted_update_is_finished_by_the_next_start(course, monkeypatch):
    course(notebook("a"))
    replace = os.replace

    def interrupted(source, target):
        replace(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(my_course.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        course(notebook("b"))
    monkeypatch.undo()
    assert course(notebook("c")) == [] and course.file.read_text() == notebook("c")


def test_a_file_open_elsewhere_stays_old_and_is_named(course, monkeypatch):
    course(notebook("a"))
    replace = os.replace

    def in_use(source, target):
        if str(target).endswith(".ipynb"):
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        replace(source, target)

    monkeypatch.setattr(my_course.os, "replace", in_use)
    (sentence,) = course(notebook("b"))
    assert PLACE in sentence and course.file.read_text() == notebook("a")
    monkeypatch.undo()
    assert course(notebook("b")) == [] and course.file.read_text() == notebook("b")


def test_a_folder_that_may_not_be_written_is_an_error_and_not_silence(course, monkeypatch):
    def refused(path, data):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(PermissionError):
        course(notebook("a"))
