"""The form of a lesson of the second edition: its length, its pictures, what is folded, and what a reader finds at its end."""

import re

import pytest

from crmlib import course
from crmlib.explorers import explorers_of
from tests.support.notebook_runner import source
from tests.test_notebooks import LANGUAGES, SECOND_EDITION, TAUGHT, lesson

STEMS = [stem for stem in TAUGHT if stem in SECOND_EDITION]
every_lesson = pytest.mark.parametrize("stem", STEMS)
every_text = pytest.mark.parametrize(("stem", "language"), [(stem, language) for stem in STEMS for language in LANGUAGES])

# The core path: so many English words or Chinese characters a point, and so many for the rest of the lesson.
ROOM = {"en": (200, 2500), "zh": (330, 4200)}
A_MINUTE = {"en": 150, "zh": 300}
MINUTES_FOR_AN_EXPLORER, MINUTES_FOR_A_QUESTION = 3, 0.7
FOLDED = re.compile(r"<details>.*?</details>", flags=re.DOTALL)
SUMMARIES = {"en": ("Go deeper", "Beyond the exam"), "zh": ("深入", "拓展")}
MERMAID = re.compile(r"```mermaid\n(.*?)```", flags=re.DOTALL)
# What has once been the skeleton of every section; a reader knows after three of them what comes next.
MOULDS = {
    "en": ("It tempts because", "Why these", "Why this order", "confusion", "Whoever", "hang on one thread", "The exam text says"),
    "zh": ("容易混淆", "为什么是", "举个例子", "试题资料这样说", "一根线"),
}
MOST_OF_A_MOULD = 3


def markdown(stem, language):
    return "\n\n".join(source(cell) for cell in lesson(stem, language)["cells"] if cell["cell_type"] == "markdown")


def core(stem, language):
    """The prose that every reader reads: without folded boxes, flows and formulas."""
    return re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|```.*?```", " ", FOLDED.sub("", markdown(stem, language)), flags=re.DOTALL)


def length(text, language):
    return len(re.findall(r"[\u4e00-\u9fff]", text) if language == "zh" else re.findall(r"[A-Za-z][A-Za-z'’-]*", text))


def calls(stem):
    return "\n".join(source(cell) for cell in lesson(stem, "en")["cells"] if cell["cell_type"] == "code")


@every_text
def test_the_core_of_a_lesson_is_no_longer_than_its_points_need(stem, language):
    per_point, rest = ROOM[language]
    found, room = length(core(stem, language), language), per_point * len(course.points(stem)) + rest
    print(f"{language} {stem}: {found} of {room}")
    assert found <= room


@every_lesson
def test_the_minutes_of_a_lesson_are_honest(stem):
    rest = MINUTES_FOR_AN_EXPLORER * len(explorers_of(known(stem).module)) + MINUTES_FOR_A_QUESTION * len(course.lesson_questions(stem))
    needed = [length(core(stem, language), language) / A_MINUTE[language] + rest for language in LANGUAGES]
    assert min(needed) * 0.8 <= known(stem).minutes <= max(needed) * 1.25, f"course/lessons.toml: {stem} takes some {max(needed):.0f} minutes"


def known(stem):
    return next(each for each in course.lessons() if each.stem == stem)


@every_lesson
def test_a_lesson_has_four_pictures_besides_its_explorers(stem):
    flows = len(MERMAID.findall(markdown(stem, "en")))
    drawn = len(set(re.findall(r"\bdraw\.(\w+)\(", calls(stem))))
    assert flows + drawn >= 4, f"{flows} flows and {drawn} figures"
    shown = set(re.findall(r"\bexplore\.(\w+)\(", calls(stem)))
    assert shown == set(explorers_of(known(stem).module)), "the lesson shows every explorer of its module, and no other"


@every_text
def test_flows_can_be_heard(stem, language):
    for flow in MERMAID.findall(markdown(stem, language)):
        for line in ("accTitle:", "accDescr"):
            assert line in flow, f"a flow without {line} {flow[:60]!r}"
        said = re.search(r"accTitle:(.*)", flow).group(1)
        assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (language == "zh")


@every_text
def test_what_is_folded_says_how_deep_it_goes(stem, language):
    text = markdown(stem, language)
    assert text.count("<details>") == text.count("</details>") == len(FOLDED.findall(text))
    for box in FOLDED.findall(text):
        summary = re.search(r"<summary>(.*?)</summary>", box, flags=re.DOTALL).group(1)
        assert re.sub(r"<[^>]+>", "", summary).strip().startswith(SUMMARIES[language]), summary


@every_text
def test_sources_stay_in_the_background(stem, language):
    found = re.findall(r"(?:source|sources|资料|seed)\s*0\d\d|(?<![\d,，.])00[0-4](?!\d)", core(stem, language))
    assert not found, "the page 12-sources says what a document reads"


@every_text
def test_no_phrase_is_the_skeleton_of_every_section(stem, language):
    text = markdown(stem, language)
    often = {phrase: text.count(phrase) for phrase in MOULDS[language] if text.count(phrase) > MOST_OF_A_MOULD}
    assert not often


@every_lesson
def test_at_its_end_a_lesson_has_its_exam_sheet_and_written_questions(stem):
    cells = [source(cell) for cell in lesson(stem, "en")["cells"] if cell["cell_type"] == "code"]
    assert any(f'show.exam_sheet("{stem}")' in cell for cell in cells[-3:])
    kinds = [question.kind for question in course.lesson_questions(stem)]
    assert kinds.count("short") >= 2 and kinds.count("case") >= 1


@every_lesson
def test_code_can_be_read_at_a_glance_and_is_folded_where_only_its_output_is_wanted(stem):
    for cell in lesson(stem, "en")["cells"]:
        if cell["cell_type"] == "code":
            assert all(len(line) <= 88 for line in source(cell).splitlines()), cell["id"]
            if re.fullmatch(r"(explore|draw|show|self_check)\b[^\n]*", source(cell).strip()):
                assert cell["metadata"].get("jupyter", {}).get("source_hidden"), f"{cell['id']}: a reader needs only what it shows"
