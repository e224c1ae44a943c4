"""Reading papers: as Word, WPS and LibreOffice write them, and whatever else is handed in under their names."""

import json
import os
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from crmlib.essay import report, similarity
from crmlib.essay.paper import Unreadable
from crmlib.essay.reading import read
from crmlib.language import LANGUAGES, use_language
from tests.support import essays

PAPERS = Path(__file__).parent / "support" / "papers"
PARTS = essays.text(1)
HEADINGS = [text for level, text in PARTS if level]
GOOD = essays.as_bytes(essays.word(PARTS, every_style=True))


def row(tmp_path, content, name="paper.docx"):
    path = essays.save(content, tmp_path / name)
    (found,) = report.of_file(path).rows
    return found


def told(found):
    return found.as_dict()["findings"]


# ---- as programs write them ------------------------------------------------------------------------------------


def test_a_document_of_libreoffice_is_read(tmp_path):
    found = row(tmp_path, (PAPERS / "libreoffice.docx").read_bytes())
    assert (found.status, told(found), found.checked.automatic, found.checked.levels) == ("fine", [], True, 2)


@pytest.mark.parametrize("styles", [
    {"Heading 1": ("2", "heading 1"), "Heading 2": ("3", "heading 2"), "Toc 1": ("10", "toc 1"), "Toc 2": ("20", "toc 2")},  # WPS and a Chinese Word
    {"Heading 1": ("1", "标题 1"), "Heading 2": ("21", "标题 2"), "Toc 1": ("TOC1", "目录 1"), "Toc 2": ("TOC2", "目录 2")},
    {"Heading 1": ("Heading1", "Heading 1"), "Heading 2": ("Heading2", "Heading 2"), "Toc 1": ("Contents1", "Contents 1"), "Toc 2": ("Contents2", "Contents 2")},
    {"Toc 1": ("WPSOffice1", "WPSOffice手动目录 1"), "Toc 2": ("WPSOffice2", "WPSOffice手动目录 2")},
])  # fmt: skip
def test_styles_are_known_by_their_names_whatever_their_ids(tmp_path, styles):
    document = essays.word(PARTS)
    essays.rename_styles(document, styles)
    found = row(tmp_path, document)
    assert (found.status, told(found), [heading.text for heading in found.checked.headings]) == ("fine", [], HEADINGS)


def test_styles_of_ones_own_are_known_by_their_outline_level_or_what_they_are_based_on(tmp_path):
    document = essays.word(PARTS)
    own = document.styles.add_style("My chapter", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 1"]
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Heading 1":
            paragraph.style = own
        elif paragraph.style.name == "Heading 2":
            paragraph.style = document.styles["Normal"]
            level = docx.oxml.OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), "1")
            paragraph._p.get_or_add_pPr().append(level)
    found = row(tmp_path, document)
    assert (found.status, [heading.level for heading in found.checked.headings]) == ("fine", [level for level, _ in PARTS if level])


def test_a_field_without_a_block_and_styles_is_a_contents_list(tmp_path):
    document = essays.word(PARTS)
    block = next(document.element.body.iter(qn("w:sdt")))
    paragraphs = list(block.find(qn("w:sdtContent")))
    for paragraph in paragraphs:
        for style in list(paragraph.iter(qn("w:pStyle"))):
            style.getparent().remove(style)
        block.addprevious(paragraph)
    document.element.body.remove(block)
    found = row(tmp_path, document)
    assert (found.status, found.checked.automatic, told(found)) == ("fine", True, [])


def test_headings_numbered_by_word_are_equal_to_entries_with_their_numbers(tmp_path):
    bare = [(level, re.sub("^(?:（.）|.、)", "", text)) for level, text in PARTS]
    entries = [part for part in PARTS if part[0]]
    assert told(row(tmp_path, essays.word(bare, listed=entries))) == []
    assert told(row(tmp_path, essays.word(bare, listed=entries, contents="dots"))) == []


