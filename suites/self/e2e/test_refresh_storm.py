"""One refresh for all processes, hosts, runs and doctors: counted by the sandbox's own journal, over real HTTP.

`python -m benchmarks.refresh_storm` measures the same with 8 processes of 200 requests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.redis_server import PROGRAM
from benchmarks.refresh_storm import LIFETIMES, Storm, runs_and_doctors, storm, token_lab

needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")


def assert_one_refresh(result: Storm, requests: int) -> None:
    assert result.failures == {}
    assert sum(result.answers.values()) == requests
    assert (result.first_tokens, result.renewed_tokens) == (1, 1)


@pytest.mark.parametrize("target", LIFETIMES)
def test_processes_across_the_end_of_a_token_refresh_it_once(tmp_path: Path, target: str) -> None:
    with token_lab(tmp_path) as lab:
        result = storm(lab, target, processes=3, requests=20)
    assert_one_refresh(result, 60)
    assert 1 <= result.refusals <= 3, "each process met the dead token once at most"


def test_a_token_that_is_due_is_renewed_before_anything_is_refused(tmp_path: Path) -> None:
    with token_lab(tmp_path) as lab:
        result = storm(lab, "desk", processes=3, requests=20, is_early=True)
    assert_one_refresh(result, 60)
    assert result.refusals == 0


@needs_redis
def test_two_hosts_with_a_shared_store_refresh_once(tmp_path: Path) -> None:
    with token_lab(tmp_path, is_shared=True) as lab:
        result = storm(lab, "pair", processes=4, requests=20, hosts=2)
        kept = [path for path in lab.folder.glob("host-*/**/tokens/**/*") if path.is_file()]
    assert_one_refresh(result, 80)
    assert kept == [], "no token lies on either host"


def test_runs_and_doctors_share_a_token(tmp_path: Path) -> None:
    with token_lab(tmp_path) as lab:
        asked, codes = runs_and_doctors(lab, "desk", 4)
    assert asked <= 2
    assert set(codes) <= {0, 2, 3}, codes
