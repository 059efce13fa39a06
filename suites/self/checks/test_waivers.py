"""Waivers cover what they name and nothing else, expire, go stale and are proposed for a person to edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import waivers
from harness.checks.waivers import Waiver
from harness.errors import DocumentError
from harness.exchange import Exchange, Request, Response
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


PAST = date(2016, 1, 1)


def recorded(at):
    """The finding in an exchange of that time; 0 is a recording that does not say when."""
    seconds = at.timestamp() if at else 0.0
    return replace(finding(), exchange=Exchange(Request("GET", "https://any.host/"), Response(200), seconds))


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        (datetime(2013, 8, 21, 12, tzinfo=UTC), True),
        (datetime(2015, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2016, 1, 1, tzinfo=UTC), False),
        (datetime(2026, 11, 21, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_a_waiver_of_the_past_covers_what_was_recorded_before_its_day_alone(at, covered):
    assert waiver(seen_until=PAST).covers(recorded(at)) is covered


def test_a_finding_without_its_exchange_may_be_of_today():
    assert not waiver(seen_until=PAST).covers(finding())


def test_a_waiver_of_the_past_expires_like_any_other():
    (new,), waived = waivers.apply(
        [recorded(datetime(2013, 8, 21, tzinfo=UTC))], [waiver(seen_until=PAST)], date(2027, 1, 1)
    )
    assert not waived
    assert "expired" in new.message


def test_no_run_needs_a_waiver_of_the_past_so_none_is_stale():
    assert waivers.stale([waiver(seen_until=PAST)], []) == ()


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_the_day_decides_whatever_the_time(at):
    assert waiver(seen_until=PAST).covers(recorded(at)) is (at.date() < PAST)


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
    assert one.seen_until is None


def test_seen_until_is_read_as_a_day(tmp_path):
    (one,) = load(tmp_path, FILE + "  seen_until: 2016-01-01\n")
    assert one.seen_until == PAST
    assert one.reach == "status of zendesk:CreateView until 2026-12-31, in exchanges recorded before 2016-01-01"


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
        ("status: 201", "status: 201\n  seen_until: once", "no date or status"),
        ("status: 201", "status: 201\n  seen_until:", "no date or status"),
        ("status: 201", "status: 201\n  seen_until: 2026-01-02", "later than its since"),
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


def test_a_waiver_is_about_a_test_whose_key_holds_brackets() -> None:
    key = "zendesk:tests/desk/test_a.py::test_pages[groups-100]"
    assert waiver(operation=key).is_about(key)
    assert not waiver(operation=key).is_about("zendesk:tests/desk/test_a.py::test_pages[users-100]")
    assert waiver(operation="zendesk:List*").is_about("zendesk:ListTags")


def test_a_waived_finding_names_the_waiver_with_its_file_and_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = f"{tmp_path / 'specs/zendesk/waivers.yaml'}:7"
    _, (waived,) = waivers.apply([finding()], [waiver(place=place)], date(2026, 11, 27))
    assert waived.waiver_place == "specs/zendesk/waivers.yaml:7"
    assert waived.waived_by == f"{waived.waiver} (specs/zendesk/waivers.yaml:7)"
    assert finding().waived_by == ""
