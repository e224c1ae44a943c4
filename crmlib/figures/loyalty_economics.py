"""Pictures of lesson 09: two mailings, the way to break-even, lifetime and value by retention, the credit-card figure, the six factors."""

from __future__ import annotations

import math
from typing import Any

from crmlib import loyalty_economics as economics
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import minus, shown
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, RED
from crmlib.language import percent

# The classroom version of the fit to the credit-card figure: value = 42 r / (1.0225 - r) - 21.
CLASSROOM = {"margin": 42, "discount_rate": 0.0225, "acquisition_cost": 21}


def _grid(first: float, last: float, count: int = 120) -> list[float]:
    return [first + (last - first) * step / (count - 1) for step in range(count)]


RATES = _grid(0.5, 0.955)


def _printed_points(axes, number: str, **look) -> None:
    """The six points of the exam's figure, with their retention rates along the axis."""
    points = economics.credit_card_figure()
    rates = [point.retention_rate for point in points]
    axes.plot(rates, [getattr(point, number) for point in points], "o", **look)
    axes.set_xticks(rates)


class retention_hyperbola(Picture):
    """Average lifetime and lifetime value as the retention rate rises, with the six points of the exam's figure."""

    retention_rate = Slider(low=0.5, high=0.95, step=0.01, start=0.8, shown=".0%")

    def scene(self, *, retention_rate):
        better = min(retention_rate + 0.01, 0.99)
        years, more_years = (economics.average_lifetime(retention_rate=rate) for rate in (retention_rate, better))
        value, more_value = (economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in (retention_rate, better))
        return Scene(years=years, value=value, more_years=more_years - years, more_value=more_value - value)

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2)
        self.set_up(left, title="lifetime_title", x="retention_axis", y="years_axis", percent="x", xlim=(0.48, 0.98), ylim=(0, 23))
        left.plot(RATES, [economics.average_lifetime(retention_rate=rate) for rate in RATES], color=GREY, linewidth=1.5)
        _printed_points(left, "average_lifetime", color=GREY, markersize=4)
        self._here(left, lambda now: (now.retention_rate, now.years), lambda now: self.say("years", number=f"{now.years:.1f}"), BLUE)
        self.set_up(right, title="value_title", x="retention_axis", y="usd_axis", percent="x", xlim=(0.48, 0.98), ylim=(0, 600))
        right.plot(RATES, [economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in RATES], color=GREY, linewidth=1.5)
        _printed_points(right, "lifetime_value", color=ORANGE, markersize=5)
        self._here(right, lambda now: (now.retention_rate, now.value), lambda now: self.say("usd", number=f"{now.value:.0f}"), RED)

    def _here(self, axes, where, words, colour) -> None:
        def guide(now):
            x, y = where(now)
            return [x, x, 0.48], [0, y, y]

        self.line(axes, guide, color=colour, linewidth=1)
        self.mark(axes, where, words, colour=colour, prefer=("above left", "above right"))

    def sentence(self, scene) -> str:
        return self.say(
            "hyperbola_sentence",
            retention=f"{scene.retention_rate * 100:.0f}", value=f"{scene.value:.0f}", more_years=f"{scene.more_years:.2f}",
            **shown(".1f", years=scene.years, more=scene.more_value),
        )


