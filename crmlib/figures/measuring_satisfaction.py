"""Pictures of lesson 06: the complaint iceberg, twenty surveys of one population, three ways to average one survey, the map of importance and performance."""

from __future__ import annotations

import math
from functools import cache
from random import Random
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

from matplotlib.patches import Polygon

from crmlib import measuring_satisfaction as measuring
from crmlib import running_case
from crmlib.figures.bars import NumberedBars
from crmlib.figures.controls import Choice, Slider, Switch
from crmlib.figures.numbers import count, shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY, bar_rows, no_axes, percent_axis, quiet_axes, two_by_two
from crmlib.language import message

# Our example: what a scale from 1 to 5 may look like in the whole population.
TRUTH, DEVIATION = 3.7, 1.1
SURVEYS = 20
ATTRIBUTES = ("taste", "freshness", "delivery", "advice", "price", "choice", "website", "packaging")
# At 95 % one interval of these twenty misses without any bias, at 80 % four, at 99 % none: chance as it is on average.
_SEED = 2033
# A side of the largest iceberg that the sliders allow, and its share of all purchases.
_SIDE, _LARGEST = 2.0, 0.6


class iceberg(Picture):
    """The complaints above the water, everybody who is dissatisfied and says nothing below it; areas are true."""

    purchases = Slider(low=100, high=5000, step=100, start=1000, shown=",.0f")
    dissatisfied_share = Slider(low=0.01, high=0.6, step=0.01, start=0.25, shown=".0%")
    complaint_share = Slider(low=0.01, high=0.7, step=0.01, start=0.05, shown=".0%")

    def scene(self, **values):
        found = measuring.iceberg_from_purchases(**values)
        apparent = measuring.apparent_satisfied_share(purchases=found.purchases, complaints=found.complaints)
        return SimpleNamespace(**values, found=found, apparent=apparent)

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="iceberg_title")
        no_axes(self.axes)
        self.axes.set(xlim=(-2.15, 4.45), ylim=(-2.0, 1.85))
        self.axes.axhspan(-2.0, 0, color=SKY, alpha=0.22, linewidth=0)
        self.axes.axhline(0, color=BLUE, linewidth=1)

    def moved(self):
        self.below = Polygon([(0, 0)], facecolor=BLUE, alpha=0.75, linewidth=0)
        self.above = Polygon([(0, 0)], facecolor=ORANGE, linewidth=0)
        self.axes.add_patch(self.below)
        self.axes.add_patch(self.above)
        left: dict[str, Any] = {"fontsize": 10, "color": INK, "va": "center", "ha": "left"}
        # All four stand right of the largest iceberg, so that no words ever lie on it.
        self.said = {name: self.axes.text(2.15, height, "", **left) for name, height in (("all", 1.55), ("per_complaint", 1.2), ("tip", 0.3), ("below", -0.3))}
        return [self.below, self.above, *self.said.values()]

    def follow(self, scene) -> None:
        height = _SIDE * math.sqrt(scene.dissatisfied_share / _LARGEST)
        top = height * math.sqrt(scene.complaint_share)  # so that the tip's share of the area is the complaint share
        bottom = top - height
        self.above.set_xy([(0, top), (top, 0), (-top, 0)])
        self.below.set_xy([(-top, 0), (top, 0), (height, bottom), (-height, bottom)])
        found = scene.found
        self.said["tip"].set_text(self.say("tip", complaints=count(found.complaints)))
        self.said["below"].set_text(self.say("below", silent=count(found.silent)))
        self.said["all"].set_text(self.say("all", purchases=count(found.purchases), satisfied=count(found.purchases - found.dissatisfied)))
        self.said["per_complaint"].set_text(self.say("per_complaint", number=count(found.silent_per_complaint)))

    def sentence(self, scene) -> str:
        found = scene.found
        return self.say(
            "iceberg_sentence",
            purchases=count(found.purchases), dissatisfied=count(found.dissatisfied), complaints=count(found.complaints),
            silent=count(found.silent), each=count(1 / scene.complaint_share), apparent=f"{scene.apparent * 100:.1f}",
            **shown(".0%", share=scene.complaint_share, real=1 - scene.dissatisfied_share),
        )


