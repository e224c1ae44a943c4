"""The contents list: where it stands, and whether it names the headings that the paper has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crmlib.essay.headings import Heading, headings, key, number_of
from crmlib.essay.paper import Paper, Paragraph

TITLE = re.compile(r"[\[【]?(目录|目次|目錄|(table\s*of\s*)?contents?|contents\s*list)(\s*[（(]?(目录|contents)[)）]?)?[\]】]?[:：]?", re.IGNORECASE)
# A page number after a tab, dots or a wide space; some writers leave one space, and a heading may end in a number.
PAGE = re.compile(r"(?:[\s.·…．。_—–-]*\t[\s.·…．_—–-]*|[.·…．。_—–-]{2,}\s*|[ \u3000]{2,}|\s)(?:[（(]?\d{1,3}[)）]?|[ivxlIVXL]{1,5})$")
LEADER = re.compile(r"(?:\t|[.·…．。_—–-]{3,}|…{2,})[\s.·…]*(?:\d{1,3}|[ivxlIVXL]{1,5})$")
NOT_FILLED = re.compile(r"(update field|更新域|更新目录|未找到目录项|no table of contents entries|此处.{0,6}目录)", re.IGNORECASE)
LONGEST_ENTRY, MOST_BEFORE = 120, 600


@dataclass(frozen=True, slots=True)
class Contents:
    """A contents list: the paragraphs it takes, its entries, and whether a program made it."""

    first: int
    last: int
    entries: tuple[str, ...]
    automatic: bool
    filled: bool = True


@dataclass(slots=True)
class Comparison:
    """What a contents list and the headings do not have in common."""

    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    order: bool = True
    renumbered: list[str] = field(default_factory=list)
    levels_left_out: int = 0


def find(paper: Paper) -> Contents | None:
    """The contents list of a paper; None where it has none."""
    return _automatic(paper) or _typed(paper.paragraphs) or _untitled(paper.paragraphs)


def keys(contents: Contents | None) -> frozenset[str]:
    """Every form in which a heading may be named in the list: with what could be a page number, and without."""
    return frozenset(form for entry in contents.entries for form in forms(entry)) if contents else frozenset()


def forms(entry: str) -> tuple[str, ...]:
    """The keys of an entry without its page number and as it stands."""
    return tuple(dict.fromkeys((key(PAGE.sub("", entry)), key(entry))))


def body(paper: Paper, contents: Contents | None) -> tuple[Paragraph, ...]:
    """The paragraphs outside the list: those below it, or all others where it does not stand above the body."""
    if contents is None or contents.first < 0:
        return paper.paragraphs
    below = paper.paragraphs[contents.last + 1 :]
    return below if stands_before_the_body(paper, contents) else paper.paragraphs[: contents.first] + below


def _automatic(paper: Paper) -> Contents | None:
    places = [place for place, paragraph in enumerate(paper.paragraphs) if paragraph.in_contents]
    if not places:  # Markdown makes the list when it is shown; a document's field has to be filled
        return Contents(-1, -1, (), True, filled=paper.kind != "docx") if paper.makes_contents else None
    texts = [paper.paragraphs[place].text for place in places]
    first = places[0] - 1 if places[0] and _is_title(paper.paragraphs[places[0] - 1].text) else places[0]
    entries = tuple(text for text in texts if not _is_title(text) and not NOT_FILLED.search(text))
    last = places[0]
    for place in places:  # a style used once more further down is no part of the list
        last = place if place - last <= 2 else last
    return Contents(first, last, entries, True, filled=bool(entries))


def _typed(paragraphs: tuple[Paragraph, ...]) -> Contents | None:
    title = next((place for place, paragraph in enumerate(paragraphs) if _is_title(paragraph.text)), None)
    first = title if title is not None else _led(paragraphs)
    if first is None:
        return None
    begin = first + 1 if title is not None else first
    end = begin
    while end < len(paragraphs) and not _begins_the_body(paragraphs, begin, end):
        end += 1
    entries = [paragraph.text for paragraph in paragraphs[begin:end]]
    while entries and _stands_apart(entries):  # the paper's title between the list and the first heading
        entries.pop()
    return Contents(first, begin + len(entries) - 1, tuple(entries), False, filled=bool(entries))


def _begins_the_body(paragraphs: tuple[Paragraph, ...], begin: int, place: int) -> bool:
    paragraph, before = paragraphs[place], [each.text for each in paragraphs[begin:place]]
    if len(paragraph.text) > LONGEST_ENTRY or paragraph.text.rstrip().endswith(("。", "；", "！", "？")):
        return True
    if LEADER.search(paragraph.text) or not before:
        return False
    if paragraph.after_page_break or paragraph.level:
        return True
    if set(forms(paragraph.text)) & {form for entry in before for form in forms(entry)}:
        return True
    numbers = [number_of(entry)[:2] for entry in before]
    if number_of(paragraph.text)[:2] == next((number for number in numbers if number[0]), None):
        return True  # the numbers begin again
    paged = len(before) > 1 and all(PAGE.search(entry) for entry in before) and not PAGE.search(paragraph.text)
    return paged and not (place + 1 < len(paragraphs) and LEADER.search(paragraphs[place + 1].text))


def _stands_apart(entries: list[str]) -> bool:
    """Whether the last entry has neither a page nor a number although the others have."""
    *others, last = entries
    if len(others) < 2 or PAGE.search(last):
        return False
    paged = sum(bool(PAGE.search(entry)) for entry in others) > len(others) / 2
    numbered = sum(bool(number_of(entry)[0]) for entry in others) > len(others) / 2
    return paged or (numbered and not number_of(last)[0])


def _led(paragraphs) -> int | None:
    """A list without its title shows by three lines below each other that end in dots and a page number."""
    for place in range(len(paragraphs) - 2):
        if all(LEADER.search(paragraph.text) and len(paragraph.text) <= LONGEST_ENTRY for paragraph in paragraphs[place : place + 3]):
            return place
    return None


def _untitled(paragraphs: tuple[Paragraph, ...]) -> Contents | None:
    """A list without title and pages: short lines with numbers below each other that all stand again further down."""
    first = place = 0
    while place < len(paragraphs) and sum(len(paragraph.text) for paragraph in paragraphs[:place]) <= MOST_BEFORE:
        first = place
        while place < len(paragraphs) and number_of(paragraphs[place].text)[0] and len(paragraphs[place].text) <= LONGEST_ENTRY:
            place += 1
        entries = [paragraph.text for paragraph in paragraphs[first:place]]
        if len(entries) > 2 and key(entries[0]) in {key(entry) for entry in entries[1:]}:  # the body's first heading follows at once
            entries = entries[: next(at for at in range(1, len(entries)) if key(entries[at]) == key(entries[0]))]
        below = {key(paragraph.text) for paragraph in paragraphs[first + len(entries) :] if len(paragraph.text) <= LONGEST_ENTRY}
        if len(entries) > 2 and all(key(entry) in below for entry in entries):
            return Contents(first, first + len(entries) - 1, tuple(entries), False)
        place = max(place, first + 1)
    return None


def _is_title(text: str) -> bool:
    """Whether a paragraph is the list's title, also with the spaces that Chinese writers put between its characters, or with a page."""
    text = PAGE.sub("", text)
    return bool(TITLE.fullmatch(re.sub(r"\s", "", text) if re.search(r"[\u4e00-\u9fff]", text) else text.strip()))


