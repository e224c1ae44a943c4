"""Whose file is it? What platforms and people hand in is matched to the roster; what is not sure asks; nothing is lost or overwritten."""

import errno
import io
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from crmlib import cli
from crmlib.classroom import bundles, collect, roster
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from tests.support.classroom_course import STEM, packed, small_course, the_class, with_raw_names

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
PEOPLE = [
    Person("0020230001", "张三", last="张三"),
    Person("0020230002", "李四", last="李四"),
    Person("0020230003", "王喆", last="王喆"),
    Person("0020230004", "赵敏", last="赵敏"),
    Person("0020230005", "赵敏", last="赵敏"),
    Person("kob12", "Kate O'Brien", last="O'Brien", first="Kate", canvas_id="77"),
    Person("jmu07", "Jürgen Müller", last="Müller", first="Jürgen"),
    Person("abc09", "Anna Maria Lee", last="Lee", first="Anna Maria"),
]


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    made = small_course(tmp_path_factory.mktemp("entered") / "course root", "en")
    roster.enter(the_class(made, "en"), roster.Roster(people=PEOPLE))
    return made


@pytest.fixture
def root(entered, tmp_path):
    """A class with these people on its roster, for one test."""
    return shutil.copytree(entered, tmp_path / "course root")


def gather(root, files, tmp_path, *, raw=False, **options):
    path = tmp_path / "handed in.zip"
    path.write_bytes(with_raw_names(files) if raw else files if isinstance(files, bytes) else packed(files))
    return collect.collect(the_class(root, "en"), path, STEM, **options)


def whose(found):
    return {row.unit.name: (row.match.status, row.number) for row in found.rows}


def taken(root):
    folder = root / "course" / "en" / "submitted"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != "timestamp.txt"}


def test_moodles_bulk_zip_in_all_its_forms(root, tmp_path):
    found = gather(
        root,
        {
            "张三_101_assignsubmission_file_/09-loyalty-economics (1).ipynb": NOTEBOOK,
            "Kate O'Brien_102_assignsubmission_file/work/09-loyalty-economics.ipynb": NOTEBOOK,
            "Group B-Jürgen Müller_103_assignsubmission_file_09-loyalty-economics.ipynb": NOTEBOOK,
            "Lee Anna Maria_104_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello",
            "赵敏_105_assignsubmission_file_/a.ipynb": NOTEBOOK,
            "四 李_107_assignsubmission_file_/a.ipynb": NOTEBOOK,
            "Nobody Known_106_assignsubmission_file_/a.ipynb": NOTEBOOK,
        },
        tmp_path,
    )
    assert whose(found) == {
        "张三_101": ("sure", "0020230001"), "Kate O'Brien_102": ("sure", "kob12"), "Group B-Jürgen Müller_103": ("sure", "jmu07"),
        "Lee Anna Maria_104": ("sure", "abc09"), "四 李_107": ("sure", "0020230002"), "赵敏_105": ("unsure", ""), "Nobody Known_106": ("unknown", ""),
    }  # fmt: skip
    assert taken(root) == {
        f"0020230001/{STEM}/09-loyalty-economics (1).ipynb", f"kob12/{STEM}/work/09-loyalty-economics.ipynb", f"jmu07/{STEM}/09-loyalty-economics.ipynb",
        f"abc09/{STEM}/onlinetext.html", f"0020230002/{STEM}/a.ipynb",
    }  # fmt: skip
    assert {someone.number for someone in found.missing} == {"0020230003", "0020230004", "0020230005"}


