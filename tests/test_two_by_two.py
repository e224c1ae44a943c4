"""Every map of two measures parts its plane alike: a value on its boundary is high, and what is unusable is refused by its name."""

import pytest

from crmlib import loyalty, measuring_satisfaction, relationship_marketing, relationships
from tests.support.catalogue import every

# A map, its arguments (first, second, first boundary, second boundary), one boundary of each, its fields: both high, first, second, neither.
MAPS = {
    "loyalty_type": (
        loyalty.loyalty_type,
        ("attitude", "repeat_share", "attitude_boundary", "repeat_boundary"),
        (3, 0.5),
        ("true_loyalty", "latent_loyalty", "spurious_loyalty", "no_loyalty"),
    ),
    "customer_type": (
        loyalty.customer_type,
        ("satisfaction", "loyalty", "satisfaction_boundary", "loyalty_boundary"),
        (4, 0.5),
        ("apostle", "mercenary", "hostage", "defector"),
    ),
    "quadrant": (
        measuring_satisfaction.quadrant,
        ("importance", "performance", "importance_line", "performance_line"),
        (3.5, 3.4),
        ("keep_up", "concentrate_here", "possible_overkill", "low_priority"),
    ),
    "volume_loyalty_type": (
        relationships.volume_loyalty_type,
        ("volume", "loyalty", "volume_boundary", "loyalty_boundary"),
        (6000, 0.6),
        ("partner", "functional", "emotional", "drifting"),
    ),
    "marketing_mode": (
        relationship_marketing.marketing_mode,
        ("horizon", "switching_cost", "horizon_boundary", "switching_cost_boundary"),
        (2, 10000),
        ("relationship", "depends", "depends", "transaction"),
    ),
}


@every("name", MAPS)
def test_a_value_on_its_boundary_is_high_and_one_just_below_is_low(name):
    function, names, (first, second), fields = MAPS[name]
    below = 1 - 1e-9
    corners = [(first, second), (first, second * below), (first * below, second), (first * below, second * below)]
    assert tuple(function(**dict(zip(names, (*corner, first, second), strict=True))) for corner in corners) == fields


@every("name", MAPS)
def test_of_several_unusable_arguments_the_first_measure_is_named_first(name):
    function, names, boundaries, _ = MAPS[name]
    good = dict(zip(names, (*boundaries, *boundaries), strict=True))
    first, second, first_boundary, second_boundary = names
    for bad in ((first, first_boundary, second, second_boundary), (first_boundary, second, second_boundary), (second, second_boundary), (second_boundary,)):
        with pytest.raises(TypeError, match=f"^{bad[0]}\\b"):
            function(**{**good, **{each: "x" for each in bad}})
