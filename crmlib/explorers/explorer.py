"""An explorer: the controls of a picture, its question and its sentence, in one widget of our own.

Controls are the browser's own elements, so that keyboard, names and spoken values are what everyone's tools expect.
The page tells at which places the controls stand; the kernel answers with picture and sentence in one message.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from crmlib.explorers.page import script
from crmlib.figures.controls import place_of
from crmlib.language import page_language

HERE = Path(__file__).parent
SHARPEST = 3  # more dots than this for one of the page's are not seen


class Explorer(anywidget.AnyWidget):
    """A picture that follows its controls. Display it as the last value of a cell."""

    _esm = script(HERE / "explorer.js")
    _css = HERE / "explorer.css"

    language = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List = traitlets.List().tag(sync=True)
    # Without echo: the page shows at once where its controls stand, and a place it has left must not come back.
    places = traitlets.List(traitlets.Int()).tag(sync=True, echo_update=False)
    picture_size = traitlets.List(traitlets.Int()).tag(sync=True)
    jpeg = traitlets.Bytes().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    ratio = traitlets.Float(1.0).tag(sync=True, echo_update=False)

    def __init__(self, picture):
        self.picture = picture
        super().__init__(
            language=page_language(),
            question=picture.question(),
            controls=[_described(name, control, picture) for name, control in picture.controls.items()],
            places=self._places(),
            picture_size=list(picture.canvas.get_width_height()),
            jpeg=picture.jpeg(),
            sentence=picture.words,
        )

    @property
    def values(self) -> dict[str, object]:
        """What is shown now."""
        return dict(self.picture.values)

    def move(self, **values) -> None:
        """Move controls, as a reader does on the page."""
        controls = list(self.picture.controls.items())
        self.places = [place_of(control, values.get(name, self.picture.values[name])) for name, control in controls]

    def _places(self) -> list[int]:
        return [place_of(control, self.picture.values[name]) for name, control in self.picture.controls.items()]

    @traitlets.observe("places")
    def _follow(self, change) -> None:
        if change["old"] is traitlets.Undefined or change["new"] == self._places():
            return
        wanted = {name: control.values[place] for (name, control), place in zip(self.picture.controls.items(), change["new"])}
        try:
            self.picture.move(**wanted)
        except ValueError as error:  # a combination that the formula refuses is explained; controls and picture go back
            self.sentence, self.places = str(error), self._places()
            return
        self._show()

    @traitlets.observe("ratio")
    def _sharpen(self, change) -> None:
        self.picture.sharpness(min(max(change["new"], 1.0), SHARPEST))
        self._show()

    def _show(self) -> None:
        with self.hold_sync():  # one message instead of two
            self.jpeg, self.sentence = self.picture.jpeg(), self.picture.words

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        still = self.picture._repr_mimebundle_()
        self.picture.sharpness(self.ratio)
        # Without the HTML form: a page without a kernel shows the picture, and nothing is carried twice.
        return {**data, "image/png": still["image/png"], "text/plain": still["text/plain"]}


def _described(name: str, control, picture) -> dict:
    """A control for the page: its name, and every value in words."""
    texts = [control.text(value, picture.room) for value in control.values]
    return {"name": name, "kind": control.kind, "label": picture.say(f"control_{name}"), "texts": texts}
