"""Waivers cover what they name and nothing else, expire, go stale and are proposed for a person to edit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import waivers
from harness.checks.waivers import Waiver
from harness.errors import DocumentError
from harness.finding import Finding

TODAY = date(2026, 11, 21)


def waiver(**more):
    given_ = {
        "id": "w1",
        "operation": "zendesk:ListTickets",
        "check": "body",
        "reason": "the vendor knows",
        "owner": "qa@example.com",
        "since": date(2026, 1, 1),
        "expires": date(2026, 12, 31),
        "source": "recorded 2023-09",
        "pointer": "/tickets/*/recipient",
    }
    return Waiver(**(given_ | more))


def finding(operation="zendesk:ListTickets", check="body", status=200, pointer="/tickets/3/recipient"):
    return Finding(operation, check, status, pointer, "null where the contract says type string", "type string")


@pytest.mark.parametrize(
    ("narrow", "covered"),
    [
        ({}, True),
        ({"operation": "zendesk:List*"}, True),
        ({"operation": "zoho:*"}, False),
        ({"check": "status"}, False),
        ({"status": 200}, True),
        ({"status": 201}, False),
        ({"pointer": "", "status": 200}, False),
        ({"pointer": "/tickets/*/rec*"}, True),
        ({"pointer": "/tickets/*"}, False),
        ({"pointer": "/tickets/*/*"}, False),
        ({"pointer": "/*/*/recipient"}, False),
        ({"pointer": "/tickets/*/recipient/name"}, False),
    ],
)
def test_what_a_waiver_covers(narrow, covered):
    assert waiver(**narrow).covers(finding()) is covered


def test_a_waived_finding_names_its_waiver():
    new, waived = waivers.apply([finding(), finding(check="status")], [waiver()], TODAY)
    assert [one.waiver for one in waived] == ["w1"]
    assert [one.check for one in new] == ["status"]


def test_an_expired_waiver_covers_nothing_and_says_so():
    (new,), waived = waivers.apply([finding()], [waiver()], date(2027, 1, 1))
    assert not waived
    assert "waiver w1 expired on 2026-12-31" in new.message


def test_the_last_day_still_counts_and_a_live_waiver_wins_over_an_expired_one():
    old = waiver(id="old", expires=TODAY - timedelta(days=1))
    _, waived = waivers.apply([finding()], [old, waiver(expires=TODAY)], TODAY)
    assert [one.waiver for one in waived] == ["w1"]


def test_a_waiver_that_nothing_needed_is_stale():
    unused = waiver(id="w2", check="status")
    _, waived = waivers.apply([finding()], [waiver(), unused], TODAY)
    assert waivers.stale([waiver(), unused], waived) == (unused,)


@pytest.mark.parametrize(
    ("narrow", "is_broad"),
    [
        ({}, False),
        ({"pointer": "", "status": 404}, False),
        ({"operation": "zendesk:List*"}, True),
        ({"pointer": "/custom_role/configuration/manage_*"}, True),
        ({"pointer": "/tickets/*/fields/*/value"}, False),
    ],
)
def test_those_beyond_one_operation_or_one_place_are_broad(narrow, is_broad):
    assert waiver(**narrow).is_broad is is_broad


FILE = """
waivers:
- id: w1
  operation: zendesk:CreateView
  check: status
  status: 201
  reason: answers 201
  owner: qa@example.com
  since: 2026-01-01
  expires: 2026-12-31
  source: recorded 2023-09
"""


def load(tmp_path, text):
    (tmp_path / "zendesk").mkdir(exist_ok=True)
    (tmp_path / "zendesk" / "waivers.yaml").write_text(text)
    return waivers.load(specs=tmp_path)


def test_a_file_is_read_with_dates(tmp_path):
    (one,) = load(tmp_path, FILE)
    assert (one.id, one.status, one.pointer, one.expires) == ("w1", 201, "", date(2026, 12, 31))


def test_no_file_is_no_waiver(tmp_path):
    assert waivers.load(specs=tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("  owner: qa@example.com\n", "", "lacks owner"),
        ("reason: answers 201", "reason: ''", "lacks reason"),
        ("  status: 201\n", "", "neither a pointer nor a status"),
        ("2026-12-31", "soon", "no date"),
        ("status: 201", "status: many", "no date or status"),
        ("  check: status", "  chek: status", "means nothing: chek"),
        ("waivers:", "waiver:", "no list"),
        (FILE, "waivers: [text]", "no mapping"),
        ("", FILE, "used twice"),
    ],
)
def test_a_wrong_waiver_is_refused_with_its_line(tmp_path, old, new, word):
    text = FILE.replace(old, new) if old else FILE + new.replace("\nwaivers:\n", "")
    with pytest.raises(DocumentError, match=word) as caught:
        load(tmp_path, text)
    assert str(tmp_path) in caught.value.where


def test_a_proposal_has_to_be_completed_by_a_person(tmp_path):
    text = waivers.propose(
        [finding(), finding(pointer="/tickets/9/recipient"), finding(check="status", pointer="")], TODAY
    )
    assert text.count("- id:") == 2
    with pytest.raises(DocumentError, match="lacks owner, reason"):
        load(tmp_path, text)
    edited = text.replace("reason: ''", "reason: known").replace("owner: ''", "owner: qa@example.com")
    assert [one.pointer for one in load(tmp_path, edited)] == ["/tickets/*/recipient", ""]


FINDINGS = st.builds(
    finding,
    operation=st.sampled_from(["zendesk:A", "zoho:B"]),
    check=st.sampled_from(["body", "status"]),
    status=st.sampled_from([200, 404]),
    pointer=st.sampled_from(["", "/a", "/a/0/b", "/a/7/b", "/a~1b/c", "/ä b"]),
)


@given(st.lists(FINDINGS, max_size=8))
def test_what_is_proposed_and_completed_covers_all_that_it_was_made_from(tmp_path_factory, findings):
    text = waivers.propose(findings, TODAY).replace("''", "person")
    known = load(tmp_path_factory.mktemp("specs"), text)
    new, waived = waivers.apply(findings, known, TODAY)
    assert not new
    assert not waivers.stale(known, waived)
    assert not any(one.is_broad for one in known)
