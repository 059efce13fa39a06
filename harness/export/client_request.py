"""The parts of a step as clients with `{{variables}}` write them, and the scripts that their forms share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from harness.errors import UsageError
from harness.export.expectations import HidesCredentials
from harness.export.javascript_checks import COMMON, javascript_lines
from harness.export.standalone import Capture, Role, StandaloneTest, Step, Template, Variable

# Marks a value that is no text, so that its quotation marks can be taken away again.
_BARE = "\ue000"

Reference = Callable[[str], str]
"""A variable's name to how the client writes it: `{{ticket}}`."""


def template_text(template: Template, reference: Reference) -> str:
    """A template with the client's own references in it."""
    return "".join(reference(piece.name) if isinstance(piece, Variable) else piece for piece in template.pieces)


def url_of(step: Step, base: str, reference: Reference) -> str:
    """The URL with its query, encoded but for the references."""
    pairs = [f"{quote(name, safe='[]')}={_encoded(value, reference)}" for name, value in step.query]
    return base + template_text(step.path, reference) + (f"?{'&'.join(pairs)}" if pairs else "")


def _encoded(template: Template, reference: Reference) -> str:
    return "".join(
        reference(piece.name) if isinstance(piece, Variable) else quote(piece, safe="") for piece in template.pieces
    )


def body_text(step: Step, reference: Reference) -> str:
    """The body as text; empty where there is none. Raises `UsageError` for one that is no text."""
    if not step.has_json:
        try:
            return step.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError("the body is no text, which this form cannot hold", remedy="Use --as pytest.") from error
    text = json.dumps(_with_references(step.json, reference), indent=2, ensure_ascii=False)
    return text.replace(f'"{_BARE}', "").replace(f'{_BARE}"', "")


def _with_references(node: Any, reference: Reference) -> Any:
    if isinstance(node, Template):
        text = template_text(node, reference)
        return text if node.is_text else f"{_BARE}{text}{_BARE}"
    if isinstance(node, dict):
        return {key: _with_references(child, reference) for key, child in node.items()}
    return [_with_references(child, reference) for child in node] if isinstance(node, list) else node


def capture_lines(captures: tuple[Capture, ...], keep: Callable[[str, str], str]) -> Iterator[str]:
    """Statements that keep values of the answer, by `keep(name, expression)`; nothing of an answer that has none."""
    for capture in captures:
        value = f"at(isSuccess ? json() : null, {json.dumps(capture.parts)})[0]" if capture.parts else "json()"
        yield keep(capture.name, f"JSON.stringify({value})" if capture.is_list else value)


def checks_of(test: StandaloneTest, step: Step, secrets: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """The checks of a step by their names: of the last one what is expected, of any before it that it succeeded."""
    if step.role is Role.REMOVE:
        return
    if step is not test.steps[-1]:
        yield f"{step.title.lower()}: it succeeded", ['check(isSuccess, "the answer is a success");']
        return
    lines = [line for one in test.expectations for line in _lines(one, secrets)]
    yield f"{test.finding.operation}, {test.finding.check}", lines


def _lines(expectation: Any, secrets: tuple[str, ...]) -> list[str]:
    return javascript_lines(expectation, _javascript_text, secrets if isinstance(expectation, HidesCredentials) else ())


def _javascript_text(value: Any) -> str:
    """A template as an expression of JavaScript."""
    if not isinstance(value, Template):
        return json.dumps(value)
    pieces = [
        f"variable({json.dumps(piece.name)})" if isinstance(piece, Variable) else json.dumps(piece)
        for piece in value.pieces
    ]
    return " + ".join(pieces) or '""'


def script(prelude: tuple[str, ...], lines: Iterator[str]) -> list[str]:
    """A script with the prelude that its statements need."""
    return [*prelude, *COMMON, *lines]
