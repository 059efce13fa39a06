"""`python -m benchmarks.module_moves [CHECKOUT]`: how often a run goes back up the layers, and what it loads twice.

The functions of harness/ are put in the order of their first call in the process of `deskcheck run`. Where the next
function stands in another module (a file or folder at the top level of harness/), that is a move between modules; it
goes up where the next module stands in a higher layer, by the layers in the checkout's own pyproject.toml. Module
bodies, lambdas, comprehensions and functions inside functions are left out; class bodies, which run at import, count as
functions, and a second line leaves them out too. A third line counts real calls: the
first call of each function that came from another module, and how many of these came from a lower one (a callback). The
cache is cold at first, so that reading the documents counts as well. Commit 6a2cc86 has 168 moves with a cold cache, 77
of them up; the progress line, drawn by the clock, may add one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.checkout import HERE, RUN_ONE_OPERATION, Checkout

PROBE = Path(__file__).with_name("probe_calls.py")
LOADED = (
    "settings.load", "planning.run_context.build", "openapi.document_cache.open_documents", "resources.cleanup.load",
    "planning.plan.make",
)  # fmt: skip
"""Functions to be called once a process, by module and name."""
MOST_PAIRS = 15


@dataclass(frozen=True)
class Function:
    """A function of harness/ and how often one process called it."""

    file: str
    name: str
    calls: int
    is_function: bool
    """Not so for the body of a class."""
    caller: str = ""
    """The file of harness/ from which it was called first; empty where none did."""

    @property
    def module(self) -> str:
        """The file or folder at the top level of harness/."""
        return top(self.file)

    @property
    def dotted(self) -> str:
        """Its name below harness: `risk.overrides.load`."""
        return f"{self.file.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}.{self.name}"


@dataclass(frozen=True)
class Move:
    """Two functions whose first calls follow each other, in different modules."""

    before: Function
    after: Function
    up: bool


def top(file: str) -> str:
    """The file or folder at the top level of harness/ that a file lies in."""
    return file.split("/")[0].removesuffix(".py")


def calls_upward(functions: Sequence[Function], layers: Sequence[set[str]]) -> tuple[int, list[Function]]:
    """How many functions were called first from another module, and those that a lower one called."""
    height = {module: -depth for depth, layer in enumerate(layers) for module in layer}
    called = [
        function
        for function in functions
        if function.is_function and function.caller and top(function.caller) != function.module
    ]
    return len(called), [function for function in called if height[function.module] > height[top(function.caller)]]


def moves(functions: Sequence[Function], layers: Sequence[set[str]]) -> list[Move]:
    """All moves between modules; `functions` are in the order of their first calls."""
    height = {module: -depth for depth, layer in enumerate(layers) for module in layer}
    ordered = [function for function in functions if "<" not in function.name]
    return [
        Move(before, after, height[after.module] > height[before.module])
        for before, after in pairwise(ordered)
        if before.module != after.module
    ]


def main() -> int:
    """Run one operation with a cold cache, then with a warm one, and print the moves and loads of both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.module_moves", description=__doc__)
    parser.add_argument("checkout", nargs="?", type=Path, default=HERE, help="the code to measure; this one by default")
    parser.add_argument("--count", nargs="+", default=LOADED, metavar="FUNCTION", help="count calls of these instead")
    parser.add_argument("--workers", default="1", help="of the run; with 1 the command tests in its own process")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deskcheck-moves-") as folder:
        checkout = Checkout(options.checkout.resolve(), Path(folder))
        for cache in ("cold", "warm"):
            measured = Path(folder, cache)
            measured.mkdir()
            words = [*RUN_ONE_OPERATION, f"--workers={options.workers}", f"--report-dir={folder}/report-{cache}"]
            ended = checkout.run(words, PROBE, measured)
            if ended.exit_code:
                sys.exit(ended.output)
            print(f"{cache} cache")
            print_moves(read(measured / f"{ended.pid}.json"), checkout.layers())
            print_loads([read(file) for file in measured.iterdir()], options.count)
    return 0


def read(file: Path) -> list[Function]:
    return [Function(*call) for call in json.loads(file.read_text())]


def print_moves(functions: Sequence[Function], layers: Sequence[set[str]]) -> None:
    all_moves = moves(functions, layers)
    upward = [move for move in all_moves if move.up]
    narrow = moves([function for function in functions if function.is_function], layers)
    print(f"  moves between modules: {len(all_moves)}, of them up: {len(upward)}")
    print(f"  without class bodies: {len(narrow)}, of them up: {sum(move.up for move in narrow)}")
    called, back = calls_upward(functions, layers)
    print(f"  calls into another module: {called}, of them up: {len(back)}")
    for function in back:
        print(f"        {function.caller} -> {function.dotted}")
    pairs = Counter((move.before.module, move.after.module) for move in upward)
    for (before, after), count in pairs.most_common(MOST_PAIRS):
        example = next(move for move in upward if (move.before.module, move.after.module) == (before, after))
        print(f"    {count:3} {before} -> {after}, first {example.before.dotted} -> {example.after.dotted}")


def print_loads(processes: Sequence[Sequence[Function]], names: Sequence[str]) -> None:
    print("  calls in each process")
    for name in names:
        counts = [sum(function.calls for function in functions if function.dotted == name) for functions in processes]
        print(f"    {name}: {', '.join(map(str, counts))}")


if __name__ == "__main__":
    sys.exit(main())