class fit_it_yourself(Picture):
    """The six points of the credit-card figure and a curve with three parameters that you choose."""

    margin = Slider(low=5, high=60, step=0.5, start=15.5, shown=".1f")
    discount_rate = Slider(low=0, high=0.1, step=0.0025, start=0, shown=".2%")
    acquisition_cost = Slider(low=0, high=80, step=1, start=0)

    def scene(self, **parameters):
        points = economics.credit_card_figure()
        values = [economics.credit_card_value(retention_rate=point.retention_rate, **parameters) for point in points]
        errors = list(economics.relative_errors(values=values))
        curve = [economics.credit_card_value(retention_rate=rate, **parameters) for rate in self.rates]
        return Scene(curve=curve, errors=errors, largest=max(map(abs, errors)))

    rates = _grid(0.5, 0.955, 80)

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        self.set_up(left, title="fit_title", x="retention_axis", y="usd_axis", percent="x", xlim=(0.48, 0.97), ylim=(-80, 660))
        _printed_points(left, "lifetime_value", color=ORANGE, markersize=7)
        left.axhline(0, color=GREY, linewidth=0.8)
        self.set_up(right, title="error_title", x="retention_axis", percent="y", xlim=(-0.6, 5.6), ylim=(-1.1, 1.4), yticks=[-1, -0.5, 0, 0.5, 1])
        right.set_xticks(range(6), [f"{point.retention_rate * 100:.0f}" for point in economics.credit_card_figure()])
        right.axhline(0, color=GREY, linewidth=0.8)
        right.axhspan(-0.05, 0.05, color=GREEN, alpha=0.2, linewidth=0)
        self.line(left, lambda now: (self.rates, now.curve), color=BLUE, linewidth=2)
        self.cut_bars(right, range(6), lambda now: (now.errors, [GREEN if abs(error) <= 0.05 else RED for error in now.errors]), limit=1)
        self.write(right, (2.5, 1.2), lambda now: self.say("largest_error", percent=f"{now.largest * 100:.1f}"), size=10, ha="center")

    def sentence(self, scene) -> str:
        name = "fit_good" if scene.largest < 0.05 else "fit_without_cost" if scene.acquisition_cost == 0 else "fit_bad"
        return self.say(
            name,
            margin=f"{scene.margin:.1f}", discount=f"{scene.discount_rate * 100:.2f}", cost=f"{scene.acquisition_cost:.0f}",
            error=f"{scene.largest * 100:.1f}",
        )


class mailing_duel(Picture):
    """What a new customer costs by a rented list, at every response rate, against random mailing."""

    cost_per_piece = Slider(low=0.1, high=1.5, step=0.05, start=0.5, shown=".2f")
    rental_per_name = Slider(low=0, high=2, step=0.05, start=0.2, shown=".2f")
    response_rented = Slider(low=0.005, high=0.08, step=0.001, start=0.04, shown=".1%")
    response_random = Slider(low=0.005, high=0.03, step=0.001, start=0.01, shown=".1%")

    highest_cost = 100.0
    highest_response = 0.08
    responses = _grid(0.003, highest_response, 100)

    def scene(self, *, cost_per_piece, rental_per_name, response_rented, response_random):
        piece = cost_per_piece + rental_per_name
        random = economics.acquisition_cost(cost_per_piece=cost_per_piece, response_rate=response_random)
        rented = economics.acquisition_cost(cost_per_piece=cost_per_piece, rental_per_name=rental_per_name, response_rate=response_rented)
        border, level = min(piece / random, self.highest_response), min(random, self.highest_cost)  # where they can be seen
        return Scene(piece=piece, random=random, rented=rented, threshold=piece / random, border=border, level=level)

    def draw(self) -> None:
        axes = self.set_up(
            title="duel_title", x="response_axis", y="cost_axis", percent="x", xlim=(0, self.highest_response * 1.02), ylim=(0, self.highest_cost * 1.04),
        )
        self.random_line = self.line(axes, lambda now: ([0, self.highest_response], [now.level] * 2), color=GREY, linewidth=2)
        self.line(axes, lambda now: (self.responses, [now.piece / response for response in self.responses]), color=BLUE, linewidth=2)
        self.line(axes, lambda now: ([now.border] * 2, [0, now.level]), ":", color=GREY, linewidth=1)
        self.dot = self.mark(
            axes, lambda now: (now.response_rented, min(now.rented, self.highest_cost * 0.98)),
            lambda now: self.say("rented_costs", number=f"{now.rented:.2f}"),
            colour=lambda now: BLUE if now.rented < now.random else RED, size=10, clip_on=False, prefer=("above right", "right", "above left"),
        )
        self.label(
            axes, lambda now: (self.highest_response, now.level), lambda now: self.say("random_costs", number=f"{now.random:.2f}"),
            prefer=("above left", "below left"),
        )
        self.label(
            axes, lambda now: (now.border, 0), lambda now: self.say("threshold", percent=f"{now.threshold * 100:.2f}"),
            prefer=("above right", "right", "above left"),
        )

    def follow(self, scene) -> None:
        self.random_line.set_linestyle("-" if scene.random <= self.highest_cost else "--")
        self.dot.set_marker("^" if scene.rented > self.highest_cost else "o")  # an arrow at the upper edge: the cost lies above the picture

    def sentence(self, scene) -> str:
        equal = math.isclose(scene.rented, scene.random, abs_tol=0.005)
        return self.say(
            "duel_equal" if equal else "duel_rented" if scene.rented < scene.random else "duel_random",
            response=f"{scene.response_rented * 100:.1f}", threshold=f"{scene.threshold * 100:.2f}",
            **shown(".2f", piece=scene.piece, rented=scene.rented, random=scene.random),
        )


