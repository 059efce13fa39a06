"""Every check in one table, in the order in which findings are read, and the one function that applies them.

A check is a value (`Check`), and its function is pure: an exchange, the operation and the contract go in, findings come
out.

Goes in: what decides that something is wrong, and waivers. Not in: what sends, masks or prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from harness.checks import leaks, lifecycle, pagination, request, response, run_findings
from harness.checks.check import Check, Need, Severity, ShownBy, Subject
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.finding import Finding
from harness.openapi.catalog import Match

_BODY = frozenset({Need.BODY})
_SCHEMA = frozenset({Need.BODY, Need.SCHEMA})
_FURTHER = frozenset({Need.FURTHER_REQUEST})
_FURTHER_BODY = frozenset({Need.FURTHER_REQUEST, Need.BODY})

# The catalogue of Web Fuzzing Commons (`fault_categories.json` of 0.6.0) has these codes; 900 to 999 are for tools,
# and stand for what it has no code for, or one that its schema refuses (207).
WFC_SCHEMA = 101  # a response that does not match its schema
WFC_INVALID_INPUT = 102  # success on input that the schema forbids

TABLE: tuple[Check, ...] = (
    Check(
        "answer", Severity.CRITICAL, Subject.ATTEMPT,
        "No usable answer came, however often the request was sent, while the org answered others: "
        "look in the server's log for what ended the connection.",
        run_findings.no_answer, on_negative_cases=True, network_can_cause=True, wfc_code=900,
    ),
    # What every answer is held to.
    Check(
        "server_error", Severity.CRITICAL, Subject.ANSWER,
        "The server failed with a 5xx code, which no request excuses: look in its log for this request, and mend it.",
        response.server_error, on_negative_cases=True, network_can_cause=True, status_decides=True, per_resource=True,
        wfc_code=100,
    ),
    Check(
        "status", Severity.NORMAL, Subject.ANSWER,
        "The document does not list the answer's code for this operation: add the code to the document, "
        "or make the server answer one that is listed.",
        response.status, on_negative_cases=True, network_can_cause=True, status_decides=True, expected_varies=True,
        wfc_code=WFC_SCHEMA,
    ),
    Check(
        "media_type", Severity.NORMAL, Subject.ANSWER,
        "The body is of a media type that the document does not list for this code: correct the Content-Type header, "
        "or the document.",
        response.media_type, on_negative_cases=True, network_can_cause=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "headers", Severity.NORMAL, Subject.ANSWER,
        "A response header that the document requires is missing, or its value is not of the declared type: "
        "correct the header, or the document.",
        response.headers, on_negative_cases=True, network_can_cause=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "json", Severity.NORMAL, Subject.ANSWER,
        "The body should be JSON and cannot be read as such, so that every client fails on it: "
        "look at the body for where it breaks off.",
        response.json, needs=_BODY, on_negative_cases=True, network_can_cause=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "body", Severity.NORMAL, Subject.ANSWER,
        "A value in the body does not fit the document's schema at the place that the pointer names: "
        "correct the value, or the schema.",
        response.body, needs=_SCHEMA, on_negative_cases=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "undocumented_field", Severity.MINOR, Subject.ANSWER,
        "The body holds a property that the document does not know: document it, or do not send it.",
        response.undocumented_field, needs=_SCHEMA, on_negative_cases=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "payload", Severity.NORMAL, Subject.ANSWER,
        "A successful answer holds nothing of what the document describes, though its schema lets that pass: "
        "see why the record is left out.",
        response.payload, needs=_SCHEMA, on_negative_cases=True, wfc_code=WFC_SCHEMA,
    ),
    Check(
        "page_repeats", Severity.NORMAL, Subject.ANSWER,
        "A list shows the same row twice, on one page or on two, so that who reads it all counts it double: "
        "sort by something that no two rows share.",
        pagination.page_repeats, needs=_BODY, on_negative_cases=True, shown_by=ShownBy.PAGES, wfc_code=901,
    ),
    Check(
        "page_loses", Severity.NORMAL, Subject.ANSWER,
        "A list has fewer rows than it counts, or than one large page shows, so that who reads it all misses some: "
        "look at where one page ends and the next begins.",
        pagination.page_loses, needs=_BODY, on_negative_cases=True, shown_by=ShownBy.PAGES, wfc_code=902,
    ),
    Check(
        "success_flag", Severity.CRITICAL, Subject.ANSWER,
        "The code says success and the body says that it failed, which a client that reads codes takes for done: "
        "answer with a code of failure.",
        leaks.success_flag, needs=_BODY, wfc_code=903,
    ),
    Check(
        "secret_echo", Severity.CRITICAL, Subject.ANSWER,
        "The answer holds a credential of the request, and so do all logs that keep it: "
        "take it out of the answer, and renew the credential.",
        leaks.secret_echo, needs=_BODY, on_negative_cases=True, wfc_code=904,
    ),
    # What a request of another client is held to; a run sends wrong ones on purpose.
    Check(
        "parameters", Severity.NORMAL, Subject.REQUEST,
        "A parameter of the path or query is missing or not of its declared type: "
        "correct the client that sent it, or the document.",
        request.parameters, wfc_code=905,
    ),
    Check(
        "request_type", Severity.NORMAL, Subject.REQUEST,
        "The request's body is of a media type that the document does not list: "
        "correct the client's Content-Type header, or the document.",
        request.request_type, wfc_code=906,
    ),
    Check(
        "request_body", Severity.NORMAL, Subject.REQUEST,
        "The request's body is missing or does not fit the document's schema: "
        "correct the client that sent it, or the schema.",
        request.request_body, wfc_code=907,
    ),
    # What only the generated case itself can tell.
    Check(
        "negative_data_rejection", Severity.NORMAL, Subject.CASE,
        "The server accepted input that the document forbids: reject it with a 4xx code, or allow it in the document.",
        run_findings.generated, on_negative_cases=True, status_decides=True,
        shown_by=ShownBy.INVALID_ACCEPTED, wfc_code=WFC_INVALID_INPUT,
    ),
    Check(
        "missing_required_header", Severity.NORMAL, Subject.CASE,
        "The server accepted a request without a header that the document requires: "
        "reject it with a 4xx code, or make the header optional in the document.",
        run_findings.generated, on_negative_cases=True, status_decides=True,
        shown_by=ShownBy.INVALID_ACCEPTED, wfc_code=WFC_INVALID_INPUT,
    ),
    Check(
        "ignored_auth", Severity.CRITICAL, Subject.CASE,
        "A request succeeded without credentials, though the document asks for some: "
        "close the operation to strangers, or document it as open.",
        run_findings.ignored_auth, needs=_FURTHER, status_decides=True, per_resource=True,
        shown_by=ShownBy.UNSIGNED, wfc_code=908,
    ),
    # What a record must show of itself, from its creation to its deletion.
    Check(
        "made_readable", Severity.NORMAL, Subject.RECORD,
        "A record that was just created cannot be read under its id: see whether it was stored, "
        "and whether the create answers its real id.",
        lifecycle.readable, needs=_FURTHER_BODY, shown_by=ShownBy.FIRST_READ, wfc_code=909,
    ),
    Check(
        "quota_told", Severity.NORMAL, Subject.RECORD,
        "No response header says how much of the quota is left, so that a client cannot slow down in time: "
        "send the header that the vendor documents.",
        lifecycle.quota_told, needs=_FURTHER, shown_by=ShownBy.READ_HEADERS, wfc_code=910,
    ),
    Check(
        "made_listed", Severity.NORMAL, Subject.RECORD,
        "A record that was just created is not in its list, read to the end: "
        "see which filter or index leaves it out.",
        lifecycle.listed, needs=_FURTHER_BODY, shown_by=ShownBy.LIST, wfc_code=911,
    ),
    Check(
        "change_kept", Severity.NORMAL, Subject.RECORD,
        "A change was accepted and the next read shows the value before it: "
        "see whether the change is stored, and whether reads come from an old copy.",
        lifecycle.change_kept, needs=_FURTHER_BODY, shown_by=ShownBy.READ_AFTER_CHANGE, wfc_code=912,
    ),
    Check(
        "deleted_gone", Severity.NORMAL, Subject.RECORD,
        "A record is still shown after its deletion was accepted: "
        "answer 404 or 410, or mark it as lying in the trash.",
        lifecycle.gone, needs=_FURTHER_BODY, shown_by=ShownBy.READ_AFTER_REMOVAL, wfc_code=103,
    ),
    Check(
        "unknown_id", Severity.CRITICAL, Subject.RECORD,
        "An id that no record of this org can have shows one, which may be another tenant's: "
        "see whether the read is limited to the caller's org.",
        lifecycle.unknown_id, needs=_FURTHER_BODY, shown_by=ShownBy.UNKNOWN_ID, wfc_code=913,
    ),
    # What a hand-written test says.
    Check(
        "suite", Severity.NORMAL, Subject.TEST,
        "A hand-written test failed by its own assertion: read the test of that name beside what the org answered.",
        run_findings.failed_test, wfc_code=914,
    ),
)  # fmt: skip
"""All checks: every name that can stand in `Finding.check` has its row.

