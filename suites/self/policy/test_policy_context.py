"""What a verdict depends on: URLs that every server reads the same, API bases, token URLs and escalations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contexts import HOST, ZENDESK, ZOHO, context

from harness.openapi.catalog import Catalog
from harness.policy.context import Nothing, PolicyContext, Url, plain_context, split_url
from harness.policy.permit import Permit
from harness.policy.references import References
from harness.risk.tier import Tier


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://acme.example/a?b=1", Url("https://acme.example:443", "/a", "b=1")),
        ("HTTP://ACME.example", Url("http://acme.example:80", "/", "")),
        ("http://127.0.0.1:8099/a%2Fb", Url("http://127.0.0.1:8099", "/a%2Fb", "")),
        ("http://[::1]:80/", Url("http://[::1]:80", "/", "")),
    ],
)
def test_a_url_has_one_form(url: str, parts: Url) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize(
    "url",
    [
        "https://me@acme.example/", "https://acme.example/#a", "ftp://acme.example/", "https://acme.example/a b",
        "https://acme.example/\n", "//acme.example/", "https://acme.example\\@other.example/", "https:///a", "",
    ],
)  # fmt: skip
def test_a_url_that_servers_may_read_in_two_ways_is_none(url: str) -> None:
    assert split_url(url) is None


def test_orgs_on_one_host_are_told_apart_by_their_base() -> None:
    (bases,) = context().doors.values()
    assert [(base.vendor, base.base) for base in bases] == [("zendesk", "/zendesk"), ("zoho", "/zoho")]


def test_the_longest_base_is_looked_at_first() -> None:
    nested = replace(ZOHO, base_url=f"{HOST}/zendesk/zoho")
    (bases,) = plain_context(Catalog(()), {}, (ZENDESK, nested), Permit()).doors.values()
    assert [base.base for base in bases] == ["/zendesk/zoho", "/zendesk"]


@pytest.mark.parametrize(
    ("base_url", "hosts"),
    [
        ("https://acme.example", {"acme.example:443", "acme.example"}),
        ("http://acme.example:8080", {"acme.example:8080"}),
    ],
)
def test_a_host_header_may_leave_out_the_usual_port(base_url: str, hosts: set[str]) -> None:
    (bases,) = plain_context(Catalog(()), {}, (replace(ZENDESK, base_url=base_url),), Permit()).doors.values()
    assert bases[0].hosts == hosts


def test_a_token_call_has_one_exact_url() -> None:
    assert context().token_urls == {f"{HOST}/zoho-accounts/oauth/v2/token"}


def test_escalations_are_looked_up_by_operation() -> None:
    policy = context()
    update = policy.catalog.by_key["zendesk:UpdateTicket"]
    assert policy.escalating(update)
    assert all(escalation.fits(update) for escalation in policy.escalating(update))
    assert policy.escalating(update) is policy.escalating(update)


def test_a_vendor_without_conventions_names_records_the_plain_way() -> None:
    policy = plain_context(Catalog(()), {}, (ZENDESK,), Permit())
    assert isinstance(policy.references("zendesk"), References)
    assert policy.references("zendesk") is policy.references("zoho")


def test_a_plain_context_has_one_permit_and_owns_nothing() -> None:
    permit = Permit(frozenset({Tier.READ, Tier.WRITE}))
    policy: PolicyContext = plain_context(Catalog(()), {}, (ZENDESK, ZOHO), permit)
    assert policy.permits == {"zendesk": permit, "zoho": permit}
    assert not policy.owned.owns("zendesk", frozenset({"*"}), "1")
    assert not Nothing().is_cleanup("zendesk", "DELETE", "/api/v2/tickets/1", b"")
