"""Repairs of what a schema says about values: enums, patterns, required names, bounds."""

from __future__ import annotations

import json
from typing import Any

from harness.openapi.repair import regex
from harness.openapi.repair.places import Node, Place
from harness.openapi.repair.schemas import number
from harness.openapi.repair.scope import Scope

LOWER = ("minimum", "minLength", "minItems", "minProperties")


def enum_values(scope: Scope, place: Place) -> str:
    """Enums that are no list, are empty, repeat a value, or name values as text that the type forbids."""
    node, values = place.node, place.node["enum"]
    if not isinstance(values, list) or not values:
        del node["enum"]
        return "enum holds no list of values: dropped"
    kinds = _kinds(node)
    if kinds and "string" not in kinds:
        values = [_typed(one, kinds) if isinstance(one, str) else one for one in values]
    elif kinds == {"string"}:
        values = [("true" if one else "false") if isinstance(one, bool) else one for one in values]
        values = [str(one) if isinstance(one, int | float) and not isinstance(one, bool) else one for one in values]
    unique = list({json.dumps(one, sort_keys=True, default=str): one for one in values}.values())
    if unique == node["enum"]:
        return ""
    node["enum"] = unique
    return "enum repeats values or spells them in another type: mended"


def _kinds(node: Node) -> set[str]:
    kind = node.get("type")
    return ({kind} if isinstance(kind, str) else set(kind) if isinstance(kind, list) else set()) - {"null"}


def _typed(text: str, kinds: set[str]) -> Any:
    if "boolean" in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    value = number(text) if kinds & {"integer", "number"} else None
    return text if value is None else value


def enum_null(scope: Scope, place: Place) -> str:
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
    digits = bool(_kinds(node) & {"integer", "number"})
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
    names = node.get("required")
    if "required" in node and not (isinstance(names, list) and names and all(isinstance(one, str) for one in names)):
        names = [str(one) for one in names] if isinstance(names, list) else []
        notes.append("required is no list of names")
    entries = node.get("properties", {})
    for name, child in entries.items():
        if isinstance(child, dict) and (
            child.get("required") in (True, False) or isinstance(child.get("required"), str)
        ):
            # Swagger's habit on parameters, carried over to a property: it means the list of the object.
            if str(child.pop("required")).lower() == "true":
                names = [*(names or []), name]
            notes.append(f"required stands on the property {name}")
    if isinstance(names, list) and len(set(names)) < len(names):
        names = list(dict.fromkeys(names))
        notes.append("required repeats names")
    if (
        names
        and node.get("additionalProperties") is False
        and not {"allOf", "anyOf", "oneOf", "patternProperties"} & set(node)
    ):
        missing = [name for name in names if name not in entries]
        if missing and entries:
            entries.update({name: {} for name in missing})
            notes.append(f"{', '.join(missing)} required of a closed object that has no such property: added")
    if notes and names:
        node["required"] = names
    elif notes:
        node.pop("required", None)
    return "; ".join(notes)


def bounds(_: Scope, place: Place) -> str:
    """A lower bound above the upper one, or bounds on properties that the object's own names contradict."""
    node, wrong = place.node, []
    needed, most = node.get("required"), node.get("maxProperties")
    if isinstance(needed, list) and isinstance(most, int) and len(needed) > most:
        del node["maxProperties"]
        wrong.append(f"maxProperties {most} below the {len(needed)} that are required")
    for word in LOWER:
        low, high = node.get(word), node.get(word.replace("min", "max"))
        if word == "minProperties" and node.get("additionalProperties") is False and "patternProperties" not in node:
            room = len(node.get("properties", {}))
            high = room if not isinstance(high, int) else min(high, room)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            del node[word]
            wrong.append(f"{word} {low} above {high}")
    return f"{', '.join(wrong)}: dropped" if wrong else ""
