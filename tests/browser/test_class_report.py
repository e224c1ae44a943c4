"""The report on a class and the page on similar work in Chromium: axe finds nothing, nothing scrolls sideways, nothing is fetched."""

import pytest

from crmlib.classroom import page, report, similarity
from crmlib.language import LANGUAGES, use_language
from tests.browser.axe import violations
from tests.support.classroom_course import STEM, the_class
from tests.test_classroom_report import graded
from tests.test_classroom_similarity import GIVEN, class_of

__all__ = ["graded"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_fetched(browser, tmp_path, graded, language):
    use_language(language)
    answers = class_of(6)
    answers["s0001"]["essay"] = answers["s0002"]["essay"]
    report.write(the_class(graded, "en"), STEM, tmp_path / "report.html")
    (tmp_path / "similarity.html").write_text(page.similarity(similarity.compare(answers, GIVEN, assignment=STEM)), encoding="utf-8")
    for name in ("report.html", "similarity.html"):
        for width in (1366, 360):
            shown = browser.new_page(viewport={"width": width, "height": 768})
            asked = []
            shown.on("request", lambda request, asked=asked: asked.append(request.url))
            try:
                shown.goto((tmp_path / name).as_uri())
                assert not violations(shown), name
                assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
                assert [url for url in asked if not url.startswith("file:")] == []
            finally:
                shown.close()
