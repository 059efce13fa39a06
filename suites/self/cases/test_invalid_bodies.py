"""An invalid body that its media type cannot carry is no invalid case: what arrives would be a valid one."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cases.case import Case
from harness.cases.generate import generate
from harness.cases.schema import open_schema, operation

FIELDS: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}
OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}


def sending(media_type: str, schema: dict[str, Any]) -> Any:
    """An operation that takes a body of one kind."""
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    tree = {
        "openapi": "3.0.3",
        "info": {"title": "Forms", "version": "1"},
        "paths": {"/forms": {"post": {"operationId": "Send", "requestBody": body, "responses": OK}}},
    }
    return operation(open_schema(tree), "POST", "/forms")


def invalid(media_type: str, schema: dict[str, Any]) -> list[Case]:
    """The cases of 4 seeds in which nothing but the body is meant to be invalid."""
    cases = [case for seed in range(4) for case in generate(sending(media_type, schema), 30, seed)]
    assert [case for case in cases if not case.negative]
    return [case for case in cases if case.negative and case.place == "body" and case.body]


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_of_optional_fields_cannot_be_invalid(media_type: str) -> None:
    """A text in place of the whole form leaves as an empty one: seen as a false finding on `UpdateBrand`."""
    assert invalid(media_type, FIELDS) == []


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_that_lacks_a_required_name_is_invalid(media_type: str) -> None:
    cases = invalid(media_type, FIELDS | {"required": ["name"]})
    assert cases
    assert not [case for case in cases if b'name="name"' in case.body or case.body.startswith(b"name=")]


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream"])
def test_of_a_body_that_cannot_be_read_back_nothing_is_claimed(media_type: str) -> None:
    assert invalid(media_type, {"type": "string"}) == []


def test_json_carries_everything() -> None:
    cases = generate(sending("application/json", FIELDS), 30, 1)
    assert [case for case in cases if case.negative and case.place == "body" and case.has_json]
