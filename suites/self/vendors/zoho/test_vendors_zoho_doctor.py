"""Whom Zoho Desk takes us for."""

from __future__ import annotations

from harness.vendors.zoho.doctor import user


def test_whoever_has_a_token_is_somebody() -> None:
    assert user({"id": "12"}) == "agent 12"
    assert user({"data": []})
