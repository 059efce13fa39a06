"""What a reader needs to see each finding again: request, answer, curl and replay, packed for the page."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from harness import checks
from harness.exchange import Exchange, Headers
from harness.report import curl, excerpt, text
from harness.report.causes import Cause, DistinctFinding
from harness.report.history import RunHistory

# What is shown of a body, the first that fits: of many findings less each, and of every one something.
_EXCERPTS = (excerpt.LONGEST, 700, 300, 120)
_LONGEST_COMMAND = 20_000
_LONGEST_WORD = 400
NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Exchanges:
    """The exchanges of a page, each once: many findings come from one answer."""

    size: int
    secret_variables: Mapping[str, str]
    rows: list[dict[str, str]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def place_of(self, exchange: Exchange, member: DistinctFinding) -> int:
        """The index of an exchange in the rows, to which it is added when it is new."""
        # By identity: to hash an exchange means to read its bodies, and what is read from one file is shared already.
        place = self.places.get(id(exchange))
        if place is None:
            place = self.places[id(exchange)] = len(self.rows)
            variables = (self.secret_variables.get(target, "") for target in member.targets)
            self.rows.append(_exchange(exchange, member.vendor, self.size, next(filter(None, variables), "")))
        return place


def packed(
    causes: Iterable[Cause], past: RunHistory, room: int, secret_variables: Mapping[str, str] = NO_VARIABLES
) -> str:
    """The evidence of all causes and findings as JSON, compressed (zlib) and in base64.

    Where it is longer than `room` characters, less is shown of each body, but something of every one.
    `secret_variables` are those of the targets, by name: curl commands name them.
    Text in it is as unsafe as a server can make it; what would be invisible is written out, and the page shows it as
    text only.
    """
    shown = tuple(causes)
    for size in _EXCERPTS:
        blob = base64.b64encode(zlib.compress(document(shown, past, size, secret_variables), 9)).decode("ascii")
        if len(blob) <= room:
            break
    return blob


def document(
    causes: Iterable[Cause],
    past: RunHistory,
    size: int = excerpt.LONGEST,
    secret_variables: Mapping[str, str] = NO_VARIABLES,
) -> bytes:
    """The same as JSON: the causes by id, their findings, the exchanges and the earlier runs; bodies cut to `size`."""
    exchanges = _Exchanges(size, secret_variables)
    rows = {cause.id: _cause(cause, past, exchanges) for cause in causes}
    runs = [{"id": run.id, "started": text.moment(run.started), "folder": run.folder} for run in past.runs]
    return json.dumps(_visible({"causes": rows, "exchanges": exchanges.rows, "runs": runs})).encode("ascii")


def _cause(cause: Cause, past: RunHistory, exchanges: _Exchanges) -> dict[str, Any]:
    # The example comes first, as what is opened first.
    members = sorted(cause.members, key=lambda member: member.id != cause.id)
    return {
        "help": checks.named(cause.check).sentence,
        "expected": _cut(cause.expected),
        "tests": cause.tests,
        "targets": cause.targets,
        "findings": [_finding(member, past, exchanges) for member in members],
    }


def _finding(member: DistinctFinding, past: RunHistory, exchanges: _Exchanges) -> dict[str, Any]:
    finding = member.finding
    row: dict[str, Any] = {
        "id": member.id,
        "operation": finding.operation,
        "status": finding.status,
        "pointer": _cut(finding.pointer),
        "message": _cut(finding.message),
        "expected": _cut(finding.expected),
        "tests": [key for key in member.keys if key != finding.operation],
        "targets": member.targets,
    }
    if member.id in past.present:
        row["seen"] = past.present[member.id].seen
        row["standing"] = past.present[member.id].standing
    if finding.exchange is not None:
        row["exchange"] = exchanges.place_of(finding.exchange, member)
        row["excerpt"] = excerpt.excerpt(finding, exchanges.size)
    return row


def _exchange(exchange: Exchange, vendor: str, size: int, secret_variable: str) -> dict[str, str]:
    request, response = exchange.request, exchange.response
    milliseconds = response.elapsed * 1000
    media_type = response.media_type or "no media type"
    command = curl.curl(request, vendor, secret_variable)
    return {
        "request": f"{request.method} {request.url}\n{_headers(request.headers)}{_body(request.body, size)}",
        "answer": f"{response.status} {media_type}, {len(response.body):,} bytes in {milliseconds:,.0f} ms",
        "headers": _headers(response.headers),
        # A longer command is too long to paste; the request above it and `replay` remain.
        "curl": command if len(command) <= _LONGEST_COMMAND else "",
    }


def _headers(headers: Headers) -> str:
    return "".join(f"{name}: {_cut(value)}\n" for name, value in headers if not name.startswith("@"))


def _body(body: bytes, size: int) -> str:
    if not body:
        return ""
    shown = body[: size * 4].decode("utf-8", "replace")
    return "\n" + text.cut(shown, size)


def _cut(words: str) -> str:
    return text.cut(words, _LONGEST_WORD)


def _visible(node: Any) -> Any:
    if isinstance(node, str):
        return text.visible(node, keep="\n\t")
    if isinstance(node, Mapping):
        return {_visible(key): _visible(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_visible(item) for item in node]
    return node
