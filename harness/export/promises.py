"""What the document promised at the place of a finding, as expectations of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from harness import checks
from harness.checks import leaks, pagination, response, run_findings
from harness.checks.response import decoded
from harness.contract.contract import Contract
from harness.errors import UsageError
from harness.exchange import Exchange
from harness.export.expectations import (
    Answers,
    CountsRows,
    Expectation,
    HasHeader,
    HasMediaType,
    HasStatus,
    HeaderFits,
    HidesCredentials,
    HoldsAnyOf,
    IsJson,
    IsNoServerError,
    IsRefused,
    PlaceFits,
    RowsDiffer,
    ValueRule,
)
from harness.finding import Finding, general
from harness.formats.pointer import Parts, parts_of
from harness.openapi.catalog import Operation

_ABSENT = frozenset({"additionalProperties", "unevaluatedProperties"})


def promises(finding: Finding, exchange: Exchange, operation: Operation, contract: Contract) -> list[Expectation]:
    """What the answer of an exchange that shows the finding should have kept to.

    Raises `UsageError` for a check that looks at more than one answer, and where the document has changed since.
    """
    promise = _OF_CHECK.get(checks.named(finding.check).function)
    if promise is None:
        raise UsageError(
            f"a finding of {finding.check!r} has no form outside of deskcheck",
            where=finding.operation,
            remedy="Send it again instead: deskcheck replay FINDING.",
        )
    return list(promise(finding, exchange, operation, contract))


_Promise = Callable[[Finding, Exchange, Operation, Contract], Iterator[Expectation]]


def _answer(_: Finding, __: Exchange, ___: Operation, ____: Contract) -> Iterator[Expectation]:
    yield Answers()


def _status(finding: Finding, _: Exchange, operation: Operation, __: Contract) -> Iterator[Expectation]:
    yield HasStatus(operation.statuses, f"the document lists no {finding.status} for this operation")


def _server_error(_: Finding, __: Exchange, ___: Operation, ____: Contract) -> Iterator[Expectation]:
    yield IsNoServerError()


def _refusal(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield IsRefused(finding.message.removeprefix("accepted: "))


def _unsigned(_: Finding, __: Exchange, ___: Operation, ____: Contract) -> Iterator[Expectation]:
    yield IsRefused("the request has no credentials")


def _media_type(
    finding: Finding, exchange: Exchange, operation: Operation, contract: Contract
) -> Iterator[Expectation]:
    answer = contract.answer(operation, exchange.response.status)
    yield _same_status(finding)
    yield HasMediaType(tuple(answer.contents) if answer else ())


def _headers(finding: Finding, exchange: Exchange, operation: Operation, contract: Contract) -> Iterator[Expectation]:
    """A header that is missing has no more than its name in the finding; a wrong one is held to its schema."""
    name, is_wrong, _ = finding.expected.removeprefix("header ").partition(" of ")
    yield _same_status(finding)
    if not is_wrong:
        yield HasHeader((name,))
        return
    answer = contract.answer(operation, exchange.response.status)
    headers = [header for header in answer.headers if header.name == name] if answer else []
    texts = [value for key, value in exchange.response.headers if key == name]
    for header in headers:
        for violation in (one for text in texts for one in header.violations(header.from_text(text))[:1]):
            yield HeaderFits(name, ValueRule(violation.keyword, violation.limit))
            return
    raise _outdated(finding)


def _json(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    yield IsJson()


def _body(finding: Finding, exchange: Exchange, operation: Operation, contract: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    answer = contract.answer(operation, exchange.response.status)
    schema = answer.schema(exchange.response.media_type) if answer else None
    for violation in schema.violations(decoded(exchange.response)) if schema else ():
        if (general(violation.pointer), violation.expected) == (general(finding.pointer), finding.expected):
            keyword = "absent" if violation.keyword in _ABSENT else violation.keyword
            yield PlaceFits(_general_parts(finding), ValueRule(keyword, violation.limit))
            return
    raise _outdated(finding)


def _undocumented_field(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    yield PlaceFits(_general_parts(finding), ValueRule("absent"))


def _payload(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    yield HoldsAnyOf(tuple(finding.expected.split(", ")))


def _page_repeats(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    # The pointer's last part is the row's index.
    yield RowsDiffer(parts_of(finding.pointer)[:-1])


def _page_loses(finding: Finding, exchange: Exchange, _: Operation, __: Contract) -> Iterator[Expectation]:
    body = decoded(exchange.response)
    lists = {name: value for name, value in body.items() if isinstance(value, list)} if isinstance(body, dict) else {}
    if not lists:
        raise _outdated(finding)
    yield _same_status(finding)
    yield CountsRows((max(lists, key=lambda name: len(lists[name])),), parts_of(finding.pointer))


def _success_flag(finding: Finding, _: Exchange, __: Operation, ___: Contract) -> Iterator[Expectation]:
    yield _same_status(finding)
    # Booleans come as text here and there, as the check knows.
    yield PlaceFits(_general_parts(finding), ValueRule("not", (False, "false")))


def _secret_echo(_: Finding, __: Exchange, ___: Operation, ____: Contract) -> Iterator[Expectation]:
    yield HidesCredentials()


_OF_CHECK: Mapping[Callable[..., Iterable[Finding]], _Promise] = {
    run_findings.no_answer: _answer,
    response.status: _status,
    response.server_error: _server_error,
    response.media_type: _media_type,
    response.headers: _headers,
    response.json: _json,
    response.body: _body,
    response.undocumented_field: _undocumented_field,
    response.payload: _payload,
    pagination.page_repeats: _page_repeats,
    pagination.page_loses: _page_loses,
    leaks.success_flag: _success_flag,
    leaks.secret_echo: _secret_echo,
    run_findings.generated: _refusal,
    run_findings.ignored_auth: _unsigned,
}
"""How each check that looks at one answer becomes expectations of it, by the check's function."""


def _same_status(finding: Finding) -> Expectation:
    return HasStatus((str(finding.status),), "the finding is about an answer with this code; another does not tell")


def _general_parts(finding: Finding) -> Parts:
    return parts_of(general(finding.pointer))


def _outdated(finding: Finding) -> UsageError:
    return UsageError(
        f"the document does not say any more what the finding rests on: {finding.expected}",
        where=finding.operation,
        remedy="Run the operation again: deskcheck run --only OPERATION.",
    )
