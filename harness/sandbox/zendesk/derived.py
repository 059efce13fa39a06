"""Derived fields, which the vendor sets itself: defaults, times, addresses, positions and derived texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from harness.formats.singular import singular
from harness.openapi.catalog import path_words
from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import ids
from harness.sandbox.zendesk.examples import EXAMPLES

Derive = Callable[[Org, Call, Record, Record, bool], None]
"""Org, call, the record, the fields that were given, and whether the record is new."""

_SHOWN_TWICE = ("title", "description", "title_in_portal", "agent_label", "end_user_label", "end_user_description")
# Fields that name the creator of a record, the caller. On new tickets and comments the body may name another user.
_CREATORS = frozenset({"created_by_user_id", "created_by_id", "creator_id"})
# Keys that are accepted in another form than they are shown.
_ACCEPTED = frozenset({"all", "any", "output", "notify_subscribers", "custom_field_options", "comment"})


def set_derived(org: Org, call: Call, table: str, record: Record, is_new: bool) -> None:
    """Set what the caller does not: times, address, derived fields."""
    now = org.stamp(call.now or None)
    if is_new:
        if "created_at" in record:
            record["created_at"] = now
        for name in _CREATORS & record.keys():
            record[name] = (call.actor or org.memo["people"]["admin@example.com"])["id"]
        if "url" in record:
            record["url"] = f"{call.base}/api/v2/{table}/{record.get('id')}.json"
    if "updated_at" in record:
        record["updated_at"] = now
    derive = _BY_TABLE.get(table)
    if derive is not None:
        derive(org, call, record, given(call), is_new)
    for name in _SHOWN_TWICE:
        if f"raw_{name}" in record and name in record:
            record[f"raw_{name}"] = record[name]
    if "unpermitted" in call.state:
        unpermitted = [key for key in call.state["unpermitted"] if key.rpartition(".")[2] not in _ACCEPTED]
        call.state["unpermitted"] = unpermitted


def given(call: Call) -> Record:
    """The fields in a body's one wrapper, whatever it is called."""
    if not isinstance(call.body, dict):
        return {}
    words = path_words(call.operation.path) if call.operation else ()
    for word in reversed(words):
        if isinstance(call.body.get(singular(word)), dict):
            return dict(call.body[singular(word)])
    return next((value for value in call.body.values() if isinstance(value, dict)), call.body)


