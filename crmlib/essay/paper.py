"""One paper as every check sees it, whatever program wrote it."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def text(self) -> str:
        """The main text, contents list and tables included."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


class Unreadable(ValueError):
    """A file that cannot be checked; ``reason`` is its word in messages/essay.toml and ``str()`` the sentence."""

    def __init__(self, reason: str, **values: object):
        self.reason, self.values = reason, values
        super().__init__(message(f"essay.{reason}", **values))
