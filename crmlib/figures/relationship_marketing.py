"""Pictures of lesson 03: where a relationship pays, trust under kept and broken promises, what a bonus makes people do; the two orientations."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from matplotlib.patches import Ellipse

from crmlib import relationship_marketing as marketing
from crmlib import running_case
from crmlib.figures.controls import Slider
from crmlib.figures.drawing import NAME, columns
from crmlib.figures.numbers import minus, shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED

# Our example, yuan: a sale costs 60 by transaction marketing and 20 of care in a relationship; rivals tempt with 100.
COSTS = {"care_per_period": 20, "selling_cost": 60}
TEMPTATION = 100
HIGHEST_SWITCHING_COST, LONGEST_HORIZON = 1000, 20
# Our example: thirty promises, and half of the full trust to begin with.
PROMISES, START = 30, 0.5
# Our example: a sales team that could sign 300 contracts a year if it did nothing else.
TEAM: dict[str, Any] = {
    "start": 1000, "years": 10, "contracts_at_full_time": 300, "lowest_retention": 0.6, "highest_retention": 0.9, "margin": 100,
}  # fmt: skip
# Our reading: markets by how far the customer looks ahead and what leaving would cost it, both from 0 to 1.
MARKETS = {"grain": (0.06, 0.2), "vending": (0.14, 0.34), "hairdresser": (0.2, 0.72), "removal": (0.6, 0.24), "hospital": (0.58, 0.66), "engines": (0.72, 0.82)}
# Our example: what Stone Bridge assumes about its business customers, and five whom lesson 2 has introduced.
CASE_YEAR = 2024
CASE = {"cost_per_problem": 2000, "temptation": 2000, "investment_share": 0.12, "care_share": 0.04, "selling_share": 0.1}
NAMED = {20002: "canteen", 20006: "tower", 20087: "restaurant", 20164: "hotel", 20170: "bakery"}
WEIGHTS = [step / 20 for step in range(21)]


class where_relationships_pay(Picture):
    """The line between transaction and relationship marketing, by the customer's horizon and switching cost."""

    switching_cost = Slider(low=0, high=HIGHEST_SWITCHING_COST, step=20, start=200, shown=",.0f")
    horizon = Slider(low=1, high=LONGEST_HORIZON, step=1, start=4)
    investment = Slider(low=0, high=400, step=50, start=100)

    def scene(self, *, switching_cost, horizon, investment):
        kept = marketing.retention_from_switching_cost(switching_cost=switching_cost, temptation=TEMPTATION)
        advantage = marketing.relationship_advantage(horizon=horizon, retention_rate=kept, investment=investment, **COSTS)
        return Scene(kept=kept, advantage=advantage, pays=advantage > 1e-9, line=_line(investment))

    def draw(self) -> None:
        top = LONGEST_HORIZON + 1
        axes = self.set_up(
            title="pays_title", x="switching_axis", y="horizon_axis", xlim=(0, HIGHEST_SWITCHING_COST * 1.02), ylim=(0, top), yticks=[1, 5, 10, 15, 20],
        )
        area, side = axes.fill_between([0], [0], [0], color=GREEN, alpha=0.18, linewidth=0), {"transform": axes.transAxes, "ha": "right"}
        self.moves(area, lambda now: area.set_data(*(columns(now.line) if now.line else ([0], [top])), top))
        self.line(axes, lambda now: columns(now.line), color=GREEN, linewidth=2)
        self.mark(
            axes, lambda now: (now.switching_cost, now.horizon),
            lambda now: self.say("advantage", amount=minus(now.advantage, "+,.0f")),
            colour=lambda now: GREEN if now.pays else RED, size=11, clip_on=False, label={"gap": 9},
        )
        # Both keep off the mark where it comes near their edge.
        self.write(
            axes, lambda now: (0.98, 0.95 if now.horizon < 18 else 0.8), lambda now: self.say("relationship_area") if now.line else "",
            colour=GREEN, va="top", **side,
        )
        self.write(
            axes, lambda now: (0.9, 0.03 if now.horizon > 2 else 0.15),
            lambda now: "" if now.line and now.line[0][0] == 0 else self.say("transaction_area"), va="bottom", **side,
        )

    def sentence(self, scene) -> str:
        return self.say(
            "pays_relationship" if scene.pays else "pays_transaction",
            horizon=scene.horizon, kept=f"{scene.kept * 100:.0f}",
            **shown(",.0f", cost=scene.switching_cost, amount=abs(scene.advantage)),
        )


@lru_cache(maxsize=16)
def _line(investment: float) -> list[tuple[float, int]]:
    """From which horizon on a relationship pays, at each switching cost at which it does."""
    found: list[tuple[float, int]] = []
    for cost in range(0, HIGHEST_SWITCHING_COST + 21, 20):
        kept = marketing.retention_from_switching_cost(switching_cost=cost, temptation=TEMPTATION)
        horizon = marketing.break_even_horizon(retention_rate=kept, investment=investment, longest=LONGEST_HORIZON, **COSTS)
        if horizon is not None:
            found.append((cost, horizon))
    return found