def _rule(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """Triggers, automations, views: `all` and `any` may stand bare in a body, and are shown under `conditions`."""
    conditions = dict(record.get("conditions") or {"all": [], "any": []})
    for name in ("all", "any"):
        rows = fields[name] if isinstance(fields.get(name), list) else conditions.get(name) or []
        conditions[name] = [_pick(row, _CONDITION) for row in rows]
    record["conditions"] = {name: conditions[name] for name in ("all", "any")}
    if isinstance(record.get("actions"), list):
        record["actions"] = [_pick(row, _ACTION) for row in record["actions"]]
    _put_last(org, call, record, fields, is_new)


_CONDITION = ("field", "operator", "value", "is_user_value")
_ACTION = ("field", "value", "target")


def _pick(row: Any, names: tuple[str, ...]) -> Any:
    return {name: row[name] for name in names if name in row} if isinstance(row, dict) else row


def _put_last(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """A new rule goes last."""
    if is_new and "position" not in fields:
        record["position"] = org.store.next("position", 10_000)


def _trigger(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    _rule(org, call, record, fields, is_new)
    if not record.get("category_id"):
        record["category_id"] = next(iter(org.store["trigger_categories"].rows), "1")


def _view(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """`output` names the columns; they are shown under `execution`."""
    _rule(org, call, record, fields, is_new)
    output = fields.get("output")
    if isinstance(output, dict):
        execution = dict(record["execution"])
        for name in ("group_by", "group_order", "sort_by", "sort_order"):
            if output.get(name):
                execution[name] = output[name]
        columns = output.get("columns")
        if isinstance(columns, list):
            standard = {column["id"]: column for column in EXAMPLES["views"]["execution"]["columns"]}
            execution["columns"] = execution["fields"] = [
                standard.get(str(column), _custom_column(str(column))) for column in columns
            ]
        record["execution"] = execution


def _custom_column(name: str) -> Record:
    return {"id": name, "title": name.capitalize(), "filterable": False, "sortable": True}


def _ticket_field(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    if is_new:
        for name in ("description", "title_in_portal"):
            record[name] = record[name] or record["title"]
    _options(org, call, record, fields)


def _keyed_field(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """User and organization fields have a key; without one it is made from the title."""
    if is_new and not record.get("key"):
        record["key"] = re.sub(r"\W+", "_", str(record["title"]).lower()).strip("_") or f"field_{record['id']}"
    _options(org, call, record, fields)


def _options(org: Org, call: Call, record: Record, fields: Record) -> None:
    options = fields.get("custom_field_options")
    if isinstance(options, list):
        record["custom_field_options"] = [
            {"id": org.store.next("option", 31_500_000_000_000, 128), "raw_name": row.get("name"), **row}
            for row in options
            if isinstance(row, dict)
        ]


def _status(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    if is_new and not record["end_user_label"]:
        record["end_user_label"] = record["agent_label"]


def _address(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    if is_new:
        record["brand_id"] = fields.get("brand_id") or org.memo["defaults"]["brand_id"]
        record["name"] = record["name"] or str(record["email"]).partition("@")[0]
        digest = hashlib.md5(str(record["id"]).encode(), usedforsecurity=False).hexdigest()
        record["domain_verification_code"] = digest[:16]


def _brand(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    record["brand_url"] = f"https://{record['subdomain'] or 'brand'}.example.com"


def _organization(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    if isinstance(fields.get("tags"), list):
        record["tags"] = [str(tag).lower() for tag in fields["tags"]]


def _link(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """Jira links show all their ids as text, and times to the millisecond."""
    for name in ("ticket_id", "issue_id", "issue_key"):
        record[name] = str(fields.get(name, record[name]))
    record["url"] = f"{call.base}/api/services/jira/links/{record['id']}"
    for name in ("created_at", "updated_at"):
        record[name] = record[name].replace("Z", ".000Z") if ".000Z" not in record[name] else record[name]


def _call(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """Calls: times to UTC, whatever offset they came with; a comment makes a ticket."""
    record["account_id"] = 850_001
    for name in ("call_started_at", "call_ended_at"):
        record[name] = _utc(record[name])
    body = call.fields
    if is_new and isinstance(body.get("comment"), dict):
        record["ticket_id"] = org.memo["new_ticket"](org, call, str(body["comment"].get("title") or "Call"))


def _bookmark(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """Bookmarks show their ticket."""
    ticket = org.store["tickets"].get(fields.get("ticket_id"))
    if is_new and ticket is not None:
        record["ticket"] = dict(ticket)


def _utc(text: Any) -> Any:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return text


def _webhook(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """The secret half of the credentials is never shown again."""
    record["created_by" if is_new else "updated_by"] = str((call.actor or {}).get("id", ""))
    authentication = fields.get("authentication")
    if isinstance(authentication, dict):
        data = authentication.get("data")
        shown = {"username": data["username"]} if isinstance(data, dict) and "username" in data else {}
        record["authentication"] = {**authentication, "data": shown}
    record["subscriptions"] = fields.get("subscriptions") or record.get("subscriptions") or []


def _guide(kind: str) -> Derive:
    """Help center pages: their address, and an article's title under both its names."""

    def derive(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
        record["url"] = f"{call.base}/api/v2/help_center/{record['locale']}/{kind}/{record['id']}.json"
        slug = re.sub(r"\W+", "-", str(record["name"])).strip("-")
        record["html_url"] = f"{call.base}/hc/{record['locale']}/{kind}/{record['id']}-{slug}"
        if kind == "articles":
            record["title"] = record["name"] = fields.get("title") or fields.get("name") or record["title"]
            record["edited_at"] = record["updated_at"]
            record["author_id"] = record["author_id"] or (call.actor or {}).get("id", 0)
            segment = record["user_segment_id"]
            record["user_segment_ids"] = [segment] if segment else []
        if is_new:
            _add_source_translation(org, record, kind)

    return derive


def _add_source_translation(org: Org, page: Record, kind: str) -> None:
    """A new page has its own texts as its first translation."""
    title, body = _TEXTS[kind]
    translation = {
        **EXAMPLES[f"help_center/{kind}/translations"], "id": ids.number(org), "source_id": page["id"],
        "source_type": singular(kind).capitalize(), "locale": page["locale"], "title": page[title],
        "body": page[body], "html_url": page["html_url"], "created_at": page["created_at"],
        "updated_at": page["updated_at"],
        "url": page["url"].replace(".json", f"/translations/{page['locale']}.json"),
    }  # fmt: skip
    org.store[f"help_center/{kind}/translations"].add(translation, (str(page["id"]),))


# The fields of a page that its translations translate.
_TEXTS = {"articles": ("title", "body"), "sections": ("name", "description"), "categories": ("name", "description")}


def _topic(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    slug = re.sub(r"\W+", "-", str(record["name"])).strip("-")
    record["community_id"] = org.memo.get("community", 0)
    record["url"] = f"{call.base}/api/v2/help_center/community/topics/{record['id']}.json"
    record["html_url"] = f"{call.base}/hc/en-us/community/topics/{record['id']}-{slug}"


def _part(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """Comments, subscriptions, translations and labels: what they are of, and who wrote them."""
    if not is_new or not call.values:
        return
    parent, ident = next(iter(call.values.items()))
    of_what = {"id": int(ident) if ident.isdigit() else ident, "type": parent.removesuffix("_id").capitalize()}
    for name in ("source", "content"):
        record.update({f"{name}_{part}": value for part, value in of_what.items() if f"{name}_{part}" in record})
    if parent in record:
        record[parent] = of_what["id"]
    writer = (call.actor or {}).get("id", 0)
    record.update((name, writer) for name in _WRITERS if name in record and not fields.get(name))
    record["url"] = f"{call.base}{call.path.removesuffix('.json')}/{record['id']}.json"


_WRITERS = ("author_id", "user_id", "created_by_id", "updated_by_id")


def _translation(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """A translation is known by its locale, and has an id as well; that of the page's own locale is the page's text."""
    record["id"] = record["id"] or ids.number(org)
    _part(org, call, record, fields, is_new)
    for kind, (title, body) in _TEXTS.items():
        page = org.store[f"help_center/{kind}"].get(record["source_id"])
        if page is not None and page["locale"] == record["locale"]:
            page.update({title: record["title"], body: record["body"], "name": record["title"]})


def _custom_object(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    record["url"] = f"{call.base}/api/v2/custom_objects/{record.get('key')}.json"


_IDENTITIES = frozenset({"email", "twitter", "facebook", "google", "phone_number", "agent_forwarding", "any_channel",
                         "foreign", "sdk", "messaging"})  # fmt: skip


def _identity(org: Org, call: Call, record: Record, fields: Record, is_new: bool) -> None:
    """The document calls `type` and `value` read-only; a create brings them all the same (vendor page: identities)."""
    if is_new:
        owner = call.values.get("user_id", "")
        record["user_id"] = int(owner) if owner.isdigit() else record["user_id"]
        record["url"] = f"{call.base}/api/v2/users/{owner}/identities/{record['id']}.json"
        record["type"] = fields["type"] if fields.get("type") in _IDENTITIES else record["type"]
        record["value"] = str(fields.get("value") or "")


_BY_TABLE: dict[str, Derive] = {
    "triggers": _trigger,
    "automations": _rule,
    "views": _view,
    "macros": _put_last,
    "ticket_fields": _ticket_field,
    "user_fields": _keyed_field,
    "organization_fields": _keyed_field,
    "custom_statuses": _status,
    "recipient_addresses": _address,
    "users/identities": _identity,
    "brands": _brand,
    "organizations": _organization,
    "jira/links": _link,
    "calls": _call,
    "bookmarks": _bookmark,
    "webhooks": _webhook,
    "help_center/categories": _guide("categories"),
    "help_center/sections": _guide("sections"),
    "help_center/articles": _guide("articles"),
    "community/topics": _topic,
    **dict.fromkeys(
        (
            "help_center/articles/comments",
            "community/posts/comments",
            "help_center/articles/subscriptions",
            "help_center/sections/subscriptions",
            "community/posts/subscriptions",
            "community/topics/subscriptions",
            "help_center/articles/labels",
        ),
        _part,
    ),
    **dict.fromkeys(
        (
            "help_center/articles/translations",
            "help_center/sections/translations",
            "help_center/categories/translations",
        ),
        _translation,
    ),
    "custom_objects": _custom_object,
}
