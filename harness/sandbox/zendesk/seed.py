"""Seed data: a small help desk with a brand, two teams, customers, a few tickets, rules and help pages."""

from __future__ import annotations

from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import attachments, auth, derived, ids, misc, tickets, trash, user_records

# Monday 2026-01-05 09:00 UTC, a minute a record: seed data do not depend on the day.
OPENED = 1_767_603_600
_STATUSES = (("new", "New"), ("open", "Open"), ("pending", "Pending"), ("hold", "On-hold"), ("solved", "Solved"))
_FIELDS = (("subject", "Subject"), ("description", "Description"), ("status", "Status"), ("tickettype", "Type"),
           ("priority", "Priority"), ("group", "Group"), ("assignee", "Assignee"))  # fmt: skip
_CUSTOMERS = (("Ada Example", "customer@example.com"), ("Ben Sample", "ben.sample@example.com"),
              ("Cleo Testa", "cleo.testa@example.com"))  # fmt: skip
_TRIGGERS: tuple[tuple[str, str, str | list[str]], ...] = (
    ("Flag new requests", "priority", "high"),
    ("Notify assignee of assignment", "notification_user", ["assignee_id", "Assigned", "A ticket is yours."]),
    ("Notify assignee of comment update", "notification_user", ["assignee_id", "Answered", "There is news."]),
    ("Notify assignee of reopened ticket", "notification_user", ["assignee_id", "Reopened", "It is open again."]),
    ("Notify requester and CCs of comment update", "notification_user", ["requester_and_ccs", "News", "Have a look."]),
    ("Notify requester and CCs of received request", "notification_user", ["requester_and_ccs", "Received", "Thanks."]),
    ("Notify requester of new proactive ticket", "notification_user", ["requester_and_ccs", "For you", "Have a look."]),
    ("Notify all agents of received request", "notification_user", ["all_agents", "New", "A ticket has come."]),
)
_TICKETS: tuple[tuple[str, str, Record], ...] = (
    ("Printer on floor two is offline", "The printer shows a red light since this morning.",
     {"priority": "high", "tags": ["printer", "hardware"]}),
    ("How do I reset my password?", "I cannot sign in any more.", {"tags": ["password"]}),
    ("Invoice 1042 is missing a line", "The third position is not on the invoice.",
     {"type": "incident", "status": "pending", "tags": ["billing"]}),
    ("Search page is slow", "It takes ten seconds to open.",
     {"type": "problem", "priority": "normal", "tags": ["website"]}),
    ("Thank you for the quick help", "All is well again.", {"status": "solved", "tags": ["feedback"]}),
)  # fmt: skip


def seed(org: Org) -> None:
    """Fill a fresh org; the same seed gives the same records."""
    org.memo.update(defaults={}, statuses={}, uploads={}, contents={}, field_values=[], new_ticket=misc.new_ticket)
    call = Call("POST", "/", base=org.base, now=float(OPENED))
    _settings(org, call)
    team = _people(org, call)
    auth.set_up(org)
    call.actor = team["admin"]
    _rules(org, call)
    _help(org, call)
    _tickets(org, call, team)
    _webhook(org, call)
    org.engine.populate(org, call)
    for session in org.store["sessions"]:
        session["user_id"] = team["admin"]["id"]
    _replace_made_up_ids(org)
    call.operation = None


def _add(org: Org, call: Call, table: str, **fields: Any) -> Record:
    """One record in the vendor's shape, a minute after the last one."""
    call.now += 60
    record = {**org.engine.blank(table), **fields}
    record["id"] = ids.new_id(org, table, {"type": "string"} if isinstance(record.get("id"), str) else {})
    derived.set_derived(org, call, table, record, True)
    return org.store[table].add(record)


