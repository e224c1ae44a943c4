"""The clone stays as it is: gradebooks lie in their course roots, and no test leaves a file or a change behind."""

import os
import subprocess
import sys

import pytest

from crmlib import assignments
from tests.conftest import ROOT, left_in_the_clone, left_in_the_temporary_folder, state_of


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_gradebook_lies_in_its_course_root_wherever_the_settings_are_read(tmp_path, monkeypatch, language):
    from nbgrader.coursedir import CourseDirectory

    monkeypatch.chdir(tmp_path)
    course = CourseDirectory(config=assignments.configuration(language))
    assert course.db_url == f"sqlite:///{ROOT / 'course' / language / 'gradebook.db'}"
    assert course.root == str(ROOT / "course" / language)


@pytest.mark.parametrize("name", ["gradebook.db", "course/en/gradebook.db", "course/zh/gradebook.db-journal", "notebooks/en/gradebook.db", "crm-course-en.zip"])
def test_what_commands_write_is_never_committed(name):
    if state_of(ROOT) is None:
        pytest.skip("this copy of the course is no clone")
    assert subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT).returncode == 0
    assert not subprocess.run(["git", "ls-files", "--", name], cwd=ROOT, capture_output=True).stdout


@pytest.mark.slow
def test_a_command_of_nbgrader_from_elsewhere_leaves_its_gradebook_in_the_course_root(tmp_path):
    from tests.support.class_of_students import copy_course

    course = copy_course(tmp_path / "copy") / "course" / "zh"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-m", "nbgrader", "db", "student", "list", f"--course-dir={course}"]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not os.listdir(elsewhere)
    assert (course / "gradebook.db").exists()


def test_the_tests_leave_nothing_behind(clone_before):
    if clone_before is None:
        pytest.skip("this copy of the course is no clone")
    assert not left_in_the_clone(clone_before)


def test_the_tests_leave_no_folder_of_ours_in_the_systems_temporary_folder():
    assert not left_in_the_temporary_folder()
