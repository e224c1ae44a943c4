"""Tables: what they show, in both languages, without a warning and without a kernel."""

import html
import re
import warnings

import pandas
import pytest

from crmlib import course, show
from crmlib.language import glossary as all_terms
from crmlib.language import message, use_language

LANGUAGES = ("en", "zh")
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def strict():
    """Every warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@both_languages
def test_tables_of_the_course_speak_the_language_in_use(language):
    use_language(language)
    chinese = "\u4e00-\u9fff"
    for found in (show.lesson_map(), show.point_map(), show.exam_points("09-loyalty-economics")):
        assert found._repr_html_() == found.source and found.source.startswith("<")
        assert "<" not in found.text.replace("<-", ""), "text for a terminal still holds tags"
        assert bool(re.search(f"[{chinese}]", found.text)) == (language == "zh")
    assert len(course.lessons()) == show.lesson_map().source.count("<tr>") - 1
    assert show.exam_points("09-loyalty-economics").source.count("<tr>") == len(course.points("09-loyalty-economics")) + 1


@both_languages
def test_a_table_has_headings_of_the_glossary_and_escapes_everything(language):
    use_language(language)
    data = pandas.DataFrame({"channel": ["<script>alert(1)</script>", "a & b"], "retention_rate": [0.8, float("nan")], "<b>": [12345.6, 1]})
    source = show.table(data).source
    assert "<script" not in source and "<b>" not in source
    assert "&lt;script&gt;" in source and "a &amp; b" in source and "&lt;b&gt;" in source
    assert html.escape(show.heading("retention_rate")) in source and "retention_rate" not in source
    assert "12,346" in source and "nan" not in source


@both_languages
def test_a_long_table_is_cut_and_says_so(language):
    use_language(language)
    found = show.table(pandas.DataFrame({"n": range(50)}), most_rows=5)
    assert found.source.count("<tr>") == 6
    assert message("show.more_rows", shown=5, count=50) in found.text


def test_an_index_that_is_data_becomes_a_column_and_one_that_only_counts_does_not():
    data = pandas.DataFrame({"channel": ["a", "b"], "n": [1, 2]})
    assert show.table(data).source.count('scope="col"') == 2
    assert show.table(data.set_index("channel")).source.count('scope="col"') == 2


def test_rows_keep_html_that_is_html_already_and_escape_the_rest():
    found = show.rows([(show.Html("<em>kept</em>"), "<em>shown</em>")])
    assert "<em>kept</em>" in found.source and "&lt;em&gt;shown&lt;/em&gt;" in found.source
    assert found.text.startswith("kept\t<em>shown</em>")


def aligned(source):
    """The alignment of every entry, row by row, headings first."""
    return [re.findall(r"<t[hd][^>]*text-align:(\w+)", row) for row in re.findall(r"<tr>.*?</tr>", source)]


def test_numbers_stand_at_the_right_and_words_at_the_left():
    data = pandas.DataFrame({"channel": ["a", "b"], "n": [1, 2], "share": [0.5, None], "loyal": [True, False], "x": [None, "y"]})
    assert aligned(show.table(data).source) == [["left", "right", "right", "left", "left"]] * 3
    assert aligned(show.rows([("a", 1), ("b", 2)]).source) == [["left", "right"]] * 2


def test_the_decimals_of_a_column_stand_below_each_other():
    data = pandas.DataFrame({"rate": [0.1, 0.07, 0.223], "mean": [3.0, float("nan"), 4.5], "sum": [12345.6, 2.5, 1.25], "n": [1, 2, 3], "tiny": [1e-6, 0.5, 2]})
    lines = [line.split("\t")[:5] for line in show.table(data).text.splitlines()[1:]]
    assert [line[0] for line in lines] == ["0.100", "0.070", "0.223"]
    assert [line[1] for line in lines] == ["3.0", "", "4.5"]
    assert [line[2] for line in lines] == ["12,346", "2.5", "1.25"]
    assert [line[3] for line in lines] == ["1", "2", "3"]
    assert [line[4] for line in lines] == ["1e-06", "0.5", "2"]


@both_languages
def test_yes_and_no_are_words_of_the_language_wherever_they_stand(language):
    use_language(language)
    yes, no = {"en": ("yes", "no"), "zh": ("是", "否")}[language]
    data = pandas.DataFrame({"answered": pandas.array([True, False], dtype="boolean"), "loyal": [True, False], "count": [1, 2]})
    wide = data.pivot(index="answered", columns="loyal", values="count")
    for found in (show.table(data), show.table(wide), show.table(data.set_index(["answered", "loyal"]).unstack())):
        assert yes in found.text and no in found.text
        assert "True" not in found.text and "False" not in found.text


@both_languages
def test_every_table_scrolls_inside_itself_has_a_name_and_no_heading_is_empty(language):
    use_language(language)
    nameless = pandas.DataFrame({"n": [1, 2]}, index=["a", "b"])
    tables = [show.table(nameless), show.table(pandas.DataFrame({"": ["a", "b"], "n": [1, 2]})), show.notation(), show.lesson_map()]
    tables += [show.exam_points(lesson.stem) for lesson in course.lessons()]
    for found in tables:
        assert re.match(r'<div role="group" tabindex="0" data-lm-suppress-shortcuts="true" aria-label="[^"]+" style="overflow-x:auto', found.source)
        headings = re.findall(r"<th[^>]*>(.*?)</th>", found.source)
        assert headings and all(heading.strip() for heading in headings), headings
        assert found.source.count("<th ") == found.source.count(' scope="'), "a heading that does not say what it heads"


def test_the_first_column_heads_its_row_only_where_it_names_it():
    named, repeated = pandas.DataFrame({"x": ["a", "b"], "n": [1, 2]}), pandas.DataFrame({"x": ["a", "a"], "n": [1, 2]})
    assert show.table(named).source.count('scope="row"') == 2
    assert show.table(repeated).source.count('scope="row"') == show.table(named[["n", "x"]]).source.count('scope="row"') == 0


@both_languages
@pytest.mark.parametrize("stem", [lesson.stem for lesson in course.lessons()])
def test_an_exam_sheet_has_a_sentence_or_list_for_every_point(language, stem):
    use_language(language)
    found = show.exam_sheet(stem)
    for point in course.points(stem):
        assert html.escape(str(point.term)) in found.source and html.escape(str(point.sheet)) in found.source
    assert found.source.count("<dt ") == found.source.count("<dd ") == len(course.points(stem))
    assert "<table" not in found.source, "a table cannot be set in columns, and a long sheet must be"


@both_languages
def test_the_notation_names_every_letter_once_with_its_unit(language):
    use_language(language)
    quantities = [term for term in all_terms().values() if term.symbol and term.unit]
    source = show.notation().source
    symbols = re.findall(r"<i>(.*?)</i>", source)
    assert sorted(symbols) == sorted({term.symbol for term in quantities}) and len(symbols) == len(quantities) > 20
    assert all(message(f"show.unit_{term.unit}") in source for term in quantities)


@both_languages
def test_the_glossary_can_be_searched_and_is_folded_by_letter_without_a_kernel(language):
    use_language(language)
    found = show.glossary()
    bundle = found._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = bundle["text/html"]
    assert page.count("<details>") == len({re.sub("[^a-z]", "0", term.text.en[0].casefold()) for term in all_terms().values()})
    for term in all_terms().values():
        assert html.escape(term.text.en) in page and html.escape(term.text.zh) in page and html.escape(term.pinyin) in page
    assert len(found.terms) == len(all_terms()) and found.headings == [message(f"show.{name}") for name in ("term_en", "term_zh", "pinyin", "symbol", "also")]
    traditional = next(term for term in all_terms().values() if term.text.zh_hant != term.text.zh)
    assert traditional.text.zh_hant in [term["more"] for term in found.terms]
