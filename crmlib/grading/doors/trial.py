"""A dry run: what a submission would get now, beside what it has, and why; nothing is written."""

from __future__ import annotations

from pathlib import Path

from crmlib.grading.record import rows
from crmlib.language import message


def compared(course_root: Path, new: dict, gradebook) -> dict:
    """The new row with its changes: for each question what it had, what it would get, and the reasons; hand marking stays."""
    old = rows.read(course_root, new["assignment"], new["student"])
    by_hand = gradebook.by_hand(new["student"], new["assignment"])
    before = {(each["notebook"], each["question"]): each for each in (old or {}).get("questions", ())}
    changes = []
    for question in new["questions"]:
        key = question["notebook"], question["question"]
        was = before.pop(key, None)
        had = was["earned"] if was else None
        if was is not None and had == question["earned"] and was["points"] == question["points"]:
            continue
        changes.append(
            {
                "question": question["question"],
                "had": had,
                "gets": question["earned"],
                "points": question["points"],
                "why": _why(question, was),
                "by_hand": by_hand.get(key),
                "new": was is None,
            }
        )
    changes += [
        {"question": name, "had": was["earned"], "gets": None, "points": 0, "why": message("trial.gone"), "by_hand": None, "new": False}
        for (_, name), was in before.items()
    ]
    return new | {"changes": changes, "had": old["earned"] if old else None}


def _why(question: dict, was: dict | None) -> str:
    """The reasons that are new; where there are none, those that fell away."""
    new = [reason for reason in question["reasons"] if was is None or reason not in was["reasons"]]
    if new:
        return " ".join(new)
    gone = [reason for reason in (was or {"reasons": []})["reasons"] if reason not in question["reasons"]]
    return message("trial.no_longer", reasons=" ".join(gone)) if gone else message("trial.test_changed")


def lines(row: dict) -> list[str]:
    """A row of a dry run in words; nothing where nothing would change."""
    if not row.get("changes"):
        return []
    had = "–" if row["had"] is None else f"{row['had']:g}"
    found = [message("trial.student", student=row["student"], had=had, gets=f"{row['earned'] or 0:g}", points=f"{row['points'] or 0:g}")]
    for change in row["changes"]:
        text = message(
            "trial.question",
            question=change["question"],
            had=_points(change["had"]),
            gets=_points(change["gets"]),
            points=f"{change['points']:g}",
            why=change["why"],
        )
        if change["by_hand"] is not None:
            text += " " + message("trial.by_hand", points=f"{change['by_hand']:g}")
        found.append(f"    {text}")
    return found


def _points(earned: float | None) -> str:
    return message("report.waits") if earned is None else f"{earned:g}"
