"""The command line: crmlib build | handout | enter | grade | explain | scorecard. Thin: it reads the arguments and calls one function."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from crmlib.course import ROOT, CourseError
from crmlib.language import LANGUAGES, message, use_language


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when the course refuses, 2 when the call is wrong."""
    options = _parser().parse_args(arguments)
    use_language(options.lang or getattr(options, "course", None) or "en")
    # nbgrader calls alembic by its bare name, also where nobody has activated the environment.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        return options.run(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmlib", description=message("cli.description"))
    parser.add_argument("--lang", choices=LANGUAGES, help=message("cli.lang"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help=message("cli.build"), description=message("cli.build"))
    build.set_defaults(run=_build)
    handout = commands.add_parser("handout", help=message("cli.handout"), description=message("cli.handout"))
    handout.add_argument("language", choices=LANGUAGES)
    handout.add_argument("--output", type=Path, help=message("cli.output"))
    handout.set_defaults(run=_handout)
    enter = commands.add_parser("enter", help=message("cli.enter"), description=message("cli.enter"))
    enter.add_argument("assignment")
    enter.add_argument("--force", action="store_true", help=message("cli.force_enter"))
    enter.set_defaults(run=_enter)
    grade = commands.add_parser("grade", help=message("cli.grade"), description=message("cli.grade"))
    grade.add_argument("assignment")
    grade.add_argument("--student", nargs="+", action="extend", default=[], metavar="ID", help=message("cli.student"))
    grade.add_argument("--force", action="store_true", help=message("cli.force"))
    grade.add_argument("--json", action="store_true", help=message("cli.json"))
    grade.set_defaults(run=_grade)
    explain = commands.add_parser("explain", help=message("cli.explain"), description=message("cli.explain"))
    explain.add_argument("student")
    explain.add_argument("question", nargs="?")
    explain.add_argument("--assignment", help=message("cli.assignment"))
    explain.set_defaults(run=_explain)
    scorecard = commands.add_parser("scorecard", help=message("cli.scorecard"), description=message("cli.scorecard"))
    scorecard.add_argument("assignment", nargs="*")
    scorecard.set_defaults(run=_scorecard)
    for command in (enter, grade, explain):
        command.add_argument("--course", choices=LANGUAGES, required=True, help=message("cli.course"))
        command.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser


def _build(options) -> int:
    from crmlib import assignments

    for written in assignments.build():
        print(message("cli.wrote", path=written))
    return 0


def _handout(options) -> int:
    from crmlib import handout

    path = handout.write(options.language, options.output)
    print(message("cli.wrote", path=path))
    return 0


def _enter(options) -> int:
    from crmlib.grading import enter, grade, source

    try:
        changes = enter.enter(grade.Class(options.course, options.root), options.assignment, force=options.force)
    except source.SourceError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("\n".join([*changes.lines(), message("enter.entered", assignment=options.assignment, course=options.course)]))
    return 0


def _grade(options) -> int:
    """0: every submission was graded; 1: some row has a problem, or the course refuses; the rows say which."""
    from crmlib.grading import grade, report, source
    from crmlib.grading.sandbox import SandboxUnavailable

    show = (lambda row: None) if options.json else (lambda row: print(report.line(row), flush=True))
    try:
        course = grade.Class(options.course, options.root)
        rows = grade.grade(course, options.assignment, students=options.student, force=options.force, on_row=show)
    except (source.SourceError, SandboxUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(report.summary(rows))
    return 1 if any(row["status"] == "problem" for row in rows) else 0


def _explain(options) -> int:
    from crmlib.grading import grade, report

    course = grade.Class(options.course, options.root)
    text = report.explanation(course.root, options.student, options.question, options.assignment)
    print(text)
    return 0


def _scorecard(options) -> int:
    """0: every promise holds; 1: one is broken."""
    from crmlib.scorecard import run, table

    scores = run.run(options.assignment or None)
    table.update(scores)
    table.update_readmes()
    print(table.text(scores))
    kept = table.kept(scores)
    print(message("scorecard.clean" if kept else "scorecard.not_clean"))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
