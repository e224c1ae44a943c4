"""A session: what is asked, what is kept and how it is rated; in the terminal and on the notebook's page, in both languages."""

import io
import os
import subprocess
import sys

import pytest

import crmlib as crm
from crmlib import cli, course
from crmlib.course import CourseError
from crmlib.language import message, use_language
from crmlib.revision import cards, notebook_face, terminal_face
from crmlib.revision.memory import Rating
from crmlib.revision.progress import Progress
from crmlib.revision.session import Session, begin
from tests.conftest import ROOT
from tests.support.answering import right_answer, typed
from tests.support.catalogue import every

both_languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "revision.sqlite")


def one_of_each_kind() -> list[cards.Card]:
    found = {}
    for card in cards.select():
        found.setdefault(card.kind, card)
    return list(found.values())


# ---- which cards a name stands for ------------------------------------------------------------------------------------


@every("name", [9, "9", "09", "09-loyalty-economics", "loyalty-economics", "loyalty_economics", "Loyalty economics", "忠诚经济学"])
def test_a_lesson_is_named_in_every_way_that_a_learner_may(name):
    assert {card.lesson for card in cards.select(name)} == {"09-loyalty-economics"}


@pytest.mark.parametrize("name", ["clv-definition", "Customer Lifetime Value (CLV)", "客户终身价值"])
def test_a_point_is_named_by_id_or_term(name):
    assert {card.point for card in cards.select(name)} >= {"clv-definition"} and all("clv-definition" in card.points for card in cards.select(name))


@both_languages
@pytest.mark.parametrize(("name", "meant"), [("loyality", "loyalty"), ("11", ""), ("", ""), ("clv-defintion", "clv-definition")])
def test_an_unknown_lesson_is_refused_with_what_there_is(language, name, meant):
    use_language(language)
    with pytest.raises(CourseError) as refusal:
        cards.select(name)
    assert meant in str(refusal.value) and "09-loyalty-economics" in str(refusal.value)


# ---- the session ------------------------------------------------------------------------------------------------------


def test_every_answer_is_kept_at_the_first_try_and_missed_cards_come_back(progress):
    card, other = [card for card in cards.select(9) if card.kind == "choice"][:2]
    session = Session(progress, [card, other])
    wrong = next(option.id for option in card.question.options if not option.right)
    session.next()
    assert session.answer(wrong)["mark"] == "wrong"
    assert [review.rating for review in progress.reviews()] == [Rating.Again]
    assert session.answer(right_answer(session.turn.asked))["mark"] == "right"
    assert len(progress.reviews()) == 1, "a second try is for learning, not for the record"
    session.next()
    session.answer(right_answer(session.turn.asked))
    assert session.next().card == card and session.turn.again
    session.answer(right_answer(session.turn.asked))
    assert session.next() is None
    assert (session.right, len(session.first_turns), session.missed_points) == (1, 2, [card.point])
    assert [review.rating for review in progress.reviews()] == [Rating.Again, Rating.Good, Rating.Good]


def test_what_cannot_be_read_and_what_is_skipped_is_no_answer(progress):
    card = next(card for card in cards.select(9) if card.kind == "number")
    session = Session(progress, [card, card])
    session.next()
    assert session.answer("many")["mark"] == "unreadable"
    session.next()
    assert not progress.reviews() and not session.first_turns


def test_the_key_of_every_question_is_judged_right_and_kept_as_known(progress):
    judged = [card for card in cards.select() if not card.question.written]
    for card in judged:
        asked = card.asked(3)
        asked.answer(right_answer(asked))
        assert asked.right, card.id
    session = Session(progress, [card for card in one_of_each_kind() if not card.question.written])
    while turn := session.next():
        session.answer(right_answer(turn.asked))
        assert turn.rating is Rating.Good


@pytest.mark.parametrize(("ticked", "rating"), [("all", Rating.Good), ("none", Rating.Again)])
def test_a_written_answer_is_rated_by_its_marking_points_unless_the_learner_does(progress, ticked, rating):
    card = next(card for card in cards.select(9) if card.kind == "case")
    session = Session(progress, [card])
    session.next()
    parts = card.question.written
    session.answer({str(place): list(range(len(part.marking))) if ticked == "all" else [] for place, part in enumerate(parts)})
    assert not progress.reviews() and session.turn.suggested is rating
    session.next()
    assert [review.rating for review in progress.reviews()] == [rating]


