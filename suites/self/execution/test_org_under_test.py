"""An org under test knows its target, and tells new findings from those that somebody answers for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.checks import waivers
from harness.checks.waivers import Waiver
from harness.execution.org_under_test import OrgUnderTest
from harness.finding import Finding

TODAY = date.today()
KNOWN = Finding("zendesk:ListGroups", "body", 200, "/groups/3/name", "is null")
NEW = Finding("zendesk:ListGroups", "body", 200, "/groups/3/url", "is null")


def waiver(expires: date) -> Waiver:
    return Waiver("null-name", "zendesk:List*", "body", "seen", "me", TODAY, expires, "a page", "/groups/*/name")


def org() -> OrgUnderTest:
    return org_under_test(Answering(lambda request, signed: answer_json({})))


def test_it_is_the_org_that_its_client_sends_to() -> None:
    tested = org()
    assert tested.target is tested.client.target


def test_a_waived_finding_is_told_apart_from_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waivers, "load", lambda vendor: (waiver(TODAY + timedelta(days=1)),))
    new, waived = org().split_waived([KNOWN, NEW])
    assert new == [NEW]
    assert [(finding.pointer, finding.waiver) for finding in waived] == [(KNOWN.pointer, "null-name")]


def test_a_waiver_that_has_expired_covers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waivers, "load", lambda vendor: (waiver(TODAY - timedelta(days=1)),))
    new, waived = org().split_waived([KNOWN])
    assert [finding.pointer for finding in new] == [KNOWN.pointer]
    assert waived == []


def test_waivers_are_read_once_and_only_where_there_are_findings_to_tell_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    monkeypatch.setattr(waivers, "load", lambda vendor: read.append(vendor) or ())
    tested = org()
    assert read == []
    tested.split_waived([NEW])
    tested.split_waived([NEW])
    assert read == ["zendesk"]
