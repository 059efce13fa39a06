"""Findings to causes: one fault is one line, however many operations and tests show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harness import checks
from harness.checks.check import Severity
from harness.finding import Finding
from harness.formats.pointer import parts_of
from harness.formats.singular import singular
from harness.results.outcome import Outcome, fingerprint
from harness.results.totals import rank

# A critical finding weighs more than any number of normal ones.
_GRAVITY = {Severity.CRITICAL: 2, Severity.NORMAL: 1, Severity.MINOR: 0}
# Words at the top of an answer that only wrap it: the operation's resource says more (recorded answers, vendor pages).
_WRAPPERS = frozenset({"", "data", "results", "items", "records", "response", "body", "*"})

WIDESPREAD = 5
"""Resources that show the same: from here on it is one fault of what they share, and not one fault of each."""

# What differs between two answers of one fault: numbers, ids, times. The beginning of an answer tells it from others.
_VARYING = re.compile(rb"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,}|[0-9]+")
_TELLING = 2_000


@dataclass(frozen=True, slots=True)
class DistinctFinding:
    """A finding once, by its id, however often it was met. `finding` is the one with the shortest exchange.

    `keys` are the operations and tests that show it, `targets` those whose orgs do, `resource` is that of the operation
    that it is about, `tiers` are those of what shows it.
    """

    id: str
    vendor: str
    resource: str
    finding: Finding
    keys: tuple[str, ...]
    tiers: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to mend. `id` is what `replay` takes; `place` is `ticket.recipient` or, for a whole answer, `404`.

    `operations` are those that show it, `tests` the hand-written tests, `tiers` are those of both. `members` are its
    findings, each once, and `findings` is how many. `example` is the one with the shortest exchange, `waivers` are the
    waivers that explain it, with file and line, `targets` are those whose orgs show it.
    """

    id: str
    vendor: str
    check: str
    place: str
    expected: str
    message: str
    statuses: tuple[int, ...]
    operations: tuple[str, ...]
    tiers: tuple[str, ...]
    findings: int
    example: Finding
    waivers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    members: tuple[DistinctFinding, ...] = ()

    @property
    def can_be_sent(self) -> bool:
        """Whether a request was kept that shows it: `replay` and `export` send that."""
        return self.example.exchange is not None or self.example.request is not None

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Grave checks first, then how many operations, how dangerous, how often."""
        gravity = _GRAVITY[checks.named(self.check).severity]
        return gravity, len(self.operations), max(map(rank, self.tiers)), self.findings


Key = tuple[str, ...]
"""What findings of one cause have in common."""

Met = tuple[Outcome, Finding]
"""A finding where it was met."""


def causes(outcomes: Iterable[Outcome], *, waived: bool = False) -> tuple[Cause, ...]:
    """The causes of all new findings (or of all waived ones), the heaviest first.

    Each distinct finding is a member of one cause. What five resources or more show alike is one cause: the same field,
    the same failure, or the same answer.
    """
    rest = distinct(outcomes, waived=waived)
    groups: list[list[DistinctFinding]] = []
    for key_of in (_shared_place, _shared_answer):
        widespread, rest = _apart(rest, key_of)
        groups += widespread
    groups += _grouped(rest, _place).values()
    return tuple(sorted(map(_cause, groups), key=_heaviest_first))


def distinct(outcomes: Iterable[Outcome], *, waived: bool = False) -> list[DistinctFinding]:
    """The findings of outcomes, each once, in the order in which they were first met.

    Or their waived ones, without those that are new elsewhere: these fail the run all the same.
    """
    rows = list(outcomes)
    new = {fingerprint(finding) for outcome in rows for finding in outcome.findings} if waived else set()
    met: dict[str, list[Met]] = {}
    for outcome in rows:
        for finding in outcome.waived if waived else outcome.findings:
            if (name := fingerprint(finding)) not in new:
                met.setdefault(name, []).append((outcome, finding))
    # A hand-written test is of no resource: what it finds is about an operation that has one.
    resources = {outcome.key: outcome.resource for outcome in rows if outcome.method}
    return [_distinct(name, members, resources) for name, members in met.items()]


def _distinct(name: str, members: list[Met], resources: Mapping[str, str]) -> DistinctFinding:
    first, _ = members[0]
    finding = min((finding for _, finding in members), key=_size)
    return DistinctFinding(
        id=name,
        vendor=first.vendor,
        resource=resources.get(finding.operation, first.resource),
        finding=finding,
        keys=tuple(sorted({outcome.key for outcome, _ in members})),
        tiers=tuple(sorted({outcome.tier for outcome, _ in members}, key=rank)),
        targets=tuple(sorted({outcome.target for outcome, _ in members if outcome.target})),
    )


def _heaviest_first(cause: Cause) -> tuple[int | str, ...]:
    return *(-part for part in cause.weight), cause.vendor, cause.id


KeyOf = Callable[[DistinctFinding], Key]


def _grouped(members: Iterable[DistinctFinding], key_of: KeyOf) -> dict[Key, list[DistinctFinding]]:
    groups: dict[Key, list[DistinctFinding]] = {}
    for member in members:
        groups.setdefault(key_of(member), []).append(member)
    return groups


def _apart(members: list[DistinctFinding], key_of: KeyOf) -> tuple[list[list[DistinctFinding]], list[DistinctFinding]]:
    """The groups of what many resources show alike, and the other members."""
    widespread, rest = [], []
    for group in _grouped(members, key_of).values():
        if len(set(map(_owner, group))) >= WIDESPREAD:
            widespread.append(group)
        else:
            rest += group
    return widespread, rest


def _shared_place(member: DistinctFinding) -> Key:
    """The same field whatever record it is of; the same code, and of a failure the same words."""
    finding = member.finding
    place = _field(finding, member.resource)[1] or f"answer {finding.status}"
    return member.vendor, finding.check, place, _expectation(finding), _failure(finding)


def _shared_answer(member: DistinctFinding) -> Key:
    """The same answer, wherever in it each operation's contract is broken."""
    finding = member.finding
    answer = _answer(finding) or member.id
    return member.vendor, finding.check, str(finding.status), answer


