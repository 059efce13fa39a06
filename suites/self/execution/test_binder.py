"""Each request gets a mark of its own; bodies get what the vendor needs beside its document."""

from __future__ import annotations

import pinned
from listed_org import Org, org_under_test

from harness.cases.case import Case, Intent

CREATE = pinned.catalog().by_key["zendesk:CreateTicket"]
CASE = Case("POST", CREATE.path, Intent.FUZZ, has_json=True, json={"ticket": {"subject": "printer"}})


def subjects(mark: str, times: int = 2) -> list[str]:
    binder = org_under_test(Org(), mark=mark).binder
    bound = [binder.bind(CREATE, CASE, {}, lambda name: "") for _ in range(times)]
    return [case.json["ticket"]["subject"] for case in bound]


def test_no_two_requests_carry_the_same_mark() -> None:
    first, second = subjects("deskcheck-0123456789")
    assert first != second
    assert first.startswith("deskcheck-0123456789-1")
    assert second.startswith("deskcheck-0123456789-2")


def test_without_a_mark_texts_stay_as_they_are() -> None:
    assert subjects("") == ["printer", "printer"]


def test_values_that_the_vendor_needs_are_put_in() -> None:
    binder = org_under_test(Org()).binder
    key = next(iter(binder.fixed))
    operation = next(one for one in pinned.catalog().operations if one.operation_id == key)
    assert binder.fixed_values(operation) == binder.fixed[key]
    assert binder.fixed_values(CREATE) == binder.fixed.get("CreateTicket", {})
