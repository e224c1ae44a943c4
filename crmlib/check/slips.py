"""Habits of other languages, of calculators and of typing that Python refuses, told by the line they stand in.

Python says "invalid syntax" to all of them. Each pattern has a group ``sign``: what is wrong, and where.
"""

from __future__ import annotations

import keyword
import re

from crmlib.language import message

LONGEST_LINE = 500
_BLOCK = r"^\s*(?:if|elif|else|for|while|def|class|try|except|finally|with)\b"
_END = r"\s*:?\s*$"
# Pattern of the line (texts in quotation marks and remarks are blanked out), our sentence, what to type instead.
_SLIPS: tuple[tuple[re.Pattern, str, str], ...] = tuple(
    (re.compile(pattern), key, instead)
    for pattern, key, instead in (
        (r"^\s*(?P<sign>else\s+if|elseif|elsif|elif\s+if)\b", "operator", "elif"),
        (rf"^\s*(?:if|elif|while|else)\b.*?(?P<sign>\b(?:then|do)\b){_END}", "then", ""),
        (r"(?P<name>[^\W\d]\w*)\s*(?P<sign>\+\+|--)\s*;?\s*$", "one_more", ""),
        (r"^\s*\w+\s*(?P<sign>:=)", "assign", "="),
        (r"(?P<sign>`)", "backtick", ""),
        (r"(?P<sign>!)\s*(?=[^\W\d(])", "operator", "not"),
        (r"(?P<sign>=>)", "operator", ">="),
        (r"(?P<sign>=<)", "operator", "<="),
        (r"(?P<sign>=!)", "operator", "!="),
        (r"(?P<sign><>)", "operator", "!="),
        (r"(?P<sign>&&)", "operator", "and"),
        (r"(?P<sign>\|\|)", "operator", "or"),
        (r"^\s*(?P<sign>function|func|define|sub)\s+\w+", "operator", "def"),
        (r"^\s*for\s+(?P<name>\w+)\s*(?P<sign>=)(?!=)", "count", ""),
        (r"^\s*(?P<sign>let|var|const|int|float|double|string|str|bool|dim)\s+\w+\s*=", "declared", ""),
        (r"(?P<sign>//|/\*)\s*(?:[^\W\d]|$)", "remark", ""),
        (r"(?<![\w.,])(?P<sign>\d{1,3}(?: \d{3})+)(?![\w ])", "spaced", ""),
        (r"\d\s*(?P<sign>per\s?cent|percent|pct|percentage|个百分点)\b", "per_cent", ""),
        (r"\d\s*(?P<sign>per\s?mille|permille|千分之)\b", "per_mille", ""),
        (r"\d\s*(?P<sign>[xX])\s*\d", "operator", "*"),
        (r"\d\.\d*(?P<sign>\.)", "two_points", ""),
        (r"^[^{\[]*\d\s*(?P<sign>:)\s*\d", "ratio", ""),
        (r"[\[(][^\])]*?(?P<sign>;)", "operator", ","),
        (r"\{[^}]*?(?<![=!<>])(?P<sign>=)(?!=)", "in_braces", ""),
        (rf"^\s*(?P<sign>{'|'.join(keyword.kwlist)})\s*=(?!=)", "own_word", ""),
        (r"(?P<sign>=\s+=|\*\s+\*|<\s+=|>\s+=|!\s+=|/\s+/|,\s*,)", "doubled", ""),
        (r"(?P<sign>\\)", "stray", ""),
        (r"(?P<sign>[?@])", "stray", ""),
        (r"\w(?P<sign>!)(?!=)", "stray", ""),
        (rf"^\s*\w+\s*(?<![=!<>])=(?!=).*?[\w)\]}}]\s+(?P<sign>(?!(?:{'|'.join(keyword.kwlist)})\b)[^\W\d]\w*)\s*=(?!=)", "two_in_line", ""),
        (r"^\s*(?P<sign>else|elif)\b", "else_alone", ""),
    )
)
_BRACE = re.compile(rf"{_BLOCK}[^:]*(?P<sign>\{{)\s*$")
_UNFINISHED = re.compile(r"(?P<sign>==|[-+*/=<>&|.(,]|\b(?:and|or|not|in|is|if|else|as|import|from|assert|return|lambda)\b)\s*;?\s*$")
_ASIDE = re.compile(r"(?P<before>[\w.]+)\s+(?P<after>[\w.]+)")
_SAID = (
    "invalid syntax", "expected ':'", "expected '('", "invalid decimal", "invalid imaginary", "cannot assign", "unexpected character after line",
    "expected 'else'", "invalid non-printable", "expected an indented block after 'if'", "unmatched '}'",
)  # fmt: skip


