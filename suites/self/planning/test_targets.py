"""The options name orgs: one of each vendor at most, and the embedded sandboxes where none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness import masking, settings
from harness.errors import UsageError
from harness.planning import targets
from harness.planning.run_options import RunOptions
from harness.planning.targets import embedded, served, targets_of, with_secrets, with_timeout
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


TWICE = """
[targets.help]
vendor = "zendesk"
base_url = "https://acme.example"
auth = "bearer"
secret = "command:COMMAND"

[targets.desk]
vendor = "zoho"
base_url = "https://desk.zoho.eu"
auth = "zoho"
client_id = "1000.A"
secret = "command:COMMAND"
client_secret = "env:CLIENT"
"""


def test_a_secret_that_several_targets_name_is_read_once_and_masked_from_then_on(tmp_path: Path) -> None:
    script = tmp_path / "give.sh"
    script.write_text("#!/bin/sh\necho x >> calls\necho s3cret-of-both\n")
    script.chmod(0o700)
    (tmp_path / "deskcheck.toml").write_text(TWICE.replace("COMMAND", "./give.sh"))
    found = settings.load(tmp_path, {"CLIENT": "s3cret-of-one"})
    complete = with_secrets(targets_of(RunOptions(targets=("help", "desk")), found), found)
    assert {target.credentials.secret for target in complete.values()} == {"s3cret-of-both"}
    assert (tmp_path / "calls").read_text() == "x\n"
    assert masking.printable("a s3cret-of-both and s3cret-of-one") == f"a {masking.MASK} and {masking.MASK}"


@pytest.mark.parametrize(("typed", "seconds"), [(None, 60.0), (5.0, 5.0)])
def test_a_time_limit_that_is_not_typed_leaves_the_target_s_own(typed: float | None, seconds: float) -> None:
    assert with_timeout(embedded("zendesk"), typed).timeout == seconds
