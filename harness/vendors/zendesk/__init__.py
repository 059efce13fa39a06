"""Zendesk Support as one value, with a file for each part of it that takes more than a line.

Goes in: facts about Zendesk, each with its source. Not in: what a run does with them.
"""

from __future__ import annotations

from harness.vendors.vendor import NO_CREDENTIALS, AnswerConventions, JobConvention, Vendor
from harness.vendors.zendesk import auth, doctor, obstacles, paging, proof, quota, scopes, tickets

VENDOR = Vendor(
    name="zendesk",
    title="Zendesk",
    product="Zendesk Support",
    example_url="https://ORG.zendesk.com",
    api_prefix="/api/v2/",
    auth_kinds=(auth.OAUTH, auth.OAUTH_REFRESH, auth.BEARER, auth.BASIC, NO_CREDENTIALS),
    token_host=auth.TOKEN_HOST,
    proof=proof.PROOF,
    embedded=auth.of_sandbox,
    # Recorded 2023-09: the largest int64 answers 404 RecordNotFound on every kind of record that was tried.
    impossible_ids={"integer": "9223372036854775807", "string": "01ZZZZZZZZZZZZZZZZZZZZZZZZ"},
    paging=paging.PAGING,
    quota=quota.QUOTA,
    idempotency=quota.IDEMPOTENCY,
    jobs=JobConvention("job_status", "/api/v2/job_statuses/{id}"),
    answers=AnswerConventions(
        # 744 recorded answers (2023-09) hold their records, though the document requires next to nothing of them.
        success_holds_content=True,
        # Recorded 2023-09, 151 answers: unknown keys get a 2xx and a note of them in x-zendesk-api-warn.
        forgives_unknown_keys=True,
    ),
    # Links in answers end so, the document's paths do not, and either is answered (recorded 2023-09).
    ignored_suffix=".json",
    # Document: ShowCurrentUser.
    whoami="/api/v2/users/me",
    # An organization is a customer's company.
    word_kinds={"organization": "record"},
    # The user is `MAIL/token`.
    curl_variables=("ZENDESK_USER", "ZENDESK_TOKEN"),
    doctor=doctor.DOCTOR,
    signs=obstacles.SIGNS,
    scopes=scopes.SCOPES,
    new_ticket=tickets.new_ticket,
)
