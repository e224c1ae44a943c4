"""The feedback page in Chromium: axe finds nothing, and nothing scrolls sideways on a telephone."""

import pytest

from crmlib.language import LANGUAGES, use_language
from tests.browser.axe import violations
from tests.test_page import made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, tmp_path, language, width):
    use_language(language)
    (tmp_path / "page.html").write_text(made(), encoding="utf-8")
    shown = browser.new_page(viewport={"width": width, "height": 768})
    try:
        shown.goto((tmp_path / "page.html").as_uri())
        assert not violations(shown)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        shown.close()
