"""Pictures of lesson 07: what becomes of the dissatisfied, how far a story travels, own workshop or contractor."""

from __future__ import annotations

from typing import Any

from crmlib import service
from crmlib.figures.controls import Slider, Switch
from crmlib.figures.drawing import columns
from crmlib.figures.numbers import count, minus
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY

DISSATISFIED = 200  # our example, for the first two pictures
COMPLAIN = 0.05  # the exam text: at most one in twenty of the dissatisfied
POINTS = 0.1  # what the two levers are compared by: ten percentage points more
# How many people a dissatisfied customer tells, by text: the exam's "five" and "eight to ten" and "25", Kotler's eleven.
TOLD = {"five": 5, "ten": 10, "eleven": 11, "twenty_five": 25}
# Our example: an own workshop needs 60 yuan a job besides its fixed cost.
OWN_COST_PER_JOB = 60
MOST_JOBS = 3000


class recovery_calculator(Picture):
    """What becomes of two hundred dissatisfied customers, and which lever would keep more of them."""

    complaint_share = Slider(low=0, high=0.9, step=0.05, start=0.05, shown=".0%")
    recovery_rate = Slider(low=0, high=0.9, step=0.05, start=0.7, shown=".0%")
    silent_return_rate = Slider(low=0, high=0.8, step=0.05, start=0.1, shown=".0%")

    def scene(self, **rates):
        def kept(**changed):
            return service.after_complaints(dissatisfied=DISSATISFIED, **{**rates, **changed}).kept

        found = service.after_complaints(dissatisfied=DISSATISFIED, **rates)
        more_complain = kept(complaint_share=rates["complaint_share"] + POINTS) - found.kept
        better_answers = kept(recovery_rate=rates["recovery_rate"] + POINTS) - found.kept
        return Scene(found=found, levers=(more_complain, better_answers))

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1.15, 1))
        fates = ("recovered", "silent_who_stay", "lost")
        self.set_up(left, title="recovery_title", numbers={"count": DISSATISFIED}, rows=[self.say(name) for name in fates], xlim=(0, DISSATISFIED * 1.2))
        self.set_up(right, title="levers_title", rows=[self.say("more_complain"), self.say("better_answers")], xlim=(-19, 34))
        right.axvline(0, color=GREY, linewidth=0.8)

        def people(now):
            counts = [getattr(now.found, name) for name in fates]
            return counts, map(count, counts)

        self.numbered_bars(left, range(3), people, gap=3, colour=(GREEN, SKY, RED))
        self.cut_bars(
            right, (0, 1), lambda now: (now.levers, [BLUE if gain == max(now.levers) else SKY for gain in now.levers]),
            lambda now: [minus(gain, "+.1f") for gain in now.levers],
            limit=19, horizontal=True, width=0.5,
        )

    def sentence(self, scene) -> str:
        found, (complain, answers) = scene.found, scene.levers
        name = "lever_equal" if abs(complain - answers) < 0.05 else "lever_complain" if complain > answers else "lever_answers"
        return self.say(
            "recovery_sentence",
            count=DISSATISFIED, complainers=count(found.complainers), recovered=count(found.recovered),
            stay=count(found.silent_who_stay), lost=count(found.lost),
        ) + self.say(name, complain=minus(complain, ".1f"), answers=f"{answers:.1f}")


