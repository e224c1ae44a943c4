"""What is wrong with a file that is no TOML: the line, the entry that it stands in, the reason in plain words, and what to do."""

from __future__ import annotations

import codecs
import re

from crmlib import toml
from crmlib.language import message

# What the parser says, and how it is told; the first that fits.
_REASONS = {
    "Cannot overwrite|Cannot declare|Cannot mutate|Duplicate": "stands_twice",
    "Unescaped|Invalid hex": "backslash",
    r"Illegal character '\\n'|Illegal character '\\r'|Unterminated": "open_quotes",
    "Illegal character": "odd_character",
    "Unclosed inline|initial character for a key": "inline_table",
    "Unclosed array": "array",
    "Expected ']": "heading",
    "Expected '='|Invalid statement": "no_statement",
    "Expected newline": "more_on_line",
    "Invalid": "value",
}
# Signs of a Chinese keyboard, and what TOML needs instead.
_WIDE = dict(zip("“”„‘’＂＝＃｛｝［］【】，；：。", "\"\"\"''\"=#{}[][],,:."))
_QUOTED = re.compile(r""""(?:\\.|[^"\\])*"|'[^']*'""")
_HEADING = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_NAMED = re.compile(r"""\s*(?:id|stem|number)\s*=\s*["']([^"']+)["']""")


def complaint(file: str, raw: bytes, error: toml.TOMLDecodeError | UnicodeDecodeError) -> str:
    """Why the file cannot be read, for whoever edits it."""
    if isinstance(error, UnicodeDecodeError):
        return _no_utf8(file, raw, error)
    lines = raw.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    number, column = _place(lines, str(error))
    line = lines[number - 1]
    # A heading where a value is awaited: what stands above it is not closed.
    open_above = _HEADING.match(line) and not re.search("Cannot", str(error))
    wide = next((sign for sign in _QUOTED.sub("", line.partition("#")[0]) if sign in _WIDE), "")
    if wide:
        reason = message("course.syntax_wide", received=wide, wanted=_WIDE[wide])
    else:
        key = "array" if open_above else next((key for said, key in _REASONS.items() if re.search(said, str(error))), "")
        # A quotation mark in mid-sentence leaves the rest of the sentence outside.
        ended = line[: column - 1].rstrip().endswith(('"', "'"))
        if ended and key in ("more_on_line", "array", "inline_table") and re.match(r"\s*[^\s\W\d]", line[column - 1 :]):
            key = "inner_quotes"
        reason = message(f"course.syntax_{key}") if key else str(error)
    shown = line.strip() if len(line.strip()) <= 100 else f"{line.strip()[:99]}…"
    return message("course.unreadable", file=file, line=number, place=_entry(lines[: number - bool(open_above)]), reason=reason, shown=shown)


def _place(lines: list[str], said: str) -> tuple[int, int]:
    """The line and column that the parser names; at the end of the file the last line that says anything."""
    found = re.search(r"line (\d+), column (\d+)", said)
    if found and int(found[1]) <= len(lines):
        number, column = int(found[1]), int(found[2])
        if column > 1 or number == 1 or not re.search("Cannot overwrite", said):
            return number, column
        return number - 1, len(lines[number - 2])  # the parser has gone on to the line below
    number = next((place for place in range(len(lines), 0, -1) if lines[place - 1].strip()), 1)
    return number, len(lines[number - 1]) + 1


def _entry(lines: list[str]) -> str:
    """The entry that these lines end in: by its id, or as the how-manieth it is."""
    heads = [(place, found[1]) for place, line in enumerate(lines) if (found := _HEADING.match(line))]
    if not heads:
        return "?"
    start, name = heads[-1]
    named = next((found[1] for line in lines[start:] if (found := _NAMED.match(line))), "")
    return named or f"{name} {sum(head == name for _, head in heads)}"


def _no_utf8(file: str, raw: bytes, error: UnicodeDecodeError) -> str:
    line = raw[: error.start].count(b"\n") + 1
    return message("course.no_utf8", file=file, line=line, encoding=_encoding(raw))


def _encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        chinese = re.search("[\u4e00-\u9fff]", raw.decode("gb18030"))
    except UnicodeDecodeError:
        chinese = None
    return "GBK" if chinese else "ANSI"