def test_canvas_bulk_zip_by_id_and_by_name_with_late_copies(root, tmp_path):
    found = gather(
        root,
        {
            "obrienkate_LATE_77_9001_09-loyalty-economics-2.ipynb": NOTEBOOK,
            "obrienkate_LATE_77_9002_data.csv": b"1,2",
            "mullerjurgen_78_9003_09-loyalty-economics.ipynb": NOTEBOOK,
            "leeannamaria_77_9004_x.ipynb": NOTEBOOK,
        },
        tmp_path,
    )
    assert whose(found) == {"obrienkate_77": ("sure", "kob12"), "mullerjurgen_78": ("sure", "jmu07"), "leeannamaria_77": ("unsure", "")}
    assert taken(root) == {f"kob12/{STEM}/09-loyalty-economics-2.ipynb", f"kob12/{STEM}/data.csv", f"jmu07/{STEM}/09-loyalty-economics.ipynb"}
    kept = collect.collected(the_class(root, "en"), STEM)["kob12"]
    assert kept["platform"] == "canvas" and kept["late"] and kept["files"][0] == "obrienkate_LATE_77_9001_09-loyalty-economics-2.ipynb"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("0020230001_张三_09-loyalty-economics.ipynb", "0020230001"),
        ("0020230001张三作业09.ipynb", "0020230001"),
        ("张三-0020230001-第9次作业 (1).ipynb", "0020230001"),
        ("09-loyalty-economics_王喆.ipynb", "0020230003"),
        ("2班/李四/09-loyalty-economics.ipynb", "0020230002"),
        (f"kob12/{STEM}/{STEM}.ipynb", "kob12"),
        ("KOB12 final.ipynb", "kob12"),
        ("Müller, Jürgen – 09-loyalty-economics.ipynb", "jmu07"),
        ("Muller_Jurgen.ipynb", "jmu07"),
        ("0020230004 赵敏.ipynb", "0020230004"),
    ],
)
def test_names_that_people_give_their_files(root, tmp_path, name, number):
    found = gather(root, {name: NOTEBOOK, "unrelated.txt": b"x"}, tmp_path)
    assert [row.number for row in found.rows if row.match.status == "sure"] == [number]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("赵敏_作业.ipynb", "unsure"),  # two students of one name
        ("20230001_作业.ipynb", "unsure"),  # the number without its zeros
        ("0020230001_李四.ipynb", "unsure"),  # number and name disagree
        ("0020230001_0020230002.ipynb", "unsure"),
        ("0020230099_张三.ipynb", "unsure"),  # a number that nobody has
        ("小张三丰的作业.ipynb", "unsure"),  # the name inside a longer one
        ("张三/0020230002_09.ipynb", "unsure"),  # folder and file disagree
        ("0020230010.ipynb", "unsure"),  # one digit off
        ("张.ipynb", "unknown"),
        ("作业.ipynb", "unknown"),
        ("09-loyalty-economics (1).ipynb", "unknown"),
        ("Kate.ipynb", "unknown"),
    ],
)
def test_what_is_not_sure_is_not_taken(root, tmp_path, name, status):
    found = gather(root, {name: NOTEBOOK, "readme/x.txt": b"x"}, tmp_path)
    row = next(row for row in found.rows if not row.unit.name.startswith("readme"))
    assert (row.match.status, row.state) == (status, "open") and row.match.why
    assert taken(root) == set()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_chinese_names_in_zips_that_do_not_say_their_encoding(root, tmp_path, encoding):
    files = {name.encode(encoding): NOTEBOOK for name in ("0020230001_张三.ipynb", "李四.ipynb", "作业/王喆.ipynb")}
    assert sorted(row.number for row in gather(root, files, tmp_path, raw=True).rows) == ["0020230001", "0020230002", "0020230003"]


def test_accents_of_the_dos_code_page(root, tmp_path):
    assert [row.number for row in gather(root, {"Jürgen Müller.ipynb".encode("cp437"): NOTEBOOK}, tmp_path, raw=True).rows] == ["jmu07"]


def test_a_zip_of_zips_of_classes_and_of_students(root, tmp_path):
    one = packed({"0020230001_张三.ipynb": NOTEBOOK, "__MACOSX/._0020230001_张三.ipynb": b"x"})
    whole = packed({"1班.zip": one, "李四.zip": packed({"09.ipynb": NOTEBOOK}), "2班/王喆_7_assignsubmission_file_/a.zip": packed({"a.ipynb": NOTEBOOK})})
    found = gather(root, packed({"all.zip": whole}), tmp_path)
    assert {row.number for row in found.rows} == {"0020230001", "0020230002", "0020230003"}
    assert taken(root) == {f"0020230001/{STEM}/0020230001_张三.ipynb", f"0020230002/{STEM}/李四.zip", f"0020230003/{STEM}/a.zip"}


def test_a_folder_of_loose_files_keeps_their_times_and_follows_no_link(root, tmp_path):
    folder = tmp_path / "loose files"
    folder.mkdir()
    path = folder / "李四 09-loyalty-economics.ipynb"
    path.write_bytes(NOTEBOOK)
    os.utime(path, (1_777_888_800, 1_777_888_800))
    (folder / "张三.ipynb").symlink_to("/etc/hostname")
    found = collect.collect(the_class(root, "en"), folder, STEM)
    assert taken(root) == {f"0020230002/{STEM}/{path.name}"}
    assert "is a link" in found.troubles[0]
    stamp = root / "course" / "en" / "submitted" / "0020230002" / STEM / "timestamp.txt"
    assert stamp.read_text() == time.strftime("%Y-%m-%d %H:%M:%S UTC\n", time.gmtime(1_777_888_800))
    from crmlib.grading.intake.times import timestamp

    assert timestamp(stamp.parent)[0] is not None


