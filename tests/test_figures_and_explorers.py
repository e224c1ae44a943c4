"""Pictures, explorers and tables: what they show, in both languages, without a warning and without a kernel."""

import html
import importlib
import io
import itertools
import logging
import math
import pkgutil
import random
import re
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy
import pandas
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Words
from PIL import Image

import crmlib.explorers
import crmlib.figures
from crmlib import course, show
from crmlib import loyalty_economics as economics
from crmlib.explorers.base import Explorer
from crmlib.figures import loyalty_economics as pictures_09
from crmlib.figures import style
from crmlib.figures.picture import Picture
from crmlib.figures.words import MOST_KEPT, KeptWords
from crmlib.language import Text, message, use_language

LANGUAGES = ("en", "zh")
WIDGET = "application/vnd.jupyter.widget-view+json"


def discover():
    """Every function in a module of crmlib.explorers that gives an explorer: a new one is tested by existing."""
    for info in pkgutil.iter_modules(crmlib.explorers.__path__):
        module = importlib.import_module(f"crmlib.explorers.{info.name}")
        for name, function in vars(module).items():
            if getattr(function, "__module__", "") == module.__name__ and getattr(function, "__annotations__", {}).get("return") == "Explorer":
                yield f"{info.name}.{name}", function


EXPLORERS = dict(discover())
every_explorer = pytest.mark.parametrize("name", EXPLORERS)
both_languages = pytest.mark.parametrize("language", LANGUAGES)
# Making all explorers takes seconds: the daily round makes them in one language.
english_daily = pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])


@pytest.fixture(autouse=True)
def strict(monkeypatch, caplog):
    """A machine without Chinese fonts of its own, where every warning is an error and every word in the log is read."""
    manager = font_manager.fontManager
    bundled = [font for font in manager.ttflist if font.name == style.FONT_NAME or "mpl-data" in Path(font.fname).parts]
    monkeypatch.setattr(manager, "ttflist", bundled)
    _forget_found_fonts(manager)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    _forget_found_fonts(manager)
    # matplotlib reports a font that it cannot find in the log, not as a warning.
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def _forget_found_fonts(manager):
    manager._findfont_cached.cache_clear()


def made(name, language) -> Explorer:
    """An explorer in a language, with its sliders back where they start; built once, because that is the slow part."""
    use_language(language)
    if (name, language) not in _made:
        explorer = EXPLORERS[name]()
        _made[name, language] = explorer, explorer.values
    explorer, start = _made[name, language]
    for control, value in start.items():
        explorer.sliders[control].value = value
    explorer.picture.move(**start)
    return explorer


_made: dict = {}


def pixels(png: bytes) -> numpy.ndarray:
    return numpy.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def seen(explorer) -> tuple[bytes, str]:
    return explorer.image.value, explorer.sentence.value


# ---- explorers --------------------------------------------------------------------------------------------------


@every_explorer
@english_daily
def test_an_explorer_shows_a_question_controls_a_picture_and_a_sentence(name, language):
    explorer = made(name, language)
    assert 1 <= len(explorer.sliders) <= 4
    image = Image.open(io.BytesIO(explorer.image.value))
    assert image.width >= 600 and image.height >= 300
    assert image.format.lower() == explorer.image.format
    for slider in explorer.sliders.values():
        assert slider.min <= slider.value <= slider.max
        assert math.isclose((slider.value - slider.min) / slider.step % 1, 0, abs_tol=1e-6) or math.isclose(
            (slider.value - slider.min) / slider.step % 1, 1, abs_tol=1e-6
        ), f"{slider.description} starts between two steps: one key press would not lead back"
    words = [explorer.question.value, explorer.sentence.value, *(slider.description for slider in explorer.sliders.values())]
    for text in words:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text) == (language == "zh"), text
    assert 'role="status"' in explorer.sentence.value


@every_explorer
def test_an_image_with_a_tooltip_has_the_description_that_the_page_looks_for(name):
    # ipywidgets 8 reads the length of a widget's description before it sets a tooltip; an image without one is then
    # not shown at all, only a broken-page sign in its place.
    image = made(name, "en").image
    assert "description" in image.keys or not image.tooltip, "JupyterLab will not draw this image"


@every_explorer
@english_daily
def test_an_explorer_is_shown_as_widget_picture_and_text_at_once(name, language):
    explorer = made(name, language)
    bundle = explorer._repr_mimebundle_()
    assert {WIDGET, "image/png", "text/plain"} <= set(bundle)
    assert Image.open(io.BytesIO(bundle["image/png"])).format == "PNG"
    assert bundle["text/plain"] == explorer.picture.words
    assert html.escape(bundle["text/plain"]) in explorer.sentence.value
    assert bundle[WIDGET]["model_id"] == explorer.widget.model_id


