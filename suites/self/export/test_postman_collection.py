"""The Postman collection: requests in their order, variables in place of values, checks in scripts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sample_test import CHANGED, WITH_BASIC, WITH_TOKEN

from harness.errors import UsageError
from harness.export.postman_collection import SCHEMA, collection, command, files


def test_the_requests_stand_in_their_order() -> None:
    names = [item["name"] for item in collection(WITH_TOKEN)["item"]]
    assert [name.partition(" ")[2] for name in names] == [
        "Gets an access token",
        "Makes a ticket for this test, and removes it afterwards",
        "updateTicket",
        "Removes the ticket",
    ]


def test_ids_and_credentials_are_variables() -> None:
    change = collection(WITH_BASIC)["item"][1]["request"]
    assert change["url"] == "{{ACME_URL}}/api/v1/tickets/{{ticket}}?include=a%20b%2Cc"
    assert '"id": {{ticket}}' in change["body"]["raw"], "a number has no quotation marks"
    assert '"name": "T{{ticket}}"' in change["body"]["raw"]
    assert [row["value"] for row in change["auth"]["basic"]] == ["{{ACME_USER}}", "{{ACME_KEY}}"]
    signed = collection(WITH_TOKEN)["item"][2]["request"]["header"]
    assert {"key": "Authorization", "value": "Zoho-oauthtoken {{access_token}}"} in signed


def test_a_removal_is_left_out_where_nothing_was_made() -> None:
    (event,) = collection(WITH_BASIC)["item"][-1]["event"]
    assert event["script"]["exec"] == ['if (!pm.variables.get("ticket")) pm.execution.skipRequest();']


def test_the_file_is_of_format_2_1() -> None:
    (text,) = files(WITH_BASIC).values()
    assert json.loads(text)["info"]["schema"] == SCHEMA
    assert '--env-var "ACME_KEY=$ACME_KEY"' in command(WITH_BASIC, "file")


def test_a_body_that_is_no_text_says_so() -> None:
    with pytest.raises(UsageError, match="--as pytest"):
        collection(replace(WITH_BASIC, steps=(replace(CHANGED, has_json=False, body=b"\xff"),)))
