"""What is counted while an operation or a hand-written test runs, as its outcome says it in the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.checks import UPKEEP
from harness.exchange import Exchange
from harness.execution.org_client import OrgClient
from harness.execution.reproduce import SendResult
from harness.finding import Finding
from harness.results.outcome import Outcome
from harness.vendors.obstacle import Obstacle


@dataclass
class Tally:
    """Answers that came through `client` since this was made.

    `lost` counts those that the network gave or lost, `unjudged` those that the checks could not judge, by reason.
    `refusals_seen` counts answers that an obstacle of the whole org would explain, `asked` are those that the org was
    asked about, and `obstacle` is the one that ended the test, if one did.
    """

    client: OrgClient
    statuses: Counter[str] = field(default_factory=Counter)
    findings: dict[object, Finding] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)
    succeeded: bool = False
    refusals_seen: int = 0
    asked: set[Obstacle] = field(default_factory=set)
    obstacle: str = ""

    def __post_init__(self) -> None:
        self._started = time.monotonic()
        self._sent_before = self.client.requests_sent

    def add_answer(self, exchange: Exchange, key: str) -> None:
        """Count an answer of the org to a request of the operation `key`."""
        self.statuses[str(exchange.response.status)] += 1
        self.refusals_seen += self.client.may_be_refusal(exchange.response)
        self.client.outage.answered(key, exchange)

    @property
    def has_suspects(self) -> bool:
        """Whether findings rest on answers that an obstacle of the whole org would explain."""
        return any(map(self._is_suspect, self.findings.values()))

    def drop_suspects(self) -> None:
        """Take out the findings that an obstacle of the whole org explains."""
        self.findings = {cause: finding for cause, finding in self.findings.items() if not self._is_suspect(finding)}

    def _is_suspect(self, finding: Finding) -> bool:
        return finding.exchange is not None and self.client.may_be_refusal(finding.exchange.response)

    def add_lost(self, result: SendResult) -> None:
        """Count and record the answers that are the network's, and so count for nothing."""
        self.lost.update(result.lost)
        for attempt in result.dropped:
            if attempt.exchange:
                self.client.record(attempt.exchange, purpose=UPKEEP)

    def add_findings(self, findings: Iterable[Finding]) -> bool:
        """Add the first finding of each cause, with its exchange masked; whether there were any."""
        masked = [self.client.mask.finding(finding) for finding in findings]
        for finding in masked:
            self.findings.setdefault(finding.cause, finding)
        return bool(masked)

    def complete(
        self, outcome: Outcome, new: Sequence[Finding], waived: Sequence[Finding], lost: Mapping[str, int]
    ) -> Outcome:
        """The outcome with what was counted, and the findings that are left of it."""
        return replace(
            outcome,
            requests=self.client.requests_sent - self._sent_before,
            statuses=dict(sorted(self.statuses.items())),
            succeeded=self.succeeded,
            seconds=round(time.monotonic() - self._started, 3),
            findings=tuple(new),
            waived=tuple(waived),
            lost=dict(sorted(lost.items())),
            unjudged=dict(sorted(self.unjudged.items())),
            obstacle=self.obstacle,
        )


def in_words(counts: Counter[str]) -> str:
    """Counts as a report says them, the highest first: `HTTP 503 2, ReadError 1`."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())
