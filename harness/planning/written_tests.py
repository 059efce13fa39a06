"""The hand-written tests of suites, known by reading their files: nothing of a suite is run for a plan."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from pathlib import Path

from harness import shipped
from harness.openapi.catalog import Catalog
from harness.planning.sent_requests import ANY, SentRequest, VariableScope, parsed, requests_in, requests_of, scope_of
from harness.planning.suite_names import fits, suite_name
from harness.vendors import VENDORS

SUITES = shipped.suites()
DRAWN = frozenset({"operation", "collection", "listing", "show"})
"""Arguments of tests that are drawn from the plan, one an operation, collection, list or read of one record."""
UNKNOWN_SETS = 3
"""Parameter sets of a test where its file does not show how many there are."""
REQUESTS_MARK = "requests"
"""The mark by which a test says how many requests it sends at most."""
TICKET_FIXTURE = "ticket"
"""The plugin's fixture by which a test makes tickets."""
PATTERNS = ("test_*.py", "*_test.py")
"""The names of files in which pytest looks for tests."""


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test function, in `classes` from the outermost. `times` is how often it runs, once for each set of its
    parameters; `ids` name some of those.

    `drawn` is the argument by which it is drawn from the plan, empty for a test of its own. `about` are the operation
    ids that its mark names, `requests` what its source shows that it sends. `vendors` are those that its marks name,
    or else its folder; none where nothing says whom it tests. `is_own` says that it is a suite of the user's, and
    `most` how many requests its mark allows it, 0 without one.
    """

    function: str
    drawn: str = ""
    times: int = 1
    ids: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    requests: frozenset[SentRequest] = frozenset()
    vendors: frozenset[str] = frozenset()
    path: Path = Path()
    is_own: bool = False
    most: int = 0
    classes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What results call it, without its parameters."""
        return suite_name(self.function, self.path, self.classes)

    def is_selected(self, vendor: str, patterns: Sequence[str], key: str = "") -> bool:
        """Whether a pattern of `--only` fits the test by its name or its function, or one of its parameter sets; `key`
        is that of what it tests.
        """
        ids = [*self.ids, *(name for other in self.ids for name in (f"{other}-{key}", f"{key}-{other}")), key]
        called = [f"{vendor}:{name}" for name in dict.fromkeys((self.name, self.function))]
        names = [*called, *(f"{name}[{parameters}]" for name in called for parameters in ids if parameters)]
        return not patterns or fits(names, patterns)

    def touches(self, vendor: str, catalog: Catalog) -> frozenset[str]:
        """The keys of the vendor's operations that it names by its mark, or that its source shows it to send."""
        matches = (catalog.match(vendor, sent.method, sent.path.replace(ANY, "1")) for sent in self.requests)
        named = {f"{vendor}:{name}" for name in self.about}
        return frozenset(named | {match.operation.key for match in matches if match})


def written_tests(vendor: str, own: Sequence[Path] = (), suites: Path = SUITES) -> tuple[WrittenTest, ...]:
    """The hand-written tests of a vendor: those that are shipped, and those of the user's own files and folders `own`.

    A file that cannot be read has none; pytest then says so.
    """
    shipped = read_folder(suites / vendor, recursive=False)
    return (*shipped, *(test for test in _own_tests(tuple(own)) if not test.vendors or vendor in test.vendors))


@cache
def _own_tests(own: tuple[Path, ...]) -> tuple[WrittenTest, ...]:
    return tuple(test for place in own for test in read_folder(place, is_own=True))


@cache
def read_folder(folder: Path, *, recursive: bool = True, is_own: bool = False) -> tuple[WrittenTest, ...]:
    """The tests of all files of a folder, or those of one file."""
    if folder.is_file():
        return read_file(folder, is_own=is_own)
    paths = [path for pattern in PATTERNS for path in _found(folder, pattern, recursive)]
    return tuple(test for path in sorted(set(paths)) for test in read_file(path, is_own=is_own))


