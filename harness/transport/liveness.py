"""Liveness: the last layer above the network; a worker whose controller is gone sends nothing any more."""

from __future__ import annotations

import os
from collections.abc import Callable

import httpx

from harness.errors import OrphanedError
from harness.ledger.claim import controller_is_alive
from harness.transport.layer import TransportLayer


class Liveness(TransportLayer):
    """Checks before each attempt that the run's controller is still alive; below `retry` and `quota`, which may wait.

    Nothing removes what an orphan creates: a sweep may have gone over the ledger already.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        controller: int | None = None,
        is_alive: Callable[[int], bool] = controller_is_alive,
    ) -> None:
        super().__init__(inner)
        self.controller = controller or os.getpid()
        self.is_alive = is_alive

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `OrphanedError`, before anything has left."""
        if not self.is_alive(self.controller):
            raise OrphanedError(where=f"{request.method} {request.url.path}")
        return self.inner.handle_request(request)
