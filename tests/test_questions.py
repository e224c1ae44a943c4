"""Every kind of question tells right from wrong, hints without giving the answer, and reads what a reasonable learner writes."""

import pytest

from crmlib import course
from crmlib.course import ListItem, Pair, Question, QuestionOption
from crmlib.language import Text, message, use_language
from crmlib.questions import KINDS, ask
from crmlib.questions.recall import Recalled
from tests.support.catalogue import every

WHY, HINT = Text("the whole why", "总的理由"), Text("think of time", "想想时间")
both_languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_language("en")


def options(ids="abcd", right="", why=True):
    return tuple(QuestionOption(id, Text(f"option {id}", f"选项{id}"), id in right, Text(f"because {id}", f"因为{id}") if why else None) for id in ids)


def make(kind, id="t", **given) -> Question:
    return Question(id=id, lesson="09-loyalty-economics", point="clv-definition", kind=kind, text=Text("ask?", "问？"), why=WHY, hint=HINT, **given)


def lines(reply) -> str:
    return "\n".join([reply.get("said", ""), *reply.get("lines", ())])


TRUE_FALSE = make("true_false", holds=False, options=options(right="b"))
PAIRS = tuple(Pair(Text(f"left {id}", f"左{id}"), id, Text(f"pair {id}", f"配对{id}")) for id in "abca")
MATCHING = make("matching", options=options(why=False), pairs=PAIRS)
ORDERING = make("ordering", options=options(why=False))
ITEMS = (
    ListItem(Text("customer lifetime value", "客户终身价值", "顧客終身價值")),
    ListItem(Text("referral value", "推荐价值"), ("word of mouth", "口碑价值")),
    ListItem(Text("relationship lifetime", "关系寿命"), (), ("discount_rate",)),
)
RECALL = make("list", items=ITEMS)


def test_every_kind_of_question_can_be_asked():
    assert {*KINDS, "calculation"} == set(course.QUESTION_KINDS)


# ---- true or false -------------------------------------------------------------------------------------------------


@both_languages
def test_a_judgement_without_its_reason_is_half_right(language):
    use_language(language)
    asked = ask(TRUE_FALSE)
    asked.answer({"holds": "false", "reason": "a"})
    assert asked.reply["mark"] == "wrong" and asked.reply["lines"] == [message("self_check.reason_wrong"), str(HINT)] and asked.share == 0.5
    asked.answer({"holds": "true", "reason": "b"})
    assert asked.share == 0.0 and message("self_check.holds_not") in asked.reply["lines"] and str(WHY) in asked.reply["lines"]
    asked.answer({"holds": "false", "reason": "b"})
    assert asked.right and asked.share == 1.0 and asked.read_again and str(Text("because b", "因为b")) in lines(asked.reply)


def test_a_right_reason_with_the_wrong_judgement_says_nothing_of_the_reason_at_first():
    asked = ask(TRUE_FALSE)
    asked.answer({"holds": "true", "reason": "b"})
    assert asked.reply["lines"] == [str(HINT)]


@every(("form", "share"), [("false", 1.0), ("错", 1.0), (False, 1.0), ("No", 1.0), ("true", 0.0), ("对", 0.0), (True, 0.0)])
def test_a_judgement_counts_in_whatever_form_it_is_given(form, share):
    asked = ask(TRUE_FALSE)
    asked.answer({"holds": form, "reason": "b"})
    assert asked.share == share


@every("given", [{"holds": "", "reason": "b"}, {"holds": "false", "reason": ""}, {"holds": "maybe", "reason": "b"}, {"reason": "z"}, ["b"], "b", 7])
def test_half_an_answer_or_one_of_another_form_is_no_try(given):
    asked = ask(TRUE_FALSE)
    asked.answer(given)
    assert asked.reply["mark"] == "unreadable" and asked.reply["lines"] and not asked.tries


# ---- matching and ordering --------------------------------------------------------------------------------------------


