"""What sends to one org: requests go through the guarded transport, and each exchange onto the run's recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.checks import UPKEEP
from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.execution import org_choice, org_questions
from harness.execution.reproduce import TRIES, read_until_certain
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
from harness.vendors import VENDORS
from harness.vendors.diagnosis import Diagnosis, diagnose, is_page, may_be_refusal
from harness.vendors.obstacle import Obstacle, OrgError

# What an answer says of our token or quota beyond doubt: nothing of the operation was tested by it.
_ABOUT_US = frozenset({Obstacle.MISSING_SCOPE, Obstacle.THROTTLED, Obstacle.QUOTA})
# What may hold for the whole org: asked for before such an answer is held against the operation.
_ABOUT_ORG = frozenset(
    {
        Obstacle.WRONG_SECRET, Obstacle.EXPIRED, Obstacle.WRONG_ORG, Obstacle.DATA_CENTRE, Obstacle.LOGIN_PAGE,
        Obstacle.PROXY, Obstacle.DEAD_ACCOUNT, Obstacle.THROTTLED, Obstacle.QUOTA,
    }
)  # fmt: skip


@dataclass
class OrgClient:
    """Sends requests to one org. `refused` is the list that the guard of `transport` writes each refusal on.

    `limiter` and `ceiling` are those of its chain. `stopped` says why nothing more can be sent to the org, once that is
    so, and `obstacle` is the word for it where one is known. `successes` counts the org's own 2xx.
    """

    transport: Client
    refused: list[Verdict] = field(default_factory=list)
    limiter: Limiter | None = None
    recording: Recording | None = None
    stopped: str = ""
    ceiling: RequestCeiling = field(default_factory=RequestCeiling)
    obstacle: str = ""
    successes: int = 0

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

    def masked(self, request: Request) -> Request:
        """A request without this org's secrets."""
        return self.mask(Exchange(request, Response(0))).request

    @property
    def requests_sent(self) -> int:
        """Requests that reached the network, repeated ones included."""
        return self.transport.exchanges.sent

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        """Send a request; the caller then records the exchange with its purpose.

        Raises `Refused` where the guard says no, `NoAnswerError` where no answer came, `OrgError` where there is no
        token to sign it with.
        """
        try:
            exchange = self.transport.send(request, signed=signed)
        except OrgError as error:
            # Raised by an auth flow: no request can be signed any more.
            self.stop(error)
            raise
        self.successes += exchange.response.is_success
        return exchange

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

    def hindrance(self, response: Response, asked: set[Obstacle]) -> Diagnosis | None:
        """Why an answer to a request with our credentials says nothing of its operation; None where it is to be judged.

        Raises `OrgError` where what it shows holds for the whole org; `asked` are the obstacles that the org was asked
        about already, for the same operation. The embedded sandbox has none: whatever it answers is its own doing.
        """
        diagnosis = None if self.target.embedded else diagnose(response, VENDORS[self.target.vendor].signs)
        if diagnosis is None:
            return None
        is_elsewhere = diagnosis.obstacle is Obstacle.NOT_THE_API and (
            is_page(response) or 300 <= response.status < 400
        )
        if (diagnosis.obstacle in _ABOUT_ORG or is_elsewhere) and diagnosis.obstacle not in asked:
            asked.add(diagnosis.obstacle)
            self.check_org()
        return diagnosis if diagnosis.obstacle in _ABOUT_US else None

    def may_be_refusal(self, response: Response) -> bool:
        """Whether an org that does not take us, or is away, could have answered so whatever was asked of it."""
        return not self.target.embedded and may_be_refusal(response, VENDORS[self.target.vendor].signs)

    def check_org(self) -> None:
        """Nothing where the org still answers the questions that every run begins with.

        Else remembers that nothing more can be sent to it, and raises `OrgError`.
        """
        last = self.transport.exchanges.last
        try:
            answers = org_questions.ask(self._get_until_certain, self.target)
            if answers.diagnosis:
                raise answers.diagnosis.error(self.target.base_url)
            org_choice.confirm(self.target, answers.first)
        except OrgError as error:
            self.stop(error)
            raise
        finally:
            # A test may look at its own last exchange.
            self.transport.exchanges.last = last

    def _get_until_certain(self, path: str) -> Response | None:
        """The answer to a question, asked again where it is lost or a proxy's: one of those must not end a run."""
        ask_once = org_questions.getter(self.transport)
        for _ in range(TRIES - 1):
            try:
                return read_until_certain(lambda: ask_once(path))
            except OrgError as error:
                if error.obstacle is not Obstacle.CONNECTION:
                    raise
        return read_until_certain(lambda: ask_once(path))

    def stop(self, error: OrgError) -> None:
        """Remember that nothing more can be sent to the org, and why."""
        self.stopped, self.obstacle = error.what, str(error.obstacle)

    def close(self) -> None:
        """Close the connections, and write what of the recording is left."""
        self.transport.close()
        if self.recording:
            self.recording.close()
