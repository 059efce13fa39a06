"""Repairs of what a schema says about values: each on the smallest schema that shows its defect."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from mended_documents import mended

# Rule, version, schema, what it becomes.
SCHEMAS: list[tuple[str, str, Any, Any]] = [
    ("enum-without-null", "3.0.3", {"type": "string", "nullable": True, "enum": ["a"]},
     {"type": "string", "nullable": True, "enum": ["a", None]}),
    ("enum-without-null", "3.1.0", {"type": ["string", "null"], "enum": ["a"]},
     {"type": ["string", "null"], "enum": ["a", None]}),
    ("enum-values", "3.0.3", {"type": "boolean", "enum": ["true"]}, {"type": "boolean", "enum": [True]}),
    ("enum-values", "3.0.3", {"type": "string", "enum": [True, 1, "1"]}, {"type": "string", "enum": ["true", "1"]}),
    ("enum-values", "3.0.3", {"type": "integer", "enum": ["1", 2]}, {"type": "integer", "enum": [1, 2]}),
    ("enum-values", "3.0.3", {"type": "string", "enum": []}, {"type": "string"}),
    ("pattern", "3.0.3", {"type": "string", "pattern": r"[a-z\P{InBasicLatin}]+"},
     {"type": "string", "pattern": "[a-z\x80-\ud7ff\ue000-\U0010ffff]+"}),
    ("pattern", "3.0.3", {"type": "integer", "pattern": r"^[^\d<>]+$"}, {"type": "integer", "pattern": "^[^<>]+$"}),
    ("pattern", "3.0.3", {"type": "string", "pattern": r"\p{Nonsense}"}, {"type": "string"}),
    ("required", "3.0.3", {"properties": {"a": {"type": "string", "required": True}}},
     {"properties": {"a": {"type": "string"}}, "required": ["a"]}),
    ("required", "3.0.3", {"required": ["a", "a"]}, {"required": ["a"]}),
    ("required", "3.0.3", {"required": "true"}, {}),
    ("required", "3.0.3", {"properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": False},
     {"properties": {"a": {}, "b": {}}, "required": ["a", "b"], "additionalProperties": False}),
    ("bounds", "3.0.3", {"type": "string", "minLength": 5, "maxLength": 2}, {"type": "string", "maxLength": 2}),
    ("bounds", "3.0.3", {"required": ["a", "b"], "maxProperties": 1}, {"required": ["a", "b"]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "version", "schema", "wanted"), SCHEMAS)
def test_what_is_said_of_a_value_becomes_what_was_meant(rule: str, version: str, schema: Any, wanted: Any) -> None:
    found, rules = mended(copy.deepcopy(schema), version)
    assert found == wanted
    assert rule in rules
