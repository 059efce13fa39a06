"""One org under test in one worker process: what sends to it, its cases, its records, and the checks of its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from harness.cases.source import CaseSource
from harness.checks import waivers
from harness.checks.waivers import Waiver
from harness.execution.binder import CaseBinder
from harness.execution.case_checks import CaseChecks
from harness.execution.id_chooser import IdChooser
from harness.execution.org_client import OrgClient
from harness.finding import Finding
from harness.openapi.catalog import Operation
from harness.openapi.document_cache import DocumentCache
from harness.resources.pool import RecordPool
from harness.target import Target


@dataclass(frozen=True)
class OrgUnderTest:
    """The parts that testing an org needs; `connect` puts them together.

    `may` says whether the run may send an operation and remove what it creates.
    """

    documents: DocumentCache
    client: OrgClient
    cases: CaseSource
    binder: CaseBinder
    records: RecordPool
    ids: IdChooser
    checks: CaseChecks
    may: Callable[[Operation], bool]

    @property
    def target(self) -> Target:
        """The org."""
        return self.client.target

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """Recorded waivers; read only for findings, so that no teardown fails because of their file."""
        return waivers.load(self.target.vendor)

    def split_waived(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Findings as (new, waived by a recorded waiver that has not expired)."""
        return waivers.apply(findings, self.waivers, date.today())
