"""Repairs of how schemas are built: references, types, null, items, branches."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

from harness.formats.pointer import pointer_of
from harness.openapi.repair.places import Place, keys_of
from harness.openapi.repair.scope import Scope
from harness.openapi.walk import types_of

_FLAGS = ("required", "nullable", "uniqueItems", "readOnly", "writeOnly", "deprecated", "explode", "allowReserved",
          "allowEmptyValue", "exclusiveMinimum", "exclusiveMaximum", "additionalProperties")  # fmt: skip
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "multipleOf")
WORDS = (*_FLAGS, *_COUNTS, *_NUMBERS)
_WORDS = frozenset(WORDS)
_TYPES = ("string", "number", "integer", "boolean", "array", "object")
_OTHER_NAMES = {
    **dict.fromkeys(("str", "text", "date", "datetime", "date-time", "uuid", "email", "uri", "url", "char"), "string"),
    **dict.fromkeys(("int", "int32", "int64", "long", "short", "bigint"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("bool",), "boolean"),
    **dict.fromkeys(("list", "set"), "array"),
    **dict.fromkeys(("map", "dict", "hash", "json"), "object"),
}


def dangling(scope: Scope, place: Place) -> str:
    """A reference that leads nowhere says nothing: any value, no parameter, an undescribed answer."""
    ref = place.node["$ref"]
    if scope.resolves(ref) or (place.kind == "schema" and not isinstance(ref, str)):
        return ""
    place.node.clear()
    if place.kind == "response":
        place.node["description"] = ""
    elif place.kind == "parameter":
        # Nothing is known of it, not even its name: an optional header that no case sends.
        place.node.update({"name": "x-unknown", "in": "header", "schema": {}})
    return f"{ref!r} leads nowhere: taken as undescribed"


def dangling_examples(scope: Scope, place: Place) -> str:
    """Example references that lead nowhere."""
    examples = place.node["examples"]
    if not isinstance(examples, dict):
        return ""
    lost = [name for name, example in examples.items() if _leads_nowhere(scope, example)]
    for name in lost:
        del examples[name]
    if not examples:
        del place.node["examples"]
    return f"examples {', '.join(lost)} lead nowhere: dropped" if lost else ""


def _leads_nowhere(scope: Scope, example: Any) -> bool:
    if not isinstance(example, dict) or "$ref" not in example:
        return False
    value = scope.resolve({"$ref": example["$ref"]})
    return not isinstance(value, dict) or not value


def dangling_discriminator(scope: Scope, place: Place) -> str:
    """A mapping to schemas that are not there: the alternatives themselves still hold."""
    discriminator = place.node["discriminator"]
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    if not isinstance(mapping, dict) or all(_names_schema(scope, target) for target in mapping.values()):
        return ""
    del place.node["discriminator"]
    return "the discriminator names schemas that are not there: dropped"


def _names_schema(scope: Scope, target: Any) -> bool:
    """Whether a mapping's target, a reference or the bare name of a schema, is there."""
    if scope.resolves(target):
        return True
    name = pointer_of(("components", "schemas", target)) if isinstance(target, str) else ""
    return bool(name) and scope.resolves(f"#{name}")


def words(_: Scope, place: Place) -> str:
    """Booleans and numbers written as text."""
    texts = [(word, value) for word, value in place.node.items() if isinstance(value, str) and word in _WORDS]
    for word, text in texts:
        new = _value(word, text)
        if new is None:
            del place.node[word]
        else:
            place.node[word] = new
    wrong = ", ".join(f"{word} {text!r}" for word, text in texts)
    return f"{wrong}: text where a value belongs" if wrong else ""


def _value(word: str, text: str) -> bool | float | int | None:
    """The value that a keyword's text spells, or None."""
    if word in _FLAGS:
        flag = {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().lower())
        # An exclusive bound is a flag in 3.0 and a number in 3.1.
        return number(text) if flag is None and word.startswith("exclusive") else flag
    value = number(text)
    return int(value) if value is not None and word in _COUNTS else value


