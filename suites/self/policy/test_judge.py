"""The six rules, one after the other, over single requests."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from contexts import HOST, ZENDESK, ZOHO, Ours, ask, assessments, context, everything, operations
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Request
from harness.openapi import base_paths
from harness.openapi.catalog import Catalog, compile_operations
from harness.policy.judge import Verdict, judge
from harness.policy.permit import Permit
from harness.risk import rules
from harness.risk.tier import Tier
from harness.target import Credentials
from harness.vendors.evidence import Proof

GREATEST = "9223372036854775807"


def rule(request: Request, *tiers: Tier, **more: Any) -> str:
    return judge(request, context(*tiers, **more)).rule


# --- 1 host ---


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/zendesk/api/v2/tickets",
        "https://127.0.0.1:8099/zendesk/api/v2/tickets",
        "http://127.0.0.1:8098/zendesk/api/v2/tickets",
        "http://127.0.0.1/zendesk/api/v2/tickets",
        "http://127.0.0.1:8099@other.example/zendesk/api/v2/tickets",
        "http://user:pass@127.0.0.1:8099/zendesk/api/v2/tickets",
        "http://127.0.0.1:8099\\@other.example/zendesk/api/v2/tickets",
        "http://127.0.0.1:8099#@other.example/zendesk/api/v2/tickets",
        "http://127.0.0.1:8099.other.example/zendesk/api/v2/tickets",
        "http://127.0.0.1:8099/zendesk/api/v2/tickets#x",
        "http://127.0.0.1:8099/__sandbox__/reset",
        "http://127.0.0.1:8099/api/v2/tickets",
        "http://127.0.0.1:8099/zendeskx/api/v2/tickets",
        "http://127.0.0.1:8099/zendesk/../zoho/api/v1/tickets",
        "http://127.0.0.1:8099/zendesk/%2e%2e/__sandbox__/reset",
        "http://127.0.0.1:8099/zendesk/x/..%2f..%2f..%2f__sandbox__",
        "http://127.0.0.1:8099//other.example/zendesk/api/v2/tickets",
        "ftp://127.0.0.1:8099/zendesk/api/v2/tickets",
        "/zendesk/api/v2/tickets",
        "",
    ],
)
def test_only_the_targets_own_base_is_reached(url: str) -> None:
    verdict = judge(Request("GET", url, (("host", "127.0.0.1:8099"),)), context(*everything()))
    assert (verdict.allowed, verdict.rule) == (False, "host")


@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "x-host"])
def test_headers_cannot_name_another_host(header: str) -> None:
    assert rule(ask("GET", "/api/v2/tickets", headers={header: "other.example"})) == "host"


def test_the_same_host_in_another_spelling_is_the_same_host() -> None:
    lower = Request("GET", f"{HOST}/zendesk/api/v2/tickets".replace("http", "HTTP"), (("host", "127.0.0.1:8099"),))
    assert judge(lower, context()).allowed


def test_the_token_host_takes_the_token_call_and_nothing_else() -> None:
    token = f"{HOST}/zoho-accounts/oauth/v2/token"
    form = (("content-type", "application/x-www-form-urlencoded"),)
    assert rule(Request("POST", token, form, b"grant_type=refresh_token")) == "token"
    assert rule(Request("POST", f"{HOST}/zoho-accounts/oauth/v2/token/revoke", form)) == "host"
    assert rule(Request("POST", token + "?x=1", form)) == "host"
    assert rule(Request("GET", token)) == "host"
    assert rule(Request("POST", token, (("x-http-method-override", "DELETE"),))) == "host"


def test_an_org_that_gives_tokens_itself_takes_those_of_our_own_client_there() -> None:
    """The document has an operation of the same path: what a case sends there is no token call."""
    url = f"{HOST}/zendesk/oauth/tokens"
    credentials = Credentials("oauth", client_id="ours", client_secret="s3cret")
    target = replace(ZENDESK, credentials=credentials, token_url=f"{HOST}/zendesk")
    ours = {"grant_type": "client_credentials", "client_id": "ours", "client_secret": "s3cret", "scope": "read"}

    def told(body: object, **headers: str) -> str:
        request = Request("POST", url, tuple(headers.items()), json.dumps(body).encode())
        return judge(request, replace(context(), targets={"zendesk": target, "zoho": ZOHO})).rule

    assert told(ours) == "token"
    assert told({**ours, "grant_type": "refresh_token", "refresh_token": "r"}) == "token"
    others = [
        {**ours, "client_id": "theirs"},
        {**ours, "grant_type": "password"},
        {**ours, "_method": "DELETE"},
        [ours],
    ]
    assert "token" not in [told(body) for body in (*others, {}, None)]
    assert told(ours, **{"x-http-method-override": "DELETE"}) == "host"
    without = Request("POST", url, (), json.dumps(ours).encode())
    assert judge(without, context()).rule != "token", "a target that gets no tokens there makes no token calls"


def test_the_proof_call_passes_though_no_document_has_it() -> None:
    assert rule(ask("GET", "/api/v2/account")) == "proof"
    assert rule(ask("GET", "/api/v1/organizations", vendor="zoho")) == "proof"
    assert rule(ask("PUT", "/api/v2/account"), *everything()) == "operation"


def test_an_org_on_the_same_host_is_another_host() -> None:
    write = ("POST", "/api/v1/contacts", {"lastName": "x"})
    assert judge(ask(*write, vendor="zoho"), context(Tier.WRITE)).allowed
    assert rule(ask(*write, vendor="zoho", headers={"orgid": "1"}), Tier.WRITE) == "host"
    other = ask("POST", "/api/v1/contacts?orgId=1", {"lastName": "x"}, vendor="zoho")
    assert rule(other, Tier.WRITE) == "host"
    unnamed = replace(other, url=other.url.partition("?")[0], headers=(("host", "127.0.0.1:8099"),))
    assert rule(unnamed, Tier.WRITE) == "host"


# --- 2 operation ---


def test_what_no_document_describes_is_destructive() -> None:
    verdict = judge(ask("GET", "/api/v2/unheard/of"), context(Tier.WRITE, Tier.ADMIN, Tier.OUTBOUND))
    assert (verdict.allowed, verdict.tier, verdict.rule) == (False, Tier.DESTRUCTIVE, "operation")


def test_each_operation_is_found_by_its_own_template() -> None:
    everywhere = context(*everything())
    for one in operations():
        path = re.sub(r"{[^{}]+}", GREATEST, one.path)
        verdict = judge(ask(one.method, path, vendor=one.vendor), everywhere)
        assert verdict.tier == assessments()[one.key].tier, (one.key, verdict)
        assert verdict.allowed or verdict.rule == "ownership", (one.key, verdict)


def test_an_id_that_is_a_siblings_word_is_that_sibling() -> None:
    verdict = judge(ask("GET", "/api/v2/tickets/destroy_many"), context())
    assert (verdict.allowed, verdict.rule, verdict.tier) == (False, "reading", Tier.DESTRUCTIVE)


@pytest.mark.parametrize(
    "path",
    ["/api/v2/tickets/%64estroy_many", "/api/v2/tickets/x/../destroy_many", "/api/v2/tickets/DESTROY_MANY",
     "/api/v2/tickets/destroy_many.json", "/api/v2/tickets//destroy_many"],
)  # fmt: skip
def test_every_reading_counts(path: str) -> None:
    assert judge(ask("DELETE", path), context(Tier.WRITE)).tier is Tier.DESTRUCTIVE
    assert not judge(ask("GET", path), context(Tier.WRITE)).allowed


def test_a_format_behind_a_path_does_not_change_it() -> None:
    assert judge(ask("GET", "/api/v2/tickets.json"), context()).allowed


# --- 3 method tricks ---


@pytest.mark.parametrize(
    "request_",
    [
        ask("GET", "/api/v2/tickets/1", headers={"x-http-method-override": "DELETE"}),
        ask("GET", "/api/v2/tickets/1?_method=delete"),
        ask(
            "POST",
            "/api/v2/tickets/1",
            b"_method=delete",
            headers={"content-type": "application/x-www-form-urlencoded"},
        ),
        ask("POST", "/api/v2/problems/autocomplete", {"_method": "delete"}),
        ask("GET", "/api/v2/tickets/1", headers={"x_method_override": "GET, DELETE"}),
    ],
)
def test_a_method_by_another_name_counts(request_: Request) -> None:
    verdict = judge(request_, context(Tier.WRITE))
    assert (verdict.allowed, verdict.tier) == (False, Tier.DESTRUCTIVE)
    assert verdict.rule in ("method-override", "operation")


def test_a_path_by_another_name_counts() -> None:
    hidden = ask("DELETE", "/api/v2/tickets/1", headers={"x-original-url": "/zendesk/api/v2/deleted_users/1"})
    assert not judge(hidden, context(Tier.WRITE)).allowed
    assert rule(ask("GET", "/api/v2/tickets", headers={"x-rewrite-url": "/api/v2/tickets"})) == "host"
    same = ask("GET", "/api/v2/users", headers={"x-original-url": "/zendesk/api/v2/views/1/export"})
    assert not judge(same, context()).allowed


# --- 4 escalation ---


def test_a_public_comment_makes_an_update_outbound() -> None:
    ours = Ours(("ticket", "7"))
    quiet = ask("PUT", "/api/v2/tickets/7", {"ticket": {"comment": {"body": "x", "public": False}}})
    loud = ask("PUT", "/api/v2/tickets/7", {"ticket": {"comment": {"body": "x"}}})
    assert judge(quiet, context(Tier.WRITE, owned=ours)).allowed
    verdict = judge(loud, context(Tier.WRITE, owned=ours))
    assert (verdict.allowed, verdict.rule, verdict.tier) == (False, "escalation", Tier.OUTBOUND)


def test_closing_is_for_good() -> None:
    closing = ask("PUT", "/api/v2/tickets/7?ticket[status]=closed", {"ticket": {}})
    assert judge(closing, context(Tier.WRITE, Tier.OUTBOUND, owned=Ours(("ticket", "7")))).tier is Tier.DESTRUCTIVE


# --- 5 ownership ---


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        (ask("PUT", "/api/v2/tickets/7", {"ticket": {"subject": "x"}}), True),
        (ask("PUT", "/api/v2/tickets/8", {"ticket": {"subject": "x"}}), False),
        (ask("PUT", "/api/v2/tickets/07", {"ticket": {"subject": "x"}}), False),
        (ask("PUT", "/api/v2/tickets/7x", {"ticket": {"subject": "x"}}), False),
        (ask("PUT", f"/api/v2/tickets/{GREATEST}", {"ticket": {"subject": "x"}}), True),
        (ask("PUT", "/api/v2/tickets/99999999999999999999999", {"ticket": {"subject": "x"}}), True),
        (ask("PUT", "/api/v2/tickets/7", {"ticket": {"id": 8}}), False),
        (ask("PUT", "/api/v2/organizations/7", {"organization": {"name": "x"}}), False),
        (ask("DELETE", "/api/v2/tickets/destroy_many?ids=7"), True),
        (ask("DELETE", "/api/v2/tickets/destroy_many?ids=7,8"), False),
        (ask("DELETE", "/api/v2/tickets/destroy_many?ids=7&ids=8"), False),
        (ask("DELETE", "/api/v2/tickets/destroy_many?ids[]=8"), False),
        (ask("DELETE", "/api/v2/tickets/destroy_many"), False),
        (ask("PUT", "/api/v2/tickets/update_many", {"tickets": [{"id": 7}, {"id": 8}]}), False),
        (ask("PUT", "/api/v2/tickets/update_many", {"tickets": [{"id": 7}]}), True),
        (ask("POST", "/api/v2/tickets/7/merge", {"ids": [8]}), False),
        (ask("POST", "/api/v2/tickets/7/merge", {"ids": ["7"]}), True),
        (ask("POST", "/api/v2/ticket_content_pins", {"ticket_content_pin": {"ticket_id": "8"}}), False),
        (ask("POST", "/api/v2/ticket_content_pins", {"ticket_content_pin": {"ticket_id": "7"}}), True),
        (ask("GET", "/api/v2/tickets/8"), True),
        (ask("PUT", "/api/v2/requests/7", {"request": {"subject": "x"}}), True),
        (ask("DELETE", "/api/v2/users/7"), False),
        (ask("DELETE", "/api/v2/deleted_tickets/7"), True),
    ],
)
def test_only_what_the_run_made_is_touched(request_: Request, allowed: bool) -> None:
    verdict = judge(request_, context(*everything(), owned=Ours(("ticket", "7"))))
    assert (verdict.allowed, verdict.rule) == (allowed, "allowed" if allowed else "ownership"), verdict


@pytest.mark.parametrize(
    ("path", "body", "allowed"),
    [
        ("/api/v1/tickets/moveToTrash", {"ticketIds": ["7"]}, True),
        ("/api/v1/tickets/moveToTrash", {"ticketIds": ["7", "8"]}, False),
        ("/api/v1/tickets/moveToTrash", {}, False),
        ("/api/v1/recycleBin/delete", {"ids": ["7"]}, True),
        ("/api/v1/recycleBin/delete", {"ids": ["8"]}, False),
        ("/api/v1/tickets/emptySpam", {"departmentId": "7"}, False),
        ("/api/v1/recycleBin/deleteAll", None, False),
        ("/api/v1/tasks/moveToTrash", {"entityIds": ["7"]}, False),
        ("/api/v1/tickets/7/comments", {"content": "x", "contentType": "plainText"}, True),
        ("/api/v1/tickets/8/comments", {"content": "x"}, False),
        ("/api/v1/tickets", {"subject": "x", "departmentId": "5", "contactId": "6"}, False),
        ("/api/v1/tickets", {"subject": "x", "departmentId": "5", "assigneeId": "6"}, False),
    ],
)
def test_zoho_names_records_in_bodies(path: str, body: Any, allowed: bool) -> None:
    verdict = judge(ask("POST", path, body, vendor="zoho"), context(*everything(), owned=Ours(("ticket", "7"))))
    if path == "/api/v1/tickets" and body == {"subject": "x", "departmentId": "5", "assigneeId": "6"}:
        assert verdict.allowed, "a new ticket of ours may name a department and an agent: they stay as they are"
    else:
        assert verdict.allowed is allowed, verdict


def test_references_of_a_new_record_change_nothing_at_their_other_end() -> None:
    body = {"ticket": {"subject": "x", "requester_id": 1, "assignee_id": 2, "group_id": 3, "brand_id": 4,
                       "comment": {"body": "x", "public": False}}}  # fmt: skip
    assert judge(ask("POST", "/api/v2/tickets", body), context(Tier.WRITE)).allowed
    public = {"ticket": {**body["ticket"], "comment": {"body": "x", "public": True}}}
    verdict = judge(ask("POST", "/api/v2/tickets", public), context(Tier.OUTBOUND))
    assert verdict.rule == "ownership", "with a public comment the requester is written to"


def test_mail_goes_to_nobodys_mailboxes_only() -> None:
    def create(email: str) -> Verdict:
        return judge(ask("POST", "/api/v2/users", {"user": {"name": "x", "email": email}}), context(Tier.OUTBOUND))

    assert create("someone@example.com").allowed
    assert create("a@b.invalid").allowed
    assert create("someone@acme.com").rule == "ownership"
    assert create("x@example.com, y@acme.com").rule == "ownership"


def test_an_upsert_may_find_what_was_there_before() -> None:
    body = {"user": {"name": "x", "email": "someone@example.com"}}
    request = ask("POST", "/api/v2/users/create_or_update", body)
    assert rule(request, Tier.OUTBOUND) == "ownership"
    marked = ask(
        "POST", "/api/v2/users/create_or_update", {"user": {"name": "run-7f a", "email": "run-7f@example.com"}}
    )
    assert judge(marked, context(Tier.OUTBOUND, mark="run-7f")).allowed


def test_org_wide_operations_need_their_own_name() -> None:
    empty = ask("POST", "/api/v1/recycleBin/deleteAll", vendor="zoho")
    assert rule(empty, *everything()) == "ownership"
    assert judge(empty, context(named=["zoho:deleteAllEntities"])).allowed
    settings = ask("PUT", "/api/v2/account/settings", {"settings": {}})
    verdict = judge(settings, context(*everything()))
    assert "--allow-operation zendesk:UpdateAccountSettings" in verdict.evidence[-1]


def test_a_body_that_cannot_be_read_names_who_knows_what() -> None:
    broken = ask("PUT", "/api/v2/tickets/7", b'{"ticket": ', headers={"content-type": "application/json"})
    assert not judge(broken, context(*everything(), owned=Ours(("ticket", "7")))).allowed


# --- 6 permit, and the way back ---


@given(allowed=st.sets(st.sampled_from(list(Tier))), one=st.sampled_from(operations()))
def test_nothing_above_the_permit_leaves(allowed: set[Tier], one: Any) -> None:
    path = re.sub(r"{[^{}]+}", GREATEST, one.path)
    verdict = judge(ask(one.method, path, vendor=one.vendor), context(*allowed))
    if verdict.allowed:
        assert assessments()[one.key].tier in {Tier.READ, *allowed}


def test_production_is_only_read_even_with_a_permit_and_a_ledger() -> None:
    made = context(*everything(), owned=Ours(("ticket", "7"), cleanup_steps=[("DELETE", "/api/v2/tickets/7", b"")]))
    made = replace(made, permits={"zendesk": Permit(frozenset(Tier), frozenset(), Proof.PRODUCTION)})
    assert judge(ask("GET", "/api/v2/tickets"), made).allowed
    assert not judge(ask("DELETE", "/api/v2/tickets/7"), made).allowed


def test_the_ledgers_steps_pass_whatever_the_permit_and_only_to_the_letter() -> None:
    back = Ours(cleanup_steps=[("DELETE", "/api/v2/tickets/7", b"")])
    assert rule(ask("DELETE", "/api/v2/tickets/7"), owned=back) == "undo"
    for other in (
        ask("DELETE", "/api/v2/tickets/8"),
        ask("DELETE", "/api/v2/tickets/7?ids=8"),
        ask("DELETE", "/api/v2/tickets/7.json"),
        ask("DELETE", "/api/v2/tickets/7", {"ids": [8]}),
        ask("DELETE", "/api/v2/tickets/7", headers={"x-http-method-override": "PUT"}),
    ):
        assert not judge(other, context(owned=back)).allowed


def test_a_step_whose_id_ends_like_a_file_passes_where_every_reading_names_what_is_ours() -> None:
    """A domain's name: a server that drops extensions reads `deskcheck-1.example`, which is this run's as well."""
    name, mark = "deskcheck-1.example.com", "deskcheck-1"
    back = Ours(("domain", name), cleanup_steps=[("DELETE", f"/api/v1/domains/{name}", b"")])
    step = ask("DELETE", f"/api/v1/domains/{name}", vendor="zoho")
    assert judge(step, context(owned=back, mark=mark)).rule == "undo"
    assert not judge(step, context(owned=back, mark="deskcheck-2")).allowed, "without its end it is not ours"


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "BREW", ""]),
    url=st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"{HOST}/zendesk/{text}"),
    headers=st.lists(
        st.tuples(st.sampled_from(["host", "content-type", "x-original-url"]), st.text(max_size=10)), max_size=3
    ),
    body=st.binary(max_size=40),
)
def test_whatever_comes_gets_a_verdict(method: str, url: str, headers: list[tuple[str, str]], body: bytes) -> None:
    verdict = judge(Request(method, url, tuple(headers), body), context())
    assert not verdict.allowed or verdict.tier is Tier.READ


@pytest.mark.parametrize("url", ["https://acme.zendesk.com/api/v2", "/api/v2/", "https://{h}/{base}"])
@pytest.mark.parametrize("path", ["/things", "/things/count.json", "/things/{id}"])
def test_a_path_below_the_base_path_of_a_documents_servers_is_its_operation(url: str, path: str) -> None:
    """Sent as the document has it, or without the ending that means nothing to the vendor."""
    servers = [{"url": url, "variables": {"base": {"default": "api/v2"}}}]
    tree = {"openapi": "3.0.3", "servers": servers, "paths": {path: {"get": {"operationId": "get", "responses": {}}}}}
    base_paths.write_out(tree)
    (operation,) = compile_operations("zendesk", "made", tree)
    made = replace(context(), catalog=Catalog((operation,)), assessments={operation.key: rules.assess(operation, {})})
    for form in (operation.path, operation.path.removesuffix(".json")):
        verdict = judge(ask("GET", form.replace("{id}", "5")), made)
        assert (verdict.allowed, verdict.operation) == (True, operation.key)
    assert not judge(ask("GET", path.replace("{id}", "5")), made).allowed


OWN_ORG = "4242"
OTHER_ORGS = st.one_of(
    st.sampled_from(
        ["", " ", "4242 ", " 4242", "4242\t", "04242", "4242,4242", "4242, 1", "abc", "٤٢٤٢", "1", "4242.0"]
    ),
    st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12),
).filter(lambda value: value != OWN_ORG)
READS = ("/api/v1/tickets", "/api/v1/organizations", "/api/v1/accessibleOrganizations", "/api/v1/contacts/1")


@given(st.sampled_from(READS), st.sampled_from(["orgid", "orgId", "ORGID"]), OTHER_ORGS)
def test_an_org_id_that_is_not_the_target_s_never_leaves_not_even_to_read(path: str, name: str, value: str) -> None:
    verdict = judge(ask("GET", path, vendor="zoho", headers={name: value}), context(*everything()))
    assert (verdict.allowed, verdict.rule) == (False, "host")
    assert "orgId" in verdict.evidence[-1]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("query", ["orgId=1", "orgid=", "orgId=4242&orgId=1", "orgId=%20" + OWN_ORG, "orgId=abc"])
def test_nor_does_one_in_the_query(path: str, query: str) -> None:
    verdict = judge(ask("GET", f"{path}?{query}", vendor="zoho", headers={"orgid": OWN_ORG}), context(*everything()))
    assert (verdict.allowed, verdict.rule) == (False, "host")


@pytest.mark.parametrize("path", READS)
def test_the_target_s_own_leaves_once(path: str) -> None:
    once = ask("GET", path, vendor="zoho", headers={"orgid": OWN_ORG})
    assert judge(once, context()).allowed
    twice = replace(once, headers=(*once.headers, ("orgid", OWN_ORG)))
    assert judge(twice, context()).rule == "host"
