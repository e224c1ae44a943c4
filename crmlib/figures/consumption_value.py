"""Pictures of lesson 04: two offers in the balance, the best offer by value of time, the cube of experience values."""

from __future__ import annotations

import math
import textwrap
from functools import lru_cache
from types import SimpleNamespace

from matplotlib.patches import Rectangle

from crmlib import consumption_value as value
from crmlib import running_case
from crmlib.figures.bars import NumberedBars
from crmlib.figures.controls import Slider, Switch
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, WORDS, no_axes
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
SHOPPING: dict[str, tuple] = {
    "offer": PLACES, "product_value": (140, 140, 135), "service_value": (15, 20, 30), "personnel_value": (15, 15, 5), "image_value": (10, 10, 10),
    "monetary_price": (60, 95, 100), "mental_energy_cost": (6, 6, 5), "physical_energy_cost": (6, 6, 5), "hours": (2.5, 1.0, 0.2),
}  # fmt: skip
HIGHEST_VALUE_OF_TIME = 120
LOOKS = {"market": (GREEN, "-"), "shop": (BLUE, "--"), "delivery": (RED, "-."), "none": (GREY, ":")}


def _plain(number: float) -> str:
    """A number without a decimal point that says nothing."""
    return f"{round(number, 2):g}".replace("-", "−")


class delivered_value_balance(Picture):
    """Two offers in a balance that the greater delivered value pulls down, and their eight components side by side."""

    service_value = Slider(low=0, high=40, step=1, start=20)
    monetary_price = Slider(low=50, high=90, step=1, start=70)
    time_cost = Slider(low=0, high=20, step=1, start=8)
    mental_energy_cost = Slider(low=0, high=10, step=1, start=4)

    pivot, arm, steepest = 0.75, 1.0, 17.0

    def scene(self, **changed):
        offer = {**OFFER_A, **changed}
        worth, cost = (sum(offer[name] for name in names) for names in (value.VALUE_COMPONENTS, value.COST_COMPONENTS))
        a, b = value.delivered_value(**offer), value.delivered_value(**OFFER_B)
        return SimpleNamespace(offer=offer, worth=worth, cost=cost, a=a, b=b, winner=_winner(a, b))

    def draw(self) -> None:
        self.balance, self.bars_axes = self.figure.subplots(1, 2, width_ratios=(1, 1.35))
        axes = self.balance
        axes.set_title(self.say("balance_title"), loc="left", fontsize=10, color=INK)
        no_axes(axes)
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.25, 1.15))
        axes.plot([0, 0], [-0.72, self.pivot], color=GREY, linewidth=3)
        axes.plot([-0.35, 0.35], [-0.72, -0.72], color=GREY, linewidth=4)
        self._draw_rival()

    def _draw_rival(self) -> None:
        axes = self.bars_axes
        self.set_up(axes, title="components_title")
        axes.grid(False, axis="y")
        # Costs stand apart from values by half a row.
        self.rows = [7.5 - place if place < 4 else 7.0 - place for place in range(8)]
        axes.set(xlim=(0, 105), ylim=(-0.7, 8.1))
        axes.set_yticks(self.rows, [str(term(name)) for name in COMPONENTS])
        axes.barh([row - 0.19 for row in self.rows], [OFFER_B[name] for name in COMPONENTS], height=0.36, color=ORANGE, hatch="///", edgecolor="white")
        for row, name in zip(self.rows, COMPONENTS):
            axes.text(OFFER_B[name] + 1, row - 0.21, f"{OFFER_B[name]}", fontsize=7, color=INK, va="center_baseline")

    def moved(self):
        balance, axes = self.balance, self.bars_axes
        (self.beam,) = balance.plot([], [], color=INK, linewidth=3)
        self.strings = [balance.plot([], [], color=GREY, linewidth=1)[0] for _ in range(2)]
        boxes = ({"facecolor": BLUE, "edgecolor": "none", "pad": 5}, {"facecolor": ORANGE, "edgecolor": "none", "pad": 5})
        self.pans = [balance.text(0, 0, "", ha="center", va="top", fontsize=10, color=ink, bbox=box) for box, ink in zip(boxes, ("white", INK))]
        self.verdict = balance.text(0, -1.0, "", ha="center", va="center", fontsize=9, color=INK)
        self.bars = NumberedBars(axes, [row + 0.19 for row in self.rows], gap=1, thick=0.36, colour=BLUE, size=7, level="center_baseline")
        return [self.beam, *self.strings, *self.pans, self.verdict, *self.bars.artists]

    def follow(self, scene) -> None:
        tilt = math.radians(max(-self.steepest, min(self.steepest, 1.5 * (scene.a - scene.b))))
        ends = [(-self.arm * math.cos(tilt), self.pivot - self.arm * math.sin(tilt)), (self.arm * math.cos(tilt), self.pivot + self.arm * math.sin(tilt))]
        self.beam.set_data([end[0] for end in ends], [end[1] for end in ends])
        for string, pan, (x, y), name, number in zip(self.strings, self.pans, ends, "AB", (scene.a, scene.b)):
            string.set_data([x, x], [y, y - 0.45])
            pan.set_position((x, y - 0.5))
            pan.set_text(self.say("pan", name=name, number=_plain(number)))
        self.verdict.set_text(self.say(f"verdict_{scene.winner}"))
        worths = [scene.offer[name] for name in COMPONENTS]
        self.bars.show(worths, map(_plain, worths))

    def sentence(self, scene) -> str:
        ratios = {"ratio": f"{scene.worth / scene.cost:.2f}", "rival_ratio": f"{75 / 57:.2f}"}
        said = self.say("balance_sentence", value=_plain(scene.worth), cost=_plain(scene.cost), a=_plain(scene.a), b=_plain(scene.b), **ratios)
        return said + self.say(f"outcome_{scene.winner}", gap=_plain(abs(scene.a - scene.b)))


