"""Every calculation, over 200 seeds: it has an answer that is not degenerate, and no known mistake comes near it or another one."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from string import Formatter

import pytest

from crmlib import calculations, course
from crmlib.calculations.draw import DRAWS
from crmlib.language import LANGUAGES, Text, message, use_language
from crmlib.questions import ask
from tests.support.catalogue import every

TASKS = [question for lesson in course.lessons() for question in course.questions(lesson.stem) if question.kind == "calculation"]
SEEDS = range(1, 201)


@cache
def drawn(id, seed):
    """A task with the numbers of a seed; several tests look at the same ones."""
    return calculations.drawn(next(task for task in TASKS if task.id == id), seed)


every_task = pytest.mark.parametrize("task", TASKS, ids=[task.id for task in TASKS])


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_language("en")


@every_task
def test_two_hundred_seeds_give_sensible_tasks(task):
    found = [calculations.draw(task, seed) for seed in SEEDS]
    assert sum(each.draws for each in found) < 5 * len(found) < DRAWS * len(found), "numbers must be drawn again too often: choose other ranges"
    assert len({tuple(each.values.items()) for each in found}) >= 20, "the numbers hardly vary"
    assert len({round(each.answer, 9) for each in found}) >= 5, "the answer hardly varies"
    for each in found:
        question = calculations.drawn(task, 1) if each is found[0] else None
        answers = [each.answer, *each.mistakes]
        assert all(math.isfinite(answer) and abs(answer) < 1e7 for answer in answers)
        percent = task.calculation.show == "percent"
        rounded = [round(answer * (100 if percent else 1), task.calculation.decimals) for answer in answers]
        assert rounded[0] != 0 and len(set(rounded)) == len(rounded), (each.values, rounded)
        if question:
            assert question.key == each.answer and 0 < question.relative < 0.1


@every_task
def test_what_is_drawn_is_marked_right_and_every_mistake_by_its_name(task):
    for seed in (1, 2, 3, 50, 200):
        question = drawn(task.id, seed)
        asked = ask(task, seed=seed)
        assert asked.question == question and not asked.right
        for language in LANGUAGES:
            use_language(language)
            right = ask(task, seed=seed)
            decimals = task.calculation.decimals + 2 * (task.calculation.show == "percent")
            right.answer(f"{round(question.key, decimals):.{decimals}f}")
            assert right.right, (seed, question.key, right.reply)
            for wrong in question.wrong:
                tried = ask(task, seed=seed)
                tried.answer(f"{wrong.answer!r}")
                assert tried.reply["mark"] == "wrong", (seed, wrong)
                other = [each for each in question.wrong if each.answer != wrong.answer]
                reasons = {str(each.why) for each in other if each.why}
                assert not reasons & set(tried.reply["lines"])
                named = wrong.why or course.exercise(wrong.misconception.split("/")[0]).misconceptions[wrong.misconception.split("/")[1]].text
                assert str(named) in " ".join(tried.reply["lines"]), (seed, wrong, tried.reply)


@every_task
def test_the_texts_of_a_task_use_its_numbers_in_both_languages(task):
    def blanks(words):
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    assert blanks(task.text.en) == blanks(task.text.zh) >= {*task.calculation.parameters} - {*used_in_steps_only(task)}
    assert blanks(task.why.en) == blanks(task.why.zh) >= {"answer"}
    for seed in (1, 2):
        question = drawn(task.id, seed)
        for text in (question.text, question.why, *(wrong.why for wrong in question.wrong if wrong.why)):
            assert "{" not in text.en + text.zh and "}" not in text.en + text.zh
            assert ".0 " not in text.en and "e-" not in text.en and "e+" not in text.en


def used_in_steps_only(task):
    """Parameters that a text shows by a number made of them, such as the customers kept instead of the share of them."""
    shown = {name for _, name, _, _ in Formatter().parse(task.text.en) if name}
    behind = {argument for name in shown & {*task.calculation.steps} for argument in everything_behind(task, name)}
    return behind & {*task.calculation.parameters}


def everything_behind(task, name):
    step = task.calculation.steps.get(name)
    if step is None:
        return {name}
    named = [each for value in step.arguments.values() for each in (value if isinstance(value, tuple) else [value]) if isinstance(each, str)]
    return set().union(*(everything_behind(task, each) for each in named), set())


@pytest.mark.slow
def test_the_same_seed_gives_the_same_numbers_in_another_process_and_another_one_others():
    code = "from tests.test_calculations import TASKS, calculations; print([calculations.draw(task, 7).values for task in TASKS[:12]])"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=course.ROOT, env={"PYTHONHASHSEED": "3", "PATH": ""}, check=True)
    assert other.stdout.strip() == str([calculations.draw(task, 7).values for task in TASKS[:12]])
    assert calculations.draw(TASKS[0], 7).values != calculations.draw(TASKS[0], 8).values


def test_there_are_calculations_in_every_lesson_and_no_formula_is_allowed_for_nothing():
    assert {task.lesson for task in TASKS} == {lesson.stem for lesson in course.lessons()}
    for name in calculations.names():
        assert callable(calculations.formula(name)), name
    used = {task.calculation.formula for task in TASKS} | {step.formula for task in TASKS for step in task.calculation.steps.values()}
    used |= {mistake.formula for task in TASKS for mistake in task.calculation.mistakes}
    assert sorted(set(calculations.names()) - used) == [], "take these out of crmlib/calculations/formulas.py"


@every("name", ["eval", "__import__", "os.system", "acquisition_cost.__globals__", "acquisition_cost:__code__", "", "crmlib.course.point"])
def test_nothing_but_the_allowed_formulas_is_called(name):
    with pytest.raises(LookupError, match="crmlib/calculations/formulas.py"):
        calculations.formula(name)


def test_other_numbers_may_be_asked_for_and_tries_stay_counted():
    asked = ask(TASKS[0], seed=1)
    asked.answer("0.000001")
    before = asked.question.text
    asked.again()
    assert asked.question.text != before and asked.given is None and asked.reply == {} and asked.read_again
    assert asked.shown()["again"] and "given" in asked.shown()


def test_a_task_whose_mistake_is_always_right_is_refused_with_file_and_remedy():
    task = TASKS[0].calculation
    same = replace(task, mistakes=(course.Mistake(task.formula, task.arguments, "", Text("no", "否")),))
    with pytest.raises(course.CourseError, match=f"course/calculations/{TASKS[0].lesson}.toml.*{TASKS[0].id}.*Change its ranges"):
        calculations.draw(replace(TASKS[0], calculation=same), 1)


def test_half_is_rounded_up_and_languages_write_numbers_their_own_way():
    from crmlib.calculations.draw import _written

    assert _written(0.06625, "percent", 2, "en") == "6.63 %" and _written(0.06625, "percent", 2, "zh") == "6.63%"
    assert _written(12345.5, "number", 0, "en") == "12,346" and _written(12345.5, "number", 1, "zh") == "12345.5"
    assert _written(-0.001, "number", 2, "en") == "0" and _written(-2.5, "number", 2, "en") == "−2.5"
    assert message("calculations.none_of_these", received="x")


# "4 + 0.6 = 4.6", "1 ÷ (1 − 61 %)": an expression of printed numbers with what stands behind its sign of equality.
NUMBER = r"−?\d(?:[\d,.]*\d)?(?: %)?"
CHAIN = re.compile(rf"(?<![\d=×÷+−] )(?<![\d.,(])((?:\()*{NUMBER}(?: [×÷+−] \(*{NUMBER}\)*[²³]?)+) = ({NUMBER})(?! [×÷+−]|\d)")


def value(printed: str) -> float:
    number = float(printed.replace("−", "-").replace(",", "").removesuffix(" %"))
    return number / 100 if printed.endswith("%") else number


def chains(text: str):
    """Every computation that a worked answer prints, with its value and what is printed as its result."""
    for expression, result in CHAIN.findall(text):
        numbers = re.sub(NUMBER, lambda found: f"({value(found[0])!r})", expression)
        plain = numbers.translate(str.maketrans({"×": "*", "÷": "/", "−": "-", "²": None, "³": None}))
        if "²" not in numbers and "³" not in numbers and plain.count("(") == plain.count(")") and re.fullmatch(r"[-+*/(). \de]+", plain):
            yield expression, eval(plain), result


def test_who_recalculates_a_worked_answer_from_its_printed_numbers_gets_what_is_printed():
    seen, differing = set(), []
    for task in TASKS:
        for seed in range(1, 21):
            for expression, right, result in chains(drawn(task.id, seed).why.en):
                decimals = len(result.removesuffix(" %").partition(".")[2]) + 2 * result.endswith("%")
                seen.add(task.id)
                if abs(right - value(result)) > 0.5 * 10.0**-decimals + 1e-9:
                    differing.append((task.id, seed, expression, result))
    assert not differing and len(seen) > 40, (differing[:5], len(seen))


def test_customers_are_whole():
    for task in TASKS:
        for seed in range(1, 21):
            question = drawn(task.id, seed)
            for text in (question.text.en, question.why.en):
                people = re.findall(r"(?<!÷ )(?<![\d,.])(\d[\d,]*\.\d+) (?:customers|pupils|users|members|guests|passengers|subscribers|partners|clients|complain|stay\b)", text)
                assert not people, (task.id, seed, people)
