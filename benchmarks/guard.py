"""What the guard adds to a request, beside what a request costs httpx that goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.measure import median
from benchmarks.row import Row
from harness.exchange import Request
from harness.execution import connect
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.policy.judge import judge
from harness.settings import Settings
from harness.target import Credentials, Target, embedded_name

BASES = {"zendesk": "https://acme.zendesk.example", "zoho": "https://desk.zoho.example"}
COMMENT = b'{"ticket": {"subject": "Printer", "comment": {"body": "on fire", "public": false}, "tags": ["a", "b"]}}'
PLACES = (
    ("zendesk", "GET", "/api/v2/tickets?page[size]=100&sort=-updated_at", b""),
    ("zendesk", "GET", "/api/v2/tickets/35436/comments", b""),
    ("zendesk", "PUT", "/api/v2/tickets/9223372036854775807", COMMENT),
    ("zendesk", "POST", "/api/v2/tickets", COMMENT),
    ("zoho", "GET", "/api/v1/tickets?from=1&limit=50&include=contacts", b""),
    ("zoho", "GET", "/api/v1/tickets/1892000000042034/threads", b""),
    ("zoho", "POST", "/api/v1/tickets/moveToTrash", b'{"ticketIds": ["1", "1"]}'),
)
HEADERS = (("accept", "application/json"), ("authorization", "Bearer x"), ("content-type", "application/json"))


def rows(folder: Path) -> Iterator[Row]:
    """Microseconds of one verdict, with the operations of both vendors loaded."""
    targets = {
        embedded_name(vendor): Target(
            embedded_name(vendor), vendor, base, Credentials("none"), org_id="1" if vendor == "zoho" else ""
        )
        for vendor, base in BASES.items()
    }
    context = run_context.build(RunOptions(), Settings(targets, folder / "cache"))
    policy = connect.policy_context(context, context.permits, targets)
    requests = [Request(method, BASES[vendor] + path, HEADERS, body) for vendor, method, path, body in PLACES] * 40
    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json={}))) as client:
        ours = median(lambda request: judge(request, policy), requests)
        floor = median(
            lambda request: client.request(
                request.method, request.url, headers=dict(request.headers), content=request.body
            ),
            requests,
        )
    count = len(context.documents.catalog.operations)
    yield Row(
        "guard",
        f"one verdict, {count:,} operations",
        "µs",
        ours * 1e6,
        "httpx: a request to MockTransport",
        floor * 1e6,
        note="the peer is what every request costs anyway",
    )
