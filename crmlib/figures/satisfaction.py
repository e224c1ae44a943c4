"""Pictures of lesson 05: the comparison of expectation and perception, a promise that wins and disappoints, expectations that rise, two factors."""

from __future__ import annotations

import operator
from itertools import pairwise

from matplotlib.patches import Rectangle

from crmlib import running_case, satisfaction
from crmlib.figures.bars import Blocks
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import minus, shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED

# Our example: a scale of 100; half buy at a promise of 50, and what is perceived differs by 12 points from one delivery to the next.
MARKET = {"threshold": 50, "buyer_spread": 10, "performance_spread": 12}
HIGHEST_PROMISE = 100
# Our example: twelve months that start with everybody expecting just what there is.
MONTHS = 12
USUAL = 60
NOTICED = 0.5  # points by which perception must fall short before we count a month as a disappointment


class expectation_against_performance(Picture):
    """Two customers in the plane of expectation and perception, with the wedges in which ratio and difference disagree."""

    perceived_first = Slider(low=1, high=10, step=0.5, start=3, shown=".1f")
    expected_first = Slider(low=1, high=10, step=0.5, start=2, shown=".1f")
    perceived_second = Slider(low=1, high=10, step=0.5, start=9, shown=".1f")
    expected_second = Slider(low=1, high=10, step=0.5, start=7, shown=".1f")

    size = (7.6, 3.3)
    least, most = 0, 11.5
    beyond = 22  # lines run on beyond the axes, so that no wedge ends inside the picture
    marks = ((BLUE, "o"), (RED, "s"))

    def scene(self, *, perceived_first, expected_first, perceived_second, expected_second):
        pair = ((perceived_first, expected_first), (perceived_second, expected_second))
        scores = [{"perceived_value": perceived, "expected_value": expected} for perceived, expected in pair]
        ratios, gaps = [satisfaction.satisfaction_ratio(**each) for each in scores], [satisfaction.disconfirmation(**each) for each in scores]
        return Scene(pair=pair, ratios=ratios, gaps=gaps, by_ratio=_sign(ratios[0] - ratios[1]), by_gap=_sign(gaps[0] - gaps[1]))

    def draw(self) -> None:
        plane, right = self.figure.subplots(1, 2, width_ratios=(1.45, 1))
        far, even = self.beyond, range(0, 11, 2)
        self.set_up(
            plane, title="plane_title", x="expected_axis", y="perceived_axis",
            xlim=(self.least, self.most), ylim=(self.least, self.most), xticks=even, yticks=even,
        )
        plane.fill_between([0, far], [0, far], color=PALE, alpha=0.45, linewidth=0)
        plane.plot([0, far], [0, far], color=INK, linewidth=1)
        self.write(plane, (11.3, 0.2), self.say("dissatisfied_side"), ha="right")
        self.write(plane, (0.2, 10.75), self.say("satisfied_side"))
        # Between the two lines one formula puts a customer above the first and the other below.
        here = operator.attrgetter("expected_first", "perceived_first")
        self.area(plane, lambda now: [here(now), (0, 0), (0, now.gaps[0])], colour=ORANGE, alpha=0.35)
        self.area(plane, lambda now: [here(now), (far, now.ratios[0] * far), (far, now.gaps[0] + far)], colour=ORANGE, alpha=0.35)
        self.line(plane, lambda now: ([0, far], [0, now.ratios[0] * far]), "--", color=GREY, linewidth=1)
        self.line(plane, lambda now: ([-far, far], [now.gaps[0] - far, now.gaps[0] + far]), ":", color=GREY, linewidth=1)
        for number in (0, 1):
            self._draw_customer(plane, number)
        self._draw_gauges(right)

    def _draw_customer(self, axes, number: int) -> None:
        def place(now):
            perceived, expected = now.pair[number]
            return expected, perceived

        def name(now):
            if now.pair[0] == now.pair[1]:
                return self.say("both") if number == 0 else ""
            return self.say(("first", "second")[number])

        colour, shape = self.marks[number]
        self.mark(axes, place, name, shape, colour=colour, prefer=lambda now: "left" if place(now)[0] > 8 else "right")

    def _draw_gauges(self, whole) -> None:
        self.set_up(whole, title="gauges_title", bare=True, xlim=(-1, 1), ylim=(4.6, -0.75))
        self.write(whole, (-1, -0.4), self.say("ratio"), va="center")
        self.write(whole, (-1, 2.3), self.say("difference"), va="center")
        # Bars end at a ratio of 3 and a difference of 5: longer ones would make the usual ones too small to compare.
        self._draw_gauge(whole.inset_axes((0, 0.53, 0.86, 0.26)), lambda now: now.ratios, ".2f", 0, 3)
        self._draw_gauge(whole.inset_axes((0, 0.02, 0.86, 0.26)), lambda now: now.gaps, "+.1f", -5, 5)

    def _draw_gauge(self, axes, values, form: str, low: float, limit: float) -> None:
        self.set_up(axes, bare=True, xlim=(low * 1.02, limit * 1.02), ylim=(1.5, -0.5))
        axes.patch.set_visible(False)
        axes.axvline(0, color=GREY, linewidth=0.8)
        colours = [colour for colour, _ in self.marks]
        self.cut_bars(
            axes, (0, 1), lambda now: (values(now), colours), lambda now: [minus(value, form) for value in values(now)],
            both_ways=True, size=9, limit=limit, horizontal=True,
        )

    def sentence(self, scene) -> str:
        numbers: dict[str, str] = {}
        for place, ((perceived, expected), ratio, gap) in enumerate(zip(scene.pair, scene.ratios, scene.gaps), start=1):
            numbers |= {f"p{place}": f"{perceived:g}", f"e{place}": f"{expected:g}", f"r{place}": f"{ratio:.2f}", f"d{place}": f"{gap:+g}"}
        verdict = {(1, -1): "conflict_first", (-1, 1): "conflict_second", (1, 1): "agree_first", (-1, -1): "agree_second", (0, 0): "agree_equal"}
        name = verdict.get((scene.by_ratio, scene.by_gap), "equal_by_ratio" if scene.by_ratio == 0 else "equal_by_difference")
        return self.say("compared", **numbers) + self.say(name)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-9 else 1 if value > 0 else -1


