"""Request ceiling: a process sends no more requests to an org than the run's forecast has for its tests."""

from __future__ import annotations

from threading import Lock

import httpx

from harness.errors import ForecastError
from harness.transport.layer import TransportLayer


class RequestCeiling:
    """Requests that this process may still send to one org; any number until `begin` is called.

    Each test brings the requests of its own forecast (`add`), and what it leaves, the tests after it may use. So the
    processes of a run keep to its forecast together, without asking each other.
    """

    def __init__(self) -> None:
        self.left: int | None = None
        self.repeats = 0
        self.kept = 0
        self._lock = Lock()

    @property
    def counts(self) -> bool:
        """Whether there is a ceiling."""
        return self.left is not None

    def begin(self, requests: int) -> None:
        """From now on send `requests` requests at most, and those that are added."""
        self.left = requests

    def add(self, requests: int, repeats: int = 0, kept: int = 0) -> None:
        """Allow `requests` more; `repeats` of them may be requests that are sent again after an answer like 503.

        `kept` of what is left are for the test itself, and not for what prepares it.
        """
        with self._lock:
            if self.left is not None:
                self.left += requests
                self.repeats += repeats
                self.kept = kept

    def take(self, requests: int = 1) -> None:
        """Use up `requests`. Raises `ForecastError` where fewer are left."""
        with self._lock:
            if self.left is None:
                return
            if self.left < requests:
                raise ForecastError()
            self.left -= requests

    def may_prepare(self) -> bool:
        """Whether a request may be sent that only prepares a test, such as a list or a create that gives an id."""
        with self._lock:
            return self.left is None or self.left > self.kept

    def may_repeat(self) -> bool:
        """Use up one of the repeats, where any is left."""
        with self._lock:
            if self.left is None:
                return True
            has_one = self.repeats > 0
            self.repeats -= has_one
            return has_one


class CeilingLayer(TransportLayer):
    """Stands below the retry layer, so that every attempt counts."""

    def __init__(self, inner: httpx.BaseTransport, ceiling: RequestCeiling) -> None:
        super().__init__(inner)
        self.ceiling = ceiling

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `ForecastError` before more leave than the forecast has."""
        self.ceiling.take()
        return self.inner.handle_request(request)
