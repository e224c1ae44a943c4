"""Tables for notebooks: the map of the lessons, the exam points of a lesson, and data with headings in the language in use."""

from __future__ import annotations

import html
import os
from pathlib import Path

from crmlib import course
from crmlib.language import current_language, message, table_word


class Html:
    """Something a notebook shows as HTML and a terminal as text."""

    def __init__(self, source: str):
        self.source = source

    @property
    def text(self) -> str:
        import re

        spaced = self.source.replace("</tr>", "\n").replace("</p>", "\n").replace("</li>", "\n").replace("</td>", "\t").replace("</th>", "\t")
        return html.unescape(re.sub(r"<[^>]+>", "", spaced)).strip()

    def _repr_html_(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return self.text


def rows(lines, headings=()) -> Html:
    """A plain table of texts; entries that are Html already are kept as they are."""
    head = "".join(f'<th scope="col" style="text-align:left">{_cell(entry)}</th>' for entry in headings)
    body = "".join("<tr>" + "".join(f'<td style="text-align:left">{_cell(entry)}</td>' for entry in line) + "</tr>" for line in lines)
    return Html(f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>")


def table(data, *, most_rows: int = 20) -> Html:
    """A pandas table with headings and known words in the language in use; long tables are cut, and say so."""
    # A default index only counts rows; any other index is data and becomes a column.
    shown = data if type(data.index).__name__ == "RangeIndex" else data.reset_index()
    lines = [[_value(entry) for entry in line] for line in shown.head(most_rows).itertuples(index=False, name=None)]
    found = rows(lines, [heading(str(name)) for name in shown.columns])
    if len(shown) > most_rows:
        found.source += f"<p>{html.escape(message('show.more_rows', shown=most_rows, count=len(shown)))}</p>"
    return found


def heading(name: str) -> str:
    """A column's heading: the glossary's term, else the catalogue's word, else the name itself."""
    return str(table_word(name) or name)


def exam_points(stem: str) -> Html:
    """What the exam asks in a lesson: every point with its kind and how much of its text the sources keep."""
    lines = [
        (place, str(point.term), message(f"show.kind_{point.kind}"), message(f"show.examinable_{point.examinable}"))
        for place, point in enumerate(course.points(stem), start=1)
    ]
    return rows(lines, ("", message("show.point"), message("show.kind"), message("show.examinable")))


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
        title = html.escape(f"{lesson.number}. {lesson.title} ({len(found)})")
        parts.append(f"<details><summary>{title}</summary><ol>{terms}</ol></details>")
    return Html("".join(parts))


def _link(target: Path, words: str) -> Html:
    """A link seen from the lessons' folder, or the words with "not there yet" where the notebook is missing."""
    if not target.exists():
        return Html(f"{html.escape(words)} ({html.escape(message('show.not_there_yet'))})")
    here = course.ROOT / "notebooks" / current_language()
    address = Path(os.path.relpath(target, here)).as_posix()
    return Html(f'<a href="{html.escape(address)}">{html.escape(words)}</a>')


def _cell(entry: object) -> str:
    return entry.source if isinstance(entry, Html) else html.escape(str(entry))


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
