"""The outline builder: whatever is chosen, its contents list equals its headings; and the figures of the worked example."""

import itertools
import re

import pytest

from crmlib import essay, running_case
from crmlib.course import CourseError
from crmlib.essay import contents, headings, report, rules
from crmlib.essay.counting import length
from crmlib.essay.reading_markdown import paper
from crmlib.essay.skeleton import advice, skeleton
from crmlib.language import LANGUAGES, use_language
from tests.support import essays
from tests.support.catalogue import every
from tests.support.notebook_runner import source
from tests.test_notebooks import lesson

ALL = {name: [choice.id for choice in rules.choices(name)] for name in ("thesis", "moderator", "evidence")}


@every("language", LANGUAGES)
@every(("thesis", "count"), list(itertools.product(ALL["thesis"], range(5))))
def test_the_contents_list_of_an_outline_equals_its_headings(language, thesis, count):
    use_language(language)
    text = skeleton(thesis, ALL["moderator"][:count], ["trust"], ALL["evidence"][4 - count :])
    read = paper("\n\n".join(line.strip() for line in text.splitlines()), kind="md")
    listed = contents.find(read)
    found = headings.headings(contents.body(read, listed), contents.keys(listed))
    compared = contents.compare(listed, found)
    assert len(listed.entries) == len(rules.parts()) + 2 * count
    assert (compared.missing, compared.extra, compared.order, compared.renumbered) == ([], [], True, [])
    assert len({heading.level for heading in found}) == (2 if count else 1)


def test_a_concept_stands_where_its_part_of_the_rubric_is_and_each_once():
    every = [concept.id for concept in rules.concepts()]
    text = skeleton("condition", [], every, [])
    for concept in rules.concepts():
        assert len(re.findall(rf"(?<![\w ]){re.escape(str(concept.text))}(?=,|\n)|(?<=: ){re.escape(str(concept.text))}(?=,|\n)|(?<=, ){re.escape(str(concept.text))}(?=,|\n)", text)) == 1, concept.id


def test_what_is_not_offered_is_refused_with_what_is():
    for chosen in (("nope", [], [], []), ("condition", ["nope"], [], []), ("condition", [], ["nope"], []), ("condition", [], [], ["nope"])):
        with pytest.raises(CourseError, match="nope"):
            skeleton(*chosen)


def test_the_advice_follows_the_rubric():
    five = [concept.id for concept in rules.concepts()[:5]]
    assert len(advice([], [], [])) == 3
    assert len(advice(["habit", "habit"], five, ["own"])) == 1
    assert advice(["habit", "complete"], five, ["own"]) == advice(ALL["moderator"], five, ALL["evidence"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builder_writes_anew_at_every_choice_and_an_old_pages_choice_does_no_harm(language):
    use_language(language)
    builder = essay.outline()
    first = builder.text
    builder.chosen = {"thesis": ["hardly"], "moderator": ["habit"], "concept": [], "evidence": ["own", "gone"]}
    assert builder.text != first and str(next(choice.text for choice in rules.choices("moderator") if choice.id == "habit")) in builder.text
    builder.chosen = {}
    assert builder.text == first
    assert first.splitlines()[2] in builder._repr_mimebundle_()["text/plain"]
    assert callable(essay.outline), "a module of this name would stand in the way"


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_the_builder_that_are_left_in_a_paper_are_found_and_make_no_copy(tmp_path, language):
    use_language(language)
    left = skeleton("condition", ["habit"], [], ["own"]).splitlines()
    for name, seed in (("ann", 1), ("bob", 2)):
        parts = [*essays.text(seed), *((0, line.strip()) for line in left[-9:] if line.strip() and not line.startswith(" "))]
        (tmp_path / f"{name}.md").write_text(essays.markdown(parts), encoding="utf-8")
    found = report.of_folder(tmp_path)
    assert all("prompts" in row.as_dict()["findings"] for row in found.rows) and found.pairs == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_examples_figures_are_the_running_cases(language):
    text = next(source(cell) for cell in lesson("08-loyalty", language)["cells"] if cell["id"] == "essay-example")
    customers, purchases = running_case.load("customers"), running_case.load("purchases")
    businesses = customers.loc[customers["type"] == "business", "customer_id"]
    sums = purchases[purchases["customer_id"].isin(businesses)].groupby("customer_id")[["revenue", "contribution", "service_calls"]].sum()
    losing = sums["contribution"] < 0
    biggest, best = (set(sums.nlargest(20, column).index) for column in ("revenue", "contribution"))
    third = sums.nlargest(3, "revenue").iloc[-1]
    figures = [len(sums), losing.sum(), (~losing).sum(), len(biggest & best), third["revenue"], -third["contribution"], third["service_calls"]]
    figures += [sums[losing]["service_calls"].mean(), sums[~losing]["service_calls"].mean(), sums[losing]["revenue"].mean(), sums[~losing]["revenue"].mean()]
    for figure in figures:
        assert re.search(rf"(?<![\d,]){round(figure):,}(?![\d,]*\d)", text), figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_example_keeps_the_rules_of_form_but_for_its_length(tmp_path, language):
    text = next(source(cell) for cell in lesson("08-loyalty", language)["cells"] if cell["id"] == "essay-example")
    own = re.split(r"\*\*(?:The marker’s|The marker's|评阅意见)", text.partition("</summary>")[2])[0]
    (tmp_path / "example.md").write_text(own, encoding="utf-8")
    (found,) = report.of_file(tmp_path / "example.md").rows
    assert [finding.name for finding in found.findings] == ["too_short", "from_the_course"], found.as_dict()["says"]
    assert found.checked.levels == 2 and len(found.checked.headings) == 8


def test_the_worked_example_is_as_long_as_it_says():
    text = next(source(cell) for cell in lesson("08-loyalty", "zh")["cells"] if cell["id"] == "essay-example")
    own = text.partition("</summary>")[2].partition("**评阅意见**")[0]
    assert 750 <= length(own.replace("*", "")).words <= 950
