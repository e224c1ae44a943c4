"""Pictures of lesson 06: the complaint iceberg, twenty surveys of one population, the map of importance and performance."""

from __future__ import annotations

import math
from random import Random
from statistics import NormalDist

from matplotlib.patches import Polygon
from matplotlib.ticker import PercentFormatter

from crmlib import measuring_satisfaction as measuring
from crmlib import running_case
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, quiet_axes
from crmlib.language import message

# Our example: what a scale from 1 to 5 may look like in the whole population.
TRUTH, DEVIATION = 3.7, 1.1
SURVEYS = 20
# At 95 % one interval of these twenty misses without any bias, at 80 % four, at 99 % none: chance as it is on average.
_SEED = 2033
# A side of the largest iceberg that the sliders allow, and its share of all purchases.
_SIDE, _LARGEST = 2.0, 0.6


def _say(name: str, **values) -> str:
    return message(f"figures_measuring_satisfaction.{name}", **values)


def _count(number: float) -> str:
    """A count with a decimal only where it has one: 12.5, but 250."""
    return f"{number:,.1f}".removesuffix(".0")


class ComplaintIceberg(Picture):
    """The complaints above the water, everybody who is dissatisfied and says nothing below it; areas are true."""

    size = (7.2, 4.0)

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("iceberg_title"))
        self.axes.set(xlim=(-2.15, 4.45), ylim=(-2.0, 1.85), xticks=[], yticks=[])
        self.axes.grid(False)
        for side in ("left", "bottom"):
            self.axes.spines[side].set_visible(False)
        self.axes.axhspan(-2.0, 0, color=SKY, alpha=0.22, linewidth=0)
        self.axes.axhline(0, color=BLUE, linewidth=1)

    def moved(self):
        self.below = self.axes.add_patch(Polygon([(0, 0)], facecolor=BLUE, alpha=0.75, linewidth=0))
        self.above = self.axes.add_patch(Polygon([(0, 0)], facecolor=ORANGE, linewidth=0))
        left = {"fontsize": 10, "color": INK, "va": "center", "ha": "left"}
        self.tip_words = self.axes.text(2.15, 0.3, "", **left)
        self.silent_words = self.axes.text(2.15, -0.3, "", **left)
        self.all_words = self.axes.text(2.15, 1.55, "", **left)
        self.ratio_words = self.axes.text(2.15, 1.2, "", **left)
        return [self.below, self.above, self.tip_words, self.silent_words, self.all_words, self.ratio_words]

    def follow(self, **values) -> None:
        found = self.iceberg(**values)
        height = _SIDE * math.sqrt(values["dissatisfied_share"] / _LARGEST)
        top = height * math.sqrt(values["complaint_share"])  # so that the tip's share of the area is the complaint share
        slope = 1.0
        bottom = top - height
        self.above.set_xy([(0, top), (slope * top, 0), (-slope * top, 0)])
        self.below.set_xy([(-slope * top, 0), (slope * top, 0), (slope * height, bottom), (-slope * height, bottom)])
        # All four stand right of the largest iceberg, so that no words ever lie on it.
        self.tip_words.set_text(_say("tip", complaints=_count(found.complaints)))
        self.silent_words.set_text(_say("below", silent=_count(found.silent)))
        self.all_words.set_text(_say("all", purchases=_count(found.purchases), satisfied=_count(found.purchases - found.dissatisfied)))
        self.ratio_words.set_text(_say("per_complaint", number=_count(found.silent_per_complaint)))

    def iceberg(self, *, purchases, dissatisfied_share, complaint_share) -> measuring.Iceberg:
        return measuring.iceberg_from_purchases(purchases=purchases, dissatisfied_share=dissatisfied_share, complaint_share=complaint_share)

    def sentence(self, **values) -> str:
        found = self.iceberg(**values)
        return _say(
            "iceberg_sentence",
            purchases=_count(found.purchases),
            dissatisfied=_count(found.dissatisfied),
            complaints=_count(found.complaints),
            silent=_count(found.silent),
            share=f"{values['complaint_share'] * 100:.0f}",
            each=_count(1 / values["complaint_share"]),
            apparent=f"{measuring.apparent_satisfied_share(purchases=found.purchases, complaints=found.complaints) * 100:.1f}",
            real=f"{(1 - values['dissatisfied_share']) * 100:.0f}",
        )