@every_explorer
def test_every_control_changes_what_is_seen(name):
    explorer = made(name, "en")
    for control, slider in explorer.sliders.items():
        before = seen(explorer)
        slider.value = slider.value + slider.step if slider.value + slider.step <= slider.max else slider.value - slider.step
        after = seen(explorer)
        assert after[0] != before[0], f"{control} does not move the picture"
        assert after[1] != before[1], f"{control} does not change the sentence"


@pytest.mark.slow
@every_explorer
@both_languages
def test_both_ends_of_all_sliders_together_are_shown_or_explained(name, language):
    explorer = made(name, language)
    for ends in itertools.product((0, 1), repeat=len(explorer.sliders)):
        for slider, end in zip(explorer.sliders.values(), ends):
            slider.value = (slider.min, slider.max)[end]
        # As words of their own: "finance" and "information" hold these letters too, and Chinese characters may touch them.
        assert not re.search(r"(?<![a-z])(nan|inf)(?![a-z])", explorer.sentence.value.lower())
        assert len(explorer.sentence.value) > 40


@pytest.mark.slow
@every_explorer
@both_languages
def test_labels_that_move_stay_inside_the_picture(name, language):
    explorer = made(name, language)
    picture = explorer.picture
    cut = set()
    for control, slider in explorer.sliders.items():
        for place in range(0, 11):
            at = slider.min + place / 10 * (slider.max - slider.min)
            picture.follow(**{**explorer.values, control: at})
            for label in (artist for artist in picture.moving if isinstance(artist, Words) and artist.get_text()):
                box = label.get_window_extent(picture.canvas.get_renderer())
                if box.x0 < 0 or box.y0 < 0 or box.x1 > picture.figure.bbox.width or box.y1 > picture.figure.bbox.height:
                    cut.add(f"{label.get_text()!r} at {control} = {at:g}")
    assert not cut


@pytest.mark.slow
@every_explorer
def test_a_step_draws_the_same_pixels_as_a_full_draw(name):
    explorer = made(name, "zh")
    picture, chance = explorer.picture, random.Random(9)
    for _ in range(3):
        picture.move(**{control: chance.uniform(slider.min, slider.max) for control, slider in explorer.sliders.items()})
        step = pixels(picture.png())
        picture._background = None
        assert numpy.abs(step - pixels(picture.png())).max() == 0, picture.values
        picture.canvas.restore_region(picture._background)
        for artist in picture.moving:
            artist.draw(picture.canvas.get_renderer())
        own = numpy.asarray(picture.canvas.buffer_rgba())[..., :3].astype(int)
        assert numpy.abs(step - own).max() <= 2, "kept words differ from those that matplotlib sets"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": "四分之一 25 %"},
        {"position": (0.31, 0.62)},
        {"color": "#D55E00"},
        {"fontsize": 17},
        {"alpha": 0.4},
        {"rotation": 90},
        {"ha": "right", "va": "top"},
        {"bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}},
        {"position": (0.99, 0.99)},  # runs out of the picture
        {"position": (-0.02, 0.5)},
        {"visible": False},
        {"text": ""},
    ],
)
def test_kept_words_are_what_matplotlib_would_set(change):
    style.use_course_fonts()
    figure = Figure(figsize=(4, 3), dpi=100, facecolor="#BBDDEE")
    canvas = FigureCanvasAgg(figure)
    text = figure.text(0.3, 0.6, "a quarter: 25 %", fontsize=10)
    kept = KeptWords(*canvas.get_width_height(), 100)

    def drawn(draw):
        canvas.draw()
        draw(canvas.get_renderer())
        return numpy.asarray(canvas.buffer_rgba()).astype(int)

    text.set_animated(True)
    for _ in range(3):  # set anew, taken from what is kept, and once more after the change
        assert numpy.abs(drawn(lambda renderer: kept.draw(text, renderer)) - drawn(text.draw)).max() <= 2
        text.set(**change)


def test_no_more_words_are_kept_than_a_picture_needs():
    figure = Figure(figsize=(4, 3), dpi=100)
    canvas = FigureCanvasAgg(figure)
    text, kept = figure.text(0.3, 0.6, ""), KeptWords(400, 300, 100)
    for number in range(MOST_KEPT + 20):
        text.set_text(str(number))
        kept.draw(text, canvas.get_renderer())
    assert len(kept._kept) == MOST_KEPT


@every_explorer
def test_the_numbers_in_the_sentence_are_those_of_the_module(name):
    assert name in NUMBERS, f"say in NUMBERS which numbers the sentence of {name} must contain"
    explorer = made(name, "en")
    for place in (0, 0.3, 1):
        for slider in explorer.sliders.values():
            slider.value = slider.min + round(place * (slider.max - slider.min) / slider.step) * slider.step
        said = explorer.picture.words
        for number in NUMBERS[name](**explorer.values):
            assert number in said, f"{number} is missing in: {said}"


