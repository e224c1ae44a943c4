"""Try every answer on its grader, in the same sandbox and trusted process that mark a class, and count what holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmlib import course
from crmlib.course import ROOT
from crmlib.grading.intake import source
from crmlib.grading.marking.submission import mark
from crmlib.grading.sandbox.session import SessionEnded
from crmlib.grading.wire.codec import Missing
from crmlib.language import listing, message, use_language
from crmlib.scorecard import answers as named
from crmlib.scorecard.asked import Found, listen
from crmlib.scorecard.lookalikes import lookalikes, numbers_in, too_near
from crmlib.scorecard.mutants import Mutant, ladders, mutants

LEAST_WRONG, LEAST_RIGHT = 5, 3
KILLED_OVER_ALL, KILLED_PER_EXERCISE = 0.95, 0.90


@dataclass
class ExerciseScore:
    """What was measured for one exercise in one language; ``broken`` holds a sentence for each promise not kept."""

    assignment: str
    exercise: str
    language: str
    points: float
    right: int = 0
    right_kept: int = 0
    wrong: int = 0
    wrong_kept: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    survivors: list[tuple[str, Mutant]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    earned: dict[str, float] = field(default_factory=dict)  # every trial's points, to compare the languages

    def expect(self, holds: bool, key: str, **values) -> bool:
        if not holds:
            self.broken.append(message(f"scorecard.{key}", exercise=self.exercise, language=self.language, **values))
        return holds


def measure(stem: str, language: str, config, sandbox, checker, root: Path = ROOT, only: str = "") -> list[ExerciseScore]:
    """The scores of all exercises of an assignment in one language; ``only`` leaves out all but one exercise."""
    use_language(language)
    bench = Bench(stem, language, config, sandbox, checker, root)
    scores = {number: ExerciseScore(stem, number, language, points) for number, points in bench.exercises().items() if only in ("", number)}
    _ends(bench, scores)
    known, equivalent = named.read(stem, root)
    for answer in (answer for answer in known if bench.exercise_of[answer.test] in scores):
        _named(bench, scores[bench.exercise_of[answer.test]], answer)
        if answer.right:
            _monotone(bench, scores[bench.exercise_of[answer.test]], answer.cell, answer.test, answer.source)
    for score in scores.values():
        score.expect(score.wrong >= LEAST_WRONG, "few_wrong", count=score.wrong, least=LEAST_WRONG)
        score.expect(score.right >= LEAST_RIGHT, "few_right", count=score.right, least=LEAST_RIGHT)
    for cell, test in ((cell, test) for cell, test in bench.pairs() if bench.exercise_of[test] in scores):
        _monotone(bench, scores[bench.exercise_of[test]], cell, test, bench.cells[cell].model)
        score = scores[bench.exercise_of[test]]
        model = bench.cells[cell].model
        made = [*mutants(model, _solution_lines(model)), *bench.lookalikes(cell, test, score)]
        _mutated(bench, score, cell, test, made, {each.mutant for each in equivalent if each.cell == cell})
    bench.close()
    for score in scores.values():
        score.expect(score.mutants == 0 or score.killed / score.mutants >= KILLED_PER_EXERCISE, "survivors", killed=score.killed, count=score.mutants)
    return list(scores.values())


def _ends(bench: Bench, scores) -> None:
    """The model answer earns full marks, the untouched file nothing: measured on whole files."""
    for which, text in (("model", lambda cell: cell.model if cell.takes_answer else cell.text), ("untouched", lambda cell: cell.text)):
        for question in (question for question in bench.whole(text) if bench.exercise_of[question.id] in scores):
            score = scores[bench.exercise_of[question.id]]
            due = question.points if which == "model" else 0.0
            score.expect(question.earned == due, which, question=question.id, earned=question.earned, points=question.points)


def _named(bench: Bench, score: ExerciseScore, answer: named.Answer) -> None:
    full = bench.points[answer.test]
    earned, said = bench.trial(answer.test, {answer.cell: answer.source})
    score.earned[f"{answer.test}: {answer.name}"] = earned
    if answer.right:
        score.right += 1
        score.right_kept += score.expect(earned == full, "right_refused", name=answer.name, earned=f"{earned:g}", points=f"{full:g}")
        return
    score.wrong += 1
    lower = score.expect(earned < full, "wrong_accepted", name=answer.name, points=f"{full:g}")
    stated = score.expect(abs(earned - answer.points) < 0.001, "other_marks", name=answer.name, earned=f"{earned:g}", points=f"{answer.points:g}")
    reason = score.expect(gives_reason(said, answer.reason), "no_reason", name=answer.name, reason=answer.reason)
    score.wrong_kept += lower and stated and reason


def _mutated(bench: Bench, score: ExerciseScore, cell: str, test: str, made: list[Mutant], equivalent: set[str]) -> None:
    for mutant in made:
        earned, _ = bench.trial(test, {cell: mutant.source}, quick=True)
        score.earned[f"{cell} {mutant.name}"] = earned
        survived = earned >= mutant.most * bench.points[test]
        if mutant.name in equivalent:
            score.equivalent += 1
            score.expect(survived, "not_equivalent", cell=cell, mutant=mutant.name)
            continue
        score.mutants += 1
        score.killed += not survived
        if survived:
            score.survivors.append((cell, mutant))


def _monotone(bench: Bench, score: ExerciseScore, cell: str, test: str, text: str) -> None:
    """Partial credit is monotone: one more item right never earns less."""
    for ladder in ladders(text):
        earned = [bench.trial(test, {cell: step}, quick=True)[0] for step in ladder]
        score.expect(earned == sorted(earned), "not_monotone", cell=cell, earned=", ".join(f"{each:g}" for each in earned))


def _solution_lines(model: str) -> range | None:
    """The lines that the instructor wrote as the solution: what stands around them is given to students."""
    marks = [number for number, line in enumerate(model.splitlines(), start=1) if "### BEGIN SOLUTION" in line or "### END SOLUTION" in line]
    return range(marks[0], marks[-1] + 1) if len(marks) >= 2 else None


class Bench:
    """An assignment in one language, ready for single trials: set-up cells, one answer, its test.

    A trial has a session of its own. A ``quick`` one shares it: mutants are our own code and hundreds of them would
    spend their time on opening sessions; every name is taken away before, and set-up cells run anew.
    """

    def __init__(self, stem: str, language: str, config, sandbox, checker, root: Path):
        self.assignment = source.read(root / "solutions" / language / stem, config)
        self.sandbox, self.checker, self.language = sandbox, checker, language
        self.shared: Any = None  # a session and an examination that many quick trials use
        self.shared_test: str | None = None
        self.shared_examination: Any = None
        self.set_up_cells: dict[str, list] = {}
        self.found: Found | None = None
        self.notebook = self.assignment.notebooks[0]
        self.cells = {cell.id: cell for cell in self.notebook.cells}
        self.points = {cell.id: cell.points for cell in self.notebook.cells if cell.role == "test"}
        self.exercise_of: dict[str, str] = {}
        self.answers_of: dict[str, list[str]] = {}
        self._group()

    def _group(self) -> None:
        """Which exercise and which answer cells a test belongs to: the heading above it, the answers since the last test."""
        number, since = "", []
        for cell in self.notebook.cells:
            heading = re.match(r"## (\d+\.\d+)", cell.text) if cell.kind == "markdown" else None
            number = heading[1] if heading else number
            if cell.kind == "code" and cell.takes_answer:
                since.append(cell.id)
            elif cell.role == "test":
                self.exercise_of[cell.id], self.answers_of[cell.id] = number, since[-1:]
                since = []

    def exercises(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for test, number in self.exercise_of.items():
            found[number] = found.get(number, 0) + self.points[test]
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """Every graded answer cell with its test."""
        return [(cell, test) for test, cells in self.answers_of.items() for cell in cells]

    def lookalikes(self, cell: str, test: str, score: ExerciseScore) -> list[Mutant]:
        """The lookalikes of what a test asks for; a misconception inside the key's tolerance breaks a promise."""
        if self.found is None:
            self.found = listen(self.notebook.cells)
        exercise, made = course.exercise(self.exercise_of[test]), []
        for asked in self.found.asked.get(test, ()):
            score.expect(not (near := too_near(asked)), "too_near", question=test, names=listing(near))
            made += lookalikes(asked, cell, self.cells[cell].model, self.found, list(exercise.practice), self.visible(exercise.number))
        return made

    def visible(self, number: str) -> set[float]:
        """The numbers that an exercise shows to students."""
        inside, text = False, []
        for cell in self.notebook.cells:
            heading = re.match(r"## (\d+\.\d+)", cell.text) if cell.kind == "markdown" else None
            inside = heading[1] == number if heading else inside
            text += [cell.text] if inside else []
        return numbers_in("\n".join(text))

    def whole(self, text) -> list:
        """All questions of a whole file whose cells hold what ``text`` gives for each."""
        import json

        cells = [
            {"cell_type": cell.kind, "id": cell.cell_id, "metadata": cell.metadata, "source": text(cell)}
            | ({"outputs": [], "execution_count": None} if cell.kind == "code" else {})
            for cell in self.notebook.cells
        ]
        content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
        marked = mark({f"{self.notebook.name}.ipynb": content}, self.assignment, self.sandbox, self.checker)
        return marked.notebooks[0].questions

    def trial(self, test: str, given: dict[str, str], quick: bool = False) -> tuple[float, str]:
        """Points and printed words for one answer: only the set-up cells above, the answer and its test are run."""
        if quick:
            return self._quick_trial(test, given)
        with self.sandbox.open(self.assignment.files) as session, self._examination(test) as examination:
            return self._trial(test, given, session, examination)

    def _quick_trial(self, test: str, given: dict[str, str]) -> tuple[float, str]:
        if self.shared is None or not self.shared.alive:
            self.shared = self.sandbox.open(self.assignment.files, seconds=3600)
        if self.shared_test != test:
            if self.shared_examination is not None:
                self.shared_examination.close()
            self.shared_test, self.shared_examination = test, self._examination(test)
        self.shared.run(_FORGET, "forget")
        return self._trial(test, given, self.shared, self.shared_examination)

    def close(self) -> None:
        for shared in (self.shared, self.shared_examination):
            if shared is not None:
                shared.close()

    def _examination(self, test: str):
        """A trusted process that has run the set-up cells above this test."""
        examination = self.checker.open(self.language, self.assignment.files)
        self.set_up_cells[test] = []
        for cell in self.notebook.cells:
            if cell.id == test:
                return examination
            if cell.kind == "code" and cell.role in ("locked", "free") and self._sets_up(cell, examination):
                examination.set_up(cell.full, cell.id)
                self.set_up_cells[test].append(cell)
        raise KeyError(test)

    def _trial(self, test: str, given: dict[str, str], session, examination) -> tuple[float, str]:
        for cell in self.set_up_cells[test]:
            session.run(cell.full, cell.id)
        for id, text in given.items():
            session.run(text, id)
            examination.answered(self.cells[id].model)
        return self._tested(self.cells[test], session, examination)

    def _sets_up(self, cell, examination) -> bool:
        """Whether a locked cell prepares something: it asks nothing of the student and makes or switches something."""
        if examination.wanted(cell.full, self.notebook.answered_names):
            return False
        return bool(source.defined(cell.full)) or "use_language" in cell.full

    def _tested(self, cell, session, examination) -> tuple[float, str]:
        names = examination.wanted(cell.full, self.notebook.answered_names)
        try:
            values = session.snapshot(names)
        except SessionEnded:
            values = dict.fromkeys(names, Missing)
        outcome = examination.test(cell.full, cell.id, values, session.call)
        said = "".join(output.get("text", "") for output in outcome.outputs) + " ".join(outcome.error or ())
        if not outcome.done or outcome.error or outcome.ended:
            return 0.0, said
        return cell.points if outcome.value is None else outcome.value, said


_FORGET = "for name in [name for name in globals() if not name.startswith('_')]:\n    del globals()[name]"


def gives_reason(text: str, reason: str) -> bool:
    """Whether a text holds a misconception's words or a message, whatever stands in its blanks."""
    from crmlib.language import wording

    if "/" in reason:
        number, _, id = reason.partition("/")
        return str(course.exercise(number).misconceptions[id].text) in text
    pattern = re.sub(r"\\\{\w+\\\}", ".*?", re.escape(wording(reason))).removeprefix(".*?")  # a blank in front finds no more and takes long
    return re.search(pattern, text, re.DOTALL) is not None


def compare(one: ExerciseScore, other: ExerciseScore) -> None:
    """Both languages give equal marks for the same answer."""
    for name in sorted(one.earned.keys() | other.earned.keys()):
        one.expect(one.earned.get(name) == other.earned.get(name), "languages_differ", name=name, earned=one.earned.get(name), other=other.earned.get(name))
