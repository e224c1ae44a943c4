"""Names are understood wherever an answer may hold them, messages use words, and no misconception is named that is none."""

import math

import pandas
import pytest

from crmlib import check, course
from crmlib.check import below
from crmlib.check.functions import judge_function
from crmlib.check.kinds import Choice, Matching, Number, Numbers, Ordering, Table, judge
from crmlib.check.practice import judge_practice
from crmlib.check.reading import as_label, as_list, as_number
from crmlib.language import LANGUAGES, use_language
from tests.support import assignments_data as data
from tests.support.catalogue import every

TYPES = {"partner": [2, 32000], "functional": [3, 58500], "emotional": [2, 6000], "drifting": [1, 9900]}
COLUMNS = ["relationship_type", "customers", "volume"]


def types(names, **more):
    table = {name: entries for name, entries in zip(names, TYPES.values())}
    return check.table(table, expected=TYPES, columns=COLUMNS, options={"relationship_type": "2.3/type"}, points=4, **more)


@every(
    "names",
    [
        ["partner", "functional", "emotional", "drifting"],
        ["Partner", "FUNCTIONAL ", "emotional relationship", "drifting"],
        ["伙伴型", "功能关系", "感情关系", "游离关系"],
        ["夥伴型", "功能關係", "感情關係", "遊離關係"],
        ["①伙伴", "②功能型", "③感情", "④游離型"],
    ],
)
def test_a_table_takes_every_name_of_an_option(names):
    assert types(names) == 4.0


def test_a_table_takes_the_names_and_the_headings_that_a_shown_table_prints():
    due = {"corner_shop": 30.0, "brand_centre": 35.0}
    columns = ["offer", "delivered_value"]
    for given in (
        {"街角小店": 30, "品牌中心": 35},
        {"corner shop": 30, "brand centre": 35},
        pandas.DataFrame({"offer": ["Corner shop", "brand-centre"], "delivered value": [30, 35]}),
        pandas.DataFrame({"offer": ["街角小店", "brand_centre"], "让渡价值": [30, 35]}),
        [{"offer": "corner_shop", "讓渡價值": 30}, {"offer": "brand centre", "让渡价值": 35}],
    ):
        assert check.table(given, expected=due, columns=columns, points=2) == 2.0, given


def test_entries_of_a_table_are_names_too():
    due = {"customer": ["student", "clerk"], "offer": ["canteen", "noodle_bar"], "delivered_value": [75, 40]}
    given = {"customer": ["学生", "clerk"], "offer": ["食堂", "面馆"], "delivered_value": [75, 40]}
    assert check.table(given, expected=due, columns=list(due), points=2) == 2.0
    given["offer"] = ["食堂", "食堂"]
    assert check.table(given, expected=due, columns=list(due), points=2) == 1.0


def test_an_index_is_the_first_column_whatever_it_is_called():
    table = pandas.DataFrame({"customers": [2, 3, 2, 1], "volume": [32000, 58500, 6000, 9900]}, index=pandas.Index(["伙伴型", "功能", "感情", "游离"], name="kind"))
    assert check.table(table, expected=TYPES, columns=COLUMNS, options={"relationship_type": "2.3/type"}, points=4) == 4.0


def test_where_a_table_has_options_the_visible_check_remarks_on_another_name_and_grading_costs_one_row(capsys):
    options = {"relationship_type": "2.3/type"}
    check.table({"buddy": [2, 32000]}, columns=COLUMNS, options=options)
    assert "'buddy' is not one of the options" in capsys.readouterr().out
    assert check.table({"buddy": [0, 0]} | TYPES, expected=TYPES, columns=COLUMNS, options=options, points=4) == 3.0
    check.table(TYPES, columns=COLUMNS, options=options)
    assert "not one of" not in capsys.readouterr().out


def test_two_rows_of_one_name_are_a_row_too_many_unless_they_say_the_same():
    def rows(*more):
        return check.table([["a", 1], ["b", 2], *more], expected={"a": 1, "b": 2}, columns=["x", "y"], points=2)

    assert rows(["A", 1]) == 2.0
    assert rows(["A", 5]) == 1.0


