"""Pictures and explorers: what they show, at every corner of their controls, in both languages, without a warning and without a kernel."""

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
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

import crmlib.figures
from crmlib import course
from crmlib import loyalty_economics as economics
from crmlib.explorers import Explorer, explorers_of
from crmlib.figures import loyalty_economics as economics_figures
from crmlib.figures import style
from crmlib.figures.bars import Bars, Blocks, NumberedBars
from crmlib.figures.controls import Choice, Slider, Switch
from crmlib.figures.picture import Picture
from crmlib.figures.words import MOST_KEPT, KeptWords
from crmlib.language import use_language
from tests.benchmarks import explorers as benchmark
from tests.support import readable

LANGUAGES = ("en", "zh")
WIDGET = "application/vnd.jupyter.widget-view+json"


def discover():
    """Every picture of every module in crmlib.figures: a new one is tested by existing."""
    for info in pkgutil.iter_modules(crmlib.figures.__path__):
        module = importlib.import_module(f"crmlib.figures.{info.name}")
        for name, entry in vars(module).items():
            if isinstance(entry, type) and issubclass(entry, Picture) and entry.__module__ == module.__name__ and entry is not Picture:
                yield f"{info.name}.{name}", entry


PICTURES = dict(discover())
EXPLORERS = {name: picture for name, picture in PICTURES.items() if picture.controls}
every_picture = pytest.mark.parametrize("name", PICTURES)
every_explorer = pytest.mark.parametrize("name", EXPLORERS)
both_languages = pytest.mark.parametrize("language", LANGUAGES)
# Making all pictures takes seconds: the daily round makes them in one language.
english_daily = pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])


@pytest.fixture(scope="module", autouse=True)
def no_chinese_fonts():
    """A machine without Chinese fonts of its own."""
    manager = font_manager.fontManager
    bundled = [font for font in manager.ttflist if font.name == style.FONT_NAME or "mpl-data" in Path(font.fname).parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manager, "ttflist", bundled)
        _forget_found_fonts(manager)
        yield
    _forget_found_fonts(manager)


