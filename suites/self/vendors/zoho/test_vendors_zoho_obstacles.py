"""What the error codes of Zoho Desk mean."""

from __future__ import annotations

import json

import pytest

from harness.exchange import Response
from harness.vendors.diagnosis import absent, diagnose
from harness.vendors.obstacle import Obstacle
from harness.vendors.zoho.obstacles import SIGNS, code


@pytest.mark.parametrize(("status", "name", "obstacle"), [
    (401, "INVALID_OAUTH", Obstacle.EXPIRED), (401, "UNAUTHORIZED", Obstacle.WRONG_SECRET),
    (403, "UNAUTHORIZED", Obstacle.NOT_PERMITTED), (403, "SCOPE_MISMATCH", Obstacle.MISSING_SCOPE),
    (401, "SCOPE_MISMATCH", Obstacle.MISSING_SCOPE), (403, "OAUTH_ORG_MISMATCH", Obstacle.WRONG_ORG),
    (403, "FORBIDDEN", Obstacle.NOT_PERMITTED), (403, "LICENSE_ACCESS_LIMITED", Obstacle.NOT_PERMITTED),
    (429, "THRESHOLD_EXCEEDED", Obstacle.QUOTA), (429, "TOO_MANY_REQUESTS", Obstacle.THROTTLED),
    (500, "INTERNAL_SERVER_ERROR", Obstacle.UNAVAILABLE), (422, "INVALID_DATA", None), (404, "URL_NOT_FOUND", None),
])  # fmt: skip
def test_each_code_has_its_meaning(status: int, name: str, obstacle: Obstacle | None) -> None:
    answer = Response(status, (), json.dumps({"errorCode": name, "message": "in words"}).encode())
    diagnosis = diagnose(answer, SIGNS)
    assert (diagnosis.obstacle if diagnosis else None) is obstacle


def test_a_page_with_a_401_is_of_another_data_centre() -> None:
    diagnosis = diagnose(Response(401, (("content-type", "text/html"),), b"<html>Zoho Accounts</html>"), SIGNS)
    assert diagnosis is not None
    assert (diagnosis.obstacle, "end alike" in diagnosis.remedy) == (Obstacle.DATA_CENTRE, True)


def test_nothing_on_any_path_is_another_host() -> None:
    assert absent(SIGNS).obstacle is Obstacle.NOT_THE_API


def test_another_object_has_no_code() -> None:
    assert (code({}), code({"errorCode": 7})) == ("", "")
