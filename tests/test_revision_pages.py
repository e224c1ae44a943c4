"""What stands on the revision page besides the quiz: weak spots, the plan's fields, and documents; in both languages, with and without a kernel."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

import crmlib as crm
from crmlib import course
from crmlib.course import CourseError
from crmlib.language import message, use_language
from crmlib.revision import cards, dates, mastery, memory, notebook_spots, place, views
from crmlib.revision.memory import Rating
from crmlib.revision.notebook_plan import ExamPlan
from crmlib.revision.progress import Progress, Review

both_languages = pytest.mark.parametrize("language", ["en", "zh"])
POINT = "clv-definition"


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "revision.sqlite")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "learner"))


def bundle(widget) -> dict:
    found = widget._repr_mimebundle_()
    return found[0] if isinstance(found, tuple) else found


# ---- mastery ----------------------------------------------------------------------------------------------------------


def of(point, memories, at):
    return next(each for each in mastery.of_points(memories, at=at) if each.point == point)


def test_an_exam_point_is_new_then_known_then_forgotten():
    at, here = dates.now(), cards.select(POINT)
    assert (of(POINT, {}, at).known, of(POINT, {}, at).state, of(POINT, {}, at).count) == (0, "new", len(here))
    known = {card.id: memory.reviewed(None, Rating.Good, at) for card in here}
    assert of(POINT, known, at).known == 1 and of(POINT, known, at).state == "firm"
    assert of(POINT, known, at + timedelta(days=200)).state in ("weak", "shaky")
    one = {here[0].id: known[here[0].id]}
    half = of(POINT, one, at)
    assert half.met == 1 and half.known == pytest.approx((1 + mastery.NEW_COUNTS * (len(here) - 1)) / len(here))


def test_weak_points_come_first_and_then_what_most_marks_hang_on():
    at = dates.now()
    missed = {card.id: memory.reviewed(None, Rating.Again, at - timedelta(days=40)) for card in cards.select("gold-to-platinum")}
    found = mastery.weakest(mastery.of_points(missed, at=at), 12)
    states = [each.state for each in found]
    assert states[0] == "weak" and states == sorted(states, key=lambda state: state != "weak"), "also points that a card asks beside its main one"
    for wanted in ("weak", "new"):
        lost = [each.lost for each in found if each.state == wanted]
        assert lost and lost == sorted(lost, reverse=True)


def test_the_marks_of_all_points_are_those_of_a_paper():
    points = mastery.of_points({})
    assert sum(each.marks for each in points) == pytest.approx(100) and {each.lesson for each in points} == {lesson.stem for lesson in course.lessons()}
    lessons = mastery.of_lessons(points)
    assert sum(each.lost for each in lessons.values()) == pytest.approx(100)
    assert sum(sum(each[state] for state in ("firm", "shaky", "weak", "new")) for each in views.counts(points).values()) == len(points)


@both_languages
def test_from_every_weak_spot_a_way_leads_to_the_lesson_and_to_a_quiz_on_just_that(progress, language):
    use_language(language)
    card = cards.select(POINT)[0]
    progress.add([Review(card.id, card.point, card.lesson, dates.now() - timedelta(days=30), 1)])
    spots = notebook_spots.WeakSpots(progress)
    assert not spots.shown and not spots.topics, "the quiz waits"
    rows = spots.spots["rows"]
    assert rows[0]["cells"][0] == str(course.point(POINT).term) and len(rows) == notebook_spots.SHOWN
    assert all(row["link"].partition("#")[0] == f"{course.point(row['topic']).lesson}.ipynb" and row["section"] for row in rows)
    spots._heard(None, {"do": "begin", "topic": POINT}, None)
    assert spots.shown and {card.id for card in [spots.session.turn.card, *spots.session.queue]} <= {card.id for card in cards.select(POINT)}
    shown = bundle(spots)
    assert str(course.point(POINT).term) in shown["text/html"] and shown["image/png"]
    assert str(course.lesson("09-loyalty-economics").title) in spots.spots["words"], "a screen reader hears the picture"


def test_weak_spots_of_one_lesson_hold_that_lesson_alone(own_folder):
    assert {course.point(row["topic"]).lesson for row in crm.weak_spots(8).spots["rows"]} == {"08-loyalty"}
    with pytest.raises(CourseError):
        crm.weak_spots("nothing")


# ---- the plan ---------------------------------------------------------------------------------------------------------


@both_languages
def test_the_plan_remembers_what_is_entered_and_refuses_what_cannot_be(progress, language):
    use_language(language)
    plan = ExamPlan(progress)
    assert plan.lines == [message("revision.no_exam")] and plan.tables == []
    exam = (dates.today() + timedelta(days=10)).isoformat()
    plan._heard(None, {"exam": exam, "minutes": "25"}, None)
    assert (plan.exam, plan.minutes, progress.exam.isoformat()) == (exam, 25, exam) and plan.tables
    for bad in ({"exam": "2020-01-01", "minutes": "25"}, {"exam": exam, "minutes": "0"}, {"exam": exam, "minutes": "many"}, {"exam": exam, "minutes": ""}):
        plan._heard(None, bad, None)
        assert plan.refused and (progress.exam.isoformat(), progress.minutes) == (exam, 25)
    plan._heard(None, {"exam": "", "minutes": "30"}, None)
    assert not plan.refused and progress.minutes == 30
    assert exam in bundle(plan)["text/html"]
    plan._heard(None, {"counting": True}, None)
    assert plan.counting and progress.setting("self_checks") == "yes"


def test_a_plan_may_be_asked_for_in_one_line(own_folder):
    exam = dates.today() + timedelta(days=3)
    assert crm.exam_plan(exam, minutes=15).exam == exam.isoformat()
    assert crm.exam_plan().minutes == 15
    with pytest.raises(CourseError, match="2020"):
        crm.exam_plan("2020-01-01")
    assert crm.exam_plan().exam == exam.isoformat()


# ---- documents --------------------------------------------------------------------------------------------------------


@both_languages
def test_every_document_is_made_when_its_button_is_pressed(own_folder, language):
    use_language(language)
    along = crm.take_along(7)
    made = {document.name.rpartition(".")[2]: document.made() for document in along.documents}
    assert set(made) == {"apkg", "xml", "txt", "json"}
    assert "collection.anki2" in zipfile.ZipFile(BytesIO(made["apkg"])).namelist()
    assert made["xml"].startswith(b"<?xml") and json.loads(made["json"])["reviews"] == []
    sheets = crm.cheat_sheet()
    assert len(sheets.buttons) == len(course.lessons()) and all(b"<!DOCTYPE html>" in sheets.make(number) for number in range(len(sheets.buttons)))
    assert len(crm.cheat_sheet(9, POINT).buttons) == 1, "a point leads to its lesson's sheet"
    page, key = crm.printed_paper(minutes=60, seed=2).documents
    assert page.made() != key.made() and page.name != key.name
    sent = []
    along.send = lambda content, buffers: sent.append((content, buffers))
    along._heard(None, {"place": 1}, None)
    assert sent[0][0]["name"].endswith(".xml") and sent[0][1][0] == made["xml"] and along.said


def test_what_stands_at_the_front_door_is_there():
    assert all(callable(getattr(crm, name)) for name in crm.__all__)