@both_languages
def test_matching_counts_first_and_explains_the_wrong_pairs_at_the_second_try(language):
    use_language(language)
    asked = ask(MATCHING)
    shown = asked.shown()
    assert sorted(pair["id"] for pair in shown["pairs"]) == list("0123") and len(shown["options"]) == 4
    asked.answer({"0": "a", "1": "c", "2": "b", "3": "a"})
    assert asked.reply["lines"] == [message("self_check.matched", right=2, count=4), str(HINT)] and asked.share == 0.5
    asked.answer({"0": "a", "1": "b", "2": "d", "3": "a"})
    assert str(Text("pair c", "配对c")) in lines(asked.reply) and str(Text("pair b", "配对b")) not in lines(asked.reply)
    asked.answer({"0": "a", "1": "b", "2": "c", "3": "a"})
    assert asked.right


def test_a_matching_with_gaps_or_inventions_is_no_try():
    for given in ({"0": "a"}, {"0": "a", "1": "b", "2": "c", "3": "z"}, ["a", "b"], "a"):
        asked = ask(MATCHING)
        asked.answer(given)
        assert asked.reply["mark"] == "unreadable" and not asked.tries, given


@both_languages
def test_ordering_counts_pairs_and_a_reversed_order_earns_nothing(language):
    use_language(language)
    asked = ask(ORDERING)
    assert [option["id"] for option in asked.shown()["options"]] != list("abcd")
    asked.answer(list("bacd"))
    assert asked.reply["lines"][0] == message("self_check.ordered", right=5, count=6) and asked.share == pytest.approx(2 / 3)
    assert [option["id"] for option in asked.shown()["options"]] == list("bacd"), "going back shows what was answered"
    asked.answer(list("dcba"))
    assert asked.share == 0 and str(WHY) in asked.reply["lines"]
    asked.answer(list("abcd"))
    assert asked.right


def test_an_order_is_never_shown_right_at_first():
    for place in range(60):
        question = make("ordering", f"o{place}", options=options("abc", why=False))
        assert [option["id"] for option in ask(question).shown()["options"]] != list("abc")


@every("given", [list("abc"), list("abcc"), list("abcde"), {"a": 1}, 5, [1, 2, 3, 4], [["a"], "b", "c", "d"], "abcd", True])
def test_an_order_with_a_gap_or_a_double_is_no_try(given):
    asked = ask(ORDERING)
    asked.answer(given)
    assert asked.reply["mark"] == "unreadable" and not asked.tries
    assert len(asked.shown()["options"]) == 4


# ---- lists from memory -------------------------------------------------------------------------------------------------

FULL = "customer lifetime value\nreferral value\nrelationship lifetime"


@every(
    "given",
    [
        FULL,
        FULL.upper(),
        FULL.replace("\n", ", "),
        "1. Customer lifetime value\n2. the referral value\n(3) relationship lifetime (how long it lasts)",
        "①客户终身价值②推荐价值③关系寿命",
        "客户终身价值、推荐价值、关系寿命",
        "顧客終身價值；口碑價值；關係壽命",
        "ＣＬＶ\nｗｏｒｄ ｏｆ ｍｏｕｔｈ\ndiscount rate",
        "顾客生涯价值\n口碑价值\n折现率",
        "custmer lifetime value\nreferal value\nrelationship lifetmie",
        FULL + "\nreferral value",
        "• customer lifetime value\n- referral value\n* relationship lifetime",
    ],
)
def test_a_list_is_read_in_every_wording_that_the_course_knows(given):
    asked = ask(RECALL)
    asked.answer(given)
    assert asked.right, asked.reply


def test_the_article_of_an_entry_may_be_left_out_in_every_list_of_the_course():
    seen = 0
    for question in (question for lesson in course.lessons() for question in course.questions(lesson.stem) if question.kind == "list"):
        for item in question.items:
            article, _, rest = item.text.en.partition(" ")
            if article.casefold() in ("a", "an", "the"):
                seen += 1
                assert Recalled(question, rest).items == [item], (question.id, rest)
    assert seen


