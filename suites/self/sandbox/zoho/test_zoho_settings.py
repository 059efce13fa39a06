"""What a portal has one of: the agent whom the token belongs to."""

from __future__ import annotations


def test_me_is_the_agent_whom_the_token_belongs_to(portal):
    assert portal.get("/myinfo").body["id"] == portal.first("agents")


def test_me_is_no_agents_id(portal):
    """Two clients were answered 404 by live portals."""
    assert portal.get("/agents/me").status == 404
