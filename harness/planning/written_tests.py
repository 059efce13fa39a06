"""The hand-written tests of a vendor's suites, counted by reading their files: nothing of a suite is run for a plan."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from math import prod
from pathlib import Path

from harness import shipped

SUITES = shipped.suites()
DRAWN = frozenset({"operation", "collection", "listing", "show"})
"""Arguments of tests that are drawn from the plan, one an operation, collection, list or read of one record."""
UNKNOWN_SETS = 3
"""Parameter sets of a test where its file does not show how many there are."""


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test function. `times` is how often it runs, once for each set of its parameters; `ids` name some of those.

    `drawn` is the argument by which it is drawn from the plan, empty for a test of its own. `about` are the operation
    ids that it says it is about: it runs whenever one of those does.
    """

    name: str
    drawn: str = ""
    times: int = 1
    ids: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()

    def is_selected(self, vendor: str, patterns: Sequence[str], key: str = "") -> bool:
        """Whether a pattern of `--only` fits the test, or one of its parameter sets; `key` is that of what it tests."""
        ids = [*self.ids, *(name for other in self.ids for name in (f"{other}-{key}", f"{key}-{other}")), key]
        names = (f"{vendor}:{self.name}", *(f"{vendor}:{self.name}[{name}]" for name in ids if name))
        return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


@cache
def written_tests(vendor: str, suites: Path = SUITES) -> tuple[WrittenTest, ...]:
    """The hand-written tests of a vendor; none where a file cannot be read, which pytest then reports."""
    return tuple(test for path in sorted((suites / vendor).glob("test_*.py")) for test in _tests_in(path))


def _tests_in(path: Path) -> Iterator[WrittenTest]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    about_all = _about(node.value for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node))
    classes = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in chain(tree.body, *classes):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            drawn = next((argument.arg for argument in node.args.args if argument.arg in DRAWN), "")
            sets = [_values(decorator, tree) for decorator in node.decorator_list if _is_parametrize(decorator)]
            times = prod(UNKNOWN_SETS if values is None else len(values) for values in sets)
            texts = _texts(value for values in sets for value in values or ())
            yield WrittenTest(node.name, drawn, times, tuple(texts), about_all | _about(node.decorator_list))


def _is_pytestmark(node: ast.Assign) -> bool:
    """Whether the marks of all tests of a file are assigned."""
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _about(marks: Iterable[ast.expr]) -> frozenset[str]:
    """The operation ids in `pytest.mark.operations(...)`, wherever it stands in these expressions."""
    calls = (node for mark in marks for node in ast.walk(mark) if isinstance(node, ast.Call))
    named = (call for call in calls if ast.unparse(call.func).endswith("mark.operations"))
    return frozenset(text for call in named for text in _texts(call.args))


def _is_parametrize(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.parametrize")


def _values(decorator: ast.expr, tree: ast.Module) -> list[ast.expr] | None:
    """The parameter sets that a `parametrize` lists, itself or by the name of a list of its file."""
    assert isinstance(decorator, ast.Call)
    values = decorator.args[1] if len(decorator.args) > 1 else None
    if isinstance(values, ast.Name):
        values = _assigned(values.id, tree)
    return values.elts if isinstance(values, ast.List | ast.Tuple) else None


def _assigned(name: str, tree: ast.Module) -> ast.expr | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == name for at in node.targets):
            return node.value
    return None


def _texts(values: Iterable[ast.expr]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str | int):
            yield str(value.value)
