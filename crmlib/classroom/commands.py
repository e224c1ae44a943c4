"""The classroom's commands: roster | collect | marks | feedback | report. Each reads its arguments, calls one function, says what came of it."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path

from crmlib import whole
from crmlib.classroom.trouble import ClassroomError
from crmlib.course import ROOT
from crmlib.language import LANGUAGES, listing, message
from crmlib.terminal import one_line, say, shows

FORMATS = ("csv", "xlsx", "moodle", "canvas")  # here and not with what writes them: every command builds this parser


def add(commands) -> None:
    """Add the classroom's commands to the parser of ``crmlib``."""
    for name, build in (
        ("roster", _add_roster),
        ("collect", _add_collect),
        ("marks", _add_marks),
        ("feedback", _add_feedback),
        ("report", _add_report),
        ("similarity", _add_similarity),
    ):
        parser = commands.add_parser(name, help=message(f"classroom.command_{name}"), description=message(f"classroom.command_{name}"))
        build(parser)
        parser.add_argument("--course", choices=LANGUAGES, required=True, help=message("cli.course"))
        if name in ("roster", "collect"):
            parser.add_argument("--json", action="store_true", help=message("classroom.option_json"))
        parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)


def _add_roster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=message("classroom.option_roster"))
    parser.add_argument("--encoding", help=message("classroom.option_encoding"))
    parser.add_argument("--dry-run", action="store_true", help=message("classroom.option_dry_run"))
    parser.set_defaults(run=_roster)


def _add_collect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="ZIP|FOLDER", help=message("classroom.option_source"))
    parser.add_argument("assignment")
    parser.add_argument("--match", nargs="+", action="extend", default=[], metavar="NAME=NUMBER", help=message("classroom.option_match"))
    parser.add_argument("--matches", type=Path, metavar="FILE", help=message("classroom.option_matches"))
    parser.add_argument("--newer", action="store_true", help=message("classroom.option_newer"))
    parser.add_argument("--dry-run", action="store_true", help=message("classroom.option_dry_run"))
    parser.set_defaults(run=_collect)


def _add_marks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("--format", choices=FORMATS, default="csv", help=message("marks.option_format"))
    parser.add_argument("--output", type=Path, metavar="FILE", help=message("marks.option_output"))
    parser.add_argument("--template", type=Path, metavar="FILE", help=message("marks.option_template"))
    parser.add_argument("--column", default="", metavar="HEADING", help=message("marks.option_column"))
    parser.add_argument("--zero", action="store_true", help=message("marks.option_zero"))
    parser.set_defaults(run=_marks)


def _add_feedback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("--output", type=Path, metavar="FOLDER", default=Path("."), help=message("marks.option_folder"))
    parser.set_defaults(run=_feedback)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("--output", type=Path, metavar="FILE", help=message("class_report.option_output"))
    parser.set_defaults(run=_report)


def _add_similarity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("--output", type=Path, metavar="FILE", help=message("class_report.option_output"))
    parser.set_defaults(run=_similarity)


def _class(options):
    from crmlib.classroom import grading
    from crmlib.grading.doors import light

    if options.own_process:
        light.light()
    course = grading.Class(options.course, options.root)
    course.check()
    return course


def _json(values: object) -> str:
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return text if shows(text) else json.dumps(values, indent=1)


def _roster(options) -> int:
    """0: everybody was entered; 1: a line asks for a person, or the file is refused."""
    from crmlib.classroom import roster

    read = roster.read(options.file, encoding=options.encoding)
    entered = roster.enter(_class(options), read, write=not options.dry_run)
    if options.json:
        say(
            _json(
                {"new": entered.new, "changed": entered.changed, "same": entered.same, "others": entered.others, "refused": read.refused, "notes": read.notes}
            )
        )
        return 1 if read.refused else 0
    for note in read.notes:
        say(one_line(note))
    for changed in entered.changed:
        say(message("classroom.roster_changed", change=changed))
    for refused in read.refused:
        say(one_line(refused), error=True)
    if entered.others:
        say(message("classroom.roster_others", count=len(entered.others), numbers=one_line(listing(entered.others[:5]))))
    key = "classroom.roster_would" if options.dry_run else "classroom.roster_entered"
    say(message(key, count=len(read.people), new=len(entered.new), changed=len(entered.changed), same=len(entered.same)))
    if read.refused:
        say(message("classroom.roster_refused", count=len(read.refused)), error=True)
    return 1 if read.refused else 0


def _collect(options) -> int:
    """0: everything was taken; 1: something asks for a person; the others are taken all the same."""
    from crmlib.classroom import collect

    said = collect.read_said(options.match, options.matches)
    course = _class(options)
    found = collect.collect(course, options.source, options.assignment, said=said, newer=options.newer, write=not options.dry_run)
    unclear = [row for row in found.rows if row.state in ("open", "kept", "nothing")]
    if options.json:
        say(_json({"rows": [_as_dict(row) for row in found.rows], "troubles": found.troubles, "missing": [someone.number for someone in found.missing]}))
        return 1 if unclear or found.troubles else 0
    for row in sorted(found.rows, key=lambda row: (row.state == "open", row.match.status == "unknown", row.number, row.unit.name)):
        say("\n".join(_row_lines(row)), error=row in unclear)
    for trouble in found.troubles:
        say(one_line(trouble), error=True)
    counts = {state: len({row.number or id(row) for row in found.rows if row.state == state}) for state in ("new", "same", "newer", "kept", "nothing", "open")}
    say(message("classroom.would_collect" if options.dry_run else "classroom.collected", **counts))
    if found.missing:
        names = listing(f"{someone.number} {someone.full_name}".strip() for someone in found.missing[:8])
        say(message("classroom.missing", count=len(found.missing), names=one_line(names + (" …" if len(found.missing) > 8 else ""))))
    open_rows = [row for row in found.rows if row.state == "open"]
    if open_rows:
        path = None if options.dry_run else _open_table(course, options.assignment, open_rows)
        example = one_line(open_rows[0].unit.name)
        say(message("classroom.open_help", example=example, table=path or "–"), error=True)
    return 1 if unclear or found.troubles else 0


