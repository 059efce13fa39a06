"""Checking recorded traffic, beside what reading the same file as JSON costs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from benchmarks.measure import authorization, documents
from benchmarks.row import Row
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.openapi.catalog import Catalog
from harness.sandbox.process import Running, start
from harness.traffic import observe
from harness.traffic.har_writer import HarWriter

EXCHANGES = 3000
RECORDED = Path(__file__).resolve().parents[1].parent / "shared" / "recordings" / "zendesk"
"""Sessions of a live account, which are not part of the repository; the aim on them is 1,500 a second."""
PATHS = (
    "/api/v2/tickets", "/api/v2/tickets/count", "/api/v2/users", "/api/v2/users/me", "/api/v2/groups",
    "/api/v2/organizations", "/api/v2/views", "/api/v2/macros", "/api/v2/triggers", "/api/v2/automations",
    "/api/v2/ticket_fields", "/api/v2/ticket_forms", "/api/v2/brands", "/api/v2/locales", "/api/v2/job_statuses",
)  # fmt: skip


def rows(folder: Path) -> Iterator[Row]:
    """Exchanges a second in one process, over a recording of the sandbox's own answers."""
    har = folder / "recording.har"
    with start() as sandbox, HarWriter(har) as writer:
        for exchange in islice(cycle(_recorded(sandbox)), EXCHANGES):
            writer.append(exchange)
    opened = documents(folder / "cache")
    contract = Contract(opened.document)
    started = time.perf_counter()
    observation = observe([har], opened.catalog, contract)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    json.loads(har.read_text())
    floor = time.perf_counter() - started
    size = har.stat().st_size / 1e6
    yield Row(
        "observe", "recorded exchanges checked", "/s", EXCHANGES / ours, "json: read the file", EXCHANGES / floor,
        more_is_better=True, note=f"{size:.0f} MB of HAR, {observation.matched} of {EXCHANGES} matched",
    )  # fmt: skip
    yield from _live(opened.catalog, contract)


def _live(catalog: Catalog, contract: Contract) -> Iterator[Row]:
    """The same over the sessions of a live account, by the time of the processor; nothing where they are not there."""
    if not RECORDED.is_dir():
        return
    started = time.process_time()
    observation = observe([RECORDED], catalog, contract)
    rate = observation.exchanges / (time.process_time() - started)
    note = f"{observation.exchanges} exchanges of a live account"
    yield Row("observe", "live exchanges checked", "/s", rate, "the aim", 1500.0, more_is_better=True, note=note)


def _recorded(sandbox: Running) -> list[Exchange]:
    exchanges = []
    for path in PATHS:
        request = HttpRequest(sandbox.urls["zendesk"] + path, headers={"authorization": authorization(sandbox)})
        with urlopen(request) as response:
            headers = tuple((name.lower(), value) for name, value in response.headers.items())
            url = f"https://acme.zendesk.com{path}"
            exchanges.append(Exchange(Request("GET", url), Response(response.status, headers, response.read(), 0.01)))
    return exchanges
