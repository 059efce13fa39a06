"""Clocks, processes and documents that several parts measure with."""

from __future__ import annotations

import compileall
import copy
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from harness import shipped
from harness.cases import pattern
from harness.openapi.document_cache import DocumentCache, open_documents
from harness.sandbox.process import Running

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and its children took: `seconds` of wall time, of them `cpu`, `megabytes` at the peak; its end."""

    seconds: float
    cpu: float
    megabytes: float
    code: int
    output: str


# As it is for whoever installed us: compiled, as the peers are.
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

# The peak memory of a process counts from its parent's, so the parent must be a small one.
_PARENT = """
import json, os, sys, time
begun = time.perf_counter()
pid = os.spawnv(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as file:
    cpu = used.ru_utime + used.ru_stime
    json.dump([time.perf_counter() - begun, cpu, used.ru_maxrss, os.waitstatus_to_exitcode(status)], file)
"""


def run(
    words: Sequence[str | Path], folder: Path, environ: Mapping[str, str] | None = None, patience: float = 120
) -> Cost:
    """Run a process to its end, or for at most `patience` seconds; code 124 means that it was stopped."""
    log, usage = folder / "output.txt", folder / "usage.json"
    usage.unlink(missing_ok=True)
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", _PARENT, usage, *words],
            cwd=folder, env={**os.environ, **_COMPILED, **(environ or {})},
            stdout=sink, stderr=sink, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    output = log.read_text(errors="replace")
    if not usage.exists():
        return Cost(patience, 0.0, 0.0, 124, output)
    seconds, cpu, memory, code = json.loads(usage.read_text())
    return Cost(seconds, cpu, memory / (1024 * 1024 if sys.platform == "darwin" else 1024), code, output)


def best(make: Callable[[], Cost], times: int = 3) -> Cost:
    """The fastest of several: what is slower is the machine's other work."""
    return min((make() for _ in range(times)), key=lambda cost: cost.seconds)


def median(work: Callable[[Any], object], items: Sequence[Any], rounds: int = 5) -> float:
    """The median seconds of `work` over all items, taken in rounds so that one hiccup does not count."""
    taken: list[float] = []
    for _ in range(rounds):
        for item in items:
            started = time.perf_counter()
            work(item)
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def documents(cache: Path) -> DocumentCache:
    """The pinned documents, repaired."""
    return open_documents(cache)


def trees(folder: Path) -> dict[str, Path]:
    """Every repaired document as a JSON file, by `vendor/name`: what a peer is given.

    Its patterns are the quick ones that our own cases are made from, or the peer would spend minutes on them.
    """
    paths = {}
    opened = documents(folder / "cache")
    for vendor in ("zendesk", "zoho"):
        for document in opened.documents(vendor):
            path = folder / f"{vendor}-{document.name}.json"
            tree = copy.deepcopy(document.tree)
            pattern.quicken(tree)
            path.write_text(json.dumps(tree))
            paths[f"{vendor}/{document.name}"] = path
    return paths


def journal(sandbox: Running) -> list[dict[str, Any]]:
    """Every request that reached the sandbox since its last reset."""
    with urlopen(f"{sandbox.urls['control']}/journal") as answer:
        rows: list[dict[str, Any]] = json.load(answer)
    return rows


def methods(sandbox: Running) -> Counter[str]:
    """How many requests of each method reached the sandbox."""
    return Counter(row["method"] for row in journal(sandbox))


def reset(sandbox: Running) -> None:
    """Empty the sandbox and its journal."""
    urlopen(Request(f"{sandbox.urls['control']}/reset", method="POST")).close()


def authorization(sandbox: Running) -> str:
    """The header value that Zendesk's side of the sandbox takes."""
    credentials = sandbox.credentials["zendesk"]
    return "Basic " + b64encode(f"{credentials['user']}:{credentials['token']}".encode()).decode()


def compile_all() -> None:
    """Compile our own code, as an installer does."""
    for folder in ("harness", "suites"):
        compileall.compile_dir(shipped.root() / folder, quiet=2)
