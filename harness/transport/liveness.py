"""Liveness: the last layer above the network; a worker whose controller is gone sends nothing any more."""

from __future__ import annotations

import os
from collections.abc import Callable

import httpx

from harness.errors import OrphanedError
from harness.ledger.claim import attended


class Liveness(httpx.BaseTransport):
    """Looks before every attempt whether the run's controller still lives; below `retry` and `quota`, which may wait.

    Nobody takes back what an orphan makes: a sweep may have gone over the ledger already.
    """

    def __init__(
        self, inner: httpx.BaseTransport, controller: int | None = None, lives: Callable[[int], bool] = attended
    ) -> None:
        self.inner, self.controller, self.lives = inner, controller or os.getpid(), lives

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `OrphanedError`, before anything has left."""
        if not self.lives(self.controller):
            raise OrphanedError(where=f"{request.method} {request.url.path}")
        return self.inner.handle_request(request)

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()
