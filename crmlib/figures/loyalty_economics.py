"""Pictures of lesson 09: two mailings, the way to break-even, lifetime and value by retention, the credit-card figure, the six factors."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from crmlib import loyalty_economics as economics
from crmlib.figures.bars import Bars
from crmlib.figures.controls import Slider
from crmlib.figures.numbers import shown
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, RED, WORDS, bar_rows, percent_axis, quiet_axes
from crmlib.language import percent

# The classroom version of the fit to the credit-card figure: value = 42 r / (1.0225 - r) - 21.
CLASSROOM = {"margin": 42, "discount_rate": 0.0225, "acquisition_cost": 21}


def _grid(first: float, last: float, count: int = 120) -> list[float]:
    return [first + (last - first) * step / (count - 1) for step in range(count)]


class retention_hyperbola(Picture):
    """Average lifetime and lifetime value as the retention rate rises, with the six points of the exam's figure."""

    retention_rate = Slider(low=0.5, high=0.95, step=0.01, start=0.8, shown=".0%")

    def scene(self, *, retention_rate):
        better = min(retention_rate + 0.01, 0.99)
        years, more_years = (economics.average_lifetime(retention_rate=rate) for rate in (retention_rate, better))
        value, more_value = (economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in (retention_rate, better))
        return SimpleNamespace(rate=retention_rate, years=years, value=value, more_years=more_years - years, more_value=more_value - value)

    def draw(self) -> None:
        points = economics.credit_card_figure()
        self.left, self.right = self.figure.subplots(1, 2)
        rates = _grid(0.5, 0.955)
        self.set_up(self.left, title="lifetime_title", x="retention_axis", y="years_axis")
        self.left.plot(rates, [economics.average_lifetime(retention_rate=rate) for rate in rates], color=GREY, linewidth=1.5)
        self.left.plot([point.retention_rate for point in points], [point.average_lifetime for point in points], "o", color=GREY, markersize=4)
        self.left.set_ylim(0, 23)
        self.set_up(self.right, title="value_title", x="retention_axis", y="usd_axis")
        self.right.plot(rates, [economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in rates], color=GREY, linewidth=1.5)
        self.right.plot([point.retention_rate for point in points], [point.lifetime_value for point in points], "o", color=ORANGE, markersize=5)
        self.right.set_ylim(0, 600)
        for axes in (self.left, self.right):
            axes.set_xlim(0.48, 0.98)
            axes.set_xticks([point.retention_rate for point in points])
            percent_axis(axes.xaxis)

    def moved(self):
        self.marks = []
        for axes, colour in ((self.left, BLUE), (self.right, RED)):
            (guide,) = axes.plot([], [], color=colour, linewidth=1)
            (dot,) = axes.plot([], [], "o", color=colour, markersize=9)
            self.marks.append((guide, dot, self.label(axes, colour=WORDS[colour], size=10, prefer=("above left", "above right"))))
        return [artist for guide, dot, _ in self.marks for artist in (guide, dot)]

    def follow(self, scene) -> None:
        texts = (self.say("years", number=f"{scene.years:.1f}"), self.say("usd", number=f"{scene.value:.0f}"))
        for (guide, dot, label), height, text in zip(self.marks, (scene.years, scene.value), texts):
            guide.set_data([scene.rate, scene.rate, 0.48], [0, height, height])
            dot.set_data([scene.rate], [height])
            label.at(scene.rate, height, text)

    def sentence(self, scene) -> str:
        return self.say(
            "hyperbola_sentence",
            retention=f"{scene.rate * 100:.0f}", value=f"{scene.value:.0f}", more_years=f"{scene.more_years:.2f}",
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
        return SimpleNamespace(**parameters, curve=curve, errors=errors, largest=max(map(abs, errors)))

    rates = _grid(0.5, 0.955, 80)

    def draw(self) -> None:
        points = economics.credit_card_figure()
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        self.set_up(self.left, title="fit_title", x="retention_axis", y="usd_axis")
        self.left.plot([point.retention_rate for point in points], [point.lifetime_value for point in points], "o", color=ORANGE, markersize=7)
        self.left.set(xlim=(0.48, 0.97), ylim=(-80, 660))
        self.left.axhline(0, color=GREY, linewidth=0.8)
        self.left.set_xticks([point.retention_rate for point in points])
        percent_axis(self.left.xaxis)
        self.set_up(self.right, title="error_title", x="retention_axis", xlim=(-0.6, 5.6), ylim=(-1.1, 1.4), yticks=[-1, -0.5, 0, 0.5, 1])
        self.right.set_xticks(range(6), [f"{point.retention_rate * 100:.0f}" for point in points])
        percent_axis(self.right.yaxis)
        self.right.axhline(0, color=GREY, linewidth=0.8)
        self.right.axhspan(-0.05, 0.05, color=GREEN, alpha=0.2, linewidth=0)

    def moved(self):
        (self.curve,) = self.left.plot([], [], color=BLUE, linewidth=2)
        self.bars = Bars(self.right, range(6), limit=1)
        self.verdict = self.right.text(2.5, 1.2, "", ha="center", fontsize=10, color=INK)
        return [self.curve, *self.bars.artists, self.verdict]

    def follow(self, scene) -> None:
        self.curve.set_data(self.rates, scene.curve)
        self.bars.show(scene.errors, [GREEN if abs(error) <= 0.05 else RED for error in scene.errors])
        self.verdict.set_text(self.say("largest_error", percent=f"{scene.largest * 100:.1f}"))

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
        return SimpleNamespace(piece=piece, response=response_rented, random=random, rented=rented, threshold=piece / random)

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="duel_title", x="response_axis", y="cost_axis")
        self.axes.set(xlim=(0, self.highest_response * 1.02), ylim=(0, self.highest_cost * 1.04))
        percent_axis(self.axes.xaxis)

    def moved(self):
        axes = self.axes
        (self.line,) = axes.plot([], [], color=GREY, linewidth=2)
        (self.curve,) = axes.plot([], [], color=BLUE, linewidth=2)
        (self.border,) = axes.plot([], [], color=GREY, linewidth=1, linestyle=":")
        (self.dot,) = axes.plot([], [], "o", color=BLUE, markersize=10, clip_on=False)
        self.dot_label = self.label(axes, colour=BLUE, size=10, prefer=("above right", "right", "above left"))
        self.line_label = self.label(axes, colour=INK, prefer=("above left", "below left"))
        self.border_label = self.label(axes, colour=INK, prefer=("above right", "right", "above left"))
        return [self.line, self.curve, self.border, self.dot]

    def follow(self, scene) -> None:
        # An arrow at the upper edge: the cost lies above the picture.
        random, rented = min(scene.random, self.highest_cost), min(scene.rented, self.highest_cost * 0.98)
        colour = BLUE if scene.rented < scene.random else RED
        self.line.set_data([0, self.highest_response], [random, random])
        self.line.set_linestyle("-" if scene.random <= self.highest_cost else "--")
        self.curve.set_data(self.responses, [scene.piece / response for response in self.responses])
        threshold = min(scene.threshold, self.highest_response)
        self.border.set_data([threshold, threshold], [0, random])
        self.dot.set_data([scene.response], [rented])
        self.dot.set_marker("^" if scene.rented > self.highest_cost else "o")
        self.dot.set_color(colour)
        self.dot_label.at(scene.response, rented, self.say("rented_costs", number=f"{scene.rented:.2f}"), colour=WORDS[colour])
        self.line_label.at(self.highest_response, random, self.say("random_costs", number=f"{scene.random:.2f}"))
        self.border_label.at(threshold, 0, self.say("threshold", percent=f"{scene.threshold * 100:.2f}"))

    def sentence(self, scene) -> str:
        equal = math.isclose(scene.rented, scene.random, abs_tol=0.005)
        return self.say(
            "duel_equal" if equal else "duel_rented" if scene.rented < scene.random else "duel_random",
            response=f"{scene.response * 100:.1f}", threshold=f"{scene.threshold * 100:.2f}",
            **shown(".2f", piece=scene.piece, rented=scene.rented, random=scene.random),
        )


