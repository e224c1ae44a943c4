"""Pictures of lesson 09: lifetime and value by retention, the credit-card figure fitted, two mailings compared."""

from __future__ import annotations

import math

from matplotlib.ticker import PercentFormatter

from crmlib import loyalty_economics as economics
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, quiet_axes
from crmlib.language import message

# The classroom version of the fit to the credit-card figure: value = 42 r / (1.0225 - r) - 21.
CLASSROOM = {"margin": 42, "discount_rate": 0.0225, "acquisition_cost": 21}


def _say(name: str, **values) -> str:
    return message(f"figures_loyalty_economics.{name}", **values)


def _grid(first: float, last: float, count: int = 120) -> list[float]:
    return [first + (last - first) * step / (count - 1) for step in range(count)]


class RetentionHyperbola(Picture):
    """Average lifetime and lifetime value as the retention rate rises, with the six points of the exam's figure."""

    def still(self) -> None:
        points = economics.credit_card_figure()
        self.left, self.right = self.figure.subplots(1, 2)
        rates = _grid(0.5, 0.955)
        quiet_axes(self.left, title=_say("lifetime_title"), x=_say("retention_axis"), y=_say("years_axis"))
        self.left.plot(rates, [economics.average_lifetime(retention_rate=rate) for rate in rates], color=GREY, linewidth=1.5)
        self.left.plot([point.retention_rate for point in points], [point.average_lifetime for point in points], "o", color=GREY, markersize=4)
        self.left.set_ylim(0, 23)
        quiet_axes(self.right, title=_say("value_title"), x=_say("retention_axis"), y=_say("usd_axis"))
        self.right.plot(rates, [economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in rates], color=GREY, linewidth=1.5)
        self.right.plot([point.retention_rate for point in points], [point.lifetime_value for point in points], "o", color=ORANGE, markersize=5)
        self.right.set_ylim(0, 600)
        for axes in (self.left, self.right):
            axes.set_xlim(0.48, 0.97)
            axes.set_xticks([point.retention_rate for point in points])
            axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))

    def moved(self):
        self.marks = []
        for axes, colour in ((self.left, BLUE), (self.right, RED)):
            guide = axes.plot([], [], color=colour, linewidth=1)[0]
            dot = axes.plot([], [], "o", color=colour, markersize=9)[0]
            label = axes.text(0, 0, "", color=colour, fontsize=10, ha="right", va="bottom")
            self.marks.append((guide, dot, label))
        return [artist for mark in self.marks for artist in mark]

    def follow(self, *, retention_rate) -> None:
        heights = (economics.average_lifetime(retention_rate=retention_rate), economics.credit_card_value(retention_rate=retention_rate, **CLASSROOM))
        texts = (_say("years", number=f"{heights[0]:.1f}"), _say("usd", number=f"{heights[1]:.0f}"))
        for (guide, dot, label), height, text in zip(self.marks, heights, texts):
            guide.set_data([retention_rate, retention_rate, 0.48], [0, height, height])
            dot.set_data([retention_rate], [height])
            left_of_dot = retention_rate > 0.65  # further left the label would leave the picture
            label.set_ha("right" if left_of_dot else "left")
            label.set_position((retention_rate + (-0.012 if left_of_dot else 0.012), height))
            label.set_text(text)

    def sentence(self, *, retention_rate) -> str:
        years = economics.average_lifetime(retention_rate=retention_rate)
        better = min(retention_rate + 0.01, 0.99)
        value, more = (economics.credit_card_value(retention_rate=rate, **CLASSROOM) for rate in (retention_rate, better))
        return _say(
            "hyperbola_sentence",
            retention=f"{retention_rate * 100:.0f}",
            years=f"{years:.1f}",
            value=f"{value:.0f}",
            more_years=f"{economics.average_lifetime(retention_rate=better) - years:.2f}",
            more=f"{more - value:.1f}",
        )


