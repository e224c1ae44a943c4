"""What a cell's expressions and functions read where a name has surely got no value yet.

What a function reads counts from the place where it can first be called: where its own name is read, or at the end of the
cell. Python's own symbol table tells a function's variables from the cell's.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator

OWN = "."  # before a name that has its value in the body of a class, where the functions inside do not see it

Defined = frozenset[str]


class Reading:
    """Goes through expressions; what it finds is said in ``Walk``."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.called: set[str] = set()
        self.bound: set[str] = set()
        self.deleted: set[str] = set()
        self._waiting: dict[str, set[str]] = {}  # by the name of a function or class: what is read when it is called
        self._late: set[str] = set()  # read by generators, which run when somebody asks them
        self._classes: list[set[str]] = []  # of each class body around this place the names that it declares global
        self._unsure: frozenset[str] = frozenset()  # a function may delete it at any time

    # ---------------------------------------------------------------------------------------- names
    def _load(self, name: str, defined: Defined) -> None:
        if name not in defined and OWN + name not in defined:
            self.read.add(name)
        self._call(self._waiting.get(name, ()), defined)

    def _call(self, names: Iterable[str], defined: Defined) -> None:
        """Functions may be called here: these names are read now, and what is read by functions among them."""
        met: set[str] = set()
        left = list(names)
        while left:
            name = left.pop()
            if name not in met:
                met.add(name)
                if name not in defined:
                    self.read.add(name)
                left += self._waiting.get(name, ())

    def _bind(self, name: str, defined: Defined) -> Defined:
        if self._classes and name not in self._classes[-1]:
            return defined | {OWN + name}
        self.bound.add(name)
        return defined if name in self._unsure else defined | {name}

    def _scope(self, node: ast.AST) -> set[str]:
        """What the functions in a piece of code read of the cell's names; what they bind and delete there is noted."""
        read: set[str] = set()
        for table in _functions(symtable.symtable(ast.unparse(node), "cell", "exec")):
            for symbol in table.get_symbols():
                name = symbol.get_name()
                if symbol.is_global():
                    read |= {name} if symbol.is_referenced() else set()
                    self.bound |= {name} if symbol.is_assigned() else set()
                elif table.get_type() == "class" and symbol.is_referenced() and not symbol.is_free():
                    read.add(name)  # a class in a function may read it before it gives it a value
        self.called |= read
        self.deleted |= self._unsure & vanishing([node])
        return read

    # ---------------------------------------------------------------------------------------- expressions
    def _value(self, node: ast.AST | None, defined: Defined, inner: frozenset[str] = frozenset()) -> Defined:
        """Read an expression in the order in which it runs; ``inner`` are variables of comprehensions around it."""
        if node is None:
            return defined
        if isinstance(node, ast.Name):
            if node.id not in inner:
                self._load(node.id, defined)
            return defined
        if isinstance(node, ast.NamedExpr):
            return self._bind(node.target.id, self._value(node.value, defined, inner))
        if isinstance(node, ast.BoolOp):
            return self._perhaps(node.values[:1], node.values[1:], defined, inner)
        if isinstance(node, ast.Compare):
            return self._perhaps([node.left, *node.comparators[:1]], node.comparators[1:], defined, inner)
        if isinstance(node, ast.IfExp):
            tested = self._value(node.test, defined, inner)
            return self._value(node.body, tested, inner) & self._value(node.orelse, tested, inner)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            return self._comprehension(node, defined, inner)
        if isinstance(node, ast.Lambda):
            defined = self._all([*node.args.defaults, *node.args.kw_defaults], defined, inner)
            self._call(self._scope(node) - inner, defined)
            return defined
        if isinstance(node, ast.Dict):
            return self._all([part for pair in zip(node.keys, node.values) for part in pair], defined, inner)
        return self._all(ast.iter_child_nodes(node), defined, inner)

    def _all(self, nodes: Iterable[ast.AST | None], defined: Defined, inner: frozenset[str] = frozenset()) -> Defined:
        for node in nodes:
            defined = self._value(node, defined, inner)
        return defined

    def _perhaps(self, first: Iterable[ast.AST], rest: Iterable[ast.AST], defined: Defined, inner: frozenset[str]) -> Defined:
        surely = self._all(first, defined, inner)
        self._all(rest, surely, inner)
        return surely

    def _comprehension(self, node, defined: Defined, inner: frozenset[str]) -> Defined:
        after = self._value(node.generators[0].iter, defined, inner)
        inside = frozenset(name for name in after if not name.startswith(OWN))
        for place, loop in enumerate(node.generators):
            if place:
                inside = self._value(loop.iter, inside, inner)
            inner |= frozenset(_stored(loop.target))
            inside = self._all([loop.target, *loop.ifs], inside, inner)
        self._all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inside, inner)
        if isinstance(node, ast.GeneratorExp):  # may run much later
            self._late |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - inner
        return after

    def _targets(self, nodes: Iterable[ast.AST], defined: Defined) -> Defined:
        """Give names a value, in whatever list, attribute or entry they stand."""
        for node in nodes:
            if isinstance(node, ast.Name):
                defined = self._bind(node.id, defined)
            elif isinstance(node, (ast.Tuple, ast.List)):
                defined = self._targets(node.elts, defined)
            elif isinstance(node, ast.Starred):
                defined = self._targets([node.value], defined)
            else:
                defined = self._value(node, defined)
        return defined


def _stored(target: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))


def vanishing(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names that are taken away anywhere in these nodes: by ``del``, or at the end of an ``except``."""
    parts = [part for node in nodes for part in ast.walk(node)]
    deleted = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del)}
    return frozenset(deleted | {part.name for part in parts if isinstance(part, ast.ExceptHandler) and part.name})


def _functions(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """The functions in a scope, and every scope within these."""
    for inner in table.get_children():
        if inner.get_type() == "function":
            yield from _scopes(inner)
        else:  # the body of a class runs where it stands; type variables have scopes of their own
            yield from _functions(inner)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _scopes(inner)
