"""Minimise: the steps that show a finding without what is not needed for it, each candidate tried on the org.

What is left out is left out for good only if the finding still shows: query parameters, headers and keys of bodies, and
whole requests between making a record and the judged one. All requests go through the guard, as the replay does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from harness import checks
from harness.checks import lifecycle
from harness.checks.check import ShownBy
from harness.checks.lifecycle import Lifecycle
from harness.checks.response import NOTHING, decoded
from harness.exchange import Exchange, Request
from harness.execution.org_under_test import OrgUnderTest
from harness.export.standalone import MARK, Role, Step, Template, Variable
from harness.finding import Finding
from harness.formats.json_text import json_or
from harness.openapi import walk
from harness.openapi.catalog import Match
from harness.resources.rows import rows_of
from harness.results.outcome import fingerprint
from harness.transport.failures import NoAnswerError
from harness.transport.refused import Refused
from harness.vendors import VENDORS

MOST_TRIES = 60
"""How often the steps are sent at most: a body of a hundred keys must not cost a thousand requests."""

_DEEPEST = 3
"""How deep the keys of a body are looked at; what lies below goes with what it lies in."""


@dataclass(frozen=True, slots=True)
class Played:
    """Steps as they were sent: an exchange each, and the values of the variables."""

    exchanges: tuple[Exchange, ...]
    values: Mapping[str, Any]

    @property
    def last(self) -> Exchange:
        """The exchange whose answer is judged."""
        return self.exchanges[-1]


@dataclass
class Minimiser:
    """Tries steps on one org. `tries` counts how often they were sent, `dropped` names what was left out."""

    finding: Finding
    org: OrgUnderTest
    cycle: Lifecycle | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    dropped: list[str] = field(default_factory=list)

    def minimised(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """The steps without what is not needed; as they are where they do not show the finding when sent again."""
        kept = tuple(steps)
        if not self._shows(kept):
            return kept
        for candidate, what in _candidates(kept):
            if self.tries >= MOST_TRIES:
                break
            smaller = candidate(kept)
            if smaller != kept and self._shows(smaller):
                kept = smaller
                self.dropped.append(what)
        return kept

    def _shows(self, steps: Sequence[Step]) -> bool:
        self.tries += 1
        played = self._play(steps)
        return played is not None and self._is_shown(played, steps)

    def _play(self, steps: Sequence[Step]) -> Played | None:
        """Send the steps; None where one that comes before the judged one is refused or fails."""
        values: dict[str, Any] = {**self.inputs, MARK: f"{self.org.binder.mark}-{next(self.org.binder.numbers)}"}
        exchanges = []
        for step in steps:
            try:
                request = request_of(step, values, self.org.target.base_url)
                exchange = self.org.client.send(request, signed=step.is_signed)
            except (KeyError, Refused, NoAnswerError):
                return None
            exchanges.append(exchange)
            is_last = len(exchanges) == len(steps)
            if not is_last and not exchange.response.is_success:
                return None
            values |= _captured(step, exchange)
        return Played(tuple(exchanges), values)

    def _is_shown(self, played: Played, steps: Sequence[Step]) -> bool:
        """Whether the last answer shows the finding, by the check that found it."""
        finding = self.finding
        if self.cycle is not None:
            return any(fingerprint(one) == fingerprint(finding) for one in self._of_record(played, steps))
        shown_by = checks.shown_by(finding)
        if shown_by is ShownBy.UNSIGNED:
            return played.last.response.is_success
        match = Match(self.org.documents.catalog.by_key[finding.operation])
        if shown_by is ShownBy.INVALID_ACCEPTED:
            return played.last.response.is_success and self._breaks_contract(played.last, match)
        if shown_by is ShownBy.PAGES:
            return any(fingerprint(one) == fingerprint(finding) for one in self._of_pages(played, steps, match))
        found = checks.judge(played.last, match, self.org.checks.contract)
        return fingerprint(finding) in map(fingerprint, found)

    def _breaks_contract(self, exchange: Exchange, match: Match) -> bool:
        """Whether the request still breaks the contract as it did: a valid one that is accepted proves nothing."""
        assert self.finding.exchange is not None
        before = self._causes(self.finding.exchange, match)
        return bool(before) and before == self._causes(exchange, match)

    def _causes(self, exchange: Exchange, match: Match) -> set[object]:
        path = exchange.request.url.removeprefix(self.org.target.base_url).partition("?")[0]
        with_values = self.org.documents.catalog.match(match.operation.vendor, exchange.request.method, path) or match
        found = checks.judge(exchange, with_values, self.org.checks.contract, checks.REQUEST)
        return {(one.check, one.pointer, one.expected) for one in found}

    def _of_record(self, played: Played, steps: Sequence[Step]) -> Iterator[Finding]:
        cycle = self.cycle
        assert cycle is not None
        last, shown_by = played.last, checks.shown_by(self.finding)
        record = _record_of(steps, played)
        if shown_by is ShownBy.FIRST_READ:
            yield from lifecycle.readable(cycle.show, record, last)
        elif shown_by is ShownBy.READ_HEADERS:
            names = VENDORS[self.org.target.vendor].quota.left_headers
            yield from lifecycle.quota_told(cycle.show, names, last)
        elif shown_by is ShownBy.UNSIGNED:
            yield from lifecycle.unsigned(cycle.show, last)
        elif shown_by is ShownBy.READ_AFTER_REMOVAL:
            yield from lifecycle.gone(cycle.show, last)
        elif shown_by is ShownBy.LIST and cycle.listing:
            pages = [one for step, one in zip(steps, played.exchanges, strict=True) if step.role is Role.SEND]
            rows = [row for page in pages for row in rows_of(decoded(page.response))]
            yield from lifecycle.listed(cycle.listing, record, rows, last)
        elif shown_by is ShownBy.READ_AFTER_CHANGE and cycle.update:
            change = played.exchanges[-2]
            sent, answered = json_or(change.request.body, None), decoded(change.response)
            yield from lifecycle.change_kept(cycle.update, sent, answered, last)

    def _of_pages(self, played: Played, steps: Sequence[Step], match: Match) -> Iterator[Finding]:
        pages = [one for step, one in zip(steps, played.exchanges, strict=True) if step.role is Role.SEND]
        whole, *small = [rows_of(decoded(page.response)) for page in pages]
        yield from lifecycle.pages(match.operation, whole, small, whole, played.last)


def request_of(step: Step, values: Mapping[str, Any], base_url: str) -> Request:
    """A step as a request, with the values of its variables. Raises `KeyError` for one that has none yet."""
    query = urlencode([(name, _filled(value, values)) for name, value in step.query])
    path = "".join(
        quote(str(values[piece.name]), safe="") if isinstance(piece, Variable) else piece for piece in step.path.pieces
    )
    body = json.dumps(_tree(step.json, values)).encode() if step.has_json else step.body
    return Request(step.method, base_url + path + (f"?{query}" if query else ""), step.headers, body)


def _filled(template: Template, values: Mapping[str, Any]) -> Any:
    if not template.is_text:
        return values[template.variables[0]]
    return "".join(str(values[piece.name]) if isinstance(piece, Variable) else piece for piece in template.pieces)


def _tree(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, Template):
        return _filled(node, values)
    if isinstance(node, dict):
        return {key: _tree(child, values) for key, child in node.items()}
    return [_tree(child, values) for child in node] if isinstance(node, list) else node


def _captured(step: Step, exchange: Exchange) -> dict[str, Any]:
    """What the answer gives to the step's variables; nothing where it is not there."""
    body = decoded(exchange.response)
    found = {}
    for capture in step.captures:
        try:
            found[capture.name] = walk.lookup(body, capture.parts) if body is not NOTHING else ""
        except KeyError:
            continue
    return found


