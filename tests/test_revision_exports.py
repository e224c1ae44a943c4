"""Out to what people use: cheat sheets, papers on paper, Anki, Moodle and GIFT, each read by somebody else's eyes."""

import html
import json
import re
import sqlite3
import time
import zipfile
from html.parser import HTMLParser

import pytest
from lxml import etree

from crmlib import cli, course
from crmlib.language import message, use_language
from crmlib.revision import cards, export_anki, export_gift, export_moodle, keys, paper, printed, sheet, wording

LANGUAGES = ("en", "zh")
both_languages = pytest.mark.parametrize("language", LANGUAGES)
ALL = cards.select()


class Page(HTMLParser):
    """What a page loads and whether its tags close."""

    EMPTY = ("meta", "br", "hr", "img")

    def __init__(self, text: str):
        super().__init__()
        self.open, self.loads, self.language, self.words = [], [], "", []
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.language = found.get("lang", self.language) if tag == "html" else self.language
        self.loads += [value for name, value in attributes if name in ("src", "href", "action", "srcset") or name.startswith("on")]
        self.loads += [tag] if tag in ("script", "link", "iframe", "object") else []
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


# ---- cheat sheets -----------------------------------------------------------------------------------------------------


@both_languages
@pytest.mark.parametrize("stem", [lesson.stem for lesson in course.lessons()])
def test_a_cheat_sheet_says_every_point_and_asks_nothing_of_the_world(stem, language):
    use_language(language)
    page = sheet.page(stem)
    read = Page(page)
    assert (read.language, read.loads) == ({"en": "en", "zh": "zh-CN"}[language], [])
    assert "url(" not in page and "@import" not in page and "A4" in page
    words = "".join(read.words)
    for point in course.points(stem):
        assert str(point.term) in words and str(point.sheet) in words


@pytest.mark.slow
@both_languages
def test_every_cheat_sheet_prints_on_one_page(language):
    from tests.browser import lab

    if reason := lab.missing():
        pytest.skip(f"{reason}: nothing was printed")
    use_language(language)
    with lab.chromium() as browser:
        for lesson in course.lessons():
            page = browser.new_page()
            requests = []
            page.on("request", lambda request, requests=requests: requests.append(request.url))
            page.set_content(sheet.page(lesson.stem))
            pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
            assert (pages, requests) == (1, []), lesson.stem
            page.close()


# ---- papers -----------------------------------------------------------------------------------------------------------


@both_languages
def test_a_printed_paper_holds_every_question_and_nothing_of_its_key(language):
    use_language(language)
    drawn = paper.draw(seed=5)
    page, key = printed.paper_page(drawn), printed.key_page(drawn)
    questions, answers = ("".join(Page(each).words) for each in (page, key))
    for item in drawn.items:
        asked = item.card.asked(drawn.number)
        assert str(asked.question.text).split("\n")[0] in questions
        if asked.question.written:
            for part in asked.question.written:
                assert str(part.answer).split("\n")[0] in answers and str(part.answer) not in questions
                assert all(str(point.text) in answers for point in part.marking)
                assert message("self_check.points") in answers and message("self_check.points") not in questions
        else:
            assert keys.why(asked) in answers and keys.why(asked) not in questions, "the reason gives the answer away"
            assert all(line in answers for line in keys.said(asked))
    assert f"{drawn.marks:g}" in questions and drawn.name in questions and drawn.name in answers


@both_languages
def test_the_letters_of_the_key_are_those_of_the_paper(language):
    use_language(language)
    for card in {card.kind: card for card in ALL}.values():
        asked = card.asked()
        letters, printed_options = wording.letters(asked), re.findall(r"<li>(.*?)</li>", wording.asked_as_html(asked).rpartition('<ol type="A">')[2])
        if card.kind in ("choice", "several"):
            right = {html.escape(str(option.text)) for option in card.question.options if option.right}
            assert {printed_options["ABCDEFGH".index(letter)] for letter in letters} == right


# ---- Moodle -----------------------------------------------------------------------------------------------------------
# A reader of the format as Moodle documents it, which knows nothing of how the file was written.

GRADES = [0, 5, 10, 11.11111, 12.5, 14.28571, 16.66667, 20, 25, 30, 33.33333, 40, 50, 60, 66.66667, 70, 75, 80, 83.33333, 90, 100]
FORMATS = ("html", "moodle_auto_format", "plain_text", "markdown")


