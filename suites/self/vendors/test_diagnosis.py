"""What an answer of an org shows to be in the way: by status, by the kind of page, and by a vendor's own signs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Response
from harness.vendors.diagnosis import REMEDIES, STATUS_ALONE, ObstacleSigns, absent, diagnose, is_page, may_be_refusal
from harness.vendors.obstacle import Obstacle, exit_code

PAGE = b"<!DOCTYPE html><html><p>Hello</p></html>"
SIGNS = ObstacleSigns(
    code=lambda body: str(body.get("code") or ""),
    obstacles={"gone": Obstacle.DEAD_ACCOUNT},
    missing_scopes=lambda body: tuple(body.get("lacks") or ()),
    pages={"nobody lives here": Obstacle.DEAD_ACCOUNT},
    login_page=Obstacle.DATA_CENTRE,
    remedies={Obstacle.DEAD_ACCOUNT: "Move."},
)


def answer(status: int, body: Any = b"", kind: str = "application/json", **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = [("content-type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return Response(status, tuple(pairs), content)


def obstacle(response: Response, signs: ObstacleSigns = STATUS_ALONE) -> Obstacle | None:
    diagnosis = diagnose(response, signs)
    return diagnosis.obstacle if diagnosis else None


@pytest.mark.parametrize(("response", "expected"), [
    (answer(200, {"a": 1}), None), (answer(200, []), None), (answer(204), None), (answer(304, location="/x"), None),
    (answer(404), None), (answer(404, {"error": "x"}), None), (answer(422, {"error": "x"}), None),
    (answer(401), Obstacle.WRONG_SECRET), (answer(403, {"a": 1}), Obstacle.NOT_PERMITTED),
    (answer(407), Obstacle.PROXY), (answer(429, b"slow down", "text/plain"), Obstacle.THROTTLED),
    (answer(500), Obstacle.UNAVAILABLE), (answer(503, PAGE, "text/html"), Obstacle.UNAVAILABLE),
    (answer(511, PAGE), Obstacle.LOGIN_PAGE), (answer(429, PAGE), Obstacle.THROTTLED),
    (answer(200), Obstacle.NOT_THE_API), (answer(200, b"hello"), Obstacle.NOT_THE_API),
    (answer(200, b'"text"'), Obstacle.NOT_THE_API), (answer(200, PAGE), Obstacle.NOT_THE_API),
    (answer(404, PAGE), Obstacle.NOT_THE_API), (answer(403, PAGE), Obstacle.NOT_THE_API),
    (answer(401, PAGE), Obstacle.LOGIN_PAGE), (answer(200, b'<form><input type="password">'), Obstacle.LOGIN_PAGE),
    (answer(302, location="https://x.example/login?a"), Obstacle.LOGIN_PAGE),
    (answer(302, location="https://accounts.example/"), Obstacle.LOGIN_PAGE),
    (answer(301, location="https://www.example/"), Obstacle.NOT_THE_API),
    (answer(403, PAGE, proxy_status="squid; error=denied"), Obstacle.PROXY),
    (answer(502, b"<p>Zscaler blocked this</p>"), Obstacle.PROXY),
])  # fmt: skip
def test_what_http_says_is_enough_for_most(response: Response, expected: Obstacle | None) -> None:
    assert obstacle(response) is expected


def test_a_vendors_code_goes_before_the_status() -> None:
    diagnosis = diagnose(answer(403, {"code": "gone"}), SIGNS)
    assert diagnosis is not None
    assert (diagnosis.obstacle, diagnosis.remedy) == (Obstacle.DEAD_ACCOUNT, "Move.")
    assert "403 (gone)" in diagnosis.what


def test_the_scopes_that_a_refusal_names_go_before_its_code() -> None:
    diagnosis = diagnose(answer(403, {"code": "gone", "lacks": ["read"]}), SIGNS)
    assert diagnosis is not None
    assert (diagnosis.obstacle, diagnosis.scopes) == (Obstacle.MISSING_SCOPE, ("read",))


def test_a_code_in_a_success_is_no_refusal() -> None:
    assert obstacle(answer(200, {"code": "gone"}), SIGNS) is None


@pytest.mark.parametrize("status", [200, 404, 503])
def test_words_of_a_page_decide_under_any_status(status: int) -> None:
    assert obstacle(answer(status, b"<p>Nobody lives HERE</p>"), SIGNS) is Obstacle.DEAD_ACCOUNT


def test_what_a_login_page_and_nothing_at_all_mean_is_the_vendors_to_say() -> None:
    assert obstacle(answer(401, PAGE), SIGNS) is Obstacle.DATA_CENTRE
    assert absent(STATUS_ALONE).obstacle is Obstacle.NOT_THE_API


def test_a_diagnosis_as_an_error_ends_as_its_obstacle_says() -> None:
    diagnosis = diagnose(answer(503), STATUS_ALONE)
    assert diagnosis is not None
    error = diagnosis.error("https://acme.example")
    assert (error.exit_code, error.where, error.remedy) == (4, "https://acme.example", REMEDIES[Obstacle.UNAVAILABLE])


@pytest.mark.parametrize("each", Obstacle)
def test_each_obstacle_has_a_remedy_and_an_exit_code(each: Obstacle) -> None:
    assert REMEDIES[each].endswith(".")
    assert exit_code(each) in (2, 3, 4)


def test_no_server_draws_on_the_terminal_or_shows_a_password() -> None:
    shown = diagnose(answer(403, {"code": "\x1b[2J" + "x" * 999}), SIGNS)
    assert shown is not None
    assert "\x1b" not in shown.what
    assert len(shown.what) < 120
    redirect = diagnose(answer(302, location="https://me:secret@x.example/a?token=secret#secret"), SIGNS)
    assert redirect is not None
    assert "secret" not in redirect.what


@pytest.mark.parametrize(("response", "expected"), [
    (answer(404, {"code": "x"}), True), (answer(404), True), (answer(404, PAGE), True), (answer(500), True),
    (answer(302, location="/"), True), (answer(404, {"tickets": []}), False), (answer(422, {"code": "x"}), False),
    (answer(200, {"code": "x"}), False), (answer(404, []), False),
])  # fmt: skip
def test_only_a_refusal_in_the_vendors_form_may_hold_for_the_whole_org(response: Response, expected: bool) -> None:
    assert may_be_refusal(response, SIGNS) is expected


@pytest.mark.parametrize(("body", "expected"), [
    (PAGE, True), (b"  \n<html>", True), (b"{}", False), (b"", False), (b"text", False),
    (b"<?xml version='1'?>", False),
])  # fmt: skip
def test_a_page_is_known_by_its_body_not_by_its_label(body: bytes, expected: bool) -> None:
    assert is_page(answer(200, body)) is expected


@given(st.integers(100, 599), st.binary(max_size=80), st.sampled_from(["", "text/html", "application/json", "x"]))
def test_any_answer_is_read_without_an_error(status: int, body: bytes, kind: str) -> None:
    diagnosis = diagnose(answer(status, body, kind, location="http://[x"), SIGNS)
    assert diagnosis is None or (diagnosis.what and diagnosis.remedy)
