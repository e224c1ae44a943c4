"""What ``python start.py --instructor`` opens: JupyterLab in the class's course root, with a formgrader that knows its assignments."""

import os
import socket
import sys

import pytest

from crmlib import opening
from tests.browser import lab
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course

KERNEL = {"en": "Kernel", "zh": "内核"}


@pytest.fixture(params=["en", "zh"])
def opened_class(request, tmp_path):
    """The class of a copy of the course, opened as start.py opens it."""
    root = copy_course(tmp_path / "course")
    view = opening.view(request.param, instructor=True, root=root)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process, address = opening.start(view, python=sys.executable, port=port, base={**os.environ, "PYTHONPATH": str(root)}, tell=print)
    yield request.param, address
    process.terminate()
    process.wait(30)


def test_formgrader_opens_in_the_class_and_lists_every_assignment(browser, opened_class, screenshots):
    language, address = opened_class
    page = browser.new_page(viewport={"width": 1366, "height": 625})
    try:
        page.set_default_timeout(lab.SECONDS_TO_REACT * 1000)
        page.goto(address, timeout=lab.SECONDS_TO_START * 1000)
        menus = page.locator("#jp-menu-panel .lm-MenuBar-itemLabel")
        menus.get_by_text(KERNEL[language], exact=True).wait_for()
        page.locator(".jp-DirListing-itemText").get_by_text("nbgrader_config.py").wait_for()
        menus.get_by_text("Nbgrader", exact=True).click()
        page.locator(".lm-Menu-item[data-command='nbgrader:open-formgrader']").click()
        formgrader = page.frame_locator("iframe[src*=formgrader]")
        rows = formgrader.locator("#main-table tr")
        for stem in data.STEMS:
            rows.filter(has_text=stem).first.wait_for()
        page.screenshot(path=screenshots / f"instructor-{language}.png")
        formgrader.get_by_role("link", name="Manage Students").first.click()
        formgrader.get_by_text("Add new student").first.wait_for()
        assert not page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
    finally:
        page.close()
