"""Mutators: each makes an answer wrong in its own way, and leaves alone what is stored."""

from __future__ import annotations

import pytest
import zoho_portal
from broken_account import Broken
from zendesk_account import engine

from harness.sandbox.call import Call
from harness.sandbox.faults import Faults, parse
from harness.sandbox.mutators import FAULTS, own_copy


def test_missing_field_leaves_out_what_is_required_however_deep_it_lies():
    assert "id" not in Broken("missing_field").get("/tickets/1").body["ticket"]["custom_fields"][0]


def test_missing_field_leaves_out_the_record_where_nothing_is_required():
    assert "locale" not in Broken("missing_field").get("/locales/current").body


def test_extra_field_adds_one():
    assert "x_never_documented" in Broken("extra_field").get("/tickets/1").body["ticket"]


def test_mistyped_field_and_wrong_enum_hit_one_field_each():
    whole = Broken().get("/tickets/1")
    for fault in ("mistyped_field", "wrong_enum"):
        spoiled = Broken(fault).get("/tickets/1").body["ticket"]
        clean = Broken("extra_field").get("/tickets/1").body["ticket"]
        assert sum(spoiled[name] != clean[name] for name in spoiled) == 1
    assert whole.ok


def test_a_status_that_no_document_lists():
    reply = Broken("undocumented_status").get("/tickets/1")
    assert str(reply.status) not in engine().operation("ShowTicket").statuses


@pytest.mark.parametrize(
    ("fault", "status", "media"),
    [("server_error", 500, "text/plain"), ("unavailable", 503, "text/plain"), ("throttled", 429, "text/plain"),
     ("wrong_media_type", 200, "text/html")],
)  # fmt: skip
def test_answers_of_another_kind(fault, status, media):
    reply = Broken(fault).get("/tickets/1")
    assert (reply.status, reply.media_type.split(";")[0]) == (status, media)


def test_a_deleted_record_is_still_shown():
    desk = Broken("still_readable")
    desk.get("/tickets/1")
    desk.delete("/tickets/1")
    assert desk.get("/tickets/1").status == 200
    assert "1" not in desk.org.store["tickets"].rows


def test_a_record_that_was_made_is_not_shown():
    desk = Broken("not_readable")
    assert desk.get("/tickets/1").status == 404
    assert desk.get("/tickets").status == 200


def test_an_update_does_not_show():
    desk = Broken("stale")
    desk.get("/tickets/1")
    desk.put("/tickets/1", {"ticket": {"subject": "changed"}})
    assert desk.get("/tickets/1").body["ticket"]["subject"] != "changed"


def test_auth_is_ignored():
    assert Broken("auth_ignored").send("GET", "/tickets", headers={"authorization": "Basic bad"}).status == 200


def test_another_tenants_record_is_shown():
    assert Broken("foreign_readable").get("/tickets/4711").status == 200


def test_pages_repeat_or_lose_a_row():
    rows = [row["id"] for row in Broken("extra_field").get("/tickets").body["tickets"]]
    assert [row["id"] for row in Broken("page_loses").get("/tickets").body["tickets"]] == rows[:-1]
    assert [row["id"] for row in Broken("page_repeats").get("/tickets").body["tickets"]] == [rows[0], *rows[:-1]]


@pytest.mark.parametrize(("path", "key"), [("/accounts", "data"), ("/teams", "teams"), ("/badges", "")])
def test_pages_of_any_form_repeat_or_lose_a_row(path, key):
    """Zoho Desk's lists are wrapped in `data`, in a name of their own, or bare."""

    def shown(*faults):
        portal, rules = zoho_portal.Portal(), Faults()
        rules.set([parse(fault) for fault in faults])
        call = Call("GET", f"/api/v1{path}", headers=portal.headers(), now=portal.clock.now(), mount="/zoho")
        call.operation, call.values = zoho_portal.engine().router.find("GET", call.path)
        body = own_copy(rules.play(zoho_portal.engine(), portal.org, call)).body
        return [row["id"] for row in (body[key] if key else body)]

    whole = shown()
    assert len(whole) > 1
    assert shown("page_loses") == whole[:-1]
    assert shown("page_repeats") == [whole[0], *whole[:-1]]


def test_a_record_that_holds_lists_is_no_page():
    desk = Broken("page_loses")
    assert desk.get("/account/settings").ok
    assert desk.get("/views/definitions").ok
    assert desk.faults.dump()[0]["hits"] == 0


def test_a_wrong_body_is_accepted():
    body = {"group": {"name": 5}}
    assert Broken().post("/groups", body).status == 422
    assert Broken("negative_accepted").post("/groups", body).status == 201


def test_success_false_under_200():
    reply = Broken("success_false").get("/tickets/1")
    assert (reply.status, reply.body["results"][0]["success"]) == (200, False)


def test_rate_headers_go_missing():
    assert not [name for name in Broken("rate_header_missing").get("/tickets/1").headers if "rate" in name]


def test_what_is_stored_stays_whole():
    desk = Broken("extra_field", "mistyped_field", "page_repeats")
    desk.get("/tickets")
    assert all("x_never_documented" not in row for row in desk.org.store["tickets"])


def test_every_fault_says_what_it_does():
    assert all(fault.description and (fault.reply or fault.call) for fault in FAULTS.values())
