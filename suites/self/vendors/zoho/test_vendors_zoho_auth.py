"""Zoho's token flow: one token for its hour, one new one when it is refused, and errors that arrive under HTTP 200."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.target import Credentials, Target
from harness.vendors.obstacle import OrgError
from harness.vendors.zoho.auth import LIFETIME, flow, read_token

TARGET = Target(
    "here", "zoho", "https://desk.example", Credentials("zoho", "", "refresh", "client", "client-secret"),
    token_url="https://accounts.example", org_id="4242",
)  # fmt: skip
EXPIRED = {"errorCode": "INVALID_OAUTH", "message": "The OAuth Token you provided is invalid."}


class Org:
    """Both hosts of one org: `valid` is the token that the API takes, each refresh gives out the next one."""

    def __init__(self, lifetime: object = 3600) -> None:
        self.now = 0.0
        self.given = 0
        self.valid = ""
        self.lifetime = lifetime
        self.forms: list[dict[str, list[str]]] = []
        self.seen: list[httpx.Headers] = []
        self.http = httpx.Client(
            transport=httpx.MockTransport(self.answer),
            auth=flow(TARGET, clock=lambda: self.now),
            base_url=TARGET.base_url,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts.example":
            self.forms.append(parse_qs(request.read().decode()))
            self.given += 1
            self.valid = f"token-{self.given}"
            body = {"access_token": self.valid, "token_type": "Bearer"}
            return httpx.Response(200, json=body if self.lifetime is None else {**body, "expires_in": self.lifetime})
        self.seen.append(request.headers)
        if request.headers["authorization"] != f"Zoho-oauthtoken {self.valid}":
            return httpx.Response(401, json=EXPIRED)
        return httpx.Response(200, json={"data": []})


def test_one_token_serves_many_requests() -> None:
    org = Org()
    assert [org.http.get("/api/v1/tickets").status_code for _ in range(5)] == [200] * 5
    assert org.given == 1
    assert org.forms == [
        {"grant_type": ["refresh_token"], "refresh_token": ["refresh"], "client_id": ["client"],
         "client_secret": ["client-secret"]}
    ]  # fmt: skip


def test_every_request_says_whose_org_is_meant() -> None:
    org = Org()
    org.http.get("/api/v1/tickets")
    org.http.get("/api/v1/tickets", headers={"orgId": "777"})
    assert [headers["orgid"] for headers in org.seen] == ["4242", "777"]


def test_a_token_is_renewed_before_its_hour_is_over() -> None:
    org = Org()
    org.http.get("/api/v1/tickets")
    org.now = LIFETIME - 61
    org.http.get("/api/v1/tickets")
    assert org.given == 1
    org.now = LIFETIME - 59
    assert org.http.get("/api/v1/tickets").status_code == 200
    assert org.given == 2


def test_a_token_that_is_refused_is_renewed_once_and_the_request_sent_again() -> None:
    org = Org()
    org.http.get("/api/v1/tickets")
    org.valid = "revoked elsewhere"
    answer = org.http.post("/api/v1/tickets", json={"subject": "x"})
    assert (answer.status_code, org.given, len(org.seen)) == (200, 2, 3)


@pytest.mark.parametrize("spoilt", [httpx.Response(503, html="busy"), httpx.Response(200, content=b'{"acc')])
def test_a_token_that_got_lost_on_the_way_is_asked_for_again(spoilt: httpx.Response) -> None:
    org, lost = Org(), [spoilt, spoilt]

    def answer(request: httpx.Request) -> httpx.Response:
        return lost.pop() if request.url.path.endswith("/token") and lost else org.answer(request)

    with httpx.Client(transport=httpx.MockTransport(answer), auth=flow(TARGET)) as client:
        assert client.get("https://desk.zoho.eu/api/v1/tickets").status_code == 200


def test_a_second_refusal_stands() -> None:
    """Ten tokens in ten minutes are all that is given out: asking again and again would lock the account."""
    org = Org()

    def refuse(request: httpx.Request) -> httpx.Response:
        return org.answer(request) if "accounts" in request.url.host else httpx.Response(401, json=EXPIRED)

    http = httpx.Client(transport=httpx.MockTransport(refuse), auth=flow(TARGET, clock=lambda: 0.0))
    assert http.get("https://desk.example/api/v1/tickets").status_code == 401
    assert org.given == 2


def test_a_401_for_another_reason_costs_no_token() -> None:
    org = Org()
    http = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(401, json={"errorCode": "UNAUTHORIZED"})),
        auth=flow(TARGET, token="known", clock=lambda: 0.0),
    )
    assert http.get("https://desk.example/api/v1/tickets").status_code == 401
    assert org.given == 0


@pytest.mark.parametrize("lifetime", [None, 0, -5, "3600", 10**12])
def test_a_lifetime_that_is_none_counts_as_an_hour(lifetime: object) -> None:
    body = {"access_token": "t"} if lifetime is None else {"access_token": "t", "expires_in": lifetime}
    assert read_token(200, body) == ("t", LIFETIME)


@given(
    st.integers(200, 599),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["error", "access_token"]), inner),
        max_leaves=4,
    ),
)
def test_any_answer_gives_a_token_or_says_why_not(status: int, body: object) -> None:
    if isinstance(body, dict) and isinstance(body.get("access_token"), str):
        assert read_token(status, body) == (body["access_token"], LIFETIME)
    else:
        with pytest.raises(OrgError, match="no access token"):
            read_token(status, body)


@pytest.mark.parametrize(
    ("status", "body", "remedy", "code"),
    [
        (200, {"error": "invalid_client"}, "Check client_id", 2),
        (
            200,
            {"error": "Access Denied", "error_description": "You have made too many requests continuously."},
            "Wait 10",
            4,
        ),
        (429, None, "Wait 10", 4),
    ],
)
def test_the_remedy_fits_the_refusal(status: int, body: object, remedy: str, code: int) -> None:
    with pytest.raises(OrgError, match="no access token") as caught:
        read_token(status, body)
    assert caught.value.remedy.startswith(remedy)
    assert caught.value.exit_code == code
