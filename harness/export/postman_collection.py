"""A stand-alone test as a Postman collection (format 2.1), which Newman runs as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.export import client_request
from harness.export.standalone import MARK, Access, StandaloneTest, Step

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PRELUDE = (
    "const status = pm.response.code;",
    "const text = pm.response.text();",
    "const json = () => JSON.parse(text);",
    "const header = (name) => pm.response.headers.get(name);",
    "const variable = (name) => pm.variables.get(name);",
    "const check = (condition, message) => pm.expect(Boolean(condition), message).to.equal(true);",
)
_TOKEN = "access_token"


def files(test: StandaloneTest) -> dict[str, str]:
    """The collection as the one file of this form, by its name."""
    return {f"finding_{test.id}.postman_collection.json": json.dumps(collection(test), indent=2) + "\n"}


def command(test: StandaloneTest, path: str) -> str:
    """How Newman runs it, with the variables of the environment."""
    handed_on = " ".join(f'--env-var "{one.name}=${one.name}"' for one in test.all_inputs)
    return f"newman run {path} {handed_on}"


def collection(test: StandaloneTest) -> dict[str, Any]:
    """The collection as data: token, set-up, the requests in question, and what takes back what was made."""
    steps = [*test.steps, *test.removals]
    items = [_item(test, step, number) for number, step in enumerate(steps, 1)]
    if test.access.token:
        items.insert(0, _token_item(test.access))
    return {
        "info": {"name": _name(test), "description": _description(test), "schema": SCHEMA},
        "event": [_event("prerequest", [_NEW_MARK])] if test.uses_mark else [],
        "variable": [{"key": one.name, "value": one.default} for one in test.all_inputs if one.default],
        "item": items,
    }


_NEW_MARK = (
    f'if (!pm.collectionVariables.get("{MARK}")) pm.collectionVariables.set("{MARK}", '
    f'"deskcheck-" + pm.variables.replaceIn("{{{{$guid}}}}").slice(0, 13));'
)


def _name(test: StandaloneTest) -> str:
    return f"{test.finding.operation}: {test.finding.check} ({test.id})"


def _description(test: StandaloneTest) -> str:
    inputs = "\n".join(f"- `{one.name}`: {one.meaning}" for one in test.all_inputs)
    parts = [test.sentence, f"Expected by: {test.document}.", test.note, f"Variables of the environment:\n{inputs}"]
    return "\n\n".join(part for part in parts if part)


def _reference(name: str) -> str:
    return f"{{{{{name}}}}}"


def _item(test: StandaloneTest, step: Step, number: int) -> dict[str, Any]:
    events = []
    if step.needs:
        events.append(_event("prerequest", [f'if (!pm.variables.get("{step.needs}")) pm.execution.skipRequest();']))
    if lines := list(_statements(test, step)):
        events.append(_event("test", client_request.script(PRELUDE, iter(lines))))
    return {"name": f"{number} {step.title}", "event": events, "request": _request(test.access, step)}


def _event(listen: str, lines: list[str]) -> dict[str, Any]:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": lines}}


def _statements(test: StandaloneTest, step: Step) -> Iterator[str]:
    yield from client_request.capture_lines(step.captures, _keep)
    secrets = (f'variable("{_TOKEN if test.access.token else test.access.secret}")',)
    for name, lines in client_request.checks_of(test, step, secrets):
        yield f"pm.test({json.dumps(name)}, () => {{"
        yield from (f"  {line}" for line in lines)
        yield "});"


def _keep(name: str, value: str) -> str:
    return f'pm.collectionVariables.set("{name}", {value});'


def _request(access: Access, step: Step) -> dict[str, Any]:
    headers = [{"key": name, "value": value} for name, value in step.headers]
    if access.org_header:
        headers.append({"key": access.org_header, "value": _reference(access.org)})
    request: dict[str, Any] = {"method": step.method, "auth": {"type": "noauth"}}
    if step.is_signed and access.user:
        pairs = {"username": access.user, "password": access.secret}
        basic = [{"key": key, "value": _reference(name), "type": "string"} for key, name in pairs.items()]
        request["auth"] = {"type": "basic", "basic": basic}
    elif step.is_signed and access.scheme:
        token = _TOKEN if access.token else access.secret
        headers.append({"key": "Authorization", "value": f"{access.scheme} {_reference(token)}"})
    request["header"] = headers
    if step.has_json or step.body:
        request["body"] = {"mode": "raw", "raw": client_request.body_text(step, _reference)}
    request["url"] = client_request.url_of(step, _reference(access.base_url), _reference)
    return request


def _token_item(access: Access) -> dict[str, Any]:
    """The request that gets an access token and keeps it."""
    token = access.token
    assert token is not None
    names = {one.name for one in access.inputs}
    fields = {name: _reference(value) if value in names else value for name, value in token.fields}
    host, slash, path = token.url.partition("/")
    body: dict[str, Any] = {"mode": "raw", "raw": json.dumps(fields)}
    if not token.media_type.endswith("json"):
        body = {"mode": "urlencoded", "urlencoded": [{"key": key, "value": value} for key, value in fields.items()]}
    lines = [
        f'pm.collectionVariables.set("{_TOKEN}", json().{_TOKEN});',
        'pm.test("an access token came", () => check(variable("access_token"), text));',
    ]
    return {
        "name": "0 Gets an access token",
        "event": [_event("test", client_request.script(PRELUDE, iter(lines)))],
        "request": {
            "method": "POST",
            "auth": {"type": "noauth"},
            "header": [{"key": "Content-Type", "value": token.media_type}],
            "body": body,
            "url": _reference(host) + slash + path,
        },
    }
