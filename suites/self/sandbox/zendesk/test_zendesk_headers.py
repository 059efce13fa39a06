"""The headers of every answer."""

from __future__ import annotations


def test_unknown_keys_are_taken_with_a_warning(account):
    reply = account.put(f"/tickets/{account.ticket()['id']}", {"ticket": {"id": 1, "colour": "red"}})
    assert reply.status == 200
    assert reply.headers["x-zendesk-api-warn"] == (
        '{:allowed_parameters=>{:controller=>"tickets", :action=>"update", '
        ':unpermitted_keys=>["ticket.id", "ticket.colour"], :invalid_values=>[]}}'
    )


def test_a_warning_cannot_end_its_header(account):
    reply = account.put(f"/tickets/{account.ticket()['id']}", {"ticket": {"x\r\nset-cookie: a=b": 1}})
    assert "\n" not in reply.headers["x-zendesk-api-warn"]
