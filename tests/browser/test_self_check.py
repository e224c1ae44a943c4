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


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def shown(page, opened, language, one_at_a_time) -> tuple:
    """A notebook with the check in it, run; gives the check's place on the page."""
    path = f"self-check-{language}-{one_at_a_time}.ipynb"
    lab.write_notebook(page, path, QUESTIONS.format(language=language, one_at_a_time=one_at_a_time))
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