def _settings(org: Org, call: Call) -> None:
    form = _add(org, call, "ticket_forms", **_form())
    brand = _add(org, call, "brands", name="Example", subdomain="example", default=True, ticket_form_ids=[form["id"]])
    org.memo["defaults"] = {"brand_id": brand["id"], "ticket_form_id": form["id"]}
    for category, label in _STATUSES:
        status = _add(org, call, "custom_statuses", status_category=category, agent_label=label, default=True)
        org.memo["statuses"][category] = status["id"]
    org.memo["statuses"]["closed"] = org.memo["statuses"]["solved"]
    for kind, title in _FIELDS:
        _add(org, call, "ticket_fields", type=kind, title=title, removable=False)
    for index, (title, kind) in enumerate((("Order number", "text"), ("Callback wanted", "checkbox"))):
        field = _add(org, call, "ticket_fields", type=kind, title=title)
        org.memo["field_values"].append({"id": field["id"], "value": None if index == 0 else False})
    _add(org, call, "user_fields", key="loyalty", title="Loyalty level")
    _add(org, call, "organization_fields", key="contract", title="Contract")
    roles = {"admin": ("Admin", 4), "agent": ("Staff", 0)}
    org.memo["roles"] = {
        role: _add(org, call, "custom_roles", name=name, description=name, role_type=kind)["id"]
        for role, (name, kind) in roles.items()
    }
    _add(org, call, "recipient_addresses", name="Support", email="support@example.com", default=True,
         forwarding_status="verified", spf_status="verified", domain_verification_status="verified")  # fmt: skip


def _form() -> Record:
    return {"url": "", "name": "Default ticket form", "raw_name": "Default ticket form", "display_name": "Support",
            "raw_display_name": "Support", "end_user_visible": True, "position": 1, "ticket_field_ids": [],
            "active": True, "default": True, "in_all_brands": True, "restricted_brand_ids": [],
            "end_user_conditions": [], "agent_conditions": [], "created_at": "", "updated_at": ""}  # fmt: skip


def _people(org: Org, call: Call) -> dict[str, Record]:
    support = _add(org, call, "groups", name="Support", default=True)
    billing = _add(org, call, "groups", name="Billing")
    org.memo["group"] = support["id"]
    companies = [
        _add(org, call, "organizations", name=name, domain_names=[]) for name in ("Example Works", "Sample Foods")
    ]
    team: dict[str, Record] = {}
    for role, name, email, organization in (
        ("admin", "Alex Admin", "admin@example.com", companies[0]),
        ("agent", "Sam Agent", "agent@example.com", None),
    ):
        call.now += 60
        team[role] = user_records.make(org, call.base, call.now, {"name": name, "email": email, "role": role})
        team[role]["organization_id"] = organization["id"] if organization else None
        team[role]["last_login_at"] = org.stamp(call.now)
        for group in (support, billing):
            _add(
                org, call, "group_memberships", user_id=team[role]["id"], group_id=group["id"], default=group is support
            )
    _add(org, call, "organization_memberships", user_id=team["admin"]["id"], organization_id=companies[0]["id"],
         default=True, organization_name=companies[0]["name"])  # fmt: skip
    for index, (name, email) in enumerate(_CUSTOMERS):
        call.now += 60
        user = user_records.make(org, call.base, call.now, {"name": name, "email": email, "verified": True})
        company = companies[index % 2]
        user["organization_id"] = company["id"]
        _add(org, call, "organization_memberships", user_id=user["id"], organization_id=company["id"], default=True,
             organization_name=company["name"])  # fmt: skip
        team[f"customer{index}"] = user
    former = user_records.make(org, call.base, call.now, {"name": "Former Customer", "email": "former@example.com"})
    trash.trash_user(org, call, org.store["users"], former["id"])
    return team


def _rules(org: Org, call: Call) -> None:
    unsolved = {"all": [{"field": "status", "operator": "less_than", "value": "solved"}], "any": []}
    category = _add(
        org, call, "trigger_categories", id="", name="Notifications", position=1, created_at="", updated_at=""
    )
    _triggers(org, call, str(category["id"]))
    _add(org, call, "automations", title="Close ticket 4 days after status is set to solved", default=True,
         conditions={"all": [{"field": "status", "operator": "is", "value": "solved"},
                             {"field": "SOLVED", "operator": "greater_than", "value": "96"}], "any": []},
         actions=[{"field": "status", "value": "closed"}])  # fmt: skip
    _add(org, call, "macros", title="Routing::Close and redirect", actions=[{"field": "status", "value": "solved"}])
    _add(org, call, "macros", title="Take it!", actions=[{"field": "assignee_id", "value": "current_user"}])
    for title in ("Your unsolved tickets", "Unassigned tickets", "All unsolved tickets"):
        _add(org, call, "views", title=title, conditions=unsolved)


def _triggers(org: Org, call: Call, category: str) -> None:
    """A trigger of the account's own, and those that the vendor gives to every account (page: default triggers)."""
    conditions = {"all": [{"field": "update_type", "operator": "is", "value": "Create"}], "any": []}
    for title, field, value in _TRIGGERS:
        trigger = _add(org, call, "triggers", title=title, category_id=category, conditions=conditions,
                       actions=[{"field": field, "value": value}])  # fmt: skip
        trigger["position"] = 2 if "all_agents" in value else 1


