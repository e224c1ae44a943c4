"""The outline builder on the page: choices above, the outline below them. The page draws, Python writes."""

from __future__ import annotations

import html
from pathlib import Path

import anywidget
import traitlets

from crmlib.essay import rules, skeleton
from crmlib.explorers.page import script
from crmlib.language import message, page_language
from crmlib.show import Html

HERE = Path(__file__).parent
GROUPS = ("thesis", "moderator", "concept", "evidence")
WORDS = ("skeleton", "use_skeleton")


class OutlineBuilder(anywidget.AnyWidget):
    """Choose a thesis, its conditions, concepts and evidence, and read the outline that follows."""

    _esm = script(HERE / "builder.js")
    _css = HERE / "builder.css"

    language = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    groups: traitlets.List = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    advice: traitlets.List = traitlets.List().tag(sync=True)

    def __init__(self):
        offered = {name: [(choice.id, str(choice.text)) for choice in rules.choices(name)] for name in ("thesis", "moderator", "evidence")}
        offered["concept"] = [(concept.id, str(concept.text)) for concept in rules.concepts()]
        super().__init__(
            language=page_language(),
            name=message("essay.outline"),
            words={name: message(f"essay.{name}") for name in WORDS},
            groups=[
                {
                    "id": name,
                    "heading": message(f"essay.choose_{name}"),
                    "one": name == "thesis",
                    "options": [{"id": id, "text": text} for id, text in offered[name]],
                }
                for name in GROUPS
            ],
        )
        self.chosen = {"thesis": [offered["thesis"][0][0]], "moderator": [], "concept": [], "evidence": []}

    @traitlets.observe("chosen")
    def _write(self, change) -> None:
        """What the page sends is held against what is offered: it may be an old page."""
        offered = {group["id"]: [option["id"] for option in group["options"]] for group in self.groups}
        kept = {name: [id for id in offered[name] if id in (change.new.get(name) or ())] for name in GROUPS}
        thesis = (kept["thesis"] or offered["thesis"])[0]
        with self.hold_sync():  # one message, so that the page never shows the one without the other
            self.text = skeleton.skeleton(thesis, kept["moderator"], kept["concept"], kept["evidence"])
            self.advice = skeleton.advice(kept["moderator"], kept["concept"], kept["evidence"])

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        printed = Html(f"<p><b>{html.escape(self.words['skeleton'])}</b></p><pre>{html.escape(self.text)}</pre>")
        return {**data, "text/html": printed.source, "text/plain": printed.text}
