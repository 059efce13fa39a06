"""What may be created is in the ledger before it leaves; what the answer proves of it is there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from email.utils import formatdate
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import ForecastError
from harness.ledger import Entry, Ledger
from harness.openapi.catalog import Catalog, Operation, Parameter
from harness.policy.judge import Verdict
from harness.policy.references import References
from harness.resources.cleanup import Cleanup
from harness.resources.pool import Listing
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.transport.prior_listing import Lister, list_nothing
from harness.transport.quota import QuotaSpentError
from harness.transport.refused import Refused
from harness.transport.request_ceiling import RequestCeiling
from harness.transport.retry import Retry
from harness.transport.tracker import Tracker
from harness.vendors.obstacle import Obstacle

BASE = "https://acme.example"
ID = Parameter("group_id", "path", True)
CATALOG = Catalog(
    (
        Operation("zendesk", "ListGroups", "GET", "/api/v2/groups"),
        Operation("zendesk", "CreateGroup", "POST", "/api/v2/groups"),
        Operation("zendesk", "DeleteGroup", "DELETE", "/api/v2/groups/{group_id}", parameters=(ID,)),
        Operation("zendesk", "CloneGroup", "POST", "/api/v2/groups/{group_id}/clone", parameters=(ID,)),
        Operation("zendesk", "ActivateGroup", "POST", "/api/v2/groups/{group_id}/activate", parameters=(ID,)),
        Operation("zendesk", "CreateManyThings", "POST", "/api/v2/things/create_many"),
        Operation("zendesk", "ReadThings", "POST", "/api/v2/things/read"),
        Operation("zendesk", "UpdateSettings", "PUT", "/api/v2/settings"),
    )
)

Send = Callable[..., Entry]


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Send one allowed request to a server that answers so; the entry that stands for it then."""

    def send(
        method: str,
        path: str,
        answer: Any = None,
        status: int = 200,
        body: str = "{}",
        error: httpx.TransportError | None = None,
        ask: Lister = list_nothing,
        raw: bytes | None = None,
    ) -> Entry:
        ledger = Ledger.open(tmp_path / "ledger.ndjson")
        known = {entry.id for entry in ledger.entries()}

        def server(request: httpx.Request) -> httpx.Response:
            assert request.method == "GET" or len(ledger.entries()) == len(known) + 1, "it left before it was noted"
            if error:
                raise error
            now = {"date": formatdate(usegmt=True)}
            return httpx.Response(status, json=answer, content=raw, headers=now, request=request)

        target = Target("acme", "zendesk", BASE, Credentials("none"))
        tracker = Tracker(
            httpx.MockTransport(server), target, Cleanup(CATALOG, {}, {}), References(), ledger, "run-1", lister=ask
        )
        request = httpx.Request(method, BASE + path, content=body)
        request.extensions["verdict"] = Verdict(True, Tier.WRITE, "allowed")
        with nullcontext() if error is None else pytest.raises(type(error)):
            tracker.handle_request(request)
        return next(entry for entry in ledger.entries() if entry.id not in known)

    return send


def fresh(**more: Any) -> dict[str, Any]:
    return {"id": 7, "name": "run-1-4", **more}


def test_what_proves_new_is_ours(send: Send) -> None:
    entry = send("POST", "/api/v2/groups", {"group": fresh()}, 201, '{"group": {"name": "run-1-4"}}')
    assert (entry.ids, [step.path for step in entry.cleanup_steps]) == (("7",), ["/api/v2/groups/{id}"])


def test_what_an_answer_names_and_does_not_prove_stays_open(send: Send) -> None:
    entry = send("POST", "/api/v2/groups", {"group": {"id": 7, "name": "others"}}, 201)
    assert entry.unanswered


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/v2/groups", {"ok": True}),
        ("/api/v2/groups/5/clone", {"ok": True}),
        ("/api/v2/things/create_many", {"job_status": {"id": "V3-1"}}),
    ],
    ids=["a create without an id", "a copy without an id", "a job that creates"],
)
def test_a_success_that_names_no_record_may_have_made_one(send: Send, path: str, answer: Any) -> None:
    entry = send("POST", path, answer)
    assert entry.unanswered


