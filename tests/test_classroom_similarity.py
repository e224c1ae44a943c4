"""Similar work: copies are found whatever their layout; what everybody has, was given, or cannot but write is not."""

import random
import time

import pytest

from crmlib import cli
from crmlib.classroom import page, similarity
from crmlib.language import LANGUAGES, use_language

GIVEN = {"q1": "cost = ...   # ← your answer", "q1/model": "cost = 0.5 / 0.01", "q2": "def value(margin, rate):\n    return margin * rate / (1 - rate)"}
WORDS = "customer margin retention loyal segment channel churn offer price basket visit survey service wait complaint reward member email shop store".split()


def essay(seed, length=60):
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) + str(chance.randint(0, 99)) for _ in range(length))


def class_of(size):
    return {f"s{number:04d}": {"q1": "cost = 0.5 / 0.01", "essay": essay(number)} for number in range(size)}


def pairs(found):
    return {(pair.left, pair.right) for pair in found.pairs}


@pytest.mark.parametrize("size", [12, 300])
def test_copies_are_found_with_other_layout_and_part_of_it_rewritten_and_nobody_else(size):
    answers = class_of(size)
    words = answers["s0003"]["essay"].split()
    answers["s0007"]["essay"] = "\n   ".join(words[:45]) + " " + essay(9999, 15)
    found = similarity.compare(answers, GIVEN)
    assert pairs(found) == {("s0003", "s0007")}
    (pair,) = found.pairs
    assert 0.6 < pair.share < 0.9 and pair.passages[0].question == "essay"
    marked = "".join(text for text, same in pair.passages[0].right if same)
    assert words[0] in marked and words[40] in marked and essay(9999, 15).split()[5] not in marked
    assert "".join(text for text, _ in pair.passages[0].left) == answers["s0003"]["essay"]


def test_what_was_given_what_the_model_says_and_what_many_wrote_is_taken_away():
    answers = class_of(100)
    for number in range(20):  # a fifth of the class uses the same phrase of the lecture
        answers[f"s{number:04d}"]["essay"] += " the value of a customer is the margin times the retention rate over one plus the discount rate minus the retention rate as we heard"
    for number in (50, 51):
        answers[f"s{number:04d}"]["q2"] = GIVEN["q2"] + "\nprint(value(margin=100, rate=0.8))"
    assert pairs(similarity.compare(answers, GIVEN)) == set()


def test_short_answers_that_can_only_look_alike_are_nobodys_copy():
    answers = {f"s{number}": {"q1": "x = 2", "q2": "y = 'cooperative'"} for number in range(30)}
    found = similarity.compare(answers, GIVEN)
    assert found.pairs == [] and found.compared == 0


def test_the_same_comments_and_chinese_prose_count():
    copied = "客户关系的价值取决于留存率，我认为商店应当先挽留老顾客，再考虑折扣，因为每流失一位顾客要花五倍的钱才能补上。"
    answers = {f"s{number}": {"q": f"第{number}种看法：" + "".join(random.Random(number).choices("甲乙丙丁戊己庚辛壬癸子丑寅卯", k=60))} for number in range(20)}
    answers["s3"]["q"] += copied
    answers["s9"]["q"] = copied + answers["s9"]["q"]
    assert pairs(similarity.compare(answers, GIVEN)) == {("s3", "s9")}
    code = {f"s{number}": {"q": f"a{number} = {number} + {number * 7}\nb{number} = a{number} * {number}\n" + f"# note {number} of mine about {essay(number, 25)}"} for number in range(20)}
    code["s4"]["q"] = code["s5"]["q"].replace("a5", "mine").replace("b5", "other")
    assert pairs(similarity.compare(code, GIVEN)) == {("s4", "s5")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_both_sides_safely(language):
    use_language(language)
    answers = class_of(5)
    answers["s0001"]["essay"] = answers["s0002"]["essay"] + " <script>alert(1)</script>"
    made = page.similarity(similarity.compare(answers, GIVEN, names={"s0001": "O'Brien <b>", "s0002": "张三"}, assignment="x"))
    assert "<script" not in made and "O&#39;Brien &lt;b&gt;" in made and "张三" in made and "<mark>" in made
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in made and "http" not in made


@pytest.mark.slow
def test_two_thousand_students_take_less_than_two_minutes():
    answers = class_of(2000)
    answers["s1999"] = dict(answers["s0042"])
    before = time.process_time()
    assert pairs(similarity.compare(answers, GIVEN)) == {("s0042", "s1999")}
    assert time.process_time() - before < 120


def test_before_grading_the_command_is_named(tmp_path, capsys):
    from tests.support.classroom_course import STEM, small_course

    root = small_course(tmp_path / "root", "en")
    assert cli.main(["similarity", STEM, "--course", "en", "--root", str(root)]) == 1
    assert "crmlib grade" in capsys.readouterr().err
