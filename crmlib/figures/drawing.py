"""What pictures are drawn with: whatever is given as a function of the scene moves, whatever is given as a value stays.

So a picture tells of every line, mark and word once: what it looks like, together with what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.patches import Polygon

from crmlib.figures.bars import Bars, NumberedBars
from crmlib.figures.labels import WHITE, Label
from crmlib.figures.style import BLUE, GREEN, INK, WORDS

NAME = {"size": 9, "colour": INK, "box": None}  # how a mark's label looks where it only says the mark's name
Told = Any  # a value, or a function that makes it of the scene


def told(given: Told, scene) -> Any:
    """What is given, for this scene."""
    return given(scene) if callable(given) else given


def columns(points) -> tuple[list, list]:
    """Points as matplotlib takes them.

    >>> columns([(1, 2), (3, 4)])
    ([1, 3], [2, 4])
    """
    points = list(points)
    return [x for x, _ in points], [y for _, y in points]


class Drawing:
    """Lines, marks, areas, bars and words of one picture."""

    now: Any  # the scene

    def __init__(self):
        self.labels: list[Label] = []
        self.moving: list[Any] = []
        self._followers: list[Callable[[Any], Any]] = []

    def moves(self, artist, follow: Told = None):
        """Let an artist move: ``follow(scene)`` sets it at every step."""
        self.moving.append(artist)
        if follow:
            self._followers.append(follow)
        return artist

    def line(self, axes, where: Told, shape: str = "", *, words: Told = "", prefer: Told = (), **look):
        """A line, or marks alone, through columns of x and y, and words at its end."""
        (line,) = axes.plot([], [], *([shape] if shape else []), **look)
        if words:
            self.label(axes, lambda scene: tuple(column[-1] for column in where(scene)), words, colour=look["color"], size=10, prefer=prefer)
        return self.moves(line, lambda scene: line.set_data(*where(scene)))

    def area(self, axes, corners: Told, *, colour: str, **look):
        """A filled shape."""
        shape = axes.add_patch(Polygon([(0, 0)], facecolor=colour, linewidth=0, **look))
        return self.moves(shape, lambda scene: shape.set_xy(corners(scene)))

    def mark(self, axes, where: Told, words: Told = "", shape: str = "o", *, colour: Told = BLUE, size: float = 9, prefer: Told = (), label=None, **look):
        """A mark at (x, y), or none at None, and words beside it; ``label`` holds options of the words."""
        (mark,) = axes.plot([], [], shape, markersize=size, **look)

        def follow(scene):
            place = told(where, scene)
            mark.set_data(*([place[0]], [place[1]]) if place else ([], []))
            mark.set_color(told(colour, scene))

        self._followers.append(follow)
        if callable(where):
            self.moves(mark)
        if words:
            self.label(axes, where, words, mark=mark, **{"size": 10, "colour": colour, "prefer": prefer, **(label or {})})
        return mark

    def best_and_here(self, axes, best: Told, best_words: Told, here: Told, here_words: Told, *, prefer: tuple[str, ...], **look) -> None:
        """On a curve of what every choice brings: a star at the best choice, with words while it is not the reader's, and the reader's own."""
        self.mark(axes, best, shape="*", colour=GREEN, size=13, **look)
        self.mark(axes, here, here_words, prefer=prefer, **look)
        self.label(axes, best, lambda scene: best_words(scene) if best(scene)[0] != here(scene)[0] else "", colour=GREEN, prefer=("above", "below"))

    def label(self, axes, where: Told, words: Told, *, colour: Told = INK, prefer: Told = (), **options) -> None:
        """Words beside (x, y), free of everything else; none where there is no place or nothing to say."""
        label = Label(axes, **options)

        def follow(scene):
            place = told(where, scene)
            label.at(place, told(words, scene) if place else "", colour=WORDS[told(colour, scene)], prefer=told(prefer, scene))

        self.labels.append(label)
        self._followers.append(follow)

    def write(self, axes, where: Told, words: Told, *, size: float = 9, colour: str = INK, **look):
        """Words at (x, y), whatever else is there."""
        text = axes.text(*told(where, self.now), told(words, self.now), fontsize=size, color=WORDS.get(colour, colour), **look)
        if callable(where):
            self._followers.append(lambda scene: text.set_position(where(scene)))
        if callable(words):
            self._followers.append(lambda scene: text.set_text(words(scene)))
        return self.moves(text) if callable(where) or callable(words) else text

    def fields(self, axes, corners: dict[str, tuple[Told, str]], *, across: Told, up: Told, size: float = 9) -> None:
        """Four fields parted by two lines; ``corners`` gives each field's words and colour by "upper left", "lower right" and so on."""
        look = {"color": INK, "linewidth": 1}
        upright, level = axes.axvline(told(across, self.now), **look), axes.axhline(told(up, self.now), **look)
        if callable(across):
            self.moves(upright, lambda scene: upright.set_xdata([across(scene)] * 2))
            self.moves(level, lambda scene: level.set_ydata([up(scene)] * 2))
        for name, (words, colour) in corners.items():
            upper, left = name.startswith("upper"), name.endswith("left")
            place = (0.012 if left else 0.988, 0.98 if upper else 0.02)
            align: dict[str, Any] = {"ha": "left" if left else "right", "va": "top" if upper else "bottom"}
            self.write(axes, place, words, size=size, colour=colour, transform=axes.transAxes, bbox=WHITE, zorder=5, **align)

    def numbered_bars(self, axes, rows, shown: Told, **options) -> NumberedBars:
        """Horizontal bars, each with its number: ``shown(scene)`` gives lengths, words and perhaps colours."""
        return self._bars(NumberedBars(axes, rows, **options), shown)

    def cut_bars(self, axes, places, shown: Told, words: Told = None, *, both_ways: bool = False, size: float = 10, **options) -> None:
        """Bars of which the longest are cut: ``shown(scene)`` gives lengths and colours, ``words(scene)`` what stands at each end.

        Bars point both ways where there is room for words on both sides; else words stand right of a bar to the left as well.
        """
        bars = self._bars(Bars(axes, places, **options), shown)

        def label(number, place):
            def end(scene):
                x = bars.ends(shown(scene)[0])[number]
                return x if both_ways else max(x, 0), place

            def side(scene):
                return "right" if end(scene)[0] >= 0 else "left"

            self.label(axes, end, lambda scene: words(scene)[number], size=size, gap=4, box=None, prefer=side)

        for number, place in enumerate(places if words else ()):
            label(number, place)

    def _bars(self, bars, shown):
        for artist in bars.artists:
            self.moves(artist)
        self._followers.append(lambda scene: bars.show(*shown(scene)))
        return bars
