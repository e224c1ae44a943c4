"""A mock paper that is sat: noted, interrupted, handed in, marked where a machine can, and what it says afterwards; on the page and in the terminal."""

import io
import sys
from datetime import timedelta

import pytest

from crmlib import course
from crmlib.language import message, use_language
from crmlib.revision import cards, keys, paper, terminal_mock
from crmlib.revision import exam as exam_module
from crmlib.revision.exam import Exam
from crmlib.revision.memory import Rating
from crmlib.revision.notebook_mock import MockExam
from crmlib.revision.progress import Progress
from tests.support.answering import typed

both_languages = pytest.mark.parametrize("language", ["en", "zh"])
PAPER = paper.draw(minutes=60, seed=3)


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "revision.sqlite")


def judged(exam) -> list[int]:
    return [number for number, item in exam.items.items() if not item.card.question.written]


def test_right_answers_earn_all_marks_and_none_earn_nothing(progress):
    exam = Exam(progress, PAPER)
    exam.start()
    for number in judged(exam):
        exam.note(number, keys.given(exam.asked[number]))
    exam.hand_in()
    assert all(exam.earned(number) == exam.items[number].marks for number in judged(exam))
    assert exam.total == sum(exam.items[number].marks for number in judged(exam))
    assert {review.source for review in progress.reviews()} == {"mock"} and {review.rating for review in progress.reviews()} == {Rating.Good}
    for number in set(exam.items) - set(judged(exam)):
        parts = exam.items[number].card.question.written
        exam.tick(number, {str(place): list(range(len(part.marking))) for place, part in enumerate(parts)})
    assert exam.total == PAPER.marks and not exam.to_read
    (kept,) = progress.sittings()
    assert (kept.paper, kept.earned, kept.marks) == (PAPER.name, PAPER.marks, PAPER.marks)
    assert sum(marks for _, marks in kept.by_lesson.values()) == PAPER.marks
    empty = Exam(progress, paper.draw(minutes=60, seed=4))
    empty.start()
    empty.hand_in()
    assert empty.total == 0 and len(empty.to_read) == len({item.card.point for item in empty.paper.items})


def test_a_half_right_answer_earns_a_part_to_half_a_mark(progress):
    several = [card for card in cards.select() if card.kind == "several" and sum(option.right for option in card.question.options) > 1]
    exam = Exam(progress, paper.draw(minutes=60, seed=3, cards=several))
    number, item = next(iter(exam.items.items()))
    exam.start()
    exam.note(number, keys.given(exam.asked[number])[:-1])
    exam.hand_in()
    assert 0 < exam.earned(number) < item.marks and exam.earned(number) * 2 == int(exam.earned(number) * 2)


def test_an_interrupted_paper_goes_on_with_its_answers_and_the_time_that_is_left(progress, monkeypatch):
    exam = Exam(progress, PAPER)
    exam.start()
    first = judged(exam)[0]
    exam.note(first, keys.given(exam.asked[first]))
    began = exam.started
    monkeypatch.setattr(exam_module, "now", lambda: began + timedelta(minutes=25))
    again = Exam(Progress(progress.path), paper.draw(minutes=60, seed=3))
    assert again.running and again.started == began and again.noted == exam.noted
    assert again.seconds_left == 35 * 60
    again.note(first, None)
    assert first in again.unanswered
    assert Exam(progress, paper.draw(minutes=60, seed=9)).started is None, "another paper is another sitting"


def test_a_paper_that_was_handed_in_begins_anew(progress):
    exam = Exam(progress, PAPER)
    exam.start()
    exam.hand_in()
    assert Exam(progress, PAPER).started is None and len(progress.sittings()) == 1


def test_a_draft_that_cannot_be_read_is_no_obstacle(progress):
    progress.set(f"mock {PAPER.name}", '{"started": 5')
    assert Exam(progress, PAPER).started is None


def test_an_answer_in_a_form_that_the_question_does_not_have_earns_nothing(progress):
    exam = Exam(progress, PAPER)
    exam.start()
    for number in judged(exam):
        exam.note(number, "not an option")
    exam.hand_in()
    assert exam.total == 0


# ---- the page ---------------------------------------------------------------------------------------------------------


