"""Pictures of lesson 08: satisfaction and staying, the leaky bucket, attitude and repeat purchase."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from crmlib import loyalty
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, no_axes, percent_axis, two_by_two

YEARS = 40
MOST_CUSTOMERS = 1600  # the highest level that the sliders of the bucket can reach
NEAR = 0.05
# Our example: sixty customers; half find the shop handy, three in ten would like to buy more than they can.
CUSTOMERS = 60
HALF = 0.5


class satisfaction_loyalty_curve(Picture):
    """Who stays at each score of satisfaction, and who would stay if leaving were easy; between them those who are held."""

    satisfaction = Slider(low=1, high=5, step=0.1, start=4, shown=".1f")
    competition = Slider(low=0, high=1, step=0.05, start=1, shown=".0%")
    switching_cost = Slider(low=0, high=1, step=0.05, start=0, shown=".0%")

    scores = [1 + step / 20 for step in range(81)]
    free = [loyalty.free_share(satisfaction=score) for score in scores]

    def scene(self, *, satisfaction, competition, switching_cost):
        market = {"competition": competition, "switching_cost": switching_cost}
        one, here, four = (loyalty.staying_share(satisfaction=score, **market) for score in (1, satisfaction, 4))
        shares = [loyalty.staying_share(satisfaction=score, **market) for score in self.scores]
        held = here - min(loyalty.free_share(satisfaction=satisfaction), here)
        times = loyalty.completely_to_merely(**market)
        return SimpleNamespace(**market, satisfaction=satisfaction, shares=shares, one=one, here=here, four=four, top=shares[-1], held=held, times=times)

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="curve_title", x="satisfaction_axis", y="staying_axis")
        self.axes.set(xlim=(0.9, 5.55), ylim=(0, 1.12), xticks=range(1, 6), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
        percent_axis(self.axes.yaxis)
        self.axes.plot(self.scores, self.free, color=INK, linewidth=1.5, linestyle="--")

    def moved(self):
        self.held = Polygon([(1, 0)], facecolor=ORANGE, alpha=0.3, linewidth=0)
        self.axes.add_patch(self.held)
        (self.curve,) = self.axes.plot([], [], color=BLUE, linewidth=2.4)
        (self.guide,) = self.axes.plot([], [], color=BLUE, linewidth=1, linestyle=":")
        (self.dots,) = self.axes.plot([], [], "o", color=BLUE, markersize=8, clip_on=False)
        self.top_words = self.label(self.axes, colour=BLUE, size=10, prefer="right")
        self.here_words = self.label(self.axes, colour=BLUE, size=10, prefer=("above left", "above right", "above"))
        self.held_words = self.label(self.axes, colour=INK, prefer=("on", "right"))
        self.free_words = self.label(self.axes, colour=INK, prefer=("below right", "right"))
        return [self.held, self.curve, self.guide, self.dots]

    def follow(self, scene) -> None:
        self.curve.set_data(self.scores, scene.shares)
        self.held.set_xy([*zip(self.scores, scene.shares), *reversed(list(zip(self.scores, self.free)))])
        self.dots.set_data([scene.satisfaction, 5], [scene.here, scene.top])
        self.guide.set_data([scene.satisfaction] * 2, [0, scene.here])
        self.here_words.at(scene.satisfaction, scene.here, self.say("of_hundred", number=f"{scene.here * 100:.0f}") if scene.satisfaction < 5 else "")
        self.top_words.at(5, scene.top, self.say("top", number=f"{scene.top * 100:.0f}"))
        floor = scene.shares[0]
        self.held_words.at(1.75, floor / 2, self.say("held") if floor > 0.16 else "")
        # Where nobody is held both curves are one.
        self.free_words.at(4.3, self.free[66], self.say("free") if floor - self.free[0] > 0.02 else "")

    def sentence(self, scene) -> str:
        verdict = "curve_steep" if scene.times >= 2 else "curve_flat" if scene.top - scene.one < 0.2 else "curve_between"
        return self.say(
            "curve_sentence",
            **shown(".0%", competition=scene.competition, switching=scene.switching_cost, here=scene.here, held=scene.held),
            **shown(".1f", score=scene.satisfaction, times=scene.times),
        ) + self.say(verdict, first=f"{(scene.four - scene.one) * 100:.0f}", last=f"{(scene.top - scene.four) * 100:.0f}")


class leaky_bucket(Picture):
    """The number of customers over the years, and the bucket at the level where as many leak out as come in."""

    inflow = Slider(low=10, high=80, step=5, start=40)
    defection_rate = Slider(low=0.05, high=0.5, step=0.01, start=0.1, shown=".0%")
    start = Slider(low=0, high=1000, step=50, start=0, shown=",.0f")

    def scene(self, *, inflow, defection_rate, start):
        flows = {"inflow": inflow, "defection_rate": defection_rate}
        found = loyalty.offence_and_defence(**flows)
        path = [start, *loyalty.bucket_path(start=start, **flows, periods=YEARS)["end"].tolist()]
        years = loyalty.periods_until_near(start=start, within=NEAR, **flows)
        level = found.steady_state
        return SimpleNamespace(**flows, start=start, level=level, path=path, years=years, one_more_in=found.one_more_in, one_fewer_out=found.one_fewer_out)

    def draw(self) -> None:
        self.axes, self.right = self.figure.subplots(1, 2, width_ratios=(1.9, 1))
        self.set_up(self.axes, title="path_title", x="year_axis", y="customers_axis", xlim=(0, YEARS), ylim=(0, MOST_CUSTOMERS * 1.12))
        self.right.set(xlim=(-1, 1), ylim=(-0.42, 1.42), xticks=[], yticks=[])
        self.right.axis("off")
        self.right.plot([-0.62, -0.5, 0.5, 0.62], [1, 0, 0, 1], color=INK, linewidth=2)

    def moved(self):
        (self.level_line,) = self.axes.plot([], [], color=ORANGE, linewidth=1.5, linestyle="--")
        (self.path,) = self.axes.plot([], [], color=BLUE, linewidth=2.2)
        (self.first,) = self.axes.plot([], [], "o", color=BLUE, markersize=7, clip_on=False)
        self.level_words = self.label(self.axes, colour=INK, size=10, prefer=("above left", "below left"))
        self.water = self.right.add_patch(Polygon([(0, 0)], facecolor=SKY, alpha=0.7, linewidth=0))
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 14, "color": BLUE, "shrinkA": 0, "shrinkB": 0}
        self.tap = self.right.add_patch(FancyArrowPatch((0, 1.2), (0, 1.02), **arrow))
        self.leak = self.right.add_patch(FancyArrowPatch((0.25, 0), (0.25, -0.18), **{**arrow, "color": RED}))
        self.flow_words = [
            self.right.text(0, 1.23, "", fontsize=9, color=INK, ha="center", va="bottom"),
            self.right.text(0, 0.5, "", fontsize=12, color=INK, ha="center", va="center"),
            self.right.text(0, -0.21, "", fontsize=9, color=INK, ha="center", va="top"),
        ]
        return [self.level_line, self.path, self.first, self.water, self.tap, self.leak, *self.flow_words]

    def follow(self, scene) -> None:
        self.path.set_data(range(YEARS + 1), scene.path)
        self.first.set_data([0], [scene.start])
        self.level_line.set_data([0, YEARS], [scene.level] * 2)
        self.level_words.at(YEARS - 0.5, scene.level, self.say("level", number=f"{scene.level:,.0f}"))
        height = scene.level / MOST_CUSTOMERS
        side = 0.5 + 0.12 * height
        self.water.set_xy([(-0.5, 0), (0.5, 0), (side, height), (-side, height)])
        flow = 1 + scene.inflow / 20  # thicker arrows for more customers: the same in as out
        self.tap.set_linewidth(flow)
        self.leak.set_linewidth(flow)
        numbers = {"inflow": f"{scene.inflow:.0f}", "level": f"{scene.level:,.0f}", "percent": f"{scene.defection_rate * 100:.0f}"}
        for text, name in zip(self.flow_words, ("comes_in", "bucket_level", "leaks_out")):
            text.set_text(self.say(name, **numbers))

    def sentence(self, scene) -> str:
        return self.say(
            "bucket_sentence" if scene.years else "bucket_there",
            years=scene.years, inflow=f"{scene.inflow:.0f}", percent=f"{scene.defection_rate * 100:.0f}",
            **shown(",.0f", level=scene.level, start=scene.start, halved=2 * scene.level),
            **shown(".1f", more_in=scene.one_more_in, fewer_out=scene.one_fewer_out),
        )


class attitude_repeat_map(Picture):
    """Sixty customers by what they think of the firm and how often they buy; convenience moves them to the right."""

    # Sliders for what could be switches: one sees every customer move, and where to.
    convenience = Slider(low=0, high=1, step=0.1, start=1, shown=".0%")
    obstacles = Slider(low=0, high=1, step=0.1, start=1, shown=".0%")

    marks = {"true_loyalty": (BLUE, "o"), "latent_loyalty": (GREEN, "^"), "spurious_loyalty": (RED, "s"), "no_loyalty": (GREY, "x")}
    corners = {"true_loyalty": "upper right", "latent_loyalty": "upper left", "spurious_loyalty": "lower right", "no_loyalty": "lower left"}

    def scene(self, *, convenience, obstacles):
        found: dict[str, list] = {name: [] for name in self.marks}
        for attitude, pull, obstacle in sixty_customers():
            share = loyalty.repeat_share(attitude=attitude, convenience_pull=pull, obstacle=obstacle * obstacles, convenience=convenience)
            kind = loyalty.loyalty_type(attitude=attitude, repeat_share=share, attitude_boundary=HALF, repeat_boundary=HALF)
            found[kind].append((share, attitude))
        counts = {name: len(members) for name, members in found.items()}
        return SimpleNamespace(convenience=convenience, obstacles=obstacles, found=found, counts=counts)

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="map_title", x="repeat_axis", y="attitude_axis")
        self.axes.set(xlim=(-0.02, 1.02), ylim=(-0.14, 1.14), xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[0, 0.5, 1])
        self.axes.set_yticklabels([self.say("attitude_low"), "", self.say("attitude_high")])
        percent_axis(self.axes.xaxis)
        self.axes.add_patch(Rectangle((HALF, -0.14), 0.52, 0.64, facecolor=PALE, alpha=0.45, linewidth=0, zorder=0))

    def moved(self):
        self.dots = {name: self.axes.plot([], [], mark, color=colour, markersize=6, alpha=0.85)[0] for name, (colour, mark) in self.marks.items()}
        fields = {place: ("", INK if name == "no_loyalty" else self.marks[name][0]) for name, place in self.corners.items()}
        *lines, texts = two_by_two(self.axes, across=HALF, up=HALF, corners=fields, size=10)
        self.names = {name: texts[place] for name, place in self.corners.items()}
        return [*self.dots.values(), *lines, *self.names.values()]

    def follow(self, scene) -> None:
        for name, dots in self.dots.items():
            dots.set_data([share for share, _ in scene.found[name]], [attitude for _, attitude in scene.found[name]])
            self.names[name].set_text(self.say(name, count=scene.counts[name]))

    def sentence(self, scene) -> str:
        counts = scene.counts
        return self.say(
            "map_sentence",
            all=CUSTOMERS, repeat=counts["true_loyalty"] + counts["spurious_loyalty"], true=counts["true_loyalty"],
            spurious=counts["spurious_loyalty"], latent=counts["latent_loyalty"], none=counts["no_loyalty"],
            **shown(".0%", convenience=scene.convenience, obstacles=scene.obstacles),
        ) + self.say("map_spurious" if counts["spurious_loyalty"] else "map_gone")


def sixty_customers() -> list[tuple[float, float, float]]:
    """Attitude, pull of convenience and obstacle of each: invented, and the same every time."""
    draw = random.Random("sixty customers").random  # this sequence is one that Python promises to keep
    people = []
    for place in range(CUSTOMERS):
        attitude = 0.04 + 0.92 * (place + draw()) / CUSTOMERS  # spread evenly, so that no corner is empty by chance
        handy, hindered, pull, obstacle = draw() < 0.5, draw() < 0.3, draw(), draw()
        people.append((attitude, 0.35 + 0.6 * pull if handy else 0.1 * pull, 0.45 + 0.45 * obstacle if hindered else 0.08 * obstacle))
    return people


class four_kinds_of_loyalty(Picture):
    """Attitude and repeat purchase make four corners, and the four people of the kiosk stand in three of them."""

    corners = attitude_repeat_map.corners
    people = {"ms_he": (0.86, 0.84), "ms_wan": (0.14, 0.82), "mr_tang": (0.76, 0.33), "mr_luo": (0.9, 0.2)}

    def draw(self) -> None:
        axes = self.figure.subplots()
        no_axes(axes)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        marks = attitude_repeat_map.marks
        fields = {place: (self.say(f"{name}_field"), INK if name == "no_loyalty" else marks[name][0]) for name, place in self.corners.items()}
        two_by_two(axes, across=HALF, up=HALF, corners=fields, size=10)
        for name, (x, y) in self.people.items():
            kind = loyalty.loyalty_type(attitude=y, repeat_share=x, attitude_boundary=HALF, repeat_boundary=HALF)
            colour, mark = marks[kind]
            axes.plot([x], [y], mark, color=colour, markersize=9)
            self.label(axes, colour=INK, box=None, prefer="below").at(x, y, self.say(name))
        axes.set_xlabel(self.say("repeat_arrow"), fontsize=9, color=INK)
        axes.set_ylabel(self.say("attitude_arrow"), fontsize=9, color=INK)

    def sentence(self, scene) -> str:
        return self.say("four_kinds_sentence")
