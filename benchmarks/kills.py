"""`python -m benchmarks.kills --seed 1 --count 200`: runs are killed at any moment, swept, and nothing may be left.

Each kill has a fresh sandbox, a run by the ordinary command line, and a `kill -9` of one worker, of the controller, or
of all, at a moment that the seed chooses: while the run starts, while it tests, while it takes back, or during the
sweep, which is then repeated. The sandbox's state afterwards must equal the state before, job records aside, or the
sweep names what is left; and a sweep that names something while nothing is left is wrong as well.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.attack import ALLOW, PATIENCE, Moment, Row, Watch, differences, run_words, still_there, unnamed
from benchmarks.lab import Lab, lab, workers_of
from harness.errors import LeftoverError

PHASES = ("start", "run", "teardown", "sweep")
VICTIMS = ("worker", "controller", "all")
BAD = frozenset({"UNLISTED", "FALSE 5", "SILENT"})
FOLDER = "reports/one"
LEFT = LeftoverError.exit_code
JITTER = 0.05


@dataclass(frozen=True, slots=True)
class Kill:
    """What the seed chose. `later` is the moment in the sweep, where that is killed too."""

    number: int
    workers: int
    tiers: str
    victim: str
    phase: str
    moment: Moment
    later: Moment
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `silent` is what a run left that came to its end with another exit code than 5."""

    kill: Kill
    struck: str
    requests: int
    run_code: int
    sweep_code: int
    left: Mapping[Row, Any]
    unlisted: Sequence[Row] = ()
    named: Sequence[str] = ()
    silent: Sequence[Row] = ()
    false: bool = False
    output: str = field(default="", repr=False)

    @property
    def verdict(self) -> str:
        """One of `clean`, `listed`, `UNLISTED` (what is left is not named), `FALSE 5`, `SILENT`."""
        if self.unlisted or (self.left and self.sweep_code != LEFT):
            return "UNLISTED"
        if self.false or (not self.left and self.sweep_code == LEFT):
            return "FALSE 5"
        if self.silent:
            return "SILENT"
        return "listed" if self.left else "clean"


def plan(
    seed: int, count: int, workers: Sequence[int] = (1, 2), tiers: Sequence[str] = tuple(ALLOW),
    victims: Sequence[str] = VICTIMS, phases: Sequence[str] = PHASES,
) -> Iterator[Kill]:  # fmt: skip
    """So many kills: each number is the same whatever the count."""
    for number in range(1, count + 1):
        rng = Random(f"{seed}-{number}")
        worker_count = workers[number % len(workers)]
        allow, victim = rng.choice(tiers), rng.choice(victims)
        phase = phases[number // len(workers) % len(phases)]
        moment = Moment("run" if phase == "sweep" else phase, rng.random(), rng.random() * JITTER)
        later = Moment("sweep", rng.random(), rng.random() * JITTER)
        words = run_words(rng, allow, worker_count, FOLDER)
        yield Kill(number, worker_count, allow, victim, phase, moment, later, words)


def attempt(kill: Kill) -> Result:
    """Carry out one kill."""
    with tempfile.TemporaryDirectory(prefix="deskcheck-kill-") as folder, lab(Path(folder)) as org:
        before = org.rows()
        run = Watch(org, org.start(*kill.words), Path(folder) / FOLDER)
        struck = _strike(kill, run) if kill.moment.came(run) else "nobody"
        ended = struck in ("nobody", "worker")
        if ended:
            run.process.communicate(timeout=PATIENCE)
        run_code = run.process.wait(PATIENCE)
        left = differences(before, org.rows()) if ended else {}
        requests = len(org.journal())
        code, output = _sweep(kill, org, Path(folder) / FOLDER)
        now = differences(before, org.rows())
        run.process.communicate(timeout=PATIENCE)
    named = still_there(output)
    return Result(
        kill, struck, requests, run_code, code, now, unnamed(now, named), named,
        silent=list(left) if run_code != LEFT else (), false=ended and run_code == LEFT and not left, output=output,
    )  # fmt: skip


def _strike(kill: Kill, run: Watch) -> str:
    """`kill -9`; the process that it ended. Where there is no worker, the controller tests itself."""
    workers = workers_of(run.process)
    victim = "controller" if kill.victim == "worker" and not workers else kill.victim
    if kill.phase == "sweep":
        victim = "all"
    with suppress(ProcessLookupError):  # it may have come to its end just now
        if victim == "all":
            os.killpg(run.process.pid, signal.SIGKILL)
        else:
            os.kill(workers[kill.number % len(workers)] if victim == "worker" else run.process.pid, signal.SIGKILL)
    return victim


def _sweep(kill: Kill, org: Lab, folder: Path) -> tuple[int, str]:
    """Sweep, by `--run` or by `--all`; twice where the first sweep is to be killed."""
    words = ("sweep", "--run", FOLDER) if kill.number % 2 else ("sweep", "--all", "--report-dir", "reports")
    if kill.phase == "sweep":
        sweep = Watch(org, org.start(*words), folder)
        if kill.later.came(sweep):
            sweep.process.kill()
        sweep.process.communicate(timeout=PATIENCE)
    return org.run(*words, seconds=PATIENCE)


HEAD = (f"{'no':>4} {'workers':>7} {'tiers':5} {'victim':10} {'phase':8} {'requests':>8} {'run':>3} {'sweep':>5} "
        f"{'left':>4} {'listed':6} verdict")  # fmt: skip


def line(result: Result) -> str:
    """One line, and what is left below it where something is wrong."""
    kill = result.kill
    listed = "-" if not result.left else "no" if result.unlisted else "yes"
    text = (f"{kill.number:4} {kill.workers:7} {kill.tiers:5} {result.struck:10} {kill.phase:8} {result.requests:8} "
            f"{result.run_code:3} {result.sweep_code:5} {len(result.left):4} {listed:6} {result.verdict}")  # fmt: skip
    if result.verdict == "clean":
        return text
    rows = {**dict.fromkeys(result.silent, "the run was silent about it"), **result.left}
    more = [f"       {' '.join(row)}: {str(record)[:120]}" for row, record in rows.items()]
    more += [f"       named: {name}" for name in result.named]
    return "\n".join([text, *more, *(f"       only {word}" for word in _only(kill))])


def _only(kill: Kill) -> list[str]:
    return [word for before, word in zip(kill.words, kill.words[1:], strict=False) if before == "--only"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the kills and print them; 1 where one was not clean and not listed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--number", type=int, default=0, help="only this one of them")
    parser.add_argument("--workers", default="1,2", help="comma-separated; default 1,2")
    parser.add_argument("--tiers", default="write,all", help="of write, all")
    parser.add_argument("--victim", default=",".join(VICTIMS), help=f"of {', '.join(VICTIMS)}")
    parser.add_argument("--phase", default=",".join(PHASES), help=f"of {', '.join(PHASES)}")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    options = parser.parse_args(arguments)
    workers = [int(word) for word in options.workers.split(",")]
    choices = (text.split(",") for text in (options.tiers, options.victim, options.phase))
    kills = plan(options.seed, options.count, workers, *choices)
    print(HEAD, flush=True)
    verdicts: Counter[str] = Counter()
    with ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(attempt, (kill for kill in kills if options.number in (0, kill.number))):
            verdicts[result.verdict] += 1
            print(line(result), flush=True)
    print(f"{verdicts.total()} kills: " + ", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
    return int(bool(BAD & verdicts.keys()))


if __name__ == "__main__":
    sys.exit(main())
