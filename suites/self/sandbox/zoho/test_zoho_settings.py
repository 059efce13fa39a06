"""What a portal has one of: the agent whom the token belongs to."""

from __future__ import annotations


def test_me_is_the_agent_whom_the_token_belongs_to(portal):
    assert portal.get("/agents/me").body["id"] == portal.get("/myinfo").body["id"] == portal.first("agents")
