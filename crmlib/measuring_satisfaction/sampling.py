"""Means with confidence intervals that fit how the sample was drawn: simple, by strata, and with a second call on the silent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, variance

from crmlib import arguments
from crmlib.language import listing, message
from crmlib.measuring_satisfaction.quantiles import critical_value

_ROOM = "measuring_satisfaction"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its standard error and its confidence interval."""

    mean: float
    standard_error: float
    margin: float
    answers: int
    confidence: float

    @property
    def low(self) -> float:
        return self.mean - self.margin

    @property
    def high(self) -> float:
        return self.mean + self.margin

    def holds(self, truth: float) -> bool:
        """Whether a value lies in the interval."""
        return self.low <= arguments.number("truth", truth, example=3.7) <= self.high


def sample_mean(answers, *, confidence: float, distribution: str, population: int | None = None) -> Estimate:
    """The mean of a simple random sample, give or take the critical value times s divided by the root of n.

    Formula: mean +- q * s / sqrt(n) * sqrt(1 - n / N), with s from n - 1; without N the last factor is 1.

    Arguments:
        answers: list or column of at least two numbers, without gaps.
        confidence: fraction above 0 and below 1, such as 0.95.
        distribution: "t" or "normal": where q comes from; with many answers both agree.
        population: N, from which the sample was drawn without replacement (count, at least n); None for very many.
    Returns: an Estimate.
    Raises: ValueError or TypeError if an argument is out of range or not a number, or there is only one answer.
    Source: Cochran (1977), Sampling Techniques, chapter 2.

    >>> found = sample_mean([3, 4, 4, 5], confidence=0.95, distribution="t")
    >>> round(found.mean, 3), round(found.margin, 3)
    (4.0, 1.299)
    """
    values = _answers("answers", answers)
    square = variance(values) / len(values) * _rest_of(population, len(values))
    return _estimate(fmean(values), square, len(values), confidence, distribution)


def stratified_mean(answers, *, stratum: str, value: str, populations: Mapping, confidence: float) -> Estimate:
    """The stratified mean weighs the mean of each stratum by the stratum's size in the population, not in the sample.

    Formula: sum of W * mean, with W = N_h / N; its squared standard error is the sum of W^2 * (1 - n_h / N_h) * s^2 / n_h.
    Rows without an answer are left out: whoever kept silent is then assumed to be like those of the stratum who answered.

    Arguments:
        answers: table with one row per person and at least two answers in every stratum.
        stratum, value: names of the column with the stratum and of that with the answer.
        populations: size of every stratum in the population, {stratum: count}.
        confidence: fraction above 0 and below 1, such as 0.95 (normal distribution).
    Returns: an Estimate.
    Raises: ValueError or TypeError if an argument is unusable, or strata and populations do not name the same.
    Source: Cochran (1977), Sampling Techniques, chapter 5.

    >>> import pandas
    >>> table = pandas.DataFrame({"shop": ["a", "a", "b", "b"], "score": [2, 4, 5, 5]})
    >>> stratified_mean(table, stratum="shop", value="score", populations={"a": 900, "b": 100}, confidence=0.95).mean
    3.2
    """
    strata = _strata(answers, stratum, populations, (stratum, value))
    found, squares, count = [], [], 0
    for name, rows in strata.items():
        values = _answers(f"{value}[{name}]", rows[value].dropna())
        found.append(fmean(values))
        squares.append(variance(values) / len(values) * _rest_of(populations[name], len(values), f"populations[{name}]"))
        count += len(values)
    return _combined(found, squares, count, populations, list(strata), confidence)


def two_phase_mean(*, answers, followed_up, silent: int, confidence: float, population: int | None = None) -> Estimate:
    """The two-phase mean lets the few silent people who were called speak for everybody who kept silent.

    Formula: (n1 * mean of the answers + n2 * mean of the followed-up) / (n1 + n2), where n1 answered at once and n2
    kept silent. Its squared standard error is that of double sampling for stratification (Rao 1973), which becomes
    (1 - n / N) * s^2 / n if all the silent are followed up.

    Arguments:
        answers: answers that came at once (at least two numbers).
        followed_up: answers of a random part of the silent, all of whom answer (at least two numbers).
        silent: n2, how many kept silent at first, the followed-up included (count).
        confidence: fraction above 0 and below 1, such as 0.95 (normal distribution).
        population: N (count, at least n1 + n2); None for very many.
    Returns: an Estimate.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Hansen and Hurwitz (1946), "The problem of non-response in sample surveys"; Rao (1973) for the variance.

    >>> two_phase_mean(answers=[5, 4, 5, 4], followed_up=[2, 3], silent=6, confidence=0.95).mean
    3.3
    """
    first, second = _answers("answers", answers), _answers("followed_up", followed_up)
    kept_silent = arguments.whole("silent", silent, minimum=2, example=180)
    arguments.part_of("followed_up", len(second), "silent", kept_silent)
    mean, square = _two_phase(first, second, kept_silent, population)
    return _estimate(mean, square, len(first) + len(second), confidence, "normal")


