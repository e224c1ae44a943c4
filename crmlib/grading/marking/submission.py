"""One submission, from bytes to marks: intake, sandbox and checks one after the other. A pure function of its input.

Student cells run in the sandbox, test cells in the trusted process, in the order of the instructor's notebook.
Where a student's cell ends the session (it hangs, dies, eats the memory), a new one is opened, the earlier cells
run again, and the rest of the notebook goes on: what was earned stays earned.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from crmlib.check import FormError, faults
from crmlib.check.below import line_below
from crmlib.grading.intake.choice import Choice, choose
from crmlib.grading.intake.files import CHECKPOINTS
from crmlib.grading.intake.names import may_be_notebook
from crmlib.grading.intake.source import SourceAssignment, SourceCell, SourceNotebook, replaced
from crmlib.grading.marking import feedback, scratch
from crmlib.grading.processes.settings import checked_files
from crmlib.grading.sandbox.session import SessionEnded
from crmlib.grading.wire import names as wire_names
from crmlib.grading.wire.codec import Missing, NotPlain
from crmlib.language import listing, message


@dataclasses.dataclass
class Question:
    """The marks of one graded cell and everything needed to explain them."""

    id: str
    points: float
    earned: float | None  # None: a person must mark it
    reasons: list[str] = dataclasses.field(default_factory=list)
    handed_in: str = ""
    received: dict[str, str] = dataclasses.field(default_factory=dict)
    due: list[str] = dataclasses.field(default_factory=list)
    tamper_proof: bool = True


@dataclasses.dataclass
class MarkedNotebook:
    """A marked notebook: the finished file, one question per graded cell, which answers are empty, what was repaired."""

    name: str
    notebook: dict
    questions: list[Question]
    unanswered: list[str]
    repairs: list[str]
    problem: str = ""  # why there is nothing to mark, where that is so
    doubts: list[str] = dataclasses.field(default_factory=list)  # marked, but a person must look at what was marked
    details: list[str] = dataclasses.field(default_factory=list)  # repairs that only an explanation lists
    unreadable: bool = False  # something was handed in and could not be read

    @property
    def asks_for_a_person(self) -> bool:
        """Whether these marks must not stand in the gradebook as if they were sure."""
        return self.unreadable or bool(self.doubts)


@dataclasses.dataclass
class Marked:
    """A whole submission."""

    notebooks: list[MarkedNotebook]
    attachments: dict[str, bytes]
    repairs: list[str]
    isolated: bool


def mark(files: Mapping[str, bytes], assignment: SourceAssignment, sandbox, checker) -> Marked:
    """Mark the files of one submission (relative name to content)."""
    chosen, unpacked = choose(files, assignment.notebooks)
    names = [source.name for source in assignment.notebooks]
    used = {choice.file for choice in chosen.values()}
    others = {name: content for name, content in files.items() if name not in used and not _is_notebook(name)}
    given = {name: content for name, content in {**files, **_beside_notebooks(unpacked, used)}.items() if not may_be_notebook(name)}
    marked = []
    for source in assignment.notebooks:
        marked.append(_mark_notebook(chosen[source.name], source, given, assignment.files, sandbox, checker))
    reserved = {*assignment.files, *(f"{name}{ending}" for name in names for ending in (".ipynb", ".html"))}
    attachments, repairs = feedback.safe_attachments(others, reserved)
    return Marked(marked, attachments | assignment.files, repairs, sandbox.isolated)


def _is_notebook(file: str) -> bool:
    """What nbgrader would take for a notebook of the submission, and what JupyterLab keeps of one by itself."""
    return (file.endswith(".ipynb") and "/" not in file) or CHECKPOINTS in PurePosixPath(file).parts


def _beside_notebooks(unpacked: Mapping[str, bytes], used: Iterable[str | None]) -> dict[str, bytes]:
    """Of what was in archives, the files beside a notebook that is marked."""
    folders = [f"{PurePosixPath(file).parent.as_posix()}/" for file in used if file in unpacked]
    return {name: content for name, content in unpacked.items() if name.startswith(tuple(folders))} if folders else {}


def _mark_notebook(choice: Choice, source: SourceNotebook, given, own_files, sandbox, checker) -> MarkedNotebook:
    if choice.taken is None:
        return _nothing(source, choice)
    files, left = scratch.together(scratch.beside(given, choice.file), own_files, partial(_refuse, settings=sandbox.settings))
    fit = sandbox.fit_for([cell.text for cell in choice.taken.cells if cell.kind == "code"], files)
    run = _Run(choice.taken, source, files, own_files, fit, checker)
    run.all_cells()
    repairs = [*choice.notes, *choice.taken.repairs, *left, *run.repairs]
    doubts = list(choice.doubts)
    if choice.taken.is_half:
        doubts.insert(0, message("submission.half", found=choice.taken.found, count=len(source.cells)))
    notebook = feedback.finished(run.cells, source.metadata, [*doubts, *repairs])
    unanswered = [cell.id for cell in choice.taken.cells if cell.source and cell.source.takes_answer and not cell.answered]
    return MarkedNotebook(source.name, notebook, run.questions, unanswered, repairs, doubts=doubts, details=list(choice.taken.details))


def _refuse(files: Mapping[str, bytes], settings) -> None:
    """Raise ValueError where the sandbox does not take these files."""
    checked_files(files, settings)
    folders = {parent for name in files for parent in PurePosixPath(name).parents}
    if len(files) + len(folders) > settings.scratch_files * 0.75:  # the rest is room for what the notebook writes
        raise ValueError(len(files))


def _nothing(source: SourceNotebook, choice: Choice) -> MarkedNotebook:
    """No usable file: every question earns 0, and the file that stands there says why."""
    problem = choice.problem
    cells = [feedback.cell_of(cell, cell.text if cell.takes_answer else cell.full, []) for cell in source.cells]
    questions = [Question(cell.id, cell.points, 0.0, [problem]) for cell in source.cells if cell.graded]
    unanswered = [cell.id for cell in source.cells if cell.takes_answer]
    return MarkedNotebook(source.name, feedback.finished(cells, source.metadata, [problem]), questions, unanswered, [], problem, unreadable=choice.unreadable)


class _Run:
    """The cells of one notebook on their way through the sandbox and the trusted process."""

    def __init__(self, taken, source: SourceNotebook, scratch, own_files, sandbox, checker):
        self.taken, self.source, self.sandbox, self.checker = taken, source, sandbox, checker
        self.own_files = own_files  # the instructor's: a test never reads a file of the submission
        self.cells: list[dict] = []
        self.questions: list[Question] = []
        self.repairs: list[str] = []
        self.ran: list[tuple[str, str]] = []  # (source, id) of the cells to run again in a new session
        self.answers: list[str] = []  # since the last test: what its question was answered with
        self.troubles: list[str] = []  # since the last test: answer cells that did not end well
        self.faults: list[tuple[set[str], str]] = []  # names that an answer cell with an error did not give, and the error in words
        self.files = dict(scratch)
        self.beside: set[str] = set()  # names that an instructor's cell gave a value beside student code
        self.clean: CleanSession | None = None  # once hidden calls were made: the same cells, never called by a test
        self.calls_wait = _calls_may_wait(taken.cells)
        self.waiting: list[Callable[[], None]] = []  # tests that call student code, for the end

    def all_cells(self) -> None:
        language = self.source.metadata.get("crmlib", {}).get("language", "en")
        self.session = self._open()
        try:
            with self.checker.open(language, self.own_files) as self.examination:
                for number, cell in enumerate(self.taken.cells):
                    self._cell(cell, may_wait=self.calls_wait[number])
                for test in self.waiting:
                    test()
        finally:
            self.session.close()
            if self.clean is not None:
                self.clean.close()

    def _open(self):
        for files in (self.files, self.own_files, {}):
            try:
                session = self.sandbox.open(files)
            except ValueError:  # something about them that nobody foresaw: the instructor's own at the least, or none
                continue
            if len(files) < len(self.files):
                self.repairs.append(message("submission.files_left", count=len(self.files) - len(files)))
                self.files = dict(files)
            return session
        raise RuntimeError("no session could be opened")

    def _cell(self, cell, *, may_wait: bool) -> None:
        own = cell.source
        if cell.kind != "code":
            self.cells.append(feedback.cell_of(own, cell.text, [], kind=cell.kind, id=cell.id, pictures=cell.pictures))
            if own is not None and own.graded:
                self._by_hand(own, cell)
        elif own is not None and own.role == "test":
            self._test(own, may_wait)
        else:
            outputs = self._student_cell(cell)
            self.cells.append(feedback.cell_of(own, cell.text, feedback.safe_outputs(outputs), id=cell.id))
            if own is not None and own.role == "manual":
                self._by_hand(own, cell)

    def _by_hand(self, own: SourceCell, cell) -> None:
        """What only a person can mark; an answer that was never given earns 0 at once, as in nbgrader."""
        earned = 0.0 if own.role == "manual" and not cell.answered else None
        self.questions.append(Question(own.id, own.points, earned, handed_in=cell.text))

    def _student_cell(self, cell) -> list[dict]:
        own = cell.source
        if own is None or own.takes_answer:
            self.answers.append(cell.text)
        elif not self.examination.wanted(cell.text, self.source.answered_names):
            self.examination.set_up(cell.text, cell.id)  # a set-up cell that asks nothing of the student: runs on both sides
        if own is not None and (own.takes_answer or self.examination.wanted(cell.text, self.source.answered_names)):
            self.examination.answered(own.model)  # from here on these names are the student's to give
            made = wire_names.names(own.model).bound
            self.beside = self.beside - made if own.takes_answer else self.beside | made
        outcome = self.session.run(cell.text, cell.id)
        if self.clean is not None and outcome.outputs:
            outcome.outputs = self.clean.outputs(self.ran, cell, outcome.ended)
        self._note_fault(cell, outcome)
        if outcome.ended:
            self.troubles.append(message(f"submission.ended_{outcome.ended}", cell=cell.id))
        if self.session.alive:
            self.ran.append((cell.text, cell.id))  # a cell that ended its session is not run again
        else:
            self._reopen()
        return self._with_fault(cell.text, outcome.outputs)

    def _note_fault(self, cell, outcome) -> None:
        """What an answer cell with an error did not give, and why: the first reason of every question that asks for it."""
        own = cell.source
        answers = own is None or own.takes_answer
        error = next((output for output in outcome.outputs if output["output_type"] == "error"), None)
        is_fault = not outcome.ok and error is not None and not outcome.ended and answers
        if outcome.ok and self.faults or is_fault:
            given = faults.names_given(cell.text) | (faults.names_given(own.model) if own is not None and own.takes_answer else set())
        if is_fault:
            line = _line(error, cell.id)
            fault = faults.of_cell(cell.text, error["ename"], error["evalue"], line)
            self.faults.append((given, fault))
        elif outcome.ok:
            self.faults = [(names - given, fault) for names, fault in self.faults]
            if answers and ":" in cell.text:
                self.faults += [({name}, fault) for name, fault in faults.without_value(cell.text, compared=False).items()]

    def _fault_of(self, names) -> str | None:
        return next((fault for lost, fault in self.faults if lost & set(names)), None)

    def _with_fault(self, source: str, outputs: list[dict]) -> list[dict]:
        """In place of "name … is not defined": that the cell above has an error, as the student's own notebook says it."""
        fault = self._fault_of(self.examination.wanted(source, self.source.answered_names))
        return [self._in_place(output, fault, source) for output in outputs]

    def _in_place(self, output: dict, fault: str | None, source: str) -> dict:
        if fault is None or output["output_type"] != "error" or output["ename"] not in ("NameError", "FormError"):
            return output
        part = re.search(r"\bpart=\"([^\"]+)\"", source)
        error = FormError(message("faults.mend", fault=fault), part[1] if part else "")
        return {**output, "ename": "FormError", "evalue": str(error), "traceback": error._render_traceback_()}

    def _reopen(self) -> None:
        self.session = self.sandbox.reopen(self.session, self.files, self.ran)

    def _test(self, own: SourceCell, may_wait: bool) -> None:
        question = Question(own.id, own.points, 0.0, [*self.troubles, *self._answers_below(own)], "\n".join(self.answers))
        self.questions.append(question)
        self.answers, self.troubles = [], []
        self.cells.append(feedback.cell_of(own, own.full, []))
        place = len(self.cells) - 1
        if own.runs_inside:
            self._finish(place, own, self._inside(own, question))
            return
        names = self.examination.wanted(own.full, self.source.answered_names)
        values = self._values(names, question)
        fault = self._fault_of(names)
        calls = [name for name, value in values.items() if not _is_data(value) and not isinstance(value, NotPlain) and value is not Missing]
        if calls and own.hides and may_wait:
            self.waiting.append(partial(self._called_last, place, own, question, names, values, calls, fault))
        else:
            self._finish(place, own, self._outside(own, question, names, values, fault))

    def _called_last(self, place, own, question, names, values, calls, fault) -> None:
        """A test with calls, when every cell has run: what a function keeps of a hidden call, no cell can show any more."""
        # Numbers of functions hold for the session that gave them, and a call tells what it changed since the last snapshot.
        fresh = self._values([*values], question)
        values |= {name: fresh[name] for name in calls}
        self._finish(place, own, self._outside(own, question, names, values, fault, shows_nothing_more=True))

    def _finish(self, place: int, own: SourceCell, outputs: list[dict]) -> None:
        self.cells[place] = feedback.cell_of(own, own.full, outputs)
        if not self.session.alive:
            self._reopen()

    def _values(self, names: list[str], question: Question) -> dict:
        try:
            return self.session.snapshot(names) if names else {}
        except SessionEnded:
            question.reasons.append(message("submission.snapshot_failed"))
            return dict.fromkeys(names, Missing)

    def _answers_below(self, own: SourceCell) -> list[str]:
        """An answer that stands on a line of its own below ``x = ...`` earns nothing, and is said to be what it is."""
        asked = set(self.examination.wanted(own.full, self.source.answered_names))
        found = [line for line, names in map(line_below, self.answers) if line and names & asked]
        return [message("check.answer_below", line=line) for line in found]

    def _outside(self, own: SourceCell, question: Question, names, values: dict, fault: str | None, *, shows_nothing_more=False) -> list[dict]:
        theirs = self.clean.values(self.ran, [name for name, value in values.items() if _is_data(value)]) if self.clean is not None else {}
        values |= theirs or {}
        outcome = self.examination.test(own.full, own.id, values, self.session.call, shared=self.source.shared_names, hides=own.hides)
        if own.hides and outcome.calls and self.clean is None and not shows_nothing_more:
            self.clean = CleanSession(self.sandbox, self.files, self.session)
        self._say_what_ran_beside(question, names)
        question.received = {verdict["received"][:40] or "…": verdict["received"] for verdict in outcome.verdicts} or dict.fromkeys(names, "")
        question.due = [verdict["due"] for verdict in outcome.verdicts]
        question.earned = self._earned(own, outcome, question)
        question.reasons += [reason for verdict in outcome.verdicts for reason in verdict["reasons"]]
        if outcome.error:
            question.reasons.append(_in_words(*outcome.error))
        if fault and question.earned != own.points:
            lost = outcome.error is not None and outcome.error[0] == "NameError"
            question.reasons = [fault, *(question.reasons[:-1] if lost else question.reasons)]
        mocked = replaced(own.full) & self.source.answered_functions
        if mocked and not question.earned:
            # The student's other functions run elsewhere and do not see the replacement: a 0 would be ours, not theirs.
            question.earned = None
            question.reasons.append(message("submission.replaces_function", names=listing(sorted(mocked))))
        shown = [output for output in outcome.outputs if not own.hides or _may_be_seen(output, question, outcome)]
        if theirs is None:  # marked all the same, but nothing of such values is shown
            shown, question.received = [], dict.fromkeys(names, "")
        return [self._in_place(output, fault, own.full) for output in shown]

    def _say_what_ran_beside(self, question: Question, names) -> None:
        """A value that an instructor's cell made out of a student's is the student's to forge."""
        beside = sorted(self.beside.intersection(names))
        if beside:
            question.tamper_proof = False
            question.reasons.append(message("submission.made_beside", names=listing(beside)))

    def _earned(self, own: SourceCell, outcome, question: Question) -> float | None:
        """A mark is a positive statement of the trusted side; anything else is 0, or a person's business."""
        if outcome.ended:
            question.reasons.append(message("submission.test_ended"))
        if not outcome.done or outcome.error or outcome.ended:
            return 0.0
        if outcome.value is None:
            return own.points
        if not 0 <= outcome.value <= own.points:
            question.reasons.append(message("submission.impossible_points", value=f"{outcome.value:g}", points=f"{own.points:g}"))
            return None
        return outcome.value

    def _inside(self, own: SourceCell, question: Question) -> list[dict]:
        """A foreign test beside the student's live objects, because the instructor wants it so."""
        question.tamper_proof = False
        question.reasons.append(message("submission.not_tamper_proof"))
        outcome = self.session.run_inside(own.full, own.id)
        question.earned = own.points if outcome.ok else 0.0
        for output in outcome.outputs:
            if output["output_type"] == "execute_result" and outcome.ok:
                question.earned = _partial(output["data"].get("text/plain", ""), own.points)
            elif output["output_type"] == "error":
                question.reasons.append(f"{output['ename']}: {output['evalue']}")
        return feedback.safe_outputs(outcome.outputs)