@every(
    ("given", "due"),
    [
        ("①e2", "e2"), ("⑪ e2", "e2"), ("❶e2", "e2"), ("㊀定制", "定制"), ("⒈e2", "e2"), ("⑴e2", "e2"), ("第1步：e2", "e2"), ("步骤一：签约", "签约"),
        ("Step 2: sign", "sign"), ("定制化服務", "定制化服务"), ("定製化服務", "定制化服务"), ("顧客探測與維繫過程", "顾客探测与维系过程"), ("1e2", "1e2"),
    ],
)  # fmt: skip
def test_numbering_and_traditional_characters_do_not_count(given, due):
    assert as_label(given) == as_label(due)


def test_circled_numbers_part_a_list_and_never_become_digits():
    assert as_list("①e2②e5③e1") == ["e2", "e5", "e1"]
    assert as_number("①12.5") == 12.5
    assert check.ordering("①e2，②e5，③e1", expected=["e2", "e5", "e1"], options=["e1", "e2", "e5"], points=1) == 1.0


def test_a_list_of_words_that_hold_commas_is_cut_at_the_stronger_signs():
    given = "看产品；调出以往经验、朋友信息和其他反馈；在自己的思维中描绘出期望"
    assert judge_practice("5.9a", given).right
    assert judge_practice("5.9a", given.replace("；", " → ")).right


@every("stem", data.STEMS)
def test_every_option_of_the_course_is_known_by_each_of_its_names_in_traditional_characters_too(stem):
    from crmlib.check.reading import _characters

    back = {simplified: traditional for traditional, simplified in ((chr(one), other) for one, other in _characters().items())}
    for exercise in course.exercises(stem):
        for name, options in exercise.options.items():
            kind = Choice(None, options)
            for option in options:
                for form in (option.id, *option.text.forms, *option.also):
                    traditional = "".join(back.get(character, character) for character in form)
                    assert kind.option(f"①{traditional}") == option.id, (exercise.number, name, form)


# ---- reasons that mislead ------------------------------------------------------------------------------------------


def test_a_misconception_is_no_wider_than_the_key():
    wide = Number(10, absolute=0.5, relative=0)
    assert judge(wide, 1000.4, [(1000, "9.1/multiplied")]).named
    assert not judge(Number(10), 1003, [(1000, "9.1/multiplied")]).named
    assert not judge(Numbers([10, 20]), [10, 1003], [(["", 1000], "9.1/multiplied")]).named
    assert not judge(Table({"a": 10}, ["x", "y"]), {"a": 1003}, [({"a": [1000]}, "9.1/multiplied")]).named
    verdict = judge_function(lambda x: 1003, [({"x": 1}, 10)], (), {"9.1/multiplied": lambda x: 1000}, {}, Number(None))
    assert not verdict.named


@every(("id", "text"), [("2.5c", "2000%"), ("9.1a", "100%"), ("2.5b", ["100", "300%", "4"]), ("4.1a", "400%")])
def test_a_per_cent_where_an_amount_is_wanted_is_said_to_be_one_and_no_misconception(id, text):
    verdict = judge_practice(id, text)
    assert not verdict.right and not verdict.named


@every(("given", "right"), [(91.4, True), (0.914, True), ("91.4%", True), ("百分之91.4", True), (9.14, False), ("0.914%", False)])
def test_by_how_many_per_cent_takes_the_number_and_the_fraction(given, right):
    assert check.number(given, expected=0.914, unit="per_cent", points=1) == float(right)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_checks_invites_rounding_or_speaks_of_division(language):
    from crmlib.language import wording

    use_language(language)
    for key in ("number_wrong", "places_wrong", "unit_count", "unit_none", "call_wrong"):
        words = wording(f"check.{key}").replace("unrounded", "").replace("不要取整", "")
        assert not any(word in words for word in ("round", "divided", "取整", "四舍五入", "除以")), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_practice_mistake_that_nobody_has_foreseen_is_told_what_is_asked_and_where_to_read(language):
    use_language(language)
    for id, answer in (("2.5c", 77), ("2.6a", {"2022": "basic"}), ("2.1a", {"p1": "basic"})):
        exercise, _ = course.practice_item(id)
        said = " ".join(judge_practice(id, answer).reasons)
        assert all(str(course.point(point).term) in said for point in exercise.points), said
    assert str(course.practice_item("2.5c")[1].asks) in " ".join(judge_practice("2.5c", 77).reasons)