# The exam's catalogue case: cost of one piece with its rental, and response rate.
MAILINGS = {"random": {"cost_per_piece": 0.5, "response_rate": 0.01}, "rented": {"cost_per_piece": 0.5, "rental_per_name": 0.2, "response_rate": 0.04}}


class two_mailings(Picture):
    """The catalogue case twice: by the letter the rented list is 40 % more expensive, by the customer 65 % cheaper."""

    size = (7.2, 2.0)

    def scene(self):
        pieces = [mailing["cost_per_piece"] + mailing.get("rental_per_name", 0) for mailing in MAILINGS.values()]
        return Scene(pieces=pieces, customers=[economics.acquisition_cost(**mailing) for mailing in MAILINGS.values()])

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2)
        for axes, title, costs in ((left, "piece_title", self.now.pieces), (right, "customer_title", self.now.customers)):
            most, words = max(costs), [f"{cost:.1f}" for cost in costs]
            self.set_up(axes, title=title, rows=[self.say(f"mailing_{name}") for name in MAILINGS], xlim=(0, most * 1.3))
            self.numbered_bars(axes, range(2), lambda now, costs=costs, words=words: (costs, words), gap=most * 0.03, colour=[GREY, BLUE])

    def sentence(self, scene) -> str:
        (random, rented), (random_customer, rented_customer) = scene.pieces, scene.customers
        return self.say(
            "two_mailings_sentence",
            **shown(".0%", dearer=rented / random - 1, saved=1 - rented_customer / random_customer),
        )


class way_to_break_even(Picture):
    """Contributions of 8 dollars a purchase added up, with customers who all stay and with 80 % who come back, against two acquisition costs."""

    size = (7.2, 2.8)
    margin, retention, most = 8, 0.8, 10

    def scene(self):
        staying = [self.margin * count for count in range(self.most + 1)]
        leaving = [self.margin * (1 - self.retention**count) / (1 - self.retention) for count in range(self.most + 1)]
        return Scene(staying=staying, leaving=leaving, costs=[economics.acquisition_cost(**mailing) for mailing in MAILINGS.values()])

    def draw(self) -> None:
        axes = self.set_up(title="way_title", x="purchases_axis", y="usd_axis", xlim=(0, self.most + 0.4), ylim=(0, 86), xticks=range(self.most + 1))
        axes.grid(False)
        for name, cost, colour in zip(MAILINGS, self.now.costs, (GREY, BLUE)):
            axes.axhline(cost, color=colour, linewidth=1.4, linestyle="--")
            words = self.say("cost_line", mailing=self.say(f"mailing_{name}"), cost=f"{cost:g}")
            place, side = (10.3, "right") if name == "rented" else (0.1, "left")  # at the left the two curves begin
            self.write(axes, (place, cost + 1), words, colour=colour, va="bottom", ha=side)
        for values, colour, mark, key in ((self.now.staying, GREEN, "o", "all_stay"), (self.now.leaving, RED, "s", "some_leave")):
            axes.plot(range(self.most + 1), values, color=colour, marker=mark, markersize=4.5, clip_on=False)
            self.write(axes, (self.most, values[-1] + 2), self.say(key), colour=colour, ha="right", va="bottom")


