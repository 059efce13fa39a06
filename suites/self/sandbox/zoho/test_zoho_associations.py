"""Records that belong together: followers."""

from __future__ import annotations


def test_followers_come_and_go(portal):
    path, agent = f"/tickets/{portal.ticket()['id']}", portal.first("agents")
    assert portal.post(f"{path}/addFollowers", {"followerIds": [agent]}).status == 204
    assert [row["id"] for row in portal.get(f"{path}/followers").body["data"]] == [agent]
    assert portal.post(f"{path}/removeFollowers", {"followerIds": [agent]}).status == 204
    assert portal.get(f"{path}/followers").body["data"] == []
