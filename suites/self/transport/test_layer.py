"""A layer passes on what it is not about, and closes what lies below it."""

from __future__ import annotations

import httpx

from harness.transport.layer import TransportLayer


class Network(httpx.BaseTransport):
    """A network that remembers that it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_closing_the_uppermost_layer_closes_the_network() -> None:
    network = Network()
    TransportLayer(TransportLayer(network)).close()
    assert network.closed
