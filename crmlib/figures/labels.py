"""Labels that keep free of each other, of other words and of the frame.

A label belongs to a point of the picture. Where it is put is decided after every step: the first place round its
point, near ones first, at which nothing is in the way; if there is none, the place where least is.
"""

from __future__ import annotations

from typing import Any

import numpy

Box = tuple[float, float, float, float]  # left, bottom, right, top, in pixels
# Which way from its point a label may lie: the share of its own width and height by which it is moved, and the way.
DIRECTIONS = {
    "right": (0.0, -0.5, 1, 0),
    "left": (-1.0, -0.5, -1, 0),
    "above": (-0.5, 0.0, 0, 1),
    "below": (-0.5, -1.0, 0, -1),
    "above right": (0.0, 0.0, 1, 1),
    "above left": (-1.0, 0.0, -1, 1),
    "below right": (0.0, -1.0, 1, -1),
    "below left": (-1.0, -1.0, -1, -1),
    "on": (-0.5, -0.5, 0, 0),
}
DISTANCES = (1.0, 2.2, 4.0, 6.5, 9.5)  # from near to far, in gaps
NEARBY = tuple(name for name in DIRECTIONS if name != "on")
FRAME = 3.0  # points between words and the edge of the picture
MARKS = frozenset("osXxD^*")  # what may stand alone at a point
WHITE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.2}


class Label:
    """Words beside a point; ``gap`` points away from it, further off only where that is the only free place."""

    def __init__(self, axes, *, mark: Any = None, size: float = 9, gap: float = 7, box=WHITE):
        self.axes, self.mark, self.gap, self.pad = axes, mark, gap, box["pad"] if box else 0.0
        self.first: tuple[str, ...] = ()
        self.artist = axes.text(0, 0, "", fontsize=size, ha="left", va="bottom", bbox=box, zorder=6)
        self.artist.set_in_layout(False)  # where it lies depends on the layout, so the layout must not depend on it
        self.anchor: tuple[float, float] | None = None

    def at(self, place: tuple[float, float] | None, words: str, *, colour: str, prefer=()) -> None:
        """Say something about a point, in the directions named first; empty words hide the label."""
        self.anchor = place
        self.artist.set_text(words)
        self.artist.set_color(colour)
        self.first = (prefer,) if isinstance(prefer, str) else tuple(prefer)

    @property
    def shown(self) -> bool:
        return bool(self.anchor and self.artist.get_visible() and self.artist.get_text())

    def candidates(self, point: tuple[float, float], width: float, height: float, pixels_per_point: float):
        """Boxes round the point, best first."""
        x, y = point
        pad = self.pad * pixels_per_point
        order = [*self.first, *(name for name in NEARBY if name not in self.first)]
        for distance in DISTANCES:
            for name in order:
                share_x, share_y, right, up = DIRECTIONS[name]
                off = self.gap * distance * pixels_per_point * (0.75 if right and up else 1)
                left, bottom = round(x + share_x * width + right * (off + pad)), round(y + share_y * height + up * (off + pad))
                yield left - pad, bottom - pad, left + width + pad, bottom + height + pad

    def reach(self, point: tuple[float, float], width: float, height: float, pixels_per_point: float) -> Box:
        """The box that holds all candidates."""
        far = (self.gap * DISTANCES[-1] + 2 * self.pad) * pixels_per_point + 1
        return _around(point, far + width, far + height)

    @property
    def point(self) -> tuple[float, float]:
        x, y = self.axes.transData.transform(self.anchor).tolist()
        return x, y


def settle(labels, others, marks, words, figure) -> None:
    """Put every label where nothing is in its way: neither boxes that are there already nor marks; ``words`` measures the labels."""
    pixels = figure.dpi / 72
    frame = (FRAME * pixels, FRAME * pixels, figure.bbox.width - FRAME * pixels, figure.bbox.height - FRAME * pixels)
    shown = [label for label in labels if label.shown]
    places = {label: label.point for label in labels if label.anchor}
    points = [_around(places[label], 3 * pixels, 3 * pixels) for label in shown if not label.mark]
    taken = [*others, *(_around(place, inside(label.mark), inside(label.mark)) for label, place in places.items() if label.mark)]
    for label in shown:
        x0, y0, x1, y1 = words.box(label.artist)
        width, height, pad = x1 - x0, y1 - y0, label.pad * pixels
        home, reach = label.axes.bbox.extents.tolist(), label.reach(places[label], width, height, pixels)
        near = [box for box in taken if _common(box, reach)]
        for each in filter(len, marks):
            near += each[((each[:, :2] < reach[2:]) & (each[:, 2:] > reach[:2])).all(axis=1)].tolist()
        close = [point for point in points if _common(point, reach)] if label.first != ("on",) else []
        best, least = None, None
        for box in label.candidates(places[label], width, height, pixels):
            cost = _outside(box, frame) * 50 + sum(_common(box, other) for other in near) * 4 + _outside(box, home) * 0.3
            cost += sum(_common(box, point) for point in close)
            if least is None or cost < least - 1e-6:
                best, least = box, cost
            if least <= 0.5:
                break
        label.artist.set_position(label.axes.transData.inverted().transform((best[0] + pad, best[1] + pad)))
        taken.append(best)


def boxes_of(texts, words) -> list[Box]:
    """Where words are that have a fixed place."""
    return [words.box(text) for text in texts if text.get_visible() and text.get_text().strip()]


def marks_of(lines) -> numpy.ndarray:
    """Boxes within the marks of lines, one a row."""
    if not lines:
        return numpy.empty((0, 4))
    places = [(line.get_transform().transform(line.get_xydata()), inside(line)) for line in lines]
    return numpy.vstack([numpy.hstack((place - half, place + half)) for place, half in places])


def inside(mark) -> float:
    """Half the side of the box that no words may lie on, in pixels: a little smaller than the mark, whose rim may be touched."""
    return min(0.45 * mark.get_markersize(), 5.2) * mark.get_figure().dpi / 72


def _around(point: tuple[float, float], across: float, up: float) -> Box:
    x, y = point
    return x - across, y - up, x + across, y + up


def _common(one: Box, other: Box) -> float:
    """The area in which two boxes lie on each other."""
    if one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]:
        return 0.0  # at once: most boxes lie apart
    return (min(one[2], other[2]) - max(one[0], other[0])) * (min(one[3], other[3]) - max(one[1], other[1]))


def _outside(box: Box, frame: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1]) - _common(box, frame)