class sample_machine(Picture):
    """Twenty surveys of the same population, each with its interval, against the truth that none of them knows."""

    sample_size = Slider(low=50, high=2500, step=50, start=100, shown=",.0f")
    bias = Slider(low=0, high=0.6, step=0.05, start=0.3, shown=".2f")
    confidence = Slider(low=0.8, high=0.99, step=0.01, start=0.95, shown=".0%")

    def scene(self, *, sample_size, bias, confidence):
        error = DEVIATION / math.sqrt(sample_size)
        reach = measuring.critical_value(confidence=confidence, distribution="normal", answers=sample_size) * error
        means = [TRUTH + bias + error * chance for chance in _chances()]
        holds = [abs(mean - TRUTH) <= reach for mean in means]
        chance = measuring.chance_interval_holds_truth(bias=bias, standard_error=error, confidence=confidence)
        return SimpleNamespace(sample_size=sample_size, bias=bias, confidence=confidence, reach=reach, means=means, holds=holds, held=sum(holds), chance=chance)

    def draw(self) -> None:
        self.axes = self.figure.subplots()
        self.set_up(self.axes, title="machine_title", x="satisfaction_axis", xlim=(2.9, 5.1), ylim=(SURVEYS + 3.4, -2.4), yticks=[])
        self.axes.grid(False)
        self.axes.spines["left"].set_visible(False)
        self.axes.plot([TRUTH, TRUTH], [0, SURVEYS + 1], color=GREEN, linewidth=2)
        self.axes.text(TRUTH, SURVEYS + 3.2, self.say("truth", truth=TRUTH), fontsize=9, color=INK, ha="center", va="bottom")

    def moved(self):
        # Told apart by stroke and shape as well as by colour.
        looks = ((BLUE, "-", "o"), (RED, (0, (3, 1)), "X"))
        self.lines = [self.axes.plot([], [], linewidth=1.6, color=colour, linestyle=stroke)[0] for colour, stroke, _ in looks]
        self.dots = [self.axes.plot([], [], mark, markersize=5, color=colour)[0] for colour, _, mark in looks]
        (self.aim,) = self.axes.plot([], [], color=GREY, linewidth=1, linestyle="--")
        self.held_words = self.axes.text(2.92, -1.3, "", fontsize=10, color=INK, ha="left", va="center")
        return [self.aim, *self.lines, *self.dots, self.held_words]

    def follow(self, scene) -> None:
        for line, dots, holds in zip(self.lines, self.dots, (True, False)):
            here = [(row, mean) for row, (mean, each) in enumerate(zip(scene.means, scene.holds), start=1) if each == holds]
            dots.set_data([mean for _, mean in here], [row for row, _ in here])
            # Lines of their own in one: a hole parts each from the next.
            ends = [x for _, mean in here for x in (mean - scene.reach, mean + scene.reach, math.nan)]
            line.set_data(ends, [row for row, _ in here for _ in range(3)])
        self.aim.set_data([TRUTH + scene.bias] * 2, [0, SURVEYS + 1])
        self.held_words.set_text(self.say("held", count=scene.held))

    def sentence(self, scene) -> str:
        verdict = "machine_fair" if scene.bias == 0 else "machine_wrong" if scene.chance < 0.05 else "machine_biased"
        return self.say(
            "machine_sentence",
            held=scene.held, chance=_per_cent(scene.chance), size=f"{scene.sample_size:,.0f}",
            confidence=f"{scene.confidence * 100:.0f}",
            **shown(".2f", reach=scene.reach, bias=scene.bias),
        ) + self.say(verdict)