class three_offers(Picture):
    """What Ms Lin gets and gives with each of three suppliers, and the difference that is left."""

    def scene(self):
        offers = running_case.load("offers").rename(columns={"monetary_cost": "monetary_price"})
        worth, cost = (offers[list(names)].sum(axis=1).tolist() for names in (value.VALUE_COMPONENTS, value.COST_COMPONENTS))
        return SimpleNamespace(names=offers["offer"].tolist(), worth=worth, cost=cost)

    def draw(self) -> None:
        scene = self.now
        axes = self.set_up(self.figure.subplots(), title="offers_title", rows=[self.say(name) for name in scene.names], xlim=(0, 290))
        for row, (worth, cost) in enumerate(zip(scene.worth, scene.cost)):
            axes.barh(row - 0.19, worth, height=0.34, color=BLUE)
            axes.barh(row + 0.19, cost, height=0.34, color=ORANGE, hatch="///", edgecolor="white")
            axes.text(worth + 2, row - 0.19, self.say("worth", number=worth), fontsize=9, color=INK, va="center")
            axes.text(cost + 2, row + 0.19, self.say("cost", number=cost), fontsize=9, color=INK, va="center")
            axes.text(288, row, self.say("difference", number=worth - cost), fontsize=11, color=INK, va="center", ha="right")

    def sentence(self, scene) -> str:
        gaps = {name: worth - cost for name, worth, cost in zip(scene.names, scene.worth, scene.cost)}
        return self.say("offers_sentence", **{f"{name}_gap": gap for name, gap in gaps.items()})


def _winner(a: float, b: float) -> str:
    if a < 0 and b < 0:
        return "none"
    return "tie" if math.isclose(a, b, abs_tol=1e-9) else "a" if a > b else "b"