def moodle(data: bytes) -> list[dict]:
    root = etree.fromstring(data)
    assert root.tag == "quiz" and data.startswith(b"<?xml")
    found, category = [], ""
    for entry in root:
        assert entry.tag == "question"
        kind = entry.get("type")
        if kind == "category":
            category = entry.findtext("category/text")
            assert category.startswith("$course$/top/")
            continue
        text = entry.find("questiontext")
        assert text.get("format") in FORMATS and text.findtext("text").strip()
        read = {"kind": kind, "category": category, "name": entry.findtext("name/text"), "grade": float(entry.findtext("defaultgrade")), "text": text.findtext("text")}
        assert read["name"] and read["grade"] > 0 and category
        read["id"] = entry.findtext("idnumber")
        read.update(READERS[kind](entry))
        found.append(read)
    return found


def _answers(entry):
    return [(float(answer.get("fraction")), answer.findtext("text"), answer) for answer in entry.findall("answer")]


def _read_choice(entry):
    answers = _answers(entry)
    single = entry.findtext("single") == "true"
    assert all(any(abs(abs(fraction) - grade) < 1e-4 for grade in GRADES) for fraction, *_ in answers)
    positive = [fraction for fraction, *_ in answers if fraction > 0]
    assert len(answers) >= 2 and (positive == [100] if single else sum(positive) == pytest.approx(100, abs=1e-3))
    assert entry.findtext("answernumbering") in ("abc", "ABCD", "123", "iii", "none")
    return {"right": {_plain(text) for fraction, text, _ in answers if fraction > 0}, "all": [_plain(text) for _, text, _ in answers]}


def _read_true_false(entry):
    answers = {text: fraction for fraction, text, _ in _answers(entry)}
    assert set(answers) == {"true", "false"} and sorted(answers.values()) == [0, 100]
    return {"right": {text for text, fraction in answers.items() if fraction == 100}}


def _read_matching(entry):
    pairs = [(_plain(pair.findtext("text") or ""), pair.findtext("answer/text")) for pair in entry.findall("subquestion")]
    assert sum(bool(text) for text, _ in pairs) >= 2 and len({answer for _, answer in pairs}) >= 2 and all(answer for _, answer in pairs)
    return {"right": {pair for pair in pairs if pair[0]}}


def _read_number(entry):
    answers = _answers(entry)
    assert [fraction for fraction, *_ in answers].count(100) == 1
    for _, text, answer in answers:
        float(text), float(answer.findtext("tolerance"))
    (right,) = [(float(text), float(answer.findtext("tolerance"))) for fraction, text, answer in answers if fraction == 100]
    for fraction, text, _ in answers:
        assert fraction == 100 or abs(float(text) - right[0]) > right[1], "a known mistake is not counted as right"
    return {"right": right}


def _read_essay(entry):
    assert entry.findtext("responseformat") in ("editor", "editorfilepicker", "plain", "monospaced", "noinline")
    assert entry.findtext("graderinfo/text").strip()
    return {"right": entry.findtext("graderinfo/text")}


READERS = {"multichoice": _read_choice, "truefalse": _read_true_false, "matching": _read_matching, "numerical": _read_number, "essay": _read_essay}


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_moodle_reads_every_question_with_its_key(language):
    use_language(language)
    read = moodle(export_moodle.as_xml(ALL))
    assert len({each["id"] for each in read}) == len(read)
    by_id = {}
    for each in read:
        by_id.setdefault(each["id"].partition("/")[0], []).append(each)
    assert set(by_id) == {card.id for card in ALL}
    for card in ALL:
        question, found = card.question, by_id[card.id]
        assert len(found) == (export_moodle.VARIANTS if card.kind == "calculation" else 1)
        assert all(each["grade"] == card.marks and str(course.lesson(card.lesson).title).replace("/", "//") in each["category"] for each in found)
        if card.kind in ("choice", "several"):
            assert found[0]["right"] == {" ".join(str(option.text).split("\n")).strip() for option in question.options if option.right} or "\n" in "".join(str(o.text) for o in question.options)
        if card.kind == "calculation":
            assert [each["right"][0] for each in found] == [pytest.approx(card.asked(seed).question.key) for seed in range(1, export_moodle.VARIANTS + 1)]
        if card.kind == "ordering":
            assert {place for _, place in found[0]["right"]} == {str(place) for place in range(1, len(question.options) + 1)}


# ---- GIFT -------------------------------------------------------------------------------------------------------------


