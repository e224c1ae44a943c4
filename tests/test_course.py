"""The course's data is complete in both languages and leads nowhere wrong; a broken file is refused helpfully."""

import csv
import pickle
import re
from typing import get_args

import pytest

from crmlib import calculations, course, language, toml
from crmlib.check.reading import as_label
from crmlib.course import CourseError, files
from crmlib.course.fields import Unit
from crmlib.language import LANGUAGES, Text, glossary, use_language
from tests.support.catalogue import every
from tests.support.wording import forms_avoided, half_width

LESSONS = course.lessons()
STEMS = [each.stem for each in LESSONS]
POINTS = course.all_points()
EXERCISES = [exercise for stem in STEMS for exercise in course.exercises(stem)]
QUESTIONS = [question for stem in STEMS for question in course.questions(stem)]


# ---- what is there -----------------------------------------------------------------------------------------------


def test_there_are_ten_lessons_in_order_with_both_languages():
    assert [each.number for each in LESSONS] == list(range(1, 11))
    assert len({each.stem for each in LESSONS}) == len({each.module for each in LESSONS}) == 10
    for each in LESSONS:
        assert each.stem[3:].replace("-", "_").startswith(each.module) and each.module.isidentifier()
        assert 20 <= each.minutes <= 240
        assert course.lesson(each.stem) is each
        for code in LANGUAGES:
            assert each.notebook(code).parent.name == code and each.assignment(code).parts[-2] == each.stem


def test_every_point_is_at_home_in_one_lesson():
    assert sum(len(course.points(stem)) for stem in STEMS) == len(POINTS) > 160
    assert all(course.points(stem) for stem in STEMS)
    assert all(point.lesson == stem for stem in STEMS for point in course.points(stem))
    assert all(course.point(id).id == id and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) for id in POINTS)


def test_the_number_of_points_is_stated_from_the_data():
    for readme in ("README.md", "README.zh-CN.md"):
        stated = re.findall(r"(\d+)(?: exam points|个考点)", (course.ROOT / readme).read_text(encoding="utf-8"))
        assert set(stated) == {str(len(POINTS))}, f"{readme}: the course has {len(POINTS)} exam points; write that number"
    for path in (course.ROOT / "notebooks").glob("*/*.ipynb"):
        assert not re.search(r"1[67]\d(?: exam points|个考点)", path.read_text(encoding="utf-8")), f"{path}: show the number, do not write it"


@every("stem", STEMS)
def test_the_points_of_a_lesson_come_in_the_order_of_its_file(stem):
    text = (course.COURSE / "points" / f"{stem}.toml").read_text(encoding="utf-8")
    assert [point.id for point in course.points(stem)] == re.findall(r'(?m)^id = "(.*)"$', text)


def texts_of_points():
    for point in POINTS.values():
        yield f"{point.id}: term", point.term
        yield f"{point.id}: statement", point.statement
        yield f"{point.id}: evidence_note", point.evidence_note
        yield f"{point.id}: sheet", point.sheet
        yield from ((f"{point.id}: item {place}", item) for place, item in enumerate(point.items, start=1))


def texts_of_lessons():
    for each in LESSONS:
        yield f"{each.stem}: title", each.title
        yield f"{each.stem}: question", each.question


def texts_of_exercises():
    for exercise in EXERCISES:
        yield f"{exercise.number}: title", exercise.title
        yield from ((f"{exercise.number}/{id}", wrong.text) for id, wrong in exercise.misconceptions.items())
        yield from ((f"{exercise.number}/{name}/{option.id}", option.text) for name, options in exercise.options.items() for option in options)


def texts_of_questions():
    for question in QUESTIONS:
        yield f"{question.id}: text", question.text
        yield from ((f"{question.id}: {name}", text) for name, text in (("why", question.why), ("hint", question.hint)) if text)
        yield from ((f"{question.id}: wrong {wrong.answer:g}", wrong.why) for wrong in question.wrong if wrong.why)
        for asked in question.written:
            yield from ((f"{question.id}: in writing", text) for text in (asked.text, asked.answer, *(point.text for point in asked.marking)))
        for option in question.options:
            yield f"{question.id}/{option.id}: text", option.text
            if option.why:  # in a matching or an ordering an option needs none
                yield f"{question.id}/{option.id}: why", option.why
        yield from ((f"{question.id}: pair", text) for pair in question.pairs for text in (pair.text, pair.why))
        yield from ((f"{question.id}: item", item.text) for item in question.items)


TEXTS = {"points": texts_of_points, "lessons": texts_of_lessons, "exercises": texts_of_exercises, "questions": texts_of_questions}
# The same in both languages: signs, numbers, brands that keep their Latin letters.
SAME_IN_BOTH = re.compile(r"[\W\d_a-zA-Z]+")


@every("room", TEXTS)
def test_every_text_is_there_in_both_languages_and_in_its_own_script(room):
    for where, text in TEXTS[room]():
        assert isinstance(text, Text) and text.en.strip() and text.zh.strip(), where
        assert text.en == text.en.strip() and text.zh == text.zh.strip(), where
        assert re.search("[\u4e00-\u9fff]", text.zh) or (room in ("questions", "exercises", "points") and SAME_IN_BOTH.fullmatch(text.zh)), (where, text.zh)


@pytest.mark.parametrize("room", TEXTS)
def test_chinese_texts_have_chinese_punctuation(room):
    assert [(where, found) for where, text in TEXTS[room]() for form in (text.zh, text.zh_hant) if (found := half_width(form))] == []


@pytest.mark.parametrize("room", TEXTS)
def test_no_text_uses_a_form_that_the_glossary_avoids(room):
    texts = [(where, form) for where, text in TEXTS[room]() for form in (text.en, text.zh)]
    if forms_avoided("\n".join(form for _, form in texts)):  # looked for in all of them at once, and only what is there in each
        assert [(where, found) for where, form in texts if (found := forms_avoided(form))] == []


