"""The requests that the source of a hand-written test shows, found by reading it: nothing of a suite is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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


def scope_of(tree: ast.Module, path: Path) -> VariableScope:
    """The scope of a test file: what is nearest to the test comes before what lies further up."""
    functions: dict[str, _Function] = {}
    texts: dict[str, str] = {}
    for module in (*_conftests(path), *_helpers(tree, path), tree):
        functions |= {node.name: node for node in ast.walk(module) if isinstance(node, _Function)}
        texts |= _assigned_texts(module.body, texts)
    return VariableScope(functions, texts)


def requests_of(test: _Function, scope: VariableScope) -> frozenset[SentRequest]:
    """The requests of a test, of the functions that it calls, and of the fixtures that it asks for."""
    return frozenset(request for function in _reached(test, scope) for request in _sent_in(function, scope))


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
    names = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)  # self.helper()
        elif _is_usefixtures(node):
            names |= {value.value for value in node.args if _is_text(value)}  # type: ignore[attr-defined]
    return names


def _is_usefixtures(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.usefixtures")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sent_in(function: _Function, scope: VariableScope) -> Iterator[SentRequest]:
    """Every call of a client in one function whose path begins as a path does."""
    assignments = (node for node in ast.walk(function) if isinstance(node, ast.stmt))
    texts = {**scope.texts, **_assigned_texts(assignments, scope.texts)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            method, place = _method_and_path(node.func.attr, node.args, texts)
            path = _text(place, texts).partition("?")[0] if place is not None else ""
            if method and path.startswith("/"):
                yield SentRequest(method, path)


def _method_and_path(name: str, arguments: list[ast.expr], texts: Mapping[str, str]) -> tuple[str, ast.expr | None]:
    """The method of a client's call and the expression of its path; no method where it is no such call."""
    if name in _METHODS:
        return _METHODS[name], arguments[0]
    if name == "call" and len(arguments) > 1:
        return _text(arguments[0], texts).upper(), arguments[1]
    return "", None


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
