"""Which organisations a token is for: one as a rule, and several or none for two tokens of their own."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.oauth import NOBODY_TOKEN, ORG_ID, PRODUCTION_ID, SECOND_ID, SEVERAL_TOKEN, GrantedToken

# A sandbox is another organisation on the same host, with its production's company name (client reports: two pairs).
_OTHERS: dict[str, Record] = {
    PRODUCTION_ID: {"portalName": "paperlane", "isSandboxPortal": False, "edition": "PROFESSIONAL", "isDefault": False},
    SECOND_ID: {"companyName": "Reed and Sons", "portalName": "reed1767607200001", "isDefault": False},
}
KNOWN = frozenset({ORG_ID, *_OTHERS})
"""The ids of all organisations that there are."""
_REACHED = {SEVERAL_TOKEN: (ORG_ID, PRODUCTION_ID, SECOND_ID), NOBODY_TOKEN: ()}


def reached(call: Call) -> tuple[str, ...]:
    """The organisations that the token of a call is for."""
    token = call.state.get("token")
    return _REACHED.get(token.refresh, (ORG_ID,)) if isinstance(token, GrantedToken) else (ORG_ID,)


def organisations(org: Org, call: Call) -> Reply:
    """Every organisation that the token is for; a 204 where there is none."""
    (own,) = org.store["organizations"]
    rows = [{**own, **_OTHERS.get(ident, {}), "id": ident} for ident in reached(call)]
    return org.engine.listed(org, call, rows) if rows else Reply(204)


def mark_default(org: Org, call: Call) -> Reply:
    """POST /organizations/markDefault."""
    if str(given(call, "id", ORG_ID)) not in reached(call):
        return errors.invalid_fields(("/id", "invalid"))
    return Reply(204)


BEHAVIOURS: dict[str, Behaviour] = {
    "getOrganizations": organisations,
    "getAccessibleOrganizations": organisations,
    "updateDefaultOrganizaion": mark_default,
}
