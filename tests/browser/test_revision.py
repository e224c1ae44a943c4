"""The front door of revision in JupyterLab: cards, plan, weak spots with their ways, a mock paper, and files; no error in either language."""

from datetime import timedelta

import pytest

from crmlib import course
from crmlib.language import message, use_language
from crmlib.revision import dates, place
from crmlib.revision.cards import all_cards
from crmlib.revision.progress import Progress
from tests.browser import lab
from tests.browser.axe import violations

FORMS = ("quiz", "plan", "spots", "mock", "sheets", "paper", "along")


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def test_a_learner_revises_plans_sits_a_paper_and_takes_it_along(page, opened, photograph, language):
    book = opened(f"notebooks/{language}/11-revision.ipynb")
    book.run_all()
    assert not book.complaints() and not book.failed_outputs() and not book.dialogs()
    part = {id: book.cell(book.place_of(id)).locator(".crm-check, .crm-plan, .crm-documents").first for id in FORMS}
    for id in FORMS:
        part[id].wait_for()
        part[id].scroll_into_view_if_needed()
        assert not violations(part[id]), id
        photograph(part[id], f"{language}-revision-{id}")
    before = len(Progress(place.file()).reviews())
    answers_in_sentences(page, part["quiz"])
    assert len(Progress(place.file()).reviews()) == before + 1, "it is in the file as soon as it is rated"
    goes_to_a_quiz_on_one_point(part["spots"])
    makes_a_plan(page, part["plan"])
    photograph(part["plan"], f"{language}-revision-planned")
    sits_a_paper(page, part["mock"], photograph, language)
    opens_a_sheet(page, part["sheets"], language)
    with page.expect_download() as saved:
        part["along"].get_by_role("button", name=message("revision.for_moodle"), exact=True).click()
    assert saved.value.suggested_filename == f"crm-course-{language}.xml"
    assert not book.complaints() and not book.failed_outputs()
    follows_a_link(page, part["spots"], language)


def answers_in_sentences(page, quiz) -> None:
    """The choice of a short answer, the model answer, the marking points, the rating: by keyboard."""
    short = next(card for card in all_cards().values() if card.kind == "short")
    with_it = quiz.locator("select")
    with_it.select_option(short.point)
    quiz.get_by_role("button", name=message("revision.quiz_start"), exact=True).focus()
    page.keyboard.press("Enter")
    for _ in range(12):
        if quiz.locator("textarea").count() and quiz.get_by_role("button", name=message("self_check.compare"), exact=True).count():
            break
        quiz.get_by_role("button", name=message("self_check.next"), exact=True).click()
        page.wait_for_timeout(150)
    while (compare := quiz.get_by_role("button", name=message("self_check.compare"), exact=True)).count():
        compare.first.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
    rate = quiz.locator(".crm-rating button").nth(2)
    rate.wait_for()
    rate.focus()
    page.keyboard.press("Enter")
    quiz.get_by_text(message("revision.rating_kept")).wait_for()
    assert not violations(quiz)


def goes_to_a_quiz_on_one_point(spots) -> None:
    more = spots.get_by_role("button", name=message("revision.quiz_once_more"), exact=True)
    assert more.count() == 10
    more.first.click()
    spots.locator("form").first.wait_for()


def makes_a_plan(page, plan) -> None:
    exam = dates.today() + timedelta(days=20)
    plan.locator("input[type=date]").fill("2020-01-01")
    plan.get_by_role("button", name=message("revision.plan_make"), exact=True).click()
    plan.locator(".crm-refused").wait_for()
    assert "2020-01-01" in plan.locator(".crm-refused").inner_text()
    plan.locator("input[type=date]").fill(exam.isoformat())
    plan.locator("input[type=number]").fill("45")
    page.keyboard.press("Enter")
    plan.get_by_text(message("revision.plan_days", days=20, date=exam.isoformat(), minutes=45)).wait_for()
    assert plan.locator("tbody tr").count() >= 15


def sits_a_paper(page, mock, photograph, language) -> None:
    mock.get_by_role("button", name=message("revision.mock_begin"), exact=True).click()
    mock.locator(".crm-clock").wait_for()
    assert mock.locator(".crm-clock").inner_text().strip()
    radio = mock.locator("input[type=radio]").first
    radio.check()
    area = mock.locator("textarea").last
    area.fill("what I think")
    photograph(mock, f"{language}-revision-mock-running")
    assert not violations(mock)
    mock.get_by_role("button", name=message("revision.mock_hand_in"), exact=True).click()
    mock.locator(".crm-table").wait_for()
    assert mock.locator(".crm-clock").is_hidden() and mock.locator(".crm-right, .crm-wrong").count() >= 3
    assert area.input_value() == "what I think", "what was written stays beside the model answer"
    assert mock.locator("input[type=radio]").first.is_disabled()
    mock.get_by_role("button", name=message("self_check.compare"), exact=True).first.click()
    mock.locator(".crm-model .crm-verdict").first.wait_for()
    assert not violations(mock)
    photograph(mock, f"{language}-revision-mock-marked")
    page.wait_for_timeout(200)


def opens_a_sheet(page, sheets, language) -> None:
    with page.context.expect_page() as opening:
        sheets.get_by_role("button").nth(8).click()
    sheet = opening.value
    sheet.wait_for_load_state()
    assert sheet.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    assert course.lesson("09-loyalty-economics").title.in_language(language) in sheet.locator("h1").inner_text()
    assert sheet.locator("dt").count() == len(course.points("09-loyalty-economics"))
    sheet.close()


def follows_a_link(page, spots, language) -> None:
    """The section that teaches the point, in the lesson beside this page."""
    link = spots.locator("td a").first
    link.scroll_into_view_if_needed()
    heading = link.text_content()
    link.click()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").get_by_role("heading", name=heading).first.wait_for()
    # Pictures above it are drawn later and may push the heading on, so the page is only to have gone there.
    page.wait_for_function("() => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer').scrollTop > 200")


def test_a_lesson_asks_once_whether_its_self_checks_count(page, opened, photograph, language, tmp_path):
    folder = tmp_path / "learner"
    lab.write_notebook(
        page,
        f"counting-{language}.ipynb",
        f"import os\nos.environ['{place.VARIABLE}'] = {str(folder)!r}\nfrom crmlib import use_language\nuse_language('{language}')",
        "from crmlib.explorers import self_check\nself_check('09-loyalty-economics', 'customer-relationship-value-five')",
        "self_check('09-loyalty-economics', 'clv-definition')",
    )
    book = opened(f"counting-{language}.ipynb")
    book.run_all()
    first, second = (book.cell(place).locator(".crm-check") for place in (1, 2))
    first.locator("form input").first.check()
    first.get_by_role("button", name=message("self_check.check"), exact=True).first.click()
    first.get_by_role("button", name=message("revision.count_yes"), exact=True).wait_for()
    assert not folder.exists(), "nothing is stored before the answer to this"
    assert not violations(first)
    photograph(first, f"{language}-revision-consent")
    first.get_by_role("button", name=message("revision.count_yes"), exact=True).click()
    first.get_by_text(message("revision.count_agreed")).wait_for()
    second.locator("form input").first.check()
    second.get_by_role("button", name=message("self_check.check"), exact=True).first.click()
    second.locator(".crm-right, .crm-wrong").first.wait_for()
    book.wait_until_idle()
    assert second.locator(".crm-consent").is_hidden()
    assert len(Progress(folder / place.NAME).reviews()) == 2
    assert not book.complaints() and not book.failed_outputs()
