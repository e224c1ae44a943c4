"""After-sales service: do it oneself or give it to others, by cost alone."""

from __future__ import annotations

from crmlib import arguments


def after_sales_cost(*, jobs: float, fixed_cost: float, cost_per_job: float) -> float:
    """The cost of after-sales service is a fixed part and a part for every job.

    Formula: fixed cost + jobs * cost per job; for a contractor the fixed cost is usually 0 and the cost per job its price.

    Arguments:
        jobs: repairs or visits in the period (0 or more).
        fixed_cost: money that is spent even without a job (0 or more).
        cost_per_job: money for each job (0 or more).
    Returns: money.
    Raises: ValueError if an argument is below 0; TypeError if one is not a number.
    Source: cost-volume arithmetic.

    >>> after_sales_cost(jobs=1000, fixed_cost=90000, cost_per_job=60)
    150000.0
    """
    return arguments.not_negative("fixed_cost", fixed_cost, example=90000) + arguments.not_negative("jobs", jobs, example=1000) * arguments.not_negative(
        "cost_per_job", cost_per_job, example=60
    )


def crossover_jobs(*, own_fixed_cost: float, own_cost_per_job: float, price_per_job: float) -> float | None:
    """The crossover is the number of jobs at which doing it oneself costs as much as a contractor.

    Formula: own fixed cost / (price per job - own cost per job).

    Arguments:
        own_fixed_cost: workshop, stock and staff for the period (0 or more).
        own_cost_per_job: what each job then costs (0 or more).
        price_per_job: what a contractor asks for each job (0 or more).
    Returns: a number of jobs, above which the own workshop is cheaper; None if the contractor is never dearer per job.
    Raises: ValueError if an argument is below 0; TypeError if one is not a number.
    Source: cost-volume arithmetic.

    >>> crossover_jobs(own_fixed_cost=90000, own_cost_per_job=60, price_per_job=150)
    1000.0
    """
    fixed = arguments.not_negative("own_fixed_cost", own_fixed_cost, example=90000)
    own = arguments.not_negative("own_cost_per_job", own_cost_per_job, example=60)
    price = arguments.not_negative("price_per_job", price_per_job, example=150)
    return fixed / (price - own) if price > own else None


def make_or_buy(*, jobs: float, own_fixed_cost: float, own_cost_per_job: float, price_per_job: float) -> str:
    """By cost alone, service is made where it is cheaper and bought where the contractor is.

    Formula: "own" if own fixed cost + jobs * own cost per job < jobs * price per job, "contractor" if it is more, "equal" otherwise.
    What the contractor's mechanic learns about the customers, and how they are treated, is not in it.

    Arguments:
        jobs: jobs in the period (0 or more).
        own_fixed_cost, own_cost_per_job, price_per_job: as in crossover_jobs.
    Returns: "own", "contractor" or "equal".
    Raises: ValueError if an argument is below 0; TypeError if one is not a number.
    Source: cost-volume arithmetic; the debate itself is the exam's.

    >>> make_or_buy(jobs=1500, own_fixed_cost=90000, own_cost_per_job=60, price_per_job=150)
    'own'
    """
    own = after_sales_cost(
        jobs=jobs,
        fixed_cost=arguments.not_negative("own_fixed_cost", own_fixed_cost, example=90000),
        cost_per_job=arguments.not_negative("own_cost_per_job", own_cost_per_job, example=60),
    )
    bought = after_sales_cost(jobs=jobs, fixed_cost=0, cost_per_job=arguments.not_negative("price_per_job", price_per_job, example=150))
    return "own" if own < bought else "contractor" if bought < own else "equal"
