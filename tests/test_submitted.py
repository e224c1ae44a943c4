"""What is handed in as people hand it in: crowded, misnamed, packed, halved, elsewhere, and which of it is the notebook."""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from datetime import datetime

import pytest

from crmlib.grading.intake import class_folder
from crmlib.grading.intake import files as submitted
from crmlib.grading.intake.archive import unpack
from crmlib.grading.intake.choice import choose
from crmlib.grading.intake.times import timestamp, when
from crmlib.grading.marking import scratch
from crmlib.grading.processes.settings import Settings, checked_files
from tests.support.catalogue import every
from tests.support.submissions import ANSWER, ESSAY, OTHER, SOURCE, submission, written

NAME = "week-1.ipynb"
ANSWERED, BLANK = written(submission()), written(submission({}))
OTHERWISE = written(submission({"cost": "cost = 49", "lifetime": OTHER, "essay": ESSAY}))
HALF_DONE = written(submission({"cost": ANSWER}))


def zipped(files, **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, **options)
    return buffer.getvalue()


def chosen(files):
    return choose(files, [SOURCE])[0]["week-1"]


def answers(choice):
    return {cell.id: cell.text for cell in choice.taken.cells if cell.answered}


def lay(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


# --- A1: choice before limits ---

MOST_FILES = 50  # of a submission: a crowd of sixty is as much too much for it as six hundred for the real limit
CROWDS = {
    "an environment": {f".venv/lib/python3.12/site-packages/m{n:03}.py": b"x" for n in range(60)},
    "an environment under another name": {"myenv/pyvenv.cfg": b"", **{f"myenv/Lib/p/m{n:03}.py": b"x" for n in range(60)}},
    "a conda environment": {"env/conda-meta/history": b"", **{f"env/pkgs/m{n:03}.json": b"{}" for n in range(60)}},
    "node_modules": {f"a/node_modules/m{n:03}/index.js": b"x" for n in range(60)},
    "a repository's history": {f".git/objects/{n:03}": b"x" for n in range(60)},
    "what macOS packs along": {f"__MACOSX/._m{n:03}.ipynb": b"x" for n in range(60)},
    "pictures that come first in the alphabet": {f"a{n:04}.png": b"x" for n in range(100)},
    "other notebooks": {f"a{n:04}.ipynb": b"{}" for n in range(60)},
    "many folders": {f"a{n:03}/b/c.txt": b"x" for n in range(60)},
}


@pytest.mark.parametrize("crowd", CROWDS)
@pytest.mark.parametrize("name", [NAME, "z/z/z/z/z/week-1.ipynb", "zz week-1 (2).ipynb"])
def test_a_notebook_and_what_the_assignment_asks_for_are_never_crowded_out(tmp_path, monkeypatch, crowd, name):
    monkeypatch.setattr(submitted, "MOST_FILES", MOST_FILES)
    lay(tmp_path, CROWDS[crowd] | {name: ANSWERED, "zz/sketch.png": b"mine"})
    found, left_out = submitted.files(tmp_path, ["week-1"], "Hand in sketch.png, too.")
    assert found[name] == ANSWERED and found["zz/sketch.png"] == b"mine"
    assert len(found) <= submitted.MOST_FILES
    assert len(left_out) <= 1, left_out
    assert chosen(found).file == name


def test_a_data_set_beyond_the_limit_is_left_out_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(submitted, "MOST_BYTES", 1_000_000)
    lay(tmp_path, {"a.csv": b"1" * 2_000_000, "b.csv": b"1" * 900_000, "c.csv": b"1" * 900_000, NAME: ANSWERED, "d.csv": b"1"})
    found, (sentence,) = submitted.files(tmp_path, ["week-1"])
    assert set(found) == {NAME, "b.csv", "d.csv"}
    assert "a.csv" in sentence and "c.csv" in sentence and "2.9 MB" in sentence


def test_a_notebook_beyond_the_limit_gets_its_own_remedy(tmp_path, monkeypatch):
    from crmlib.grading.intake import reading

    monkeypatch.setattr(submitted, "MOST_BYTES", 10_000)
    monkeypatch.setattr(reading, "MAX_BYTES", 10_000)
    lay(tmp_path, {NAME: ANSWERED + b" " * 20_000})
    found, _ = submitted.files(tmp_path, ["week-1"])
    assert "clear all outputs" in chosen(found).problem


def test_work_inside_an_environment_is_found_where_there_is_none_elsewhere(tmp_path):
    lay(tmp_path, {".venv/week-1.ipynb": ANSWERED, ".venv/lib/x.py": b"x"})
    assert chosen(submitted.files(tmp_path, ["week-1"])[0]).file == ".venv/week-1.ipynb"


def test_thousands_of_links_are_one_sentence(tmp_path):
    lay(tmp_path, {NAME: ANSWERED})
    for number in range(50):
        (tmp_path / f"link{number:02}").symlink_to("/etc/passwd")
    found, left_out = submitted.files(tmp_path, ["week-1"])
    assert set(found) == {NAME} and len(left_out) == 1 and "50" in left_out[0]


# --- A2: one bad part ---

REFUSED = {
    "a colon": "10:30.png",
    "seventy Chinese characters": "截" * 70 + ".png",
    "a backslash": "C\\data.csv",
    "a name of 255 bytes": "x" * 255,
    "a folder where the data file stands": "data.csv/x.txt",
    "a file where the data folder stands": "data",
}


def refuses(files):
    checked_files(files, Settings())


@every("trouble", REFUSED)
def test_a_name_that_cannot_be_put_there_takes_no_other_file_with_it(trouble):
    own = {"data.csv": b"own", "data/more.csv": b"own"}
    files, said = scratch.together({REFUSED[trouble]: b"1", "mine.txt": b"2", "data.csv.bak": b"3"}, own, refuses)
    assert files == own | {"mine.txt": b"2", "data.csv.bak": b"3"}
    assert len(said) == 1 and REFUSED[trouble][:20].replace("\n", "?") in said[0]


@every("name", ["CON", "aux.txt", "x ", "x.", "a\nb", "a\x1b[31m", "-rf", "e\u0301.txt", "\udc80.txt", "😀.csv"])
def test_a_strange_name_is_put_there_or_left_out_alone(name):
    files, _ = scratch.together({name: b"1", "mine.txt": b"2"}, {"data.csv": b"own"}, refuses)
    assert files["data.csv"] == b"own" and files["mine.txt"] == b"2"


def test_names_that_a_system_takes_for_one_stand_there_once_and_the_instructors_goes_first():
    theirs = {"Data.csv": b"1", "R\xe9sum\xe9.txt": b"2", "Re\u0301sume\u0301.txt": b"3"}
    files, said = scratch.together(theirs, {"data.csv": b"own"}, refuses, cases_apart=False)
    assert files["data.csv"] == b"own" and len(files) == 2 and len(said) == 2
    assert scratch.together(theirs, {"data.csv": b"own"}, refuses, cases_apart=True)[1] == []


def test_of_too_many_files_the_instructors_and_the_small_ones_go_in():
    def few(files):
        if len(files) > 10:
            raise ValueError

    files, (said,) = scratch.together({f"{n:02}": b"x" * n for n in range(20)}, {"own.csv": b"own"}, few)
    assert "own.csv" in files and len(files) == 10 and "00" in files and "11" in said


def test_attachments_leave_the_instructors_files_their_places():
    from crmlib.grading.marking.feedback import safe_attachments

    kept, said = safe_attachments({"data": b"1", "notes.txt": b"2", "own.csv/x.txt": b"3"}, {"data/more.csv", "own.csv"})
    assert set(kept) == {"notes.txt"} or set(kept) == {"notes.txt", "data.txt"}
    assert said


# --- A3: chosen by what it is ---

WRONG_NAMES = [
    "week-1.ipynb.txt", "week-1.ipynb.1", "week-1.ipynb.json", "week-1.json", "week-1.txt", "week-1", "week-1.html", "week-1.py", "week-1 - Copy.ipynb", "week-1-副本.ipynb", "张三week-1.ipynb.txt",
    "week-1 (1).ipynb", "week-1 (10).ipynb", "week-1.ipynb (1)", "week-1.ipynb.crdownload", "week-2.ipynb", "Untitled.ipynb", "homework/Untitled3.ipynb", ".ipynb_checkpoints/week-1-checkpoint.ipynb",
]  # fmt: skip


@every("name", WRONG_NAMES)
@every("beside", ["nothing", "a blank one", "an unreadable one"])
def test_an_answered_notebook_is_found_under_every_wrong_name(name, beside):
    files = {name: ANSWERED} | {"nothing": {}, "a blank one": {NAME: BLANK}, "an unreadable one": {NAME: b"\0\0"}}[beside]
    choice = chosen(files)
    assert choice.file == name and len(answers(choice)) == 3 and not choice.doubts
    assert any(name.rpartition("/")[2][:20] in note for note in choice.notes), choice.notes


@every(
    "likelier, other",
    [
        (NAME, "week-1-Copy1.ipynb"), ("week-1 (1).ipynb", NAME), ("week-1 (10).ipynb", "week-1 (9).ipynb"), ("a_week-1-10.ipynb", "a_week-1-9.ipynb"), (NAME, "old/week-1.ipynb"),
        ("attempt 10/week-1.ipynb", "attempt 9/week-1.ipynb"), ("week-1.ipynb.10", "week-1.ipynb.9"), (NAME, "week-1 备份.ipynb"), (NAME, "other.ipynb"),
    ],
)  # fmt: skip
def test_of_two_with_different_answers_the_likelier_is_graded_and_a_person_is_told_of_both(likelier, other):
    choice = chosen({other: OTHERWISE, likelier: ANSWERED})
    assert choice.file == likelier and answers(choice)["cost"] == ANSWER
    (doubt,) = choice.doubts
    assert likelier in doubt and other in doubt


def test_a_copy_that_was_hardly_begun_does_not_go_before_a_finished_one():
    choice = chosen({NAME: ANSWERED, "week-1 (1).ipynb": HALF_DONE})
    assert choice.file == NAME and "week-1 (1).ipynb" in choice.doubts[0]


def test_equal_answers_are_no_doubt_and_a_checkpoint_is_none_either():
    assert chosen({NAME: ANSWERED, "week-1 (1).ipynb": ANSWERED}).doubts == []
    choice = chosen({NAME: ANSWERED, ".ipynb_checkpoints/week-1-checkpoint.ipynb": OTHERWISE})
    assert choice.file == NAME and choice.doubts == [] and choice.notes == []


def test_the_blank_file_of_the_other_language_is_blank():
    other = submission({"cost": "cost = None\n# 在此作答。\npass"})
    assert answers(chosen({NAME: written(other), "week-1 (1).ipynb": ANSWERED}))["cost"] == ANSWER


@pytest.mark.parametrize("beside", ["nothing", "the right one"])
def test_the_file_of_another_assignment_under_the_right_name_is_not_taken(beside):
    foreign = written({"cells": [{"cell_type": "code", "id": f"x{n}", "metadata": {"nbgrader": {"grade_id": f"other-{n}"}}, "source": f"other_{n} = 1", "outputs": []} for n in range(12)], "nbformat": 4})
    choice = chosen({NAME: foreign} | ({"mine.ipynb": ANSWERED} if beside != "nothing" else {}))
    if beside == "nothing":
        assert choice.taken is None and choice.unreadable and "not the notebook week-1" in choice.problem
    else:
        assert choice.file == "mine.ipynb"


@every("name, content", [("week-1.html", b"<html>"), ("week-1.py", b"# %%"), ("week-1.rar", b"Rar!\x1a\x07"), ("work.7z", b"7z\xbc\xaf\x27\x1c"), ("work.tar.gz", b"\x1f\x8b\x08"), ("work.tar", b""), ("work.tbz", b"BZh9 broken"), ("work.tar.xz", b"\xfd7zXZ\0 broken"), ("work.tar.zst", b"\x28\xb5\x2f\xfd"), ("work.lzh", b"-lh5-"), ("work.cab", b"MSCF"), ("作业.part1.rar", b"Rar!\x1a\x07\x01"), ("work.bin", b"7z\xbc\xaf\x27\x1c"), ("week-1.zip", b"PK\x03\x04 broken")])  # fmt: skip
@every("beside", ["nothing", "a blank one"])
def test_what_cannot_be_marked_is_named_with_its_remedy(name, content, beside):
    choice = chosen({name: content} | ({NAME: BLANK} if beside != "nothing" else {}))
    said = choice.problem or choice.doubts[0]
    assert name in said and ("unpack" in said.lower() or "File > Download" in said)


def test_two_notebooks_of_an_assignment_are_not_taken_for_each_other():
    from dataclasses import replace

    second = replace(SOURCE, name="week-1b", cells=tuple(replace(cell, id=f"b-{cell.id}", cell_id=f"b-{cell.cell_id}", text=f"{cell.text} b", full=f"{cell.full} b") for cell in SOURCE.cells))
    made = submission()
    for cell in made["cells"]:
        cell["id"] = f"b-{cell['id']}"
        if cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = cell["id"]
    choices, _ = choose({"one.ipynb": ANSWERED, "two.ipynb": written(made)}, [SOURCE, second])
    assert (choices["week-1"].file, choices["week-1b"].file) == ("one.ipynb", "two.ipynb")


# --- A3: archives ---


@every(
    "files",
    [
        {"week-1.zip": zipped({NAME: ANSWERED})},
        {"week-1.zip": zipped({"a/b/week-1.ipynb": ANSWERED, "a/b/data.csv": b"1"})},
        {"all.zip": zipped({"mine.zip": zipped({NAME: ANSWERED})})},
        {"all.zip": zipped({"../../week-1.ipynb": ANSWERED})},
        {"all.zip": zipped({"/etc/week-1.ipynb": ANSWERED})},
        {"all.zip": zipped({"C:\\Users\\张三\\week-1.ipynb": ANSWERED})},
        {"all.zip": zipped({f".venv/lib/m{n}.py": b"" for n in range(2000)} | {NAME: ANSWERED})},
        {"all.zip": zipped({NAME: ANSWERED}), NAME: BLANK},
        {"week-1.ipynb": zipped({NAME: ANSWERED})},
        {"all.zip": zipped({"week-1.ipynb.txt": ANSWERED, "__MACOSX/._week-1.ipynb": b"x"})},
    ],
)
def test_a_notebook_in_a_zip_is_marked_and_it_is_said(files):
    choice = chosen(files)
    assert len(answers(choice)) == 3 and choice.notes


def test_names_in_gbk_are_read():
    content = zipped({"作业week-1.ipynb": ANSWERED})
    raw, gbk = "作业week-1.ipynb".encode(), "作业week-1.ipynb".encode("gbk")
    made = zipped({"x" * len(gbk): ANSWERED}).replace(b"x" * len(gbk), gbk)
    assert raw in content
    assert list(unpack({"a.zip": made}).files) == ["a.zip/作业week-1.ipynb"]


def test_a_bomb_is_not_unpacked(monkeypatch):
    from crmlib.grading.intake import archive as submitted_archive

    monkeypatch.setattr(submitted_archive, "MOST_BYTES", 1_000_000)
    small = zipped({f"{n}.txt": b"0" * 900_000 for n in range(50)})
    found = unpack({"bomb.zip": small, "nested.zip": zipped({f"{n}.zip": small for n in range(50)})})
    assert found.spent < 3_000_000 and found.notes
    lying = zipped({NAME: b"0" * 900_000}).replace((900_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert sum(map(len, unpack({"a.zip": lying}).files.values())) <= 900_000


def test_a_protected_or_broken_zip_names_its_remedy():
    whole = zipped({NAME: ANSWERED})
    at = whole.index(b"PK\x01\x02") + 8
    locked = whole[:6] + b"\x01\x00" + whole[8:at] + b"\x01\x00" + whole[at + 2 :]
    assert "password" in chosen({"a.zip": locked}).problem
    assert "cannot be opened" in chosen({"a.zip": whole[: len(whole) // 2]}).problem
    assert "password" in chosen({"a.zip": locked, NAME: BLANK}).doubts[0]
    assert chosen({"a.zip": locked, NAME: ANSWERED}).doubts == []


def tarred(files, mode="w:gz", **options) -> bytes:
    """A tar of the files; a value that is a TarInfo goes in as it is."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            else:
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def odd(name, kind, target="/etc/passwd"):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@every(
    "files",
    [
        lambda: {"week-1.tar": tarred({NAME: ANSWERED}, "w")},
        lambda: {"week-1.tar": tarred({NAME: ANSWERED}, "w", format=tarfile.USTAR_FORMAT)},
        lambda: {"week-1.tar.gz": tarred({"a/b/week-1.ipynb": ANSWERED, "a/b/data.csv": b"1"})},
        lambda: {"week-1.tgz": tarred({"../../week-1.ipynb": ANSWERED, "/etc/passwd": b"x"})},
        lambda: {"week-1.tar.bz2": tarred({"C:\\Users\\张三\\week-1.ipynb": ANSWERED}, "w:bz2")},
        lambda: {"week-1.tar.xz": tarred({NAME: ANSWERED}, "w:xz")},
        lambda: {"week-1.bin": tarred({NAME: ANSWERED})},
        lambda: {"all.zip": zipped({"mine.tar.gz": tarred({NAME: ANSWERED})})},
        lambda: {"all.tar.gz": tarred({"mine.zip": zipped({NAME: ANSWERED}), ".DS_Store": b"x", "._week-1.ipynb": b"x"})},
        lambda: {"all.tar.gz": tarred({f".venv/lib/m{n}.py": b"" for n in range(2000)} | {NAME: ANSWERED}), NAME: BLANK},
        lambda: {"week-1.ipynb.gz": gzip.compress(ANSWERED)},
        lambda: {"week-1.ipynb.bz2": bz2.compress(ANSWERED[:100]) + bz2.compress(ANSWERED[100:])},
        lambda: {"week-1.ipynb": tarred({NAME: ANSWERED})},
        lambda: {"all.tar": tarred({"a": odd("a", tarfile.SYMTYPE), "b": odd(NAME, tarfile.LNKTYPE, "a"), "c": odd("c", tarfile.CHRTYPE), "d": odd("d", tarfile.FIFOTYPE), "e": odd("e", tarfile.DIRTYPE), "x/" + NAME: ANSWERED}, "w")},
    ],
)  # fmt: skip
def test_a_notebook_in_a_tar_or_packed_alone_is_marked_and_it_is_said(files):
    choice = chosen(files())
    assert len(answers(choice)) == 3 and choice.notes


@every("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE])
def test_links_devices_and_holes_of_a_tar_are_no_files(kind):
    found = unpack({"a.tar": tarred({"x": odd(NAME, kind), "beside.txt": b"1"}, "w")})
    assert [name for name in found.files if not name.endswith("beside.txt")] == []


def test_a_name_in_gbk_in_a_tar_is_read():
    made = tarred({"作业week-1.ipynb": ANSWERED}, "w", format=tarfile.GNU_FORMAT, encoding="gbk")
    assert list(unpack({"a.tar": made}).files) == ["a.tar/作业week-1.ipynb"]


def test_a_tar_that_broke_off_or_grows_without_end_is_not_half_taken(monkeypatch):
    from crmlib.grading.intake import archive as submitted_archive

    assert "cannot be opened" in chosen({"a.tar.gz": tarred({NAME: ANSWERED})[:-40]}).problem
    assert "cannot be opened" in chosen({"a.tar": tarred({NAME: ANSWERED}, "w")[:700]}).problem
    monkeypatch.setattr(submitted_archive, "MOST_NOTEBOOK_BYTES", 1_000_000)
    monkeypatch.setattr(submitted_archive, "MOST_EXPANDED", 3_000_000)
    monkeypatch.setattr(submitted_archive, "MOST_ENTRIES", 300)
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        found = unpack(dict.fromkeys([f"{n}.tar.gz" for n in range(40)], pack(bytes(2_000_000))))
        assert found.files == {} and len(found.closed) == 40 and "too much" in found.closed[0] and found.expanded <= 3_000_000
    assert "too much" in chosen({"a.tar": tarred({f"{n}.txt": b"" for n in range(400)} | {NAME: ANSWERED}, "w")}).problem


def test_files_beside_a_notebook_in_a_folder_stand_beside_it_when_it_runs():
    assert scratch.beside({"w/data.csv": b"1", "w/sub/x": b"2", "y": b"3"}, "w/week-1.ipynb") == {"data.csv": b"1", "sub/x": b"2", "y": b"3"}


# --- A4: half a file ---


def test_a_file_that_breaks_off_anywhere_is_whole_half_or_refused_but_never_a_success_in_silence():
    from crmlib.grading.intake.merging import Unreadable, take

    for at in range(0, len(ANSWERED), 37):
        try:
            taken = take(ANSWERED[:at], SOURCE)
        except Unreadable:
            continue
        assert taken.is_half or taken.found == len(SOURCE.cells), at
        assert not any("missing" in sentence for sentence in taken.repairs)
        assert bool(taken.details) or not taken.is_half


def test_half_a_file_gives_way_to_a_whole_one():
    choice = chosen({"week-1 (1).ipynb": ANSWERED[: len(ANSWERED) * 3 // 4], NAME: ANSWERED})
    assert choice.file == NAME and not choice.taken.is_half


@pytest.mark.parametrize("cells", [[{"cell_type": "code", "source": "x"}] * 5_001, [{"cell_type": "code", "source": "x" * 5_000_001}]])
def test_a_notebook_beyond_all_measure_is_refused_and_asks_for_a_person(cells):
    made = copy.deepcopy(submission())
    made["cells"] += cells
    choice = chosen({NAME: json.dumps(made).encode()})
    assert choice.taken is None and choice.unreadable and "too long" in choice.problem


# --- A5: who is not seen ---


def test_everybody_who_has_handed_in_is_a_row_or_a_sentence(tmp_path):
    lay(tmp_path, {f"amy/week-1/{NAME}": b"1", "lost/week-1.ipynb": b"1", f".ben/week-1/{NAME}": b"1", "typo/Week_1/week-1.ipynb": b"1", "deep/upload/week-1.ipynb": b"1", "packed/work.zip": b"1"})  # fmt: skip
    lay(tmp_path, {f"week-1/cyd/{NAME}": b"1", "week-1_dan.ipynb": b"1", "file/week-1": b"1", "later/week-2/week-2.ipynb": b"1", "later2/week-2.ipynb": b"1", "empty/readme.md": b"1", ".DS_Store": b"1", "Amy/week-1/x": b"1"})  # fmt: skip
    (tmp_path / "copycat").symlink_to("amy")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "week-1").symlink_to("../amy/week-1")
    (tmp_path / "gone").symlink_to("nowhere")
    found = class_folder.collect(tmp_path, "week-1", ["week-1", "week-2"])
    assert found.students == ["Amy", "amy"]
    assert set(found.troubles) >= {"lost", ".ben", "typo", "deep", "packed", "week-1", "file", "copycat", "half"}
    assert set(found.troubles).isdisjoint({"later", "later2", "empty"})
    assert "amy" in found.troubles["copycat"] and "link" in found.troubles["half"]
    assert any("week-1_dan.ipynb" in text for text in found.lost)
    assert any("Amy" in text and "amy" in text for text in found.warnings)


@pytest.mark.parametrize("student", ["smith[1]", "a*b", "who?"])
def test_names_that_nbgrader_takes_for_a_pattern_are_warned_of(tmp_path, student):
    lay(tmp_path, {f"{student}/week-1/{NAME}": b"1"})
    found = class_folder.collect(tmp_path, "week-1")
    assert found.students == [student] and student in found.warnings[0] and "generate_feedback" in found.warnings[0]


def test_a_folder_whose_name_is_no_text_is_a_row(tmp_path):
    try:
        os.makedirs(os.fsencode(tmp_path) + b"/\xd5\xc5/week-1")
    except OSError:
        pytest.skip("this file system takes only valid names")
    (reason,) = class_folder.collect(tmp_path, "week-1").troubles.values()
    assert "no valid text" in reason


@pytest.mark.parametrize("ours, theirs", [(ANSWER, "cost = 7"), (ANSWER, ANSWER), ("cost = 7", ANSWER)])
def test_of_a_merge_conflict_the_upper_version_is_graded_and_a_person_is_told(ours, theirs):
    line = json.dumps(ANSWER)
    before, after = ANSWERED.decode().split(line)
    begin, end = before.rfind("\n") + 1, after.index("\n") + 1
    upper, lower = (before[begin:] + json.dumps(version) + after[:end] for version in (ours, theirs))
    content = f"{before[:begin]}<<<<<<< HEAD\n{upper}||||||| base\n{upper}=======\n{lower}>>>>>>> theirs\n{after[end:]}"
    choice = chosen({NAME: content.encode()})
    assert answers(choice)["cost"] == ours and len(answers(choice)) == 3 and not choice.taken.is_half
    assert [doubt for doubt in choice.doubts if "merge conflict" in doubt] and not choice.taken.repairs


@every("name", ["week-1.ipynb.lnk", "week-1.lnk", "homework.url", "week-1.webloc", "notes.gdoc", "week-1.ipynb.icloud"])
def test_a_shortcut_in_place_of_a_file_is_named_as_one(name):
    assert "only a shortcut" in chosen({name: b"[InternetShortcut]\r\nURL=https://example.org/week-1.ipynb"}).problem
    assert any("only a shortcut" in doubt for doubt in chosen({name: b"L\0\0\0", NAME: BLANK}).doubts)
    beside = chosen({name: b"L\0\0\0", NAME: ANSWERED})
    assert beside.file == NAME and not beside.doubts


def test_a_file_under_a_students_id_and_links_that_lead_nowhere_are_said(tmp_path):
    lay(tmp_path, {"amy/week-1/week-1.ipynb": ANSWERED, "bob": ANSWERED, "20260001": b"", "grades.csv": b"x", "LICENSE.md": b"x"})
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "all").symlink_to(".")
    (tmp_path / "amy" / "week-1" / "again").symlink_to("..")
    found = class_folder.collect(tmp_path, "week-1")
    assert found.students == ["amy"] and set(found.troubles) == {"bob", "20260001", "circle", "gone"} and not found.lost
    assert "is a file" in found.troubles["bob"] and "is a link" in found.troubles["circle"]
    files, left_out = submitted.files(tmp_path / "amy" / "week-1", ["week-1"])
    assert set(files) == {NAME} and len(left_out) == 1


INSIDE_OUT = {
    "week-1/amy/week-1.ipynb": ("week-1", "the other way round"), "Week 1/amy/a.ipynb": ("Week 1", "the other way round"), "submitted/amy/week-1/week-1.ipynb": ("submitted", "too deep"),
    "class of 2026/amy/week-1/week-1.ipynb": ("class of 2026", "too deep"), "amy/homework/week-1.ipynb": ("amy", "Move it to submitted/amy/week-1/"),
    "amy/homework/week-1/week-1.ipynb": ("amy", "Move it to submitted/amy/week-1/"),
}  # fmt: skip


@every("path", INSIDE_OUT)
def test_a_class_in_the_wrong_order_or_depth_gets_its_own_remedy(tmp_path, path):
    lay(tmp_path, {path: ANSWERED, **({path.replace("amy", "bob"): ANSWERED} if path.startswith("class") else {})})
    name, words = INSIDE_OUT[path]
    found = class_folder.collect(tmp_path, "week-1", ["week-2"])
    assert not found.students and set(found.troubles) == {name} and words in found.troubles[name]


@every("other", ["amy\u200b", "\u202eamy", "ａｍｙ", "Amy", "amy "])
def test_ids_that_look_alike_are_warned_of(tmp_path, other):
    lay(tmp_path, {f"{name}/week-1/week-1.ipynb": ANSWERED for name in ("amy", other)})
    (warning,) = class_folder.collect(tmp_path, "week-1").warnings
    assert "same name to the eye" in warning


# --- A6: timestamps ---


@every(
    "text",
    [
        "2026-05-04 10:00:00 UTC", "2026-05-04 10:00:00", "2026-05-04T10:00:00Z", "2026-05-04T18:00:00+08:00", "2026-05-04 18:00:00 +0800", "2026-05-04 10:00:00.000000 UTC", "2026-05-04 06:00:00 -04:00",
        "2026-05-04 18:00:00 北京时间", "2026年5月4日 18:00:00 中国标准时间", "2026/5/4 下午6:00 北京时间", "2026-05-04 18:00:00 China Standard Time", "2026-05-04 18:00:00 Asia/Shanghai", "2026-05-04 18:00 (UTC+08:00)", "\ufeff2026-05-04 10:00:00 GMT",
        "Mon, 04 May 2026 10:00:00 GMT", "Mon May  4 10:00:00 UTC 2026", "4 May 2026 10:00:00 +0000", "May 4, 2026 10:00 AM UTC", "May 4, 2026 at 10:00 AM UTC", '"2026-05-04 10:00:00 UTC"',
        "2026-05-04 18:00:00 PRC", "2026-05-04 18:00:00 HKT", "2026-05-04 18:00:00 SGT", "2026-05-04 19:00:00 JST", "2026-05-04 18:00:00 香港时间", "2026-05-04 18:00:00 北京標準時間", "2026-05-04 18:00:00 中原標準時間", "2026-05-04 18:00 东八区",
        "2026年5月4日 星期一 18:00:00 北京时间", "2026年5月4日(周一) 下午6点00分 北京时间", "2026年5月4日 晚上6:00 北京时间", "2026-05-04 傍晚 18:00 北京时间", "2026 年 5 月 4 日 18:00 UTC+8",
        "Mon, 04 May 2026 18:00:00 +0800", "4-May-2026 18:00:00 +0800", "Mon May 04 2026 18:00:00 GMT+0800 (中国标准时间)", "2026-05-04 18:00:00 +0800 CST", "2026-05-04 18:00:00 UTC+08:00 北京", "2026-05-04T09:00:00\u22120100",
        "2026-05-04T10:00:00.000Z", "2026-05-04 10:00:00,000 UTC", "20260504T100000Z", "20260504T180000+0800", "1777888800", "1777888800.0", "1777888800000", "２０２６－０５－０４　１０：００：００ UTC", "2026-05-04 10:00:00 UTC\r\n", "\u200e2026-05-04 10:00:00 UTC",
        "Submitted: 2026-05-04 10:00:00 UTC", "提交时间：2026-05-04 18:00:00 北京时间", "May 4 2026 10:00 a.m. UTC",
    ],
)  # fmt: skip
def test_a_time_that_means_one_moment_is_read(text):
    assert when(text) == datetime(2026, 5, 4, 10)


def test_the_end_of_a_day_and_a_day_that_no_month_can_be_are_read():
    assert when("2026-05-04 24:00:00 UTC") == datetime(2026, 5, 5)
    assert when("25/05/2026 10:00:00 UTC") == when("05/25/2026 10:00:00 UTC") == datetime(2026, 5, 25, 10)
    assert when("2026-05-04 凌晨 0:30 北京时间") == datetime(2026, 5, 3, 16, 30)
    assert when("2026-05-04 中午 12:30 北京时间") == datetime(2026, 5, 4, 4, 30)


@every(
    "text",
    [
        "04/05/2026 10:00", "04.05.2026 10:00:00 UTC", "4/5/26 10:00", "13/05/2026 10:00", "2026-05-04 10:00:00 CST", "2026-05-04 10:00:00 IST", "2026-05-04 10:00:00 EST", "2026-05-04 10:00:00 夏令时", "2026/5/4 10:00", "2026年5月4日 18:00",
        "2026-05-04", "2026-05-04 25:00:00 UTC", "2026-02-30 10:00:00 UTC", "2026-05-04 10:00:00 +99:00", "yesterday", "177788880", "17778888000", "10:00", "5 May 10:00 UTC", "x" * 5_000, "2026-05-04 13:00 PM UTC", "20260504",
        "2026年5月4日 10:00:00", "2026-05-04 下午 3:05", "上午", "下午 3:05", "2026-05-04 晚上 12:00 北京时间", "2026-05-04 10:00:00 UTC 北京时间", "20260504T100000", "Monday, 4 May 2026, 10:00 AM", "04-May-26 10:00 +0800",
    ],
)  # fmt: skip
def test_a_time_that_may_mean_several_is_said_and_counts_against_nobody(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    found, (said,) = timestamp(tmp_path)
    assert found is None and text[:20] in said and "does not count as late" in said


@pytest.mark.parametrize("content", ["2026-05-04 18:00:00 北京时间".encode("gbk"), "2026-05-04 18:00:00 北京时间".encode("utf-16"), "\ufeff2026-05-04 18:00:00 北京时间".encode()])
def test_a_timestamp_is_read_in_the_encodings_of_windows(tmp_path, content):
    (tmp_path / "timestamp.txt").write_bytes(content)
    assert timestamp(tmp_path) == (datetime(2026, 5, 4, 10), [])
