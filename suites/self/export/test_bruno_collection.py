"""The Bruno collection: blocks as Bruno's grammar has them, variables of the environment read by the process."""

from __future__ import annotations

import json
import re

from sample_test import WITH_BASIC, WITH_TOKEN

from harness.export.bruno_collection import files

# docs.usebruno.com, "Bru Lang": a block's name, its brace, lines that are moved in, and a brace at the line's start.
BLOCK = re.compile(r"^(?P<name>[a-z]+(?::[a-z-]+)?) \{\n(?P<lines>(?:  .*\n|\n)*)\}$", re.MULTILINE)
KNOWN = {
    "meta", "get", "post", "put", "patch", "delete", "headers", "auth:basic", "body:json", "body:text",
    "body:form-urlencoded", "script:pre-request", "script:post-response", "tests",
}  # fmt: skip


def blocks(text: str) -> dict[str, str]:
    found = {match["name"]: match["lines"] for match in BLOCK.finditer(text)}
    assert not BLOCK.sub("", text).strip(), "nothing stands outside of blocks"
    return found


def test_every_file_is_made_of_known_blocks() -> None:
    texts = files(WITH_TOKEN)
    assert [name.split("/")[1] for name in texts] == [
        "bruno.json",
        "01 Gets an access token.bru",
        "02 Makes a ticket for this test and removes it afterwards.bru",
        "03 updateTicket.bru",
        "04 Removes the ticket.bru",
    ]
    for name, text in texts.items():
        if name.endswith(".bru"):
            assert blocks(text).keys() <= KNOWN
    assert json.loads(texts["finding_1a2b3c4d5e/bruno.json"])["type"] == "collection"


def test_ids_and_credentials_are_variables() -> None:
    change = blocks(files(WITH_BASIC)["finding_1a2b3c4d5e/02 updateTicket.bru"])
    assert "url: {{process.env.ACME_URL}}/api/v1/tickets/{{ticket}}?include=a%20b%2Cc" in change["patch"]
    assert "password: {{process.env.ACME_KEY}}" in change["auth:basic"]
    assert '"id": {{ticket}},' in change["body:json"]


def test_only_the_last_step_is_held_to_what_is_expected() -> None:
    texts = files(WITH_BASIC)
    assert "zoho:updateTicket, body" in blocks(texts["finding_1a2b3c4d5e/02 updateTicket.bru"])["tests"]
    removal = blocks(texts["finding_1a2b3c4d5e/03 Removes the ticket.bru"])
    assert "tests" not in removal
    assert "skipRequest" in removal["script:pre-request"]
