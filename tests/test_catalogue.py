"""A test for a whole catalogue fails for every member that fails, names it, and never passes for want of members."""

import pytest

from crmlib.language import current_language, use_language
from tests.support.catalogue import every, try_each


def test_every_member_that_fails_is_named_and_one_that_passes_is_not():
    def odd(number):
        assert number % 2, "even"

    with pytest.raises(AssertionError) as caught:
        try_each([1, 2, 3, 4], odd)
    assert str(caught.value).splitlines()[0] == "2 of 4 fail:"
    assert "\n2: AssertionError: even" in str(caught.value) and "\n4: " in str(caught.value) and "\n3: " not in str(caught.value)
    try_each([1, 3], odd)


def test_an_error_and_a_refusal_that_did_not_come_are_failures_and_an_empty_catalogue_is_one():
    def refuses(member):
        with pytest.raises(ValueError):
            int(member)

    with pytest.raises(AssertionError, match="2 of 3 fail:\n'1': Failed: DID NOT RAISE.*\nNone: TypeError"):
        try_each(["x", "1", None], refuses)
    with pytest.raises(AssertionError, match="without members"):
        try_each([], refuses)


def test_every_combination_is_tried_and_those_that_fail_are_named():
    tried = []

    @every("first", "ab", ids=["one", "other"])
    @every("second, third", [(1, 2), (3, 4)])
    def check(first, second, third):
        tried.append((first, second, third))
        assert (first, second) != ("b", 3), "not these"

    with pytest.raises(AssertionError) as caught:
        check()
    assert sorted(tried) == [("a", 1, 2), ("a", 3, 4), ("b", 1, 2), ("b", 3, 4)]
    assert str(caught.value).startswith("1 of 4 fail:\nother-3, 4: AssertionError: not these")


LEFT = []


@every("case", [1, 2])
def test_a_case_begins_as_a_test_does(case, tmp_path, monkeypatch, capsys):
    assert current_language() == "en" and list(tmp_path.iterdir()) == [] and capsys.readouterr().out == "" and not LEFT
    use_language("zh")
    (tmp_path / "file").touch()
    monkeypatch.setattr("tests.test_catalogue.LEFT", [case])
    print(case)


def test_a_case_that_is_skipped_is_a_failure_and_one_with_a_mark_is_no_case():
    @every("case", [1])
    def check(case):
        pytest.skip("not here")

    with pytest.raises(AssertionError, match="cannot be skipped: not here"):
        check()
    with pytest.raises(AssertionError, match="a mark of its own"):
        every("case", [pytest.param(1, marks=pytest.mark.slow)])


def test_an_error_says_in_which_line_it_came():
    @every("text", ["x"])
    def check(text):
        int(text)

    with pytest.raises(AssertionError, match=r"'x': ValueError: .* \(test_catalogue.py, line \d+\)"):
        check()
