"""`python -m benchmarks.eta`: is the time that a run says is left right within a factor of two from its tenth second?

Each run is watched once a second, until its process ends. The ratio is the seconds that were said to those that it
took; where the run says "almost done" in place of a number, it counts as the number below which that is said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lab import CONFIG, Lab
from harness.report.console import ALMOST_DONE
from harness.sandbox.process import start

FROM = 10.0
"""Seconds from which the time left has to be right."""
LONG_TESTS = """
import time

import pytest

pytestmark = [pytest.mark.zendesk, pytest.mark.read]


@pytest.mark.parametrize("number", range({count}))
def test_that_takes_long(client, number):
    client.get("/api/v2/tickets/count")
    time.sleep({seconds} + 3 * (number % 3))
"""


@dataclass(frozen=True, slots=True)
class TimedRun:
    """A run to watch: the words of its command, and lines for its configuration.

    `warm` says that the same run went before it, with the same cache; `quota` is a limit of requests a minute, which
    the sandbox's Zendesk org then has.
    """

    words: tuple[str, ...]
    warm: bool = False
    quota: int = 0
    long_tests: int = 0


MATRIX: dict[str, TimedRun] = {
    "default, cold": TimedRun(()),
    "default, warm": TimedRun((), warm=True),
    "budget 20, warm": TimedRun(("--budget", "20"), warm=True),
    "one worker": TimedRun(("--workers", "1", "--only", "zendesk:*"), warm=True),
    "quota of 200": TimedRun(("--target", "acme", "--budget", "2", "--only", "zendesk:*icket*"), quota=200),
    "long tests": TimedRun(("--only", "zendesk:CountTickets"), long_tests=8),
    "long tests at the end": TimedRun(("--only", "zendesk:*icket*"), long_tests=8),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run said: at which second, the seconds left that it said, and how many it took from then."""

    name: str
    said: tuple[tuple[float, float | None, float], ...]
    code: int

    @property
    def ratios(self) -> list[float]:
        """What was said to what it took, from the tenth second on; of "almost done" only what took longer."""
        rows = [(seconds, rest) for at, seconds, rest in self.said if at >= FROM and seconds is not None]
        return [min(1.0, ALMOST_DONE / rest) if seconds < ALMOST_DONE else seconds / rest for seconds, rest in rows]

    @property
    def silent(self) -> int:
        """The seconds from the tenth on in which nothing was said: no test had begun yet."""
        return sum(at >= FROM and seconds is None for at, seconds, _ in self.said)

    @property
    def is_right(self) -> bool:
        """Whether it was right within a factor of two each time."""
        return all(0.5 <= ratio <= 2 for ratio in self.ratios)

    def line(self) -> str:
        """One row of the table."""
        ratios = sorted(self.ratios)
        length = f"{self.name:24} {self.said[-1][0] + self.said[-1][2] if self.said else 0:6.0f} s"
        if not ratios:
            return f"{length}  over before its tenth second"
        off = sum(not 0.5 <= ratio <= 2 for ratio in ratios)
        middle = ratios[len(ratios) // 2]
        figures = f"{ratios[0]:6.2f} {middle:6.2f} {ratios[-1]:6.2f} {off:4}/{len(ratios)} {self.silent:4}"
        return f"{length} {figures}  exit {self.code}"


HEAD = f"{'run':24} {'length':>8} {'least':>6} {'middle':>6} {'most':>6} {'off':>5} {'silent':>9}"


def watched(name: str, run: TimedRun, folder: Path) -> Watched:
    """Carry out a run in an empty folder and read what it said."""
    with _place(run, folder) as org:
        if run.warm:
            _run(org, run)
        kept = _run(org, run)
    said = tuple((at, seconds, kept["end"] - at) for at, seconds in kept["samples"] if kept["end"] > at)
    return Watched(name, said, kept["code"])


def _run(org: Lab, run: TimedRun) -> dict[str, object]:
    file = org.folder / "said.json"
    ended = org.run("run", *run.words, seconds=1800, program=("-m", "benchmarks.probe_eta", str(file)))
    if not file.exists():
        sys.exit(f"the run ended with {ended[0]}\n{ended[1]}")
    kept: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return kept


class FreshLab(Lab):
    """A lab with a cache of its own, which is empty at first."""

    @property
    def environment(self) -> dict[str, str]:
        """That of a lab."""
        return super().environment | {"DESKCHECK_CACHE": str(self.folder / "cache")}


@contextmanager
def _place(run: TimedRun, folder: Path) -> Iterator[Lab]:
    """A folder with a configuration for the run, and a sandbox of its own."""
    with start() as sandbox:
        values = {**sandbox.credentials["zendesk"], **sandbox.credentials["zoho"], **sandbox.urls}
        text = CONFIG.format(**values).replace("quota = 0", f"quota = {run.quota}")
        if run.long_tests:
            (folder / "desk").mkdir()
            suite = LONG_TESTS.format(count=run.long_tests, seconds=8)
            (folder / "desk" / "test_long.py").write_text(suite, encoding="utf-8")
            text = f'suites = ["desk"]\n{text}'
        (folder / "deskcheck.toml").write_text(text, encoding="utf-8")
        yield FreshLab(sandbox, folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the runs and print them; 1 where one was not right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eta", description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"of: {'; '.join(MATRIX)}. All when left out")
    parser.add_argument("--each", action="store_true", help="print every second as well")
    options = parser.parse_args(arguments)
    print(HEAD, flush=True)
    right = True
    for name in options.runs or MATRIX:
        with tempfile.TemporaryDirectory(prefix="deskcheck-eta-") as folder:
            row = watched(name, MATRIX[name], Path(folder))
        print(row.line(), flush=True)
        if options.each:
            for at, seconds, rest in row.said:
                print(f"  {at:5.0f} s: said {'nothing' if seconds is None else f'{seconds:.0f} s'}, took {rest:.0f} s")
        right = right and row.is_right
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
