"""The scorecard of a valuable customer: nine criteria in three groups, each with a weight."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import listing, message

CRITERIA_GROUPS = {
    "strategic": ("mutual_importance", "influence", "growth_potential", "complementarity", "new_opportunities"),
    "importance": ("current_contribution", "future_contribution"),
    "profitability": ("cost_to_serve", "net_worth"),
}
CRITERIA = tuple(name for names in CRITERIA_GROUPS.values() for name in names)


def valuable_customer_score(*, scores, weights) -> float:
    """A customer's score is the mean of the nine criteria, each counted with its weight.

    Formula: sum of w * s / sum of w. A high score always speaks for the customer, so a customer who costs little scores high
    on cost_to_serve.

    Arguments:
        scores: {criterion: score from 0 to 10}, all nine of CRITERIA.
        weights: {criterion: weight, 0 or more, not all 0}, all nine of CRITERIA.
    Returns: a score from 0 to 10.
    Raises: ValueError if a criterion is missing or unknown, a score leaves its range or no weight is above 0; TypeError if
        one is not a number.
    Source: the criteria are the exam text's, after Wayland and Cole (1997); scores and weights are our working tool.

    >>> same = dict.fromkeys(CRITERIA, 1)
    >>> valuable_customer_score(scores={**dict.fromkeys(CRITERIA, 5), "net_worth": 9}, weights={**same, "net_worth": 8})
    7.0
    """
    _all_nine("scores", scores)
    _all_nine("weights", weights)
    weights = {name: arguments.not_negative(f"weights[{name}]", weights[name], example=1) for name in CRITERIA}
    total = sum(weights.values())
    if total == 0:
        raise ValueError(message("foundations.no_weight"))
    return sum(weights[name] * _score(f"scores[{name}]", scores[name]) for name in CRITERIA) / total


def valuable_customer_ranking(customers, *, weights):
    """The ranking puts the customers in the order of their weighted scores, the most valuable first.

    Formula: score = sum of w * s / sum of w, for every row.

    Arguments:
        customers: table with a column customer and one column for each of CRITERIA (scores from 0 to 10).
        weights: as in valuable_customer_score.
    Returns: a pandas table: rank, customer, score; equal scores share a rank and keep the order of the table.
    Raises: ValueError or TypeError as valuable_customer_score, and if a column is missing.
    Source: as valuable_customer_score.

    >>> import pandas
    >>> two = pandas.DataFrame({"customer": ["hotel", "café"], **{name: [5, 6] for name in CRITERIA}})
    >>> valuable_customer_ranking(two, weights=dict.fromkeys(CRITERIA, 1))["customer"].tolist()
    ['café', 'hotel']
    """
    import pandas

    arguments.table("customers", customers, ("customer", *CRITERIA))
    rows = [dict(zip(CRITERIA, row)) for row in customers[list(CRITERIA)].itertuples(index=False, name=None)]
    scores = [valuable_customer_score(scores=row, weights=weights) for row in rows]
    found = pandas.DataFrame({"customer": customers["customer"].tolist(), "score": scores})
    found.insert(0, "rank", found["score"].round(9).rank(ascending=False, method="min").astype(int))
    return found.sort_values("rank", kind="stable", ignore_index=True)


def _all_nine(name: str, given) -> None:
    if not hasattr(given, "keys"):
        raise TypeError(message("foundations.not_by_criterion", name=name, received=repr(given), some=listing(CRITERIA)))
    if set(given.keys()) != set(CRITERIA):
        wrong = listing(sorted(set(map(str, given.keys())) ^ set(CRITERIA)))
        raise ValueError(message("foundations.other_criteria", name=name, received=wrong, some=listing(CRITERIA)))


def _score(name: str, value) -> float:
    number = arguments.not_negative(name, value, example=7)
    if number > 10:
        raise ValueError(message("foundations.score_too_high", name=name, received=f"{number:g}"))
    return number