def _hyperbola_numbers(retention_rate):
    card = {"margin": 42, "discount_rate": 0.0225, "acquisition_cost": 21}
    value = economics.credit_card_value(retention_rate=retention_rate, **card)
    more = economics.credit_card_value(retention_rate=retention_rate + 0.01, **card) - value
    return f"{economics.average_lifetime(retention_rate=retention_rate):.1f} years", f"{value:.0f} dollars", f"{more:.1f} dollars"


def _fit_numbers(**parameters):
    figure = economics.credit_card_figure()
    values = [economics.credit_card_value(retention_rate=point.retention_rate, **parameters) for point in figure]
    largest = max(abs(value / point.lifetime_value - 1) for value, point in zip(values, figure))
    return (f"{largest * 100:.1f} %",)


def _duel_numbers(cost_per_piece, rental_per_name, response_rented, response_random):
    random_mailing = economics.acquisition_cost(cost_per_piece=cost_per_piece, response_rate=response_random)
    rented = economics.acquisition_cost(cost_per_piece=cost_per_piece, rental_per_name=rental_per_name, response_rate=response_rented)
    minimum = economics.minimum_response_rate(cost_per_piece=cost_per_piece, rental_per_name=rental_per_name, acquisition_cost=random_mailing)
    return f"{random_mailing:.2f}", f"{rented:.2f}", f"{minimum * 100:.2f} %"


NUMBERS = {
    "loyalty_economics.retention_hyperbola": _hyperbola_numbers,
    "loyalty_economics.fit_it_yourself": _fit_numbers,
    "loyalty_economics.mailing_duel": _duel_numbers,
}
# Every other lesson's own tests say so beside its formulas: tests/test_<module>.py, NUMBERS.
for each in course.lessons():
    if Path(__file__).with_name(f"test_{each.module}.py").exists():
        own = getattr(importlib.import_module(f"tests.test_{each.module}"), "NUMBERS", {})
        NUMBERS.update({f"{each.module}.{name}": numbers for name, numbers in own.items()})


def test_a_combination_that_a_formula_refuses_is_explained_and_the_last_picture_stays():
    explorer = EXPLORERS["loyalty_economics.mailing_duel"]()
    before = explorer.image.value

    def refuse(**values):
        raise ValueError("not with <these> values")

    explorer.picture.move = refuse
    slider = explorer.sliders["cost_per_piece"]
    slider.value += slider.step
    assert explorer.image.value == before
    assert "not with &lt;these&gt; values" in explorer.sentence.value


# ---- pictures ---------------------------------------------------------------------------------------------------

FIGURES = {
    "retention_hyperbola": pictures_09.retention_hyperbola,
    "credit_card_fit": pictures_09.credit_card_fit,
    "mailing_duel": pictures_09.mailing_duel,
}
# A function that is annotated with a Picture of its own module is a figure: a new one is tested by existing.
for info in pkgutil.iter_modules(crmlib.figures.__path__):
    module = importlib.import_module(f"crmlib.figures.{info.name}")
    for name, function in vars(module).items():
        kind = vars(module).get(getattr(function, "__annotations__", {}).get("return"))
        if isinstance(kind, type) and issubclass(kind, Picture) and function.__module__ == module.__name__:
            FIGURES.setdefault(name, function)
every_figure = pytest.mark.parametrize("figure", FIGURES)


@pytest.mark.slow
@every_figure
@both_languages
def test_a_figure_works_alone(figure, language):
    use_language(language)
    picture = FIGURES[figure]()
    bundle = picture._repr_mimebundle_()
    assert Image.open(io.BytesIO(bundle["image/png"])).format == "PNG"
    assert bundle["text/plain"] == picture.words


@pytest.mark.slow
@every_figure
@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_chinese_figure_is_saved_with_all_its_characters_and_what_moves(figure, kind):
    use_language("zh")
    picture = FIGURES[figure]()
    with_all, without = io.BytesIO(), io.BytesIO()
    picture.figure.savefig(with_all, format=kind)
    for artist in picture.moving:
        artist.set_visible(False)
    picture.figure.savefig(without, format=kind)
    assert len(with_all.getvalue()) > len(without.getvalue()) > 1000


def test_the_bundled_font_has_every_character_of_every_message_and_term():
    from crmlib.language import MESSAGES, _catalogue, glossary

    texts = [str(text.zh) for path in MESSAGES.glob("*.toml") for text in _catalogue(path.stem).values()]
    texts += [term.text.zh for term in glossary().values()]
    files = (style.FONT_FILE, font_manager.findfont("DejaVu Sans"))
    known = set().union(*(font_manager.get_font(str(file)).get_charmap() for file in files))
    assert not {letter for text in texts for letter in text if ord(letter) not in known and letter.isprintable()}