def _row_lines(row) -> list[str]:
    name = one_line(row.unit.name)
    if row.state == "open":
        who = listing(f"{someone.number} {someone.full_name}".strip() for someone in row.match.candidates[:4])
        key = f"classroom.row_{row.match.status}" + ("" if who or row.match.status == "unsure" else "_nobody")
        return [one_line(message(key, file=name, why=row.match.why, who=who or "–")), *(f"    {one_line(note)}" for note in row.notes + row.unit.notes)]
    person = row.match.person
    head = message(
        "classroom.row_sure", file=name, number=person.number, name=person.full_name, why=row.match.why, state=message(f"classroom.state_{row.state}")
    )
    return [one_line(head), *(f"    {one_line(note)}" for note in dict.fromkeys(row.notes))]


def _as_dict(row) -> dict:
    return {
        "file": row.unit.name,
        "platform": row.unit.platform,
        "status": row.match.status,
        "student": row.number or None,
        "state": row.state,
        "why": row.match.why,
        "candidates": [someone.number for someone in row.match.candidates],
        "notes": row.notes,
        "late": row.unit.late,
    }


def _open_table(course, assignment: str, rows) -> Path:
    """A table to fill in, for when there are many: name, the number to be written, who it may be, why it is not sure."""
    from crmlib.classroom import cells, grading

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([message(f"classroom.open_{column}") for column in ("file", "number", "who", "why")])
    for row in rows:
        who = listing(f"{someone.number} {someone.full_name}".strip() for someone in row.match.candidates)
        writer.writerow([cells.safe(each) for each in (row.unit.name, "", who, row.match.why)])
    path = grading.home(course) / "collected" / f"{assignment}-open.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8-sig", errors="replace")
    return path


def _marks(options) -> int:
    """0: the file holds everybody's marks; 1: somebody's wait for a person or for grading."""
    from crmlib.classroom import exports, marks

    if options.template is not None and options.format not in ("moodle", "canvas"):
        raise ClassroomError(message("marks.template_format"))
    table = marks.read(_class(options), options.assignment)
    content = exports.content(table, options.format, zero=options.zero, template=options.template, column=options.column)
    path = options.output or Path(f"marks-{options.assignment}-{options.course}-{options.format}{exports.ENDINGS[options.format]}")
    _write(path, content)
    status = {kind: [each.person.number for each in table.students if each.status == kind] for kind in ("graded", "waits", "ungraded", "missing")}
    say(message("cli.wrote", path=path))
    say(message("marks.counts", **{kind: len(those) for kind, those in status.items()}))
    for kind in ("waits", "ungraded"):
        if status[kind]:
            left_out = options.format in ("moodle", "canvas")
            say(message(f"marks.some_{kind}", numbers=one_line(_some(status[kind])), more=message("marks.left_empty") if left_out else ""), error=True)
    return 1 if status["waits"] or status["ungraded"] else 0


def _feedback(options) -> int:
    """0: everybody who was graded has a page in a zip; 1: somebody has none."""
    from crmlib.classroom import feedback

    course = _class(options)
    trouble = feedback.write_pages(course, options.assignment)
    packed = feedback.pack(course, options.assignment)
    for platform, content in packed.zips.items():
        path = feedback.target(options.output, options.assignment, platform)
        _write(path, content)
        say(message("cli.wrote", path=path))
        say(message(f"marks.upload_{platform}", count=packed.count[platform]))
    if packed.without:
        say(message("marks.no_page", numbers=one_line(_some(packed.without)), reason=one_line(trouble[-300:]) or "–"), error=True)
    return 1 if packed.without else 0


def _some(numbers: list[str], most: int = 8) -> str:
    return listing(numbers[:most]) + (" …" if len(numbers) > most else "")


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step; a folder that is not there is made."""
    if path.is_dir():
        raise ClassroomError(message("marks.is_folder", path=path))
    try:
        whole.write(path, content)
    except PermissionError:
        raise ClassroomError(message("marks.is_open", path=path)) from None


def _report(options) -> int:
    """0: the page is written."""
    from crmlib.classroom import report, statistics

    path = options.output or Path(f"report-{options.assignment}-{options.course}.html")
    if path.is_dir():
        raise ClassroomError(message("marks.is_folder", path=path))
    found = report.write(_class(options), options.assignment, path)
    say(message("cli.wrote", path=path))
    say(message("class_report.written", students=found.students, mean=f"{statistics.mean(found.totals):.1f}", points=f"{found.points:g}"))
    return 0


def _similarity(options) -> int:
    """0: the page is written, whether or not it lists anybody: the decision is a person's."""
    from crmlib.classroom import page, similarity

    path = options.output or Path(f"similarity-{options.assignment}-{options.course}.html")
    found = similarity.similarity(_class(options), options.assignment)
    _write(path, page.similarity(found).encode("utf-8", "replace"))
    say(message("cli.wrote", path=path))
    say(message("similarity.written", pairs=len(found.pairs) + found.more, compared=found.compared, students=found.students))
    return 0
