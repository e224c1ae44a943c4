"""Pictures of lesson 07: what becomes of the dissatisfied, how far a story travels, own workshop or contractor."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from crmlib import service
from crmlib.figures.bars import Bars, NumberedBars
from crmlib.figures.controls import Slider, Switch
from crmlib.figures.numbers import count
from crmlib.figures.picture import Picture
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY, WORDS, bar_rows, no_axes, quiet_axes

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
        return SimpleNamespace(**rates, found=found, levers=(more_complain, better_answers))

    def draw(self) -> None:
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1.15, 1))
        quiet_axes(self.left, title=self.say("recovery_title", count=DISSATISFIED))
        bar_rows(self.left, [self.say(name) for name in ("recovered", "silent_who_stay", "lost")])
        self.left.set_xlim(0, DISSATISFIED * 1.2)
        self.set_up(self.right, title="levers_title", rows=[self.say("more_complain"), self.say("better_answers")], xlim=(-19, 34))
        self.right.axvline(0, color=GREY, linewidth=0.8)

    def moved(self):
        self.fates = NumberedBars(self.left, range(3), gap=3, colour=(GREEN, SKY, RED))
        self.levers = Bars(self.right, (0, 1), limit=19, horizontal=True, width=0.5)
        self.gains = [self.label(self.right, colour=INK, size=10, gap=4, box=None) for _ in (0, 1)]
        return [*self.fates.artists, *self.levers.artists]

    def follow(self, scene) -> None:
        counts = (scene.found.recovered, scene.found.silent_who_stay, scene.found.lost)
        self.fates.show(counts, map(count, counts))
        self.levers.show(scene.levers, [BLUE if gain == max(scene.levers) else SKY for gain in scene.levers])
        for row, (end, label, gain) in enumerate(zip(self.levers.ends(scene.levers), self.gains, scene.levers)):
            label.at(max(end, 0), row, f"{gain:+.1f}".replace("-", "−"), prefer="right")

    def sentence(self, scene) -> str:
        found, (complain, answers) = scene.found, scene.levers
        name = "lever_equal" if abs(complain - answers) < 0.05 else "lever_complain" if complain > answers else "lever_answers"
        return self.say(
            "recovery_sentence",
            count=DISSATISFIED, complainers=count(found.complainers), recovered=count(found.recovered),
            stay=count(found.silent_who_stay), lost=count(found.lost),
        ) + self.say(name, complain=f"{complain:.1f}".replace("-", "−"), answers=f"{answers:.1f}")


class gossip_tree(Picture):
    """One who tells and those who hear it, and what four textbook figures make of two hundred dissatisfied customers."""

    tells = Slider(low=1, high=25, step=1, start=9)
    only_complainers = Switch()

    most = DISSATISFIED * max(TOLD.values())

    def scene(self, *, tells, only_complainers):
        who: dict[str, Any] = {"dissatisfied": DISSATISFIED, "complaint_share": COMPLAIN, "base": "complainers" if only_complainers else "dissatisfied"}
        heard = [service.people_told(tells_at_least=number, tells_at_most=number, **who) for number in (tells, *TOLD.values())]
        return SimpleNamespace(tells=tells, tellers=heard[0].tellers, heard=[each.at_most for each in heard], only_complainers=only_complainers)

    def draw(self) -> None:
        self.left, self.right = self.figure.subplots(1, 2, width_ratios=(1, 1.5))
        self.left.set_title(self.say("tree_title"), loc="left", fontsize=10, color=INK)
        no_axes(self.left)
        self.left.set(xlim=(-0.15, 1.15), ylim=(-0.1, 1.1))
        self.left.plot([0], [0.5], "o", color=RED, markersize=13)
        self.set_up(self.right, title="heard_title", rows=[self.say("your_figure"), *(self.say(name) for name in TOLD)], xlim=(0, self.most * 1.25))

    def moved(self):
        (self.branches,) = self.left.plot([], [], color=GREY, linewidth=0.9, zorder=1)
        (self.listeners,) = self.left.plot([], [], "o", color=ORANGE, markersize=6)
        self.bars = NumberedBars(self.right, range(5), gap=self.most * 0.015, colour=(ORANGE, SKY, SKY, SKY, SKY))
        return [self.branches, self.listeners, *self.bars.artists]

    def follow(self, scene) -> None:
        heights = [(place + 0.5) / scene.tells for place in range(scene.tells)]
        self.listeners.set_data([1] * scene.tells, heights)
        self.branches.set_data([x for _ in heights for x in (0, 1, 0)], [y for height in heights for y in (0.5, height, 0.5)])
        self.bars.show(scene.heard, map(count, scene.heard))

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
        return SimpleNamespace(
            jobs=jobs,
            fixed=own_fixed_cost,
            price=price_per_job,
            costs=costs,
            cheaper=service.make_or_buy(jobs=jobs, **own),
            crossover=service.crossover_jobs(**own),
        )

    def draw(self) -> None:
        self.axes = self.set_up(self.figure.subplots(), title="make_title", x="jobs_axis", y="cost_axis", xlim=(0, MOST_JOBS), ylim=(0, self.highest))

    def moved(self):
        axes = self.axes
        (self.own,) = axes.plot([], [], color=BLUE, linewidth=2.2)
        (self.bought,) = axes.plot([], [], color=ORANGE, linewidth=2.2, linestyle="--")
        (self.guide,) = axes.plot([], [], color=GREY, linewidth=1)
        (self.crossing,) = axes.plot([], [], "o", color=INK, markersize=8, clip_on=False)
        self.crossing_words = self.label(axes, colour=INK, size=10, prefer=("below right", "above left"))
        self.own_words = self.label(axes, colour=BLUE, size=10, prefer=("below right", "above left"))
        self.bought_words = self.label(axes, colour=WORDS[ORANGE], size=10, prefer=("above left", "above right"))
        return [self.own, self.bought, self.guide, self.crossing]

    def follow(self, scene) -> None:
        def own_line(jobs):
            return scene.fixed + jobs * OWN_COST_PER_JOB / 1000

        self.own.set_data([0, MOST_JOBS], [own_line(0), own_line(MOST_JOBS)])
        self.bought.set_data([0, MOST_JOBS], [0, MOST_JOBS * scene.price / 1000])
        self.guide.set_data([scene.jobs] * 2, [0, min(self.highest, max(scene.costs))])
        seen = scene.crossover is not None and scene.crossover <= MOST_JOBS and own_line(scene.crossover) <= self.highest
        self.crossing.set_data([scene.crossover] if seen else [], [own_line(scene.crossover)] if seen else [])
        x, y = (scene.crossover, own_line(scene.crossover)) if seen else (0, 0)
        self.crossing_words.at(x, y, self.say("crossover", jobs=f"{scene.crossover:,.0f}") if seen else "")
        self.own_words.at(250, own_line(250), self.say("own"))
        end = min(MOST_JOBS * 0.9, self.highest * 0.9 * 1000 / scene.price)
        self.bought_words.at(end, end * scene.price / 1000, self.say("contractor"))

    def sentence(self, scene) -> str:
        own, bought = scene.costs
        numbers = {"jobs": f"{scene.jobs:,}", "own": f"{own:,.0f}", "bought": f"{bought:,.0f}"}
        tail = "never_own" if scene.crossover is None else "own_above"
        return self.say(f"make_{scene.cheaper}", **numbers) + self.say(tail, crossover=f"{scene.crossover or 0:,.0f}")
