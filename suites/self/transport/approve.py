"""A layer that judges nothing and seals whatever comes, for tests of what stands below a guard."""

from __future__ import annotations

import httpx

from harness.transport.seal import SEAL, freeze, seal


def sealed(request: httpx.Request) -> httpx.Request:
    """The request as it goes on below a guard that allowed it."""
    frozen = freeze(request)
    frozen.extensions[SEAL] = seal(frozen)
    return frozen


class Approve(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.inner.handle_request(sealed(request))

    def close(self) -> None:
        self.inner.close()
