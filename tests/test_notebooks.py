"""Every lesson notebook: its form, its twin in the other language, and that it teaches every exam point."""

import ast
import csv
import json
import re
import unicodedata
from functools import cache

import pytest

from crmlib import course
from crmlib.language import glossary, term
from tests.support import toml_files
from tests.support.catalogue import every, try_each
from tests.support.notebook_runner import read, source

LANGUAGES = ("en", "zh")
ROOT = course.ROOT
NOTEBOOKS = sorted(path for folder in ("notebooks", "solutions", "assignments") for path in (ROOT / folder).glob("*/**/*.ipynb"))
LESSONS = sorted(path.stem for path in (ROOT / "notebooks" / "en").glob("*.ipynb"))
TAUGHT = [each.stem for each in course.lessons() if each.stem in LESSONS]
PAGES = [stem for stem in LESSONS if stem not in TAUGHT]
# Notebooks of the second edition: Chinese names of authors, and only letters of the notation. A rewritten lesson adds its stem.
SECOND_EDITION = (
    "12-sources",
    "01-foundations",
    "02-relationships",
    "03-relationship-marketing",
    "04-consumption-value",
    "05-satisfaction",
    "06-measuring-satisfaction",
    "07-service-and-complaints",
    "08-loyalty",
    "09-loyalty-economics",
    "10-customer-equity",
)
# Figures that count the entries of a list are covered by the entries themselves.
COUNTS = {
    "items", "components", "steps", "stages", "types", "dimensions", "elements", "purposes", "drivers", "roles", "core", "additional",
    "sections", "rows", "relations", "signs", "fields", "functions", "bonds", "indicators", "factors", "techniques", "memories", "methods",
    "decisions", "tools_in_source", "sides", "customer_items", "parts", "strategies", "questions", "channels", "formula", "extra_reasons",
    "order", "strategic", "importance", "profitability", "maximised_outcomes", "hearts", "primary",
}  # fmt: skip


def name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def lesson(stem, language):
    return read(ROOT / "notebooks" / language / f"{stem}.ipynb")


def own(cell):
    return cell["metadata"].get("crmlib", {})


@every("path", NOTEBOOKS, ids=name)
def test_a_notebook_is_stored_without_outputs_with_stable_ids_and_a_kernelspec(path):
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in notebook["cells"] if cell["cell_type"] == "code")
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", id) and re.search("[a-z]", id) for id in ids)


@every("stem", LESSONS)
def test_the_two_languages_of_a_lesson_differ_only_in_their_words(stem):
    english, chinese = (lesson(stem, language)["cells"] for language in LANGUAGES)
    assert [(cell["id"], cell["cell_type"], cell["metadata"]) for cell in english] == [(cell["id"], cell["cell_type"], cell["metadata"]) for cell in chinese]
    for one, other in zip(english, chinese):
        if one["cell_type"] == "code":
            assert source(one).replace('use_language("en")', 'use_language("zh")') == source(other)


@every("stem", LESSONS)
def test_code_cells_are_short_and_hold_no_words(stem):
    for cell in lesson(stem, "en")["cells"]:
        if cell["cell_type"] != "code":
            continue
        text = source(cell)
        assert len(text.splitlines()) <= 8, cell["id"]
        assert "#" not in text, cell["id"]
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp)), cell["id"]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert " " not in node.value.strip(), f"{cell['id']}: {node.value!r} reads like words; they belong into the data"


@every("stem", TAUGHT)
def test_every_exam_point_has_its_section(stem):
    tagged = {point for cell in lesson(stem, "en")["cells"] for point in own(cell).get("points", ())}
    assert tagged == {point.id for point in course.points(stem)}
    for point in course.points(stem):
        main = [cell for cell in lesson(stem, "en")["cells"] if point.id in own(cell).get("points", ()) and len(own(cell)["points"]) <= 2]
        assert main, f"{point.id} has no section of its own"


@every("language", LANGUAGES)
@every("stem", TAUGHT)
def test_the_section_of_a_point_holds_its_terms_items_and_figures(stem, language):
    def whole(point):
        text = section(stem, language, point.id)
        plain = text.casefold()
        missing = [str(term(key).text.in_language(language)) for key in point.glossary if term(key).text.in_language(language).casefold() not in plain]
        missing += [item.in_language(language) for item in point.items if item.in_language(language).casefold() not in plain]
        missing += [number for number in figures(point) if not any(form in text for form in written(number))]
        assert not missing, f"notebooks/{language}/{stem}.ipynb, section of {point.id}, lacks: {missing}"

    try_each(course.points(stem), whole, shown=lambda point: point.id)