NUMBERINGS = {
    "chapters": ("第{n}章 {t}", "第{n}节 {t}", "一二三四五六七"),
    "Chinese": ("{n}、{t}", "（{n}）{t}", "一二三四五六七"),
    "Chinese, half-width": ("{n}、{t}", "({n}){t}", "一二三四五六七"),
    "decimal": ("{n}. {t}", "{m}.{n} {t}", "1234567"),
    "decimal, no dot": ("{n} {t}", "{m}.{n} {t}", "1234567"),
    "Chinese and digits": ("{n}、{t}", "{d}. {t}", "一二三四五六七"),
    "chapters and decimal": ("第{d}章 {t}", "{m}.{d} {t}", "1234567"),
    "a space after the number": ("{n}　{t}", "（{n}）{t}", "一二三四五六七"),
    "traditional": ("第{n}章　{t}", "第{n}節　{t}", "一二三四五六七"),
    "a space before the mark": ("{n} 、{t}", "{d} . {t}", "一二三四五六七"),
}
TITLES = ["引言", ["背景", "问题"], "客户", ["外部客户", "内部客户"], "满意", ["期望", "实绩"], "结论"]


def numbered(first, second, digits):
    chance = essays.random.Random(5)
    upper, found = 0, []
    for title in TITLES:
        if isinstance(title, str):
            upper += 1
            found.append((1, first.format(n=digits[upper - 1], d=upper, m=upper, t=title)))
            found.append((0, "".join(essays.sentence(chance) for _ in range(14))))
        else:
            for place, below in enumerate(title):
                found.append((2, second.format(n=digits[place], d=place + 1, m=upper, t=below)))
                found.append((0, "".join(essays.sentence(chance) for _ in range(10))))
    return found


@pytest.mark.parametrize("contents", ["dots", "tab", "typed", ""])
@pytest.mark.parametrize("name", NUMBERINGS)
def test_numbers_make_headings_where_no_style_does(tmp_path, name, contents):
    parts = numbered(*NUMBERINGS[name])
    document = essays.blank()
    if contents:
        document.add_paragraph("目 录")
        for page, (_, entry) in enumerate((part for part in parts if part[0]), start=1):
            document.add_paragraph(entry + {"dots": f"......{page}", "tab": f"\t{page}", "typed": ""}[contents])
    for _, text in parts:
        document.add_paragraph(text)
    found = row(tmp_path, document)
    assert told(found) == ([] if contents else ["no_contents"]), found.as_dict()["says"]
    assert [(heading.level, heading.text) for heading in found.checked.headings] == [part for part in parts if part[0]]


def test_a_list_in_the_text_is_no_row_of_headings(tmp_path):
    lines = ("1. 价格", "2. 质量", "3. 服务", "（1）快", "（2）准", "（一）看", "（二）问")
    parts = [*PARTS[:3], *((0, line) for line in lines), *PARTS[3:]]
    found = row(tmp_path, essays.plain(parts, contents=""))
    assert [heading.text for heading in found.checked.headings] == HEADINGS


@pytest.mark.parametrize("title", ["目录", "目 录", "目　　录", "目录：", "【目录】", "目录（Contents）", "目次", "CONTENTS", "Table of Contents", None])
@pytest.mark.parametrize("before", [(), ("论满意与忠诚", "姓名：王一　学号：2024001"), ("摘要", "本文讨论满意与忠诚的关系。", "关键词：满意；忠诚")])
def test_a_typed_contents_list_is_known_by_its_title_or_by_what_it_lists(tmp_path, title, before):
    document = essays.blank()
    for text in before:
        document.add_paragraph(text)
    for text in [title, *HEADINGS] if title else HEADINGS:
        document.add_paragraph(text)
    for _, text in PARTS:
        document.add_paragraph(text)
    document.add_paragraph("参考文献")
    found = row(tmp_path, document)
    assert (told(found), [heading.text for heading in found.checked.headings]) == ([], HEADINGS), found.as_dict()["says"]


