"""Opening: a run before its first test; every org proves what it is, the permits follow, and the folder is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from harness.errors import DeskcheckError, UsageError
from harness.exchange import Exchange
from harness.execution import org_choice
from harness.execution.connect import ask_org, prove, record_proofs
from harness.execution.org_questions import OrgAnswers
from harness.ledger import claim, live_runs
from harness.planning.forecast import Forecaster
from harness.planning.job import Job
from harness.planning.partial import credits_left, fitted
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.planning.targets import check_distinct, served
from harness.policy.permit import Permit, grant
from harness.report.text import visible
from harness.run import network_namespace
from harness.run.controller import Controller
from harness.run.exit_code import GRAVEST_FIRST
from harness.run.known_findings import open_baseline
from harness.run.run_folder import RunFolder
from harness.sandbox.process import Running, Starting, launch
from harness.settings import CONFIG
from harness.target import Target
from harness.tokens.store_place import FOLDER, StorePlace
from harness.transport import egress


def open_run(context: RunContext, starting: Starting | None = None, workers: int = 1) -> Controller:
    """Ask every org what it is, get the permits, and make the run's folder.

    `starting` is an embedded sandbox that was started beforehand. Raises `GateError` where the permit does not follow,
    `UsageError` for wrong options, `OrgError` where the org is none of the credentials', `UnfinishedError` for an org
    that cannot be reached; then no sandbox is left.
    """
    if context.options.sandboxed and not network_namespace.inside():
        raise UsageError("must stand on the command line itself", where="--sandboxed")
    sandbox = None
    try:
        # A wrong selection or baseline must show before any request is sent.
        _check_selection(context)
        _check_formats(context.options)
        baseline = open_baseline(context, context.settings.reports)
        if any(target.embedded for target in context.targets.values()):
            starting = starting or _launch(context.options)
            sandbox = starting.ready()
        targets = {name: _served(target, sandbox) for name, target in context.targets.items()}
        exchanges: dict[str, list[Exchange]] = {name: [] for name in targets}
        targets, permits = _opened(targets, context, exchanges)
        left = {name: credits_left(target, exchanges[name]) for name, target in targets.items()}
        failed_before = {finding.operation for finding in baseline.findings} if baseline else set()
        context = fitted(context.granted(targets, permits), left, failed_before)
        # The same moment on every machine: a run's mark says when it began.
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"
        folder = _make_folder(context, name)
        folder_claim = _claim(folder)
        job = Job(
            name, folder, context.options, targets, permits, workers, changed=context.changed, parts=context.parts
        )
        accounts = [record_proofs(job, exchanges)]
        ledger_folder = RunFolder.open(job)
        live = None if _is_embedded(job) else live_runs.begin(context.settings.state, job.mark)
        return Controller(job, context, ledger_folder, sandbox, folder_claim, baseline, live, accounts=accounts)
    except BaseException:
        if starting:
            starting.stop()
        raise


def _check_selection(context: RunContext) -> None:
    """Raise `UsageError` where there is nothing to test: a run of nothing is no pass."""
    if context.plan.steps:
        return
    if context.changed is not None:
        remedy = "Leave --changed-since out to test all; a gate that passes where nothing changed is: deskcheck release"
        raise UsageError(context.why_nothing, remedy=remedy)
    forecasters = (Forecaster(context, name) for name in context.targets)
    if not any(True for forecaster in forecasters for _ in forecaster.suite_tests()):
        patterns = " ".join(context.options.only)
        remedy = "A pattern names the function of a test, without its brackets: VENDOR:test_NAME*"
        raise UsageError(f"{patterns!r} selects no hand-written test", where="--only", remedy=remedy)


def _check_formats(options: RunOptions) -> None:
    """Raise `UsageError` for a format that is none: at the run's end it would be too late."""
    if options.formats:
        # Templates take a while to load, and most runs name no format.
        from harness.report.formats import chosen

        chosen(options.formats)


def _launch(options: RunOptions) -> Starting:
    with egress.starting():
        return launch(faults=options.faults)


