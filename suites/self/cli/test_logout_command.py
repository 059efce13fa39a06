"""deskcheck logout: what is kept of an org is gone, and what was removed is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import settings
from harness.cli.main import main
from harness.planning.targets import with_secrets
from harness.tokens.store_place import open_store
from harness.tokens.token import EMPTY, Token, TokenRecord
from harness.vendors import VENDORS

RECORD = TokenRecord(Token("access-s3cret", 9e9, 3600.0, "refresh-s3cret"))
CONFIG = """
[targets.desk]
vendor = "zoho"
base_url = "https://desk.zoho.example"
auth = "zoho"
client_id = "client"
secret_env = "DESK_TOKEN"
client_secret_env = "DESK_CLIENT"

[targets.acme]
vendor = "zendesk"
base_url = "https://acme.example"
auth = "oauth_refresh"
client_id = "client"
secret_env = "HELP_TOKEN"

[targets.old]
vendor = "zendesk"
base_url = "https://old.example"
auth = "bearer"
secret_env = "HELP_TOKEN"
"""


@pytest.fixture(autouse=True)
def folder(configure: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKCHECK_STATE", str(tmp_path / "state"))
    configure(CONFIG)
    return tmp_path / "state" / "tokens"


def keep(name: str) -> Callable[[], TokenRecord]:
    """Keep a token of a target; gives what reads it."""
    configured = settings.load()
    target = with_secrets({name: configured.targets[name]}, configured)[name]
    grant = VENDORS[target.vendor].auth_kind(target.credentials.kind).grant
    assert grant
    store, key = open_store(target.tokens), grant(target).key
    store.write(key, RECORD)
    return lambda: store.read(key)


def test_the_token_of_one_org_is_removed(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    desk, acme = keep("desk"), keep("acme")
    assert main(["logout", "--target", "desk"]) == 0
    assert (desk(), acme()) == (EMPTY, RECORD)
    assert capsys.readouterr().out == f"desk: access token removed from {folder}\n"
    assert main(["logout", "--target", "desk"]) == 0
    assert capsys.readouterr().out == f"desk: no access token in {folder}\n"


def test_a_pair_that_rotates_is_said_to_be_gone_whole(capsys: pytest.CaptureFixture[str]) -> None:
    keep("acme")
    main(["logout", "--target", "acme", "--target", "old"])
    first, second = capsys.readouterr().out.splitlines()
    assert "begins with the configured one" in first
    assert second == "old: auth bearer keeps no access token"


def test_all_includes_what_earlier_configurations_left(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    desk, acme = keep("desk"), keep("acme")
    os.environ["HELP_TOKEN"] = "another refresh token"
    assert main(["logout", "--all"]) == 0
    assert (desk(), acme()) == (EMPTY, EMPTY)
    assert "1 more of earlier configurations" in capsys.readouterr().out
    assert list(folder.glob("*.json")) == []


@pytest.mark.parametrize("words", [[], ["--all", "--target", "desk"], ["--target", "nobody"]])
def test_which_org_must_be_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logout", *words]) == 2
    assert "s3cret" not in capsys.readouterr().err
