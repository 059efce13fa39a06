"""deskcheck specs: the vendors' documents, listed, pinned, linted and compared; no vendor API is called."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import DocumentError, UsageError
from harness.openapi import document, overlay
from harness.openapi.document import SPECS, VENDORS, Document
from harness.report.text import visible

if TYPE_CHECKING:
    from harness.review.lint import Lint

# Published documents have up to 8 MB; whatever is far larger is none.
LARGEST = 64 * 1024 * 1024
PATIENCE = 30.0  # seconds
EXAMPLES = {
    "list": "deskcheck specs list",
    "pin": "deskcheck specs pin zendesk https://developer.zendesk.com/zendesk/oas.yaml --name support",
    "lint": "deskcheck specs lint --sarif > documents.sarif",
    "diff": "deskcheck specs diff zendesk/support downloaded.yaml",
}


def add(parser: ArgumentParser) -> None:
    """Options, an action each."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = {
        name: actions.add_parser(
            name, help=words, epilog=f"example:\n  {EXAMPLES[name]}", formatter_class=RawDescriptionHelpFormatter
        )
        for name, words in (
            ("list", "show which documents are pinned, from where and when"),
            ("pin", "take the facts of a published document into specs/"),
            ("lint", "show what was mended, corrected or cannot be used, with file and line"),
            ("diff", "show what changed between two documents, and whom it breaks"),
        )
    }
    made["pin"].add_argument("vendor", metavar="VENDOR", help="zendesk or zoho")
    made["pin"].add_argument("source", metavar="SOURCE", help="a file, a folder of documents, or an https:// URL")
    made["pin"].add_argument("--name", default="", help="the document's short name; default: from the source's name")
    made["lint"].add_argument(
        "--document", default="", metavar="FILE", help="lint this one in place of the pinned ones"
    )
    made["lint"].add_argument("--vendor", default="", metavar="V", help="lint the documents of one vendor only")
    made["lint"].add_argument("--level", default="warning", choices=("note", "warning", "error"),
                              help="the least level that gets a line; notes are mended or corrected")  # fmt: skip
    made["lint"].add_argument("--sarif", action="store_true", help="print as SARIF 2.1.0, for code hosts")
    for name in ("old", "new"):
        made["diff"].add_argument(name, metavar=name.upper(), help="a file, a folder, or a pinned one: zendesk/support")
    made["diff"].add_argument(
        "--vendor", default="", metavar="V", help="whose documents they are; default: by their paths"
    )
    for name in ("list", "lint", "diff"):
        made[name].add_argument("--json", action="store_true", help="print as JSON")


def main(options: Namespace) -> int:
    """Do the action; its exit code."""
    vendor = vars(options).get("vendor")
    if vendor and vendor not in VENDORS:
        raise UsageError(f"unknown vendor {vendor!r}", remedy=f"Use one of: {', '.join(VENDORS)}.")
    return {"list": show, "pin": pin, "lint": lint, "diff": diff}[options.action](options)


def show(options: Namespace) -> int:
    """The pinned documents and how many corrections and waivers each vendor's have."""
    rows = [row for vendor in VENDORS for row in _pins(vendor)]
    if options.json:
        print(_json({"documents": rows}))
        return 0
    print(f"{'document':29} {'operations':>10} {'corrections':>11}  {'read on':10}  {'sha256':12}  source")
    for row in rows:
        name = f"{row['vendor']}/{row['name']}"
        counts = f"{row['operations']:10,} {row['corrections']:11,}"
        print(f"{name:29} {counts}  {row['date']}  {row['sha256'][:12]}  {row['source']}")
    return 0


def _pins(vendor: str) -> Iterable[dict[str, Any]]:
    folder = SPECS / vendor / "overlays"
    for row in document.pins(vendor):
        actions = sum(len(one.actions) for one in overlay.overlays(folder, row.file))
        yield {"vendor": vendor, **asdict(row), "corrections": actions}