class SampleMachine(Picture):
    """Twenty surveys of the same population, each with its interval, against the truth that none of them knows."""

    size = (7.2, 4.2)

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("machine_title"), x=_say("satisfaction_axis"))
        self.axes.set(xlim=(2.9, 5.1), ylim=(SURVEYS + 2.2, -1.6), yticks=[])
        self.axes.grid(False)
        self.axes.spines["left"].set_visible(False)
        self.axes.plot([TRUTH, TRUTH], [0, SURVEYS + 1], color=GREEN, linewidth=2)
        self.axes.text(TRUTH, SURVEYS + 2, _say("truth", truth=TRUTH), fontsize=9, color=INK, ha="center", va="bottom")
        draw = Random(_SEED).random
        self.chances = [NormalDist().inv_cdf(draw()) for _ in range(SURVEYS)]

    def moved(self):
        self.lines = [self.axes.plot([], [], linewidth=1.6)[0] for _ in range(SURVEYS)]
        self.dots = [self.axes.plot([], [], markersize=5)[0] for _ in range(SURVEYS)]
        (self.aim,) = self.axes.plot([], [], color=GREY, linewidth=1, linestyle="--")
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}
        self.held_words = self.axes.text(2.92, -0.9, "", fontsize=10, color=INK, ha="left", va="center", bbox=box)
        return [self.aim, *self.lines, *self.dots, self.held_words]

    def follow(self, *, sample_size, bias, confidence) -> None:
        error, reach = self.errors(sample_size, confidence)
        for row, (chance, line, dot) in enumerate(zip(self.chances, self.lines, self.dots), start=1):
            mean = TRUTH + bias + error * chance
            holds = abs(mean - TRUTH) <= reach
            line.set_data([mean - reach, mean + reach], [row, row])
            dot.set_data([mean], [row])
            for artist in (line, dot):
                artist.set_color(BLUE if holds else RED)
            dot.set_marker("o" if holds else "X")  # told apart by shape as well as by colour
            line.set_linestyle("-" if holds else (0, (3, 1)))
        self.aim.set_data([TRUTH + bias, TRUTH + bias], [0, SURVEYS + 1])
        self.held_words.set_text(_say("held", count=self.held(sample_size, bias, confidence)))

    def errors(self, sample_size, confidence) -> tuple[float, float]:
        """Standard error and half the interval's width."""
        error = DEVIATION / math.sqrt(sample_size)
        return error, measuring.critical_value(confidence=confidence, distribution="normal", answers=round(sample_size)) * error

    def held(self, sample_size, bias, confidence) -> int:
        """How many of the intervals hold the truth."""
        error, reach = self.errors(sample_size, confidence)
        return sum(abs(bias + error * chance) <= reach for chance in self.chances)

    def sentence(self, *, sample_size, bias, confidence) -> str:
        error, reach = self.errors(sample_size, confidence)
        chance = measuring.chance_interval_holds_truth(bias=bias, standard_error=error, confidence=confidence)
        verdict = "machine_fair" if bias == 0 else "machine_wrong" if chance < 0.05 else "machine_biased"
        return _say(
            "machine_sentence",
            size=f"{sample_size:,.0f}",
            reach=f"{reach:.2f}",
            bias=f"{bias:.2f}",
            held=self.held(sample_size, bias, confidence),
            chance=_per_cent(chance),
            confidence=f"{confidence * 100:.0f}",
        ) + _say(verdict)


def _per_cent(share: float) -> str:
    """A share in per cent that never claims to be nothing or everything when it is not."""
    return f"{share * 100:.0f}" if 0.01 <= share <= 0.99 else f"{share * 100:.1f}" if share >= 0.001 else "0"


