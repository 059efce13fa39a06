"""The options name orgs: one of each vendor at most, and the embedded sandboxes where none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.planning import targets
from harness.planning.run_options import RunOptions
from harness.planning.targets import embedded, served, targets_of
from harness.settings import EMBEDDED, Settings
from harness.target import Credentials, Target
from harness.vendors import VENDORS

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))
OTHER = replace(ACME, name="other")
SETTINGS = Settings({"acme": ACME, "other": OTHER}, Path("cache"))


def test_without_a_name_every_embedded_sandbox_is_a_target() -> None:
    found = targets_of(RunOptions(), SETTINGS)
    assert set(found) == {"zendesk", "zoho"}
    assert all(target.embedded and target.name == EMBEDDED for target in found.values())


def test_a_named_vendor_narrows_the_sandboxes_to_its_own() -> None:
    assert set(targets_of(RunOptions(vendor="zoho"), SETTINGS)) == {"zoho"}


def test_the_timeout_of_the_options_holds_for_every_target() -> None:
    found = targets_of(RunOptions(targets=("acme",), timeout=7.5), SETTINGS)
    assert found == {"zendesk": replace(ACME, timeout=7.5)}


def test_two_orgs_of_one_vendor_are_refused() -> None:
    with pytest.raises(UsageError, match="two targets of zendesk"):
        targets_of(RunOptions(targets=("acme", "other")), SETTINGS)


def test_a_vendor_that_no_target_is_of_is_refused() -> None:
    with pytest.raises(UsageError, match="no target of zoho"):
        targets_of(RunOptions(targets=("acme",), vendor="zoho"), SETTINGS)


def test_an_embedded_target_has_no_address_until_it_is_served() -> None:
    target = embedded("zendesk")
    assert (target.base_url, target.credentials.kind) == ("", "none")
    urls = {"zendesk": "http://127.0.0.1:1/zendesk", "accounts": "http://127.0.0.1:1/accounts"}
    printed = {"user": "admin@example.com", "token": "t", "api_token": "t", "org_id": "9"}
    placed = served(target, urls, printed)
    assert placed.base_url == urls["zendesk"]
    assert placed.token_url == "", "Zendesk has no second host for its tokens"
    assert placed.org_id == "9"


def test_a_vendor_without_a_sandbox_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = replace(VENDORS["zendesk"], embedded=None)
    monkeypatch.setattr(targets, "VENDORS", {"zendesk": bare})
    with pytest.raises(UsageError, match="no embedded sandbox"):
        embedded("zendesk")
