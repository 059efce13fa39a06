"""Zendesk: the Support API and the parts around it that clients use, emulated from documents and recordings."""

from __future__ import annotations

from harness.sandbox.service import Service, Ways
from harness.sandbox.zendesk import (
    accounts,
    comments,
    desk,
    envelope,
    errors,
    exports,
    extras,
    families,
    files,
    ids,
    paging,
    pins,
    quota,
    replay,
    rest,
    seed,
    settle,
    users,
)
from harness.sandbox.zendesk.shapes import SHAPES

SERVICE = Service(
    name="zendesk",
    mounts=("/zendesk",),
    suffixes=(".json",),
    ways=Ways(
        missing=errors.missing,
        unknown=errors.unknown,
        method=errors.method,
        malformed=errors.malformed,
        invalid=errors.invalid,
        page=paging.page,
        identify=ids.identify,
        touch=settle.touch,
    ),
    before=(accounts.authenticate, quota.spend, accounts.permit, envelope.inspect, replay.adopt),
    after=(envelope.finish,),
    behaviours={
        **families.BEHAVIOURS,
        **rest.BEHAVIOURS,
        **files.BEHAVIOURS,
        **pins.BEHAVIOURS,
        **exports.BEHAVIOURS,
        **users.BEHAVIOURS,
        **comments.BEHAVIOURS,
        **desk.BEHAVIOURS,
    },
    extra=extras.document(),
    shapes=SHAPES,
    tables={
        **extras.TABLES,
        "custom_objects/triggers": "custom_objects/triggers",
        "end_users/identities": "users/identities",
        "groups/memberships": "group_memberships",
        "groups/users": "users",
        "organizations/users": "users",
        "organizations/subscriptions": "organization_subscriptions",
        "brands/agents": "brand_agents",
        "users/skips": "skips",
        "tickets/skips": "skips",
    },
    ids={"custom_objects": "key"},
    seed=seed.seed,
    credentials={
        "user": "admin@example.com/token",
        "token": accounts.TOKENS["admin@example.com"],
        "bearer": accounts.BEARER,
        "client_id": accounts.CLIENT[0],
        "client_secret": accounts.CLIENT[1],
    },
)
