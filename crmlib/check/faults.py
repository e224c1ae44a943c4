"""What is wrong in a cell that Python cannot read or run, in words for a person who does not program.

The character is named, its place, and for look-alikes what to type instead. ``of_text`` needs the cell's text alone;
``of_error`` an error that came while it ran.
"""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata

from crmlib.check import mishaps, slips
from crmlib.language import message

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_LONGEST = 200  # characters of an error's own text
_CURLY = dict.fromkeys("“”„‟«»″〝〞「」『』", '"') | dict.fromkeys("‘’‚‛′´", "'")
_OPERATORS = {
    "×": "*", "✕": "*", "✖": "*", "·": "*", "⋅": "*", "∙": "*", "•": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "—": "-",
    "‐": "-", "‑": "-", "‒": "-", "―": "-", "─": "-", "ー": "-", "≤": "<=", "≦": "<=", "≥": ">=", "≧": ">=", "≠": "!=", "≈": "==", "√": "** 0.5",
    "∞": 'float("inf")', "²": "** 2", "³": "** 3",
    "。": ".", "、": ",", "【": "[", "】": "]", "〔": "[", "〕": "]", "《": "<", "》": ">", "〈": "<", "〉": ">",
}  # fmt: skip
_NUMERALS = dict(
    zip(
        "零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾",
        "0 0 0 1 2 2 3 4 5 6 7 8 9 10 100 1000 10000 100000000 1 2 3 4 5 6 7 8 9 10".split(),
    )
)
_MONEY = "￥¥$€£"
_PYTHON_SAYS = (  # what Python's own sentence begins with, and ours for it
    ("expected ':'", "colon"),
    ("invalid syntax. Maybe you meant '=='", "equals"),
    ("invalid syntax. Perhaps you forgot a comma", "comma"),
    ("expected an indented block", "not_indented"),
    ("unexpected indent", "indented"),
    ("unindent does not match", "unindent"),
    ("inconsistent use of tabs", "tabs"),
    ("unterminated string", "open_text"),
    ("unterminated triple", "open_text"),
    ("unterminated f-string", "open_text"),
    ("EOL while scanning", "open_text"),
    ("leading zeros", "leading_zeros"),
    ("Missing parentheses in call", "parentheses"),
    ("cannot assign to", "left_of_equals"),
    ("'return' outside", "return_outside"),
    ("'yield' outside", "yield_outside"),
    ("'break' outside", "break_outside"),
    ("'continue' not", "continue_outside"),
    ("invalid syntax", "here"),
)  # fmt: skip


def of_text(source: str) -> str | None:
    """Why Python cannot read a cell, as one sentence; None where it can.

    >>> print(of_text("x = （1 + 2)"))
    The answer cell has an error in line 1, character 5: “（” is a full-width character; type ( instead.
    """
    error = _error_in(source)
    if error is None:
        return None
    lines = source.split("\n")
    if "\0" in source:
        before = source[: source.index("\0")]
        error = SyntaxError("invalid non-printable character U+0000", ("cell", before.count("\n") + 1, len(before) - before.rfind("\n"), None))
    number = min(max(error.lineno or 1, 1), len(lines))
    if "{" in source and (block := slips.block_in_braces(lines[:number])):
        return message("faults.in_cell", line=block[1], column=block[2], what=block[0])
    line, column = lines[number - 1], max(error.offset or 1, 1)
    what, column = _what(error.msg or "", line, column)
    return message("faults.in_cell", line=number, column=column, what=what)


def of_error(name: str, text: str, line: int | None = None) -> str:
    """An error that came while a cell ran, as one sentence.

    >>> print(of_error("NameError", "name '三' is not defined", 1))
    The answer cell has an error in line 1: “三” is a Chinese numeral; type 3 instead.
    """
    text = " ".join(str(text).split())[:_LONGEST]
    unknown = mishaps.unknown_name(name, text)
    if unknown and set(unknown) <= _NUMERALS.keys():
        one = _NUMERALS[unknown] if len(unknown) == 1 else None
        what = message("faults.numeral", sign=unknown, instead=one) if one else message("faults.numerals", sign=unknown)
    else:
        what = mishaps.in_words(name, text)
    return message("faults.in_line", line=line, what=what) if line else message("faults.somewhere", what=what)


