"""One paper as every check sees it, whatever program wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crmlib.language import message


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text, its heading level by style, and whether it stands in a contents list that a program made."""

    text: str
    level: int | None = None
    in_contents: bool = False
    after_page_break: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that could be read: what a reader sees, and what stands beside it or is kept from the eye."""

    kind: str
    paragraphs: tuple[Paragraph, ...]
    hidden: str = ""
    boxed: str = ""
    notes: str = ""
    pictures: int = 0
    tracked_changes: int = 0
    embedded: int = 0
    makes_contents: bool = False

    odd: int = 0

    @property
    def text(self) -> str:
        """The main text, contents list and tables included."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


# Characters without width, and words in which letters of two alphabets look alike: nobody types them by chance.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MIXED = re.compile("[^\\W\\d_]*(?:[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z])[^\\W\\d_]*")


def without_odd_letters(paper: Paper) -> Paper:
    """The paper without characters that nobody sees, and how many oddities there were."""
    odd = len(_UNSEEN.findall(paper.text)) + len(_MIXED.findall(paper.text))
    seen = ((paragraph, _UNSEEN.sub("", paragraph.text).strip()) for paragraph in paper.paragraphs)
    return replace(paper, paragraphs=tuple(replace(paragraph, text=text) for paragraph, text in seen if text), odd=odd)


class Unreadable(ValueError):
    """A file that cannot be checked; ``reason`` is its word in messages/essay.toml and ``str()`` the sentence."""

    def __init__(self, reason: str, **values: object):
        self.reason, self.values = reason, values
        super().__init__(message(f"essay.{reason}", **values))
