"""deskcheck observe: recorded traffic against the documents; sends nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from harness import settings, traffic
from harness.checks import waivers
from harness.cli import output
from harness.cli.activity import shown
from harness.contract.contract import Contract
from harness.errors import UsageError
from harness.openapi import document_cache, positions, spec_files
from harness.openapi.catalog import Catalog
from harness.openapi.document_cache import DocumentCache
from harness.planning import run_options
from harness.report import causes
from harness.report.text import many, visible
from harness.traffic import Observation, Sighting
from harness.traffic.observed_run import observed_run, outcomes_of
from harness.traffic.readers.table import PACKINGS, names
from harness.unjudged import closing_line
from harness.vendors import VENDORS

TOP = 30
"""Lines of a list on the terminal; the JSON form has all."""


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.epilog = f"{parser.epilog or ''}\n\n{_recordings()}"
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="FILE|DIR", help="recordings: HAR files, cassettes, logs"
    )
    run_options.add_options(
        parser.add_argument,
        ("document", "vendor"),
        document="use this document in place of the pinned ones",
        vendor=f"whose document it is: {' or '.join(VENDORS)}",
    )
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    output.add_formats(parser, where="the working directory")


def _recordings() -> str:
    """The forms that are read, one a line."""
    return "\n".join(
        ["recordings, told by their content (docs/recordings.md):", *(f"  {name}" for name in names()), PACKINGS]
    )


def main(parsed: Namespace) -> int:
    """Print what the traffic shows: 1 for findings that no waiver explains, 2 for nothing judged or a lost file."""
    options = run_options.from_namespace(parsed)
    replaced = run_options.replaced_documents(options)
    configured = settings.load()
    spec_files.use_own(configured.specs)
    started = datetime.now(UTC)
    with shown("observe") as activity:
        documents = document_cache.open_documents(configured.cache, other=replaced)
        given = waivers.load(options.vendor or "*")
        contract = Contract(documents.document)
        observation = traffic.observe(parsed.paths, documents.catalog, contract, given, at=activity.at)
    if parsed.json:
        output.print_json(observation.as_json())
    elif not output.prints_format(parsed):
        print("\n\n".join(blocks(observation, documents.catalog)))
    problem = not_judged(observation)
    if problem:
        print(f"deskcheck: {problem}", file=sys.stderr)
    code = 1 if observation.unexplained else problem.exit_code if problem else 0
    _write_formats(observation, documents, started, code, parsed)
    return code


def _write_formats(
    observation: Observation, documents: DocumentCache, started: datetime, code: int, parsed: Namespace
) -> None:
    if not parsed.format:
        return
    seen = [documents.catalog.by_key[key] for key in observation.coverage["by_operation"]]
    sources = positions.sources(documents, seen)
    run = observed_run(observation, documents.catalog, sources, started, code)
    output.write_formats(run, parsed, Path())


def not_judged(observation: Observation) -> UsageError | None:
    """Why the traffic cannot pass, though nothing wrong was found: silence must not look like a pass."""
    if not observation.matched:
        return nothing_checked(observation)
    if lost := observation.lost_files:
        return UsageError(f"{many(lost, 'file')} could not be read", remedy="See the notes; mend it, or leave it out.")
    if observation.nothing_judged:
        return UsageError(
            "no answer could be judged in full",
            where=observation.unjudged[0].place if observation.unjudged else "",
            remedy="Record the bodies as well, or correct the document: deskcheck specs lint.",
        )
    return None


def nothing_checked(observation: Observation) -> UsageError:
    """Why no exchange was checked, and what to do."""
    what = (
        f"none of {observation.exchanges:,} exchanges belongs to a documented operation"
        if observation.exchanges
        else "no exchange was read"
    )
    paths = " or ".join(vendor.api_prefix.rstrip("/") for vendor in VENDORS.values())
    return UsageError(what, remedy=f"Give traffic with a vendor's API (paths with {paths}).")


def blocks(observation: Observation, catalog: Catalog) -> Iterator[str]:
    """The parts of the text form: totals, what no document describes, causes, coverage, notes."""
    new, total = len(observation.unexplained), len(observation.findings)
    share = f" ({100 * observation.matched / observation.exchanges:.1f} %)" if observation.exchanges else ""
    matched = f"{observation.matched:,} of a documented operation{share}"
    findings = f"{many(total, 'finding')}, {total - new:,} of them waived"
    yield f"{many(observation.exchanges, 'exchange')}, {matched}\n{findings}"
    yield from _block("Of no documented operation", [
        f"{row.count:6,}  {row.method:6} {row.path}  {row.file}: entry {row.entry}"
        for row in sorted(observation.unmatched, key=lambda row: -row.count)
    ])  # fmt: skip
    yield from _block("Findings", list(_findings(observation, catalog)))
    yield from _block("Covered", list(_coverage(observation)))
    yield from _block("Notes", list(observation.notes))
    if observation.unjudged:
        yield visible(closing_line(observation.unjudged))


def _findings(observation: Observation, catalog: Catalog) -> Iterator[str]:
    """Two lines a cause: what is wrong where, and the first entry that shows it."""
    first: dict[object, Sighting] = {}
    for sighting in observation.unexplained:
        first.setdefault(sighting.finding, sighting)
    for cause in causes.causes(outcomes_of(observation, catalog, {})):
        place = first[cause.example]
        yield (
            f"{cause.id}  {cause.place}  {cause.check}: {cause.message}  "
            f"(findings {cause.findings:,}, operations {len(cause.operations):,})\n"
            f"    {place.file}: entry {place.entry}, {cause.example.operation} {cause.example.status} "
            f"{cause.example.pointer}".rstrip()
        )


def _coverage(observation: Observation) -> Iterator[str]:
    operations, rows = observation.coverage["operations"], observation.coverage["by_operation"].values()
    yield f"{operations['seen']:6,} of {operations['documented']:,} operations"
    documented = sum(len(row["unseen"]) + len(row["statuses"]) - len(row["undeclared"]) for row in rows)
    seen = sum(len(row["statuses"]) - len(row["undeclared"]) for row in rows)
    yield f"{seen:6,} of {documented:,} statuses that those operations declare"
    seen_fields, documented_fields = (sum(row["fields"][name] for row in rows) for name in ("seen", "documented"))
    yield f"{seen_fields:6,} of {documented_fields:,} fields of their success answers"


def _block(title: str, lines: list[str]) -> Iterator[str]:
    """A titled list, cut for a terminal; recorded text cannot steer it."""
    if lines:
        rest = [f"and {len(lines) - TOP:,} more (--json has all)"] if len(lines) > TOP else []
        rows = [visible(row, keep="\n") for row in [*lines[:TOP], *rest]]
        yield "\n".join([f"{title} ({len(lines):,})" if title != "Covered" else title, *(f"  {row}" for row in rows)])
