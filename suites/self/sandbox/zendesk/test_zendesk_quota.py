"""Rate limits and their headers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from zendesk_account import Account

from harness.sandbox.zendesk import quota


def test_both_spellings_of_the_rate_headers_agree():
    headers = Account().get("/tickets").headers
    assert headers["x-rate-limit-remaining"] == headers["rate-limit-remaining"] == headers["ratelimit-remaining"]
    assert int(headers["ratelimit-reset"]) <= 60


def test_the_account_limit_refuses_in_plain_text_until_the_minute_is_over():
    account = Account()
    account.org.memo["limits"] = {"account": 3}
    assert [account.get("/tickets").status for _ in range(4)] == [200, 200, 200, 429]
    reply = account.get("/tickets")
    assert (reply.body, reply.media_type) == (
        "Number of allowed API requests per minute exceeded",
        "text/plain; charset=utf-8",
    )
    account.clock.advance(int(reply.headers["retry-after"]))
    assert account.get("/tickets").status == 200


def test_an_endpoint_may_have_a_limit_of_its_own():
    account = Account()
    account.org.memo["limits"] = {"endpoints": True}
    statuses = [account.get("/incremental/tickets", start_time=0).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    reply = account.get("/incremental/users", start_time=0)
    assert reply.body["error"] == "APIRateLimitExceeded"
    assert reply.headers["zendesk-ratelimit-incremental-exports"].startswith("total=10; remaining=0; resets=")


def test_updates_are_counted_for_each_ticket_alone():
    account = Account()
    account.org.memo["limits"] = {"endpoints": True}
    one, two = account.ticket()["id"], account.ticket()["id"]
    statuses = {account.put(f"/tickets/{one}", {"ticket": {"subject": "x"}}).status for _ in range(30)}
    assert statuses == {200}
    assert account.put(f"/tickets/{one}", {"ticket": {"subject": "x"}}).status == 429
    assert account.put(f"/tickets/{two}", {"ticket": {"subject": "x"}}).status == 200


def test_an_etag_saves_the_body():
    account = Account()
    tag = account.get("/tickets/1").headers["etag"]
    reply = account.send("GET", "/tickets/1", headers={"if-none-match": tag})
    assert (reply.status, not reply.body) == (304, True)
    account.put("/tickets/1", {"ticket": {"subject": "changed"}})
    assert account.send("GET", "/tickets/1", headers={"if-none-match": tag}).status == 200


def test_the_account_counts_each_minute_of_its_own_clock():
    account = Account()
    account.org.memo["limits"] = {"account": 2}
    for _ in range(3):
        account.get("/tickets")
    account.clock.advance(60)
    account.get("/tickets")
    usage = quota.usage(account.org)
    assert usage["account"] == 2
    assert [row[1:] for row in usage["minutes"]] == [[2, 1], [1, 0]]
    assert usage["minutes"][1][0] == usage["minutes"][0][0] + 1


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("x", {"x-rate-limit", "x-rate-limit-remaining"}),
        ("2023", {"rate-limit", "rate-limit-remaining", "rate-limit-reset"}),
        ("2024", {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}),
        ("none", set()),
    ],
)
def test_an_account_may_show_its_limit_in_one_spelling(form, names):
    account = Account()
    account.org.memo["limits"] = {"headers": form}
    assert {name for name in account.get("/tickets").headers if "limit" in name} == names


@pytest.mark.parametrize("form", ["none", "date", "-5", "999999999999"])
def test_an_account_may_ask_for_a_wait_in_any_form(form):
    account = Account()
    account.org.memo["limits"] = {"account": 0, "retry_after": form}
    asked = account.get("/tickets").headers.get("retry-after")
    if form == "date":
        assert parsedate_to_datetime(asked) is not None
    else:
        assert asked == (None if form == "none" else form)


def test_each_endpoint_refuses_in_its_own_form():
    account = Account()
    account.org.memo["limits"] = {"endpoints": True}
    views = [account.get("/views/count_many", ids="1") for _ in range(7)][-1]
    assert (views.status, views.body["errors"][0]["code"]) == (429, "TooManyRequests")


def test_updates_of_one_user_are_refused_in_plain_text():
    account = Account()
    account.org.memo["limits"] = {"endpoints": True}
    user = next(iter(account.org.store["users"].rows))
    replies = [account.put(f"/users/{user}", {"user": {"notes": "x"}}) for _ in range(6)]
    assert [reply.status == 429 for reply in replies] == [False] * 5 + [True]
    assert replies[-1].media_type.startswith("text/plain")