class promise_slider(Picture):
    """Buyers, the satisfied share of them and the satisfied buyers, over every promise the firm could make."""

    promise = Slider(low=0, high=100, step=1, start=80)
    performance = Slider(low=40, high=90, step=1, start=60)
    assimilation = Slider(low=0, high=0.8, step=0.05, start=0, shown=".0%")

    promises = [step * HIGHEST_PROMISE / 100 for step in range(101)]

    def scene(self, *, promise, performance, assimilation):
        delivered = {"performance": performance, "assimilation": assimilation, **MARKET}
        outcomes = [satisfaction.promise_outcome(promise=each, **delivered) for each in self.promises]
        best = satisfaction.best_promise(highest=HIGHEST_PROMISE, **delivered)
        return Scene(
            outcomes=outcomes, heights=[each.satisfied_buyers for each in outcomes], here=satisfaction.promise_outcome(promise=promise, **delivered),
            kept=promise <= performance, best=best, top=satisfaction.promise_outcome(promise=best, **delivered).satisfied_buyers,
        )

    def draw(self) -> None:
        axes = self.set_up(
            title="promise_title", x="promise_axis", y="share_axis", percent="y",
            xlim=(-1, HIGHEST_PROMISE + 2), ylim=(0, 1.24), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        buyers = [satisfaction.promise_outcome(promise=promise, performance=USUAL, assimilation=0, **MARKET).buyer_share for promise in self.promises]
        axes.plot(self.promises, buyers, color=GREY, linewidth=1.5, linestyle="--")
        self.write(axes, (100, 1.02), self.say("buyers"), ha="right", va="bottom")
        self.write(axes, (0, 1.02), self.say("satisfied_of_buyers"), colour=ORANGE, ha="left", va="bottom")

        def beside(now):
            # Left of the top the words stand left of the dot, right of it right: so they never cover the curve itself.
            return ("above left", "left") if now.promise < now.best else ("above right", "right")

        self.line(axes, lambda now: (self.promises, [each.satisfied_share for each in now.outcomes]), "-.", color=ORANGE, linewidth=1.5)
        self.area(axes, lambda now: [(0, 0), *zip(self.promises, now.heights), (HIGHEST_PROMISE, 0)], colour=BLUE, alpha=0.15)
        self.line(axes, lambda now: (self.promises, now.heights), color=BLUE, linewidth=2.2)
        self.line(axes, lambda now: ([now.performance] * 2, [0, 1.12]), ":", color=INK, linewidth=1)
        self.line(axes, lambda now: ([now.promise] * 2, [0, now.here.satisfied_buyers]), color=BLUE, linewidth=1)
        self.mark(axes, lambda now: (now.best, now.top), shape="*", colour=GREEN, size=13)
        self.mark(
            axes, lambda now: (now.promise, now.here.satisfied_buyers),
            lambda now: self.say("satisfied_buyers", percent=f"{now.here.satisfied_buyers * 100:.0f}"),
            colour=lambda now: BLUE if now.kept else RED, clip_on=False, prefer=beside,
        )
        self.write(axes, lambda now: (now.performance, 1.13), lambda now: self.say("delivered", number=f"{now.performance:.0f}"), ha="center", va="bottom")

    def sentence(self, scene) -> str:
        buyers, satisfied = round(scene.here.buyer_share * 1000), round(scene.here.satisfied_buyers * 1000)
        return self.say(
            "promise_sentence",
            buyers=buyers, satisfied=satisfied, assimilation=f"{scene.assimilation * 100:.0f}",
            disappointed=buyers - satisfied,  # the three must add up
            **shown(".0f", promise=scene.promise, performance=scene.performance, best=scene.best, most=scene.top * 1000),
        ) + self.say("promise_kept" if scene.kept else "promise_not_kept")


class rising_expectations(Picture):
    """The same extra value given at once or in small steps, and the expectation that follows each of them."""

    adaptation_rate = Slider(low=0.1, high=1, step=0.05, start=0.5, shown=".0%")
    total = Slider(low=26, high=104, step=2, start=78)
    kept_periods = Slider(low=2, high=12, step=1, start=3)

    size = (7.6, 3.2)

    def scene(self, *, adaptation_rate, total, kept_periods):
        """The steps of both ways to spend the same total."""
        ways = (
            satisfaction.gift_at_once(total=total, periods=MONTHS, kept_periods=kept_periods),
            satisfaction.small_steps(total=total, periods=MONTHS),
        )
        at_once, in_steps = (
            satisfaction.expectation_steps(perceived_values=[USUAL + extra for extra in extras], start=USUAL, adaptation_rate=adaptation_rate)
            for extras in ways
        )
        return Scene(at_once=at_once, in_steps=in_steps)

    def draw(self) -> None:
        sides = self.figure.subplots(1, 2, sharey=True)
        self._draw_side(sides[0], "at_once", "at_once_title", y="score_axis")
        self._draw_side(sides[1], "in_steps", "steps_title")
        for height, words, colour in ((119, "perceived_line", BLUE), (111, "expected_line", INK)):
            self.moves(self.write(sides[0], (MONTHS + 0.6, height), self.say(words), colour=colour, ha="right", va="top"))

    def _draw_side(self, axes, way: str, title: str, y: str = "") -> None:
        months = range(1, MONTHS + 1)
        self.set_up(axes, title=title, x="month_axis", y=y, xlim=(0.2, MONTHS + 0.8), ylim=(46, 130), xticks=months)

        def boxes(now, content):
            here = [(month, step) for month, step in zip(months, getattr(now, way)) if (step.disconfirmation >= 0) == content]
            return ((month - 0.3, month + 0.3, *sorted((step.expected_value, step.perceived_value))) for month, step in here)

        for content, colour, hatch in ((True, GREEN, None), (False, RED, "////")):
            blocks = axes.add_patch(Blocks(facecolor=(colour, 0.55), hatch=hatch))
            self.moves(blocks, lambda now, blocks=blocks, content=content: blocks.show(boxes(now, content)))
        look = {"linewidth": 1, "markersize": 4, "markerfacecolor": "white"}
        self.line(axes, lambda now: (months, [step.expected_value for step in getattr(now, way)]), "s--", color=INK, **look)
        self.line(axes, lambda now: (months, [step.perceived_value for step in getattr(now, way)]), "o-", color=BLUE, linewidth=1.5, markersize=5)
        disappointed = "months_disappointed"
        self.write(axes, (MONTHS + 0.6, 129), lambda now: self.say(disappointed, count=_disappointed(getattr(now, way))), ha="right", va="top")

    def sentence(self, scene) -> str:
        at_once, in_steps = scene.at_once, scene.in_steps
        worst = min(step.disconfirmation for step in at_once)
        return self.say(
            "rising_kept" if worst >= 0 else "rising_withdrawn",
            kept=scene.kept_periods, extra=f"{at_once[0].perceived_value - USUAL:.1f}", bad=_disappointed(at_once),
            last=f"{in_steps[-1].disconfirmation:.1f}", once_last=f"{at_once[-1].disconfirmation:.1f}",
            total=f"{scene.total:.0f}", adaptation=f"{scene.adaptation_rate * 100:.0f}",
            **shown(".1f", peak=max(step.expected_value for step in at_once), worst=-worst, step=_step(in_steps)),
        )


def _disappointed(steps) -> int:
    return sum(step.disconfirmation < -NOTICED for step in steps)


def _step(steps) -> float:
    first, second = next(pairwise(steps))
    return second.perceived_value - first.perceived_value


class same_room(Picture):
    """Two guests of one room: what each expected, and what both perceived."""

    size = (7.2, 2.3)
    guests = (("ms_lin", 4, 6), ("mr_zhou", 8, 6))

    def draw(self) -> None:
        axes = self.set_up(x="same_room_axis", rows=[self.say(name) for name, _, _ in self.guests], xlim=(0, 10.4), xticks=range(0, 11, 2))
        for row, (_, expected, perceived) in enumerate(self.guests):
            colour = GREEN if perceived >= expected else RED
            axes.annotate("", (perceived, row), (expected, row), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2, "shrinkA": 6, "shrinkB": 6})
            axes.plot([expected], [row], "o", color=GREY, markersize=10, markerfacecolor="white", markeredgewidth=1.8)
            axes.plot([perceived], [row], "o", color=colour, markersize=10)
            for place, words in ((expected, "room_expected"), (perceived, "room_perceived")):
                self.write(axes, (place, row - 0.2), self.say(words, score=place), ha="center", va="bottom")


