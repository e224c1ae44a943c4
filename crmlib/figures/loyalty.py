"""Pictures of lesson 08: satisfaction and staying, the leaky bucket, attitude and repeat purchase."""

from __future__ import annotations

import random
from typing import Any

from matplotlib.patches import FancyArrowPatch, Rectangle

from crmlib import loyalty
from crmlib.figures.controls import Slider
from crmlib.figures.drawing import NAME, columns
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY

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
        return Scene(shares=shares, one=one, here=here, four=four, top=shares[-1], held=held, times=times)

    def draw(self) -> None:
        axes = self.set_up(
            title="curve_title", x="satisfaction_axis", y="staying_axis", percent="y",
            xlim=(0.9, 5.55), ylim=(0, 1.12), xticks=range(1, 6), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        axes.plot(self.scores, self.free, color=INK, linewidth=1.5, linestyle="--")
        lower = list(reversed(list(zip(self.scores, self.free))))
        self.area(axes, lambda now: [*zip(self.scores, now.shares), *lower], colour=ORANGE, alpha=0.3)
        self.line(axes, lambda now: (self.scores, now.shares), color=BLUE, linewidth=2.4)
        self.line(axes, lambda now: ([now.satisfaction] * 2, [0, now.here]), ":", color=BLUE, linewidth=1)
        self.mark(axes, lambda now: (5, now.top), lambda now: self.say("top", number=f"{now.top * 100:.0f}"), size=8, clip_on=False, prefer="right")
        self.mark(
            axes, lambda now: (now.satisfaction, now.here), lambda now: self.say("of_hundred", number=f"{now.here * 100:.0f}") if now.satisfaction < 5 else "",
            size=8, clip_on=False, prefer=("above left", "above right", "above"),
        )
        held, free = self.say("held"), self.say("free")
        self.label(axes, lambda now: (1.75, now.shares[0] / 2), lambda now: held if now.shares[0] > 0.16 else "", prefer=("on", "right"))
        # Where nobody is held both curves are one.
        self.label(axes, (4.3, self.free[66]), lambda now: free if now.shares[0] - self.free[0] > 0.02 else "", prefer=("below right", "right"))

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
        return Scene(level=found.steady_state, path=path, years=years, one_more_in=found.one_more_in, one_fewer_out=found.one_fewer_out)

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.9, 1))
        self.set_up(left, title="path_title", x="year_axis", y="customers_axis", xlim=(0, YEARS), ylim=(0, MOST_CUSTOMERS * 1.12))
        self.line(left, lambda now: ([0, YEARS], [now.level] * 2), "--", color=ORANGE, linewidth=1.5)
        self.line(left, lambda now: (range(YEARS + 1), now.path), color=BLUE, linewidth=2.2)
        self.mark(left, lambda now: (0, now.start), size=7, clip_on=False)
        self.label(
            left, lambda now: (YEARS - 0.5, now.level), lambda now: self.say("level", number=f"{now.level:,.0f}"), size=10, prefer=("above left", "below left"),
        )
        self._draw_bucket(right)

    def _draw_bucket(self, axes) -> None:
        def water(now):
            height = now.level / MOST_CUSTOMERS
            side = 0.5 + 0.12 * height
            return [(-0.5, 0), (0.5, 0), (side, height), (-side, height)]

        axes.set(xlim=(-1, 1), ylim=(-0.42, 1.42), xticks=[], yticks=[])
        axes.axis("off")
        axes.plot([-0.62, -0.5, 0.5, 0.62], [1, 0, 0, 1], color=INK, linewidth=2)
        self.area(axes, water, colour=SKY, alpha=0.7)
        for start, end, colour in (((0, 1.2), (0, 1.02), BLUE), ((0.25, 0), (0.25, -0.18), RED)):
            arrow = axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, color=colour, shrinkA=0, shrinkB=0))
            # Thicker arrows for more customers: the same in as out.
            self.moves(arrow, lambda now, arrow=arrow: arrow.set_linewidth(1 + now.inflow / 20))
        look: dict[str, Any] = {"ha": "center"}
        self.write(axes, (0, 1.23), lambda now: self.say("comes_in", inflow=f"{now.inflow:.0f}"), va="bottom", **look)
        self.write(axes, (0, 0.5), lambda now: self.say("bucket_level", level=f"{now.level:,.0f}"), size=12, va="center", **look)
        out = "leaks_out"
        self.write(axes, (0, -0.21), lambda now: self.say(out, inflow=f"{now.inflow:.0f}", percent=f"{now.defection_rate * 100:.0f}"), va="top", **look)

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
    words_colours = {name: INK if name == "no_loyalty" else colour for name, (colour, _) in marks.items()}
    corners = {"true_loyalty": "upper right", "latent_loyalty": "upper left", "spurious_loyalty": "lower right", "no_loyalty": "lower left"}

    def scene(self, *, convenience, obstacles):
        found: dict[str, list] = {name: [] for name in self.marks}
        for attitude, pull, obstacle in sixty_customers():
            share = loyalty.repeat_share(attitude=attitude, convenience_pull=pull, obstacle=obstacle * obstacles, convenience=convenience)
            kind = loyalty.loyalty_type(attitude=attitude, repeat_share=share, attitude_boundary=HALF, repeat_boundary=HALF)
            found[kind].append((share, attitude))
        counts = {name: len(members) for name, members in found.items()}
        return Scene(found=found, counts=counts)

    def draw(self) -> None:
        axes = self.set_up(
            title="map_title", x="repeat_axis", y="attitude_axis", percent="x",
            xlim=(-0.02, 1.02), ylim=(-0.14, 1.14), xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[0, 0.5, 1],
        )
        axes.set_yticklabels([self.say("attitude_low"), "", self.say("attitude_high")])
        axes.add_patch(Rectangle((HALF, -0.14), 0.52, 0.64, facecolor=PALE, alpha=0.45, linewidth=0, zorder=0))
        fields = {}
        for name, (colour, shape) in self.marks.items():
            self.line(axes, lambda now, name=name: columns(now.found[name]), shape, color=colour, markersize=6, alpha=0.85)
            fields[self.corners[name]] = (lambda now, name=name: self.say(name, count=now.counts[name]), self.words_colours[name])
        self.fields(axes, fields, across=lambda now: HALF, up=lambda now: HALF, size=10)

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
        axes = self.set_up(x="repeat_arrow", y="attitude_arrow", bare=True, xlim=(0, 1), ylim=(0, 1))
        colours = attitude_repeat_map.words_colours
        self.fields(axes, {place: (self.say(f"{name}_field"), colours[name]) for name, place in self.corners.items()}, across=HALF, up=HALF, size=10)
        for name, (x, y) in self.people.items():
            kind = loyalty.loyalty_type(attitude=y, repeat_share=x, attitude_boundary=HALF, repeat_boundary=HALF)
            colour, shape = attitude_repeat_map.marks[kind]
            self.mark(axes, (x, y), self.say(name), shape, colour=colour, prefer="below", label=NAME)