def _found(folder: Path, pattern: str, recursive: bool) -> Iterator[Path]:
    return folder.rglob(pattern) if recursive else folder.glob(pattern)


@cache
def read_file(path: Path, *, is_own: bool = False) -> tuple[WrittenTest, ...]:
    """The tests of one file."""
    tree = parsed(path)
    return tuple(_tests_in(tree, path, is_own)) if tree else ()


def _tests_in(tree: ast.Module, path: Path, is_own: bool) -> Iterator[WrittenTest]:
    scope = scope_of(tree, path)
    of_file = [node.value for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node)]
    for node, classes, marks in _functions(tree.body, (), of_file):
        test = _test(node, tree, marks, scope, path, is_own)
        yield replace(test, classes=classes)


def _functions(
    body: Sequence[ast.stmt], classes: tuple[str, ...], marks: list[ast.expr]
) -> Iterator[tuple[ast.FunctionDef, tuple[str, ...], list[ast.expr]]]:
    """Every test function with its classes and the expressions of its marks: its own, those of its classes, and `marks`
    of what is around `body`.
    """
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node, classes, [*node.decorator_list, *marks]
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, (*classes, node.name), [*_marks_of_class(node), *marks])


def _marks_of_class(node: ast.ClassDef) -> list[ast.expr]:
    assigned = [part.value for part in node.body if isinstance(part, ast.Assign) and _is_pytestmark(part)]
    return [*node.decorator_list, *assigned]


def _test(
    node: ast.FunctionDef, tree: ast.Module, marks: list[ast.expr], scope: VariableScope, path: Path, is_own: bool
) -> WrittenTest:
    drawn = next((argument.arg for argument in node.args.args if argument.arg in DRAWN), "")
    sets = [_values(mark, tree) for mark in marks if _is_parametrize(mark)]
    times = prod(UNKNOWN_SETS if values is None else len(values) for values in sets)
    texts = _texts(value for values in sets for value in values or ())
    calls = _calls(marks)
    return WrittenTest(
        node.name,
        drawn,
        times,
        tuple(texts),
        about=frozenset(text for call in calls.get("operations", ()) for text in _texts(call.args)),
        requests=requests_of(node, scope, _requests_of_fixtures()),
        vendors=_vendors(marks) or frozenset({path.parent.name} & VENDORS.keys()),
        path=path,
        is_own=is_own,
        most=max((_number(call) for call in calls.get(REQUESTS_MARK, ())), default=0),
    )


@cache
def _requests_of_fixtures() -> Mapping[str, frozenset[SentRequest]]:
    """What the plugin's own fixtures send, of whichever vendor: a path of another one is no operation of a test's."""
    makers = (vendor.new_ticket for vendor in VENDORS.values() if vendor.new_ticket)
    return {TICKET_FIXTURE: frozenset[SentRequest]().union(*map(requests_in, makers))}


def _vendors(marks: Iterable[ast.expr]) -> frozenset[str]:
    """The vendors that marks name: `pytest.mark.NAME`."""
    names = (node.attr for mark in marks for node in ast.walk(mark) if isinstance(node, ast.Attribute))
    return frozenset(names) & VENDORS.keys()


def _calls(marks: Iterable[ast.expr]) -> Mapping[str, list[ast.Call]]:
    """The calls of marks, `pytest.mark.operations(...)`, by the mark's name, wherever they stand."""
    calls: dict[str, list[ast.Call]] = {}
    for node in (node for mark in marks for node in ast.walk(mark)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ast.unparse(node.func.value).endswith("mark"):
            calls.setdefault(node.func.attr, []).append(node)
    return calls


def _number(call: ast.Call) -> int:
    value = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else 0
    return value if isinstance(value, int) else 0


def _is_pytestmark(node: ast.Assign) -> bool:
    """Whether the marks of all tests of a file or class are assigned."""
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


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
