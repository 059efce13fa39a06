"""Zoho Desk as the sandbox answers for it.

Here: what this vendor does in its own way, one job a file, under the same file names as in the other vendors' folders.
Not here: what every REST service does, which is the general engine's.
"""

from harness.sandbox.service import Responses, Service, merged_behaviours
from harness.sandbox.zoho import (
    actions,
    associations,
    auth,
    bulk,
    conversations,
    derived,
    errors,
    history,
    ids,
    lists,
    merges,
    oauth,
    organisations,
    paging,
    pins,
    quota,
    search,
    seed,
    settings,
    sideload,
    spam,
    tags,
    ticket_lists,
    tickets,
    time_tracking,
    trash,
    validation,
)

SERVICE = Service(
    name="zoho",
    more_mounts={"accounts": "/zoho-accounts"},
    responses=Responses(
        missing=errors.missing, unknown=errors.unknown_path, method=errors.method, invalid=errors.invalid,
        page=paging.page,
    ),
    new_id=ids.new_id,
    set_derived=derived.set_derived,
    seed=seed.seed,
    before=(auth.authenticate, auth.permit, auth.organisation, quota.spend, validation.check),
    after=(sideload.expand, errors.in_declared_form, quota.add_headers),
    behaviours=merged_behaviours(
        oauth, tickets, ticket_lists, conversations, history, merges, tags, pins, time_tracking, bulk, spam,
        trash, associations, actions, search, lists, settings, organisations,
    ),
    tables={
        "engines/modules": "engines/supportedModules",
        "engines/modules/events": "engines/supportedEvents",
        "im/channels": "im/integrations",
        "im/metrics/agents": "im/metrics",
        "kbCategory": "kbSections",
        "lastAccessedView": "views",
        "starredViews": "views",
        "tags": "ticketTags",
        "recentTicketTags": "ticketTags",
        "tickets/draftReply": "tickets/threads",
    },
    id_fields={
        "articles/translations": "locale", "articles/translations/attachments": "resourceId", "bulkExport": "exportId",
        "channels": "code", "domains": "domain", "kbRootCategories/translations": "locale",
        "licenses/features": "featureCode", "templateFolders": "folderId", "templates": "templateId",
    },
    local_ids=frozenset({"articles/translations", "kbRootCategories/translations"}),
    usage=quota.usage,
    credentials={
        "client_id": oauth.CLIENT_ID, "client_secret": oauth.CLIENT_SECRET, "refresh_token": oauth.REFRESH_TOKEN,
        "reader_token": oauth.READER_TOKEN, "several_orgs_token": oauth.SEVERAL_TOKEN,
        "no_org_token": oauth.NOBODY_TOKEN, "org_id": oauth.ORG_ID,
    },
    wrapped=False,
    parent_field="{}Id",
    prefer_null=False,
    all_fields=False,
    typical=derived.typical,
)  # fmt: skip
