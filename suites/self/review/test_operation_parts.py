"""Parameters, bodies, answers, links and callbacks: every keyword that says something is compared."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from harness import review
from harness.openapi.document import Document
from harness.review import Change

TEXT: dict[str, Any] = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
JSON = {"application/json": {"schema": TEXT}}
FORM = "application/x-www-form-urlencoded"


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[Change, ...]:
    """What differs between two operations; an answer is added where they have none."""
    trees = ({"paths": {"/a": {"post": {"operationId": "A", "responses": {"200": {}}, **raw}}}} for raw in (old, new))
    documents = (Document("d", "zendesk", Path("d"), "", copy.deepcopy(tree)) for tree in trees)
    return review.diff(*documents, tier=lambda operation: "write").changes


def query(**more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "q", "in": "query", "schema": LIST, **more}]}


def body(**media: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {FORM: {"schema": {"type": "object"}, **media}}}}


def answer(**more: Any) -> dict[str, Any]:
    return {"responses": {"200": more}}


def header(**more: Any) -> dict[str, Any]:
    return answer(headers={"X-A": {"schema": TEXT, **more}})


def callback(schema: Any = TEXT, reply: Any = TEXT) -> dict[str, Any]:
    post = {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"content": {"application/json": {"schema": reply}}}},
    }
    return {"callbacks": {"c": {"{$url}": {"post": post}}}}


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (query(), query(style="form", explode=True, required=False, allowReserved=False)),
    (query(schema=TEXT), query(schema=TEXT, style="spaceDelimited", explode=False)),
    ({"parameters": [{"name": "X-A", "in": "header"}]}, {"parameters": [{"name": "x-a", "in": "header"}]}),
    ({"parameters": [{"name": "Accept", "in": "header"}]}, {}),
    ({"requestBody": {"content": JSON}},
     {"requestBody": {"content": {"Application/JSON; charset=utf-8": {"schema": TEXT}}}}),
    (body(), body(encoding={"a": {"style": "form", "explode": True}})),
    (header(), answer(headers={"x-a": {"schema": TEXT, "description": "d"}})),
    (answer(headers={"Content-Type": {"schema": TEXT}}), answer()),
    (query(), query(example=["a"], description="d", **{"x-a": 1})),
    (answer(description="a"), answer(description="b")),
    ({"tags": ["a"], "summary": "s"}, {"tags": ["b"]}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_means_the_same_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(old, new) == changes(new, old) == ()


# Old, new, kind, how it is told, whether it breaks a client and the suites.
JUDGED: list[tuple[dict[str, Any], dict[str, Any], str, str, bool, bool]] = [
    (query(), query(explode=False), "parameter", "explode True to False", True, True),
    (query(explode=False), query(explode=False, style="pipeDelimited"), "parameter", "style form to pipeDelimited",
     True, True),
    (query(allowReserved=True), query(), "parameter", "allowReserved True to False", True, True),
    (query(), query(allowEmptyValue=True), "parameter", "allowEmptyValue False to True", False, False),
    (query(), query(deprecated=True), "parameter", "deprecated", False, False),
    (query(), query(frobnicate=1), "parameter", "frobnicate none to 1", False, False),
    (query(), {"parameters": [{"name": "q", "in": "query", "content": {"application/json": {"schema": LIST}}}]},
     "parameter", "written as a media type now", True, True),
    (query(schema={**TEXT, "default": "a"}), query(schema=TEXT), "parameter", "default a to none", False, False),
    (body(), body(encoding={"a": {"contentType": "text/csv"}}), "body", "contentType none to text/csv", True, True),
    (body(), body(itemSchema={}), "body", "itemSchema none to {}", False, False),
    (header(), answer(), "response", "header x-a removed", True, False),
    (answer(), header(required=True), "response", "header x-a added, required", False, True),
    (header(required=True), header(), "response", "header x-a is no longer required", True, False),
    (header(), header(schema={"type": "integer"}), "response", "type string to integer", True, True),
    (answer(), answer(links={"l": {"operationId": "B"}}), "response", "link l added", False, False),
    (answer(links={"l": {"operationId": "B"}}), answer(links={"l": {"operationId": "C"}}), "response", "link l changed",
     False, False),
    (answer(), answer(frobnicate=1), "response", "frobnicate none to 1", False, False),
    ({}, {"deprecated": True}, "operation", "deprecated", False, False),
    ({}, {"frobnicate": 1}, "operation", "frobnicate none to 1", False, False),
    (callback(), {}, "callback", "callback c removed", True, False),
    ({}, callback(), "callback", "callback c added", False, False),
    (callback(TEXT), callback({"type": ["string", "null"]}), "callback", "type string to null/string", True, False),
    (callback({"type": ["string", "null"]}), callback(TEXT), "callback", "type null/string to string", False, True),
    (callback(reply={"type": ["string", "null"]}), callback(), "callback", "type null/string to string", True, True),
    (callback(), callback(reply={"type": ["string", "null"]}), "callback", "type string to null/string", False, False),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "message", "breaks_client", "breaks_suites"), JUDGED)
def test_a_change_of_a_part_is_told_and_judged(
    old: dict[str, Any], new: dict[str, Any], kind: str, message: str, breaks_client: bool, breaks_suites: bool
) -> None:
    (change,) = changes(old, new)
    assert (change.kind, change.message) == (kind, message)
    assert (change.breaks_client, change.breaks_suites) == (breaks_client, breaks_suites)
    assert change.understood == ("none to" not in message or not message.startswith(("frobnicate", "itemSchema")))


def test_a_body_of_xml_is_compared_with_the_names_that_xml_gives_it() -> None:
    def xml(name: str, media: str) -> dict[str, Any]:
        return {"requestBody": {"content": {media: {"schema": {**TEXT, "xml": {"name": name}}}}}}

    assert changes(xml("a", "application/json"), xml("b", "application/json")) == ()
    (change,) = changes(xml("a", "application/xml"), xml("b", "application/xml"))
    assert change.breaks_client


def test_an_unknown_keyword_of_a_path_or_of_the_document_is_not_understood() -> None:
    raw = {"operationId": "A", "responses": {}}
    old, new = Document("d", "zendesk", Path("d"), "", {"paths": {"/a": {"get": raw}}}), {"get": raw, "frobnicate": 1}
    for tree, place in (({"paths": {"/a": new}}, "zendesk:A"), ({**old.tree, "frobnicate": 1}, "document")):
        (change,) = review.changes(old, Document("d", "zendesk", Path("d"), "", tree))
        assert (change.place, change.message, change.understood) == (place, "frobnicate none to 1", False)