def test_a_calculation_has_other_figures_each_time(progress):
    card = next((card for card in cards.select() if card.kind == "calculation"), None)
    if card is None:
        assert not list((course.COURSE / "calculations").glob("*.toml"))
        return
    seen = set()
    for _ in range(4):
        session = Session(progress, [card])
        seen.add(session.next().asked.shown()["text"])
        session.answer(right_answer(session.turn.asked))
    assert len(seen) > 1


def test_a_card_answered_in_another_notebook_meanwhile_is_not_asked_again(progress):
    one, other = begin(progress, 9, n=3), begin(progress, 9, n=3)
    for session in (one, other):
        session.next()
    first = one.queue[0]
    other.next()
    if not other.turn.written:
        other.answer(right_answer(other.turn.asked))
    else:
        other.rate(Rating.Good)
    assert other.turn.card == first and one.next().card != first


# ---- the terminal -----------------------------------------------------------------------------------------------------


def in_terminal(session, lines, monkeypatch, capsys) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert terminal_face.run(session) == 0
    return capsys.readouterr().out


@both_languages
def test_every_kind_is_answered_in_the_terminal(progress, monkeypatch, capsys, language):
    use_language(language)
    for card in one_of_each_kind():
        lines = typed(card.asked(1)) if not card.question.written else [line for part in card.question.written for line in ("", "1")] + ["4"]
        said = in_terminal(Session(progress, [card]), lines, monkeypatch, capsys)
        assert message("revision.end", right=1, count=1) in said and message("revision.kept", count=1) in said, (card.id, said)
        assert str(course.point(card.point).term) in said
    assert len(progress.reviews()) == len(one_of_each_kind())
    assert {Rating.Easy, Rating.Good} == {review.rating for review in progress.reviews()}


@both_languages
def test_what_is_typed_wrongly_is_explained_and_asked_again(progress, monkeypatch, capsys, language):
    use_language(language)
    by_form = {card.asked().form: card for card in one_of_each_kind()}
    bad = {"choice": ["", "7", "z", "ab"], "several": ["?", "xyz"], "true_false": ["a", "T z", "maybe"], "matching": ["1", "1a 1b", "abc"], "ordering": ["a", "aa"], "number": ["many"]}
    for form, lines in bad.items():
        if form in by_form:
            said = in_terminal(Session(progress, [by_form[form]]), lines, monkeypatch, capsys)
            assert message("revision.stopped") in said and not progress.reviews(), form
            assert message("revision.end", right=0, count=0) not in said


@pytest.mark.parametrize("stop", ["q", "end of input", "Ctrl-C"])
def test_stopping_in_the_middle_keeps_what_was_answered(progress, monkeypatch, capsys, stop):
    chosen = [card for card in cards.select(9) if card.kind == "choice"][:3]
    lines = [*typed(chosen[0].asked()), *(["q"] if stop == "q" else [])]
    feed = iter(lines)

    class Keyboard:
        def readline(self):
            line = next(feed, None)
            if line is None and stop == "Ctrl-C":
                raise KeyboardInterrupt
            return "" if line is None else f"{line}\n"

    monkeypatch.setattr(sys, "stdin", Keyboard())
    assert terminal_face.run(Session(progress, chosen)) == 0
    said = capsys.readouterr().out
    assert message("revision.stopped") in said and message("revision.kept", count=1) in said and len(progress.reviews()) == 1


def test_a_written_answer_that_was_compared_is_kept_when_the_learner_leaves_before_rating(progress, monkeypatch, capsys):
    card = next(card for card in cards.select(9) if card.kind == "short")
    in_terminal(Session(progress, [card]), ["my words", "1"], monkeypatch, capsys)
    assert len(progress.reviews()) == 1


def revise(*words, stdin="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "crmlib.cli", *words], input=stdin.encode(), capture_output=True, cwd=ROOT, env={**os.environ, **environment}, timeout=60
    )


@pytest.mark.slow
def test_a_terminal_without_chinese_gets_english_and_is_told(tmp_path):
    done = revise("--lang", "zh", "revise", "9", "-n", "1", PYTHONIOENCODING="ascii", CRMLIB_DATA=str(tmp_path))
    said = done.stdout.decode("ascii")
    assert done.returncode == 0 and done.stderr == b"" and "UTF-8" in said and "\\u" not in said


@pytest.mark.slow
def test_the_command_works_without_a_terminal(tmp_path):
    done = revise("--lang", "zh", "revise", "-n", "2", PYTHONIOENCODING="utf-8", CRMLIB_DATA=str(tmp_path))
    assert done.returncode == 0 and done.stderr == b"" and "已停止" in done.stdout.decode()


