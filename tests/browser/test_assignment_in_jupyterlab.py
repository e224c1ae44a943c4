"""The released assignment in JupyterLab, as a student works on it: answer, run, read what it says."""

import re

import pytest

from crmlib import course
from crmlib.assignments import marked_by_machine
from crmlib.language import LANGUAGES, message, use_language
from tests.browser import lab

# What a person marks from the first point to the last has no check that could say anything.
RELEASED = sorted((language, stem) for language in LANGUAGES for stem in marked_by_machine(language))
PRACTISED = [(language, stem) for language, stem in RELEASED if stem == "09-loyalty-economics"]


@pytest.fixture
def in_language():
    """Speak the assignment's language in this process too, to know what its page should say."""
    yield use_language
    use_language("en")


@pytest.mark.parametrize(("language", "stem"), PRACTISED)
def test_practice_says_at_once_whether_an_answer_is_right_and_why_not(opened, photograph, in_language, language, stem):
    in_language(language)
    notebook = opened(f"assignments/{language}/{stem}/{stem}.ipynb")
    notebook.run("setup")

    right = answered(notebook, "random_mailing_cost = 0.5 / 0.01")
    assert right == message("check.practice_right", id="9.1a", received="50.0")

    wrong = answered(notebook, "random_mailing_cost = 0.5 * 0.01")
    assert wrong.startswith(message("check.practice_wrong", id="9.1a", received="0.005"))
    named = course.exercise("9.1").misconceptions["multiplied"]
    assert str(named.text) in wrong, "the misconception is not named"
    assert str(course.point(named.read).term) in wrong, "the place to read again is not named"
    photograph(notebook.panel, f"{language}-{stem}-assignment-practice")

    assert not notebook.complaints() and not notebook.dialogs()


def answered(notebook, text: str) -> str:
    """Type an answer to 9.1a, run it and its check, and return what the check says on the page."""
    notebook.write("random-mailing-cost", text)
    notebook.run("random-mailing-cost")
    notebook.run("random-mailing-cost-check")
    place = notebook.place_of("random-mailing-cost-check")
    (output,) = notebook.cells()[place]["outputs"]
    shown = notebook.cell(place).locator(".jp-OutputArea-output")
    said = lab.text_of(output).strip()
    # The page draws what the model holds a moment later; a student reads the page.
    notebook.page.wait_for_function("([area, said]) => area.innerText.trim() === said", arg=[shown.element_handle(), said])
    return said


@pytest.mark.parametrize(("language", "stem"), RELEASED)
def test_an_untouched_assignment_runs_and_says_shortly_what_is_missing(opened, photograph, in_language, language, stem):
    in_language(language)
    notebook = opened(f"assignments/{language}/{stem}/{stem}.ipynb")
    notebook.run_all()

    errors = {}
    for cell in notebook.cells():
        if cell["cell_type"] == "code":
            assert cell["execution_count"], f"{cell['id']} was not reached"
        for output in lab.outputs(cell):
            assert output.get("name") != "stderr", (cell["id"], lab.text_of(output))
            if output["output_type"] == "error":
                errors[cell["id"]] = (cell["metadata"].get("tags", []), lab.text_of(output))
    assert errors, "an untouched assignment says nowhere that answers are missing"
    for id, (tags, said) in errors.items():
        assert "raises-exception" in tags, f"{id} fails although it is no graded test cell: {said}"
        assert re.match(r"\d+\.\d+[a-z][:：]", said) and "Traceback" not in said and len(said.splitlines()) <= 5, f"{id} shows more than our sentence: {said}"

    # What is red on the page is exactly these sentences: no traceback, no widget that failed.
    notebook.page.wait_for_function("([red, count]) => panel.node.querySelectorAll(red).length >= count", arg=[lab.RED, len(errors)])
    assert [text.strip() for text in notebook.failed_outputs()] == [said.strip() for _, said in errors.values()]
    first = next(iter(errors))
    photograph(notebook.cell(notebook.place_of(first)), f"{language}-{stem}-assignment-untouched")
    assert not notebook.dialogs()
