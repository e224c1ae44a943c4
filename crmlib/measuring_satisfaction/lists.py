"""The field's lists as ids: what is measured for, in which order, and what satisfaction is made of at the horizontal level."""

from __future__ import annotations

# In the order of the exam's text, which for the steps is the answer itself.
MEASUREMENT_PURPOSES = ("priorities", "tolerance", "performance", "measures_for_priorities", "measures_against_competitors")
MEASUREMENT_STEPS = (
    "clarify_purpose",
    "research_design",
    "survey_method",
    "choose_sample",
    "collect_data",
    "analyse_data",
    "write_report",
    "periodic_follow_up",
)
HORIZONTAL_LEVEL = ("idea_satisfaction", "behaviour_satisfaction", "audio_visual_satisfaction", "product_satisfaction", "service_satisfaction")
