"""A request that should succeed for any operation of the Zoho Desk catalog, made from its document and the seed."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from zoho_portal import Portal, engine

from harness.formats.pointer import Parts, parts_of_reference, pointer_of
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.sandbox.call import ABSENT, Reply
from harness.sandbox.zoho.ids import FIRST_IDS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Values that no schema can know: a module's name, the name of a page, a pair of records that can be merged.
_PATHS = {"customModuleApiName": "cm_parts", "moduleApiName": "cm_parts", "moduleAPIName": "kbSections"}
_QUERY = {"permalink": "news", "ticketId": FIRST_IDS["tickets"], "workspaceId": "-1", "action": "START"}


def send(portal: Portal, operation: Operation) -> Reply:
    """Send the request of one operation."""
    plan = engine().plan(operation)
    values: dict[str, str] = {}
    for parent in plan.parents:
        values[parent.parameter] = _first(portal, parent.table, tuple(values.values()))
    if plan.target:
        values[plan.target] = _first(portal, plan.table, tuple(values.values()))
    values |= {name: _PATHS[name] for name in values if name in _PATHS}
    if "moduleAPIName" in values:
        values["entityId"] = FIRST_IDS["kbSections"]
    path = operation.path.removeprefix("/api/v1")
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    body = _body(portal, operation)
    if body is ABSENT and operation.media_types == ("multipart/form-data",):
        part = next(parameter.pointer.strip("/") for parameter in operation.fields)
        return portal.upload(path, part, **_query(operation))
    return portal.send(operation.method, path, body, **_query(operation))


def complaints(operation: Operation, reply: Reply) -> list[str]:
    """What the answer has wrong against the response that the document declares for its status."""
    if str(reply.status) not in operation.statuses:
        return [f"status {reply.status} is not declared"]
    tree = engine().models[operation.document].schemas.tree
    at: Parts = ("paths", operation.path, operation.method.lower(), "responses", str(reply.status))
    while "$ref" in (node := walk.lookup(tree, at)):
        at = parts_of_reference(node["$ref"])
    media = next((name for name in node.get("content", {}) if "json" in name), "")
    if not media:
        return []
    pointer = pointer_of((*at, "content", media, "schema")).replace("{", "%7B").replace("}", "%7D")
    reference = {"$schema": _DIALECT, "$ref": f"urn:{operation.document}#{pointer}"}
    validator = jsonschema_rs.validator_for(reference, registry=_registry())
    return [
        f"{pointer_of(tuple(map(str, error.instance_path)))}: {error.message}"
        for error in validator.iter_errors(reply.body)
    ]


_registries: list[Any] = []


def _registry() -> Any:
    if not _registries:
        trees = {name: model.schemas.tree for name, model in engine().models.items()}
        parts = ("components", "paths")
        roots = [
            (f"urn:{name}", {"$schema": _DIALECT, **{part: tree.get(part, {}) for part in parts}})
            for name, tree in trees.items()
        ]
        _registries.append(jsonschema_rs.Registry(roots))
    return _registries[0]


def _first(portal: Portal, table: str, scope: tuple[str, ...]) -> str:
    records = portal.org.store[table]
    near = [row for ident, row in records.rows.items() if records.scope.get(ident, scope) == scope]
    return next((str(row[records.key]) for row in near), next((str(row[records.key]) for row in records), "1"))


def _query(operation: Operation) -> dict[str, str]:
    model = engine().models[operation.document]
    item = model.schemas.tree["paths"][operation.path]
    raw = [*item.get("parameters", ()), *item[operation.method.lower()].get("parameters", ())]
    parameters = [walk.resolve(model.schemas.tree, parameter) for parameter in raw]
    query = {}
    for parameter in parameters:
        name = parameter["name"]
        if parameter["in"] != "query" or not (
            parameter.get("required") or (operation.document != "desk" and name == "ticketId")
        ):
            continue
        value = (
            _QUERY.get(name)
            or model.examples.record({"properties": {name: parameter["schema"]}, "required": [name]})[name]
        )
        query[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return query


def _body(portal: Portal, operation: Operation) -> Any:
    plan = engine().plan(operation)
    if plan.request is None:
        return ABSENT
    example = engine().model(plan).examples.value(plan.request)
    body: dict[str, Any] = example if isinstance(example, dict) else {}
    if operation.path.endswith("/merge"):
        body["ids"] = [list(portal.org.store[plan.parents[0].table].rows)[1]]
    elif operation.operation_id == "replaceTag":
        body["id"] = list(portal.org.store["ticketTags"].rows)[1]
    elif operation.operation_id == "updateDefaultOrganizaion":
        body["id"] = portal.first("organizations")
    elif operation.operation_id == "pinConversationOnTicket":
        body |= {"entityId": _first(portal, "tickets/comments", (FIRST_IDS["tickets"],)), "type": "comments"}
    return body
