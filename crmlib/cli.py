"""The command line: crmlib build | handout | enter | grade | explain | essay | scorecard. Thin: it reads the arguments and calls one function."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from crmlib import places
from crmlib.course import ROOT, CourseError
from crmlib.language import LANGUAGES, message, use_language
from crmlib.revision import call
from crmlib.terminal import ready, say

# What a student's course offers; all other commands are for instructors and authors, whose rooms are not in it.
LEARNERS = ("essay", "revise")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when the course refuses, 2 when the call, a setting or the machine is wrong."""
    ready()
    options = _parser().parse_args(arguments)
    options.own_process = arguments is None
    use_language(options.lang or getattr(options, "course", None) or "en")
    if options.command not in LEARNERS and not _for_instructors():
        say(message("cli.for_instructors", command=options.command), error=True)
        return 2
    if refusal := _not_here(options):
        say(refusal, error=True)
        return 2
    # nbgrader calls alembic by its bare name, also where nobody has activated the environment.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        return options.run(options)
    except CourseError as error:
        say(error, error=True)
        return 1
    except KeyboardInterrupt:
        say(message("cli.interrupted"), error=True)
        return 130
    except Exception as error:
        text = _trouble(error)
        if text is None:
            raise
        say(text, error=True)
        return 2


def _trouble(error: Exception) -> str | None:
    """The sentence for what is the machine's or a setting's, whatever the command."""
    if not _for_instructors():
        return None
    from crmlib.grading.record.trouble import Trouble, said

    return str(error) if isinstance(error, Trouble) else said(error)


# What reads or writes the whole repository, the library's own text included.
_FOR_AUTHORS = ("check", "handout", "scorecard")


def _not_here(options) -> str:
    """Why a library that was installed by itself cannot do this here: it has the course's data, but no class and no repository."""
    if places.repository() is not None:
        return ""
    if options.command in _FOR_AUTHORS:
        return message("cli.needs_repository", command=options.command)
    if options.command == "build" and not any((ROOT / "solutions" / language).is_dir() for language in LANGUAGES):
        return message("cli.needs_solutions", folder=ROOT)
    language = getattr(options, "course", None)
    if language and not (options.root / "course" / language / "nbgrader_config.py").is_file():
        return message("cli.needs_class", command=options.command, course=language, folder=options.root)
    return ""


def _for_instructors() -> bool:
    return (Path(__file__).parent / "grading").is_dir()


class _Commands:
    """Adds commands; a student's course does not list what it does not have."""

    def __init__(self, parser: argparse.ArgumentParser):
        self.action = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        if name not in LEARNERS and not _for_instructors():
            return self.action.add_parser(name, description=description)
        return self.action.add_parser(name, help=help, description=description)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmlib", description=message("cli.description"))
    parser.add_argument("--lang", choices=LANGUAGES, help=message("cli.lang"))
    commands = _Commands(parser)
    build = commands.add_parser("build", help=message("cli.build"), description=message("cli.build"))
    build.set_defaults(run=_build)
    check = commands.add_parser("check", help=message("cli.check"), description=message("cli.check"))
    check.add_argument("lesson", nargs="*", help=message("cli.check_lesson"))
    check.add_argument("--write", action="store_true", help=message("cli.check_write"))
    check.set_defaults(run=_check)
    handout = commands.add_parser("handout", help=message("cli.handout"), description=message("cli.handout"))
    handout.add_argument("language", choices=LANGUAGES)
    handout.add_argument("--output", type=Path, help=message("cli.output"))
    handout.set_defaults(run=_handout)
    enter = commands.add_parser("enter", help=message("cli.enter"), description=message("cli.enter"))
    enter.add_argument("assignment")
    enter.add_argument("--force", action="store_true", help=message("cli.force_enter"))
    enter.set_defaults(run=_enter)
    grade = commands.add_parser("grade", help=message("cli.grade"), description=message("cli.grade"))
    if _for_instructors():
        from crmlib.grading.doors import command

        command.add_to(grade)
        grade.set_defaults(run=command.run)
    else:
        grade.add_argument("assignment", nargs="*")
    explain = commands.add_parser("explain", help=message("cli.explain"), description=message("cli.explain"))
    explain.add_argument("student")
    explain.add_argument("question", nargs="?")
    explain.add_argument("--assignment", help=message("cli.assignment"))
    explain.set_defaults(run=_explain)
    essay = commands.add_parser("essay", help=message("cli.essay"), description=message("cli.essay"))
    essay.add_argument("path", type=Path, metavar="FILE|FOLDER", help=message("cli.essay_path"))
    essay.add_argument("--lang", dest="speak", choices=LANGUAGES, help=message("cli.lang"))
    essay.add_argument("--json", action="store_true", help=message("cli.json"))
    essay.add_argument("--page", type=Path, metavar="FILE.html", help=message("cli.essay_page"))
    essay.add_argument("--course", choices=LANGUAGES, help=message("cli.essay_course"))
    essay.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    essay.set_defaults(run=_essay)
    scorecard = commands.add_parser("scorecard", help=message("cli.scorecard"), description=message("cli.scorecard"))
    scorecard.add_argument("assignment", nargs="*")
    scorecard.set_defaults(run=_scorecard)
    revise = commands.add_parser("revise", help=message("revision.help"), description=message("revision.help"))
    revise.set_defaults(run=_revise)
    call.add_to(revise)
    if _for_instructors():
        from crmlib.classroom import commands as classroom

        classroom.add(commands)
    for parts in (enter, grade, explain):
        parts.add_argument("--course", choices=LANGUAGES, required=True, help=message("cli.course"))
        parts.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser


def _build(options) -> int:
    from crmlib import assignments

    for written in assignments.build():
        say(message("cli.wrote", path=written))
    return 0


def _check(options) -> int:
    """0: nothing is missing or stale; 1: the lines say what is, and what to do."""
    from crmlib import state

    if options.write:
        for path in state.write():
            say(message("cli.wrote", path=path))
    found = list(state.findings(options.lesson))
    for sentence in found or [message("state.fine")]:
        say(sentence)
    return 1 if found else 0


def _handout(options) -> int:
    from crmlib import handout

    path = handout.write(options.language, options.output)
    say(message("cli.wrote", path=path))
    return 0


def _enter(options) -> int:
    from crmlib.grading.doors import class_run
    from crmlib.grading.intake import source
    from crmlib.grading.record import enter

    try:
        changes = enter.enter(class_run.Class(options.course, options.root), options.assignment, force=options.force)
    except source.SourceError as refusal:
        say(refusal, error=True)
        return 1
    say("\n".join([*changes.lines(), message("enter.entered", assignment=options.assignment, course=options.course)]))
    return 0


def _explain(options) -> int:
    from crmlib.grading.doors import class_run, report

    course = class_run.Class(options.course, options.root)
    say(report.explanation(course.root, options.student, options.question, options.assignment))
    return 0


def _essay(options) -> int:
    """0: the form of every paper is right; 1: some row needs a person, a change or another file."""
    from crmlib.essay import command

    return command.run(options)


def _scorecard(options) -> int:
    """0: every promise holds; 1: one is broken."""
    from crmlib.scorecard import run, table

    scores = run.run(options.assignment or None)
    table.update(scores)
    table.update_readmes()
    say(table.text(scores))
    kept = table.kept(scores)
    say(message("scorecard.clean" if kept else "scorecard.not_clean"))
    return 0 if kept else 1


def _revise(options) -> int:
    from crmlib.revision import command

    return command.run(options)


if __name__ == "__main__":
    sys.exit(main())
