"""`python -m benchmarks.folder_loss --seed 1 --count 10`: a run loses its report folder, and must not call it green.

The folder is deleted, replaced by a link (to an empty folder, to a copy of itself, to /dev/null), filled up or made
read-only, or one file of the ledger is deleted, cut, or changed at the same size, at `count` moments each that the
seed chooses from the ledger's first line on, with one and with two workers. By the sandbox's state and
journal: no run ends with 0 or 1 while something is left or its evidence is lost, what is left makes it end with 5, once
the ledger is lost nothing is created but what was on its way, and no sweep afterwards says 0 while something is left.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.attack import PATIENCE, Moment, Row, Watch, creates, differences, run_words, unnamed
from benchmarks.lab import kill, lab
from harness.errors import LeftoverError

FOLDER = "reports/one"
LEFT = LeftoverError.exit_code
GREEN = (0, 1)
HUNG, NONE = -1, -2
"""In place of the exit code of a run that does not end, and of a sweep that was not needed."""
SIZE = "8m"
"""Of the file system that is filled up: more than a whole report of a run of this size."""


def delete(folder: Path) -> None:
    """As somebody who tidies up."""
    while folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def link_empty(folder: Path) -> None:
    """The folder is away, and in its place stands a link to one with nothing in it."""
    folder.rename(folder.with_name("away"))
    folder.with_name("empty").mkdir()
    folder.symlink_to("empty")


def link_copy(folder: Path) -> None:
    """The files are the same by name and content, but what the run writes goes elsewhere."""
    shutil.copytree(folder, folder.with_name("copy"))
    folder.rename(folder.with_name("away"))
    folder.symlink_to("copy")


def link_null(folder: Path) -> None:
    """The folder is no folder any more."""
    delete(folder)
    folder.symlink_to("/dev/null")


def fill(folder: Path) -> None:
    """The disk is full."""
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(64 * 1024))
    with suppress(OSError), (folder / "rest").open("wb", buffering=0) as file:
        while True:
            file.write(b"\0")


def seal(folder: Path) -> None:
    """Nothing in the folder may be written any more, also through files that are open already."""
    subprocess.run(["chattr", "-R", "+i", str(folder)], check=True, capture_output=True)


def unlink_one(folder: Path) -> None:
    """Only the ledger of one process is away: of the last worker that has one."""
    _ledgers(folder)[-1].unlink()


def cut_one(folder: Path) -> None:
    """The ledger of one process ends in the middle of a line."""
    last = _ledgers(folder)[-1]
    os.truncate(last, last.stat().st_size - 5)


def change_one(folder: Path) -> None:
    """The ledger of one process has the same size, and says of what was made that nothing was."""
    last = _ledgers(folder)[-1]
    text = last.read_bytes()
    with last.open("r+b") as same:
        same.write(text.replace(b'"made"', b'"void"').replace(b'"open"', b'"opem"'))


def _ledgers(folder: Path) -> list[Path]:
    """Those of the workers behind the controller's."""
    return sorted(folder.glob("ledger*.ndjson"), key=lambda path: (path.name != "ledger.ndjson", path.name))


