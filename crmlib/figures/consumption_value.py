"""Pictures of lesson 04: two offers in the balance, the best offer by value of time, the cube of experience values."""

from __future__ import annotations

import math
import textwrap
from functools import lru_cache

from matplotlib.patches import Rectangle

from crmlib import consumption_value as value
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, quiet_axes
from crmlib.language import current_language, message, term

# Our example (the sources have no numbers), yuan.
OFFER_A = {
    "product_value": 60, "service_value": 20, "personnel_value": 10, "image_value": 10,
    "monetary_price": 70, "time_cost": 8, "mental_energy_cost": 4, "physical_energy_cost": 3,
}  # fmt: skip
OFFER_B = {
    "product_value": 50, "service_value": 15, "personnel_value": 5, "image_value": 5,
    "monetary_price": 50, "time_cost": 3, "mental_energy_cost": 2, "physical_energy_cost": 2,
}  # fmt: skip
COMPONENTS = (*value.VALUE_COMPONENTS, *value.COST_COMPONENTS)
# Our example: a week's fresh food from three places; hours of the market and the fee of the delivery are controls.
PLACES = ("market", "shop", "delivery")
SHOPPING = {
    "offer": PLACES, "product_value": (140, 140, 135), "service_value": (15, 20, 30), "personnel_value": (15, 15, 5), "image_value": (10, 10, 10),
    "monetary_price": (60, 95, 100), "mental_energy_cost": (6, 6, 5), "physical_energy_cost": (6, 6, 5), "hours": (2.5, 1.0, 0.2),
}  # fmt: skip
HIGHEST_VALUE_OF_TIME = 120
LOOKS = {"market": (GREEN, "-"), "shop": (BLUE, "--"), "delivery": (RED, "-."), "none": (GREY, ":")}


def _say(key: str, /, **values) -> str:
    return message(f"figures_consumption_value.{key}", **values)


class DeliveredValueBalance(Picture):
    """Two offers in a balance that the greater delivered value pulls down, and their eight components side by side."""

    size = (7.2, 3.9)
    pivot, arm, steepest = 0.75, 1.0, 17.0

    def still(self) -> None:
        self.balance, self.bars_axes = self.figure.subplots(1, 2, width_ratios=(1, 1.35))
        self._draw_stand()
        self._draw_rival()

    def _draw_stand(self) -> None:
        axes = self.balance
        axes.set_title(_say("balance_title"), loc="left", fontsize=10, color=INK)
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.25, 1.15), xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set_visible(False)
        axes.plot([0, 0], [-0.72, self.pivot], color=GREY, linewidth=3)
        axes.plot([-0.35, 0.35], [-0.72, -0.72], color=GREY, linewidth=4)

    def _draw_rival(self) -> None:
        axes = self.bars_axes
        quiet_axes(axes, title=_say("components_title"))
        axes.grid(False, axis="y")
        # Costs stand apart from values by half a row.
        self.rows = [7.5 - place if place < 4 else 7.0 - place for place in range(8)]
        axes.set(xlim=(0, 105), ylim=(-0.7, 8.1))
        axes.set_yticks(self.rows, [str(term(name)) for name in COMPONENTS])
        axes.barh([row - 0.19 for row in self.rows], [OFFER_B[name] for name in COMPONENTS], height=0.36, color=ORANGE, hatch="///", edgecolor="white")
        for row, name in zip(self.rows, COMPONENTS):
            axes.text(OFFER_B[name] + 1, row - 0.21, f"{OFFER_B[name]}", fontsize=7, color=INK, va="center")

    def moved(self):
        balance, axes = self.balance, self.bars_axes
        (self.beam,) = balance.plot([], [], color=INK, linewidth=3)
        self.strings = [balance.plot([], [], color=GREY, linewidth=1)[0] for _ in range(2)]
        boxes = ({"facecolor": BLUE, "edgecolor": "none", "pad": 5}, {"facecolor": ORANGE, "edgecolor": "none", "pad": 5})
        self.pans = [balance.text(0, 0, "", ha="center", va="top", fontsize=10, color=ink, bbox=box) for box, ink in zip(boxes, ("white", INK))]
        self.verdict = balance.text(0, -1.0, "", ha="center", va="center", fontsize=9, color=INK)
        self.bars = axes.barh([row + 0.19 for row in self.rows], [0] * 8, height=0.36, color=BLUE)
        self.numbers = [axes.text(0, row + 0.2, "", fontsize=7, color=INK, va="center") for row in self.rows]
        return [self.beam, *self.strings, *self.pans, self.verdict, *self.bars, *self.numbers]

    def follow(self, **changed) -> None:
        a, b = self.both(**changed)
        tilt = math.radians(max(-self.steepest, min(self.steepest, 1.5 * (a - b))))
        ends = [(-self.arm * math.cos(tilt), self.pivot - self.arm * math.sin(tilt)), (self.arm * math.cos(tilt), self.pivot + self.arm * math.sin(tilt))]
        self.beam.set_data([end[0] for end in ends], [end[1] for end in ends])
        for string, pan, (x, y), name, number in zip(self.strings, self.pans, ends, "AB", (a, b)):
            string.set_data([x, x], [y, y - 0.45])
            pan.set_position((x, y - 0.5))
            pan.set_text(_say("pan", name=name, number=_plain(number)))
        self.verdict.set_text(_say(f"verdict_{_winner(a, b)}"))
        offer = {**OFFER_A, **changed}
        for bar, label, name in zip(self.bars, self.numbers, COMPONENTS):
            bar.set_width(offer[name])
            label.set_x(offer[name] + 1)
            label.set_text(_plain(offer[name]))

    def both(self, **changed) -> tuple[float, float]:
        """Delivered value of A as changed, and of B."""
        return value.delivered_value(**{**OFFER_A, **changed}), value.delivered_value(**OFFER_B)

    def sentence(self, **changed) -> str:
        a, b = self.both(**changed)
        offer = {**OFFER_A, **changed}
        worth, cost = (sum(offer[name] for name in names) for names in (value.VALUE_COMPONENTS, value.COST_COMPONENTS))
        said = _say(
            "balance_sentence", value=_plain(worth), cost=_plain(cost), a=_plain(a), b=_plain(b), ratio=f"{worth / cost:.2f}", rival_ratio=f"{75 / 57:.2f}"
        )
        return said + _say(f"outcome_{_winner(a, b)}", gap=_plain(abs(a - b)))


