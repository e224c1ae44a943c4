"""The outline builder in JupyterLab: chosen by keyboard alone, the outline follows, axe finds nothing, and the paper's check stands in a table."""

import pytest

from crmlib.essay import rules
from crmlib.language import use_language
from tests.browser import lab
from tests.browser.axe import violations

SOURCE = '''
from crmlib import essay, use_language
use_language("{language}")
essay.outline()
'''


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_outline_is_built_by_keyboard_alone(page, opened, photograph, language):
    use_language(language)
    path = f"outline-{language}.ipynb"
    lab.write_notebook(page, path, SOURCE.format(language=language))
    book = opened(path)
    book.run_all()
    builder = book.cell(0).locator(".crm-outline")
    builder.wait_for()
    assert builder.get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    assert not violations(builder)

    text = builder.locator("textarea")
    thesis, moderator = rules.choices("thesis")[1], rules.choices("moderator")[2]
    assert str(rules.choices("thesis")[0].text) in text.input_value()
    builder.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("([area, words]) => area.value.includes(words)", arg=[text.element_handle(), str(thesis.text)])
    builder.locator(f"input[data-group=moderator][value={moderator.id}]").focus()
    page.keyboard.press("Space")
    page.wait_for_function("([area, words]) => area.value.includes(words)", arg=[text.element_handle(), str(moderator.line)])
    before = builder.locator(".crm-advice").inner_text()
    for choice in builder.locator("input[data-group=moderator]").all()[:2]:
        choice.check()
    page.wait_for_function("([list, words]) => list.innerText !== words", arg=[builder.locator(".crm-advice").element_handle(), before])
    assert not violations(builder)
    photograph(builder, f"outline-{language}")
    assert len(book.cells()) == 1, "a key reached JupyterLab's commands"
    assert builder.evaluate("each => each.scrollWidth <= each.clientWidth + 1"), "nothing is cut off at the right"
