"""The survey of January 2024: who was invited, who answered, and what."""

import math

from crmlib.running_case.months import FIRST_DAY, SURVEY_DAY
from crmlib.running_case.truth import TRUE_PARAMETERS


def _level(value, low, high):
    """Return a value rounded to a whole number on a scale."""
    return min(max(math.floor(value + 0.5), low), high)


def _answers(draws, consumer):
    """Return the answers of one consumer: overall, last order, expectation, performance, ratings, intentions."""
    satisfaction = consumer.satisfaction
    expectation = _level(draws.normal(7, 1.2), 2, 10)
    perceived = _level(expectation + TRUE_PARAMETERS.performance_gap[satisfaction] + draws.normal(0, 0.7), 1, 10)
    ratings = [_level(TRUE_PARAMETERS.attribute_performance[name] + weight * (satisfaction - 3.5) + draws.normal(0, 0.7), 1, 5)
               for name, weight in TRUE_PARAMETERS.attribute_weight.items()]
    importance = [_level(draws.normal(mean, 0.7), 1, 5) for mean in TRUE_PARAMETERS.stated_importance.values()]
    repurchase = _level(satisfaction + draws.normal(0.3, 0.6), 1, 5)
    recommend = _level(draws.normal(TRUE_PARAMETERS.mean_recommendation[satisfaction], 1.2), 0, 10)
    return [satisfaction, int(not consumer.unhappy_before_survey), expectation, perceived,
            *ratings, *importance, repurchase, recommend]


def _invited(draws, consumers, region):
    """Return a simple random sample of the consumers of one region at the day of the survey."""
    survey_month = (SURVEY_DAY.year - FIRST_DAY.year) * 12 + SURVEY_DAY.month - 1
    frame = [c for c in consumers if c.region == region and c.month < survey_month
             and (c.left_month is None or c.left_month >= survey_month)]
    return draws.sample(frame, TRUE_PARAMETERS.survey_sample[region])


def survey_rows(draws, consumers):
    """Return one row per invited consumer: who answered the letter, who the telephone call, who nothing."""
    rows = []
    for region in TRUE_PARAMETERS.survey_sample:
        invited = _invited(draws, consumers, region)
        by_letter = [c for c in invited if draws.chance(TRUE_PARAMETERS.survey_response[c.satisfaction])]
        answered = {c.id: "letter" for c in by_letter}
        silent = [c for c in invited if c.id not in answered]
        answered |= {c.id: "telephone" for c in draws.sample(silent, round(len(silent) * TRUE_PARAMETERS.telephone_share))}
        for consumer in invited:
            answers = _answers(draws, consumer)
            how = answered.get(consumer.id, "none")
            rows.append([consumer.id, region, how, *(answers if how != "none" else [None] * len(answers))])
    return sorted(rows)