class ImportancePerformanceMap(Picture):
    """Eight attributes of the running case on the map, and what improving each of them would add to the weighted index."""

    size = (8.4, 4.4)

    def still(self) -> None:
        self.read_survey()
        self.map, self.bars_axes = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        quiet_axes(self.map, title=_say("map_title"), x=_say("performance_axis"), y=_say("importance_axis"))
        self.map.set(xlim=(2.3, 5.15), ylim=(-0.022, 0.25), xticks=[2.5, 3, 3.5, 4, 4.5, 5], yticks=[0, 0.05, 0.1, 0.15, 0.2, 0.25])
        self.map.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.map.axhline(1 / len(self.names), color=INK, linewidth=0.8)
        self.map.axvline(self.performance_line, color=INK, linewidth=0.8)
        corners = {"concentrate_here": (2.34, 0.247, "left", "top"), "keep_up": (5.11, 0.247, "right", "top")}
        corners |= {"low_priority": (2.34, -0.018, "left", "bottom"), "possible_overkill": (5.11, -0.018, "right", "bottom")}
        for name, (x, y, ha, va) in corners.items():
            self.map.text(x, y, _word(name), fontsize=8.5, color=GREY, ha=ha, va=va)
        quiet_axes(self.bars_axes, title=_say("gains_title"), x=_say("gain_axis"))
        self.bars_axes.set(xlim=(0, 0.42), ylim=(len(self.names) + 0.6, 0.4), yticks=range(1, len(self.names) + 1))
        self.bars_axes.set_yticklabels([f"{number} {_word(name)}" for number, name in enumerate(self.names, start=1)])
        self.bars_axes.tick_params(axis="y", colors=INK)

    def read_survey(self) -> None:
        table = measuring.importance_performance(running_case.load("survey"))
        self.names = table["attribute"].tolist()
        self.performance = dict(zip(self.names, table["performance"].tolist()))
        self.performance_line = sum(self.performance.values()) / len(self.names)
        self.shares = []  # of all importance, as stated and as derived, so that both fit one axis
        for kind in ("stated_importance", "derived_importance"):
            total = float(table[kind].sum())
            self.shares.append({name: float(value) / total for name, value in zip(self.names, table[kind])})

    def moved(self):
        self.dots = [self.map.plot([], [], "o", markersize=8, color=BLUE)[0] for _ in self.names]
        self.numbers = [self.map.text(0, 0, str(place), fontsize=9, color=INK, va="center", ha="left") for place in range(1, len(self.names) + 1)]
        (self.way,) = self.map.plot([], [], color=RED, linewidth=1.4, linestyle=":")
        (self.goal,) = self.map.plot([], [], "s", markersize=9, color=RED)
        self.bars = self.bars_axes.barh(range(1, len(self.names) + 1), [0] * len(self.names), height=0.6, color=PALE)
        self.gains = [self.bars_axes.text(0, place, "", fontsize=8.5, color=INK, va="center") for place in range(1, len(self.names) + 1)]
        return [self.way, *self.dots, self.goal, *self.numbers, *self.bars, *self.gains]

    def follow(self, *, attribute, improvement, derived) -> None:
        chosen = round(attribute) - 1
        shares = self.shares[round(derived)]
        for place, name in enumerate(self.names):
            x, y = self.performance[name], shares[name]
            self.dots[place].set_data([x], [y])
            # Taste and freshness lie close together: the second number stands below its dot.
            self.numbers[place].set_position((x + 0.05, y + (-0.008 if place == 1 else 0.008)))
            gain = self.gain(name, improvement, derived)
            self.bars[place].set_width(gain)
            self.bars[place].set_facecolor(RED if place == chosen else SKY)
            self.bars[place].set_hatch("////" if place == chosen else None)
            self.gains[place].set_position((gain + 0.006, place + 1))
            self.gains[place].set_text(f"+{gain:.2f}")
        name = self.names[chosen]
        goal = self.improved(name, improvement)
        self.way.set_data([self.performance[name], goal], [shares[name], shares[name]])
        self.goal.set_data([goal], [shares[name]])

    def improved(self, name, improvement) -> float:
        """The rating after the improvement; no rating rises above the top of its scale."""
        return min(5.0, self.performance[name] + improvement)

    def index(self, derived, ratings=None) -> float:
        return measuring.satisfaction_index(ratings or self.performance, weights=self.shares[round(derived)])

    def gain(self, name, improvement, derived) -> float:
        return self.index(derived, {**self.performance, name: self.improved(name, improvement)}) - self.index(derived)

    def quadrant(self, name, derived) -> str:
        return measuring.quadrant(
            importance=self.shares[round(derived)][name],
            performance=self.performance[name],
            importance_line=1 / len(self.names),
            performance_line=self.performance_line,
        )

    def sentence(self, *, attribute, improvement, derived) -> str:
        name = self.names[round(attribute) - 1]
        worth = [each for each in self.names if self.quadrant(each, derived) == "concentrate_here"]
        best = max(worth, key=lambda each: self.gain(each, improvement, derived))
        here, there = self.gain(name, improvement, derived), self.gain(best, improvement, derived)
        important = self.quadrant(name, derived) in ("concentrate_here", "keep_up")
        verdict = "map_this" if name == best else "map_important" if important else "map_other"
        before = self.index(derived)
        return _say(
            "map_sentence",
            attribute=_word(name),
            kind=_say("derived" if round(derived) else "stated"),
            quadrant=_word(self.quadrant(name, derived)),
            rating=f"{self.performance[name]:.2f}",
            goal=f"{self.improved(name, improvement):.2f}",
            share=f"{self.shares[round(derived)][name] * 100:.0f}",
            before=f"{before:.2f}",
            after=f"{before + here:.2f}",
            gain=f"{here:.2f}",
        ) + _say(verdict, best=_word(best), gain=f"{there:.2f}")


def _word(name: str) -> str:
    """An attribute or a field of the map, named as in the lesson's tables."""
    return message(f"tables.{name}")


def iceberg(*, purchases=1000, dissatisfied_share=0.25, complaint_share=0.05) -> ComplaintIceberg:
    """How many dissatisfied customers does the firm never hear of?"""
    return ComplaintIceberg(purchases=purchases, dissatisfied_share=dissatisfied_share, complaint_share=complaint_share)


def sample_machine(*, sample_size=100, bias=0.3, confidence=0.95) -> SampleMachine:
    """Do more answers bring a survey closer to the truth?"""
    return SampleMachine(sample_size=sample_size, bias=bias, confidence=confidence)


def importance_performance_map(*, attribute=7, improvement=1.0, derived=1) -> ImportancePerformanceMap:
    """Which attribute is worth improving?"""
    return ImportancePerformanceMap(attribute=attribute, improvement=improvement, derived=derived)
