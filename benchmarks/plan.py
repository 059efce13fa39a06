"""Planning and collecting all operations, beside schemathesis doing the same on the same documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import BIN, Cost, best, run, trees
from benchmarks.row import Row
from harness import shipped

LOAD = """
import json, sys, schemathesis
for name in sys.argv[1:]:
    schema = schemathesis.openapi.from_dict(json.load(open(name)))
    print(sum(1 for _ in schema.get_all_operations()))
"""
SUITE = """
import json, schemathesis
schema_{index} = schemathesis.openapi.from_dict(json.load(open({path!r})))

@schema_{index}.parametrize()
def test_{index}(case):
    case.call_and_validate()
"""
PATIENCE = 60.0
"""Seconds for the peer to collect."""
SUITES = ("zendesk/test_contract_zendesk.py", "zoho/test_contract_zoho.py")


def rows(folder: Path) -> Iterator[Row]:
    """`deskcheck plan` cold and warm, and pytest's collection of one item an operation."""
    documents = list(trees(folder).values())
    python = BIN / "python"
    peer = best(lambda: run([python, "-c", LOAD, *documents], folder))
    cold = run([BIN / "deskcheck", "plan"], folder, {"DESKCHECK_CACHE": str(folder / "cold")})
    warm = best(lambda: run([BIN / "deskcheck", "plan"], folder, {"DESKCHECK_CACHE": str(folder / "cold")}))
    for name, ours in (("cold", cold), ("warm", warm)):
        peer_name = "schemathesis: load and list operations"
        yield Row("plan", f"plan, {name}", "s", ours.seconds, peer_name, peer.seconds, note=_trouble(ours, peer))
        yield Row("plan", f"plan, {name}: memory", "MB", ours.megabytes, peer_name, peer.megabytes)
    yield from _collection(folder, documents)


def _collection(folder: Path, documents: list[Path]) -> Iterator[Row]:
    python = BIN / "python"
    suite = folder / "test_native.py"
    suite.write_text("".join(SUITE.format(index=index, path=str(path)) for index, path in enumerate(documents)))
    words = [python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    environ = {"DESKCHECK_CACHE": str(folder / "cold")}
    ours = best(
        lambda: run(
            [*words, "-c", shipped.root() / "pyproject.toml", *(shipped.root() / "suites" / name for name in SUITES)],
            root_of(folder),
            environ,
        ),
        times=2,
    )
    peer = run([*words, "-c", "/dev/null", "--rootdir", folder, suite], folder, patience=PATIENCE)
    items = "stopped, so more than that" if peer.code == 124 else f"{_items(ours)} and {_items(peer)} items"
    note = f"{items}; it makes its boundary cases here already"
    name = "schemathesis: @schema.parametrize()"
    yield Row("plan", "pytest collection", "s", ours.seconds, name, peer.seconds, note=note)
    yield Row("plan", "pytest collection: memory", "MB", ours.megabytes, name, peer.megabytes or None)


def root_of(folder: Path) -> Path:
    """A folder to run ours in, apart from the peer's files."""
    apart = folder / "ours"
    apart.mkdir(exist_ok=True)
    return apart


def _items(cost: Cost) -> int:
    return sum("::" in line for line in cost.output.splitlines())


def _trouble(*costs: Cost) -> str:
    return "; ".join(f"ended with {cost.code}: {cost.output[-200:].strip()}" for cost in costs if cost.code)
