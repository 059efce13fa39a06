"""deskcheck observe: recorded traffic against the documents; sends nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.errors import UsageError
from harness.openapi import document_cache
from harness.openapi.document import VENDORS
from harness.planning import run_options

if TYPE_CHECKING:
    from harness.openapi.catalog import Catalog
    from harness.report.causes import Cause
    from harness.traffic import Observation, Sighting

TOP = 30
"""Lines of a list on the terminal; the JSON form has all."""


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR", help="HAR files, betamax or VCR cassettes")
    parser.add_argument("--document", default="", metavar="FILE", help="use this document in place of the pinned ones")
    parser.add_argument("--vendor", default="", metavar="V", help="whose document it is: zendesk or zoho")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")


def main(options: Namespace) -> int:
    """Print what the traffic shows: 1 for findings that no waiver explains, 2 when nothing could be checked."""
    from harness import traffic
    from harness.checks import waivers
    from harness.contract.contract import Contract

    wish = run_options.wish(options)
    documents = document_cache.open_documents(settings.load().cache, other=run_options.other(wish))
    known = waivers.load((wish.vendor,) if wish.vendor else VENDORS)
    seen = traffic.observe(options.paths, documents.catalog, Contract(documents.document), known)
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(seen.as_json())).decode())
    else:
        print("\n\n".join(blocks(seen, documents.catalog)))
    if not seen.matched:
        print(f"deskcheck: {nothing(seen)}", file=sys.stderr)
        return UsageError.exit_code
    return 1 if seen.unexplained else 0


def nothing(seen: Observation) -> UsageError:
    """Why no exchange was checked, and what to do: silence must not look like a pass."""
    what = (
        f"none of {seen.exchanges:,} exchanges belongs to a documented operation"
        if seen.exchanges
        else "no exchange was read"
    )
    return UsageError(what, remedy="Give traffic with a vendor's API (paths with /api/v2 or /api/v1).")


def blocks(seen: Observation, catalog: Catalog) -> Iterator[str]:
    """The parts of the text form: totals, what no document describes, causes, coverage, notes."""
    from harness.report.text import many

    new, all_ = len(seen.unexplained), len(seen.findings)
    share = f" ({100 * seen.matched / seen.exchanges:.1f} %)" if seen.exchanges else ""
    matched = f"{seen.matched:,} of a documented operation{share}"
    yield f"{many(seen.exchanges, 'exchange')}, {matched}\n{many(all_, 'finding')}, {all_ - new:,} of them waived"
    yield from _block("Of no documented operation", [
        f"{one.count:6,}  {one.method:6} {one.path}  {one.file}: entry {one.entry}"
        for one in sorted(seen.unmatched, key=lambda one: -one.count)
    ])  # fmt: skip
    yield from _block("Findings", list(_findings(seen, catalog)))
    yield from _block("Covered", list(_coverage(seen)))
    yield from _block("Notes", list(seen.notes))


def _findings(seen: Observation, catalog: Catalog) -> Iterator[str]:
    """Two lines a cause: what is wrong where, and the first entry that shows it."""
    first: dict[object, Sighting] = {}
    for sighting in seen.unexplained:
        first.setdefault(sighting.finding, sighting)
    for cause in _causes(seen.unexplained, catalog):
        place = first[cause.example]
        yield (
            f"{cause.id}  {cause.place}  {cause.check}: {cause.message}  "
            f"(findings {cause.findings:,}, operations {len(cause.operations):,})\n"
            f"    {place.file}: entry {place.entry}, {cause.example.operation} {cause.example.status} "
            f"{cause.example.pointer}".rstrip()
        )


def _causes(sightings: tuple[Sighting, ...], catalog: Catalog) -> tuple[Cause, ...]:
    """The reports' own grouping; an operation's traffic counts as its outcome."""
    from harness.report import causes
    from harness.results.outcome import Outcome, State

    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.finding.operation, []).append(sighting)
    outcomes = []
    for key, members in groups.items():
        one = catalog.by_key[key]
        found = tuple(member.finding for member in members)
        outcomes.append(
            Outcome(key, one.vendor, one.method, one.path, one.resource, "", "", State.FINDINGS, findings=found)
        )
    return causes.causes(outcomes)


def _coverage(seen: Observation) -> Iterator[str]:
    operations, rows = seen.coverage["operations"], seen.coverage["by_operation"].values()
    yield f"{operations['seen']:6,} of {operations['documented']:,} operations"
    documented = sum(len(row["unseen"]) + len(row["statuses"]) - len(row["undeclared"]) for row in rows)
    met = sum(len(row["statuses"]) - len(row["undeclared"]) for row in rows)
    yield f"{met:6,} of {documented:,} statuses that those operations declare"
    fields = [sum(row["fields"][name] for row in rows) for name in ("seen", "documented")]
    yield f"{fields[0]:6,} of {fields[1]:,} fields of their success answers"


def _block(title: str, lines: list[str]) -> Iterator[str]:
    """A titled list, cut for a terminal; recorded text cannot steer it."""
    from harness.report.text import visible

    if lines:
        rest = [f"and {len(lines) - TOP:,} more (--json has all)"] if len(lines) > TOP else []
        rows = [visible(row, keep="\n") for row in [*lines[:TOP], *rest]]
        yield "\n".join([f"{title} ({len(lines):,})" if title != "Covered" else title, *(f"  {row}" for row in rows)])