def _line(error: dict, cell: str) -> int | None:
    """The line of the student's cell in which an error came, read off its traceback."""
    found = re.search(rf"^  cell {re.escape(cell)}, line (\d+)", "\n".join(error["traceback"]), re.MULTILINE)
    return int(found[1]) if found else None


def _calls_may_wait(cells: Sequence) -> list[bool]:
    """For every cell, whether a test that stands there may call student code when all cells below have run as well.

    It may where nothing below gives another value to a name that the test reads, or touches one that a function above
    reads when it is called. What a hidden call leaves behind in a function is then seen by nobody: the cells have run.
    """
    told = [_names_of(cell) for cell in cells]
    tests = [cell.source is not None and cell.source.role == "test" for cell in cells]
    bound: set[str] = set()  # by the cells below
    touched: set[str] = set()  # below: read or bound
    below: dict[int, tuple[frozenset[str], frozenset[str]]] = {}  # of the tests with nothing below that may do anything
    is_open = False
    for number in reversed(range(len(cells))):
        if tests[number] and not is_open:
            below[number] = frozenset(bound), frozenset(touched)
        for names in told[number]:
            bound |= names.bound
            bound |= names.deleted
            touched |= names.read
            touched |= names.called
            is_open = is_open or names.open
        touched |= bound
    kept: set[str] = set()  # read by functions above when they are called, modules and functions themselves excepted
    constant: set[str] = set()
    found = [False] * len(cells)
    for number, cell in enumerate(cells):
        if number in below:
            rebound, seen = below[number]
            reads = kept.union(*(names.read for names in told[number]))
            found[number] = rebound.isdisjoint(reads) and seen.isdisjoint(kept - constant)
        if not tests[number]:
            for names in told[number]:
                kept |= names.called & bound  # what no cell ever gives a value is Python's own
            constant |= wire_names.imports(cell.text).keys()
            constant |= wire_names.functions(cell.text)
    return found


