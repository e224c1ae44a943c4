"""Importance against performance: what customers say matters, what moves with their satisfaction, and where to put the effort."""

from __future__ import annotations

from collections.abc import Mapping

from crmlib import arguments
from crmlib.language import listing, message
from crmlib.two_by_two import Measure, TwoByTwo

QUADRANTS = ("concentrate_here", "keep_up", "low_priority", "possible_overkill")
_ROOM = "measuring_satisfaction"
_MAP = TwoByTwo(
    Measure("importance", "importance_line", 4.2, 3.5),
    Measure("performance", "performance_line", 2.8, 3.4),
    both="keep_up",
    first_only="concentrate_here",
    second_only="possible_overkill",
    neither="low_priority",
)
_RATING, _IMPORTANCE, _OVERALL = "rating_", "importance_", "overall_satisfaction"


def quadrant(*, importance: float, performance: float, importance_line: float, performance_line: float) -> str:
    """The quadrant says what to do with an attribute: concentrate here, keep up, low priority or possible overkill.

    Formula: important (at or above its line) and performed badly (below its line): concentrate here; important and well
    done: keep up; unimportant and badly done: low priority; unimportant and well done: possible overkill.

    Arguments:
        importance, performance: the attribute's two scores (any scale).
        importance_line, performance_line: where the map is divided, on the same scales; often the means of all attributes.
    Returns: one of QUADRANTS.
    Raises: ValueError or TypeError if one is not a finite number.
    Source: Martilla and James (1977), "Importance-performance analysis", Journal of Marketing 41.

    >>> quadrant(importance=4.2, performance=2.8, importance_line=3.5, performance_line=3.4)
    'concentrate_here'
    """
    return _MAP.field(importance, performance, importance_line, performance_line)


def importance_performance(survey):
    """Importance-performance analysis sets how important each attribute is beside how well it is done.

    Formula: performance and stated importance are means of the answers; derived importance is the correlation of the
    attribute's rating with overall satisfaction; importance less rating = stated importance - performance. The lines that divide the map
    are the means of all attributes. A correlation shows what goes together, not what causes what.

    Arguments:
        survey: table with overall_satisfaction and, for each attribute, rating_<attribute> and importance_<attribute>;
            rows with a gap in any of these are left out.
    Returns: a pandas table: attribute, performance, stated_importance, derived_importance, importance_less_rating, quadrant_stated,
        quadrant_derived.
    Raises: ValueError or TypeError if columns are missing, there are fewer than three complete rows or a column never varies.
    Source: Martilla and James (1977); derived importance as in Hill (1996).

    >>> import pandas
    >>> answers = {"overall_satisfaction": [1, 3, 5], "rating_taste": [1, 3, 5], "importance_taste": [4, 4, 4]}
    >>> answers |= {"rating_website": [3, 2, 3], "importance_website": [2, 2, 3]}
    >>> importance_performance(pandas.DataFrame(answers))["quadrant_derived"].tolist()
    ['keep_up', 'low_priority']
    """
    import pandas

    names, answers = _complete(survey)
    performance = [float(answers[_RATING + name].mean()) for name in names]
    stated = [float(answers[_IMPORTANCE + name].mean()) for name in names]
    derived = [float(each) for each in _correlations(answers.to_numpy(float), len(names))]
    table = pandas.DataFrame({"attribute": names, "performance": performance, "stated_importance": stated, "derived_importance": derived})
    table["importance_less_rating"] = table["stated_importance"] - table["performance"]
    for kind in ("stated", "derived"):
        found = table[f"{kind}_importance"]
        table[f"quadrant_{kind}"] = _MAP.fields(list(found), performance, float(found.mean()), float(table["performance"].mean()))
    return table