# The exam's catalogue case: cost of one piece with its rental, and response rate.
MAILINGS = {"random": {"cost_per_piece": 0.5, "response_rate": 0.01}, "rented": {"cost_per_piece": 0.5, "rental_per_name": 0.2, "response_rate": 0.04}}


class two_mailings(Picture):
    """The catalogue case twice: by the letter the rented list is 40 % more expensive, by the customer 65 % cheaper."""

    size = (7.2, 2.0)

    def scene(self):
        pieces = [mailing["cost_per_piece"] + mailing.get("rental_per_name", 0) for mailing in MAILINGS.values()]
        return SimpleNamespace(pieces=pieces, customers=[economics.acquisition_cost(**mailing) for mailing in MAILINGS.values()])

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2)
        for axes, title, costs, digits in ((left, "piece_title", self.now.pieces, 1), (right, "customer_title", self.now.customers, 1)):
            quiet_axes(axes, title=self.say(title))
            bar_rows(axes, [self.say(f"mailing_{name}") for name in MAILINGS])
            axes.barh(range(2), costs, height=0.6, color=[GREY, BLUE])
            axes.set_xlim(0, max(costs) * 1.3)
            for row, cost in enumerate(costs):
                axes.text(cost + max(costs) * 0.03, row, f"{cost:.{digits}f}", va="center", fontsize=10, color=INK)

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
        return SimpleNamespace(staying=staying, leaving=leaving, costs=[economics.acquisition_cost(**mailing) for mailing in MAILINGS.values()])

    def draw(self) -> None:
        axes = self.set_up(self.figure.subplots(), title="way_title", x="purchases_axis", y="usd_axis")
        axes.grid(False)
        axes.set(xlim=(0, self.most + 0.4), ylim=(0, 86))
        axes.set_xticks(range(self.most + 1))
        for name, cost, colour in zip(MAILINGS, self.now.costs, (GREY, BLUE)):
            axes.axhline(cost, color=colour, linewidth=1.4, linestyle="--")
            words = self.say("cost_line", mailing=self.say(f"mailing_{name}"), cost=f"{cost:g}")
            at_the_right = name == "rented"  # at the left the two curves begin
            axes.text(10.3 if at_the_right else 0.1, cost + 1, words, fontsize=9, color=WORDS[colour], va="bottom", ha="right" if at_the_right else "left")
        for values, colour, mark, key in ((self.now.staying, GREEN, "o", "all_stay"), (self.now.leaving, RED, "s", "some_leave")):
            axes.plot(range(self.most + 1), values, color=colour, marker=mark, markersize=4.5, clip_on=False)
            axes.text(self.most, values[-1] + 2, self.say(key), fontsize=9, color=WORDS[colour], ha="right", va="bottom")

    def sentence(self, scene) -> str:
        return self.say("way_sentence")