def test_a_contents_list_that_lists_itself_and_a_heading_of_two_lines(tmp_path):
    parts = [*PARTS[:-3], (1, "五、结论\n与建议"), *PARTS[-2:]]
    entries = [(1, "目录"), *((level, text.replace("\n", "")) for level, text in parts if level)]
    found = row(tmp_path, essays.word(parts, listed=entries))
    assert told(found) == [] and found.checked.headings[-1].text == "五、结论 与建议"


FIELDS = {
    "never filled": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "with a prompt": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Press F9 here.</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "simple and empty": '<w:fldSimple w:instr="TOC \\o"/>',
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("title", ["目录", None])
def test_a_contents_field_that_was_never_filled_is_empty_and_not_missing(tmp_path, field, title):
    document = essays.word(PARTS, contents="")
    first = document.paragraphs[1]
    if title:
        first.insert_paragraph_before(title)
    paragraph = first.insert_paragraph_before("")
    for run in docx.oxml.parse_xml(f'<w:p {docx.oxml.ns.nsdecls("w")}>{FIELDS[field]}</w:p>'):
        paragraph._p.append(run)
    assert told(row(tmp_path, document)) == ["contents_empty"]


def test_the_papers_title_as_a_heading_is_no_heading(tmp_path):
    entries = [part for part in PARTS if part[0]]
    document = essays.word([(1, "满意的客户就是忠诚的客户吗"), *PARTS], listed=entries, contents="dots")
    found = row(tmp_path, document)
    assert told(found) == [] and [heading.text for heading in found.checked.headings] == HEADINGS


@pytest.mark.parametrize("change, findings", [
    (lambda lines: lines[:3] + lines[4:], ["contents_missing"]),
    (lambda lines: [*lines, "六、致读者"], ["contents_extra"]),
    (lambda lines: [lines[1], lines[0], *lines[2:]], ["contents_order"]),
    (lambda lines: [lines[0].replace("一、", "二、"), *lines[1:]], ["contents_renumbered"]),
    (lambda lines: [line for line in lines if "、" in line], ["contents_levels"]),
    (lambda lines: [line.replace("引言", "前言与引言") for line in lines], ["contents_extra", "contents_missing"]),
])  # fmt: skip
def test_what_a_contents_list_and_the_headings_do_not_share_is_named(tmp_path, change, findings):
    lines = change(HEADINGS)
    listed = [(2 if "（" in line else 1, line) for line in lines]
    for contents in ("automatic", "dots"):
        assert sorted(told(row(tmp_path, essays.word(PARTS, contents=contents, listed=listed)))) == findings, contents


def test_a_contents_list_behind_the_body_is_said_to_be_late(tmp_path):
    document = essays.word(PARTS, contents="")
    document.add_paragraph("目录")
    for page, heading in enumerate(HEADINGS, start=1):
        document.add_paragraph(f"{heading}\t{page}")
    assert told(row(tmp_path, document)) == ["contents_late"]


def test_headings_with_which_a_paragraph_begins_are_seen_where_the_contents_list_names_them(tmp_path):
    parts = list(PARTS)
    for place, (level, text) in enumerate(PARTS[:-1]):
        if level == 2:
            parts[place : place + 2] = [(0, f"{text}。{PARTS[place + 1][1]}"), (0, "")]
    document = essays.blank()
    for text in ["目录", *(f"{text}……{page}" for page, text in enumerate(HEADINGS, start=1)), *(text for _, text in parts if text)]:
        document.add_paragraph(text)
    found = row(tmp_path, document)
    assert (told(found), [heading.text for heading in found.checked.headings], found.checked.levels) == ([], HEADINGS, 2)
    assert PARTS[4][1] in "".join(found.checked.body)  # the rest of such a paragraph is text


def test_an_entry_that_is_no_style_but_stands_in_the_text_is_a_heading(tmp_path):
    document = essays.word(PARTS, listed=[*(part for part in PARTS if part[0]), (1, "参考文献")])
    document.add_paragraph("参考文献")
    document.add_paragraph("琼斯、萨瑟：《满意的顾客为什么离开》，1995年。")
    assert told(row(tmp_path, document)) == []


def test_an_english_paper_is_counted_in_words_and_read_by_english_names(tmp_path):
    chance = essays.random.Random(7)
    words = [f"w{number}" for number in range(400)]
    parts = []
    for number, title in enumerate(("Introduction", "What a customer is", "How satisfaction forms", "Conclusion"), start=1):
        parts += [(1, f"{number}. {title}"), (2, f"{number}.1 In general")]
        parts += [(0, " ".join(chance.choice(words) for _ in range(230)) + ".") for _ in range(2)]
    document = essays.blank()
    document.add_paragraph("Table of Contents")
    for page, (_, entry) in enumerate((part for part in parts if part[0]), start=1):
        document.add_paragraph(f"{entry} ........ {page}")
    for level, text in parts:
        document.add_heading(text, level) if level else document.add_paragraph(text)
    document.add_heading("References", 1)
    found = row(tmp_path, document)
    assert (found.status, told(found), found.checked.length.language) == ("fine", [], "en")


# ---- what a reader does not see -----------------------------------------------------------------------------------


@pytest.mark.parametrize("properties", [{"vanish": "1"}, {"color": "FFFFFF"}, {"color": "fefefe"}, {"sz": "2"}])
def test_hidden_white_and_tiny_letters_are_not_counted(tmp_path, properties):
    document = essays.word(PARTS)
    essays.conceal(document.paragraphs[-1], "看不见的字" * 40, **properties)
    found = row(tmp_path, document)
    assert told(found) == ["hidden"] and found.checked.length == row(tmp_path, GOOD).checked.length


def test_letters_hidden_by_their_style_and_white_ones_on_a_dark_ground(tmp_path):
    document = essays.word(PARTS)
    style = document.styles.add_style("Ghost", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    style.font.color.rgb = docx.shared.RGBColor(255, 255, 255)
    document.add_paragraph("看不见的字" * 20, style="Ghost")
    cell = document.add_table(1, 1).cell(0, 0)
    shade = docx.oxml.OxmlElement("w:shd")
    shade.set(qn("w:fill"), "1F3864")
    cell._tc.get_or_add_tcPr().append(shade)
    essays.conceal(cell.paragraphs[0], "看得见的表头", color="FFFFFF")
    found = row(tmp_path, document)
    assert told(found) == ["hidden"] and "看得见的表头" in found.checked.paper.text and "看不见" not in found.checked.paper.text


def test_letters_on_their_own_colour_are_hidden(tmp_path):
    document = essays.word(PARTS)
    run = document.paragraphs[-1].add_run("黑底黑字" * 10)
    run.font.color.rgb = docx.shared.RGBColor(0x11, 0x22, 0x33)
    shade = docx.oxml.OxmlElement("w:shd")
    shade.set(qn("w:fill"), "112233")
    run._r.get_or_add_rPr().append(shade)
    assert told(row(tmp_path, document)) == ["hidden"]


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\ufeff", "\u2060"])
def test_characters_without_width_are_said_and_change_neither_count_nor_likeness(tmp_path, mark):
    odd = [(level, mark.join(text) if not level else text) for level, text in PARTS]
    for name, parts in (("ann", PARTS), ("bob", odd)):
        essays.save(essays.word(parts), tmp_path / f"{name}.docx")
    found = report.of_folder(tmp_path)
    assert found.identical == [["ann.docx", "bob.docx"]] and sorted(told(found.rows[1])) == ["identical", "odd"]
    assert found.rows[0].checked.length == found.rows[1].checked.length


def test_words_of_two_alphabets_are_said(tmp_path):
    document = essays.word([*PARTS, (0, "s\u0430tisf\u0430ction and l\u043ey\u0430lty " * 8)])
    assert told(row(tmp_path, document)) == ["odd"]
    greek = "".join(f"第{number}个参数是μ，第{number + 50}个是σ，它们的和是α{number}。" for number in range(12))
    assert told(row(tmp_path, essays.word([*PARTS, (0, greek)]))) == []


def test_a_text_box_is_read_once_and_apart(tmp_path):
    document = essays.word(PARTS)
    document.element.body.insert(2, essays.text_box("框里的字" * 50))
    found = row(tmp_path, document)
    assert told(found) == ["boxed"] and found.checked.paper.boxed == "框里的字" * 50
    assert found.checked.length == row(tmp_path, GOOD).checked.length


def test_tracked_changes_are_read_as_accepted_and_tables_and_line_breaks_are_text(tmp_path):
    document = essays.word(PARTS)
    paragraph = document.add_paragraph("")
    for tag, text in (("ins", "<w:t>新写的</w:t>"), ("del", "<w:delText>删去的</w:delText>"), ("moveFrom", "<w:t>移走的</w:t>"), ("moveTo", "<w:t>移来的</w:t>")):
        paragraph._p.append(docx.oxml.parse_xml(f'<w:{tag} {docx.oxml.ns.nsdecls("w")} w:id="1" w:author="a"><w:r>{text}</w:r></w:{tag}>'))
    document.add_table(1, 1).cell(0, 0).text = "表里的字"
    document.add_paragraph("一行").add_run().add_break()
    document.paragraphs[-1].add_run("另一行")
    found = row(tmp_path, document)
    text = found.checked.paper.text
    assert told(found) == ["tracked"] and all(words in text for words in ("新写的移来的", "表里的字", "一行\n另一行"))
    assert "删去的" not in text and "移走的" not in text


def test_footnotes_stand_apart(tmp_path):
    notes = '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="2"><w:p><w:r><w:t>脚注里的字</w:t></w:r></w:p></w:footnote></w:footnotes>'
    with zipfile.ZipFile(essays.save(GOOD, tmp_path / "good.docx")) as archive:
        types, links = (archive.read(name).decode() for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    content = essays.rewritten(GOOD, {
        "word/footnotes.xml": notes.encode(),
        "[Content_Types].xml": types.replace("</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>').encode(),
        "word/_rels/document.xml.rels": links.replace("</Relationships>", f'<Relationship Id="rFn" Type="{relation}" Target="footnotes.xml"/></Relationships>').encode(),
    })  # fmt: skip
    found = row(tmp_path, content)
    assert told(found) == ["notes_apart"] and found.checked.paper.notes == "脚注里的字"


# ---- what cannot be read ------------------------------------------------------------------------------------------


def document_with(text: str) -> bytes:
    with zipfile.ZipFile(__import__("io").BytesIO(GOOD)) as archive:
        xml = archive.read("word/document.xml").decode()
    return essays.rewritten(GOOD, {"word/document.xml": text.replace("{xml}", xml.partition("?>")[2]).encode()})


def bomb() -> bytes:
    """A small archive whose list of contents says that it unpacks to three gigabytes."""
    content = bytearray(essays.rewritten(GOOD, {"word/media/a.bin": b"x"}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (3 * 2**30).to_bytes(4, "little")
    return bytes(content)


def locked_archive() -> bytes:
    content = bytearray(GOOD)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def with_type(kind: str) -> bytes:
    with zipfile.ZipFile(__import__("io").BytesIO(GOOD)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    return essays.rewritten(GOOD, {"[Content_Types].xml": types.replace("wordprocessingml.document.main", kind).encode()})


UNREADABLE = {
    "nothing": (lambda: b"", "paper.docx", "nothing_in_it"),
    "zeros, as after a full disk": (lambda: bytes(4096), "paper.docx", "nothing_in_it"),
    "a real .doc": (lambda: (PAPERS / "old.doc").read_bytes(), "paper.doc", "old_word"),
    "a real .doc under another name": (lambda: (PAPERS / "old.doc").read_bytes(), "paper.docx", "old_word"),
    "an old workbook": (lambda: essays.compound_file("Root Entry", "Workbook"), "paper.docx", "old_office"),
    "a password": (lambda: essays.compound_file("EncryptionInfo", "EncryptedPackage", "WordDocument"), "paper.docx", "encrypted"),
    "a locked archive": (locked_archive, "paper.docx", "encrypted"),
    "half a file": (lambda: GOOD[: len(GOOD) // 2], "paper.docx", "damaged"),
    "a broken part": (lambda: essays.rewritten(GOOD, {"word/document.xml": b"<w:document"}), "paper.docx", "damaged"),
    "no document in it": (lambda: essays.rewritten(GOOD, {"word/document.xml": None}), "paper.docx", "damaged"),
    "no styles": (lambda: essays.rewritten(GOOD, {"word/styles.xml": b"<no"}), "paper.docx", "damaged"),
    "unpacks to much": (bomb, "paper.docx", "bomb"),
    "one endless part": (lambda: document_with("<?xml version='1.0'?>" + "<!--" + " " * (25 * 2**20) + "-->" + "{xml}"), "paper.docx", "bomb"),
    "entities": (lambda: document_with('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{xml}'), "paper.docx", "entities"),
    "nested too deep": (lambda: document_with("<w>" * 5000), "paper.docx", "damaged"),
    "a template": (lambda: with_type("wordprocessingml.template.main"), "paper.dotx", "template"),
    "with macros": (lambda: with_type("ms-word.document.macroEnabled.main"), "paper.docm", "template"),
    "OpenDocument": (lambda: essays.rewritten(GOOD, {"mimetype": b"application/vnd.oasis.opendocument.text"}), "paper.docx", "open_document"),
    "a workbook": (lambda: essays.rewritten(GOOD, {"xl/workbook.xml": b"<x/>"}), "paper.docx", "spreadsheet"),
    "slides": (lambda: essays.rewritten(GOOD, {"ppt/presentation.xml": b"<x/>"}), "paper.docx", "slides"),
    "rich text": (lambda: b"{\\rtf1 hello}", "paper.doc", "rtf"),
    "a web page": (lambda: "<html><body>论文</body></html>".encode(), "paper.doc", "web_page"),
    "a PDF": (lambda: b"%PDF-1.4", "paper.docx", "pdf"),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0JFIF", "paper.docx", "picture"),
    "plain text": (lambda: b"just text", "paper.docx", "foreign"),
    "another kind": (lambda: b"just text", "paper.txt", "other_kind"),
    "without a kind": (lambda: b"just text", "paper", "other_kind"),
    "a broken notebook": (lambda: b'{"cells": [', "paper.ipynb", "damaged"),
    "a notebook of the old format": (lambda: b'{"worksheets": []}', "paper.ipynb", "damaged"),
    "a list as a notebook": (lambda: b"[1]", "paper.ipynb", "damaged"),
    "an empty notebook": (lambda: b'{"cells": [], "metadata": {}}', "paper.ipynb", "no_text"),
    "Markdown of spaces": (lambda: b" \n\n \n", "paper.md", "nothing_in_it"),
    "Markdown of marks": (lambda: b"---\n", "paper.md", "no_text"),
    "bytes as Markdown": (lambda: bytes(range(1, 256)) + b"\x00\x01", "paper.md", "foreign"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_row_with_its_reason(tmp_path, name):
    make, file, reason = UNREADABLE[name]
    for language in LANGUAGES:
        use_language(language)
        found = row(tmp_path, make(), file)
        assert (found.status, told(found)) == ("unread", [reason]), found.as_dict()["says"]
    assert re.search("[一-鿿]", found.as_dict()["says"][0])
    assert "/etc" not in json.dumps(found.as_dict())


def test_the_old_format_is_answered_with_how_to_save_as_docx(tmp_path):
    assert "Save As" in row(tmp_path, (PAPERS / "old.doc").read_bytes(), "paper.doc").as_dict()["says"][0]
    use_language("zh")
    assert "另存为" in row(tmp_path, (PAPERS / "old.doc").read_bytes(), "paper.doc").as_dict()["says"][0]


def test_a_file_that_is_not_there_or_may_not_be_read_is_said(tmp_path, monkeypatch):
    with pytest.raises(Unreadable, match="no file"):
        read(tmp_path / "none.docx")
    essays.save(GOOD, tmp_path / "held.docx")
    monkeypatch.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(Unreadable, match="Permission denied"):
        read(tmp_path / "held.docx")


def test_a_folder_that_is_closed_is_a_row(tmp_path, monkeypatch):
    essays.save(GOOD, tmp_path / "open" / "paper.docx")
    essays.save(GOOD, tmp_path / "shut" / "paper.docx")
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert {each.name: told(each) for each in report.of_folder(tmp_path).rows} == {"open/paper.docx": [], "shut": ["closed_folder"]}


# ---- Markdown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_markdown_is_read_in_every_code_that_windows_writes(tmp_path, code, ends):
    found = row(tmp_path, essays.markdown(PARTS).replace("\n", ends).encode(code), "paper.md")
    assert (found.status, told(found), [heading.text for heading in found.checked.headings]) == ("fine", [], HEADINGS)


def test_what_markdown_does_not_show_is_hidden_and_a_mark_for_a_contents_list_makes_one(tmp_path):
    text = essays.markdown(PARTS, contents=False)
    first = text.index("## ")
    text = text[:first] + "[TOC]\n\n" + text[first:] + '\n<!-- ' + "批注里的字" * 10 + ' -->\n<span style="color: white">' + "白色的字" * 10 + "</span>\n"
    found = row(tmp_path, text.encode(), "paper.md")
    assert (told(found), found.checked.automatic) == (["hidden"], True)


# ---- similarity ----------------------------------------------------------------------------------------------------


def test_what_the_course_itself_says_makes_no_two_papers_alike(tmp_path):
    common = [(0, text) for text in similarity.rules.known_texts() if len(text) > 60][:40]
    for name, seed in (("ann", 1), ("bob", 2)):
        essays.save(essays.word([*essays.text(seed)[:6], *common]), tmp_path / f"{name}.docx")
    found = report.of_folder(tmp_path)
    assert found.pairs == [] and all("from_the_course" in told(each) for each in found.rows)


def test_in_a_large_class_near_duplicates_are_found_as_in_a_small_one():
    texts = [similarity.Text(str(seed), "\n".join(text for _, text in essays.text(seed, sentences=2))) for seed in range(80)]
    half = "\n".join([*texts[0].body.split("\n")[:14], *texts[1].body.split("\n")[14:]])
    texts += [similarity.Text("half", half), similarity.Text("words", "\n".join(text for _, text in essays.synonyms(essays.text(5, sentences=2), 1)))]
    assert len(texts) > 60  # where MinHash chooses what is compared
    found = {(pair.one, pair.other) for pair in similarity.alike(texts, least=0.25)}
    assert found == {("0", "half"), ("1", "half"), ("5", "words")}


def test_the_same_text_with_other_marks_names_and_widths_is_identical():
    body = essays.text(3)[1][1] * 3
    texts = [similarity.Text.of("a", ["姓名：王一", body]), similarity.Text.of("b", ["姓名：李二", body.replace("，", ", ").replace("。", "．")])]
    assert similarity.identical(texts) == [["a", "b"]]
    assert similarity.identical([similarity.Text("a", "短"), similarity.Text("b", "短")]) == []
