"""Managing value: the process in three stages with its steps, and the value chain as slide and book show it."""

from __future__ import annotations

from types import MappingProxyType

# Stage 3 is a heading only in the exam's source; its two steps are the two words of that heading.
VALUE_MANAGEMENT_PROCESS = MappingProxyType(
    {
        "identify_and_select": ("identify_dimensions", "judge_strategic_significance", "choose_feasible_and_meaningful"),
        "create": ("build_support_system", "create_value"),
        "communicate_and_evaluate": ("communicate_value", "evaluate_value"),
    }
)
VALUE_CHAIN = MappingProxyType(
    {
        "support_activity": ("firm_infrastructure", "human_resource_management", "technology", "procurement"),
        "primary_activity": ("inbound_logistics", "operations", "outbound_logistics", "marketing_and_sales", "service"),
    }
)
_NOT_ON_THE_SLIDE = ("procurement",)


def value_management_process():
    """Customer value management runs through three stages: identify and select, create, communicate and evaluate.

    Returns: a pandas table in order, with stage, step (ids) and examinable: "full", or "prompt" where the source has the
        heading alone.
    Source: exam material (source 000); compare Lanning & Michaels (1988).

    >>> value_management_process()["stage"].nunique()
    3
    """
    import pandas

    rows = [
        (stage, step, "prompt" if stage == "communicate_and_evaluate" else "full")
        for stage, steps in VALUE_MANAGEMENT_PROCESS.items()
        for step in steps
    ]
    return pandas.DataFrame(rows, columns=["stage", "step", "examinable"])


def value_chain():
    """The value chain has five primary activities and four support activities; the exam's slide shows only three of the four.

    Returns: a pandas table with activity, kind (primary_activity or support_activity) and on_the_slide.
    Source: Porter (1985); exam material (source 004), on whose damaged slide procurement is missing.

    >>> value_chain().loc[lambda table: ~table["on_the_slide"], "activity"].tolist()
    ['procurement']
    """
    import pandas

    rows = [(activity, kind, activity not in _NOT_ON_THE_SLIDE) for kind, activities in VALUE_CHAIN.items() for activity in activities]
    return pandas.DataFrame(rows, columns=["activity", "kind", "on_the_slide"])
