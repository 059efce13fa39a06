"""The page of all messages and their remedies, made from the places in the code that raise an error for a user."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from harness import errors
from harness.errors import DeskcheckError
from harness.reference.markdown_table import plain, table

_PACKAGE = Path(errors.__file__).parent
_GAP = "…"
"""Stands for the part of a message that differs from case to case."""

_HEAD = """# Troubleshooting by message

deskcheck says what happened, where, and what to do next. Search this page for the words of a message; `…` stands for
what differs from case to case. Where a column is empty, the message itself says all. What can stand between deskcheck
and an org, and what a vendor says of it: [doctor](doctor.md).

A line `that is an error of deskcheck itself` means what it says: please report it with the lines above.

This page is made from the code that raises the messages: `python -m harness.reference` writes it anew.
"""

AREAS: Mapping[str, str] = {
    "cli": "Command line",
    "planning": "Selection and options of a run",
    "settings.py": "deskcheck.toml, secrets and proxies",
    "run": "A run",
    "execution": "Requests and replay",
    "sandbox": "The embedded sandbox",
    "results": "Kept runs and baselines",
    "openapi": "Documents and overlays",
    "checks": "Waivers, tiers and comparisons",
    "ledger": "Ledgers and sweeping",
    "tokens": "Access tokens and shared stores",
    "traffic": "Recordings",
}
"""The sections of the page in their order, each by the folder or file of the package that it begins with."""

_JOINED = {
    "config_schema.py": "settings.py",
    "contract": "openapi",
    "errors.py": "run",
    "export": "execution",
    "formats": "settings.py",
    "private_files.py": "tokens",
    "quota": "tokens",
    "report": "results",
    "review": "checks",
    "risk": "checks",
    "routes.py": "settings.py",
    "secret_references.py": "settings.py",
    "target_keys.py": "settings.py",
    "transport": "execution",
    "vendors": "settings.py",
}
"""Folders and files whose messages stand in the section of another."""


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One message as the code has it, with the exit code of its error; `area` is a key of `AREAS`."""

    area: str
    what: str
    remedy: str
    exit_code: int


def text() -> str:
    """The whole page."""
    rows = messages()
    return _HEAD + "".join(_section(title, [row for row in rows if row.area == area]) for area, title in AREAS.items())


def _section(title: str, rows: list[Message]) -> str:
    cells = ((plain(row.what), plain(row.remedy), str(row.exit_code)) for row in rows)
    return f"\n## {title}\n\n{table(('message', 'what to do', 'exit code'), cells)}"


def messages() -> list[Message]:
    """Every message that stands in the code in words, each once, sorted."""
    found = {message for path in sorted(_PACKAGE.rglob("*.py")) for message in _messages_of(path)}
    return sorted(found)


def _messages_of(path: Path) -> Iterator[Message]:
    parts = path.relative_to(_PACKAGE).with_suffix("").parts
    place = path.relative_to(_PACKAGE).parts[0]
    if place == "data":  # suites of an installation, which raise errors of their own
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function, call, kind in (*_raised(tree), *_of_classes(tree)):
        source = _ModuleSource(function, call, ".".join(("harness", *parts)))
        for what, remedy in source.pairs():
            yield Message(_JOINED.get(place, place), what, remedy, _kinds()[kind].exit_code)


@cache
def _kinds() -> Mapping[str, type[DeskcheckError]]:
    """Every class of error for a user, by its name."""
    classes = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    return {name: value for name, value in classes.items() if issubclass(value, DeskcheckError)}


def _raised(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call, str]]:
    """The calls that make an error for a user, each with its function and the name of the class."""
    for function in _functions(tree):
        for call in _error_calls(function):
            yield function, call, ast.unparse(call.func)


def _of_classes(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call, str]]:
    """The same of errors that have their words in the class itself."""
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef) and kind.name in _kinds():
            for node in ast.walk(kind):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
                    yield kind, node, kind.name


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _error_calls(function: ast.AST) -> Iterator[ast.Call]:
    """The calls that make an error for a user."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _kinds():
            yield node


@dataclass(frozen=True, slots=True)
class _ModuleSource:
    """A call that makes an error, with the function that it stands in and the name of its module."""

    function: ast.AST
    call: ast.Call
    module: str

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each message that the call can give, with its remedy."""
        given = next((keyword.value for keyword in self.call.keywords if keyword.arg == "remedy"), None)
        whats = self._texts(self.call.args[0]) if self.call.args else []
        remedies = self._texts(given) if given else []
        if len(remedies) != len(whats):  # not one for each
            remedies = [" Or: ".join(remedies)] * len(whats)
        return zip(whats, remedies, strict=True)

    def _texts(self, node: ast.expr) -> list[str]:
        """The texts that an expression can be, as far as its words stand in the code."""
        if isinstance(node, ast.IfExp):
            return [*self._texts(node.body), *self._texts(node.orelse)]
        if isinstance(node, ast.Name) and (values := _last_values(self.function, node.id, self.call)):
            return [text for value in values for text in self._texts(value)]
        shown = " ".join(self._shown(node).split())
        return [shown] if any(character.isalpha() for character in shown) else []

    def _shown(self, node: ast.expr) -> str:
        """An expression as a message shows it, with a gap for each part that is only known when it is raised."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr(values=values):
                return "".join(map(self._shown, values))
            case ast.FormattedValue(value=value, conversion=conversion):
                return f"{self._shown(value)!r}" if conversion == ord("r") else self._shown(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._shown(left) + self._shown(right)
            case ast.Call(func=ast.Attribute(value=value, attr="strip")):
                return self._shown(value)
            case ast.Call(func=ast.Name(id="command_line"), args=words):
                return " ".join(("deskcheck", *map(self._shown, words)))
            case ast.Starred(value=value):
                return self._shown(value)
            case ast.Name(id=name):
                constant = getattr(import_module(self.module), name, _GAP)
                return constant if isinstance(constant, str) else _GAP
        return _GAP


def _last_values(function: ast.AST, name: str, call: ast.Call) -> list[ast.expr]:
    """What a name was given last before a call: one value, or one a branch of the statement that gives it."""
    before: list[ast.stmt] = []
    for block in _blocks(function):
        at = next((index for index, statement in enumerate(block) if _holds(statement, call)), None)
        before += block[:at] if at is not None else []
    given = ([value for key, value in _assignments(statement) if key == name] for statement in reversed(before))
    return next((values for values in given if values), [])


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a function, an outer one before those within it."""
    for node in ast.walk(function):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def _holds(statement: ast.stmt, call: ast.Call) -> bool:
    return any(node is call for node in ast.walk(statement))


def _assignments(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are given in a statement; `a, b = c, d` is two."""
    for node in ast.walk(statement):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(map(ast.unparse, target.elts), node.value.elts, strict=False)
