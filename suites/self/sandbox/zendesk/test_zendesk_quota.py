"""Rate limits and their headers."""

from __future__ import annotations

from zendesk_account import Account


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