def _winner(a: float, b: float) -> str:
    if a < 0 and b < 0:
        return "none"
    return "tie" if math.isclose(a, b, abs_tol=1e-9) else "a" if a > b else "b"


def _plain(number: float) -> str:
    """A number without a decimal point that says nothing."""
    return f"{round(number, 2):g}".replace("-", "−")


class ValueOfTime(Picture):
    """Delivered value of three places to shop, by the customer's value of time, and the segments that follow."""

    size = (7.2, 3.8)
    lowest, highest = -45, 125
    band = (-45, -28)

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("time_title"), x=_say("time_axis"), y=_say("delivered_axis"))
        self.axes.set(xlim=(0, HIGHEST_VALUE_OF_TIME), ylim=(self.lowest, self.highest))
        self.axes.set_yticks(range(-25, 126, 25))
        self.axes.axhline(0, color=GREY, linewidth=0.8)
        handles = [self.axes.plot([], [], color=LOOKS[place][0], linestyle=LOOKS[place][1], linewidth=2, label=_say(place))[0] for place in PLACES]
        self.axes.legend(handles=handles, loc="upper right", fontsize=9, frameon=False, handlelength=3)

    def moved(self):
        axes = self.axes
        self.lines = {place: axes.plot([], [], color=LOOKS[place][0], linestyle=LOOKS[place][1], linewidth=2)[0] for place in PLACES}
        self.blocks = [axes.add_patch(Rectangle((0, self.band[0]), 0, self.band[1] - self.band[0], linewidth=1, edgecolor="white")) for _ in range(4)]
        self.names = [axes.text(0, sum(self.band) / 2, "", ha="center", va="center", fontsize=9, color="white") for _ in range(4)]
        (self.guide,) = axes.plot([], [], color=INK, linewidth=1)
        (self.dot,) = axes.plot([], [], "o", markersize=9)
        return [*self.lines.values(), *self.blocks, *self.names, self.guide, self.dot]

    def follow(self, *, value_of_time, market_hours, delivery_fee) -> None:
        ends = (_delivered(0, market_hours, delivery_fee), _delivered(HIGHEST_VALUE_OF_TIME, market_hours, delivery_fee))
        for place, line in self.lines.items():
            line.set_data([0, HIGHEST_VALUE_OF_TIME], [end[place] for end in ends])
        segments = _segments(market_hours, delivery_fee)
        for place, (block, name) in enumerate(zip(self.blocks, self.names)):
            offer, start, end = segments[place] if place < len(segments) else ("none", 0, 0)
            block.set_x(start)
            block.set_width(end - start)
            block.set_facecolor(LOOKS[offer][0])
            name.set_x((start + end) / 2)
            name.set_text(_say(offer) if end - start > 17 else "")  # a name wider than its block would hide the next
        best, height = _best(value_of_time, market_hours, delivery_fee)
        self.guide.set_data([value_of_time, value_of_time], [self.band[1], height])
        self.dot.set_data([value_of_time], [height])
        self.dot.set_color(LOOKS[best][0])

    def sentence(self, *, value_of_time, market_hours, delivery_fee) -> str:
        best, _ = _best(value_of_time, market_hours, delivery_fee)
        numbers = {place: _plain(round(number, 1)) for place, number in _delivered(value_of_time, market_hours, delivery_fee).items()}
        separator = message("figures_consumption_value.then")
        segments = separator.join(_segment_words(*segment) for segment in _segments(market_hours, delivery_fee))
        name = "time_nothing" if best == "none" else "time_sentence"
        return _say(name, value_of_time=_plain(value_of_time), best=_say(best), segments=segments, **numbers)


