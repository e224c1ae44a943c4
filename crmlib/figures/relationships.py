"""Pictures of lesson 02: the staircase of stages, the map of volume and loyalty under a price attack, the flow of customers."""

from __future__ import annotations

import math
from functools import cache, lru_cache

from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from crmlib import relationships, running_case
from crmlib.figures.controls import Slider
from crmlib.figures.drawing import NAME, columns
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, WORDS
from crmlib.language import message, percent

# Our example: below this share of good deliveries the customers of the running case fall back.
RELIABILITY_NEEDED = 0.85
# Our example: a fully loyal customer resists a rival who is 30 % cheaper; switching costs 400 yuan of money and trouble.
ATTACK = {"gap_resisted": 0.3, "switching_cost": 400}
# Our example: yuan spent per person at each step.
STEP_COSTS = {"cost_per_prospect": 20, "cost_per_first_time_customer": 60, "cost_per_client": 200}
YEAR = 2024


class stage_dial(Picture):
    """A staircase of three stages: where the evidence puts the relationship, and where information alone would put it."""

    supply_reliability = Slider(low=0.7, high=1, step=0.01, start=0.95, shown=".0%")
    information_sensitivity = Slider(low=0, high=3, step=1, start=2)
    problems_solved_jointly = Slider(low=0, high=6, step=1, start=1)

    def scene(self, **evidence):
        found = relationships.diagnose_stage(**evidence, reliability_needed=RELIABILITY_NEEDED)
        return Scene(
            words=found.words, holds=found.reason != "supply_fails", stage=found.stage, by_information=found.stage_by_information,
            place=relationships.STAGES.index(found.stage), shown=relationships.STAGES.index(found.stage_by_information),
        )

    def draw(self) -> None:
        stairs, meters = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        self.set_up(stairs, title="stairs_title", bare=True, xlim=(0, 3), ylim=(-0.75, 4.3))
        for place, stage in enumerate(relationships.STAGES):
            stairs.add_patch(Rectangle((place, 0), 1, place + 1, facecolor=SKY, alpha=0.25 + 0.2 * place, linewidth=0))
            self.write(stairs, (place + 0.5, place + 0.94), self.say(f"step_{stage}"), ha="center", va="top", linespacing=1.2)
        self.foundation = self.moves(stairs.add_patch(Rectangle((0, -0.6), 3, 0.5, facecolor=GREEN, linewidth=0)))
        self.foundation_words = self.write(
            stairs, (1.5, -0.35), lambda now: self.say("foundation_holds" if now.holds else "foundation_fails"), colour="white", ha="center", va="center",
        )
        self.mark(
            stairs, lambda now: (now.shown + 0.5, now.shown + 1.35) if now.place != now.shown else None, self.say("information_alone"),
            colour=GREY, size=13, prefer=("above", "left"), label={"size": 8, "gap": 11, "box": None}, markerfacecolor="none", markeredgewidth=1.6,
        )
        self.mark(
            stairs, lambda now: (now.place + 0.5, now.place + 1.35), self.say("relationship"),
            colour=lambda now: BLUE if now.holds else RED, size=13, prefer=("above", "left"), label={**NAME, "gap": 11},
        )
        self._draw_meters(meters)

    def _draw_meters(self, axes) -> None:
        self.set_up(axes, title="meters_title", bare=True, xlim=(0, 1.3), ylim=(-0.75, 2.75))
        meters = {
            "meter_joint": lambda now: (now.problems_solved_jointly / 6, str(now.problems_solved_jointly)),
            "meter_information": lambda now: (now.information_sensitivity / 3, str(now.information_sensitivity)),
            "meter_supply": lambda now: (now.supply_reliability, percent(now.supply_reliability)),
        }
        self.bars = {}
        for row, (name, meter) in enumerate(meters.items()):
            self.write(axes, (0, row + 0.25), self.say(name))
            axes.barh(row, 1, height=0.36, color=PALE)
            (bar,) = axes.barh(row, 0, height=0.36, color=BLUE)
            self.bars[name] = self.moves(bar, lambda now, bar=bar, meter=meter: bar.set_width(meter(now)[0]))
            self.write(axes, (1.04, row), lambda now, meter=meter: meter(now)[1], va="center")
        axes.plot([RELIABILITY_NEEDED] * 2, [1.76, 2.2], color=INK, linewidth=1.2)
        self.write(axes, (RELIABILITY_NEEDED, 1.72), self.say("needed", percent=f"{RELIABILITY_NEEDED * 100:.0f}"), size=8, ha="center", va="top")

    def follow(self, scene) -> None:
        colour = WORDS[GREEN if scene.holds else RED]
        self.foundation.set_facecolor(colour)
        self.foundation.set_hatch(None if scene.holds else "//")
        self.foundation_words.set_bbox(None if scene.holds else {"facecolor": colour, "edgecolor": "none", "pad": 2})
        self.bars["meter_supply"].set_color(BLUE if scene.holds else RED)

    def sentence(self, scene) -> str:
        return self.say(
            "dial_fallen" if scene.stage != scene.by_information else "dial_sentence",
            information=self.say(f"level_{scene.information_sensitivity}"), problems=scene.problems_solved_jointly,
            words=scene.words, other=message(f"relationships.{scene.by_information}"), supply=f"{scene.supply_reliability * 100:.0f}",
        )


