"""Small automatic changes of a model answer: a grader that still gives full marks to one of them looks away.

Code is changed through its syntax tree (operators, constants, boundaries, dropped terms, swapped operands, removed
guards, another statistic), data through its literals (a wrong, dropped, extra or swapped item, a factor of 10 or 100, reciprocal, sign).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

_OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv}
_COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
_OTHER_STATISTIC = {"mean": "median", "median": "mean"}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


@dataclass(frozen=True)
class Mutant:
    """A changed answer; ``name`` says what was changed and where, and stays the same from run to run."""

    name: str
    source: str
    most: float = 1.0  # the share of the points that it may not reach


def mutants(source: str, lines: range | None = None) -> list[Mutant]:
    """Every mutant of a cell's code that differs from it and from the others; ``lines`` keeps to a part of it.

    >>> [mutant.source for mutant in mutants("rate = 2 / 5")][:2]
    ['rate = 2 * 5', 'rate = 5 / 2']
    """
    tree = ast.parse(source)
    seen, found, names = {ast.unparse(tree)}, [], set()
    for place, node in enumerate(ast.walk(tree)):
        if lines is not None and getattr(node, "lineno", 0) not in lines:
            continue
        for name, change in _changes(node):
            text = _changed(tree, place, change)
            if text is not None and text not in seen:
                seen.add(text)
                full = f"{getattr(node, 'lineno', 0)}:{getattr(node, 'col_offset', 0)} {name}"
                while full in names:  # two nodes may begin at one place, such as a sum and its first term
                    full += "'"
                names.add(full)
                found.append(Mutant(full, text))
    return found


def ladders(source: str) -> list[list[str]]:
    """Sources in which the items of a list or dict are blank at first and come back one by one, in two orders.

    >>> ladders("answer = [1, 2]")[0]
    ['answer = [None, None]', 'answer = [1, None]', 'answer = [1, 2]']
    """
    tree = ast.parse(source)
    items = [place for place, node in enumerate(ast.walk(tree)) if _is_item(tree, node)]
    if len(items) < 2:
        return []
    return [[_blanked(tree, set(order[step:])) for step in range(len(order) + 1)] for order in (items, items[::-1])]


def _is_item(tree: ast.Module, node) -> bool:
    """A literal that stands as an item in a list, tuple or dict (a dict's keys name the items and stay)."""
    if not isinstance(node, ast.Constant) or node.value is None:
        return False
    for parent in ast.walk(tree):
        if isinstance(parent, (ast.List, ast.Tuple)) and node in parent.elts:
            return True
        if isinstance(parent, ast.Dict) and node in parent.values:
            return True
    return False


def _blanked(tree: ast.Module, places: set[int]) -> str:
    fresh = copy.deepcopy(tree)
    nodes: list[Any] = list(ast.walk(fresh))
    for number, node in enumerate(nodes):
        if number in places:
            node.value = None
    return ast.unparse(fresh)


def _changed(tree: ast.Module, place: int, change) -> str | None:
    """The source with the change made to the node at this place of the walk."""
    fresh = copy.deepcopy(tree)
    node = next(each for number, each in enumerate(ast.walk(fresh)) if number == place)
    replacement = change(node)
    if replacement is not node:
        fresh = _Replace(node, replacement).visit(fresh)
    try:
        return ast.unparse(ast.fix_missing_locations(fresh))
    except (ValueError, AttributeError):
        return None


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _changes(node) -> Iterator[tuple[str, object]]:
    """The ways to change one node, each a name and a function from the node to its replacement."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node)
        if _is_mean(node):
            yield from _statistics("mean", cast(ast.Call, node.left).args[0])
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Compare) and len(node.ops) >= 1:
        yield from _comparison(node)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from _sequence(node)
    elif isinstance(node, ast.Dict):
        yield from _mapping(node)
    elif isinstance(node, ast.If):
        yield "guard removed", lambda node: node.orelse[0] if node.orelse else ast.Pass()
    elif isinstance(node, ast.BoolOp):
        yield "and/or", lambda node: _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield "condition dropped", lambda node: node.values[0]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield "sign or not removed", lambda node: node.operand
    elif isinstance(node, ast.Return) and node.value is not None:
        yield "returns nothing", lambda node: ast.Return(value=None)


def _binary(node) -> Iterator[tuple[str, object]]:
    other = _OPERATORS.get(type(node.op))
    if other is not None:
        yield f"{type(node.op).__name__} to {other.__name__}", lambda node: _with(node, op=other())
    if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
        yield "operands swapped", lambda node: _with(node, left=node.right, right=node.left)
    yield "left term dropped", lambda node: node.right
    yield "right term dropped", lambda node: node.left


def _is_mean(node: ast.BinOp) -> bool:
    """sum(x) / len(x), whatever else it may be called."""
    return isinstance(node.op, ast.Div) and [_function(side) for side in (node.left, node.right)] == ["sum", "len"]


def _function(node) -> str:
    """The name of what is called with one value, as a function or as a method."""
    if not isinstance(node, ast.Call) or len(node.args) > 1:
        return ""
    return node.func.id if isinstance(node.func, ast.Name) and node.args else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _call(node: ast.Call) -> Iterator[tuple[str, object]]:
    """Another statistic of the same numbers: with other data it would be another answer."""
    name = _function(node)
    if name in ("mean", "fmean", "average", "stdev", "pstdev") and node.args:
        yield from _statistics({"fmean": "mean", "average": "mean"}.get(name, name), node.args[0])
    elif name == "mean":
        yield "median for mean", lambda node: _with(node, func=_with(node.func, attr="median"))
        yield "midrange for mean", lambda node: _template("(x.max() + x.min()) / 2", node.func.value)
    if name in ("std", "var"):
        given = next((word.value.value for word in node.keywords if word.arg == "ddof" and isinstance(word.value, ast.Constant)), 0 if node.args else 1)
        yield "population for sample" if given else "sample for population", lambda node: _with(
            node, keywords=[word for word in node.keywords if word.arg != "ddof"] + [ast.keyword("ddof", ast.Constant(0 if given else 1))]
        )


def _statistics(name: str, values) -> Iterator[tuple[str, object]]:
    others = {
        "mean": {"median for mean": "__import__('statistics').median(list(x))", "midrange for mean": "(max(x) + min(x)) / 2"},
        "stdev": {"population for sample": "__import__('statistics').pstdev(list(x))"},
        "pstdev": {"sample for population": "__import__('statistics').stdev(list(x))"},
    }
    for words, template in others[name].items():
        yield words, lambda node, template=template: _template(template, node.args[0] if isinstance(node, ast.Call) else node.left.args[0])


def _template(text: str, values):
    """An expression in which the given one stands for x."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node):
            return copy.deepcopy(values) if node.id == "x" else node

    return Put().visit(ast.parse(text, mode="eval").body)


def _comparison(node) -> Iterator[tuple[str, object]]:
    for number, op in enumerate(node.ops):
        if type(op) in _COMPARISONS:
            yield f"boundary {number + 1} moved", lambda node, n=number: _with(node, ops=_put(node.ops, n, _COMPARISONS[type(node.ops[n])]()))
        if type(op) in _TURNED:
            yield f"comparison {number + 1} turned", lambda node, n=number: _with(node, ops=_put(node.ops, n, _TURNED[type(node.ops[n])]()))


def _constant(node) -> Iterator[tuple[str, object]]:
    value = node.value
    if isinstance(value, bool):
        yield "negated", lambda node: ast.Constant(not node.value)
    elif value in _OTHER_STATISTIC:
        yield f"{_OTHER_STATISTIC[value]} for {value}", lambda node: ast.Constant(_OTHER_STATISTIC[node.value])
    elif value == "std":
        yield "population for sample", lambda node: ast.parse("lambda each: each.std(ddof=0)", mode="eval").body
    elif isinstance(value, (int, float)):
        changes = {"times 10": value * 10, "times 100": value * 100, "a tenth": value / 10, "sign": -value, "one more": value + 1}
        if value not in (0, 1, -1):
            changes["reciprocal"] = 1 / value
            changes["a twentieth more"] = value * 1.05
        for name, changed in changes.items():
            if changed != value:
                yield name, lambda node, changed=changed: ast.Constant(changed) if changed >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-changed))


