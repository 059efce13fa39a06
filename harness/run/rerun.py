"""A hand-written test of which the network may have lost an answer is run again before it is judged.

The client sends reads again by itself; what changes something cannot be sent twice, so the whole test starts anew, with
records of its own. What was in doubt in every run of it is the org's doing; what was not is the network's.
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol

from harness.execution.api_client import ApiClient
from harness.execution.reproduce import TRIES
from harness.run import allure_session
from harness.run.collection import CLIENT_FIXTURE
from harness.run.item_outcome import CLIENT, PAST_CLIENTS


class Rerun:
    """A pytest plugin: the same phases as always, as often as it takes."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a test with a client until none of its answers is in doubt, `TRIES` times at most; report the last."""
        if CLIENT_FIXTURE not in getattr(item, "fixturenames", ()):
            return None
        past: list[ApiClient] = []
        item.stash[PAST_CLIENTS] = past
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        while True:
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            client = item.stash.get(CLIENT, None)
            if client is None or not client.doubts or len(past) + 1 >= TRIES or item.session.shouldstop:
                break
            past.append(client)
            del item.stash[CLIENT]
            allure_session.begin_again(item.config)
            # Fixtures are set up again only for an item that holds none of its last run; pytest has no public way.
            item._initrequest()  # type: ignore[attr-defined]
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True
