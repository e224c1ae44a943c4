"""The scorecard as a table to read and as the file that is published, fresh by the hash of what it was made from."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from crmlib.course import ROOT
from crmlib.language import message
from crmlib.scorecard.measure import KILLED_OVER_ALL, ExerciseScore

COLUMNS = (
    "assignment", "exercise", "language", "points", "right", "right_kept", "wrong", "wrong_kept", "mutants", "killed", "equivalent", "broken", "inputs",
)  # fmt: skip
FILE = Path("course") / "scorecard.csv"
_README_RULE = "|---|---|---|---|---|"  # the line of the README's only table of five columns, above the totals


def inputs(stem: str, root: Path = ROOT) -> str:
    """A hash of everything that an assignment's scores depend on; line ends do not count."""
    paths = [
        *root.glob(f"solutions/*/{stem}/**/*.ipynb"),
        root / "tests" / "answers" / f"{stem}.toml",
        root / "course" / "exercises" / f"{stem}.toml",
        *root.glob("crmlib/check/*.py"),
        *root.glob("crmlib/scorecard/*.py"),
        *root.glob("crmlib/grading/trusted/*.py"),
        root / "crmlib" / "messages" / "check.toml",
    ]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def rows(scores: Iterable[ExerciseScore], root: Path = ROOT) -> list[dict]:
    """One row per exercise and language."""
    found = []
    for score in sorted(scores, key=lambda score: (score.assignment, _order(score.exercise), score.language)):
        values = {name: getattr(score, name, "") for name in COLUMNS}
        values |= {"broken": len(score.broken), "points": f"{score.points:g}", "inputs": inputs(score.assignment, root)}
        found.append({name: str(value) for name, value in values.items()})
    return found


def written(found: list[dict]) -> str:
    """The rows as the published file has them."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return file.getvalue()


def read(root: Path = ROOT) -> list[dict]:
    """The published rows; none where nothing was published yet."""
    path = root / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def update(scores: list[ExerciseScore], root: Path = ROOT) -> None:
    """Publish these scores; rows of assignments that were not measured now stay as they are."""
    measured = {score.assignment for score in scores}
    kept = [row for row in read(root) if row["assignment"] not in measured]
    both = sorted([*kept, *rows(scores, root)], key=lambda row: (row["assignment"], _order(row["exercise"]), row["language"]))
    (root / FILE).write_text(written(both), encoding="utf-8", newline="\n")


def update_readmes(root: Path = ROOT) -> None:
    """Write the totals into the line that both READMEs keep for them."""
    sums = totals(read(root))
    for name, of in (("README.md", " of "), ("README.zh-CN.md", "/")):
        shares = [f"{sums[part]}{of}{sums[whole]}" for part, whole in (("right_kept", "right"), ("wrong_kept", "wrong"), ("killed", "mutants"))]
        line = f"| {' | '.join([*shares, str(sums['equivalent']), str(sums['broken'])])} |"
        lines = (root / name).read_text(encoding="utf-8").split("\n")
        place = lines.index(_README_RULE)
        lines[place + 1] = line
        (root / name).write_text("\n".join(lines), encoding="utf-8", newline="\n")


def totals(found: list[dict]) -> dict[str, int]:
    """The sums that the README shows."""
    return {name: sum(int(row[name]) for row in found) for name in ("right", "right_kept", "wrong", "wrong_kept", "mutants", "killed", "equivalent", "broken")}


def text(scores: list[ExerciseScore]) -> str:
    """The table with every survivor's source and every broken promise."""
    lines = [message("scorecard.heading")]
    for score in scores:
        lines.append(
            f"{score.assignment:<24} {score.exercise:<6} {score.language:<3} "
            f"{score.right_kept:>3}/{score.right:<3} {score.wrong_kept:>3}/{score.wrong:<3} {score.killed:>4}/{score.mutants:<4} {score.equivalent:>3}"
        )
    for score in scores:
        lines += [f"  {sentence}" for sentence in score.broken]
        for cell, mutant in score.survivors:
            lines.append(message("scorecard.survivor", exercise=score.exercise, language=score.language, cell=cell, mutant=mutant.name))
            lines += [f"      {line}" for line in mutant.source.splitlines()]
    lines.append(message("scorecard.totals", **totals(rows(scores))))
    return "\n".join(lines)


def kept(scores: list[ExerciseScore]) -> bool:
    """Whether every promise holds, the one over all mutants included."""
    sums = totals(rows(scores))
    return not sums["broken"] and (not sums["mutants"] or sums["killed"] / sums["mutants"] >= KILLED_OVER_ALL)


def _order(exercise: str) -> tuple[int, ...]:
    return tuple(int(part) for part in exercise.split("."))
