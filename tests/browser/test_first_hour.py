"""From the zip to a moved control, a corrected practice answer and a file to hand in, as somebody who has never seen Jupyter does it.

No error, no warning, no dialog on the way; in the Chinese course no English word that is not a name or part of a program.
"""

import json
import os
import re
import socket
import sys
import zipfile

import pytest

from crmlib import course, handout, my_course, opening, premade, use_language
from tests.browser import lab

STEM = "09-loyalty-economics"
START = "00-start.ipynb"
MENUS = {"en": "File Edit View Run Kernel Tabs Help", "zh": "文件 编辑 查看 运行 内核 标签页 帮助"}
DOWNLOAD = {"en": ("File", "Download"), "zh": ("文件", "下载")}
# Names, keys and file names are no words of a language.
NAMES = r"CRM|Shift|Up|Down|Enter|Ctrl|Cmd|Mac|README|ipynb|start\.py|python|my-course|crmlib|use_language|zh|en|lang|assignments"
NOT_READ = ".cm-editor, code, .jp-InputPrompt, .jp-OutputPrompt, style, script, input"


@pytest.fixture(scope="module", params=["en", "zh"])
def opened_course(request, tmp_path_factory):
    """The unpacked zip, opened as start.py opens it; the environment is the one of these tests."""
    language, folder = request.param, tmp_path_factory.mktemp(f"student-{request.param}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handout, "unbuilt", lambda *_: {})  # is a test of its own, and takes long
        archive = handout.write(language, folder / "course.zip")
    zipfile.ZipFile(archive).extractall(folder)
    root = folder / f"crm-course-{language}"
    assert premade.stale(language, root) == []
    use_language(language)
    try:
        view = opening.view(language, root=root)
        assert my_course.refresh(view.folder, my_course.sources(root, language, premade.lessons(language, root))) == []
        view = opening.view(language, root=root)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process, address = opening.start(view, python=sys.executable, port=port, base={**os.environ, "PYTHONPATH": str(root)}, tell=print)
    finally:
        use_language("en")
    yield language, root, address
    process.terminate()
    process.wait(30)


def test_from_the_zip_to_a_file_to_hand_in(browser, opened_course, screenshots):
    language, root, address = opened_course
    page = browser.new_page(viewport={"width": 1366, "height": 625}, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page.set_default_timeout(lab.SECONDS_TO_REACT * 1000)
    try:
        page.goto(address, timeout=lab.SECONDS_TO_START * 1000)
        Student(page, language, screenshots).works_from_the_start_page_to_the_answer(root)
    finally:
        page.close()


class Student:
    def __init__(self, page, language, screenshots):
        self.page, self.language, self.screenshots = page, language, screenshots
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def works_from_the_start_page_to_the_answer(self, root) -> None:
        title = next(lesson.title.in_language(self.language) for lesson in course.lessons() if lesson.stem == STEM)
        self.panel.locator("table").first.wait_for()
        self.page.locator(".jp-TableOfContents-content .jp-tocItem, .jp-TableOfContents-tree li").first.wait_for()
        assert " ".join(self.page.locator("#jp-menu-panel .lm-MenuBar-itemLabel").all_inner_texts()) == MENUS[self.language]
        assert not self.page.locator("#filebrowser:visible").count(), "the list of files is folded away"
        self.looks("start")

        self.panel.get_by_role("link", name=title, exact=True).click()
        self.panel.locator("h1").filter(has_text=title).wait_for()
        self.moves_a_control()

        self.panel.locator(f"a[href*='{START}']").first.click()
        self.panel.get_by_role("link", name=title, exact=True).wait_for()
        self.panel.locator(f"td a[href*='assignments/{self.language}/{STEM}']").click()
        self.corrects_an_answer()
        self.page.keyboard.press("ControlOrMeta+s")
        handed_in = root / my_course.FOLDER / "assignments" / self.language / STEM / f"{STEM}.ipynb"
        for _ in range(100):
            if "0.5 / 0.01" in (text := handed_in.read_text(encoding="utf-8")):
                break
            self.page.wait_for_timeout(100)
        sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
        assert any(source.endswith("0.5 / 0.01") for source in sources), "the file to hand in has the answer"
        assert (root / "assignments" / self.language / STEM / f"{STEM}.ipynb").read_text(encoding="utf-8") != text, "and the course's own does not"
        self.downloads_the_same_file(text)

    def downloads_the_same_file(self, text: str) -> None:
        """File → Download, as the start page tells."""
        file, download = DOWNLOAD[self.language]
        self.page.locator("#jp-menu-panel .lm-MenuBar-item").filter(has_text=file).click()
        entry = self.page.locator(".lm-Menu-item").filter(has=self.page.get_by_text(download, exact=True))
        entry.wait_for()
        self.page.screenshot(path=self.screenshots / f"first-hour-{self.language}-file.png")
        with self.page.expect_download() as downloaded:
            entry.click()
        assert downloaded.value.suggested_filename == f"{STEM}.ipynb"
        assert json.loads(downloaded.value.path().read_text(encoding="utf-8")) == json.loads(text)

    def moves_a_control(self) -> None:
        """The picture is there before anything has run; one cell, the first one ever, makes it move."""
        cell = self.panel.locator(".jp-CodeCell").filter(has_text="explore.").filter(has_not_text="import").first
        still = cell.locator(".jp-RenderedHTML img").first
        still.scroll_into_view_if_needed()
        assert 600 < still.evaluate("image => image.naturalWidth && image.width") < 1000, "at its natural size"
        assert len(still.get_attribute("alt")) > 20, "with words for a screen reader"
        self.looks("lesson")
        self.is_ready()
        still.click()  # the code of a lesson is folded away; the picture stands for it
        self.page.keyboard.press("Shift+Enter")
        explorer = lab.Explorer(cell)
        explorer.wait_until_drawn()
        before = explorer.seen()
        explorer.move()
        explorer.wait_for_change(before)
        cell.locator(".crm-explorer").scroll_into_view_if_needed()
        self.looks("moved")

    def corrects_an_answer(self) -> None:
        """The check first, then a wrong answer, then the right one: three sentences, no error."""
        check = self.panel.locator(".jp-CodeCell").filter(has_text='check.practice("9.1a"').first
        answer = self.panel.locator(".jp-CodeCell").filter(has_text="random_mailing_cost =").first
        check.scroll_into_view_if_needed()
        self.run(check, "random_mailing_cost")
        self.looks("unknown")
        marks = self.page.locator(".jp-tocItem-content").evaluate_all("titles => titles.map(title => getComputedStyle(title, '::after').content)")
        assert marks and set(marks) <= {"none", '""'}, "nothing is broken: no sign of it in the table of contents"
        said = set()
        for name, value in (("wrong", "0.5 * 0.01"), ("right", "0.5 / 0.01")):
            answer.locator(".cm-content").click()
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(f"random_mailing_cost = {value}")
            self.page.keyboard.press("Shift+Enter")
            before = check.locator(".jp-OutputArea-output").all_inner_texts()
            self.run(check)
            self.page.wait_for_function("([cell, before]) => cell.innerText !== before", arg=[check.element_handle(), "".join(before)])
            self.page.wait_for_timeout(500)
            said.add("".join(check.locator(".jp-OutputArea-output").all_inner_texts()))
            self.looks(name)
        assert len(said) == 2 and all(said)

    def is_ready(self) -> None:
        """The circle at the upper right says that the kernel is there and has nothing to do."""
        self.panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def run(self, cell, expected: str = "") -> None:
        self.is_ready()
        cell.locator(".cm-content").first.click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            "cell => { const words = cell.querySelector('.jp-InputPrompt')?.innerText ?? ''; return /\\[\\d+\\]/.test(words); }", arg=cell.element_handle()
        )
        if expected:
            cell.locator(".jp-OutputArea-output").filter(has_text=expected).wait_for()

    def looks(self, name: str) -> None:
        """What is on the screen now: a picture of it, nothing red, no dialog, and no word of the other language."""
        self.page.screenshot(path=self.screenshots / f"first-hour-{self.language}-{name}.png")
        assert not self.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
        assert not self.panel.locator(lab.RED).all_text_contents()
        if self.language == "zh":
            text = self.page.evaluate(
                """hidden => [...document.querySelectorAll('#jp-menu-panel, #jp-left-stack, .jp-NotebookPanel:not(.lm-mod-hidden)')].map(part => {
                    const seen = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), texts = [];
                    while (seen.nextNode()) {
                        const element = seen.currentNode.parentElement, place = element.getBoundingClientRect();
                        if (place.width && place.top < innerHeight && place.bottom > 0 && !element.closest(hidden)) texts.push(seen.currentNode.data);
                    }
                    const titles = [...part.querySelectorAll('[title]')].filter(element => element.getClientRects().length).map(element => element.title);
                    return [...texts, ...titles].join(' ');
                }).join(' ')""",
                NOT_READ,
            )
            found = [word for word in re.findall(r"[A-Za-z][A-Za-z._-]{2,}", text) if "_" not in word and not re.fullmatch(NAMES, word)]
            assert not found, f"English words on the Chinese page ({name}): {found}"
