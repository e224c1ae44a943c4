"""One row per paper, whatever happens to it, and the pairs of a class that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crmlib.essay import rules, similarity
from crmlib.essay.findings import WEIGHTS, Checked, Finding, check, found
from crmlib.essay.folder import File, papers
from crmlib.essay.paper import Unreadable
from crmlib.essay.passages import Passage, passages
from crmlib.essay.reading import read
from crmlib.language import listing, percent

MOST_PAIRS_SHOWN = 200


@dataclass(slots=True)
class Row:
    """What the check says about one file."""

    name: str
    path: Path
    owner: str
    checked: Checked | None = None
    refused: Unreadable | None = None
    text: similarity.Text | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def status(self) -> str:
        """"unread", "zero", "person", "form" or "fine": the heaviest of what was found."""
        if self.checked is None:
            return "unread"
        return next((weight for weight in WEIGHTS[:-1] if any(finding.weight == weight for finding in self.findings)), "fine")

    def as_dict(self) -> dict:
        row: dict = {"file": self.name, "status": self.status, "findings": [finding.name for finding in self.findings]}
        if self.refused is not None:
            row["findings"], row["says"] = [self.refused.reason], [str(self.refused)]
            return row
        row["says"] = [finding.text for finding in self.findings]
        if self.checked is not None:
            length = self.checked.length
            row |= {"words": length.words, "han_characters": length.han, "latin_words": length.latin, "language": length.language}
            row |= {"contents": {None: "none", True: "automatic", False: "typed"}[self.checked.automatic], "heading_levels": self.checked.levels}
            row["headings"] = [heading.text for heading in self.checked.headings]
            row["concepts"] = [concept.id for concept in self.checked.concepts]
        return row


@dataclass(frozen=True, slots=True)
class Alike:
    """A pair for a person, with its longest common passages side by side."""

    pair: similarity.Pair
    passages: tuple[Passage, ...]

    def as_dict(self) -> dict:
        pair = self.pair
        shares = {"jaccard": round(pair.jaccard, 3), "one_in_other": round(pair.one_in_other, 3), "other_in_one": round(pair.other_in_one, 3)}
        return {"one": pair.one, "other": pair.other, **shares, "passages": [{"one": each.one, "other": each.other} for each in self.passages]}


@dataclass(slots=True)
class Report:
    rows: list[Row]
    identical: list[list[str]] = field(default_factory=list)
    pairs: list[Alike] = field(default_factory=list)
    pairs_left_out: int = 0

    def as_dict(self) -> dict:
        return {
            "rows": [row.as_dict() for row in self.rows],
            "identical": self.identical,
            "pairs": [each.as_dict() for each in self.pairs],
            "pairs_left_out": self.pairs_left_out,
        }


def of_file(path: Path) -> Report:
    """Check one paper by itself."""
    return Report([_row(File(path.name, path))])


def of_folder(folder: Path, *, on_read: Callable[[int, int], None] = lambda done, count: None) -> Report:
    """Check every paper of a folder and hold each against every other; ``on_read`` hears how many files are done."""
    rows = []
    files = papers(folder)
    owners = Counter(file.owner for file in files)
    for done, file in enumerate(files, start=1):
        row = _row(file)
        on_read(done, len(files))
        if owners[file.owner] > 1 and row.refused is not None and row.refused.reason == "untouched":
            continue  # the assignment's own notebook, beside the paper
        rows.append(row)
    report = Report(rows)
    _several(rows)
    _compare(report)
    return report


def _several(rows: list[Row]) -> None:
    """Somebody who handed in two papers has to say which one counts; a letter or a picture beside the paper is no paper."""
    of_owner: dict[str, list[Row]] = {}
    for row in rows:
        if row.checked is not None:
            of_owner.setdefault(row.owner, []).append(row)
    for own in of_owner.values():
        for row in own if len(own) > 1 else ():
            row.findings.append(found("several", names=listing(other.name for other in own[:6] if other is not row)))


def _row(file: File) -> Row:
    try:
        checked = check(read(file.path, untouched=rules.untouched()))
    except Unreadable as refusal:
        return Row(file.name, file.path, file.owner, refused=refusal)
    except (MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        return Row(file.name, file.path, file.owner, refused=Unreadable("damaged", error=f"{type(error).__name__}: {error}"[:120]))
    row = Row(file.name, file.path, file.owner, checked, findings=list(checked.findings), text=similarity.Text.of(file.name, checked.body, file.owner))
    share = row.text.from_the_course
    if share > rules.data()["similarity"]["from_the_course"]:
        row.findings.append(found("from_the_course", share=percent(share)))
    return row


def _compare(report: Report) -> None:
    """Identical papers, and pairs for a person; a paper's finding names those it is like."""
    rows = {row.name: row for row in report.rows if row.checked is not None}
    texts = {name: row.text for name, row in rows.items()}
    report.identical = similarity.identical(list(texts.values()))
    for group in report.identical:
        for name in group:
            rows[name].findings.append(found("identical", names=listing(other for other in group[:6] if other != name)))
    pairs = similarity.alike(list(texts.values()), least=rules.data()["similarity"]["to_a_person"])
    nearest: dict[str, tuple[float, str]] = {}
    for pair in pairs:
        for name, share, other in ((pair.one, pair.one_in_other, pair.other), (pair.other, pair.other_in_one, pair.one)):
            nearest[name] = max(nearest.get(name, (0.0, "")), (share, other))
    counts = Counter(name for pair in pairs for name in (pair.one, pair.other))
    for name, (share, other) in nearest.items():
        rows[name].findings.append(found("similar", share=percent(share), other=other, count=counts[name]))
    shown = pairs[:MOST_PAIRS_SHOWN]
    report.pairs = [Alike(pair, tuple(passages(texts[pair.one].body, texts[pair.other].body))) for pair in shown]
    report.pairs_left_out = len(pairs) - len(shown)
