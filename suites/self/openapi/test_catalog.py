"""Every operation is found again by the URLs that it makes, and never mistaken for a less literal one."""

from __future__ import annotations

import re

import pinned
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Catalog, Operation, compile_operations, filled, path_words

TREE = {
    "paths": {
        "/api/v2/tickets": {
            "parameters": [{"$ref": "#/components/parameters/Page"}],
            "get": {"operationId": "ListTickets", "tags": ["Tickets"], "responses": {"200": {}, "default": {}}},
            "post": {
                "operationId": "CreateTicket",
                "x-also": ["MakeTicket"],
                "security": [{"oauth": ["tickets:write"]}, {"oauth": ["write", "tickets:write"]}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ticket"}}},
                },
            },
        },
        "/api/v2/tickets/{id}.{format}": {"get": {}},
        "/api/v2/broken": None,
    },
    "components": {
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": ["integer", "null"]}}},
        "schemas": {
            "Ticket": {
                "required": ["subject"],
                "properties": {
                    "subject": {"type": "string"},
                    "parent": {"$ref": "#/components/schemas/Ticket"},
                    "status": {"enum": ["open", "closed"]},
                    "rows": {"items": {"allOf": [{"properties": {"id": {"type": "integer"}}}]}},
                },
            }
        },
    },
}  # fmt: skip


def operation(method: str, path: str) -> Operation:
    return Operation("zendesk", f"{method}:{path}", method, path)


def test_a_document_gives_all_its_operations_with_their_facts() -> None:
    listing, creating, mixed = compile_operations("zendesk", "support", TREE)
    assert (listing.key, listing.method, listing.statuses) == ("zendesk:ListTickets", "GET", ("200", "default"))
    assert [(one.name, one.place, one.types) for one in listing.parameters] == [("page", "query", ("integer", "null"))]
    assert (listing.resource, creating.resource) == ("Tickets", "tickets")
    assert (creating.scopes, creating.body_required) == (("tickets:write", "write"), True)
    assert creating.media_types == ("application/json",)
    assert mixed.operation_id == "get_api_v2_tickets_id_format", "an operation without an id gets one"


def test_operations_without_a_name_of_their_own_do_not_share_one() -> None:
    paths = ["/a/b", "/a-b", "/a_b", "/a/b/2", "/", ""]
    found = compile_operations("zendesk", "d", {"paths": {path: {"get": {}} for path in paths}})
    assert [one.path for one in found] == paths
    assert len({one.key for one in found}) == len(paths)


def test_fields_end_where_a_schema_contains_itself() -> None:
    creating = compile_operations("zendesk", "support", TREE)[1]
    fields = {one.pointer: one for one in creating.fields}
    assert fields["/subject"].required
    assert fields["/status"].enum == ("open", "closed")
    assert fields["/rows/*/id"].types == ("integer",)
    assert fields["/parent/parent/subject"].types == ("string",)
    assert len(fields) < 100


def test_keys_find_operations_by_alias_too() -> None:
    found = Catalog(compile_operations("zendesk", "support", TREE)).by_key
    assert found["zendesk:MakeTicket"] is found["zendesk:CreateTicket"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/v2/tickets/{id}/tags", ("tickets", "tags")),
        ("/api/v2.1/x", ("x",)),
        ("/api/v1/_doc/___pin_removal", ("_doc", "___pin_removal")),
        ("/", ()),
    ],
)
def test_path_words_are_what_names_a_thing(path: str, words: tuple[str, ...]) -> None:
    assert path_words(path) == words


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/api/v2/tickets/count", "/api/v2/tickets/count", {}),
        ("/api/v2/tickets/counts", "/api/v2/tickets/{id}", {"id": "counts"}),
        ("/api/v2/tickets/7/", "/api/v2/tickets/{id}", {"id": "7"}),
        ("/api/v2/tickets/7.json", "/api/v2/tickets/{id}.{format}", {"id": "7", "format": "json"}),
        ("/api/v2/count/7/tags", "/api/v2/{kind}/{id}/tags", {"kind": "count", "id": "7"}),
        ("/api/v2/tickets/count/tags", "/api/v2/{kind}/{id}/tags", {"kind": "tickets", "id": "count"}),
        ("/api/v2/tickets//", None, {}),
        ("/api/v2/tickets/7/8", None, {}),
        ("/API/v2/tickets/count", None, {}),
    ],
)
def test_fixed_words_come_before_parameters(path: str, template: str | None, values: dict[str, str]) -> None:
    paths = [
        "/api/v2/tickets/{id}",
        "/api/v2/{kind}/{id}/tags",
        "/api/v2/tickets/count",
        "/api/v2/tickets/{id}.{format}",
    ]
    found = Catalog(tuple(operation("GET", one) for one in paths)).match("zendesk", "get", path)
    assert (found.operation.path if found else None) == template
    assert (dict(found.values) if found else {}) == values


