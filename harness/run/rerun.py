"""Again: a hand-written test of which the network may have lost an answer is run again before it is judged.

The desk sends reads again by itself; what changes something cannot be sent twice, so the whole test starts anew, with
records of its own. What was in doubt in every run of it is the org's doing; what was not is the network's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from harness.execution.api_client import ApiClient
from harness.execution.blame import blame
from harness.execution.reproduce import TRIES
from harness.results.outcome import Outcome, State
from harness.risk.tier import Tier

CLIENT = pytest.StashKey[ApiClient]()
PAST = pytest.StashKey[Sequence[ApiClient]]()
FIXTURE = "client"


def outcome_of(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    """What a test with a desk amounts to; the report says the same."""
    client, error = item.stash[CLIENT], call.excinfo.value if call.excinfo else None
    why = blame(error, skipped=report.skipped, found=bool(client.findings))
    if why.refused:
        report.outcome, report.longrepr = "skipped", (str(item.path), 0, why.refused)
    if why.lost and not client.doubts:
        client.doubt(why.lost)
    outcome = client.outcome(item.name, tier_of(item), why, item.stash.get(PAST, ()))
    if outcome.state in (State.FINDINGS, State.ERROR) and not report.failed:
        lines = [f"{one.check} {one.pointer}: {one.message}" for one in outcome.findings]
        report.outcome, report.longrepr = "failed", "\n".join([*lines, outcome.detail])
    return outcome


def tier_of(item: pytest.Item) -> str:
    """The tier that a hand-written test is marked with; `read` where it has none."""
    return next((str(tier) for tier in reversed(Tier) if item.get_closest_marker(str(tier))), str(Tier.READ))


class Rerun:
    """A pytest plugin: the same phases as always, as often as it takes."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a test with a desk until none of its answers is in doubt, `TRIES` times at most; report the last run."""
        if FIXTURE not in getattr(item, "fixturenames", ()):
            return None
        fresh: Any = item
        past: list[ApiClient] = []
        item.stash[PAST] = past
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        while True:
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            client = item.stash.get(CLIENT, None)
            if client is None or not client.doubts or len(past) + 1 >= TRIES or item.session.shouldstop:
                break
            past.append(client)
            del item.stash[CLIENT]
            # Fixtures are made anew only for an item that knows nothing of its last run.
            fresh._initrequest()
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True