# Counts that are not the number of items, and why.
COUNTED_OTHERWISE = {
    ("customer-relationship-definition", "bonds"): "4 bonds and 5 indicators are 9 items",
    ("customer-relationship-definition", "indicators"): "4 bonds and 5 indicators are 9 items",
    ("valuable-customer-criteria", "strategic"): "5 + 2 + 2",
    ("valuable-customer-criteria", "importance"): "5 + 2 + 2",
    ("valuable-customer-criteria", "profitability"): "5 + 2 + 2",
    ("customer-management-contents", "core"): "4 core and 3 additional tasks are 7 items",
    ("customer-management-contents", "additional"): "4 core and 3 additional tasks are 7 items",
    ("four-c-crm-model", "elements_in_name"): "of four only one can still be read",
    ("holbrook-eight-values", "dimensions"): "three dimensions make eight values",
    ("relationship-types-volume-loyalty", "dimensions"): "two dimensions make four types",
    ("rm-essential-characteristics", "items_usual"): "of five only two can still be read",
    ("service-marketing-core-ideas", "version_a"): "two versions of the list, 3 + 4",
    ("service-marketing-core-ideas", "version_b"): "two versions of the list, 3 + 4",
    ("porter-value-chain", "primary"): "5 primary and 3 support activities",
    ("porter-value-chain", "support_in_source"): "5 primary and 3 support activities",
    ("porter-value-chain", "support_in_porter"): "Porter has one more than the source",
    ("expectation-formation-process", "influenceable"): "which steps, not how many",
    ("customer-satisfaction-survey", "tools_in_source"): "the survey is one of these tools; the items say what belongs to it",
    ("customer-satisfaction-survey", "tools_in_kotler"): "the survey is one of these tools; the items say what belongs to it",
    ("loyalty-benefits", "total"): "of four only three can still be read",
    ("loyalty-acquisition", "sides"): "two sides with several items each",
    ("loyalty-acquisition", "customer_items"): "four of the seven items are the customer's side",
    ("customer-pyramid", "tiers_source004"): "source 004 has three tiers, source 000 four",
    ("buick-case", "service_brands"): "a fact of the case",
    ("buick-case", "experience_stages"): "a fact of the case",
    ("returning-customer-reasons", "order"): "names the reasons in their order",
    ("marketing-role-in-satisfaction", "items"): "three roles; the other items are the source's reasons for them",
    ("how-marketing-improves-satisfaction", "items"): "four ways; the other items are the source's means",
    ("raising-perceived-value", "techniques"): "two techniques; the third item says why they are needed",
}
SUMS = {
    "customer-relationship-definition": ("bonds", "indicators"),
    "valuable-customer-criteria": ("strategic", "importance", "profitability"),
    "customer-management-contents": ("core", "additional"),
    "service-marketing-core-ideas": ("version_a", "version_b"),
    "porter-value-chain": ("primary", "support_in_source"),
}
COUNTS = (
    "items items_visible items_usual elements types stages steps rows relations signs fields version_a version_b hearts functions components "
    "points primary support_in_source support_in_porter threshold_steps memories techniques factors methods decisions tools_in_source "
    "tools_in_kotler questions channels service_brands experience_stages visible total sides customer_items parts extra_reasons drivers "
    "tiers_source000 tiers_source004 strategies purposes bonds indicators strategic importance profitability core additional sections "
    "elements_in_name maximised_outcomes dimensions influenceable order"
).split()


def test_every_count_among_the_figures_agrees_with_the_items():
    differing = {
        (point.id, name): (value, len(point.items))
        for point in POINTS.values()
        for name, value in point.figures.items()
        if name in COUNTS and point.items and value != len(point.items)
    }
    assert {where: found for where, found in differing.items() if where not in COUNTED_OTHERWISE} == {}
    assert set(COUNTED_OTHERWISE) - set(differing) == set(), "exceptions that are none any more"


@every("id", SUMS)
def test_counts_of_parts_add_up_to_the_items(id):
    point = course.point(id)
    assert sum(point.figures[name] for name in SUMS[id]) == len(point.items)


def test_numbered_statements_have_as_many_numbers_as_items():
    numbered = 0
    for point in POINTS.values():
        english = [int(found) for found in re.findall(r"(?<!\w)\((\d)\) ", point.statement.en)]
        if english == list(range(1, len(point.items) + 1)) and english:
            numbered += 1
            chinese = ["①②③④⑤⑥⑦⑧⑨".index(sign) + 1 for sign in re.findall("[①-⑨]", point.statement.zh)]
            assert chinese in (english, []), point.id
    assert numbered >= 10


def test_what_a_sheet_gives_to_learn_is_short_and_names_no_document():
    for point in POINTS.values():
        assert len(point.sheet.en.split()) <= 45, f"{point.id}: write a shorter sheet.en"
        assert len(point.sheet.zh) <= 105, f"{point.id}: write a shorter sheet.zh"
        for text in (point.sheet, point.statement):
            assert not re.search("[Ss]ources? 0|the source|资料0|原文", text.en + text.zh), f"{point.id}: which document says it belongs into evidence_note"


# ---- links -------------------------------------------------------------------------------------------------------


def test_no_link_in_the_data_leads_nowhere():
    assert course.check_links() == []


