"""Measuring satisfaction: the complaint iceberg, means for the sample that was drawn, bias, importance and performance.

One idea per file: ``iceberg`` (what complaints show and hide), ``quantiles`` and ``sampling`` (means with intervals),
``size`` (how many answers), ``bias`` (what silence does), ``importance`` (where to put the effort), ``scores`` (shares
and scores of a scale), ``lists`` (the field's lists). Use them all from here.

Shares, rates and confidence levels are fractions from 0 to 1. Nothing is rounded.
"""

from crmlib.measuring_satisfaction.bias import chance_interval_holds_truth, non_response_bias, non_response_bounds, root_mean_square_error
from crmlib.measuring_satisfaction.iceberg import Iceberg, apparent_satisfied_share, iceberg_from_complaints, iceberg_from_purchases
from crmlib.measuring_satisfaction.importance import QUADRANTS, bootstrap_importance, importance_performance, quadrant, satisfaction_index
from crmlib.measuring_satisfaction.lists import HORIZONTAL_LEVEL, MEASUREMENT_PURPOSES, MEASUREMENT_STEPS
from crmlib.measuring_satisfaction.quantiles import DISTRIBUTIONS, critical_value, normal_quantile, student_t_quantile
from crmlib.measuring_satisfaction.sampling import (
    Estimate,
    compare_estimates,
    sample_mean,
    stratified_mean,
    stratified_two_phase_mean,
    two_phase_mean,
)
from crmlib.measuring_satisfaction.scores import (
    NetPromoterScore,
    ShareEstimate,
    cronbach_alpha,
    net_promoter_score,
    share_interval,
    top_box_share,
)
from crmlib.measuring_satisfaction.size import sample_size_for_mean, sample_size_for_share

__all__ = [
    "DISTRIBUTIONS",
    "HORIZONTAL_LEVEL",
    "MEASUREMENT_PURPOSES",
    "MEASUREMENT_STEPS",
    "QUADRANTS",
    "Estimate",
    "Iceberg",
    "NetPromoterScore",
    "ShareEstimate",
    "apparent_satisfied_share",
    "bootstrap_importance",
    "chance_interval_holds_truth",
    "compare_estimates",
    "critical_value",
    "cronbach_alpha",
    "iceberg_from_complaints",
    "iceberg_from_purchases",
    "importance_performance",
    "net_promoter_score",
    "non_response_bias",
    "non_response_bounds",
    "normal_quantile",
    "quadrant",
    "root_mean_square_error",
    "sample_mean",
    "sample_size_for_mean",
    "sample_size_for_share",
    "satisfaction_index",
    "share_interval",
    "stratified_mean",
    "stratified_two_phase_mean",
    "student_t_quantile",
    "top_box_share",
    "two_phase_mean",
]
