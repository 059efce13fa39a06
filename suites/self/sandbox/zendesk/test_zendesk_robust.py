"""No request brings an operation down, however wrong it is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from zendesk_account import Account, engine

from harness.sandbox.call import ABSENT

OPERATIONS = engine().catalog.operations
KEYS = st.sampled_from(["id", "ids", "ticket", "tickets", "user", "users", "comment", "tags", "name", "all", "fields"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4) | st.just("1,x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["page", "per_page", "page[size]", "page[after]", "page[before]", "sort", "sort_by", "sort_order", "ids", "query",
     "external_ids", "start_time", "cursor", "include", "name", "filter[type]", "filename", "tags", "token", "role"]
)  # fmt: skip
TEXTS = st.sampled_from(["", "0", "1", "-1", "x", "1,2", "9" * 30, "type:ticket status<solved", "eyJv", "-id", "🎯"])
IDENTS = st.sampled_from(["1", "0", "-1", "x", "9" * 19, "é", "a b", "1.5", "me"])


@settings(max_examples=1000)
@given(st.data())
def test_whatever_is_asked_the_answer_is_no_server_error(data):
    described = data.draw(st.sampled_from(OPERATIONS))
    path = described.path
    for name in {one.name for one in described.parameters if one.place == "path"}:
        path = path.replace(f"{{{name}}}", data.draw(IDENTS))
    body = data.draw(JUNK) if described.method != "GET" else ABSENT
    query = data.draw(st.dictionaries(NAMES, TEXTS, max_size=3))
    assert Account().send(described.method, path, body, **query).status < 500


@given(st.data())
def test_a_valid_body_with_one_part_broken_is_no_server_error(data):
    writes = [one for one in OPERATIONS if engine().plan(one).request is not None]
    described = data.draw(st.sampled_from(writes))
    plan = engine().plan(described)
    body = engine().model(plan).examples.value(plan.request)
    if isinstance(body, dict) and body:
        outer = data.draw(st.sampled_from(sorted(body)))
        if isinstance(body[outer], dict) and body[outer]:
            body[outer] = {**body[outer], data.draw(st.sampled_from(sorted(body[outer]))): data.draw(JUNK)}
        else:
            body = {**body, outer: data.draw(JUNK)}
    path = described.path.replace("{ticket_id}", "1")
    for name in {one.name for one in described.parameters if one.place == "path"}:
        path = path.replace(f"{{{name}}}", "1")
    assert Account().send(described.method, path, body).status < 500
