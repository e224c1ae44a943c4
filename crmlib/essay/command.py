"""crmlib essay FILE | FOLDER: the rows in the terminal, as JSON, or as a page."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from crmlib.course import CourseError
from crmlib.language import message, use_language
from crmlib.terminal import one_line, say, shows


def run(options: argparse.Namespace) -> int:
    """0: the form of every paper is right; 1: some row needs a person, a change or another file."""
    from crmlib.essay import report, words

    if options.speak:
        use_language(options.speak)
    path = options.path.expanduser()
    silent = options.json
    if options.course and not path.is_dir():
        raise CourseError(message("essay.one_paper"))
    if path.is_dir():
        found = report.of_folder(path, on_read=_said)
        if not found.rows:
            raise CourseError(message("essay.none_in_folder", folder=path))
        lines = [words.line(row) for row in found.rows] + words.of_class(found) + (list(_entered(found, options)) if options.course else [])
    else:
        found = report.of_file(path)
        lines = words.of_one(found.rows[0])
    if silent:
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1)
        say(text if shows(text) else json.dumps(found.as_dict(), indent=1))
    else:
        say("\n".join(lines))
    if options.page:
        try:
            words.write_page(found, options.page)
        except OSError as error:
            raise CourseError(message("essay.no_page", file=options.page, error=error.strerror or error)) from None
        say(message("cli.wrote", path=options.page), error=silent)
    return 0 if all(row.status == "fine" for row in found.rows) else 1


def _said(done: int, count: int) -> None:
    """A large folder takes a while: every hundredth file is said, where it disturbs no output."""
    if done % 100 == 0:
        say(message("essay.progress", done=done, count=count), error=True)


def _entered(found, options: argparse.Namespace) -> Iterator[str]:
    from crmlib.essay import hand_in

    there = []
    for row, why in hand_in.enter(found, options.course, options.root):
        if why:
            yield message("essay.not_entered", name=one_line(row.name), why=why)
        else:
            there.append(row)
    yield message("essay.entered", count=len(there), folder=f"course/{options.course}/submitted", course=options.course)
    again = hand_in.graded_before(there, options.course, options.root)
    if again:
        yield message("essay.grade_again", course=options.course, names=" ".join(f'"{name}"' if " " in name else name for name in again))
