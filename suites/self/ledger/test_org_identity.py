"""An org is known again by vendor, address and id, whatever its target is called elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.ledger.org_identity import OrgIdentity, from_rows, of_target, to_rows
from harness.target import Credentials, Target

SECRET = "5ecret-7ext"
ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("basic", "me@x.example", SECRET))
DESK = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="700")


@pytest.mark.parametrize(
    "other",
    [
        replace(ACME, name="another-name"),
        replace(ACME, base_url="https://ACME.zendesk.example/"),
        replace(ACME, base_url="https://acme.zendesk.example:443"),
        replace(ACME, credentials=Credentials("none")),
    ],
)
def test_the_same_org_may_be_called_and_spelled_otherwise(other: Target) -> None:
    assert of_target(ACME).is_org_of(other)


@pytest.mark.parametrize(
    ("target", "other"),
    [
        (ACME, replace(ACME, base_url="https://acme2.zendesk.example")),
        (ACME, replace(ACME, base_url="http://acme.zendesk.example")),
        (ACME, replace(ACME, base_url="https://acme.zendesk.example/mirror")),
        (ACME, replace(ACME, base_url="https://acme.zendesk.example:8443")),
        (ACME, replace(ACME, vendor="zoho")),
        (DESK, replace(DESK, org_id="701")),
    ],
)
def test_another_org_is_not_taken_for_it(target: Target, other: Target) -> None:
    assert not of_target(target).is_org_of(other)


def test_an_org_id_that_only_one_side_has_is_assumed_and_not_known() -> None:
    nameless = replace(DESK, org_id="")
    assert of_target(DESK).is_org_of(nameless)
    assert not of_target(DESK).is_known_for_certain(nameless)
    assert of_target(DESK).is_known_for_certain(DESK)


def test_a_header_holds_no_secret_and_no_user() -> None:
    text = json.dumps(to_rows([of_target(ACME)]))
    assert SECRET not in text
    assert "me@x.example" not in text


@given(st.builds(OrgIdentity, st.text(), st.text(), st.text(), st.text(), st.booleans()))
def test_what_a_header_holds_is_read_again(org: OrgIdentity) -> None:
    assert from_rows(json.loads(json.dumps(to_rows([org])))) == (org,)


@pytest.mark.parametrize("rows", [None, "acme", 3, {}, [None, 3, "acme"]])
def test_what_is_no_list_of_orgs_names_none(rows: object) -> None:
    assert from_rows(rows) == ()
