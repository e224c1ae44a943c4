"""Lines of type set from kept pieces: the same pixels and the same room as matplotlib's own lines."""

import time

import numpy
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from crmlib.figures import style, typesetting
from crmlib.figures.typesetting import PieceCanvas, PieceRenderer, pieces_stand_alone

style.use_course_fonts()
LINES = (
    "1,000 purchases: 750 satisfied",
    "AVA Ty, fi 1f 7. 4T (1) +0.3 −12.5",  # letters that keep closer to each other, and signs beside digits
    "投诉：每 100 位，“不满” 占 12.5 %",
    "“‘Te’”，。、12（a）b",
    " ",
    "7",
)


def drawn(renderer, line, place, *, angle=0, clip=None, ismath=False, size=9.0):
    gc = renderer.new_gc()
    gc.set_foreground((0.8, 0.2, 0.1, 1.0), isRGBA=True)
    if clip:
        gc.set_clip_rectangle(clip)
    renderer.draw_text(gc, *place, line, FontProperties(size=size), angle, ismath=ismath)
    return numpy.asarray(renderer.buffer_rgba()).astype(int)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("place", [(9, 40), (7.3, 44.6), (8.51, 42.25), (-3.2, 5.1), (280.4, 58.9)])  # the last two run out of the picture
@pytest.mark.parametrize("dots", [100, 200])
def test_a_line_of_pieces_is_what_matplotlib_would_set(line, place, dots):
    assert pieces_stand_alone()
    own, pieced = RendererAgg(300, 60, dots), PieceRenderer(300, 60, dots)
    for size in (8, 9.5, 12):
        font = FontProperties(size=size)
        assert pieced.get_text_width_height_descent(line, font, False) == own.get_text_width_height_descent(line, font, False)
        assert numpy.abs(drawn(pieced, line, place, size=size) - drawn(own, line, place, size=size)).max() <= 2


@pytest.mark.parametrize("how", [{"angle": 30}, {"angle": 90}, {"clip": Bbox.from_extents(20, 0, 60, 60)}, {"ismath": True}], ids=str)
def test_what_is_not_a_plain_line_is_left_to_matplotlib(how):
    own, pieced = RendererAgg(300, 60, 100), PieceRenderer(300, 60, 100)
    assert (drawn(pieced, "a fit of 12 %", (9, 40), **how) == drawn(own, "a fit of 12 %", (9, 40), **how)).all()


def test_where_pieces_would_look_different_every_line_is_set_as_a_whole(monkeypatch):
    monkeypatch.setattr(typesetting, "pieces_stand_alone", lambda: False)
    monkeypatch.setattr(PieceRenderer, "_line", None)
    own, pieced = RendererAgg(300, 60, 100), PieceRenderer(300, 60, 100)
    assert (drawn(pieced, "12 fit", (9, 40)) == drawn(own, "12 fit", (9, 40))).all()
    font = FontProperties(size=9)
    assert pieced.get_text_width_height_descent("12 fit", font, False) == own.get_text_width_height_descent("12 fit", font, False)


def test_whether_pieces_stand_alone_is_found_out_not_believed(monkeypatch):
    monkeypatch.setattr(typesetting, "_inks", {})
    monkeypatch.setattr(PieceRenderer, "_size", lambda renderer, piece, font, prop: (7.0, 7.0, 0.0))  # as if every piece were as wide
    assert not pieces_stand_alone.__wrapped__()


def test_a_new_number_costs_a_small_part_of_a_line_set_anew():
    def seconds(renderer):
        start = time.thread_time()
        for number in range(100, 160):
            drawn(renderer, f"{number} customers of a thousand complain", (9, 40))
        return time.thread_time() - start

    pieced = PieceRenderer(300, 60, 100)
    drawn(pieced, "0123456789 customers of a thousand complain", (9, 40))
    assert seconds(pieced) < seconds(RendererAgg(300, 60, 100)) / 3


def test_no_more_pieces_are_kept_than_pictures_need(monkeypatch):
    monkeypatch.setattr(typesetting, "MOST_PIECES", 20)
    monkeypatch.setattr(typesetting, "_inks", {})
    pieced = PieceRenderer(300, 60, 100)
    for number in range(60):
        drawn(pieced, "12 a", (9 + number / 64, 40))
    assert 0 < len(typesetting._inks) <= 20


def test_a_canvas_keeps_its_pieces_until_it_has_other_pixels():
    from matplotlib.figure import Figure

    canvas = PieceCanvas(Figure(figsize=(3, 2), dpi=100))
    first = canvas.get_renderer()
    assert isinstance(first, PieceRenderer) and canvas.get_renderer() is first
    canvas.figure.set_dpi(200)
    assert canvas.get_renderer() is not first
