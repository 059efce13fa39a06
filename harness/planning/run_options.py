"""The options of a run, each declared once: as a field of `RunOptions`, from which argparse and pytest get theirs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.formats.suggestion import did_you_mean
from harness.risk.tier import Tier
from harness.target import DEFAULT_TIMEOUT
from harness.target_keys import LONGEST_TIMEOUT
from harness.vendors import VENDORS, named

DEFAULT_BUDGET = 20
"""Requests an operation, unless --budget says otherwise."""

AddOption = Callable[..., Any]
"""`ArgumentParser.add_argument` or pytest's `group.addoption`: both take the same arguments."""


def tiers(text: str) -> tuple[Tier, ...]:
    """`read,write` to tiers. Raises `UsageError` for a word that is none."""
    names = {str(tier): tier for tier in Tier}
    known = f"Tiers: {', '.join(names)}."
    words = [word for part in text.split(",") if (word := part.strip().lower())]
    for word in words:
        if word not in names:
            remedy = f"{did_you_mean(word, names)} {known}".strip()
            raise UsageError(f"unknown tier {word!r}", where="--allow", remedy=remedy)
    if not words:
        raise UsageError("--allow names no tier", remedy=known)
    return tuple(names[word] for word in words)


def _unchanged(value: Any) -> Any:
    return value


def _budget(requests: int) -> int:
    if requests < 1:
        raise UsageError(f"a budget of {requests} tests nothing", remedy="Give --budget 1 or more.")
    return requests


def _timeout(seconds: float) -> float:
    if not 0 < seconds <= LONGEST_TIMEOUT:  # false for "nan" too
        raise UsageError(
            f"{seconds:g} seconds are no time for an exchange",
            where="--timeout",
            remedy=f"Give more than 0 and at most {LONGEST_TIMEOUT:g}.",
        )
    return seconds


@dataclass(frozen=True, slots=True)
class Option:
    """How one option stands on the command line. `read` makes the value of a run out of what the parser gives.

    `kind` is what the parser makes of the text; a flag has `bool`, and an option that may be repeated `list`.
    """

    flag: str
    help: str
    metavar: str
    kind: type
    read: Callable[[Any], Any]

    @property
    def attribute(self) -> str:
        """The name under which a parser keeps the value."""
        return self.flag.removeprefix("--").replace("-", "_")

    def add_to(self, add: AddOption, help: str) -> None:
        """Declare the option to a parser. What was not given is None there: only `RunOptions` knows defaults."""
        if self.kind is bool:
            add(self.flag, action="store_true", default=None, help=help)
        elif self.kind is list:
            add(self.flag, action="append", default=None, metavar=self.metavar, help=help)
        else:
            add(self.flag, type=self.kind, default=None, metavar=self.metavar, help=help)


def _option(flag: str, default: Any, metavar: str, help: str, kind: type = str, read: Any = None) -> Any:
    """A field of `RunOptions` that the command line fills."""
    declared = Option(flag, help, metavar, kind, read or _unchanged)
    return field(default=default, metadata={"option": declared})


def _repeatable(flag: str, metavar: str, help: str) -> Any:
    return _option(flag, (), metavar, help, list, tuple)


