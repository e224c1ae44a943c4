"""Self-checks: what the page is told, what is said to each try, and that no answer leaves Python before it is due."""

import json

import ipywidgets
import pytest

from crmlib import course
from crmlib.course import MarkingPoint, Question, QuestionOption, Written, WrongNumber
from crmlib.explorers import self_check
from crmlib.explorers.self_check import SelfCheck
from crmlib.language import Text, message, use_language
from crmlib.questions import ask, shuffled
from tests.support.catalogue import every

WIDGET = "application/vnd.jupyter.widget-view+json"
STEMS = [lesson.stem for lesson in course.lessons() if course.questions(lesson.stem)]
WHY, HINT = Text("the whole why", "总的理由"), Text("think of time", "想想时间")
both_languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_language("en")


def question(kind, id="t", **given) -> Question:
    options = tuple(
        QuestionOption(option, Text(f"option {option}", f"选项{option}"), right, Text(f"because {option} <", f"因为{option} <"))
        for option, right in (("a", True), ("b", False), ("c", kind == "several"), ("d", False))
    )
    written = tuple(
        Written(
            text=Text(f"part {place}", f"第{place}问"),
            marks=3,
            answer=Text(f"model {place}", f"范文{place}"),
            marking=(MarkingPoint(Text("first", "其一"), 2), MarkingPoint(Text("second", "其二"), 1)),
        )
        for place in range(1, {"short": 1, "case": 2}.get(kind, 0) + 1)
    )
    blanks = {"options": options if kind in ("choice", "several") else (), "written": written, "key": None, "unit": "", "relative": 0.005, **given}
    return Question(id=id, lesson="09-loyalty-economics", point="clv-definition", kind=kind, text=Text("ask <x>?", "问<x>？"), why=WHY, **blanks)


def lines(reply) -> str:
    return "\n".join([reply.get("said", ""), *reply.get("lines", ())])


# ---- what is said to each try ---------------------------------------------------------------------------------------


@both_languages
def test_a_first_wrong_choice_gets_a_hint_and_a_second_one_is_told_what_is_missing(language):
    use_language(language)
    check = SelfCheck([question("choice", hint=HINT)])
    first = check.answer("t", "b")
    assert first["mark"] == "wrong" and message("self_check.wrong") == first["said"]
    assert first["lines"] == [str(HINT)]
    second = check.answer("t", "d")
    assert second["mark"] == "wrong"
    assert str(Text("because d", "因为d")) in lines(second) and str(Text("option a", "选项a")) in lines(second) and str(WHY) in lines(second)
    right = check.answer("t", "a")
    assert right["mark"] == "right" and str(Text("because a", "因为a")) in lines(right) and str(WHY) in lines(right)


@both_languages
def test_without_a_hint_of_the_author_the_first_wrong_try_says_what_to_read_again(language):
    use_language(language)
    reply = SelfCheck([question("choice")]).answer("t", "b")
    assert str(course.point("clv-definition").term) in lines(reply)
    assert str(WHY) not in lines(reply) and str(Text("because", "因为")) not in lines(reply)


def test_the_same_answer_again_is_no_second_try():
    check = SelfCheck([question("choice", hint=HINT)])
    check.answer("t", "b")
    number = check.replies["t"]["number"]
    assert lines(check.answer("t", "b")) == "Not yet.\nthink of time"
    assert check.replies["t"]["number"] > number, "the page waits for a reply to every press"


@both_languages
def test_several_options_are_counted_first_and_named_at_the_second_try(language):
    use_language(language)
    check = SelfCheck([question("several", hint=HINT)])
    first = check.answer("t", ["a", "b"])
    assert first["lines"] == [message("self_check.count", right=1, extra=1, missing=1), str(HINT)]
    second = check.answer("t", ["a", "b", "d"])
    said = lines(second)
    assert all(str(Text(f"because {id}", f"因为{id}")) in said for id in "bcd") and str(Text("because a", "因为a")) not in said
    assert check.answer("t", ["c", "a"])["mark"] == "right"


@both_languages
@pytest.mark.parametrize(("typed", "mark"), [("17.5", "right"), ("１７．５", "right"), ("18", "wrong"), ("many", "unreadable"), ("1/0", "unreadable")])
def test_a_typed_number_is_read_kindly_and_what_cannot_be_read_is_explained(language, typed, mark):
    use_language(language)
    check = SelfCheck([question("number", key=17.5, unit="usd")])
    reply = check.answer("t", typed)
    assert (reply["mark"], reply["said"]) == (mark, message(f"self_check.{mark}"))
    assert all(reply["lines"]) and reply["lines"], "a verdict needs a reason"
    assert (str(WHY) in lines(reply)) == (mark == "right")