class CreditCardFit(Picture):
    """The six points of the credit-card figure and a curve with three parameters that you choose."""

    def still(self) -> None:
        self.points = economics.credit_card_figure()
        self.rates = _grid(0.5, 0.955, 80)
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1.5, 1))
        quiet_axes(self.left, title=_say("fit_title"), x=_say("retention_axis"), y=_say("usd_axis"))
        self.left.plot([point.retention_rate for point in self.points], [point.lifetime_value for point in self.points], "o", color=ORANGE, markersize=7)
        self.left.set(xlim=(0.48, 0.97), ylim=(-80, 660))
        self.left.axhline(0, color=GREY, linewidth=0.8)
        self.left.set_xticks([point.retention_rate for point in self.points])
        self.left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        quiet_axes(self.right, title=_say("error_title"), x=_say("retention_axis"), y="")
        self.right.set(xlim=(-0.6, 5.6), ylim=(-1, 1))
        self.right.set_xticks(range(6), [f"{point.retention_rate:.0%}" for point in self.points])
        self.right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.right.axhline(0, color=GREY, linewidth=0.8)
        self.right.axhspan(-0.05, 0.05, color=GREEN, alpha=0.2, linewidth=0)

    def moved(self):
        (self.curve,) = self.left.plot([], [], color=BLUE, linewidth=2)
        self.bars = self.right.bar(range(6), [0] * 6, width=0.6, color=BLUE)
        self.verdict = self.right.text(2.5, 0.86, "", ha="center", fontsize=10, color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        return [self.curve, *self.bars, self.verdict]

    def follow(self, **parameters) -> None:
        self.curve.set_data(self.rates, [economics.credit_card_value(retention_rate=rate, **parameters) for rate in self.rates])
        errors = self.errors(**parameters)
        for bar, error in zip(self.bars, errors):
            bar.set_height(max(-1, min(1, error)))
            bar.set_color(GREEN if abs(error) <= 0.05 else RED)
        self.verdict.set_text(_say("largest_error", percent=f"{max(map(abs, errors)) * 100:.1f}"))

    def errors(self, **parameters) -> list[float]:
        """How far the curve lies from each printed value, as a share of it."""
        values = [economics.credit_card_value(retention_rate=point.retention_rate, **parameters) for point in self.points]
        return list(economics.relative_errors(values=values))

    def sentence(self, **parameters) -> str:
        largest = max(map(abs, self.errors(**parameters)))
        name = "fit_good" if largest < 0.05 else "fit_without_cost" if parameters["acquisition_cost"] == 0 else "fit_bad"
        return _say(
            name,
            margin=f"{parameters['margin']:.1f}",
            discount=f"{parameters['discount_rate'] * 100:.2f}",
            cost=f"{parameters['acquisition_cost']:.0f}",
            error=f"{largest * 100:.1f}",
        )


class MailingDuel(Picture):
    """What a new customer costs by a rented list, at every response rate, against random mailing."""

    highest_cost = 100.0
    highest_response = 0.08

    def still(self) -> None:
        self.axes = self.figure.subplots()
        quiet_axes(self.axes, title=_say("duel_title"), x=_say("response_axis"), y=_say("cost_axis"))
        self.axes.set(xlim=(0, self.highest_response), ylim=(0, self.highest_cost))
        self.axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.responses = _grid(0.003, self.highest_response, 100)

    def moved(self):
        axes = self.axes
        (self.line,) = axes.plot([], [], color=GREY, linewidth=2)
        (self.curve,) = axes.plot([], [], color=BLUE, linewidth=2)
        (self.threshold,) = axes.plot([], [], color=GREY, linewidth=1, linestyle=":")
        (self.dot,) = axes.plot([], [], "o", color=BLUE, markersize=10)
        right = {"ha": "right", "fontsize": 9}
        self.line_label = axes.text(self.highest_response * 0.99, 0, "", va="bottom", color=INK, **right)
        self.dot_label = axes.text(0, 0, "", fontsize=10, color=BLUE, va="bottom")
        self.threshold_label = axes.text(0, 2, "", fontsize=9, color=INK)
        return [self.line, self.curve, self.threshold, self.dot, self.line_label, self.dot_label, self.threshold_label]

    def follow(self, *, cost_per_piece, rental_per_name, response_rented, response_random) -> None:
        random, rented, threshold = self.costs(cost_per_piece, rental_per_name, response_rented, response_random)
        self.line.set_data([0, self.highest_response], [random, random])
        self.curve.set_data(self.responses, [(cost_per_piece + rental_per_name) / response for response in self.responses])
        self.threshold.set_data([threshold, threshold], [0, random])
        self.dot.set_data([response_rented], [min(rented, self.highest_cost * 0.97)])
        self.dot.set_marker("^" if rented > self.highest_cost else "o")  # an arrow: the cost lies above the picture
        self.line_label.set_position((self.highest_response * 0.99, min(random, self.highest_cost * 0.95) + 0.5))
        self.line_label.set_text(_say("random_costs", number=f"{random:.2f}"))
        right_of_dot = response_rented < self.highest_response * 0.7
        self.dot_label.set_ha("left" if right_of_dot else "right")
        self.dot_label.set_position((response_rented + (0.001 if right_of_dot else -0.001), min(rented, self.highest_cost * 0.88) + (1.5 if right_of_dot else 5)))
        self.dot_label.set_text(_say("rented_costs", number=f"{rented:.2f}"))
        right_of_line = threshold < self.highest_response * 0.7
        self.threshold_label.set_ha("left" if right_of_line else "right")
        x = threshold + 0.0006 if right_of_line else min(threshold - 0.0006, self.highest_response * 0.99)
        self.threshold_label.set_position((x, 2 if random > 9 else random + 7))  # clear of the line's own label
        self.threshold_label.set_text(_say("threshold", percent=f"{threshold * 100:.2f}"))
        colour = BLUE if rented < random else RED
        self.dot.set_color(colour)
        self.dot_label.set_color(colour)

    def costs(self, cost_per_piece, rental_per_name, response_rented, response_random) -> tuple[float, float, float]:
        """Cost of a customer by random mailing and by the rented list, and the response from which the list is cheaper."""
        random = economics.acquisition_cost(cost_per_piece=cost_per_piece, response_rate=response_random)
        rented = economics.acquisition_cost(cost_per_piece=cost_per_piece, rental_per_name=rental_per_name, response_rate=response_rented)
        return random, rented, (cost_per_piece + rental_per_name) / random

    def sentence(self, *, cost_per_piece, rental_per_name, response_rented, response_random) -> str:
        random, rented, threshold = self.costs(cost_per_piece, rental_per_name, response_rented, response_random)
        equal = math.isclose(rented, random, abs_tol=0.005)
        return _say(
            "duel_equal" if equal else "duel_rented" if rented < random else "duel_random",
            piece=f"{cost_per_piece + rental_per_name:.2f}",
            response=f"{response_rented * 100:.1f}",
            rented=f"{rented:.2f}",
            random=f"{random:.2f}",
            threshold=f"{threshold * 100:.2f}",
        )


def retention_hyperbola(*, retention_rate=0.8) -> RetentionHyperbola:
    """What does one more point of retention do to lifetime and value?"""
    return RetentionHyperbola(retention_rate=retention_rate)


def credit_card_fit(*, margin=15.7, discount_rate=0.0, acquisition_cost=0.0) -> CreditCardFit:
    """Which margin, discount rate and acquisition cost reproduce the credit-card figure?"""
    return CreditCardFit(margin=margin, discount_rate=discount_rate, acquisition_cost=acquisition_cost)


def mailing_duel(*, cost_per_piece=0.5, rental_per_name=0.2, response_rented=0.04, response_random=0.01) -> MailingDuel:
    """From which response rate on is a rented list cheaper than mailing at random?"""
    return MailingDuel(
        cost_per_piece=cost_per_piece,
        rental_per_name=rental_per_name,
        response_rented=response_rented,
        response_random=response_random,
    )