def test_an_option_in_a_sentence_has_its_words_and_is_not_endless():
    use_language("zh")
    assert judge(Choice("large", "4.2/size"), "equal").reasons == ("“两者一样好”不对。",)
    said = Choice(None, "4.2/measure").shown_options()
    assert len(said) < 400 and "cut_price（降价7元" in said
    reason = Matching({"p1": "basic", "p2": "basic"}, "2.1/vignette", "2.1/stage").score({"p1": "cooperative"}).reasons[0]
    assert "p1“一家餐馆" in reason and "p2" not in reason and "1 处未作答" in reason
    assert Ordering(["a"], ["a", "b"]).named("a") == "a"


def test_a_form_check_warns_of_too_few_decimals(capsys):
    check.number(0.05, unit="rate", decimals=4)
    check.numbers([0.1234, 0.05], count=2, decimals=4)
    check.table({"a": 0.05}, columns=["x", "y"], decimals=4)
    assert capsys.readouterr().out.count("at least 4 decimals") == 3
    check.number(0.05194, unit="rate", decimals=4)
    check.number(math.inf, decimals=2)
    assert "decimals" not in capsys.readouterr().out


# ---- the answer's place --------------------------------------------------------------------------------------------


@every(
    ("source", "line"),
    [
        ("x = ...   # ←\n42", "42"), ("x = ...\n\"large\"", '"large"'), ("x = None\n3 / 4", "3 / 4"), ("x = ...\n['a',\n 'b']", "['a',"),
        ("x = 42", ""), ("x = ...", ""), ("x = ...\nprint(3)", ""), ("x = ...\n...", ""), ("x = ", ""), ("'words'\nx = 3", ""),
    ],
)  # fmt: skip
def test_an_answer_below_its_name_is_seen(source, line):
    assert below.line_below(source)[0] == line


def test_a_cell_that_no_parser_can_hold_is_no_answer_below():
    assert below.line_below("x = ...\n" + "-" * 100_000 + "1")[0] == ""
    assert below.line_below("x = ...\n" + "(" * 5_000)[0] == ""


def test_the_visible_checks_say_that_the_answer_stands_below(monkeypatch):
    class Kernel:
        user_ns = {"In": ["", "x = ...   # ←\n42", "check.number(x)"]}

    class IPython:
        get_ipython = staticmethod(lambda: Kernel)

    monkeypatch.setitem(below.sys.modules, "IPython", IPython)
    with pytest.raises(check.FormError, match="“42” stands alone below"):
        check.number(...)
    Kernel.user_ns["In"][1:] = ["x = ...\n42", "y = ...", "check.practice('2.5c', y)"]
    with pytest.raises(check.FormError, match="no answer here yet.$"):
        check.number(...)


def test_a_practice_answer_below_its_name_is_said_so(monkeypatch, capsys):
    from crmlib.check import kinds

    monkeypatch.setattr(kinds, "answer_below", lambda: "42")
    check.practice("2.5c", ...)
    assert "2.5c" in capsys.readouterr().out


def test_a_frame_with_its_dots_is_no_answer_and_refuses_nothing():
    def frame(*, x):
        if x < 0:
            raise ValueError("x")
        return ...

    assert check.function(frame, cases=[({"x": 1}, 2.0), ({"x": 2}, 4.0)], refuses=[{"x": -1}], points=3) == 0.0
    with pytest.raises(check.FormError, match="three dots"):
        check.function(frame, example={"x": 1})


def test_every_table_of_the_assignments_takes_the_names_that_it_prints_in_either_language():
    """The model answer with every word and heading as the English and the Chinese notebook print them."""
    from types import SimpleNamespace

    from crmlib.check.reading import as_rows
    from crmlib.language import table_word
    from crmlib.scorecard.asked import listen

    changed = 0
    for stem in data.STEMS:
        answers = data.model_answers(stem, "en")
        cells = [SimpleNamespace(id=id, kind="code", full=text, model=text, takes_answer=id in answers) for id, text in data.code_cells(data.solution(stem, "en"))]
        for asked in (each for found in listen(cells).asked.values() for each in found if each.how == "table"):
            for language in LANGUAGES:

                def printed(word):
                    known = table_word(word) if isinstance(word, str) else None
                    return known.in_language(language) if known else word

                rows = as_rows(asked.given["expected"], tuple(asked.kind.columns))
                table = {printed(column): [printed(row[column]) for row in rows] for column in asked.kind.columns}
                changed += table != {column: [row[column] for row in rows] for column in asked.kind.columns}
                assert judge(asked.kind, table).right, (stem, asked.test, table)
    assert changed > 10