@every("stem", PAGES)
def test_a_page_teaches_no_exam_point(stem):
    assert [cell["id"] for cell in lesson(stem, "en")["cells"] if own(cell).get("points")] == []


def without_chinese_name(text):
    """Authors whose Latin name stands in a Chinese text although their Chinese name has not stood before it."""
    found = []
    for latin, chinese in course.authors().items():
        first = re.search(rf"(?<![A-Za-z]){latin}(?![A-Za-z])", text)
        if first and chinese not in text[: first.start()]:
            found.append(f"{chinese}（{latin}）")
    return found


def test_a_latin_name_without_its_chinese_name_is_found():
    assert without_chinese_name("Sheth（1991）提出五种价值。") == ["谢斯（Sheth）"]
    assert without_chinese_name("谢斯（Sheth，1991）提出五种价值；Sheth还说……") == []


@pytest.mark.parametrize("stem", SECOND_EDITION)
def test_authors_bear_the_names_of_chinese_textbooks(stem):
    prose = "\n".join(source(cell) for cell in lesson(stem, "zh")["cells"] if cell["cell_type"] == "markdown")
    assert without_chinese_name(prose) == []


def chinese_texts(entry):
    """Every Chinese text of a data file, however deep it lies."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key == "zh" and isinstance(value, str):
                yield value
            else:
                yield from chinese_texts(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from chinese_texts(value)


def latin_names(text):
    """Authors named in Latin letters in a Chinese text; in brackets they may stand."""
    plain = re.sub(r"（[^（）]*）", "", text)
    return [latin for latin in course.authors() if latin in plain and re.search(rf"(?<![A-Za-z]){latin}(?![A-Za-z])", plain)]


def test_a_latin_name_in_a_question_is_found():
    assert latin_names("这是Dwyer的模型") == ["Dwyer"]
    assert latin_names("这是德怀尔（Dwyer）的模型") == []


@pytest.mark.parametrize("path", sorted([*(course.COURSE / "questions").glob("*.toml"), *(course.COURSE / "exercises").glob("*.toml")]), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_questions_and_exercises_name_authors_as_the_lessons_do(path):
    found = {text: latin_names(text) for text in chinese_texts(toml_files.read(path))}
    assert {text: names for text, names in found.items() if names} == {}


def cast():
    with (course.COURSE / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_people_of_the_lessons_are_unique_and_appear_where_the_list_says():
    people = cast()
    assert len({row["id"] for row in people}) == len({row["en"] for row in people}) == len({row["zh"] for row in people}) == len(people)
    for row in people:
        for stem in row["lessons"].split(" | "):
            course.lesson(stem)
            for language in LANGUAGES if stem in TAUGHT else ():
                assert row[language] in "".join(source(cell) for cell in lesson(stem, language)["cells"]), (row["id"], stem, language)


@every("stem", TAUGHT)
def test_the_same_person_has_the_same_title_in_every_lesson(stem):
    english, chinese = ("".join(source(cell) for cell in lesson(stem, language)["cells"]) for language in LANGUAGES)
    for row in cast():
        if row["en"].startswith("M"):  # a name; "brother" and the like are words
            assert (row["en"] in english, row["zh"] in chinese) == (stem in row["lessons"].split(" | "),) * 2, f"course/people.csv: {row['id']} in {stem}"
        if " " in row["en"] and row["en"].startswith("M"):
            assert set(re.findall(rf"\b(?:Ms|Mr|Mrs|Miss) {row['en'].split()[1]}\b", english)) <= {row["en"]}
            assert set(re.findall(rf"{row['zh'][0]}(?:先生|女士|小姐|太太)", chinese)) <= {row["zh"]}


def foreign_letters(text):
    """Single letters in the formulas of a text that the notation does not have."""
    known = {entry.symbol for entry in glossary().values()} | {"π"}
    formulas = [found[0] or found[1] for found in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", text, flags=re.DOTALL)]
    letters = set()
    for formula in formulas:
        plain = re.sub(r"\\(?:text|mathrm|operatorname)\{[^{}]*\}|\\[a-zA-Z]+", " ", formula.replace(r"\pi", "π"))
        letters |= set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", plain))
    return letters - known


def test_a_letter_that_is_not_in_the_notation_is_found():
    assert foreign_letters(r"$\text{CDV} = P + V - m\,r$ and $n = z^2 \pi (1-\pi)/e^2$, price $5") == {"V"}


@every("stem", SECOND_EDITION)
def test_formulas_use_the_letters_of_the_notation(stem):
    assert {language: foreign_letters("\n".join(source(cell) for cell in lesson(stem, language)["cells"])) for language in LANGUAGES} == {
        "en": set(),
        "zh": set(),
    }


def section(stem, language, point):
    return "\n".join(source(cell) for cell in lesson(stem, language)["cells"] if point in own(cell).get("points", ()))


def figures(point):
    """The exam's numbers of a point, without those that only count a list."""
    found = []
    for key, value in point.figures.items():
        if key not in COUNTS:
            found += [entry for entry in _flat(value) if isinstance(entry, (int, float))]
    return found