def of_cell(source: str, name: str, text: str, line: int | None = None) -> str:
    """The same, where the cell's text shows more: Python cannot read it, or == stands where = was meant.

    >>> print(of_cell("x == 3", "NameError", "name 'x' is not defined", 1))
    The answer cell has an error in line 1: “==” compares and gives no value; to give x its value type = instead.
    """
    unknown, unread = mishaps.unknown_name(name, text), of_text(source)
    if unread is None and unknown:
        return without_value(source).get(unknown) or of_error(name, text, line)
    return unread or of_error(name, text, line)


def without_value(source: str, *, compared: bool = True) -> dict[str, str]:
    """Names that a line only annotates (``x: 3``) or compares (``x == 3``) and no other gives a value, each with its sentence."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, str] = {}
    for each in tree.body:
        target: ast.expr | None = None
        compares = False
        if isinstance(each, ast.AnnAssign) and each.value is None:
            target = each.target
        elif compared and isinstance(each, ast.Expr) and isinstance(each.value, ast.Compare) and isinstance(each.value.ops[0], ast.Eq):
            target, compares = each.value.left, True
        if isinstance(target, ast.Name):
            key = "faults.compared" if compares else "faults.annotated"
            found.setdefault(target.id, message("faults.in_line", line=each.lineno, what=message(key, name=target.id)))
    return {name: sentence for name, sentence in found.items() if not any(name in _bound(each) for each in tree.body)}


def names_given(source: str) -> set[str]:
    """The names that a cell should give a value at its top level, also where Python cannot read it.

    >>> sorted(names_given("def area（side):\\n    return side ** 2\\ntotal ＝ 3"))
    ['area', 'total']
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Also behind a word of another language (let x = 3), and where the sign is the wrong one (x := 3, x：3).
        given = re.findall(r"(?m)^(?:def|class)[\s\u3000]+(\w+)", source) + re.findall(r"(?m)^(?:\w+[^\S\n]+)?(\w+)[^\S\n]*(?:[=＝](?![=＝])|[:：])", source)
        return {name for name in given if not keyword.iskeyword(name)}
    return {name for statement in tree.body for name in _bound(statement)}


def names_not_reached(source: str, line: int | None) -> set[str]:
    """The names of a cell that an error in ``line`` kept from getting a value; all where it could not be read."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names_given(source)
    reached = {name for each in tree.body if line and (each.end_lineno or 0) < line for name in _bound(each)}
    return names_given(source) - reached


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return set()  # x: 3 gives no value
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imports = (alias for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names)
    return names | {(alias.asname or alias.name).split(".")[0] for alias in imports if alias.name != "*"}


def _error_in(source: str) -> SyntaxError | None:
    try:
        compile(source, "cell", "exec", _AWAIT, True)
        return None
    except SyntaxError as found:
        error = found
    except (ValueError, RecursionError, MemoryError) as found:  # a null character, or brackets a thousand deep
        error = SyntaxError(str(found), ("cell", 1, 1, source))
    if any(sign in source for sign in "%!?"):  # a magic is no error
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            compile(TransformerManager().transform_cell(source), "cell", "exec", _AWAIT, True)
            return None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return error


def _what(said: str, line: str, column: int) -> tuple[str, int]:
    """Our sentence for Python's, and the place of what it speaks of."""
    at = column - 1
    strange = re.search(r"invalid (?:non-printable )?character (?:'(.)' )?\(?U\+([0-9A-F]+)", said)
    if strange:
        sign = chr(int(strange[2], 16))
        at = at if line[at : at + 1] == sign else max(line.find(sign), 0)
        return _sign(sign, line, at), at + 1
    bracket = re.match(r"'(.)' was never closed", said)
    if bracket:
        return message("faults.open_bracket", sign=bracket[1], instead={"(": ")", "[": "]", "{": "}"}[bracket[1]]), column
    bracket = re.match(r"unmatched '(.)'|closing parenthesis '(.)' does not match opening parenthesis '(.)'", said)
    if bracket:
        return message("faults.unmatched", sign=bracket[1]) if bracket[1] else message("faults.mismatched", sign=bracket[2], opened=bracket[3]), column
    if slip := slips.of_line(said, line, at):
        return slip[0], slip[1] + 1
    rest = line[at:]
    if said.startswith(("unterminated", "EOL")):
        curly = re.search(f"[{''.join(_CURLY)}]", rest)
        if curly:
            return message("faults.curly_end", sign=curly[0], instead=rest[:1] if rest[:1] in "\"'" else '"'), at + curly.start() + 1
    begins = _start_of_number(line, at)
    number = re.match(r"(\d[\d._]*(?:[eE]-?\d+)?)\s*([^\W\d_]{1,20}|[%％])", line[begins:])
    known = said.startswith(("invalid syntax", "invalid decimal", "invalid imaginary")) and not said.startswith("invalid syntax.")
    if number and known and not keyword.iskeyword(number[2]):
        return _number(*number.groups()), begins + number.start(2) + 1
    if said.startswith("invalid syntax"):
        if rest[:1] and rest[0] in _MONEY:
            return message("faults.unit", sign=rest[0]), column
        chinese = re.search(r"(?<=\d)\s*([\u4e00-\u9fff]{1,12})", slips.without_texts(line))
        if chinese:
            return message("faults.unit", sign=chinese[1]), chinese.start(1) + 1
        if not said.startswith("invalid syntax. ") and (beside := slips.side_by_side(line, at)):
            return beside[0], beside[1] + 1
    key = next((ours for begins, ours in _PYTHON_SAYS if said.startswith(begins)), None)
    return (message(f"faults.{key}", text=rest.strip()[:30] or line.strip()[:30]) if key else message("faults.python_says", text=said[:_LONGEST])), column