class value_of_time(Picture):
    """Delivered value of three places to shop, by the customer's value of time, and the segments that follow."""

    value_of_time = Slider(low=0, high=HIGHEST_VALUE_OF_TIME, step=1, start=30)
    market_hours = Slider(low=0.5, high=4, step=0.25, start=2.5, shown=".2f")
    delivery_fee = Slider(low=0, high=80, step=5, start=40)

    lowest, highest = -45, 125
    band = (-45, -24)

    def scene(self, *, value_of_time, market_hours, delivery_fee):
        chosen = _delivered(value_of_time, market_hours, delivery_fee)
        best, height = next(iter(chosen.items()))
        if height < 0:
            best, height = "none", 0.0  # buying nothing is worth 0
        return SimpleNamespace(
            value_of_time=value_of_time,
            ends=(_delivered(0, market_hours, delivery_fee), _delivered(HIGHEST_VALUE_OF_TIME, market_hours, delivery_fee)),
            segments=_segments(market_hours, delivery_fee),
            delivered=chosen,
            best=best,
            height=height,
        )

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="time_title", x="time_axis", y="delivered_axis")
        self.axes.set(xlim=(0, HIGHEST_VALUE_OF_TIME), ylim=(self.lowest, self.highest))
        self.axes.set_yticks(range(-25, 126, 25))
        self.axes.axhline(0, color=GREY, linewidth=0.8)
        handles = [self.axes.plot([], [], color=LOOKS[place][0], linestyle=LOOKS[place][1], linewidth=2, label=self.say(place))[0] for place in PLACES]
        self.axes.legend(handles=handles, loc="upper right", fontsize=9, frameon=False, handlelength=3)

    def moved(self):
        axes = self.axes
        self.lines = {place: axes.plot([], [], color=LOOKS[place][0], linestyle=LOOKS[place][1], linewidth=2)[0] for place in PLACES}
        self.blocks = [Rectangle((0, self.band[0]), 0, self.band[1] - self.band[0], linewidth=1, edgecolor="white") for _ in range(4)]
        for block in self.blocks:
            axes.add_patch(block)
        self.names = [axes.text(0, sum(self.band) / 2, "", ha="center", va="center", fontsize=9, color="white") for _ in range(4)]
        (self.guide,) = axes.plot([], [], color=INK, linewidth=1)
        (self.dot,) = axes.plot([], [], "o", markersize=9, clip_on=False)
        return [*self.lines.values(), *self.blocks, *self.names, self.guide, self.dot]

    def follow(self, scene) -> None:
        for place, line in self.lines.items():
            line.set_data([0, HIGHEST_VALUE_OF_TIME], [end[place] for end in scene.ends])
        for number, (block, name) in enumerate(zip(self.blocks, self.names)):
            offer, start, end = scene.segments[number] if number < len(scene.segments) else ("none", 0, 0)
            block.set_x(start)
            block.set_width(end - start)
            block.set_facecolor(WORDS[LOOKS[offer][0]])
            name.set_x((start + end) / 2)
            name.set_text(self.say(offer) if end - start > 17 else "")  # a name wider than its block would hide the next
        self.guide.set_data([scene.value_of_time] * 2, [self.band[1], scene.height])
        self.dot.set_data([scene.value_of_time], [scene.height])
        self.dot.set_color(LOOKS[scene.best][0])

    def sentence(self, scene) -> str:
        numbers = {place: _plain(round(number, 1)) for place, number in scene.delivered.items()}
        segments = self.say("then").join(self._segment(*segment) for segment in scene.segments)
        name = "time_nothing" if scene.best == "none" else "time_sentence"
        return self.say(name, value_of_time=_plain(scene.value_of_time), best=self.say(scene.best), segments=segments, **numbers)

    def _segment(self, offer: str, start: float, end: float) -> str:
        name = "segment_none" if offer == "none" else "segment"
        return self.say(name, offer=self.say(offer), start=_plain(round(start, 1)), end=_plain(round(end, 1)))


def _shopping(market_hours: float, delivery_fee: float):
    import pandas

    return pandas.DataFrame(_offers(market_hours, delivery_fee))


def _offers(market_hours: float, delivery_fee: float) -> dict[str, tuple]:
    *prices, delivery = SHOPPING["monetary_price"]
    return {**SHOPPING, "hours": (market_hours, *SHOPPING["hours"][1:]), "monetary_price": (*prices, delivery + delivery_fee)}


@lru_cache(maxsize=256)
def _segments(market_hours: float, delivery_fee: float) -> tuple[tuple[str, float, float], ...]:
    found = value.segments_by_value_of_time(_shopping(market_hours, delivery_fee), lowest=0, highest=HIGHEST_VALUE_OF_TIME)
    return tuple(found.itertuples(index=False, name=None))


@lru_cache(maxsize=256)
def _delivered(value_of_time: float, market_hours: float, delivery_fee: float) -> dict[str, float]:
    """Delivered value by offer, best first."""
    offers, found = _offers(market_hours, delivery_fee), {}
    for row in zip(*offers.values()):
        parts = dict(zip(offers, row))
        name, hours = parts.pop("offer"), parts.pop("hours")
        found[name] = value.delivered_value(time_cost=value.time_cost(hours=hours, value_of_time=value_of_time), **parts)
    return dict(sorted(found.items(), key=lambda offer: -round(offer[1], 9)))  # as compare_offers ranks them