def stratified_two_phase_mean(
    survey, *, stratum: str, value: str, how_answered: str, populations: Mapping, confidence: float, at_once: str = "letter", followed_up: str = "telephone"
) -> Estimate:
    """The stratified two-phase mean corrects twice: for the silent within each stratum, and for the strata's sizes.

    Formula: the two-phase mean of each stratum, weighted by N_h / N.

    Arguments:
        survey: table with one row per person invited, the silent included.
        stratum, value, how_answered: names of the columns with the stratum, the answer and how it was given.
        populations: size of every stratum in the population, {stratum: count}.
        confidence: fraction above 0 and below 1, such as 0.95 (normal distribution).
        at_once, followed_up: the words in ``how_answered`` for an answer at once and for one after the second call;
            every other word means silence.
    Returns: an Estimate.
    Raises: ValueError or TypeError if an argument is unusable or a stratum has fewer than two answers of either kind.
    Source: Hansen and Hurwitz (1946); Cochran (1977), chapters 5 and 13.

    >>> import pandas
    >>> how = ["letter", "letter", "telephone", "telephone", "none", "none"]
    >>> table = pandas.DataFrame({"shop": "a", "how": how, "score": [5, 4, 2, 3, None, None]})
    >>> found = stratified_two_phase_mean(table, stratum="shop", value="score", how_answered="how", populations={"a": 60}, confidence=0.95)
    >>> round(found.mean, 3), found.answers
    (3.167, 4)
    """
    strata = _strata(survey, stratum, populations, (stratum, value, how_answered))
    found, squares, count = [], [], 0
    for name, rows in strata.items():
        first, second = (_answers(f"{value}[{name}, {word}]", rows.loc[rows[how_answered] == word, value]) for word in (at_once, followed_up))
        mean, square = _two_phase(first, second, len(rows) - len(first), populations[name], f"populations[{name}]")
        found.append(mean)
        squares.append(square)
        count += len(first) + len(second)
    return _combined(found, squares, count, populations, list(strata), confidence)


def compare_estimates(estimates: Mapping[str, Estimate]):
    """A table of estimates, one row each, to be held against one another.

    Formula: none; mean, ends of the interval and number of answers are copied.

    Arguments:
        estimates: {name: Estimate}.
    Returns: a pandas table with the columns estimate, mean, low, high, answers.
    Raises: TypeError if a value is no Estimate.
    Source: none needed.

    >>> compare_estimates({"sample": sample_mean([4, 4, 4], confidence=0.95, distribution="t")})["mean"].tolist()
    [4.0]
    """
    import pandas

    for name, each in estimates.items():
        if not isinstance(each, Estimate):
            raise TypeError(message(f"{_ROOM}.not_an_estimate", name=name, received=type(each).__name__))
    rows = [(name, each.mean, each.low, each.high, each.answers) for name, each in estimates.items()]
    return pandas.DataFrame(rows, columns=["estimate", "mean", "low", "high", "answers"])


def _answers(name: str, values) -> list[float]:
    """At least two numbers: one answer says nothing about how much answers differ."""
    empty = hasattr(values, "__len__") and len(values) == 0
    found = [] if empty else arguments.numbers(name, values, example="[4, 5, 3]")
    if len(found) < 2:
        raise ValueError(message(f"{_ROOM}.too_few", name=name, received=len(found)))
    return found


def _rest_of(population, size: int, name: str = "population") -> float:
    """The share of the population that was not asked: 1 - n / N, the finite-population correction of a square."""
    if population is None:
        return 1.0
    whole = arguments.whole(name, population, minimum=1, example=1000)
    arguments.part_of("answers", size, name, whole)
    return 1 - size / whole


def _two_phase(first: list[float], second: list[float], silent: int, population, name: str = "population") -> tuple[float, float]:
    """Mean and squared standard error of one two-phase sample (Rao 1973; without a population the limit of very many)."""
    asked = len(first) + silent
    rest = _rest_of(population, asked, name)  # also refuses a population smaller than the sample
    parts = [(len(first) / asked, len(first), first), (silent / asked, silent, second)]
    mean = math.fsum(share * fmean(values) for share, _, values in parts)
    within = between = 0.0
    for share, size, values in parts:
        asked_again = 0.0 if population is None else (len(values) - 1) / (population - 1)
        within += ((size - 1) / (asked - 1) - asked_again) * share * variance(values) / len(values)
        between += share * (fmean(values) - mean) ** 2
    everybody = 1.0 if population is None else (population - 1) / population
    return mean, everybody * within + rest * between / (asked - 1)


def _strata(table, stratum: str, populations, columns) -> dict:
    """The rows of each stratum, in the order of ``populations``; both must name the same strata."""
    arguments.table("survey", table, columns)
    if not isinstance(populations, Mapping) and not hasattr(populations, "items"):
        raise TypeError(message(f"{_ROOM}.populations", received=type(populations).__name__))
    sizes = dict(populations.items())
    found = dict(tuple(table.groupby(stratum)))
    if set(found) != set(sizes):
        raise ValueError(message(f"{_ROOM}.strata", strata=listing(sorted(map(str, found))), populations=listing(sorted(map(str, sizes)))))
    for name, size in sizes.items():
        arguments.whole(f"populations[{name}]", size, minimum=1, example=1000)
    return {name: found[name] for name in sizes}


def _combined(means, squares, answers, populations, names, confidence) -> Estimate:
    everybody = sum(populations[name] for name in names)
    shares = [populations[name] / everybody for name in names]
    mean = math.fsum(share * each for share, each in zip(shares, means))
    return _estimate(mean, math.fsum(share**2 * each for share, each in zip(shares, squares)), answers, confidence, "normal")


def _estimate(mean: float, square: float, answers: int, confidence, distribution) -> Estimate:
    error = math.sqrt(square)
    reach = critical_value(confidence=confidence, distribution=distribution, answers=answers)
    return Estimate(mean, error, reach * error, answers, float(confidence))
