"""Repairs inside schemas: references, types, null, enums, patterns, bounds."""

from __future__ import annotations

import json
from typing import Any

from harness.spec import walk
from harness.spec.repair import regex
from harness.spec.repair.places import Node, Place, spell
from harness.spec.repair.scope import Scope

_FLAGS = ("required", "nullable", "uniqueItems", "readOnly", "writeOnly", "deprecated", "explode", "allowReserved",
          "allowEmptyValue", "exclusiveMinimum", "exclusiveMaximum", "additionalProperties")  # fmt: skip
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "multipleOf")
WORDS = (*_FLAGS, *_COUNTS, *_NUMBERS)
_WORDS = frozenset(WORDS)
LOWER = ("minimum", "minLength", "minItems", "minProperties")
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
    if scope.leads(ref) or (place.kind == "schema" and not isinstance(ref, str)):
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
    lost = [
        name
        for name, one in examples.items()
        if isinstance(one, dict) and "$ref" in one and not _found(scope, one["$ref"])
    ]
    for name in lost:
        del examples[name]
    if not examples:
        del place.node["examples"]
    return f"examples {', '.join(lost)} lead nowhere: dropped" if lost else ""


def _found(scope: Scope, ref: Any) -> bool:
    value = scope.resolve({"$ref": ref})
    return isinstance(value, dict) and bool(value)


def dangling_discriminator(scope: Scope, place: Place) -> str:
    """A mapping to schemas that are not there: the alternatives themselves still hold."""
    mapping = place.node["discriminator"].get("mapping") if isinstance(place.node["discriminator"], dict) else None
    if not isinstance(mapping, dict) or all(scope.leads(ref) for ref in mapping.values()):
        return ""
    del place.node["discriminator"]
    return "the discriminator names schemas that are not there: dropped"


def words(_: Scope, place: Place) -> str:
    """Booleans and numbers written as text."""
    mended = []
    for word, value in list(place.node.items()) if str in map(type, place.node.values()) else ():
        if word not in _WORDS or not isinstance(value, str):
            continue
        new = _value(word, value)
        if new is None:
            del place.node[word]
        else:
            place.node[word] = new
        mended.append(f"{word} {value!r}")
    return f"{', '.join(mended)}: text where a value belongs" if mended else ""


def _value(word: str, text: str) -> bool | float | int | None:
    if word in _FLAGS:
        flag = {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().lower())
        return flag if flag is not None or not word.startswith("exclusive") else _number(text)
    number = _number(text)
    return int(number) if number is not None and word in _COUNTS else number


def _number(text: str) -> float | int | None:
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
    wrong = [name for name, one in entries.items() if not isinstance(one, dict | bool)]
    for name in wrong:
        entries[name] = {}
    return f"properties {', '.join(wrong)} are no schemas: any value" if wrong else ""


def type_name(scope: Scope, place: Place) -> str:
    """Names of types as other languages spell them, and lists of types where 3.0 knows none."""
    node, kind = place.node, place.node["type"]
    if isinstance(kind, str) and (kind in _TYPES or (kind == "null" and scope.json_schema)):
        return ""
    if isinstance(kind, list) and scope.json_schema and all(one in _TYPES or one == "null" for one in kind):
        return ""
    names = [
        _OTHER_NAMES.get(str(one).lower(), str(one).lower()) for one in (kind if isinstance(kind, list) else [kind])
    ]
    known = list(dict.fromkeys(name for name in names if name in _TYPES))
    null = "null" in names
    del node["type"]
    if scope.json_schema:
        known += ["null"] if null else []
    elif null and known:
        node["nullable"] = True
    elif null:
        node |= {"nullable": True, "enum": [None]}
        return "the type null is unknown to 3.0: taken as an enum of null"
    if len(known) == 1:
        node["type"] = known[0]
    elif scope.json_schema and known:
        node["type"] = known
    elif known:
        node.setdefault("anyOf", [{"type": name} for name in known])
    return f"type {json.dumps(kind)} is none of OpenAPI's: taken as {' or '.join(known) or 'any'}"


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


def null_parameter(scope: Scope, place: Place) -> str:
    """No query, path or header can carry null: it would travel as the text `null`."""
    if place.within != "parameter":
        return ""
    node = place.node
    if node.get("nullable") is True:
        del node["nullable"]
    elif isinstance(node["type"], list) and "null" in node["type"] and len(node["type"]) > 1:
        rest = [one for one in node["type"] if one != "null"]
        node["type"] = rest[0] if len(rest) == 1 else rest
    else:
        return ""
    return "a parameter cannot be null: null removed"


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
    number = _number(text) if kinds & {"integer", "number"} else None
    return text if number is None else number


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
    """A lower bound above the upper one, or above what a closed object can hold."""
    node, wrong = place.node, []
    for word in LOWER:
        low, high = node.get(word), node.get(word.replace("min", "max"))
        if word == "minProperties" and node.get("additionalProperties") is False and "patternProperties" not in node:
            room = len(node.get("properties", {}))
            high = room if not isinstance(high, int) else min(high, room)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            del node[word]
            wrong.append(f"{word} {low} above {high}")
    return f"{', '.join(wrong)}: dropped" if wrong else ""


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


def itself(scope: Scope, place: Place) -> str:
    """A schema that is all of itself: validators never come back from it.

    Where another schema of that name stood before it in the file, that is the one it means.
    """
    node, branches = place.node, place.node["allOf"]
    if not isinstance(branches, list):
        del node["allOf"]
        return "allOf is no list: dropped"
    me = "#" + walk.pointer_of(spell(place.at))
    rest = [one for one in branches if not (isinstance(one, dict) and one.get("$ref") == me)]
    if len(rest) == len(branches):
        return ""
    before = scope.earlier.get(str(place.key))
    if isinstance(before, dict):
        node["allOf"] = [before, *rest]
        return "the schema is all of an earlier one of its name: that one put in"
    if rest:
        node["allOf"] = rest
    else:
        del node["allOf"]
    return "the schema is all of itself: that branch dropped"
