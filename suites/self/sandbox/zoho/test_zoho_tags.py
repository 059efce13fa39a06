"""Tags: made by name, replaced, taken off."""

from __future__ import annotations


def test_tags_are_made_by_name_replaced_and_taken_off(portal):
    one, two = portal.ticket()["id"], portal.ticket()["id"]
    for ticket in (one, two):
        assert portal.post(f"/tickets/{ticket}/associateTag", {"tags": ["urgent"]}).status == 200
    (tag,) = portal.get(f"/tickets/{one}/tags").body["tags"]
    assert {row["id"] for row in portal.get(f"/tags/{tag['id']}/tickets").body["data"]} == {one, two}
    other = next(iter(portal.org.store["ticketTags"]))["id"]
    assert portal.patch(f"/tags/{tag['id']}/replace", {"id": other}).status == 204
    assert [row["id"] for row in portal.get(f"/tickets/{two}/tags").body["tags"]] == [other]
    assert portal.post(f"/tickets/{two}/dissociateTag", {"tags": ["binding"]}).status == 200
    assert portal.get(f"/tickets/{two}/tags").body["tags"] == []
