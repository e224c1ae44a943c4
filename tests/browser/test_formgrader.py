"""formgrader in a real browser: an instructor presses its autograde button, sees the mark due, and opens the submission.

The server's root is the class's course root, as one server per class wants it. Whatever the page asks for is written
down, because a submission must not make an instructor's browser fetch or run anything.
"""

import json
from contextlib import contextmanager

import pytest

from crmlib import assignments
from crmlib.grading.record import rows
from tests.browser import lab
from tests.support import assignments_data as data
from tests.support.class_of_students import copy_course, hand_in, make_class

STEM = "09-loyalty-economics"
# What a submission could bring: none of it may be fetched, run or drawn as a part of the page.
ACTIVE = (
    "<script src='https://elsewhere.example/a.js'></script><script>window.stolen = document.cookie</script>"
    "<img src='https://elsewhere.example/b.png' onerror='window.stolen = 1'><iframe src='https://elsewhere.example/c'></iframe>\n\n"
    "![picture](https://elsewhere.example/d.png) [link](javascript:window.stolen=1) $\\href{javascript:window.stolen=1}{x}$"
)
DISPLAYED = "from IPython.display import HTML, Javascript, display\ndisplay(HTML(" + repr(ACTIVE) + "))\ndisplay(Javascript('window.stolen = 1'))"


@pytest.fixture(scope="module", params=["en", "zh"])
def course(request, browser, tmp_path_factory):
    """A course root with two submissions; the second one, wrong in places, carries active content."""
    language = request.param
    root = copy_course(tmp_path_factory.mktemp("formgrader"))
    model, _, *others = make_class(STEM, language)
    wrong = next(student for student in others if sum(student.due.values()) < sum(model.due.values()))
    hand_in(root, STEM, language, [model, wrong])
    path = root / "course" / language / "submitted" / wrong.id / STEM / f"{STEM}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += [
        {"cell_type": "markdown", "id": "mine-1", "metadata": {}, "source": ACTIVE},
        {"cell_type": "code", "id": "mine-2", "metadata": {}, "source": DISPLAYED, "outputs": [], "execution_count": None},
    ]
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    assignments.generate(STEM, language, root, gradebook=True)
    with lab.server(root / "course" / language, tmp_path_factory.mktemp("jupyter")) as address:
        yield language, root, wrong, address


@contextmanager
def browser_page(browser, address):
    """A page, logged in, and the address of everything it asks for."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    try:
        page.set_default_timeout(lab.SECONDS_TO_REACT * 1000)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/login?token={lab.TOKEN}&next=%2Fformgrader%2Fmanage_submissions%2F{STEM}")
        yield page, asked
    finally:
        page.close()


def test_the_autograde_button_gives_the_mark_due_and_the_page_is_safe_to_open(browser, course, screenshots):
    language, root, student, address = course
    with browser_page(browser, address) as (page, asked):
        row = page.locator("#main-table tr").filter(has_text=student.id)
        row.get_by_text("needs autograding").wait_for()
        row.locator(".autograde a").click()
        dialog = page.locator(".modal.in, .modal.show")
        dialog.wait_for(timeout=lab.SECONDS_TO_RUN * 1000)
        page.screenshot(path=screenshots / f"formgrader-{language}-autograded.png")
        assert "Successfully autograded" in dialog.inner_text(), dialog.inner_text()[-3000:]
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="hidden")

        points, due = sum(data.points(STEM).values()), sum(student.due.values())
        shown = row.locator(".score").inner_text()
        earned, _, whole = shown.partition(" / ")
        assert (float(earned), float(whole)) == (pytest.approx(due, abs=0.01), points)
        assert row.locator(".status").inner_text().strip() == "graded"
        other = page.locator("#main-table tr").filter(has_text="model")
        assert "needs autograding" in other.inner_text(), "the button grades one student"

        page.goto(f"{address}/formgrader/gradebook/{STEM}/{STEM}")
        page.locator("#main-table a").filter(has_text="Submission").first.click()
        page.wait_for_url("**/formgrader/submissions/**")
        page.locator(".nbgrader_cell").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=screenshots / f"formgrader-{language}-submission.png", full_page=True)
        assert page.evaluate("window.stolen") is None
        assert [address for address in asked if not address.startswith((f"{course[3]}/", "data:", "blob:"))] == []
        brought = page.locator("iframe, img[src*=elsewhere], [onerror], [onload]")
        assert brought.evaluate_all("all => all.map(each => each.outerHTML)") == []
        assert "javascript:" not in page.locator("a").evaluate_all("all => all.map(each => each.protocol)")
        assert page.locator("script[src*='//']").evaluate_all("all => all.map(each => new URL(each.src).hostname)") in ([], ["127.0.0.1"])

        text = page.locator("body").inner_text()
        row = rows.read(root / "course" / language, STEM, student.id)
        reasons = [reason for question in row["questions"] for reason in question["reasons"]]
        assert reasons
        for reason in reasons:
            assert _plain(reason) in _plain(text), "a reason does not stand on the page"


def _plain(text):
    return "".join(text.split())
