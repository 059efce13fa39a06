"""The help center and its community: nested pages, translated texts, votes, search."""

from __future__ import annotations

from harness.sandbox.behaviours import about, about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import derived, errors, ids, paging

_HELP = "/api/v2/help_center"
_PARENT_TABLES = {"category_id": "help_center/categories", "section_id": "help_center/sections"}


TRANSLATIONS = tuple(f"help_center/{kind}/translations" for kind in ("articles", "sections", "categories"))
"""Tables whose records are known by their locale, each for its page."""
_VOTED_ON = {"article_id": ("help_center/articles", "Article"), "post_id": ("community/posts", "Post")}


def localise(org: Org, call: Call) -> Reply | None:
    """Help center paths may name a locale: there is only one, so the path means the same without it."""
    if call.operation is not None and "locale" in call.values and call.path.startswith(_HELP):
        match = org.engine.router.find(call.method, call.path.replace(f"/{call.values['locale']}/", "/", 1))
        if match is not None:
            call.operation, call.values = match
    return None


def drop_texts(org: Org, call: Call) -> Reply | None:
    """PUT of a help center page: its texts belong to translations, and a plain update leaves them (recorded)."""
    for fields in call.fields.values():
        if isinstance(fields, dict):
            for name in ("name", "title", "description", "body"):
                fields.pop(name, None)
    return None


def nested(org: Org, call: Call) -> Reply:
    """Sections of a category; articles of a section, or of all sections of a category."""
    parent = next(iter(call.values))
    owner = call.values[parent]
    kind = "articles" if call.path.removesuffix(".json").rstrip("/").endswith("articles") else "sections"
    if org.store[_PARENT_TABLES[parent]].get(owner) is None:
        return errors.missing(org, call)
    rows = list(org.store[f"help_center/{kind}"])
    if kind == "articles" and parent == "category_id":
        inside = {row["id"] for row in org.store["help_center/sections"] if str(row["category_id"]) == owner}
        rows = [row for row in rows if row["section_id"] in inside]
    else:
        rows = [row for row in rows if str(row[parent]) == owner]
    return paging.page(org, call, kind, rows)


def search_articles(org: Org, call: Call) -> Reply:
    """GET help_center/articles/search: `query` in title or body."""
    text = call.arg("query").lower()
    rows = [{**row, "result_type": "article", "snippet": row["title"]} for row in org.store["help_center/articles"]
            if text in str(row["title"]).lower() or text in str(row["body"]).lower()]  # fmt: skip
    return paging.page(org, call, "results", rows)


def export_articles(org: Org, call: Call) -> Reply:
    """GET help_center/incremental/articles."""
    start = call.arg("start_time", "0")
    if not start.isdigit():
        return errors.attribute("start_time", "must be an integer")
    rows = list(org.store["help_center/articles"])
    return Reply(200, {"articles": rows, "count": len(rows), "next_page": None, "end_time": int(start)})


@about_path("community/topics", "topic_id")
def posts_of_topic(org: Org, call: Call, _: Record) -> Reply:
    """GET community/topics/{id}/posts."""
    rows = [row for row in org.store["community/posts"] if str(row["topic_id"]) == call.values["topic_id"]]
    return paging.page(org, call, "posts", rows)


def _voted_on(org: Org, call: Call) -> Record | None:
    parent, ident = next(iter(call.values.items()))
    return org.store[_VOTED_ON[parent][0]].get(ident)


def _votes_on(org: Org, call: Call, item: Record) -> list[Record]:
    _, kind = _VOTED_ON[next(iter(call.values))]
    return org.store["help_center/votes"].where(item_type=kind, item_id=item["id"])


@about(_voted_on)
def votes(org: Org, call: Call, item: Record) -> Reply:
    """GET articles/{id}/votes and posts/{id}/votes."""
    return paging.page(org, call, "votes", _votes_on(org, call, item))


def _count_votes(item: Record, cast: list[Record]) -> None:
    item.update(vote_sum=sum(row["value"] for row in cast), vote_count=len(cast))