Four are made in a second place as well, of other evidence: `lifecycle.pages` walks a list of which `pagination` sees
one page, `lifecycle.unsigned` and the generator ask without credentials, `run_findings.foreign_answer` has no document.
"""

BY_NAME: Mapping[str, Check] = {check.name: check for check in TABLE}

UNKNOWN = Check("", Severity.NORMAL, Subject.ANSWER, "", lambda: ())
"""What stands for a check that a report names and this release does not have."""


def named(name: str) -> Check:
    """The check of a name, as a finding has it."""
    return BY_NAME.get(name, UNKNOWN)


def shown_by(finding: Finding) -> ShownBy:
    """What shows a finding again. One page shows what has a pointer into it; a walk through pages finds without one."""
    by = named(finding.check).shown_by
    return ShownBy.ANSWER if by is ShownBy.PAGES and finding.pointer else by


ALL = tuple(check for check in TABLE if check.subject is Subject.ANSWER)
"""What every answer is held to."""

REQUEST = tuple(check for check in TABLE if check.subject is Subject.REQUEST)
"""What a request of another client is held to."""

NEGATIVE = tuple(check for check in ALL if check.on_negative_cases)
"""Those of an answer to a case that is meant to fail: a 200 may say that it did."""

UPKEEP = "upkeep"
"""The purpose of a request that is no case: making a record, removing it, asking who we are."""


def fitting(purpose: str) -> tuple[Check, ...]:
    """The checks for a request of ours by what it is for: `negative`, `upkeep` (none), or anything else."""
    if purpose == UPKEEP:
        return ()
    return NEGATIVE if purpose == "negative" else ALL


def judge(exchange: Exchange, match: Match, contract: Contract, checks: Iterable[Check] = ALL) -> list[Finding]:
    """All findings of an exchange, those of one cause folded into the first of them, which counts them.

    What the checks cannot judge of it is told by `limits.reasons`.
    """
    folded: dict[tuple[str, str, int, str, str], Finding] = {}
    for check in checks:
        for finding in check.function(exchange, match, contract):
            first = folded.get(finding.cause)
            folded[finding.cause] = replace(first, count=first.count + finding.count) if first else finding
    return _without_repetition(list(folded.values()))


def _without_repetition(findings: list[Finding]) -> list[Finding]:
    """One place, one finding: what `body` reports of a place, a less exact check does not report again."""
    wrong = {finding.pointer for finding in findings if finding.check == "body"}

    def is_covered_by_body(finding: Finding) -> bool:
        if finding.check == "undocumented_field":
            return finding.pointer in wrong
        return finding.check == "payload" and bool(wrong)

    return [finding for finding in findings if not is_covered_by_body(finding)]
