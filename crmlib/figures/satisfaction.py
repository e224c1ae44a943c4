"""Pictures of lesson 05: the comparison of expectation and perception, a promise that wins and disappoints, expectations that rise, two factors."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

from matplotlib.patches import Polygon, Rectangle

from crmlib import running_case, satisfaction
from crmlib.figures.bars import Bars, Blocks
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, WORDS, no_axes, quiet_axes

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
        return SimpleNamespace(pair=pair, ratios=ratios, gaps=gaps, by_ratio=_sign(ratios[0] - ratios[1]), by_gap=_sign(gaps[0] - gaps[1]))

    def draw(self) -> None:
        self.plane, self.right = self.figure.subplots(1, 2, width_ratios=(1.45, 1))
        quiet_axes(self.plane, title=self.say("plane_title"), x=self.say("expected_axis"), y=self.say("perceived_axis"))
        self.plane.set(xlim=(self.least, self.most), ylim=(self.least, self.most), xticks=range(0, 11, 2), yticks=range(0, 11, 2))
        self.plane.fill_between([0, self.beyond], [0, self.beyond], color=PALE, alpha=0.45, linewidth=0)
        self.plane.plot([0, self.beyond], [0, self.beyond], color=INK, linewidth=1)
        self.plane.text(11.3, 0.2, self.say("dissatisfied_side"), fontsize=9, color=INK, ha="right")
        self.plane.text(0.2, 10.75, self.say("satisfied_side"), fontsize=9, color=INK)
        self.set_up(self.right, title="gauges_title")
        no_axes(self.right)
        self.right.set(xlim=(-1, 1), ylim=(4.6, -0.75))
        for row, name in ((-0.4, "ratio"), (2.3, "difference")):
            self.right.text(-1, row, self.say(name), fontsize=9, color=INK, va="center")

    def moved(self):
        self.wedges = [self.plane.add_patch(Polygon([(0, 0)], facecolor=ORANGE, alpha=0.35, linewidth=0)) for _ in range(2)]
        (self.ratio_line,) = self.plane.plot([], [], color=GREY, linewidth=1, linestyle="--")
        (self.gap_line,) = self.plane.plot([], [], color=GREY, linewidth=1, linestyle=":")
        self.dots = [self.plane.plot([], [], mark, color=colour, markersize=9)[0] for colour, mark in self.marks]
        self.names = [self.label(self.plane, colour=WORDS[colour], size=10, prefer=("right", "left")) for colour, _ in self.marks]
        # Bars end at a ratio of 3 and a difference of 5: longer ones would make the usual ones too small to compare.
        self.bars = [Bars(self.right.inset_axes((0, place, 0.86, 0.26)), (0, 1), limit=limit, horizontal=True) for place, limit in ((0.53, 3), (0.02, 5))]
        for bars, low in zip(self.bars, (0, -5)):
            axes = bars.bars[0].axes
            no_axes(axes)
            axes.patch.set_visible(False)
            axes.set(xlim=(low * 1.02, bars.limit * 1.02), ylim=(1.5, -0.5))
            axes.axvline(0, color=GREY, linewidth=0.8)
        self.numbers = [self.label(bars.bars[0].axes, colour=INK, gap=4, box=None) for bars in self.bars for _ in range(2)]
        return [*self.wedges, self.ratio_line, self.gap_line, *self.dots, *self.bars[0].artists, *self.bars[1].artists]

    def follow(self, scene) -> None:
        (perceived, expected), other = scene.pair
        self._follow_lines(perceived, expected)
        for dot, name, label, (height, x) in zip(self.dots, self.names, ("first", "second"), scene.pair):
            dot.set_data([x], [height])
            name.at(x, height, self.say(label), prefer="left" if x > 8 else "right")
        if (perceived, expected) == other:
            self.names[0].at(expected, perceived, self.say("both"))
            self.names[1].at(expected, perceived, "")
        colours = [colour for colour, _ in self.marks]
        texts = [f"{ratio:.2f}" for ratio in scene.ratios] + [f"{gap:+.1f}".replace("-", "−") for gap in scene.gaps]
        for bars, values, labels, words in zip(self.bars, (scene.ratios, scene.gaps), (self.numbers[:2], self.numbers[2:]), (texts[:2], texts[2:])):
            bars.show(values, colours)
            for place, (end, number, text) in enumerate(zip(bars.ends(values), labels, words)):
                number.at(end, place, text, prefer="right" if end >= 0 else "left")

    def _follow_lines(self, perceived, expected) -> None:
        ratio, gap, far = perceived / expected, perceived - expected, self.beyond
        self.ratio_line.set_data([0, far], [0, ratio * far])
        self.gap_line.set_data([-far, far], [gap - far, gap + far])
        here = (expected, perceived)
        # Between the two lines one formula puts a customer above the first and the other below.
        self.wedges[0].set_xy([here, (0, 0), (0, gap)])
        self.wedges[1].set_xy([here, (far, ratio * far), (far, gap + far)])

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
        return SimpleNamespace(
            promise=promise,
            performance=performance,
            assimilation=assimilation,
            outcomes=outcomes,
            here=satisfaction.promise_outcome(promise=promise, **delivered),
            best=best,
            top=satisfaction.promise_outcome(promise=best, **delivered).satisfied_buyers,
            kept=promise <= performance,
        )

    def draw(self) -> None:
        self.axes = self.set_up(
            self.figure.subplots(), title="promise_title", x="promise_axis", y="share_axis", percent="y",
            xlim=(-1, HIGHEST_PROMISE + 2), ylim=(0, 1.24), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        buyers = [satisfaction.promise_outcome(promise=promise, performance=USUAL, assimilation=0, **MARKET).buyer_share for promise in self.promises]
        self.axes.plot(self.promises, buyers, color=GREY, linewidth=1.5, linestyle="--")
        self.axes.text(100, 1.02, self.say("buyers"), fontsize=9, color=INK, ha="right", va="bottom")
        self.axes.text(0, 1.02, self.say("satisfied_of_buyers"), fontsize=9, color=WORDS[ORANGE], ha="left", va="bottom")

    def moved(self):
        (self.satisfied,) = self.axes.plot([], [], color=ORANGE, linewidth=1.5, linestyle="-.")
        self.area = Polygon([(0, 0)], facecolor=BLUE, alpha=0.15, linewidth=0)
        self.axes.add_patch(self.area)
        (self.both,) = self.axes.plot([], [], color=BLUE, linewidth=2.2)
        (self.kept,) = self.axes.plot([], [], color=INK, linewidth=1, linestyle=":")
        (self.guide,) = self.axes.plot([], [], color=BLUE, linewidth=1)
        (self.best,) = self.axes.plot([], [], "*", color=GREEN, markersize=13)
        (self.dot,) = self.axes.plot([], [], "o", color=BLUE, markersize=9, clip_on=False)
        self.kept_words = self.axes.text(0, 1.13, "", fontsize=9, color=INK, ha="center", va="bottom")
        self.here_words = self.label(self.axes, colour=BLUE, size=10)
        return [self.satisfied, self.area, self.both, self.kept, self.guide, self.best, self.dot, self.kept_words]

    def follow(self, scene) -> None:
        colour = BLUE if scene.kept else RED
        self.satisfied.set_data(self.promises, [each.satisfied_share for each in scene.outcomes])
        heights = [each.satisfied_buyers for each in scene.outcomes]
        self.both.set_data(self.promises, heights)
        self.area.set_xy([(0, 0), *zip(self.promises, heights), (HIGHEST_PROMISE, 0)])
        self.kept.set_data([scene.performance] * 2, [0, 1.12])
        self.kept_words.set_x(scene.performance)
        self.kept_words.set_text(self.say("delivered", number=f"{scene.performance:.0f}"))
        here = scene.here.satisfied_buyers
        self.guide.set_data([scene.promise] * 2, [0, here])
        self.dot.set_data([scene.promise], [here])
        self.dot.set_color(colour)
        self.best.set_data([scene.best], [scene.top])
        # Left of the top the words stand left of the dot, right of it right: so they never cover the curve itself.
        prefer = ("above left", "left") if scene.promise < scene.best else ("above right", "right")
        self.here_words.at(scene.promise, here, self.say("satisfied_buyers", percent=f"{here * 100:.0f}"), colour=WORDS[colour], prefer=prefer)

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
        return SimpleNamespace(adaptation_rate=adaptation_rate, total=total, kept_periods=kept_periods, at_once=at_once, in_steps=in_steps)

    def draw(self) -> None:
        self.sides = self.figure.subplots(1, 2, sharey=True)
        for axes, title in zip(self.sides, ("at_once_title", "steps_title")):
            quiet_axes(axes, title=self.say(title), x=self.say("month_axis"))
            axes.set(xlim=(0.2, MONTHS + 0.8), ylim=(46, 130), xticks=range(1, MONTHS + 1))
        self.sides[0].set_ylabel(self.say("score_axis"), fontsize=9, color=INK)

    def moved(self):
        self.parts = []
        for axes in self.sides:
            bars = [axes.add_patch(Blocks(facecolor=(colour, 0.55), hatch=hatch)) for colour, hatch in ((GREEN, None), (RED, "////"))]
            (expected,) = axes.plot([], [], "s--", color=INK, linewidth=1, markersize=4, markerfacecolor="white")
            (perceived,) = axes.plot([], [], "o-", color=BLUE, linewidth=1.5, markersize=5)
            words = axes.text(MONTHS + 0.6, 129, "", fontsize=9, color=INK, ha="right", va="top")
            self.parts.append((bars, expected, perceived, words))
        right = {"fontsize": 9, "ha": "right", "va": "top"}
        legend = [
            self.sides[0].text(MONTHS + 0.6, 119, self.say("perceived_line"), color=BLUE, **right),
            self.sides[0].text(MONTHS + 0.6, 111, self.say("expected_line"), color=INK, **right),
        ]
        return [artist for bars, *others in self.parts for artist in (*bars, *others)] + legend

    def follow(self, scene) -> None:
        for (bars, expected, perceived, words), steps in zip(self.parts, (scene.at_once, scene.in_steps)):
            months = range(1, MONTHS + 1)
            expected.set_data(months, [step.expected_value for step in steps])
            perceived.set_data(months, [step.perceived_value for step in steps])
            for blocks, content in zip(bars, (True, False)):
                here = [(month, step) for month, step in zip(months, steps) if (step.disconfirmation >= 0) == content]
                blocks.show((month - 0.3, month + 0.3, *sorted((step.expected_value, step.perceived_value))) for month, step in here)
            words.set_text(self.say("months_disappointed", count=_disappointed(steps)))

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
        axes = self.figure.subplots()
        self.set_up(axes, x="same_room_axis", rows=[self.say(name) for name, _, _ in self.guests], xlim=(0, 10.4), xticks=range(0, 11, 2))
        for row, (_, expected, perceived) in enumerate(self.guests):
            colour = GREEN if perceived >= expected else RED
            axes.annotate("", (perceived, row), (expected, row), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2, "shrinkA": 6, "shrinkB": 6})
            axes.plot([expected], [row], "o", color=GREY, markersize=10, markerfacecolor="white", markeredgewidth=1.8)
            axes.plot([perceived], [row], "o", color=colour, markersize=10)
            for place, words in ((expected, "room_expected"), (perceived, "room_perceived")):
                axes.text(place, row - 0.2, self.say(words, score=place), fontsize=9, color=INK, ha="center", va="bottom")

    def sentence(self, scene) -> str:
        return self.say("same_room_sentence")


class survey_by_difference(Picture):
    """The members of the running case by the difference of perception and expectation, with the average satisfaction of each group."""

    size = (7.2, 2.9)

    def scene(self):
        answers = running_case.load("survey").dropna(subset=["expectation"])
        groups = satisfaction.satisfaction_by_disconfirmation(answers)
        columns = ("disconfirmation", "answers", "overall_satisfaction")
        return SimpleNamespace(groups=[(int(gap), int(count), float(mean)) for gap, count, mean in zip(*(groups[name] for name in columns))])

    def draw(self) -> None:
        axes = self.set_up(self.figure.subplots(), title="survey_title", x="survey_axis", y="survey_satisfaction")
        groups = self.now.groups
        axes.set(xlim=(groups[0][0] - 0.6, groups[-1][0] + 0.6), ylim=(0, 6.2), yticks=range(1, 6), xticks=[gap for gap, _, _ in groups])
        axes.set_xticklabels([self.say("survey_group", gap=f"{gap:+d}".replace("-", "−") if gap else "0", count=count) for gap, count, _ in groups])
        axes.plot([gap for gap, _, _ in groups], [mean for _, _, mean in groups], color=GREY, linewidth=1, linestyle="--")
        for gap, _, mean in groups:
            axes.plot([gap], [mean], "o", color=GREEN if gap >= 0 else RED, markersize=8)
            axes.text(gap, mean + 0.3, f"{mean:.2f}", fontsize=9, color=INK, ha="center", va="bottom")

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
        return SimpleNamespace(good={"hygiene": [not each.dissatisfied for each in feelings], "motivator": [each.satisfied for each in feelings]})

    def draw(self) -> None:
        axes = self.figure.subplots()
        no_axes(axes)
        axes.set(xlim=(0, 10), ylim=(-0.35, 2.05))
        for height, scale, bad, fine in ((1.15, "hygiene", RED, GREY), (0.0, "motivator", GREY, GREEN)):
            axes.text(5, height + 0.72, self.say(f"{scale}_scale"), fontsize=10, color=INK, ha="center", va="center")
            for left, colour, words in ((0.1, bad, self.say(f"{scale}_bad")), (5.05, fine, self.say(f"{scale}_good"))):
                axes.add_patch(Rectangle((left, height - 0.05), 4.85, 0.55, facecolor=colour, alpha=0.2, linewidth=0))
                axes.text(left + 2.4, height - 0.09, words, fontsize=9, color=WORDS[colour], ha="center", va="top")
            for fits, middle in zip((False, True), self.ends):
                here = [name for (name, _, _), good in zip(self.hotels, self.now.good[scale]) if good == fits]
                for place, name in enumerate(here):
                    x = middle + (place - (len(here) - 1) / 2) * 2.35
                    axes.text(x, height + 0.22, self.say(name), fontsize=9, color=INK, ha="center", va="center")

    def sentence(self, scene) -> str:
        return self.say("two_scales_sentence")
