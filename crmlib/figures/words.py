"""Words in a moving picture, kept as pixels: a step draws anew only the words that changed.

Setting a line of type costs about a millisecond, as much as all curves of a picture together, and most words of an
explorer stay as they are from step to step.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy
from matplotlib.text import Text

from crmlib.figures.labels import Box
from crmlib.figures.typesetting import PieceRenderer

MOST_KEPT = 256
ROUND = 9.0  # points round its words that a text's own box may reach


class KeptWords:
    """The pixels of the texts of one picture, as they were last set, and the room that they take."""

    def __init__(self, width: int, height: int, dots_per_inch: float):
        self._scratch = PieceRenderer(width, height, dots_per_inch)
        self._kept: OrderedDict[tuple, tuple[int, int, numpy.ndarray, numpy.ndarray] | None] = OrderedDict()
        self._boxes: OrderedDict[tuple, Box] = OrderedDict()

    def box(self, text: Any) -> Box:
        """The box round a text's words, as ``text.get_window_extent`` measures it."""
        x, y = text.get_transform().transform(text.get_unitless_position()).tolist()
        key = self._words(text)
        if key not in self._boxes:
            _keep(self._boxes, key, tuple(text.get_window_extent(self._scratch).translated(-x, -y).extents.tolist()))
        left, bottom, right, top = self._boxes[key]
        return x + left, y + bottom, x + right, y + top

    def draw(self, text: Any, renderer) -> None:
        """Put a text onto a renderer of the same size, pixel for pixel as ``text.draw`` would."""
        if not (text.get_visible() and text.get_text()):
            return
        x, y = text.get_transform().transform(text.get_unitless_position()).tolist()
        column, row = int(x // 1), int(y // 1)
        key = self._look(text, x - column, y - row)
        if key not in self._kept:
            _keep(self._kept, key, self._set(text, column, row))
        found = self._kept[key]
        if found is None or not self._put(found, column, row, renderer):
            text.draw(renderer)

    def _words(self, text: Any) -> tuple:
        """All that decides about the room that words take, wherever they stand."""
        return id(text), text.get_text(), hash(text.get_fontproperties()), text.get_ha(), text.get_va(), text.get_rotation()

    def _look(self, text: Any, right: float, up: float) -> tuple:
        """All that decides about the pixels: glyphs lie between pixels, so the fraction of the place belongs to it."""
        box = text.get_bbox_patch()
        framed = None if box is None else (box.get_facecolor(), box.get_edgecolor(), box.get_boxstyle().pad)
        return *self._words(text), text.get_color(), text.get_alpha(), round(right, 4), round(up, 4), framed

    def _set(self, text: Text, column: int, row: int):
        """The text's pixels and where they lie relative to its place; None if some may lie outside the picture."""
        self._scratch.clear()
        self._scratch.covered = [] if text.get_bbox_patch() is None else None
        text.draw(self._scratch)
        pixels = numpy.asarray(self._scratch.buffer_rgba())
        where = _around(self._scratch.covered) if self._scratch.covered else self._found(text, pixels)
        if where is None or where[0] < 0 or where[1] < 0 or where[2] > pixels.shape[1] or where[3] > pixels.shape[0]:
            return None
        left, top, right, low = where
        cut = pixels[top:low, left:right].astype(numpy.uint16)
        opaque = cut[..., 3:]
        return left - column, top + row, cut[..., :3] * opaque, 255 - opaque

    def _found(self, text: Text, pixels: numpy.ndarray) -> tuple[int, int, int, int] | None:
        """Where a text with a box round it has left pixels; None if some may lie outside the picture."""
        box, far, height = self.box(text), ROUND * self._scratch.dpi / 72, pixels.shape[0]
        left, top = int(box[0] - far), int(height - box[3] - far)
        cut = pixels[max(top, 0) : int(height - box[1] + far) + 1, max(left, 0) : int(box[2] + far) + 1]
        rows, columns = (numpy.flatnonzero(cut[..., 3].any(axis=axis)) for axis in (1, 0))
        if left < 0 or top < 0 or not rows.size or rows[0] == 0 or columns[0] == 0 or rows[-1] == cut.shape[0] - 1 or columns[-1] == cut.shape[1] - 1:
            return None
        return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1

    def _put(self, found, column: int, row: int, renderer) -> bool:
        """Lay the pixels over the renderer's, which are opaque; False where they would leave the picture."""
        left, down, colours, clear = found
        top, first = down - row, left + column
        picture = numpy.asarray(renderer.buffer_rgba())
        height, width = colours.shape[:2]
        if top < 0 or first < 0 or top + height > picture.shape[0] or first + width > picture.shape[1]:
            return False
        under = picture[top : top + height, first : first + width, :3]
        under[...] = (colours + under * clear + 127) // 255
        return True


def _keep(kept: OrderedDict, key: tuple, entry) -> None:
    kept[key] = entry
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)


def _around(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    left, top, right, low = zip(*boxes)
    return min(left), min(top), max(right), max(low)
