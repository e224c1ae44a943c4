"""Bars that start at zero and say where they are cut."""

from __future__ import annotations

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from crmlib.figures.style import BLUE, INK, SKY

# Two slanted strokes across the bar: the sign for "goes on further than is shown".
BREAK = Path([(-0.5, -0.6), (0.1, 0.6), (-0.1, -0.6), (0.5, 0.6)], [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO])


class Bars:
    """Bars of which the longest may be cut at ``limit``; a cut bar shows a break near its end, and its label the whole number."""

    def __init__(self, axes, places, *, limit: float, width: float = 0.6, horizontal: bool = False, colour: str = BLUE):
        self.places, self.limit, self.horizontal = list(places), limit, horizontal
        draw, thick = (axes.barh, "height") if horizontal else (axes.bar, "width")
        self.bars = list(draw(self.places, [0] * len(self.places), color=colour, **{thick: width}))
        (self.breaks,) = axes.plot([], [], linestyle="none", marker=BREAK, markersize=11, color="white", markeredgewidth=2.2, zorder=4)

    @property
    def artists(self) -> list:
        return [*self.bars, self.breaks]

    def ends(self, values) -> list[float]:
        """Where each bar ends on the page."""
        return [max(-self.limit, min(self.limit, value)) for value in values]

    def show(self, values, colours=None) -> None:
        cut = []
        for place, bar, value, end in zip(self.places, self.bars, values, self.ends(values)):
            (bar.set_width if self.horizontal else bar.set_height)(end)
            if abs(value) > self.limit:
                cut.append((end * 0.9, place) if self.horizontal else (place, end * 0.9))
        for bar, colour in zip(self.bars, colours or ()):
            bar.set_color(colour)
        self.breaks.set_data([x for x, _ in cut], [y for _, y in cut])


class NumberedBars:
    """Horizontal bars, each with its number ``gap`` behind its end."""

    def __init__(self, axes, rows, *, gap: float, colour=SKY, thick: float = 0.6, size: float = 10, level: str = "center"):
        self.axes, self.gap, rows = axes, gap, list(rows)
        self.bars = list(axes.barh(rows, [0] * len(rows), height=thick, color=colour))
        self.numbers = [axes.text(0, row, "", fontsize=size, color=INK, va=level) for row in rows]

    @property
    def artists(self) -> list:
        return [*self.bars, *self.numbers]

    def show(self, values, words, colours=None) -> None:
        (start, _), (end, _) = self.axes.transData.transform(((0, 0), (1, 0))).tolist()
        for bar, number, value, said in zip(self.bars, self.numbers, values, words):
            bar.set_width(value)
            # On a whole pixel, so that its digits are drawn once and not anew at every length.
            number.set_x((round(start + (value + self.gap) * (end - start)) - start) / (end - start))
            number.set_text(said)
        for bar, colour in zip(self.bars, colours or ()):
            bar.set_color(colour)


class Blocks(PathPatch):
    """Many upright rectangles of one look, drawn as one."""

    def __init__(self, **look):
        super().__init__(Path([(0, 0)]), linewidth=0, **look)

    def show(self, boxes) -> None:
        """Rectangles by left, right, bottom and top; none hides them."""
        corners = [corner for left, right, low, top in boxes for corner in ((left, low), (right, low), (right, top), (left, top), (left, low))]
        self.set_visible(bool(corners))
        if corners:
            self.set_path(Path(corners, [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(corners) // 5)))
