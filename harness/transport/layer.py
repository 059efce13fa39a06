"""One layer of the chain: it stands above another transport and passes requests on to it."""

from __future__ import annotations

import httpx


class TransportLayer(httpx.BaseTransport):
    """What all layers have in common; a layer says in `handle_request` what it does with a request on the way."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()
