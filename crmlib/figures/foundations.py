"""Pictures of lesson 01: the scorecard of valuable customers, hunting or gardening, two shops and the cost of changing."""

from __future__ import annotations

from functools import cache
from typing import Any

from crmlib import foundations
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREY, ORANGE, RED, SKY

# Our example: five businesses that Stone Bridge might supply, scored from 0 to 10; a high score always speaks for the customer.
PROSPECTS = {
    "hotel_group": (6, 4, 2, 2, 3, 9, 4, 3, 5),
    "university": (5, 8, 6, 5, 7, 5, 8, 6, 6),
    "bakery": (8, 4, 7, 9, 8, 3, 7, 7, 5),
    "law_office": (2, 3, 2, 2, 1, 4, 3, 9, 7),
    "food_market": (3, 6, 5, 4, 5, 7, 6, 2, 3),
}
# Our example: a firm with 1,000 customers; a new one costs 300 yuan, and 8 yuan a customer bring retention half the way from 60 to 92 %.
GARDEN: dict[str, Any] = {
    "start": 1000, "years": 10, "acquisition_cost": 300, "lowest_retention": 0.6, "highest_retention": 0.92, "keeping_spend": 8,
}  # fmt: skip
SHARES = [step / 20 for step in range(21)]
MOST_CUSTOMERS = 2000


def prospects():
    """The five businesses as the scorecard takes them."""
    import pandas

    return pandas.DataFrame([(name, *scores) for name, scores in PROSPECTS.items()], columns=["customer", *foundations.CRITERIA])


_prospects = cache(prospects)


class valuable_customer_scorecard(Picture):
    """Five prospects by their weighted scores: what counts decides who is valuable."""

    strategic = Slider(low=0, high=5, step=1, start=0)
    current_contribution = Slider(low=0, high=5, step=1, start=5)
    future_contribution = Slider(low=0, high=5, step=1, start=0)
    profitability = Slider(low=0, high=5, step=1, start=0)

    def scene(self, *, strategic, current_contribution, future_contribution, profitability):
        groups = foundations.CRITERIA_GROUPS
        weights = dict.fromkeys(groups["strategic"], strategic) | dict.fromkeys(groups["profitability"], profitability)
        weights |= {"current_contribution": current_contribution, "future_contribution": future_contribution}
        ranking = foundations.valuable_customer_ranking(_prospects(), weights=weights).set_index("customer")
        first, second = ranking.index[:2]
        tied = bool(ranking["rank"].iloc[1] == 1)
        return Scene(scores=ranking["score"].to_dict(), ranks=ranking["rank"].to_dict(), first=first, second=second, tied=tied)

    def draw(self) -> None:
        axes = self.set_up(title="scorecard_title", rows=[self.say(name) for name in PROSPECTS], xlim=(0, 11.5))
        self.numbered_bars(axes, range(len(PROSPECTS)), self._scored, gap=0.12)

    def _scored(self, now) -> tuple:
        scores, ranks = ([found[name] for name in PROSPECTS] for found in (now.scores, now.ranks))
        words = [self.say("score_and_rank", score=f"{score:.1f}", rank=rank) for score, rank in zip(scores, ranks)]
        return scores, words, [BLUE if rank == 1 else SKY for rank in ranks]

    def sentence(self, scene) -> str:
        name = "scorecard_tie" if scene.tied else "scorecard_buyer" if scene.first == "hotel_group" else "scorecard_overtaken"
        return self.say(
            name,
            first=self.say(scene.first), second=self.say(scene.second), rank=scene.ranks["hotel_group"],
            **shown(".1f", score=scene.scores[scene.first], next=scene.scores[scene.second], hotel=scene.scores["hotel_group"]),
        )