def _segment_words(offer: str, start: float, end: float) -> str:
    name = "segment_none" if offer == "none" else "segment"
    return _say(name, offer=_say(offer), start=_plain(round(start, 1)), end=_plain(round(end, 1)))


def _shopping(market_hours: float, delivery_fee: float):
    import pandas

    offers = pandas.DataFrame(SHOPPING)
    offers["hours"] = [market_hours, *SHOPPING["hours"][1:]]
    offers["monetary_price"] = [*SHOPPING["monetary_price"][:2], SHOPPING["monetary_price"][2] + delivery_fee]
    return offers


@lru_cache(maxsize=256)
def _segments(market_hours: float, delivery_fee: float) -> tuple[tuple[str, float, float], ...]:
    found = value.segments_by_value_of_time(_shopping(market_hours, delivery_fee), lowest=0, highest=HIGHEST_VALUE_OF_TIME)
    return tuple(found.itertuples(index=False, name=None))


@lru_cache(maxsize=256)
def _delivered(value_of_time: float, market_hours: float, delivery_fee: float) -> dict[str, float]:
    priced = value.with_value_of_time(_shopping(market_hours, delivery_fee), value_of_time=value_of_time)
    ranked = value.compare_offers(priced, by="difference")
    return dict(zip(ranked["offer"], ranked["customer_delivered_value"]))


def _best(value_of_time: float, market_hours: float, delivery_fee: float) -> tuple[str, float]:
    """What this customer chooses, and the delivered value of it; buying nothing is worth 0."""
    best, height = next(iter(_delivered(value_of_time, market_hours, delivery_fee).items()))
    return (best, height) if height >= 0 else ("none", 0.0)