# One mark and colour per type: shape carries what colour-blind readers cannot see.
TYPE_MARKS = {"partner": ("o", BLUE), "functional": ("s", ORANGE), "emotional": ("^", GREEN), "drifting": ("D", GREY)}


class volume_loyalty_map(Picture):
    """The running case's business customers by volume and loyalty; a rival's lower price makes some of them leave."""

    price_gap = Slider(low=0, high=0.3, step=0.01, start=0, shown=".0%")
    volume_boundary = Slider(low=1000, high=20_000, step=500, start=6000, shown=",.0f")
    loyalty_boundary = Slider(low=0.3, high=0.9, step=0.01, start=0.6, shown=".0%")

    least, most = 100, 90_000
    corners = {"partner": "upper right", "functional": "lower right", "emotional": "upper left", "drifting": "lower left"}

    def scene(self, *, price_gap, volume_boundary, loyalty_boundary):
        staying: dict[str, list] = {name: [] for name in TYPE_MARKS}
        leaving: dict[str, list] = {name: [] for name in TYPE_MARKS}
        for place, kind, left in zip(_businesses(), _types(volume_boundary, loyalty_boundary), _leaving(price_gap)):
            (leaving if left else staying)[kind].append(place)
        return Scene(staying=staying, leaving=leaving, counts={name: len(staying[name]) + len(leaving[name]) for name in TYPE_MARKS})

    def draw(self) -> None:
        axes = self.set_up(
            title="map_title", x="volume_axis", y="loyalty_axis", percent="y", numbers={"year": YEAR},
            xscale="log", xlim=(self.least, self.most), ylim=(-0.16, 1.24), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        axes.xaxis.set_major_locator(FixedLocator((100, 300, 1000, 3000, 10_000, 30_000)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:,.0f}")
        fields = {}
        for name, (shape, colour) in TYPE_MARKS.items():
            look = {"color": colour, "markersize": 5, "alpha": 0.8, "markeredgewidth": 0}
            self.line(axes, lambda now, name=name: columns(now.staying[name]), shape, **look)
            fields[self.corners[name]] = (lambda now, name=name: self._counted(now, name), INK)
        self.line(axes, lambda now: columns(place for places in now.leaving.values() for place in places), "x", color=RED, markersize=6, markeredgewidth=1.6)
        self.fields(axes, fields, across=lambda now: now.volume_boundary, up=lambda now: now.loyalty_boundary)
        self.write(axes, (0.5, 0.98), self._rival, colour=RED, va="top", ha="center", transform=axes.transAxes)

    def _counted(self, now, name: str) -> str:
        leaving = len(now.leaving[name])
        return self.say("type_words" if leaving else "type_stays", type=self.say(name), count=now.counts[name], leaving=leaving)

    def _rival(self, now) -> str:
        return self.say("rival", percent=f"{now.price_gap * 100:.0f}") if now.price_gap else self.say("no_rival")

    def sentence(self, scene) -> str:
        gap, leaving = f"{scene.price_gap * 100:.0f}", {name: len(places) for name, places in scene.leaving.items()}
        total = sum(volume for volume, _ in _businesses())
        lost = sum(volume for places in scene.leaving.values() for volume, _ in places)
        functional = sum(volume for volume, _ in scene.staying["functional"] + scene.leaving["functional"])
        boundaries = {
            "volume": f"{scene.volume_boundary:,.0f}", "loyalty": f"{scene.loyalty_boundary * 100:.0f}", "share": f"{functional / total * 100:.0f}",
            "functional": scene.counts["functional"], "partners": scene.counts["partner"],
        }
        if not lost:
            return self.say("map_quiet" if scene.price_gap else "map_start", gap=gap, **boundaries)
        return self.say(
            "map_attack",
            gap=gap, leaving=leaving["functional"], partners_leaving=leaving["partner"], emotional_leaving=leaving["emotional"],
            drifting_leaving=leaving["drifting"], lost=f"{lost / total * 100:.0f}", **boundaries,
        )


@cache
def _businesses() -> tuple[tuple[float, float], ...]:
    """Volume and loyalty of every business of the year."""
    table = running_case.load("relationships")
    table = table[table["year"] == YEAR]
    return tuple(zip(table["yearly_volume"].astype(float), table["share_of_wallet"].astype(float)))


# A reader moves one control: what the others decide is known from the step before.
@lru_cache(maxsize=64)
def _types(volume_boundary: float, loyalty_boundary: float) -> list[str]:
    boundaries = {"volume_boundary": volume_boundary, "loyalty_boundary": loyalty_boundary}
    return [relationships.volume_loyalty_type(volume=volume, loyalty=loyalty, **boundaries) for volume, loyalty in _businesses()]


@lru_cache(maxsize=64)
def _leaving(price_gap: float) -> list[bool]:
    attack = {"price_gap": price_gap, **ATTACK}
    return [relationships.leaves_under_price_attack(volume=volume, loyalty=loyalty, **attack) for volume, loyalty in _businesses()]


class ladder_flow(Picture):
    """How many prospects become customers, clients and partners, and what one more partner costs by each lever."""

    prospects = Slider(low=500, high=3000, step=50, start=1000, shown=",.0f")
    to_first_time = Slider(low=0.05, high=0.5, step=0.01, start=0.1, shown=".0%")
    to_client = Slider(low=0.05, high=0.5, step=0.01, start=0.3, shown=".0%")
    to_partner = Slider(low=0.05, high=0.5, step=0.01, start=0.1, shown=".0%")

    def scene(self, **flow):
        found = relationships.development_flow(**flow, **STEP_COSTS)
        levers = relationships.development_levers(factor=2, **flow, **STEP_COSTS)
        costs = [float(cost) for cost in levers["cost_per_extra_partner"]]
        budget, more = float(levers["extra_cost"].iloc[0]), float(levers["extra_partners"].iloc[0])
        return Scene(counts=found.counts, total=found.total_cost, each=found.cost_per_partner, costs=costs, budget=budget, more=more)

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1, 1.1))
        self.set_up(left, title="flow_title", rows=[self.say(name) for name in relationships.DEVELOPMENT_STEPS], xlim=(0, 4.6))
        self.set_up(right, title="lever_title", rows=[self.say(f"lever_{name}") for name in relationships.LEVERS], xlim=(0, 1.3))
        self.numbered_bars(
            # A linear bar of 3 beside 1,000 would be invisible.
            left, range(4), lambda now: ([math.log10(max(count, 1)) for count in now.counts], map(_count, now.counts)), gap=0.08, size=9, colour=BLUE,
        )
        self.numbered_bars(
            right, range(4), lambda now: ([cost / max(now.costs) for cost in now.costs], [f"{cost:,.0f}" for cost in now.costs]),
            gap=0.02, size=9, colour=[GREY, SKY, BLUE, GREEN],
        )

    def sentence(self, scene) -> str:
        top, second, third, _ = (f"{cost:,.0f}" for cost in scene.costs)
        prospects, first, clients, partners = map(_count, scene.counts)
        return self.say(
            "flow_sentence",
            prospects=prospects, first=first, clients=clients, partners=partners, top=top, second=second, third=third,
            more=_count(scene.more),
            **shown(",.0f", total=scene.total, each=scene.each, budget=scene.budget),
        )


