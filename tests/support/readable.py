"""What cannot be read in a picture: words on words or marks, words or marks cut at the frame, bars that hide where they start or end."""

from __future__ import annotations

import itertools
import math

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

# Boxes of words are higher than what is seen of them; so much may two of them share, in pixels.
SHARED = 1.5


def faults(picture) -> list[str]:
    """Everything that cannot be read in what the picture shows now."""
    picture.settle()
    renderer, frame = picture.canvas.get_renderer(), picture.figure.bbox
    hidden = {text for axes in picture.figure.findobj(Axes) for text in _not_drawn(axes)}
    shown = [text for text in picture.figure.findobj(Text) if text not in hidden and text.get_visible() and text.get_text().strip()]
    words = [(text.get_text().strip(), _box(text, renderer)) for text in shown]
    found = [f"{said!r} leaves the picture" for said, box in words if not _inside(box, frame)]
    found += [f"{one!r} and {other!r} overlap" for (one, first), (other, second) in itertools.combinations(words, 2) if _common(first, second)]
    lines = [line for axes in picture.figure.findobj(Axes) for line in axes.lines if isinstance(line.get_marker(), str)]
    # Between its tips a star is smaller than the circle round it.
    marks = [(x, y, reach * (0.8 if line.get_marker() == "*" else 1)) for line in lines for x, y, reach in _marks(line)]
    # What lies in a box of its own covers all that is below the box.
    covers = [(said, _box(text, renderer).padded(_pad(text))) for text, (said, _) in zip(shown, words)]
    found += [f"{said!r} covers a mark at ({x:.0f}, {y:.0f})" for said, box in covers for x, y, reach in marks if _covered(box, x, y, reach)]
    for axes in picture.figure.findobj(Axes):
        found += [fault for line in axes.lines for fault in _cut_markers(line, axes, frame)]
        found += [fault for patch in axes.patches for fault in _cut_bars(patch, axes)]
    return found


def _not_drawn(axes: Axes):
    """Words that belong to an axis and are there, but not drawn: ticks outside the limits, and all of them where axes are off."""
    for axis in (axes.xaxis, axes.yaxis):
        labels = {label for tick in (*axis.majorTicks, *axis.minorTicks) for label in (tick.label1, tick.label2)}
        drawn = {label for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
        on = axis.get_visible() and axes.axison
        yield from (labels - drawn if on else labels | {axis.label, axis.offsetText})


def _box(text: Text, renderer) -> Bbox:
    # Long boxes of turned words cover what lies beside them: only upright words are compared by their boxes.
    box = text.get_window_extent(renderer)
    return box if text.get_rotation() in (0, 90) else Bbox.from_extents(*(box.get_points().mean(axis=0) - 2), *(box.get_points().mean(axis=0) + 2))


def _inside(box: Bbox, frame) -> bool:
    return box.x0 >= -0.5 and box.y0 >= -0.5 and box.x1 <= frame.width + 0.5 and box.y1 <= frame.height + 0.5


def _common(one: Bbox, other: Bbox) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > SHARED and min(one.y1, other.y1) - max(one.y0, other.y0) > SHARED


def _marks(line: Line2D):
    """Where a line's marks are and how far they reach, in pixels."""
    if line.get_marker() in (None, "", " ", "None", "none") or not line.get_visible() or not len(line.get_xdata()):
        return
    reach = line.get_markersize() / 2 * line.get_figure().dpi / 72
    for x, y in line.get_transform().transform(line.get_xydata()):
        yield x, y, reach


def _pad(text: Text) -> float:
    """By how much the box round words is larger than they are, in pixels."""
    patch = text.get_bbox_patch()
    return patch.get_boxstyle().pad * patch.get_mutation_scale() if patch else 0.0


def _covered(box: Bbox, x: float, y: float, reach: float) -> bool:
    """Whether a box lies on a round mark by more than its rim."""
    away_x, away_y = max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1)
    return math.hypot(away_x, away_y) < reach - min(SHARED, reach / 3)


def _cut_markers(line: Line2D, axes: Axes, frame):
    room = axes.bbox if line.get_clip_on() else frame
    for x, y, full in _marks(line):
        reach = full - 1
        if x - reach < room.x0 - 1 or x + reach > room.x1 + 1 or y - reach < room.y0 - 1 or y + reach > room.y1 + 1:
            yield f"a marker is cut at ({x:.0f}, {y:.0f}) of {axes.get_title(loc='left')!r}"


def _cut_bars(patch, axes: Axes):
    """Bars made by bar and barh know that they are bars: their edges stick where the axis begins."""
    if not isinstance(patch, Rectangle) or not (patch.sticky_edges.x or patch.sticky_edges.y):
        return
    along = "x" if patch.sticky_edges.x else "y"
    low, high = sorted(getattr(axes, f"get_{along}lim")())
    start, length = (patch.get_x(), patch.get_width()) if along == "x" else (patch.get_y(), patch.get_height())
    if not low - 1e-9 <= start + length <= high + 1e-9:
        yield f"a bar is cut at the frame of {axes.get_title(loc='left')!r}"
    if abs(start) > 1e-9:
        yield f"a bar of {axes.get_title(loc='left')!r} starts at {start:g}"
