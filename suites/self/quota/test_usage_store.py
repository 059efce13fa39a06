"""One org has one key, whatever its target is called; a process that shares with nobody counts for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.quota.usage_store import OwnUsage, key_of
from harness.target import Credentials, Target

ORG = Target("acme", "zendesk", "https://acme.zendesk.com", Credentials("none"))


@pytest.mark.parametrize("same", [
    replace(ORG, name="other"), replace(ORG, base_url="https://ACME.zendesk.com"), replace(ORG, quota=7),
    replace(ORG, credentials=Credentials("basic", "agent@acme.example", "secret")),
])  # fmt: skip
def test_the_same_org_has_the_same_key(same: Target) -> None:
    assert key_of(same) == key_of(ORG)


@pytest.mark.parametrize("other", [
    replace(ORG, vendor="zoho"), replace(ORG, base_url="https://acme2.zendesk.com"), replace(ORG, org_id="7"),
    replace(ORG, base_url="https://acme.zendesk.com:8443"),
])  # fmt: skip
def test_another_org_has_another_key(other: Target) -> None:
    assert key_of(other) != key_of(ORG)


def test_a_key_does_not_show_whose_it_is() -> None:
    assert "acme" not in key_of(ORG)


def test_a_process_of_its_own_keeps_what_it_counts() -> None:
    store = OwnUsage(clock=lambda: 5.0)
    store.change(lambda usage, now: (usage._replace(credits=7), None))
    assert store.change(lambda usage, now: (usage, (usage.credits, now))) == (7, 5.0)