def _names_of(cell) -> list:
    """What runs where this cell stands: the student's text, or the instructor's, or both."""
    if cell.kind != "code":
        return []
    own = cell.source
    texts = [own.full] if own is not None and own.role == "test" else [cell.text, *([own.model] if own is not None else [])]
    return [wire_names.names(text) for text in texts]


class CleanSession:
    """The same cells in a session in which no test ever calls anything.

    What a function got from a hidden test it may keep, and a later cell may print it or hand it in as an answer. So
    what is shown and taken after the first hidden call comes from here. It runs a cell only when it has to.
    """

    def __init__(self, sandbox, files, session):
        self.sandbox, self.files, self.seconds = sandbox, files, session.seconds_left
        self.session, self.done = None, 0

    def close(self) -> None:
        if self.session is not None:
            self.session.close()

    def _catch_up(self, ran: list[tuple[str, str]]) -> bool:
        """Whether every cell that ran there has run here."""
        if self.session is None:
            self.session = self.sandbox.open(self.files, seconds=self.seconds)
        if self.session.alive:
            self.session.replay(ran[self.done :])
            self.done = len(ran)
        return self.session.alive

    def outputs(self, ran: list[tuple[str, str]], cell, ended: str | None) -> list[dict]:
        """What the next cell shows here."""
        if ended:  # it would end here too, after as long a time
            words = message(f"submission.ended_{ended}", cell=cell.id)
            return [{"output_type": "error", "ename": "Ended", "evalue": words, "traceback": [words]}]
        if not self._catch_up(ran):
            return []
        self.done += 1
        return self.session.run(cell.text, cell.id).outputs

    def values(self, ran: list[tuple[str, str]], names: list[str]) -> dict[str, object] | None:
        """The values of these names here, None where they cannot be had; functions are called in the other session."""
        if not names:
            return {}
        try:
            found = self.session.snapshot(names) if self._catch_up(ran) else {}
        except SessionEnded:
            return None
        return found if found and all(map(_is_data, found.values())) else None


def _may_be_seen(output: dict, question: Question, outcome) -> bool:
    """Of a test that students did not get: what it prints, its error and its points, no warning and no other last value."""
    is_points = outcome.value is not None and question.earned is not None
    return output.get("name") != "stderr" and (output["output_type"] != "execute_result" or is_points)


def _is_data(value) -> bool:
    """Whether an encoded value holds no function, whose number only its own session knows."""
    return value is not Missing and not isinstance(value, NotPlain) and not _REFERENCE.search(json.dumps(value))


_REFERENCE = re.compile(r'"~": "(?:function|iterator|yours)"')


def _in_words(name: str, text: str) -> str:
    """An error of a test as a sentence, where its name alone would say nothing to a person who does not program."""
    if name == "AssertionError" and not text:
        return message("submission.assertion")
    if name in ("SystemExit", "KeyboardInterrupt"):
        return message("submission.leaves", error=name)
    return f"{name}: {text}" if text else name


def _partial(text: str, points: float) -> float:
    """nbgrader's rule: a last value that reads as a number is the points earned."""
    try:
        return min(points, max(0.0, float(text)))
    except ValueError:
        return points
