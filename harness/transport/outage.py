"""Outage probe: whether an org that gave no answer to one request still answers others."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request
from harness.formats.shell import command_line
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.transport.refused import Refused
from harness.vendors import VENDORS


@dataclass
class OutageProbe:
    """Asks the org what it is, and if that gets no answer either, repeats the last read that it answered."""

    client: Client
    latest: dict[str, Request] = field(default_factory=dict)

    def answered(self, key: str, exchange: Exchange) -> None:
        """The org answered a request of the operation `key`."""
        if exchange.request.method == "GET":
            self.latest = {key: exchange.request}

    def check(self, key: str, why: str) -> None:
        """Nothing where the org answers others than the operation `key`; else raises `UnfinishedError`: an outage."""
        target = self.client.target
        proof = VENDORS[target.vendor].proof
        requests = [Request("GET", target.base_url + proof.path)] if proof else []
        requests += [request for name, request in self.latest.items() if name != key]
        for request in requests:
            try:
                self.client.send(request)
            except Refused:
                return  # a permit without reads: nothing can be sent to find out
            except NoAnswerError:
                continue
            return
        raise UnfinishedError(
            f"the org answers no request any more: {why}",
            where=target.base_url,
            remedy=f"Is the server up, and the base URL right? Try: {command_line('doctor', '--target', target.name)}",
        )
