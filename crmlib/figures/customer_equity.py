"""Pictures of lesson 10: the whale curve, lifting customers to a higher tier, three drivers as levers."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from crmlib import customer_equity as equity
from crmlib import running_case
from crmlib.figures.bars import Bars, NumberedBars
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY, WORDS, percent_axis, quiet_axes
from crmlib.language import term

# Our example: a hundred customers; what the largest brings before service falls off as a power of the rank, and serving a customer costs the same for all.
CUSTOMERS = 100
# Our example: a customer's contribution a year by tier, yuan, and the share of those treated who move up.
TIER_VALUES = {"iron": 200, "gold": 900, "platinum": 3000}
# Our example: two firms that are equal; only what counts for their customers differs.
EQUAL = dict.fromkeys(equity.DRIVERS, 5)
HIGHEST_SHARE = 2.2


class whale(Picture):
    """The cumulative profit of a hundred customers, best first, when a few bring most and serving each costs the same."""

    concentration = Slider(low=0.2, high=1.4, step=0.1, start=0.8, shown=".1f")
    cost_to_serve = Slider(low=0, high=0.6, step=0.05, start=0.2, shown=".0%")

    def scene(self, *, concentration, cost_to_serve):
        gross = [rank**-concentration for rank in range(1, CUSTOMERS + 1)]
        mean = sum(gross) / CUSTOMERS
        values = [each - cost_to_serve * mean for each in gross]
        curve = equity.whale_curve(values)
        peak = equity.whale_peak(values)
        return SimpleNamespace(
            shares=[0.0, *curve["share_of_customers"]],
            heights=[0.0, *curve["share_of_total"]],
            top=equity.top_share(values, share=0.2),
            losing=CUSTOMERS - peak.customers,
            peak=peak,
            cost=cost_to_serve,
        )

    def draw(self) -> None:
        self.axes = self.set_up(
            self.figure.subplots(), title="whale_title", x="customers_axis", y="profit_axis", percent="xy",
            xlim=(0, 1.02), ylim=(0, HIGHEST_SHARE), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        self.axes.axhline(1, color=GREY, linewidth=1)
        self.axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")

    def moved(self):
        (self.curve,) = self.axes.plot([], [], color=BLUE, linewidth=2.4)
        (self.guide,) = self.axes.plot([], [], color=ORANGE, linewidth=1, linestyle="--")
        (self.top,) = self.axes.plot([], [], "o", color=ORANGE, markersize=8)
        (self.peak,) = self.axes.plot([], [], "o", color=RED, markersize=9)
        self.peak_words = self.label(self.axes, colour=WORDS[RED], size=10, prefer=("above", "above right"))
        self.top_words = self.label(self.axes, colour=WORDS[ORANGE], size=10, prefer=("below right", "right"))
        return [self.curve, self.guide, self.top, self.peak]

    def follow(self, scene) -> None:
        self.curve.set_data(scene.shares, scene.heights)
        self.guide.set_data([0.2, 0.2], [0, scene.top])
        self.top.set_data([0.2], [scene.top])
        self.top_words.at(0.2, scene.top, self.say("top_fifth", percent=f"{scene.top * 100:.0f}"))
        at = scene.peak.customers / CUSTOMERS
        self.peak.set_data([at], [scene.peak.share_of_total])
        self.peak_words.at(at, scene.peak.share_of_total, self.say("peak", percent=f"{scene.peak.share_of_total * 100:.0f}") if scene.losing else "")

    def sentence(self, scene) -> str:
        name = "whale_sentence" if scene.losing else "whale_flat"
        return self.say(
            name,
            losing=scene.losing,
            **shown(".0%", top=scene.top, peak=scene.peak.share_of_total, lost=scene.peak.share_of_total - 1, cost=scene.cost),
        )


class pyramid_mover(Picture):
    """What a yuan returns that is spent on lifting iron customers to gold, or gold ones to platinum."""

    iron_success = Slider(low=0, high=0.3, step=0.01, start=0.08, shown=".0%")
    gold_success = Slider(low=0, high=0.3, step=0.01, start=0.05, shown=".0%")
    iron_cost = Slider(low=10, high=200, step=10, start=40)
    gold_cost = Slider(low=10, high=600, step=10, start=150)

    def scene(self, *, iron_success, gold_success, iron_cost, gold_cost):
        iron, gold, platinum = TIER_VALUES.values()
        returns = (
            equity.return_on_moving_tier(success_rate=iron_success, value_before=iron, value_after=gold, cost_per_customer=iron_cost),
            equity.return_on_moving_tier(success_rate=gold_success, value_before=gold, value_after=platinum, cost_per_customer=gold_cost),
        )
        return SimpleNamespace(returns=returns, gains=(iron_success * (gold - iron), gold_success * (platinum - gold)), costs=(iron_cost, gold_cost))

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="mover_title", rows=[self.say("iron_to_gold"), self.say("gold_to_platinum")])
        # A bar cannot be longer than it is at the most favourable ends of the sliders.
        self.limit = 3.0
        self.axes.set_xlim(-1.2, self.limit + 1.6)
        self.axes.axvline(0, color=INK, linewidth=0.9)

    def moved(self):
        self.bars = Bars(self.axes, (0, 1), limit=self.limit, horizontal=True)
        self.numbers = [self.label(self.axes, colour=INK, size=10, gap=4, box=None) for _ in (0, 1)]
        return self.bars.artists

    def follow(self, scene) -> None:
        self.bars.show(scene.returns, [GREEN if each >= 0 else RED for each in scene.returns])
        for row, (end, label, gain, cost) in enumerate(zip(self.bars.ends(scene.returns), self.numbers, scene.gains, scene.costs)):
            words = self.say("back_for_spent", gain=f"{gain:.0f}", cost=f"{cost:.0f}")
            label.at(max(end, 0), row, words, prefer="right")  # right of a bar to the left: there is always room

    def sentence(self, scene) -> str:
        iron, gold = scene.returns
        name = "mover_both_lose" if max(iron, gold) < 0 else "mover_iron" if iron > gold else "mover_gold" if gold > iron else "mover_equal"
        numbers = {"iron": f"{(1 + iron):.2f}", "gold": f"{(1 + gold):.2f}"}
        return self.say("mover_sentence", **numbers) + self.say(name)


class driver_levers(Picture):
    """How many of a hundred customers one more point of each driver wins, by what counts for them."""

    value_equity = Slider(low=0, high=1, step=0.05, start=0.6, shown=".2f")
    brand_equity = Slider(low=0, high=1, step=0.05, start=0.2, shown=".2f")
    relationship_equity = Slider(low=0, high=1, step=0.05, start=0.1, shown=".2f")

    def scene(self, **weights):
        gains = equity.gain_per_point(weights=weights, own=EQUAL, rival=EQUAL)
        order = sorted(gains, key=gains.get, reverse=True)
        return SimpleNamespace(gains=gains, best=order[0], tied=gains[order[0]] - gains[order[1]] < 1e-9)

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="levers_title", rows=[str(term(name)) for name in equity.DRIVERS], xlim=(0, 0.27))

    def moved(self):
        self.bars = NumberedBars(self.axes, range(3), gap=0.003, thick=0.55)
        return self.bars.artists

    def follow(self, scene) -> None:
        words = [self.say("won_of_hundred", number=f"{gain * 100:.1f}") for gain in scene.gains.values()]
        self.bars.show(scene.gains.values(), words, [BLUE if name == scene.best and not scene.tied else SKY for name in scene.gains])

    def sentence(self, scene) -> str:
        value, brand, relationship = (f"{scene.gains[name] * 100:.1f}" for name in equity.DRIVERS)
        name = "levers_tie" if scene.tied else f"levers_{scene.best}"
        return self.say("levers_sentence", value=value, brand=brand, relationship=relationship) + self.say(name)


class running_case_whale(Picture):
    """The whale curve of Stone Bridge's own customers, by their contribution a year."""

    def scene(self):
        values = _contributions()
        return SimpleNamespace(curve=equity.whale_curve(values), peak=equity.whale_peak(values), top=equity.top_share(values, share=0.2), count=len(values))

    def draw(self) -> None:
        scene = self.now
        axes = self.figure.subplots()
        quiet_axes(axes, title=self.say("case_title", count=f"{scene.count:,}"), x=self.say("customers_axis"), y=self.say("profit_axis"))
        axes.plot([0, *scene.curve["share_of_customers"]], [0, *scene.curve["share_of_total"]], color=BLUE, linewidth=2.4)
        axes.axhline(1, color=GREY, linewidth=1)
        axes.set(xlim=(0, 1.02), ylim=(0, max(1.25, scene.peak.share_of_total * 1.15)))
        percent_axis(axes.xaxis)
        percent_axis(axes.yaxis)
        axes.plot([0.2], [scene.top], "o", color=ORANGE, markersize=8)
        at = scene.peak.customers / scene.count
        axes.plot([at], [scene.peak.share_of_total], "o", color=RED, markersize=8)
        self.label(axes, colour=WORDS[ORANGE], size=10, prefer="below right").at(0.2, scene.top, self.say("top_fifth", percent=f"{scene.top * 100:.0f}"))
        self.label(axes, colour=WORDS[RED], size=10, prefer="above").at(
            at, scene.peak.share_of_total, self.say("peak", percent=f"{scene.peak.share_of_total * 100:.0f}")
        )

    def sentence(self, scene) -> str:
        return self.say(
            "case_sentence",
            lost=f"{scene.peak.lost:,.0f}",
            **shown(".0%", top=scene.top, peak=scene.peak.share_of_total),
            **shown(",", losing=scene.count - scene.peak.customers, count=scene.count),
        )


@cache
def _contributions() -> tuple[float, ...]:
    found = running_case.yearly_contribution(running_case.load("customers"), running_case.load("purchases"))
    return tuple(found.astype(float))
