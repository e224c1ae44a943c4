"""Every lesson in JupyterLab in a browser, as a student sees it: it runs, its explorers move, its self-checks answer.

A lesson is tested by existing in notebooks/en or notebooks/zh.
"""

import pytest

from crmlib import course
from crmlib.explorers import explorers_of
from tests.browser import lab
from tests.browser.axe import violations

LESSONS = sorted((path.parent.name, path.stem) for language in ("en", "zh") for path in (lab.REPOSITORY / "notebooks" / language).glob("*.ipynb"))
# A usual laptop of 1366 x 768 less the browser's own bars; and a narrow phone.
SMALL_LAPTOP = {"width": 1366, "height": 625}
PHONE = {"width": 360, "height": 640}


@pytest.mark.parametrize(("language", "stem"), LESSONS)
def test_a_lesson_runs_and_everything_in_it_answers(opened, photograph, language, stem):
    notebook = opened(f"notebooks/{language}/{stem}.ipynb")
    notebook.run_all()
    cells = notebook.cells()

    not_run = [cell["id"] for cell in cells if cell["cell_type"] == "code" and lab.source(cell).strip() and not cell["execution_count"]]
    assert not not_run, f"these cells were not reached: {not_run}"
    assert_nothing_went_wrong(notebook, cells)
    photograph(notebook.panel, f"{language}-{stem}")

    explorers = names_of_explorers(stem)  # the notebook for revising has widgets with pictures, too; they are tried by a test of their own
    found = [place for place, cell in enumerate(cells) if explorers and any(map(lab.is_explorer, lab.outputs(cell)))]
    assert len(found) >= len(explorers), "the lesson does not show every explorer of its module"
    see_that_all_fit(notebook, found, photograph, f"{language}-{stem}")
    for place in found:
        see_that_the_explorer_follows(notebook.cell(place), photograph, f"{language}-{stem}-{cells[place]['id']}")

    checks = [place for place, cell in enumerate(cells) if "self_check(" in lab.source(cell)]
    assert all(any(map(lab.is_self_check, lab.outputs(cells[place]))) for place in checks)
    answered = [see_that_the_self_check_answers(notebook.cell(place)) for place in checks]
    if any(answered):
        place = checks[answered.index(True)]
        photograph(notebook.cell(place), f"{language}-{stem}-{cells[place]['id']}")
    assert any(answered) or not checks, "no self-check of this lesson has a question with options to choose from"

    tables = notebook.panel.locator("[role=group]:has(> table)")
    if tables.count():
        assert not violations(tables)

    # Moving and answering ran code of the library: it, too, must not have failed or warned anywhere.
    notebook.wait_until_idle()
    assert_nothing_went_wrong(notebook, notebook.cells())


def assert_nothing_went_wrong(notebook, cells):
    red = [
        (cell["id"], lab.text_of(output))
        for cell in cells
        for output in lab.outputs(cell)
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert not red
    assert not notebook.failed_outputs(), "the page shows an error where the cells hold none: look at the widgets"
    assert not notebook.complaints(), "a handler failed or warned where no cell shows it"
    assert not notebook.dialogs()


def names_of_explorers(stem: str) -> list[str]:
    """The explorers that the library has for a lesson."""
    lesson = next((lesson for lesson in course.lessons() if lesson.stem == stem), None)
    return list(explorers_of(lesson.module)) if lesson else []


def see_that_the_explorer_follows(cell, photograph, name):
    """The parts are there, and every control, moved by keyboard, changes the picture, the sentence and what is spoken."""
    cell.scroll_into_view_if_needed()
    explorer = lab.Explorer(cell)
    explorer.wait_until_drawn()
    photograph(cell, name)
    assert explorer.question.inner_text().strip()
    assert 1 <= explorer.controls.count() <= 4
    assert explorer.sentence.inner_text().strip()
    for control in range(explorer.controls.count()):
        before, spoken = explorer.seen(), explorer.spoken(control)
        explorer.move(control)
        explorer.wait_for_change(before)
        assert explorer.alternative().strip() == explorer.sentence.inner_text().strip()
        now = explorer.spoken(control)
        assert now[0] == now[1] != spoken[1], "a screen reader hears another value than is printed"
    assert not violations(explorer.whole)
    photograph(cell, f"{name}-moved")


def see_that_all_fit(notebook, places, photograph, name):
    """Whole on a small laptop's screen, with every part to be reached on a phone."""
    page, before = notebook.page, notebook.page.viewport_size
    try:
        page.set_viewport_size(SMALL_LAPTOP)
        room = notebook.panel.locator(".jp-WindowedPanel-outer").evaluate("panel => panel.clientHeight")
        for place in places:
            explorer = lab.Explorer(notebook.cell(place))
            explorer.whole.scroll_into_view_if_needed()
            assert explorer.height() <= room, f"{name}: {explorer.height()} of {room} pixels"
            size = explorer.image.evaluate("image => [image.clientWidth, image.naturalWidth / devicePixelRatio]")
            assert size[0] == size[1], "the picture is not shown at its own size"
        for sheet in notebook.panel.locator("dl").all():
            height = sheet.locator("xpath=..").evaluate("sheet => sheet.scrollHeight")
            assert height <= room, f"{name}: the exam sheet has {height} of {room} pixels"
            photograph(sheet, f"{name}-exam-sheet")
        photograph(notebook.panel, f"{name}-small-laptop")
        page.set_viewport_size(PHONE)
        page.evaluate("jupyterapp.shell.collapseLeft()")
        for place in places:
            explorer = lab.Explorer(notebook.cell(place))
            explorer.whole.scroll_into_view_if_needed()
            width = explorer.whole.evaluate("explorer => explorer.clientWidth")
            for control in explorer.controls.all():
                assert control.bounding_box()["width"] >= 13 and control.evaluate(
                    "(control, width) => control.offsetLeft + control.offsetWidth <= control.closest('.crm-explorer').offsetLeft + width + 1", width
                ), "a control leaves a narrow screen"
            photograph(explorer.whole, f"{name}-{place}-phone")
    finally:
        page.set_viewport_size(before)
        page.evaluate("jupyterapp.shell.expandLeft()")


def see_that_the_self_check_answers(cell) -> bool:
    """Choose the first option of the first choice question and read the feedback; False where there is no such question."""
    check = cell.locator(".crm-check")
    check.scroll_into_view_if_needed()
    assert not violations(check)
    form = check.locator("form").filter(has=cell.page.locator("input[type=radio]")).first
    if not form.count():
        return False
    form.locator("input[type=radio]").first.click()
    form.locator("button[type=submit]").click()
    form.locator(".crm-right, .crm-wrong").wait_for()
    assert form.locator(".crm-reply p").count() > 1, "the feedback gives no reason"
    assert not violations(check)
    return True
