"""The property of a discriminator names a schema that there is, and the object fits that one."""

from __future__ import annotations

from typing import Any

import pytest
from promised import exchange, promise

from harness.checks import judge


def animal(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"type": {"type": "string"}} | properties}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS = {"Cat": animal(meow={"type": "string"}), "Dog": animal(bark={"type": "integer"})}
FULL = {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}
BARE = {"cat": "Cat", "dog": "Dog"}


def told(body: Any, schema: Any, schemas: Any = SCHEMAS, version: str = "3.1.0") -> list[tuple[str, str]]:
    match, contract = promise(schema, schemas=schemas, version=version)
    return [(one.check, one.pointer) for one in judge(exchange(body), match, contract)]


def union(word: str = "oneOf", mapping: Any = None, *alternatives: Any) -> dict[str, Any]:
    about = {"propertyName": "type"} | ({"mapping": mapping} if mapping else {})
    return {word: list(alternatives) or [ref("Cat"), ref("Dog")], "discriminator": about}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize("mapping", [FULL, BARE])
def test_a_mapped_name_chooses_its_schema(mapping: Any, word: str, version: str) -> None:
    schema = union(word, mapping)
    assert told({"type": "dog", "bark": 5}, schema, version=version) == []
    assert told({"type": "dog", "bark": "x"}, schema, version=version) == [("body", "/bark")]
    assert told({"type": "cow"}, schema, version=version) == [("body", "/type")]
    assert told({"bark": 5}, schema, version=version) == [("body", "/type")]


def test_the_names_of_the_schemas_count_too() -> None:
    assert told({"type": "Dog", "bark": 5}, union()) == []
    assert told({"type": "Dog", "bark": 5}, union("oneOf", FULL)) == []
    assert told({"type": "dog"}, union()) == [("body", "/type")]


def test_a_value_that_an_alternative_lists_has_a_schema() -> None:
    schemas = SCHEMAS | {"Cat": animal(type={"type": "string", "enum": ["cat", "lion"]})}
    assert told({"type": "lion"}, union("anyOf", FULL), schemas) == []
    assert told({"type": "cow"}, union("anyOf", FULL), schemas) == [("body", "/type")]


def test_an_alternative_without_a_name_leaves_the_value_open() -> None:
    schema = union("anyOf", None, ref("Cat"), animal(moo={"type": "string"}))
    assert told({"type": "cow", "moo": "x"}, schema) == []


def test_null_beside_the_alternatives() -> None:
    assert told(None, union("anyOf", FULL, ref("Cat"), ref("Dog"), {"type": "null"})) == []
    assert told(None, union("oneOf", FULL) | {"nullable": True}, version="3.0.3") == []
    assert told({"type": "cow"}, union("oneOf", FULL) | {"nullable": True}, version="3.0.3") == [("body", "/type")]


PET = animal(name={"type": "string"}) | {"discriminator": {"propertyName": "type"}}
HEIRS = {
    "Pet": PET,
    "Cat": {"allOf": [ref("Pet"), {"properties": {"meow": {"type": "string"}}}]},
    "Lion": {"allOf": [ref("Cat"), {"properties": {"mane": {"type": "boolean"}}}]},
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_schemas_made_of_the_one_that_has_the_discriminator(version: str) -> None:
    assert told({"type": "Lion", "meow": "x", "mane": True}, ref("Pet"), HEIRS, version) == []
    assert told({"type": "Pet", "name": "x"}, ref("Pet"), HEIRS, version) == []
    assert told({"type": "Cat", "meow": 5}, ref("Pet"), HEIRS, version) == [("body", "/meow")]
    assert told({"type": "Lion", "mane": 5}, ref("Pet"), HEIRS, version) == [("body", "/mane")]
    assert told({"type": "Cow"}, ref("Pet"), HEIRS, version) == [("body", "/type")]
    assert told({"name": "x"}, ref("Pet"), HEIRS, version) == [("body", "/type")]


def test_a_default_makes_the_property_optional() -> None:
    schema = union("anyOf", FULL)
    schema["discriminator"]["defaultMapping"] = "Cat"
    assert told({"meow": "x"}, schema) == []


def test_deep_values_are_tried_against_the_schema_that_they_name_alone() -> None:
    schemas = {name: animal(kid=ref("Tree")) for name in ("Cat", "Dog")} | {"Tree": union()}
    schemas["Dog"]["properties"]["bark"] = {"type": "integer"}
    body: Any = {"type": "Dog", "bark": "x"}
    for _ in range(150):
        body = {"type": "Dog", "kid": body}
    assert told(body, ref("Tree"), schemas) == [("body", "/kid" * 150 + "/bark")]


def test_a_reference_into_the_list_of_alternatives_goes_on_leading_there() -> None:
    schema = {"properties": {"a": union("anyOf", FULL), "b": ref("Tree/anyOf/0")}}
    schemas = SCHEMAS | {"Tree": union("anyOf", FULL)}
    assert told({"b": {"type": "x", "meow": 5}}, schema, schemas) == [("body", "/b/meow")]


def test_a_schema_of_a_bundled_folder_has_its_own_name_too() -> None:
    schemas = {"Pets.Cat": SCHEMAS["Cat"], "Pets.Dog": SCHEMAS["Dog"]}
    schema = union("anyOf", None, ref("Pets.Cat"), ref("Pets.Dog"))
    assert told({"type": "Dog", "bark": 5}, schema, schemas) == []
    assert told({"type": "Cow"}, schema, schemas) == [("body", "/type")]
