"""Network: the connections themselves, and none of them is used again with bytes on it that nobody asked for."""

from __future__ import annotations

import httpx


class Network(httpx.HTTPTransport):
    """httpx' own transport; a connection on which more came than the one answer is closed, not used again.

    The HTTP library keeps such bytes and reads them as the answer to the next request on that connection. A server (or
    a proxy) that answers twice would so shift every later answer by one, and each would be judged by the wrong promise.
    """

    def __init__(self) -> None:
        super().__init__(trust_env=False, limits=httpx.Limits(max_keepalive_connections=2))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, on a connection that is new or clean."""
        for connection in self._pool.connections:
            # No public name leads to what the parser of an idle connection has left over.
            inner = getattr(connection, "_connection", None)
            parser = getattr(inner, "_h11_state", None)
            if inner is not None and parser is not None and inner.is_idle() and parser.trailing_data[0]:
                inner.close()
        return super().handle_request(request)
