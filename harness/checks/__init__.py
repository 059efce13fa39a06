"""Every check, in the order in which findings are read, and the one function that applies them.

A check is a pure function: an exchange, the operation that it matched and the contract go in, findings come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from harness.catalog import Match
from harness.checks import answer, candour, request, rows
from harness.checks.finding import Finding
from harness.checks.promise import Contract
from harness.exchange import Exchange

Check = Callable[[Exchange, Match, Contract], Iterable[Finding]]

ALL: tuple[Check, ...] = (
    answer.server_error,
    answer.status,
    answer.media_type,
    answer.headers,
    answer.json,
    answer.body,
    answer.undocumented_field,
    answer.payload,
    rows.page_repeats,
    rows.page_loses,
    candour.success_flag,
    candour.secret_echo,
)
"""What every answer is held to."""

BODY: tuple[Check, ...] = (
    answer.json, answer.body, answer.undocumented_field, answer.payload, rows.page_repeats, rows.page_loses,
    candour.success_flag, candour.secret_echo,
)  # fmt: skip
"""Those that need the answer's whole body."""

REQUEST: tuple[Check, ...] = (request.parameters, request.request_type, request.request_body)
"""What a request of somebody else's is held to; a run sends wrong ones on purpose."""


NEGATIVE: tuple[Check, ...] = tuple(check for check in ALL if check is not candour.success_flag)
"""Those for a case that is meant to fail: a 200 may say that it did."""

UPKEEP = "upkeep"
"""The purpose of a request that is no case: making a record, removing it, asking who we are."""


def fitting(purpose: str) -> tuple[Check, ...]:
    """The checks for a request of ours by what it is for: `negative`, `upkeep` (none), or anything else."""
    return {"negative": NEGATIVE, UPKEEP: ()}.get(purpose, ALL)


def judge(exchange: Exchange, match: Match, contract: Contract, checks: Iterable[Check] = ALL) -> list[Finding]:
    """All findings of an exchange, those of one cause folded into the first of them, which counts them.

    Raises `DocumentError` where a schema of the operation cannot be compiled.
    """
    folded: dict[tuple[str, str, int, str, str], Finding] = {}
    for check in checks:
        for finding in check(exchange, match, contract):
            known = folded.setdefault(finding.cause, finding)
            if known is not finding:
                folded[finding.cause] = replace(known, count=known.count + finding.count)
    return _undoubled(list(folded.values()))


def _undoubled(findings: list[Finding]) -> list[Finding]:
    """One place, one finding: what the schema refuses in so many words is not told again by a wider check."""
    forbidden = {one.pointer for one in findings if one.check == "body"}
    return [
        one
        for one in findings
        if not (one.check == "undocumented_field" and one.pointer in forbidden)
        and not (one.check == "payload" and forbidden)
    ]