def bootstrap_importance(survey, *, resamples: int, seed: int, confidence: float):
    """The bootstrap draws many new samples from the answers themselves and sees how far derived importance moves.

    Formula: draw n rows with replacement, compute the correlations anew, repeat; the interval leaves out
    (1 - confidence) / 2 of the results at either end. Beyond the exam.

    Arguments:
        survey: table as for importance_performance.
        resamples: how often to draw (whole number, 100 or more; 1,000 is usual).
        seed: start of the random numbers (whole number); the same seed gives the same intervals everywhere.
        confidence: fraction above 0 and below 1, such as 0.95.
    Returns: a pandas table: attribute, derived_importance, low, high, most important first.
    Raises: ValueError or TypeError if an argument is unusable.
    Source: Efron (1979), "Bootstrap methods: another look at the jackknife"; percentile interval.

    >>> import pandas
    >>> answers = {"overall_satisfaction": [1, 2, 3, 4, 5], "rating_taste": [1, 2, 3, 5, 4], "importance_taste": [4] * 5}
    >>> found = bootstrap_importance(pandas.DataFrame(answers), resamples=200, seed=7, confidence=0.9)
    >>> bool((found["low"] <= found["derived_importance"]).all())
    True
    """
    import numpy
    import pandas

    names, answers = _complete(survey)
    times = arguments.whole("resamples", resamples, minimum=100, example=1000)
    level = arguments.rate("confidence", confidence, example=0.95, zero=False, one=False)
    scores = answers.to_numpy(float)
    # RandomState's stream is frozen for good (NumPy enhancement proposal 19); that of newer generators is not.
    draws = numpy.random.RandomState(arguments.whole("seed", seed, example=7))
    found = numpy.array([_correlations(scores[draws.randint(0, len(scores), len(scores))], len(names), refuse=False) for _ in range(times)])
    low, high = numpy.nanquantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    table = pandas.DataFrame({"attribute": names, "derived_importance": _correlations(scores, len(names)), "low": low, "high": high})
    return table.sort_values("derived_importance", ascending=False, ignore_index=True)


def satisfaction_index(ratings: Mapping[str, float], *, weights: Mapping[str, float]) -> float:
    """The satisfaction index is the mean of the ratings, each weighted by its importance.

    Formula: sum of w * rating / sum of w. Raising one rating by a point raises the index by that attribute's share of all
    weights.

    Arguments:
        ratings: {attribute: rating}.
        weights: {attribute: importance}, for the same attributes (0 or more, not all 0).
    Returns: a score on the scale of the ratings.
    Raises: ValueError or TypeError if attributes differ or an argument is unusable.
    Source: Hill (1996), Handbook of Customer Satisfaction Measurement (weighted index).

    >>> satisfaction_index({"taste": 4, "website": 2}, weights={"taste": 3, "website": 1})
    3.5
    """
    scores, shares = dict(ratings.items()), dict(weights.items())
    if set(scores) != set(shares) or not scores:
        raise ValueError(message(f"{_ROOM}.other_attributes", ratings=listing(map(str, scores)), weights=listing(map(str, shares))))
    checked = {name: arguments.not_negative(f"weights[{name}]", weight, example=4) for name, weight in shares.items()}
    total = arguments.positive("sum(weights)", sum(checked.values()), example=10)
    return sum(weight * arguments.number(f"ratings[{name}]", scores[name], example=4) for name, weight in checked.items()) / total


def _complete(survey):
    """The attributes, and the complete rows of overall satisfaction, all ratings and all importances, in this order."""
    arguments.table("survey", survey, [_OVERALL])
    columns = [str(column) for column in survey.columns]
    names = [column.removeprefix(_RATING) for column in columns if column.startswith(_RATING)]
    names = [name for name in names if _IMPORTANCE + name in columns]
    if not names:
        raise ValueError(message(f"{_ROOM}.no_attributes", received=listing(columns)))
    wanted = [_OVERALL, *(_RATING + name for name in names), *(_IMPORTANCE + name for name in names)]
    answers = survey[wanted].dropna()
    if len(answers) < 3:
        raise ValueError(message(f"{_ROOM}.few_rows", received=len(answers)))
    for column in wanted:
        arguments.column(answers, column, arguments.number)
    return names, answers


def _correlations(scores, count: int, *, refuse: bool = True):
    """The correlation of each rating with overall satisfaction, which is the first column; nan where one never varies."""
    import numpy

    away = scores[:, : count + 1] - scores[:, : count + 1].mean(axis=0)
    length = numpy.sqrt((away**2).sum(axis=0))
    if refuse and not length.all():
        raise ValueError(message(f"{_ROOM}.never_varies"))
    product = length[1:] * length[0]
    return numpy.divide(away[:, 1:].T @ away[:, 0], product, out=numpy.full(count, numpy.nan), where=product > 0)