def _sign(sign: str, line: str, at: int) -> str:
    """A character that Python does not know, and what to type instead."""
    code = f"U+{ord(sign):04X}"
    if sign in _CURLY:
        return message("faults.curly", sign=sign, instead=_CURLY[sign])
    if sign in "，,、" and re.search(r"\d$", line[:at]) and re.match(r"\d{3}(?!\d)", line[at + 1 :]):
        return message("faults.thousands", sign=sign)
    if sign in "，。、：,:" and re.fullmatch(r"\s*\w+\s*[=＝]\s*[-－]?[\d.]+", line[:at]) and not line[at + 1 :].strip():
        return message("faults.at_the_end", sign=sign)
    if sign in _OPERATORS:
        return message("faults.operator", sign=sign, instead=_OPERATORS[sign])
    if sign in "%％٪﹪‰‱":
        return _share(sign)
    if sign in "：∶" and re.search(r"\d\s*$", line[:at]) and re.match(r"\s*\d", line[at + 1 :]):
        return message("faults.ratio", sign=sign)
    if sign == "：" and re.fullmatch(r"\s*[^\W\d]\w*\s*", line[:at]) and line[at + 1 :].strip() and not keyword.iskeyword(line[:at].strip()):
        return message("faults.assign", sign=sign, instead="=")
    if sign in "？?":
        return message("faults.stray", sign=sign)
    if sign in _MONEY:
        return message("faults.unit", sign=sign)
    if sign in _NUMERALS:
        return message("faults.numeral", sign=sign, instead=_NUMERALS[sign])
    if unicodedata.category(sign) == "Zs":
        return message("faults.space", code=code)
    if unicodedata.category(sign)[0] in "CZ":
        return message("faults.invisible", code=code)
    both = unicodedata.normalize("NFKC", line[at : at + 2])
    if both in ("!=", "<=", ">=", "==", "**", "//"):
        return message("faults.full_width", sign=line[at : at + 2], instead=both)
    if sign == "！":
        return message("faults.full_width", sign=sign, instead="not")
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and plain.isascii() and plain.isprintable():
        return message("faults.full_width", sign=sign, instead=plain)
    return message("faults.unknown_sign", sign=sign, code=code)


def _share(sign: str) -> str:
    """A sign for hundredths, thousandths or ten-thousandths, which are written as a division."""
    kind = {"‰": "per_mille", "‱": "per_ten_thousand"}.get(sign, "per_cent")
    return message(f"faults.{kind}", sign=sign)


def _number(digits: str, after_it: str) -> str:
    """A number with something behind it: 5 %, 3万, 2 years, 2x."""
    if after_it in "%％":
        return _share(after_it)
    if re.fullmatch("[a-z]", after_it):
        return message("faults.times", digits=digits, sign=after_it)
    if after_it[0] in "万亿千百" and (len(after_it) == 1 or after_it[1:] in ("元", "人", "个", "次", "位", "美元")):
        return message("faults.big_numeral", sign=after_it[0], digits=digits, instead=_NUMERALS[after_it[0]])
    return message("faults.unit", sign=after_it)


def _start_of_number(line: str, at: int) -> int:
    """Python points at the number, at its last digit or behind it."""
    at = min(at, len(line))
    while at > 0 and (line[at - 1].isalnum() or line[at - 1] in "._%％ "):
        at -= 1
    found = re.search(r"(?<![\w.])\d", line[at:])
    return at + found.start() if found else at