def test_the_readers_own_pictures_can_hold_chinese_too():
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style.use_course_fonts()
    figure = Figure()
    figure.subplots().set_title("顾客终身价值")
    FigureCanvasAgg(figure).draw()


def test_asking_for_the_course_fonts_twice_changes_nothing_and_keeps_the_readers_choice(monkeypatch):
    monkeypatch.setitem(matplotlib.rcParams, "font.family", ["STIXGeneral"])
    style.use_course_fonts()
    style.use_course_fonts()
    assert matplotlib.rcParams["font.family"] == ["STIXGeneral", style.FONT_NAME]


# Colours that stand for opposites in a picture: cheaper or dearer, within or beyond the tolerance, printed or computed.
OPPOSITES = [("BLUE", "RED"), ("GREEN", "RED"), ("BLUE", "ORANGE"), ("GREY", "RED"), ("GREY", "ORANGE"), ("GREY", "BLUE")]
# Machado, Oliveira and Fernandes (2009), full strength, on linear RGB.
COLOUR_BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}


@pytest.mark.parametrize("pair", OPPOSITES, ids="-".join)
@pytest.mark.parametrize("eyes", COLOUR_BLIND)
def test_opposites_differ_for_colour_blind_eyes(pair, eyes):
    first, second = (_lab(numpy.clip(numpy.array(COLOUR_BLIND[eyes]) @ _linear(getattr(style, name)), 0, 1)) for name in pair)
    # About 2 is just noticeable side by side; lines and dots apart from each other need many times that.
    assert numpy.linalg.norm(first - second) > 20


def _linear(colour: str) -> numpy.ndarray:
    values = numpy.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lab(linear: numpy.ndarray) -> numpy.ndarray:
    to_xyz = numpy.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = numpy.cbrt(to_xyz @ linear / numpy.array([0.9505, 1.0, 1.089]))
    return numpy.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# ---- tables -----------------------------------------------------------------------------------------------------


@both_languages
def test_tables_of_the_course_speak_the_language_in_use(language):
    use_language(language)
    chinese = "\u4e00-\u9fff"
    for found in (show.lesson_map(), show.point_map(), show.exam_points("09-loyalty-economics")):
        assert found._repr_html_() == found.source and found.source.startswith("<")
        assert "<" not in found.text.replace("<-", ""), "text for a terminal still holds tags"
        assert bool(re.search(f"[{chinese}]", found.text)) == (language == "zh")
    assert len(course.lessons()) == show.lesson_map().source.count("<tr>") - 1
    assert show.exam_points("09-loyalty-economics").source.count("<tr>") == len(course.points("09-loyalty-economics")) + 1


@both_languages
def test_a_table_has_headings_of_the_glossary_and_escapes_everything(language):
    use_language(language)
    data = pandas.DataFrame({"channel": ["<script>alert(1)</script>", "a & b"], "retention_rate": [0.8, float("nan")], "<b>": [12345.6, 1]})
    source = show.table(data).source
    assert "<script" not in source and "<b>" not in source
    assert "&lt;script&gt;" in source and "a &amp; b" in source and "&lt;b&gt;" in source
    assert html.escape(show.heading("retention_rate")) in source and "retention_rate" not in source
    assert "12,346" in source and "nan" not in source


@both_languages
def test_a_long_table_is_cut_and_says_so(language):
    use_language(language)
    found = show.table(pandas.DataFrame({"n": range(50)}), most_rows=5)
    assert found.source.count("<tr>") == 6
    assert message("show.more_rows", shown=5, count=50) in found.text


def test_an_index_that_is_data_becomes_a_column_and_one_that_only_counts_does_not():
    data = pandas.DataFrame({"channel": ["a", "b"], "n": [1, 2]})
    assert show.table(data).source.count("<th ") == 2
    assert show.table(data.set_index("channel")).source.count("<th ") == 2


def test_rows_keep_html_that_is_html_already_and_escape_the_rest():
    found = show.rows([(show.Html("<em>kept</em>"), "<em>shown</em>")])
    assert "<em>kept</em>" in found.source and "&lt;em&gt;shown&lt;/em&gt;" in found.source
    assert found.text.startswith("kept\t<em>shown</em>")


# ---- the benchmark of the explorers -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_benchmark_measures_every_explorer():
    # Few steps: whether the promises hold is for the benchmark itself to say, on a machine that does nothing else.
    command = [sys.executable, "-m", "tests.benchmarks.explorers", "--no-browser", "--steps", "5"]
    ran = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300, encoding="utf-8")
    assert ran.returncode in (0, 1), ran.stderr
    lines = ran.stdout.splitlines()[1:]
    assert sorted(line.split()[0] for line in lines) == sorted(EXPLORERS), ran.stdout + ran.stderr