def _place(member: DistinctFinding) -> Key:
    """The same field of the same record; the same code, of the same resource where each has a fault of its own."""
    finding = member.finding
    owner = (
        "" if field_of(finding, member.resource) or not checks.named(finding.check).per_resource else member.resource
    )
    place = field_of(finding, member.resource) or f"answer {finding.status}"
    return member.vendor, finding.check, place, owner, _expectation(finding)


def _expectation(finding: Finding) -> str:
    is_of_field = bool(_parts(finding))
    return "" if checks.named(finding.check).expected_varies and not is_of_field else finding.expected


def _failure(finding: Finding) -> str:
    """What a failed server says of its failure; two that say different things are two."""
    return _answer(finding) if finding.status >= 500 else ""


def _answer(finding: Finding) -> str:
    """The beginning of an answer without what differs from one to the next; empty where there is none."""
    if finding.exchange is None:
        return ""
    return _VARYING.sub(b"0", finding.exchange.response.body[:_TELLING]).decode("latin-1")


def _owner(member: DistinctFinding) -> str:
    """The record whose field it is, or the resource whose answer."""
    return _field(member.finding, member.resource)[0] or member.resource


def field_of(finding: Finding, resource: str) -> str:
    """The component's field that a pointer leads to: `/tickets/3/via/channel` and `/ticket/via/channel` are one."""
    return ".".join(filter(None, _field(finding, resource)))


def _field(finding: Finding, resource: str) -> tuple[str, str]:
    """The component that a pointer leads to, and the path to the field in it; both empty for a whole answer."""
    parts = _parts(finding)
    if not parts:
        return "", ""
    owner, *rest = parts
    if not rest:
        return _component(resource), owner
    return _component(resource if owner in _WRAPPERS else owner), ".".join(rest)


def _parts(finding: Finding) -> list[str]:
    return [part for part in parts_of(finding.pointer) if not part.isdigit() and part != "*"]


def _component(collection: str) -> str:
    """The name of one of its records: `Audit Logs` and `audit_logs` -> audit_log."""
    return singular(re.sub(r"[\s-]+", "_", collection.strip()).lower())


def _cause(members: list[DistinctFinding]) -> Cause:
    findings = [member.finding for member in members]
    example = min(findings, key=_size)
    expectations = {_expectation(finding) for finding in findings}
    keys = {key for member in members for key in member.keys}
    operations = {finding.operation for finding in findings}
    return Cause(
        id=fingerprint(example),
        vendor=members[0].vendor,
        check=example.check,
        place=_place_of(members),
        expected=expectations.pop() if len(expectations) == 1 else "",
        message=Counter(finding.message for finding in findings).most_common(1)[0][0],
        statuses=tuple(sorted({finding.status for finding in findings})),
        operations=tuple(sorted(operations)),
        tiers=tuple(sorted({tier for member in members for tier in member.tiers}, key=rank)),
        findings=len(members),
        example=example,
        waivers=tuple(sorted({finding.waived_by for finding in findings if finding.waiver})),
        targets=tuple(sorted({target for member in members for target in member.targets})),
        tests=tuple(sorted(keys - operations)),
        members=tuple(members),
    )


def _place_of(members: list[DistinctFinding]) -> str:
    """Where it is, in words: `ticket.recipient`, `url of 7 resources`, `answer 500 of Tickets`."""
    places = {field_of(member.finding, member.resource) for member in members}
    if len(places) == 1 and (place := places.pop()):
        return place
    owners = {_owner(member): None for member in members}
    fields = {_field(member.finding, member.resource)[1] for member in members}
    codes = sorted({member.finding.status for member in members})
    name = fields.pop() if len(fields) == 1 else ""
    name = name or f"answer {', '.join(map(str, codes))}"
    if len(owners) >= WIDESPREAD:
        return f"{name} of {len(owners)} resources"
    is_own = checks.named(members[0].finding.check).per_resource
    return f"{name} of {members[0].resource}" if is_own else name


def _size(finding: Finding) -> tuple[bool, int, str]:
    """Findings that can be sent again come first, then the shortest exchange."""
    exchange = finding.exchange
    if exchange is None:
        return True, 0, finding.operation
    return False, len(exchange.request.body) + len(exchange.response.body), finding.operation
