"""Pictures of lesson 02: the staircase of stages, the map of volume and loyalty under a price attack, the flow of customers."""

from __future__ import annotations

import math
from functools import cache

from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from crmlib import relationships, running_case
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, quiet_axes
from crmlib.language import message

# Our example: below this share of good deliveries the customers of the running case fall back.
RELIABILITY_NEEDED = 0.85
# Our example: a fully loyal customer resists a rival who is 30 % cheaper; switching costs 400 yuan of money and trouble.
ATTACK = {"gap_resisted": 0.3, "switching_cost": 400}
# Our example: yuan spent per person at each step.
STEP_COSTS = {"cost_per_prospect": 20, "cost_per_first_time_customer": 60, "cost_per_client": 200}
YEAR = 2024


def _say(name: str, **values) -> str:
    return message(f"figures_relationships.{name}", **values)


def _stage(name: str) -> str:
    return message(f"relationships.{name}")


class StageDial(Picture):
    """A staircase of three stages: where the evidence puts the relationship, and where information alone would put it."""

    def still(self) -> None:
        self.stairs, self.meters = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        self._draw_stairs()
        self._draw_meters()

    def _draw_stairs(self) -> None:
        axes = self.stairs
        axes.set_title(_say("stairs_title"), loc="left", fontsize=10, color=INK)
        axes.set(xlim=(0, 3), ylim=(-0.75, 4.1), xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set_visible(False)
        for place, stage in enumerate(relationships.STAGES):
            axes.add_patch(Rectangle((place, 0), 1, place + 1, facecolor=SKY, alpha=0.25 + 0.2 * place, linewidth=0))
            axes.text(place + 0.5, place + 0.96, _say(f"step_{stage}"), ha="center", va="top", fontsize=9, color=INK, linespacing=1.3)

    def _draw_meters(self) -> None:
        axes = self.meters
        quiet_axes(axes, title=_say("meters_title"))
        axes.set(xlim=(0, 1.3), ylim=(-0.75, 2.75), xticks=[])
        axes.set_yticks([])
        axes.grid(False)
        axes.spines["bottom"].set_visible(False)
        for row, name in enumerate(("meter_joint", "meter_information", "meter_supply")):
            axes.text(0, row + 0.27, _say(name), fontsize=9, color=INK)
            axes.barh(row, 1, height=0.36, color=PALE)
        # The supply bar runs from 70 to 100 %.
        mark = _supply_share(RELIABILITY_NEEDED)
        axes.plot([mark, mark], [1.76, 2.2], color=INK, linewidth=1.2)
        axes.text(mark, 1.72, _say("needed", percent=f"{RELIABILITY_NEEDED * 100:.0f}"), fontsize=8, color=INK, ha="center", va="top")

    def moved(self):
        self.foundation = self.stairs.add_patch(Rectangle((0, -0.6), 3, 0.5, facecolor=GREEN, linewidth=0))
        self.foundation_words = self.stairs.text(1.5, -0.35, "", ha="center", va="center", fontsize=9, color="white")
        (self.hollow,) = self.stairs.plot([], [], "o", markersize=15, markerfacecolor="none", markeredgecolor=GREY, markeredgewidth=1.6)
        (self.ball,) = self.stairs.plot([], [], "o", markersize=15, color=BLUE)
        self.ball_words = self.stairs.text(0, 0, "", ha="center", va="bottom", fontsize=9, color=INK)
        self.hollow_words = self.stairs.text(0, 0, "", ha="center", va="bottom", fontsize=8, color=GREY)
        self.bars = [self.meters.barh(row, 0, height=0.36, color=BLUE)[0] for row in range(3)]
        self.numbers = [self.meters.text(1.04, row, "", fontsize=9, color=INK, va="center") for row in range(3)]
        return [self.foundation, self.foundation_words, self.hollow, self.ball, self.ball_words, self.hollow_words, *self.bars, *self.numbers]

    def follow(self, **evidence) -> None:
        found = self.diagnosis(**evidence)
        holds = found.reason != "supply_fails"
        place, shown = relationships.STAGES.index(found.stage), relationships.STAGES.index(found.stage_by_information)
        self.foundation.set_facecolor(GREEN if holds else RED)
        self.foundation.set_hatch(None if holds else "//")
        self.foundation_words.set_text(_say("foundation_holds" if holds else "foundation_fails"))
        self.foundation_words.set_bbox(None if holds else {"facecolor": RED, "edgecolor": "none", "pad": 2})
        self.ball.set_data([place + 0.5], [place + 1.3])
        self.ball.set_color(BLUE if holds else RED)
        self.ball_words.set_position((place + 0.5, place + 1.52))
        self.ball_words.set_text(_say("relationship"))
        apart = place != shown
        self.hollow.set_data([shown + 0.5] if apart else [], [shown + 1.3] if apart else [])
        self.hollow_words.set_position((shown + 0.5, shown + 1.52))
        self.hollow_words.set_text(_say("information_alone") if apart else "")
        self._follow_meters(holds, **evidence)

    def _follow_meters(self, holds, *, supply_reliability, information_sensitivity, problems_solved_jointly) -> None:
        shares = (problems_solved_jointly / 6, information_sensitivity / 3, _supply_share(supply_reliability))
        words = (f"{problems_solved_jointly:.0f}", f"{information_sensitivity:.0f}", f"{supply_reliability:.0%}")
        for bar, text, share, word in zip(self.bars, self.numbers, shares, words):
            bar.set_width(share)
            text.set_text(word)
        self.bars[2].set_color(BLUE if holds else RED)

    def diagnosis(self, *, supply_reliability, information_sensitivity, problems_solved_jointly) -> relationships.StageDiagnosis:
        return relationships.diagnose_stage(
            information_sensitivity=round(information_sensitivity),
            problems_solved_jointly=round(problems_solved_jointly),
            supply_reliability=supply_reliability,
            reliability_needed=RELIABILITY_NEEDED,
        )

    def sentence(self, **evidence) -> str:
        found = self.diagnosis(**evidence)
        name = "dial_fallen" if found.stage != found.stage_by_information else "dial_sentence"
        return _say(
            name,
            supply=f"{evidence['supply_reliability'] * 100:.0f}",
            information=_say(f"level_{round(evidence['information_sensitivity'])}"),
            problems=round(evidence["problems_solved_jointly"]),
            words=found.words,
            other=_stage(found.stage_by_information),
        )


def _supply_share(supply_reliability: float) -> float:
    """Where a reliability stands on the bar, which runs from 70 to 100 %."""
    return (supply_reliability - 0.7) / 0.3


# One mark and colour per type: shape carries what colour-blind readers cannot see.
TYPE_MARKS = {"partner": ("o", BLUE), "functional": ("s", ORANGE), "emotional": ("^", GREEN), "drifting": ("D", GREY)}


class VolumeLoyaltyMap(Picture):
    """The running case's business customers by volume and loyalty; a rival's lower price makes some of them leave."""

    size = (7.2, 4.2)
    least, most = 100, 90_000

    def still(self) -> None:
        self.customers = _businesses()
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("map_title", year=YEAR), x=_say("volume_axis"), y=_say("loyalty_axis"))
        self.axes.set_xscale("log")
        self.axes.set(xlim=(self.least, self.most), ylim=(0, 1.16))
        self.axes.xaxis.set_major_locator(FixedLocator((100, 300, 1000, 3000, 10_000, 30_000)))
        self.axes.xaxis.set_minor_locator(NullLocator())
        self.axes.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.0f}"))
        self.axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
        self.axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))

    def moved(self):
        axes = self.axes
        self.dots = {
            name: axes.plot([], [], mark, color=colour, markersize=5, alpha=0.8, linestyle="none", markeredgewidth=0)[0]
            for name, (mark, colour) in TYPE_MARKS.items()
        }
        (self.gone,) = axes.plot([], [], "x", color=RED, markersize=6, markeredgewidth=1.6, linestyle="none")
        (self.across,) = axes.plot([], [], color=INK, linewidth=0.9, linestyle="--")
        (self.up,) = axes.plot([], [], color=INK, linewidth=0.9, linestyle="--")
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
        self.corner_words = {name: axes.text(0, 0, "", fontsize=9, color=INK, bbox=box, va="center") for name in TYPE_MARKS}
        self.rival = axes.text(0.5, 0.945, "", fontsize=9, color=RED, bbox=box, va="center", ha="center", transform=axes.transAxes)
        return [*self.dots.values(), self.gone, self.across, self.up, *self.corner_words.values(), self.rival]

    def follow(self, *, price_gap, volume_boundary, loyalty_boundary) -> None:
        sorted_out, gone = {name: [] for name in TYPE_MARKS}, []
        for volume, loyalty in self.customers:
            kind = relationships.volume_loyalty_type(
                volume=volume, loyalty=loyalty, volume_boundary=volume_boundary, loyalty_boundary=loyalty_boundary
            )
            left = relationships.leaves_under_price_attack(volume=volume, loyalty=loyalty, price_gap=price_gap, **ATTACK)
            sorted_out[kind].append((volume, loyalty, left))
            if left:
                gone.append((volume, loyalty))
        self.summary = {name: _summary(rows) for name, rows in sorted_out.items()}
        for name, rows in sorted_out.items():
            self.dots[name].set_data(*_columns([row[:2] for row in rows if not row[2]]))
        self.gone.set_data(*_columns(gone))
        self.across.set_data([self.least, self.most], [loyalty_boundary] * 2)
        self.up.set_data([volume_boundary] * 2, [0, 1.02])
        self.rival.set_text(_say("rival", percent=f"{price_gap * 100:.0f}") if price_gap else _say("no_rival"))
        self._place_words()

    def _place_words(self) -> None:
        right = {"partner": 1.1, "functional": 0.04, "emotional": 1.1, "drifting": 0.04}
        for name, height in right.items():
            count, _, leaving, _ = self.summary[name]
            east = name in ("partner", "functional")
            self.corner_words[name].set_position((self.most * 0.94 if east else self.least * 1.08, height))
            self.corner_words[name].set_ha("right" if east else "left")
            self.corner_words[name].set_text(_say("type_words", type=_say(name), count=count, leaving=leaving) if leaving else _say("type_stays", type=_say(name), count=count))

    def sentence(self, *, price_gap, volume_boundary, loyalty_boundary) -> str:
        total = sum(part[1] for part in self.summary.values())
        count, volume, leaving, _ = self.summary["functional"]
        boundaries = {
            "volume": f"{volume_boundary:,.0f}",
            "loyalty": f"{loyalty_boundary * 100:.0f}",
            "functional": count,
            "share": f"{volume / total * 100:.0f}",
            "partners": self.summary["partner"][0],
        }
        lost = sum(part[3] for part in self.summary.values())
        if not lost:
            return _say("map_quiet" if price_gap else "map_start", gap=f"{price_gap * 100:.0f}", **boundaries)
        return _say(
            "map_attack",
            gap=f"{price_gap * 100:.0f}",
            leaving=leaving,
            partners_leaving=self.summary["partner"][2],
            emotional_leaving=self.summary["emotional"][2],
            drifting_leaving=self.summary["drifting"][2],
            lost=f"{lost / total * 100:.0f}",
            **boundaries,
        )


