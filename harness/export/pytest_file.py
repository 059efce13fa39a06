"""A stand-alone test as a file for pytest that needs httpx and nothing of deskcheck."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from harness.export import python_checks, python_source
from harness.export.expectations import HidesCredentials
from harness.export.python_source import call, indented, literal, template_source
from harness.export.standalone import MARK, Access, EnvironmentVariable, Role, StandaloneTest, Step
from harness.export.value_rules import python_text

TIMEOUT = 60
"""Seconds for one answer, as in deskcheck."""


def pytest_file(test: StandaloneTest) -> str:
    """The whole file, as ruff would format it."""
    body = [*_fixtures(test), _test_function(test)]
    checks = "\n".join(body)
    helper = [python_checks.VALUES_AT.strip("\n")] if "values_at(" in checks else []
    head = [_docstring(test), *_imports(test, checks)]
    constants = "\n".join(_constants(test))
    parts = ["\n".join(head), *([constants] if constants else [])]
    return "\n\n".join(parts) + "\n\n\n" + "\n\n\n".join([*helper, *body]) + "\n"


def file_name(test: StandaloneTest) -> str:
    """A name by which pytest collects the file."""
    return f"test_{_snake(test.finding.operation.partition(':')[2])}_{test.id}.py"


def _docstring(test: StandaloneTest) -> str:
    place = f" at {test.finding.pointer}" if test.finding.pointer else ""
    lines = [f"{test.finding.operation}, {test.finding.check}{place} (deskcheck finding {test.id}).", ""]
    lines += textwrap.wrap(test.sentence, python_source.WIDTH)
    lines += ["", f"Expected by: {test.document}."]
    if test.note:
        lines += textwrap.wrap(test.note, python_source.WIDTH)
    lines += ["", "Environment:"]
    for one in test.all_inputs:
        lines.append(f"  {one.name}  {one.meaning}" + (f"; default: {one.default}" if one.default else ""))
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{text}\n"""'


def _imports(test: StandaloneTest, checks: str) -> Iterator[str]:
    yield ""
    standard = [*python_checks.imports_of(checks.splitlines()), "os", *(["uuid"] if test.uses_mark else [])]
    yield from (f"import {name}" for name in sorted(standard))
    yield ""
    yield "import httpx"
    yield "import pytest"


def _constants(test: StandaloneTest) -> Iterator[str]:
    if test.uses_mark:
        yield f'{MARK} = f"deskcheck-{{uuid.uuid4().hex[:12]}}"'
    for one in test.inputs:
        yield f"{one.name} = {_read(one)}"


def _read(one: EnvironmentVariable) -> str:
    """How the file reads an environment variable."""
    if not one.default:
        return f"os.environ[{python_text(one.name)}]"
    return f"os.environ.get({python_text(one.name)}, {python_text(one.default)})"


def _read_named(access: Access, name: str) -> str:
    """How the file reads what goes by the name of an input; any other text is itself."""
    return next((_read(one) for one in access.inputs if one.name == name), python_text(name))


def _fixtures(test: StandaloneTest) -> Iterator[str]:
    yield _client_fixture(test.access)
    if any(not step.is_signed for step in test.steps):
        yield _anonymous_fixture(test.access)
    for step in test.steps:
        if step.role in (Role.FIND, Role.CREATE):
            yield _record_fixture(test, step)


def _client_fixture(access: Access) -> str:
    lines = ["@pytest.fixture", "def client():", '    """Sends with the credentials of the environment."""']
    arguments = [f"base_url={_read_named(access, access.base_url)}", f"timeout={TIMEOUT}"]
    headers = _org_header(access)
    if access.token:
        lines += [indented(_token_call(access)), indented("response.raise_for_status()")]
        lines.append(indented('token = response.json()["access_token"]'))
        headers.append(f'"authorization": f"{access.scheme} {{token}}"')
    elif access.user:
        user, secret = (_read_named(access, name) for name in (access.user, access.secret))
        arguments.append(f"auth=({user}, {secret})")
    elif access.scheme:
        headers.append(f'"authorization": "{access.scheme} " + {_read_named(access, access.secret)}')
    if headers:
        arguments.append(f"headers={{{', '.join(headers)}}}")
    return "\n".join([*lines, *_with_client(arguments)])


def _anonymous_fixture(access: Access) -> str:
    lines = ["@pytest.fixture", "def anonymous():", '    """Sends without credentials."""']
    arguments = [f"base_url={_read_named(access, access.base_url)}", f"timeout={TIMEOUT}"]
    if headers := _org_header(access):
        arguments.append(f"headers={{{', '.join(headers)}}}")
    return "\n".join([*lines, *_with_client(arguments)])


def _with_client(arguments: list[str]) -> Iterator[str]:
    opening = call("httpx.Client", arguments)
    yield indented(f"with {opening} as client:")
    yield indented("yield client", 2)


def _org_header(access: Access) -> list[str]:
    if not access.org_header:
        return []
    return [f"{python_text(access.org_header)}: {_read_named(access, access.org)}"]


def _token_call(access: Access) -> str:
    assert access.token is not None
    form = "json" if access.token.media_type.endswith("json") else "data"
    rows = [f"{python_text(name)}: {_read_named(access, value)}" for name, value in access.token.fields]
    fields = python_source.block(f"{form}={{", rows, "}")
    return f"response = {call('httpx.post', [_token_url(access), fields])}"


