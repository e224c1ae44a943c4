"""The command line: crmlib build | handout. Thin: it reads the arguments and calls one function."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crmlib.course import CourseError
from crmlib.language import LANGUAGES, message, use_language


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when the course refuses, 2 when the call is wrong."""
    options = _parser().parse_args(arguments)
    use_language(options.lang)
    try:
        return options.run(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmlib", description=message("cli.description"))
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help=message("cli.lang"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help=message("cli.build"), description=message("cli.build"))
    build.set_defaults(run=_build)
    handout = commands.add_parser("handout", help=message("cli.handout"), description=message("cli.handout"))
    handout.add_argument("language", choices=LANGUAGES)
    handout.add_argument("--output", type=Path, help=message("cli.output"))
    handout.set_defaults(run=_handout)
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


if __name__ == "__main__":
    sys.exit(main())
