"""Two lists of values that are not one: five consumption values behind a choice, eight kinds of experience value."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib import arguments
from crmlib.language import message

CONSUMPTION_VALUES = ("functional_value", "social_value", "emotional_value", "epistemic_value", "conditional_value")


@dataclass(frozen=True, slots=True)
class ExperienceValue:
    """One of Holbrook's eight types with its three dimensions."""

    name: str
    extrinsic: bool
    self_oriented: bool
    active: bool


_TYPES = (
    ExperienceValue("efficiency", True, True, True),
    ExperienceValue("excellence", True, True, False),
    ExperienceValue("status", True, False, True),
    ExperienceValue("esteem", True, False, False),
    ExperienceValue("play", False, True, True),
    ExperienceValue("aesthetics", False, True, False),
    ExperienceValue("ethics", False, False, True),
    ExperienceValue("spirituality", False, False, False),
)
EXPERIENCE_VALUES = tuple(each.name for each in _TYPES)
DIMENSIONS = ("extrinsic", "self_oriented", "active")


def consumption_values():
    """The five consumption values name the motives behind a choice: functional, social, emotional, epistemic, conditional.

    Returns: a pandas table with consumption_value (id), question (what to ask of a purchase) and example, both in the
        language in use. Several motives may work at once: in the theory they are independent of one another.
    Source: Sheth, Newman & Gross (1991); exam material (source 000). Questions and examples are ours.

    >>> consumption_values()["consumption_value"].tolist()[3]
    'epistemic_value'
    """
    import pandas

    rows = [(name, message(f"consumption_value.{name}_question"), message(f"consumption_value.{name}_example")) for name in CONSUMPTION_VALUES]
    return pandas.DataFrame(rows, columns=["consumption_value", "question", "example"])


def experience_value(*, extrinsic: bool, self_oriented: bool, active: bool) -> str:
    """Three yes-or-no questions lead to one of eight types of experience value.

    Arguments:
        extrinsic: True if the experience is a means to something else, False if it is its own end (intrinsic).
        self_oriented: True if it counts for its effect on me, False if for how others take it or fare by it.
        active: True if I do something to or with the thing, False if I take it in (reactive).
    Returns: one of EXPERIENCE_VALUES.
    Raises: TypeError if an argument is not True or False.
    Source: Holbrook (1999); the exam material (source 000) has the eight names without the dimensions.

    >>> experience_value(extrinsic=False, self_oriented=False, active=True)
    'ethics'
    """
    given = tuple(arguments.yes_no(name, value) for name, value in zip(DIMENSIONS, (extrinsic, self_oriented, active), strict=True))
    return next(each.name for each in _TYPES if (each.extrinsic, each.self_oriented, each.active) == given)


def experience_value_dimensions(name: str) -> ExperienceValue:
    """The place of an experience value on Holbrook's three dimensions.

    Arguments:
        name: one of EXPERIENCE_VALUES.
    Returns: an ExperienceValue with name, extrinsic, self_oriented and active.
    Raises: ValueError if there is no such type.
    Source: Holbrook (1999).

    >>> experience_value_dimensions("play")
    ExperienceValue(name='play', extrinsic=False, self_oriented=True, active=True)
    """
    arguments.one_of("name", name, EXPERIENCE_VALUES)
    return _TYPES[EXPERIENCE_VALUES.index(name)]


def one_switch_away(name: str) -> dict[str, str]:
    """Changing one dimension of an experience leads to a neighbouring type; each type has three neighbours.

    Arguments:
        name: one of EXPERIENCE_VALUES.
    Returns: the neighbour by the dimension that is switched: extrinsic, self_oriented, active.
    Raises: ValueError if there is no such type.
    Source: follows from Holbrook (1999).

    >>> one_switch_away("status")
    {'extrinsic': 'ethics', 'self_oriented': 'efficiency', 'active': 'esteem'}
    """
    own = experience_value_dimensions(name)
    flags = {dimension: getattr(own, dimension) for dimension in DIMENSIONS}
    return {dimension: experience_value(**{**flags, dimension: not flags[dimension]}) for dimension in DIMENSIONS}


def experience_values(*, extrinsic: bool | None = None, self_oriented: bool | None = None, active: bool | None = None):
    """The eight experience values, all of them or those on one side of a dimension.

    Arguments:
        extrinsic, self_oriented, active: True or False to keep one side only, None to keep both.
    Returns: a pandas table with experience_value, motive, orientation, activeness (ids) and example in the language in use.
    Raises: TypeError if an argument is neither True, False nor None.
    Source: Holbrook (1999); the examples are ours.

    >>> experience_values(extrinsic=False, self_oriented=False)["experience_value"].tolist()
    ['ethics', 'spirituality']
    """
    wanted = {"extrinsic": extrinsic, "self_oriented": self_oriented, "active": active}
    wanted = {name: arguments.yes_no(name, value) for name, value in wanted.items() if value is not None}
    import pandas

    rows = [
        (
            each.name,
            "extrinsic" if each.extrinsic else "intrinsic",
            "self_oriented" if each.self_oriented else "other_oriented",
            "active" if each.active else "reactive",
            message(f"consumption_value.{each.name}_example"),
        )
        for each in _TYPES
        if all(getattr(each, name) == value for name, value in wanted.items())
    ]
    return pandas.DataFrame(rows, columns=["experience_value", "motive", "orientation", "activeness", "example"])