class survey_by_difference(Picture):
    """The members of the running case by the difference of perception and expectation, with the average satisfaction of each group."""

    size = (7.2, 2.9)

    def scene(self):
        answers = running_case.load("survey").dropna(subset=["expectation"])
        groups = satisfaction.satisfaction_by_disconfirmation(answers)
        columns = ("disconfirmation", "answers", "overall_satisfaction")
        return Scene(groups=[(int(gap), int(count), float(mean)) for gap, count, mean in zip(*(groups[name] for name in columns))])

    def draw(self) -> None:
        groups = self.now.groups
        gaps = [gap for gap, _, _ in groups]
        axes = self.set_up(
            title="survey_title", x="survey_axis", y="survey_satisfaction",
            xlim=(gaps[0] - 0.6, gaps[-1] + 0.6), ylim=(0, 6.2), yticks=range(1, 6), xticks=gaps,
        )
        axes.set_xticklabels([self.say("survey_group", gap=minus(gap, "+d") if gap else "0", count=count) for gap, count, _ in groups])
        axes.plot(gaps, [mean for _, _, mean in groups], color=GREY, linewidth=1, linestyle="--")
        for gap, _, mean in groups:
            axes.plot([gap], [mean], "o", color=GREEN if gap >= 0 else RED, markersize=8)
            self.write(axes, (gap, mean + 0.3), f"{mean:.2f}", ha="center", va="bottom")

    def sentence(self, scene) -> str:
        means = {gap: f"{mean:.2f}" for gap, _, mean in scene.groups}
        return self.say("survey_sentence", below=means[-1], equal=means[0], above=means[1])


