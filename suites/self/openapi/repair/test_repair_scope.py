"""What a rule knows of the whole document: its version, its schemes, and where references lead."""

from __future__ import annotations

from typing import Any

import pytest

from harness.openapi.repair.scope import Scope

SCHEMAS = {
    "Plain": {"type": "string"},
    "Alias": {"$ref": "#/components/schemas/Plain"},
    "Self": {"$ref": "#/components/schemas/Self"},
    "Ping": {"$ref": "#/components/schemas/Pong"},
    "Pong": {"$ref": "#/components/schemas/Ping"},
    "Anything": True,
    "Text": "text",
}


def scope(**more: Any) -> Scope:
    return Scope.of({"openapi": "3.0.3", "components": {"schemas": SCHEMAS}} | more, {})


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("Plain", True), ("Alias", True), ("Anything", True), ("Self", False), ("Ping", False), ("Nowhere", False),
        ("Text", False),
    ],
)  # fmt: skip
def test_a_reference_is_sound_where_it_ends_at_a_schema(name: str, leads: bool) -> None:
    assert scope().resolves(f"#/components/schemas/{name}") is leads


@pytest.mark.parametrize("reference", [None, 5, "", "other.yaml#/a", "https://vendor.test/schema"])
def test_what_is_no_reference_into_the_document_leads_nowhere(reference: Any) -> None:
    assert not scope().resolves(reference)


def test_only_3_1_has_a_type_for_null() -> None:
    assert scope(openapi="3.1.0").json_schema
    assert not scope(openapi="3.0.3").json_schema
    assert not Scope.of({}, {}).json_schema


def test_security_schemes_are_known_by_name() -> None:
    assert scope(components={"securitySchemes": {"oauth": {}}}).schemes == ("oauth",)
    assert scope(components=[]).schemes == ()


def test_a_reference_that_leads_nowhere_is_an_empty_schema() -> None:
    assert scope().resolve({"$ref": "#/components/schemas/Alias"}) == {"type": "string"}
    assert scope().resolve({"$ref": "#/components/schemas/Nowhere"}) == {}
