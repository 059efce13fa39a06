"""Repairs of what a schema says about values: enums, patterns, required names, bounds."""

from __future__ import annotations

import json
from typing import Any

from harness.openapi.repair import regex
from harness.openapi.repair.places import Node, Place
from harness.openapi.repair.schema_repairs import number
from harness.openapi.repair.scope import Scope
from harness.openapi.walk import types_of

LOWER = ("minimum", "minLength", "minItems", "minProperties")


def enum_values(_: Scope, place: Place) -> str:
    """Enums that are no list, are empty, repeat a value, or name values as text that the type forbids."""
    node, values = place.node, place.node["enum"]
    if not isinstance(values, list) or not values:
        del node["enum"]
        return "enum holds no list of values: dropped"
    types = types_of(node) - {"null"}
    values = [_of_type(value, types) for value in values]
    unique = list({json.dumps(value, sort_keys=True, default=str): value for value in values}.values())
    if unique == node["enum"]:
        return ""
    node["enum"] = unique
    return "enum repeats values or spells them in another type: mended"


def _of_type(value: Any, types: set[str]) -> Any:
    """The value as its type has it: `"5"` of an integer is 5, and `true` of a string is `"true"`."""
    if isinstance(value, str):
        return _typed(value, types) if types and "string" not in types else value
    if types != {"string"}:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _typed(text: str, types: set[str]) -> Any:
    if "boolean" in types and text.lower() in ("true", "false"):
        return text.lower() == "true"
    value = number(text) if types & {"integer", "number"} else None
    return text if value is None else value


def enum_null(_: Scope, place: Place) -> str:
    """A value that may be null by its type, and may not by its enum."""
    node = place.node
    kind = node.get("type")
    null = node.get("nullable") is True or (isinstance(kind, list) and "null" in kind)
    if not null or place.within == "parameter" or None in node["enum"]:
        return ""
    node["enum"] = [*node["enum"], None]
    return "null is of the type but not of the enum: added"


def pattern(_: Scope, place: Place) -> str:
    """Regular expressions that only Java understands, and classes that refuse every digit of a numeric id."""
    node, notes = place.node, set()
    digits = bool(types_of(node) & {"integer", "number"})
    if "pattern" in node:
        new, note = _translated(node["pattern"], digits)
        notes.add(note)
        if new is None:
            del node["pattern"]
        else:
            node["pattern"] = new
    keys = node.get("patternProperties")
    if isinstance(keys, dict) and any(_translated(key, False)[1] for key in keys):
        pairs = [(*_translated(key, False), child) for key, child in keys.items()]
        node["patternProperties"] = {new: child for new, _, child in pairs if new is not None}
        notes |= {note for _, note, _ in pairs}
    return "; ".join(sorted(notes - {""}))


def _translated(text: Any, digits: bool) -> tuple[str | None, str]:
    if not isinstance(text, str):
        return None, "the pattern is no text: dropped"
    new = regex.translate(text, digits)
    if new is None:
        return None, "the pattern is no regular expression that ECMAScript knows: dropped"
    return new, "" if new == text else "the pattern is Java's: translated"


def required(_: Scope, place: Place) -> str:
    """`required` on a property itself, repeated names, and names that a closed object does not have."""
    node, notes = place.node, []
    names = node.get("required", [])
    if "required" in node and not _is_list_of_names(names):
        names = [str(name) for name in names] if isinstance(names, list) else []
        notes.append("required is no list of names")
    for name, child in node.get("properties", {}).items():
        if not _has_required_flag(child):
            continue
        # Swagger's habit on parameters, carried over to a property: it means the list of the object.
        if str(child.pop("required")).lower() == "true":
            names = [*names, name]
        notes.append(f"required stands on the property {name}")
    if len(set(names)) < len(names):
        names = list(dict.fromkeys(names))
        notes.append("required repeats names")
    if missing := _refused_names(node, names):
        node["properties"].update({name: {} for name in missing})
        notes.append(f"{', '.join(missing)} required of a closed object that has no such property: added")
    if notes and names:
        node["required"] = names
    elif notes:
        node.pop("required", None)
    return "; ".join(notes)


def _is_list_of_names(required: Any) -> bool:
    return isinstance(required, list) and bool(required) and all(isinstance(name, str) for name in required)


def _has_required_flag(property_: Any) -> bool:
    """Whether a property is marked as required itself; a list there holds the names of its own properties."""
    if not isinstance(property_, dict):
        return False
    required = property_.get("required")
    return isinstance(required, str) or required in (True, False)


def _refused_names(node: Node, names: list[str]) -> list[str]:
    """The names that a closed object does not have, so that no value would fit it."""
    entries = node.get("properties")
    is_closed = node.get("additionalProperties") is False
    if not entries or not is_closed or {"allOf", "anyOf", "oneOf", "patternProperties"} & set(node):
        return []
    return [name for name in names if name not in entries]


def bounds(_: Scope, place: Place) -> str:
    """A lower bound above the upper one, or bounds on properties that the object's own names contradict."""
    node, wrong = place.node, []
    needed, most = node.get("required"), node.get("maxProperties")
    if isinstance(needed, list) and isinstance(most, int) and len(needed) > most:
        del node["maxProperties"]
        wrong.append(f"maxProperties {most} below the {len(needed)} that are required")
    for word in LOWER:
        low, high = node.get(word), _upper(node, word)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            del node[word]
            wrong.append(f"{word} {low} above {high}")
    return f"{', '.join(wrong)}: dropped" if wrong else ""


def _upper(node: Node, lower: str) -> Any:
    """The bound above a lower one; a closed object has no room for more than the properties that it names."""
    high = node.get(lower.replace("min", "max"))
    is_closed = node.get("additionalProperties") is False and "patternProperties" not in node
    if lower != "minProperties" or not is_closed:
        return high
    room = len(node.get("properties", {}))
    return min(high, room) if isinstance(high, int) else room
