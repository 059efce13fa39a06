"""deskcheck export: one finding as a test of its own, for pytest, Postman or Bruno.

A command beside `replay`, not an option of it: replay answers whether the finding is still there and ends with that as
its exit code; this one writes a file, whatever the answer is.
"""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness import checks, settings
from harness.cli.replay import close_replay
from harness.errors import LeftoverError, UsageError
from harness.finding import Finding
from harness.planning import run_options
from harness.report.text import visible
from harness.results import archive
from harness.results.outcome import fingerprint

if TYPE_CHECKING:
    from harness.execution.finding_trace import FindingTrace
    from harness.execution.org_under_test import OrgUnderTest
    from harness.export.provenance import Steps
    from harness.export.standalone import StandaloneTest
    from harness.planning.run_context import RunContext
    from harness.run.controller import Controller
    from harness.secret_references import SecretReference

FORMS = ("pytest", "postman", "bruno")


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("finding", metavar="FINDING", help="the id of a finding or cause in a report, or its beginning")
    parser.add_argument("--as", dest="form", choices=FORMS, default=FORMS[0], help="default: pytest")
    parser.add_argument(
        "--minimise",
        action="store_true",
        help="leave out what is not needed to show it; each try is a request to the org",
    )
    parser.add_argument("-o", "--output", metavar="FOLDER", default=".", help="where to write; default: here")
    parser.add_argument(
        "--run", default=archive.LATEST, metavar="RUN", help="a run's folder or id; default: the latest"
    )
    run_options.add_options(
        parser.add_argument,
        ("targets", "allow", "operations", "confirm", "faults", "timeout"),
        targets="the org, where several showed the finding; default: the first of them",
        allow="on a real org, the tiers that may be sent; default: read",
        operations="allow one operation",
        confirm="the org's name, typed out",
        faults="make the embedded sandbox wrong in the way in which it was",
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """The test, and what was learned on the way to it."""

    test: StandaloneTest
    shows: bool
    dropped: Sequence[str]
    tries: int


def main(parsed: Namespace) -> int:
    """Send what showed the finding once more, and write the test: 0, whether or not the finding is still there."""
    from harness.execution.finding_replay import pick, replay_options
    from harness.planning import run_context
    from harness.run.opening import open_run
    from harness.run.worker import Worker

    options = run_options.from_namespace(parsed)
    run = archive.load(archive.locate(parsed.run, settings.load().reports))
    finding, org = pick(run, parsed.finding, options.targets, may_lack_answer=True)
    controller = open_run(run_context.build(replay_options(run, finding, org, options), settings.load()))
    (target,) = controller.job.targets.values()
    worker = Worker(controller.job, controller.context, open_ledger=controller.folder.ledger)
    try:
        written = _written(finding, worker.org(target.name), controller.context, minimise=parsed.minimise)
        paths = _write(written.test, parsed.form, Path(parsed.output))
    finally:
        worker.close()
        _close(controller, is_embedded=target.embedded)
    for line in _report(written, parsed.form, paths):
        print(visible(line, keep="\n"))
    return 0


def _close(controller: Controller, *, is_embedded: bool) -> None:
    """Take back what was made. What a fault of the embedded sandbox keeps there is gone with its process."""
    try:
        close_replay(controller)
    except LeftoverError:
        if not is_embedded:
            raise


def _written(finding: Finding, org: OrgUnderTest, context: RunContext, *, minimise: bool) -> _Written:
    """Trace the finding, minimise its steps where that is asked for, and put the test together."""
    from harness.execution.finding_trace import trace_of
    from harness.execution.minimise import Minimiser
    from harness.export.provenance import steps_of
    from harness.vendors import VENDORS

    traced = trace_of(finding, org, context)
    catalog, org_header = org.documents.catalog, VENDORS[org.target.vendor].org_header
    steps = steps_of(traced.trace, catalog, context.cleanup, org_header)
    dropped: Sequence[str] = ()
    tries = 0
    # What is left out shows by another answer, and there is none.
    if minimise and traced.shows and finding.exchange is not None:
        inputs = {one.name: one.default for one in steps.inputs}
        minimiser = Minimiser(finding, org, traced.lifecycle, inputs)
        steps = _pruned(replace(steps, sent=minimiser.minimised(steps.sent)))
        dropped, tries = minimiser.dropped, minimiser.tries
    test = _test_of(finding, traced, steps, org, context)
    return _Written(test, traced.shows, dropped, tries)


def _pruned(steps: Steps) -> Steps:
    """Without the steps that made or found what nothing needs any more, and without what took that back."""
    from harness.export.standalone import Role

    kept: list[object] = []
    needed: set[str] = set()
    for step in reversed(steps.sent):
        gives = {capture.name for capture in step.captures}
        if step.role is Role.SEND or gives & needed:
            kept.append(step)
            needed |= step.variables
    sent = tuple(step for step in steps.sent if step in kept)
    given = {capture.name for step in sent for capture in step.captures}
    return replace(
        steps,
        sent=sent,
        removals=tuple(one for one in steps.removals if one.needs in given),
        inputs=tuple(one for one in steps.inputs if one.name in needed),
    )


def _test_of(
    finding: Finding, traced: FindingTrace, steps: Steps, org: OrgUnderTest, context: RunContext
) -> StandaloneTest:
    from harness.checks.run_findings import INVALID_ACCEPTED
    from harness.export.expected_of_finding import expectations_of
    from harness.export.standalone import StandaloneTest
    from harness.export.target_access import access_of, scheme_of

    operation = org.documents.catalog.by_key[finding.operation]
    kept = finding.exchange or traced.exchange
    shown = traced.exchange if traced.shows else kept
    signed = scheme_of((*traced.trace.exchanges, kept)) if any(one.is_signed for one in steps.sent) else ""
    unresolved = context.settings.unresolved.get(org.target.name)
    references: Mapping[str, SecretReference] = unresolved.secrets if unresolved else {}
    note = "" if traced.shows else "The finding did not show when this was written."
    if finding.check in INVALID_ACCEPTED:
        note = f"{note} Invalid on purpose: {finding.message.removeprefix('accepted: ')}.".lstrip()
    return StandaloneTest(
        id=fingerprint(finding),
        finding=finding,
        sentence=checks.named(finding.check).sentence,
        document=_document(operation.vendor, operation.document),
        access=access_of(org.target, references, signed),
        steps=steps.sent,
        expectations=expectations_of(finding, shown, steps.sent, operation, org.checks.contract, traced.lifecycle),
        removals=steps.removals,
        inputs=steps.inputs,
        note=note,
    )


def _document(vendor: str, name: str) -> str:
    return f"the pinned document {vendor}/{name}"


def _write(test: StandaloneTest, form: str, folder: Path) -> list[Path]:
    """Write the files of a form; the folder is made. Raises `UsageError` for a file that is there already."""
    files = _files(test, form)
    paths = [folder / name for name in files]
    if there := next((path for path in paths if path.exists()), None):
        raise UsageError(
            "is there already, and may have been changed", where=str(there), remedy="Give another with -o."
        )
    try:
        for path, text in zip(paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(folder), remedy="Give another with -o."
        ) from error
    return paths


def _files(test: StandaloneTest, form: str) -> dict[str, str]:
    """The files of a form by their names."""
    from harness.export import bruno_collection, postman_collection, pytest_file

    if form == "postman":
        return postman_collection.files(test)
    return (
        bruno_collection.files(test)
        if form == "bruno"
        else {pytest_file.file_name(test): pytest_file.pytest_file(test)}
    )


def _report(written: _Written, form: str, paths: Sequence[Path]) -> list[str]:
    """What was written, whether it fails now, and how it is started."""
    test = written.test
    still = "still there, so the test fails now" if written.shows else "not there any more, so the test should pass now"
    lines = [f"{test.id}  {test.finding.operation}, {test.finding.check} {test.finding.pointer}".rstrip()]
    lines.append(f"The finding is {still}.")
    if written.dropped:
        lines.append(f"Not needed for it: {', '.join(written.dropped)} ({written.tries} tries).")
    lines += [f"wrote {path}" for path in paths]
    lines.append("It reads from the environment:")
    lines += [f"  {one.name}  {one.meaning}" for one in test.all_inputs]
    return [*lines, f"run it: {_command(test, form, paths[0])}"]


def _command(test: StandaloneTest, form: str, first: Path) -> str:
    """The command that runs what was written, for a POSIX shell."""
    from harness.export import bruno_collection, postman_collection

    if form == "postman":
        return postman_collection.command(test, shlex.quote(str(first)))
    if form == "bruno":
        return bruno_collection.command(shlex.quote(str(first.parent)))
    return f"pytest {shlex.quote(str(first))}"