class promise_keeper(Picture):
    """Trust over thirty promises, one of which is broken."""

    kept_before = Slider(low=0, high=20, step=1, start=8)
    gain = Slider(low=0.05, high=0.3, step=0.01, start=0.1, shown=".0%")
    loss = Slider(low=0.1, high=0.9, step=0.05, start=0.5, shown=".0%")

    def scene(self, *, kept_before, gain, loss):
        order = [place != kept_before for place in range(PROMISES)]
        path = [START, *marketing.trust_after(order, start=START, gain=gain, loss=loss)]
        before = path[kept_before]
        repair = marketing.promises_to_repair(trust=before, gain=gain, loss=loss)
        return Scene(path=path, before=before, after=path[kept_before + 1], repair=repair)

    def draw(self) -> None:
        axes = self.set_up(
            title="trust_title", x="promises_axis", y="trust_axis", percent="y", xlim=(-0.5, PROMISES + 1), ylim=(0, 1.1), yticks=[0, 0.25, 0.5, 0.75, 1],
        )

        def again(now):
            at = now.kept_before + 1 + (now.repair or 0)
            return (at, now.path[at]) if now.repair is not None and at <= PROMISES else None

        self.line(axes, lambda now: ([now.kept_before, PROMISES], [now.before] * 2), ":", color=GREY, linewidth=1)
        self.line(axes, lambda now: (range(len(now.path)), now.path), "o-", color=BLUE, linewidth=1.8, markersize=4)
        broken = self.say("broken")
        self.mark(axes, lambda now: (now.kept_before + 1, now.after), broken, "X", colour=RED, size=11, prefer=("below right", "right", "below"))
        self.mark(axes, again, lambda now: self.say("as_before", count=now.repair), "*", colour=GREEN, size=14, prefer=("above", "above left"))

    def sentence(self, scene) -> str:
        return self.say("trust_sentence", kept=scene.kept_before, before=f"{scene.before * 100:.0f}", after=f"{scene.after * 100:.0f}", repair=scene.repair)


class what_is_rewarded(Picture):
    """Contracts signed and customers at hand over ten years, and what every bonus leaves in the tenth year."""

    acquisition_weight = Slider(low=0, high=1, step=0.05, start=0.9, shown=".0%")
    cost_per_contract = Slider(low=0, high=400, step=50, start=150)

    def scene(self, *, acquisition_weight, cost_per_contract):
        path = _years(acquisition_weight, cost_per_contract)
        ends = [_years(weight, cost_per_contract)["contribution"].iloc[-1] / 1000 for weight in WEIGHTS]
        best = max(range(len(WEIGHTS)), key=ends.__getitem__)
        return Scene(
            customers=[TEAM["start"], *path["customers"]], signed=[0, *path["new"].cumsum()], new=path["new"].iloc[-1],
            ends=ends, earned=path["contribution"].iloc[-1] / 1000, best=WEIGHTS[best], most=ends[best],
        )

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.2, 1))
        self.set_up(left, title="team_title", x="year_axis", xlim=(0, 10.5), ylim=(0, 3300), xticks=range(0, 11, 2))
        self.set_up(right, title="earned_title", x="weight_axis", percent="x", xlim=(-0.05, 1.05), ylim=(-60, 165), xticks=[0, 0.25, 0.5, 0.75, 1])
        right.axhline(0, color=GREY, linewidth=0.8)
        self.line(
            left, lambda now: (range(11), now.signed), "--", color=ORANGE, linewidth=2,
            words=lambda now: self.say("signed", number=f"{now.signed[-1]:,.0f}"), prefer=("above left", "left"),
        )
        self.line(
            left, lambda now: (range(11), now.customers), color=BLUE, linewidth=2.2,
            words=lambda now: self.say("at_hand", number=f"{now.customers[-1]:,.0f}"), prefer=("below left", "above left"),
        )
        self.line(right, lambda now: (WEIGHTS, now.ends), color=GREY, linewidth=1.6)
        self.best_and_here(
            right, lambda now: (now.best, now.most), lambda now: self.say("most", number=f"{now.most:,.0f}"),
            lambda now: (now.acquisition_weight, now.earned), lambda now: self.say("thousand", number=minus(now.earned, ",.0f")),
            prefer=("below", "above", "left"),
        )

    def sentence(self, scene) -> str:
        return self.say(
            "rewarded_sentence",
            earned=minus(scene.earned, ",.0f"),
            **shown(".0%", weight=scene.acquisition_weight, best=scene.best),
            **shown(",.0f", new=scene.new, signed=scene.signed[-1], customers=scene.customers[-1], most=scene.most),
        )