SABOTAGE: Mapping[str, Callable[[Path], None]] = {
    "deleted": delete,
    "link-empty": link_empty,
    "link-copy": link_copy,
    "link-null": link_null,
    "filled": fill,
    "read-only": seal,
    "one-gone": unlink_one,
    "one-cut": cut_one,
    "one-changed": change_one,
}
LOST = frozenset(SABOTAGE) - {"filled", "read-only"}
"""After these, lines of the ledger are not where a sweep would look for them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What the seed chose."""

    number: int
    workers: int
    kind: str
    moment: Moment
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `made` counts records made before the loss, `late` lists creates that came after it.

    `left` is what was there after the run, `remained` how much of it after a sweep.
    """

    loss: Loss
    struck: bool
    made: int
    late: Sequence[str]
    code: int
    left: Mapping[Row, Any]
    unlisted: Sequence[Row]
    sweep_code: int
    remained: int
    output: str = field(default="", repr=False)

    @property
    def faults(self) -> list[str]:
        """What is wrong with it, in words; nothing where the promise was kept."""
        kind, phase = self.loss.kind, self.loss.moment.phase
        # In the teardown, all may have been taken back before.
        evidence = kind in LOST and bool(self.made) and phase != "teardown"
        verdicts = {
            "HUNG": self.code == HUNG,
            "GREEN": self.code in GREEN and bool(self.left or (self.struck and evidence)),
            "SILENT": bool(self.left) and self.code not in (*GREEN, LEFT, HUNG),
            # One request of each worker may have been on its way. A full disk may still have room for some lines.
            "CREATED ON": len(self.late) > self.loss.workers and kind != "filled",
            "SWEEP GREEN": bool(self.remained) and self.sweep_code == 0,
        }
        return [word for word, wrong in verdicts.items() if wrong]


def plan(seed: int, count: int, kinds: Sequence[str] = tuple(SABOTAGE), workers: Sequence[int] = (1, 2)) -> list[Loss]:
    """`count` moments for each kind of loss and each number of workers, spread over start, run and teardown."""
    losses: list[Loss] = []
    for kind, worker, part in product(kinds, workers, range(count)):
        rng = Random(f"{seed}-{kind}-{worker}-{part}")
        moment = _moment(rng, (part + rng.random()) / count)
        words = run_words(rng, rng.choice(("write", "all")), worker, FOLDER)
        losses.append(Loss(len(losses) + 1, worker, kind, moment, words))
    return losses


def _moment(rng: Random, share: float) -> Moment:
    """The first fifth is the start of the run, in which its workers join, the last one its teardown."""
    jitter = rng.random() * 0.05
    if share < 0.2:
        return Moment("start", share * 5, jitter * 40)
    return Moment("run", (share - 0.2) / 0.6, jitter) if share < 0.8 else Moment("teardown", (share - 0.8) * 5, jitter)


def hindered(kind: str) -> str:
    """Why this kind of loss cannot be brought about here; empty where it can."""
    if kind not in ("filled", "read-only"):
        return ""
    if os.geteuid():
        return "needs root"
    with tempfile.TemporaryDirectory(prefix="deskcheck-loss-") as name, ExitStack() as after:
        try:
            _prepare(kind, Path(name), after)
            if kind == "read-only":
                seal(Path(name))
                after.callback(_restore, Path(name))
        except (OSError, subprocess.CalledProcessError) as error:
            return f"not possible here: {error}"
    return ""


def attempt(loss: Loss) -> Result:
    """Carry out one loss."""
    with ExitStack() as after:
        place = Path(after.enter_context(tempfile.TemporaryDirectory(prefix="deskcheck-loss-")))
        org = after.enter_context(lab(place))
        folder = place / FOLDER
        folder.mkdir(parents=True)
        _prepare(loss.kind, folder, after)
        after.callback(_restore, folder)
        before = org.rows()
        run = Watch(org, org.start(*loss.words), folder)
        # Before the ledger is there, nothing is lost with the folder: the run makes it anew.
        struck = run.until(_has_ledger) and loss.moment.came(run)
        if struck:
            SABOTAGE[loss.kind](folder)
        lost_at = time.time() if struck else float("inf")
        try:
            output, _ = run.process.communicate(timeout=PATIENCE)
            code = run.process.returncode
        except subprocess.TimeoutExpired:
            kill(run.process)
            output, code = "", HUNG
        left = differences(before, org.rows())
        made = [row for row in org.journal() if row["operation"] in creates("all") and 200 <= row["status"] < 300]
        _restore(folder)
        # Where nothing is left, no sweep can be wrong about it.
        sweep_code = org.run("sweep", "--run", FOLDER)[0] if left else NONE
        remained = len(differences(before, org.rows())) if left else 0
    late = [row["operation"] for row in made if row["at"] > lost_at]
    unlisted = unnamed(left, output.splitlines())
    return Result(loss, struck, len(made) - len(late), late, code, left, unlisted, sweep_code, remained, output)


def _has_ledger(watch: Watch) -> bool:
    return bool(list(watch.folder.glob("ledger.ndjson")))


def _prepare(kind: str, folder: Path, after: ExitStack) -> None:
    """A small file system of its own for a folder that is to be filled up."""
    if kind == "filled":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "deskcheck", str(folder)],
                       check=True, capture_output=True)  # fmt: skip
        after.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=True, capture_output=True)


def _restore(folder: Path) -> None:
    """What a user can do about it: make space, let the folder be written again."""
    if not os.geteuid():
        subprocess.run(["chattr", "-R", "-i", str(folder)], check=False, capture_output=True)
    for name in ("filler", "rest"):
        with suppress(NotADirectoryError):
            (folder / name).unlink(missing_ok=True)


HEAD = (f"{'no':>4} {'workers':>7} {'loss':11} {'phase':8} {'made':>4} {'late':>4} {'run':>3} {'left':>4} {'named':5} "
        f"{'sweep':>5} {'remained':>8} verdict")  # fmt: skip


def line(result: Result) -> str:
    """One line, and what is left below it where something is wrong."""
    loss, verdict = result.loss, ", ".join(result.faults) or ("held" if result.struck else "ended before")
    named = "-" if not result.left else "no" if result.unlisted else "yes"
    swept = "-" if result.sweep_code == NONE else result.sweep_code
    text = (f"{loss.number:4} {loss.workers:7} {loss.kind:11} {loss.moment.phase:8} {result.made:4} "
            f"{len(result.late):4} {result.code:3} {len(result.left):4} {named:5} {swept:>5} {result.remained:8} "
            f"{verdict}")  # fmt: skip
    return "\n".join([text, *(f"       {' '.join(row)}" for row in result.left if result.faults)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the losses and print them; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.folder_loss", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10, help="moments for each kind of loss and number of workers")
    parser.add_argument("--loss", default=",".join(SABOTAGE), help=f"of {', '.join(SABOTAGE)}")
    parser.add_argument("--workers", default="1,2", help="comma-separated; default 1,2")
    options = parser.parse_args(arguments)
    kinds = [kind for kind in options.loss.split(",") if _possible(kind)]
    print(HEAD, flush=True)
    faults: Counter[str] = Counter()
    losses = plan(options.seed, options.count, kinds, [int(word) for word in options.workers.split(",")])
    for result in map(attempt, losses):
        faults.update(result.faults)
        print(line(result), flush=True)
    summary = ", ".join(f"{count} {name}" for name, count in faults.most_common()) or "no promise broken"
    print(f"{len(losses)} losses: {summary}")
    return int(bool(faults))


def _possible(kind: str) -> bool:
    why = hindered(kind)
    if why:
        print(f"{kind}: left out, {why}")
    return not why


if __name__ == "__main__":
    sys.exit(main())
