"""deskcheck doctor: whether targets can be tested, from their configuration up to their quota; only reads are sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from harness.cli.output import print_json
from harness.errors import UsageError
from harness.planning import run_options
from harness.report.text import visible
from harness.settings import CONFIG
from harness.target import EMBEDDED, embedded_name
from harness.vendors import VENDORS
from harness.vendors.doctor_line import DoctorLine

OPTIONS = (*run_options.SELECTION, "timeout")


def add(parser: ArgumentParser) -> None:
    """Options: those of a run that say what it would send, since scopes and quota are judged for that."""
    helps = {"targets": "an org of deskcheck.toml (repeatable)"}
    run_options.add_options(parser.add_argument, OPTIONS, **helps)
    parser.add_argument("--json", action="store_true", help="print the lines as JSON, see docs/doctor.md")


def main(parsed: Namespace) -> int:
    """Print each line of the examinations; the first problem's exit code."""
    from harness.execution.examination import examine

    options = run_options.from_namespace(parsed, OPTIONS)
    if not options.targets:
        raise UsageError("no target is named", where="--target", remedy=f"Name one of {CONFIG}.")
    if {EMBEDDED, *map(embedded_name, VENDORS)} & set(options.targets):
        raise UsageError(
            "the embedded sandbox has nothing to check", remedy=f"It comes up with each run. Name a target of {CONFIG}."
        )
    codes = []
    sections = []
    for name in dict.fromkeys(options.targets):
        lines = examine(options, name)
        if parsed.json:
            section = _section(name, lines)
            sections.append(section)
            codes.append(section["exit_code"])
        else:
            codes.append(_print(name, lines, is_one_of_many=len(options.targets) > 1))
    code = next((code for code in codes if code), 0)
    if parsed.json:
        print_json({"exit_code": code, "targets": sections})
    return code


def _section(name: str, lines: Iterable[DoctorLine]) -> dict[str, Any]:
    """What `--json` says of one target: its lines in order, and the first problem's exit code."""
    shown = list(lines)
    code = next((line.code for line in shown if line.code), 0)
    return {"target": name, "exit_code": code, "lines": [asdict(line) for line in shown]}


def _print(name: str, lines: Iterable[DoctorLine], *, is_one_of_many: bool) -> int:
    """Print the lines of one target as they come; the first problem's exit code."""
    if is_one_of_many:
        print(visible(f"{name}:"))
    code = 0
    for line in lines:
        print(visible(f"{line.state:8} {line.name:14} {line.message}"), flush=True)
        if line.remedy:
            print(visible(f"{'':23} {line.remedy}"))
        code = code or line.code
    return code
