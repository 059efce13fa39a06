"""An org and its credentials: what is secret is known as such, and is never shown."""

from __future__ import annotations

import pytest

from harness.target import DEFAULT_TIMEOUT, Credentials, Target


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