class sealed_envelope(Picture):
    """Three means from the same survey, each with its interval, against the mean of all members that the envelope holds."""

    size = (7.2, 2.5)
    ways = ("letters", "all_answers", "two_phase")

    def scene(self):
        survey = running_case.load("survey")
        customers = running_case.load("customers")
        members = customers[(customers["type"] == "consumer") & running_case.active_on(customers, "2024-01-01")]
        weights = {"stratum": "region", "value": "overall_satisfaction", "populations": members.groupby("region").size().to_dict(), "confidence": 0.95}
        found = (
            measuring.stratified_mean(survey[survey["answered"] == "letter"], **weights),
            measuring.stratified_mean(survey.dropna(subset=["overall_satisfaction"]), **weights),
            measuring.stratified_two_phase_mean(survey, how_answered="answered", **weights),
        )
        truth = members.merge(running_case.load("truth_consumers"), on="customer_id")["satisfaction"].mean()
        return SimpleNamespace(found=dict(zip(self.ways, found)), truth=float(truth))

    def draw(self) -> None:
        axes = self.set_up(
            self.figure.subplots(), title="envelope_title", x="envelope_axis",
            rows=[self.say(f"way_{way}") for way in self.ways], xlim=(3.5, 4.5), ylim=(2.6, -0.9),
        )
        axes.axvline(self.now.truth, color=GREEN, linewidth=2)
        axes.text(self.now.truth + 0.01, -0.55, self.say("envelope_truth", truth=f"{self.now.truth:.2f}"), fontsize=9, color=INK, va="center")
        for row, estimate in enumerate(self.now.found.values()):
            holds = estimate.holds(self.now.truth)
            axes.plot([estimate.low, estimate.high], [row, row], color=BLUE if holds else RED, linewidth=2, linestyle="-" if holds else (0, (3, 1)))
            axes.plot([estimate.mean], [row], "o" if holds else "X", color=BLUE if holds else RED, markersize=8)
            axes.text(estimate.mean, row - 0.3, f"{estimate.mean:.2f}", fontsize=9, color=INK, ha="center", va="center")

    def sentence(self, scene) -> str:
        return self.say("envelope_sentence", truth=f"{scene.truth:.2f}", **{way: f"{estimate.mean:.2f}" for way, estimate in scene.found.items()})


@cache
def _chances() -> tuple[float, ...]:
    """By how many standard errors each survey misses: invented, and the same every time."""
    draw = Random(_SEED).random
    return tuple(NormalDist().inv_cdf(draw()) for _ in range(SURVEYS))


def _per_cent(share: float) -> str:
    """A share in per cent that never claims to be nothing or everything when it is not."""
    return f"{share * 100:.0f}" if 0.01 <= share <= 0.99 else f"{share * 100:.1f}" if share >= 0.001 else "0"


