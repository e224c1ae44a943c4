"""One reader of yes and no: whatever reads one gives the same verdict on every form, in both languages."""

import argparse
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import arguments, satisfaction, yes_or_no
from crmlib import consumption_value as value
from crmlib.check.reading import Unreadable
from crmlib.language import LANGUAGES, message, use_language
from crmlib.relationship_marketing import trust_after
from crmlib.revision import call, terminal_face
from crmlib.service import bought_again, complaint_summary
from tests.support.catalogue import every

YES = [
    *(True, 1, 1.0, numpy.True_, numpy.int64(1), numpy.uint8(1), numpy.int32(1), numpy.float64(1), numpy.array(1), numpy.array(True), Decimal(1), Fraction(1)),
    *("yes", "Yes", " YES ", "y", "true", "True", "TRUE", "t", "on", "1", "1.0", "ｙｅｓ", "１", "right", "correct", "yes.", '"yes"', numpy.str_("yes")),
    *("是", "是的", "是。", "对", "對", "正确", "正確", "真", "有", "√", "✓", "✔️"),
]
NO = [
    *(False, 0, 0.0, -0.0, numpy.False_, numpy.int64(0), numpy.uint8(0), numpy.int32(0), numpy.float64(0), numpy.array(0), Decimal(0), Fraction(0)),
    *("no", "No", " NO ", "n", "false", "False", "FALSE", "f", "off", "0", "0.0", "ｎｏ", "０", "wrong", "incorrect", "no!", "“no”", numpy.str_("no")),
    *("否", "不是", "否。", "错", "錯", "错误", "錯誤", "假", "无", "無", "没有", "沒有", "×", "✗", "✘", "不对", "不對"),
]
NEITHER = [
    *(None, ..., 2, -1, 0.5, 10, float("nan"), pandas.NA, pandas.NaT, numpy.nan, 1 + 0j, b"yes", [True], (1,), {True}, {}, object),
    *(numpy.array([1]), numpy.timedelta64(1), numpy.datetime64(0, "D"), pandas.Series([True]), pandas.Timedelta(1)),
    *("", " ", "maybe", "yes no", "yess", "nein", "x", "01", "100", "-1", "是否", "有没有", "对错", "o", "y" * 10_000, "\ud800"),
]


@pytest.mark.parametrize(("forms", "due"), [(YES, True), (NO, False), (NEITHER, None)], ids=["yes", "no", "neither"])
def test_every_form_is_read_or_left_alone(forms, due):
    assert [form for form in forms if yes_or_no.read(form) is not due] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_course_itself_writes_for_yes_and_no_is_read(language):
    use_language(language)
    for yes, no in (("show.yes", "show.no"), ("self_check.true", "self_check.false")):
        assert (yes_or_no.read(message(yes)), yes_or_no.read(message(no))) == (True, False)


def test_no_form_means_both_and_each_is_in_the_shape_in_which_words_are_compared():
    assert len(yes_or_no.WORDS) == len(yes_or_no._YES) + len(yes_or_no._NO)
    assert [word for word, due in yes_or_no.WORDS.items() if yes_or_no.read(word) is not due] == []


PAPER = {"extrinsic": True, "self_oriented": True}
FACTORS = {"basic_elements": True, "support_services": True, "customised_services": True}
LOG = pandas.DataFrame({"customer_id": [1], "complained_on": pandas.to_datetime(["2024-01-01"]), "handled_days": [1], "topic": ["a"]})
ORDERS = pandas.DataFrame({"customer_id": [1, 1], "ordered_on": pandas.to_datetime(["2024-01-05", "2025-01-01"])})
# What asks for a yes or no, and what tells by its result which of the two it has read.
READERS = {
    "an argument": lambda form: arguments.yes_no("in_person", form),
    "a dimension of an experience": lambda form: value.experience_value(**PAPER, active=form) == "efficiency",
    "one side of a dimension": lambda form: "play" in value.experience_values(active=form)["experience_value"].tolist(),
    "a factor that is there": lambda form: satisfaction.first_missing_factor(**FACTORS, recovery_services=form) is None,
    "a promise": lambda form: trust_after([form], start=0.5, gain=0.1, loss=0.5)[0] > 0.5,
    "a column of a summary": lambda form: complaint_summary(log(form), by="topic")["resolved_share"][0] == 1,
    "a column that makes groups": lambda form: bought_again(log(form), purchases=ORDERS, within_days=30)["complaints"].tolist() == [1, 0],
}


def log(form):
    cells = pandas.Series([form], dtype=object)
    return LOG.assign(resolved=cells, satisfied_with_answer=cells)


@pytest.mark.parametrize("reader", READERS)
def test_whatever_asks_for_yes_or_no_reads_every_form_alike(reader):
    read = READERS[reader]
    assert [form for form in YES if not read(form)] == []
    assert [form for form in NO if read(form)] == []


@every("reader", READERS)
@every("language", LANGUAGES)
def test_whatever_asks_for_yes_or_no_refuses_what_is_neither(reader, language):
    use_language(language)
    for form in NEITHER[reader == "one side of a dimension" :]:  # None keeps both sides
        with pytest.raises(TypeError, match="True") as caught:
            READERS[reader](form)
        assert ("received" if language == "en" else "收到的是") in str(caught.value) and len(str(caught.value)) < 250


def test_a_text_is_no_list_of_promises():
    with pytest.raises(TypeError, match="promises"):
        trust_after("yyn", start=0.5, gain=0.1, loss=0.5)


# --- A judgement typed with the letter of its reason ---

SHOWN = {"options": [{"id": "first"}, {"id": "second"}, {"id": "third"}]}


@every("between", [" ", "  ", ", ", "，", ""])
def test_a_judgement_may_be_any_word_for_yes_or_no(between):
    for word, due in {**yes_or_no.WORDS, "x": False, "X": False, "×": False}.items():
        given = terminal_face._judged(f" {word}{between}b ", SHOWN)
        assert given == {"holds": "true" if due else "false", "reason": "second"}, word


@every("typed", ["", "b", "true", "maybe b", "t z", "b true", "1 b", "是否b"])
def test_what_is_no_judgement_is_not_guessed(typed):
    with pytest.raises(Unreadable):
        terminal_face._judged(typed, SHOWN)


# --- A setting on the command line ---


@every(("typed", "kept"), [("yes", "yes"), ("No", "no"), ("是", "yes"), ("否", "no"), ("FALSE", "no"), ("1", "yes")])
def test_whether_self_checks_count_may_be_told_in_any_form(typed, kept):
    assert revise().parse_args(["--count-self-checks", typed]).count_self_checks == kept


def test_what_is_neither_is_refused_on_the_command_line(capsys):
    with pytest.raises(SystemExit):
        revise().parse_args(["--count-self-checks", "perhaps"])
    assert "perhaps" in capsys.readouterr().err


def revise():
    parser = argparse.ArgumentParser()
    call.add_to(parser)
    return parser