def number(text: str) -> float | int | None:
    """The number that a text spells, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def properties_twice(_: Scope, place: Place) -> str:
    """`properties` that is no map, and entries of it that are no schemas."""
    entries = place.node["properties"]
    if not isinstance(entries, dict):
        del place.node["properties"]
        return "properties is no mapping: dropped"
    wrong = [name for name, schema in entries.items() if not isinstance(schema, dict | bool)]
    for name in wrong:
        entries[name] = {}
    return f"properties {', '.join(wrong)} are no schemas: any value" if wrong else ""


def type_name(scope: Scope, place: Place) -> str:
    """Names of types as other languages spell them, and lists of types where 3.0 knows none."""
    node, kind = place.node, place.node["type"]
    if _is_type(kind, scope.json_schema):
        return ""
    names = [_usual_name(str(name)) for name in (kind if isinstance(kind, list) else [kind])]
    types = list(dict.fromkeys(name for name in names if name in _TYPES))
    null = "null" in names
    del node["type"]
    if null and scope.json_schema:
        types.append("null")
    elif null and types:
        node["nullable"] = True
    elif null:
        node |= {"nullable": True, "enum": [None]}
        return "the type null is unknown to 3.0: taken as an enum of null"
    if len(types) == 1:
        node["type"] = types[0]
    elif types and scope.json_schema:
        node["type"] = types
    elif types:
        node.setdefault("anyOf", [{"type": name} for name in types])
    return f"type {json.dumps(kind)} is none of OpenAPI's: taken as {' or '.join(types) or 'any'}"


def _is_type(kind: Any, json_schema: bool) -> bool:
    """Whether `type` is as OpenAPI has it: one name, and in 3.1 also `null` or a list."""
    if isinstance(kind, list):
        return json_schema and all(name in _TYPES or name == "null" for name in kind)
    return isinstance(kind, str) and (kind in _TYPES or (json_schema and kind == "null"))


def _usual_name(name: str) -> str:
    return _OTHER_NAMES.get(name.lower(), name.lower())


def nullable(scope: Scope, place: Place) -> str:
    """`nullable` is unknown to 3.1, which has a type for null."""
    node = place.node
    if not scope.json_schema:
        return ""
    wanted, kind = node.pop("nullable"), node.get("type")
    if wanted is not True:
        return "nullable is unknown to 3.1: dropped"
    if isinstance(kind, str) and kind != "null":
        node["type"] = [kind, "null"]
    elif isinstance(kind, list) and "null" not in kind:
        kind.append("null")
    elif "$ref" in node:
        node["anyOf"] = [{"$ref": node.pop("$ref")}, {"type": "null"}]
    return "nullable is unknown to 3.1: null added to the type"


def null_parameter(_: Scope, place: Place) -> str:
    """No query, path or header can carry null: it would travel as the text `null`."""
    if place.within != "parameter":
        return ""
    node = place.node
    if node.get("nullable") is True:
        del node["nullable"]
    elif isinstance(node["type"], list) and "null" in node["type"] and len(node["type"]) > 1:
        rest = [name for name in node["type"] if name != "null"]
        node["type"] = rest[0] if len(rest) == 1 else rest
    else:
        return ""
    return "a parameter cannot be null: null removed"


def items(_: Scope, place: Place) -> str:
    """Arrays without items, and lists of items as old drafts wrote them."""
    node = place.node
    if isinstance(node.get("items"), list):
        node["items"] = {"anyOf": node["items"]} if len(node["items"]) > 1 else (node["items"] or [{}])[0]
        return "items is a list: any of them"
    if node.get("type") == "array" and "items" not in node:
        node["items"] = {}
        return "an array without items: any items"
    return ""


def all_of_itself(scope: Scope, place: Place) -> str:
    """A schema that is all of itself: validators never come back from it.

    Where the file has an earlier schema of the same name, that is the one it means.
    """
    node, branches = place.node, place.node["allOf"]
    if not isinstance(branches, list):
        del node["allOf"]
        return "allOf is no list: dropped"
    own_reference = "#" + pointer_of(keys_of(place.at))
    rest = [branch for branch in branches if not (isinstance(branch, dict) and branch.get("$ref") == own_reference)]
    if len(rest) == len(branches):
        return ""
    earlier = scope.earlier.get(str(place.key))
    if isinstance(earlier, dict):
        node["allOf"] = [earlier, *rest]
        return "the schema is all of an earlier one of its name: that one put in"
    if rest:
        node["allOf"] = rest
    else:
        del node["allOf"]
    return "the schema is all of itself: that branch dropped"


def one_of(scope: Scope, place: Place) -> str:
    """Alternatives that one value fits at once, which `oneOf` refuses: any of them, then."""
    node, options = place.node, place.node["oneOf"]
    if not isinstance(options, list) or "anyOf" in node:
        return ""
    unique = [option for index, option in enumerate(options) if option not in options[:index]]
    are_exclusive = all(_exclude_each_other(scope, left, right) for left, right in combinations(unique, 2))
    if are_exclusive and len(unique) == len(options):
        return ""
    del node["oneOf"]
    node["oneOf" if are_exclusive else "anyOf"] = unique
    return "alternatives repeat or overlap, so that a value fits several: any of them will do"


def _exclude_each_other(scope: Scope, left: Any, right: Any) -> bool:
    """Whether no value fits both: other types, or a property that tells them apart."""
    first, second = scope.resolve(left), scope.resolve(right)
    if not isinstance(first, dict) or not isinstance(second, dict):
        return True
    types, others = _types(first), _types(second)
    if types and others and not types & others:
        return True
    if _null_fits_both(types, others):
        return False
    return _tells_apart(scope, first, second) or _refuses(first, second) or _refuses(second, first)


def _null_fits_both(types: set[str], others: set[str]) -> bool:
    """Whether one schema names null and the other does too, or takes any type."""
    if "null" in types:
        return not others or "null" in others
    return not types and "null" in others


def _types(schema: dict[str, Any]) -> set[str]:
    """The types of the values that a schema takes, an integer being a number as well; none for any type."""
    types = types_of(schema)
    if types and schema.get("nullable") is True:
        types.add("null")
    if "number" in types:
        types.add("integer")
    return types


def _tells_apart(scope: Scope, first: dict[str, Any], second: dict[str, Any]) -> bool:
    """A required property of both whose enums have nothing in common."""
    for name in set(_names(first.get("required"))) & set(_names(second.get("required"))):
        properties = [schema.get("properties", {}).get(name, {}) for schema in (first, second)]
        enums = [scope.resolve(schema).get("enum") for schema in properties]
        if all(isinstance(enum, list) for enum in enums) and not any(value in enums[1] for value in enums[0]):
            return True
    return False


def _refuses(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether `first` requires what `second`, being closed, cannot have."""
    closed = second.get("additionalProperties") is False
    return closed and any(name not in second.get("properties", {}) for name in _names(first.get("required")))


def _names(required: Any) -> list[str]:
    return [str(name) for name in required] if isinstance(required, list) else []
