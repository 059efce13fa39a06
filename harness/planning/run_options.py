"""What both doors ask for in the same words: the options of a run, and the wish that they add up to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.openapi.document import VENDORS
from harness.planning.plan import DEFAULT_BUDGET
from harness.risk.tier import Tier
from harness.settings import DEFAULT_TIMEOUT

LONGEST_TIMEOUT = 3600.0

Add = Callable[..., Any]
"""`ArgumentParser.add_argument` or pytest's `group.addoption`: both take these words."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for. `allow` is None where nothing was said; `targets` empty means the embedded sandbox."""

    targets: tuple[str, ...] = ()
    allow: tuple[Tier, ...] | None = None
    operations: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    budget: int = DEFAULT_BUDGET
    seed: int = 1
    only: tuple[str, ...] = ()
    report_dir: str = ""
    document: str = ""
    vendor: str = ""
    faults: tuple[str, ...] = ()
    strict_waivers: bool = False
    propose_waivers: bool = False
    har: bool = False
    timeout: float = DEFAULT_TIMEOUT
    sandboxed: bool = False


def add_selection(add: Add) -> None:
    """Options of every command that looks at operations."""
    add("--target", action="append", default=[], metavar="T",
        help="an org of deskcheck.toml (repeatable); default: the embedded sandbox of both vendors")  # fmt: skip
    add("--allow", default=None, metavar="TIERS",
        help="comma-separated tiers that may run: read,write,admin,outbound,destructive; default: read, "
             "and read,write on the embedded sandbox")  # fmt: skip
    add("--allow-operation", action="append", default=[], metavar="KEY",
        help="allow one operation by its key (repeatable), such as zendesk:UpdateAccountSettings")  # fmt: skip
    add("--confirm", action="append", default=[], metavar="ORG",
        help="the org's name, typed out (repeatable): needed for destructive tiers")  # fmt: skip
    add("--budget", type=int, default=DEFAULT_BUDGET, metavar="N",
        help=f"requests an operation at most; default {DEFAULT_BUDGET}")  # fmt: skip
    add("--only", action="append", default=[], metavar="PATTERN",
        help="operations by key, path or tag, with * (repeatable)")  # fmt: skip
    add("--document", default="", metavar="FILE", help="use this document in place of the pinned ones of --vendor")
    add("--vendor", default="", metavar="V", help="whose document --document is: zendesk or zoho")


def add_run_options(add: Add) -> None:
    """Options of a run."""
    add_selection(add)
    add_timeout(add)
    add("--seed", type=int, default=1, metavar="S", help="the same seed gives the same cases; default 1")
    add("--report-dir", default="", metavar="DIR", help="where the report goes; default reports/RUN")
    add("--fault", action="append", default=[], metavar="F",
        help="make the embedded sandbox wrong in a named way (repeatable), see deskcheck sandbox --help")  # fmt: skip
    add("--strict-waivers", action="store_true", default=False, help="fail on waivers that nothing needed")
    add("--har", action="store_true", default=False,
        help="record every exchange, secrets masked, as one HAR file a vendor in the report")  # fmt: skip
    add("--sandboxed", action="store_true", default=False,
        help="run in a network namespace of its own, in which only the targets can be reached, "
             "by whatever code (Linux, unshare)")  # fmt: skip
    add("--propose-waivers", action="store_true", default=False,
        help="write waivers-proposed.yaml into the report for a person to edit")  # fmt: skip


def add_timeout(add: Add) -> None:
    """The option of every command that sends requests."""
    add("--timeout", type=float, default=None, metavar="SECONDS",
        help=f"for one exchange, from connecting to the last byte; default {DEFAULT_TIMEOUT:g}")  # fmt: skip


def timeout(options: Namespace) -> float:
    """The seconds that one exchange may take. Raises `UsageError` for none, fewer, or more than an hour."""
    asked = getattr(options, "timeout", None)
    if asked is None:
        return DEFAULT_TIMEOUT
    if not 0 < asked <= LONGEST_TIMEOUT:  # false for "nan" too
        raise UsageError(
            f"{asked:g} seconds are no time for an exchange",
            where="--timeout",
            remedy=f"Give more than 0 and at most {LONGEST_TIMEOUT:g}.",
        )
    return float(asked)


def wish(options: Namespace) -> RunOptions:
    """The parsed options as a wish. Raises `UsageError` for an unknown tier, vendor or a budget below 1."""
    given = vars(options)
    if given.get("budget", 1) < 1:
        raise UsageError(f"a budget of {given['budget']} tests nothing", remedy="Give --budget 1 or more.")
    _document(given)
    return RunOptions(
        targets=tuple(given.get("target") or ()),
        allow=None if given.get("allow") is None else tiers(given["allow"]),
        operations=tuple(given.get("allow_operation") or ()),
        confirm=tuple(given.get("confirm") or ()),
        budget=given.get("budget") or DEFAULT_BUDGET,
        seed=1 if given.get("seed") is None else given["seed"],
        only=tuple(given.get("only") or ()),
        report_dir=given.get("report_dir") or "",
        document=given.get("document") or "",
        vendor=given.get("vendor") or "",
        faults=tuple(given.get("fault") or ()),
        strict_waivers=bool(given.get("strict_waivers")),
        har=bool(given.get("har")),
        timeout=timeout(options),
        sandboxed=bool(given.get("sandboxed")),
        propose_waivers=bool(given.get("propose_waivers")),
    )


def tiers(text: str) -> tuple[Tier, ...]:
    """`read,write` to tiers. Raises `UsageError` for a word that is none."""
    names = {str(tier): tier for tier in Tier}
    found = []
    for word in filter(None, (part.strip().lower() for part in text.split(","))):
        if word not in names:
            raise UsageError(f"unknown tier {word!r}", where="--allow", remedy=f"Tiers: {', '.join(names)}.")
        found.append(names[word])
    if not found:
        raise UsageError("--allow names no tier", remedy=f"Tiers: {', '.join(names)}.")
    return tuple(found)


def other(asked: RunOptions) -> dict[str, Path]:
    """The document that replaces a vendor's pinned ones, if one was given."""
    return {asked.vendor: Path(asked.document)} if asked.document else {}


def _document(given: dict[str, Any]) -> None:
    document, vendor = given.get("document"), given.get("vendor")
    if vendor and not document:
        remedy = f"To test one vendor: --only '{vendor}:*'."
        raise UsageError("--vendor says whose --document is given, and none is", remedy=remedy)
    if document and not vendor:
        raise UsageError("--document and --vendor go together", remedy="Say whose document it is: --vendor zendesk.")
    if vendor and vendor not in VENDORS:
        raise UsageError(f"unknown vendor {vendor!r}", where="--vendor", remedy=f"Vendors: {', '.join(VENDORS)}.")
    if document and not Path(document).exists():
        raise UsageError("no such file or folder", where=str(document), remedy="Check the path given to --document.")