def _help(org: Org, call: Call) -> None:
    segment = _add(org, call, "help_center/user_segments", name="Signed-in users", built_in=True)
    group = _add(org, call, "guide/permission_groups", name="Agents and admins", built_in=True)
    category = _add(org, call, "help_center/categories", name="General", description="First things")
    section = _add(org, call, "help_center/sections", name="Announcements", category_id=category["id"])
    article = _add(org, call, "help_center/articles", name="Welcome", title="Welcome", body="<p>Welcome.</p>",
         section_id=section["id"], permission_group_id=group["id"], user_segment_id=segment["id"],
         author_id=call.actor["id"])  # fmt: skip
    for table in ("help_center/articles/comments", "help_center/articles/subscriptions", "help_center/articles/labels"):
        _add_part(org, call, table, "article_id", article["id"])
    org.memo["community"] = ids.number(org)
    topic = _add(org, call, "community/topics", name="Ideas")
    post = _add(org, call, "community/posts", title="Dark mode", details="<p>Please.</p>", topic_id=topic["id"],
         author_id=call.actor["id"])  # fmt: skip
    for table in ("community/posts/comments", "community/posts/subscriptions"):
        _add_part(org, call, table, "post_id", post["id"])
    _add_part(org, call, "community/topics/subscriptions", "topic_id", topic["id"])
    _add_part(org, call, "help_center/sections/subscriptions", "section_id", section["id"])
    _add(org, call, "guide/content_tags", name="getting-started")


def _add_part(org: Org, call: Call, table: str, parent: str, ident: int) -> None:
    """A record that hangs on another one."""
    call.now += 60
    record = org.engine.blank(table)
    record.update((name, text) for name, text in (("body", "Good to know."), ("name", "welcome")) if name in record)
    record["id"] = ids.number(org)
    kind, _, part = table.rpartition("/")
    call.path, call.values = f"/api/v2/{kind}/{ident}/{part}", {parent: str(ident)}
    derived.set_derived(org, call, table, record, True)
    call.path, call.values = "/", {}
    org.store[table].add(record, (str(ident),))


def _tickets(org: Org, call: Call, team: dict[str, Record]) -> None:
    org.memo["uploads"]["seed"] = [attachments.store_file(org, call, "printer.txt", b"offline", "text/plain")["id"]]
    for index, (subject, text, fields) in enumerate(_TICKETS):
        call.now += 60
        customer = team[f"customer{index % len(_CUSTOMERS)}"]
        call.actor = customer
        comment = {"body": text, "uploads": ["seed"] if index == 0 else []}
        given = {"subject": subject, "comment": comment, "requester_id": customer["id"], **fields}
        ticket, _ = tickets.make(org, call, given)
        call.actor = team["agent"]
        if index == 0:
            tickets.change(org, call, ticket, {"type": "incident", "priority": "normal"})
        if index % 2 == 0:
            call.now += 60
            change = {"assignee_id": team["agent"]["id"], "group_id": org.memo["group"],
                      "comment": {"body": "We are looking into it.", "public": index == 0}}  # fmt: skip
            tickets.change(org, call, ticket, change)
    call.actor = team["admin"]


# Records made from schemas alone have made-up ids in these fields, which name records of these tables.
_REFERENCES = {
    **dict.fromkeys(("user_id", "actor_id", "author_id", "assignee_id"), "users"),
    "ticket_id": "tickets", "brand_id": "brands", "group_id": "groups", "organization_id": "organizations",
}  # fmt: skip


def _replace_made_up_ids(org: Org) -> None:
    """Let every record name only records that exist."""
    for table in org.store.tables.values():
        for row in table:
            for field, other in _REFERENCES.items():
                records = org.store.tables[other]
                if isinstance(row.get(field), int) and records.get(row[field]) is None:
                    row[field] = next(iter(records))["id"]


def _webhook(org: Org, call: Call) -> None:
    record = _add(org, call, "webhooks", id="", name="Order system", endpoint="https://example.com/hook",
                  subscriptions=["conditional_ticket_events"])  # fmt: skip
    completed = org.stamp(call.now)
    invocation = {"id": ids.ulid(org), "status_code": 200, "status": "completed", "latest_completed_at": completed}
    org.store["webhooks/invocations"].add(invocation, (record["id"],))
