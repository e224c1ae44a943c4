"""The questions of a rewritten lesson cannot be guessed from their form, and ask for more than memory."""

from collections import Counter

import pytest

from crmlib import course
from crmlib.questions import shuffled
from tests.test_notebooks import LANGUAGES, SECOND_EDITION

# A lesson joins with its second edition; once all have, this is every lesson that has questions.
STEMS = [lesson.stem for lesson in course.lessons() if lesson.stem in SECOND_EDITION and course.questions(lesson.stem)]
every_lesson = pytest.mark.parametrize("stem", STEMS)


def asked(stem, kind):
    return [question for question in course.questions(stem) if question.kind == kind]


def share_of_longest(questions, language) -> float:
    """How often somebody is right who always takes the longest option; of equally long ones any."""
    hits = 0.0
    for question in questions:
        lengths = {option: len(option.text.in_language(language)) for option in question.options}
        longest = [option for option in question.options if lengths[option] == max(lengths.values())]
        hits += sum(option.right for option in longest) / len(longest)
    return hits / len(questions)


def commonest_pattern(questions) -> tuple[str, int]:
    """The places at which the right options are shown, as they occur most often."""
    patterns = Counter("".join(str(place) for place, option in enumerate(shuffled(question), start=1) if option.right) for question in questions)
    return patterns.most_common(1)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@every_lesson
def test_the_longest_option_is_right_no_more_and_no_less_often_than_by_chance(stem, language):
    share = share_of_longest(asked(stem, "choice"), language)
    assert 0.15 <= share <= 0.40, f"the longest option is right in {share:.0%} of the choice questions"


@every_lesson
def test_the_number_of_right_options_varies(stem):
    numbers = Counter(sum(option.right for option in question.options) for question in asked(stem, "several"))
    assert len(numbers) > 1, f"every question has {numbers} right options"


@every_lesson
def test_no_pattern_of_right_places_comes_too_often(stem):
    questions = asked(stem, "several")
    pattern, times = commonest_pattern(questions)
    assert times <= max(1, 0.2 * len(questions)), f"places {pattern} are right in {times} of {len(questions)} questions"


@every_lesson
def test_questions_ask_for_more_than_memory(stem):
    questions = course.questions(stem)
    assert not [question.id for question in questions if not question.level], "these questions have no level"
    levels = Counter(question.level for question in questions)
    assert levels["recall"] <= 0.40 * len(questions), levels
    assert levels["judge"] >= 0.15 * len(questions), levels


def test_the_measures_see_what_they_measure():
    choice = [question for stem in STEMS for question in asked(stem, "choice")]
    longer = [question for question in choice if share_of_longest([question], "en") == 1]
    assert share_of_longest(longer, "en") == 1 and share_of_longest([question for question in choice if question not in longer], "en") < 0.1
    (several, *_) = asked(STEMS[-1], "several")
    assert commonest_pattern([several] * 3)[1] == 3
