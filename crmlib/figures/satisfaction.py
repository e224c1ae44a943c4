"""Pictures of lesson 05: two customers compared in two ways, a promise that wins and disappoints, expectations that rise."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import PercentFormatter

from crmlib import satisfaction
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, quiet_axes
from crmlib.language import message

# Our example: a scale of 100; half buy at a promise of 50, and what is perceived differs by 12 points from one delivery to the next.
MARKET = {"threshold": 50, "buyer_spread": 10, "performance_spread": 12}
HIGHEST_PROMISE = 100
# Our example: twelve months that start with everybody expecting just what there is.
MONTHS = 12
USUAL = 60
NOTICED = 0.5  # points by which perception must fall short before we count a month as a disappointment


def _say(name: str, **values) -> str:
    return message(f"figures_satisfaction.{name}", **values)


class ExpectationAgainstPerformance(Picture):
    """Two customers in the plane of expectation and perception, with the wedges in which ratio and difference disagree."""

    size = (7.6, 4.0)
    least, most = 0, 11.5
    beyond = 22  # lines run on beyond the axes, so that no wedge ends inside the picture

    def still(self) -> None:
        self.plane, self.right = self.figure.subplots(1, 2, width_ratios=(1.45, 1))
        quiet_axes(self.plane, title=_say("plane_title"), x=_say("expected_axis"), y=_say("perceived_axis"))
        self.plane.set(xlim=(self.least, self.most), ylim=(self.least, self.most), xticks=range(0, 11, 2), yticks=range(0, 11, 2))
        self.plane.fill_between([0, self.beyond], [0, self.beyond], color=PALE, alpha=0.45, linewidth=0)
        self.plane.plot([0, self.beyond], [0, self.beyond], color=INK, linewidth=1)
        self.plane.text(11.3, 0.25, _say("dissatisfied_side"), fontsize=9, color=INK, ha="right")
        self.plane.text(0.2, 10.85, _say("satisfied_side"), fontsize=9, color=INK)
        quiet_axes(self.right, title=_say("gauges_title"))
        self.right.set(xlim=(-1, 1), ylim=(4.6, -0.75), xticks=[], yticks=[])
        self.right.grid(False)
        self.right.spines["left"].set_visible(False)
        self.right.spines["bottom"].set_visible(False)
        for row, name in ((-0.4, "ratio"), (2.3, "difference")):
            self.right.text(-1, row, _say(name), fontsize=9, color=INK, va="center")

    def moved(self):
        self.wedges = [self.plane.add_patch(Polygon([(0, 0)], facecolor=ORANGE, alpha=0.35, linewidth=0)) for _ in range(2)]
        (self.ratio_line,) = self.plane.plot([], [], color=GREY, linewidth=1, linestyle="--")
        (self.gap_line,) = self.plane.plot([], [], color=GREY, linewidth=1, linestyle=":")
        marks = ((BLUE, "o"), (RED, "s"))
        self.dots = [self.plane.plot([], [], mark, color=colour, markersize=9)[0] for colour, mark in marks]
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
        self.names = [self.plane.text(0, 0, "", fontsize=10, color=colour, va="center", bbox=box) for colour, _ in marks]
        self.bars = [self.right.add_patch(Rectangle((0, row - 0.3), 0, 0.6, facecolor=marks[row % 2][0])) for row in range(4)]
        self.numbers = [self.right.text(0, row, "", fontsize=9, color=INK, va="center") for row in range(4)]
        return [*self.wedges, self.ratio_line, self.gap_line, *self.dots, *self.names, *self.bars, *self.numbers]

    def follow(self, *, perceived_first, expected_first, perceived_second, expected_second) -> None:
        self.pair = ((perceived_first, expected_first), (perceived_second, expected_second))
        self._follow_lines(perceived_first, expected_first)
        for dot, name, label, (perceived, expected) in zip(self.dots, self.names, ("first", "second"), self.pair):
            dot.set_data([expected], [perceived])
            left = expected > 8
            name.set_position((expected + (-0.4 if left else 0.4), perceived))
            name.set_ha("right" if left else "left")
            name.set_text(_say(label))
        if self.pair[0] == self.pair[1]:
            self.names[1].set_text("")  # one label over the other could not be read
            self.names[0].set_text(_say("both"))
        self._follow_gauges()

    def _follow_lines(self, perceived, expected) -> None:
        ratio, gap, far = perceived / expected, perceived - expected, self.beyond
        self.ratio_line.set_data([0, far], [0, ratio * far])
        self.gap_line.set_data([-far, far], [gap - far, gap + far])
        here = (expected, perceived)
        # Between the two lines one formula puts a customer above the first and the other below.
        self.wedges[0].set_xy([here, (0, 0), (0, gap)])
        self.wedges[1].set_xy([here, (far, ratio * far), (far, gap + far)])

    def _follow_gauges(self) -> None:
        ratios, gaps = self.measures()
        # Bars end at a ratio of 3 and a difference of 5: longer ones would make the usual ones too small to compare.
        shown = [(min(ratio, 3) / 3 * 1.5 - 1, f"{ratio:.2f}", -1.0) for ratio in ratios]
        shown += [(max(-5, min(5, gap)) / 5 * 0.6, f"{gap:+.1f}", 0.0) for gap in gaps]
        rows = (0.4, 1.2, 3.1, 3.9)
        for bar, number, row, (end, text, origin) in zip(self.bars, self.numbers, rows, shown):
            bar.set_xy((min(origin, end), row - 0.3))
            bar.set_width(abs(end - origin))
            number.set_position((end + (0.04 if end >= origin else -0.04), row))
            number.set_ha("left" if end >= origin else "right")
            number.set_text(text)

    def measures(self) -> tuple[list[float], list[float]]:
        scores = [{"perceived_value": perceived, "expected_value": expected} for perceived, expected in self.pair]
        return [satisfaction.satisfaction_ratio(**each) for each in scores], [satisfaction.disconfirmation(**each) for each in scores]

    def sentence(self, *, perceived_first, expected_first, perceived_second, expected_second) -> str:
        ratios, gaps = self.measures()
        by_ratio, by_gap = (_sign(first - second) for first, second in (ratios, gaps))
        numbers = {
            "p1": f"{perceived_first:g}",
            "e1": f"{expected_first:g}",
            "p2": f"{perceived_second:g}",
            "e2": f"{expected_second:g}",
            "r1": f"{ratios[0]:.2f}",
            "r2": f"{ratios[1]:.2f}",
            "d1": f"{gaps[0]:+g}",
            "d2": f"{gaps[1]:+g}",
        }
        verdict = {(1, -1): "conflict_first", (-1, 1): "conflict_second", (1, 1): "agree_first", (-1, -1): "agree_second", (0, 0): "agree_equal"}
        name = verdict.get((by_ratio, by_gap), "equal_by_ratio" if by_ratio == 0 else "equal_by_difference")
        return _say("compared", **numbers) + _say(name)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-9 else 1 if value > 0 else -1


class PromiseSlider(Picture):
    """Buyers, the satisfied share of them and the satisfied buyers, over every promise the firm could make."""

    size = (7.2, 3.9)

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("promise_title"), x=_say("promise_axis"), y=_say("share_axis"))
        self.axes.set(xlim=(0, HIGHEST_PROMISE), ylim=(0, 1.14))
        self.axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
        self.axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.promises = [step * HIGHEST_PROMISE / 100 for step in range(101)]
        buyers = [self.outcome(promise, USUAL, 0).buyer_share for promise in self.promises]
        self.axes.plot(self.promises, buyers, color=GREY, linewidth=1.5, linestyle="--")
        self.axes.text(99, 0.88, _say("buyers"), fontsize=9, color=INK, ha="right")
        self.axes.text(1, 1.02, _say("satisfied_of_buyers"), fontsize=9, color=INK, ha="left", va="bottom")

    def moved(self):
        (self.satisfied,) = self.axes.plot([], [], color=ORANGE, linewidth=1.5, linestyle="-.")
        self.area = self.axes.add_patch(Polygon([(0, 0)], facecolor=BLUE, alpha=0.15, linewidth=0))
        (self.both,) = self.axes.plot([], [], color=BLUE, linewidth=2.2)
        (self.kept,) = self.axes.plot([], [], color=INK, linewidth=1, linestyle=":")
        (self.guide,) = self.axes.plot([], [], color=BLUE, linewidth=1)
        (self.best,) = self.axes.plot([], [], "*", color=GREEN, markersize=13)
        (self.dot,) = self.axes.plot([], [], "o", color=BLUE, markersize=9)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        self.here_words = self.axes.text(0, 0, "", fontsize=10, color=BLUE, va="bottom", bbox=box)
        self.kept_words = self.axes.text(0, 1.085, "", fontsize=9, color=INK, ha="center", va="bottom")
        return [self.satisfied, self.area, self.both, self.kept, self.guide, self.best, self.dot, self.here_words, self.kept_words]

    def follow(self, *, promise, performance, assimilation) -> None:
        outcomes = [self.outcome(each, performance, assimilation) for each in self.promises]
        self.satisfied.set_data(self.promises, [each.satisfied_share for each in outcomes])
        heights = [each.satisfied_buyers for each in outcomes]
        self.both.set_data(self.promises, heights)
        self.area.set_xy([(0, 0), *zip(self.promises, heights), (HIGHEST_PROMISE, 0)])
        self.kept.set_data([performance, performance], [0, 1.07])
        self.kept_words.set_x(performance)
        self.kept_words.set_text(_say("delivered", number=f"{performance:.0f}"))
        here = self.outcome(promise, performance, assimilation).satisfied_buyers
        self.guide.set_data([promise, promise], [0, here])
        self.dot.set_data([promise], [here])
        self.dot.set_color(RED if promise > performance else BLUE)
        self.best_here = self.best_promise(performance, assimilation)
        self.best.set_data([self.best_here], [self.outcome(self.best_here, performance, assimilation).satisfied_buyers])
        # Left of the top the words stand left of the dot, right of it right: so they never cover the curve itself.
        left = 30 < promise < self.best_here
        self.here_words.set_ha("right" if left else "left")
        self.here_words.set_position((promise - 1.5 if left else min(promise + 1.5, 75), here + 0.04))
        self.here_words.set_color(RED if promise > performance else BLUE)
        self.here_words.set_text(_say("satisfied_buyers", percent=f"{here * 100:.0f}"))

    def outcome(self, promise, performance, assimilation) -> satisfaction.PromiseOutcome:
        return satisfaction.promise_outcome(promise=promise, performance=performance, assimilation=assimilation, **MARKET)

    def best_promise(self, performance, assimilation) -> float:
        return satisfaction.best_promise(performance=performance, assimilation=assimilation, highest=HIGHEST_PROMISE, **MARKET)

    def sentence(self, *, promise, performance, assimilation) -> str:
        found = self.outcome(promise, performance, assimilation)
        best = self.best_promise(performance, assimilation)
        kept = "promise_not_kept" if promise > performance else "promise_kept"
        return _say(
            "promise_sentence",
            promise=f"{promise:.0f}",
            performance=f"{performance:.0f}",
            assimilation=f"{assimilation * 100:.0f}",
            buyers=f"{found.buyer_share * 1000:.0f}",
            satisfied=f"{found.satisfied_buyers * 1000:.0f}",
            disappointed=round(found.buyer_share * 1000) - round(found.satisfied_buyers * 1000),  # the three must add up
            best=f"{best:.0f}",
            most=f"{self.outcome(best, performance, assimilation).satisfied_buyers * 1000:.0f}",
        ) + _say(kept)


class RisingExpectations(Picture):
    """The same extra value given at once or in small steps, and the expectation that follows each of them."""

    size = (7.6, 3.8)

    def still(self) -> None:
        self.sides = self.figure.subplots(1, 2, sharey=True)
        for axes, title in zip(self.sides, ("at_once_title", "steps_title")):
            quiet_axes(axes, title=_say(title), x=_say("month_axis"))
            axes.set(xlim=(0.2, MONTHS + 0.8), ylim=(46, 128), xticks=range(1, MONTHS + 1))
        self.sides[0].set_ylabel(_say("score_axis"), fontsize=9, color=INK)

    def moved(self):
        self.parts = []
        for axes in self.sides:
            bars = [axes.add_patch(Rectangle((month - 0.3, USUAL), 0.6, 0, linewidth=0)) for month in range(1, MONTHS + 1)]
            (expected,) = axes.plot([], [], "s--", color=INK, linewidth=1, markersize=4, markerfacecolor="white")
            (perceived,) = axes.plot([], [], "o-", color=BLUE, linewidth=1.5, markersize=5)
            words = axes.text(MONTHS + 0.6, 126, "", fontsize=9, color=INK, ha="right", va="top")
            self.parts.append((bars, expected, perceived, words))
        legend = self.sides[0]
        self.legend = [
            legend.text(MONTHS + 0.6, 108, _say("perceived_line"), fontsize=9, color=BLUE, ha="right"),
            legend.text(MONTHS + 0.6, 102, _say("expected_line"), fontsize=9, color=INK, ha="right"),
        ]
        return [artist for bars, *others in self.parts for artist in (*bars, *others)] + self.legend

    def follow(self, **settings) -> None:
        for (bars, expected, perceived, words), steps in zip(self.parts, self.paths(**settings)):
            months = range(1, MONTHS + 1)
            expected.set_data(months, [step.expected_value for step in steps])
            perceived.set_data(months, [step.perceived_value for step in steps])
            for bar, step in zip(bars, steps):
                bar.set_y(min(step.expected_value, step.perceived_value))
                bar.set_height(abs(step.disconfirmation))
                bar.set_facecolor(GREEN if step.disconfirmation >= 0 else RED)
                bar.set_hatch(None if step.disconfirmation >= 0 else "////")
                bar.set_alpha(0.55)
            words.set_text(_say("months_disappointed", count=_disappointed(steps)))

    def paths(self, *, adaptation_rate, total, kept_periods):
        """The steps of both ways to spend the same total."""
        ways = (
            satisfaction.gift_at_once(total=total, periods=MONTHS, kept_periods=round(kept_periods)),
            satisfaction.small_steps(total=total, periods=MONTHS),
        )
        return [
            satisfaction.expectation_steps(perceived_values=[USUAL + extra for extra in extras], start=USUAL, adaptation_rate=adaptation_rate)
            for extras in ways
        ]

    def sentence(self, *, adaptation_rate, total, kept_periods) -> str:
        at_once, in_steps = self.paths(adaptation_rate=adaptation_rate, total=total, kept_periods=kept_periods)
        worst = min(step.disconfirmation for step in at_once)
        return _say(
            "rising_kept" if worst >= 0 else "rising_withdrawn",
            total=f"{total:.0f}",
            adaptation=f"{adaptation_rate * 100:.0f}",
            kept=round(kept_periods),
            extra=f"{at_once[0].perceived_value - USUAL:.1f}",
            peak=f"{max(step.expected_value for step in at_once):.1f}",
            worst=f"{-worst:.1f}",
            bad=_disappointed(at_once),
            last=f"{in_steps[-1].disconfirmation:.1f}",
            once_last=f"{at_once[-1].disconfirmation:.1f}",
            step=f"{_step(in_steps):.1f}",
        )


def _disappointed(steps) -> int:
    return sum(step.disconfirmation < -NOTICED for step in steps)


def _step(steps) -> float:
    first, second = next(pairwise(steps))
    return second.perceived_value - first.perceived_value


def expectation_against_performance(*, perceived_first=3, expected_first=2, perceived_second=9, expected_second=7) -> ExpectationAgainstPerformance:
    """Who is more satisfied, by the ratio and by the difference?"""
    return ExpectationAgainstPerformance(
        perceived_first=perceived_first,
        expected_first=expected_first,
        perceived_second=perceived_second,
        expected_second=expected_second,
    )


def promise_slider(*, promise=80, performance=60, assimilation=0.0) -> PromiseSlider:
    """Which promise leaves the most satisfied buyers?"""
    return PromiseSlider(promise=promise, performance=performance, assimilation=assimilation)


def rising_expectations(*, adaptation_rate=0.5, total=78, kept_periods=3) -> RisingExpectations:
    """Is the same extra value better given at once or in small steps?"""
    return RisingExpectations(adaptation_rate=adaptation_rate, total=total, kept_periods=kept_periods)
