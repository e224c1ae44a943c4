"""Which concepts of the course a paper names. That says nothing about whether they are understood: a person reads that."""

from __future__ import annotations

import re
import unicodedata

from crmlib.essay.rules import Concept, concepts


def named(text: str) -> tuple[Concept, ...]:
    """The concepts whose name, in one of its forms, stands in a text.

    >>> [concept.id for concept in named("口碑不是买来的。")]
    ['word_of_mouth']
    """
    plain = _plain(text)
    return tuple(concept for concept in concepts() if any(_stands_in(form, plain) for form in concept.forms))


def _stands_in(form: str, plain: str) -> bool:
    form = _plain(form)
    if re.search(r"[a-z]", form):  # whole words, with an s where English puts one
        return form in plain and re.search(rf"(?<![a-z]){re.escape(form)}(?:s|es)?(?![a-z])", plain) is not None
    return form in plain


def _plain(text: str) -> str:
    """Without width, case, hyphens and spaces between Chinese characters; 客户 and 顾客 are one word."""
    text = re.sub(r"[-‐‑–]", " ", unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("客户", "顾客").replace("客戶", "顧客"))
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", re.sub(r"\s+", " ", text))