def _count(count: float) -> str:
    """People as a number one can read: whole from ten on, two digits below."""
    return f"{count:,.0f}" if count >= 10 or count == round(count) else f"{count:.2g}"


class four_types(Picture):
    """The square of volume and loyalty with its four names, and the five customers of the case where their numbers put them."""

    # Where a customer of the table stands in the square: by its two numbers, not to scale.
    customers = {20164: (0.88, 0.8), 20087: (0.62, 0.84), 20170: (0.12, 0.83), 20006: (0.84, 0.24), 20002: (0.58, 0.14)}

    def scene(self):
        table = running_case.load("relationships")
        table = table[(table["year"] == YEAR) & table["customer_id"].isin(self.customers)]
        columns = ("customer_id", "yearly_volume", "share_of_wallet")
        found = {}
        for number, volume, share in table[list(columns)].itertuples(index=False, name=None):
            found[number] = relationships.volume_loyalty_type(volume=volume, loyalty=share, volume_boundary=6000, loyalty_boundary=0.6)
        return Scene(types=found)

    def draw(self) -> None:
        axes = self.set_up(x="volume_arrow", y="loyalty_arrow", bare=True, xlim=(0, 1), ylim=(0, 1))
        fields = {place: (self.say(f"{name}_field"), TYPE_MARKS[name][1]) for name, place in volume_loyalty_map.corners.items()}
        self.fields(axes, fields, across=0.5, up=0.5, size=10)
        for number, (x, y) in self.customers.items():
            shape, colour = TYPE_MARKS[self.now.types[number]]
            self.mark(axes, (x, y), self.say(f"customer_{number}"), shape, colour=colour, size=8, prefer="below", label=NAME)
