"""What is counted while an operation or a test runs: answers, what the network lost, and findings, once a cause."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from listed_org import Answering, answer_json

from harness.exchange import Exchange, Request, Response
from harness.execution.org_client import OrgClient
from harness.execution.reproduce import Attempt, SendResult
from harness.execution.tally import Tally, in_words
from harness.finding import Finding
from harness.results.outcome import Outcome, State

KEY = "zendesk:ListGroups"
OUTCOME = Outcome(KEY, "zendesk", "GET", "/api/v2/groups", "groups", "read", "reading-method", State.PASSED)


def test_an_outcome_has_what_was_counted_since_the_tally_was_made() -> None:
    transport = Answering(lambda request, signed: answer_json({}))
    client = OrgClient(transport)  # type: ignore[arg-type]
    client.send(Request("GET", "/before"))
    tally = Tally(client)
    tally.add_answer(client.send(Request("GET", "/api/v2/groups")), KEY)
    tally.add_lost(SendResult(None, (Attempt(Exchange(Request("GET", "/api"), Response(503, (), b""))),)))
    outcome = tally.complete(OUTCOME, [], [], tally.lost)
    assert (outcome.requests, outcome.statuses, outcome.lost) == (1, {"200": 1}, {"HTTP 503": 1})


def test_of_each_cause_the_first_finding_counts() -> None:
    tally = Tally(OrgClient(Answering(lambda request, signed: answer_json({}))))  # type: ignore[arg-type]
    finding = Finding(KEY, "body", 200, "/groups/0", "first")
    assert not tally.add_findings([])
    same_cause = replace(finding, pointer="/groups/1")
    assert tally.add_findings([finding, same_cause])
    assert list(tally.findings.values()) == [finding]


def test_counts_are_said_with_the_highest_first() -> None:
    assert in_words(Counter({"ReadError": 1, "HTTP 503": 2})) == "HTTP 503 2, ReadError 1"
