"""The lists of the field, and what follows from their order."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib import arguments

SATISFACTION_COMPONENTS = ("overall_impression", "comparison", "attribution")
SATISFACTION_FACTORS = ("basic_elements", "support_services", "recovery_services", "customised_services")
SCRIPT_MEMORIES = ("intention_memory", "situational_memory", "event_memory")
EXPECTATION_STEPS = ("inspect_product", "recall_experience", "describe_expectation")
LOWERING_METHODS = ("explanation", "line_of_reasoning", "fragility")

KANO_ANSWERS = ("like", "expect", "neutral", "tolerate", "dislike")
_QUESTIONABLE, _ATTRACTIVE, _ONE, _MUST, _INDIFFERENT, _REVERSE = (
    "questionable",
    "attractive",
    "one_dimensional",
    "must_be",
    "indifferent",
    "reverse",
)
# Rows: the feature is there; columns: it is not; both in the order of KANO_ANSWERS.
_MIDDLE = (_REVERSE, _INDIFFERENT, _INDIFFERENT, _INDIFFERENT, _MUST)
_KANO = (
    (_QUESTIONABLE, _ATTRACTIVE, _ATTRACTIVE, _ATTRACTIVE, _ONE),
    _MIDDLE,
    _MIDDLE,
    _MIDDLE,
    (_REVERSE, _REVERSE, _REVERSE, _REVERSE, _QUESTIONABLE),
)


def first_missing_factor(*, basic_elements: bool, support_services: bool, recovery_services: bool, customised_services: bool) -> str | None:
    """The first missing factor is the one to put right first: a customised service on top of missing basics satisfies nobody for long.

    Formula: the first of SATISFACTION_FACTORS that is not provided.

    Arguments:
        basic_elements: what customers expect of every competitor is there (True or False).
        support_services: help to use the product more easily or better is there.
        recovery_services: failures are put right.
        customised_services: there are services that suit this customer's own wishes or solve a special problem.
    Returns: one of SATISFACTION_FACTORS, or None if nothing is missing.
    Raises: TypeError if one is neither yes nor no.
    Source: Jones and Sasser (1995), "Why satisfied customers defect"; exam material (source 000).

    >>> first_missing_factor(basic_elements=True, support_services=True, recovery_services=False, customised_services=True)
    'recovery_services'
    """
    given = zip(SATISFACTION_FACTORS, (basic_elements, support_services, recovery_services, customised_services), strict=True)
    there = {name: arguments.yes_no(name, value) for name, value in given}
    return next((name for name, provided in there.items() if not provided), None)


@dataclass(frozen=True, slots=True)
class TwoFactorFeeling:
    """Two answers instead of one: whether there is dissatisfaction, and whether there is satisfaction."""

    dissatisfied: bool
    satisfied: bool


def two_factor_feeling(*, hygiene_factors_missing: int, motivators_present: int) -> TwoFactorFeeling:
    """By the two-factor theory the opposite of dissatisfied is not satisfied but merely not dissatisfied.

    Formula: dissatisfied if a hygiene factor is missing; satisfied if a motivator is there; the two are separate scales.

    Arguments:
        hygiene_factors_missing: hygiene factors that are missing (whole number, 0 or more).
        motivators_present: motivators that are there (whole number, 0 or more).
    Returns: a TwoFactorFeeling. With nothing missing and nothing special, both are False.
    Raises: ValueError or TypeError if one is not a whole number of at least 0.
    Source: Herzberg, Mausner and Snyderman (1959), on employees; carried over to customers in source 001, which is disputed.

    >>> two_factor_feeling(hygiene_factors_missing=0, motivators_present=0)
    TwoFactorFeeling(dissatisfied=False, satisfied=False)
    """
    missing = arguments.whole("hygiene_factors_missing", hygiene_factors_missing, example=1)
    present = arguments.whole("motivators_present", motivators_present, example=2)
    return TwoFactorFeeling(dissatisfied=missing > 0, satisfied=present > 0)


def kano_category(*, present: str, absent: str) -> str:
    """Kano sorts a feature by two answers: how one feels if it is there, and how one feels if it is not.

    Formula: Kano's evaluation table. Must-be features resemble hygiene factors, attractive ones motivators; the
    one-dimensional ones have no place in the two-factor theory.

    Arguments:
        present: feeling if the feature is there, one of KANO_ANSWERS.
        absent: feeling if it is not, one of KANO_ANSWERS.
    Returns: "attractive", "one_dimensional", "must_be", "indifferent", "reverse" or "questionable".
    Raises: ValueError if an answer is not one of the five.
    Source: Kano and others (1984), "Attractive quality and must-be quality". Beyond the exam.

    >>> kano_category(present="expect", absent="dislike"), kano_category(present="like", absent="neutral")
    ('must_be', 'attractive')
    """
    row = KANO_ANSWERS.index(arguments.one_of("present", present, KANO_ANSWERS))
    return _KANO[row][KANO_ANSWERS.index(arguments.one_of("absent", absent, KANO_ANSWERS))]
