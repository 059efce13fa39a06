"""deskcheck release: what changed since the last release, and what to test before the next one, on one page."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from harness import review, settings, vendors
from harness.checks import waivers
from harness.cli import output
from harness.cli.activity import shown
from harness.errors import UsageError, os_errors_as
from harness.openapi.catalog import compile_operations
from harness.openapi.document import SPECS, Document
from harness.report import release_check, text
from harness.report.comparison import Comparison, compare, held_to
from harness.report.release_check import ReleaseCheck
from harness.results import archive, baseline
from harness.results.outcome import Run
from harness.review.corrected import corrected_diff, tier_of
from harness.review.named_document import corrections_of, counterpart, load_named, replacement
from harness.review.touched import Touched, touched_overlays, touched_waivers

CODES = """exit codes:
  0  nothing changed, or nothing that breaks anybody or is new
  1  a look is needed: a change breaks a client or the suites or is not understood,
     a finding is new, a waiver has expired, a waiver or an overlay is stale
  2  wrong use: a document, run or baseline that is none, or of another vendor
  4  the later run did not come to its end, so its behaviour proves nothing"""


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.epilog = f"{CODES}\n\n{parser.epilog}"
    parser.add_argument("old", metavar="OLD", help="the document of the last release: a file, folder or pinned one")
    parser.add_argument("new", metavar="NEW", nargs="?", default="", help="that of the next; default: the pinned one")
    parser.add_argument("--vendor", default="", metavar="V", help="whose documents they are; default: by their paths")
    parser.add_argument(
        "--baseline", default="", metavar="RUN|FILE", help="what behaviour was known at the last release"
    )
    parser.add_argument("--run", default="", metavar="RUN", help="the later run; default with --baseline: latest")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    output.add_formats(parser, where="the later run's folder")
    parser.add_argument("--markdown", default="", metavar="FILE", help="write the page as Markdown, too")


def main(options: Namespace) -> int:
    """Print the page; sends nothing."""
    if options.vendor:
        vendors.named(options.vendor, where="--vendor")
    if options.run and not options.baseline:
        remedy = "Say what it is compared with: --baseline RUN|FILE"
        raise UsageError("--run names a later run, and no earlier one is named", where="--run", remedy=remedy)
    if options.format and not options.baseline:
        remedy = "Say what the later run is compared with: --baseline RUN|FILE"
        raise UsageError("--format writes what a run found, and none is compared", where="--format", remedy=remedy)
    with shown("release"):
        check = _check(options)
    if options.json:
        output.print_json(release_check.document(check))
    elif not output.prints_format(options):
        print(text.visible(release_check.page(check), keep="\n"))
    if options.markdown:
        _write(Path(options.markdown), release_check.markdown(check))
    _write_formats(check, options)
    return check.exit_code


def _write_formats(check: ReleaseCheck, options: Namespace) -> None:
    """The later run in the formats that were asked for, held to the baseline as the page does."""
    if options.format and check.behaviour and (run := _later_run(options, check.vendor)):
        output.write_formats(held_to(check.behaviour, run), options, _folder(options))


def _write(path: Path, page: str) -> None:
    with os_errors_as(UsageError, "cannot be written", path, "Name a file that you may write: --markdown FILE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", errors="backslashreplace")


def _check(options: Namespace) -> ReleaseCheck:
    old = load_named(options.old, options.vendor)
    new = load_named(str(replacement(old, options.new)), old.vendor)
    given, tier = waivers.load(new.vendor), tier_of(new.vendor)
    difference = review.diff(old, new, tier=tier, waivers=given)
    keys = [operation.key for operation in compile_operations(new.vendor, new.name, new.tree)]
    run = _later_run(options, new.vendor)
    return ReleaseCheck(
        vendor=new.vendor,
        difference=difference,
        waivers=(*touched_waivers(given, difference, keys, date.today()), *_unneeded(run)),
        overlays=touched_overlays(old, new, corrections_of(new)),
        retest=corrected_diff(options.old, options.new, old.vendor)[1].retest,
        operations=len(keys),
        command=_command(options, old, new),
        behaviour=_behaviour(options.baseline, run, new.vendor) if run else None,
        unfinished=_why_no_evidence(run) if run else "",
    )


def _later_run(options: Namespace, vendor: str) -> Run | None:
    """What the later run found at the vendor's org, where behaviour is to be compared."""
    if not options.baseline:
        return None
    run = archive.load(_folder(options))
    if vendor not in run.vendors.values():
        what = f"tested {', '.join(dict.fromkeys(run.vendors.values()))}, and the documents are of {vendor}"
        raise UsageError(what, where=f"run {run.id}", remedy="Name a run of the same vendor: --run RUN")
    return replace(run, outcomes=tuple(outcome for outcome in run.outcomes if outcome.vendor == vendor))


def _folder(options: Namespace) -> Path:
    """The later run's folder."""
    return archive.locate(options.run or archive.LATEST, settings.load().reports)


def _behaviour(name: str, run: Run, vendor: str) -> Comparison:
    known = baseline.load(name, settings.load().reports)
    if vendor not in known.vendors:
        what = f"is a baseline of {', '.join(known.vendors)}, and the documents are of {vendor}"
        raise UsageError(what, where=f"--baseline {name}", remedy="Give a baseline of the same vendor.")
    own = tuple(finding for finding in known.findings if finding.operation.startswith(f"{vendor}:"))
    return compare(replace(known, findings=own), run)


def _why_no_evidence(run: Run) -> str:
    """Why a run does not show how the org behaves: it is not one that came to its end."""
    return "" if run.exit_code in (0, 1) else f"run {run.id} ended with {run.exit_code}, {text.meaning(run)}"


def _unneeded(run: Run | None) -> Iterator[Touched]:
    """Waivers that explained nothing in the later run, though it tested their operations."""
    if run is None:
        return
    # Loads pytest, which nothing else here needs.
    from harness.run.exit_code import unneeded_waivers

    for name in unneeded_waivers(run.outcomes):
        yield Touched(name, f"nothing needed it in run {run.id}", is_stale=False)


def _command(options: Namespace, old: Document, new: Document) -> str:
    """What tests the changed operations, as it is typed."""
    words = ["deskcheck", "run", "--changed-since", options.old]
    pin = counterpart(old)
    is_pinned = pin is not None and new.path == SPECS / old.vendor / pin.file
    if not is_pinned:
        words += ["--document", str(new.path)]
    if options.vendor or not is_pinned:
        words += ["--vendor", new.vendor]
    if options.baseline:
        words += ["--baseline", options.baseline]
    return shlex.join(words)