def test_another_method_or_vendor_is_no_match() -> None:
    one = Catalog((operation("GET", "/api/v2/tickets"),))
    assert one.match("zendesk", "POST", "/api/v2/tickets") is None
    assert one.match("zoho", "GET", "/api/v2/tickets") is None


def test_all_operations_of_both_vendors_are_there() -> None:
    count = {vendor: len(pinned.catalog().of(vendor).operations) for vendor in ("zendesk", "zoho")}
    assert count["zendesk"] >= 605
    assert count["zoho"] >= 704
    assert len(pinned.catalog().by_key) >= len(pinned.catalog().operations)


SEGMENTS = st.sampled_from(["a", "b", "{x}", "{y}", "{x}.{y}", "pre-{x}", "{x}s"])
TEMPLATES = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
WORDS = st.text("ab.-s1", max_size=4)


def fits(template: str, path: str) -> bool:
    """Whether a template fits a path, said in the plainest way: one regular expression over all of it."""
    parts = [re.sub(r"{[^{}]+}", "\0", part) for part in template.strip("/").split("/")]
    pattern = "/".join(re.escape(part).replace("\0", "[^/]+") for part in parts)
    return re.fullmatch(pattern, path.strip("/")) is not None


def shape(template: str) -> str:
    return re.sub(r"{[^{}]+}", "{}", template)


@given(st.lists(TEMPLATES, max_size=8, unique_by=shape), st.lists(WORDS, min_size=1, max_size=4))
def test_the_tree_finds_what_regular_expressions_find(templates: list[str], words: list[str]) -> None:
    path = "/" + "/".join(words)
    made = Catalog(tuple(operation("GET", one) for one in templates))
    found = list(made.matches("zendesk", "GET", path))
    assert {one.operation.path for one in found} == {one for one in templates if fits(one, path)}
    for one in found:
        filled = one.operation.path
        for name, value in one.values.items():
            filled = filled.replace("{" + name + "}", value, 1)
        if len(re.findall(r"{[^{}]+}", one.operation.path)) == len(one.values):
            assert filled.strip("/") == path.strip("/")


@given(st.lists(TEMPLATES, min_size=1, max_size=8, unique_by=shape), st.data())
def test_the_first_match_is_the_most_literal(templates: list[str], data: st.DataObject) -> None:
    path = "/" + "/".join(
        data.draw(st.lists(st.sampled_from(["a", "b", "pre-a", "as", "a.b"]), min_size=1, max_size=4))
    )
    found = list(Catalog(tuple(operation("GET", one) for one in templates)).matches("zendesk", "GET", path))
    ranks = [[0 if "{" not in part else 2 if re.fullmatch(r"{[^{}]+}", part) else 1
              for part in one.operation.path.strip("/").split("/")] for one in found]  # fmt: skip
    assert ranks == sorted(ranks)


@given(st.data())
def test_a_url_made_from_a_template_leads_back_to_it(data: st.DataObject) -> None:
    """Of all pinned operations, whatever the ids: the same template, or one that is more literal for this URL."""
    one = data.draw(st.sampled_from(pinned.catalog().operations))
    values = st.from_regex(r"[A-Za-z0-9_]{1,12}", fullmatch=True)
    path = re.sub(r"{[^{}]+}", lambda _: data.draw(values), one.path)
    found = [match.operation for match in pinned.catalog().matches(one.vendor, one.method, path)]
    assert one in found or any(shape(other.path) == shape(one.path) for other in found)
    assert all(fits(other.path, path) for other in found)


def test_a_template_takes_ids_and_keeps_what_is_not_known() -> None:
    assert filled("/a/{one}/b/{two}", {"one": "x/y"}) == "/a/x%2Fy/b/{two}"


def test_what_stands_beside_a_reference_is_a_fact_of_3_1() -> None:
    schema = {"$ref": "#/components/schemas/Thing", "properties": {"public": {"type": "boolean"}}}
    tree = {
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {
            "parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/W", "enum": ["x"]}}],
            "requestBody": {"content": {"application/json": {"schema": schema}}}}}},
        "components": {"schemas": {"Thing": {"properties": {"a": {"type": "string"}}}, "W": {"type": "string"}}},
    }  # fmt: skip
    (operation,) = compile_operations("v", "d", tree)
    assert {field.pointer for field in operation.fields} == {"/a", "/public"}
    assert (operation.parameters[0].types, operation.parameters[0].enum) == (("string",), ("x",))
    (older,) = compile_operations("v", "d", tree | {"openapi": "3.0.3"})
    assert {field.pointer for field in older.fields} == {"/a"}
