"""Wrong answers that look right where the data cannot tell them apart: early rounding, patterns, copies and tables learnt by heart.

Unlike a mutant of the code they are made from what is asked: its keys, options, cases and practice.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from itertools import cycle, islice, permutations
from typing import cast

from crmlib import course
from crmlib.check.functions import call
from crmlib.check.kinds import Items, Matching, Number, Numbers, Ordering, Table, judge
from crmlib.scorecard.asked import Asked, Found
from crmlib.scorecard.mutants import Mutant

PATTERN, BY_HEART = 0.8, 0.6  # shares of the points that a pattern, and a table learnt by heart, may not reach
_AMOUNTS = ("money", "usd", "yuan", "years", "count")  # to round one to decimals is nobody's mistake


def lookalikes(asked: Asked, cell: str, model: str, found: Found, practice: list[course.PracticeItem], visible: set[float]) -> list[Mutant]:
    """Every lookalike of one answer, different from the model answer and bearing a name that stays from run to run."""
    made = [*_rounded(asked, cell, model, found), *_by_heart(asked, visible), *_patterns(asked), *_copied(asked, practice)]
    return list({mutant.source: mutant for mutant in reversed(made)}.values())[::-1]


def too_near(asked: Asked) -> list[str]:
    """The named misconceptions whose own answer lies inside the key's tolerance."""
    kind = asked.kind
    if asked.how == "function":
        named = {**asked.given.get("wrong", {}), **asked.given.get("scaled", {})}
        cases = asked.given["cases"]
        return [name for name, other in named.items() if all(_same(kind, call(other, arguments, kind), due) for arguments, due in cases)]
    return [name for answer, name in asked.given.get("wrong", ()) if _stands_in_key(kind, answer)]


def _same(kind, outcome, due) -> bool:
    return not outcome.failed and kind.same(outcome.number, due)


def _stands_in_key(kind, answer) -> bool:
    """Whether the key itself would pass for this wrong answer, at the key's own tolerance."""
    if isinstance(kind, Number):
        return kind.same(kind.read(answer), kind.expected)
    if isinstance(kind, Numbers):
        told = [(bad, due) for bad, due in zip(answer, kind.expected) if bad not in (None, "")]
        return all(kind.one.same(kind.one.read(bad), due) for bad, due in told)
    if isinstance(kind, (Ordering, Items)):  # a part of the key, alone, is wrong: one that says that the rest is missing
        given = [answer] if isinstance(answer, str) else list(answer)
        return given == list(kind.expected) if isinstance(kind, Ordering) else set(given) == set(kind.expected)
    return kind.equals_wrong(kind.expected, answer)


# ---- early rounding -----------------------------------------------------------------------------------------------


def _rounded(asked: Asked, cell: str, model: str, found: Found) -> Iterator[Mutant]:
    """Each operation rounded: wherever that changes what it gives by more than the tolerance.

    What a function returns is rounded in any case, to whole units and, if it is no amount of anything, to decimals: keys
    that are round already would not show it.
    """
    kind, tree = asked.kind, ast.parse(model)
    relative, unit = getattr(getattr(kind, "one", kind), "relative", 0.005), getattr(kind, "unit", "")
    results = (
        {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Return)}
        if asked.how == "function" and isinstance(kind, (Number, Numbers))
        else set()
    )
    for place, node in enumerate(ast.walk(tree)):
        seen = found.seen.get((cell, place))
        if not isinstance(node, ast.BinOp) or not seen:
            continue
        for decimals, words in ((0, "whole units"), (1, "one decimal"), (2, "two decimals")):
            changed = any(abs(round(value, decimals) - value) > max(relative * abs(value), 1e-12) for value in seen)
            due = id(node) in results and relative <= 0.01 and (decimals < 1 or unit not in _AMOUNTS)
            if changed or due:
                yield Mutant(f"{node.lineno}:{node.col_offset} rounded to {words}", _with_rounding(tree, place, decimals))


def _with_rounding(tree: ast.Module, place: int, decimals: int) -> str:
    fresh = copy.deepcopy(tree)
    wanted = next(node for number, node in enumerate(ast.walk(fresh)) if number == place)

    class Round(ast.NodeTransformer):
        def visit(self, node):
            if node is wanted:
                return ast.Call(ast.Name("round", ast.Load()), [cast(ast.expr, node), ast.Constant(decimals)], [])
            return self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Round().visit(fresh)))


# ---- functions learnt by heart ------------------------------------------------------------------------------------


def _by_heart(asked: Asked, visible: set[float]) -> Iterator[Mutant]:
    """A function that always gives the same, and one that knows only the cases whose numbers the exercise itself shows."""
    if asked.how != "function":
        return
    cases = [(arguments, due) for arguments, due in asked.given["cases"] if _literal((arguments, due))]
    for place, due in enumerate({repr(due): due for _, due in cases}.values(), start=1):
        yield Mutant(f"always the {place}. result", f"def {asked.name}(*_, **__):\n    return {due!r}", BY_HEART)
    shown = [(arguments, due) for arguments, due in cases if (inside := list(_numbers(arguments))) and set(inside) <= visible]
    if shown:
        lines = f"def {asked.name}(**given):\n    for arguments, result in {shown!r}:\n        if arguments == given:\n            return result"
        yield Mutant("a table of the cases that the exercise shows", lines, BY_HEART)


def _numbers(value) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


