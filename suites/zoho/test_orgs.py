"""Organisations: listed without an id, proven to be a sandbox, and distinguished on every request.

What another id than ours, or none, is answered cannot be tried on an org: the guard lets neither leave. The embedded
sandbox's own tests hold what vendors answer.
"""

from __future__ import annotations

import pytest

ORGANIZATIONS, ACCESSIBLE = "/api/v1/organizations", "/api/v1/accessibleOrganizations"
FLAGS = (True, False, "true", "false")
"""A boolean live, a text in the vendor's example."""

pytestmark = [pytest.mark.zoho, pytest.mark.read, pytest.mark.resource("organizations")]


def test_organisations_are_found_without_an_id(client, token_headers):
    """A client that has only a token gets the ids here."""
    answer = client.get(ORGANIZATIONS, signed=False, headers=token_headers())
    assert answer.status == 200
    rows = answer.json["data"]
    assert all(str(row["id"]).isdigit() for row in rows)
    assert all(row["companyName"] and row["portalName"] for row in rows)
    assert client.target.org_id in {str(row["id"]) for row in rows}


def test_our_organisation_says_whether_it_is_a_sandbox(client):
    """The permit depends on this flag; a value that is neither yes nor no proves nothing."""
    rows = client.get(ORGANIZATIONS).json["data"]
    (own,) = [row for row in rows if str(row["id"]) == client.target.org_id]
    assert own["isSandboxPortal"] in FLAGS
    assert own["isSandboxPortal"] in (True, "true") or not client.target.embedded


def test_one_organisation_can_be_shown(client):
    """The list and the single organisation show the same."""
    ident = client.target.org_id
    (row,) = [row for row in client.get(ORGANIZATIONS).json["data"] if str(row["id"]) == ident]
    answer = client.get(f"{ORGANIZATIONS}/{ident}")
    assert answer.status == 200
    assert {name: answer.json[name] for name in ("companyName", "portalName")} == {
        name: row[name] for name in ("companyName", "portalName")
    }


def test_accessible_organisations_hold_ours(client, token_headers):
    ident = client.target.org_id
    answer = client.get(ACCESSIBLE, signed=False, headers=token_headers(orgId=ident))
    assert answer.status == 200
    assert ident in {str(row["id"]) for row in answer.json["data"]}
