"""Tables of the course in JupyterLab: axe finds nothing, wide ones scroll inside themselves, the glossary can be searched."""

import pytest

from crmlib.language import glossary, message, use_language
from tests.browser import lab
from tests.browser.axe import violations

CELLS = (
    'import pandas\nfrom crmlib import show, use_language\nuse_language("{language}")',
    "show.glossary()",
    'show.exam_sheet("09-loyalty-economics")',
    "show.notation()",
    'show.exam_points("09-loyalty-economics")',
    "show.lesson_map()",
    'show.table(pandas.DataFrame({{name: [1.5, 2.5] for name in ("channel", "retention_rate", *map(str, range(12)))}}))',
)


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def test_tables_are_found_faultless_and_scroll_inside_themselves_on_a_phone(page, opened, photograph, language):
    lab.write_notebook(page, f"tables-{language}.ipynb", *(cell.format(language=language) for cell in CELLS))
    book = opened(f"tables-{language}.ipynb")
    book.run_all()
    tables = book.panel.locator("[role=group]:has(> table)")
    book.panel.locator(".crm-glossary").wait_for()
    assert tables.count() == len(CELLS) - 2
    sheet = book.panel.locator("dl")
    assert not violations(tables) and not violations(sheet)
    photograph(sheet, f"{language}-exam-sheet")

    # The panel, not the window, is made narrow: JupyterLab's own frame needs more than a phone has.
    narrow = "panels => panels.forEach(each => { each.style.maxWidth = '360px'; })"
    book.panel.locator(".jp-Cell").evaluate_all(narrow)
    for place in range(tables.count()):
        box, room = tables.nth(place).bounding_box(), tables.nth(place).locator("xpath=ancestor::*[contains(@class,'jp-OutputArea')][1]").bounding_box()
        assert box["width"] <= room["width"] <= 360, f"table {place} is wider than its place"
    assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth"), "the sheet is wider than its place"
    assert tables.last.evaluate("box => box.scrollWidth > box.clientWidth"), "the widest table fits: it does not try scrolling"
    tables.last.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=tables.last.element_handle())
    assert not book.complaints() and not book.failed_outputs()


def test_the_glossary_is_searched_in_both_languages_and_by_pinyin(page, opened, photograph, language):
    lab.write_notebook(page, f"glossary-{language}.ipynb", CELLS[0].format(language=language), CELLS[1])
    book = opened(f"glossary-{language}.ipynb")
    book.run_all()
    whole = book.panel.locator(".crm-glossary")
    whole.wait_for()
    field, found = whole.get_by_label(message("show.search")), whole.locator("tbody tr:visible")
    assert whole.locator("[role=status]").inner_text() == message("show.found", count=len(glossary()))
    clv = glossary()["customer_lifetime_value"]
    for typed in ("Customer Lifetime", clv.text.zh, clv.text.zh_hant, "kehu zhongshen", "kehuzhongshen", clv.pinyin):
        field.fill("")
        field.focus()
        page.keyboard.insert_text(typed)
        found.filter(has_text=clv.text.en).wait_for()
        assert 1 <= found.count() < 10, typed
    assert not violations(whole)
    photograph(whole, f"{language}-glossary")
    field.fill("no such term")
    whole.get_by_text(message("show.found", count=0)).wait_for()
    assert not violations(whole)