def test_what_cannot_be_read_is_no_try():
    check = SelfCheck([question("number", key=17.5, hint=HINT)])
    check.answer("t", "many")
    assert lines(check.answer("t", "18")).endswith("think of time")
    assert str(WHY) in lines(check.answer("t", "19"))


@both_languages
def test_a_wrong_number_names_the_misconception_as_the_assignment_does(language):
    use_language(language)
    own = Text("That is a quarter.", "这是四分之一。")
    wrong = (WrongNumber(0.005, "9.1/multiplied", None), WrongNumber(12.5, "", own))
    named = course.exercise("9.1").misconceptions["multiplied"]
    check = SelfCheck([question("number", key=50, wrong=wrong)])
    assert str(named.text) in lines(check.answer("t", "0.005")) and str(course.point(named.read).term) in lines(check.replies["t"])
    second = check.answer("t", "12.5")
    assert str(own) in lines(second) and str(WHY) in lines(second)


@every(("kind", "given", "emptied"), [("number", "18", ""), ("number", "18", None), ("several", ["b"], []), ("choice", "b", None)])
def test_an_emptied_answer_takes_its_message_away(kind, given, emptied):
    check = SelfCheck([question(kind, key=17.5)])
    assert check.answer("t", given)["mark"] == "wrong"
    assert check.answer("t", emptied) == {} and "mark" not in check.replies["t"]


@both_languages
def test_every_question_of_the_course_tells_right_from_wrong(language):
    use_language(language)
    for stem in STEMS:
        for each in course.questions(stem):
            right = [option.id for option in each.options if option.right]
            wrong = [option.id for option in each.options if not option.right]
            answers = {"choice": (right[:1], wrong), "several": ([right], [[id] for id in wrong]), "number": ([f"{each.key}"], [f"{(each.key or 0) * 3 + 7}"])}
            for given in answers.get(each.kind, ([], []))[0]:
                asked = ask(each)
                asked.answer(given)
                assert asked.right and not asked.read_again, each.id
            for given in answers.get(each.kind, ([], []))[1]:
                asked = ask(each)
                asked.answer(given)
                assert asked.reply["mark"] == "wrong" and asked.read_again, each.id
                for option in each.options:
                    assert str(option.why) not in asked.reply["lines"], (each.id, "the first hint gives reasons away")


# ---- written answers ------------------------------------------------------------------------------------------------


@both_languages
@pytest.mark.parametrize("kind", ["short", "case"])
def test_a_written_answer_is_compared_with_the_model_and_marked_by_the_learner(language, kind):
    use_language(language)
    check = SelfCheck([question(kind)])
    assert str(Text("model", "范文")) not in json.dumps(check.shown, ensure_ascii=False) and str(Text("first", "其一")) not in json.dumps(check.shown)
    reply = check.answer("t", {"0": []})
    assert reply["parts"]["0"]["answer"] == str(Text("model 1", "范文1")) and "1" not in reply["parts"]
    assert [str(Text("first", "其一")) in point for point in reply["parts"]["0"]["points"]] == [True, False]
    assert reply["parts"]["0"]["earned"] == message("self_check.earned", earned="0", marks="3")
    assert check.answer("t", {"0": [0]})["parts"]["0"]["earned"] == message("self_check.earned", earned="2", marks="3")
    assert check.asked[0].read_again == (kind == "case"), "2 of 3 marks are enough, 2 of 6 are not"


# ---- one at a time --------------------------------------------------------------------------------------------------


def test_a_lesson_is_asked_one_question_at_a_time_and_ends_with_a_count():
    check = SelfCheck([question("choice", "t1"), question("choice", "t2"), question("number", "t3", key=5), question("short", "t4")], one_at_a_time=True)
    assert [shown["id"] for shown in check.shown] == ["t1"]
    assert (check.steps["words"], check.end) == ("1 of 4", {})
    check.answer("t1", "a")
    check.go(2)
    assert [shown["id"] for shown in check.shown] == ["t2"] and check.steps["words"] == "2 of 4"
    check.answer("t2", "b")
    check.answer("t2", "a")
    check.answer("t4", {"0": [0]})
    check.go(1)
    assert check.shown[0]["given"] == "a", "going back shows what was answered"
    check.go(5)
    assert check.shown == [] and check.end["lines"] == [
        "1 of 3 right at the first try.",
        "Right after a hint: 1.",
        "Not answered yet: 1.",
        "Written answers: you gave yourself 2 of 3 marks.",
    ]
    assert check.end["again"] == [{"place": 2, "text": "customer lifetime value (CLV): question 2, 3"}]
    check.go(99), check.go(-3)
    assert check.steps["place"] == 1