def test_references_are_unique_and_say_how_far_they_were_seen():
    with (course.COURSE / "references.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == list(course.references())
    assert len({(row["authors"], row["year"], row["title"]) for row in rows}) == len(rows)
    assert all(None not in row and row["title"].strip() and row["checked"].strip() for row in rows)


def test_every_author_with_a_chinese_name_has_a_work_in_the_references():
    with (course.COURSE / "authors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cited = {author.split(",")[0].strip() for work in course.references().values() for author in work.authors.split(";")}
    assert len(rows) == len(course.authors()) == len(set(course.authors().values()))
    assert [row["name"] for row in rows] == sorted(course.authors())
    assert set(course.authors()) <= cited
    assert all(re.fullmatch("[\u4e00-\u9fff]+", row["zh"]) for row in rows)


@every("stem", STEMS)
def test_exercises_practice_items_and_questions_are_numbered_after_their_lesson(stem):
    number = str(course.lesson(stem).number)
    for exercise in course.exercises(stem):
        assert exercise.number.split(".")[0] == number
        assert course.exercise(exercise.number) is exercise
        for item in exercise.practice:
            assert re.fullmatch(re.escape(exercise.number) + "[a-z]", item.id)
            assert course.practice_item(item.id) == (exercise, item)
    for question in course.questions(stem):
        assert POINTS[question.point].lesson == stem, question.id


def test_questions_are_unique_and_have_a_key():
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        right = [option.id for option in question.options if option.right]
        if question.kind == "number":
            assert isinstance(question.key, (int, float)) and not question.options, question.id
        elif question.kind in ("choice", "several"):
            assert len(question.options) > len(right) >= 1 and (len(right) == 1 or question.kind == "several"), question.id
            assert len({str(option.text.in_language(code)) for option in question.options for code in ["en"]}) == len(question.options), question.id


def test_no_two_options_of_a_set_read_alike():
    for exercise in EXERCISES:
        for name, options in exercise.options.items():
            meant = {}
            for option in options:
                for form in (option.id, *option.text.forms, *option.also):
                    assert meant.setdefault(as_label(form), option.id) == option.id, (exercise.number, name, form)


# ---- glossary ----------------------------------------------------------------------------------------------------


def test_every_row_of_the_glossary_is_complete_and_its_key_unique():
    with language.GLOSSARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["term"] for row in rows] == list(glossary())
    for row in rows:
        assert list(row) == ["term", "en", "zh-Hans", "pinyin", "zh-Hant", "symbol", "unit", "also", "forms_to_avoid"] and None not in row.values(), row
        assert re.fullmatch("[a-z][a-z0-9_]*", row["term"])
        assert all(row[column].strip() == row[column] != "" for column in ("en", "zh-Hans", "pinyin", "zh-Hant")), row
        assert re.search("[\u4e00-\u9fff]", row["zh-Hans"]) and re.search("[\u4e00-\u9fff]", row["zh-Hant"]), row


def test_every_term_of_the_glossary_has_words_of_its_own():
    for forms in ("en", "zh", "zh_hant"):
        words = [getattr(term.text, forms).casefold() for term in glossary().values()]
        assert sorted(set(words)) == sorted(words)


def test_no_form_to_avoid_is_the_preferred_form_of_any_term():
    preferred = {form.casefold() for term in glossary().values() for form in term.text.forms}
    assert [(term.key, form) for term in glossary().values() for form in term.forms_to_avoid if form.casefold() in preferred] == []


def test_one_letter_means_one_thing_in_the_whole_course():
    symbols = [term.symbol for term in glossary().values() if term.symbol]
    assert sorted({symbol for symbol in symbols if symbols.count(symbol) > 1}) == []


def test_the_pinyin_of_a_term_has_a_syllable_for_each_character():
    for term in glossary().values():
        hanzi = len(re.findall("[\u4e00-\u9fff]", term.text.zh))
        vowels = re.findall("[aeiouü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][aeiouü]*|\\bde\\b", term.pinyin)
        assert len(vowels) == hanzi, (term.key, term.text.zh, term.pinyin)


def test_a_name_a_term_has_elsewhere_is_neither_its_own_nor_one_to_avoid():
    avoided = {form.casefold() for term in glossary().values() for form in term.forms_to_avoid}
    for term in glossary().values():
        assert not {form.casefold() for form in term.also} & ({form.casefold() for form in term.text.forms} | avoided), term.key


def test_no_form_to_avoid_stands_twice():
    avoided = [form.casefold() for term in glossary().values() for form in term.forms_to_avoid]
    assert sorted({form for form in avoided if avoided.count(form) > 1}) == []


# ---- broken files ------------------------------------------------------------------------------------------------

CACHES = (course.lessons, course.points, course.all_points, course.exercises, course.questions, course.lesson_questions, course.references)
NINE = "points/09-loyalty-economics.toml"
EXERCISE = "exercises/09-loyalty-economics.toml"
QUESTION = "questions/09-loyalty-economics.toml"
ASKED = """
[[question]]
id = "09-x"
point = "clv-definition"
kind = "choice"
text = { en = "Which?", zh = "哪一个？" }
why = { en = "So.", zh = "如此。" }
option = [
  { id = "a", right = true, text = { en = "this", zh = "这个" }, why = { en = "Yes.", zh = "对。" } },
  { id = "b", text = { en = "that", zh = "那个" }, why = { en = "No.", zh = "不对。" } },
]
"""

WRITTEN = """
[[question]]
id = "09-y"
point = "clv-definition"
kind = "short"
level = "understand"
marks = 3
text = { en = "Why?", zh = "为什么？" }
answer = { en = "Because.", zh = "因为如此。" }
marking = [
  { marks = 2, text = { en = "the reason", zh = "原因" } },
  { marks = 1, text = { en = "an example", zh = "例子" } },
]
[[question]]
id = "09-z"
point = "clv-definition"
kind = "case"
text = { en = "A shop.", zh = "某商店。" }
  [[question.part]]
  marks = 2.5
  text = { en = "What is it worth?", zh = "它值多少？" }
  answer = { en = "Much.", zh = "很多。" }
  marking = [{ marks = 2.5, text = { en = "the worth", zh = "价值" } }]
[[question]]
id = "09-n"
point = "clv-definition"
kind = "number"
key = 50
text = { en = "How many?", zh = "多少？" }
why = { en = "So many.", zh = "这么多。" }
hint = { en = "Divide.", zh = "用除法。" }
wrong = [
  { answer = 0.02, misconception = "9.1/multiplied" },
  { answer = 100, why = { en = "That is twice.", zh = "那是两倍。" } },
]
"""

ARRANGED = """
[[question]]
id = "09-t"
point = "clv-definition"
points = ["customer-acquisition-cost"]
kind = "true_false"
difficulty = 2
holds = false
text = { en = "So it is.", zh = "是这样。" }
why = { en = "It is not.", zh = "不是。" }
option = [
  { id = "a", right = true, text = { en = "this", zh = "这个" }, why = { en = "Yes.", zh = "对。" } },
  { id = "b", text = { en = "that", zh = "那个" }, why = { en = "Not so.", zh = "不对。" } },
]
[[question]]
id = "09-m"
point = "clv-definition"
kind = "matching"
text = { en = "Match.", zh = "配对。" }
why = { en = "So.", zh = "如此。" }
option = [{ id = "a", text = { en = "one", zh = "一" } }, { id = "b", text = { en = "two", zh = "二" } }]
pair = [
  { match = "a", text = { en = "left", zh = "左" }, why = { en = "One.", zh = "一。" } },
  { match = "b", text = { en = "right", zh = "右" }, why = { en = "Two.", zh = "二。" } },
]
[[question]]
id = "09-o"
point = "clv-definition"
kind = "ordering"
text = { en = "Order.", zh = "排序。" }
why = { en = "So.", zh = "如此。" }
option = [{ id = "a", text = { en = "1st", zh = "甲" } }, { id = "b", text = { en = "2nd", zh = "乙" } }, { id = "c", text = { en = "3rd", zh = "丙" } }]
[[question]]
id = "09-l"
point = "clv-definition"
kind = "list"
count = 2
text = { en = "Name two.", zh = "写出两项。" }
why = { en = "So.", zh = "如此。" }
item = [{ text = { en = "red", zh = "红" }, also = ["scarlet"] }, { text = { en = "blue", zh = "蓝" } }, { text = { en = "green", zh = "绿" }, terms = ["discount_rate"] }]
"""
COMPUTED = """
[[question]]
id = "09-c"
point = "clv-definition"
kind = "calculation"
text = { en = "Divide {cost} by {rate}.", zh = "{cost}除以{rate}。" }
why = { en = "It is {answer}.", zh = "得{answer}。" }
decimals = 1
formula = "quotient"
arguments = { of = "cost", by = "rate" }
require = ["cost > rate"]
steps.half = { formula = "product", arguments = { of = ["cost", 0.5] } }
mistakes = [{ formula = "product", arguments = { of = ["cost", "rate"] }, misconception = "9.1/multiplied" }]
[question.parameters]
cost = { least = 2, most = 9, step = 0.5 }
rate = { values = [0.1, 0.2], show = "percent" }
"""
CALCULATION = "calculations/09-loyalty-economics.toml"


def forget():
    for cache in CACHES:
        cache.cache_clear()


def read_once(file, read=toml.read, kept={}):  # noqa: B006 (kept for all tests: each breaks one file of many, and the others are the same every time)
    """A file's tables as they are read, from memory where a file of the same content was read before."""
    content = file.read_bytes()
    if content not in kept:
        kept[content] = pickle.dumps(read(file))
    return pickle.loads(kept[content])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """Two lessons of the course in a folder of their own, and what its files hold."""
    folder = tmp_path_factory.mktemp("broken") / "course"
    content = {file: (course.COURSE / file).read_bytes() for file in (NINE, EXERCISE, "points/01-foundations.toml", "references.csv")}
    content |= {QUESTION: (ASKED + WRITTEN + ARRANGED).encode(), CALCULATION: COMPUTED.encode()}
    entries = (course.COURSE / "lessons.toml").read_text(encoding="utf-8").split("[[lesson]]")
    content["lessons.toml"] = "".join(f"[[lesson]]{entry}" for entry in entries if '"01-' in entry or '"09-' in entry).encode()
    for file, text in content.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(text)
    return folder, content


@pytest.fixture
def copied(unbroken, monkeypatch):
    """A copy of two lessons of the course that a test may break; afterwards it is whole again, which costs less than a new one."""
    folder, content = unbroken
    monkeypatch.setattr(files, "COURSE", folder)
    monkeypatch.setattr(toml, "read", read_once)
    forget()
    yield folder
    forget()
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for file in there.keys() - content.keys():
        there[file].unlink()
    for file, text in content.items():
        if file not in there or there[file].read_bytes() != text:
            (folder / file).write_bytes(text)


def change(file, old, new):
    def breaking(folder):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, "the test no longer fits the data"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return breaking


def line(number, text, file=QUESTION):
    """A line of the first question written otherwise."""

    def breaking(folder):
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        lines[number - 1] = text
        (folder / file).write_text("\n".join(lines), encoding="utf-8")

    return breaking


def append(file, text):
    return lambda folder: (folder / file).write_text((folder / file).read_text(encoding="utf-8") + text, encoding="utf-8")


def remove(file):
    return lambda folder: (folder / file).unlink()


def write(file, content):
    return lambda folder: (folder / file).write_bytes(content)


def read_all():
    """Read every file of the course, links included."""
    course.all_points()
    for each in course.lessons():
        course.exercises(each.stem)
        for question in course.questions(each.stem):
            if question.kind == "calculation":
                calculations.drawn(question, 1)
    course.references()
    broken = course.check_links()
    if broken:
        raise CourseError("\n".join(broken))


BROKEN = {
    "an id twice in one lesson": (
        change(NINE, 'id = "clv-definition"', 'id = "customer-relationship-value-five"'),
        NINE,
        "customer-relationship-value-five",
        "another id",
    ),
    "an id twice in two lessons": (change(NINE, 'id = "clv-definition"', 'id = "marketing-definition"'), NINE, "marketing-definition", "another id"),
    "a language missing": (change(NINE, "statement.zh = ", "statement.de = "), NINE, "customer-relationship-value-five", "needs en and zh"),
    "a language empty": (
        change(NINE, 'term.zh = "企业衡量客户关系价值的五个方面"', 'term.zh = " "'),
        NINE,
        "customer-relationship-value-five",
        '"term" has no text in "zh"',
    ),
    "a third language": (
        change(NINE, 'term.zh = "企业', 'term.fr = "cinq"\nterm.zh = "企业'),
        NINE,
        "customer-relationship-value-five",
        "there are term.en, term.zh",
    ),
    "an item without Chinese": (change(NINE, ', zh = "获利能力和现金流" }', " }"), NINE, "customer-relationship-value-five", '"items" has no text in "zh"'),
    "a text beside its languages": (change(NINE, 'evidence_note.en = "The list', 'evidence_note = "The list'), NINE, "customer-relationship-value-five", "a second time"),
    "an unknown kind": (change(NINE, 'kind = "list"', 'kind = "poem"'), NINE, "customer-relationship-value-five", "only definition, list,"),
    "an unknown evidence": (change(NINE, 'evidence = "known"', 'evidence = "hearsay"'), NINE, "customer-relationship-value-five", "only verified, known,"),
    "a field missing": (
        change(NINE, 'literature = "Wilson', 'litterature = "Wilson'),
        NINE,
        "customer-relationship-value-five",
        '"literature" is missing or empty',
    ),
    "an id missing": (change(NINE, 'id = "customer-relationship-value-five"\n', ""), NINE, "point 1", '"id" is missing'),
    "sources missing": (change(NINE, 'sources = ["000"]\n', ""), NINE, "customer-relationship-value-five", '"sources" is missing'),
    "no points file": (remove(NINE), NINE, "missing", f"git checkout -- course/{NINE}"),
    "no lessons file": (remove("lessons.toml"), "lessons.toml", "missing", "git checkout"),
    "an empty points file": (write(NINE, b""), NINE, "[[point]]", "Write [[point]] above each entry"),
    "a heading misspelt": (write(QUESTION, ASKED.replace("[[question]]", "[[questions]]").encode()), QUESTION, "[[question]]", "misspelt"),
    "single brackets": (write(QUESTION, ASKED.replace("[[question]]", "[question]").encode()), QUESTION, "[[question]]", "double brackets"),
    "a list of words": (write(QUESTION, b'question = ["a"]'), QUESTION, "question 1", '"kind" is missing'),
    "minutes in words": (change("lessons.toml", "minutes = 55", 'minutes = "an hour"'), "lessons.toml", "01-foundations", "mend it"),
    "an unknown glossary term": (
        change(NINE, 'glossary = ["relationship_value"]', 'glossary = ["relation_value"]'),
        NINE,
        "relation_value",
        "course/glossary.csv",
    ),
    "an unknown reference": (change(NINE, 'references = ["walter', 'references = ["wlater'), NINE, "wlater", "course/references.csv"),
    "an unknown source": (change(NINE, 'sources = ["000"]', 'sources = ["999"]'), NINE, "source-999", "course/references.csv"),
    "an unknown point of an exercise": (
        change(EXERCISE, 'points = ["customer-acquisition-cost"', 'points = ["customer-acquisition"'),
        EXERCISE,
        '"customer-acquisition"',
        "course/points/",
    ),
    "an unknown point to read": (change(EXERCISE, 'read = "customer-acquisition-cost"', 'read = "nothing"'), EXERCISE, '"nothing"', "course/points/"),
    "an unknown point of a question": (change(QUESTION, 'point = "clv-definition"', 'point = "clv"'), QUESTION, '"clv"', "course/points/"),
    "an unknown misconception": (
        change(EXERCISE, 'answer = 0.005, misconception = "multiplied"', 'answer = 0.005, misconception = "guessed"'),
        EXERCISE,
        '"guessed"',
        "Define it there",
    ),
    "a wrong answer without answer": (change(EXERCISE, "{ answer = 0.005, misc", "{ misc"), EXERCISE, "9.1a", '"answer" is missing'),
    "a misconception twice": (change(EXERCISE, 'id = "per-cent-as-one"', 'id = "multiplied"'), EXERCISE, '"multiplied"', "another id"),
    "an exercise twice": (change(EXERCISE, 'number = "9.2"', 'number = "9.1"'), EXERCISE, '"9.1"', "another id"),
    "a practice item twice": (change(EXERCISE, 'id = "9.1b"', 'id = "9.1a"'), EXERCISE, '"9.1a"', "another id"),
    "an unknown kind of practice": (change(EXERCISE, 'kind = "number"', 'kind = "guess"'), EXERCISE, "9.1a", "only number, numbers,"),
    "a practice item without key": (change(EXERCISE, "  key = 50\n", ""), EXERCISE, "9.1a", '"key" is missing'),
    "a tolerance in words": (change(EXERCISE, "relative = 0.015", 'relative = "some"'), EXERCISE, "9.3a", "mend it"),
    "a set of options that is not there": (change(EXERCISE, 'options = "model"', 'options = "models"'), EXERCISE, '"models"', "correct the name"),
    "no set of options": (change(EXERCISE, '  options = "model"\n', ""), EXERCISE, "9.7a", "correct the name"),
    "a key that is no option": (change(EXERCISE, 'key = "discount_and_cost"', 'key = "discount"'), EXERCISE, '"discount"', "correct the name"),
    "an option without Chinese": (change(EXERCISE, ', zh = "边际贡献÷（1−维持率）" }', " }"), EXERCISE, "lifetime_only", "needs en and zh"),
    "a question without a right option": (change(QUESTION, "right = true, ", ""), QUESTION, "09-x", "exactly one right option"),
    "a question with two right options": (change(QUESTION, 'id = "b", ', 'id = "b", right = true, '), QUESTION, "09-x", "exactly one right option"),
    "a number question without a number": (change(QUESTION, "key = 50\n", ""), QUESTION, "09-n", "key = …"),
    "a number question with options": (change(QUESTION, 'kind = "choice"', 'kind = "number"'), QUESTION, "09-x", 'has no field "option"'),
    "an unknown kind of question": (change(QUESTION, 'kind = "choice"', 'kind = "riddle"'), QUESTION, "09-x", "only choice, several, true_false"),
    "a field that is none": (change(QUESTION, "hint = {", "hints = {"), QUESTION, '"hints"', "there are difficulty, hint, id,"),
    "a level that is none": (change(QUESTION, '"understand"', '"know"'), QUESTION, "09-y", "only recall, understand, apply, judge"),
    "a hint in one language": (change(QUESTION, ', zh = "用除法。"', ""), QUESTION, "09-n", "needs en and zh"),
    "a short answer without marking points": (
        change(
            QUESTION,
            'marking = [\n  { marks = 2, text = { en = "the reason", zh = "原因" } },\n  { marks = 1, text = { en = "an example", zh = "例子" } },\n',
            "marking = [\n",
        ),
        QUESTION,
        "09-y",
        "[[question.marking]]",
    ),
    "marks that do not add up": (change(QUESTION, "marks = 3", "marks = 4"), QUESTION, "09-y", "add up to 3"),
    "marks of a part that do not add up": (change(QUESTION, "{ marks = 2.5", "{ marks = 2"), QUESTION, "09-z", "add up to 2"),
    "marks in words": (change(QUESTION, "marks = 3", 'marks = "three"'), QUESTION, "09-y", "a number above 0"),
    "a short answer without model answer": (change(QUESTION, 'answer = { en = "Because.", zh = "因为如此。" }\n', ""), QUESTION, "09-y", '"answer" is missing'),
    "a case that asks nothing": (
        change(QUESTION, WRITTEN[WRITTEN.index("  [[question.part]]") : WRITTEN.index('[[question]]\nid = "09-n"')], ""),
        QUESTION,
        "09-z",
        "[[question.part]]",
    ),
    "a wrong number without a reason": (change(QUESTION, ', misconception = "9.1/multiplied"', ""), QUESTION, "0.02", "needs one reason"),
    "a wrong number that is right": (change(QUESTION, "answer = 100", "answer = 50.1"), QUESTION, "50.1", "would be marked right"),
    "a wrong number in words": (change(QUESTION, "answer = 100", 'answer = "many"'), QUESTION, "09-n", "mend it"),
    "a misconception that no exercise has": (change(QUESTION, "9.1/multiplied", "9.1/guessed"), QUESTION, "9.1/guessed", "course/exercises/"),
    "an option twice": (change(QUESTION, 'id = "b"', 'id = "a"'), QUESTION, '"a"', "another id"),
    "a question twice": (append(QUESTION, ASKED), QUESTION, "09-x", "another id"),
    "an option without a reason": (change(QUESTION, ', why = { en = "No.", zh = "不对。" }', ""), QUESTION, '"09-x/b"', '"why" is missing'),
    "points of a lesson that is none": (write("points/11-more.toml", b""), "points/11-more.toml", "11-more", "course/lessons.toml"),
    "questions of a lesson that is none": (write("questions/9-loyalty.toml", b""), "questions/9-loyalty.toml", "9-loyalty", "course/lessons.toml"),
    "no references": (remove("references.csv"), "references.csv", "missing", "git checkout"),
    "a reference twice": (append("references.csv", "berger-nasr-1998,A,1998,T,C,recalled\n"), "references.csv", "berger-nasr-1998", "another id"),
    "a comma too many": (append("references.csv", "new-2000,A,2000,T,C,recalled,more\n"), "references.csv", "new-2000", "mend it"),
    "references in another encoding": (write("references.csv", "id,authors\nx,客户".encode("gb18030")), "references.csv", "utf-8", "mend it"),
}
BROKEN |= {
    "a statement that neither holds nor not": (change(QUESTION, "holds = false\n", ""), QUESTION, "09-t", "holds = true or holds = false"),
    "a statement that holds perhaps": (change(QUESTION, "holds = false", 'holds = "no"'), QUESTION, "09-t", '"holds" is "no", but must be true or false'),
    "a statement with two reasons": (change(QUESTION, '{ id = "b", text = { en = "that", zh = "那个" }, why = { en = "Not', '{ id = "b", right = true, text = { en = "that", zh = "那个" }, why = { en = "Not'), QUESTION, "09-t", "exactly one right"),
    "a pair that matches nothing": (change(QUESTION, 'match = "b"', 'match = "z"'), QUESTION, "09-m", '"match" the id of an option'),
    "a pair without a reason": (change(QUESTION, ', why = { en = "One.", zh = "一。" }', ""), QUESTION, "09-m", '"why" is missing'),
    "a matching with a right option": (change(QUESTION, '{ id = "a", text = { en = "one"', '{ id = "a", right = true, text = { en = "one"'), QUESTION, "09-m", "without right"),
    "an order of two": (change(QUESTION, ', { id = "c", text = { en = "3rd", zh = "丙" } }', ""), QUESTION, "09-o", "at least three"),
    "a list that asks for more than there is": (change(QUESTION, "count = 2", "count = 4"), QUESTION, "09-l", "count from 2 to their number"),
    "a list with a count in words": (change(QUESTION, "count = 2", 'count = "two"'), QUESTION, "09-l", '"count" is "two", but must be a whole number'),
    "other wordings as one text": (change(QUESTION, 'also = ["scarlet"]', 'also = "scarlet"'), QUESTION, "09-l", '"also" is "scarlet", but must be a list'),
    "a glossary term that is none": (change(QUESTION, 'terms = ["discount_rate"]', 'terms = ["discount"]'), QUESTION, '"discount"', "course/glossary.csv"),
    "a further point that is none": (change(QUESTION, 'points = ["customer-acquisition-cost"]', 'points = ["customer"]'), QUESTION, '"customer"', "course/points/"),
    "a difficulty that is none": (change(QUESTION, "difficulty = 2", "difficulty = 4"), QUESTION, "09-t", '"difficulty" is 4, but only 1, 2, 3'),
    "a difficulty in words": (change(QUESTION, "difficulty = 2", 'difficulty = "hard"'), QUESTION, "09-t", "only 1, 2, 3"),
    "a question in a lesson, in words": (change(QUESTION, "difficulty = 2", 'in_lesson = "yes"'), QUESTION, "09-t", "true or false"),
    "a field of another kind": (change(QUESTION, "holds = false", "holds = false\nkey = 3"), QUESTION, "09-t", 'has no field "key"'),
    "a calculation without mistakes": (change(CALCULATION, 'mistakes = [{ formula = "product", arguments = { of = ["cost", "rate"] }, misconception = "9.1/multiplied" }]', "mistakes = []"), CALCULATION, "09-c", "at least one entry in mistakes"),
    "a calculation without a formula": (change(CALCULATION, 'formula = "quotient"\n', ""), CALCULATION, "09-c", '"formula" is missing'),
    "a formula that nobody knows": (change(CALCULATION, 'formula = "quotient"', 'formula = "__import__"'), CALCULATION, '"__import__"', "crmlib/calculations/formulas.py"),
    "a step that nobody knows": (change(CALCULATION, 'formula = "product", arguments = { of = ["cost", 0.5] }', 'formula = "os.system", arguments = { of = 1 }'), CALCULATION, '"os.system"', "crmlib/calculations/formulas.py"),
    "a calculation's mistake that no exercise has": (change(CALCULATION, "9.1/multiplied", "9.1/guessed"), CALCULATION, "9.1/guessed", "course/exercises/"),
    "a calculation's mistake without a reason": (change(CALCULATION, ', misconception = "9.1/multiplied"', ""), CALCULATION, "09-c", "needs one reason"),
    "a blank that is no number": (change(CALCULATION, "Divide {cost}", "Divide {price}"), CALCULATION, "{price}", "cost"),
    "a blank that is not closed": (change(CALCULATION, "Divide {cost}", "Divide {cost"), CALCULATION, "09-c", '"text"'),
    "a comparison of three": (change(CALCULATION, '"cost > rate"', '"cost > rate > 0"'), CALCULATION, "09-c", '"cost > rate > 0"'),
    "a comparison with an unknown": (change(CALCULATION, '"cost > rate"', '"cost > price"'), CALCULATION, "09-c", '"cost > price"'),
    "a parameter half ranged": (change(CALCULATION, ", step = 0.5", ""), CALCULATION, "09-c/parameters.cost", "least, most and step"),
    "a parameter with a range and values": (change(CALCULATION, "values = [0.1, 0.2]", "values = [0.1, 0.2], least = 1"), CALCULATION, "09-c/parameters.rate", "least, most and step"),
    "a parameter that cannot vary": (change(CALCULATION, "values = [0.1, 0.2]", "values = [0.1]"), CALCULATION, "09-c/parameters.rate", "fewer than two"),
    "a parameter with words": (change(CALCULATION, "values = [0.1, 0.2]", 'values = ["a", "b"]'), CALCULATION, "09-c/parameters.rate", "a list of numbers"),
    "a step of nothing": (change(CALCULATION, "step = 0.5", "step = 0"), CALCULATION, "09-c/parameters.cost", "above 0"),
    "parameters in a list": (change(CALCULATION, "[question.parameters]\ncost = { least = 2, most = 9, step = 0.5 }\nrate = { values = [0.1, 0.2], show = \"percent\" }", "parameters = [1, 2]"), CALCULATION, "09-c", "named tables"),
    "a way to show that is none": (change(CALCULATION, 'show = "percent"', 'show = "permille"'), CALCULATION, "09-c/parameters.rate", "only number, percent"),
    "a calculation among the questions": (append(QUESTION, COMPUTED), QUESTION, "09-c", "course/calculations/"),
    "a question among the calculations": (append(CALCULATION, ARRANGED), CALCULATION, "09-t", "course/questions/"),
    "an argument that the formula does not have": (change(CALCULATION, 'of = "cost", by = "rate" }', 'of = "cost", per = "rate" }'), CALCULATION, "09-c", "per"),
    "a calculation twice": (change(CALCULATION, 'id = "09-c"', 'id = "09-x"'), CALCULATION, "09-x", "another id"),
    "calculations of a lesson that is none": (write("calculations/9-loyalty.toml", b""), "calculations/9-loyalty.toml", "9-loyalty", "course/lessons.toml"),
}  # fmt: skip
BROKEN["a question whose options are all right"] = (
    lambda folder: [change(QUESTION, 'kind = "choice"', 'kind = "several"')(folder), change(QUESTION, 'id = "b", ', 'id = "b", right = true, ')(folder)],
    QUESTION, "09-x", "at least one right and one wrong",
)  # fmt: skip


BROKEN |= {
    "a kind in a list": (change(QUESTION, 'kind = "choice"', 'kind = ["choice"]'), QUESTION, "09-x", '"kind" is ["choice"], but only choice,'),
    "a question without its kind": (change(QUESTION, 'kind = "choice"\n', ""), QUESTION, "09-x", '"kind" is missing'),
    "an id that is a number": (change(QUESTION, 'id = "09-x"', "id = 9"), QUESTION, '"question 1"', '"id" is 9, but must be a text in quotation marks'),
    "a point that is a list": (change(QUESTION, 'point = "clv-definition"', 'point = ["clv-definition"]'), QUESTION, "09-x", '"point" is ["clv-definition"], but must be a text'),
    "a text in one language": (change(QUESTION, 'text = { en = "Which?", zh = "哪一个？" }', 'text = "Which?"'), QUESTION, "09-x", '"text" is "Which?", but every text needs en and zh: write text.en'),
    "a number without end": (change(QUESTION, "key = 50", "key = inf"), QUESTION, "09-n", '"key" is inf, but must be a number'),
    "a number beyond reckoning": (change(QUESTION, "key = 50", f"key = 1{'0' * 310}"), QUESTION, "09-n", "must be a number"),
    "a unit that has no words": (change(QUESTION, "key = 50", 'key = 50\nunit = "euro"'), QUESTION, "09-n", '"unit" is "euro", but only money, usd, yuan,'),
    "a unit of practice that has no words": (change(EXERCISE, 'unit = "usd"', 'unit = "euro"'), EXERCISE, "9.", '"unit" is "euro", but only'),
    "a tolerance above the key": (change(QUESTION, "key = 50", "key = 50\nrelative = 5"), QUESTION, "09-n", "a share from 0 to below 1"),
    "a tolerance below nothing": (change(QUESTION, "key = 50", "key = 50\nrelative = -0.1"), QUESTION, "09-n", '"relative" is -0.1'),
    "marks without end": (change(QUESTION, "marks = 3", "marks = inf"), QUESTION, "09-y", "a number above 0"),
    "a parameter without end": (change(CALCULATION, "least = 2", "least = -inf"), CALCULATION, "09-c/parameters.cost", '"least" is -inf'),
    "values that are no numbers": (change(CALCULATION, "values = [0.1, 0.2]", "values = [0.1, nan]"), CALCULATION, "09-c/parameters.rate", "a list of numbers"),
    "decimals below none": (change(CALCULATION, "decimals = 1", "decimals = -1"), CALCULATION, "09-c", '"decimals" is -1'),
    "an argument that is no number of the calculation": (change(CALCULATION, '{ of = "cost", by', '{ of = "costs", by'), CALCULATION, "costs, which is no number of this calculation", "there are cost, rate, half"),
    "an argument of a wrong form": (change(CALCULATION, '{ of = "cost", by', '{ of = [1], by'), CALCULATION, "09-c", "it takes of, by"),
    "an argument too few": (change(CALCULATION, '{ of = "cost", by = "rate" }', '{ of = "cost" }'), CALCULATION, "09-c", "it takes of, by"),
    "the second pair without a reason": (change(QUESTION, ', why = { en = "Two.", zh = "二。" }', ""), QUESTION, '"09-m/pair 2"', '"why" is missing'),
    "the second marking point without marks": (change(QUESTION, '{ marks = 1, text', "{ text"), QUESTION, '"09-y/marking 2"', '"marks" is missing'),
    "one entry under a misspelt heading": (append(QUESTION, ASKED.replace("[[question]]", "[[qeustion]]").replace("09-x", "09-q")), QUESTION, '"qeustion"', "correct a misspelt heading"),
    "a field above the first heading": (line(1, 'id = "09-w"'), QUESTION, '"id"', "Write [[question]] above the entry"),
    "a question of another lesson's id": (lambda folder: (folder / "questions/01-foundations.toml").write_text(ASKED.replace("clv-definition", "marketing-definition"), encoding="utf-8"), QUESTION, "09-x", "another id"),
    "an empty list of options": (change(QUESTION, ASKED[ASKED.index("option = [") :], "option = []\n"), QUESTION, "09-x", "exactly one right option"),
}  # fmt: skip


# No TOML: how the file is broken, the line and the entry that are named, and what is said of it in both languages.
GARBLED = {
    "Chinese quotation marks": (line(6, "text = { en = “Which?”, zh = “哪一个？” }"), 6, "09-x", "Chinese keyboard", "中文输入法的““”"),
    "a Chinese sign for equal": (line(5, 'kind ＝ "choice"'), 5, "09-x", "write = there", "改为英文的 ="),
    "a Chinese comma between fields": (line(6, 'text = { en = "Which?"， zh = "哪一个？" }'), 6, "09-x", "the sign ，", "“，”"),
    "a Chinese comma at the end of a line": (line(5, 'kind = "choice"，'), 5, "09-x", "the sign ，", "“，”"),
    "quotation marks left open": (line(5, 'kind = "choice'), 5, "09-x", "Close the quotation mark", "补上后一个引号"),
    "straight quotation marks in a text": (line(6, 'text = { en = "Which "one"?", zh = "哪一个？" }'), 6, "09-x", "ends it too early", "提前结束"),
    "a single backslash": (line(6, r'text = { en = "C:\question", zh = "哪一个？" }'), 6, "09-x", r"Write \\ for it", r"请写成 \\。"),
    "a field twice": (line(5, 'kind = "choice"\nkind = "several"'), 6, "09-x", "a second time", "出现了两次"),
    "a question without its heading": (change(QUESTION, '[[question]]\nid = "09-y"', 'id = "09-y"'), 13, "09-x", "write the heading in double brackets", "双方括号"),
    "no value": (line(5, "kind ="), 5, "09-x", "a text needs quotation marks", "文字须加英文引号"),
    "a word without quotation marks": (line(5, "kind = choice"), 5, "09-x", "a text needs quotation marks", "文字须加英文引号"),
    "yes in Python's spelling": (line(9, '  { id = "a", right = True, text = { en = "this", zh = "这个" } },'), 9, "09-x", "true and false", "true 和 false"),
    "a colon for the sign of equal": (line(5, 'kind: "choice"'), 5, "09-x", "of the form name = value", "“名称 = 值”"),
    "a Chinese name of a field": (line(5, '题型 = "choice"'), 5, "09-x", "with an English name", "名称须用英文"),
    "a sign behind the value": (line(5, 'kind = "choice";'), 5, "09-x", "something stands behind the value", "值的后面"),
    "a list left open": (line(11, ""), 13, "09-x", "list is not closed", "右方括号"),
    "a comma too few": (line(9, '  { id = "a", right = true, text = { en = "this", zh = "这个" } }'), 10, "09-x", "comma", "逗号"),
    "braces over two lines": (line(6, 'text = { en = "Which?",\n zh = "哪一个？" }'), 6, "09-x", "on one line", "一行之内"),
    "a comma after the last field": (line(6, 'text = { en = "Which?", zh = "哪一个？", }'), 6, "09-x", "none after the last", "不加逗号"),
    "a heading half closed": (line(2, "[[question]"), 2, "?", "lacks a bracket", "缺少方括号"),
    "a character that cannot be printed": (line(6, 'text = { en = "Wh\x07ich?", zh = "哪一个？" }'), 6, "09-x", "cannot be printed", "不可打印"),
    "an end in the middle": (write(QUESTION, ASKED[: ASKED.index('"No."')].encode()), 10, "09-x", "", ""),
    "GBK": (write(QUESTION, ASKED.encode("gbk")), 6, "", "looks like GBK", "另存为"),
    "UTF-16": (write(QUESTION, ASKED.encode("utf-16")), 1, "", "looks like UTF-16", "UTF-8"),
    "Latin-1": (write(QUESTION, ASKED.replace("Which?", "Née?").encode("utf-8").replace("é".encode(), b"\xe9")), 6, "", "not saved as UTF-8", "编码选 UTF-8"),
}  # fmt: skip


def test_the_units_of_the_course_are_those_that_checks_have_words_for():
    catalogue = toml.read(language.MESSAGES / "check.toml")
    assert {unit or "none" for unit in get_args(Unit)} == {name.removeprefix("unit_") for name in catalogue if name.startswith("unit_")}


@pytest.mark.parametrize("name", GARBLED)
def test_a_file_that_is_no_toml_is_refused_with_line_entry_reason_and_remedy(name, copied):
    breaking, number, entry, english, chinese = GARBLED[name]
    breaking(copied)
    with pytest.raises(CourseError) as caught:
        read_all()
    assert f"course/{QUESTION}, line {number}" in str(caught.value) and english in str(caught.value), caught.value
    assert not entry or f'entry "{entry}"' in str(caught.value)
    forget()
    use_language("zh")
    with pytest.raises(CourseError) as told:
        read_all()
    assert f"course/{QUESTION} 第 {number} 行" in str(told.value) and chinese in str(told.value), told.value
    assert not re.search(r"[A-Z][a-z]+ [a-z]+ ", str(told.value).replace(ASKED, "")), "an English sentence in a Chinese message"


@pytest.mark.parametrize(
    "written",
    {
        "with a mark before the first character": lambda text: text.encode("utf-8-sig"),
        "with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
        "with tabs": lambda text: text.replace("\n  {", "\n\t{").replace(" = ", "\t=\t").encode(),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_an_editor_writes_otherwise_is_read_all_the_same(written, copied):
    read_all()
    before = course.questions("09-loyalty-economics")
    for file in (QUESTION, CALCULATION):
        (copied / file).write_bytes(written[1]((copied / file).read_text(encoding="utf-8")))
    (copied / "references.csv").write_bytes((copied / "references.csv").read_text(encoding="utf-8").encode("utf-8-sig"))
    forget()
    read_all()
    assert course.questions("09-loyalty-economics") == before


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_file_entry_and_remedy(name, copied):
    breaking, file, entry, remedy = BROKEN[name]
    breaking(copied)
    with pytest.raises(CourseError) as caught:
        read_all()
    assert f"course/{file}" in str(caught.value)
    assert entry in str(caught.value) and remedy in str(caught.value)
    assert len(str(caught.value)) < 1000
    forget()
    use_language("zh")
    with pytest.raises(CourseError) as chinese:
        read_all()
    assert f"course/{file}" in str(chinese.value) and re.search("[\u4e00-\u9fff]", str(chinese.value))


def test_the_unbroken_copy_is_read_without_complaint(copied):
    read_all()
    asked = {question.id: question for question in course.questions("09-loyalty-economics")}
    assert list(asked) == ["09-x", "09-y", "09-z", "09-n", "09-t", "09-m", "09-o", "09-l", "09-c"]
    assert asked["09-t"].points == ("clv-definition", "customer-acquisition-cost") and asked["09-x"].points == ("clv-definition",)
    assert (asked["09-t"].holds, asked["09-t"].difficulty, asked["09-l"].count, asked["09-c"].calculation.decimals) == (False, 2, 2, 1)
    assert [point.marks for point in asked["09-y"].written[0].marking] == [2, 1] and asked["09-y"].level == "understand"
    assert [str(part.answer) for part in asked["09-z"].written] == ["Much."] and asked["09-z"].why is None
    assert [(wrong.answer, wrong.misconception) for wrong in asked["09-n"].wrong] == [(0.02, "9.1/multiplied"), (100.0, "")]


def test_a_lesson_without_exercises_or_questions_has_none(copied):
    (copied / EXERCISE).unlink()
    (copied / QUESTION).unlink()
    (copied / CALCULATION).unlink()
    assert course.exercises("09-loyalty-economics") == () and course.questions("09-loyalty-economics") == ()


@every(
    ("call", "file"),
    [
        (lambda: course.lesson("11-none"), "course/lessons.toml"),
        (lambda: course.points("9"), "course/lessons.toml"),
        (lambda: course.exercises("../09-loyalty-economics"), "course/lessons.toml"),
        (lambda: course.questions(""), "course/lessons.toml"),
        (lambda: course.point("none"), "course/points/"),
        (lambda: course.exercise("9.99"), "course/exercises/09-loyalty-economics.toml"),
        (lambda: course.exercise("99.1"), "course/exercises/"),
        (lambda: course.practice_item("9.1z"), "course/exercises/09-loyalty-economics.toml"),
        (lambda: course.practice_item(""), "course/exercises/"),
    ],
)
def test_an_unknown_name_is_refused_with_examples_of_what_there_is(call, file):
    with pytest.raises(CourseError, match=f"{file}.* has no entry .*There are, for example: .+"):
        call()


def test_the_sheet_of_a_point_is_its_statement_unless_the_file_has_a_shorter_form(copied):
    point = course.points("09-loyalty-economics")[0]
    assert point.sheet != point.statement
    change(NINE, f'sheet.en = "{point.sheet.en}"\nsheet.zh = "{point.sheet.zh}"\n', "")(copied)
    forget()
    assert course.points("09-loyalty-economics")[0].sheet == point.statement


def test_what_was_read_cannot_be_changed():
    point = course.point("credit-card-retention-clv")
    with pytest.raises(AttributeError):
        point.kind = "essay"
    with pytest.raises(TypeError):
        point.figures["clv_usd"] = 0
    with pytest.raises(TypeError):
        course.all_points()["x"] = point
    with pytest.raises(TypeError):
        course.exercise("9.1").misconceptions["x"] = None
    assert type(point.figures["clv_usd"]) is tuple


@every("stem", [lesson.stem for lesson in course.lessons()])
def test_no_misconception_of_a_practice_choice_gives_the_whole_answer_away(stem):
    """At the first mistake a student is told what is wrong with the option chosen, not which one to choose."""
    for exercise in course.exercises(stem):
        for item in exercise.practice:
            if item.kind in ("choice", "several"):
                key = [item.key] if isinstance(item.key, str) else list(item.key)
                wanted = [option.text for option in exercise.options[item.options] if option.id in key]
                for _, name in item.wrong:
                    said = exercise.misconceptions[name].text
                    assert _shared(" ".join(text.en for text in wanted), said.en, r"[a-z]{4,}") < 0.7, (item.id, name)
                    assert _shared("".join(text.zh for text in wanted), said.zh, r"(?=([\u4e00-\u9fff]{2}))") < 0.7, (item.id, name)


def _shared(key, said, pattern):
    """The share of a key's words (pairs of characters in Chinese) that a sentence repeats."""
    words = set(re.findall(pattern, key.lower()))
    return len(words & set(re.findall(pattern, said.lower()))) / len(words) if len(words) > 2 else 0.0


@every("stem", [lesson.stem for lesson in course.lessons()])
def test_a_number_to_practise_says_which_quantity_is_asked(stem):
    lacking = [item.id for exercise in course.exercises(stem) for item in exercise.practice if item.kind in ("number", "numbers") and item.asks is None]
    assert lacking == [], "write asks.en and asks.zh: what a student is told whose mistake nobody has foreseen"