def pin(options: Namespace) -> int:
    """Pin, and say so; corrections that no longer fit are named, since nothing else runs until they do."""
    from harness.openapi import pin as pinning

    row = pinning.pin(options.vendor, options.source, name=options.name, fetch=fetch)
    print(f"{SPECS.name}/{options.vendor}/{row.file}: {row.operations:,} operations of {row.source}")
    try:
        list(document.pinned(options.vendor))
    except DocumentError as error:
        print(f"\nIts corrections do not fit any more:\n  {error}")
        print(f"\nSee them all: deskcheck specs lint --vendor {options.vendor}")
        return 1
    print("What changed for the suites: git diff --stat, and deskcheck specs diff OLD NEW on the published files.")
    return 0


def lint(options: Namespace) -> int:
    """Print every defect: 1 where one stops something from being tested."""
    from harness.review import lint as linting

    found = _linted(options)
    if options.sarif:
        print(linting.sarif(found))
    elif options.json:
        print(linting.as_json(found))
    else:
        print(visible(linting.text(found, options.level), keep="\n"), end="")
    return 1 if linting.worst(found) == "error" else 0


def _linted(options: Namespace) -> tuple[Lint, ...]:
    from harness.review import lint as linting

    if options.document:
        return linting.lint_file(existing(options.document), options.vendor or "zendesk")
    vendors = (options.vendor,) if options.vendor else VENDORS
    return tuple(one for vendor in vendors for one in linting.lint(vendor))


def diff(options: Namespace) -> int:
    """Print every change: 1 where one breaks a client or our suites."""
    from harness import review as differ
    from harness.checks import waivers
    from harness.risk import overrides, rules

    old, new = (named(name, options.vendor) for name in (options.old, options.new))
    known = overrides.load(new.vendor)
    found = differ.diff(
        old,
        new,
        tier=lambda operation: str(rules.assess(operation, known).tier),
        waivers=waivers.load((new.vendor,)),
        corrections=_corrections(new),
    )
    print(differ.as_json(found) if options.json else visible(differ.text(found).rstrip(), keep="\n"))
    return 1 if any(change.breaks_client or change.breaks_suites for change in found.changes) else 0


def _corrections(new: Document) -> tuple[overlay.Overlay, ...]:
    """The overlays in force for the pinned document that the new one would replace."""
    names = [row.file for row in document.pins(new.vendor)]
    file = next((name for name in names if Path(name).stem in new.name), names[0])
    return tuple(overlay.overlays(SPECS / new.vendor / "overlays", file))


def named(name: str, vendor: str) -> Document:
    """A document as published, uncorrected: what the vendor changed is the question."""
    path = next(
        (SPECS / one / row.file for one in VENDORS for row in document.pins(one) if f"{one}/{row.name}" == name), None
    )
    found = document.load(path or existing(name), vendor or "zendesk", strict=False)
    return found if vendor else replace(found, vendor=_vendor(found))


def _vendor(found: Document) -> str:
    """Zoho Desk's paths begin with /api/v1, Zendesk's with /api/v2."""
    ours = sum(path.startswith("/api/v1/") for path in found.tree.get("paths", {}))
    return "zoho" if ours * 2 > len(found.tree.get("paths", {})) else "zendesk"


def existing(name: str) -> Path:
    """The path of a document; raises `UsageError` that names the pinned ones."""
    path = Path(name)
    if path.exists():
        return path
    pinned = ", ".join(f"{vendor}/{row.name}" for vendor in VENDORS for row in document.pins(vendor))
    raise UsageError(
        "there is no such file or folder", where=name, remedy=f"Check the path, or name a pinned one: {pinned}."
    )


def fetch(url: str) -> bytes:
    """The bytes at an https URL; raises `DocumentError` where they cannot be had, or are too many to be a document."""
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    from harness import __version__

    try:
        with urlopen(Request(url, headers={"User-Agent": f"deskcheck/{__version__}"}), timeout=PATIENCE) as answer:
            if not answer.url.startswith("https://"):
                raise DocumentError(
                    "leads to an address that is not https", where=url, remedy="Save the document first."
                )
            data: bytes = answer.read(LARGEST + 1)
    except (URLError, OSError, ValueError) as error:
        raise DocumentError(
            f"cannot be fetched: {error}", where=url, remedy="Check the URL, or save the document first."
        ) from error
    if len(data) > LARGEST:
        raise DocumentError(f"has over {LARGEST >> 20} MiB", where=url, remedy="Give the vendor's OpenAPI document.")
    return data


def _json(value: Any) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value)).decode()
