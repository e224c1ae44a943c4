"""What the browser tests share: one JupyterLab over a copy of the course, one page, and a folder for screenshots."""

import os
from pathlib import Path

import pytest

from tests.browser import lab


def pytest_collection_modifyitems(items):
    # Everything here starts a server and a browser.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def browser():
    """One Chromium for all browser tests, ended with them: its event loop must not run beside other tests."""
    reason = lab.missing()
    if reason and os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{reason}, and under CI these tests must not be skipped")
    if reason:
        pytest.skip(f"{reason}: nothing was opened in a browser")
    with lab.chromium() as started:
        yield started


@pytest.fixture(scope="package")
def page(browser, tmp_path_factory):
    """JupyterLab, loaded in Chromium, over a copy of the course."""
    # matplotlib looks through the machine's fonts once and says so on stderr; a fresh machine does that here.
    import crmlib.figures  # noqa: F401

    root = lab.copy_of_the_course(tmp_path_factory.mktemp("course"))
    with lab.server(root, tmp_path_factory.mktemp("jupyter")) as address, lab.page(browser, address) as opened:
        yield opened


@pytest.fixture
def opened(page):
    """Opens notebooks by their path in the course, and closes them after the test."""
    books = []

    def open_notebook(path: str) -> lab.Notebook:
        books.append(lab.Notebook(page, path))
        return books[-1]

    yield open_notebook
    for book in books:
        book.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory):
    """Where pictures of what was seen are kept: the folder that CRMLIB_SCREENSHOTS names, or a temporary one."""
    folder = Path(os.environ.get("CRMLIB_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def photograph(screenshots):
    """Takes a picture of a part of the page, under a name."""

    def take(locator, name: str) -> None:
        # Cells out of view have estimated heights: let the page settle at this place before the picture is taken.
        locator.scroll_into_view_if_needed()
        locator.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")
        locator.screenshot(path=screenshots / f"{name}.png")

    return take
