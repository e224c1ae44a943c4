"""The axe helper itself: it finds what is wrong, only where it is told to look, and never looks at nothing."""

import pytest

from tests.browser.axe import violations

PAGE = """<!doctype html><html lang="en"><head><title>page</title></head><body><main><h1>Page</h1>
<section id="good"><label>Name <input></label></section>
<section id="bad"><input><p style="color:#bbb;background:#fff">pale</p></section></main></body></html>"""


def test_axe_finds_what_is_wrong_in_the_part_named(browser):
    page = browser.new_page()
    try:
        page.set_content(PAGE)
        assert not violations(page.locator("#good"))
        assert sorted(line.split(" ")[0] for line in violations(page.locator("#bad"))) == ["color-contrast", "label"]
        assert violations(page) == violations(page.locator("#bad")) == violations(page.locator("section"))
        assert not violations(page.locator("#bad"), but=("label", "color-contrast"))
        with pytest.raises(AssertionError, match="nothing"):
            violations(page.locator("#neither"))
    finally:
        page.close()
