"""An org and its credentials: what is secret is known as such, and is never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.target import DEFAULT_TIMEOUT, Credentials, Target, org_labels, vendors_by_name


def test_no_secret_is_shown() -> None:
    credentials = Credentials("oauth", user="admin", secret="refresh-token", client_id="me", client_secret="password")
    target = Target("acme", "zoho", "https://desk.zoho.example", credentials)
    assert "admin" in repr(target)
    assert "refresh-token" not in repr(target)
    assert "password" not in repr(target)


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        (Credentials("none"), ()),
        (Credentials("bearer", secret="a"), ("a",)),
        (Credentials("oauth", user="u", secret="a", client_id="c", client_secret="b"), ("a", "b")),
    ],
)
def test_secrets_are_what_must_not_reach_a_log(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    assert credentials.secrets == secrets


def test_a_plain_target_is_a_real_org_that_may_not_be_spent() -> None:
    target = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))
    assert (target.embedded, target.disposable) == (False, False)
    assert (target.quota, target.timeout) == (0, DEFAULT_TIMEOUT)


@given(st.dictionaries(st.text(max_size=5), st.sampled_from(["zendesk", "zoho", "third"]), max_size=6))
def test_orgs_are_called_by_their_vendor_where_each_has_one_and_never_two_alike(vendors: dict[str, str]) -> None:
    labels = org_labels(vendors)
    assert labels.keys() == vendors.keys()
    assert len(set(labels.values())) == len(labels)
    is_one_each = len(set(vendors.values())) == len(vendors)
    assert labels == (vendors if is_one_each else {name: name for name in vendors})


def test_a_target_that_is_called_like_another_vendor_keeps_its_name() -> None:
    assert org_labels({"zoho": "zendesk", "other": "zendesk", "embedded-zoho": "zoho"}) == {
        "zoho": "zoho", "other": "other", "embedded-zoho": "embedded-zoho",
    }  # fmt: skip


def test_names_by_vendor_become_vendors_by_name() -> None:
    assert vendors_by_name({"zendesk": "embedded", "zoho": "embedded"}) == {
        "embedded-zendesk": "zendesk", "embedded-zoho": "zoho",
    }  # fmt: skip
    assert vendors_by_name({"zendesk": "zoho", "zoho": "embedded"}) == {"zoho": "zendesk", "embedded-zoho": "zoho"}
