"""The cheat sheet of a lesson: one printable page of what to know by heart, in the exam's words."""

from __future__ import annotations

import html

from crmlib import course
from crmlib.language import current_language, message, page_language
from crmlib.revision.cards import lesson_of

# An A4 page as most printers take it; nothing is fetched from elsewhere, and long lessons get smaller type.
STYLE = """
@page { size: A4; margin: 11mm 12mm; }
* { box-sizing: border-box; }
body { font: %spt/1.3 "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #111; margin: 0 auto; max-width: 186mm; padding: 6mm 0; }
h1 { font-size: 1.5em; margin: 0 0 0.1em; }
p { margin: 0 0 0.6em; color: #444; }
dl { columns: 2; column-gap: 7mm; column-rule: 0.3mm solid #ccc; margin: 0; }
div { break-inside: avoid; padding: 0 0 0.45em; }
dt { font-weight: 700; }
dd { margin: 0; }
em { font-style: normal; font-weight: 400; color: #555; }
@media print { body { padding: 0; max-width: none; } }
"""
LARGEST, SMALLEST, ROOM = 11.5, 6.5, 400_000  # points of type, and how many letters times its square fill a page
CHINESE_WIDTH, ENTRY = 2.1, 45  # of a Chinese character, and of an entry's gaps, in Latin letters


def page(lesson: object) -> str:
    """The sheet of a lesson as an HTML page of its own, in the language in use."""
    found = course.lesson(lesson_of(lesson))
    chinese = current_language() == "zh"
    entries = []
    for point in course.points(found.stem):
        kept = "" if point.examinable == "full" else f" <em>{html.escape(message(f'show.examinable_{point.examinable}'))}</em>"
        entries.append(f"<div><dt>{html.escape(str(point.term))}{kept}</dt><dd>{html.escape(str(point.sheet))}</dd></div>")
    title = message("revision.sheet_title", number=found.number, title=found.title)
    texts = [f"{point.term}{point.sheet}" for point in course.points(found.stem)]
    style = STYLE.replace("%s", f"{_type(texts, CHINESE_WIDTH if chinese else 1):.1f}")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title><style>{style}</style>'
    about = html.escape(message("revision.sheet_about", count=len(entries)))
    body = f"<h1>{html.escape(title)}</h1><p>{about}</p>\n<dl>{''.join(entries)}</dl>\n"
    return f'<!DOCTYPE html>\n<html lang="{page_language()}"><head>{head}</head>\n<body>{body}</body></html>\n'


def _type(texts: list[str], width: float) -> float:
    """The size of type with which these texts fill a page and do not run over it."""
    letters = sum(len(text) * width + ENTRY for text in texts)
    return min(max((ROOM / letters) ** 0.5, SMALLEST), LARGEST)


def name(lesson: object) -> str:
    """The file name of a lesson's sheet."""
    return f"{lesson_of(lesson)}-{current_language()}.html"