@cache
def _businesses() -> tuple[tuple[float, float], ...]:
    """Volume and loyalty of every business of the year."""
    table = running_case.load("relationships")
    table = table[table["year"] == YEAR]
    return tuple(zip(table["yearly_volume"].astype(float), table["share_of_wallet"].astype(float)))


def _summary(rows) -> tuple[int, float, int, float]:
    """Customers, their volume, customers leaving, the volume leaving."""
    gone = [volume for volume, _, left in rows if left]
    return len(rows), sum(row[0] for row in rows), len(gone), sum(gone)


def _columns(points) -> tuple[list, list]:
    return ([one for one, _ in points], [other for _, other in points])


class LadderFlow(Picture):
    """How many prospects become customers, clients and partners, and what one more partner costs by each lever."""

    size = (7.6, 3.8)

    def still(self) -> None:
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1, 1.1))
        quiet_axes(self.left, title=_say("flow_title"))
        self.left.set(xlim=(0, 4.6), ylim=(3.6, -0.6))
        self.left.set_xticks([])
        self.left.grid(False)
        self.left.set_yticks(range(4), [_say(name) for name in relationships.DEVELOPMENT_STEPS])
        self.left.spines["bottom"].set_visible(False)
        quiet_axes(self.right, title=_say("lever_title"))
        self.right.set(xlim=(0, 1.3), ylim=(3.6, -0.6))
        self.right.set_xticks([])
        self.right.grid(False)
        self.right.set_yticks(range(4), [_say(f"lever_{name}") for name in relationships.LEVERS])
        self.right.spines["bottom"].set_visible(False)
        for axes in (self.left, self.right):
            axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=9)

    def moved(self):
        self.people = self.left.barh(range(4), [0] * 4, height=0.6, color=BLUE)
        self.people_words = [self.left.text(0, row, "", fontsize=9, color=INK, va="center") for row in range(4)]
        self.bars = self.right.barh(range(4), [0] * 4, height=0.6, color=[GREY, SKY, BLUE, GREEN])
        self.bar_words = [self.right.text(0, row, "", fontsize=9, color=INK, va="center") for row in range(4)]
        return [*self.people, *self.people_words, *self.bars, *self.bar_words]

    def follow(self, **flow) -> None:
        self.flow = relationships.development_flow(**flow, **STEP_COSTS)
        self.levers = relationships.development_levers(factor=2, **flow, **STEP_COSTS)
        costs = [float(cost) for cost in self.levers["cost_per_extra_partner"]]
        dearest = max(costs)
        for bar, text, count in zip(self.people, self.people_words, self.flow.counts):
            width = max(0.0, math.log10(count)) if count > 0 else 0.0  # a linear bar of 3 beside 1,000 would be invisible
            bar.set_width(width)
            text.set_x(width + 0.08)
            text.set_text(_count(count))
        for bar, text, cost in zip(self.bars, self.bar_words, costs):
            width = cost / dearest
            bar.set_width(width)
            text.set_x(width + 0.02)
            text.set_text(f"{cost:,.0f}")

    def sentence(self, **flow) -> str:
        cost = [f"{value:,.0f}" for value in self.levers["cost_per_extra_partner"]]
        return _say(
            "flow_sentence",
            prospects=_count(flow["prospects"]),
            first=_count(self.flow.counts[1]),
            clients=_count(self.flow.counts[2]),
            partners=_count(self.flow.counts[3]),
            total=f"{self.flow.total_cost:,.0f}",
            each=f"{self.flow.cost_per_partner:,.0f}",
            top=cost[0],
            second=cost[1],
            third=cost[2],
            budget=f"{float(self.levers['extra_cost'].iloc[0]):,.0f}",
            more=_count(float(self.levers["extra_partners"].iloc[0])),
        )


def _count(count: float) -> str:
    """People as a number one can read: whole from ten on, two digits below."""
    return f"{count:,.0f}" if count >= 10 or count == round(count) else f"{count:.2g}"


def stage_dial(*, supply_reliability=0.95, information_sensitivity=2, problems_solved_jointly=1) -> StageDial:
    """At which stage does the evidence put a relationship?"""
    return StageDial(
        supply_reliability=supply_reliability,
        information_sensitivity=information_sensitivity,
        problems_solved_jointly=problems_solved_jointly,
    )


def volume_loyalty_map(*, price_gap=0.0, volume_boundary=6000, loyalty_boundary=0.6) -> VolumeLoyaltyMap:
    """Which customers leave first when a rival undercuts the price?"""
    return VolumeLoyaltyMap(price_gap=price_gap, volume_boundary=volume_boundary, loyalty_boundary=loyalty_boundary)


def ladder_flow(*, prospects=1000, to_first_time=0.1, to_client=0.3, to_partner=0.1) -> LadderFlow:
    """Where on the way from prospect to partner is a doubling worth most?"""
    return LadderFlow(prospects=prospects, to_first_time=to_first_time, to_client=to_client, to_partner=to_partner)