@every("given", ["推荐成本", "preferral value", "value", "referral values and more", "关系价值"])
def test_another_thing_is_not_taken_for_an_entry(given):
    assert Recalled(RECALL, given).items == []


@both_languages
def test_a_list_with_a_gap_is_counted_and_named_at_the_second_try(language):
    use_language(language)
    asked = ask(RECALL)
    asked.answer("referral value\nmarket share")
    assert asked.reply["mark"] == "wrong" and asked.share == pytest.approx(1 / 3)
    assert message("self_check.recalled", right=1, count=3) in lines(asked.reply) and "market share" in lines(asked.reply)
    assert str(ITEMS[0].text) not in lines(asked.reply)
    asked.answer("referral value")
    assert str(ITEMS[0].text) in lines(asked.reply) and str(WHY) in lines(asked.reply)


def test_more_entries_than_asked_are_no_way_to_guess():
    asked = ask(RECALL)
    asked.answer(FULL + "\nmarket share\nbrand\nprice")
    assert not asked.right and asked.share == 0 and message("self_check.too_many", received=6, count=3) in asked.reply["lines"]


def test_some_entries_of_a_list_may_be_asked():
    asked = ask(make("list", items=ITEMS, count=2))
    asked.answer("referral value\nrelationship lifetime")
    assert asked.right
    assert ask(make("list", items=ITEMS)).shown()["hint"] == message("self_check.list_hint", count=3)


def test_no_wording_counts_for_two_entries_of_a_list():
    from crmlib.questions.recall import labels

    for stem in (lesson.stem for lesson in course.lessons()):
        for question in course.questions(stem):
            seen = {}
            for item in question.items:
                for label in labels(item):
                    assert seen.setdefault(label, item) is item, (question.id, label)


# ---- every question of the bank ---------------------------------------------------------------------------------------------


@both_languages
def test_arranged_and_recalled_questions_of_the_course_tell_right_from_wrong(language):
    use_language(language)
    for stem in (lesson.stem for lesson in course.lessons()):
        for question in course.questions(stem):
            ids = [option.id for option in question.options]
            pairs = {str(place): pair.match for place, pair in enumerate(question.pairs)}
            reason = next((option.id for option in question.options if option.right), "")
            entries = [str(item.text) for item in question.items]
            right, wrong = {
                "true_false": ({"holds": str(question.holds).lower(), "reason": reason}, {"holds": str(not question.holds).lower(), "reason": reason}),
                "matching": (pairs, {place: next(id for id in ids if id != match) for place, match in pairs.items()}),
                "ordering": (ids, ids[::-1]),
                "list": ("\n".join(entries[: question.count]), "\n".join(entries[:1])),
            }.get(question.kind, (None, None))
            if right is None:
                continue
            good, bad = ask(question), ask(question)
            good.answer(right), bad.answer(wrong)
            assert good.right and good.share == 1 and not good.read_again, (question.id, good.reply)
            assert bad.reply["mark"] == "wrong" and bad.share < 1 and bad.read_again, question.id
            hidden = [str(option.why) for option in question.options if option.why] + [str(pair.why) for pair in question.pairs] + entries[1:]
            assert not set(bad.reply["lines"]) & set(hidden), question.id


def test_what_is_shown_on_paper_holds_no_key():
    assert "<" in ask(MATCHING).printed() and "pair" not in ask(MATCHING).printed()
    assert "because" not in ask(TRUE_FALSE).printed() and message("self_check.true") in ask(TRUE_FALSE).printed()
    first = [part.split("<")[0] for part in ask(ORDERING).printed().split("<li>")[1:]]
    assert sorted(first) == [f"option {id}" for id in "abcd"] != first
    assert ask(RECALL).printed() == ""
