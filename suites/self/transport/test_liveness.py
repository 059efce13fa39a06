"""A worker that lost its controller sends nothing any more, and notes that nothing was sent."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from harness.errors import OrphanedError
from harness.ledger import Ledger
from harness.openapi.catalog import Catalog, Operation
from harness.policy.judge import Verdict
from harness.policy.references import References
from harness.resources.cleanup import Cleanup
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.transport.liveness import Liveness
from harness.transport.retry import Retry
from harness.transport.tracker import Tracker

BASE = "https://acme.example"
CATALOG = Catalog(
    (
        Operation("zendesk", "CreateGroup", "POST", "/api/v2/groups"),
        Operation("zendesk", "UpdateSettings", "PUT", "/api/v2/settings"),
    )
)


class Server:
    """Answers everything alike, and remembers what reached it."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.seen = status, list[str]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.method)
        return httpx.Response(self.status, json={"settings": {}}, request=request)

    @property
    def network(self) -> httpx.BaseTransport:
        return httpx.MockTransport(self)


def test_while_the_controller_lives_everything_passes() -> None:
    server = Server()
    assert Liveness(server.network).handle_request(httpx.Request("GET", BASE)).status_code == 200


def test_without_its_controller_nothing_leaves() -> None:
    server = Server()
    with pytest.raises(OrphanedError, match="GET /api"):
        Liveness(server.network, 7, is_alive=lambda pid: pid != 7).handle_request(httpx.Request("GET", f"{BASE}/api"))
    assert server.seen == []


def test_a_controller_that_ends_while_a_worker_waits_is_missed_before_the_next_attempt() -> None:
    server = Server(429)
    alive = {7}
    chain = Retry(Liveness(server.network, 7, is_alive=alive.__contains__), sleep=lambda _: alive.clear())
    with pytest.raises(OrphanedError):
        chain.handle_request(httpx.Request("POST", BASE))
    assert server.seen == ["POST"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v2/groups"), ("PUT", "/api/v2/settings")])
def test_what_was_held_back_leaves_nothing_to_take_back(tmp_path: Path, method: str, path: str) -> None:
    """The line was written before the request could leave; a sweep must not say that it may be there."""
    server = Server()
    with Ledger.open(tmp_path / "ledger.ndjson") as ledger:
        # A setting is read first, while the controller still lives.
        answers = iter([True] * (method == "PUT"))
        inner = Liveness(server.network, 7, is_alive=lambda _: next(answers, False))
        target = Target("acme", "zendesk", BASE, Credentials("none"))
        request = httpx.Request(method, BASE + path, json={})
        request.extensions["verdict"] = Verdict(True, Tier.WRITE, "allowed")
        with pytest.raises(OrphanedError):
            Tracker(inner, target, Cleanup(CATALOG, {}, {}), References(), ledger).handle_request(request)
    assert len(Ledger.read(tmp_path).entries()) == 1
    assert Ledger.read(tmp_path).open_entries() == ()
    assert method not in server.seen
