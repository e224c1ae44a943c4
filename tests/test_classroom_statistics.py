"""Statistics against published worked values."""

import numpy
import pytest

from crmlib.classroom import statistics
from tests.support.catalogue import every

# Bock & Lieberman (1970), section 6 of the Law School Admission Test: how many of 1,000 people had each pattern, from 00000 to 11111.
LSAT = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
LSAT_SCORES = [[int(digit) for digit in f"{pattern:05b}"] for pattern, count in enumerate(LSAT) for _ in range(count)]
# Chatterjee & Price (1977): seven ratings of 30 departments, R's data set "attitude".
ATTITUDE = """
43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35|81 78 56 66 71 83 47|43 55 49 44 54 49 34|58 67 42 56 66 68 35|71 75 50 55 70 66 41
72 82 72 67 71 83 31|67 61 45 47 62 80 41|64 53 53 58 58 67 34|67 60 47 39 59 74 41|69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46|81 90 50 72 60 54 36
74 85 64 69 79 79 63|65 60 65 75 55 80 60|65 70 46 57 75 85 46|50 58 68 54 64 78 52|50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49
63 54 42 48 66 75 33|66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38|85 85 71 71 77 74 55|82 82 39 59 64 78 39"""
ATTITUDE_SCORES = [[int(cell) for cell in row.split()] for line in ATTITUDE.strip().splitlines() for row in line.split("|")]


def test_law_school_test_difficulties_kr_20_and_corrected_point_biserials():
    """The response patterns, shares and alpha as R's package ltm gives them; the correlations by numpy, item against the rest."""
    found = statistics.items(LSAT_SCORES, [1] * 5)
    scores = numpy.array(LSAT_SCORES)
    rest = [numpy.corrcoef(scores[:, item], scores.sum(axis=1) - scores[:, item])[0, 1] for item in range(5)]
    assert [item.discrimination for item in found] == pytest.approx(rest)
    assert [item.difficulty for item in found] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert [item.discrimination for item in found] == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)
    assert statistics.alpha(LSAT_SCORES) == pytest.approx(0.2950, abs=5e-5)
    assert statistics.is_right_or_wrong(LSAT_SCORES, [1] * 5)


def test_attitude_alpha_and_corrected_item_total_correlations():
    """As R's package psych prints them (alpha(attitude))."""
    assert statistics.alpha(ATTITUDE_SCORES) == pytest.approx(0.84, abs=0.005)
    assert [item.discrimination for item in statistics.items(ATTITUDE_SCORES, [100] * 7)] == pytest.approx([0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46], abs=0.005)
    assert not statistics.is_right_or_wrong(ATTITUDE_SCORES, [100] * 7)


@pytest.mark.parametrize(
    ("alpha", "students", "questions", "low", "high"),
    [(0.913, 873, 20, 0.9044024, 0.9211588), (0.85, 89, 7, 0.7971254, 0.8931436)],  # MRC CBU's page on Feldt's method; statpsych's ci.cronbach
)
def test_feldts_interval(alpha, students, questions, low, high):
    assert statistics.interval(alpha, students, questions) == pytest.approx((low, high), abs=1e-4)


@every(
    ("share", "one", "two", "value"),
    [(0.95, 1, 1, 161.4476), (0.95, 5, 10, 3.3258), (0.975, 10, 20, 2.7737), (0.99, 2, 30, 5.3903), (0.05, 10, 5, 1 / 3.3258), (0.975, 872, 16568, 1.098823)],
)
def test_quantiles_of_f_as_tables_print_them(share, one, two, value):
    assert statistics.f_quantile(share, one, two) == pytest.approx(value, rel=2e-4)


def test_upper_and_lower_27_per_cent_do_not_depend_on_the_order_of_equal_totals():
    scores = [[1, 1], [1, 1], [1, 0], [0, 1], [1, 0], [0, 1], [0, 0], [0, 0], [1, 0], [0, 1]]
    found = statistics.items(scores, [1, 1])
    assert [item.upper_lower for item in found] == pytest.approx([item.upper_lower for item in statistics.items(scores[::-1], [1, 1])])
    # 2.7 people: the two with both right and 0.7 of the six with one, half of whom have the first one.
    assert found[0].upper_lower == pytest.approx((2 + 0.7 * 0.5) / 2.7 - (0.7 * 0.5) / 2.7)


def test_classes_too_small_or_without_spread_have_no_figure_and_no_error():
    assert statistics.alpha([[1, 1], [1, 1]]) is None and statistics.alpha([[1, 2]]) is None and statistics.alpha([]) is None and statistics.alpha([[1], [0]]) is None
    (item,) = statistics.items([[1], [1], [1]], [1])
    assert (item.difficulty, item.discrimination, item.upper_lower) == (1, None, None)
