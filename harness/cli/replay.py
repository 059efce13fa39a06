"""deskcheck replay: one finding's request again, through the guard, and whether the finding is still there."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness import settings
from harness.checks.run_findings import IGNORED_AUTH
from harness.errors import LeftoverError, UnfinishedError
from harness.exchange import Exchange, Response
from harness.finding import Finding
from harness.formats.shell import command_line
from harness.masking import MASK
from harness.planning import run_options
from harness.planning.suite_names import pattern_of
from harness.report.excerpt import excerpt
from harness.report.text import duration, visible
from harness.results import archive
from harness.results.outcome import fingerprint
from harness.risk.tier import Tier

if TYPE_CHECKING:
    from harness.execution.finding_replay import Replay
    from harness.run.controller import Controller


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("finding", metavar="FINDING", help="the id of a finding or cause in a report, or its beginning")
    parser.add_argument(
        "--run", default=archive.LATEST, metavar="RUN", help="a run's folder or id; default: the latest"
    )
    run_options.add_options(
        parser.add_argument,
        ("targets", "allow", "operations", "confirm", "faults", "timeout"),
        targets="the org, where several showed the finding; default: the first of them",
        allow="on a real org, the tiers that may be sent again; default: read",
        operations="allow one operation",
        confirm="the org's name, typed out",
        faults="make the embedded sandbox wrong in the way in which it was",
    )


def main(parsed: Namespace) -> int:
    """Print old and new answer side by side: 1 when the finding is still there, 0 when it is gone, 4 when unclear."""
    from harness.execution.finding_replay import ReplayVerdict, pick, replay_of, replay_options
    from harness.planning import run_context
    from harness.run.opening import open_run
    from harness.run.worker import Worker

    options = run_options.from_namespace(parsed)
    configured = settings.load()
    run = archive.load(archive.locate(parsed.run, configured.reports))
    finding, org = pick(run, parsed.finding, options.targets, may_lack_answer=True)
    controller = open_run(run_context.build(replay_options(run, finding, org, options), configured))
    (target,) = controller.job.targets.values()
    worker = Worker(controller.job, controller.context, open_ledger=controller.folder.ledger)
    try:
        changes_records = controller.context.assessments[finding.operation].tier > Tier.READ
        replay = replay_of(finding, worker.org(target.name), own=changes_records)
    finally:
        worker.close()
        close_replay(controller)
    if finding.exchange is None and finding.request is not None:
        finding = replace(finding, exchange=Exchange(finding.request, Response(0)))
    _print(finding, replay, is_embedded=target.embedded)
    codes = {ReplayVerdict.STILL_THERE: 1, ReplayVerdict.GONE: 0, ReplayVerdict.UNDECIDED: UnfinishedError.exit_code}
    return codes[replay.verdict]


def close_replay(controller: Controller) -> None:
    """Take back what was created for the replay; its folder holds nothing that anybody needs after that."""
    run = controller.close()
    if run.leftovers:
        raise LeftoverError(
            f"{len(run.leftovers)} records are still there: {'; '.join(run.leftovers)}",
            remedy=command_line("sweep", "--run", controller.job.folder),
        )
    if lost := next((error for error in controller.trouble if isinstance(error, LeftoverError)), None):
        raise lost
    shutil.rmtree(controller.job.folder, ignore_errors=True)


def _print(finding: Finding, replay: Replay, *, is_embedded: bool) -> None:
    console = Console(highlight=False)
    for line in _opening(finding, replay, is_embedded):
        console.print(line, markup=False, soft_wrap=True)
    console.print(_table(finding, replay))
    for line in _ending(finding, replay):
        console.print(line, markup=False, soft_wrap=True)


def _opening(finding: Finding, replay: Replay, is_embedded: bool) -> Iterator[str]:
    waived = f" (waiver {finding.waived_by})" if finding.waiver else ""
    yield f"The finding is {replay.verdict}{waived}."
    yield f"{fingerprint(finding)}  {finding.operation}, {finding.check} {finding.pointer}".rstrip()
    yield visible(finding.message)
    request = replay.exchange.request
    yield f"\n{request.method} {visible(request.url)}"
    if is_embedded:
        yield "sent to a fresh embedded sandbox: what the run had made there before is not in it"
    if finding.check == IGNORED_AUTH:
        yield "sent without credentials"
    if replay.replaced:
        yield f"records that are no more were replaced: {visible('; '.join(replay.replaced))}"
    assert finding.exchange is not None
    if MASK in finding.exchange.request.url or MASK.encode() in finding.exchange.request.body:
        yield "the run kept this request with its secrets masked, so it was sent with the masks"
    yield ""


def _again(finding: Finding) -> str:
    return command_line("run", "--only", pattern_of(finding.operation))


def _table(finding: Finding, replay: Replay) -> Table:
    """Both answers beside each other, each body cut to what the finding is about."""
    assert finding.exchange is not None
    exchanges = finding.exchange, replay.exchange
    table = Table("", "then", "now", box=None, padding=(0, 1), header_style="dim", pad_edge=False, expand=True)
    table.columns[0].style = "dim"
    table.columns[1].ratio = table.columns[2].ratio = 1

    def row(name: str, *cells: str) -> None:
        table.add_row(name, *(Text(visible(cell, keep="\n"), overflow="fold") for cell in cells))

    row("status", *(str(exchange.response.status or "no answer") for exchange in exchanges))
    row("type", *(exchange.response.media_type or "none" for exchange in exchanges))
    row("took", *(duration(exchange.response.elapsed) for exchange in exchanges))
    row("body", *(excerpt(replace(finding, exchange=exchange), 700) or "empty" for exchange in exchanges))
    return table


def _ending(finding: Finding, replay: Replay) -> Iterator[str]:
    if not replay.is_decided:
        yield f"\nOne answer of {replay.exchange.response.status} does not tell: {_again(finding)}"
    others = [other for other in replay.findings if fingerprint(other) != fingerprint(finding)]
    if others:
        yield "The new answer also shows:"
    for other in others:
        yield visible(f"  {fingerprint(other)}  {other.check} {other.pointer}: {other.message}")
