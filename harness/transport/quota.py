"""Quota: waits until the org's quota has room before a request leaves, and learns from every answer."""

from __future__ import annotations

import httpx

from harness.errors import UnfinishedError
from harness.formats.shell import command_line
from harness.quota.answer import SpentLimit
from harness.quota.limiter import Limiter
from harness.quota.org_usage import Demand, Held
from harness.transport.layer import TransportLayer
from harness.transport.waiting import Waiter
from harness.vendors import VENDORS
from harness.vendors.obstacle import Obstacle, OrgError

LONGEST_ACCOUNT_WAIT = 120.0
"""Seconds to wait for the account's own quota, which is given anew each minute; a longer wait ends the run."""
LONGEST_ENDPOINT_WAIT = 1260.0
"""Seconds to wait for an endpoint's own limit: the longest that is known counts twenty minutes."""


class QuotaSpentError(OrgError, UnfinishedError):
    """The org's quota is spent, and is not given anew soon: nothing more can be tested now."""


class Quota(TransportLayer):
    """Stands below `retry`, so that every attempt is counted; what goes to another host than the org's is not.

    The limiter is shared by all processes that send to the org.
    """

    def __init__(self, inner: httpx.BaseTransport, limiter: Limiter, waiter: Waiter | None = None) -> None:
        super().__init__(inner)
        self.limiter, self.waiter = limiter, waiter or Waiter()
        self.base = limiter.target.base_url

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer, once the quota has room; raises `QuotaSpentError` where it will not have soon."""
        url = str(request.url)
        if not url.startswith(self.base):
            return self.inner.handle_request(request)
        demand = self.limiter.demand(request.method, url)
        self._wait(demand)
        try:
            response = self.inner.handle_request(request)
        except BaseException:
            self.limiter.release(demand)
            raise
        self._learn(demand, response)
        return response

    def close(self) -> None:
        """Let go of the store, and close the layers below."""
        self.limiter.close()
        super().close()

    def _wait(self, demand: Demand) -> None:
        """Return once the request has been counted and may leave."""
        while True:
            admission = self.limiter.acquire(demand)
            if admission.held is Held.NOTHING:
                return
            if admission.held is Held.CREDITS:
                unit = self.limiter.convention.unit
                raise self._spent(f"fewer {unit} are left than the next request and taking back what was made need")
            if admission.held is Held.ACCOUNT and admission.wait > LONGEST_ACCOUNT_WAIT:
                raise self._spent(f"the org wants no request for {admission.wait:,.0f} s")
            if admission.wait > LONGEST_ENDPOINT_WAIT:
                raise OrgError(
                    Obstacle.QUOTA,
                    f"the org takes no such request for {admission.wait:,.0f} s",
                    where=demand.shape,
                    remedy="Run it later, alone: --only OPERATION.",
                )
            self.waiter.wait(admission.wait)

    def _learn(self, demand: Demand, response: httpx.Response) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        is_read = response.status_code == 429 or demand.path == self.limiter.convention.edition_path
        report = self.limiter.learn(demand, response.status_code, headers, response.read() if is_read else b"")
        if report.spent is SpentLimit.CREDITS:
            raise self._spent(
                f"the day's {self.limiter.convention.unit} are gone; they are back in {report.wait:,.0f} s"
            )

    def _spent(self, what: str) -> QuotaSpentError:
        target = self.limiter.target
        remedy = VENDORS[target.vendor].signs.diagnosis(Obstacle.QUOTA, what).remedy
        return QuotaSpentError(
            Obstacle.QUOTA,
            f"the quota is spent: {what}",
            where=self.base,
            remedy=f"{remedy} What is left shows: {command_line('doctor', '--target', target.name)}",
        )