def numbers_in(text: str) -> set[float]:
    """Every number that a reader of a text sees, per cents as shares too.

    >>> sorted(numbers_in("1,000 prospects, 10 %"))
    [0.1, 10.0, 1000.0]
    """
    found = set()
    for digits, sign in re.findall(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*([%％]?)", text):
        number = float(digits.replace(",", ""))
        found |= {number, round(number / 100, 12)} if sign else {number}
    return found


def _literal(value) -> bool:
    try:
        return ast.literal_eval(repr(value)) == value
    except (ValueError, SyntaxError):
        return False


# ---- patterns -----------------------------------------------------------------------------------------------------


def _patterns(asked: Asked) -> Iterator[Mutant]:
    kind = asked.kind if asked.how != "function" else None
    for name, answer in _pattern_answers(kind):
        if not _is_key(kind, answer):
            full = PATTERN if isinstance(kind, Matching) and len(kind.expected) > 3 else 1.0
            yield Mutant(name, f"{asked.name} = {answer!r}", full)
        elif isinstance(kind, Matching):
            yield Mutant(f"{name}, which is the key", f"{asked.name} = {answer!r}", PATTERN)


def practice_pattern(exercise: course.Exercise, item: course.PracticeItem) -> str:
    """The pattern that would do for a practice item without reading it; "" where there is none."""
    if item.kind != "matching" or len(item.key) < 4:
        return ""
    keys, _, values = item.options.partition(" -> ")
    kind = Matching(dict(item.key), exercise.options[keys], exercise.options[values])
    return next((name for name, answer in _pattern_answers(kind) if judge(kind, answer).share >= PATTERN), "")


def _is_key(kind, answer) -> bool:
    return judge(kind, answer).right


def _pattern_answers(kind) -> Iterator[tuple[str, object]]:
    if isinstance(kind, Matching):
        keys = [option.id for option in kind.keys.options]
        for name, values in _sequences([option.id for option in kind.options], list(kind.expected.values()), len(keys)):
            yield name, dict(zip(keys, values))
    elif isinstance(kind, Ordering):
        listed = [option.id for option in kind.options][: len(kind.expected)]
        yield from (("the options as they are listed", listed), ("the options from the last to the first", listed[::-1]))
        yield from (
            ("by the alphabet", sorted(listed)),
            ("turned round", list(kind.expected)[::-1]),
            ("one place further", [*kind.expected[1:], kind.expected[0]]),
        )
    elif isinstance(kind, Items):
        listed = [option.id for option in kind.options]
        yield from (("all options", listed), ("every other option", listed[::2]), ("the others", listed[1::2]))
        yield from (("the first options", listed[: len(kind.expected)]), ("the last options", listed[-len(kind.expected) :]))
    elif isinstance(kind, Numbers):
        for place, number in enumerate(kind.expected, start=1):
            yield f"answer {place} everywhere", [number] * len(kind.expected)
        yield "turned round", list(kind.expected)[::-1]
    elif isinstance(kind, Table):
        rows = {name: list(entries) for name, entries in kind.expected.items()}
        for name, entries in rows.items():
            yield f"row {name} everywhere", dict.fromkeys(rows, entries)
        yield "turned round", dict(zip(rows, list(rows.values())[::-1]))


def _sequences(options: list[str], due: list[str], length: int) -> Iterator[tuple[str, list[str]]]:
    """The sequences that somebody would try who has not read the question."""
    used = [option for option in options if option in due]
    for option in options:
        yield f"{option} everywhere", [option] * length
    if length < 4:
        return  # every answer to two or three questions is a pattern
    for size in (2, 3, 4):
        rows = permutations(used, size) if len(used) <= 4 else (islice(cycle(used[start:] + used[:start]), size) for start in range(len(used)))
        for row in map(list, rows):
            if size < length:
                yield f"{', '.join(row)} in turn", list(islice(cycle(row), length))
    for row in (options, options[::-1]) if len(options) > 2 else ():
        for start in range(len(row)):
            yield (
                f"the options as listed, {'onwards' if row is options else 'backwards'} from {row[start]}",
                list(islice(cycle(row[start:] + row[:start]), length)),
            )
    for row in map(list, permutations(used) if len(used) <= 4 else (used, used[::-1])):
        block = -(-length // len(row))
        if block > 1:
            yield f"{', '.join(row)} in blocks", [option for option in row for _ in range(block)][:length]


# ---- copied from the practice -------------------------------------------------------------------------------------


def _copied(asked: Asked, practice: list[course.PracticeItem]) -> Iterator[Mutant]:
    """The key of a practice item put in by place."""
    kind = asked.kind if asked.how != "function" else None
    for item in practice:
        answer = _fitted(kind, item)
        if answer is not None:
            yield Mutant(
                f"the answer to practice {item.id}",
                f"{asked.name} = {answer!r}",
                PATTERN if isinstance(kind, Matching) and len(kind.expected) > 3 else 1.0,
            )


def _fitted(kind, item: course.PracticeItem):
    if isinstance(kind, Matching) and item.kind == "matching" and set(item.key.values()) <= set(kind.spelling.values()):
        return dict(zip([option.id for option in kind.keys.options], cycle(item.key.values())))
    if isinstance(kind, Numbers) and item.kind == "numbers" and len(item.key) >= len(kind.expected):
        return list(item.key[: len(kind.expected)])
    if type(kind) is Number and item.kind == "number":
        return item.key
    if isinstance(kind, (Ordering, Items)) and item.kind in ("ordering", "several"):
        listed = [option.id for option in kind.options]
        named = list(course.exercise(item.id.rstrip("abcdefghijklmnopqrstuvwxyz")).options[item.options])
        places = [[option.id for option in named].index(id) for id in item.key]
        return [listed[place] for place in places if place < len(listed)] or None
    return None
