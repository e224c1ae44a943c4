"""A mock paper to print, and its key on pages of its own."""

from __future__ import annotations

import html

from crmlib import course
from crmlib.language import message, page_language
from crmlib.revision.paper import Paper
from crmlib.revision.wording import answer_as_html, asked_as_html, letters, where

STYLE = """
@page { size: A4; margin: 18mm 17mm; }
body { font: 11pt/1.45 "Times New Roman", "Songti SC", SimSun, "Noto Serif CJK SC", serif; color: #111; max-width: 176mm; margin: 0 auto; padding: 8mm 0; }
h1 { font-size: 17pt; margin: 0 0 2mm; text-align: center; } h2 { font-size: 12.5pt; margin: 7mm 0 2mm; break-after: avoid; }
.line { margin: 0 0 4mm; text-align: center; } .item { break-inside: avoid; margin: 0 0 4mm; }
.item p { margin: 0 0 1mm; } ol, ul { margin: 0 0 1mm; padding-left: 7mm; }
.room { border-bottom: .2mm dotted #999; height: 8mm; } .where { color: #555; font-size: 10pt; }
@media print { body { padding: 0; max-width: none; } }
"""
LINES_A_MARK = 1.2  # room to write in


def paper_page(paper: Paper) -> str:
    """The paper as an HTML page, without anything of the key."""
    return _page(paper, message("revision.paper_title", name=paper.name), "".join(_section(paper, number, key=False) for number in range(len(paper.sections))))


def key_page(paper: Paper) -> str:
    """The key to it: answers, reasons, model answers and marking points."""
    return _page(paper, message("revision.key_title", name=paper.name), "".join(_section(paper, number, key=True) for number in range(len(paper.sections))))


def _page(paper: Paper, title: str, body: str) -> str:
    about = html.escape(message("revision.paper_about", minutes=paper.minutes, marks=f"{paper.marks:g}", count=len(paper.items)))
    language = page_language()
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    above = f'<h1>{html.escape(title)}</h1><p class="line">{about}</p>'
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head>\n<body>{above}\n{body}\n</body></html>\n'


def _section(paper: Paper, number: int, *, key: bool) -> str:
    section = paper.sections[number]
    heading = html.escape(section_heading(paper, number))
    return f"<h2>{heading}</h2>" + "".join(_item(paper, item, key=key) for item in section.items)


def section_heading(paper: Paper, number: int) -> str:
    """The heading of a section: its number, kind of question, count and marks."""
    section = paper.sections[number]
    ordinal = message("revision.ordinals").split(" ")[number]
    return message("revision.section", ordinal=ordinal, kind=message(f"revision.section_{section.name}"), count=len(section.items), marks=f"{section.marks:g}")


def _item(paper: Paper, item, *, key: bool) -> str:
    asked = item.card.asked(paper.number)
    if not key:
        room = (
            "".join('<div class="room"></div>' for _ in range(round(item.marks * LINES_A_MARK)))
            if item.card.question.written or asked.form in ("list", "number")
            else ""
        )
        return f'<div class="item">{_numbered(item.number, asked_as_html(asked, marks=None if item.card.question.written else item.marks))}{room}</div>'
    short = letters(asked)
    answer = (f"<p><b>{html.escape(short)}</b></p>" if short else "") + answer_as_html(asked)
    return f'<div class="item">{_numbered(item.number, answer)}<p class="where">{html.escape(where(item.card.point))}</p></div>'


def _numbered(number: int, text: str) -> str:
    """The number stands in the first paragraph."""
    return text.replace("<p>", f"<p>{number}. ", 1)


def by_lesson(paper: Paper) -> dict[str, float]:
    """The marks that each lesson has on a paper."""
    found = {lesson.stem: 0.0 for lesson in course.lessons()}
    for item in paper.items:
        found[item.card.lesson] += item.marks
    return {stem: marks for stem, marks in found.items() if marks}
