"""Labels that keep free of each other, of other words and of the frame.

A label belongs to a point of the picture. Where it is put is decided after every step: the first place round its
point, near ones first, at which nothing is in the way; if there is none, the place where least is.
"""

from __future__ import annotations

from matplotlib.text import Text
from matplotlib.transforms import Bbox

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
NEARBY = tuple(name for name in DIRECTIONS if name != "on")
FRAME = 3.0  # points between words and the edge of the picture
WHITE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.2}


class Label:
    """Words beside a point; ``gap`` points away from it, further off only where that is the only free place."""

    def __init__(self, axes, *, colour: str, size: float = 9, gap: float = 7, box=WHITE, prefer=(), weight="normal"):
        self.axes, self.gap, self.pad = axes, gap, box["pad"] if box else 0.0
        self.first = (prefer,) if isinstance(prefer, str) else tuple(prefer)
        self.artist = axes.text(0, 0, "", fontsize=size, color=colour, ha="left", va="bottom", bbox=box, zorder=6, weight=weight)
        self.artist.set_in_layout(False)  # where it lies depends on the layout, so the layout must not depend on it
        self.anchor = (0.0, 0.0)

    def at(self, x: float, y: float, words: str, *, colour: str | None = None, prefer=()) -> None:
        """Say something about a point; empty words hide the label."""
        self.anchor = (x, y)
        self.artist.set_text(words)
        if colour:
            self.artist.set_color(colour)
        if prefer:
            self.first = (prefer,) if isinstance(prefer, str) else tuple(prefer)

    @property
    def shown(self) -> bool:
        return bool(self.artist.get_visible() and self.artist.get_text())

    def candidates(self, width: float, height: float, pixels_per_point: float):
        """Boxes round the point, best first."""
        x, y = self.axes.transData.transform(self.anchor)
        pad = self.pad * pixels_per_point
        order = [*self.first, *(name for name in NEARBY if name not in self.first)]
        for distance in (1.0, 2.2, 4.0, 6.5, 9.5):
            for name in order:
                share_x, share_y, right, up = DIRECTIONS[name]
                off = self.gap * distance * pixels_per_point * (0.75 if right and up else 1)
                left, bottom = round(x + share_x * width + right * (off + pad)), round(y + share_y * height + up * (off + pad))
                yield Bbox.from_extents(left - pad, bottom - pad, left + width + pad, bottom + height + pad)


def settle(labels, others, renderer, figure) -> None:
    """Put every label where nothing is in its way; ``others`` are the boxes that are there already."""
    pixels = renderer.points_to_pixels(1)
    frame = Bbox.from_extents(FRAME * pixels, FRAME * pixels, figure.bbox.width - FRAME * pixels, figure.bbox.height - FRAME * pixels)
    shown = [label for label in labels if label.shown]
    points = [_around(label, 3 * pixels) for label in shown]
    taken = list(others)
    for label in shown:
        inside = label.artist.get_window_extent(renderer)
        width, height = inside.width, inside.height
        home = label.axes.get_window_extent()
        best, least = None, None
        for box in label.candidates(width, height, pixels):
            cost = _outside(box, frame) * 50 + sum(_common(box, other) for other in taken) * 4 + _outside(box, home) * 0.3
            if label.first != ("on",):
                cost += sum(_common(box, point) for point in points)
            if least is None or cost < least - 1e-6:
                best, least = box, cost
            if least <= 0.5:
                break
        pad = label.pad * pixels
        label.artist.set_position(label.axes.transData.inverted().transform((best.x0 + pad, best.y0 + pad)))
        taken.append(best)


def boxes_of(texts, renderer) -> list[Bbox]:
    """Where words are that have a fixed place."""
    return [text.get_window_extent(renderer) for text in texts if isinstance(text, Text) and text.get_visible() and text.get_text().strip()]


def _around(label: Label, reach: float) -> Bbox:
    x, y = label.axes.transData.transform(label.anchor)
    return Bbox.from_extents(x - reach, y - reach, x + reach, y + reach)


def _common(one: Bbox, other: Bbox) -> float:
    """The area in which two boxes lie on each other."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width * height if width > 0 and height > 0 else 0.0


def _outside(box: Bbox, frame: Bbox) -> float:
    return box.width * box.height - _common(box, frame)
