"""Pictures of lesson 08: satisfaction and staying, the leaky bucket, attitude and repeat purchase."""

from __future__ import annotations

import random

from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.ticker import PercentFormatter

from crmlib import loyalty
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, quiet_axes
from crmlib.language import message

YEARS = 40
MOST_CUSTOMERS = 1600  # the highest level that the sliders of the bucket can reach
NEAR = 0.05
# Our example: sixty customers; half find the shop handy, three in ten would like to buy more than they can.
CUSTOMERS = 60
HALF = 0.5


def _say(name: str, **values) -> str:
    return message(f"figures_loyalty.{name}", **values)


class SatisfactionLoyaltyCurve(Picture):
    """Who stays at each score of satisfaction, and who would stay if leaving were easy; between them those who are held."""

    size = (7.2, 3.9)

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("curve_title"), x=_say("satisfaction_axis"), y=_say("staying_axis"))
        self.axes.set(xlim=(0.9, 5.55), ylim=(0, 1.08), xticks=range(1, 6), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
        self.axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.scores = [1 + step / 20 for step in range(81)]
        self.free = [loyalty.free_share(satisfaction=score) for score in self.scores]
        self.axes.plot(self.scores, self.free, color=INK, linewidth=1.5, linestyle="--")

    def moved(self):
        self.held = self.axes.add_patch(Polygon([(1, 0)], facecolor=ORANGE, alpha=0.3, linewidth=0))
        (self.curve,) = self.axes.plot([], [], color=BLUE, linewidth=2.4)
        (self.guide,) = self.axes.plot([], [], color=BLUE, linewidth=1, linestyle=":")
        (self.dots,) = self.axes.plot([], [], "o", color=BLUE, markersize=8)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        self.here_words = self.axes.text(0, 0, "", fontsize=10, color=BLUE, ha="right", va="bottom", bbox=box)
        self.top_words = self.axes.text(5.08, 0, "", fontsize=10, color=BLUE, va="center")
        self.held_words = self.axes.text(1.1, 0, "", fontsize=9, color=INK, va="center", bbox=box)
        self.free_words = self.axes.text(4.08, 0.05, "", fontsize=9, color=INK, va="center", bbox=box)
        return [self.held, self.curve, self.guide, self.dots, self.held_words, self.free_words, self.top_words, self.here_words]

    def follow(self, *, satisfaction, competition, switching_cost) -> None:
        shares = [self.share(score, competition, switching_cost) for score in self.scores]
        self.curve.set_data(self.scores, shares)
        self.held.set_xy([*zip(self.scores, shares), *reversed(list(zip(self.scores, self.free)))])
        here, top = self.share(satisfaction, competition, switching_cost), shares[-1]
        self.dots.set_data([satisfaction, 5], [here, top])
        self.guide.set_data([satisfaction, satisfaction], [0, here])
        self.here_words.set_text(_say("of_hundred", number=f"{here * 100:.0f}") if satisfaction < 5 else "")
        # Beside the dot, left above the rising curve; at the left edge there is only room on the other side.
        left = satisfaction > 2
        self.here_words.set_ha("right" if left else "left")
        self.here_words.set_position((satisfaction - 0.06 if left else satisfaction + 0.02, here + 0.04))
        self.top_words.set_position((5.08, top))
        self.top_words.set_text(_say("top", number=f"{top * 100:.0f}"))
        floor = shares[0]
        self.held_words.set_text(_say("held") if floor > 0.16 else "")
        self.held_words.set_position((1.1, floor / 2))
        # Where nobody is held both curves are one.
        self.free_words.set_text(_say("free") if floor - self.free[0] > 0.02 else "")

    def share(self, satisfaction, competition, switching_cost) -> float:
        return loyalty.staying_share(satisfaction=satisfaction, competition=competition, switching_cost=switching_cost)

    def sentence(self, *, satisfaction, competition, switching_cost) -> str:
        market = {"competition": competition, "switching_cost": switching_cost}
        one, here, four, five = (self.share(score, competition, switching_cost) for score in (1, satisfaction, 4, 5))
        wanting = min(loyalty.free_share(satisfaction=satisfaction), here)
        times = loyalty.completely_to_merely(**market)
        held = here - wanting
        verdict = "curve_steep" if times >= 2 else "curve_flat" if five - one < 0.2 else "curve_between"
        return _say(
            "curve_sentence",
            competition=f"{competition * 100:.0f}",
            switching=f"{switching_cost * 100:.0f}",
            score=f"{satisfaction:.1f}",
            here=f"{here * 100:.0f}",
            held=f"{held * 100:.0f}",
            times=f"{times:.1f}",
        ) + _say(verdict, first=f"{(four - one) * 100:.0f}", last=f"{(five - four) * 100:.0f}")


class LeakyBucket(Picture):
    """The number of customers over the years, and the bucket at the level where as many leak out as come in."""

    size = (7.6, 3.9)

    def still(self) -> None:
        self.axes, self.right = self.figure.subplots(1, 2, width_ratios=(1.9, 1))
        quiet_axes(self.axes, title=_say("path_title"), x=_say("year_axis"), y=_say("customers_axis"))
        self.axes.set(xlim=(0, YEARS), ylim=(0, MOST_CUSTOMERS * 1.08))
        self.right.set(xlim=(-1, 1), ylim=(-0.34, 1.34), xticks=[], yticks=[])
        self.right.axis("off")
        self.right.plot([-0.62, -0.5, 0.5, 0.62], [1, 0, 0, 1], color=INK, linewidth=2)

    def moved(self):
        (self.level_line,) = self.axes.plot([], [], color=ORANGE, linewidth=1.5, linestyle="--")
        (self.path,) = self.axes.plot([], [], color=BLUE, linewidth=2.2)
        (self.first,) = self.axes.plot([], [], "o", color=BLUE, markersize=7, clip_on=False)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        self.level_words = self.axes.text(YEARS - 0.5, 0, "", fontsize=10, color=INK, ha="right", va="bottom", bbox=box)
        self.water = self.right.add_patch(Polygon([(0, 0)], facecolor=SKY, alpha=0.7, linewidth=0))
        arrow = {"arrowstyle": "-|>", "mutation_scale": 14, "color": BLUE, "shrinkA": 0, "shrinkB": 0}
        self.tap = self.right.add_patch(FancyArrowPatch((0, 1.2), (0, 1.02), **arrow))
        self.leak = self.right.add_patch(FancyArrowPatch((0.25, 0), (0.25, -0.18), **{**arrow, "color": RED}))
        self.flow_words = [
            self.right.text(0, 1.23, "", fontsize=9, color=INK, ha="center", va="bottom"),
            self.right.text(0, 0.5, "", fontsize=12, color=INK, ha="center", va="center"),
            self.right.text(0, -0.21, "", fontsize=9, color=INK, ha="center", va="top"),
        ]
        return [self.level_line, self.path, self.first, self.level_words, self.water, self.tap, self.leak, *self.flow_words]

    def follow(self, *, inflow, defection_rate, start) -> None:
        level = loyalty.steady_state(inflow=inflow, defection_rate=defection_rate)
        ends = loyalty.bucket_path(start=start, inflow=inflow, defection_rate=defection_rate, periods=YEARS)["end"].tolist()
        self.path.set_data(range(YEARS + 1), [start, *ends])
        self.first.set_data([0], [start])
        self.level_line.set_data([0, YEARS], [level, level])
        self.level_words.set_position((YEARS - 0.5, level + MOST_CUSTOMERS * 0.015))
        self.level_words.set_text(_say("level", number=f"{level:,.0f}"))
        height = level / MOST_CUSTOMERS
        side = 0.5 + 0.12 * height
        self.water.set_xy([(-0.5, 0), (0.5, 0), (side, height), (-side, height)])
        flow = 1 + inflow / 20  # thicker arrows for more customers: the same in as out
        self.tap.set_linewidth(flow)
        self.leak.set_linewidth(flow)
        for text, name in zip(self.flow_words, ("comes_in", "bucket_level", "leaks_out")):
            text.set_text(_say(name, inflow=f"{inflow:.0f}", level=f"{level:,.0f}", percent=f"{defection_rate * 100:.0f}"))

    def sentence(self, *, inflow, defection_rate, start) -> str:
        flows = {"inflow": inflow, "defection_rate": defection_rate}
        found = loyalty.offence_and_defence(**flows)
        years = loyalty.periods_until_near(start=start, within=NEAR, **flows)
        return _say(
            "bucket_sentence" if years else "bucket_there",
            inflow=f"{inflow:.0f}",
            percent=f"{defection_rate * 100:.0f}",
            level=f"{found.steady_state:,.0f}",
            start=f"{start:,.0f}",
            years=years,
            halved=f"{2 * found.steady_state:,.0f}",
            more_in=f"{found.one_more_in:.1f}",
            fewer_out=f"{found.one_fewer_out:.1f}",
        )


class AttitudeRepeatMap(Picture):
    """Sixty customers by what they think of the firm and how often they buy; convenience moves them to the right."""

    size = (7.2, 4.2)
    marks = {"true_loyalty": (BLUE, "o"), "latent_loyalty": (GREEN, "^"), "spurious_loyalty": (RED, "s"), "no_loyalty": (GREY, "x")}
    corners = {"true_loyalty": (0.99, 1.015), "latent_loyalty": (0.01, 1.015), "spurious_loyalty": (0.99, -0.015), "no_loyalty": (0.01, -0.015)}

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("map_title"), x=_say("repeat_axis"), y=_say("attitude_axis"))
        self.axes.set(xlim=(0, 1), ylim=(-0.1, 1.1), xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[0, 0.5, 1])
        self.axes.set_yticklabels([_say("attitude_low"), "", _say("attitude_high")])
        self.axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.axes.plot([HALF, HALF], [-0.1, 1.1], color=INK, linewidth=1)
        self.axes.plot([0, 1], [HALF, HALF], color=INK, linewidth=1)
        self.axes.add_patch(Rectangle((HALF, -0.1), HALF, 0.6, facecolor=PALE, alpha=0.45, linewidth=0, zorder=0))
        self.people = sixty_customers()

    def moved(self):
        self.dots = {name: self.axes.plot([], [], mark, color=colour, markersize=6, alpha=0.85)[0] for name, (colour, mark) in self.marks.items()}
        self.labels = {}
        for name, (x, y) in self.corners.items():
            align = {"ha": "right" if x > HALF else "left", "va": "bottom" if y > HALF else "top"}
            colour = INK if name == "no_loyalty" else self.marks[name][0]
            self.labels[name] = self.axes.text(x, y, "", fontsize=10, color=colour, **align)
        return [*self.dots.values(), *self.labels.values()]

    def follow(self, *, convenience, obstacles) -> None:
        self.found = self.types(convenience, obstacles)
        for name, dots in self.dots.items():
            here = [(share, attitude) for type_, share, attitude in self.found if type_ == name]
            dots.set_data([share for share, _ in here], [attitude for _, attitude in here])
            self.labels[name].set_text(_say(name, count=len(here)))

    def types(self, convenience, obstacles) -> list[tuple[str, float, float]]:
        found = []
        for attitude, pull, obstacle in self.people:
            share = loyalty.repeat_share(attitude=attitude, convenience_pull=pull, obstacle=obstacle * obstacles, convenience=convenience)
            type_ = loyalty.loyalty_type(attitude=attitude, repeat_share=share, attitude_boundary=HALF, repeat_boundary=HALF)
            found.append((type_, share, attitude))
        return found

    def sentence(self, *, convenience, obstacles) -> str:
        counts = {name: 0 for name in self.marks}
        for type_, _, _ in self.types(convenience, obstacles):
            counts[type_] += 1
        tail = "map_spurious" if counts["spurious_loyalty"] else "map_gone"
        return _say(
            "map_sentence",
            convenience=f"{convenience * 100:.0f}",
            obstacles=f"{obstacles * 100:.0f}",
            all=CUSTOMERS,
            repeat=counts["true_loyalty"] + counts["spurious_loyalty"],
            true=counts["true_loyalty"],
            spurious=counts["spurious_loyalty"],
            latent=counts["latent_loyalty"],
            none=counts["no_loyalty"],
        ) + _say(tail)


