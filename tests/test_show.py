"""Tables: what they show, in both languages, without a warning and without a kernel."""

import html
import re
import warnings

import pandas
import pytest

from crmlib import course, show
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
    assert show.table(data).source.count("<th ") == 2
    assert show.table(data.set_index("channel")).source.count("<th ") == 2


def test_rows_keep_html_that_is_html_already_and_escape_the_rest():
    found = show.rows([(show.Html("<em>kept</em>"), "<em>shown</em>")])
    assert "<em>kept</em>" in found.source and "&lt;em&gt;shown&lt;/em&gt;" in found.source
    assert found.text.startswith("kept\t<em>shown</em>")
