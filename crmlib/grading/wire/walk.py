"""A cell read in the order in which it runs: which names have surely got a value at a place, and which are read before that.

In doubt a name has no value yet: it is then asked for, which costs nothing; one that is overlooked would cost an honest answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from crmlib.grading.wire.expressions import OWN, Defined, Reading, vanishing

# Context managers that swallow no exception: whoever stands behind such a block has run all of it.
_PLAIN_CONTEXTS = {"open", "catch_warnings", "redirect_stdout", "redirect_stderr", "option_context", "localcontext", "errstate", "rc_context", "nullcontext"}

Ends = Defined | None  # what is defined after some statements; None where they never come to their end


class Walk(Reading):
    """``read``: where no value is sure yet; ``called``: read by functions; ``bound`` and ``deleted``: anywhere in the cell."""

    def cell(self, tree: ast.Module) -> None:
        """Read a whole cell."""
        gone = vanishing([tree])
        self._unsure = gone & {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        defined = self._block(tree.body, frozenset()) or frozenset()
        for name in list(self._waiting):
            self._call(self._waiting[name], defined)
        self.read |= (self.called | self._late) & gone  # what runs later, or under another name, may have missed it

    def _block(self, statements: Iterable[ast.stmt], defined: Defined) -> Ends:
        for statement in statements:
            after = getattr(self, f"_{type(statement).__name__.lower()}", self._plain)(statement, defined)
            if after is None:
                return None
            defined = after
        return defined

    def _plain(self, node: ast.stmt, defined: Defined) -> Defined:
        return self._value(node, defined)

    def _assign(self, node: ast.Assign, defined: Defined) -> Defined:
        if isinstance(node.value, ast.Lambda) and all(isinstance(target, ast.Name) for target in node.targets):
            defined = self._all([*node.value.args.defaults, *node.value.args.kw_defaults], defined)
            for target in node.targets:
                self._wait(target.id, self._scope(node.value))  # type: ignore[attr-defined]  # all of them are names
            return self._targets(node.targets, defined)
        return self._targets(node.targets, self._value(node.value, defined))

    def _augassign(self, node: ast.AugAssign, defined: Defined) -> Defined:
        if isinstance(node.target, ast.Name):
            self._load(node.target.id, defined)
        return self._targets([node.target], self._value(node.value, defined))

    def _annassign(self, node: ast.AnnAssign, defined: Defined) -> Defined:
        self._value(node.annotation, defined)
        if node.value is None:
            return defined if isinstance(node.target, ast.Name) else self._value(node.target, defined)
        return self._targets([node.target], self._value(node.value, defined))

    def _delete(self, node: ast.Delete, defined: Defined) -> Defined:
        for name in (part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)):
            self._load(name, defined)
        gone = vanishing([node])
        self.deleted |= gone
        return defined - gone - {OWN + name for name in gone}

    def _import(self, node: ast.Import | ast.ImportFrom, defined: Defined) -> Defined:
        for alias in node.names:
            defined = defined if alias.name == "*" else self._bind((alias.asname or alias.name).partition(".")[0], defined)
        return defined

    _importfrom = _import

    def _global(self, node: ast.Global, defined: Defined) -> Defined:
        if self._classes:
            self._classes[-1] |= {*node.names}
        return defined

    def _typealias(self, node, defined: Defined) -> Defined:
        self._value(node.value, defined)
        return self._bind(node.name.id, defined)

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, defined: Defined) -> Defined:
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *(each for each in (given.vararg, given.kwarg) if each)]
        defined = self._all([*node.decorator_list, *given.defaults, *given.kw_defaults], defined)
        self._all([*(each.annotation for each in every), node.returns, *getattr(node, "type_params", ())], defined, _parameters(node))
        read = self._scope(node)
        if node.decorator_list:
            self._call(read, defined)
        self._wait(node.name, read)
        return self._bind(node.name, defined)

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef, defined: Defined) -> Defined:
        defined = self._all(node.decorator_list, defined)
        self._all([*node.bases, *(each.value for each in node.keywords), *getattr(node, "type_params", ())], defined, _parameters(node))
        read = self._scope(node)
        self._classes.append(set())
        self._block(node.body, frozenset(name for name in defined if not name.startswith(OWN)))
        self._classes.pop()
        if node.decorator_list or node.bases or node.keywords:
            self._call(read, defined)  # who makes the class may call what it holds
        self._wait(node.name, read)
        return self._bind(node.name, defined)

    def _wait(self, name: str, read: set[str]) -> None:
        self._waiting.setdefault(name, set()).update(read)

    def _if(self, node: ast.If, defined: Defined) -> Ends:
        defined = self._value(node.test, defined)
        return _meet([self._block(node.body, defined), self._block(node.orelse, defined)])

    def _for(self, node: ast.For | ast.AsyncFor, defined: Defined) -> Defined:
        defined = self._value(node.iter, defined)
        lasting = self._lasting([node], defined)
        self._block(node.body, self._targets([node.target], lasting))
        self._block(node.orelse, lasting)
        return lasting

    _asyncfor = _for

    def _while(self, node: ast.While, defined: Defined) -> Defined:
        lasting = self._lasting([node], defined)
        tested = self._value(node.test, lasting)
        self._block(node.body, tested)
        self._block(node.orelse, tested)
        return lasting

    def _with(self, node: ast.With | ast.AsyncWith, defined: Defined) -> Ends:
        return self._inside(list(node.items), node.body, defined)

    _asyncwith = _with

    def _inside(self, items: list[ast.withitem], body: list[ast.stmt], defined: Defined) -> Ends:
        if not items:
            return self._block(body, defined)
        entered = self._value(items[0].context_expr, defined)
        named = self._targets([items[0].optional_vars] if items[0].optional_vars else [], entered)
        after = self._inside(items[1:], body, named)
        if isinstance(items[0].context_expr, ast.Call) and _name(items[0].context_expr.func) in _PLAIN_CONTEXTS - self.bound:
            return after
        return self._lasting(body, named)  # it may swallow what was raised anywhere in the block

    def _try(self, node, defined: Defined) -> Ends:
        raised = self._lasting([*node.body], defined)
        body = self._block(node.body, defined)
        ends: list[Ends] = [None if body is None else self._block(node.orelse, body)]
        for handler in node.handlers:
            self._value(handler.type, raised)
            caught = self._bind(handler.name, raised) if handler.name else raised
            after = self._block(handler.body, caught)
            ends.append(after if after is None or not handler.name else after - {handler.name, OWN + handler.name})
            self.deleted |= {handler.name} - {None} if not self._classes else set()
        before = self._lasting([*node.body, *node.handlers, *node.orelse], defined)
        last = self._block(node.finalbody, before)
        after = _meet(ends)
        if after is None or last is None:
            return None
        return self._lasting(node.finalbody, after) | (last - before)

    _trystar = _try

    def _match(self, node: ast.Match, defined: Defined) -> Defined:
        defined = self._value(node.subject, defined)
        lasting = self._lasting([node], defined)
        for case in node.cases:
            matched = lasting
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.expr):
                    self._value(part, lasting)
                for name in filter(None, (getattr(part, "name", None), getattr(part, "rest", None))):
                    matched = self._bind(name, matched)
            self._block(case.body, self._value(case.guard, matched))
        return lasting

    def _lasting(self, nodes: Iterable[ast.AST], defined: Defined) -> Defined:
        """What is still defined wherever in these statements one is."""
        gone = vanishing(nodes)
        return defined - gone - {OWN + name for name in gone}

    def _raise(self, node: ast.Raise, defined: Defined) -> None:
        self._value(node, defined)

    def _break(self, node: ast.stmt, defined: Defined) -> None:
        """Nothing behind it in its block is reached."""

    _continue = _break

    def _assert(self, node: ast.Assert, defined: Defined) -> Ends:
        after = self._value(node.test, defined)
        self._value(node.msg, after)
        return None if isinstance(node.test, ast.Constant) and not node.test.value else after


def _meet(ends: list[Ends]) -> Ends:
    """What is defined whichever way was taken; ways that come to no end do not count."""
    reached = [end for end in ends if end is not None]
    return frozenset.intersection(*reached) if reached else None


def _parameters(node: ast.AST) -> frozenset[str]:
    """The type variables of a function or class, which are its own."""
    return frozenset(each.name for each in getattr(node, "type_params", ()))


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))