class credit_card_curve(Picture):
    """The exam's credit-card figure: lifetime value of an average customer at six retention rates, with the average years below."""

    def draw(self) -> None:
        points = economics.credit_card_figure()
        axes = self.set_up(self.figure.subplots(), title="card_title", x="card_axis", y="usd_axis")
        rates = _grid(0.5, 0.955)
        axes.plot(rates, [economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in rates], color=PALE, linewidth=2)
        axes.plot([point.retention_rate for point in points], [point.lifetime_value for point in points], "o", color=BLUE, markersize=8)
        axes.set(xlim=(0.47, 0.985), ylim=(0, 620))
        ticks = [f"{percent(point.retention_rate)}\n{self.say('years_short', number=f'{point.average_lifetime:g}')}" for point in points]
        axes.set_xticks([point.retention_rate for point in points], ticks)
        for point in points:
            self.label(axes, colour=INK, size=10, prefer=("above left", "above")).at(point.retention_rate, point.lifetime_value, f"{point.lifetime_value:g}")
        axes.text(0.66, 330, self.say("card_fit"), fontsize=9, color=WORDS[GREY], ha="center")

    def sentence(self, scene) -> str:
        return self.say("card_sentence")


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
        return SimpleNamespace(years=economics.profit_by_tenure(**SIX_FACTORS).to_dict("list"))

    def draw(self) -> None:
        axes = self.figure.subplots()
        years = self.now.years
        self.set_up(axes, title="factors_title", x="year_axis", y="yuan_axis")
        # Every bar starts at zero: the whole first, and before it ever fewer factors.
        for count in range(len(FACTOR_COLOURS), 0, -1):
            shown = list(FACTOR_COLOURS)[:count]
            heights = [sum(years[name][year] for name in shown) for year in years["year"]]
            label = self.say(f"factor_{shown[-1]}")
            axes.bar(years["year"], heights, width=0.62, color=FACTOR_COLOURS[shown[-1]], edgecolor="white", linewidth=0.8, label=label)
        axes.bar(years["year"], years["acquisition_cost"], width=0.62, color=RED, label=self.say("factor_acquisition_cost"))
        axes.axhline(0, xmax=0.69, color=INK, linewidth=1)
        for year, profit in zip(years["year"], years["profit"]):
            axes.text(
                year,
                profit + 2 if profit > 0 else profit - 2,
                f"{profit:+.0f}".replace("-", "−"),
                ha="center",
                va="bottom" if profit > 0 else "top",
                fontsize=9,
                color=INK,
            )
        axes.set(xlim=(-0.5, 8.1), ylim=(-98, 102))
        axes.set_xticks(years["year"])
        axes.legend(loc="center right", fontsize=9, frameon=False)

    def sentence(self, scene) -> str:
        totals = scene.years["cumulative_profit"]
        return self.say("factors_sentence", second=f"{totals[2]:+.0f}", third=f"{totals[3]:+.0f}")
