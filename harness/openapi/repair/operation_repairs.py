"""Repairs around operations: templates, parameters, statuses, ids, security."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.openapi import walk
from harness.openapi.outline import METHODS
from harness.openapi.paths import parameter_names, template_shape
from harness.openapi.repair.places import Node, Place, spell
from harness.openapi.repair.scope import Scope

_STATUS = re.compile(r"([1-5])(\d\d|[xX]{2})")
_PLACES = ("path", "query", "header", "cookie")
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
# Words of a schema that Swagger 2 puts on the parameter itself.
_SCHEMA_WORDS = (
    "type",
    "format",
    "enum",
    "items",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "default",
)


def twins(tree: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """Templates that differ only in the names of their parameters become the first of them."""
    paths: Node = tree["paths"] if isinstance(tree.get("paths"), dict) else {}
    first: dict[str, str] = {}
    for path in list(paths):
        shape = template_shape(path)
        if shape not in first or not isinstance(paths[path], dict) or not isinstance(paths[first[shape]], dict):
            first.setdefault(shape, path)
            continue
        target = paths[first[shape]]
        names = dict(zip(parameter_names(path), parameter_names(first[shape]), strict=True))
        _adopt(tree, target, paths.pop(path), names)
        yield ("paths", path), f"the same template as {first[shape]}: merged into it"


def _adopt(tree: Node, target: Node, item: Node, names: dict[str, str]) -> None:
    """Operations of a twin under the first one's parameter names; a method that both have keeps the first."""
    shared = item.get("parameters", [])
    for method in METHODS:
        operation = item.get(method)
        if not isinstance(operation, dict):
            continue
        if isinstance(target.get(method), dict):
            also = target[method].setdefault("x-also", [])
            also.append(str(operation.get("operationId", method)))
            continue
        own = [_renamed(tree, one, names) for one in [*shared, *operation.get("parameters", [])]]
        target[method] = {**operation, "parameters": own}


def _renamed(tree: Node, parameter: Any, names: dict[str, str]) -> Any:
    found = walk.resolve(tree, parameter)
    if isinstance(found, dict) and found.get("in") == "path" and found.get("name") in names:
        return {**found, "name": names[found["name"]]}
    return parameter


def path_parameters(scope: Scope, place: Place) -> str:
    """Parameters that the template names and nobody declares, and declared ones that it does not name."""
    operation, item = place.node, place.holder
    wanted = list(dict.fromkeys(parameter_names(spell(place.at)[-2])))
    declared: list[str] = []
    dropped: list[str] = []
    for holder in (item, operation):
        listed = holder.get("parameters")
        if not isinstance(listed, list):
            continue
        names = [_name_in_path(scope.resolve(one)) for one in listed]
        declared += [name for name in names if name in wanted]
        strays = [name for name in names if name is not None and name not in wanted]
        if strays:
            dropped += strays
            holder["parameters"] = [one for one, name in zip(listed, names, strict=True) if name not in strays]
    notes = []
    if missing := [name for name in wanted if name not in declared]:
        own = operation["parameters"] if isinstance(operation.get("parameters"), list) else []
        made = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in missing]
        operation["parameters"] = [*own, *made]
        notes.append(f"{', '.join(missing)} not declared: added as text")
    if dropped:
        notes.append(f"{', '.join(dropped)} not in the template: dropped")
    return "; ".join(notes)


def _name_in_path(parameter: Any) -> str | None:
    """The name of a parameter of the path, None for any other one."""
    if not isinstance(parameter, dict) or parameter.get("in") != "path" or "name" not in parameter:
        return None
    return str(parameter["name"])


def operation_id(scope: Scope, place: Place) -> str:
    """Two operations of one name: the later gets its method and path added."""
    name = place.node.get("operationId")
    if not isinstance(name, str) or not name:
        return ""
    if name not in scope.ids:
        scope.ids.add(name)
        return ""
    path, method = spell(place.at)[-2:]
    new = "_".join([name, method, *re.findall(r"\w+", path)])
    place.node["operationId"] = new
    scope.ids.add(new)
    return f"the operationId {name!r} is taken: now {new}"


def security(scope: Scope, place: Place) -> str:
    """A security scheme that the document does not define, where it defines just one."""
    options = place.node["security"]
    if len(scope.schemes) != 1 or not isinstance(options, list):
        return ""
    only = scope.schemes[0]
    wrong = [name for option in options if isinstance(option, dict) for name in option if name != only]
    if not wrong:
        return ""
    place.node["security"] = [
        {only if name in wrong else name: scopes for name, scopes in option.items()}
        for option in options
        if isinstance(option, dict)
    ]
    return f"the security scheme {wrong[0]!r} is not defined: taken as {only!r}"


def statuses(_: Scope, place: Place) -> str:
    """Response keys that are no status: numbers, lower-case ranges, a code with its phrase."""
    answers = place.node["responses"]
    if not isinstance(answers, dict):
        place.node["responses"] = {}
        return "responses is no mapping: dropped"
    wrong = []
    for key in list(answers):
        new = _status(str(key))
        if new == key and isinstance(answers[key], dict):
            continue
        value = answers.pop(key)
        wrong.append(str(key))
        if new and isinstance(value, dict):
            answers.setdefault(new, value)
    return f"responses {', '.join(wrong)} are no statuses: mended or dropped" if wrong else ""


def _status(key: str) -> str:
    if key == "default" or key.startswith("x-"):
        return key
    found = _STATUS.match(key)
    return found[1] + found[2].upper() if found else ""


def place(_: Scope, spot: Place) -> str:
    """Where a parameter stands, and that a path's parameter is always there."""
    node = spot.node
    where = node["in"]
    if where not in _PLACES:
        node["in"] = str(where).lower() if str(where).lower() in _PLACES else "query"
        return f"in: {where!r} is no place for a parameter: taken as {node['in']}"
    if where == "path" and node.get("required") is not True:
        node["required"] = True
        return "a path parameter is always required"
    return ""


def parameter_schema(_: Scope, spot: Place) -> str:
    """Parameters without a schema; Swagger 2 wrote its words beside the name."""
    node = spot.node
    if "schema" in node or "content" in node or "$ref" in node:
        return ""
    node["schema"] = {word: node.pop(word) for word in _SCHEMA_WORDS if word in node}
    return "a parameter without a schema: one made of what is known"


def style(_: Scope, spot: Place) -> str:
    """Styles that do not exist at that place; `simple` in a query means values with commas between them."""
    node = spot.node
    where, given = node.get("in"), node["style"]
    if where not in _STYLES or given in _STYLES[where]:
        return ""
    del node["style"]
    if where == "query":
        node["style"], node["explode"] = "form", False
    else:
        node.pop("explode", None)
    return f"the style {given!r} does not exist in a {where}: the usual one taken"
