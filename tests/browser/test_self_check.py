"""A self-check in JupyterLab: one question of each kind answered by keyboard alone, seen by axe before and after.

The questions are made up here, so that every kind is tried whatever the lessons ask.
"""

import pytest

from crmlib.language import message, use_language
from tests.browser import lab
from tests.browser.axe import violations

QUESTIONS = '''
from crmlib import use_language
use_language("{language}")
from crmlib.course import MarkingPoint, Question, QuestionOption, Written
from crmlib.explorers.self_check import SelfCheck
from crmlib.language import Text

both = lambda words: Text(words, words + "（中文）")
options = lambda right: tuple(QuestionOption(id, both("option " + id), id in right, both("because " + id)) for id in "abcd")
written = lambda *parts: tuple(
    Written(both(part), 3, both("model of " + part), (MarkingPoint(both("first"), 2), MarkingPoint(both("second"), 1))) for part in parts
)
make = lambda kind, **given: Question(
    **{{"id": kind, "lesson": "09-loyalty-economics", "point": "clv-definition", "kind": kind, "text": both("ask " + kind), "options": (), "key": None,
       "unit": "", "relative": 0.005, "why": both("why " + kind), "hint": both("hint " + kind)}} | given
)
SelfCheck(
    [make("choice", options=options("b")), make("several", options=options("ac")), make("number", key=0.025),
     make("short", written=written("own")), make("case", written=written("one", "two"))],
    one_at_a_time={one_at_a_time},
)
'''

ARRANGED = '''
from crmlib import use_language
use_language("{language}")
from crmlib import course
from crmlib.course import ListItem, Pair, Question, QuestionOption
from crmlib.explorers.self_check import SelfCheck
from crmlib.language import Text

both = lambda words: Text(words, words + "（中文）")
plain = lambda ids: tuple(QuestionOption(id, both("option " + id), False, None) for id in ids)
make = lambda kind, **given: Question(
    **{{"id": kind, "lesson": "09-loyalty-economics", "point": "clv-definition", "kind": kind, "text": both("ask " + kind), "why": both("why " + kind),
       "hint": both("hint " + kind)}} | given
)
reasons = tuple(QuestionOption(id, both("reason " + id), id == "b", both("because " + id)) for id in "abc")
pairs = tuple(Pair(both("left " + id), id, both("pair " + id)) for id in "abc")
items = (ListItem(both("first entry")), ListItem(both("second entry"), ("other words",)))
[task] = [each for each in course.questions("09-loyalty-economics") if each.id == "09-c01"]
check = SelfCheck(
    [make("true_false", holds=False, options=reasons), make("matching", options=plain("abcd"), pairs=pairs), make("ordering", options=plain("abcd")),
     make("list", items=items), task],
)
check
'''


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def shown(page, opened, language, one_at_a_time=None) -> tuple:
    """A notebook with the check in it, run; gives the check's place on the page."""
    path = f"self-check-{language}-{one_at_a_time}.ipynb"
    source = ARRANGED if one_at_a_time is None else QUESTIONS
    lab.write_notebook(page, path, source.format(language=language, one_at_a_time=one_at_a_time))
    book = opened(path)
    book.run_all()
    check = book.cell(0).locator(".crm-check")
    check.wait_for()
    return book, check


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_every_kind_is_answered_by_keyboard_and_axe_finds_nothing(page, opened, photograph, language):
    book, check = shown(page, opened, language, one_at_a_time=False)
    forms = check.locator("form")
    assert forms.count() == 5 and check.get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    assert not violations(check)

    def reply(place, mark):
        found = forms.nth(place).locator(f".crm-reply.crm-{mark}")
        found.wait_for()
        assert message(f"self_check.{mark}") in found.inner_text()
        assert found.get_attribute("role") == "status" and found.locator("[aria-hidden=true]").inner_text().strip() in "✓✗"
        return found.inner_text()

    # Radio buttons are one tab stop: Tab leads in and out, arrows go from option to option, Enter asks.
    radios = forms.nth(0).locator("input[type=radio]")
    order = radios.evaluate_all("all => all.map(each => each.value)")
    radios.first.focus()
    press(page, "Space")
    go_to = (order.index("b") + 1) % 4  # the option after the right one is wrong
    press(page, *["ArrowDown"] * go_to, "Enter")
    assert "hint choice" in reply(0, "wrong") and "because" not in reply(0, "wrong")
    press(page, "ArrowUp", "Enter")
    assert "because b" in reply(0, "right")
    press(page, "Tab")
    assert page.evaluate("document.activeElement.type") == "submit", "Tab leaves the group after one stop"
    press(page, "Tab")
    assert page.evaluate("[document.activeElement.type, document.activeElement.closest('form') !== null]") == ["checkbox", True]

    boxes = {value: forms.nth(1).locator(f"input[value={value}]") for value in "abcd"}
    for value in "ab":
        boxes[value].focus()
        press(page, "Space")
    press(page, "Enter")
    assert message("self_check.count", right=1, extra=1, missing=1) in reply(1, "wrong")
    for value in "bc":
        boxes[value].focus()
        press(page, "Space")
    press(page, "Enter")
    reply(1, "right")

    field = forms.nth(2).locator("input[type=text]")
    field.focus()
    page.keyboard.type("0.25")
    press(page, "Enter")
    assert "hint number" in reply(2, "wrong")
    press(page, "ControlOrMeta+a", "Delete")
    forms.nth(2).locator(".crm-reply:empty").wait_for(state="attached")
    page.keyboard.type("2.5%")
    press(page, "Enter")
    assert "why number" in reply(2, "right")

    for place, parts in ((3, 1), (4, 2)):
        for part in range(parts):
            area = forms.nth(place).locator("textarea").nth(part)
            area.focus()
            page.keyboard.type("jkl dd 00 words that JupyterLab must not take for commands")
            press(page, "Enter")
            page.keyboard.type("and a second line")
            assert area.input_value().endswith("commands\nand a second line"), "Enter begins a new line"
            press(page, "Tab", "Enter")
            forms.nth(place).locator(".crm-model .crm-verdict").nth(part).wait_for()
            assert area.input_value().startswith("jkl dd 00 words")
        forms.nth(place).locator("input[type=checkbox]").first.focus()
        press(page, "Space")
        forms.nth(place).get_by_text(message("self_check.earned", earned="2", marks="3")).wait_for()
    assert len(book.cells()) == 1, "a key reached JupyterLab's commands"
    assert not violations(check)
    photograph(check, f"{language}-self-check-kinds")
    assert not book.complaints() and not book.failed_outputs()


