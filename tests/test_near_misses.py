"""Slips with a number are named in practice, in both languages, without the number; graded questions say nothing of the kind."""

import re

import pytest

from crmlib import check, course
from crmlib.check import near_misses
from crmlib.check.kinds import Choice, Number, Numbers, judge
from crmlib.check.practice import _kind, judge_practice
from crmlib.language import LANGUAGES, listing, message, use_language
from tests.support.assignments_data import STEMS
from tests.support.catalogue import every

SLIPS = {
    (50.0, "usd", -50.0): "sign", (50.0, "usd", 5000.0): "decimal_point", (50.0, "usd", 0.5): "decimal_point", (50.0, "usd", 0.02): "upside_down", (50.0, "usd", 600.0): "months",
    (50.0, "usd", 100.0): "twice", (50.0, "usd", 25.0): "twice", (50.0, "usd", 51.5): "close", (266.6667, "yuan", 270.0): "close", (266.6667, "yuan", 0): "nothing", (7, "count", 8): "off_by_one",
    (7, "count", 6): "off_by_one", (3.3333, "years", 4.3333): "off_by_one", (0.65, "rate", 0.35): "complement", (0.65, "per_cent", 35): "complement", (0.75, "per_cent", 1.75): "whole_for_rise",
    (0.75, "per_cent", 175): "whole_for_rise", (0.75, "per_cent", 0.8): "close", (0.014, "rate", 0.14): "decimal_point", (7, "count", "never"): "infinite", ("never", "count", 9): "never",
}  # fmt: skip


@every("language", LANGUAGES)
@every("case", SLIPS)
def test_a_slip_is_told_by_its_kind(language, case):
    use_language(language)
    key, unit, answer = case
    assert near_misses.of_answer(Number(key, unit), answer) == message(f"near.{SLIPS[case]}")


@every("answer", [50.0, 50.1, 333.0, 7.0, "abc", None, 3000.0 / 7])
def test_what_is_right_or_like_no_slip_or_no_number_is_told_nothing(answer):
    assert near_misses.of_answer(Number(50.0, "usd", 0.005), answer) in ("", message("near.close")) and judge(Number(333.0), 333.0).right
    assert near_misses.of_answer(Choice("a", ["a", "b"]), answer) == ""


def test_of_several_numbers_the_places_are_told():
    kind = Numbers([1600, 2000, 7], None, "count")
    assert near_misses.of_answer(kind, [2000, 1600, 7]) == message("near.order")
    assert near_misses.of_answer(kind, [160, 200, 7]) == message("near.of_place", places=listing([1, 2]), text=message("near.decimal_point"))
    assert near_misses.of_answer(kind, [1600, 2000, 8]) == message("near.of_place", places="3", text=message("near.off_by_one"))
    assert near_misses.of_answer(kind, [1600, 2000, None]) == near_misses.of_answer(kind, [1600, 2000]) == near_misses.of_answer(kind, [1600, 2000, 7]) == ""


NUMERICAL = [item.id for stem in STEMS for exercise in course.exercises(stem) for item in exercise.practice if item.kind in ("number", "numbers")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_practice_item_gives_its_number_away_at_the_first_try(language):
    """For every numerical item and every slip: named, told by its kind, or at least where to read; never the number."""
    use_language(language)
    assert len(NUMERICAL) > 40
    for id in NUMERICAL:
        exercise, item = course.practice_item(id)
        kind = _kind(exercise, item)
        keys = list(item.key) if isinstance(kind, Numbers) else [item.key]
        for slip in (lambda key: -key, lambda key: key * 100, lambda key: key / 100, lambda key: key + 1, lambda key: key * 1.04, lambda key: key / 2, lambda key: 0):
            answer = [key if key == "never" else slip(float(key)) for key in keys]
            verdict = judge_practice(id, answer if isinstance(kind, Numbers) else answer[0])
            if verdict.right or verdict.named:
                continue
            slip_told = near_misses.of_answer(kind, answer if isinstance(kind, Numbers) else answer[0])
            assert slip_told in verdict.reasons or not slip_told
            assert len(verdict.reasons) >= 2 and message("check.where_to_read", lesson=1, terms="")[:4] in verdict.reasons[-1]
            if isinstance(kind, Number) and slip_told and item.key not in (1, 3, 10, 100):  # which stand in our sentences as examples
                assert not {float(found) for found in re.findall(r"\d+(?:\.\d+)?", slip_told)} & {abs(float(item.key))}, (id, slip_told)


@every("answer", [-50, 5000, 0.02, 51.5, 0])
def test_a_graded_question_tells_of_no_slip(capsys, answer):
    assert check.number(answer, expected=50, unit="usd", points=2) == 0
    assert capsys.readouterr().out.strip() == message("check.number_wrong", received=f"{answer:g}", unit=message("check.unit_usd"))
