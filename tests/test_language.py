"""The bottom layer speaks both languages alike, helpfully and lightly."""

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from crmlib import language
from crmlib.language import LANGUAGES, Text, current_language, glossary, listing, message, term, use_language
from tests.benchmarks import import_cost
from tests.support.catalogue import every, try_each
from tests.support.messages import catalogues
from tests.support.syntax import facts
from tests.support.wording import HAN, forms_avoided, half_width

CRMLIB = Path(language.__file__).parent
CATALOGUES = catalogues(language.MESSAGES)
MESSAGES = {f"{room}.{name}": texts for room, catalogue in CATALOGUES.items() for name, texts in catalogue.items()}


def blanks(text):
    return sorted((name, form, conversion or "") for _, name, form, conversion in string.Formatter().parse(text) if name is not None)


def test_every_message_says_the_same_in_both_languages():
    def same(key):
        texts = MESSAGES[key]
        assert set(texts) == set(LANGUAGES)
        assert all(text.strip() for text in texts.values())
        assert blanks(texts["en"]) == blanks(texts["zh"])
        assert all(blank.isidentifier() for blank, *_ in blanks(texts["en"]))

    try_each(MESSAGES, same)


def test_every_message_is_written_as_its_language_writes():
    def written(key):
        english, chinese = MESSAGES[key]["en"], MESSAGES[key]["zh"]
        assert half_width(chinese) == []
        assert not re.search(HAN, english)
        assert not re.search("[，；：？！。、（）]", english) or key == "language.separator"
        if re.search(HAN, chinese):
            assert not re.search(r"[.。]\s*\.$|。。|，，", chinese)

    try_each(MESSAGES, written)


def test_the_rule_on_punctuation_catches_what_it_should():
    assert half_width("收到的是,请改") and half_width("3,请") and half_width("为何?") and half_width("注意:A")
    assert not half_width("收到的是，请改") and not half_width("取 [1, 2, 3] 时") and not half_width('写 "a,请"') and not half_width("用 `x:请`")


def test_no_message_uses_a_form_that_the_glossary_avoids():
    found = {name: [form for text in texts.values() for form in forms_avoided(text)] for name, texts in MESSAGES.items()}
    assert {name: forms for name, forms in found.items() if forms} == {}


def test_the_search_for_forms_to_avoid_finds_them():
    for each in glossary().values():
        for form in each.forms_to_avoid:
            assert (each.key, form) in forms_avoided(f"x {form} y")


def calls_of_message():
    """Every message(...) of the library with a key written out: where it stands, its key, the blanks it fills."""
    for file in sorted(CRMLIB.rglob("*.py")):
        for line, key, names in facts(file).messages:
            yield f"{file.name}:{line}", key, names


def test_every_message_that_code_asks_for_is_there_and_gets_its_blanks_filled():
    found = list(calls_of_message())
    assert len(found) > 80
    assert [(where, key) for where, key, _ in found if key not in MESSAGES] == []
    assert [
        (where, key, missing)
        for where, key, given in found
        if given is not None and (missing := {name for name, *_ in blanks(MESSAGES[key]["en"])} - given)
    ] == []


@every(
    ("written", "code"),
    [("en", "en"), ("zh", "zh"), ("zh-CN", "zh"), ("zh_CN", "zh"), ("ZH", "zh"), (" En ", "en"), ("en-GB", "en"), ("zh-Hant-TW", "zh")],
)
def test_use_language_understands_the_usual_codes(written, code):
    use_language(written)
    assert current_language() == code


@every("unknown", ["de", "english", "中文", "", "e", "z", None, 1, ["en"], "zhh", "-en", "\ud800"])
def test_use_language_refuses_others_helpfully_and_keeps_the_language(unknown):
    for before in LANGUAGES:
        use_language(before)
        with pytest.raises(ValueError) as caught:
            use_language(unknown)
        assert repr(unknown) in str(caught.value)
        assert 'use_language("en")' in str(caught.value) and 'use_language("zh")' in str(caught.value)
        assert current_language() == before


def test_a_message_changes_with_the_language_even_after_it_was_read():
    assert message("check.unanswered") == "There is no answer here yet."
    use_language("zh")
    assert message("check.unanswered") == "这里还没有作答。"
    assert listing(["甲", "乙", 3]) == "甲、乙、3"
    use_language("en")
    assert listing(["a", "b", 3]) == "a, b, 3"
    assert listing([]) == ""


def test_what_fills_a_blank_is_never_taken_for_a_blank_itself():
    assert "{0} {name.__class__}" in message("check.not_a_number", received="{0} {name.__class__}")


def test_a_text_knows_all_its_forms_and_speaks_the_language_in_use():
    text = Text("stage", "阶段", "階段")
    assert (str(text), text.in_language("zh"), text.forms) == ("stage", "阶段", ("stage", "阶段", "階段"))
    use_language("zh")
    assert str(text) == "阶段" and Text("a", "b").forms == ("a", "b")
    with pytest.raises(AttributeError):
        text.en = "other"


def test_a_term_is_found_by_its_key_and_an_unknown_one_is_refused_helpfully():
    assert str(term("customer_lifetime_value")) == "customer lifetime value"
    use_language("zh")
    assert str(term("customer_lifetime_value")) == "客户终身价值"
    for speaking in LANGUAGES:
        use_language(speaking)
        with pytest.raises(KeyError) as caught:
            term("no_such_thing")
        assert "no_such_thing" in str(caught.value) and "glossary.csv" in str(caught.value)


@pytest.mark.parametrize("module", ["crmlib", "crmlib.language", "crmlib.arguments", "crmlib.course", "crmlib.check", "crmlib.show"])
def test_importing_loads_none_of_the_heavy_libraries(module):
    heavy = ["numpy", "pandas", "matplotlib", "ipywidgets", "IPython", "nbformat", "nbgrader", "scipy"]
    code = f"import {module}, sys; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=CRMLIB.parent, capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


def test_importing_crmlib_prints_nothing_and_speaks_english():
    code = "import crmlib; print(crmlib.language.current_language(), 'use_language' in crmlib.__all__)"
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=CRMLIB.parent, capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("en True", "")


@pytest.mark.slow
def test_importing_crmlib_costs_at_most_a_fifth_of_importing_pandas():
    assert import_cost.processor_seconds("import crmlib") <= import_cost.processor_seconds("import pandas") / 5


def test_every_name_that_a_page_speaks_comes_from_the_catalogue():
    sources = [path for ending in ("js", "j2") for path in CRMLIB.rglob(f"*.{ending}")]
    assert len(sources) > 8
    literal = re.compile(r"""\b(?:aria-label|aria-description|aria-valuetext|placeholder|alt)["']?\s*[=:,]\s*["'`][A-Za-z]""")
    assert literal.search('<p aria-label="Difficulty">') and literal.search('{ "aria-label": "Plan" }') and not literal.search('"aria-label": words.name')
    assert not [f"{path.name}: {found[0]}" for path in sources for found in literal.finditer(path.read_text(encoding="utf-8"))]
