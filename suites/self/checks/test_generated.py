"""The generator's own checks, on answers that are wrong in the ways only it can tell."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "cases"))

import things

from harness.cases.bind import bind_ids, request
from harness.cases.case import Case, Intent
from harness.cases.generate import generate
from harness.cases.schema import BASE, open_schema, operation
from harness.checks.generated import Generated
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.openapi.catalog import compile_operations

BASE_URL = "http://127.0.0.1:8080/zendesk"
OK = Response(200, (("content-type", "application/json"),), b"{}")
REFUSED = Response(401, (("content-type", "application/json"),), b'{"error": "no"}')


class Org:
    """An org that checks credentials, or does not."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.sent: list[Request] = []
        self.checks = Generated(things.TREE, self.answer)

    def answer(self, sent: Request) -> Response:
        self.sent.append(sent)
        return REFUSED if self.strict and sent.header("authorization") != "Bearer right" else OK

    def judge(self, key: str, case: Case, response: Response = OK, *, first: bool = False) -> list[tuple[str, str]]:
        asked = request(bind_ids(case, {}, lambda name: ""), BASE_URL)
        signed = Request(asked.method, asked.url, (*asked.headers, ("authorization", "Bearer right")), asked.body)
        found = self.checks.judge(
            things.CATALOG.by_key[f"zendesk:{key}"], case, Exchange(signed, response), first_success=first
        )
        return [(one.check, one.message) for one in found]


def cases(key: str) -> tuple[Case, ...]:
    one = things.CATALOG.by_key[f"zendesk:{key}"]
    return generate(operation(open_schema(things.TREE), one.method, one.path), 40, 1)


def test_invalid_input_that_is_accepted_is_a_finding() -> None:
    org = Org(strict=True)
    for case in cases("CreateThing"):
        found = org.judge("CreateThing", case)
        if not case.negative:
            assert found == []
        elif case.origin and case.place == "body" and "propert" not in case.what:
            assert [check for check, _ in found] == ["negative_data_rejection"]
    assert org.sent == [], "these checks look at the answer that is there"


def test_an_invalid_query_value_is_found_beside_valid_ones() -> None:
    """The generator's own check takes a request with any valid value in its query for a valid one."""
    tree = copy.deepcopy(things.TREE)
    mode = {"name": "mode", "in": "query", "schema": {"type": "string", "enum": ["short", "long"]}}
    tree["paths"]["/api/v2/things"]["get"]["parameters"] = [things.PAGE, mode]
    checks = Generated(tree, lambda sent: OK)
    (listing,) = [one for one in compile_operations("zendesk", "things", tree) if one.operation_id == "ListThings"]
    made = generate(operation(open_schema(tree), "GET", "/api/v2/things"), 40, 1)
    edges = [case for case in made if case.intent is Intent.BOUNDARY and case.query.count("=") == 2]
    for case in edges:
        sent = request(bind_ids(case, {}, lambda name: ""), BASE_URL)
        found = list(checks.judge(listing, case, Exchange(sent, OK), first_success=False))
        assert bool(found) == (case.negative and case.parameter in ("mode", "per_page")), case.what
    assert "per_page" in {case.parameter for case in edges if case.negative}


def test_invalid_input_that_is_refused_is_none() -> None:
    org = Org(strict=True)
    bad = [case for case in cases("CreateThing") if case.negative]
    assert bad
    assert [org.judge("CreateThing", case, REFUSED) for case in bad] == [[]] * len(bad)


def test_ignored_credentials_are_a_finding_and_their_probes_come_to_the_door() -> None:
    org = Org(strict=False)
    valid = next(case for case in cases("ListThings") if not case.negative)
    assert [check for check, _ in org.judge("ListThings", valid, first=True)] == ["ignored_auth"]
    assert org.sent, "it asked again without credentials"
    assert all(sent.url.startswith(BASE) for sent in org.sent)
    assert "Bearer right" not in {sent.header("authorization") for sent in org.sent}


def test_credentials_that_count_are_none_and_only_asked_for_once() -> None:
    org = Org(strict=True)
    valid = next(case for case in cases("ListThings") if not case.negative)
    assert org.judge("ListThings", valid, first=True) == []
    assert {sent.header("authorization") == "Bearer right" for sent in org.sent} == {False}
    assert len(org.sent) <= 2


def test_later_successes_cost_no_more_requests() -> None:
    org = Org(strict=False)
    valid = next(case for case in cases("ListThings") if not case.negative)
    assert org.judge("ListThings", valid) == []
    assert org.sent == []


def test_a_case_without_an_origin_is_left_to_the_other_checks() -> None:
    hand_made = Case("GET", "/api/v2/things", cases("ListThings")[0].intent, negative=True)
    assert Org(strict=True).judge("ListThings", hand_made, first=True) == []


def test_another_seed_finds_the_same_parts_of_a_request_unchecked() -> None:
    """What fuzzing breaks is chance, so a finding's cause names the part; a boundary is named as it is."""
    one = things.CATALOG.by_key["zendesk:ListThings"]
    causes: dict[int, set[str]] = {}
    for seed in (1, 2, 3):
        made = generate(operation(open_schema(things.TREE), one.method, one.path), 60, seed)
        fuzzed = [case for case in made if case.negative and case.intent is Intent.FUZZ]
        found = (finding for case in fuzzed for finding in findings_of(case))
        causes[seed] = {finding.expected for finding in found if finding.check == "negative_data_rejection"}
    everything = set().union(*causes.values())
    assert everything
    assert all(cause.startswith("a refusal of what breaks the contract") for cause in everything)
    assert not any(word in cause for cause in everything for word in ("became", "violates", "/properties"))


def findings_of(case: Case) -> list[Finding]:
    checks = Generated(things.TREE, lambda sent: OK)
    sent = request(bind_ids(case, {}, lambda name: ""), BASE_URL)
    listing = things.CATALOG.by_key["zendesk:ListThings"]
    return list(checks.judge(listing, case, Exchange(sent, OK), first_success=False))
