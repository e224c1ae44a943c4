"""`crmlib grade`: what it is asked, what it says, and how it ends. 0: all graded; 1: somebody needs attention; 2: it could not run."""

from __future__ import annotations

import argparse
import json

from crmlib.grading.doors import light
from crmlib.language import message
from crmlib.terminal import say, shows


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments beside course and root."""
    parser.add_argument("assignment")
    parser.add_argument("--student", nargs="+", action="extend", default=[], metavar="ID", help=message("cli.student"))
    parser.add_argument("--force", action="store_true", help=message("cli.force"))
    parser.add_argument("--workers", type=_count, metavar="N", help=message("grade.option_workers"))
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help=message("grade.option_scheduler"))
    parser.add_argument("--dry-run", action="store_true", help=message("grade.option_dry_run"))
    parser.add_argument("--json", action="store_true", help=message("cli.json"))


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError(message("grade.workers_form", received=text))
    return number


def run(options) -> int:
    """Grade, and say row by row what came of it."""
    if options.own_process:
        light.light()
    from crmlib.grading.doors import class_run, pool, report, trial
    from crmlib.grading.doors.progress import Progress
    from crmlib.grading.intake import source
    from crmlib.grading.processes.bubblewrap import SandboxUnavailable
    from crmlib.grading.record.trouble import Trouble

    unseen: list[str] = []
    with Progress(bar=False if options.json else None) as progress:

        def warn(text: str, lost: bool) -> None:
            unseen.extend([text] * lost)
            say(text, error=True)

        def show(row: dict) -> None:
            if not options.json:
                for line in trial.lines(row) if options.dry_run else [report.line(row)]:
                    progress.line(line)
            if not row.get("skipped"):
                progress.step()

        try:
            course = class_run.Class(options.course, options.root)
            rows = class_run.grade(
                course, options.assignment, students=options.student, force=options.force, workers=options.workers or pool.usual(), scheduler=options.scheduler,
                dry_run=options.dry_run, slim=True, on_row=show, on_warning=warn, on_start=lambda count, skipped: progress.start(count - skipped),
            )  # fmt: skip
        except source.SourceError as refusal:
            say(refusal, error=True)
            return 1
        except (SandboxUnavailable, Trouble) as trouble:
            progress.__exit__()
            if options.json:
                _print_rows(course, getattr(trouble, "rows", []))
            say(trouble, error=True)
            return 2
    if options.json:
        _print_rows(course, rows)
    elif options.dry_run:
        changed = [row for row in rows if row.get("changes")]
        new = sum(all(change["new"] for change in row["changes"]) for row in changed)
        say(message("trial.summary" if changed else "trial.none", changed=len(changed) - new, new=new, count=len(rows)))
    else:
        say(report.summary(rows))
    return 1 if unseen or any(row["status"] == "problem" for row in rows) else 0


def as_json(values: object) -> str:
    """JSON that standard output can show, whatever its encoding."""
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return text if shows(text) else json.dumps(values, indent=1)


def _print_rows(course, found: list[dict]) -> None:
    """The rows as one JSON list, each read when its turn comes: a class of thousands is not held at once."""
    say("[")
    for number, row in enumerate(found, 1):
        say(as_json(_whole(course, row)) + ("," if number < len(found) else ""))
    say("]")


def _whole(course, row: dict) -> dict:
    """The row as it stands in its file, where only a summary of it was kept."""
    from crmlib.grading.record import rows

    if "questions" in row:
        return row
    kept = rows.read(course.root, row["assignment"], row["student"]) or row
    return kept | {"skipped": True} if row.get("skipped") else kept
