"""A test for a whole catalogue fails for every member that fails, names it, and never passes for want of members."""

import pytest

from tests.support.catalogue import try_each


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