def test_nothing_collected_is_ever_overwritten(root, tmp_path):
    name = "0020230001_张三.ipynb"
    assert [row.state for row in gather(root, {name: NOTEBOOK}, tmp_path).rows] == ["new"]
    assert [row.state for row in gather(root, {name: NOTEBOOK}, tmp_path).rows] == ["same"]
    file = root / "course" / "en" / "submitted" / "0020230001" / STEM / name
    assert [row.state for row in gather(root, {name: NOTEBOOK + b" "}, tmp_path).rows] == ["kept"]
    assert file.read_bytes() == NOTEBOOK
    assert [row.state for row in gather(root, {name: NOTEBOOK + b" "}, tmp_path, newer=True).rows] == ["newer"]
    assert file.read_bytes() == NOTEBOOK + b" "
    earlier = root / "course" / "en" / "classroom" / "earlier"
    assert [path.read_bytes() for path in earlier.rglob(name)] == [NOTEBOOK]


def test_two_files_of_one_student_are_put_together_and_said(root, tmp_path):
    found = gather(root, {"0020230001_张三.ipynb": NOTEBOOK, "late/0020230001_张三.ipynb": NOTEBOOK + b"\n", "张三.csv": b"1"}, tmp_path)
    assert taken(root) == {f"0020230001/{STEM}/{name}" for name in ("0020230001_张三.ipynb", "0020230001_张三 (2).ipynb", "张三.csv")}
    assert "3 files of one student" in found.rows[0].notes[0]


def test_two_accounts_that_lead_to_one_student_are_a_persons_business(root, tmp_path):
    found = gather(root, {"张三_1_assignsubmission_file_/a.ipynb": NOTEBOOK, "张三_2_assignsubmission_file_/a.ipynb": NOTEBOOK}, tmp_path)
    assert {row.match.status for row in found.rows} == {"unsure"} and taken(root) == set()
    found = gather(
        root, {"张三_1_assignsubmission_file_/a.ipynb": NOTEBOOK, "张三_2_assignsubmission_file_/a.ipynb": NOTEBOOK}, tmp_path, said={"张三_1": "0020230001"}
    )
    assert whose(found)["张三_1"] == ("sure", "0020230001")


def test_paths_that_lead_outside_write_nothing_there(root, tmp_path):
    names = ("../../0020230001_张三.ipynb", "/tmp/0020230002_李四.ipynb", "C:\\x\\王喆.ipynb", "a/../../../李四.ipynb")
    before = {path for path in tmp_path.rglob("*")}
    found = gather(root, dict.fromkeys(names, NOTEBOOK), tmp_path)
    assert len(found.troubles) == len(names) and found.rows == []
    assert {path.name for path in tmp_path.rglob("*")} - {path.name for path in before} <= {"handed in.zip", "collected", f"{STEM}.json", "classroom"}


