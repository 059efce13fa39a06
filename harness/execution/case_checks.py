"""What the checks say of the answer to a case: those of any answer, and those that need the case itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from harness.cases.case import Case
from harness.checks import fitting, judge, limits
from harness.checks.request import request_body
from harness.checks.run_findings import ignored_auth
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.execution.org_client import OrgClient
from harness.finding import Finding
from harness.openapi.catalog import Match, Operation
from harness.openapi.document_cache import DocumentCache
from harness.transport.failures import NoAnswerError
from harness.transport.refused import Refused
from harness.vendors import VENDORS

if TYPE_CHECKING:
    from harness.checks.generated import Generated


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings of an answer; `case_findings` are those of them that need the case.

    `auth_probed` says that the operation requires credentials, or that the guard refuses to send it without. `lost` is
    the error of a request of a check's own that got no answer.
    """

    findings: tuple[Finding, ...]
    case_findings: tuple[Finding, ...] = ()
    auth_probed: bool = False
    lost: str = ""


@dataclass
class CaseChecks:
    """The checks for one org; those that send requests of their own do it through `client`."""

    client: OrgClient
    documents: DocumentCache
    _generated: dict[str, Generated] = field(default_factory=dict)

    @cached_property
    def contract(self) -> Contract:
        """What the documents promise."""
        return Contract(self.documents.document)

    def judge(self, operation: Operation, case: Case, exchange: Exchange, *, probe_auth: bool) -> Judgement:
        """Judge the answer to a bound case; `probe_auth` tries as well whether it comes without credentials."""
        checks = fitting(purpose_of(case))
        findings = tuple(judge(exchange, Match(operation, case.values), self.contract, checks))
        is_accepted = case.negative and exchange.response.status < 300
        if not probe_auth and (not is_accepted or self._fits_another_branch(operation, case, exchange)):
            return Judgement(findings)
        case_findings: list[Finding] = []
        auth_probed, lost = False, ""
        try:
            case_findings.extend(self._case_findings(operation, case, exchange, probe_auth))
            auth_probed = probe_auth and not case_findings
        except Refused:
            # A probe that the guard holds back ends the check; the refusal is on the guard's list.
            auth_probed = probe_auth
        except NoAnswerError as error:
            # The next success is probed in its place.
            lost = type(error).__name__
        return Judgement((*findings, *case_findings), tuple(case_findings), auth_probed, lost)

    def unjudged(self, exchange: Exchange, match: Match) -> tuple[str, ...]:
        """Why parts of an answer cannot be judged; nothing where all was. Requests of ours may be wrong on purpose."""
        response = exchange.response
        return tuple(limits.of_answer(response, self.contract.answer(match.operation, response.status)))

    def _fits_another_branch(self, operation: Operation, case: Case, exchange: Exchange) -> bool:
        """Whether a body that breaks one branch of a union fits another: the generator looks at the one alone."""
        if not any(branches in case.what for branches in ("/anyOf/", "/oneOf/")):
            return False
        return not any(request_body(exchange, Match(operation, case.values), self.contract))

    def _case_findings(
        self, operation: Operation, case: Case, exchange: Exchange, probe_auth: bool
    ) -> Iterator[Finding]:
        """That an invalid case was accepted, or that no credentials were required."""
        # The generator's own probe knows basic and bearer credentials, but passes over OAuth scopes.
        if probe_auth and operation.scopes:
            return self._unsigned(operation, exchange)
        return self._generator(operation).judge(operation, case, exchange, first_success=probe_auth)

    def _unsigned(self, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
        """Whether the same request is answered without credentials."""
        # The header that names an org proves nothing.
        harmless = ("accept", "content-type", VENDORS[operation.vendor].org_header.lower())
        headers = tuple(pair for pair in exchange.request.headers if pair[0] in harmless)
        unsigned = self.client.send_upkeep(replace(exchange.request, headers=headers), signed=False)
        yield from ignored_auth(operation.key, unsigned)

    def _generator(self, operation: Operation) -> Generated:
        # Imported here: the generator takes a second to load, and many runs never use it.
        from harness.checks.generated import Generated

        name = operation.document
        if name not in self._generated:
            self._generated[name] = Generated(self.documents.document(operation).tree, self._send_for_generator)
        return self._generated[name]

    def _send_for_generator(self, request: Request) -> Response:
        """A request that the generator makes on its own: to our org, with the credentials that it chose."""
        path = "/" + request.url.split("/", 3)[3] if request.url.count("/") > 2 else "/"
        request = replace(request, url=self.client.target.base_url + path)
        return self.client.send_upkeep(request, signed=False).response


def purpose_of(case: Case) -> str:
    """What a case is for, in the words of `checks.fitting` and of recordings."""
    return "negative" if case.negative else ""
