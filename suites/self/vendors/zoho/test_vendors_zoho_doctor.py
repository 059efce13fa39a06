"""What the doctor makes of a Zoho organisation's answers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.target import Credentials, Target
from harness.vendors.diagnosis import Diagnosis
from harness.vendors.obstacle import Obstacle
from harness.vendors.zoho.doctor import organisation, user


def target(org_id: str = "7") -> Target:
    return Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id=org_id)


def test_the_configured_org_is_one_of_the_tokens() -> None:
    body = {"data": [{"id": "7", "companyName": "Acme"}, {"id": "8", "companyName": "Other"}]}
    assert organisation(body, target()) == "7 is Acme"


@pytest.mark.parametrize(("org_id", "message"), [("", "org_id is not set"), ("9", "org_id '9' is none of the token's")])
def test_an_org_that_is_none_of_the_tokens_is_told_which_are(org_id: str, message: str) -> None:
    wrong = organisation({"data": [{"id": "7", "companyName": "Acme"}]}, target(org_id))
    assert isinstance(wrong, Diagnosis)
    assert (wrong.obstacle, wrong.what) == (Obstacle.WRONG_ORG, message)
    assert '"7" (Acme)' in wrong.remedy


@pytest.mark.parametrize(("body", "obstacle"), [
    (None, Obstacle.NO_ORG), ({"data": []}, Obstacle.NO_ORG), ({"data": ["x"]}, Obstacle.NO_ORG),
    ({}, Obstacle.NOT_THE_API), ([], Obstacle.NOT_THE_API), ({"data": None}, Obstacle.NOT_THE_API),
])  # fmt: skip
def test_no_org_at_all_is_told_from_an_answer_that_is_no_list(body: Any, obstacle: Obstacle) -> None:
    wrong = organisation(body, target())
    assert isinstance(wrong, Diagnosis)
    assert wrong.obstacle is obstacle


def test_whoever_has_a_token_is_somebody() -> None:
    assert user({"id": "12"}) == "agent 12"
    assert user({"data": []})
