"""A refusal says which rule held which request back, and on what evidence."""

from __future__ import annotations

import httpx

from harness.policy.judge import Verdict
from harness.results.outcome import Refusal
from harness.risk.tier import Tier
from harness.transport.refused import Refused, refusal

VERDICT = Verdict(
    False, Tier.DESTRUCTIVE, "permit", ("the method is DELETE", "not permitted"), "zendesk:DeleteTicket",
    "DELETE https://acme.zendesk.example/api/v2/tickets/1",
)  # fmt: skip


def test_the_error_says_all_of_the_verdict() -> None:
    error = Refused(VERDICT)
    assert error.verdict is VERDICT
    assert str(error) == (
        "refused by permit: DELETE https://acme.zendesk.example/api/v2/tickets/1 "
        "(destructive: the method is DELETE; not permitted)"
    )


def test_a_client_takes_it_for_a_request_that_did_not_leave() -> None:
    assert isinstance(Refused(VERDICT), httpx.TransportError)


def test_results_carry_it_as_a_value() -> None:
    assert refusal(VERDICT) == Refusal(
        "zendesk:DeleteTicket", "destructive", "permit", VERDICT.evidence, VERDICT.request
    )