def _served(target: Target, sandbox: Running | None) -> Target:
    """A target as it is; an embedded one with the address and credentials of the process that serves it."""
    if not target.embedded or sandbox is None:
        return target
    target = served(target, sandbox.urls, sandbox.credentials[target.vendor])
    if sandbox.folder is None:
        return target
    # Beside the sandbox's process, not in the user's state: its tokens are worth nothing once it has ended.
    return replace(target, tokens=StorePlace("file", sandbox.folder / FOLDER))


def _opened(
    targets: Mapping[str, Target], context: RunContext, exchanges: Mapping[str, list[Exchange]]
) -> tuple[dict[str, Target], dict[str, Permit]]:
    """The targets with the ids of their orgs, and what the run may do on each.

    Every org must open: a run of fewer orgs than asked for is another run. All are asked, so that a user learns at once
    what is in the way of each; then the gravest error is raised.
    """
    _check_confirmations(tuple(targets.values()), context.options)
    located: dict[str, Target] = {}
    permits: dict[str, Permit] = {}
    problems: list[DeskcheckError] = []
    for name, target in targets.items():
        try:
            answers = ask_org(target, context, exchanges[name].append)
            located[name] = _located(target, answers, context)
            permits[name] = _permit(located[name], context, answers)
        except DeskcheckError as error:
            if len(targets) == 1:
                raise
            problems.append(_named(error, name))
    if not problems:
        check_distinct(located.values())
        return located, permits
    gravest = min(problems, key=lambda problem: GRAVEST_FIRST.index(problem.exit_code))
    for problem in problems:
        if problem is not gravest:
            print(f"deskcheck: {problem}", file=sys.stderr)
    raise gravest


def _named(error: DeskcheckError, name: str) -> DeskcheckError:
    """The error with the target that it is about, which its address alone may not tell."""
    if error.where != f"target {name}":
        error.where = f"target {name} ({error.where})" if error.where else f"target {name}"
    return error


def _check_confirmations(targets: Sequence[Target], options: RunOptions) -> None:
    """Raise `UsageError` where one typed name confirms several orgs of a vendor: each has to be meant by its own.

    A name that nobody gave is the host's, which such orgs may share. Orgs of two vendors may well be called alike.
    """
    real = [target for target in targets if not target.embedded]
    for first, second in combinations(real, 2):
        if first.vendor == second.vendor and first.org == second.org and first.org in options.confirm:
            raise UsageError(
                f"{first.org} is the name of several orgs: targets {first.name} and {second.name}",
                where=f"--confirm {first.org}",
                remedy=f"Give each an `org` of its own in {CONFIG}, and confirm each by that.",
            )


def _located(target: Target, answers: OrgAnswers, context: RunContext) -> Target:
    """The target with the id of its org; what was found out about that is told once."""
    located, choice = org_choice.locate(target, answers.first, context.settings.state)
    if choice and choice.is_new:
        print(visible(f"deskcheck: target {target.name}: org {choice.message}"), file=sys.stderr)
    return located


def _permit(target: Target, context: RunContext, answers: OrgAnswers) -> Permit:
    """What the run may do on a target, by the org's answers to the question what it is."""
    options = context.options
    operations = tuple(key for key in options.operations if key.startswith(f"{target.vendor}:"))
    return grant(target, prove(target, answers), options.allow or (), operations, options.confirm)


def _make_folder(context: RunContext, name: str) -> Path:
    given = context.options.report_dir
    folder = Path(given).absolute() if given else context.settings.reports / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"the report directory cannot be written: {error.strerror}",
            where=str(folder),
            remedy="Give another with --report-dir.",
        ) from error
    return folder


def _is_embedded(job: Job) -> bool:
    """Whether all that the run creates goes with a process of its own."""
    return all(target.embedded for target in job.targets.values())


def _claim(folder: Path) -> claim.Claim:
    folder_claim = claim.begin(folder)
    if not folder_claim.locked:
        print(f"deskcheck: {folder}: this file system knows no locks: let nothing else work there", file=sys.stderr)
    return folder_claim
