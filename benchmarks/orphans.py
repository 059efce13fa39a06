"""`python -m benchmarks.orphans --count 20`: runs are killed, their folders deleted, and what they left is found.

Each has a fresh sandbox, a run that is killed at a moment that the seed chooses, and strangers who copy its mark: into
the subject of a ticket of their own, into a comment, into names that only look alike. `sweep --orphans` must then take
back every record with the run's mark, or name those that nothing proves to be the run's, and touch nothing of the
strangers'. What a run created without a mark stays, and is counted: no list tells it from anybody's.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import kills
from benchmarks.attack import PATIENCE, Row, Watch, differences, still_there, unnamed
from benchmarks.elsewhere import Elsewhere, elsewhere
from benchmarks.kills import FOLDER, Kill
from benchmarks.lab import Lab, kill, lab
from harness.cases import marks

SHOWN_AS = {"attachments": "uploads"}
"""Tables of the sandbox whose records are created in a collection of another name."""
BAD = frozenset({"LEFT", "FALSE 5", "TOUCHED"})
PERMIT = ("--allow", "destructive", "--confirm")
TARGETS = ("acme", "desk")
AGENT = ("agent@example.com/token", "sandbox-agent-token")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one. `marked` records had the run's mark, of which `left` are there; `unmarked` had none."""

    number: int
    workers: int
    marked: int
    left: Mapping[Row, Any]
    unmarked: int
    touched: Mapping[Row, Any]
    codes: Sequence[int]
    unlisted: Sequence[Row] = ()
    output: str = field(default="", repr=False)

    @property
    def verdict(self) -> str:
        """One of `clean`, `unmarked` (only such records are left), `listed`, `LEFT` (without a word), `TOUCHED`.

        `listed` are records that the sweep named, or of a kind that it said it cannot look for.
        """
        if self.touched:
            return "TOUCHED"
        if self.unlisted:
            return "LEFT"
        if self.left:
            return "listed"
        if any(self.codes):
            return "FALSE 5"
        return "unmarked" if self.unmarked else "clean"


def attempt(one: Kill) -> Result:
    """Kill a run, delete its folder, let strangers copy its mark, and sweep from another machine."""
    with tempfile.TemporaryDirectory(prefix="deskcheck-orphans-") as name:
        home = Path(name) / "home"
        home.mkdir()
        with lab(home) as org:
            before = org.rows()
            run = Watch(org, org.start(*one.words), home / FOLDER)
            one.moment.came(run)
            kill(run.process)
            shutil.rmtree(home / "reports", ignore_errors=True)
            made = differences(before, org.rows())
            strangers = copy_mark(org, made)
            codes, output = sweep(elsewhere(org, Path(name) / "away"))
            now = org.rows()
    marked = {row for row, record in made.items() if has_mark(record)}
    left = {row: now[row] for row in marked if row in now}
    touched = {row: record for row, record in strangers.items() if now.get(row) != record}
    unmarked = [row for row in made if row not in marked and now.get(row) != before.get(row)]
    not_named = unnamed(left, still_there(output))
    unlisted = [row for row in not_named if not is_unlisted(row, output)]
    return Result(one.number, one.workers, len(marked), left, len(unmarked), touched, codes, unlisted, output)


def sweep(machine: Elsewhere) -> tuple[list[int], str]:
    """Take back the orphans of both orgs, and look again whether nothing is found: exit codes, and what was printed."""
    codes, said = [], ""
    for target in TARGETS:
        code, output = machine.run("sweep", "--orphans", "--target", target, *PERMIT, target, seconds=PATIENCE)
        codes.append(code)
        said += output
    return codes, said


def is_unlisted(row: Row, output: str) -> bool:
    """Whether the sweep said that it cannot look for records of this kind."""
    kind = SHOWN_AS.get(row[1], row[1]).rpartition("/")[2]
    told = (line for line in output.splitlines() if line.startswith("  not looked for"))
    return any(path.endswith(f"/{kind}") for line in told for path in line.partition(": ")[2].split(", "))


def has_mark(record: Any) -> bool:
    """Whether a record of the sandbox begins one of its texts with a run's mark."""
    return bool(mark_of(record))


def mark_of(record: Any) -> str:
    """The run's mark with which a text of the record begins; empty where there is none."""
    texts = record.values() if isinstance(record, dict) else ()
    return next((found for text in texts if isinstance(text, str) and (found := marks.at_start(text))), "")


def copy_mark(org: Lab, made: Mapping[Row, Any]) -> dict[Row, Any]:
    """Records of strangers that only look like the run's; they as the sandbox has them."""
    run = next(filter(None, map(mark_of, made.values())), marks.of_run("20260101-000000-1"))
    before = org.rows()
    comment = {"body": f"{run}-1 was made by a test?", "public": False}
    ours = org.sandbox.credentials["zendesk"]
    us = (ours["user"], ours["token"])
    for subject in (f"{run} printer on fire", f"Re: {run}-1", "deskcheck-handbook"):
        create(org, AGENT, "/api/v2/tickets", {"ticket": {"subject": subject, "comment": comment}})
    for name in (f"About {run}-1", "deskcheck-handbook"):
        create(org, us, "/api/v2/organizations", {"organization": {"name": name}})
    made_now = differences(before, org.rows())
    return {row: record for row, record in made_now.items() if row[1] in ("tickets", "organizations")}


def create(org: Lab, user: tuple[str, str], path: str, body: Mapping[str, Any]) -> None:
    """Create a record as a user of the Zendesk org."""
    login = base64.b64encode(":".join(user).encode()).decode()
    headers = {"authorization": f"Basic {login}", "content-type": "application/json"}
    request = urllib.request.Request(org.sandbox.urls["zendesk"] + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


HEAD = f"{'no':>4} {'workers':>7} {'marked':>6} {'left':>4} {'unmarked':>8} {'touched':>7} codes verdict"


def line(result: Result) -> str:
    """One line, and what is wrong below it."""
    text = (f"{result.number:4} {result.workers:7} {result.marked:6} {len(result.left):4} {result.unmarked:8} "
            f"{len(result.touched):7} {result.codes} {result.verdict}")  # fmt: skip
    wrong = {**result.left, **result.touched}
    return "\n".join([text, *(f"       {' '.join(row)}: {str(record)[:120]}" for row, record in wrong.items())])


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry them out and print them; 1 where a record with a mark was left, or a stranger's was touched."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orphans", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    options = parser.parse_args(arguments)
    print(HEAD, flush=True)
    verdicts: Counter[str] = Counter()
    every = kills.plan(options.seed, options.count, phases=("run", "teardown"), victims=("all",))
    with ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(attempt, every):
            verdicts[result.verdict] += 1
            print(line(result), flush=True)
    print(f"{verdicts.total()} runs: " + ", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
    return int(bool(BAD & verdicts.keys()))


if __name__ == "__main__":
    sys.exit(main())