def _flat(value):
    if hasattr(value, "values"):
        return [entry for inner in value.values() for entry in _flat(inner)]
    if isinstance(value, tuple):
        return [entry for inner in value for entry in _flat(inner)]
    return [value]


def written(number):
    """The forms in which a number may stand in prose: 0.04 also as 4 % or 4%, 1000 as 1,000."""
    forms = {f"{number:g}", f"{number:,}"}
    if 0 < number < 1:
        forms |= {f"{number * 100:g} %", f"{number * 100:g}%", f"{number * 100:g}\\%", f"{number * 100:g} \\%", f"{number * 100:g}"}
    words = {1: ("one", "一"), 5: ("five", "五"), 8: ("eight", "八"), 10: ("ten", "十")}
    return forms | set(words.get(number, ()))


@every("stem", TAUGHT)
def test_the_self_check_or_the_assignment_asks_every_point(stem):
    asked = {question.point for question in course.lesson_questions(stem)} | {point for exercise in course.exercises(stem) for point in exercise.points}
    assert {point.id for point in course.points(stem)} <= asked


# How a lesson says that others see it differently or that nobody has confirmed it; and that a part of the text is lost, or ours.
# 实际 would be found everywhere, since lessons also compare expected with actual.
DOUBT = {
    "en": re.compile(r"\b(?:evidence|stud(?:y|ies)|research|data|literature|disputed|confirmed)\b", re.IGNORECASE),
    "zh": re.compile("证据|研究|数据|文献|争议|证实|查不到"),
}
LOSS = {
    "en": re.compile(r"\b(?:lost|(?:is|are) left|damaged|breaks off|ours)\b", re.IGNORECASE),
    "zh": re.compile("缺失|残缺|只剩|断了|是本课程补"),
}


@every("stem", TAUGHT)
def test_a_contested_point_says_what_else_is_known(stem):
    contested = [point.id for point in course.points(stem) if point.evidence == "contested"]
    assert [(id, language) for id in contested for language in LANGUAGES if not DOUBT[language].search(section(stem, language, id))] == []


@every("stem", TAUGHT)
def test_what_the_text_has_lost_of_a_point_is_said(stem):
    partial = [point.id for point in course.points(stem) if point.examinable == "partial"]
    assert [(id, language) for id in partial for language in LANGUAGES if not LOSS[language].search(section(stem, language, id))] == []


def test_a_section_that_only_repeats_the_text_is_found():
    repeated = {"en": "Winning a new customer costs 5 times as much as keeping an old one.", "zh": "争取一位新顾客的成本是留住一位老顾客的5倍。"}
    for language in LANGUAGES:
        assert not DOUBT[language].search(repeated[language]) and not LOSS[language].search(repeated[language])


@every("stem", TAUGHT)
def test_what_the_source_only_asks_is_said_to_be_ours(stem):
    words = {"en": ("our ", "ours"), "zh": ("本课程", "我们")}
    for point in course.points(stem):
        if point.examinable == "prompt":
            for language in LANGUAGES:
                assert any(word in section(stem, language, point.id).casefold() for word in words[language]), (language, point.id)


@every(("stem", "language"), [(stem, language) for stem in LESSONS for language in LANGUAGES])
def test_links_between_notebooks_lead_somewhere(stem, language):
    for cell in lesson(stem, language)["cells"]:
        for target in re.findall(r"\]\(([^)#\s]+)\)", source(cell)) if cell["cell_type"] == "markdown" else ():
            if not target.startswith("http"):
                assert (ROOT / "notebooks" / language / target).resolve().exists(), (cell["id"], target)


