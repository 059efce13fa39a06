"""Zendesk: the Support API and the parts around it that clients use, emulated from documents and recordings.

Here: what this vendor does in its own way, one job a file, under the same file names as in the other vendors' folders.
Not here: what every REST service does, which is the general engine's.
"""

from __future__ import annotations

from harness.sandbox.service import Responses, Service, merged_behaviours
from harness.sandbox.zendesk import (
    activities,
    associations,
    attachments,
    auth,
    bulk,
    conversations,
    derived,
    errors,
    exports,
    headers,
    help_center,
    history,
    identities,
    ids,
    jobs,
    lists,
    merges,
    metrics,
    misc,
    oauth,
    paging,
    pins,
    quota,
    record_rules,
    replay,
    requests,
    search,
    seed,
    settings,
    sideload,
    spam,
    tags,
    talk,
    ticket_lists,
    tickets,
    trash,
    undocumented,
    users,
    validation,
    views,
    webhooks,
)
from harness.sandbox.zendesk.examples import EXAMPLES

SERVICE = Service(
    name="zendesk",
    path_suffixes=(".json",),
    responses=Responses(
        missing=errors.missing, unknown=errors.unknown, method=errors.method, invalid=errors.invalid, page=paging.page,
    ),
    new_id=ids.new_id,
    set_derived=derived.set_derived,
    seed=seed.seed,
    before=(
        auth.authenticate, quota.spend, auth.permit, validation.check, replay.replace_foreign_ids,
        record_rules.check, help_center.localise, jobs.advance_shown,
    ),
    after=(sideload.add_included, headers.add_headers),
    behaviours=merged_behaviours(
        activities, bulk, lists, metrics, oauth, settings, misc, webhooks, help_center, talk, attachments, pins,
        exports, search, users, identities, conversations, history, associations, tags, merges, spam, trash,
        requests, views, tickets, ticket_lists,
    ),
    undocumented=undocumented.document(),
    examples=EXAMPLES,
    tables={
        **undocumented.TABLES,
        "custom_objects/triggers": "custom_objects/triggers",
        "custom_objects/records/attachments": "custom_objects/records/attachments",
        "macros/attachments": "macros/attachments",
        "suspended_tickets/attachments": "suspended_tickets/attachments",
        "end_users": "users",
        "end_users/identities": "users/identities",
        "groups/memberships": "group_memberships",
        "groups/users": "users",
        "organizations/users": "users",
        "organizations/subscriptions": "organization_subscriptions",
        "brands/agents": "brand_agents",
        "users/skips": "skips",
        "tickets/skips": "skips",
    },
    id_fields={
        "custom_objects": "key", "email_notifications": "notification_id",
        **dict.fromkeys(help_center.TRANSLATIONS, "locale"),
    },
    local_ids=frozenset(help_center.TRANSLATIONS),
    usage=quota.usage,
    credentials={
        "user": "admin@example.com/token",
        "token": auth.TOKENS["admin@example.com"],
        "bearer": oauth.BEARER,
        "client_id": oauth.CLIENT[0],
        "client_secret": oauth.CLIENT[1],
        "refresh_token": oauth.REFRESH,
        "reader_client_id": oauth.READER_CLIENT[0],
        "reader_client_secret": oauth.READER_CLIENT[1],
    },
)  # fmt: skip
