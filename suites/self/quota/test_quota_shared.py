"""Several processes at one org over HTTP: by the org's own count none is refused and nothing is left unused."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quota import measure
from harness.sandbox.process import start


@pytest.mark.parametrize(("quota", "processes"), [(200, 1), (200, 4)])
def test_an_org_is_used_to_its_limit_and_not_beyond(tmp_path: Path, quota: int, processes: int) -> None:
    with start() as sandbox:
        count = measure(tmp_path, sandbox, quota, processes, minutes=3)
    assert count.refusals <= 0.01
    assert count.used >= 0.9
