"""The part of an answer (or of a request) that a finding is about, short enough to read."""

from __future__ import annotations

import json
from typing import Any

from harness import checks
from harness.checks.check import Subject
from harness.finding import Finding
from harness.formats.json_text import NOT_JSON, json_or
from harness.formats.pointer import parts_of

LONGEST = 1_500
# Larger bodies are shown from their beginning: a report reads many, and each would take its time.
_READ = 256 * 1024


def excerpt(finding: Finding, size: int = LONGEST) -> str:
    """The object that the pointer leads into, its wrong key first; the beginning of the body where there is none.

    Empty for a finding without an exchange. At most `size` characters.
    """
    if finding.exchange is None:
        return ""
    check = checks.named(finding.check)
    is_about_request = check.subject is Subject.REQUEST
    body = finding.exchange.request.body if is_about_request else finding.exchange.response.body
    shown = _object(body, finding.pointer)
    return _cut(body[: size + 4].decode("utf-8", "replace") if shown is None else shown, size)


def _object(body: bytes, pointer: str) -> str | None:
    if len(body) > _READ:
        return None
    node = json_or(body, NOT_JSON)
    if node is NOT_JSON:
        return None
    for part in parts_of(pointer):
        child = _step(node, part)
        if not isinstance(child, dict | list):
            return _dump(_first(node, part))
        node = child
    return _dump(node)


def _step(node: Any, part: str) -> Any:
    if isinstance(node, list):
        return node[int(part)] if part.isdecimal() and int(part) < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


def _first(node: Any, part: str) -> Any:
    """The same object with one key before the others, so that a cut never hides it."""
    return {part: node[part]} | node if isinstance(node, dict) and part in node else node


def _dump(node: Any) -> str:
    return json.dumps(node, indent=2, ensure_ascii=False)


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 2] + "\n…"
