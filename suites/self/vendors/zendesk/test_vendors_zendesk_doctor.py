"""What the doctor makes of a Zendesk account's answers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.vendors import VENDORS
from harness.vendors.zendesk.doctor import user


def test_a_user_with_an_id_is_somebody() -> None:
    assert user({"user": {"id": 7, "role": "admin"}}) == "user 7, role admin"


@pytest.mark.parametrize("body", [{"user": {"id": None, "role": "end-user"}}, {"user": "me"}, {}])
def test_an_anonymous_user_is_nobody_though_the_answer_is_200(body: Any) -> None:
    assert user(body) == ""


def test_an_api_token_is_told_the_day_on_which_it_ends() -> None:
    assert "2027-04-30" in VENDORS["zendesk"].auth_kind("basic").deprecated
    assert not VENDORS["zendesk"].auth_kind("bearer").deprecated