@pytest.fixture(autouse=True)
def strict(no_chinese_fonts, caplog):
    """Every warning is an error and every word in the log is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    # matplotlib reports a font that it cannot find in the log, not as a warning.
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def _forget_found_fonts(manager):
    manager._findfont_cached.cache_clear()


def made(name, language) -> Explorer:
    """An explorer in a language, with its controls back where they start; built once, because that is the slow part."""
    use_language(language)
    if (name, language) not in _made:
        explorer = Explorer(EXPLORERS[name]())
        _made[name, language] = explorer, explorer.values
    explorer, start = _made[name, language]
    explorer.move(**start)
    return explorer


_made: dict = {}


def corners(picture):
    """All combinations of the ends of the controls, and the middle."""
    values = {name: control.values for name, control in picture.controls.items()}
    for chosen in itertools.product(*[(some[0], some[-1]) for some in values.values()]):
        yield dict(zip(values, chosen))
    yield {name: some[len(some) // 2] for name, some in values.items()}


def pixels(png: bytes) -> numpy.ndarray:
    return numpy.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


# ---- explorers --------------------------------------------------------------------------------------------------


@every_explorer
@english_daily
def test_an_explorer_shows_a_question_controls_a_picture_and_a_sentence(name, language):
    explorer = made(name, language)
    assert 1 <= len(explorer.controls) <= 4
    image = Image.open(io.BytesIO(explorer.jpeg))
    assert list(image.size) == explorer.picture_size
    assert image.width <= 860 and image.height <= 340, "the explorer would not fit on a small laptop's screen"
    for text in (explorer.question, explorer.sentence, *(control["label"] for control in explorer.controls)):
        assert is_chinese(text) == (language == "zh"), text


def shown_at_once(explorer):
    """What a page keeps of an explorer holds widget, sharp picture and sentence."""
    bundle = explorer._repr_mimebundle_()
    assert {WIDGET, "image/png", "text/plain"} <= set(bundle)
    still = Image.open(io.BytesIO(bundle["image/png"]))
    assert still.format == "PNG"
    assert still.width == 2 * explorer.picture_size[0], "not sharp on a screen with two dots for one"
    assert bundle["text/plain"] == explorer.sentence
    assert bundle[WIDGET]["model_id"] == explorer.model_id


@pytest.mark.slow
@every_explorer
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sharper_screen_gets_more_pixels_of_the_same_picture_and_a_page_keeps_it_with_widget_and_text(name, language):
    explorer = made(name, language)
    width, height = explorer.picture_size
    plain = explorer.jpeg
    explorer.ratio = 2.0
    assert Image.open(io.BytesIO(explorer.jpeg)).size == (2 * width, 2 * height)
    assert explorer.picture_size == [width, height], "the page would show it at another size"
    shown_at_once(explorer)  # here, where it is drawn sharp already: a full draw less for every explorer
    explorer.ratio = 1.0
    assert explorer.jpeg == plain


def test_what_a_page_keeps_is_sharp_on_any_screen_and_the_explorer_goes_on_as_before():
    explorer = made("loyalty_economics.retention_hyperbola", "en")
    plain = explorer.jpeg
    shown_at_once(explorer)
    assert explorer.picture.jpeg() == plain
    explorer.ratio = 1.5
    sharper = explorer.jpeg
    shown_at_once(explorer)
    assert explorer.picture.jpeg() == sharper
    explorer.ratio = 1.0


@every_explorer
def test_every_control_changes_what_is_seen(name):
    explorer = made(name, "en")
    for place, control in enumerate(explorer.controls):
        before = explorer.jpeg, explorer.sentence
        places = list(explorer.places)
        places[place] += 1 if places[place] + 1 < len(control["texts"]) else -1
        explorer.places = places
        assert explorer.jpeg != before[0], f"{control['name']} does not move the picture"
        assert explorer.sentence != before[1], f"{control['name']} does not change the sentence"


@every_explorer
@english_daily
def test_what_a_control_says_is_what_its_value_is(name, language):
    explorer = made(name, language)
    for (name, control), described in zip(explorer.picture.controls.items(), explorer.controls):
        assert described["name"] == name and len(described["texts"]) == len(control.values)
        assert len(set(described["texts"])) == len(described["texts"]), f"{name}: two places read alike"
        for value, text in zip(control.values, described["texts"]):
            if isinstance(control, Slider):
                number = float(text.replace("−", "-").replace(",", "").rstrip("% "))
                assert math.isclose(number, value * (100 if "%" in text else 1), abs_tol=1e-9)
            else:
                assert is_chinese(text) == (language == "zh"), text


@every_explorer
def test_a_refused_value_leaves_everything_as_it_was(name):
    explorer = made(name, "en")
    picture, before = explorer.picture, (explorer.jpeg, explorer.places, explorer.values)
    words, scene = picture.words, picture.now

    def refuse(**values):
        raise ValueError("not with <these> values")

    picture.scene = refuse
    try:
        first, *others = explorer.places
        explorer.places = [first + 1 if first + 1 < len(explorer.controls[0]["texts"]) else first - 1, *others]
        assert explorer.sentence == "not with <these> values"
        assert (explorer.jpeg, explorer.places, explorer.values) == before
        assert picture.words == words and picture.now is scene
        with pytest.raises(ValueError, match="these"):
            picture.move(**picture.values)
    finally:
        del picture.scene
    assert picture.jpeg() == before[0]


@pytest.mark.parametrize("control", [Slider(low=0, high=1, step=0.1, start=0.3, shown=".0%"), Slider(low=-2, high=3, step=1, start=0), Switch(), Choice(options=("a", "b"), start="b")], ids=lambda control: control.kind)
def test_a_control_knows_its_values_in_order(control):
    assert control.start in control.values
    assert len(set(control.values)) == len(control.values)
    if control.kind == "slider":
        assert control.values[0] == control.low and control.values[-1] == control.high
        assert all(type(value) is type(control.low) for value in control.values) or control.step % 1


def test_a_lesson_module_offers_its_explorers_and_refuses_others():
    from crmlib.explorers import loyalty_economics as explore

    assert dir(explore) == sorted(explorers_of("loyalty_economics"))
    assert explore.mailing_duel(response_rented=0.02).values["response_rented"] == 0.02
    with pytest.raises(AttributeError):
        explore.mailing_dual()
    with pytest.raises(ImportError):
        from crmlib.explorers import no_such_lesson  # noqa: F401
    with pytest.raises(TypeError, match="response_rented"):
        explore.mailing_duel(response=0.02)


# ---- what can be read at every corner ---------------------------------------------------------------------------


@pytest.mark.slow
@every_picture
@both_languages
def test_at_every_corner_words_are_free_and_nothing_is_cut(name, language):
    use_language(language)
    picture = PICTURES[name]()
    faults = {}
    for values in corners(picture):
        try:
            picture.move(**values)
        except ValueError:
            continue  # refused with a reason: the picture before stays
        said = picture.words
        # As words of their own: "finance" and "information" hold these letters too, and Chinese characters may touch them.
        assert not re.search(r"(?<![a-z])(nan|inf)(?![a-z])", said.lower()), said
        assert len(said) > (20 if language == "zh" else 40), said
        picture.png()
        for fault in readable.faults(picture):
            faults.setdefault(fault, values)
    assert not faults


@pytest.mark.slow
@every_explorer
def test_between_the_corners_no_word_leaves_the_picture_or_lies_on_another(name):
    picture, chance, faults = EXPLORERS[name](), random.Random(name), {}
    for _ in range(40):
        values = {control: chance.choice(known.values) for control, known in picture.controls.items()}
        try:
            picture.move(**values)
        except ValueError:
            continue
        picture.png()
        for fault in readable.faults(picture):
            faults.setdefault(fault, values)
    assert not faults


def test_the_test_of_readability_sees_what_it_is_there_for():
    class bad(Picture):
        """Words on words and on a mark, a marker and a bar cut at the frame."""

        def draw(self):
            axes = self.figure.subplots()
            axes.set(xlim=(0, 1), ylim=(0, 1))
            axes.text(0.5, 0.5, "one word")
            axes.text(0.51, 0.5, "on another")
            axes.plot([1], [0.7], "o", markersize=20)
            axes.text(0.05, 0.9, "hides it", bbox={"facecolor": "white"})
            axes.plot([0.08], [0.91], "o")
            axes.bar([0.2], [3], width=0.1)
            axes.bar([0.4], [0.5], width=0.1, bottom=0.2)
            self.moves(self.figure.text(0.9, 0.2, "out of the frame it goes"))

        def sentence(self, scene):
            return ""

    found = " ".join(readable.faults(bad()))
    for expected in ("'one word' and 'on another' overlap", "'hides it' covers a mark", "leaves the picture", "marker is cut", "bar is cut", "starts at 0.2"):
        assert expected in found, found


def test_a_label_keeps_off_the_marks_of_others():
    picture = economics_figures.retention_hyperbola(retention_rate=0.5)
    picture.png()
    assert not readable.faults(picture)


def test_a_bar_that_is_cut_shows_a_break_and_its_label_knows_where_it_ends():
    axes = Figure().subplots()
    bars = Bars(axes, range(3), limit=1)
    bars.show([0.5, 2.5, -7])
    assert [bar.get_height() for bar in bars.bars] == [0.5, 1, -1] == bars.ends([0.5, 2.5, -7])
    assert list(bars.breaks.get_xdata()) == [1, 2]
    bars.show([0.5, 0.2, 0.1])
    assert not len(bars.breaks.get_xdata())


def test_a_bar_with_a_number_has_it_behind_its_end_and_on_a_whole_pixel():
    figure = Figure(figsize=(4, 3), dpi=100)
    axes = figure.subplots()
    axes.set_xlim(0, 9)
    bars = NumberedBars(axes, range(3), gap=0.1)
    bars.show([0.37, 5, -1.3], ["a", "b", "c"], ["#0072B2", "#D55E00", "#0072B2"])
    assert [bar.get_width() for bar in bars.bars] == [0.37, 5, -1.3]
    assert [number.get_text() for number in bars.numbers] == ["a", "b", "c"]
    for value, number in zip([0.37, 5, -1.3], bars.numbers):
        pixel, exact = axes.transData.transform([number.get_position(), (value + 0.1, 0)])[:, 0]
        assert abs(pixel - round(pixel)) < 1e-6 and abs(pixel - exact) <= 0.5
    assert matplotlib.colors.to_hex(bars.bars[1].get_facecolor()).upper() == "#D55E00"


def test_blocks_of_one_look_are_the_same_pixels_as_rectangles_one_by_one():
    boxes = [(0.1, 0.25, 0.1, 0.4), (0.3, 0.45, 0.15, 0.15), (0.5, 0.653, 0.2, 0.777)]

    def drawn(add):
        figure = Figure(figsize=(4, 3), dpi=100)
        canvas, axes = FigureCanvasAgg(figure), figure.subplots()
        add(axes)
        canvas.draw()
        return numpy.asarray(canvas.buffer_rgba()).astype(int)

    look = {"facecolor": ("#D55E00", 0.55), "hatch": "////"}
    for shown in (boxes, []):
        def one_by_one(axes, shown=shown):
            for left, right, low, top in shown:
                axes.add_patch(Rectangle((left, low), right - left, top - low, linewidth=0, **look))

        def as_one(axes, shown=shown):
            axes.add_patch(Blocks(**look)).show(shown)

        assert (drawn(one_by_one) == drawn(as_one)).all()


# ---- how it is drawn --------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_explorer
def test_a_step_draws_the_same_pixels_as_a_full_draw(name):
    picture, chance = made(name, "zh").picture, random.Random(9)
    for _ in range(3):
        picture.move(**{control: chance.choice(known.values) for control, known in picture.controls.items()})
        step = pixels(picture.png())
        picture._background = None
        assert numpy.abs(step - pixels(picture.png())).max() == 0, picture.values
        plain = RendererAgg(*picture.canvas.get_width_height(), picture.figure.dpi)
        plain.restore_region(picture._background)
        for artist in picture.moving:
            artist.draw(plain)
        own = numpy.asarray(plain.buffer_rgba())[..., :3].astype(int)
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
        if text.get_visible():
            assert numpy.allclose(kept.box(text), text.get_window_extent(canvas.get_renderer()).extents)
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
        explorer.places = [round(place * (len(control["texts"]) - 1)) for control in explorer.controls]
        said = explorer.sentence
        if said != explorer.picture.words:
            continue  # these values were refused, and the sentence says why
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



# ---- pictures ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_picture
@both_languages
def test_a_picture_works_alone_and_has_a_text_alternative(name, language):
    use_language(language)
    picture = PICTURES[name]()
    bundle = picture._repr_mimebundle_()
    width, height = picture.canvas.get_width_height()
    assert Image.open(io.BytesIO(bundle["image/png"])).size == (2 * width, 2 * height)
    assert bundle["text/plain"] == picture.words
    assert f'width="{width}"' in bundle["text/html"]
    alternative = re.search(r'alt="([^"]*)"', bundle["text/html"]).group(1)
    assert is_chinese(alternative) == (language == "zh") and len(alternative) > 15


@pytest.mark.slow
@every_explorer
@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_chinese_picture_is_saved_with_all_its_characters_and_what_moves(name, kind):
    use_language("zh")
    picture = EXPLORERS[name]()
    with_all, without = io.BytesIO(), io.BytesIO()
    picture.figure.savefig(with_all, format=kind)
    for artist in picture.moving:
        artist.set_visible(False)
    picture.figure.savefig(without, format=kind)
    assert len(with_all.getvalue()) > len(without.getvalue()) > 1000


def test_the_bundled_font_has_every_character_of_every_message_and_term():
    from crmlib.language import _catalogue, glossary, rooms

    texts = [str(text.zh) for room in rooms() for text in _catalogue(room).values()]
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


def test_marks_and_words_stand_out_from_white():
    for colour in (style.BLUE, style.ORANGE, style.GREEN, style.RED, style.SKY, style.PURPLE, style.GREY, style.INK):
        assert _contrast(colour) >= 3, f"{colour} is too light for a mark"
        assert _contrast(style.WORDS[colour]) >= 4.5, f"{style.WORDS[colour]} is too light for words"


def _contrast(colour: str) -> float:
    """How far a colour stands out from white, as WCAG 2 measures it."""
    return 1.05 / (float(numpy.array([0.2126, 0.7152, 0.0722]) @ _linear(colour)) + 0.05)


# ---- the benchmark of the explorers -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_benchmark_finds_every_explorer_and_measures_each_kind_of_control():
    # Few steps: whether the promises hold is for the benchmark itself to say, on a machine that does nothing else.
    # A kernel warms up slowly: one explorer of each kind of control is enough here, that all are found is seen at once.
    assert sorted(benchmark.discover()) == sorted(EXPLORERS)
    some = ["retention_hyperbola", "holbrook_cube", "importance_performance_map"]
    command = [sys.executable, "-m", "tests.benchmarks.explorers", *some, "--no-browser", "--steps", "5"]
    ran = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300, encoding="utf-8")
    assert ran.returncode in (0, 1), ran.stderr
    assert sorted(line.split()[0].split(".")[1] for line in ran.stdout.splitlines()) == sorted(some), ran.stdout + ran.stderr
