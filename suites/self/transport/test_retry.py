"""Retry repeats what is safe to repeat and nothing else, and waits as long as the server asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.quota.answer import DEFAULT_WAIT
from harness.transport.retry import ATTEMPTS, LONGEST_WAIT, Retry, pause

READS = ["GET", "HEAD", "OPTIONS"]
WRITES = ["POST", "PUT", "PATCH", "DELETE"]
Answer = httpx.Response | Exception


class Org(httpx.BaseTransport):
    """Gives the answers in turn, the last one for ever, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.attempts: list[int] = []
        self.slept: list[float] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.attempts.append(request.extensions["attempt"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self, method: str, **more: object) -> httpx.Response:
        retry = Retry(self, self.slept.append)
        return retry.handle_request(httpx.Request(method, "http://org.example/api/v2/tickets", **more))


def answer(status: int, wait: str | None = None) -> httpx.Response:
    return httpx.Response(status, headers={} if wait is None else {"retry-after": wait})


@pytest.mark.parametrize("method", READS + WRITES)
def test_a_throttled_request_is_repeated_whatever_its_method(method: str) -> None:
    org = Org(answer(429, "3"), answer(429, "5"), answer(200))
    assert org.send(method, content=b"{}").status_code == 200
    assert org.slept == [3, 5]
    assert org.attempts == [1, 2, 3]
    assert {request.read() for request in org.asked} == {b"{}"}


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("trouble", [answer(503, "1"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
def test_a_change_that_may_have_arrived_is_never_sent_twice(method: str, trouble: Answer) -> None:
    org = Org(trouble)
    if isinstance(trouble, Exception):
        with pytest.raises(type(trouble)):
            org.send(method)
    else:
        assert org.send(method).status_code == 503
    assert len(org.asked) == 1
    assert org.slept == []


@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("trouble", [answer(503, "1"), httpx.ReadTimeout("slow"), httpx.ConnectError("down")])
def test_a_read_is_tried_three_times(method: str, trouble: Answer) -> None:
    org = Org(trouble, trouble, answer(200))
    assert org.send(method).status_code == 200
    assert len(org.asked) == ATTEMPTS == 3


def test_the_last_answer_and_the_last_error_stand() -> None:
    throttled = Org(answer(429, "1"))
    assert throttled.send("GET").status_code == 429
    down = Org(httpx.ConnectError("first"), httpx.ConnectError("second"), httpx.ConnectError("third"))
    with pytest.raises(httpx.ConnectError, match="third"):
        down.send("GET")
    assert len(throttled.asked) == len(down.asked) == ATTEMPTS


def test_a_wait_of_hours_is_the_callers_business() -> None:
    """Daily credits are spent: waiting here would look like a run that hangs."""
    org = Org(answer(429, f"{LONGEST_WAIT + 1:.0f}"))
    assert org.send("GET").status_code == 429
    assert len(org.asked) == 1


def test_a_body_that_cannot_be_read_twice_is_sent_once() -> None:
    def once() -> Iterator[bytes]:
        yield b"{}"

    assert Org(answer(429, "1")).send("PUT", content=once()).status_code == 429
    org = Org(httpx.ConnectError("down"))
    with pytest.raises(httpx.ConnectError):
        org.send("GET", content=once())
    assert len(org.asked) == 1


@pytest.mark.parametrize("fault", [httpx.LocalProtocolError("illegal header"), httpx.UnsupportedProtocol("ftp")])
def test_what_cannot_be_sent_is_not_tried_again(fault: Exception) -> None:
    org = Org(fault)
    with pytest.raises(type(fault)):
        org.send("GET")
    assert len(org.asked) == 1


@given(st.sampled_from(READS + WRITES), st.integers(100, 599), st.none() | st.text(st.characters(max_codepoint=255)))
def test_any_answer_gives_a_wait_or_stands(method: str, status: int, asked: str | None) -> None:
    """`²` is a digit to Python and a valid byte in a header, and no number."""
    headers = [] if asked is None else [(b"retry-after", asked.encode("latin-1"))]
    seconds = pause(httpx.Response(status, headers=headers), is_safe=method in READS)
    if status == 429:
        assert seconds is not None
        assert seconds >= 0
    elif status == 503 and method in READS and asked is not None:
        assert seconds is not None
    else:
        assert seconds is None


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("0", 0), ("7", 7), ("", DEFAULT_WAIT), ("soon", DEFAULT_WAIT), ("-1", DEFAULT_WAIT),
     ("Wed, 21 Oct 2015 07:28:00 GMT", DEFAULT_WAIT), ("9" * 400, float("inf"))],
)  # fmt: skip
def test_the_server_says_how_long(asked: str, seconds: float) -> None:
    assert pause(answer(429, asked), is_safe=True) == seconds


@pytest.mark.parametrize("trouble", [httpx.ReadTimeout("late"), answer(429, "1")])
def test_all_attempts_together_take_two_deadlines_and_a_half_at_most(trouble: Answer) -> None:
    """By a clock on which each attempt takes as long as it may."""
    now = [0.0]
    org = Org(trouble)

    def slow(request: httpx.Request) -> httpx.Response:
        now[0] += 60.0
        return org.handle_request(request)

    def wait(seconds: float) -> None:
        now[0] += 1000.0  # what the server asked for is no part of it

    retry = Retry(httpx.MockTransport(slow), wait, timeout=60.0, clock=lambda: now[0])
    with suppress(httpx.ReadTimeout):
        retry.handle_request(httpx.Request("GET", "http://org.example/api/v2/tickets"))
    assert org.attempts == [1, 2]


def test_a_call_that_says_it_may_be_repeated_is_repeated_like_a_read() -> None:
    """A token call is a POST, and one token more does no harm."""
    org = Org(httpx.ReadError("reset"), answer(503, "1"), httpx.Response(200))
    assert org.send("POST", extensions={"repeatable": True}).status_code == 200
    assert len(org.asked) == 3


def test_a_date_is_judged_by_the_servers_own_clock() -> None:
    """Its clock is years behind ours: what counts is how far apart its two dates are."""
    dates = {"date": "Wed, 21 Oct 2015 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}
    assert pause(httpx.Response(429, headers=dates), is_safe=True) == 30


@pytest.mark.parametrize("answer", [httpx.Response(429, headers={"retry-after": "1"}), httpx.Response(429)])
def test_a_host_that_counts_each_question_is_not_asked_again(answer: httpx.Response) -> None:
    org = Org(answer)
    assert org.send("POST", extensions={"repeatable": True, "throttle_stands": True}).status_code == 429
    assert (len(org.asked), org.slept) == (1, [])