def test_arranged_and_recalled_answers_are_given_by_keyboard_and_axe_finds_nothing(page, opened, photograph, language):
    book, check = shown(page, opened, language)
    forms = check.locator("form")
    assert forms.count() == 5
    assert not violations(check)

    def reply(place, mark):
        found = forms.nth(place).locator(f".crm-reply.crm-{mark}")
        found.wait_for()
        return found.inner_text()

    # True or false, then the reason: two groups, a tab stop each.
    form = forms.nth(0)
    groups = form.locator("fieldset")
    groups.nth(0).locator("input[value=false]").focus()
    press(page, "Space", "Enter")
    assert message("self_check.judge_both") in reply(0, "unreadable")
    groups.nth(0).locator("input:checked").focus()
    press(page, "Tab")
    assert page.evaluate("document.activeElement.name").endswith("reason"), "Tab leads from the judgement to the reasons"
    form.locator("input[value=a]").focus()
    press(page, "Space", "Enter")
    assert "hint true_false" in reply(0, "wrong") and "because" not in reply(0, "wrong")
    form.locator("input[value=b]").focus()
    press(page, "Space", "Enter")
    assert "why true_false" in reply(0, "right")

    form, lists = forms.nth(1), forms.nth(1).locator("select")
    button = form.get_by_role("button", name=message("self_check.check"), exact=True)
    assert lists.count() == 3

    def choose(ids):
        for place, id in enumerate(ids):
            lists.nth(place).focus()
            lists.nth(place).select_option(id)
        button.focus()
        press(page, "Enter")

    due = ["abc"[int(field.get_attribute("id")[-1])] for field in lists.all()]
    lists.first.select_option("d")
    button.click()
    assert message("self_check.still_open", count=2) in reply(1, "unreadable")
    choose(["d", *due[1:]])
    assert message("self_check.matched", right=2, count=3) in reply(1, "wrong") and "pair" not in reply(1, "wrong")
    choose(due)
    assert "why matching" in reply(1, "right")

    form = forms.nth(2)
    order = lambda: [row.inner_text().split()[1][0] for row in form.locator("li").all()]  # noqa: E731
    first = order()
    assert sorted(first) == list("abcd") and first != list("abcd")
    for place, id in enumerate("abcd"):
        while order().index(id) > place:
            form.locator("li").nth(order().index(id)).locator("button").first.focus()
            press(page, "Enter")
            assert page.evaluate("document.activeElement.closest('li').innerText").split()[1][0] == id, "the focus stays with the entry that moves"
    assert form.locator(".crm-spoken").inner_text()
    form.get_by_role("button", name=message("self_check.check"), exact=True).focus()
    press(page, "Enter")
    assert "why ordering" in reply(2, "right")

    area = forms.nth(3).locator("textarea")
    area.focus()
    page.keyboard.type("First Entry")
    press(page, "Enter")
    page.keyboard.type("something else dd")
    forms.nth(3).get_by_role("button").click()
    assert message("self_check.recalled", right=1, count=2) in reply(3, "wrong") and "something else dd" in reply(3, "wrong")
    area.fill("first entry\nother words")
    forms.nth(3).get_by_role("button").click()
    assert "why list" in reply(3, "right")

    asked, field = forms.nth(4).locator(".crm-asked"), forms.nth(4).locator("input")
    before = asked.inner_text()
    field.fill("0.001")
    press(page, "Enter")
    reply(4, "wrong")
    again = forms.nth(4).get_by_role("button", name=message("self_check.again"), exact=True)
    for _ in range(3):  # the same figures may come twice
        again.click()
        page.wait_for_timeout(200)
        if asked.inner_text() != before:
            break
    assert asked.inner_text() != before and field.input_value() == ""
    assert "crm-none" in forms.nth(4).locator(".crm-reply").get_attribute("class") or not forms.nth(4).locator(".crm-reply").inner_text()
    assert area.input_value() == "first entry\nother words", "what was written elsewhere stays"
    assert len(book.cells()) == 1, "a key reached JupyterLab's commands"
    assert not violations(check)
    photograph(check, f"{language}-self-check-arranged")
    assert not book.complaints() and not book.failed_outputs()


