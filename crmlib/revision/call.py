"""What `crmlib revise` can be told, apart from what then runs: the command line stays light."""

from __future__ import annotations

import argparse
from pathlib import Path

from crmlib import yes_or_no
from crmlib.language import LANGUAGES, message

# The first word may be one of these; any other words are lessons or exam points.
WORDS = ("plan", "weak", "mock", "sheet", "paper", "deck", "moodle", "gift", "export", "import")


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = message("revision.help_examples")
    parser.add_argument("about", nargs="*", metavar="ABOUT", help=message("revision.help_about", words=", ".join(WORDS)))
    parser.add_argument("-n", metavar="N", help=message("revision.help_n"))
    parser.add_argument("--exam", metavar="DATE", help=message("revision.help_exam"))
    parser.add_argument("--minutes", metavar="N", help=message("revision.help_minutes"))
    parser.add_argument("--seed", metavar="SEED", help=message("revision.help_seed"))
    parser.add_argument("--output", type=Path, metavar="PATH", help=message("revision.help_output"))
    parser.add_argument("--count-self-checks", type=_yes_or_no, choices=("yes", "no"), help=message("revision.help_self_checks"))
    parser.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=message("cli.lang"))


def _yes_or_no(word: str) -> str:
    """A word as the setting is kept; what is neither stays as it is, for argparse to refuse."""
    return {True: "yes", False: "no", None: word}[yes_or_no.read(word)]
