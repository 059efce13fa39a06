"""Properties are judged by what they find, never by how long that takes; no test touches what a user keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from harness import masking

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Access tokens and the like lie in a folder of the test session, that of processes which tests start included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESKCHECK_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def no_remembered_secrets() -> Iterator[None]:
    """A process remembers the secrets that it read; here each test is as good as one of its own.

    By a patch of its own: that of a test is taken back before the test's fixtures end.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "_remembered", [])
        yield
