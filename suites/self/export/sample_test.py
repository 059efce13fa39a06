"""A stand-alone test as the forms get it: a ticket is made, changed and removed, with an access token."""

from __future__ import annotations

from dataclasses import replace

from harness.export.expectations import HasStatus, PlaceFits, ValueRule
from harness.export.standalone import (
    MARK,
    Access,
    Capture,
    EnvironmentVariable,
    Role,
    StandaloneTest,
    Step,
    Template,
    TokenCall,
    Variable,
    plain,
)
from harness.finding import Finding

JSON = (("content-type", "application/json"),)
TICKET = Template(("/api/v1/tickets/", Variable("ticket")))
BASIC = Access(
    "ACME_URL",
    (
        EnvironmentVariable("ACME_URL", "the base URL", "https://acme.example"),
        EnvironmentVariable("ACME_USER", "u"),
        EnvironmentVariable("ACME_KEY", "k"),
    ),
    scheme="Basic",
    user="ACME_USER",
    secret="ACME_KEY",
)
TOKEN = Access(
    "DESK_URL",
    tuple(EnvironmentVariable(name, name) for name in ("DESK_URL", "DESK_ORG_ID", "DESK_TOKEN_URL", "DESK_KEY")),
    scheme="Zoho-oauthtoken",
    token=TokenCall(
        "DESK_TOKEN_URL/oauth/v2/token",
        "application/x-www-form-urlencoded",
        (("grant_type", "refresh_token"), ("refresh_token", "DESK_KEY")),
    ),
    org_header="orgId",
    org="DESK_ORG_ID",
)
MADE = Step(
    Role.CREATE,
    "Makes a ticket for this test, and removes it afterwards",
    "POST",
    plain("/api/v1/tickets"),
    headers=JSON,
    has_json=True,
    json={"subject": Template((Variable(MARK),)), "count": 1},
    captures=(Capture("ticket", ("id",)),),
)
CHANGED = Step(
    Role.SEND,
    "updateTicket",
    "PATCH",
    TICKET,
    query=(("include", plain("a b,c")),),
    headers=JSON,
    has_json=True,
    json={"id": Template((Variable("ticket"),), is_text=False), "name": Template(("T", Variable("ticket")))},
)
REMOVED = Step(Role.REMOVE, "Removes the ticket", "DELETE", TICKET, needs="ticket")
WITH_TOKEN = StandaloneTest(
    id="1a2b3c4d5e",
    finding=Finding("zoho:updateTicket", "body", 200, "/priority", "wrong", "one of High, null"),
    sentence="A value in the body does not fit.",
    document="the pinned document zoho/desk",
    access=TOKEN,
    steps=(MADE, CHANGED),
    expectations=(HasStatus(("200",), "why"), PlaceFits(("priority",), ValueRule("enum", ["High", None]))),
    removals=(REMOVED,),
)
WITH_BASIC = replace(WITH_TOKEN, access=BASIC)
