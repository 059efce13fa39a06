"""Findings to causes: one fault of one field is one line, however many operations show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to mend. `id` is what `replay` takes; `place` is `ticket.recipient` or, for a whole answer, `404`.

    `operations` and `tiers` are those that show it, `findings` is how many findings they make, `example` is the one
    with the shortest exchange, `waivers` are the ids of the waivers that explain it, `targets` are those whose orgs
    show it.
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

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Grave checks first, then how many operations, how dangerous, how often."""
        gravity = _GRAVITY[checks.named(self.check).severity]
        return gravity, len(self.operations), max(map(rank, self.tiers)), self.findings


Key = tuple[str, str, str, str]
"""What findings of one cause have in common: vendor, check, place and expectation."""

Member = tuple[Outcome, Finding]


def causes(outcomes: Iterable[Outcome], *, waived: bool = False) -> tuple[Cause, ...]:
    """The causes of all new findings (or of all waived ones), the heaviest first."""
    groups: dict[Key, list[Member]] = {}
    for outcome in outcomes:
        for finding in outcome.waived if waived else outcome.findings:
            groups.setdefault(_key(outcome, finding), []).append((outcome, finding))
    return tuple(sorted((_cause(key, members) for key, members in groups.items()), key=_heaviest_first))


def _heaviest_first(cause: Cause) -> tuple[int | str, ...]:
    return *(-part for part in cause.weight), cause.vendor, cause.id


def field_of(finding: Finding, resource: str) -> str:
    """The component's field that a pointer leads to: `/tickets/3/via/channel` and `/ticket/via/channel` are one."""
    parts = [part for part in parts_of(finding.pointer) if not part.isdigit() and part != "*"]
    if not parts:
        return ""
    owner, *rest = parts
    if not rest:
        return f"{_component(resource)}.{owner}"
    return ".".join([_component(resource if owner in _WRAPPERS else owner), *rest])


def _component(collection: str) -> str:
    """The name of one of its records: `Audit Logs` and `audit_logs` -> audit_log."""
    return singular(re.sub(r"[\s-]+", "_", collection.strip()).lower())


def _key(outcome: Outcome, finding: Finding) -> Key:
    field = field_of(finding, outcome.resource)
    if field:
        return outcome.vendor, finding.check, field, finding.expected
    check = checks.named(finding.check)
    place = f"answer {finding.status}"
    if check.per_resource:
        place += f" of {outcome.resource}"
    return outcome.vendor, finding.check, place, "" if check.expected_varies else finding.expected


def _cause(key: Key, members: list[Member]) -> Cause:
    vendor, check, place, expected = key
    example = min((finding for _, finding in members), key=_size)
    messages = Counter(finding.message for _, finding in members)
    return Cause(
        id=fingerprint(example),
        vendor=vendor,
        check=check,
        place=place,
        expected=expected,
        message=messages.most_common(1)[0][0],
        statuses=tuple(sorted({finding.status for _, finding in members})),
        operations=tuple(sorted({outcome.key for outcome, _ in members})),
        tiers=tuple(sorted({outcome.tier for outcome, _ in members}, key=rank)),
        findings=len(members),
        example=example,
        waivers=tuple(sorted({finding.waiver for _, finding in members if finding.waiver})),
        targets=tuple(sorted({outcome.target for outcome, _ in members if outcome.target})),
    )


def _size(finding: Finding) -> tuple[bool, int, str]:
    """Findings that can be sent again come first, then the shortest exchange."""
    exchange = finding.exchange
    if exchange is None:
        return True, 0, finding.operation
    return False, len(exchange.request.body) + len(exchange.response.body), finding.operation
