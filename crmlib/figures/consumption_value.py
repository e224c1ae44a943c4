"""Pictures of lesson 04: two offers in the balance, the best offer by value of time, the cube of experience values."""

from __future__ import annotations

import math
import textwrap
from functools import lru_cache
from typing import Any

from matplotlib.patches import Rectangle

from crmlib import consumption_value as value
from crmlib import running_case
from crmlib.figures.controls import Slider, Switch
from crmlib.figures.drawing import columns
from crmlib.figures.numbers import minus
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, WORDS
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
    return minus(round(number, 2), "g")


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
        return Scene(offer=offer, worth=worth, cost=cost, a=a, b=b, winner=_winner(a, b))

    def draw(self) -> None:
        balance, components = self.figure.subplots(1, 2, width_ratios=(1, 1.35))
        self.set_up(balance, title="balance_title", bare=True, xlim=(-1.5, 1.5), ylim=(-1.25, 1.15))
        balance.plot([0, 0], [-0.72, self.pivot], color=GREY, linewidth=3)
        balance.plot([-0.35, 0.35], [-0.72, -0.72], color=GREY, linewidth=4)
        self.line(balance, lambda now: columns(self._ends(now)), color=INK, linewidth=3)
        self._hang(balance, 0, lambda now: self.say("pan", name="A", number=_plain(now.a)), BLUE, "white")
        self._hang(balance, 1, lambda now: self.say("pan", name="B", number=_plain(now.b)), ORANGE, INK)
        self.write(balance, (0, -1.0), lambda now: self.say(f"verdict_{now.winner}"), ha="center", va="center")
        self._draw_components(components)

    def _draw_components(self, axes) -> None:
        def own(now):
            worths = [now.offer[name] for name in COMPONENTS]
            return worths, map(_plain, worths)

        self.set_up(axes, title="components_title", xlim=(0, 105), ylim=(-0.7, 8.1))
        axes.grid(False, axis="y")
        # Costs stand apart from values by half a row.
        rows = [7.5 - place if place < 4 else 7.0 - place for place in range(8)]
        axes.set_yticks(rows, [str(term(name)) for name in COMPONENTS])
        axes.barh([row - 0.19 for row in rows], [OFFER_B[name] for name in COMPONENTS], height=0.36, color=ORANGE, hatch="///", edgecolor="white")
        for row, name in zip(rows, COMPONENTS):
            self.write(axes, (OFFER_B[name] + 1, row - 0.21), f"{OFFER_B[name]}", size=7, va="center_baseline")
        self.numbered_bars(axes, [row + 0.19 for row in rows], own, gap=1, thick=0.36, colour=BLUE, size=7, level="center_baseline")

    def _ends(self, now) -> list[tuple[float, float]]:
        """The left and the right end of the beam."""
        tilt = math.radians(max(-self.steepest, min(self.steepest, 1.5 * (now.a - now.b))))
        across, up = self.arm * math.cos(tilt), self.arm * math.sin(tilt)
        return [(-across, self.pivot - up), (across, self.pivot + up)]

    def _hang(self, axes, side: int, words, colour: str, ink: str) -> None:
        """A pan with what it weighs, on a string at one end of the beam."""

        def below(now, down):
            x, y = self._ends(now)[side]
            return x, y - down

        box = {"facecolor": colour, "edgecolor": "none", "pad": 5}
        self.line(axes, lambda now: columns([below(now, 0), below(now, 0.45)]), color=GREY, linewidth=1)
        self.write(axes, lambda now: below(now, 0.5), words, size=10, colour=ink, ha="center", va="top", bbox=box)

    def sentence(self, scene) -> str:
        ratios = {"ratio": f"{scene.worth / scene.cost:.2f}", "rival_ratio": f"{75 / 57:.2f}"}
        said = self.say("balance_sentence", value=_plain(scene.worth), cost=_plain(scene.cost), a=_plain(scene.a), b=_plain(scene.b), **ratios)
        return said + self.say(f"outcome_{scene.winner}", gap=_plain(abs(scene.a - scene.b)))