def test_all_right_leaves_nothing_to_read_again():
    check = SelfCheck([question("choice", "t1"), question("choice", "t2")], one_at_a_time=True)
    check.answer("t1", "a"), check.answer("t2", "a"), check.go(3)
    assert check.end == {"lines": ["2 of 2 right at the first try."], "heading": message("self_check.end_nothing"), "again": []}


def test_right_first_and_played_with_later_still_counts_as_right():
    check = SelfCheck([question("choice", "t1"), question("choice", "t2")], one_at_a_time=True)
    check.answer("t1", "a"), check.answer("t1", "b"), check.go(3)
    assert check.end["lines"][0] == "1 of 2 right at the first try."


def test_the_page_speaks_in_messages_and_nothing_else_is_heard():
    check = SelfCheck([question("choice", "t1"), question("choice", "t2")], one_at_a_time=True)
    check._handle_custom_msg({"do": "answer", "id": "t1", "given": "a"}, [])
    assert check.replies["t1"]["mark"] == "right"
    check._handle_custom_msg({"do": "go", "place": 2}, [])
    check._handle_custom_msg({"do": "something"}, [])
    assert check.steps["place"] == 2


@every("stem", STEMS)
def test_a_check_of_a_whole_lesson_is_one_widget_that_holds_one_question(stem):
    before = len(ipywidgets.widget._instances) if hasattr(ipywidgets, "widget") else 0
    check = self_check(stem)
    assert len(check.asked) == len(course.lesson_questions(stem)) and len(check.shown) == 1
    assert len(json.dumps(check.get_state()["shown"])) < 5_000
    if before:
        assert len(ipywidgets.widget._instances) - before <= 2  # the widget and its layout


def test_a_check_of_a_section_shows_its_questions_below_each_other():
    check = self_check("09-loyalty-economics", "clv-definition")
    assert len(check.shown) == len(check.asked) > 1 and check.steps == {}
    assert [shown["place"] for shown in check.shown] == list(range(1, len(check.asked) + 1))


def test_a_case_over_several_lessons_closes_the_lesson_and_stands_in_no_section():
    stem = "10-customer-equity"
    own = {point.id for point in course.points(stem)}
    closing = [question for question in course.lesson_questions(stem) if not set(question.points) <= own]
    assert len(closing) == 2 and closing == [asked.question for asked in self_check(stem).asked][-2:]
    assert [sum(part.marks for part in question.written) for question in closing] == [12, 12]
    assert not [asked for asked in self_check(stem, *own).asked if asked.question in closing]


def test_a_self_check_on_a_point_of_another_lesson_is_refused():
    with pytest.raises(course.CourseError, match="no-such-point"):
        self_check("09-loyalty-economics", "no-such-point")


# ---- what leaves Python ---------------------------------------------------------------------------------------------


def test_no_answer_goes_to_the_page_before_it_is_due():
    check = SelfCheck([question("choice", hint=HINT), question("several", "t2"), question("number", "t3", key=17.5), question("case", "t4")])
    state = json.dumps({name: value for name, value in check.get_state().items() if name not in ("_esm", "_css", "words")}, ensure_ascii=False)
    assert "option b" in state
    for secret in ("because", "17.5", "the whole why", "model 1", "first", "think of", "right"):
        assert secret not in state, secret


def test_a_page_without_a_kernel_shows_the_questions_and_answers_only_folded():
    bundle = SelfCheck([question("choice"), question("number", "t2", key=17.5), question("case", "t3")])._repr_mimebundle_()
    assert {WIDGET, "text/html", "text/plain"} <= set(bundle)
    page = bundle["text/html"]
    assert "ask &lt;x&gt;?" in page and "option b" in page
    assert "because" not in page and "17.5" not in page
    folded = "".join(part.split("</details>")[0] for part in page.split("<details>")[1:])
    assert page.count("<details>") == 2 and page.count("model") == folded.count("model") == 2 and "(2 marks)" in folded


# ---- the order of options -------------------------------------------------------------------------------------------


def test_options_stand_in_an_order_of_their_own_for_every_question_and_always_the_same():
    asked = question("several", "09-01")
    assert [option.id for option in shuffled(asked)] == [option.id for option in shuffled(question("several", "09-01"))]
    orders = {"".join(option.id for option in shuffled(question("several", f"09-{place:02}"))) for place in range(60)}
    assert len(orders) > 15, "four options have 24 orders"
    assert [option["id"] for option in ask(asked).shown()["options"]] == [option.id for option in shuffled(asked)]
