"""Rate limits and their headers."""

from __future__ import annotations

from zendesk_desk import Desk


def test_both_spellings_of_the_rate_headers_agree():
    headers = Desk().get("/tickets").headers
    assert headers["x-rate-limit-remaining"] == headers["rate-limit-remaining"] == headers["ratelimit-remaining"]
    assert int(headers["ratelimit-reset"]) <= 60


def test_the_account_limit_refuses_in_plain_text_until_the_minute_is_over():
    desk = Desk()
    desk.org.memo["limits"] = {"account": 3}
    assert [desk.get("/tickets").status for _ in range(4)] == [200, 200, 200, 429]
    reply = desk.get("/tickets")
    assert (reply.body, reply.media_type) == (
        "Number of allowed API requests per minute exceeded",
        "text/plain; charset=utf-8",
    )
    desk.clock.advance(int(reply.headers["retry-after"]))
    assert desk.get("/tickets").status == 200


def test_an_endpoint_may_have_a_limit_of_its_own():
    desk = Desk()
    desk.org.memo["limits"] = {"endpoints": True}
    statuses = [desk.get("/incremental/tickets", start_time=0).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    reply = desk.get("/incremental/users", start_time=0)
    assert reply.body["error"] == "APIRateLimitExceeded"
    assert reply.headers["zendesk-ratelimit-incremental-exports"].startswith("total=10; remaining=0; resets=")


def test_updates_are_counted_for_each_ticket_alone():
    desk = Desk()
    desk.org.memo["limits"] = {"endpoints": True}
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    statuses = {desk.put(f"/tickets/{one}", {"ticket": {"subject": "x"}}).status for _ in range(30)}
    assert statuses == {200}
    assert desk.put(f"/tickets/{one}", {"ticket": {"subject": "x"}}).status == 429
    assert desk.put(f"/tickets/{two}", {"ticket": {"subject": "x"}}).status == 200


def test_an_etag_saves_the_body():
    desk = Desk()
    tag = desk.get("/tickets/1").headers["etag"]
    reply = desk.ask("GET", "/tickets/1", headers={"if-none-match": tag})
    assert (reply.status, not reply.body) == (304, True)
    desk.put("/tickets/1", {"ticket": {"subject": "changed"}})
    assert desk.ask("GET", "/tickets/1", headers={"if-none-match": tag}).status == 200