def _token_url(access: Access) -> str:
    """The URL of the token call, whose host may be an input."""
    assert access.token is not None
    name, slash, path = access.token.url.partition("/")
    inputs = {one.name for one in access.inputs}
    return (
        f"{_read_named(access, name)} + {python_text(slash + path)}"
        if name in inputs
        else python_text(access.token.url)
    )


def _record_fixture(test: StandaloneTest, step: Step) -> str:
    """A fixture of the record's id: made for the test and removed after it, or found."""
    (capture,) = step.captures
    removals = [one for one in test.removals if one.needs == capture.name]
    words = ["@pytest.fixture", f"def {capture.name}({', '.join(['client', *_arguments(step, test, removals)])}):"]
    words.append(f'    """{step.title}."""')
    words.append(indented(f"response = {_request(step)}"))
    words.append(indented("response.raise_for_status()"))
    words.append(indented(f"{capture.name} = {_captured(capture.parts)}"))
    if step.role is Role.FIND:
        return "\n".join([*words[:-1], indented(f"return {_captured(capture.parts)}")])
    words.append(indented(f"yield {capture.name}"))
    words += [indented(_request(removal)) for removal in removals]
    return "\n".join(words)


def _captured(parts: tuple[str, ...]) -> str:
    return "response.json()" + "".join(f"[{part if part.isdigit() else python_text(part)}]" for part in parts)


def _test_function(test: StandaloneTest) -> str:
    sends = [step for step in test.steps if step.role is Role.SEND]
    captured_here = {capture.name for step in sends for capture in step.captures}
    removals = [one for one in test.removals if one.needs in captured_here]
    fixtures = dict.fromkeys(name for step in sends for name in _arguments(step, test, []))
    clients = ["client"] if any(step.is_signed for step in sends) or removals else []
    clients += ["anonymous"] if any(not step.is_signed for step in sends) else []
    checked = [line for one in test.expectations for line in _statements(test, one)]
    lines = [line for step in sends for line in _send(step, is_last=step is sends[-1])]
    if removals:
        lines = [*lines, *_removing(removals, checked)]
    else:
        lines += checked
    name = f"test_{_snake(test.finding.operation.partition(':')[2])}_{_snake(test.finding.check)}"
    return "\n".join([f"def {name}({', '.join([*clients, *fixtures])}):", *map(indented, lines)])


def _statements(test: StandaloneTest, expectation: object) -> list[str]:
    secrets: tuple[str, ...] = ()
    if isinstance(expectation, HidesCredentials) and test.access.secret:
        secrets = (_read_named(test.access, test.access.secret),)
    return python_checks.python_lines(expectation, template_source, secrets)  # type: ignore[arg-type]


def _send(step: Step, *, is_last: bool) -> Iterator[str]:
    yield f"response = {_request(step)}"
    if not is_last:
        yield "response.raise_for_status()"
    for capture in step.captures:
        # Where the answer is a refusal, as it should be, it names no record.
        condition = " if response.is_success else None" if is_last and step.method != "GET" else ""
        yield f"{capture.name} = {_captured(capture.parts)}{condition}"


def _removing(removals: list[Step], checked: list[str]) -> Iterator[str]:
    """The statements that are held to, and the removal of what the request made, whatever comes of them."""
    yield "try:"
    yield from map(indented, checked)
    yield "finally:"
    yield indented(f"if {removals[0].needs}:")
    yield from (indented(_request(step), 2) for step in removals)


def _arguments(step: Step, test: StandaloneTest, removals: list[Step]) -> list[str]:
    """The fixtures that a step's request needs, and the requests that take back what it makes."""
    of_fixtures = {
        capture.name for one in test.steps if one.role in (Role.FIND, Role.CREATE) for capture in one.captures
    }
    own = {capture.name for capture in step.captures}
    used = step.variables.union(*(removal.variables for removal in removals))
    return sorted((used & of_fixtures) - own)


def _request(step: Step) -> str:
    """The call that sends a step."""
    client = "client" if step.is_signed else "anonymous"
    headers = dict(step.headers)
    arguments = [template_source(step.path)]
    if step.query:
        arguments.append(f"params={_query(step)}")
    if step.has_json and step.json is not None and headers.get("content-type") == "application/json":
        del headers["content-type"]
        arguments.append(f"json={literal(step.json)}")
    elif step.has_json:
        arguments.append(f"content={'b' + python_text('null') if step.json is None else _dumped(step)}")
    elif step.body:
        arguments.append(f"content={step.body!r}")
    if headers:
        arguments.append(f"headers={literal(headers)}")
    if step.method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") and _method_takes(step):
        return call(f"{client}.{step.method.lower()}", arguments)
    return call(f"{client}.request", [python_text(step.method), *arguments])


def _method_takes(step: Step) -> bool:
    """Whether the library's short form of the method takes a body, where there is one."""
    return step.method in ("POST", "PUT", "PATCH") or not (step.has_json or step.body)


def _dumped(step: Step) -> str:
    return f"json.dumps({literal(step.json)})"


def _query(step: Step) -> str:
    """The parameters as a dict, or as pairs where a name is there twice."""
    names = [name for name, _ in step.query]
    if len(names) == len(set(names)):
        return literal(dict(step.query))
    pairs = ", ".join(f"({python_text(name)}, {template_source(value)})" for name, value in step.query)
    return f"[{pairs}]"


def _snake(text: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", text)
    return words.strip("_").lower()