class three_offers(Picture):
    """What Ms Lin gets and gives with each of three suppliers, and the difference that is left."""

    def scene(self):
        offers = running_case.load("offers").rename(columns={"monetary_cost": "monetary_price"})
        worth, cost = (offers[list(names)].sum(axis=1).tolist() for names in (value.VALUE_COMPONENTS, value.COST_COMPONENTS))
        return Scene(names=offers["offer"].tolist(), worth=worth, cost=cost)

    def draw(self) -> None:
        scene = self.now
        axes = self.set_up(title="offers_title", rows=[self.say(name) for name in scene.names], xlim=(0, 290))
        for row, (worth, cost) in enumerate(zip(scene.worth, scene.cost)):
            axes.barh(row - 0.19, worth, height=0.34, color=BLUE)
            axes.barh(row + 0.19, cost, height=0.34, color=ORANGE, hatch="///", edgecolor="white")
            self.write(axes, (worth + 2, row - 0.19), self.say("worth", number=worth), va="center")
            self.write(axes, (cost + 2, row + 0.19), self.say("cost", number=cost), va="center")
            self.write(axes, (288, row), self.say("difference", number=worth - cost), size=11, va="center", ha="right")

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
        ends = [_delivered(worth, market_hours, delivery_fee) for worth in (0, HIGHEST_VALUE_OF_TIME)]
        return Scene(ends=ends, segments=_segments(market_hours, delivery_fee), delivered=chosen, best=best, height=height)

    def draw(self) -> None:
        axes = self.set_up(
            title="time_title", x="time_axis", y="delivered_axis",
            xlim=(0, HIGHEST_VALUE_OF_TIME), ylim=(self.lowest, self.highest), yticks=range(-25, 126, 25),
        )
        axes.axhline(0, color=GREY, linewidth=0.8)
        handles = []
        for place in PLACES:
            look: dict[str, Any] = {"color": LOOKS[place][0], "linestyle": LOOKS[place][1], "linewidth": 2}
            handles += axes.plot([], [], label=self.say(place), **look)
            self.line(axes, lambda now, place=place: ([0, HIGHEST_VALUE_OF_TIME], [end[place] for end in now.ends]), **look)
        axes.legend(handles=handles, loc="upper right", fontsize=9, frameon=False, handlelength=3)
        low, high = self.band
        self.blocks = [self.moves(axes.add_patch(Rectangle((0, low), 0, high - low, linewidth=1, edgecolor="white"))) for _ in range(4)]
        self.names = [self.moves(self.write(axes, (0, (low + high) / 2), "", colour="white", ha="center", va="center")) for _ in self.blocks]
        self.line(axes, lambda now: ([now.value_of_time] * 2, [high, now.height]), color=INK, linewidth=1)
        self.mark(axes, lambda now: (now.value_of_time, now.height), colour=lambda now: LOOKS[now.best][0], clip_on=False)

    def follow(self, scene) -> None:
        for number, (block, name) in enumerate(zip(self.blocks, self.names)):
            offer, start, end = scene.segments[number] if number < len(scene.segments) else ("none", 0, 0)
            block.set_x(start)
            block.set_width(end - start)
            block.set_facecolor(WORDS[LOOKS[offer][0]])
            name.set_x((start + end) / 2)
            name.set_text(self.say(offer) if end - start > 17 else "")  # a name wider than its block would hide the next

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
        return Scene(name=name, near=value.one_switch_away(name), sides=_sides(name), opposite=_sides(name, turned=True))

    def draw(self) -> None:
        cube, panel = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        self.set_up(cube, title="cube_title", bare=True, xlim=(-0.75, 3.75), ylim=(-0.75, 3.15))
        self.set_up(panel, bare=True, xlim=(0, 1), ylim=(0, 1))
        self.places = {name: _corner(value.experience_value_dimensions(name)) for name in value.EXPERIENCE_VALUES}
        for name, place in self.places.items():
            for other in value.one_switch_away(name).values():
                cube.plot(*columns([place, self.places[other]]), color=PALE, linewidth=1.2, zorder=1)
        for x, y, side, turned in (
            (0, -0.55, "side_other_oriented", 0), (2.2, -0.55, "side_self_oriented", 0), (-0.62, 0.9, "sides_motive", 90), (3.2, 0.05, "sides_activeness", 35),
        ):  # fmt: skip
            self.write(cube, (x, y), self.say(side), size=8, colour=GREY, ha="center", va="center", rotation=turned)
        for number in range(3):
            self.line(cube, lambda now, number=number: self._way(now, number), color=SKY, linewidth=3, zorder=2)
        self.names = {name: self.moves(cube.text(*place, self.say(name), ha="center", va="center", color=INK)) for name, place in self.places.items()}
        self.write(panel, (0, 0.97), self._explained, ha="left", va="top", linespacing=1.5)

    def _way(self, now, number: int) -> tuple[list, list]:
        """From the type to one of its neighbours."""
        return columns([self.places[now.name], self.places[list(now.near.values())[number]]])

    def _explained(self, now) -> str:
        sides = "\n".join(self.say(f"asks_{side}") for side in now.sides)
        return f"{sides}\n\n{_wrapped(self.say('for_example', example=_example(now.name)))}"

    def follow(self, scene) -> None:
        for name, text in self.names.items():
            if name == scene.name:
                look, size = {"facecolor": ORANGE, "edgecolor": INK, "pad": 5}, 11
            elif name in scene.near.values():
                look, size = {"facecolor": "#DDEFFA", "edgecolor": BLUE, "pad": 3}, 9  # a light blue on which dark words can be read
            else:
                look, size = {"facecolor": "white", "edgecolor": GREY, "pad": 3}, 9
            text.set_bbox(look)
            text.set_fontsize(size)

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
