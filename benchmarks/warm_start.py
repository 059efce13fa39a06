"""`python -m benchmarks.warm_start --old CHECKOUT`: seconds from the start of `deskcheck run` to its first request.

Both checkouts run one operation against the embedded sandbox, by turns, each with a cache of its own that an earlier
run has filled. The clock stops when a process of the run hands its first HTTP request to the socket.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.checkout import HERE, RUN_ONE_OPERATION, Checkout

PROBE = Path(__file__).with_name("probe_first_request.py")


def main() -> int:
    """Measure and print every pair, both medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_start", description=__doc__)
    parser.add_argument("--old", type=Path, required=True, help="a checkout of the commit to compare with")
    parser.add_argument("--new", type=Path, default=HERE, help="the other checkout; this one by default")
    parser.add_argument("--runs", type=int, default=9, help="of each checkout; default 9")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deskcheck-start-") as folder:
        old = Checkout(options.old.resolve(), Path(folder, "old"))
        new = Checkout(options.new.resolve(), Path(folder, "new"))
        for checkout in (old, new):
            seconds_to_first_request(checkout, "cold")
        pairs = []
        for number in range(options.runs):
            pair = seconds_to_first_request(old, number), seconds_to_first_request(new, number)
            pairs.append(pair)
            print(f"old {pair[0]:.3f} s, new {pair[1]:.3f} s", flush=True)
    before, after = (statistics.median(column) for column in zip(*pairs, strict=True))
    pairwise = statistics.median(old / new for old, new in pairs)
    print(f"medians: old {before:.3f} s, new {after:.3f} s; {before / after:.2f} times faster, by pairs {pairwise:.2f}")
    return 0


def seconds_to_first_request(checkout: Checkout, number: int | str) -> float:
    """Run the checkout's command to its end; only the time to the first request counts."""
    sent = checkout.folder / f"sent-{number}"
    started = time.monotonic()
    ended = checkout.run([*RUN_ONE_OPERATION, f"--report-dir={checkout.folder}/report-{number}"], PROBE, sent)
    if ended.exit_code or not sent.exists():
        sys.exit(f"no request was sent\n{ended.output}")
    return float(sent.read_text()) - started


if __name__ == "__main__":
    sys.exit(main())
