"""Which organisations a Zoho Desk token is for, and what their ids look like."""

from __future__ import annotations

from typing import Any

from harness.vendors.listed_org import ListedOrg
from harness.vendors.vendor import OrgDirectory


def read(body: Any) -> tuple[ListedOrg, ...]:
    """The rows of `data`; raises `ValueError` for a body of another form, of which nothing can be said."""
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it holds no list of organisations under `data`")
    return tuple(_org(row) for row in rows)


def _org(row: dict[str, Any]) -> ListedOrg:
    """Ids are texts of digits by the document; some answers hold the number (client reports)."""
    org_id = row.get("id")
    if isinstance(org_id, bool) or not isinstance(org_id, str | int) or not DIRECTORY.is_id(str(org_id)):
        raise ValueError("an organisation in it has no id")
    names = (row.get("companyName"), row.get("portalName"))
    return ListedOrg(str(org_id), tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name)))


# Document: `orgId` is of digits; live, anything else ends in an opaque 500 on every operation but this one (client
# report). The list itself needs no orgId, and is a 204 without a body where there is no organisation.
DIRECTORY = OrgDirectory("[0-9]{1,20}", "digits alone", read, empty=204)
