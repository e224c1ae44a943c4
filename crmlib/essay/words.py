"""The rows as lines for a terminal, and as a page that shows passages side by side."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crmlib.essay import rules
from crmlib.essay.passages import changed
from crmlib.essay.report import Alike, Report, Row
from crmlib.language import listing, message, page_language, percent
from crmlib.show import Html, rows
from crmlib.terminal import one_line

LONGEST_PASSAGE = 240
STATUSES = ("unread", "zero", "person", "form", "fine")


def status(row: Row) -> str:
    return message(f"essay.status_{row.status}")


def facts(row: Row) -> str:
    """Length, contents list, heading levels and concepts in one line; nothing where the file could not be read."""
    if row.checked is None:
        return ""
    checked = row.checked
    contents = {None: "none", True: "automatic", False: "typed"}[checked.automatic]
    return message(
        "essay.facts",
        words=f"{checked.length.words:,}",
        unit=message(f"essay.unit_{checked.length.language}"),
        contents=message(f"essay.contents_{contents}"),
        levels=checked.levels,
        concepts=len(checked.concepts),
        all=len(rules.concepts()),
    )


def says(row: Row) -> list[str]:
    """What is to be looked at, the heaviest first."""
    if row.refused is not None:
        return [str(row.refused)]
    order = {"zero": 0, "person": 1, "form": 2, "note": 3}
    return [finding.text for finding in sorted(row.findings, key=lambda finding: order[finding.weight])]


def line(row: Row) -> str:
    """One row for the terminal: its first line holds file and result, what follows is indented."""
    parts = [f"{one_line(row.name)}\t{status(row)}"] + [f"  {one_line(text)}" for text in (facts(row), *says(row)) if text]
    return "\n".join(parts)


def of_one(row: Row) -> list[str]:
    """What a writer wants to know of one paper: the row, the concepts named and not named, and how it was counted."""
    return [line(row), *_concepts(row), message("essay.counted_as"), message("essay.not_quality")] if row.checked else [line(row)]


def _concepts(row: Row) -> Iterator[str]:
    there = {concept.id for concept in row.checked.concepts}
    yield message("essay.named", names=listing(concept.text for concept in row.checked.concepts) or "–")
    missing = [concept.text for concept in rules.concepts() if concept.id not in there]
    if missing:
        yield message("essay.not_named", names=listing(missing))


def of_class(report: Report) -> list[str]:
    """What stands below the rows of a class: how many of each, who is identical, and the pairs with their passages."""
    count = Counter(row.status for row in report.rows)
    parts = listing(message("essay.part", count=count[name], status=message(f"essay.status_{name}")) for name in STATUSES if count[name])
    lines = [message("essay.summary", count=len(report.rows), parts=parts)]
    lines += [message("essay.identical_group", names=listing(map(one_line, group))) for group in report.identical]
    for alike in report.pairs:
        lines.append(_pair(alike))
        for passage in alike.passages:
            sides = ((alike.pair.one, passage.one), (alike.pair.other, passage.other))
            lines += [message("essay.passage", name=one_line(name), text=_cut(one_line(text))) for name, text in sides]
    if report.pairs_left_out:
        lines.append(message("essay.pairs_left_out", count=report.pairs_left_out))
    return [*lines, message("essay.counted_as"), message("essay.not_quality")]


def _pair(alike: Alike) -> str:
    return message("essay.pair", one=one_line(alike.pair.one), other=one_line(alike.pair.other), share=percent(alike.pair.share))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_PASSAGE else text[:LONGEST_PASSAGE] + "…"


def table(report: Report) -> Html:
    """The rows as a table, the pairs below it with their passages in two columns."""
    lines = [(row.name, status(row), facts(row), _list(says(row) or [message("essay.fine")])) for row in report.rows]
    headings = [message(f"essay.{name}") for name in ("file", "result", "measured", "says")]
    parts = [rows(lines, headings, named=len(lines) > 1).source]
    for alike in report.pairs:
        passages = [(_marked(passage.one, passage.other), _marked(passage.other, passage.one)) for passage in alike.passages]
        parts.append(rows(passages, [alike.pair.one, alike.pair.other], caption=_pair(alike)).source)
    if len(report.rows) == 1 and report.rows[0].checked is not None:
        parts += [f"<p>{html.escape(text)}</p>" for text in _concepts(report.rows[0])]
    if any(row.checked for row in report.rows):
        parts += [f"<p>{html.escape(message(f'essay.{name}'))}</p>" for name in ("counted_as", "not_quality")]
    return Html("".join(parts))


def _marked(one: str, other: str) -> Html:
    """A passage in which what the other paper does not have is underlined and set off."""
    pieces = (f"<mark><u>{html.escape(text)}</u></mark>" if is_other else html.escape(text) for text, is_other in changed(one, other))
    return Html("".join(pieces).replace("\n", "<br>"))


def _list(texts: list[str]) -> Html:
    return Html("<br>".join(html.escape(text) for text in texts))


def write_page(report: Report, target: Path) -> None:
    """The same as a page of its own, with no script and nothing from elsewhere."""
    title = html.escape(message("essay.page_title"))
    language = page_language()
    style = "body{font-family:sans-serif;margin:1.5em;max-width:80em}td,th{vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ccc}"
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    page = f"{head}<main><h1>{title}</h1>{table(report).source}</main></html>"
    target.write_text(page, encoding="utf-8")