@both_languages
def test_the_page_tells_nothing_before_the_end_and_everything_after_it(progress, language):
    use_language(language)
    page = MockExam(progress, minutes=60, seed=3)
    assert page.sitting["state"] == "ready" and page.shown == []
    page._heard(None, {"do": "start"}, None)
    assert page.sitting["state"] == "running" and len(page.shown) == len(PAPER.items)
    told = str(page.shown) + str(page.replies) + str(page.sitting)
    for number in judged(page.exam):
        assert keys.why(page.exam.asked[number]) not in told
        page._heard(None, {"do": "answer", "id": page._id(number), "given": keys.given(page.exam.asked[number])}, None)
    assert {reply["mark"] for reply in page.replies.values()} == {"noted"} and not progress.reviews()
    page._heard(None, {"do": "hand_in"}, None)
    assert page.sitting["state"] == "marked" and {page.replies[page._id(number)]["mark"] for number in judged(page.exam)} == {"right"}
    assert page.sitting["marks"]["rows"] and page.read and all(each["link"] for each in page.read)
    number = next(number for number in page.exam.items if number not in judged(page.exam))
    before = page.sitting["lines"][0]
    parts = page.exam.items[number].card.question.written
    for count in range(1, len(parts) + 1):
        page._heard(None, {"do": "answer", "id": page._id(number), "given": {str(place): [0] for place in range(count)}}, None)
    assert page.sitting["lines"][0] != before, "the marks follow what is ticked"


def test_a_paper_left_open_past_its_time_is_handed_in(progress, monkeypatch):
    page = MockExam(progress, minutes=60, seed=3)
    page.start()
    number = judged(page.exam)[0]
    page.answer(page._id(number), keys.given(page.exam.asked[number]))
    late = page.exam.started + timedelta(minutes=61)
    monkeypatch.setattr(exam_module, "now", lambda: late)
    assert MockExam(progress, minutes=60, seed=3).sitting["state"] == "marked"
    other = judged(page.exam)[1]
    page.answer(page._id(other), keys.given(page.exam.asked[other]))
    assert page.sitting["state"] == "marked" and page.exam.earned(other) == 0 and page.exam.earned(number) > 0


# ---- the terminal -----------------------------------------------------------------------------------------------------


def sit(progress, lines, monkeypatch, capsys, seed=3) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert terminal_mock.run(progress, paper.draw(minutes=60, seed=seed)) == 0
    return capsys.readouterr().out


@both_languages
def test_a_paper_is_sat_in_the_terminal(progress, monkeypatch, capsys, language):
    use_language(language)
    lines = [""]
    for item in PAPER.items:
        lines += typed(item.card.asked(PAPER.number)) if not item.card.question.written else ["my words"]
    lines += ["1" for item in PAPER.items for _ in item.card.question.written]
    said = sit(progress, lines, monkeypatch, capsys)
    (kept,) = progress.sittings()
    assert message("revision.mock_result", earned=f"{kept.earned:g}", marks=f"{PAPER.marks:g}") in said
    assert kept.earned > sum(item.marks for item in PAPER.items if not item.card.question.written)
    assert str(course.lesson(PAPER.items[0].card.lesson).title) in said


def test_stopping_and_going_on_in_the_terminal(progress, monkeypatch, capsys):
    first = PAPER.items[0]
    said = sit(progress, ["", *typed(first.card.asked(PAPER.number)), "q"], monkeypatch, capsys)
    assert "--minutes 60 --seed 3" in said and not progress.sittings()
    said = sit(progress, ["q"], monkeypatch, capsys)
    assert str(first.card.question.text) not in said and str(PAPER.items[1].card.question.text) in said
    said = sit(progress, [""] * 60, monkeypatch, capsys)
    assert progress.sittings()[0].earned == first.marks


def test_time_is_up_in_the_terminal(progress, monkeypatch, capsys):
    exam = Exam(progress, PAPER)
    exam.start()
    late = exam.started + timedelta(minutes=61)
    monkeypatch.setattr(exam_module, "now", lambda: late)
    said = sit(progress, [""] * 20, monkeypatch, capsys)
    assert message("revision.time_up") in said and len(progress.sittings()) == 1
