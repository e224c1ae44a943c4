"""Shares and scores read off a scale: top boxes, net promoters, and whether questions measure one thing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import variance

from crmlib import arguments
from crmlib.language import message
from crmlib.measuring_satisfaction.quantiles import critical_value

_ROOM = "measuring_satisfaction"


@dataclass(frozen=True, slots=True)
class ShareEstimate:
    """A share with its confidence interval."""

    share: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True, slots=True)
class NetPromoterScore:
    """Shares of promoters, passives and detractors, and promoters less detractors with its margin (all as fractions)."""

    promoters: float
    passives: float
    detractors: float
    score: float
    margin: float
    answers: int

    @property
    def low(self) -> float:
        return self.score - self.margin

    @property
    def high(self) -> float:
        return self.score + self.margin


def share_interval(*, count: int, answers: int, confidence: float) -> ShareEstimate:
    """Wilson's interval for a share is asymmetric, so that it never runs below 0 or above 1.

    Formula: (p + z^2 / 2n +- z * sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), with p = count / n.

    Arguments:
        count: answers of the kind counted (count, from 0 to ``answers``).
        answers: n, all answers (count, 1 or more).
        confidence: fraction above 0 and below 1, such as 0.95.
    Returns: a ShareEstimate (fractions).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    >>> found = share_interval(count=81, answers=263, confidence=0.95)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    """
    size = arguments.whole("answers", answers, minimum=1, example=200)
    counted = arguments.whole("count", count, example=120)
    arguments.part_of("count", counted, "answers", size)
    z = critical_value(confidence=confidence, distribution="normal")
    share = counted / size
    middle = share + z**2 / (2 * size)
    reach = z * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    low, high = ((middle + side * reach) / (1 + z**2 / size) for side in (-1, 1))
    return ShareEstimate(share, max(0.0, low), min(1.0, high), size)


def top_box_share(answers, *, lowest_box: float, confidence: float) -> ShareEstimate:
    """The top-box share is the share of answers in the highest boxes of the scale.

    Formula: answers of at least ``lowest_box`` divided by all answers; interval after Wilson (1927). It shows what a mean
    hides: a mean of 3 may be all threes, or half ones and half fives.

    Arguments:
        answers: list or column of numbers, without gaps.
        lowest_box: the lowest answer that still counts: 5 for the top box of a scale to 5, 4 for the top two.
        confidence: fraction above 0 and below 1, such as 0.95.
    Returns: a ShareEstimate (fractions).
    Raises: ValueError or TypeError if an argument is unusable.
    Source: customary in market research; Morgan and Rego (2006) compare it with other measures.

    >>> top_box_share([5, 5, 4, 3, 1], lowest_box=5, confidence=0.95).share
    0.4
    """
    values = arguments.numbers("answers", answers, example="[5, 4, 3]")
    bound = arguments.number("lowest_box", lowest_box, example=5)
    return share_interval(count=sum(value >= bound for value in values), answers=len(values), confidence=confidence)


def net_promoter_score(answers, *, confidence: float) -> NetPromoterScore:
    """The net promoter score is the share of promoters (9 or 10) less the share of detractors (0 to 6).

    Formula: p - d; its squared standard error is (p + d - (p - d)^2) / n. Firms usually quote it times 100. Beyond the exam;
    Keiningham and others (2007) did not find that it tells growth better than other measures do.

    Arguments:
        answers: list or column of whole numbers from 0 to 10, without gaps.
        confidence: fraction above 0 and below 1, such as 0.95 (normal distribution).
    Returns: a NetPromoterScore (fractions; the score lies between -1 and 1).
    Raises: ValueError or TypeError if an answer is no whole number from 0 to 10.
    Source: Reichheld (2003), "The one number you need to grow"; the error is that of a difference of two shares of one sample.

    >>> net_promoter_score([10, 9, 8, 3], confidence=0.95).score
    0.25
    """
    values = arguments.numbers("answers", answers, example="[9, 7, 10]")
    for place, value in enumerate(values):
        if value not in range(11):
            raise ValueError(message(f"{_ROOM}.not_on_scale", name=f"answers[{place}]", received=f"{value:g}", lowest=0, highest=10))
    size = len(values)
    promoters, detractors = (sum(kind) / size for kind in ([value >= 9 for value in values], [value <= 6 for value in values]))
    score = promoters - detractors
    error = math.sqrt(max(0.0, promoters + detractors - score**2) / size)
    reach = critical_value(confidence=confidence, distribution="normal")
    passives = sum(6 < value < 9 for value in values) / size
    return NetPromoterScore(promoters, passives, detractors, score, reach * error, size)


def cronbach_alpha(answers) -> float:
    """Cronbach's alpha says how far several questions move together, as questions about one thing should.

    Formula: k / (k - 1) * (1 - sum of the questions' variances / variance of the sums). Beyond the exam.

    Arguments:
        answers: table with one row per person and one column per question (at least two of each); rows with gaps are left out.
    Returns: at most 1; 0 where the questions have nothing to do with one another, negative where they contradict.
    Raises: ValueError or TypeError if the table is too small or the sums never vary.
    Source: Cronbach (1951), "Coefficient alpha and the internal structure of tests".

    >>> import pandas
    >>> round(cronbach_alpha(pandas.DataFrame({"first": [1, 2, 3], "second": [2, 1, 3]})), 4)
    0.6667
    """
    arguments.table("answers", answers, ())
    complete = answers.dropna()
    columns = [arguments.column(complete, name, arguments.number) for name in complete.columns]
    if len(columns) < 2 or len(complete) < 2:
        raise ValueError(message(f"{_ROOM}.small_table", rows=len(complete), columns=len(columns)))
    total = variance([sum(row) for row in zip(*columns)])
    if not total:
        raise ValueError(message(f"{_ROOM}.sums_never_vary"))
    return len(columns) / (len(columns) - 1) * (1 - sum(map(variance, columns)) / total)
