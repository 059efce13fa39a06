"""The requests that the source of a hand-written test shows, found by reading it: nothing of a suite is run."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

ANY = "*"
"""Stands in a path for what only the running test knows, such as an id."""

_METHODS = {"get": "GET", "post": "POST", "post_at_once": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request as the source shows it. `path` begins with a slash and has no query; `ANY` stands for an id in it."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class VariableScope:
    """What a test can call, and the texts that it can name: those of its file, its conftest files and its helpers."""

    functions: Mapping[str, _Function]
    texts: Mapping[str, str]


_NOTHING = VariableScope({}, {})


def scope_of(tree: ast.Module, path: Path) -> VariableScope:
    """The scope of a test file: what is nearest to the test comes before what lies further up."""
    functions: dict[str, _Function] = {}
    texts: dict[str, str] = {}
    for module in (*_conftests(path), *_helpers(tree, path), tree):
        functions |= {node.name: node for node in ast.walk(module) if isinstance(node, _Function)}
        texts |= _assigned_texts(module.body, texts)
    return VariableScope(functions, texts)


def requests_of(
    test: _Function, scope: VariableScope, given: Mapping[str, Iterable[SentRequest]] = MappingProxyType({})
) -> frozenset[SentRequest]:
    """The requests of a test, of the functions that it calls, and of the fixtures that it asks for.

    `given` are those of fixtures that lie in no file of the suite, by name; one of the suite's own replaces them.
    """
    reached = list(_reached(test, scope))
    names = set().union(*map(_fixtures_of, reached)) - scope.functions.keys()
    from_elsewhere = (request for name in sorted(names & given.keys()) for request in given[name])
    return frozenset(request for function in reached for request in _sent_in(function, scope)).union(from_elsewhere)


def requests_in(function: Callable[..., Any]) -> frozenset[SentRequest]:
    """The requests of a function of ours that is loaded already."""
    tree = ast.parse(inspect.getsource(function))
    return frozenset(
        request for node in tree.body if isinstance(node, _Function) for request in _sent_in(node, _NOTHING)
    )


def _conftests(path: Path) -> Iterator[ast.Module]:
    """The conftest files that pytest loads for a test file, the outermost first."""
    for folder in reversed(path.parents):
        if tree := parsed(folder / "conftest.py"):
            yield tree


def _helpers(tree: ast.Module, path: Path) -> Iterator[ast.Module]:
    """The files of the suite's folder from which a test file imports."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            file = path.parent.joinpath(*node.module.split(".")).with_suffix(".py")
            if helper := parsed(file):
                yield helper


def parsed(path: Path) -> ast.Module | None:
    """A Python file as its syntax tree; None where there is none, or it cannot be read (pytest then says so)."""
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None


def _reached(test: _Function, scope: VariableScope) -> Iterator[_Function]:
    """The test, and each function whose name it or one of those holds, as a call or as a fixture's argument."""
    waiting, seen = [test], {test.name}
    while waiting:
        function = waiting.pop()
        yield function
        names = _names_in(function) & scope.functions.keys() - seen
        seen |= names
        waiting += [scope.functions[name] for name in sorted(names)]


def _names_in(function: _Function) -> set[str]:
    names = _fixtures_of(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)  # self.helper()
    return names


def _fixtures_of(function: _Function) -> set[str]:
    """The names of the fixtures that a function may ask for: its arguments, and those that its mark lists."""
    names = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if _is_usefixtures(node):
            names |= {value.value for value in node.args if _is_text(value)}  # type: ignore[attr-defined]
    return names


def _is_usefixtures(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.usefixtures")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sent_in(function: _Function, scope: VariableScope) -> Iterator[SentRequest]:
    """Every call of a client, or of the fixture `own`, in one function whose path begins as a path does."""
    assignments = (node for node in ast.walk(function) if isinstance(node, ast.stmt))
    texts = {**scope.texts, **_assigned_texts(assignments, scope.texts)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args:
            for method, path in _method_and_path(node, texts):
                if path.startswith("/"):
                    yield SentRequest(method, path.partition("?")[0])


def _method_and_path(call: ast.Call, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Method and path of each request that a call sends; none where it is no call that sends any."""
    match call.func:
        case ast.Attribute(attr=name) if name in _METHODS:
            yield _METHODS[name], _text(call.args[0], texts)
        case ast.Attribute(attr="call") if len(call.args) > 1:
            yield _text(call.args[0], texts).upper(), _text(call.args[1], texts)
        case ast.Name(id="own"):
            collection = _text(call.args[0], texts)
            yield from (("POST", collection), ("GET", f"{collection}/{ANY}"))


def _assigned_texts(statements: Iterable[ast.stmt], known: Mapping[str, str]) -> dict[str, str]:
    """The texts that names are assigned, several of one statement (`A, B = "/a", "/b"`) included."""
    texts = dict(known)
    for node in statements:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            texts |= {name: _text(value, texts) for name, value in _pairs(target, node.value)}
    return texts


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, its_value in zip(target.elts, value.elts, strict=False):
            yield from _pairs(part, its_value)


def _text(node: ast.expr, texts: Mapping[str, str]) -> str:
    """An expression as text, with `ANY` for each part that the source does not show."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, texts) for part in parts)
        case ast.FormattedValue(value=value):
            return _text(value, texts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, texts) + _text(right, texts)
        case ast.Name(id=name):
            return texts.get(name, ANY)
        case _:
            return ANY
