"""A class of forty made-up papers gets exactly the rows that it should."""

import json
import re
import shutil

import pytest

from crmlib import cli
from crmlib.essay import report
from tests.support import essays

PARTS = {seed: essays.text(seed) for seed in range(40)}
HALF = len(PARTS[0]) // 2


def without_headings(parts):
    return [(0, paragraph) for level, paragraph in parts if not level]


def long_paragraph_again(parts):
    return [*parts[:4], parts[2], *parts[4:10], parts[1], *parts[12:]]


def in_a_box(parts):
    document = essays.word([parts[0], *parts[-3:]])
    document.element.body.insert(3, essays.text_box("".join(paragraph for level, paragraph in parts if not level)))
    return document


def with_white_letters(parts):
    document = essays.word(parts)
    essays.conceal(document.paragraphs[-1], "这些字是白色的，用来凑够字数" * 20, color="FFFFFF")
    return document


def scanned():
    document = essays.word([(0, "第一页")], contents="")
    for _ in range(4):
        essays.picture(document)
    return document


def notebook(parts):
    cells = [{"cell_type": "markdown", "id": "all", "metadata": {}, "source": essays.markdown(parts)}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def other_headings(parts):
    return [(level, paragraph + "之我见" if level == 2 else paragraph) for level, paragraph in parts]


def only(level, parts):
    return [part for part in parts if part[0] in (0, level)]


# Name of the file: how the document is made, its status, and what is found.
CLASS = {
    "01-good.docx": (lambda: essays.word(PARTS[1]), "fine", []),
    "02-typed-contents.docx": (lambda: essays.word(PARTS[2], contents="typed"), "fine", []),
    "03-dots.docx": (lambda: essays.word(PARTS[3], contents="dots"), "fine", []),
    "04-tab.docx": (lambda: essays.word(PARTS[4], contents="tab"), "fine", []),
    "05-spaces.docx": (lambda: essays.word(PARTS[5], contents="space"), "fine", []),
    "06-no-styles.docx": (lambda: essays.plain(PARTS[6]), "fine", []),
    "07-markdown.md": (lambda: essays.markdown(PARTS[7]).encode(), "fine", []),
    "08-notebook.ipynb": (lambda: notebook(PARTS[8]), "fine", []),
    "09-short.docx": (lambda: essays.word(PARTS[9][:8]), "form", ["too_short"]),
    "10-rather-short.docx": (lambda: essays.word(essays.text(10, sentences=5)), "fine", ["rather_short"]),
    "11-long.docx": (lambda: essays.word(essays.text(11, sentences=8)), "form", ["too_long"]),
    "12-no-contents.docx": (lambda: essays.word(PARTS[12], contents=""), "form", ["no_contents"]),
    "13-other-contents.docx": (lambda: essays.word(PARTS[13], listed=[(level, text) for level, text in other_headings(PARTS[13]) if level]), "form", ["contents_missing", "contents_extra"]),
    "14-contents-lack-one.docx": (lambda: essays.word(PARTS[14], contents="dots", listed=[part for part in PARTS[14] if part[0]][:-1]), "form", ["contents_missing"]),
    "15-contents-not-filled.docx": (lambda: essays.word(PARTS[15], listed=[(1, "请更新域以生成目录")]), "form", ["contents_empty"]),
    "16-no-headings.docx": (lambda: essays.word(without_headings(PARTS[16]), contents=""), "form", ["no_contents", "no_headings"]),
    "17-one-level.docx": (lambda: essays.word(only(1, PARTS[17])), "form", ["one_level"]),
    "18-repeats.docx": (lambda: essays.word(long_paragraph_again(PARTS[18])), "form", ["repeated"]),
    "19-original.docx": (lambda: essays.word(PARTS[19], name="王一"), "zero", ["identical", "similar"]),
    "20-copy.docx": (lambda: essays.word(PARTS[19], name="李二", contents="dots"), "zero", ["identical"]),
    "21-copy-in-markdown.md": (lambda: essays.markdown(PARTS[19]).replace("，", ", ").encode(), "zero", ["identical"]),
    "22-synonyms.docx": (lambda: essays.word(essays.synonyms(PARTS[19], 22)), "person", ["similar"]),
    "23-half-of-24.docx": (lambda: essays.word(PARTS[24][:HALF] + PARTS[23][HALF:]), "person", ["similar"]),
    "24-half-of-23.docx": (lambda: essays.word(PARTS[24]), "person", ["similar"]),
    "25-third-of-26.docx": (lambda: essays.word([*PARTS[26][:9], *PARTS[25][9:]]), "person", ["similar"]),
    "26-third-of-25.docx": (lambda: essays.word(PARTS[26]), "person", ["similar"]),
    "27-white.docx": (lambda: with_white_letters(PARTS[27]), "person", ["hidden"]),
    "28-old.doc": (lambda: essays.compound_file("Root Entry", "WordDocument"), "unread", ["old_word"]),
    "29-renamed.docx": (lambda: essays.compound_file("Root Entry", "WordDocument"), "unread", ["old_word"]),
    "30-password.docx": (lambda: essays.compound_file("EncryptionInfo", "EncryptedPackage"), "unread", ["encrypted"]),
    "31-cut-off.docx": (lambda: essays.as_bytes(essays.word(PARTS[31]))[:9000], "unread", ["damaged"]),
    "32-empty.docx": (lambda: b"", "unread", ["nothing_in_it"]),
    "33-no-text.docx": (lambda: essays.word([], contents="", title=""), "unread", ["no_text"]),
    "34-scan.docx": (lambda: scanned(), "unread", ["scan"]),
    "35-box.docx": (lambda: in_a_box(PARTS[35]), "person", ["too_short", "one_level", "boxed"]),
    "36-text.docx": (lambda: "只是文字".encode(), "unread", ["foreign"]),
    "37-paper.pdf": (lambda: b"%PDF-1.7\n", "unread", ["pdf"]),
    "38-archive.zip": (lambda: essays.rewritten(essays.as_bytes(essays.word([])), {"[Content_Types].xml": None, "word/document.xml": None}), "unread", ["archive"]),
    "39-good/paper.docx": (lambda: essays.word(PARTS[39], title="论满意"), "fine", []),
    "40-repeats-twice.docx": (lambda: essays.word([*PARTS[0][:-2], PARTS[0][1], PARTS[0][2]]), "form", ["repeated"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    for name, (document, _, _) in CLASS.items():
        essays.save(document(), folder / name)
    (folder / "~$03-dots.docx").write_bytes(b"an owner file of Word")
    (folder / ".DS_Store").write_bytes(b"\x00")
    return folder


@pytest.fixture(scope="module")
def checked(folder):
    return report.of_folder(folder)


@pytest.fixture(scope="module")
def rows(checked):
    return {row.name: row.as_dict() for row in checked.rows}


def test_there_are_forty_papers_and_each_has_its_row(rows):
    assert len(CLASS) == 40
    assert list(rows) == sorted(CLASS)


@pytest.mark.parametrize("name", CLASS)
def test_every_paper_gets_its_row(rows, name):
    row = rows[name]
    _, status, findings = CLASS[name]
    told = "\n".join(row["says"])
    assert (row["status"], sorted(row["findings"])) == (status, sorted(findings)), told


def test_identical_papers_are_one_group_and_the_changed_one_is_a_pair_with_passages(checked):
    assert checked.identical == [["19-original.docx", "20-copy.docx", "21-copy-in-markdown.md"]]
    found = {(alike.pair.one, alike.pair.other): alike for alike in checked.pairs}
    assert set(found) == {("19-original.docx", "22-synonyms.docx"), ("23-half-of-24.docx", "24-half-of-23.docx"), ("25-third-of-26.docx", "26-third-of-25.docx")}
    for alike in found.values():
        assert alike.passages and all(passage.one and passage.other for passage in alike.passages)
    changed = found["19-original.docx", "22-synonyms.docx"].passages[0]
    assert changed.one != changed.other  # with what was changed inside


def test_the_command_prints_the_rows_and_says_by_its_code_that_somebody_must_look(folder, capsys):
    assert cli.main(["essay", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {row["file"]: row["status"] for row in told["rows"]} == {name: status for name, (_, status, _) in CLASS.items()}
    assert cli.main(["--lang", "zh", "essay", str(folder / "01-good.docx")]) == 0
    assert "字" in capsys.readouterr().out


def test_the_printed_rows_name_the_papers_that_one_is_like(folder, tmp_path, capsys):
    some = [name for name in CLASS if name[:2] in ("01", "09", "19", "20", "22", "28")]
    for name in some:
        shutil.copy(folder / name, tmp_path / name)
    assert cli.main(["essay", str(tmp_path), "--lang", "zh"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"20-copy\.docx\t雷同\n.*\n.*19-original\.docx", printed)
    assert all(re.search(rf"^{re.escape(name)}\t", printed, re.MULTILINE) for name in some)


def test_the_page_shows_passages_side_by_side_with_what_was_changed_and_nothing_active(folder, tmp_path):
    essays.save(("# 论文\n\n<script>alert(1)</script>\n\n" + essays.markdown(PARTS[24])).encode(), tmp_path / "in" / "<b>x.md")
    essays.save(essays.word(PARTS[24]), tmp_path / "in" / "y.docx")
    essays.save(essays.word(essays.synonyms(PARTS[24], 3)), tmp_path / "in" / "z.docx")
    target = tmp_path / "page.html"
    assert cli.main(["--lang", "zh", "essay", str(tmp_path / "in"), "--page", str(target)]) == 1
    page = target.read_text(encoding="utf-8")
    assert "<mark>" in page and 'lang="zh-CN"' in page and "<script" not in page and "<b>" not in page and "http" not in page
    shown = re.sub("<[^>]+>", "", page)
    assert PARTS[24][1][1][:40] in shown


def test_a_page_that_cannot_be_written_is_said_and_the_rows_are_there(folder, tmp_path, capsys):
    assert cli.main(["essay", str(folder / "01-good.docx"), "--page", str(tmp_path / "none" / "page.html")]) == 1
    told = capsys.readouterr()
    assert "page.html" in told.err and "01-good.docx" in told.out