class gossip_tree(Picture):
    """One who tells and those who hear it, and what four textbook figures make of two hundred dissatisfied customers."""

    tells = Slider(low=1, high=25, step=1, start=9)
    only_complainers = Switch()

    most = DISSATISFIED * max(TOLD.values())

    def scene(self, *, tells, only_complainers):
        who: dict[str, Any] = {"dissatisfied": DISSATISFIED, "complaint_share": COMPLAIN, "base": "complainers" if only_complainers else "dissatisfied"}
        heard = [service.people_told(tells_at_least=number, tells_at_most=number, **who) for number in (tells, *TOLD.values())]
        return Scene(tellers=heard[0].tellers, heard=[each.at_most for each in heard])

    def draw(self) -> None:
        left, right = self.figure.subplots(1, 2, width_ratios=(1, 1.5))
        self.set_up(left, title="tree_title", bare=True, xlim=(-0.15, 1.15), ylim=(-0.1, 1.1))
        self.set_up(right, title="heard_title", rows=[self.say("your_figure"), *(self.say(name) for name in TOLD)], xlim=(0, self.most * 1.25))
        left.plot([0], [0.5], "o", color=RED, markersize=13)

        def listeners(now):
            return [(1, (place + 0.5) / now.tells) for place in range(now.tells)]

        self.line(left, lambda now: columns(point for end in listeners(now) for point in ((0, 0.5), end, (0, 0.5))), color=GREY, linewidth=0.9, zorder=1)
        self.line(left, lambda now: columns(listeners(now)), "o", color=ORANGE, markersize=6)
        self.numbered_bars(right, range(5), lambda now: (now.heard, map(count, now.heard)), gap=self.most * 0.015, colour=(ORANGE, *[SKY] * 4))

    def sentence(self, scene) -> str:
        mine, five, _, _, most = map(count, scene.heard)
        name = "gossip_complainers" if scene.only_complainers else "gossip_dissatisfied"
        return self.say(name, tellers=count(scene.tellers), count=DISSATISFIED, tells=scene.tells, heard=mine, least=five, most=most)


class make_or_buy(Picture):
    """What after-sales service costs in an own workshop and with a contractor, by the number of jobs."""

    jobs = Slider(low=0, high=MOST_JOBS, step=100, start=600, shown=",.0f")
    own_fixed_cost = Slider(low=30, high=200, step=10, start=90)  # thousand yuan
    price_per_job = Slider(low=60, high=240, step=10, start=150)

    highest = 500

    def scene(self, *, jobs, own_fixed_cost, price_per_job):
        own = {"own_fixed_cost": own_fixed_cost * 1000, "own_cost_per_job": OWN_COST_PER_JOB, "price_per_job": price_per_job}
        costs = (
            service.after_sales_cost(jobs=jobs, fixed_cost=own["own_fixed_cost"], cost_per_job=OWN_COST_PER_JOB) / 1000,
            service.after_sales_cost(jobs=jobs, fixed_cost=0, cost_per_job=price_per_job) / 1000,
        )
        return Scene(costs=costs, cheaper=service.make_or_buy(jobs=jobs, **own), crossover=service.crossover_jobs(**own))

    def draw(self) -> None:
        axes = self.set_up(title="make_title", x="jobs_axis", y="cost_axis", xlim=(0, MOST_JOBS), ylim=(0, self.highest))

        def own(now, jobs):
            return now.own_fixed_cost + jobs * OWN_COST_PER_JOB / 1000

        def crossing(now):
            seen = now.crossover is not None and now.crossover <= MOST_JOBS and own(now, now.crossover) <= self.highest
            return (now.crossover, own(now, now.crossover)) if seen else None

        def far_on_the_contractors_line(now):
            end = min(MOST_JOBS * 0.9, self.highest * 0.9 * 1000 / now.price_per_job)
            return end, end * now.price_per_job / 1000

        self.line(axes, lambda now: ([0, MOST_JOBS], [own(now, 0), own(now, MOST_JOBS)]), color=BLUE, linewidth=2.2)
        self.line(axes, lambda now: ([0, MOST_JOBS], [0, MOST_JOBS * now.price_per_job / 1000]), "--", color=ORANGE, linewidth=2.2)
        self.line(axes, lambda now: ([now.jobs] * 2, [0, min(self.highest, max(now.costs))]), color=GREY, linewidth=1)
        self.mark(
            axes, crossing, lambda now: self.say("crossover", jobs=f"{now.crossover:,.0f}"),
            colour=INK, size=8, clip_on=False, prefer=("below right", "above left"),
        )
        self.label(axes, lambda now: (250, own(now, 250)), self.say("own"), colour=BLUE, size=10, prefer=("below right", "above left"))
        self.label(axes, far_on_the_contractors_line, self.say("contractor"), colour=ORANGE, size=10, prefer=("above left", "above right"))

    def sentence(self, scene) -> str:
        own, bought = scene.costs
        numbers = {"jobs": f"{scene.jobs:,}", "own": f"{own:,.0f}", "bought": f"{bought:,.0f}"}
        tail = "never_own" if scene.crossover is None else "own_above"
        return self.say(f"make_{scene.cheaper}", **numbers) + self.say(tail, crossover=f"{scene.crossover or 0:,.0f}")
