"""Repairs around operations: templates, parameters, statuses, ids, security."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.openapi import walk
from harness.openapi.paths import parameter_names, template_shape
from harness.openapi.repair.places import Node, Place, keys_of
from harness.openapi.repair.scope import Scope
from harness.openapi.walk import METHODS

_STATUS = re.compile(r"([1-5])(\d\d|[xX]{2})")
_PLACES = ("path", "query", "header", "cookie")
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
# Words of a schema that Swagger 2 puts on the parameter itself.
_SCHEMA_WORDS = ("type", "format", "enum", "items", "pattern", "minimum", "maximum", "minLength", "maxLength",
                 "default")  # fmt: skip


def path_twins(tree: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """Templates that differ only in the names of their parameters become the first of them."""
    paths: Node = tree["paths"] if isinstance(tree.get("paths"), dict) else {}
    first_of: dict[str, str] = {}
    for path in list(paths):
        shape = template_shape(path)
        first = first_of.setdefault(shape, path)
        if first == path or not isinstance(paths[path], dict) or not isinstance(paths[first], dict):
            continue
        names = dict(zip(parameter_names(path), parameter_names(first), strict=True))
        _add_operations(tree, paths[first], paths.pop(path), names)
        yield ("paths", path), f"the same template as {first}: merged into it"


def _add_operations(tree: Node, target: Node, item: Node, names: dict[str, str]) -> None:
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
        own = [_renamed(tree, parameter, names) for parameter in [*shared, *operation.get("parameters", [])]]
        target[method] = {**operation, "parameters": own}


def _renamed(tree: Node, parameter: Any, names: dict[str, str]) -> Any:
    declared = walk.resolve(tree, parameter)
    if _name_in_path(declared) in names:
        return {**declared, "name": names[declared["name"]]}
    return parameter


def path_parameters(scope: Scope, place: Place) -> str:
    """Parameters that the template names and the document does not declare, and the other way round."""
    operation, item = place.node, place.holder
    wanted = list(dict.fromkeys(parameter_names(keys_of(place.at)[-2])))
    declared: list[str] = []
    dropped: list[str] = []
    for holder in (item, operation):
        listed = holder.get("parameters")
        if not isinstance(listed, list):
            continue
        names = [_name_in_path(scope.resolve(parameter)) for parameter in listed]
        declared += [name for name in names if name in wanted]
        surplus = [name for name in names if name is not None and name not in wanted]
        if surplus:
            dropped += surplus
            pairs = zip(listed, names, strict=True)
            holder["parameters"] = [parameter for parameter, name in pairs if name not in surplus]
    notes = []
    if missing := [name for name in wanted if name not in declared]:
        own = operation["parameters"] if isinstance(operation.get("parameters"), list) else []
        added = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in missing]
        operation["parameters"] = [*own, *added]
        notes.append(f"{', '.join(missing)} not declared: added as text")
    if dropped:
        notes.append(f"{', '.join(dropped)} not in the template: dropped")
    return "; ".join(notes)


def _name_in_path(parameter: Any) -> str | None:
    """The name of a parameter of the path; None for any other parameter."""
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
    path, method = keys_of(place.at)[-2:]
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
    responses = place.node["responses"]
    if not isinstance(responses, dict):
        place.node["responses"] = {}
        return "responses is no mapping: dropped"
    wrong = []
    for key in list(responses):
        new = _status(str(key))
        if new == key and isinstance(responses[key], dict):
            continue
        value = responses.pop(key)
        wrong.append(str(key))
        if new and isinstance(value, dict):
            responses.setdefault(new, value)
    return f"responses {', '.join(wrong)} are no statuses: mended or dropped" if wrong else ""


def _status(key: str) -> str:
    if key == "default" or key.startswith("x-"):
        return key
    status = _STATUS.match(key)
    return status[1] + status[2].upper() if status else ""


def parameter_place(_: Scope, place: Place) -> str:
    """Where a parameter stands, and that a path's parameter is always there."""
    node = place.node
    where = node["in"]
    if where not in _PLACES:
        node["in"] = str(where).lower() if str(where).lower() in _PLACES else "query"
        return f"in: {where!r} is no place for a parameter: taken as {node['in']}"
    if where == "path" and node.get("required") is not True:
        node["required"] = True
        return "a path parameter is always required"
    return ""


def parameter_schema(_: Scope, place: Place) -> str:
    """Parameters without a schema; Swagger 2 wrote its words beside the name."""
    node = place.node
    if "schema" in node or "content" in node or "$ref" in node:
        return ""
    node["schema"] = {word: node.pop(word) for word in _SCHEMA_WORDS if word in node}
    return "a parameter without a schema: one made of what is known"


def style(_: Scope, place: Place) -> str:
    """Styles that do not exist at that place; `simple` in a query means values with commas between them."""
    node = place.node
    where, given = node.get("in"), node["style"]
    if where not in _STYLES or given in _STYLES[where]:
        return ""
    del node["style"]
    if where == "query":
        node["style"], node["explode"] = "form", False
    else:
        node.pop("explode", None)
    return f"the style {given!r} does not exist in a {where}: the usual one taken"
