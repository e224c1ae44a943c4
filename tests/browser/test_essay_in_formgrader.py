"""A marker in formgrader: every part of the essay's rubric has its own box for points, with sentences to start from above it."""

import pytest

from crmlib import assignments, cli
from crmlib.essay import rules
from crmlib.grading.doors import class_run
from tests.browser import lab
from tests.browser.test_formgrader import browser_page
from tests.support import essays
from tests.support.class_of_students import copy_course


@pytest.fixture(scope="module")
def course(browser, tmp_path_factory):
    """A Chinese class with one paper that came as a Word file."""
    root = copy_course(tmp_path_factory.mktemp("essay"))
    papers = tmp_path_factory.mktemp("papers")
    essays.save(essays.word(essays.text(1)), papers / "2024001.docx")
    assert cli.main(["essay", str(papers), "--course", "zh", "--root", str(root)]) == 0
    assignments.generate(rules.STEM, "zh", root, gradebook=True)
    class_run.grade(class_run.Class("zh", root), rules.STEM)
    with lab.server(root / "course" / "zh", tmp_path_factory.mktemp("jupyter")) as address:
        yield root, address


def test_every_part_of_the_rubric_is_marked_and_the_sum_is_kept(browser, course, screenshots):
    _, address = course
    with browser_page(browser, address) as (page, _):
        page.goto(f"{address}/formgrader/gradebook/{rules.STEM}/{rules.STEM}")
        page.locator("#main-table a").filter(has_text="Submission").first.click()
        page.wait_for_url("**/formgrader/submissions/**")
        boxes = page.locator("input.score")
        boxes.first.wait_for()
        page.wait_for_load_state("networkidle")
        assert boxes.count() == len(rules.criteria()) == 7
        text = page.locator("body").inner_text()
        for criterion in rules.criteria():
            assert criterion.top.zh in text
            assert criterion.id == "structure" or criterion.comments[0].zh in text
        assert essays.text(1)[1][1] in text and "机器检查的格式" in text
        for place in range(7):
            box = boxes.nth(place)
            box.fill("5")
            with page.expect_response(lambda reply: "/formgrader/api/grade/" in reply.url and reply.request.method == "PUT"):
                box.press("Tab")
        page.screenshot(path=screenshots / "formgrader-essay.png", full_page=True)
        page.goto(f"{address}/formgrader/manage_submissions/{rules.STEM}")
        row = page.locator("#main-table tr").filter(has_text="2024001")
        row.get_by_text("35 / 100").wait_for()
        assert row.locator(".status").inner_text().strip() == "graded"
