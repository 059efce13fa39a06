"""Refused: a request that did not leave, with the verdict that refused it."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from harness.policy.judge import Verdict
from harness.results.outcome import Refusal

Sink = Callable[[Verdict], None]
"""Gets every refusal before it is raised, so that no caller can swallow one."""


class Refused(httpx.TransportError):  # no "Error": a refusal is an outcome, not a fault
    """A request that did not leave. It carries its verdict; the runner turns it into a `Refusal`."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(
            f"refused by {verdict.rule}: {verdict.request} ({verdict.tier}: {'; '.join(verdict.evidence)})"
        )
        self.verdict = verdict


def refusal(verdict: Verdict) -> Refusal:
    """A refused verdict as the value that results and reports carry."""
    return Refusal(verdict.operation, str(verdict.tier), verdict.rule, verdict.evidence, verdict.request)
