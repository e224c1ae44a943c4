"""A picture with a part that stands still and a part that moves.

The still part (axes, titles, curves that no control touches) is drawn once and kept as pixels; a step then draws
only the moving artists over it. That is what makes a slider follow the hand: a full draw costs some fifty
milliseconds, a step about ten.
"""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from crmlib.figures.words import KeptWords


class Picture:
    """Base of every picture. A subclass says what stands still, what moves, and what it shows in one sentence."""

    size = (7.2, 3.6)
    dots_per_inch = 100

    def __init__(self, **values):
        self.figure = Figure(figsize=self.size, dpi=self.dots_per_inch)
        self.canvas = FigureCanvasAgg(self.figure)
        self.values = dict(values)
        self._background = None
        self._words = KeptWords(*self.canvas.get_width_height(), self.dots_per_inch)
        self.still()
        self.moving = list(self.moved())
        for artist in self.moving:
            artist.set_animated(True)  # left out of a full draw, but not of a saved file
        self.follow(**self.values)
        self.figure.tight_layout()

    def still(self) -> None:
        """Draw what never moves; called once."""
        raise NotImplementedError

    def moved(self):
        """Make the artists that move and return them; called once."""
        raise NotImplementedError

    def follow(self, **values) -> bool | None:
        """Set the moving artists to these values; return True where axis limits had to change."""
        raise NotImplementedError

    def sentence(self, **values) -> str:
        """What the picture shows, in words: the result for everyone, and all of it for a screen reader."""
        raise NotImplementedError

    def move(self, **values) -> bytes:
        """Show other values and return the picture as JPEG, which costs a fifth of what a PNG does to make."""
        self.values.update(values)
        if self.follow(**self.values):
            self._background = None
        return self.jpeg()

    def png(self) -> bytes:
        """The picture as PNG, for a page that stays."""
        self._draw()
        return _encoded(self.canvas, "PNG", compress_level=1)

    def jpeg(self) -> bytes:
        """The picture as JPEG with full colour detail, for a step that is gone in a moment."""
        self._draw()
        return _encoded(self.canvas, "JPEG", quality=95, subsampling=0)

    def _draw(self) -> None:
        """Draw anew only what moved."""
        if self._background is None:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        else:
            self.canvas.restore_region(self._background)
        renderer = self.canvas.get_renderer()
        for artist in self.moving:
            if type(artist) is Text:  # an annotation has an arrow as well
                self._words.draw(artist, renderer)
            else:
                artist.draw(renderer)

    @property
    def words(self) -> str:
        """The sentence for the values shown now."""
        return self.sentence(**self.values)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": self.png(), "text/plain": self.words}


def _encoded(canvas: FigureCanvasAgg, kind, **options) -> bytes:
    width, height = canvas.get_width_height()
    image = Image.frombuffer("RGBA", (width, height), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    file = io.BytesIO()
    image.convert("RGB").save(file, kind, **options)
    return file.getvalue()