def test_a_bomb_a_locked_file_and_a_damaged_one_are_one_row_each_and_the_others_are_taken(root, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0020230001_张三.ipynb", b"\0" * 60_000_000)
        archive.writestr("0020230002_李四.ipynb", NOTEBOOK)
        archive.writestr("0020230003_王喆.ipynb", NOTEBOOK * 3)
        archive.writestr("kob12.ipynb", NOTEBOOK)
    made = bytearray(content.getvalue())
    locked = made.index("0020230002_李四".encode(), made.index(b"PK\x01\x02")) - 46 + 8
    made[locked] |= 1
    broken = made.index("0020230003_王喆.ipynb".encode()) + len("0020230003_王喆.ipynb".encode()) + 4
    made[broken] ^= 0xFF
    found = gather(root, bytes(made), tmp_path)
    notes = {row.number: (row.state, " ".join(row.notes)) for row in found.rows}
    assert notes["0020230001"][0] == "nothing" and "zip bomb" in notes["0020230001"][1]
    assert notes["0020230002"][0] == "nothing" and "password" in notes["0020230002"][1]
    assert notes["0020230003"][0] == "nothing" and "broke off" in notes["0020230003"][1]
    assert taken(root) == {f"kob12/{STEM}/kob12.ipynb"}


def test_half_uploads_are_taken_as_they_are_and_said(root, tmp_path):
    found = gather(root, {"张三.ipynb": b'{"cells": [{"cell_ty', "李四.ipynb": b"", "王喆.ipynb.part": b"x"}, tmp_path)
    notes = {row.number: " ".join(row.notes) for row in found.rows}
    assert "half upload" in notes["0020230001"] and "is empty" in notes["0020230002"] and "unfinished" in notes["0020230003"]


def test_a_students_own_timestamp_does_not_count_and_nbgraders_does(root, tmp_path):
    forged = b"2020-01-01 00:00:00 UTC"
    found = gather(
        root,
        {
            "张三_1_assignsubmission_file_/a.ipynb": NOTEBOOK,
            "张三_1_assignsubmission_file_/timestamp.txt": forged,
            f"submitted/kob12/{STEM}/{STEM}.ipynb": NOTEBOOK,
            f"submitted/kob12/{STEM}/timestamp.txt": forged,
        },
        tmp_path,
    )
    stamps = {path.parent.parent.name: path.read_text() for path in (root / "course" / "en" / "submitted").rglob("timestamp.txt")}
    assert stamps["0020230001"].startswith("2026-05-04") and stamps["kob12"].startswith("2020-01-01")
    assert "timestamp.txt" in " ".join(found.rows[0].notes)


def test_the_moment_in_utc_is_taken_where_the_zip_keeps_it(root, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        info = zipfile.ZipInfo("张三.ipynb", (2026, 5, 4, 10, 0, 0))
        info.extra = b"UT\x05\x00\x01" + (1_777_888_800).to_bytes(4, "little")
        archive.writestr(info, NOTEBOOK)
        archive.writestr(zipfile.ZipInfo("李四.ipynb"), NOTEBOOK)  # 1980: no time at all
    gather(root, content.getvalue(), tmp_path)
    folder = root / "course" / "en" / "submitted"
    assert (folder / "0020230001" / STEM / "timestamp.txt").read_text() == time.strftime("%Y-%m-%d %H:%M:%S UTC\n", time.gmtime(1_777_888_800))
    assert not (folder / "0020230002" / STEM / "timestamp.txt").exists()


@pytest.mark.parametrize("cut", [0.3, 0.98])
def test_a_zip_that_broke_off_is_refused_with_the_remedy(root, tmp_path, cut):
    content = packed({f"{number}.ipynb": os.urandom(500) for number in range(20)})
    with pytest.raises(ClassroomError, match="Download it again"):
        gather(root, content[: int(len(content) * cut)], tmp_path)


def test_a_zip_with_a_password_a_rar_and_nothing_at_all(root, tmp_path):
    made = bytearray(packed({"张三.ipynb": NOTEBOOK}))
    made[made.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ClassroomError, match="protected by a password"):
        gather(root, bytes(made), tmp_path)
    rar = tmp_path / "all.rar"
    rar.write_bytes(b"Rar!\x1a\x07")
    with pytest.raises(ClassroomError, match="Unpack it"):
        bundles.read(rar)
    with pytest.raises(ClassroomError, match="There is no file"):
        bundles.read(tmp_path / "nothing.zip")


def test_a_hand_written_match_counts_and_a_wrong_one_is_refused(root, tmp_path):
    files = {"作业.ipynb": NOTEBOOK, "赵敏.ipynb": NOTEBOOK}
    found = gather(root, files, tmp_path, said=collect.read_said(["作业.ipynb=0020230001", "赵敏=0020230005"]))
    assert {row.number for row in found.rows} == {"0020230001", "0020230005"}
    for pair, said in (("nothing=0020230001", "Nothing in this zip"), ("作业.ipynb=999", "no student number"), ("作业", "NAME=NUMBER")):
        with pytest.raises(ClassroomError, match=said):
            gather(root, files, tmp_path, said=collect.read_said([pair]))


def test_the_command_writes_a_table_to_fill_in_and_takes_it_back(root, tmp_path, capsys):
    path = tmp_path / "handed in.zip"
    path.write_bytes(packed({"作业.ipynb": NOTEBOOK, "李四.ipynb": NOTEBOOK, "赵敏.ipynb": NOTEBOOK}))
    call = ["collect", str(path), STEM, "--course", "en", "--root", str(root)]
    assert cli.main([*call, "--dry-run"]) == 1
    assert taken(root) == set()
    assert cli.main(call) == 1
    said = capsys.readouterr()
    assert "UNSURE 赵敏.ipynb: 2 students are called 赵敏" in said.err and "UNKNOWN 作业.ipynb" in said.err and "李四.ipynb → 0020230002" in said.out
    table = root / "course" / "en" / "classroom" / "collected" / f"{STEM}-open.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    filled = "\r\n".join([lines[0], "作业.ipynb,0020230001", "赵敏.ipynb,0020230004"])
    table.write_bytes(filled.encode("gbk"))
    assert cli.main(["--lang", "zh", *call, "--matches", str(table)]) == 0
    assert "先前已收 1 人" in capsys.readouterr().out
    assert {name.split("/")[0] for name in taken(root)} == {"0020230001", "0020230002", "0020230004"}
    assert cli.main([*call, "--json", "--matches", str(table)]) == 0
    assert {row["state"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"same"}


def test_without_a_roster_or_with_an_unknown_assignment_the_command_is_named(root, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"张三.ipynb": NOTEBOOK}))
    with pytest.raises(ClassroomError, match="There are: 09-loyalty-economics"):
        collect.collect(the_class(root, "en"), path, "99-nothing")
    empty = small_course(tmp_path / "empty", "zh")
    with pytest.raises(ClassroomError, match="crmlib roster"):
        collect.collect(the_class(empty, "zh"), path, STEM)


def test_a_run_that_was_killed_while_writing_leaves_nothing_in_its_place(root, tmp_path, monkeypatch):
    def killed(self, *_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        gather(root, {"张三.ipynb": NOTEBOOK}, tmp_path)
    monkeypatch.undo()
    assert taken(root) == set()
    assert [row.state for row in gather(root, {"张三.ipynb": NOTEBOOK}, tmp_path).rows] == ["new"]
    assert not (root / "course" / "en" / "classroom" / ".unfinished").exists()


def test_submitted_may_be_another_disk(root, tmp_path, monkeypatch):
    """A mounted share, where no folder can be renamed to from the course's own."""
    renamed = Path.rename

    def other_disk(self, target):
        if ("submitted" in self.parts) != ("submitted" in Path(target).parts):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(self))
        return renamed(self, target)

    monkeypatch.setattr(Path, "rename", other_disk)
    assert [row.state for row in gather(root, {"张三.ipynb": NOTEBOOK}, tmp_path).rows] == ["new"]
    assert [row.state for row in gather(root, {"张三.ipynb": b"{}"}, tmp_path, newer=True).rows] == ["newer"]
    home = root / "course" / "en"
    (folder,) = (home / "submitted").glob("*/*")
    assert folder.name == STEM and (folder / "张三.ipynb").read_bytes() == b"{}" and not (home / "classroom" / ".unfinished").exists()
    (earlier,) = (home / "classroom" / "earlier" / STEM).glob("*/*")
    assert (earlier / "张三.ipynb").read_bytes() == NOTEBOOK and not list(home.rglob("*.unfinished"))


def test_a_moodle_worksheet_tells_two_of_one_name_apart_only_where_it_fits(tmp_path):
    made = small_course(tmp_path / "sheet", "en")
    people = [
        Person("1", "赵敏", last="赵敏", moodle_id="Participant 11"),
        Person("2", "赵敏", last="赵敏", moodle_id="Participant 12"),
        Person("3", "李四", last="李四", moodle_id="Participant 13"),
    ]
    roster.enter(the_class(made, "en"), roster.Roster(people=people))
    fits = {f"{name}_{id}_assignsubmission_file_/a.ipynb": NOTEBOOK for name, id in (("赵敏", 11), ("赵敏", 12), ("李四", 13))}
    assert {row.number for row in gather(made, fits, tmp_path, write=False).rows} == {"1", "2", "3"}
    other = {f"{name}_{id}_assignsubmission_file_/a.ipynb": NOTEBOOK for name, id in (("赵敏", 11), ("赵敏", 12), ("李四", 99))}
    assert sorted(row.number for row in gather(made, other, tmp_path, write=False).rows) == ["", "", "3"]


@pytest.mark.slow
def test_the_zip_of_another_class_of_thousands_is_told_in_seconds(tmp_path):
    made = small_course(tmp_path / "large", "en")
    people = [Person(f"{number:08d}", f"Student{number} Name{number * 7}", last=f"Name{number * 7}", first=f"Student{number}") for number in range(4000)]
    roster.enter(the_class(made, "en"), roster.Roster(people=people))
    files = {f"Other{number} Person{number}_{number}_assignsubmission_file_/a.ipynb": NOTEBOOK for number in range(2000)}
    files |= {f"Student{number} Name{number * 7}_{number + 5000}_assignsubmission_file_/a.ipynb": NOTEBOOK for number in range(2000)}
    before = time.process_time()
    found = gather(made, files, tmp_path, write=False)
    assert sum(row.match.status == "sure" for row in found.rows) == 2000 and len(found.rows) == 4000
    assert time.process_time() - before < 20