class hunting_or_gardening(Picture):
    """A customer base over ten years, and what every way to share the budget leaves after them."""

    acquisition_share = Slider(low=0, high=1, step=0.05, start=0.9, shown=".0%")
    budget = Slider(low=20, high=120, step=10, start=60)  # thousand yuan a year

    def scene(self, *, acquisition_share, budget):
        path = _path(acquisition_share, budget)
        ends = [_path(share, budget)["end"].iloc[-1] for share in SHARES]
        best = max(range(len(SHARES)), key=ends.__getitem__)
        last = path.iloc[-1]
        return Scene(
            base=[GARDEN["start"], *path["end"].tolist()], ends=ends, best=SHARES[best], most=ends[best],
            end=last["end"], won=last["won"], lost=last["lost"], retention=last["retention_rate"],
        )

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.25, 1), sharey=True)
        self.set_up(left, title="base_title", x="years_axis", y="customers_axis", xlim=(0, 10.4), ylim=(0, MOST_CUSTOMERS), xticks=range(0, 11, 2))
        self.set_up(right, title="shares_title", x="share_axis", percent="x", xlim=(-0.04, 1.04), xticks=[0, 0.25, 0.5, 0.75, 1])
        for axes in (left, right):
            axes.axhline(GARDEN["start"], color=GREY, linewidth=0.8, linestyle=":")
        self.line(
            left, lambda now: (range(11), now.base), "o-", color=BLUE, linewidth=2, markersize=4, clip_on=False,
            words=lambda now: self.say("customers", number=f"{now.end:,.0f}"), prefer=("above left", "below left"),
        )
        self.line(right, lambda now: (SHARES, now.ends), color=GREY, linewidth=1.6)
        self.best_and_here(
            right, lambda now: (now.best, now.most), lambda now: self.say("best", number=f"{now.most:,.0f}"),
            lambda now: (now.acquisition_share, now.end), lambda now: self.say("here"), prefer=("above", "below", "left"), clip_on=False,
        )

    def sentence(self, scene) -> str:
        name = "garden_same" if abs(scene.won - scene.lost) < 0.02 * scene.end else "garden_grows" if scene.won > scene.lost else "garden_shrinks"
        return self.say(
            "garden_sentence",
            budget=scene.budget,
            **shown(".0%", share=scene.acquisition_share, retention=scene.retention),
            **shown(",.0f", end=scene.end, won=scene.won, lost=scene.lost),
        ) + self.say(name, best=f"{scene.best * 100:.0f}", most=f"{scene.most:,.0f}")


@cache
def _path(acquisition_share: float, budget: int):
    return foundations.customers_over_years(acquisition_share=acquisition_share, budget=budget * 1000, **GARDEN)


class switching_cost_market(Picture):
    """How many customers a slightly better rival takes away, at every cost of changing."""

    value_gap = Slider(low=0, high=20, step=1, start=2)
    switching_cost = Slider(low=0, high=40, step=1, start=20)

    costs = [cost / 4 for cost in range(161)]

    def scene(self, *, value_gap, switching_cost):
        curve = [foundations.switching_share(value_gap=value_gap, switching_cost=cost) for cost in self.costs]
        moved = foundations.switching_share(value_gap=value_gap, switching_cost=switching_cost)
        kept = foundations.market_after(share=0.5, value_gap=-value_gap, switching_cost=switching_cost)
        return Scene(curve=curve, moved=moved, shares=(kept, 1 - kept))

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        self.set_up(
            left, title="switching_title", x="switching_axis", y="moved_axis", percent="y",
            xlim=(-0.5, 41), ylim=(0, 1.12), yticks=[0, 0.25, 0.5, 0.75, 1],
        )
        self.set_up(right, title="market_title", rows=[self.say("this_shop"), self.say("better_shop")], xlim=(0, 1.25))
        self.line(left, lambda now: (self.costs, now.curve), color=GREY, linewidth=1.8)
        self.line(left, lambda now: ([now.switching_cost] * 2, [0, now.moved]), color=RED, linewidth=1)
        self.mark(
            left, lambda now: (now.switching_cost, now.moved), lambda now: self.say("of_hundred_move", number=f"{now.moved * 100:.0f}"),
            colour=RED, clip_on=False, prefer=("above right", "above left"),
        )
        self.numbered_bars(
            right, (0, 1), lambda now: (now.shares, [self.say("percent_of_market", number=f"{share * 100:.0f}") for share in now.shares]),
            gap=0.02, thick=0.5, colour=(BLUE, ORANGE),
        )

    def sentence(self, scene) -> str:
        name = "switching_all" if scene.moved == 1 else "switching_none" if scene.moved == 0 else "switching_some"
        numbers = {"gap": scene.value_gap, "cost": scene.switching_cost, "moved": f"{scene.moved * 100:.0f}", "kept": f"{scene.shares[0] * 100:.0f}"}
        return self.say("switching_sentence", **numbers) + self.say(name)
