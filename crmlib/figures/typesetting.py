"""Lines of type put together from pieces that are kept: a number that changes costs its new digits, not its whole line.

matplotlib shapes, hints and fills every letter of a line anew whenever one of them changes, which costs a step of an
explorer more than everything else in it. Digits, spaces and Chinese characters look the same wherever they stand, and
so do words between spaces; letters within a word do not, because they keep closer to some neighbours than to others.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties

# What looks the same wherever it stands: a digit, a space, a Chinese character or sign, and all between them as one.
PIECES = re.compile(r"[0-9 \u2e80-\uffff]|[^0-9 \u2e80-\uffff]+")
MOST_PIECES = 8192
EDGE = 4  # pixels that a letter may reach beyond its own room
WHOLE = 64  # parts of a pixel by which matplotlib places letters


class Ink(NamedTuple):
    """How a piece covers the pixels round its own place: the pixel left of the piece and the one of its first row, downwards."""

    left: int
    top: int
    cover: numpy.ndarray


# Of all pictures: a picture that is made anew finds the pieces of the one before.
_sizes: dict[tuple, tuple[float, float, float]] = {}
_inks: dict[tuple, Ink] = {}


class PieceRenderer(RendererAgg):
    """Draws as matplotlib does, and sets a line from its pieces where that gives the same pixels."""

    # The pixels that lines set from pieces have covered: left, top, right, bottom. Whoever asks empties it before.
    covered: list[tuple[int, int, int, int]] | None = None

    def get_text_width_height_descent(self, s, prop, ismath):
        pieces = [] if ismath else PIECES.findall(s)
        if len(pieces) < 2 or not pieces_stand_alone():
            return super().get_text_width_height_descent(s, prop, ismath)
        font = hash(prop)
        sizes = [self._size(piece, font, prop) for piece in pieces]
        descent = max(size[2] for size in sizes)
        return sum(size[0] for size in sizes), max(size[1] - size[2] for size in sizes) + descent, descent

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        plain = not (ismath or angle or gc.get_clip_rectangle() or gc.get_clip_path()[0]) and gc.get_antialiased()
        if not plain or not pieces_stand_alone():
            super().draw_text(gc, x, y, s, prop, angle, ismath=ismath, mtext=mtext)
            self.covered = None  # not known any more
            return
        column, row, cover = self._line(s, prop, x, y)
        if cover.size:
            self._renderer.draw_text_image(cover, column, row + cover.shape[0], 0, gc)
            if self.covered is not None:
                self.covered.append((column, row, column + cover.shape[1], row + cover.shape[0]))

    def _size(self, piece: str, font: int, prop: FontProperties) -> tuple[float, float, float]:
        key = piece, font, self.dpi
        if key not in _sizes:
            _make_room(_sizes)
            _sizes[key] = super().get_text_width_height_descent(piece, prop, False)
        return _sizes[key]

    def _line(self, s: str, prop: FontProperties, x: float, y: float) -> tuple[int, int, numpy.ndarray]:
        """The pixel of the upper left corner, and the cover of all pieces together."""
        font, found = hash(prop), []
        up = round(WHOLE * (self.height - y))
        for piece in PIECES.findall(s):
            column, part = divmod(round(WHOLE * x), WHOLE)
            key = piece, font, self.dpi, part, up % WHOLE
            if key not in _inks:
                _make_room(_inks)
                _inks[key] = self._inked(piece, prop, part / WHOLE, up % WHOLE / WHOLE)
            ink = _inks[key]
            if ink.cover.size:
                found.append((column + ink.left, ink))
            x += self._size(piece, font, prop)[0]
        if not found:
            return 0, 0, numpy.zeros((0, 0), numpy.uint8)
        left, top = min(column for column, _ in found), min(ink.top for _, ink in found)
        right = max(column + ink.cover.shape[1] for column, ink in found)
        low = max(ink.top + ink.cover.shape[0] for _, ink in found)
        line, end = numpy.zeros((low - top, right - left), numpy.uint8), left
        for column, ink in found:
            rows, columns = ink.cover.shape
            room = line[ink.top - top : ink.top - top + rows, column - left : column - left + columns]
            # Where two pieces touch, the second covers what the first has left.
            room[...] = ink.cover if column >= end else 255 - (255 - room.astype(numpy.uint16)) * (255 - ink.cover.astype(numpy.uint16)) // 255
            end = max(end, column + columns)
        return left, int(self.height) - up // WHOLE + top, line

    def _inked(self, piece: str, prop: FontProperties, right: float, up: float) -> Ink:
        """A piece as matplotlib sets it, so many parts of a pixel right of its place and above it."""
        width, height, descent = self._size(piece, hash(prop), prop)
        below = EDGE + max(0, int(descent) + 1)
        wide, high = int(width) + 2 * EDGE + 2, below + max(0, int(height - descent)) + EDGE + 2
        scratch = RendererAgg(wide, high, self.dpi)
        scratch.draw_text(scratch.new_gc(), EDGE + right, high - below - up, piece, prop, 0)
        cover = numpy.asarray(scratch.buffer_rgba())[..., 3]
        rows, columns = (numpy.flatnonzero(cover.any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return Ink(0, 0, numpy.zeros((0, 0), numpy.uint8))
        cut = cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
        return Ink(int(columns[0]) - EDGE, int(rows[0]) - (high - below), cut)


def _make_room(kept: dict) -> None:
    if len(kept) >= MOST_PIECES:
        kept.clear()


class PieceCanvas(FigureCanvasAgg):
    """A canvas on which lines are set from pieces."""

    def get_renderer(self):
        width, height = self.get_width_height(physical=True)
        key = width, height, self.figure.dpi
        if self._lastKey != key:
            self.renderer, self._lastKey = PieceRenderer(width, height, self.figure.dpi), key
        return self.renderer


@cache
def pieces_stand_alone() -> bool:
    """Whether this matplotlib sets a piece in a line as it sets it alone; where it does not, every line is set as a whole."""
    prop, line, place = FontProperties(size=9.5), "To fit 12.5 %, 每 7 位", (7.3, 24.6)
    whole, pieced = RendererAgg(260, 40, 100), PieceRenderer(260, 40, 100)
    whole.draw_text(whole.new_gc(), *place, line, prop, 0)
    left, top, cover = pieced._line(line, prop, *place)
    mine = numpy.zeros((40, 260), numpy.uint8)
    mine[top : top + cover.shape[0], left : left + cover.shape[1]] = cover
    return bool(numpy.abs(mine.astype(int) - numpy.asarray(whole.buffer_rgba())[..., 3]).max() <= 2)
