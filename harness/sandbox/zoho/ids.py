"""Ids: long digits as text, some of them fixed beforehand, and the tables that id fields point into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.sandbox.org import Org

# Ids are digits as text, 16 to 19 of them (client reports); these 18 are above what a JavaScript number holds.
FIRST_ID = 730_000_000_000_000_100
# The id that made-up records within a record have; no record of the portal ever gets it.
UNUSED_ID = str(FIRST_ID - 1)
# The first record of each of these tables has a fixed id, so that made-up records can name it.
FIRST_IDS = {
    name: str(FIRST_ID - 99 + index)
    for index, name in enumerate(
        ("agents", "departments", "accounts", "contacts", "products", "tickets", "roles", "profiles", "layouts",
         "teams", "helpCenters", "kbRootCategories", "kbSections", "communityCategory", "articles", "contracts",
         "organizationModules", "skills", "skillTypes", "users", "templateFolders", "slas")
    )
}  # fmt: skip
# Which table a field of this name points into.
REFERENCED_TABLES = {
    "departmentId": "departments", "contactId": "contacts", "accountId": "accounts", "productId": "products",
    "ticketId": "tickets", "requestId": "tickets", "assigneeId": "agents", "ownerId": "agents", "agentId": "agents",
    "authorId": "agents", "commenterId": "agents", "creatorId": "agents", "modifierId": "agents", "createdBy": "agents",
    "modifiedBy": "agents", "createdById": "agents", "modifiedById": "agents", "deletedById": "agents",
    "pinnedById": "agents", "roleId": "roles", "profileId": "profiles", "layoutId": "layouts", "teamId": "teams",
    "helpCenterId": "helpCenters", "rootCategoryId": "kbRootCategories", "categoryId": "kbSections",
    "parentCategoryId": "kbRootCategories", "skillTypeId": "skillTypes", "folderId": "templateFolders",
    "articleId": "articles", "moduleId": "organizationModules",
}  # fmt: skip


def new_id(org: Org, table: str, schema: Mapping[str, Any]) -> Any:
    """The next id of the portal; ids are never used twice, over all tables."""
    if table in FIRST_IDS and org.store.next(f"first {table}") == 1:
        return FIRST_IDS[table]
    ident = org.store.next("id", FIRST_ID)
    return ident if schema.get("type", ()) == "integer" else str(ident)
