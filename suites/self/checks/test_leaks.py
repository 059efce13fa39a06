"""A failure inside of a success, and credentials that come back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from promised import exchange, promise

from harness.checks import ALL, BY_NAME, fitting, judge
from harness.exchange import Request
from harness.masking import MASK, Mask


def flagged(body, status=200, vendor="zoho"):
    match, contract = promise({}, vendor=vendor)
    return [one.pointer for one in judge(exchange(body, status=status), match, contract, [BY_NAME["success_flag"]])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"success": False}, ["/success"]),
        ({"success": "false"}, ["/success"]),
        ({"success": True}, []),
        ({"results": [{"success": True}, {"success": False}]}, ["/results/1/success"]),
        ({"results": {"success": False}}, []),
        ([{"success": False}], []),
    ],
)
def test_zoho_says_in_a_200_that_it_failed(body, expected):
    assert flagged(body) == expected


def test_a_refusal_may_say_so_and_zendesk_means_something_else():
    assert flagged({"success": False}, status=422) == []
    assert flagged({"success": False}, vendor="zendesk") == []


def test_a_case_that_is_meant_to_fail_is_not_held_to_success():
    assert BY_NAME["success_flag"] not in fitting("negative")
    assert fitting("boundary") == ALL


def echoes(authorization, body):
    match, contract = promise({})
    sent = exchange(body)
    request = Request("PUT", sent.request.url, (("authorization", authorization),))
    return [one.pointer for one in judge(replace(sent, request=request), match, contract, [BY_NAME["secret_echo"]])]


def test_the_credential_of_the_request_must_not_come_back():
    assert echoes("Bearer s3cr3t-t0k3n", {"rows": [{"debug": "Bearer s3cr3t-t0k3n"}]}) == ["/rows/0/debug"]
    assert echoes("Basic bWVAZXhhbXBsZS5jb20vdG9rZW46czNjcjN0LXQwazNu", {"debug": "s3cr3t-t0k3n"}) == ["/debug"]
    assert echoes("Bearer s3cr3t-t0k3n", b"<p>s3cr3t-t0k3n</p>") == [""]
    assert echoes("Bearer s3cr3t-t0k3n", {"debug": "another"}) == []
    assert echoes("Bearer short", {"debug": "short"}) == []


def test_in_a_masked_exchange_the_mask_gives_it_away():
    match, contract = promise({})
    masked = Mask(("s3cr3t-t0k3n",))(exchange({"rows": [{"debug": "it was s3cr3t-t0k3n"}]}))
    assert [one.pointer for one in judge(masked, match, contract, [BY_NAME["secret_echo"]])] == ["/rows/0/debug"]


def test_a_deep_answer_is_searched_to_its_end():
    body = (b'{"a":' * 190) + b'"s3cr3t-t0k3n"' + b"}" * 190
    assert echoes("Bearer s3cr3t-t0k3n", body) == ["/a" * 190]


@pytest.mark.parametrize(
    "body", [{"token": MASK}, {"link": f"https://x.example/?token={MASK}"}, {"full_token": [MASK]}]
)
def test_the_vendors_own_tokens_are_no_echo(body):
    match, contract = promise({})
    assert judge(exchange(body), match, contract, [BY_NAME["secret_echo"]]) == []
