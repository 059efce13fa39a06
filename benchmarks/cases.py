"""Cases a second and what is sent meanwhile, beside the schemathesis CLI on the same document and sandbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.measure import BIN, Cost, authorization, journal, reset, run, trees
from benchmarks.row import Row
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.sandbox.process import Running, start
from harness.settings import Settings

OPERATIONS = 200
BUDGET = 20
"""Cases an operation."""
WORKERS = 2
CHANGES = ("POST", "PUT", "PATCH", "DELETE")
CONFIG = """
[targets.bench]
vendor = "zendesk"
base_url = "{url}"
auth = "basic"
user = "{user}"
secret_env = "BENCH_TOKEN"
quota = 0
"""


def rows(folder: Path) -> Iterator[Row]:
    """Read operations only, for both; requests are counted by the sandbox, not by us."""
    document = _reads(folder)
    with start() as sandbox:
        _configure(folder, sandbox)
        cold, first = _ours(folder, document, sandbox)
        warm, _ = _ours(folder, document, sandbox)
        fuzz, _ = _peer(folder, document, sandbox, "fuzzing")
        full, second = _peer(folder, document, sandbox, "examples,coverage,fuzzing", "--continue-on-failure")
    peer = f"st run, {WORKERS} workers, fuzzing, -n {BUDGET}"
    for name, (rate, note) in (("cases to be made", cold), ("cases kept", warm)):
        yield Row(
            "cases", f"deskcheck run, {name}", "/s", rate, peer, fuzz[0], more_is_better=True, note=f"{note}; {fuzz[1]}"
        )
    everything = "st run, all phases but stateful"
    yield Row(
        "cases",
        "deskcheck run, cases to be made",
        "/s",
        cold[0],
        everything,
        full[0],
        more_is_better=True,
        note=full[1],
    )
    changing = sum(second[method] for method in CHANGES)
    yield Row(
        "cases", "POST, PUT, PATCH, DELETE sent", "requests", sum(first[method] for method in CHANGES),
        "st run --include-method GET", changing, note=f"of {first.total():,} and {second.total():,} requests in all",
    )  # fmt: skip


def _reads(folder: Path) -> Path:
    """The Zendesk document with the GETs that only read, every so many of them."""
    tree = json.loads(trees(folder)["zendesk/support"].read_text())
    context = run_context.build(RunOptions(vendor="zendesk"), Settings({}, folder / "cache"))
    reading = [
        operation for operation in context.documents.catalog.operations
        if operation.vendor == "zendesk" and operation.method == "GET" and operation.document == "support"
        and context.assessments[operation.key].tier is Tier.READ
    ]  # fmt: skip
    chosen = reading[:: max(1, len(reading) // OPERATIONS)][:OPERATIONS]
    shared = ("parameters", "servers")
    tree["paths"] = {
        operation.path: {key: value for key, value in tree["paths"][operation.path].items() if key in ("get", *shared)}
        for operation in chosen
    }
    path = folder / "reads.json"
    path.write_text(json.dumps(tree))
    return path


def _configure(folder: Path, sandbox: Running) -> None:
    user = sandbox.credentials["zendesk"]["user"]
    (folder / "deskcheck.toml").write_text(CONFIG.format(url=sandbox.urls["zendesk"], user=user))


Rate = tuple[float, str]
"""Requests a second, and what is to be known of them."""


def _ours(folder: Path, document: Path, sandbox: Running) -> tuple[Rate, Counter[str]]:
    words = [
        BIN / "deskcheck", "run", "--target", "bench", "--document", document, "--vendor", "zendesk", "--allow", "read",
        "--budget", str(BUDGET), "--workers", str(WORKERS), "--report-dir", folder / "report",
    ]  # fmt: skip
    environ = {"BENCH_TOKEN": sandbox.credentials["zendesk"]["token"], "DESKCHECK_CACHE": str(folder / "cases")}
    return _counted(words, folder, sandbox, environ)


def _peer(folder: Path, document: Path, sandbox: Running, phases: str, *more: str) -> tuple[Rate, Counter[str]]:
    words = [
        BIN / "st", "run", document, "--url", sandbox.urls["zendesk"], "--include-method", "GET", "--phases", phases,
        "-n", str(BUDGET), "--workers", str(WORKERS), "-H", f"Authorization: {authorization(sandbox)}",
        "--generation-database", "none", "--no-color", *more,
    ]  # fmt: skip
    return _counted(words, folder, sandbox, {})


def _counted(
    words: list[str | Path], folder: Path, sandbox: Running, environ: Mapping[str, str]
) -> tuple[Rate, Counter[str]]:
    """Run it on an empty sandbox and count what arrives there."""
    reset(sandbox)
    cost: Cost = run(words, folder, environ, patience=120)
    methods = Counter(row["method"] for row in journal(sandbox))
    ended = "" if cost.code in (0, 1) else f", ended with {cost.code}: {cost.output[-300:].strip()}"
    return (
        methods.total() / cost.seconds,
        f"{methods.total():,} requests in {cost.seconds:.1f} s, {cost.cpu:.1f} of them CPU{ended}",
    ), methods