class two_scales(Picture):
    """Three hotels on the two scales of hygiene factors and motivators."""

    size = (7.2, 2.7)
    hotels = (("hotel_plain", 0, 0), ("hotel_special", 0, 1), ("hotel_broken", 1, 2))
    # The middle of the bad end and of the good end of a scale; hotels that share an end stand side by side.
    ends = (2.5, 7.5)

    def scene(self):
        feelings = [satisfaction.two_factor_feeling(hygiene_factors_missing=missing, motivators_present=present) for _, missing, present in self.hotels]
        return Scene(good={"hygiene": [not each.dissatisfied for each in feelings], "motivator": [each.satisfied for each in feelings]})

    def draw(self) -> None:
        axes = self.set_up(bare=True, xlim=(0, 10), ylim=(-0.35, 2.05))
        for height, scale, bad, fine in ((1.15, "hygiene", RED, GREY), (0.0, "motivator", GREY, GREEN)):
            self.write(axes, (5, height + 0.72), self.say(f"{scale}_scale"), size=10, ha="center", va="center")
            for left, colour, words in ((0.1, bad, self.say(f"{scale}_bad")), (5.05, fine, self.say(f"{scale}_good"))):
                axes.add_patch(Rectangle((left, height - 0.05), 4.85, 0.55, facecolor=colour, alpha=0.2, linewidth=0))
                self.write(axes, (left + 2.4, height - 0.09), words, colour=colour, ha="center", va="top")
            for fits, middle in zip((False, True), self.ends):
                here = [name for (name, _, _), good in zip(self.hotels, self.now.good[scale]) if good == fits]
                for place, name in enumerate(here):
                    x = middle + (place - (len(here) - 1) / 2) * 2.35
                    self.write(axes, (x, height + 0.22), self.say(name), ha="center", va="center")
