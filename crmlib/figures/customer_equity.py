"""Pictures of lesson 10: the whale curve, lifting customers to a higher tier, three drivers as levers."""

from __future__ import annotations

from functools import cache

from crmlib import customer_equity as equity
from crmlib import running_case
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY
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
        return _whale([each - cost_to_serve * mean for each in gross])

    def draw(self) -> None:
        axes = self.set_up(
            title="whale_title", x="customers_axis", y="profit_axis", percent="xy",
            xlim=(0, 1.02), ylim=(0, HIGHEST_SHARE), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        )
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
        self.line(axes, lambda now: ([0.2, 0.2], [0, now.top]), "--", color=ORANGE, linewidth=1)
        _draw_whale(self, axes)

    def sentence(self, scene) -> str:
        name = "whale_sentence" if scene.losing else "whale_flat"
        return self.say(
            name,
            losing=scene.losing,
            **shown(".0%", top=scene.top, peak=scene.peak.share_of_total, lost=scene.peak.share_of_total - 1, cost=scene.cost_to_serve),
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
        return Scene(returns=returns, gains=(iron_success * (gold - iron), gold_success * (platinum - gold)), costs=(iron_cost, gold_cost))

    def draw(self) -> None:
        # A bar cannot be longer than it is at the most favourable ends of the sliders.
        limit = 3.0
        axes = self.set_up(title="mover_title", rows=[self.say("iron_to_gold"), self.say("gold_to_platinum")], xlim=(-1.2, limit + 1.6))
        axes.axvline(0, color=INK, linewidth=0.9)
        self.cut_bars(
            axes, (0, 1), lambda now: (now.returns, [GREEN if each >= 0 else RED for each in now.returns]),
            lambda now: [self.say("back_for_spent", gain=f"{gain:.0f}", cost=f"{cost:.0f}") for gain, cost in zip(now.gains, now.costs)],
            limit=limit, horizontal=True,
        )

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
        return Scene(gains=gains, best=order[0], tied=gains[order[0]] - gains[order[1]] < 1e-9)

    def draw(self) -> None:
        axes = self.set_up(title="levers_title", rows=[str(term(name)) for name in equity.DRIVERS], xlim=(0, 0.27))
        self.numbered_bars(axes, range(3), self._bars_shown, gap=0.003, thick=0.55)

    def _bars_shown(self, now) -> tuple:
        words = [self.say("won_of_hundred", number=f"{gain * 100:.1f}") for gain in now.gains.values()]
        return now.gains.values(), words, [BLUE if name == now.best and not now.tied else SKY for name in now.gains]

    def sentence(self, scene) -> str:
        value, brand, relationship = (f"{scene.gains[name] * 100:.1f}" for name in equity.DRIVERS)
        name = "levers_tie" if scene.tied else f"levers_{scene.best}"
        return self.say("levers_sentence", value=value, brand=brand, relationship=relationship) + self.say(name)


class running_case_whale(Picture):
    """The whale curve of Stone Bridge's own customers, by their contribution a year."""

    def scene(self):
        return _whale(_contributions())

    def draw(self) -> None:
        axes = self.set_up(
            title="case_title", x="customers_axis", y="profit_axis", percent="xy", numbers={"count": f"{self.now.count:,}"},
            xlim=(0, 1.02), ylim=(0, max(1.25, self.now.peak.share_of_total * 1.15)),
        )
        _draw_whale(self, axes)

    def sentence(self, scene) -> str:
        return self.say(
            "case_sentence",
            lost=f"{scene.peak.lost:,.0f}",
            **shown(".0%", top=scene.top, peak=scene.peak.share_of_total),
            **shown(",", losing=scene.losing, count=scene.count),
        )


def _whale(values) -> Scene:
    curve, peak = equity.whale_curve(values), equity.whale_peak(values)
    return Scene(
        shares=[0.0, *curve["share_of_customers"]], heights=[0.0, *curve["share_of_total"]], top=equity.top_share(values, share=0.2),
        count=len(values), losing=len(values) - peak.customers, peak=peak,
    )


def _draw_whale(picture: Picture, axes) -> None:
    """The curve with its peak, where some customers lose money, and what the best fifth brings."""

    def peak(now):
        return picture.say("peak", percent=f"{now.peak.share_of_total * 100:.0f}") if now.losing else ""

    def top(now):
        return picture.say("top_fifth", percent=f"{now.top * 100:.0f}")

    axes.axhline(1, color=GREY, linewidth=1)
    picture.line(axes, lambda now: (now.shares, now.heights), color=BLUE, linewidth=2.4)
    picture.mark(axes, lambda now: (now.peak.customers / now.count, now.peak.share_of_total), peak, colour=RED, prefer=("above", "above right"))
    picture.mark(axes, lambda now: (0.2, now.top), top, colour=ORANGE, size=8, prefer=("below right", "right"))


@cache
def _contributions() -> tuple[float, ...]:
    found = running_case.yearly_contribution(running_case.load("customers"), running_case.load("purchases"))
    return tuple(found.astype(float))
