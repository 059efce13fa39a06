"""The options name orgs, several of a vendor if so, and the embedded sandboxes where none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness import masking, settings
from harness.errors import UsageError
from harness.planning import targets
from harness.planning.run_options import RunOptions
from harness.planning.targets import embedded, served, targets_of, with_secrets, with_timeout
from harness.settings import Settings
from harness.target import EMBEDDED, Credentials, Target
from harness.vendors import VENDORS

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))
OTHER = replace(ACME, name="other", base_url="https://other.zendesk.example")
ALIAS = replace(ACME, name="alias", base_url="https://ACME.zendesk.example/")
EU = Target("eu", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="desk.zoho.example")
NAMED = replace(EU, name="named", org_id="", org="Acme")
ORGS = (
    ACME, OTHER, ALIAS, EU, replace(EU, name="us", org_id="2"), replace(EU, name="eu again", org="by another name"),
    NAMED, replace(NAMED, name="other name", org="Acme Ltd"),
)  # fmt: skip
SETTINGS = Settings({org.name: org for org in ORGS}, Path("cache"))


def test_without_a_name_every_embedded_sandbox_is_a_target() -> None:
    found = targets_of(RunOptions(), SETTINGS)
    assert {name: target.vendor for name, target in found.items()} == {
        "embedded-zendesk": "zendesk", "embedded-zoho": "zoho",
    }  # fmt: skip
    assert all(target.embedded and target.name == name for name, target in found.items())
    assert targets_of(RunOptions(targets=(EMBEDDED,)), SETTINGS) == found


def test_a_named_vendor_narrows_the_sandboxes_to_its_own() -> None:
    assert set(targets_of(RunOptions(vendor="zoho"), SETTINGS)) == {"embedded-zoho"}


def test_the_sandbox_of_one_vendor_has_a_name_of_its_own() -> None:
    found = targets_of(RunOptions(targets=("embedded-zoho", "acme")), SETTINGS)
    assert {name: target.embedded for name, target in found.items()} == {"embedded-zoho": True, "acme": False}


def test_the_timeout_of_the_options_holds_for_every_target() -> None:
    found = targets_of(RunOptions(targets=("acme",), timeout=7.5), SETTINGS)
    assert found == {"acme": replace(ACME, timeout=7.5)}


def test_two_orgs_of_one_vendor_are_two_targets() -> None:
    assert list(targets_of(RunOptions(targets=("other", "acme")), SETTINGS)) == ["other", "acme"]


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("acme", "acme"), "target acme is named twice"),
        (("embedded", "embedded-zoho"), "target embedded-zoho is named twice"),
        (("acme", "alias"), "targets acme and alias are the same org"),
        (("eu", "eu again"), "targets eu and eu again are the same org"),
    ],
)
def test_one_org_is_tested_once(names: tuple[str, ...], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        targets_of(RunOptions(targets=names), SETTINGS)


def test_orgs_on_one_host_are_told_apart_by_their_ids_or_their_names() -> None:
    assert set(targets_of(RunOptions(targets=("eu", "us", "named", "other name")), SETTINGS)) == {
        "eu", "us", "named", "other name",
    }  # fmt: skip


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