class holbrook_cube(Picture):
    """Three switches lead to one of the eight corners of a cube; its three neighbours are one switch away."""

    intrinsic = Switch()
    self_oriented = Switch()
    reactive = Switch()

    def scene(self, *, intrinsic, self_oriented, reactive):
        name = value.experience_value(extrinsic=not intrinsic, self_oriented=self_oriented, active=not reactive)
        return SimpleNamespace(name=name, near=value.one_switch_away(name), sides=_sides(name), opposite=_sides(name, turned=True))

    def draw(self) -> None:
        self.cube, self.panel = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        for axes in (self.cube, self.panel):
            no_axes(axes)
        self.cube.set_title(self.say("cube_title"), loc="left", fontsize=10, color=INK)
        self.cube.set(xlim=(-0.75, 3.75), ylim=(-0.75, 3.15))
        self.panel.set(xlim=(0, 1), ylim=(0, 1))
        self.places = {name: _corner(value.experience_value_dimensions(name)) for name in value.EXPERIENCE_VALUES}
        for name, place in self.places.items():
            for other in value.one_switch_away(name).values():
                end = self.places[other]
                self.cube.plot([place[0], end[0]], [place[1], end[1]], color=PALE, linewidth=1.2, zorder=1)
        self._name_sides()

    def _name_sides(self) -> None:
        plain = {"fontsize": 8, "color": WORDS[GREY], "ha": "center", "va": "center"}
        self.cube.text(0, -0.55, self.say("side_other_oriented"), **plain)
        self.cube.text(2.2, -0.55, self.say("side_self_oriented"), **plain)
        self.cube.text(-0.62, 0.9, self.say("sides_motive"), rotation=90, **plain)
        self.cube.text(3.2, 0.05, self.say("sides_activeness"), rotation=35, **plain)

    def moved(self):
        self.edges = [self.cube.plot([], [], color=SKY, linewidth=3, zorder=2)[0] for _ in range(3)]
        self.names = {name: self.cube.text(*place, self.say(name), ha="center", va="center", color=INK) for name, place in self.places.items()}
        self.words_shown = self.panel.text(0, 0.97, "", ha="left", va="top", fontsize=9, color=INK, linespacing=1.5)
        return [*self.edges, *self.names.values(), self.words_shown]

    def follow(self, scene) -> None:
        here = self.places[scene.name]
        for edge, other in zip(self.edges, scene.near.values()):
            there = self.places[other]
            edge.set_data([here[0], there[0]], [here[1], there[1]])
        for name, text in self.names.items():
            if name == scene.name:
                look, size = {"facecolor": ORANGE, "edgecolor": INK, "pad": 5}, 11
            elif name in scene.near.values():
                look, size = {"facecolor": "#DDEFFA", "edgecolor": BLUE, "pad": 3}, 9  # a light blue on which dark words can be read
            else:
                look, size = {"facecolor": "white", "edgecolor": GREY, "pad": 3}, 9
            text.set_bbox(look)
            text.set_fontsize(size)
        sides = "\n".join(self.say(f"asks_{side}") for side in scene.sides)
        self.words_shown.set_text(f"{sides}\n\n{_wrapped(self.say('for_example', example=_example(scene.name)))}")

    def sentence(self, scene) -> str:
        motive, orientation, activeness = (self.say(side) for side in scene.sides)
        near = {f"near_{dimension}": self.say(other) for dimension, other in scene.near.items()}
        opposite = {f"other_{dimension}": self.say(side) for dimension, side in zip(scene.near, scene.opposite)}
        own = {"motive": motive.capitalize(), "orientation": orientation, "activeness": activeness}
        return self.say("cube_sentence", name=self.say(scene.name), example=_example(scene.name), **own, **near, **opposite)


def _corner(kind: value.ExperienceValue) -> tuple[float, float]:
    """Where a type stands on the page: self-oriented to the right, extrinsic above, reactive behind."""
    behind = not kind.active
    return 2.2 * kind.self_oriented + 0.95 * behind, 1.75 * kind.extrinsic + 0.7 * behind


def _sides(name: str, *, turned: bool = False) -> tuple[str, ...]:
    kind = value.experience_value_dimensions(name)
    pairs = (("extrinsic", "intrinsic"), ("self_oriented", "other_oriented"), ("active", "reactive"))
    return tuple(pair[(not getattr(kind, pair[0])) != turned] for pair in pairs)


def _example(name: str) -> str:
    return message(f"consumption_value.{name}_example")


def _wrapped(text: str) -> str:
    # A Chinese character is about as wide as two letters.
    return "\n".join(textwrap.wrap(text, 15 if current_language() == "zh" else 30))
