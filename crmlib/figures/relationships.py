"""Pictures of lesson 02: the staircase of stages, the map of volume and loyalty under a price attack, the flow of customers."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from types import SimpleNamespace

from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from crmlib import relationships, running_case
from crmlib.figures.bars import NumberedBars
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, WORDS, no_axes, percent_axis, quiet_axes, two_by_two
from crmlib.language import message, percent

# Our example: below this share of good deliveries the customers of the running case fall back.
RELIABILITY_NEEDED = 0.85
# Our example: a fully loyal customer resists a rival who is 30 % cheaper; switching costs 400 yuan of money and trouble.
ATTACK = {"gap_resisted": 0.3, "switching_cost": 400}
# Our example: yuan spent per person at each step.
STEP_COSTS = {"cost_per_prospect": 20, "cost_per_first_time_customer": 60, "cost_per_client": 200}
YEAR = 2024


def _stage(name: str) -> str:
    return message(f"relationships.{name}")


class stage_dial(Picture):
    """A staircase of three stages: where the evidence puts the relationship, and where information alone would put it."""

    supply_reliability = Slider(low=0.7, high=1, step=0.01, start=0.95, shown=".0%")
    information_sensitivity = Slider(low=0, high=3, step=1, start=2)
    problems_solved_jointly = Slider(low=0, high=6, step=1, start=1)

    def scene(self, **evidence):
        found = relationships.diagnose_stage(**evidence, reliability_needed=RELIABILITY_NEEDED)
        return SimpleNamespace(
            **evidence,
            words=found.words,
            holds=found.reason != "supply_fails",
            stage=found.stage,
            by_information=found.stage_by_information,
            place=relationships.STAGES.index(found.stage),
            shown=relationships.STAGES.index(found.stage_by_information),
        )

    def draw(self) -> None:
        self.stairs, self.meters = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        axes = self.stairs
        axes.set_title(self.say("stairs_title"), loc="left", fontsize=10, color=INK)
        no_axes(axes)
        axes.set(xlim=(0, 3), ylim=(-0.75, 4.3))
        for place, stage in enumerate(relationships.STAGES):
            axes.add_patch(Rectangle((place, 0), 1, place + 1, facecolor=SKY, alpha=0.25 + 0.2 * place, linewidth=0))
            axes.text(place + 0.5, place + 0.94, self.say(f"step_{stage}"), ha="center", va="top", fontsize=9, color=INK, linespacing=1.2)
        self._draw_meters()

    def _draw_meters(self) -> None:
        axes = self.meters
        self.set_up(axes, title="meters_title")
        no_axes(axes)
        axes.set(xlim=(0, 1.3), ylim=(-0.75, 2.75))
        for row, name in enumerate(("meter_joint", "meter_information", "meter_supply")):
            axes.text(0, row + 0.25, self.say(name), fontsize=9, color=INK)
            axes.barh(row, 1, height=0.36, color=PALE)
        axes.plot([RELIABILITY_NEEDED] * 2, [1.76, 2.2], color=INK, linewidth=1.2)
        axes.text(RELIABILITY_NEEDED, 1.72, self.say("needed", percent=f"{RELIABILITY_NEEDED * 100:.0f}"), fontsize=8, color=INK, ha="center", va="top")

    def moved(self):
        self.foundation = self.stairs.add_patch(Rectangle((0, -0.6), 3, 0.5, facecolor=GREEN, linewidth=0))
        self.foundation_words = self.stairs.text(1.5, -0.35, "", ha="center", va="center", fontsize=9, color="white")
        (self.hollow,) = self.stairs.plot([], [], "o", markersize=13, markerfacecolor="none", markeredgecolor=GREY, markeredgewidth=1.6)
        (self.ball,) = self.stairs.plot([], [], "o", markersize=13, color=BLUE)
        self.ball_words = self.label(self.stairs, colour=INK, gap=11, box=None, prefer=("above", "left"))
        self.hollow_words = self.label(self.stairs, colour=WORDS[GREY], size=8, gap=11, box=None, prefer=("above", "left"))
        self.bars = [self.meters.barh(row, 0, height=0.36, color=BLUE)[0] for row in range(3)]
        self.numbers = [self.meters.text(1.04, row, "", fontsize=9, color=INK, va="center") for row in range(3)]
        return [self.foundation, self.foundation_words, self.hollow, self.ball, *self.bars, *self.numbers]

    def follow(self, scene) -> None:
        self.foundation.set_facecolor(WORDS[GREEN] if scene.holds else WORDS[RED])
        self.foundation.set_hatch(None if scene.holds else "//")
        self.foundation_words.set_text(self.say("foundation_holds" if scene.holds else "foundation_fails"))
        self.foundation_words.set_bbox(None if scene.holds else {"facecolor": WORDS[RED], "edgecolor": "none", "pad": 2})
        self.ball.set_data([scene.place + 0.5], [scene.place + 1.35])
        self.ball.set_color(BLUE if scene.holds else RED)
        self.ball_words.at(scene.place + 0.5, scene.place + 1.35, self.say("relationship"))
        apart = scene.place != scene.shown
        self.hollow.set_data([scene.shown + 0.5] if apart else [], [scene.shown + 1.35] if apart else [])
        self.hollow_words.at(scene.shown + 0.5, scene.shown + 1.35, self.say("information_alone") if apart else "")
        shares = (scene.problems_solved_jointly / 6, scene.information_sensitivity / 3, scene.supply_reliability)
        words = (str(scene.problems_solved_jointly), str(scene.information_sensitivity), percent(scene.supply_reliability))
        for bar, text, share, word in zip(self.bars, self.numbers, shares, words):
            bar.set_width(share)
            text.set_text(word)
        self.bars[2].set_color(BLUE if scene.holds else RED)

    def sentence(self, scene) -> str:
        return self.say(
            "dial_fallen" if scene.stage != scene.by_information else "dial_sentence",
            information=self.say(f"level_{scene.information_sensitivity}"), problems=scene.problems_solved_jointly,
            words=scene.words, other=_stage(scene.by_information), supply=f"{scene.supply_reliability * 100:.0f}",
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
        members: dict[str, list] = {name: [] for name in TYPE_MARKS}
        for (volume, loyalty), kind, left in zip(_businesses(), _types(volume_boundary, loyalty_boundary), _leaving(price_gap)):
            members[kind].append((volume, loyalty, left))
        groups = {name: _Group(rows) for name, rows in members.items()}
        return SimpleNamespace(price_gap=price_gap, volume_boundary=volume_boundary, loyalty_boundary=loyalty_boundary, groups=groups)

    def draw(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=self.say("map_title", year=YEAR), x=self.say("volume_axis"), y=self.say("loyalty_axis"))
        self.axes.set_xscale("log")
        self.axes.set(xlim=(self.least, self.most), ylim=(-0.16, 1.24))
        self.axes.xaxis.set_major_locator(FixedLocator((100, 300, 1000, 3000, 10_000, 30_000)))
        self.axes.xaxis.set_minor_locator(NullLocator())
        self.axes.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.0f}"))
        self.axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
        percent_axis(self.axes.yaxis)

    def moved(self):
        axes = self.axes
        self.dots = {
            name: axes.plot([], [], mark, color=colour, markersize=5, alpha=0.8, linestyle="none", markeredgewidth=0)[0]
            for name, (mark, colour) in TYPE_MARKS.items()
        }
        (self.gone,) = axes.plot([], [], "x", color=RED, markersize=6, markeredgewidth=1.6, linestyle="none")
        self.up, self.across, texts = two_by_two(axes, across=6000, up=0.6, corners={place: ("", INK) for place in self.corners.values()})
        self.names = {name: texts[place] for name, place in self.corners.items()}
        self.rival = axes.text(0.5, 0.98, "", fontsize=9, color=WORDS[RED], va="top", ha="center", transform=axes.transAxes)
        return [*self.dots.values(), self.gone, self.across, self.up, *self.names.values(), self.rival]

    def follow(self, scene) -> None:
        gone = []
        for name, group in scene.groups.items():
            self.dots[name].set_data(*_columns(group.staying))
            gone += group.leaving
            words = {"type": self.say(name), "count": group.count, "leaving": len(group.leaving)}
            self.names[name].set_text(self.say("type_words" if group.leaving else "type_stays", **words))
        self.gone.set_data(*_columns(gone))
        self.across.set_ydata([scene.loyalty_boundary] * 2)
        self.up.set_xdata([scene.volume_boundary] * 2)
        self.rival.set_text(self.say("rival", percent=f"{scene.price_gap * 100:.0f}") if scene.price_gap else self.say("no_rival"))

    def sentence(self, scene) -> str:
        groups, gap = scene.groups, f"{scene.price_gap * 100:.0f}"
        total = sum(group.volume for group in groups.values())
        lost = sum(group.volume_leaving for group in groups.values())
        boundaries = {
            "volume": f"{scene.volume_boundary:,.0f}",
            "loyalty": f"{scene.loyalty_boundary * 100:.0f}",
            "functional": groups["functional"].count,
            "share": f"{groups['functional'].volume / total * 100:.0f}",
            "partners": groups["partner"].count,
        }
        if not lost:
            return self.say("map_quiet" if scene.price_gap else "map_start", gap=gap, **boundaries)
        return self.say(
            "map_attack",
            gap=gap, leaving=len(groups["functional"].leaving), partners_leaving=len(groups["partner"].leaving),
            emotional_leaving=len(groups["emotional"].leaving), drifting_leaving=len(groups["drifting"].leaving),
            lost=f"{lost / total * 100:.0f}",
            **boundaries,
        )


class _Group:
    """The customers of one type: who stays, who leaves, and their volume."""

    def __init__(self, rows):
        self.count = len(rows)
        self.staying = [row[:2] for row in rows if not row[2]]
        self.leaving = [row[:2] for row in rows if row[2]]
        self.volume = sum(row[0] for row in rows)
        self.volume_leaving = sum(volume for volume, _ in self.leaving)


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


def _columns(points) -> tuple[list, list]:
    return ([one for one, _ in points], [other for _, other in points])


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
        return SimpleNamespace(counts=found.counts, total=found.total_cost, each=found.cost_per_partner, costs=costs, budget=budget, more=more)

    def draw(self) -> None:
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1, 1.1))
        self.set_up(self.left, title="flow_title", rows=[self.say(name) for name in relationships.DEVELOPMENT_STEPS], xlim=(0, 4.6))
        self.set_up(self.right, title="lever_title", rows=[self.say(f"lever_{name}") for name in relationships.LEVERS], xlim=(0, 1.3))

    def moved(self):
        self.people = NumberedBars(self.left, range(4), gap=0.08, size=9, colour=BLUE)
        self.levers = NumberedBars(self.right, range(4), gap=0.02, size=9, colour=[GREY, SKY, BLUE, GREEN])
        return [*self.people.artists, *self.levers.artists]

    def follow(self, scene) -> None:
        # A linear bar of 3 beside 1,000 would be invisible.
        self.people.show([math.log10(max(count, 1)) for count in scene.counts], map(_count, scene.counts))
        self.levers.show([cost / max(scene.costs) for cost in scene.costs], [f"{cost:,.0f}" for cost in scene.costs])

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

    places = {"partner": "upper right", "functional": "lower right", "emotional": "upper left", "drifting": "lower left"}
    # Where a customer of the table stands in the square: by its two numbers, not to scale.
    customers = {20164: (0.88, 0.8), 20087: (0.62, 0.84), 20170: (0.12, 0.83), 20006: (0.84, 0.24), 20002: (0.58, 0.14)}

    def scene(self):
        table = running_case.load("relationships")
        table = table[(table["year"] == YEAR) & table["customer_id"].isin(self.customers)]
        columns = ("customer_id", "yearly_volume", "share_of_wallet")
        found = {}
        for number, volume, share in table[list(columns)].itertuples(index=False, name=None):
            found[number] = relationships.volume_loyalty_type(volume=volume, loyalty=share, volume_boundary=6000, loyalty_boundary=0.6)
        return SimpleNamespace(types=found)

    def draw(self) -> None:
        axes = self.figure.subplots()
        no_axes(axes)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        fields = {place: (self.say(f"{name}_field"), TYPE_MARKS[name][1]) for name, place in self.places.items()}
        two_by_two(axes, across=0.5, up=0.5, corners=fields, size=10)
        for number, (x, y) in self.customers.items():
            mark, colour = TYPE_MARKS[self.now.types[number]]
            axes.plot([x], [y], mark, color=colour, markersize=8)
            self.label(axes, colour=INK, size=9, box=None, prefer="below").at(x, y, self.say(f"customer_{number}"))
        axes.set_xlabel(self.say("volume_arrow"), fontsize=9, color=INK)
        axes.set_ylabel(self.say("loyalty_arrow"), fontsize=9, color=INK)

    def sentence(self, scene) -> str:
        return self.say("four_types_sentence")
