"""`python -m benchmarks.network_faults [--seed N] [--share P]`: a whole run through a network that fails now and then.

A proxy stands between deskcheck and a sandbox and strikes a share of the requests with faults of fourteen kinds. The
sandbox's own state says what is left afterwards, asked past the proxy; the ledger has to say the same, to the record.
The exit code is 0 where it does, and where no finding is held against the contract.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import shipped

sys.path.append(str(shipped.root() / "suites" / "self" / "e2e"))

from proxy import FAULTS
from strike import Struck, between, strike


def main() -> int:
    """Run, and print a line for each fault and what it left."""
    options = _options()
    chosen = tuple(options.kind or FAULTS)
    with (
        _folder(options.keep) as folder,
        between(folder, options.share, options.seed, chosen) as (org, proxy),
    ):
        result = strike(org, proxy, *_words(options))
        show(result)
    return int(bool(result.blamed or result.ours or not result.agrees or not result.outcomes))


@contextmanager
def _folder(kept: str) -> Iterator[Path]:
    """Where the run happens: the folder to keep, else one that goes with the process."""
    if kept:
        Path(kept).mkdir(parents=True)
        yield Path(kept).resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="deskcheck-strike-") as folder:
            yield Path(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.network_faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which requests are struck by what; default 1")
    parser.add_argument("--share", type=float, default=0.05, help="of all requests; default 0.05")
    parser.add_argument("--kind", action="append", choices=FAULTS, help="only this fault; may be given twice")
    parser.add_argument("--allow", default="read,write", help="tiers; default read,write")
    parser.add_argument("--budget", default="20", help="requests an operation; default 20")
    parser.add_argument("--workers", default="1", help="default 1, which makes a seed repeatable")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="only these operations")
    parser.add_argument("--timeout", default="3", help="the run's own; default 3, far below the proxy's stalls")
    parser.add_argument("--keep", default="", metavar="FOLDER", help="a new folder for report and ledger")
    return parser.parse_args()


def _words(options: argparse.Namespace) -> list[str]:
    words = ["--allow", options.allow, "--budget", options.budget, "--workers", options.workers]
    words += ["--timeout", options.timeout]
    words += ["--seed", str(options.seed), "--confirm", "acme", "--confirm", "desk"]
    return words + [word for pattern in options.only for word in ("--only", pattern)]


def show(result: Struck) -> None:
    """What struck, how the run ended, what is left, and what the ledger says of it."""
    for fault, what in FAULTS.items():
        print(f"{fault:13}{result.faults[fault]:6,}  {what}")
    print(f"{'passed on':13}{result.passed:6,}")
    print(f"exit code {result.code}")
    print(f"findings blamed on the contract {len(result.blamed)}")
    _list(result.blamed)
    print(f"errors of deskcheck itself {len(result.ours)}")
    _list(result.ours)
    errors = [outcome for outcome in result.outcomes if outcome["state"] == "error"]
    print(f"tests without a verdict {len(errors)} of {len(result.outcomes)}")
    _list([f"{outcome['key']}: {outcome['detail']}" for outcome in errors])
    left = [" ".join(row) for row in result.rows]
    print(f"records left {len(left)}, the ledger reports {len(result.ledger)} entries")
    _list(left)
    for entry in result.ledger:
        print(f"  entry {entry.operation} {entry.path} {' '.join(entry.left)}".rstrip())
        _list([f"  struck: {line}" for line in result.strikes(entry)])
    print(f"left and not in the ledger {len(result.untold)}")
    _list(result.untold)
    print(f"in the ledger and not left {len(result.imagined)}")
    _list(result.imagined)
    print(f"records of others that changed {len(result.changed)}")
    _list([" ".join(row) for row in result.changed])
    for line in result.run.get("notes", ()):
        print(f"note: {line}")
    if not result.outcomes:
        print(result.said)


def _list(lines: list[str]) -> None:
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    raise SystemExit(main())