class HolbrookCube(Picture):
    """Three switches lead to one of the eight corners of a cube; its three neighbours are one switch away."""

    size = (7.2, 3.9)

    def still(self) -> None:
        self.cube, self.panel = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        for axes in (self.cube, self.panel):
            axes.set(xticks=[], yticks=[])
            for side in axes.spines.values():
                side.set_visible(False)
        self.cube.set_title(_say("cube_title"), loc="left", fontsize=10, color=INK)
        self.cube.set(xlim=(-0.75, 3.75), ylim=(-0.75, 3.15))
        self.panel.set(xlim=(0, 1), ylim=(0, 1))
        self.places = {name: _corner(value.experience_value_dimensions(name)) for name in value.EXPERIENCE_VALUES}
        for name, place in self.places.items():
            for other in value.one_switch_away(name).values():
                end = self.places[other]
                self.cube.plot([place[0], end[0]], [place[1], end[1]], color=PALE, linewidth=1.2, zorder=1)
        box = {"facecolor": "white", "edgecolor": GREY, "pad": 3}
        for name, (x, y) in self.places.items():
            self.cube.text(x, y, _say(name), ha="center", va="center", fontsize=9, color=INK, bbox=box, zorder=3)
        self._name_sides()

    def _name_sides(self) -> None:
        plain = {"fontsize": 8, "color": GREY, "ha": "center", "va": "center"}
        self.cube.text(0, -0.5, _say("side_other_oriented"), **plain)
        self.cube.text(2.2, -0.5, _say("side_self_oriented"), **plain)
        self.cube.text(-0.62, 0.9, _say("sides_motive"), rotation=90, **plain)
        self.cube.text(3.1, 0.12, _say("sides_activeness"), rotation=35, **plain)

    def moved(self):
        self.edges = [self.cube.plot([], [], color=SKY, linewidth=3, zorder=2)[0] for _ in range(3)]
        box = {"facecolor": ORANGE, "edgecolor": INK, "pad": 5}
        self.lit = self.cube.text(0, 0, "", ha="center", va="center", fontsize=11, color=INK, bbox=box)
        near = {"facecolor": "#DDEFFA", "edgecolor": BLUE, "pad": 3}  # a light blue on which dark words can be read
        self.near = [self.cube.text(0, 0, "", ha="center", va="center", fontsize=9, color=INK, bbox=near) for _ in range(3)]
        self.words_shown = self.panel.text(0, 0.97, "", ha="left", va="top", fontsize=9, color=INK, linespacing=1.5)
        return [*self.edges, *self.near, self.lit, self.words_shown]

    def follow(self, **switches) -> None:
        name = self.type_of(**switches)
        x, y = self.places[name]
        self.lit.set_position((x, y))
        self.lit.set_text(_say(name))
        for edge, label, other in zip(self.edges, self.near, value.one_switch_away(name).values()):
            there = self.places[other]
            edge.set_data([x, there[0]], [y, there[1]])
            label.set_position(there)
            label.set_text(_say(other))
        sides = "\n".join(_say(f"asks_{side}") for side in _sides(name))
        self.words_shown.set_text(f"{sides}\n\n{_wrapped(_say('for_example', example=_example(name)))}")

    def type_of(self, **switches) -> str:
        turned = {name: round(position) == 1 for name, position in switches.items()}
        return value.experience_value(extrinsic=not turned["intrinsic"], self_oriented=turned["self_oriented"], active=not turned["reactive"])

    def sentence(self, **switches) -> str:
        name = self.type_of(**switches)
        near = {f"near_{dimension}": _say(other) for dimension, other in value.one_switch_away(name).items()}
        motive, orientation, activeness = (_say(side) for side in _sides(name))
        opposite = {f"other_{dimension}": _say(side) for dimension, side in zip(value.one_switch_away(name), _sides(name, turned=True))}
        own = {"motive": motive.capitalize(), "orientation": orientation, "activeness": activeness}
        return _say("cube_sentence", name=_say(name), example=_example(name), **own, **near, **opposite)


def _corner(kind: value.ExperienceValue) -> tuple[float, float]:
    """Where a type stands on the page: self-oriented to the right, extrinsic above, reactive behind."""
    behind = not kind.active
    return 2.2 * kind.self_oriented + 0.95 * behind, 1.75 * kind.extrinsic + 0.7 * behind


def _sides(name: str, *, turned: bool = False) -> tuple[str, str, str]:
    kind = value.experience_value_dimensions(name)
    pairs = (("extrinsic", "intrinsic"), ("self_oriented", "other_oriented"), ("active", "reactive"))
    return tuple(pair[(not getattr(kind, pair[0])) != turned] for pair in pairs)


def _example(name: str) -> str:
    return message(f"consumption_value.{name}_example")


def _wrapped(text: str) -> str:
    # A Chinese character is about as wide as two letters.
    return "\n".join(textwrap.wrap(text, 15 if current_language() == "zh" else 30))


def delivered_value_balance(*, service_value=20, monetary_price=70, time_cost=8, mental_energy_cost=4) -> DeliveredValueBalance:
    """Which of two offers delivers more, and what would turn the balance?"""
    return DeliveredValueBalance(service_value=service_value, monetary_price=monetary_price, time_cost=time_cost, mental_energy_cost=mental_energy_cost)


def value_of_time(*, value_of_time=30, market_hours=2.5, delivery_fee=40) -> ValueOfTime:
    """For whom is which offer the best?"""
    return ValueOfTime(value_of_time=value_of_time, market_hours=market_hours, delivery_fee=delivery_fee)


def holbrook_cube(*, intrinsic=0, self_oriented=0, reactive=0) -> HolbrookCube:
    """Which of the eight experience values do three answers lead to? With all switches at 0 it is status."""
    return HolbrookCube(intrinsic=intrinsic, self_oriented=self_oriented, reactive=reactive)
