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


def test_the_form_of_a_record_is_the_one_that_its_discriminator_names():
    """However much of the record another branch has."""
    post = {"type": "object", "properties": {"channel": {"type": "string"}, "title": {"type": "string"}}}
    mail = {"type": "object", "properties": {"channel": {"type": "string"}, "to": {"type": "string"}}}
    mapping = {"MAIL": "#/components/schemas/Mail", "POST": "#/components/schemas/Post"}
    choice = {"anyOf": [{"$ref": mapping["MAIL"]}, {"$ref": mapping["POST"]}],
              "discriminator": {"propertyName": "channel", "mapping": mapping}}  # fmt: skip
    schemas = ResolvedSchemas({"components": {"schemas": {"Mail": mail, "Post": post}}})
    assert schemas.form(choice, {"channel": "POST", "to": "x"}) == post
    assert schemas.form(choice, {"channel": "FAX", "to": "x"}) == mail