def test_a_whole_lesson_is_asked_one_question_at_a_time_and_ends_with_a_count(page, opened, photograph, language):
    book, check = shown(page, opened, language, one_at_a_time=True)
    forms = check.locator("form")
    assert forms.count() == 1 and message("self_check.place", place=1, count=5) in check.inner_text()
    forms.locator("input[value=b]").click()
    forms.get_by_role("button", name=message("self_check.check"), exact=True).click()
    check.locator(".crm-right").wait_for()
    for place in range(2, 6):
        check.get_by_role("button", name=message("self_check.next"), exact=True).focus()
        press(page, "Enter")
        check.get_by_text(message("self_check.place", place=place, count=5)).wait_for()
        assert page.evaluate("document.activeElement.closest('form') !== null"), "the focus goes to the new question"
    forms.locator("textarea").first.fill("a draft")
    check.get_by_role("button", name=message("self_check.finish"), exact=True).click()
    check.get_by_text(message("self_check.end", right=1, count=3)).wait_for()
    assert not violations(check)
    photograph(check, f"{language}-self-check-end")
    check.get_by_role("button", name=message("self_check.back"), exact=True).click()
    forms.locator("textarea").first.wait_for()
    assert forms.locator("textarea").first.input_value() == "a draft", "going back loses nothing"
    assert not violations(check)
    assert not book.complaints() and not book.failed_outputs()
