"""Pictures of lesson 06: the complaint iceberg, twenty surveys of one population, three ways to average one survey, the map of importance and performance."""

from __future__ import annotations

import math
from functools import cache
from random import Random
from statistics import NormalDist

from crmlib import measuring_satisfaction as measuring
from crmlib import running_case
from crmlib.figures.controls import Choice, Slider, Switch
from crmlib.figures.drawing import columns
from crmlib.figures.numbers import count, shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, ORANGE, RED, SKY
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
        whole = _SIDE * math.sqrt(values["dissatisfied_share"] / _LARGEST)
        tip = whole * math.sqrt(values["complaint_share"])  # so that the tip's share of the area is the complaint share
        return Scene(found=found, apparent=apparent, whole=whole, tip=tip)

    def draw(self) -> None:
        axes = self.set_up(title="iceberg_title", bare=True, xlim=(-2.15, 4.45), ylim=(-2.0, 1.85))
        axes.axhspan(-2.0, 0, color=SKY, alpha=0.22, linewidth=0)
        axes.axhline(0, color=BLUE, linewidth=1)
        self.area(
            axes, lambda now: [(-now.tip, 0), (now.tip, 0), (now.whole, now.tip - now.whole), (-now.whole, now.tip - now.whole)], colour=BLUE, alpha=0.75,
        )
        self.area(axes, lambda now: [(0, now.tip), (now.tip, 0), (-now.tip, 0)], colour=ORANGE)
        # All four stand right of the largest iceberg, so that no words ever lie on it.
        for height, words in (
            (1.55, self._all),
            (1.2, lambda now: self.say("per_complaint", number=count(now.found.silent_per_complaint))),
            (0.3, lambda now: self.say("tip", complaints=count(now.found.complaints))),
            (-0.3, lambda now: self.say("below", silent=count(now.found.silent))),
        ):
            self.write(axes, (2.15, height), words, size=10, va="center", ha="left")

    def _all(self, now) -> str:
        return self.say("all", purchases=count(now.found.purchases), satisfied=count(now.found.purchases - now.found.dissatisfied))

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
        return Scene(reach=reach, means=means, holds=holds, held=sum(holds), chance=chance)

    def draw(self) -> None:
        axes = self.set_up(title="machine_title", x="satisfaction_axis", xlim=(2.9, 5.1), ylim=(SURVEYS + 3.4, -2.4), yticks=[])
        axes.grid(False)
        axes.spines["left"].set_visible(False)
        axes.plot([TRUTH, TRUTH], [0, SURVEYS + 1], color=GREEN, linewidth=2)
        self.write(axes, (TRUTH, SURVEYS + 3.2), self.say("truth", truth=TRUTH), ha="center", va="bottom")

        def rows(now, holds):
            return [(mean, row) for row, (mean, each) in enumerate(zip(now.means, now.holds), start=1) if each == holds]

        def intervals(now, holds):
            # Lines of their own in one: a hole parts each from the next.
            return columns((x, row) for mean, row in rows(now, holds) for x in (mean - now.reach, mean + now.reach, math.nan))

        self.line(axes, lambda now: ([TRUTH + now.bias] * 2, [0, SURVEYS + 1]), "--", color=GREY, linewidth=1)
        # Told apart by stroke and shape as well as by colour.
        looks = ((True, BLUE, "-", "o"), (False, RED, (0, (3, 1)), "X"))
        for holds, colour, stroke, _ in looks:
            self.line(axes, lambda now, holds=holds: intervals(now, holds), color=colour, linewidth=1.6).set_linestyle(stroke)
        for holds, colour, _, shape in looks:
            self.line(axes, lambda now, holds=holds: columns(rows(now, holds)), shape, markersize=5, color=colour)
        self.write(axes, (2.92, -1.3), lambda now: self.say("held", count=now.held), size=10, ha="left", va="center")

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
        return Scene(found=dict(zip(self.ways, found)), truth=float(truth))

    def draw(self) -> None:
        axes = self.set_up(
            title="envelope_title", x="envelope_axis", rows=[self.say(f"way_{way}") for way in self.ways], xlim=(3.5, 4.5), ylim=(2.6, -0.9),
        )
        axes.axvline(self.now.truth, color=GREEN, linewidth=2)
        self.write(axes, (self.now.truth + 0.01, -0.55), self.say("envelope_truth", truth=f"{self.now.truth:.2f}"), va="center")
        for row, estimate in enumerate(self.now.found.values()):
            colour, stroke, shape = (BLUE, "-", "o") if estimate.holds(self.now.truth) else (RED, (0, (3, 1)), "X")
            axes.plot([estimate.low, estimate.high], [row, row], color=colour, linewidth=2, linestyle=stroke)
            axes.plot([estimate.mean], [row], shape, color=colour, markersize=8)
            self.write(axes, (estimate.mean, row - 0.3), f"{estimate.mean:.2f}", ha="center", va="center")

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
        return Scene(shares=shares, before=before, goals=goals, gains=gains, fields=fields, best=best)

    def draw(self) -> None:
        survey = _survey()
        field, bars = self.figure.subplots(1, 2, width_ratios=(1.55, 1))
        self.set_up(
            field, title="map_title", x="performance_axis", y="importance_axis", percent="y", xlim=(2.3, 5.15), ylim=(-0.035, 0.26),
            xticks=[2.5, 3, 3.5, 4, 4.5, 5], yticks=[0, 0.05, 0.1, 0.15, 0.2, 0.25],
        )
        corners = {place: (_word(name), GREY) for name, place in self.corners.items()}
        self.fields(field, corners, across=survey.performance_line, up=1 / len(survey.performance), size=8.5)
        performance = survey.performance

        def way(now):
            share = now.shares[now.attribute]
            return [performance[now.attribute], now.goals[now.attribute]], [share, share]

        self.line(field, way, ":", color=RED, linewidth=1.4)
        self.line(field, lambda now: (list(performance.values()), [now.shares[name] for name in performance]), "o", markersize=8, color=BLUE)
        for number, (name, rating) in enumerate(performance.items(), start=1):
            self.label(
                field, lambda now, name=name, rating=rating: (rating, now.shares[name]), str(number),
                gap=5, box=None, prefer=("right", "above right", "below right"),
            )
        self.mark(field, lambda now: (now.goals[now.attribute], now.shares[now.attribute]), shape="s", colour=RED)
        self.set_up(bars, title="gains_title", rows=[f"{number} {_word(name)}" for number, name in enumerate(performance, start=1)], xlim=(0, 0.42))
        self.bars = self.numbered_bars(bars, range(len(performance)), self._gained, gap=0.006, size=8.5)

    def _gained(self, now) -> tuple:
        gains = [now.gains[name] for name in _survey().performance]
        return gains, [f"+{gain:.2f}" for gain in gains]

    def follow(self, scene) -> None:
        for name, bar in zip(_survey().performance, self.bars.bars):
            bar.set_facecolor(RED if name == scene.attribute else SKY)
            bar.set_hatch("////" if name == scene.attribute else None)

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
def _survey() -> Scene:
    """Performance of each attribute, and its share of all importance: as stated and, by ``True``, as derived, so that both fit one axis."""
    table = measuring.importance_performance(running_case.load("survey"))
    names = table["attribute"].tolist()
    performance = dict(zip(names, table["performance"].tolist()))
    shares = {}
    for derived, kind in ((False, "stated_importance"), (True, "derived_importance")):
        total = float(table[kind].sum())
        shares[derived] = {name: float(value) / total for name, value in zip(names, table[kind])}
    return Scene(performance=performance, performance_line=sum(performance.values()) / len(names), shares=shares)


def _word(name: str) -> str:
    """An attribute or a field of the map, named as in the lesson's tables."""
    return message(f"tables.{name}")