@both_languages
@pytest.mark.parametrize(
    ("words", "named"),
    [(["nope"], "nope"), (["--exam", "2020-01-01"], "2020-01-01"), (["--exam", "soon"], "soon"), (["--exam", "2027-02-30"], "2027-02-30"), (["--minutes", "0"], "0"), (["-n", "x"], "x")],
)
def test_a_bad_call_is_refused_in_one_sentence(capsys, language, words, named):
    assert cli.main(["--lang", language, "revise", *words]) == 1
    said = capsys.readouterr()
    assert named in said.err and "Traceback" not in said.err and not said.out


# ---- the notebook -----------------------------------------------------------------------------------------------------


@both_languages
def test_a_quiz_on_the_page_asks_keeps_and_says_what_to_read(progress, language):
    use_language(language)
    quiz = notebook_face.Quiz(progress, "clv-definition", n=2)
    assert (quiz.topic, quiz.steps["count"]) == ("clv-definition", 2) and not quiz.shown[0].get("right")
    quiz.session.queue = []  # one card is enough
    (shown,) = quiz.shown
    if quiz.session.turn.written:
        quiz.answer(shown["id"], {"0": []})
        assert quiz.rating["suggested"] == 1 and len(quiz.rating["words"]) == 4
        quiz._heard(None, {"do": "rate", "rating": 1}, None)
        assert quiz.rating["chosen"] == 1
    quiz.session.queue = []
    quiz._heard(None, {"do": "go", "place": 2}, None)
    assert quiz.end["lines"] == [message("revision.end", right=0, count=1)]
    (leads,) = quiz.read
    assert leads["topic"] == "clv-definition" and leads["link"].startswith("09-loyalty-economics.ipynb#") and leads["section"]
    assert len(progress.reviews()) == 1
    quiz._heard(None, {"do": "begin", "topic": leads["topic"]}, None)
    assert quiz.shown and not quiz.end and not quiz.read


def test_a_card_that_comes_back_has_a_name_of_its_own_on_the_page(progress):
    quiz = notebook_face.Quiz(progress, 9, n=1)
    card = next(card for card in cards.select(9) if card.kind == "choice")
    quiz.session = Session(progress, [card])
    quiz.go(1)
    wrong = next(option.id for option in card.question.options if not option.right)
    quiz.answer(card.id, wrong)
    quiz.go(2)
    assert quiz.shown[0]["id"] != card.id and quiz.shown[0]["given"] is None
    assert quiz.answer(quiz.shown[0]["id"], right_answer(quiz.session.turn.asked))["mark"] == "right"
    quiz.go(1)
    assert quiz.shown[0]["given"] == wrong and quiz.replies[card.id]["mark"] == "wrong"


def test_the_pages_script_is_the_self_checks_with_the_rest_behind_it():
    script = str(notebook_face.Quiz._esm)
    assert script.count("export default") == 1 and "renderFace" in script.rpartition("export default")[2]


def test_a_quiz_stands_at_the_front_door_and_costs_nothing_before_it_is_asked_for():
    code = "import sys, crmlib; print([name for name in ('fsrs', 'sqlite3', 'ipywidgets', 'crmlib.course') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
    assert crm.quiz is notebook_face.quiz
    with pytest.raises(AttributeError, match="quizz"):
        _ = crm.quizz


@pytest.mark.slow
def test_where_the_folder_cannot_be_written_the_session_goes_on_and_its_answers_are_taken_along(tmp_path, monkeypatch):
    """From the first question to the file that takes them in again, without a look at any help."""
    (tmp_path / "locked").write_text("a file where the folder should be", encoding="utf-8")
    card = next(card for card in cards.select(9) if card.kind == "choice" and card.point == "customer-acquisition-cost")
    stdin = "".join(f"{line}\n" for line in ["a", "a", "1", "1"] * 20)
    folder = tmp_path / "here"
    folder.mkdir()
    command = [sys.executable, "-m", "crmlib.cli", "revise", card.point, "-n", "1"]
    environment = {**os.environ, "CRMLIB_DATA": str(tmp_path / "locked"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=environment, timeout=60)
    assert done.returncode == 0 and done.stderr == "" and "CRMLIB_DATA" in done.stdout
    (copy,) = folder.glob("crm-revision-*.json")
    assert str(copy) in done.stdout
    assert cli.main(["revise", "import", str(copy)]) == 0


@pytest.mark.parametrize("n", [0, -1, 2.5, "ten", True])
def test_a_number_of_cards_that_is_none_is_refused(progress, n):
    with pytest.raises(CourseError, match=str(n)):
        notebook_face.Quiz(progress, 9, n=n)
