"""What a check finds in one paper, each with the weight that a marker gives it."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmlib.essay import contents, headings, repetition, rules
from crmlib.essay.concepts import named
from crmlib.essay.counting import Length, length
from crmlib.essay.paper import Paper, Unreadable, without_odd_letters
from crmlib.essay.rules import Concept
from crmlib.language import listing, message

# From the heaviest on: the rule of 0, what a person must look at, what the form asks for, and what is only said.
WEIGHTS = ("zero", "person", "form", "note")
WEIGHT = {
    "identical": "zero", "similar": "person", "several": "person", "from_the_course": "person", "hidden": "person", "odd": "person",
    "boxed": "person", "embedded": "person",
    "too_short": "form", "too_long": "form", "no_contents": "form", "contents_empty": "form", "contents_late": "form",
    "contents_missing": "form", "contents_extra": "form", "contents_order": "form", "contents_renumbered": "form",
    "no_headings": "form", "one_level": "form", "repeated": "form", "prompts": "form",
    "rather_short": "note", "rather_long": "note", "contents_levels": "note", "tracked": "note", "notes_apart": "note",
}  # fmt: skip
SCAN_WORDS, HIDDEN_WORDS, FEWEST_ODD, MOST_NAMED = 100, 5, 10, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its word, and the sentence in the language in use."""

    name: str
    text: str

    @property
    def weight(self) -> str:
        return WEIGHT[self.name]


@dataclass(slots=True)
class Checked:
    """One paper with all that its form shows."""

    paper: Paper
    length: Length
    automatic: bool | None
    levels: int
    headings: list[headings.Heading]
    concepts: tuple[Concept, ...]
    body: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)


def found(name: str, **values: object) -> Finding:
    return Finding(name, message(f"essay.{name}", **values))


def check(paper: Paper) -> Checked:
    """Check the form of one paper; one that holds no text to be checked is refused."""
    paper = without_odd_letters(paper)
    counted = length(paper.text)
    _refuse_without_text(paper, counted)
    listed = contents.find(paper)
    body = contents.body(paper, listed)
    own = headings.headings(body, contents.keys(listed))
    places = {heading.place for heading in own if heading.alone}
    texts = tuple(paragraph.text for place, paragraph in enumerate(body) if place not in places)
    result = Checked(
        paper=paper,
        length=counted,
        automatic=listed.automatic if listed else None,
        levels=len({heading.level for heading in own}),
        headings=own,
        concepts=named("\n".join(texts)),
        body=texts,
    )
    result.findings += [*_length(counted), *_headings(result.levels), *_contents(paper, listed, own), *_repeated(texts), *_prompts(paper.text), *_aside(paper)]
    return result


def _refuse_without_text(paper: Paper, counted: Length) -> None:
    if counted.words >= SCAN_WORDS or (counted.words and not paper.pictures and not paper.boxed and not paper.hidden and not paper.embedded):
        return
    hidden, boxed = (length(text).words > counted.words for text in (paper.hidden, paper.boxed))
    for reason, there in (("scan", paper.pictures), ("only_boxed", boxed), ("only_hidden", hidden)):
        if there:
            raise Unreadable(reason, words=counted.words)
    if not counted.words:
        raise Unreadable("only_embedded" if paper.embedded else "no_text")


def _length(counted: Length):
    limits = rules.limits(counted.language)
    outside = {
        "too_short": counted.words < limits.fewest,
        "too_long": counted.words > limits.furthest,
        "rather_short": limits.fewest <= counted.words < limits.least,
        "rather_long": limits.most < counted.words <= limits.furthest,
    }
    for name, there in outside.items():
        if there:
            asked = {name: f"{getattr(limits, name):,}" for name in ("fewest", "least", "most", "furthest")}
            yield found(name, words=f"{counted.words:,}", unit=message(f"essay.unit_{counted.language}"), **asked)


def _headings(levels: int):
    wanted = rules.data()["form"]["heading_levels"]
    if levels == 0:
        yield found("no_headings")
    elif levels < wanted:
        yield found("one_level", levels=levels, wanted=wanted)


def _contents(paper: Paper, listed: contents.Contents | None, own: list[headings.Heading]):
    if listed is None:
        yield found("no_contents")
        return
    compared = contents.compare(listed, own)
    only_a_prompt = listed.automatic and len(listed.entries) == len(compared.extra) == 1
    if not listed.filled or only_a_prompt:
        yield found("contents_empty")
        return
    if not contents.stands_before_the_body(paper, listed):
        yield found("contents_late")
    for name, texts in (("contents_missing", compared.missing), ("contents_extra", compared.extra), ("contents_renumbered", compared.renumbered)):
        if texts:
            yield found(name, count=len(texts), names=_some(texts))
    if not compared.order:
        yield found("contents_order")
    if compared.levels_left_out and not compared.missing:
        yield found("contents_levels", levels=compared.levels_left_out)


def _repeated(texts: tuple[str, ...]):
    again = repetition.repeated(list(texts))
    if again:
        yield found("repeated", count=len(again), names=_some([f"{each.text[:30]}… ({each.times}×)" for each in again]))


def _prompts(text: str):
    """The outline builder's own lines, which a writer replaces."""
    letters = "".join(letter for letter in text if letter.isalnum())
    left = [prompt for prompt in rules.prompts() if "".join(letter for letter in prompt if letter.isalnum()) in letters]
    if left:
        yield found("prompts", count=len(left), names=_some([f"{prompt[:30]}…" for prompt in left]))


def _aside(paper: Paper):
    """What a reader of the page does not see, or sees apart from the text."""
    hidden, boxed, notes = (length(text).words for text in (paper.hidden, paper.boxed, paper.notes))
    if hidden >= HIDDEN_WORDS:
        yield found("hidden", words=f"{hidden:,}", start=" ".join(paper.hidden.split())[:30])
    if paper.odd >= FEWEST_ODD:
        yield found("odd", count=f"{paper.odd:,}")
    if boxed >= SCAN_WORDS:
        yield found("boxed", words=f"{boxed:,}")
    if paper.embedded:
        yield found("embedded", count=paper.embedded)
    if paper.tracked_changes:
        yield found("tracked", count=paper.tracked_changes)
    if notes or 0 < boxed < SCAN_WORDS:
        yield found("notes_apart", words=f"{notes + (boxed if boxed < SCAN_WORDS else 0):,}")


def _some(texts: list[str]) -> str:
    shown = listing(text.strip() for text in texts[:MOST_NAMED])
    return shown + (message("essay.and_more", count=len(texts) - MOST_NAMED) if len(texts) > MOST_NAMED else "")
