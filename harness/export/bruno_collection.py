"""A stand-alone test as a Bruno collection: a folder with one .bru file a request, which Bruno's own CLI runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from harness.export import client_request
from harness.export.standalone import MARK, Access, EnvironmentVariable, StandaloneTest, Step

PRELUDE = (
    "const status = res.getStatus();",
    'const text = typeof res.getBody() === "string" ? res.getBody() : JSON.stringify(res.getBody() ?? "");',
    "const json = () => JSON.parse(text);",
    "const header = (name) => res.getHeader(name);",
    "const variable = (name) => bru.getVar(name);",
    "const check = (condition, message) => expect(Boolean(condition), message).to.equal(true);",
)
_TOKEN = "access_token"


def files(test: StandaloneTest) -> dict[str, str]:
    """The files of the collection by their paths: `bruno.json`, and the requests in their order."""
    folder = f"finding_{test.id}"
    about = {
        "version": "1",
        "name": f"{test.finding.operation}: {test.finding.check} ({test.id})",
        "type": "collection",
    }
    texts = {f"{folder}/bruno.json": json.dumps(about, indent=2) + "\n"}
    requests = [_token_file(test.access)] if test.access.token else []
    requests += [_request_file(test, step) for step in (*test.steps, *test.removals)]
    for number, (title, parts) in enumerate(requests, 1):
        meta = _block("meta", [f"name: {number} {title}", "type: http", f"seq: {number}"])
        texts[f"{folder}/{number:02} {title}.bru"] = "\n\n".join([meta, *parts]) + "\n"
    return texts


def command(path: str) -> str:
    """How Bruno's CLI runs it; it reads the variables from the environment itself."""
    return f"cd {path} && bru run"


def _block(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{name} {{", *(f"  {line}" for text in lines for line in text.split("\n")), "}"])


def _request_file(test: StandaloneTest, step: Step) -> tuple[str, list[str]]:
    """The title of a request's file, and its blocks."""
    reference = _Reference(test.all_inputs)
    body = "none" if not (step.has_json or step.body) else "json" if step.has_json else "text"
    is_basic = step.is_signed and bool(test.access.user)
    url = client_request.url_of(step, reference(test.access.base_url), reference)
    lines = [f"url: {url}", f"body: {body}", f"auth: {'basic' if is_basic else 'none'}"]
    parts = [_block(step.method.lower(), lines)]
    if headers := _headers(test.access, step, reference):
        parts.append(_block("headers", headers))
    if is_basic:
        pairs = [f"username: {reference(test.access.user)}", f"password: {reference(test.access.secret)}"]
        parts.append(_block("auth:basic", pairs))
    if body != "none":
        parts.append(_block(f"body:{body}", [client_request.body_text(step, reference)]))
    parts += _scripts(test, step, reference)
    return step.title.replace(",", ""), parts


class _Reference:
    """Writes a variable: one of the environment from the process, any other as it was kept."""

    def __init__(self, inputs: Sequence[EnvironmentVariable]) -> None:
        self._inputs = {one.name for one in inputs}

    def __call__(self, name: str) -> str:
        return f"{{{{process.env.{name}}}}}" if name in self._inputs else f"{{{{{name}}}}}"


def _headers(access: Access, step: Step, reference: _Reference) -> list[str]:
    lines = [f"{name}: {value}" for name, value in step.headers]
    if access.org_header:
        lines.append(f"{access.org_header}: {reference(access.org)}")
    if step.is_signed and access.scheme and not access.user:
        lines.append(f"Authorization: {access.scheme} {reference(_TOKEN if access.token else access.secret)}")
    return lines


def _scripts(test: StandaloneTest, step: Step, reference: _Reference) -> Iterator[str]:
    before = []
    if test.uses_mark and step is test.steps[0]:
        before.append(f'bru.setVar("{MARK}", "deskcheck-" + Date.now().toString(36));')
    if step.needs:
        before.append(f'if (!bru.getVar("{step.needs}")) bru.runner.skipRequest();')
    if before:
        yield _block("script:pre-request", before)
    if captures := list(client_request.capture_lines(step.captures, _keep)):
        yield _block("script:post-response", client_request.script(PRELUDE, iter(captures)))
    secret = f'bru.getVar("{_TOKEN}")' if test.access.token else f'bru.getProcessEnv("{test.access.secret}")'
    tests: list[str] = []
    for name, lines in client_request.checks_of(test, step, (secret,)):
        tests += [f"test({json.dumps(name)}, function () {{", *(f"  {line}" for line in lines), "});"]
    if tests:
        yield _block("tests", client_request.script(PRELUDE, iter(tests)))


def _keep(name: str, value: str) -> str:
    return f'bru.setVar("{name}", {value});'


def _token_file(access: Access) -> tuple[str, list[str]]:
    """The request that gets an access token and keeps it."""
    token = access.token
    assert token is not None
    reference = _Reference(access.inputs)
    names = {one.name for one in access.inputs}
    fields: dict[str, Any] = {name: reference(value) if value in names else value for name, value in token.fields}
    host, slash, path = token.url.partition("/")
    is_json = token.media_type.endswith("json")
    lines = [f"url: {reference(host)}{slash}{path}", f"body: {'json' if is_json else 'formUrlEncoded'}", "auth: none"]
    body = [json.dumps(fields, indent=2)] if is_json else [f"{name}: {value}" for name, value in fields.items()]
    kept = f'bru.setVar("{_TOKEN}", res.getBody().{_TOKEN});'
    parts = [_block("post", lines), _block("body:json" if is_json else "body:form-urlencoded", body)]
    return "Gets an access token", [*parts, _block("script:post-response", [kept])]