@pytest.mark.parametrize(
    ("path", "answer", "status"),
    [
        ("/api/v2/groups", {"error": "invalid"}, 422),
        ("/api/v2/things/read", {"rows": []}, 200),
        ("/api/v2/groups/7/activate", {"group": fresh()}, 200),
    ],
    ids=["refused", "a POST that reads", "an action on the record in its path"],
)
def test_nothing_is_open_where_nothing_was_made(send: Send, path: str, answer: Any, status: int) -> None:
    entry = send("POST", path, answer, status, '{"name": "run-1-4"}')
    assert entry.closed


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (422, b'{"error": "inv'),
        (404, b"<html>not here</html>"),
        (299, b""),
        (499, b""),
        (408, b""),
        (200, b""),
        (201, b'{"group": {"id": 7, "na'),
        (200, b"\x1f\x8bnonsense"),
        (503, b'{"error": "busy"}'),
    ],
)
@pytest.mark.parametrize("path", ["/api/v2/groups", "/api/v2/things/read", "/api/v2/groups/7/activate"])
def test_what_a_proxy_may_have_answered_says_nothing(send: Send, path: str, status: int, raw: bytes) -> None:
    assert send("POST", path, status=status, raw=raw).unanswered


@pytest.mark.parametrize(("status", "raw"), [(204, b""), (422, b""), (400, b'["no"]')])
def test_what_the_vendor_answers_without_a_record_made_nothing(send: Send, status: int, raw: bytes) -> None:
    assert send("POST", "/api/v2/things/read", status=status, raw=raw).closed


def test_an_outage_leaves_it_open(send: Send) -> None:
    entry = send("POST", "/api/v2/groups", None, 503)
    assert entry.unanswered


def test_a_copy_is_taken_back_where_its_original_lies(send: Send) -> None:
    entry = send("POST", "/api/v2/groups/5/clone", {"group": fresh()}, 201, '{"name": "run-1-4"}')
    assert (entry.ids, [step.of("7").path for step in entry.cleanup_steps]) == (("7",), ["/api/v2/groups/7"])


def test_a_setting_is_kept_as_it_was(send: Send) -> None:
    entry = send("PUT", "/api/v2/settings", {"theme": "dark", "size": 3}, body='{"theme": "light"}')
    assert entry.setting
    assert (entry.cleanup_steps[0].method, entry.cleanup_steps[0].body) == ("PUT", {"theme": "dark"})


def test_a_setting_that_cannot_be_read_is_left_alone(send: Send) -> None:
    with pytest.raises(Refused, match="could not be put back"):
        send("PUT", "/api/v2/settings", {}, 403, '{"theme": "light"}')


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("late"), httpx.PoolTimeout("")])
def test_a_request_that_never_left_made_nothing(send: Send, error: httpx.TransportError) -> None:
    assert send("POST", "/api/v2/groups", error=error).closed


@pytest.mark.parametrize("error", [httpx.ReadError("reset"), httpx.ReadTimeout("late"), httpx.WriteError("cut")])
def test_a_request_that_may_have_arrived_stays_open(send: Send, error: httpx.TransportError) -> None:
    assert send("POST", "/api/v2/groups", error=error).unanswered


class Lists:
    """Counts how often it is asked for a list of two groups."""

    def __init__(self, complete: bool = True) -> None:
        self.asked, self.complete = 0, complete

    def __call__(self, home: str, query: str) -> Listing:
        self.asked += 1
        return Listing((("1", {}), ("2", {})), self.complete)


def test_what_carries_no_mark_is_told_by_a_list_before(send: Send, tmp_path: Path) -> None:
    entry = send("POST", "/api/v2/groups", error=httpx.ReadError(""), ask=Lists())
    assert Ledger.read(tmp_path).listed_before(entry.search["before"]) == {"1", "2"}


def test_what_carries_a_mark_needs_none(send: Send) -> None:
    lists = Lists()
    entry = send("POST", "/api/v2/groups", {"group": fresh()}, 201, '{"group": {"name": "run-1-4"}}', ask=lists)
    assert (lists.asked, entry.search["field"]) == (0, "name")


def test_a_list_that_cannot_be_had_whole_proves_nothing(send: Send) -> None:
    assert "before" not in send("POST", "/api/v2/groups", error=httpx.ReadError(""), ask=Lists(complete=False)).search


def test_a_document_may_have_the_ending_that_means_nothing(tmp_path: Path) -> None:
    catalog = Catalog((Operation("zendesk", "CreateGroup", "POST", "/api/v2/groups.json"),))
    ledger = Ledger.open(tmp_path / "ledger.ndjson")
    made = httpx.MockTransport(lambda request: httpx.Response(201, json={}, request=request))
    target = Target("acme", "zendesk", BASE, Credentials("none"))
    tracker = Tracker(made, target, Cleanup(catalog, {}, {}), References(), ledger, "run-1", lister=list_nothing)
    for path in ("/api/v2/groups.json", "/api/v2/groups"):
        verdict = Verdict(True, Tier.WRITE, "allowed")
        tracker.handle_request(httpx.Request("POST", BASE + path, content=b"{}", extensions={"verdict": verdict}))
    assert [entry.operation for entry in ledger.entries()] == ["zendesk:CreateGroup"] * 2


