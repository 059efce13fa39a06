"""Zoho Desk as the sandbox answers for it: the service that the engine runs."""

from harness.sandbox.service import Behaviour, Service, Ways
from harness.sandbox.zoho import (
    check,
    errors,
    find,
    gate,
    include,
    links,
    mass,
    oauth,
    paging,
    pins,
    quota,
    records,
    seed,
    settings,
    tags,
    tickets,
    times,
    trash,
    verbs,
)

_ROOMS = (oauth, tickets, tags, pins, times, mass, trash, links, verbs, find, settings)
_BEHAVIOURS: dict[str, Behaviour] = {name: one for room in _ROOMS for name, one in room.BEHAVIOURS.items()}

SERVICE = Service(
    name="zoho",
    mounts=("/zoho", "/zoho-accounts"),
    ways=Ways(
        missing=errors.missing, unknown=errors.missing, method=errors.method, malformed=errors.malformed,
        invalid=errors.breaches, page=paging.page, identify=records.identify, touch=records.touch,
    ),
    seed=seed.fill,
    behaviours=_BEHAVIOURS,
    before=(gate.token, gate.scope, gate.organisation, quota.take, check.request),
    after=(include.expand, errors.formed, quota.headers),
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
    ids={
        "articles/translations": "locale", "articles/translations/attachments": "resourceId", "bulkExport": "exportId",
        "channels": "code", "domains": "domain", "kbRootCategories/translations": "locale",
        "licenses/features": "featureCode", "templateFolders": "folderId", "templates": "templateId",
    },
    local=frozenset({"articles/translations", "kbRootCategories/translations"}),
    credentials={
        "client_id": oauth.CLIENT_ID, "client_secret": oauth.CLIENT_SECRET, "refresh_token": oauth.REFRESH_TOKEN,
        "reader_token": oauth.READER_TOKEN, "org_id": oauth.ORG_ID,
    },
    wrapped=False,
    link="{}Id",
    nulls=False,
    full=False,
    typical=records.typical,
)  # fmt: skip