def sixty_customers() -> list[tuple[float, float, float]]:
    """Attitude, pull of convenience and obstacle of each: invented, and the same every time."""
    draw = random.Random("sixty customers").random  # this sequence is one that Python promises to keep
    people = []
    for place in range(CUSTOMERS):
        attitude = 0.04 + 0.92 * (place + draw()) / CUSTOMERS  # spread evenly, so that no corner is empty by chance
        handy, hindered, pull, obstacle = draw() < 0.5, draw() < 0.3, draw(), draw()
        people.append((attitude, 0.35 + 0.6 * pull if handy else 0.1 * pull, 0.45 + 0.45 * obstacle if hindered else 0.08 * obstacle))
    return people


def satisfaction_loyalty_curve(*, satisfaction=4.0, competition=1.0, switching_cost=0.0) -> SatisfactionLoyaltyCurve:
    """How much is a 4 of 5 worth?"""
    return SatisfactionLoyaltyCurve(satisfaction=satisfaction, competition=competition, switching_cost=switching_cost)


def leaky_bucket(*, inflow=40, defection_rate=0.1, start=0) -> LeakyBucket:
    """How full does a leaky bucket become?"""
    return LeakyBucket(inflow=inflow, defection_rate=defection_rate, start=start)


def attitude_repeat_map(*, convenience=1.0, obstacles=1.0) -> AttitudeRepeatMap:
    """Who of those who buy again is loyal?"""
    return AttitudeRepeatMap(convenience=convenience, obstacles=obstacles)
