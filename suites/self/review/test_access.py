"""Servers, requirements and schemes: whoever was let in and is no longer, breaks."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from harness import review
from harness.openapi.document import Document
from harness.review import Change

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BASIC = {"type": "http", "scheme": "basic"}
FLOW = {"tokenUrl": "https://a.test/token", "scopes": {}}


def changes(old: dict[str, Any], new: dict[str, Any], **more: Any) -> tuple[Change, ...]:
    """What differs between two documents of one operation, which has `more`."""
    raw = {"operationId": "A", "responses": {}, **more}
    trees = ({"paths": {"/a": {"get": raw}}, **top} for top in (old, new))
    documents = (Document("d", "zendesk", Path("d"), "", copy.deepcopy(tree)) for tree in trees)
    return review.diff(*documents, tier=lambda operation: "read").changes


def servers(*urls: str, **variables: Any) -> dict[str, Any]:
    return {"servers": [{"url": url, "variables": variables} for url in urls]}


def schemes(*needed: dict[str, list[str]], **known: Any) -> dict[str, Any]:
    return {"components": {"securitySchemes": known}, "security": list(needed)}


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, servers("/")),
    (servers("https://a.test/"), servers("https://a.test")),
    (servers("https://a.test", "https://b.test"), servers("https://b.test", "https://a.test")),
    (schemes({"k": []}, k=KEY), schemes({"key": []}, key=KEY)),
    (schemes({"b": []}, b=BASIC), schemes({"b": []}, b={**BASIC, "scheme": "Basic", "description": "d"})),
    (schemes({"k": []}, {"b": []}, k=KEY, b=BASIC), schemes({"b": []}, {"k": []}, k=KEY, b=BASIC)),
    (schemes(k=KEY), {}),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_means_the_same_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(old, new) == changes(new, old) == ()


JUDGED: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, bool]]]] = [
    (servers("https://a.test", "https://b.test"), servers("https://a.test"),
     [("server https://b.test removed", True)]),
    (servers("https://a.test"), servers("https://a.test", "https://b.test"), [("server https://b.test added", False)]),
    (servers("{r}", r={"enum": ["eu", "us"]}), servers("{r}", r={"enum": ["eu"]}),
     [("server {r}: r without us", True)]),
    (servers("{r}", r={"default": "eu"}), servers("{r}", r={"default": "us"}),
     [("server {r}: default of r eu to us", False)]),
    ({}, schemes({"k": []}, k=KEY), [("security apiKey x-key header added", True)]),
    (schemes({"k": []}, k=KEY), {}, [("security apiKey x-key header removed: none is needed", False)]),
    (schemes({"k": []}, k=KEY), schemes({"k": []}, {"b": []}, k=KEY, b=BASIC),
     [("security http basic added", False)]),
    (schemes({"k": []}, {"b": []}, k=KEY, b=BASIC), schemes({"k": []}, k=KEY, b=BASIC),
     [("security http basic removed", True)]),
    (schemes({"k": []}, {}, k=KEY), schemes({"k": []}, k=KEY),
     [("a request without proof is no longer allowed", True)]),
    (schemes({"k": []}, k=KEY), schemes({"k": []}, {}, k=KEY), [("a request without proof is now allowed", False)]),
    (schemes({"o": []}, o={"type": "oauth2", "flows": {"password": FLOW}}),
     schemes({"o": []}, o={"type": "oauth2", "flows": {"password": {**FLOW, "tokenUrl": "https://b.test"}}}),
     [("tokenUrl https://a.test/token to https://b.test", True)]),
    (schemes({"o": []}, o={"type": "oauth2", "flows": {"password": FLOW}}),
     schemes({"o": []}, o={"type": "oauth2", "flows": {"implicit": FLOW}}),
     [("flow password removed", True), ("flow implicit added", False)]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), JUDGED)
def test_a_change_of_access_is_told_and_judged(
    old: dict[str, Any], new: dict[str, Any], told: list[tuple[str, bool]]
) -> None:
    assert [(change.message, change.breaks_client) for change in changes(old, new)] == told


def test_a_scheme_that_is_another_now_is_told_with_the_operations_that_need_it() -> None:
    found = changes(schemes({"s": []}, s=KEY), schemes({"s": []}, s={**KEY, "name": "X-New"}))
    (change,) = [change for change in found if change.place == "s"]
    assert (change.message, change.operations) == ("name x-key to x-new", ("zendesk:A",))
    assert change.breaks_client


def test_another_base_path_reaches_the_operations_and_another_host_does_not() -> None:
    moved = changes(servers("https://a.test/v1"), servers("https://a.test/v2"))
    assert {change.operations for change in moved} == {("zendesk:A",)}
    hosts = changes(servers("https://a.test/v1"), servers("https://b.test/v1"))
    assert {change.operations for change in hosts} == {()}


def test_an_operations_own_servers_come_before_those_of_the_document() -> None:
    assert changes(servers("https://a.test"), servers("https://b.test"), servers=[{"url": "https://c.test"}]) == ()
