"""What a verdict depends on: URLs that every server reads the same, API bases, token URLs and escalations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contexts import HOST, ZENDESK, ZOHO, context

from harness.openapi.catalog import Catalog
from harness.policy.context import EmptyLedger, PolicyContext, Url, split_url
from harness.policy.permit import Permit
from harness.policy.references import References
from harness.target import Target


def of_targets(*targets: Target) -> PolicyContext:
    """A context of these targets, without operations."""
    by_vendor = {target.vendor: target for target in targets}
    return PolicyContext(Catalog(()), {}, by_vendor, dict.fromkeys(by_vendor, Permit()))


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
    (bases,) = context().api_bases.values()
    assert [(base.vendor, base.prefix) for base in bases] == [("zendesk", "/zendesk"), ("zoho", "/zoho")]


def test_the_longest_base_is_looked_at_first() -> None:
    nested = replace(ZOHO, base_url=f"{HOST}/zendesk/zoho")
    (bases,) = of_targets(ZENDESK, nested).api_bases.values()
    assert [base.prefix for base in bases] == ["/zendesk/zoho", "/zendesk"]


@pytest.mark.parametrize(
    ("base_url", "hosts"),
    [
        ("https://acme.example", {"acme.example:443", "acme.example"}),
        ("http://acme.example:8080", {"acme.example:8080"}),
    ],
)
def test_a_host_header_may_leave_out_the_usual_port(base_url: str, hosts: set[str]) -> None:
    (bases,) = of_targets(replace(ZENDESK, base_url=base_url)).api_bases.values()
    assert bases[0].hosts == hosts


def test_a_token_call_has_one_exact_url() -> None:
    assert context().token_urls == {f"{HOST}/zoho-accounts/oauth/v2/token"}


def test_escalations_are_looked_up_by_operation() -> None:
    policy = context()
    update = policy.catalog.by_key["zendesk:UpdateTicket"]
    assert policy.escalations_of(update)
    assert all(escalation.fits(update) for escalation in policy.escalations_of(update))
    assert policy.escalations_of(update) is policy.escalations_of(update)


def test_a_vendor_without_conventions_names_records_the_plain_way() -> None:
    policy = of_targets(ZENDESK)
    assert isinstance(policy.references("zendesk"), References)
    assert policy.references("zendesk") is policy.references("zoho")


def test_without_a_ledger_nothing_is_ours() -> None:
    policy = of_targets(ZENDESK, ZOHO)
    assert not policy.owned.owns("zendesk", frozenset({"*"}), "1")
    assert not EmptyLedger().is_cleanup("zendesk", "DELETE", "/api/v2/tickets/1", b"")
