"""One process of a refresh storm: reads of one org through the whole chain, with a halt in the middle.

`python -m benchmarks.storm_client TARGET REQUESTS` prints a line when half of the requests are sent, waits for a line
that says by how many seconds its clock is to be moved, sends the rest, and prints what came back as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from functools import partial

from harness import settings
from harness.errors import DeskcheckError
from harness.exchange import Request
from harness.execution.connect import open_reader
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.transport.token_flow import TokenFlow

PATHS = {"zendesk": "/api/v2/tags", "zoho": "/api/v1/departments"}


def main() -> int:
    """Send, halt, send, and print."""
    name, count = sys.argv[1], int(sys.argv[2])
    context = run_context.build(RunOptions(targets=(name,)), settings.load())
    (target,) = context.targets.values()
    client = open_reader(target, context)
    statuses: Counter[str] = Counter()
    _send(client, count // 2, statuses)
    print("half", flush=True)
    _move_clock(client, float(sys.stdin.readline()))
    _send(client, count - count // 2, statuses)
    client.close()
    print(json.dumps(statuses), flush=True)
    return 0


def _send(client: Client, count: int, statuses: Counter[str]) -> None:
    """So many reads; what came back is counted by status, and by error where nothing came."""
    request = Request("GET", client.target.base_url + PATHS[client.target.vendor])
    for _ in range(count):
        try:
            statuses[str(client.send(request).response.status)] += 1
        except (DeskcheckError, NoAnswerError) as error:
            statuses[f"{type(error).__name__}: {error}"] += 1


def _move_clock(client: Client, seconds: float) -> None:
    assert isinstance(client.signer, TokenFlow)
    client.signer.clock = partial(_ahead, seconds)


def _ahead(seconds: float) -> float:
    return time.time() + seconds


if __name__ == "__main__":
    raise SystemExit(main())