@about_path("help_center/votes", "vote_id")
def withdraw_vote(org: Org, call: Call, own: Record) -> Reply:
    """DELETE votes/{id}: the page is counted anew."""
    table = org.store["help_center/votes"]
    table.remove(own["id"])
    kinds = {kind: pages for pages, kind in _VOTED_ON.values()}
    item = org.store[kinds[own["item_type"]]].get(own["item_id"])
    if item is not None:
        _count_votes(item, table.where(item_type=own["item_type"], item_id=own["item_id"]))
    return Reply(204)


def vote(value: int) -> Behaviour:
    """A behaviour that votes a page up or down; who votes again changes their vote (vendor page: votes)."""

    @about(_voted_on)
    def answer(org: Org, call: Call, item: Record) -> Reply:
        own = next((row for row in _votes_on(org, call, item) if row["user_id"] == call.actor["id"]), None)
        if own is None:
            own = org.engine.blank("help_center/votes")
            own.update(id=ids.number(org), user_id=call.actor["id"], item_id=item["id"])
            own.update(item_type=_VOTED_ON[next(iter(call.values))][1], created_at=org.stamp(call.now))
            own["url"] = f"{call.base}/api/v2/help_center/votes/{own['id']}.json"
            org.store["help_center/votes"].add(own)
        own.update(value=value, updated_at=org.stamp(call.now))
        _count_votes(item, _votes_on(org, call, item))
        return Reply(200, {"vote": own}, {"location": own["url"]})

    return answer


def locales(_: Org, __: Call) -> Reply:
    """GET help_center/locales: there is one."""
    return Reply(200, {"locales": ["en-us"], "default_locale": "en-us"})


def create_page(org: Org, call: Call) -> Reply:
    """POST help_center/sections/{id}/articles and categories/{id}/sections."""
    parent = next(iter(call.values))
    kind, wrapper = ("articles", "article") if parent == "section_id" else ("sections", "section")
    parents = org.store[f"help_center/{'sections' if kind == 'articles' else 'categories'}"]
    if parents.get(call.values[parent]) is None and len(call.values[parent]) < 10:
        return errors.missing(org, call)
    record = org.engine.blank(f"help_center/{kind}")
    fields = call.envelope(wrapper)
    record.update(
        {name: value for name, value in fields.items() if name in record and name not in ("id", "created_at")}
    )
    record["id"] = ids.number(org)
    record[parent] = int(call.values[parent]) if call.values[parent].isdigit() else call.values[parent]
    derived.set_derived(org, call, f"help_center/{kind}", record, True)
    if kind == "articles":
        record["edited_at"] = record["updated_at"]
    org.store[f"help_center/{kind}"].add(record)
    return Reply(201, {wrapper: record})


_VOTING = (f"{_HELP}/articles/{{article_id}}", "/api/v2/community/posts/{post_id}")
_PAGES = ("categories/{category_id}", "sections/{section_id}", "articles/{article_id}")
BEHAVIOURS = {
    **{f"PUT {_HELP}/{page}": drop_texts for page in _PAGES},
    f"GET {_HELP}/categories/{{category_id}}/sections": nested,
    f"GET {_HELP}/categories/{{category_id}}/articles": nested,
    f"GET {_HELP}/sections/{{section_id}}/articles": nested,
    f"POST {_HELP}/categories/{{category_id}}/sections": create_page,
    f"POST {_HELP}/sections/{{section_id}}/articles": create_page,
    f"GET {_HELP}/articles/search": search_articles,
    f"GET {_HELP}/incremental/articles": export_articles,
    "GET /api/v2/community/topics/{topic_id}/posts": posts_of_topic,
    f"GET {_HELP}/locales": locales,
    f"DELETE {_HELP}/votes/{{vote_id}}": withdraw_vote,
    **{f"GET {page}/votes": votes for page in _VOTING},
    **{f"POST {page}/up": vote(1) for page in _VOTING},
    **{f"POST {page}/down": vote(-1) for page in _VOTING},
}
