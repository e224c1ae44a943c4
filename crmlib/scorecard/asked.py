"""What every graded cell asks for, found by running the instructor's own notebook beside checks that only listen."""

from __future__ import annotations

import ast
import contextlib
import io
import math
import numbers
from dataclasses import dataclass, field
from types import SimpleNamespace

from crmlib import check
from crmlib.check import kinds
from crmlib.check.functions import Labels, Several

_KINDS = {"number": kinds.Number, "numbers": kinds.Numbers, "choice": kinds.Choice, "items": kinds.Items, "ordering": kinds.Ordering, "table": kinds.Table}


@dataclass(frozen=True)
class Asked:
    """One check of a graded cell: the name that holds the answer, how it is checked, and what the key is."""

    test: str
    name: str
    how: str
    given: dict = field(hash=False)

    @property
    def kind(self):
        """The kind with its key, as the check itself would make it."""
        given, how = self.given, self.how
        if how == "function":
            unit, relative, absolute = given.get("unit", ""), given.get("relative", 0.005), given.get("absolute", 0.0)
            if given.get("options") is not None:
                return Labels(given["options"])
            return Several(given["count"], unit, relative, absolute) if given.get("count") else kinds.Number(None, unit, relative, absolute)
        if how == "matching":
            return kinds.Matching(given["expected"], given["keys"], given["options"])
        wanted = {
            "number": ("unit", "relative", "absolute"),
            "numbers": ("count", "unit", "relative", "absolute"),
            "table": ("columns", "relative", "absolute", "options"),
        }
        return _KINDS[how](given["expected"], **{key: given[key] for key in wanted.get(how, ("options",)) if key in given})


class Found:
    """What running a notebook brought to light."""

    def __init__(self):
        self.asked: dict[str, list[Asked]] = {}
        self.seen: dict[tuple[str, int], list[float]] = {}  # (cell, place of an operation in its code) → the numbers that it gave


def listen(cells) -> Found:
    """Run all code cells of a source notebook with its solutions; answers are watched, graded checks only noted."""
    found, namespace, answered = Found(), {"__name__": "__main__"}, set()
    for cell in cells:
        if cell.kind != "code":
            continue
        text = cell.model if cell.takes_answer else cell.full
        if cell.takes_answer:
            answered |= {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
            answered |= {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        if "check" in namespace:
            namespace["check"] = _listening(cell, found, namespace, answered)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(_watched(text, cell.id, found, namespace) if cell.takes_answer else text, cell.id, "exec"), namespace)
    return found


def _listening(cell, found: Found, namespace: dict, answered: set[str]):
    def noting(how):
        def note(received, expected=kinds.MISSING, **given):
            if expected is not kinds.MISSING:
                given["expected"] = expected
            if "expected" in given or "cases" in given:
                name = next((name for name in sorted(answered) if namespace.get(name) is received and name in cell.full), "")
                found.asked.setdefault(cell.id, []).append(Asked(cell.id, name, how, given))
            if how == "function":  # so that the operations inside it are seen at work
                for arguments, _ in given.get("cases", ()):
                    with contextlib.suppress(Exception):
                        received(**arguments)

        return note

    quiet = {name: (lambda *_, **__: None) for name in ("practice", "options")}
    return SimpleNamespace(**{name: noting(name) for name in (*_KINDS, "matching", "function")}, **quiet, FormError=check.FormError)


def _watched(text: str, cell: str, found: Found, namespace: dict):
    """The code with every operation reporting what it gives."""
    tree = ast.parse(text)
    for place, node in enumerate(ast.walk(tree)):
        vars(node)["place"] = place

    class Watch(ast.NodeTransformer):
        def visit_BinOp(self, node):
            place = node.place
            self.generic_visit(node)
            return ast.copy_location(ast.Call(ast.Name("__saw__", ast.Load()), [ast.Constant(place), node], []), node)

    def saw(place, value):
        values = value.tolist() if hasattr(value, "tolist") else [value]
        numeric = [float(each) for each in (values if isinstance(values, list) else [values]) if isinstance(each, numbers.Real) and not isinstance(each, bool)]
        found.seen.setdefault((cell, place), []).extend(each for each in numeric if math.isfinite(each))
        return value

    namespace["__saw__"] = saw
    return ast.fix_missing_locations(Watch().visit(tree))
