"""What the answer to the last step of a stand-alone test is held to, by the check that found something."""

from __future__ import annotations

from collections.abc import Sequence

from harness import checks
from harness.checks.check import ShownBy
from harness.checks.lifecycle import Lifecycle
from harness.checks.pagination import page_repeats
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.export.expectations import (
    Expectation,
    HasHeader,
    IsRefused,
    KeepsChange,
    ListsRecord,
    PagesCover,
    PagesDiffer,
    ShowsNothing,
    ShowsRecord,
)
from harness.export.promises import promises
from harness.export.standalone import Role, Step, Template
from harness.finding import Finding
from harness.formats.pointer import parts_of
from harness.openapi.catalog import Operation
from harness.vendors import VENDORS


def expectations_of(
    finding: Finding,
    exchange: Exchange,
    steps: Sequence[Step],
    operation: Operation,
    contract: Contract,
    cycle: Lifecycle | None = None,
) -> tuple[Expectation, ...]:
    """What the last answer of the steps is held to.

    Raises `UsageError` for a check that has no form outside of deskcheck.
    """
    sends = [step for step in steps if step.role is Role.SEND]
    if cycle is not None:
        return tuple(_of_record(finding, steps, sends))
    shown_by = checks.shown_by(finding)
    if shown_by is ShownBy.UNKNOWN_ID:
        return (ShowsNothing("no record of this org can have this id"),)
    if shown_by is ShownBy.PAGES:
        lists = [capture.name for step in sends for capture in step.captures if capture.is_list]
        whole, pages = lists[0], tuple(lists[1:])
        if checks.named(finding.check).function is page_repeats:
            return (PagesDiffer(whole, pages),)
        return (PagesCover(whole, pages, _covered(sends)),)
    return tuple(promises(finding, exchange, operation, contract))


def _of_record(finding: Finding, steps: Sequence[Step], sends: Sequence[Step]) -> list[Expectation]:
    shown_by = checks.shown_by(finding)
    vendor = VENDORS[finding.operation.partition(":")[0]]
    record = [capture.name for step in steps if step.role is Role.CREATE for capture in step.captures][-1]
    if shown_by is ShownBy.FIRST_READ:
        return [ShowsRecord(record)]
    if shown_by is ShownBy.READ_HEADERS:
        return [HasHeader(vendor.quota.left_headers)]
    if shown_by is ShownBy.READ_AFTER_REMOVAL:
        return [ShowsNothing("a record that was deleted is still shown", vendor.answers.trash_flag)]
    if shown_by is ShownBy.LIST:
        pages = tuple(capture.name for step in sends for capture in step.captures if capture.is_list)
        return [ListsRecord(pages, record)]
    if shown_by is ShownBy.READ_AFTER_CHANGE:
        change = next(step for step in reversed(sends[:-1]) if step.has_json)
        return [_kept(finding, change)]
    assert shown_by is ShownBy.UNSIGNED
    return [IsRefused("the request has no credentials")]


def _kept(finding: Finding, change: Step) -> KeepsChange:
    """The change as it was sent, at the place where a read shows it: bare, or wrapped as the change is."""
    (name,) = parts_of(finding.pointer)
    body = change.json
    if name in body:
        return KeepsChange((name,), body[name])
    wrapper = next(key for key, value in body.items() if isinstance(value, dict) and name in value)
    return KeepsChange((wrapper, name), body[wrapper][name])


def _covered(sends: Sequence[Step]) -> int:
    """How many rows the small pages hold together: what the first of them asks for, times their number."""
    sizes = [int(text) for _, value in sends[1].query if (text := _text(value)).isdigit()]
    return max(sizes) * (len(sends) - 1)


def _text(value: Template) -> str:
    return "".join(piece for piece in value.pieces if isinstance(piece, str))
