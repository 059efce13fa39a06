"""Zoho Desk as one value, with a file for each part of it that takes more than a line.

Goes in: facts about Zoho Desk, each with its source. Not in: what a run does with them.
"""

from __future__ import annotations

from harness.vendors.vendor import NO_CREDENTIALS, AnswerConventions, Vendor
from harness.vendors.zoho import auth, doctor, obstacles, orgs, paging, proof, quota, scopes, tickets

VENDOR = Vendor(
    name="zoho",
    title="Zoho Desk",
    product="Zoho Desk",
    example_url="https://desk.zoho.com",
    api_prefix="/api/v1/",
    auth_kinds=(auth.REFRESH, NO_CREDENTIALS),
    token_host=auth.TOKEN_HOST,
    proof=proof.PROOF,
    embedded=auth.of_sandbox,
    # Sandbox and production are on one host, told apart by this header alone.
    org_header=auth.ORG_HEADER,
    orgs=orgs.DIRECTORY,
    # Real ids have 16 to 19 digits and start above 1e15; 1 is no record's id, and the type admits it.
    impossible_ids={"integer": "1", "string": "1"},
    paging=paging.PAGING,
    quota=quota.QUOTA,
    answers=AnswerConventions(
        # Document: unpin, trash and spam calls answer 200 and a `results` list, whatever became of each row.
        success_may_fail=True,
        # A deleted record is still shown by its id, and says that it lies in the trash (client reports).
        trash_flag="isTrashed",
    ),
    # Document: getMyInfo, the agent whose token asks.
    whoami="/api/v1/myinfo",
    # An account is a customer's company, an organization the tenant itself.
    word_kinds={"account": "record"},
    curl_variables=("ZOHO_USER", "ZOHO_TOKEN"),
    doctor=doctor.DOCTOR,
    signs=obstacles.SIGNS,
    scopes=scopes.SCOPES,
    new_ticket=tickets.new_ticket,
)
