"""One sandbox process for the tests that need real bytes on a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from harness.sandbox.process import Running, start

CLEAN = {"faults": "true", "replay": "false"}
"""Nothing that a test set up is left for the next one."""


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start() as running:
        yield running


@pytest.fixture
def control(sandbox: Running) -> Iterator[httpx.Client]:
    """The control path of a sandbox that was just reset, without faults and recordings."""
    with httpx.Client(base_url=sandbox.urls["control"], timeout=20) as client:
        client.post("/reset", params=CLEAN)
        yield client
        client.post("/reset", params=CLEAN)


@pytest.fixture
def zendesk(sandbox: Running, control: httpx.Client) -> Iterator[httpx.Client]:
    """An admin's client of the Zendesk account."""
    credentials = sandbox.credentials["zendesk"]
    auth = (credentials["user"], credentials["token"])
    with httpx.Client(base_url=sandbox.urls["zendesk"], auth=auth, timeout=20) as client:
        yield client