@every("path", [path for path in NOTEBOOKS if "assignments" not in path.parts], ids=name)
def test_prose_keeps_to_the_glossary(path):
    language = path.relative_to(ROOT).parts[1]
    prose = "\n".join(source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown").casefold()
    preferred = [entry.text.in_language(language).casefold() for entry in glossary().values()]
    for entry in glossary().values():
        for form in entry.forms_to_avoid:
            if form.casefold() not in prose or _language_of(form) != language or any(form.casefold() in word for word in preferred):
                continue
            pattern = re.escape(form.casefold()) if language == "zh" else rf"\b{re.escape(form.casefold())}\b"
            assert not re.search(pattern, prose), f"{form!r}: write {entry.text.in_language(language)!r}"


def _language_of(form):
    return "zh" if re.search(r"[\u4e00-\u9fff]", form) else "en"


@every("path", [path for path in NOTEBOOKS if "zh" in path.parts], ids=name)
def test_chinese_prose_uses_chinese_punctuation(path):
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "markdown":
            plain = re.sub(r"\$[^$]*\$|`[^`]*`|\]\([^)]*\)|https?://\S+", " ", source(cell))
            found = re.search(r"[\u4e00-\u9fff][,;:?!]|[,;?!](?=[\u4e00-\u9fff])", plain)
            assert not found, f"{cell['id']}: …{plain[max(0, found.start() - 12) : found.end() + 12]}…"


CHINESE = [path for path in NOTEBOOKS if "zh" in path.parts and "assignments" not in path.parts]


@every("path", CHINESE, ids=name)
def test_a_chinese_paragraph_stands_on_one_line(path):
    """A line break inside a paragraph is shown as a space, which Chinese does not have."""
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "markdown":
            plain = re.sub(r"```.*?```|\$\$.*?\$\$", "", source(cell), flags=re.DOTALL)
            found = re.search(r"[\u4e00-\u9fff。，；：、？！）”]\n(?=[\u4e00-\u9fff“（])", plain)
            assert not found or plain[: found.start()].rsplit("\n", 1)[-1].lstrip().startswith(("#", "|", ">")), (
                f"{cell['id']}: {plain[found.start() - 20 : found.end() + 20]!r}"
            )


@every("path", [path for path in NOTEBOOKS if "assignments" not in path.parts], ids=name)
def test_bold_words_are_bold_when_rendered(path):
    """CommonMark leaves ** as it stands after punctuation when a letter follows at once, which Chinese easily does."""
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "markdown":
            text = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`", "x", source(cell), flags=re.DOTALL)
            for paragraph in re.split(r"\n\s*\n", text):
                marks = [found.start() for found in re.finditer(r"\*\*", paragraph)]
                assert len(marks) % 2 == 0, (cell["id"], paragraph[:60])
                for number, place in enumerate(marks):
                    before, after = (paragraph[place - 1 : place] or "\n"), (paragraph[place + 2 : place + 3] or "\n")
                    inner, outer = (after, before) if number % 2 == 0 else (before, after)
                    fine = not inner.isspace() and (not _is_punctuation(inner) or outer.isspace() or _is_punctuation(outer))
                    assert fine, (cell["id"], paragraph[max(0, place - 15) : place + 15])


def _is_punctuation(character):
    return unicodedata.category(character)[0] in "PS"


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "language"), [(stem, language) for stem in LESSONS for language in LANGUAGES])
def test_a_lesson_runs_from_top_to_bottom_without_an_error_or_a_warning(stem, language):
    import nbformat
    from nbclient import NotebookClient

    folder = ROOT / "notebooks" / language
    notebook = nbformat.read(folder / f"{stem}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [json.dumps(output)[:300] for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []


@pytest.fixture(scope="module")
def sandbox():
    from crmlib.grading.sandbox.sandbox import Sandbox

    with Sandbox() as started:
        yield started


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "language"), [(stem, language) for stem in LESSONS for language in LANGUAGES])
def test_the_warm_runner_of_grading_executes_a_lesson_too(stem, language, sandbox):
    """Where submissions are run, lessons run as well: explorers and tables show themselves, without a kernel behind them."""
    with sandbox.open({}) as session:
        for cell in lesson(stem, language)["cells"]:
            if cell["cell_type"] == "code":
                outcome = session.run(source(cell), cell["id"])
                assert outcome.ok, (cell["id"], outcome.outputs)
                assert [output for output in outcome.outputs if output.get("name") == "stderr"] == [], cell["id"]
