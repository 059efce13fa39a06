"""deskcheck specs: the vendors' documents, listed, pinned, linted and compared; no vendor API is called."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from harness import review, settings, vendors
from harness.checks import waivers
from harness.cli.activity import Activity, shown
from harness.cli.output import print_json
from harness.errors import DocumentError
from harness.formats.shell import command_line
from harness.openapi import document, spec_files
from harness.openapi import pin as pinning
from harness.openapi.document import SPECS
from harness.openapi.repair import PATH_TWINS
from harness.report.text import near, visible
from harness.review import lint as linting
from harness.review.lint import Lint
from harness.review.named_document import corrections_of, existing, load_named
from harness.risk import overrides, rules
from harness.vendors import VENDORS

# Published documents have up to 8 MB; whatever is far larger is none.
LARGEST = 64 * 1024 * 1024
TIMEOUT = 30.0  # seconds
EXAMPLES = {
    "list": "deskcheck specs list",
    "pin": "deskcheck specs pin zendesk https://developer.zendesk.com/zendesk/oas.yaml --name support",
    "lint": "deskcheck specs lint --sarif > documents.sarif",
    "diff": "deskcheck specs diff zendesk/support downloaded.yaml",
}


def add(parser: ArgumentParser) -> None:
    """Options, an action each."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    parsers = {
        name: actions.add_parser(name, help=summary, epilog=f"example:\n  {EXAMPLES[name]}", example=EXAMPLES[name])
        for name, summary in (
            ("list", "show which documents are pinned, from where and when"),
            ("pin", "take the facts of a published document into specs/"),
            ("lint", "show what was mended, corrected or cannot be used, with file and line"),
            ("diff", "show what changed between two documents, and whom it breaks"),
        )
    }
    parsers["pin"].add_argument("vendor", metavar="VENDOR", help=" or ".join(VENDORS))
    parsers["pin"].add_argument("source", metavar="SOURCE", help="a file, a folder of documents, or an https:// URL")
    parsers["pin"].add_argument("--name", default="", help="the document's short name; default: from the source's name")
    parsers["lint"].add_argument(
        "--document", default="", metavar="FILE", help="lint this one in place of the pinned ones"
    )
    parsers["lint"].add_argument("--vendor", default="", metavar="V", help="lint the documents of one vendor only")
    parsers["lint"].add_argument("--level", default="warning", choices=("note", "warning", "error"),
                              help="the least level that gets a line; notes are mended or corrected")  # fmt: skip
    parsers["lint"].add_argument("--sarif", action="store_true", help="print as SARIF 2.1.0, for code hosts")
    for name in ("old", "new"):
        parsers["diff"].add_argument(
            name, metavar=name.upper(), help="a file, a folder, or a pinned one: zendesk/support"
        )
    parsers["diff"].add_argument(
        "--vendor", default="", metavar="V", help="whose documents they are; default: by their paths"
    )
    for name in ("list", "lint", "diff"):
        parsers[name].add_argument("--json", action="store_true", help="print as JSON")


def main(options: Namespace) -> int:
    """Do the action; its exit code."""
    if vendor := vars(options).get("vendor"):
        vendors.named(vendor)
    spec_files.use_own(settings.load().specs)
    return {"list": show, "pin": pin, "lint": lint, "diff": diff}[options.action](options)


def show(options: Namespace) -> int:
    """The pinned documents and how many corrections and waivers each vendor's have."""
    rows = [row for vendor in document.vendors() for row in _pins(vendor)]
    if options.json:
        print_json({"documents": rows})
        return 0
    print(f"{'document':29} {'operations':>10} {'corrections':>11}  {'read on':10}  {'sha256':12}  source")
    for row in rows:
        name = f"{row['vendor']}/{row['name']}"
        counts = f"{row['operations']:10,} {row['corrections']:11,}"
        print(f"{name:29} {counts}  {row['date']}  {row['sha256'][:12]}  {row['source']}")
    return 0


def _pins(vendor: str) -> Iterable[dict[str, Any]]:
    for pin in document.pins(vendor):
        corrections = sum(len(correction.actions) for correction in document.corrections(vendor, pin.file))
        yield {"vendor": vendor, **asdict(pin), "corrections": corrections}


def pin(options: Namespace) -> int:
    """Pin, and say so; corrections that no longer fit are named, since nothing else runs until they do."""
    with shown("specs pin") as activity:
        activity.at(options.source)
        row = pinning.pin(options.vendor, options.source, name=options.name, fetch=fetch)
    print(f"{near(SPECS / options.vendor / row.file)}: {row.operations:,} operations of {row.source}")
    try:
        pinned = list(document.pinned(options.vendor))
    except DocumentError as error:
        print(f"\nIts corrections do not fit any more:\n  {error}")
        print(f"\nSee them all: {command_line('specs', 'lint', '--vendor', options.vendor)}")
        return 1
    repairs = [repair.rule for made in pinned if made.name == row.name for repair in made.repairs]
    if twins := repairs.count(PATH_TWINS):
        print(f"{twins:,} paths differ from another one in the names of their parameters alone, and count with it.")
    print("What changed for the suites: git diff --stat, and `specs diff` of the two published files.")
    return 0


def lint(options: Namespace) -> int:
    """Print every defect: 1 where one stops something from being tested."""
    with shown("specs lint") as activity:
        lints = _lints(options, activity)
    if options.sarif:
        print(linting.sarif(lints))
    elif options.json:
        print(linting.as_json(lints))
    else:
        print(visible(linting.text(lints, options.level), keep="\n"), end="")
    return 1 if linting.worst(lints) == "error" else 0


def _lints(options: Namespace, activity: Activity) -> tuple[Lint, ...]:
    if options.document:
        activity.at(options.document)
        return linting.lint_file(existing(options.document), options.vendor)
    chosen = (options.vendor,) if options.vendor else document.vendors()
    return tuple(lint for vendor in chosen for lint in linting.lint(vendor, at=activity.at))


def diff(options: Namespace) -> int:
    """Print every change: 1 where one breaks a client or our suites, or is not understood."""
    with shown("specs diff") as activity:
        difference = _difference(options, activity)
    print(review.as_json(difference) if options.json else visible(review.text(difference).rstrip(), keep="\n"))
    return int(difference.needs_a_look)


def _difference(options: Namespace, activity: Activity) -> review.Diff:
    activity.at(options.old)
    old = load_named(options.old, options.vendor)
    activity.at(options.new)
    new = load_named(options.new, options.vendor)
    activity.at("comparing both")
    given = overrides.load(new.vendor)
    return review.diff(
        old,
        new,
        tier=lambda operation: str(rules.assess(operation, given).tier),
        waivers=waivers.load(new.vendor),
        corrections=corrections_of(new),
    )


def fetch(url: str) -> bytes:
    """The bytes at an https URL; raises `DocumentError` where they cannot be had, or are too many to be a document."""
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    from harness import __version__

    try:
        with urlopen(Request(url, headers={"User-Agent": f"deskcheck/{__version__}"}), timeout=TIMEOUT) as response:
            if not response.url.startswith("https://"):
                raise DocumentError(
                    "leads to an address that is not https", where=url, remedy="Save the document first."
                )
            data: bytes = response.read(LARGEST + 1)
    except (URLError, OSError, ValueError) as error:
        raise DocumentError(
            f"cannot be fetched: {error}", where=url, remedy="Check the URL, or save the document first."
        ) from error
    if len(data) > LARGEST:
        raise DocumentError(f"has over {LARGEST >> 20} MiB", where=url, remedy="Give the vendor's OpenAPI document.")
    return data
