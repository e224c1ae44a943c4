"""The base of every explorer: controls move a picture and its sentence.

One persistent figure, one image widget. A step sets the moving artists, draws them over the kept background and
sends a small JPEG. The sentence under the picture is a live region, so a screen reader speaks what changed.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

import ipywidgets
import traitlets

from crmlib.language import message


@dataclass(frozen=True, slots=True)
class Control:
    """A slider: the picture's argument it moves, its label in the catalogue, its range and how it shows numbers."""

    name: str
    label: str
    minimum: float
    maximum: float
    step: float
    shown_as: str = ".2f"

    def slider(self, start: float) -> ipywidgets.FloatSlider:
        return ipywidgets.FloatSlider(
            value=start,
            min=self.minimum,
            max=self.maximum,
            step=self.step,
            readout_format=self.shown_as,
            description=message(self.label),
            style={"description_width": "22em"},
            layout={"width": "52em", "max_width": "100%"},
        )


class DescribedImage(ipywidgets.Image):
    """An image with a tooltip; the page's code looks for a description first, which plain images lack, and breaks."""

    description = traitlets.Unicode("").tag(sync=True)


class Explorer:
    """A picture that follows its controls. Display it as the last value of a cell."""

    def __init__(self, picture, controls, *, question: str):
        self.picture = picture
        self.sliders = {control.name: control.slider(picture.values[control.name]) for control in controls}
        self.image = DescribedImage(format="jpeg", value=picture.jpeg(), layout={"max_width": "100%"})
        self.sentence = ipywidgets.HTML()
        self.question = ipywidgets.HTML(f"<p><strong>{html.escape(message(question))}</strong></p>")
        self.widget = ipywidgets.VBox([self.question, *self.sliders.values(), self.image, self.sentence])
        self._say(picture.words)
        for slider in self.sliders.values():
            slider.observe(self._follow, names="value")

    @property
    def values(self) -> dict[str, float]:
        """Where the controls stand."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def _follow(self, change) -> None:
        try:
            picture, words = self.picture.move(**self.values), self.picture.words
            with self.image.hold_sync():  # one message instead of two
                self.image.value, self.image.tooltip = picture, words
            self._say(words)
        except ValueError as error:  # a combination that the formula refuses is explained, the last picture stays
            self._say(str(error))

    def _say(self, words: str) -> None:
        # The image has no alternative text of its own in the widget's protocol; its title serves screen readers.
        self.image.tooltip = words
        self.sentence.value = f'<p role="status" aria-live="polite">{html.escape(words)}</p>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.widget._repr_mimebundle_(include=include, exclude=exclude) or {}
        return {**bundle, "image/png": self.picture.png(), "text/plain": self.picture.words}