def of_line(said: str, line: str, at: int) -> tuple[str, int] | None:
    """Our sentence for a slip that the line shows, and where it stands from 0; None where it shows none."""
    if len(line) > LONGEST_LINE:  # nobody typed it, and patterns must not hold up the marking
        return None
    if quoted := _quotes(said, line):
        return quoted
    if not said.startswith(_SAID):
        return None
    bare = without_texts(line)
    for pattern, key, instead in _SLIPS:
        found = pattern.search(bare)
        if found and not (key == "in_braces" and "f(" in bare):
            sign = found["sign"]
            name = found.groupdict().get("name") or ""
            return message(f"faults.{key}", sign=sign, instead=instead or sign.replace(" ", ""), name=name, operator=sign[:1]), found.start("sign")
    unfinished = _UNFINISHED.search(bare)
    if unfinished and not re.search(r"\w", bare[max(at, unfinished.end("sign")) :]):
        return message("faults.unfinished", sign=unfinished["sign"]), unfinished.start("sign")
    if said.startswith("expected 'else'"):
        return message("faults.no_else"), at
    if said.startswith("expected '('"):
        return message("faults.def_brackets"), at
    return None


def block_in_braces(lines: list[str]) -> tuple[str, int, int] | None:
    """Our sentence, the line and the place of the first brace that opens a block where Python wants a colon."""
    for number, line in enumerate(lines, 1):
        if "{" in line and len(line) <= LONGEST_LINE and (found := _BRACE.search(without_texts(line))):
            return message("faults.braces", sign="{"), number, found.start("sign") + 1
    return None


def side_by_side(line: str, at: int) -> tuple[str, int] | None:
    """Two words or numbers with nothing but a space between them, at the place that Python points to."""
    bare = without_texts(line if len(line) <= LONGEST_LINE else "")
    for found in _ASIDE.finditer(bare):
        if found.start() <= at <= found.end() and not {found["before"], found["after"]} & set(keyword.kwlist):
            named = re.fullmatch(r"\s*(?P<name>[^\W\d]\w*)\s+(?:(?:equals?|等于|为|是)\s+)?(?P<value>-?[\w.]+)\s*", bare)
            if named:
                return message("faults.no_equals", before=named["name"], after=named["value"]), named.end("name") + 1
            return message("faults.side_by_side", before=found["before"], after=found["after"]), found.start("after")
    return None


def without_texts(line: str) -> str:
    """The line with what stands in quotation marks or behind # blanked out."""
    return re.sub(r"\"[^\"]*\"|'[^']*'|#.*", lambda found: " " * len(found[0]), line)


def _quotes(said: str, line: str) -> tuple[str, int] | None:
    """A quotation mark inside a text of the same marks: 'it's', "say "hi""; and one that ends what never began."""
    if not said.startswith(("unterminated string", "EOL", "invalid syntax")):
        return None
    inside = re.search(r"(?<![\w\"'])([\"'])[^\"']*(?P<sign>\1)(?=\w[^\"']*\1)", line)
    if inside:
        return message("faults.quote_inside", sign=inside["sign"], instead='"' if inside["sign"] == "'" else "'"), inside.start("sign")
    ends = re.search(r"[=(\[,]\s*(?P<word>[^\W\d][^\"'=(\[,]*)(?P<sign>[\"'])\s*[)\],]*\s*$", line)
    if ends and line.count(ends["sign"]) % 2 and said.startswith(("unterminated", "EOL")):
        return message("faults.no_begin", sign=ends["sign"], word=ends["word"].strip()), ends.start("word")
    return None
