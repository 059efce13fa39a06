"""What only a case can tell of its answer: that an invalid one was accepted, or that nobody asked for credentials."""

from __future__ import annotations

import json

import httpx
import pinned
import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.cases.case import Case, Intent
from harness.exchange import Exchange, Request, Response
from harness.execution.case_checks import Judgement
from harness.openapi.catalog import Match
from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.transport.refused import Refused

# Its document names OAuth scopes, so the probe for ignored credentials is ours and not the generator's.
SCOPED = next(one for one in pinned.catalog().operations if one.scopes and one.method == "GET" and "{" not in one.path)
REFUSED = Refused(Verdict(False, Tier.READ, "permit", ("above it",)))
UNSIGNED = {"open": answer_json({}), "closed": Response(401), "refused": REFUSED, "lost": httpx.ReadError("reset")}


def judge(unsigned: Response | Exception, *, negative: bool = False, status: int = 200) -> Judgement:
    """The judgement on an answer, where a request without credentials gets `unsigned`."""
    org = org_under_test(Answering(lambda request, signed: answer_json({}) if signed else unsigned), SCOPED.vendor)
    case = Case("GET", SCOPED.path, Intent.FUZZ, negative=negative)
    request = Request("GET", SCOPED.path, (("accept", "*/*"), ("authorization", "Zoho x"), ("orgid", "1")))
    exchange = Exchange(request, answer_json({}, status))
    return org.checks.judge(SCOPED, case, exchange, probe_auth=status == 200 and not negative)


@pytest.mark.parametrize(("unsigned", "finding", "probed", "lost"), [
    ("open", True, False, ""), ("closed", False, True, ""),
    ("refused", False, True, ""), ("lost", False, False, "ReadError"),
])  # fmt: skip
def test_a_success_is_tried_without_credentials(unsigned: str, finding: bool, probed: bool, lost: str) -> None:
    judgement = judge(UNSIGNED[unsigned])
    assert [one.check for one in judgement.case_findings] == ["ignored_auth"] * finding
    assert set(judgement.case_findings) <= set(judgement.findings)
    assert (judgement.auth_probed, judgement.lost) == (probed, lost)


@pytest.mark.parametrize(("negative", "status"), [(False, 404), (True, 400)])
def test_what_only_an_unwanted_success_shows_is_not_asked_of_other_answers(negative: bool, status: int) -> None:
    judgement = judge(UNSIGNED["open"], negative=negative, status=status)
    assert (judgement.case_findings, judgement.auth_probed) == ((), False)


def test_the_probe_keeps_no_header_that_proves_who_asks() -> None:
    sent: list[Request] = []
    org = org_under_test(Answering(lambda request, signed: sent.append(request) or Response(401)), SCOPED.vendor)
    request = Request("GET", SCOPED.path, (("accept", "*/*"), ("authorization", "Zoho x"), ("orgid", "1")))
    case = Case("GET", SCOPED.path, Intent.FUZZ)
    org.checks.judge(SCOPED, case, Exchange(request, answer_json({})), probe_auth=True)
    assert [dict(one.headers) for one in sent] == [{"accept": "*/*", "orgid": "1"}]


REPLY = next(one for one in pinned.catalog().operations if one.key == "zoho:draftsReply")
BROKEN_BRANCH = "violates `enum` at /anyOf/2/properties/channel"


@pytest.mark.parametrize(("body", "what", "asked"), [
    ({"channel": "FACEBOOK", "content": "x"}, BROKEN_BRANCH, False),
    ({"channel": "FACEBOOK", "content": "x"}, "violates `enum` at /properties/channel", True),
    ({"channel": "FACEBOOK", "content": 1}, BROKEN_BRANCH, True),
])  # fmt: skip
def test_a_body_that_breaks_one_branch_of_a_union_and_fits_another_is_not_invalid(
    body: dict[str, object], what: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = org_under_test(Answering(lambda *_: answer_json({})), REPLY.vendor)
    generated: list[Case] = []
    monkeypatch.setattr(org.checks, "_case_findings", lambda _, case, *__: generated.append(case) or iter(()))
    case = Case("POST", REPLY.path, Intent.FUZZ, negative=True, what=what, has_json=True, json=body)
    request = Request("POST", REPLY.path, (("content-type", "application/json"),), json.dumps(body).encode())
    org.checks.judge(REPLY, case, Exchange(request, answer_json({})), probe_auth=False)
    assert bool(generated) is asked


def test_what_is_not_judged_is_of_the_answer_alone() -> None:
    """A request of ours may be in a form that cannot be read: it was made so."""
    org = org_under_test(Answering(lambda request, signed: answer_json({})), SCOPED.vendor)
    request = Request("GET", f"{SCOPED.path}?page=2&from=x", (("content-type", "application/xml"),), b"<a/>")
    assert org.checks.unjudged(Exchange(request, answer_json({})), Match(SCOPED)) == ()
