"""The rule table, read as examples: what each rule is for, and what it must not take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Field, Operation, Parameter
from harness.risk import rules
from harness.risk.overrides import Override
from harness.risk.tier import Tier


def operation(line: str, *fields: Field, vendor: str = "zoho", scopes: tuple[str, ...] = ()) -> Operation:
    """`POST /api/v1/tickets createTicket` as an operation."""
    method, path, name = line.split()
    return Operation(vendor, name, method, path, fields=fields, scopes=scopes)


EXAMPLES = {
    # Loss, whatever the method.
    "DELETE /api/v2/tickets/{id} DeleteTicket": ("destructive", "delete-method"),
    "POST /api/v1/tickets/moveToTrash trashTickets": ("destructive", "loss-word"),
    "POST /api/v1/tickets/{id}/pins/unpin unPinConversations": ("destructive", "loss-word"),
    "GET /api/v1/_doc/___pin_removal removePins": ("destructive", "loss-word"),
    "GET /api/v1/_doc/___pin_removal getPins": ("destructive", "loss-word"),
    "GET /users/{id}/logout logoutUser": ("destructive", "loss-word"),
    "PUT /api/v2/clients/{id}/generate_secret ClientGenerateSecret": ("destructive", "loss-word"),
    "POST /api/v2/deletion_schedules CreateDeletionSchedule": ("destructive", "loss-word"),
    "PUT /api/v2/triggers/reorder ReorderTriggers": ("destructive", "many"),
    "POST /api/v2/things/jobs CreateThingJob": ("destructive", "many"),
    "POST /api/v2/contacts/import importContacts": ("destructive", "many"),
    # Words of loss that only name a thing.
    "GET /api/v2/deleted_tickets ListDeletedTickets": ("read", "reading-method"),
    "GET /api/v2/organization_merges/{id} ShowOrganizationMerge": ("read", "reading-method"),
    "GET /api/v2/releases ListReleases": ("read", "reading-method"),
    "GET /api/v2/compliance_deletion_statuses ShowDeletionStatuses": ("read", "reading-method"),
    "PUT /api/v2/end_users/{id}/tags PutEndUserTags": ("write", "record"),
    # Questions by POST.
    "POST /api/v2/records/search FilteredSearch": ("read", "question"),
    "POST /api/v1/articles/checkPermalinkAvailability checkPermalink": ("read", "question"),
    "POST /api/v1/importMappings getImportMappings": ("read", "question"),
    "POST /api/v1/mappings getOrCreateMappings": ("admin", "configuration"),
    # People and systems outside.
    "POST /api/v1/tickets/{id}/sendReply sendReply": ("outbound", "send-word"),
    "GET /api/v1/invites/{id}/resend resendInvite": ("outbound", "send-word"),
    "POST /api/v1/bulkExport initiateBulkExport": ("outbound", "send-word"),
    "POST /api/v1/tickets/{id}/comments createTicketComment": ("outbound", "public-place"),
    "PATCH /api/v1/im/sessions/{id} updateSession": ("outbound", "public-place"),
    "POST /api/v1/users createUser": ("outbound", "newcomer"),
    # Configuration.
    "PUT /api/v2/triggers/{id} UpdateTrigger": ("admin", "configuration"),
    "POST /api/v1/departments/{id}/enable enableDepartment": ("admin", "switch-word"),
    # One record.
    "POST /api/v1/contacts/{id}/comments createContactComment": ("write", "record"),
    "POST /api/v1/tickets/{id}/draftReply draftsReply": ("write", "record"),
    "PATCH /api/v1/myPreferences updateMyPreferences": ("write", "own-things"),
    "POST /api/v1/communityTopics/{id}/follow followTopic": ("write", "own-things"),
    "PATCH /contacts/{id} patch_contacts_id": ("write", "record"),
    # What nobody knows.
    "POST /api/v2/frobs Frob": ("destructive", "unknown"),
    "POST /api/v2/tickets/{id}/frobnicate FrobnicateTicket": ("destructive", "unknown"),
    "TRACE /api/v2/tickets TraceTickets": ("destructive", "unknown"),
}


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples(line: str) -> None:
    found = rules.assess(operation(line))
    assert (str(found.tier), found.rule) == EXAMPLES[line], found.evidence


@pytest.mark.parametrize(
    ("field", "tier"),
    [
        (Field("/associate", ("boolean",)), "destructive"),
        (Field("/items/*/_destroy", ("boolean",)), "destructive"),
        (Field("/status", ("string",), ("ACTIVE", "DELETED")), "destructive"),
        (Field("/transferToLayoutId", ("string",)), "destructive"),
        (Field("/callBackUrl", ("string",)), "outbound"),
        (Field("/isNotifyContact", ("boolean",)), "outbound"),
        (Field("/status", ("string",), ("sent",)), "outbound"),
        (Field("/attachment/malware_access_override", ("boolean",)), "admin"),
        (Field("/subject", ("string",)), "write"),
        (Field("/status", ("string",), ("open", "closed")), "write"),
        (Field("/notifyBefore", ("array",)), "write"),
        (Field("/followers/*/action", ("string",), ("put", "delete")), "write"),
    ],
)
def test_a_body_can_make_an_operation_worse(field: Field, tier: str) -> None:
    plain = operation("PATCH /api/v1/contacts/{contactId} updateContact", field)
    assert str(rules.assess(plain).tier) == tier


def test_ids_in_a_body_without_a_parent_are_a_bulk_change() -> None:
    ids = Field("/ids", ("array",))
    assert rules.assess(operation("POST /api/v1/invoices/settle markInvoices", ids)).rule == "many"
    assert rules.assess(operation("POST /api/v1/topics/restore restoreTopics", ids)).rule == "record"


def test_scopes_that_only_read_make_a_post_a_question() -> None:
    plain = operation("POST /api/v1/x/y describeThings", scopes=("Desk.settings.READ",))
    assert rules.assess(plain).tier is Tier.READ


def test_an_override_decides_and_says_what_the_rules_would_say() -> None:
    plain = operation("POST /api/v1/frobs Frob")
    found = rules.assess(plain, {"zoho:Frob": Override("Frob", Tier.WRITE, "frobs are notes")})
    assert found.tier is Tier.WRITE
    assert found.evidence == ("frobs are notes", "the rules say destructive")


def test_alternatives_name_the_next_rule_and_the_file() -> None:
    lines = rules.alternatives(operation("POST /api/v1/tickets/{id}/merge sendMerge"))
    assert any("send-word" in line for line in lines)
    assert "specs/zoho/risk.yaml" in lines[-1]


def test_every_row_answers_somewhere_and_the_last_always() -> None:
    assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)
    assert rules.RULES[-1].tier is Tier.DESTRUCTIVE
    assert all(rule.why for rule in rules.RULES)


NAMES = st.from_regex(r"[A-Za-z_]{1,20}", fullmatch=True)


@given(method=st.sampled_from(["POST", "PUT", "PATCH"]), segments=st.lists(NAMES, min_size=1, max_size=4), name=NAMES)
def test_whatever_is_named_gets_a_tier_with_evidence(method: str, segments: list[str], name: str) -> None:
    found = rules.assess(Operation("zendesk", name, method, "/" + "/".join(segments)))
    assert found.rule
    assert all(found.evidence)


@given(
    noise=st.from_regex(r"[bcdfghjkmnpqrtvwxz]{6,12}", fullmatch=True), method=st.sampled_from(["POST", "PUT", "PATCH"])
)
def test_words_that_nobody_knows_are_never_harmless(noise: str, method: str) -> None:
    found = rules.assess(Operation("zendesk", noise, method, f"/api/v2/{noise}s"))
    assert found.tier is Tier.DESTRUCTIVE


@given(name=NAMES, path=st.lists(NAMES, min_size=1, max_size=3))
def test_delete_is_always_destructive(name: str, path: list[str]) -> None:
    assert rules.assess(Operation("zoho", name, "DELETE", "/" + "/".join(path))).tier is Tier.DESTRUCTIVE


def test_parameters_do_not_matter_to_the_tier() -> None:
    plain = operation("POST /api/v1/contacts createContact")
    more = Operation(
        **{**{name: getattr(plain, name) for name in plain.__slots__}, "parameters": (Parameter("x", "query"),)}
    )
    assert rules.assess(plain) == rules.assess(more)