class credit_card_curve(Picture):
    """The exam's credit-card figure: lifetime value of an average customer at six retention rates, with the average years below."""

    def draw(self) -> None:
        axes = self.set_up(title="card_title", x="card_axis", y="usd_axis", xlim=(0.47, 0.985), ylim=(0, 620))
        axes.plot(RATES, [economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in RATES], color=PALE, linewidth=2)
        _printed_points(axes, "lifetime_value", color=BLUE, markersize=8)
        for point in (points := economics.credit_card_figure()):
            self.label(axes, (point.retention_rate, point.lifetime_value), f"{point.lifetime_value:g}", size=10, prefer=("above left", "above"))
        axes.set_xticklabels([f"{percent(point.retention_rate)}\n{self.say('years_short', number=f'{point.average_lifetime:g}')}" for point in points])
        self.write(axes, (0.66, 330), self.say("card_fit"), colour=GREY, ha="center")


# Our example, in the shape that Reichheld made known: yuan a year from one customer who stays for five years.
SIX_FACTORS: dict[str, Any] = {
    "acquisition_cost": 80,
    "base_profit": [30, 30, 30, 30, 30],
    "revenue_growth": [0, 6, 12, 18, 24],
    "cost_savings": [0, 4, 6, 8, 9],
    "referrals": [0, 5, 8, 11, 14],
    "price_premium": [0, 0, 4, 6, 8],
}
FACTOR_COLOURS = {"base_profit": GREY, "revenue_growth": BLUE, "cost_savings": GREEN, "referrals": ORANGE, "price_premium": PURPLE}


class six_factors(Picture):
    """The six factors as bars over the years: the acquisition cost points downward, the five others grow on top of each other."""

    size = (7.2, 3.3)

    def scene(self):
        return Scene(years=economics.profit_by_tenure(**SIX_FACTORS).to_dict("list"))

    def draw(self) -> None:
        years = self.now.years
        axes = self.set_up(title="factors_title", x="year_axis", y="yuan_axis", xlim=(-0.5, 8.1), ylim=(-98, 102), xticks=years["year"])
        # Every bar starts at zero: the whole first, and before it ever fewer factors.
        for count in range(len(FACTOR_COLOURS), 0, -1):
            shown = list(FACTOR_COLOURS)[:count]
            heights = [sum(years[name][year] for name in shown) for year in years["year"]]
            label = self.say(f"factor_{shown[-1]}")
            axes.bar(years["year"], heights, width=0.62, color=FACTOR_COLOURS[shown[-1]], edgecolor="white", linewidth=0.8, label=label)
        axes.bar(years["year"], years["acquisition_cost"], width=0.62, color=RED, label=self.say("factor_acquisition_cost"))
        axes.axhline(0, xmax=0.69, color=INK, linewidth=1)
        for year, profit in zip(years["year"], years["profit"]):
            up = profit > 0
            self.write(axes, (year, profit + (2 if up else -2)), minus(profit, "+.0f"), ha="center", va="bottom" if up else "top")
        axes.legend(loc="center right", fontsize=9, frameon=False)

    def sentence(self, scene) -> str:
        totals = scene.years["cumulative_profit"]
        return self.say("factors_sentence", second=f"{totals[2]:+.0f}", third=f"{totals[3]:+.0f}")
