"""`python -m benchmarks.forecast`: what `deskcheck plan` forecasts, beside what the same run really sends.

Each row has a fresh sandbox, whose journal counts the requests and whose own credits are read afterwards. A run that
sends more than the forecast, or that the forecast made end without a verdict, breaks a promise.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lab import Lab, lab
from harness.errors import ForecastError
from harness.sandbox.zoho.quota import CREDITS

ALL = "read,write,admin,outbound,destructive"
CONFIRMED = ("--confirm", "acme", "--confirm", "desk")
BOTH = ("--target", "acme", "--target", "desk")
MATRIX: dict[str, tuple[str, ...]] = {
    **{f"budget {budget}": (*BOTH, "--allow", "read,write", "--budget", str(budget)) for budget in (1, 4, 8, 20)},
    "reads alone": BOTH,
    "all tiers": (*BOTH, "--allow", ALL, *CONFIRMED),
    "all tiers, budget 4": (*BOTH, "--allow", ALL, *CONFIRMED, "--budget", "4"),
    "tickets": (*BOTH, "--allow", "read,write", "--only", "zendesk:*Ticket*"),
    "tickets, all tiers": (*BOTH, "--allow", ALL, *CONFIRMED, "--only", "*icket*"),
    "one vendor": ("--target", "desk", "--allow", "read,write", "--budget", "8"),
    "one worker": (*BOTH, "--allow", "read,write", "--budget", "4", "--workers", "1"),
    "three workers": (*BOTH, "--allow", "read,write", "--budget", "4", "--workers", "3"),
    "seed 3": (*BOTH, "--allow", "read,write", "--seed", "3"),
}
TICKETS = (*BOTH, "--allow", "read,write", "--budget", "4", "--only", "*icket*")
FAULTS: dict[str, str] = {
    "tickets fail": "server_error:*icket*",
    "no ticket is JSON": "garbage:*icket*",
    "one in 20 is cut": "cut:*icket*:0.05",
    "one in 20 unavailable": "unavailable:*icket*:0.05",
    "one in 50 throttled": "throttled:*icket*:0.02",
    "nothing is ever gone": "still_readable:*icket*",
    "a list is unavailable": "unavailable:ListTickets",
}
"""Runs of tickets against an org at fault; none of them may end a test for want of requests, except an outage."""
MATRIX |= dict.fromkeys(FAULTS, TICKETS)
ORGS = {"acme": "zendesk", "desk": "zoho"}
OF_RUN_ALONE = ("--workers", "--seed")
SPENT = ForecastError().what
HEAD = (
    f"{'run':22} {'org':8} {'most':>7} {'expected':>9} {'sent':>7} {'most/sent':>10} "
    f"{'credits':>8} {'used':>8} {'off':>7}"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One org of one run. Credits are 0 where the vendor counts none; `stopped` are tests that the forecast ended."""

    name: str
    vendor: str
    most: int
    expected: int
    sent: int
    credits: int
    used: int
    stopped: int
    code: int

    @property
    def off(self) -> float:
        """How far the credits used are from those that were forecast, as a share of these."""
        return self.used / self.credits - 1 if self.credits else 0.0

    @property
    def held(self) -> bool:
        """Whether the bound held, without ending a test."""
        return self.sent <= self.most and not self.stopped

    def line(self) -> str:
        """One row of the table."""
        row = f"{self.name:22} {self.vendor:8} {self.most:7,} {self.expected:9,} {self.sent:7,}"
        row += f" {self.most / max(1, self.sent):10.2f}"
        row += f" {self.credits:8,} {self.used:8,} {self.off:+7.1%}" if self.credits else ""
        wrong = "" if self.held else f"  NOT HELD: {self.stopped} tests ended by it"
        return row + (f"  exit {self.code}" if self.code else "") + wrong


def measure(name: str, words: Sequence[str], org: Lab) -> Iterator[Measured]:
    """The forecast of a run, and the run."""
    plan_words = [word for word, before in zip(words, ("", *words), strict=False) if not _is_of_run(word, before)]
    _, printed = org.run("plan", "--json", *plan_words)
    forecast = json.loads(printed)["estimate"]
    if name in FAULTS:
        org.set_faults(FAULTS[name])
    code, _ = org.run("run", *words, "--report-dir", "reports/one", seconds=1800)
    org.set_faults()
    # Token calls are for the accounts host, which is Zoho's.
    sent = Counter("zoho" if row["vendor"] == "accounts" else row["vendor"] for row in org.journal())
    results = org.folder / "reports/one/results.ndjson"
    lines = results.read_text().splitlines() if results.exists() else []
    stopped = Counter(row["vendor"] for row in map(json.loads, lines) if row.get("detail") == SPENT)
    for key, most in forecast["requests"].items():
        vendor = ORGS.get(key, key)
        yield Measured(
            name,
            vendor,
            most,
            forecast["expected"][key],
            sent[vendor],
            forecast["credits"].get(key, 0),
            credits_used(org) if key in forecast["credits"] else 0,
            stopped[vendor],
            code,
        )


def _is_of_run(word: str, before: str) -> bool:
    return word in OF_RUN_ALONE or before in OF_RUN_ALONE


def credits_used(org: Lab) -> int:
    """What the sandbox's portal has used of its credits, by the header that says how many are left."""
    known, urls = org.sandbox.credentials["zoho"], org.sandbox.urls
    # The run may have used up the tokens of ten minutes.
    later = urllib.request.Request(f"{urls['control']}/clock", json.dumps({"seconds": 700}).encode(), method="POST")
    urllib.request.urlopen(later).close()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": known["refresh_token"],
        "client_id": known["client_id"],
        "client_secret": known["client_secret"],
    }
    with urllib.request.urlopen(f"{urls['accounts']}/oauth/v2/token", urllib.parse.urlencode(form).encode()) as answer:
        token = json.loads(answer.read())["access_token"]
    headers = {"Authorization": f"Zoho-oauthtoken {token}", "orgId": str(known["org_id"])}
    question = urllib.request.Request(f"{urls['zoho']}/api/v1/organizations", headers=headers)
    with urllib.request.urlopen(question) as answer:
        left, weight = (int(answer.headers[f"X-Rate-Limit-{name}-v3"]) for name in ("Remaining", "Request-Weight"))
    return CREDITS - left - weight


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the runs and print them; 1 where a bound did not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"of: {'; '.join(MATRIX)}. All when left out")
    options = parser.parse_args(arguments)
    print(HEAD, flush=True)
    held = True
    for name in options.runs or MATRIX:
        with tempfile.TemporaryDirectory(prefix="deskcheck-forecast-") as folder, lab(Path(folder)) as org:
            for row in measure(name, MATRIX[name], org):
                print(row.line(), flush=True)
                held = held and row.held
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
