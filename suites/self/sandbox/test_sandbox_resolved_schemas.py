"""What a value has wrong against a schema."""

from __future__ import annotations

import pytest

from harness.sandbox.resolved_schemas import ResolvedSchemas

PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0, "nullable": True},
        "role": {"type": "string", "enum": ["agent", "admin"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "Ada"}, []),
        ({"name": "Ada", "age": None, "more": 1}, []),
        ({"name": "Ada", "id": "not asked"}, []),
        ({}, [("/name", "missing")]),
        ({"name": ""}, [("/name", "value")]),
        ({"name": "Ada", "age": -1}, [("/age", "value")]),
        ({"name": "Ada", "age": True}, [("/age", "type")]),
        ({"name": "Ada", "role": "king"}, [("/role", "value")]),
        ({"name": "Ada", "tags": ["a", 1]}, [("/tags/1", "type")]),
        ([], [("", "type")]),
    ],
)
def test_each_problem_has_its_pointer_and_kind(value, expected):
    assert [(one.pointer, one.kind) for one in ResolvedSchemas({}).problems(PERSON, value)] == expected


def test_a_choice_is_met_by_any_of_its_forms():
    choice = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+$"}]}
    schemas = ResolvedSchemas({})
    assert schemas.fits(choice, 5)
    assert schemas.fits(choice, "5")
    assert not schemas.fits(choice, "five")
