"""Stages of a relationship: the diagnosis from evidence, with its reason, and the path over the years."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib import arguments
from crmlib.language import message

STAGES = ("basic", "cooperative", "interdependent")
# Sensitivity of the most sensitive piece of information shared: 0 nothing, 1 everyday, 2 useful, 3 sensitive.
USEFUL, SENSITIVE = 2, 3


@dataclass(frozen=True, slots=True)
class StageDiagnosis:
    """A stage, the id of the reason for it, and the stage that the information alone would suggest."""

    stage: str
    reason: str
    stage_by_information: str

    @property
    def words(self) -> str:
        """The verdict and its reason as a sentence in the language in use."""
        return message(f"relationships.because_{self.reason}", stage=message(f"relationships.{self.stage}"))


def diagnose_stage(
    *, information_sensitivity: int, problems_solved_jointly: int, supply_reliability: float, reliability_needed: float
) -> StageDiagnosis:
    """The stage is read from what the two sides share and do together, never from how long or how much the customer buys.

    Formula: supply below what is needed -> basic (reason supply_fails); else sensitive information and at least one problem solved
        together -> interdependent (sensitive_and_joint); sensitive information alone -> cooperative (sensitive_alone); useful
        information -> cooperative (useful_not_sensitive); else -> basic (exchange_only).

    Arguments:
        information_sensitivity: of the most sensitive information shared (0 nothing, 1 everyday, 2 useful, 3 sensitive).
        problems_solved_jointly: problems the two sides solved together in the period (whole number, 0 or more).
        supply_reliability: share of deliveries on time and complete (0 to 1).
        reliability_needed: the share from which the customer takes supply for proven (0 to 1).
    Returns: a StageDiagnosis. The cues are the exam's. Ours are two decisions: that failing supply outweighs whatever is shared,
        and that sensitive information without joint problem solving is not yet interdependence.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: exam material (source 000); McDonald, Millman & Rogers (1997).

    >>> diagnose_stage(information_sensitivity=3, problems_solved_jointly=2, supply_reliability=0.96, reliability_needed=0.85)
    StageDiagnosis(stage='interdependent', reason='sensitive_and_joint', stage_by_information='interdependent')
    >>> diagnose_stage(information_sensitivity=3, problems_solved_jointly=2, supply_reliability=0.78, reliability_needed=0.85).stage
    'basic'
    """
    sensitivity = _sensitivity("information_sensitivity", information_sensitivity)
    problems = arguments.whole("problems_solved_jointly", problems_solved_jointly, example=2)
    supply = arguments.rate("supply_reliability", supply_reliability, example=0.95)
    needed = arguments.rate("reliability_needed", reliability_needed, example=0.85)
    if sensitivity == SENSITIVE:
        stage, reason = ("interdependent", "sensitive_and_joint") if problems else ("cooperative", "sensitive_alone")
    else:
        stage, reason = ("cooperative", "useful_not_sensitive") if sensitivity == USEFUL else ("basic", "exchange_only")
    if supply < needed:
        return StageDiagnosis(stage="basic", reason="supply_fails", stage_by_information=stage)
    return StageDiagnosis(stage=stage, reason=reason, stage_by_information=stage)


def diagnose_stages(evidence, *, reliability_needed: float):
    """A table of evidence gives a stage and a reason for every customer and year.

    Formula: diagnose_stage for every row.

    Arguments:
        evidence: a pandas table with the columns information_sensitivity (0 to 3), problems_solved_jointly (whole number) and
            supply_reliability (0 to 1); other columns are kept.
        reliability_needed: as in diagnose_stage.
    Returns: a copy of the table with the columns stage, reason and stage_by_information added.
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is out of range.
    Source: as diagnose_stage (source 000).

    >>> import pandas
    >>> evidence = pandas.DataFrame({"information_sensitivity": [1, 2], "problems_solved_jointly": [0, 1], "supply_reliability": [0.95, 0.97]})
    >>> diagnose_stages(evidence, reliability_needed=0.85)["stage"].tolist()
    ['basic', 'cooperative']
    """
    arguments.table("evidence", evidence, ("information_sensitivity", "problems_solved_jointly", "supply_reliability"))
    columns = zip(
        arguments.column(evidence, "information_sensitivity", _sensitivity),
        arguments.column(evidence, "problems_solved_jointly", arguments.whole, example=2),
        arguments.column(evidence, "supply_reliability", arguments.rate, example=0.95),
        strict=True,
    )
    found = [
        diagnose_stage(
            information_sensitivity=sensitivity, problems_solved_jointly=problems, supply_reliability=supply, reliability_needed=reliability_needed
        )
        for sensitivity, problems, supply in columns
    ]
    return evidence.assign(
        stage=[each.stage for each in found],
        reason=[each.reason for each in found],
        stage_by_information=[each.stage_by_information for each in found],
    )


def stage_path(*, basic_needs, cooperative_needs, threshold: float, start: str) -> tuple[str, ...]:
    """A relationship rises at most one stage a year, and only while the customer's lower-level needs keep being met.

    Formula: stage after a year = the lowest of (stage before + 1, the lowest level whose needs are not met, interdependent).
        So it rises one step, stays, or falls back; a need is met when its score is at least the threshold.

    Arguments:
        basic_needs: one score per year (0 to 1) for the needs of the basic stage: effective supply at a fair exchange.
        cooperative_needs: one score per year (0 to 1) for the needs of the cooperative stage: useful information, activity on both sides.
        threshold: score from which a need counts as met (0 to 1).
        start: one of STAGES, before the first year.
    Returns: the stage after each year. It is the highest path that the condition allows: the exam's condition is necessary, not
        sufficient, so a real relationship may rise later or never. Falling back is ours; the source has no decline.
    Raises: ValueError if the lists differ in length or an argument is out of range; TypeError if a score is not a number.
    Source: exam material (source 000); the falling back is ours.

    >>> stage_path(basic_needs=[0.9, 0.9, 0.6], cooperative_needs=[0.5, 0.8, 0.9], threshold=0.8, start="basic")
    ('cooperative', 'interdependent', 'basic')
    """
    basic = _scores("basic_needs", basic_needs)
    cooperative = _scores("cooperative_needs", cooperative_needs)
    arguments.equally_long({"basic_needs": basic, "cooperative_needs": cooperative})
    threshold = arguments.rate("threshold", threshold)
    place = STAGES.index(arguments.one_of("start", start, STAGES))
    path = []
    for scores in zip(basic, cooperative, strict=True):
        unmet = [level for level, score in enumerate(scores) if score < threshold]
        place = min(place + 1, *unmet, len(STAGES) - 1)
        path.append(STAGES[place])
    return tuple(path)


def _sensitivity(name: str, value: object) -> int:
    level = arguments.number(name, value, example=2)
    if level not in (0, 1, USEFUL, SENSITIVE):
        raise ValueError(message("relationships.not_a_sensitivity", name=name, received=f"{level:g}"))
    return int(level)


def _scores(name: str, values: object) -> list[float]:
    return arguments.numbers(name, values, example="[0.9, 0.8, 0.6]", check=arguments.rate)
