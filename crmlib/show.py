"""Tables for notebooks: the map of the lessons, exam points and exam sheets, notation and glossary, and data with headings in the language in use."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable
from pathlib import Path

from crmlib import course
from crmlib.language import current_language, listing, message, table_word
from crmlib.language import glossary as all_terms

# A lesson's sheet is seen on one screen of a small laptop. Chinese needs half the room, and its characters more of it.
SIZE_OF_A_SHEET = {"en": "font-size:12px;line-height:1.2", "zh": "font-size:13px;line-height:1.25"}


class Html:
    """Something a notebook shows as HTML and a terminal as text."""

    def __init__(self, source: str):
        self.source = source

    @property
    def text(self) -> str:
        spaced = (
            self.source.replace("</tr>", "\n")
            .replace("</caption>", "\n")
            .replace("</p>", "\n")
            .replace("</li>", "\n")
            .replace("</td>", "\t")
            .replace("</dt>", "\t")
            .replace("</dd>", "\n")
            .replace("</th>", "\t")
        )
        return html.unescape(re.sub(r"<[^>]+>", "", spaced)).strip()

    def _repr_html_(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return self.text


def rows(lines, headings=(), *, caption: str = "", right: Iterable[int] = (), named: bool = False) -> Html:
    """A plain table of texts; entries that are Html already are kept as they are.

    It scrolls inside itself where the page is narrow. ``right`` holds the places of columns whose entries stand at the
    right, besides those that hold only numbers; ``named`` says that the first column names its row.
    """
    lines = [tuple(line) for line in lines]
    columns = list(zip(*lines))
    at_the_right = {*right, *(place for place, column in enumerate(columns) if all(isinstance(entry, (int, float)) for entry in column))}
    names = [entry if str(entry).strip() else message("show.entry") for entry in headings]

    def cell(tag: str, place: int, entry: object) -> str:
        return f'<{tag} style="text-align:{"right" if place in at_the_right else "left"}">{_cell(entry)}</{tag.split(" ")[0]}>'

    head = "".join(cell('th scope="col"', place, entry) for place, entry in enumerate(names))
    body = "".join(
        "<tr>" + "".join(cell('th scope="row"' if named and place == 0 else "td", place, entry) for place, entry in enumerate(line)) + "</tr>" for line in lines
    )
    above = f'<caption style="text-align:left;font-weight:bold">{html.escape(caption)}</caption>' if caption else ""
    label = html.escape(caption or message("show.table_of", headings=listing(re.sub("<[^>]+>", "", _cell(name)) for name in names[:4])))
    # A part of the page that scrolls must be reached by keyboard, and what has the focus must have a name; JupyterLab
    # would take the arrow keys for itself.
    return Html(
        f'<div role="group" tabindex="0" data-lm-suppress-shortcuts="true" aria-label="{label}" style="overflow-x:auto;max-width:100%">'
        f'<table style="margin:0">{above}{f"<thead><tr>{head}</tr></thead>" if head else ""}<tbody>{body}</tbody></table></div>'
    )


def table(data, *, most_rows: int = 20) -> Html:
    """A pandas table with headings and known words in the language in use; long tables are cut, and say so."""
    # A default index only counts rows; any other index is data and becomes a column.
    shown = data if type(data.index).__name__ == "RangeIndex" else _with_index(data)
    entries = list(shown[:most_rows].itertuples(index=False, name=None))
    lines = [[_value(entry) for entry in line] for line in entries]
    numbers = [place for place in range(shown.shape[1]) if all(_is_number(line[place]) for line in entries)]
    for place in numbers:
        for line, entry in zip(lines, _same_decimals([line[place] for line in lines])):
            line[place] = entry
    first = [line[0] for line in lines if line]
    found = rows(
        lines,
        [_heading(name) for name in shown.columns],
        right=numbers,
        named=0 not in numbers and "" not in first and len(set(first)) == len(first) > 1,
    )
    if len(shown) > most_rows:
        found.source += f"<p>{html.escape(message('show.more_rows', shown=most_rows, count=len(shown)))}</p>"
    return found


def _same_decimals(texts: list[str]) -> list[str]:
    """A column's numbers with as many decimals as the longest of them, so that their points stand below each other."""
    if any(re.search("[^0-9.−-]", text) for text in texts):  # thousands stand without decimals, tiny numbers with their power
        return texts
    most = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [text if not text or not most else f"{text.partition('.')[0]}.{text.partition('.')[2].ljust(most, '0')}" for text in texts]


def _with_index(data):
    """The table with its index as columns; what has no name gets none, not pandas's own word."""
    index = [name if name is not None else "" for name in data.index.names]
    found = data.rename_axis(columns=None).reset_index() if data.columns.nlevels == 1 else data.reset_index()
    found.columns = [*index, *data.columns]
    return found


def _heading(name: object) -> str:
    """A column's heading: each word of a name of several, yes and no, a number as it is."""
    if isinstance(name, tuple):
        return " · ".join(_heading(part) for part in name if part != "")
    return _value(name) if not isinstance(name, str) else heading(name)


def heading(name: str) -> str:
    """A column's heading: the glossary's term, else the catalogue's word, else the name itself."""
    return str(table_word(name) or name)


