"""What a warm parent does before its first fork, so that no child has to: what is slow the first time, and tidy memory.

A child writes to few pages of its parent's and copies only those; what each child would read, parse or build anew is paid
for once here. Nothing is imported that was not asked for.
"""

from __future__ import annotations

import gc
import sys

from crmlib.grading.processes import limits


def warm_up() -> None:
    """Use once what is slow the first time: the course's data, the messages, a table, a column, a text of it."""
    pandas, course, language, show = (sys.modules.get(name) for name in ("pandas", "crmlib.course", "crmlib.language", "crmlib.show"))
    if course is not None and language is not None:
        for lesson in course.lessons():
            course.exercises(lesson.stem)
        course.all_points()
        for room in language.rooms():
            language._catalogue(room)
        language.glossary()
    if pandas is not None:
        table = pandas.DataFrame({"name": ["a", "b"], "number": [1.0, 2.0]})
        table.groupby("name")["number"].sum().to_dict()
        table["half"] = table["number"] / 2
        for text in (table.to_html, table._repr_html_, table[table["half"] > 0].sum, table["number"].__repr__, table.__repr__):
            text()
        if show is not None:
            show.table(table)._repr_html_()


def tidy() -> None:
    """Leave nothing behind that a fork would copy or take down again."""
    fonts = sys.modules.get("matplotlib.font_manager")
    if fonts is not None:
        fonts._get_font.cache_clear()  # matplotlib does so in every fork: hundreds of pages written to, each time
    gc.collect()
    gc.freeze()
    limits.gather_pages()