@pytest.mark.parametrize(("answer", "status", "set_aside"), [
    ({"group": fresh()}, 201, 3),
    ({"groups": [fresh(), fresh() | {"id": 8}]}, 201, 6),
    ({"error": "invalid"}, 422, 0),
    ({"ok": True}, 201, 3),
], ids=["a record", "two records", "refused", "not known"])  # fmt: skip
def test_what_teardown_needs_is_set_aside_where_something_may_have_been_created(
    tmp_path: Path, answer: Any, status: int, set_aside: int
) -> None:
    ceiling = RequestCeiling()
    ceiling.begin(9)
    answers = httpx.MockTransport(
        lambda request: httpx.Response(status, json=answer, headers={"date": formatdate(usegmt=True)}, request=request)
    )
    with Ledger.open(tmp_path / "ledger.ndjson") as ledger:
        create(answers, ledger, ceiling)
    assert ceiling.left == 9 - set_aside


def test_nothing_is_created_that_could_not_be_taken_back(tmp_path: Path) -> None:
    ceiling = RequestCeiling()
    ceiling.begin(2)
    with Ledger.open(tmp_path / "ledger.ndjson") as ledger, pytest.raises(ForecastError):
        create(httpx.MockTransport(lambda request: pytest.fail("it left")), ledger, ceiling)


def test_a_create_that_never_left_needs_nothing(tmp_path: Path) -> None:
    ceiling = RequestCeiling()
    ceiling.begin(9)

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody listens")

    with Ledger.open(tmp_path / "ledger.ndjson") as ledger, pytest.raises(httpx.ConnectError):
        create(httpx.MockTransport(refuse), ledger, ceiling)
    assert ceiling.left == 9


def create(network: httpx.MockTransport, ledger: Ledger, ceiling: RequestCeiling) -> None:
    """Create a group through a tracker with this ceiling."""
    target = Target("acme", "zendesk", BASE, Credentials("none"))
    tracker = Tracker(network, target, Cleanup(CATALOG, {}, {}), References(), ledger, "run-1", ceiling=ceiling)
    request = httpx.Request("POST", BASE + "/api/v2/groups", content='{"group": {"name": "run-1-4"}}')
    request.extensions["verdict"] = Verdict(True, Tier.WRITE, "allowed")
    tracker.handle_request(request)


LOST, DOWN = httpx.ReadTimeout("lost"), httpx.ConnectError("down")
SPENT = QuotaSpentError(Obstacle.QUOTA, "the quota is spent")
ATTEMPTS = {"lost": LOST, "down": DOWN, "spent": SPENT, "429": 429, "503": 503, "422": 422}
EFFECTIVE = {"lost", "503"}
"""What an attempt may end with although it was carried out."""


@pytest.mark.parametrize("ends", list(product(ATTEMPTS, repeat=3)), ids="-".join)
def test_a_create_that_was_repeated_is_closed_only_where_no_attempt_can_have_made_it(
    ends: tuple[str, ...], tmp_path: Path
) -> None:
    """The last answer says nothing of what an earlier attempt did."""
    ledger, sent = Ledger.open(tmp_path / "ledger.ndjson"), []

    def server(request: httpx.Request) -> httpx.Response:
        sent.append(ends[len(sent)])
        end = ATTEMPTS[sent[-1]]
        if isinstance(end, Exception):
            raise end
        return httpx.Response(end, json={"error": "no"}, headers={"retry-after": "1", "date": formatdate(usegmt=True)})

    below = Retry(httpx.MockTransport(server), lambda seconds: None)
    target = Target("acme", "zendesk", BASE, Credentials("none"))
    tracker = Tracker(below, target, Cleanup(CATALOG, {}, {}), References(), ledger, "run-1")
    request = httpx.Request("POST", f"{BASE}/api/v2/groups", content=b"{}", extensions={"repeatable": True})
    request.extensions["verdict"] = Verdict(True, Tier.WRITE, "allowed")
    with suppress(httpx.TransportError, QuotaSpentError):
        tracker.handle_request(request)
    (entry,) = ledger.entries()
    if EFFECTIVE & set(sent):
        assert not entry.closed
    if not EFFECTIVE & set(sent) and sent[-1] in ("down", "spent", "422"):
        assert entry.closed
