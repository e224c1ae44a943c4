"""Every lesson in JupyterLab in a browser, as a student sees it: it runs, its explorers move, its self-checks answer.

A lesson is tested by existing in notebooks/en or notebooks/zh.
"""

import importlib
import inspect

import pytest

from crmlib import course
from tests.browser import lab
from tests.browser.axe import violations

LESSONS = sorted(
    (path.parent.name, path.stem) for language in ("en", "zh") for path in (lab.REPOSITORY / "notebooks" / language).glob("*.ipynb")
)


@pytest.mark.parametrize(("language", "stem"), LESSONS)
def test_a_lesson_runs_and_everything_in_it_answers(opened, photograph, language, stem):
    notebook = opened(f"notebooks/{language}/{stem}.ipynb")
    notebook.run_all()
    cells = notebook.cells()

    not_run = [cell["id"] for cell in cells if cell["cell_type"] == "code" and lab.source(cell).strip() and not cell["execution_count"]]
    assert not not_run, f"these cells were not reached: {not_run}"
    assert_nothing_went_wrong(notebook, cells)
    photograph(notebook.panel, f"{language}-{stem}")

    found = [place for place, cell in enumerate(cells) if any(map(lab.is_explorer, lab.outputs(cell)))]
    assert len(found) >= explorers_of(stem), "the lesson does not show every explorer of its module"
    for place in found:
        see_that_the_explorer_follows(notebook.cell(place), photograph, f"{language}-{stem}-{cells[place]['id']}")

    checks = [place for place, cell in enumerate(cells) if any(map(lab.is_self_check, lab.outputs(cell)))]
    assert len(checks) == sum("self_check(" in lab.source(cell) for cell in cells)
    answered = [see_that_the_self_check_answers(notebook.cell(place)) for place in checks]
    if any(answered):
        place = checks[answered.index(True)]
        photograph(notebook.cell(place), f"{language}-{stem}-{cells[place]['id']}")
    assert any(answered) or not checks, "no self-check of this lesson has a question with options to choose from"

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


def explorers_of(stem: str) -> int:
    """How many explorers the library has for a lesson."""
    module = next((lesson.module for lesson in course.lessons() if lesson.stem == stem), None)
    if module is None or importlib.util.find_spec(f"crmlib.explorers.{module}") is None:
        return 0
    explorers = importlib.import_module(f"crmlib.explorers.{module}")
    functions = inspect.getmembers(explorers, inspect.isfunction)
    return sum(function.__module__ == explorers.__name__ and not name.startswith("_") for name, function in functions)


def see_that_the_explorer_follows(cell, photograph, name):
    """The parts are there, and the first slider, moved by keyboard, changes the picture and the sentence."""
    cell.scroll_into_view_if_needed()
    explorer = lab.Explorer(cell)
    explorer.wait_until_drawn()
    photograph(cell, name)
    assert explorer.question.inner_text().strip()
    assert 1 <= explorer.sliders.count() <= 4
    before = explorer.seen()
    assert before[1].strip()
    assert explorer.alternative(), "the picture has no text alternative"
    at_the_end = explorer.sliders.first.get_attribute("aria-valuenow") == explorer.sliders.first.get_attribute("aria-valuemax")
    explorer.press("ArrowLeft" if at_the_end else "ArrowRight")
    explorer.wait_for_change(before)
    assert explorer.alternative().strip() == explorer.sentence.inner_text().strip()
    photograph(cell, f"{name}-moved")


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