@lru_cache(maxsize=512)
def _years(acquisition_weight: float, cost_per_contract: float):
    return marketing.growth_under_bonus(acquisition_weight=acquisition_weight, cost_per_contract=cost_per_contract, **TEAM)


class two_orientations(Picture):
    """Where transaction and where relationship marketing stands, by the customer's horizon and switching cost."""

    def draw(self) -> None:
        axes = self.set_up(x="leaving_axis", y="ahead_axis", xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        axes.grid(False)
        corners = {
            "upper left": (self.say("only_far"), INK),
            "upper right": (self.say("relationship_corner"), GREEN),
            "lower left": (self.say("transaction_corner"), ORANGE),
            "lower right": (self.say("only_bound"), INK),
        }
        self.fields(axes, corners, across=0.5, up=0.5)
        for name, (leaving, ahead) in MARKETS.items():
            colour = GREEN if min(leaving, ahead) > 0.5 else ORANGE if max(leaving, ahead) < 0.5 else GREY
            self.mark(axes, (leaving, ahead), self.say(f"market_{name}"), colour=colour, size=8, prefer="right", label=NAME)


class orientation_map(Picture):
    """The exam text's figure with two axes; on the one that runs upwards the places of the two marketings are lost."""

    def draw(self) -> None:
        axes = self.set_up(bare=True, xlim=(-1.75, 1.75), ylim=(-1.2, 1.2))
        for start, end in (((-1.1, 0), (1.1, 0)), ((0, -0.95), (0, 0.95))):
            axes.annotate("", end, start, arrowprops={"arrowstyle": "<->", "color": INK, "linewidth": 1.3})
        for across, name, colour in ((-0.72, "traditional", ORANGE), (0.72, "relational", GREEN)):
            axes.add_patch(Ellipse((across, 0), 0.62, 1.75, facecolor=colour, alpha=0.15, edgecolor=colour, linestyle="--", linewidth=1.4))
            self.write(axes, (across, 0.45), self.say(name), size=10, colour=colour, ha="center", va="center")
            self.write(axes, (across, -0.42), self.say("place_lost"), ha="center", va="center")
        for x, y, name, side, level in (
            (-1.14, 0, "transaction", "right", "center"),
            (1.14, 0, "relationship", "left", "center"),
            (0, 1, "resource", "center", "bottom"),
            (0, -1, "production", "center", "top"),
        ):
            self.write(axes, (x, y), self.say(f"orientation_{name}"), size=10, ha=side, va=level)


class running_case_map(Picture):
    """How many business customers of Stone Bridge stand where, by horizon and switching cost, and with whom a relationship pays."""

    def scene(self):
        found = _case()
        pays = found[found["advantage"] > 0]
        return Scene(
            places=found.groupby(["switching_cost", "horizon"])["advantage"].agg(["size", "sum"]).reset_index(),
            named=found[found["customer_id"].isin(NAMED)],
            count=len(found),
            chosen=len(pays),
            gain=pays["advantage"].sum(),
            everybody=found["advantage"].sum(),
        )

    def draw(self) -> None:
        horizons = sorted(self.now.places["horizon"].unique())
        self.rows = {horizon: row for row, horizon in enumerate(horizons)}
        costs = sorted(self.now.places["switching_cost"].unique())
        axes = self.set_up(title="case_title", x="switching_axis", y="years_axis", xlim=(-1200, 13200), ylim=(-0.5, 2.7), xticks=costs)
        axes.set_yticks(range(len(horizons)), horizons)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        for place in self.now.places.itertuples():
            row = self.rows[place.horizon]
            axes.scatter([place.switching_cost], [row], s=130 + place.size * 9, color=GREEN if place.sum > 0 else ORANGE, alpha=0.3, linewidth=0)
            self.write(axes, (place.switching_cost, row), f"{place.size}", ha="center", va="center")
        self.write(axes, (-900, self.rows[max(self.rows)]), self.say("relationship_area"), colour=GREEN, va="center")
        self.write(axes, (13000, 0.5), self.say("transaction_area"), colour=ORANGE, ha="right", va="center")
        for where, names in self._named().items():
            self.label(axes, where, ", ".join(names), colour=BLUE, gap=14, prefer="above")

    def _named(self) -> dict[tuple[float, int], list[str]]:
        found: dict[tuple[float, int], list[str]] = {}
        for row in self.now.named.itertuples():
            found.setdefault((row.switching_cost, self.rows[row.horizon]), []).append(self.say(f"case_{NAMED[row.customer_id]}"))
        return found

    def sentence(self, scene) -> str:
        numbers = {"gain": f"{scene.gain:,.0f}", "everybody": f"{abs(scene.everybody):,.0f}"}
        return self.say("case_sentence", count=scene.count, chosen=scene.chosen, **numbers)


@cache
def _case():
    known = running_case.load("relationships")
    return marketing.relationship_by_customer(known[known["year"] == CASE_YEAR], years_ahead=running_case.YEARS_AHEAD, **CASE)