def _record_of(steps: Sequence[Step], played: Played) -> str:
    """The id of the record that was made last."""
    names = [capture.name for step in steps if step.role is Role.CREATE for capture in step.captures]
    return str(played.values[names[-1]]) if names else ""


_Reduction = Callable[[tuple[Step, ...]], tuple[Step, ...]]


def _candidates(steps: Sequence[Step]) -> Iterator[tuple[_Reduction, str]]:
    """What could be left out, from the judged request back to the first: a reduction of the steps, and its name."""
    for place in reversed(range(len(steps))):
        step = steps[place]
        is_between = step.role is Role.SEND and step.method == "GET" and place < len(steps) - 1
        if is_between and not step.captures:
            yield _without_step(step), "a read in between"
        for change, what in _changes(step):
            yield _changed(place, change), what


def _changes(step: Step) -> Iterator[tuple[Callable[[Step], Step], str]]:
    """What could be left out of one request."""
    # A page's size and place are the point of a walk through pages.
    names = [] if any(capture.is_list for capture in step.captures) else [name for name, _ in step.query]
    for name in dict.fromkeys(names):
        yield partial(_without_query, name=name), f"query {name}"
    for name, _ in step.headers:
        if not (name == "content-type" and (step.has_json or step.body)):
            yield partial(_without_header, name=name), f"header {name}"
    for at in _keys(step.json):
        yield partial(_without_body_key, at=at), f"body {'.'.join(at)}"


def _without_step(step: Step) -> _Reduction:
    return lambda steps: tuple(one for one in steps if one is not step)


def _changed(place: int, change: Callable[[Step], Step]) -> _Reduction:
    """A reduction of one step, counted from the end: steps before it may have been left out by then."""

    def reduce(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return (*steps[:place], change(steps[place]), *steps[place + 1 :]) if place < len(steps) else steps

    return reduce


def _without_query(step: Step, name: str) -> Step:
    return replace(step, query=tuple(pair for pair in step.query if pair[0] != name))


def _without_header(step: Step, name: str) -> Step:
    return replace(step, headers=tuple(pair for pair in step.headers if pair[0] != name))


def _without_body_key(step: Step, at: tuple[str, ...]) -> Step:
    return replace(step, json=_without_key(step.json, at))


def _keys(node: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys of a body, the outer before the inner."""
    if isinstance(node, dict) and len(above) < _DEEPEST:
        for key in node:
            yield (*above, key)
        for key, child in node.items():
            yield from _keys(child, (*above, key))


def _without_key(node: Any, at: tuple[str, ...]) -> Any:
    """A copy of a tree without the key; the same where it is gone already."""
    if not isinstance(node, dict) or at[0] not in node:
        return node
    if len(at) == 1:
        return {key: child for key, child in node.items() if key != at[0]}
    return {**node, at[0]: _without_key(node[at[0]], at[1:])}
