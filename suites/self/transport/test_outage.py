"""An org that gave no answer is only then away when it answers nothing else either."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.transport.outage import OutageProbe
from harness.transport.refused import Refused

BASE = "https://acme.zendesk.example"
LOST = httpx.ReadError("reset")
PROOF, GROUPS = f"{BASE}/api/v2/account", f"{BASE}/api/v2/groups"


class Org:
    """Answers the URLs that it is given, gives an error for each other one; keeps what it was asked."""

    def __init__(self, *answering: str, error: Exception = LOST) -> None:
        self.answering, self.error, self.asked = answering, error, []
        self.target = Target("acme", "zendesk", BASE, Credentials("none"))

    def send(self, request: Request) -> Exchange:
        self.asked.append(request.url)
        if request.url not in self.answering:
            raise self.error
        return Exchange(request, Response(500))


def probe(org: Org, *answered: tuple[str, Request]) -> OutageProbe:
    made = OutageProbe(org)  # type: ignore[arg-type]
    for key, request in answered:
        made.answered(key, Exchange(request, Response(200)))
    return made


def test_an_org_that_says_what_it_is_is_there_whatever_it_answers() -> None:
    org = Org(PROOF)
    probe(org).check("zendesk:ListTickets", "reset")
    assert org.asked == [PROOF]


def test_the_last_read_that_it_answered_counts_as_well() -> None:
    org = Org(GROUPS)
    probe(org, ("zendesk:ListGroups", Request("GET", GROUPS))).check("zendesk:ListTickets", "reset")
    assert org.asked == [PROOF, GROUPS]


def test_an_org_that_answers_nothing_is_an_outage_that_says_why() -> None:
    with pytest.raises(UnfinishedError, match="answers no request any more: reset") as outage:
        probe(Org()).check("zendesk:ListTickets", "reset")
    assert outage.value.where == BASE


def test_the_operation_that_is_in_doubt_is_not_asked_again() -> None:
    org = Org(GROUPS)
    with pytest.raises(UnfinishedError):
        probe(org, ("zendesk:ListGroups", Request("GET", GROUPS))).check("zendesk:ListGroups", "reset")
    assert org.asked == [PROOF]


def test_what_changes_something_is_never_repeated() -> None:
    org = Org(GROUPS)
    with pytest.raises(UnfinishedError):
        probe(org, ("zendesk:CreateGroup", Request("POST", GROUPS))).check("zendesk:ListTickets", "reset")
    assert GROUPS not in org.asked


def test_a_permit_without_reads_leaves_nothing_to_ask_with() -> None:
    refused = Refused(Verdict(False, Tier.READ, "permit", ("above it",)))
    probe(Org(error=refused)).check("zendesk:ListTickets", "reset")


def test_a_vendor_without_a_proof_is_asked_for_the_last_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.transport import outage

    vendors: Any = {"zendesk": SimpleNamespace(proof=None)}
    monkeypatch.setattr(outage, "VENDORS", vendors)
    org = Org(GROUPS)
    probe(org, ("zendesk:ListGroups", Request("GET", GROUPS))).check("zendesk:ListTickets", "reset")
    assert org.asked == [GROUPS]