@both_languages
def test_gift_keeps_its_own_signs_and_parts_its_questions_by_empty_lines(language):
    use_language(language)
    parts = export_gift.as_text(ALL).strip().split("\n\n")
    questions = [part for part in parts if not part.startswith("$CATEGORY:")]
    assert len(questions) == len(ALL)
    for card, text in zip(ALL, questions, strict=True):
        bare = re.sub(r"\\.", "", text)
        assert bare.startswith("::") and bare.count("::") == 2 and (bare.count("{"), bare.count("}")) == (1, 1) and bare.endswith("}"), card.id
        inside = bare.partition("{")[2].rpartition("}")[0].partition("####")[0]
        if card.kind == "choice":
            assert inside.count("=") == 1 and inside.count("~") == len(card.question.options) - 1
        if card.kind in ("number", "calculation"):
            assert re.fullmatch(r"#-?[\d.e+-]+:[\d.e+-]+", inside.strip()), inside


# ---- Anki -------------------------------------------------------------------------------------------------------------


def notes_in(path, folder) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", folder)
    return dict(sqlite3.connect(folder / "collection.anki2").execute("SELECT guid, flds FROM notes"))


def test_ids_of_notes_never_change_and_languages_do_not_share_them(tmp_path):
    found = {}
    for name, language in (("one", "en"), ("two", "en"), ("zh", "zh")):
        use_language(language)
        export_anki.write(ALL[:30], tmp_path / f"{name}.apkg")
        found[name] = notes_in(tmp_path / f"{name}.apkg", tmp_path)
    assert found["one"] == found["two"] and len(found["one"]) == 30
    assert not set(found["one"]) & set(found["zh"])
    assert len(notes_in(tmp_path / "one.apkg", tmp_path)) == 30


def test_the_ids_are_those_that_were_published():
    """Learners have decks with these ids: another number would give them every card twice."""
    assert export_anki._number("model/en") == 1775475848 and export_anki._number("deck/zh/09-loyalty-economics") == 1778958229


@pytest.mark.slow
@both_languages
def test_anki_itself_takes_the_deck_in_twice_brings_notes_up_to_date_and_keeps_the_schedule(tmp_path, language, monkeypatch):
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    use_language(language)
    export_anki.write(ALL, tmp_path / "deck.apkg")
    collection = Collection(str(tmp_path / "collection.anki2"))

    def take_in(path):
        options = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=False, with_deck_configs=False)
        return collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log

    try:
        assert len(take_in(tmp_path / "deck.apkg").new) == len(ALL)
        ids = {collection.get_note(id)["Id"]: id for id in collection.find_notes("")}
        assert set(ids) == {card.id for card in ALL}
        first = ALL[0]
        (card_id,) = collection.card_ids_of_note(ids[first.id])
        collection.sched.set_due_date([card_id], "9")
        before = collection.get_card(card_id)
        front = collection.get_card(card_id).question()
        assert _plain(str(first.question.text)) in _plain(front) and str(course.lesson(first.lesson).title) in collection.decks.name(before.did)
        time.sleep(1.1)  # Anki compares notes by the second in which they were made
        monkeypatch.setattr(export_anki, "asked_as_html", lambda asked: wording.asked_as_html(asked) + "<p>mended</p>")
        export_anki.write(ALL, tmp_path / "changed.apkg")
        log = take_in(tmp_path / "changed.apkg")
        assert "mended" in collection.get_card(card_id).question()
        assert not log.new and len(collection.find_notes("")) == len(ALL)
        after = collection.get_card(card_id)
        assert (after.due, after.ivl, after.type, after.did) == (before.due, before.ivl, before.type, before.did)
    finally:
        collection.close()


# ---- the command ------------------------------------------------------------------------------------------------------


@both_languages
def test_every_export_is_written_by_the_command_and_a_folder_that_is_none_is_said(tmp_path, capsys, language, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls = {
        "sheet 9 --output out": f"out/sheet-09-loyalty-economics-{language}.html",
        "sheet 9 --output one.html": "one.html",
        "paper --seed 7 --minutes 60 --output out": f"out/paper-60-7-{language}-key.html",
        "deck deck.apkg 7": "deck.apkg",
        f"moodle crm-course-{language}.xml 7": f"crm-course-{language}.xml",
        "gift out/text.txt 8": "out/text.txt",
        "export copy.json": "copy.json",
    }
    for call, name in calls.items():
        assert cli.main(["--lang", language, "revise", *call.split()]) == 0, capsys.readouterr().err
        assert (tmp_path / name).stat().st_size > 50 and name.rpartition("/")[2] in capsys.readouterr().out
    assert json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))["version"] == 1
    assert not list(tmp_path.rglob("*.part"))
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for call in ("sheet 9 --output file/x", "deck file/x.apkg", "moodle file/x.xml", "export file/x.json", "import nothing.json", "import", "sheet 99", "deck 99"):
        assert cli.main(["--lang", language, "revise", *call.split()]) == 1, call
        said = capsys.readouterr().err
        assert said.strip() and "Traceback" not in said
    assert message("revision.import_what") != ""