def _sequence(node) -> Iterator[tuple[str, object]]:
    count = len(node.elts)
    for number in range(count):
        if count > 1:
            yield f"item {number + 1} dropped", lambda node, n=number: _with(node, elts=node.elts[:n] + node.elts[n + 1 :])
        if isinstance(node.elts[number], ast.Constant) and isinstance(node.elts[number].value, str) and count > 1:
            other = node.elts[(number + 1) % count]
            yield f"item {number + 1} wrong", lambda node, n=number, other=other: _with(node, elts=_put(node.elts, n, other))
        if number + 1 < count and not isinstance(node, ast.Set):
            yield f"items {number + 1} and {number + 2} swapped", lambda node, n=number: _with(node, elts=_swapped(node.elts, n, n + 1))
    if count:
        yield "an item too many", lambda node: _with(node, elts=[*node.elts, node.elts[0]])


def _mapping(node) -> Iterator[tuple[str, object]]:
    count = len(node.keys)
    for number in range(count):
        yield (
            f"entry {number + 1} dropped",
            lambda node, n=number: _with(node, keys=node.keys[:n] + node.keys[n + 1 :], values=node.values[:n] + node.values[n + 1 :]),
        )
        if number + 1 < count:
            yield f"values {number + 1} and {number + 2} swapped", lambda node, n=number: _with(node, values=_swapped(node.values, n, n + 1))


def _with(node, **fields):
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _put(things: list, place: int, thing) -> list:
    return [*things[:place], thing, *things[place + 1 :]]


def _swapped(things: list, one: int, other: int) -> list:
    things = list(things)
    things[one], things[other] = things[other], things[one]
    return things