def _flag(flag: str, help: str) -> Any:
    return _option(flag, False, "", help, bool)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user typed; `allow` and `timeout` are None where nothing was.

    Where `targets` is empty, the embedded sandbox is meant.
    """

    targets: tuple[str, ...] = _repeatable(
        "--target", "T", "an org of deskcheck.toml (repeatable); default: the embedded sandbox of every vendor"
    )
    allow: tuple[Tier, ...] | None = _option(
        "--allow",
        None,
        "TIERS",
        "comma-separated tiers that may run: read,write,admin,outbound,destructive; default: read, "
        "and read,write on the embedded sandbox",
        read=tiers,
    )
    operations: tuple[str, ...] = _repeatable(
        "--allow-operation", "KEY", "allow one operation by its key (repeatable), as deskcheck plan --list shows it"
    )
    confirm: tuple[str, ...] = _repeatable(
        "--confirm", "ORG", "the org's name, typed out (repeatable): needed for destructive tiers"
    )
    budget: int = _option(
        "--budget", DEFAULT_BUDGET, "N", f"requests an operation at most; default {DEFAULT_BUDGET}", int, _budget
    )
    partial: bool = _flag(
        "--partial", "where the run does not fit into what is left of a quota, run the most valuable part that does"
    )
    only: tuple[str, ...] = _repeatable("--only", "PATTERN", "operations by key, path or tag, with * (repeatable)")
    changed_since: str = _option(
        "--changed-since",
        "",
        "OLD",
        "only operations that differ from this older document: a file, folder or pinned one",
    )
    document: str = _option("--document", "", "FILE", "use this document in place of the pinned ones of --vendor")
    vendor: str = _option("--vendor", "", "V", f"whose documents --document and OLD are: {' or '.join(VENDORS)}")
    timeout: float | None = _option(
        "--timeout",
        None,
        "SECONDS",
        f"for one exchange, from connecting to the last byte; default {DEFAULT_TIMEOUT:g}, or what the target says",
        float,
        _timeout,
    )
    seed: int = _option("--seed", 1, "S", "the same seed gives the same cases; default 1", int)
    report_dir: str = _option("--report-dir", "", "DIR", "where the report goes; default reports/RUN")
    formats: tuple[str, ...] = _repeatable(
        "--format", "FORMAT", "write another report into the folder (repeatable), see deskcheck report --help"
    )
    faults: tuple[str, ...] = _repeatable(
        "--fault", "F", "make the embedded sandbox wrong in a named way (repeatable), see deskcheck sandbox --help"
    )
    baseline: str = _option(
        "--baseline",
        "",
        "RUN|FILE",
        "fail on findings alone that this run or baseline file has not; writes the next one",
    )
    strict_waivers: bool = _flag("--strict-waivers", "fail on waivers that nothing needed")
    har: bool = _flag("--har", "record every exchange, secrets masked, as one HAR file a vendor in the report")
    sandboxed: bool = _flag(
        "--sandboxed",
        "run in a network namespace of its own, in which only the targets can be reached, "
        "by whatever code (Linux, unshare)",
    )
    propose_waivers: bool = _flag(
        "--propose-waivers", "write waivers-proposed.yaml into the report for a person to edit"
    )


OPTIONS: Mapping[str, Option] = {declared.name: declared.metadata["option"] for declared in fields(RunOptions)}
"""Every option of a run by its name in `RunOptions`, in the order in which help shows them."""

SELECTION = (
    "targets", "allow", "operations", "confirm", "budget", "partial", "only", "changed_since", "document", "vendor",
)  # fmt: skip
"""What the commands take that look at operations and send nothing."""


def add_options(add: AddOption, names: tuple[str, ...] = tuple(OPTIONS), **helps: str) -> None:
    """Declare the named options to a parser; `helps` are the help texts that are other ones for this command."""
    for name in names:
        OPTIONS[name].add_to(add, helps.get(name, OPTIONS[name].help))


def from_namespace(parsed: Namespace, names: tuple[str, ...] = tuple(OPTIONS)) -> RunOptions:
    """The parsed options of a command as a value; one that the command does not take has its default.

    Raises `UsageError` for an unknown tier or vendor, a budget below 1, or a timeout that is none.
    """
    given = {name: getattr(parsed, OPTIONS[name].attribute, None) for name in names}
    options = RunOptions(**{name: OPTIONS[name].read(value) for name, value in given.items() if value is not None})
    _check_document(options)
    return options


def _check_document(options: RunOptions) -> None:
    document, vendor = options.document, options.vendor
    if vendor and not (document or options.changed_since):
        remedy = f"To test one vendor: --only '{vendor}:*'."
        raise UsageError("--vendor says whose --document is given, and none is", remedy=remedy)
    if document and not vendor:
        remedy = f"Say whose document it is: --vendor {next(iter(VENDORS))}."
        raise UsageError("--document and --vendor go together", remedy=remedy)
    if vendor:
        named(vendor, where="--vendor")
    if document and not Path(document).exists():
        raise UsageError("no such file or folder", where=str(document), remedy="Check the path given to --document.")


def replaced_documents(options: RunOptions) -> dict[str, Path]:
    """The document that replaces a vendor's pinned ones, by vendor, if one was given."""
    return {options.vendor: Path(options.document)} if options.document else {}