def exam_points(stem: str) -> Html:
    """What the exam asks in a lesson: every point with its kind and how much of it can be asked."""
    lines = [
        (place, str(point.term), message(f"show.kind_{point.kind}"), message(f"show.examinable_{point.examinable}"))
        for place, point in enumerate(course.points(stem), start=1)
    ]
    headings = [message(f"show.{name}") for name in ("number", "point", "kind", "examinable")]
    return rows(lines, headings, caption=message("show.points_of", lesson=course.lesson(stem).title))


def exam_sheet(stem: str) -> Html:
    """What to know by heart: every exam point of a lesson with the sentence or list to write, in columns on one screen of a small laptop."""
    lines = []
    for point in course.points(stem):
        term = str(point.term)
        if point.examinable != "full":
            term = message("show.in_brackets", words=term, more=message(f"show.examinable_{point.examinable}"))
        lines.append((term, str(point.sheet)))
    return _definitions(lines, caption=message("show.sheet_of", lesson=course.lesson(stem).title))


def _definitions(lines: Iterable[tuple[str, str]], *, caption: str) -> Html:
    """Terms with what is to be said of them: as many columns as the page is wide enough for, at most three, and no entry broken."""
    entries = "".join(
        f'<div style="break-inside:avoid"><dt style="display:inline;float:none;font-weight:bold">{html.escape(term)}</dt> '
        f'<dd style="display:inline;float:none;margin:0">{html.escape(words)}</dd></div>'
        for term, words in lines
    )
    style = f"columns:24em 3;column-gap:1.5em;margin:0;{SIZE_OF_A_SHEET[current_language()]}"
    return Html(f'<p style="margin:0"><b>{html.escape(caption)}</b></p><dl style="{style}">{entries}</dl>')


def notation() -> Html:
    """Every letter that stands for a quantity: its meaning and its unit. One letter means one thing in the whole course."""
    quantities = sorted((term for term in all_terms().values() if term.symbol and term.unit), key=lambda term: (term.symbol.casefold(), term.symbol))
    lines = [(Html(f"<i>{html.escape(term.symbol)}</i>"), str(term), message(f"show.unit_{term.unit}")) for term in quantities]
    headings = [message(f"show.{name}") for name in ("symbol", "meaning", "unit")]
    return rows(lines, headings, caption=message("show.notation"), named=True)


def glossary():
    """Every term with a box to search it in both languages, by pinyin too; without a kernel folded by letter."""
    from crmlib.glossary_search import GlossarySearch

    return GlossarySearch()


def authors() -> Html:
    """The authors whom the course cites, with the names that Chinese textbooks give them."""
    headings = [message(f"show.{name}") for name in ("author", "chinese_name")]
    return rows(course.authors().items(), headings, caption=message("show.authors"), named=True)


def lesson_map() -> Html:
    """The ten lessons with their question, exam points and minutes; links only to notebooks that are there."""
    lines = []
    for lesson in course.lessons():
        star = " ★" if lesson.core else ""
        lines.append(
            (
                lesson.number,
                Html(_link(lesson.notebook(current_language()), str(lesson.title)).source + star),
                str(lesson.question),
                len(course.points(lesson.stem)),
                lesson.minutes,
                _link(lesson.assignment(current_language()), message("show.assignment")),
            )
        )
    names = ("number", "lesson", "question", "points", "minutes", "assignment")
    found = rows(lines, [message(f"show.{name}") for name in names])
    found.source += f"<p>{html.escape(message('show.map_note'))}</p>"
    return found


def point_map() -> Html:
    """All exam points lesson by lesson, each list folded until it is opened."""
    parts = []
    for lesson in course.lessons():
        found = course.points(lesson.stem)
        terms = "".join(f"<li>{html.escape(str(point.term))}</li>" for point in found)
        title = html.escape(message("show.in_brackets", words=f"{lesson.number}. {lesson.title}", more=len(found)))
        parts.append(f"<details><summary>{title}</summary><ol>{terms}</ol></details>")
    return Html("".join(parts))


def _link(target: Path, words: str) -> Html:
    """A link seen from the lessons' folder, or the words with "not there yet" where the notebook is missing."""
    if not target.exists():
        return Html(html.escape(message("show.in_brackets", words=words, more=message("show.not_there_yet"))))
    here = course.ROOT / "notebooks" / current_language()
    address = Path(os.path.relpath(target, here)).as_posix()
    return Html(f'<a href="{html.escape(address)}">{html.escape(words)}</a>')


def _cell(entry: object) -> str:
    return entry.source if isinstance(entry, Html) else html.escape(str(entry))


def _is_number(entry: object) -> bool:
    """Whether an entry is shown as a number, or is one that is missing; yes and no are none."""
    return entry is None or hasattr(entry, "__float__") and not isinstance(entry, str) and type(entry).__name__ not in ("bool", "bool_")


def _value(entry: object) -> str:
    """A number rounded for reading, a known word in the language in use, anything else as it is."""
    if entry is None:
        return ""
    if type(entry).__name__ in ("bool", "bool_"):  # Python's and numpy's
        return message("show.yes" if entry else "show.no")
    if isinstance(entry, float):
        return "" if entry != entry else f"{entry:,.0f}" if abs(entry) >= 1000 else f"{entry:.4g}"
    if isinstance(entry, str):
        return heading(entry)
    return str(entry)
