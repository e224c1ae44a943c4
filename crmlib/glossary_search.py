"""The glossary on the page: a table with a box to search it, which needs no kernel once it is shown."""

from __future__ import annotations

import html
from itertools import groupby
from pathlib import Path

import anywidget
import traitlets

from crmlib.language import Term, glossary, listing, message, page_language
from crmlib.show import Html, rows

HERE = Path(__file__).parent


class GlossarySearch(anywidget.AnyWidget):
    """Every term of the course in both languages, with pinyin, symbol and the names it has elsewhere."""

    _esm = HERE / "glossary_search.js"
    _css = HERE / "glossary_search.css"

    language = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    headings: traitlets.List = traitlets.List().tag(sync=True)
    terms: traitlets.List = traitlets.List().tag(sync=True)

    def __init__(self):
        self.sorted = sorted(glossary().values(), key=lambda term: (not term.text.en[0].isalpha(), term.text.en.casefold()))
        super().__init__(
            language=page_language(),
            words={"name": message("show.glossary"), "search": message("show.search"), "found": message("show.found", count="{count}")},
            headings=_headings(),
            # What is searched holds more than what is shown: the traditional characters as well.
            terms=[{"cells": _cells(term), "more": term.text.zh_hant} for term in self.sorted],
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        folded = Html("".join(_folded(letter, list(terms)) for letter, terms in groupby(self.sorted, key=_letter)))
        return {**data, "text/html": folded.source, "text/plain": folded.text}


def _headings() -> list[str]:
    return [message(f"show.{name}") for name in ("term_en", "term_zh", "pinyin", "symbol", "also")]


def _cells(term: Term) -> list[str]:
    return [term.text.en, term.text.zh, term.pinyin, term.symbol, listing(term.also)]


def _letter(term: Term) -> str:
    first = term.text.en[0].upper()
    return first if first.isalpha() else "0–9"


def _folded(letter: str, terms: list[Term]) -> str:
    table = rows([_cells(term) for term in terms], _headings(), caption=f"{message('show.glossary')} {letter}", named=True)
    return f"<details><summary>{html.escape(message('show.in_brackets', words=letter, more=len(terms)))}</summary>{table.source}</details>"
