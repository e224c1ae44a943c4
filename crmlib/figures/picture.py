"""A picture, described once: what a reader can change, what is then to be seen, how it is drawn and what it says.

A subclass names its controls as attributes, computes in ``scene`` what is shown for their values, and draws and
speaks from that scene alone. The figure in a page and the explorer that moves it are both made from this description.

The still part (axes, titles, curves that no control touches) is drawn once and kept as pixels; a step then draws
only the moving artists over it. That is what makes a slider follow the hand: a full draw costs some fifty
milliseconds, a step about ten.
"""

from __future__ import annotations

import base64
import html
import io
from types import SimpleNamespace
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from PIL import Image

from crmlib.figures.controls import Choice, Slider, Switch
from crmlib.figures.drawing import Drawing
from crmlib.figures.labels import MARKS, boxes_of, marks_of, settle
from crmlib.figures.style import bar_rows, no_axes, percent_axis, quiet_axes
from crmlib.figures.typesetting import PieceCanvas
from crmlib.figures.words import KeptWords
from crmlib.language import message

SHARP = 2  # a picture that stays in a page is drawn for screens with two dots for one


class Scene(SimpleNamespace):
    """What is shown for some values of the controls; the picture adds the values themselves."""


class Picture(Drawing):
    """Base of every picture. Its docstring's first line is what it shows; its words stand in the lesson's messages."""

    size = (7.2, 3.2)  # inches; with question, controls and sentence this still fits on a small laptop's screen
    dots_per_inch = 100
    controls: dict[str, Slider | Switch | Choice] = {}
    room: str  # of the catalogue, with its words

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        own = {name: entry for name, entry in vars(cls).items() if isinstance(entry, (Slider, Switch, Choice))}
        cls.controls = {**cls.controls, **own}
        cls.room = f"figures_{cls.__module__.rpartition('.')[2]}"

    def __init__(self, **values):
        unknown = values.keys() - self.controls.keys() if self.controls else set()
        if unknown:
            raise TypeError(message("figures.unknown_control", received=", ".join(sorted(unknown)), known=", ".join(self.controls)))
        self.figure = Figure(figsize=self.size, dpi=self.dots_per_inch)
        self.canvas = PieceCanvas(self.figure)
        super().__init__()
        self.values = {**{name: control.start for name, control in self.controls.items()}, **values}
        self.now = self._seen(self.values)
        self.draw()
        self.moving += [label.artist for label in self.labels]
        self.moving.sort(key=lambda artist: artist.get_zorder())  # as in a full draw
        for artist in self.moving:
            artist.set_animated(True)  # left out of a full draw, but not of a saved file
        self._follow(self.now)
        self.figure.tight_layout()
        self._follow(self.now)  # once more: what is placed by pixels now knows where the axes lie
        self._still_boxes: Any = None
        self._moving_marks = [mark for mark in self._marks() if mark in self.moving]
        own = {label.artist for label in self.labels}
        self._moving_words = [artist for artist in self.moving if isinstance(artist, Text) and artist not in own]
        self._start_afresh()

    # ---- what a subclass says

    def scene(self, *_: Any, **values: Any) -> Scene:
        """Everything that is computed for these values, once a step; raises ValueError where the formula refuses them."""
        return Scene()

    def draw(self) -> None:
        """Draw everything, and say with functions of the scene what of it moves; called once, with the first scene in ``self.now``."""
        raise NotImplementedError

    def follow(self, scene) -> None:
        """Set what one function for one artist cannot set."""

    def sentence(self, scene) -> str:
        """What the picture shows, in words: the result for everyone, and all of it for a screen reader."""
        return self.say(f"{type(self).__name__}_sentence")

    # ---- what every picture can do

    @classmethod
    def say(cls, key: str, /, **values) -> str:
        """A message of this picture's module."""
        return message(f"{cls.room}.{key}", **values)

    @classmethod
    def question(cls) -> str:
        """What a reader finds out by moving the controls."""
        return cls.say(f"{cls.__name__}_question")

    def set_up(self, axes=None, *, title="", x="", y="", percent="", rows=(), bare=False, numbers=None, **limits):
        """The course's axes with words of this picture's module: a row for every bar, limits and ticks, percentages along "x", "y" or both, or all bare."""
        axes = axes or self.figure.subplots()
        quiet_axes(axes, **{name: key and self.say(key, **(numbers or {})) for name, key in {"title": title, "x": x, "y": y}.items()})
        if rows:
            bar_rows(axes, rows)
        if bare:
            no_axes(axes)
        axes.set(**limits)
        for side in percent:
            percent_axis(axes.xaxis if side == "x" else axes.yaxis)
        return axes

    def move(self, **values) -> None:
        """Show other values. Where they are refused, everything stays as it was and the ValueError says why."""
        wanted = {**self.values, **values}
        scene = self._seen(wanted)
        self._follow(scene)
        self.values, self.now = wanted, scene
        self._settled = False

    @property
    def words(self) -> str:
        """The sentence for what is shown now."""
        return self.sentence(self.now)

    def sharpness(self, ratio: float) -> None:
        """Draw for a screen with this many dots for one of the page's."""
        if ratio * self.dots_per_inch != self.figure.dpi:
            self.figure.set_dpi(ratio * self.dots_per_inch)
            self._start_afresh()

    def png(self) -> bytes:
        """The picture as PNG, for a page that stays."""
        self._paint()
        return _encoded(self._pixels().convert("RGB"), "PNG", compress_level=6)

    def jpeg(self) -> bytes:
        """The picture as JPEG with full colour detail, for a step that is gone in a moment: a fifth of what a PNG costs."""
        self._paint()
        return _encoded(self._pixels(), "JPEG", quality=95, subsampling=0)

    def settle(self) -> None:
        """Put the labels where nothing is in their way."""
        if self._settled or not self.labels:
            return
        if self._still_boxes is None:
            self._still_boxes = boxes_of([text for text in self.figure.findobj(Text) if text not in self.moving], self._words)
            self._still_marks = marks_of([mark for mark in self._marks() if mark not in self.moving])
        boxes = self._still_boxes + boxes_of(self._moving_words, self._words)
        settle(self.labels, boxes, (self._still_marks, marks_of(self._moving_marks)), self._words, self.figure)
        self._settled = True

    def _seen(self, values) -> Scene:
        return Scene(**{**values, **vars(self.scene(**values))})

    def _follow(self, scene) -> None:
        for follow in self._followers:
            follow(scene)
        self.follow(scene)

    def _marks(self) -> list[Line2D]:
        """Lines with marks at their points, except marks that have a label, which knows where they are."""
        own = {label.mark for label in self.labels}
        return [line for line in self.figure.findobj(Line2D) if line.get_marker() in MARKS and line not in own]

    def _start_afresh(self) -> None:
        """Forget all pixels: the picture has another number of them now."""
        self._background = None
        self._still_boxes = None
        self._settled = False
        width, height = self.canvas.get_width_height()
        self._words = KeptWords(width, height, self.figure.dpi)

    def _paint(self) -> None:
        """Draw anew only what moved."""
        if self._background is None:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
            self._still_boxes, self._settled = None, False
        else:
            self.canvas.restore_region(self._background)
        self.settle()
        renderer = self.canvas.get_renderer()
        for artist in self.moving:
            if isinstance(artist, Text) and not isinstance(artist, Annotation):  # an annotation has an arrow as well
                self._words.draw(artist, renderer)
            else:
                artist.draw(renderer)

    def _pixels(self) -> Image.Image:
        """What is painted: opaque, so that the fourth number of a pixel says nothing."""
        return Image.frombuffer("RGBX", self.canvas.get_width_height(), self.canvas.buffer_rgba(), "raw", "RGBX", 0, 1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        self.sharpness(SHARP)
        picture = self.png()
        self.sharpness(1)
        return {"text/html": as_html(picture, self.words, self.canvas.get_width_height()[0]), "image/png": picture, "text/plain": self.words}


def as_html(picture: bytes, words: str, width: int) -> str:
    """A picture in a page, with its text alternative and at its natural size."""
    data = base64.b64encode(picture).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(words)}" width="{width}" style="max-width:100%;height:auto">'


def _encoded(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
