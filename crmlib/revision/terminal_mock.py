"""A mock paper in the terminal: question by question against the clock, then the marks and what to read."""

from __future__ import annotations

from crmlib.check.reading import Unreadable
from crmlib.language import message
from crmlib.revision import keys, tables, terminal_face, views
from crmlib.revision.exam import Exam
from crmlib.revision.paper import Item, Paper
from crmlib.revision.printed import section_heading
from crmlib.revision.progress import Progress
from crmlib.revision.terminal_face import FORMS, Stopped, read, tell, tell_what_to_read, ticked_points


def run(progress: Progress, paper: Paper) -> int:
    """Sit a paper; whoever stops early may go on later with the same minutes and seed, while there is time."""
    exam = Exam(progress, paper)
    tell(message("revision.paper_title", name=paper.name))
    tell(message("revision.paper_about", minutes=paper.minutes, marks=f"{paper.marks:g}", count=len(paper.items)))
    tell(message("revision.mock_how" if exam.started is None else "revision.mock_goes_on", minutes=f"{exam.seconds_left / 60:.0f}"))
    try:
        if exam.started is None:
            read(message("revision.mock_start"))
            exam.start()
        _sit(exam)
    except (Stopped, KeyboardInterrupt):
        tell()
        key = "revision.mock_stopped" if exam.started else "revision.stopped"
        tell(message(key, minutes=paper.minutes, seed=paper.seed, left=f"{exam.seconds_left / 60:.0f}"))
        return 0
    exam.hand_in()
    try:
        _compare(exam)
    except (Stopped, KeyboardInterrupt):
        tell()
    _result(exam)
    return 0


def _sit(exam: Exam) -> None:
    for number, part in enumerate(exam.paper.sections):
        tell()
        tell(section_heading(exam.paper, number))
        for item in part.items:
            if item.number in exam.noted:
                continue
            if not exam.seconds_left:
                tell(message("revision.time_up"))
                return
            tell()
            given = _answer(exam, item)
            if given is not None and exam.seconds_left:
                exam.note(item.number, given)


def _answer(exam: Exam, item: Item) -> object:
    """What is typed for a question; Enter alone leaves it out."""
    shown = exam.asked[item.number].shown()
    left = message("revision.minutes_left", minutes=f"{exam.seconds_left / 60:.0f}")
    tell(message("revision.mock_item", number=item.number, text=shown["text"], marks=f"{item.marks:g}", left=left))
    if item.card.question.written:
        for part in shown["parts"]:
            tell(part)
        return read(message("revision.mock_write")) or message("revision.on_paper")
    show, prompt, understand = FORMS[shown["form"]]
    for line in show(shown):
        tell(line)
    while True:
        text = read(prompt(shown))
        if not text:
            return None
        if shown["form"] == "list":
            text = terminal_face.and_more_lines(text)
        try:
            return understand(text, shown)
        except Unreadable as error:
            tell(error)


def _compare(exam: Exam) -> None:
    """Model answers and marking points of what was written."""
    for item in exam.paper.items:
        if not item.card.question.written:
            continue
        tell()
        tell(f"{item.number}. {item.card.question.text}")
        given: dict[str, list[int]] = {}
        for number, part in enumerate(exam.asked[item.number].shown()["parts"]):
            tell(part)
            given[str(number)] = []
            compared = exam.tick(item.number, dict(given))["parts"][str(number)]
            tell(message("revision.model_answer", text=compared["answer"]))
            for place, text in enumerate(compared["points"], start=1):
                tell(f"  {place}  {text}")
            given[str(number)] = ticked_points(len(compared["points"]))
            tell(exam.tick(item.number, dict(given))["parts"][str(number)]["earned"])


def _result(exam: Exam) -> None:
    tell()
    tell(message("revision.mock_result", earned=f"{exam.total:g}", marks=f"{exam.paper.marks:g}"))
    tables.show(views.by_lesson_table(exam.by_lesson))
    for item in exam.paper.items:
        asked = exam.asked[item.number]
        if not item.card.question.written and exam.earned(item.number) < item.marks:
            earned, marks = f"{exam.earned(item.number):g}", f"{item.marks:g}"
            tell(message("revision.mock_lost", number=item.number, earned=earned, marks=marks, answer=exam.key(item.number)))
            tell(keys.why(asked))
    tell_what_to_read(exam.to_read, exam.progress.notices)
