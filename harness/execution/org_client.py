"""What sends to one org: requests go through the guarded transport, and each exchange onto the run's recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.checks import UPKEEP
from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.masking import Mask
from harness.policy.judge import Verdict
from harness.quota.limiter import Limiter
from harness.target import Target
from harness.traffic.recording import Recording
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.transport.outage import OutageProbe
from harness.transport.refused import Refused
from harness.transport.request_ceiling import RequestCeiling


@dataclass
class OrgClient:
    """Sends requests to one org. `refused` is the list that the guard of `transport` writes each refusal on.

    `limiter` and `ceiling` are those of its chain. `stopped` says why nothing more can be sent to the org, once that is
    so.
    """

    transport: Client
    refused: list[Verdict] = field(default_factory=list)
    limiter: Limiter | None = None
    recording: Recording | None = None
    stopped: str = ""
    ceiling: RequestCeiling = field(default_factory=RequestCeiling)

    def __post_init__(self) -> None:
        self.outage = OutageProbe(self.transport)
        self._mask = Mask(self.target.secrets)

    @property
    def target(self) -> Target:
        """The org."""
        return self.transport.target

    @property
    def mask(self) -> Mask:
        """Takes this org's secrets out of what is recorded, its access tokens included."""
        self._mask = self._mask.knowing(*self.transport.secrets)
        return self._mask

    @property
    def requests_sent(self) -> int:
        """Requests that reached the network, repeated ones included."""
        return self.transport.exchanges.sent

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        """Send a request; the caller then records the exchange with its purpose.

        Raises `Refused` where the guard says no, `NoAnswerError` where no answer came.
        """
        return self.transport.send(request, signed=signed)

    def send_upkeep(self, request: Request, *, signed: bool = True) -> Exchange:
        """Send a request that is no case (it makes, lists or prepares a record); raises as `send` does."""
        exchange = self.send(request, signed=signed)
        self.record(exchange, purpose=UPKEEP)
        return exchange

    def try_upkeep(self, request: Request) -> Exchange | None:
        """The same; None where the request is refused, gets no answer, or would take what the test itself needs."""
        if not self.ceiling.may_prepare():
            return None
        try:
            return self.send_upkeep(request)
        except (Refused, NoAnswerError):
            return None

    def record(
        self, exchange: Exchange, operation: str = "", purpose: str = "", findings: Iterable[Finding] = ()
    ) -> None:
        """Put an exchange on the run's recording, if there is one; `observe` then gets the findings of the run."""
        if self.recording:
            self.recording.write(exchange, operation, purpose, findings)

    def check_outage(self, key: str, why: str) -> None:
        """Nothing where the org answers others than the operation `key`.

        Else remembers that nothing more can be sent to it, and raises `UnfinishedError`.
        """
        try:
            self.outage.check(key, why)
        except UnfinishedError as error:
            self.stopped = error.what
            raise

    def take_back(self) -> None:
        """From now on requests take back what was made, and may use what was reserved for that."""
        if self.limiter:
            self.limiter.takes_back = True

    def close(self) -> None:
        """Close the connections, and write what of the recording is left."""
        self.transport.close()
        if self.recording:
            self.recording.close()
