"""The plan to the exam date: new cards stop in time, every point is met twice where the days suffice, the rest is named; dates as learners write them."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from crmlib.language import use_language
from crmlib.revision import cards, dates, day, memory, paper, plan, views
from crmlib.revision.memory import Rating
from crmlib.revision.progress import Progress, Review
from tests.support.catalogue import every

AT = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
FIRST = dates.today(AT)
# The first cards of every point: the bank may grow without that these situations become others.
CARDS = list({card.id: card for here in cards.by_point(cards.select()).values() for card in here[:3]}.values())
SITUATIONS = [(days, minutes) for days in (2, 4, 5, 7, 9, 12, 14, 21) for minutes in (5, 10, 25, 45, 90)] + [(44, 20), (120, 15)]


@cache
def made(days, minutes):
    return with_memories(days, minutes, {}, {})


def with_memories(days, minutes, memories, days_met):
    return plan.make(CARDS, memories, days_met, exam=FIRST + timedelta(days=days), minutes=minutes, at=AT)


def met_on(found) -> dict[str, set]:
    """The days on which the plan meets each exam point."""
    by_id, days = {card.id: card for card in CARDS}, {}
    for each in found.days:
        for id in each.cards:
            for point in by_id[id].points:
                days.setdefault(point, set()).add(each.date)
    return days


@pytest.mark.parametrize(("days", "minutes"), [(2, 10), (3, 60), (7, 20), (14, 30), *(pytest.param(*each, marks=pytest.mark.slow) for each in SITUATIONS)])
def test_every_point_that_is_not_left_out_is_met_on_two_days_and_new_cards_stop_before_the_end(days, minutes):
    found = made(days, minutes)
    met, left_out = met_on(found), {point for point, _ in found.left_out}
    kept = {point for card in CARDS for point in card.points} - left_out
    assert {point for point in kept if len(met.get(point, ())) < day.MEETINGS} == set()
    assert not found.once
    assert found.last_new < found.exam - timedelta(days=1), "the last day is for what was met"
    assert [day.date for day in found.days] == [FIRST + timedelta(days=number) for number in range(days)]
    for each in found.days:
        assert len(set(each.cards)) == len(each.cards)
        assert each.seconds <= minutes * 60 * (1 + day.OVERRUN) + max(card.seconds for card in CARDS) / 2


def test_what_is_left_out_brings_least_for_its_time():
    found = made(7, 20)
    worth = paper.expected_marks(CARDS)
    points = cards.by_point(CARDS)
    rate = {point: sum(worth[card.id] for card in here) / min(card.seconds for card in here) for point, here in points.items()}
    left_out = {point for point, _ in found.left_out}
    assert left_out and max(rate[point] for point in left_out) <= min(rate[point] for point in rate if point not in left_out) * 1.25
    assert [marks for _, marks in found.left_out] == sorted((marks for _, marks in found.left_out), reverse=True)


def test_with_enough_days_nothing_is_left_out_and_more_time_brings_more_marks():
    some, more, most = made(7, 20), made(7, 60), made(7, 150)
    assert not most.left_out and len(some.left_out) >= len(more.left_out)
    assert some.marks_now < some.marks_then < more.marks_then < most.marks_then <= 100


def test_one_day_is_used_for_what_brings_most_marks_and_is_said_to_be_one(tmp_path):
    found = made(1, 30)
    assert len(found.days) == 1 and found.days[0].cards
    assert set(met_on(found)) - {point for point, _ in found.left_out} == set(found.once)


def test_on_the_day_of_the_exam_there_is_nothing_to_plan():
    assert made(0, 30).days == ()


def test_a_card_that_was_answered_today_is_not_planned_again_today():
    first = made(10, 20)
    card = next(card for card in CARDS if card.id == first.days[0].cards[0])
    known = {card.id: memory.reviewed(None, Rating.Good, AT)}
    assert card.id not in with_memories(10, 20, known, {card.id: {FIRST.isoformat()}}).days[0].cards


def test_the_plan_of_a_long_time_is_made_in_a_moment_and_repeats_what_fades():
    found = made(40, 45)
    assert not found.left_out and found.marks_then > 90
    new, again = sum(each.new for each in found.days), sum(each.again for each in found.days)
    assert new == len(CARDS) and again > new / 2  # both grow with the bank, the time does not


def test_the_forecast_counts_what_comes_due_and_puts_the_overdue_on_today():
    known = {"a": memory.reviewed(None, Rating.Good, AT - timedelta(days=30)), "b": memory.reviewed(None, Rating.Good, AT), "c": memory.reviewed(None, Rating.Easy, AT)}
    found = dict(plan.forecast(known, days=14, at=AT))
    assert found[FIRST] == 1 and found[FIRST + timedelta(days=2)] == 1 and sum(found.values()) == 3 and len(found) == 14


# ---- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("days", [None, -3, 0, 1, 2, 5])
def test_every_situation_has_its_sentence(tmp_path, language, days):
    use_language(language)
    progress = Progress(tmp_path / "revision.sqlite")
    today = dates.today()
    if days is not None:
        progress.set("exam", (today + timedelta(days=days)).isoformat())
    found = views.plan_of(progress)
    said = " ".join(views.plan_sentences(progress, found))
    assert said and (days is None or (today + timedelta(days=days)).isoformat() in said or days == 0)
    assert (found is None) == (days is None or days < 0)


def test_the_table_of_a_long_plan_sums_up_later_weeks():
    table = views.plan_table(made(40, 30))
    assert len(table.rows) == 14 + 4
    assert sum(row[1] for row in table.rows) == sum(day.new for day in made(40, 30).days)


# ---- dates ------------------------------------------------------------------------------------------------------------


@every("text", ["2027-01-10", "2027/1/10", "2027.01.10", "2027年1月10日", "２０２７－０１－１０", "20270110", " 2027-1-10 ", "2027年1月10号", "1月10日", "10 January", "January 10th, 2027", "10 jan. 2027", "Sept 1, 2027", date(2027, 1, 10), datetime(2027, 1, 10, 9)])
def test_a_date_is_read_as_people_write_it(text):
    assert dates.exam_day(text, at=AT) == (date(2027, 9, 1) if str(text).startswith("Sept") else date(2027, 1, 10))


def test_a_day_without_its_year_is_the_next_such_day():
    assert dates.exam_day("1月10日", at=AT + timedelta(days=30)) == date(2028, 1, 10)
    assert dates.exam_day("1 January", at=AT) == date(2027, 1, 1)


@every("language", ["en", "zh"])
@every("text", ["", "soon", "10.1.2027", "10 Januember", "2月30日", "2027-13-01", "2027-02-30", "2026-12-31", "2097-01-01", "0000-00-00", None, 5])
def test_a_date_that_cannot_be_is_refused_with_what_was_received(language, text):
    use_language(language)
    with pytest.raises(dates.DateError) as refusal:
        dates.exam_day(text, at=AT)
    assert str(text) in str(refusal.value) and "2027-01-10" in str(refusal.value) or str(text) in ("2026-12-31", "2097-01-01")


def test_the_exam_may_be_today():
    assert dates.exam_day(FIRST, at=AT) == FIRST


# ---- the paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 40))])
@pytest.mark.parametrize("minutes", [60, 120])
def test_a_paper_has_its_marks_and_every_lesson_its_share(minutes, seed):
    drawn = paper.draw(minutes=minutes, seed=seed)
    assert drawn.marks == pytest.approx(paper.FULL_MARKS * minutes / paper.FULL_MINUTES, abs=1)
    assert len({item.card.id for item in drawn.items}) == len(drawn.items)
    assert [item.number for item in drawn.items] == list(range(1, len(drawn.items) + 1))
    weights = paper.topic_weights(cards.select())
    marks = dict.fromkeys(weights, 0.0)
    for item in drawn.items:
        marks[item.card.lesson] += item.marks
    if minutes == 120:
        assert all(marks.values()), "every lesson is asked"
        largest = max(item.marks for item in drawn.items)
        assert all(marks[stem] <= weights[stem] * drawn.marks + largest for stem in marks)
        assert {"choice", "calculation", "short", "case", "essay"} <= {section.name for section in drawn.sections}


def test_the_same_seed_gives_the_same_paper_and_another_one_another():
    assert paper.draw(seed=7) == paper.draw(seed="7") == paper.draw(minutes=120, seed=7)
    assert paper.draw(seed=7) != paper.draw(seed=8) and paper.draw(minutes=60, seed=7) != paper.draw(seed=7)
    assert paper.draw().seed != paper.draw().seed or paper.draw().seed != paper.draw().seed
    assert all(asked.shown() == again.shown() for asked, again in ((item.card.asked(paper.draw(seed=7).number), item.card.asked(paper.draw(seed=7).number)) for item in paper.draw(seed=7).items))


@every("minutes", [0, 5, 241, -1, "60", 3.5, True, None])
def test_a_paper_of_no_sensible_length_is_refused(minutes):
    with pytest.raises(cards.CourseError, match="10"):
        paper.draw(minutes=minutes, seed=1)


def test_the_expected_marks_of_all_cards_are_those_of_a_paper():
    assert sum(paper.expected_marks(cards.select()).values()) == pytest.approx(paper.FULL_MARKS)
    some = [card for card in CARDS if card.lesson == "09-loyalty-economics"]
    assert sum(paper.expected_marks(some).values()) == pytest.approx(paper.FULL_MARKS)


def test_reviews_of_a_day_are_taken_off_its_time(tmp_path):
    from crmlib.revision.session import begin

    progress = Progress(tmp_path / "revision.sqlite")
    progress.set("minutes", 10)
    before = begin(progress).count
    done = [card for card in CARDS if card.kind == "choice"][:17]  # ten minutes
    progress.add([Review(card.id, card.point, card.lesson, dates.now(), 3) for card in done])
    assert before and begin(progress).count == 0


# ---- where to read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_point_that_is_asked_leads_to_a_cell_with_its_heading_in_its_lesson(language):
    import json

    from crmlib import course
    from crmlib.revision.reading import section

    use_language(language)
    cells = {lesson.stem: {cell["id"]: "".join(cell["source"]) for cell in json.loads(lesson.notebook(language).read_bytes())["cells"]} for lesson in course.lessons()}
    for point in cards.by_point(CARDS):
        found = section(point)
        assert found.link == f"{found.lesson}.ipynb#cell-id={found.cell}"
        assert found.heading and found.heading.split()[0] in cells[found.lesson][found.cell], point
