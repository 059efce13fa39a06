"""`python -m benchmarks [NAME ...] [--json]`: a table of all parts, or of the named ones."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import compile_all
from benchmarks.row import Row

PARTS = ("plan", "guard", "chain", "quota", "observe", "sandbox", "cases")


def main() -> int:
    """Measure and print; never fails because something was slow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; all when left out")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown part {min(unknown)}; known: {', '.join(PARTS)}")
    compile_all()
    rows: list[Row] = []
    for name in options.parts or PARTS:
        print(f"measuring {name} ...", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="deskcheck-bench-") as folder:
            rows += import_module(f"benchmarks.{name}").rows(Path(folder))
    if options.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1))
    else:
        show(rows)
    return 0


def show(rows: list[Row]) -> None:
    """The table; a ratio above 1 is in our favour."""
    table = Table(title="times better than the peer: above 1 is in our favour")
    for name, justify in (("part", "left"), ("what", "left"), ("ours", "right"), ("peer", "right"), ("times", "right"),
                          ("the peer, and what to know", "left")):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        peer = "-" if row.peer is None else f"{row.peer:,.3g} {row.unit}"
        ratio = "-" if row.ratio is None else f"{row.ratio:,.2f}"
        words = f"{row.peer_name}. {row.note}" if row.note else row.peer_name
        table.add_row(row.part, row.what, f"{row.ours:,.3g} {row.unit}", peer, ratio, words)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


if __name__ == "__main__":
    sys.exit(main())
