"""What the glossary and Chinese typography ask of every text."""

from __future__ import annotations

import re
from functools import cache

from crmlib.language import glossary

HAN = "[\u3400-\u9fff]"


def half_width(text):
    """ASCII punctuation that touches a Chinese character, outside code, quotation and formulas."""
    prose = re.sub(r'`[^`]*`|"[^"]*"|\$[^$]*\$', "…", text)
    return re.findall(rf".{{0,9}}(?:(?<={HAN})[,;:?!]|[,;:?!](?={HAN})).{{0,9}}", prose)


def forms_avoided(text):
    """The forms that the glossary asks to avoid and that stand in a text, each with its term."""
    low = text.casefold()
    return [(key, form) for key, form, sought in _avoided() if sought in low and _stands_in(sought, low)]


@cache
def _avoided():
    return [(each.key, form, form.casefold()) for each in glossary().values() for form in each.forms_to_avoid]


def _stands_in(form, text):
    return re.search(HAN, form) is not None or re.search(rf"(?<![a-z]){re.escape(form)}(?![a-z])", text) is not None