def stands_before_the_body(paper: Paper, contents: Contents) -> bool:
    """Whether no heading of the body and no more than an abstract stands above the list."""
    if contents.first < 0:
        return True
    above = paper.paragraphs[: contents.first]
    listed = keys(contents)
    named = [heading for heading in headings(above, listed) if key(heading.text) in listed and not heading.optional]
    return not named and sum(len(paragraph.text) for paragraph in above) <= MOST_BEFORE


def compare(contents: Contents, found: list[Heading]) -> Comparison:
    """Hold the list against the headings, down to the deepest level that the list names."""
    if contents.first < 0:
        return Comparison()
    own: dict[str, list[Heading]] = {}
    for heading in found:
        own.setdefault(key(heading.text), []).append(heading)
    named = [_heading_of(entry, own) for entry in contents.entries]
    levels = [heading.level for heading in found]
    # Where every entry is a heading, the list may simply leave the lower levels out.
    deepest = max(levels if None in named else [heading.level for heading in named if heading], default=1)
    result = Comparison(levels_left_out=len({heading.level for heading in found if heading.level > deepest}))
    result.missing = [heading.text for heading in found if heading.level <= deepest and heading not in named and not heading.optional]
    result.extra = [PAGE.sub("", entry).strip() for entry, heading in zip(contents.entries, named) if heading is None]
    places = [heading.place for heading in named if heading]
    result.order = places == sorted(places)
    for entry, heading in zip(contents.entries, named):
        listed, written = (key_of_number(number_of(text)[1]) for text in (entry, heading.text if heading else ""))
        if listed and written and listed != written:
            result.renumbered.append(heading.text)
    return result


def _heading_of(entry: str, own: dict[str, list[Heading]]) -> Heading | None:
    """The heading that an entry names; of several of one name each is taken once."""
    for form in forms(entry):
        if own.get(form):
            return own[form].pop(0) if len(own[form]) > 1 else own[form][0]
    return None


def key_of_number(number: str) -> str:
    return re.sub(r"[\s()（）.．、:：]", "", number)