class importance_performance_map(Picture):
    """Eight attributes of the running case on the map, and what improving each of them would add to the weighted index."""

    attribute = Choice(options=ATTRIBUTES, start="website", words="tables")
    improvement = Slider(low=0.1, high=1.5, step=0.1, start=1.0, shown=".1f")
    derived = Switch(start=True)

    size = (8.4, 3.3)
    corners = {"concentrate_here": "upper left", "keep_up": "upper right", "low_priority": "lower left", "possible_overkill": "lower right"}

    def scene(self, *, attribute, improvement, derived):
        survey = _survey()
        shares = survey.shares[derived]
        before = measuring.satisfaction_index(survey.performance, weights=shares)
        goals = {name: min(5.0, rating + improvement) for name, rating in survey.performance.items()}  # no rating rises above the top of its scale
        gains = {name: measuring.satisfaction_index({**survey.performance, name: goal}, weights=shares) - before for name, goal in goals.items()}
        lines = {"importance_line": 1 / len(shares), "performance_line": survey.performance_line}
        fields = {name: measuring.quadrant(importance=shares[name], performance=survey.performance[name], **lines) for name in shares}
        best = max((name for name in shares if fields[name] == "concentrate_here"), key=gains.get)
        return SimpleNamespace(attribute=attribute, derived=derived, shares=shares, before=before, goals=goals, gains=gains, fields=fields, best=best)

    def draw(self) -> None:
        survey = _survey()
        self.map, self.bars_axes = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        quiet_axes(self.map, title=self.say("map_title"), x=self.say("performance_axis"), y=self.say("importance_axis"))
        self.map.set(xlim=(2.3, 5.15), ylim=(-0.035, 0.26), xticks=[2.5, 3, 3.5, 4, 4.5, 5], yticks=[0, 0.05, 0.1, 0.15, 0.2, 0.25])
        percent_axis(self.map.yaxis)
        fields = {place: (_word(name), GREY) for name, place in self.corners.items()}
        two_by_two(self.map, across=survey.performance_line, up=1 / len(survey.performance), corners=fields, size=8.5)
        quiet_axes(self.bars_axes, title=self.say("gains_title"))
        bar_rows(self.bars_axes, [f"{number} {_word(name)}" for number, name in enumerate(survey.performance, start=1)])
        self.bars_axes.set_xlim(0, 0.42)

    def moved(self):
        names = list(_survey().performance)
        (self.dots,) = self.map.plot([], [], "o", markersize=8, color=BLUE)
        self.numbers = [self.label(self.map, colour=INK, gap=5, box=None, prefer=("right", "above right", "below right")) for _ in names]
        (self.way,) = self.map.plot([], [], color=RED, linewidth=1.4, linestyle=":")
        (self.goal,) = self.map.plot([], [], "s", markersize=9, color=RED)
        self.bars = NumberedBars(self.bars_axes, range(len(names)), gap=0.006, size=8.5)
        return [self.way, self.dots, self.goal, *self.bars.artists]

    def follow(self, scene) -> None:
        performance = _survey().performance
        self.dots.set_data(list(performance.values()), [scene.shares[name] for name in performance])
        for place, name in enumerate(performance):
            self.numbers[place].at(performance[name], scene.shares[name], str(place + 1))
            self.bars.bars[place].set_facecolor(RED if name == scene.attribute else SKY)
            self.bars.bars[place].set_hatch("////" if name == scene.attribute else None)
        gains = [scene.gains[name] for name in performance]
        self.bars.show(gains, [f"+{gain:.2f}" for gain in gains])
        here, goal, share = performance[scene.attribute], scene.goals[scene.attribute], scene.shares[scene.attribute]
        self.way.set_data([here, goal], [share, share])
        self.goal.set_data([goal], [share])

    def sentence(self, scene) -> str:
        name, gain = scene.attribute, scene.gains[scene.attribute]
        important = scene.fields[name] in ("concentrate_here", "keep_up")
        verdict = "map_this" if name == scene.best else "map_important" if important else "map_other"
        return self.say(
            "map_sentence",
            attribute=_word(name), kind=self.say("derived" if scene.derived else "stated"), quadrant=_word(scene.fields[name]),
            rating=f"{_survey().performance[name]:.2f}", share=f"{scene.shares[name] * 100:.0f}",
            **shown(".2f", goal=scene.goals[name], before=scene.before, after=scene.before + gain, gain=gain),
        ) + self.say(verdict, best=_word(scene.best), gain=f"{scene.gains[scene.best]:.2f}")


@cache
def _survey() -> SimpleNamespace:
    """Performance of each attribute, and its share of all importance: as stated and, by ``True``, as derived, so that both fit one axis."""
    table = measuring.importance_performance(running_case.load("survey"))
    names = table["attribute"].tolist()
    performance = dict(zip(names, table["performance"].tolist()))
    shares = {}
    for derived, kind in ((False, "stated_importance"), (True, "derived_importance")):
        total = float(table[kind].sum())
        shares[derived] = {name: float(value) / total for name, value in zip(names, table[kind])}
    return SimpleNamespace(performance=performance, performance_line=sum(performance.values()) / len(names), shares=shares)


def _word(name: str) -> str:
    """An attribute or a field of the map, named as in the lesson's tables."""
    return message(f"tables.{name}")
