"""A ticket's history: an event for each change, newest first, its creation last."""

from __future__ import annotations

from zoho_portal import code, engine

from harness.sandbox.call import Call
from harness.sandbox.zoho.history import add_event


def events(portal, ticket, **query):
    rows = portal.get(f"/tickets/{ticket}/History", **query).body["data"]
    return [row["eventName"] for row in rows]


def test_a_new_ticket_was_created_and_nothing_else(portal):
    assert events(portal, portal.ticket()["id"]) == ["TicketCreated"]


def test_what_came_last_is_shown_first(portal):
    ticket = portal.ticket()["id"]
    for name in ("TicketUpdated", "CommentAdded"):
        add_event(portal.org, Call("POST", "/", now=portal.clock.now()), ticket, name)
    assert events(portal, ticket) == ["CommentAdded", "TicketUpdated", "TicketCreated"]


def test_a_kind_of_event_that_the_document_does_not_know_is_refused(portal):
    refused = portal.get(f"/tickets/{portal.first('tickets')}/History", eventFilter="Nonsense")
    assert code(refused) == "UNPROCESSABLE_ENTITY"


def test_another_tickets_events_are_not_shown(portal):
    one, two = portal.ticket()["id"], portal.ticket()["id"]
    add_event(portal.org, Call("POST", "/", now=portal.clock.now()), one, "CommentAdded")
    assert events(portal, two) == ["TicketCreated"]


def test_a_ticket_that_is_not_there_has_no_history(portal):
    assert portal.get("/tickets/730000000000000999/History").status == 404


def test_events_of_one_category_are_shown_alone(portal):
    ticket = portal.ticket()["id"]
    comment = portal.post(f"/tickets/{ticket}/comments", {"content": "Seen."}).body["id"]
    portal.patch(f"/tickets/{ticket}/comments/{comment}", {"content": "Seen again."})
    portal.patch(f"/tickets/{ticket}", {"status": "Closed"})
    assert events(portal, ticket, eventFilter="CommentHistory") == ["CommentEdited", "CommentAdded"]
    assert portal.get(f"/tickets/{ticket}/History", eventFilter="CallHistory").status == 204
    assert len(events(portal, ticket)) == 4


def test_every_category_that_the_document_knows_is_taken(portal):
    operation = engine().operation("getTicketHistory")
    model = engine().models[operation.document]
    (schema,) = [one["schema"] for one in model.parameters(operation) if one["name"] == "eventFilter"]
    known = [name for name in model.schemas.merged(schema)["enum"] if name]
    assert len(known) > 10
    for category in known:
        assert portal.get(f"/tickets/{portal.first('tickets')}/History", eventFilter=category).status in (200, 204)
